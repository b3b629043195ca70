/* What the programs in C share: the protocol of End.java, and a sparse histogram of three digits. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DATA = 1, ECHO = 2, END = 3, HEAD_BYTES = 8, LARGEST_BYTES = 1 << 20, BYTES_PER_CLOCK = 4096 };

typedef struct {
    int one_way;
    int bytes;
    int64_t nanos;
} slice;

static uint64_t head_of(int kind, int length, uint64_t number) {
    return (uint64_t)kind << 60 | (uint64_t)length << 32 | (number & 0xffffffffu);
}

static int head_length(uint64_t head) { return head >> 32 & 0xfffffff; }

static int64_t now_nanos(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void check(int ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(1);
    }
}

/* Between two looks. */
static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/* Two values that share their first nine bits share a bucket: at most 0.4 % off. */
enum { MANTISSA = 8, BUCKETS = 64 << MANTISSA };
static uint64_t histogram[BUCKETS];

static void record(uint64_t value) {
    int shift = value >> (MANTISSA + 1) ? 63 - __builtin_clzll(value) - MANTISSA : 0;
    histogram[((uint64_t)shift << MANTISSA) + (value >> shift)]++;
}

static uint64_t value_of(uint64_t bucket) {
    if (bucket < 2 << MANTISSA) {
        return bucket;
    }
    uint64_t shift = (bucket >> MANTISSA) - 1;
    return (bucket - (shift << MANTISSA)) << shift;
}

/* False at the end of input. */
static int next_slice(slice *s) {
    char kind[16];
    int rate;
    if (scanf("%15s %d %ld %d", kind, &s->bytes, &s->nanos, &rate) != 4) {
        return 0;
    }
    s->one_way = !strcmp(kind, "oneway");
    memset(histogram, 0, sizeof histogram);
    return 1;
}

static int64_t cpu_nanos(int who) {
    struct rusage u;
    getrusage(who, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000ll + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000ll;
}

static int64_t resident_bytes(void) {
    long all = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    check(f && fscanf(f, "%ld %ld", &all, &resident) == 2, "/proc/self/statm");
    fclose(f);
    return resident * sysconf(_SC_PAGESIZE);
}

static void tell(int64_t messages, int64_t nanos, int64_t cpu) {
    printf("{\"messages\":%ld,\"nanos\":%ld,\"cpuNanos\":%ld,\"residentBytes\":%ld,\"histogram\":{", messages, nanos, cpu,
        resident_bytes());
    const char *comma = "";
    for (uint64_t i = 0; i < BUCKETS; i++) {
        if (histogram[i]) {
            printf("%s\"%lu\":%lu", comma, value_of(i), histogram[i]);
            comma = ",";
        }
    }
    printf("}}\n");
    fflush(stdout);
}
