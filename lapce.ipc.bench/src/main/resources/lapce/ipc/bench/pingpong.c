/* The physical limit: two processes, each on a processor of its own, pass one cache line to and fro. No system can be faster. */
#include "ends.h"
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>

typedef struct {
    _Alignas(128) _Atomic uint64_t word;
    _Alignas(128) _Atomic int running;
    _Alignas(128) _Atomic int64_t cpu; /* of the other end, before and behind a slice */
} line;

static void pin(int index) {
    cpu_set_t all, one;
    check(!sched_getaffinity(0, sizeof all, &all), "sched_getaffinity");
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &all) && index-- == 0) {
            CPU_SET(cpu, &one);
        }
    }
    check(!sched_setaffinity(0, sizeof one, &one), "sched_setaffinity");
}

/* Odd words are questions, even ones answers. Not spinning between slices. */
static void answer(line *l, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin(1);
    uint64_t seen = 0;
    while (getppid() == parent) {
        while (!atomic_load(&l->running)) {
            usleep(1000);
        }
        int64_t before = cpu_nanos(RUSAGE_SELF);
        while (atomic_load(&l->running)) {
            uint64_t word = atomic_load_explicit(&l->word, memory_order_acquire);
            if (word > seen) {
                seen = word + 1;
                atomic_store_explicit(&l->word, seen, memory_order_release);
            } else {
                pause_briefly();
            }
        }
        atomic_store(&l->cpu, cpu_nanos(RUSAGE_SELF) - before);
    }
}

int main(void) {
    line *l = mmap(0, sizeof *l, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(l != MAP_FAILED, "mmap");
    pid_t parent = getpid();
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        answer(l, parent);
        return 0;
    }
    pin(0);
    puts("connected");
    fflush(stdout);
    slice s;
    uint64_t word = 0;
    while (next_slice(&s)) {
        int64_t cpu = cpu_nanos(RUSAGE_SELF);
        atomic_store(&l->cpu, -1);
        atomic_store(&l->running, 1);
        int64_t start = 0, now = 0, trips = -1; /* the first finds the other end awake */
        do {
            int64_t sent = now;
            atomic_store_explicit(&l->word, word + 1, memory_order_release);
            while (atomic_load_explicit(&l->word, memory_order_acquire) != word + 2) {
                pause_briefly();
            }
            word += 2;
            now = now_nanos();
            if (trips++ < 0) {
                start = now;
            } else {
                record(now - sent);
            }
        } while (now - start < s.nanos);
        atomic_store(&l->running, 0);
        while (atomic_load(&l->cpu) < 0) {
            usleep(100);
        }
        tell(trips, now - start, cpu_nanos(RUSAGE_SELF) - cpu + atomic_load(&l->cpu));
    }
    kill(child, SIGKILL);
    waitpid(child, 0, 0);
    return 0;
}
