/* ZeroMQ: a pair of sockets over ipc://, as its guide has it, in two processes. */
#include "ends.h"
#include <signal.h>
#include <sys/prctl.h>
#include <zmq.h>

static char memory[LARGEST_BYTES];

static void *open_pair(void *context, const char *address, int is_server) {
    void *pair = zmq_socket(context, ZMQ_PAIR);
    check(pair != 0, "zmq_socket");
    check(!(is_server ? zmq_bind(pair, address) : zmq_connect(pair, address)), address);
    return pair;
}

static void send_message(void *pair, uint64_t head) {
    memcpy(memory, &head, HEAD_BYTES);
    check(zmq_send(pair, memory, head_length(head), 0) == head_length(head), "zmq_send");
}

static uint64_t receive(void *pair) {
    uint64_t head;
    int length = zmq_recv(pair, memory, LARGEST_BYTES, 0);
    check(length >= HEAD_BYTES, "zmq_recv");
    memcpy(&head, memory, HEAD_BYTES);
    check(length == head_length(head), "length of a message");
    return head;
}

/* For ever; ended with the client. The answer to the end is followed by the time of the processor. */
static void serve(const char *address) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    void *pair = open_pair(zmq_ctx_new(), address, 1);
    uint32_t received = 0;
    int64_t cpu = 0;
    for (;;) {
        uint64_t head = receive(pair);
        switch (head >> 60) {
        case DATA:
            check((uint32_t)head == received++, "order of messages");
            break;
        case ECHO:
            send_message(pair, head);
            break;
        default:
            send_message(pair, head_of(END, HEAD_BYTES, received));
            cpu = cpu_nanos(RUSAGE_SELF) - cpu;
            check(zmq_send(pair, &cpu, sizeof cpu, 0) == sizeof cpu, "zmq_send");
            cpu = cpu_nanos(RUSAGE_SELF);
            received = 0;
        }
    }
}

int main(int count, char **arguments) {
    check(count == 2, "usage: zmq ADDRESS");
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        serve(arguments[1]);
        return 0;
    }
    void *pair = open_pair(zmq_ctx_new(), arguments[1], 0);
    puts("connected");
    fflush(stdout);
    slice s;
    while (next_slice(&s)) {
        int64_t cpu = cpu_nanos(RUSAGE_SELF);
        int64_t start = now_nanos(), now = start, messages = 0;
        int per_clock = s.one_way && s.bytes < BYTES_PER_CLOCK ? BYTES_PER_CLOCK / s.bytes : 1;
        do {
            for (int i = 0; i < per_clock; i++, messages++) {
                send_message(pair, head_of(s.one_way ? DATA : ECHO, s.bytes, messages));
            }
            int64_t sent = now;
            if (!s.one_way) {
                check((uint32_t)receive(pair) == (uint32_t)(messages - 1), "answer");
            }
            now = now_nanos();
            if (!s.one_way) {
                record(now - sent);
            }
        } while (now - start < s.nanos);
        send_message(pair, head_of(END, HEAD_BYTES, 0));
        check((uint32_t)receive(pair) == (s.one_way ? (uint32_t)messages : 0), "count of messages");
        if (s.one_way) {
            now = now_nanos();
        }
        int64_t cpu_of_server;
        check(zmq_recv(pair, &cpu_of_server, sizeof cpu_of_server, 0) == sizeof cpu_of_server, "zmq_recv");
        tell(messages, now - start, cpu_nanos(RUSAGE_SELF) - cpu + cpu_of_server);
    }
    kill(child, SIGKILL);
    waitpid(child, 0, 0);
    return 0;
}
