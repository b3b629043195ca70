/* iceoryx: a publisher and a subscriber for each direction, spinning, in two processes; its daemon is a third, and ends with this one. */
#include "ends.h"
#include <iceoryx_binding_c/log.h>
#include <iceoryx_binding_c/publisher.h>
#include <iceoryx_binding_c/runtime.h>
#include <iceoryx_binding_c/subscriber.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>

typedef struct {
    iox_pub_storage_t pub_storage;
    iox_sub_storage_t sub_storage;
    iox_pub_t out;
    iox_sub_t in;
} ends;

typedef struct {
    pid_t parent;
    _Atomic int running;
    _Atomic int ended;
    _Atomic int64_t cpu; /* of the server in the last slice, -1 while that runs */
} shared;

static char memory[LARGEST_BYTES];

static void open_ends(ends *e, const char *name, const char *out, const char *in) {
    iox_set_loglevel(Iceoryx_LogLevel_Off);
    iox_runtime_init(name);
    iox_pub_options_t pub;
    iox_pub_options_init(&pub);
    pub.subscriberTooSlowPolicy = ConsumerTooSlowPolicy_WAIT_FOR_CONSUMER;
    iox_sub_options_t sub;
    iox_sub_options_init(&sub);
    sub.queueCapacity = 24; /* less than the 30 chunks of a megabyte that the daemon has if nobody configures it */
    sub.queueFullPolicy = QueueFullPolicy_BLOCK_PRODUCER;
    e->out = iox_pub_init(&e->pub_storage, "lapce-ipc", "bench", out, &pub);
    e->in = iox_sub_init(&e->sub_storage, "lapce-ipc", "bench", in, &sub);
    while (!iox_pub_has_subscribers(e->out) || iox_sub_get_subscription_state(e->in) != SubscribeState_SUBSCRIBED) {
        usleep(1000);
    }
}

static void send_message(ends *e, uint64_t head) {
    memcpy(memory, &head, HEAD_BYTES);
    void *chunk;
    while (iox_pub_loan_chunk(e->out, &chunk, head_length(head)) != AllocationResult_SUCCESS) {
        pause_briefly();
    }
    memcpy(chunk, memory, head_length(head));
    iox_pub_publish_chunk(e->out, chunk);
}

static uint64_t receive(ends *e) {
    const void *chunk;
    while (iox_sub_take_chunk(e->in, &chunk) != ChunkReceiveResult_SUCCESS) {
        pause_briefly();
    }
    uint64_t head;
    memcpy(&head, chunk, HEAD_BYTES);
    memcpy(memory, chunk, head_length(head));
    iox_sub_release_chunk(e->in, chunk);
    return head;
}

static void close_ends(ends *e) {
    iox_pub_deinit(e->out);
    iox_sub_deinit(e->in);
    iox_runtime_shutdown();
}

/* Sleeps between slices. */
static void serve(shared *state) {
    static ends e;
    open_ends(&e, "lapce-ipc-bench-server", "down", "up");
    while (!atomic_load(&state->ended)) {
        if (!atomic_load(&state->running)) {
            usleep(100);
            continue;
        }
        int64_t cpu = cpu_nanos(RUSAGE_SELF);
        uint32_t received = 0;
        while (atomic_load(&state->running)) {
            uint64_t head = receive(&e);
            switch (head >> 60) {
            case DATA:
                check((uint32_t)head == received++, "order of messages");
                break;
            case ECHO:
                send_message(&e, head);
                break;
            default:
                atomic_store(&state->running, 0);
                send_message(&e, head_of(END, HEAD_BYTES, received));
            }
        }
        atomic_store(&state->cpu, cpu_nanos(RUSAGE_SELF) - cpu);
    }
    close_ends(&e);
}

/* Returns once it says that it is ready. */
static pid_t start_daemon(void) {
    int out[2];
    check(!pipe(out), "pipe");
    pid_t daemon = fork();
    check(daemon >= 0, "fork");
    if (daemon == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        setsid(); /* out of reach of an interrupt from the keyboard: it ends after the ends have */
        dup2(out[1], 1);
        check(freopen("/dev/null", "w", stderr) != 0, "/dev/null");
        close(out[0]);
        execlp("iox-roudi", "iox-roudi", "--monitoring-mode", "off", "--log-level", "error", (char *)0);
        check(0, "iox-roudi");
    }
    close(out[1]);
    FILE *said = fdopen(out[0], "r");
    char line[256];
    while (fgets(line, sizeof line, said)) {
        if (strstr(line, "ready for clients")) { /* after which it says nothing on its standard output */
            return daemon;
        }
    }
    fprintf(stderr, "iox-roudi has ended\n");
    exit(1);
}

static void measure(shared *state) {
    static ends e;
    open_ends(&e, "lapce-ipc-bench-client", "up", "down");
    puts("connected");
    fflush(stdout);
    slice s;
    while (next_slice(&s)) {
        int64_t cpu = cpu_nanos(RUSAGE_SELF);
        atomic_store(&state->cpu, -1);
        atomic_store(&state->running, 1);
        int64_t start = now_nanos(), now = start, messages = 0;
        int per_clock = s.one_way && s.bytes < BYTES_PER_CLOCK ? BYTES_PER_CLOCK / s.bytes : 1;
        do {
            for (int i = 0; i < per_clock; i++, messages++) {
                send_message(&e, head_of(s.one_way ? DATA : ECHO, s.bytes, messages));
            }
            int64_t sent = now;
            if (!s.one_way) {
                check((uint32_t)receive(&e) == (uint32_t)(messages - 1), "answer");
            }
            now = now_nanos();
            if (!s.one_way) {
                record(now - sent);
            }
        } while (now - start < s.nanos);
        send_message(&e, head_of(END, HEAD_BYTES, 0));
        check((uint32_t)receive(&e) == (s.one_way ? (uint32_t)messages : 0), "count of messages");
        if (s.one_way) {
            now = now_nanos();
        }
        while (atomic_load(&state->cpu) < 0) {
            usleep(100);
        }
        tell(messages, now - start, cpu_nanos(RUSAGE_SELF) - cpu + atomic_load(&state->cpu));
    }
    close_ends(&e);
}

/* The ends are children, for they are known to the daemon no more only once they have ended, and it kills whom it knows when it ends. */
static pid_t start(void (*end)(shared *), shared *state) {
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        check(getppid() == state->parent, "the process that started this one");
        end(state);
        exit(0);
    }
    return child;
}

int main(void) {
    shared *state = mmap(0, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(state != MAP_FAILED, "mmap");
    signal(SIGINT, SIG_IGN); /* whoever is interrupted closes the standard input */
    state->parent = getpid();
    pid_t daemon = start_daemon();
    pid_t server = start(serve, state);
    pid_t client = start(measure, state);
    int status;
    pid_t first = wait(&status);
    if (first == client && !status) {
        atomic_store(&state->ended, 1);
    } else { /* the other one may wait for ever */
        kill(client, SIGTERM);
        kill(server, SIGTERM);
    }
    while (wait(0) != server && first != server) {
    }
    kill(daemon, SIGTERM);
    waitpid(daemon, 0, 0);
    return status != 0;
}
