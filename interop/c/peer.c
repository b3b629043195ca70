/* The other end of the project's tests.
 *
 *   peer send ENDPOINT COUNT LENGTH       connects, sends numbered frames, and waits until the server has closed
 *   peer exchange ENDPOINT COUNT LENGTH   the same, and takes each back as it was
 *   peer echo ENDPOINT STREAMS            binds, and sends each message of so many streams back
 *   peer stay ENDPOINT                    connects, sends three messages, says "ready", and waits for the end of the stream
 *   peer serve ENDPOINT                   binds, sends three messages to whoever comes, says "ready", and waits for the end of the stream
 *   peer section NAME BYTES COUNT LENGTH  Windows: makes a section, and exchanges over the region that somebody makes in it before he writes a line
 *
 * It says what it saw on standard output, and ends with 1 and one line on standard error if something failed. */
#include "lapce_ipc.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _WIN32
#include <windows.h>
#endif

enum { BATCH = 256 };

static void check(int result) {
    if (result < 0) {
        fprintf(stderr, "peer: %s\n", lapce_error());
        exit(1);
    }
}

static void expect(bool holds, const char *what, uint64_t value) {
    if (!holds) {
        fprintf(stderr, "peer: %s=%" PRIu64 "\n", what, value);
        exit(1);
    }
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

typedef struct task {
    lapce_stream *stream;
    uint64_t count, received;
    uint32_t length;
    uint8_t *copy;
} task;

/* Each byte depends on the number, so that a message in the wrong place is seen. */
static void number_payload(uint8_t *payload, uint32_t length, uint64_t number) {
    if (length >= 8)
        memcpy(payload, &number, 8);
    else
        memset(payload, (int)number, length);
}

static void send_numbered(task *task) {
    uint8_t *payload = calloc(1, task->length + 1);
    for (uint64_t number = 1; number <= task->count; number++) {
        number_payload(payload, task->length, number);
        lapce_frame frame = {.type = LAPCE_DATA, .id = number, .payload = payload, .length = task->length};
        check(lapce_send_frame(task->stream, &frame, LAPCE_FOREVER));
    }
    lapce_close_output(task->stream);
    free(payload);
}

static void receive_numbered(void *context, const void *message, size_t length) {
    task *task = context;
    lapce_frame frame;
    uint8_t expected[8] = {0};
    check(lapce_read_frame(message, length, task->copy, LAPCE_FRAME_HEADER + task->length, &frame));
    task->received++;
    expect(frame.id == task->received, "frame out of order: id", frame.id);
    expect(frame.length == task->length && frame.type == LAPCE_DATA, "another frame: length", frame.length);
    number_payload(expected, task->length < 8 ? task->length : 8, task->received);
    expect(memcmp(expected, frame.payload, task->length < 8 ? task->length : 8) == 0, "another payload: id", frame.id);
}

static void *receive_back(void *argument) {
    task *task = argument;
    int result;
    task->copy = malloc(LAPCE_FRAME_HEADER + task->length);
    while ((result = lapce_receive(task->stream, receive_numbered, task, BATCH, LAPCE_FOREVER)) > 0) {
    }
    if (result != LAPCE_END)
        check(result);
    free(task->copy);
    return NULL;
}

static void exchange(lapce_stream *stream, uint64_t count, uint32_t length) {
    task task = {.stream = stream, .count = count, .length = length};
    pthread_t receiver;
    double start = seconds();
    expect(pthread_create(&receiver, NULL, receive_back, &task) == 0, "no thread", 0);
    send_numbered(&task);
    pthread_join(receiver, NULL);
    expect(task.received == count, "frames missing: received", task.received);
    printf("exchanged %" PRIu64 " frames in %.3f s\n", count, seconds() - start);
}

#ifdef _WIN32

static int over_section(int count, char **arguments) {
    expect(count == 6, "arguments", (uint64_t)count);
    size_t bytes = strtoull(arguments[3], NULL, 10);
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, (DWORD)bytes, arguments[2]);
    expect(section != NULL && GetLastError() != ERROR_ALREADY_EXISTS, "no section: error", GetLastError());
    void *region = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    expect(region != NULL, "no view: error", GetLastError());
    lapce_stream *stream;
    puts("ready");
    getchar(); /* the other side has made the region */
    check(lapce_stream_over(region, bytes, false, NULL, &stream));
    exchange(stream, strtoull(arguments[4], NULL, 10), (uint32_t)strtoul(arguments[5], NULL, 10));
    lapce_close(stream);
    return 0;
}

int main(int count, char **arguments) {
    setvbuf(stdout, NULL, _IONBF, 0);
    return over_section(count, arguments);
}

#else

static void count_message(void *context, const void *message, size_t length) {
    (void)message, (void)length;
    ++*(uint64_t *)context;
}

static void await_end(lapce_stream *stream) {
    uint64_t count = 0;
    int result;
    while ((result = lapce_receive(stream, count_message, &count, BATCH, LAPCE_FOREVER)) > 0) {
    }
    if (result != LAPCE_END)
        check(result);
    printf("received %" PRIu64 "\n", count);
}

static void send_back(void *context, const void *message, size_t length) {
    check(lapce_send(context, message, length, NULL, 0, LAPCE_FOREVER));
}

static void *echo(void *argument) {
    int result;
    while ((result = lapce_receive(argument, send_back, argument, BATCH, LAPCE_FOREVER)) > 0) {
    }
    if (result != LAPCE_END)
        printf("stream ended: %s\n", lapce_error());
    lapce_close(argument);
    return NULL;
}

static void send_three(lapce_stream *stream) {
    for (char number = '1'; number <= '3'; number++)
        check(lapce_send(stream, "message ", 8, &number, 1, LAPCE_FOREVER));
    puts("ready");
}

int main(int count, char **arguments) {
    expect(count >= 3, "arguments", (uint64_t)count);
    const char *what = arguments[1], *endpoint = arguments[2];
    uint64_t number = count > 3 ? strtoull(arguments[3], NULL, 10) : 0;
    uint32_t length = count > 4 ? (uint32_t)strtoul(arguments[4], NULL, 10) : 0;
    const char *spins = getenv("SPINS"), *ring = getenv("RING_BYTES");
    lapce_options options = {.spins = spins != NULL ? (uint32_t)strtoul(spins, NULL, 10) : 0,
        .ring_bytes = ring != NULL ? (uint32_t)strtoul(ring, NULL, 10) : 0,
        .connect_timeout = LAPCE_FOREVER};
    lapce_stream *stream = NULL;
    lapce_listener *listener = NULL;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (strcmp(what, "echo") == 0 || strcmp(what, "serve") == 0) {
        check(lapce_bind(endpoint, &options, &listener));
        puts("ready");
        pthread_t *threads = calloc(number + 1, sizeof *threads);
        for (uint64_t i = 0; i < number; i++) {
            check(lapce_accept(listener, LAPCE_FOREVER, &stream));
            expect(pthread_create(&threads[i], NULL, echo, stream) == 0, "no thread", i);
        }
        for (uint64_t i = 0; i < number; i++)
            pthread_join(threads[i], NULL);
        free(threads);
        if (strcmp(what, "serve") == 0) {
            check(lapce_accept(listener, LAPCE_FOREVER, &stream));
            send_three(stream);
            await_end(stream);
            lapce_close(stream);
        }
        lapce_unbind(listener);
        return 0;
    }
    check(lapce_connect(endpoint, &options, &stream));
    if (strcmp(what, "stay") == 0) {
        send_three(stream);
        await_end(stream);
    } else if (strcmp(what, "exchange") == 0)
        exchange(stream, number, length);
    else {
        task task = {.stream = stream, .count = number, .length = length};
        double start = seconds();
        send_numbered(&task);
        await_end(stream);
        printf("sent %" PRIu64 " frames in %.3f s\n", number, seconds() - start);
    }
    lapce_close(stream);
    return 0;
}

#endif
