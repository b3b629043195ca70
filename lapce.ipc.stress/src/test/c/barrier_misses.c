/* Does a membarrier(2) reach a processor that idled, with this process's memory still mapped, while the process registered? ADR 18.
 *
 *   cc -std=gnu11 -O2 -pthread -o barrier_misses barrier_misses.c
 *   ./barrier_misses 0    registers before the other thread is made
 *   ./barrier_misses 1    registers while it sleeps, alone on its processor
 *
 * A barrier that reaches the other thread is an interrupt at its processor: CAL in /proc/interrupts. Needs two processors on which nothing else runs: one that
 * switches to another process is told anew. */
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BARRIERS = 100, PROCESSES = 200, OTHERS_CPU = 0, OWN_CPU = 1 };
enum { REACHED, MISSED, UNKNOWN }; /* unknown: the other thread did not run all the time */

static volatile long turns; /* of the other thread, while it runs */
static volatile int stop;

static void move_to(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set);
}

static void sleep_millis(long millis) {
    nanosleep(&(struct timespec){.tv_nsec = millis * 1000000}, NULL);
}

static long interrupts_of_other(void) {
    char line[512];
    long first = -1;
    FILE *file = fopen("/proc/interrupts", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL && sscanf(line, " CAL: %ld", &first) != 1) {
    }
    if (file != NULL)
        fclose(file);
    return first;
}

static int other_runs(void) {
    long before = turns;
    for (int i = 0; i < 2000; i++)
        if (turns != before)
            return 1;
    return 0;
}

static void *other(void *unused) {
    move_to(OTHERS_CPU);
    sleep_millis(20);
    while (!stop)
        turns++;
    return unused;
}

static void take_part(void) {
    syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0);
}

static int try_once(int late) {
    pthread_t thread;
    move_to(OWN_CPU);
    if (!late)
        take_part();
    pthread_create(&thread, NULL, other, NULL);
    sleep_millis(8);
    if (late)
        take_part();
    while (turns == 0) {
    }
    int ran = 1;
    long before = interrupts_of_other();
    for (int i = 0; i < BARRIERS && ran; i++) {
        ran = other_runs();
        syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0);
        ran &= other_runs();
    }
    long came = interrupts_of_other() - before;
    stop = 1;
    pthread_join(thread, NULL);
    return !ran ? UNKNOWN : came < BARRIERS / 2 ? MISSED : REACHED;
}

int main(int count, char **arguments) {
    int late = count > 1 && atoi(arguments[1]), seen[3] = {0};
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(try_once(late));
        int status;
        waitpid(child, &status, 0);
        seen[WEXITSTATUS(status) % 3]++;
    }
    printf("registered %s: reached in %d processes, missed in %d, unknown in %d\n", late ? "while the other thread slept" : "before it was made",
        seen[REACHED], seen[MISSED], seen[UNKNOWN]);
}
