/* Frames as in doc/wire.md, rings over memory of this process, and what a hostile peer may write there and into the control region.
 *
 *   selftest GOLDEN ENDPOINT   the folder interop/golden, and a name that is free
 *
 * Ends with 1 at the first thing that is not as it should be, and by a signal if that takes too long. */
#define _GNU_SOURCE
#include "lapce_ipc.h"

#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RING = 4096, NOW = 0, SOON = 30000, TOO_LONG_SECONDS = 120 };

static void expect_at(int line, bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "selftest.c:%d: %s (%s)\n", line, what, lapce_error());
        exit(1);
    }
}
#define EXPECT(condition) expect_at(__LINE__, condition, #condition)

/* Two ends over one region. */
typedef struct pair {
    _Alignas(128) uint8_t region[4096 + 2 * RING];
    lapce_stream *client, *server;
} pair;

static pair *open_pair(void) {
    pair *pair = aligned_alloc(128, (sizeof *pair + 127) / 128 * 128);
    memset(pair, 0, sizeof *pair);
    lapce_region_init(pair->region, RING, 1, 2, 3);
    EXPECT(lapce_stream_over(pair->region, sizeof pair->region, false, NULL, &pair->client) == LAPCE_OK);
    EXPECT(lapce_stream_over(pair->region, sizeof pair->region, true, NULL, &pair->server) == LAPCE_OK);
    return pair;
}

static void close_pair(pair *pair) {
    lapce_close(pair->client);
    lapce_close(pair->server);
    free(pair);
}

/* The last message, and how many came. */
typedef struct heard {
    uint8_t bytes[2 * RING];
    size_t length;
    int count;
} heard;

static void hear(void *context, const void *message, size_t length) {
    heard *heard = context;
    heard->length = length;
    heard->count++;
    memcpy(heard->bytes, message, length < sizeof heard->bytes ? length : sizeof heard->bytes);
}

static void golden_frames(void) {
    static const uint8_t golden[] = {0x43, 0x50, 0x41, 0x4c, 0x01, 0x00, 0x02, 0x00, 0x0d, 0x00, 0x00, 0x00, 0x39, 0x30, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x07, 0x2f, 0x90, 0x9d, 'H', 'e', 'l', 'l', 'o', ',', ' ', 'W', 'o', 'r', 'l', 'd', '!'};
    pair *pair = open_pair();
    heard heard = {.count = 0};
    lapce_frame sent = {.type = LAPCE_DATA, .id = 12345, .payload = (const uint8_t *)"Hello, World!", .length = 13}, read;
    uint8_t copy[64], bad[sizeof golden];
    EXPECT(lapce_send_frame(pair->client, &sent, NOW) == LAPCE_OK);
    EXPECT(lapce_receive(pair->server, hear, &heard, 1, NOW) == 1);
    EXPECT(heard.length == sizeof golden && memcmp(heard.bytes, golden, sizeof golden) == 0);
    EXPECT(lapce_read_frame(golden, sizeof golden, copy, sizeof copy, &read) == LAPCE_OK);
    EXPECT(read.id == 12345 && read.type == LAPCE_DATA && read.length == 13 && memcmp(read.payload, "Hello, World!", 13) == 0);
    for (size_t byte = 0; byte < sizeof golden; byte++) { /* no byte may be another */
        memcpy(bad, golden, sizeof golden);
        bad[byte] ^= 0x10;
        EXPECT(lapce_read_frame(bad, sizeof bad, copy, sizeof copy, &read) == LAPCE_CORRUPT);
    }
    EXPECT(lapce_read_frame(golden, 23, copy, sizeof copy, &read) == LAPCE_CORRUPT);
    EXPECT(lapce_read_frame(golden, sizeof golden, copy, 24, &read) == LAPCE_INVALID);
    sent.flags = 0x40;
    EXPECT(lapce_send_frame(pair->client, &sent, NOW) == LAPCE_INVALID);
    close_pair(pair);
}

static void messages_of_all_lengths(void) {
    pair *pair = open_pair();
    uint8_t message[RING / 2];
    for (size_t round = 0; round < 5; round++)
        for (size_t length = 0; length <= RING / 2 - 8; length++) {
            heard heard = {.count = 0};
            memset(message, (int)(length + round), length);
            EXPECT(lapce_send(pair->server, message, length / 3, message + length / 3, length - length / 3, NOW) == LAPCE_OK);
            EXPECT(lapce_receive(pair->client, hear, &heard, 10, NOW) == 1);
            EXPECT(heard.length == length && memcmp(heard.bytes, message, length) == 0);
        }
    close_pair(pair);
}

static void a_full_ring_and_its_end(void) {
    pair *pair = open_pair();
    heard heard = {.count = 0};
    int sent = 0, result;
    while ((result = lapce_send(pair->client, "12345678", 8, NULL, 0, NOW)) == LAPCE_OK)
        sent++;
    EXPECT(result == LAPCE_TIMEOUT && sent == RING / 16 - 1);
    lapce_close_output(pair->client);
    EXPECT(lapce_send(pair->client, "1", 1, NULL, 0, NOW) == LAPCE_INVALID);
    while ((result = lapce_receive(pair->server, hear, &heard, 7, NOW)) > 0) {
    }
    EXPECT(result == LAPCE_END && heard.count == sent);
    EXPECT(lapce_receive(pair->server, hear, &heard, 1, NOW) == LAPCE_END);
    lapce_close(pair->client);
    EXPECT(lapce_send(pair->server, "1", 1, NULL, 0, NOW) == LAPCE_PEER_GONE);
    lapce_close(pair->server);
    free(pair);
}

/* The words of the direction from client to server lie at 128, its records at 4096. */
static void put_header(pair *pair, uint32_t length, uint32_t kind) {
    memcpy(pair->region + 4096, &length, 4);
    memcpy(pair->region + 4100, &kind, 4);
}

static void impossible_records(void) {
    static const uint32_t headers[][2] = {
        {0xFFFFFFFF, 1}, {0x7FFFFFFF, 1}, {RING, 1}, {RING - 7, 1}, {8, 0}, {8, 6}, {8, 3}, {8, 4}, {8, 5}, {8, 256}, {8, 1 | 512}, {8, 0x80000001}};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        pair *pair = open_pair();
        heard heard = {.count = 0};
        put_header(pair, headers[i][0], headers[i][1]);
        EXPECT(lapce_receive(pair->server, hear, &heard, 1, NOW) == LAPCE_CORRUPT && heard.count == 0);
        EXPECT(lapce_receive(pair->server, hear, &heard, 1, NOW) == LAPCE_INVALID);
        close_pair(pair);
    }
}

/* The consumer clears nothing, so these go round for ever. */
static void a_message_without_end(void) {
    pair *pair = open_pair();
    heard heard = {.count = 0};
    put_header(pair, 0, 2);
    EXPECT(lapce_receive(pair->server, hear, &heard, 1, NOW) == LAPCE_TIMEOUT);
    for (size_t offset = 0; offset < RING; offset += 8)
        memcpy(pair->region + 4096 + offset, (uint32_t[]){0, 3}, 8);
    EXPECT(lapce_receive(pair->server, hear, &heard, 1, 100) == LAPCE_TIMEOUT && heard.count == 0);
    close_pair(pair);
}

static void *send_until_corrupt(void *stream) {
    int result;
    while ((result = lapce_send(stream, "1", 1, NULL, 0, NOW)) == LAPCE_OK || result == LAPCE_TIMEOUT) {
    }
    EXPECT(result == LAPCE_INVALID);
    return NULL;
}

static void one_direction_becomes_corrupt_while_the_other_works(void) {
    pair *pair = open_pair();
    heard heard = {.count = 0};
    pthread_t sender;
    EXPECT(pthread_create(&sender, NULL, send_until_corrupt, pair->server) == 0);
    while (lapce_receive(pair->client, hear, &heard, 1, SOON) == 1 && heard.count < 100) {
    }
    put_header(pair, 8, 6);
    EXPECT(lapce_receive(pair->server, hear, &heard, 1, NOW) == LAPCE_CORRUPT);
    pthread_join(sender, NULL);
    close_pair(pair);
}

static void impossible_positions(void) {
    static const uint64_t positions[] = {4, RING / 2 + 8, UINT64_MAX, 1ull << 63};
    for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
        pair *pair = open_pair();
        uint8_t large[RING / 2 - 8] = {0};
        EXPECT(lapce_send(pair->client, large, sizeof large, NULL, 0, NOW) == LAPCE_OK);
        memcpy(pair->region + 128, &positions[i], 8);
        EXPECT(lapce_send(pair->client, large, sizeof large, NULL, 0, NOW) == LAPCE_CORRUPT);
        close_pair(pair);
    }
}

static void other_regions(void) {
    lapce_stream *stream;
    pair *pair = open_pair();
    for (uint32_t offset = 0; offset < 16; offset += 4) { /* magic, version, ringBytes */
        uint32_t before, wrong = 3;
        memcpy(&before, pair->region + offset, 4);
        memcpy(pair->region + offset, &wrong, 4);
        EXPECT(lapce_stream_over(pair->region, sizeof pair->region, true, NULL, &stream) == LAPCE_INCOMPATIBLE);
        memcpy(pair->region + offset, &before, 4);
    }
    EXPECT(lapce_stream_over(pair->region, 4096 + RING, true, NULL, &stream) == LAPCE_INCOMPATIBLE);
    EXPECT(lapce_stream_over(pair->region, 0, true, NULL, &stream) == LAPCE_INCOMPATIBLE);
    close_pair(pair);
}

/* Puts into a region what a file of interop/golden has. */
static void load(const char *folder, const char *name, uint8_t *region, size_t region_bytes) {
    char path[1024], line[128];
    unsigned long bytes;
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    FILE *file = fopen(path, "r");
    EXPECT(file != NULL && fscanf(file, "%lu bytes\n", &bytes) == 1 && bytes == region_bytes);
    memset(region, 0, region_bytes);
    while (fgets(line, sizeof line, file) != NULL) {
        char *next;
        unsigned long offset = strtoul(line, &next, 16);
        for (next++; *next == ' '; offset++)
            region[offset] = (uint8_t)strtoul(next, &next, 16);
    }
    fclose(file);
}

static void golden_messages(const char *folder) {
    static const char *const texts[] = {"one", "", "abcdefghijklm", "last"};
    pair *pair = open_pair();
    heard heard = {.count = 0};
    load(folder, "connection-messages", pair->region, sizeof pair->region);
    for (int i = 0; i < 4; i++) {
        EXPECT(lapce_receive(pair->server, hear, &heard, 1, NOW) == 1);
        EXPECT(heard.length == strlen(texts[i]) && memcmp(heard.bytes, texts[i], heard.length) == 0);
    }
    EXPECT(lapce_receive(pair->server, hear, &heard, 1, NOW) == LAPCE_END);
    close_pair(pair);
}

/* The same bytes as in Java. */
static void golden_fresh(const char *folder) {
    pair *pair = open_pair(), *golden = open_pair();
    memset(pair->region, 0, sizeof pair->region);
    lapce_region_init(pair->region, RING, 0x0123456789ABCDEF, 5, 7);
    load(folder, "connection-fresh", golden->region, sizeof golden->region);
    EXPECT(memcmp(pair->region, golden->region, sizeof golden->region) == 0);
    close_pair(pair);
    close_pair(golden);
}

/* All but the armed words, since nobody sleeps at a stream over mapped memory. */
static void golden_wrapped(const char *folder) {
    pair *pair = open_pair(), *golden = open_pair();
    heard heard = {.count = 0};
    char text[2000];
    load(folder, "connection-wrapped", golden->region, sizeof golden->region);
    lapce_region_init(pair->region, RING, 0x0123456789ABCDEF, 5, 7);
    EXPECT(lapce_send(pair->server, memset(text, 'x', 2000), 2000, NULL, 0, NOW) == LAPCE_OK);
    EXPECT(lapce_send(pair->server, memset(text, 'y', 1500), 1500, NULL, 0, NOW) == LAPCE_OK);
    EXPECT(lapce_receive(pair->client, hear, &heard, 1, NOW) == 1);
    EXPECT(lapce_send(pair->server, memset(text, 'z', 1000), 1000, NULL, 0, NOW) == LAPCE_OK);
    EXPECT(lapce_send(pair->server, text, 1200, NULL, 0, NOW) == LAPCE_TIMEOUT);
    memcpy(pair->region + 512 + 136, golden->region + 512 + 136, 4);
    memcpy(pair->region + 512 + 256, golden->region + 512 + 256, 4);
    EXPECT(memcmp(pair->region, golden->region, sizeof golden->region) == 0);
    memcpy(pair->region, golden->region, sizeof golden->region);
    EXPECT(lapce_receive(pair->client, hear, &heard, 3, NOW) == 2);
    EXPECT(heard.length == 1000 && memcmp(heard.bytes, text, 1000) == 0);
    close_pair(pair);
    close_pair(golden);
}

/* ---- A listener, and whoever else of this user writes into its control region ------------------------------------------------- */

enum { CONTROL_BYTES = 148224, SLOT_AT = 768, LINE_AT = 17152, LINE_BYTES = 128, OWNER = 8, EPOCH_AT = 16, JOINS_AT = 24 };
enum { FREE = 0, CLAIMED = 1, OPEN = 2, ACCEPTED = 3, LIVE = 1, NOBODYS_LINE = 9 };

typedef struct control {
    lapce_listener *listener;
    uint8_t *memory;
    char base[256], locks[256]; /* paths */
} control;

static control bind_control(const char *endpoint, uint32_t slots) {
    control control;
    char pattern[256];
    glob_t found;
    lapce_options options = {.slots = slots};
    EXPECT(lapce_bind(endpoint, &options, &control.listener) == LAPCE_OK);
    snprintf(pattern, sizeof pattern, "/dev/shm/lapce_ipc_*~%s~ctl", endpoint);
    EXPECT(glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc == 1);
    snprintf(control.base, sizeof control.base, "%.*s", (int)(strlen(found.gl_pathv[0]) - strlen("~ctl")), found.gl_pathv[0]);
    snprintf(control.locks, sizeof control.locks, "%.200s_locks", control.base);
    int fd = open(found.gl_pathv[0], O_RDWR | O_CLOEXEC);
    control.memory = mmap(NULL, CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    EXPECT(fd >= 0 && control.memory != MAP_FAILED);
    close(fd);
    globfree(&found);
    return control;
}

static void unbind_control(control *control) {
    lapce_unbind(control->listener);
    munmap(control->memory, CONTROL_BYTES);
}

static _Atomic uint64_t *slot_word(control *control, size_t slot) {
    return (_Atomic uint64_t *)(control->memory + SLOT_AT + 8 * slot);
}

static _Atomic uint64_t *line_word(control *control, size_t line) {
    return (_Atomic uint64_t *)(control->memory + LINE_AT + LINE_BYTES * line + OWNER);
}

static void join(control *control) {
    atomic_fetch_add((_Atomic uint32_t *)(control->memory + JOINS_AT), 1);
}

static const uint64_t NEXT_FREE = 1ull << 32;

/* While nobody comes. */
static void await_word(control *control, _Atomic uint64_t *word, uint64_t expected) {
    lapce_stream *none;
    while (atomic_load(word) != expected)
        EXPECT(lapce_accept(control->listener, 10, &none) == LAPCE_TIMEOUT);
}

/* But for the epoch, the warm regions, which C has none of, and its `waiting`, which is always 1. */
static void golden_control(const char *folder, const char *endpoint) {
    static uint8_t golden[CONTROL_BYTES], made[CONTROL_BYTES];
    control control = bind_control(endpoint, 2);
    load(folder, "control-fresh", golden, sizeof golden);
    memcpy(made, control.memory, sizeof made);
    memcpy(made + 16, golden + 16, 8);
    memcpy(made + 36, golden + 36, 4);
    EXPECT(made[128 + 4] == 1);
    made[128 + 4] = 0;
    EXPECT(memcmp(made, golden, sizeof golden) == 0);
    unbind_control(&control);
}

/* The server forgets a dead process whose line no slot names, but not while it has a stream of it. */
static void a_client_that_names_another_line_and_dies(const char *endpoint) {
    control control = bind_control(endpoint, 2);
    lapce_stream *client, *server, *none;
    heard heard = {.count = 0};
    EXPECT(lapce_connect(endpoint, NULL, &client) == LAPCE_OK);
    EXPECT(lapce_accept(control.listener, SOON, &server) == LAPCE_OK);
    atomic_fetch_xor(slot_word(&control, 0), NOBODYS_LINE << 16);
    lapce_close(client);
    EXPECT(lapce_accept(control.listener, 200, &none) == LAPCE_TIMEOUT);
    EXPECT(lapce_receive(server, hear, &heard, 1, SOON) == LAPCE_END);
    EXPECT(lapce_send(server, "1", 1, NULL, 0, SOON) == LAPCE_PEER_GONE);
    EXPECT(atomic_load(line_word(&control, 0)) == LIVE);
    lapce_close(server);
    await_word(&control, line_word(&control, 0), NEXT_FREE);
    unbind_control(&control);
}

/* Who comes again and again to the first slot does not keep others from being accepted. */
static void clients_take_turns(const char *endpoint) {
    control control = bind_control(endpoint, 2);
    lapce_stream *clients[3], *server;
    heard heard = {.count = 0};
    for (int i = 0; i < 2; i++) {
        EXPECT(lapce_connect(endpoint, NULL, &clients[i]) == LAPCE_OK);
        EXPECT(lapce_send(clients[i], i == 0 ? "0" : "1", 1, NULL, 0, NOW) == LAPCE_OK);
    }
    EXPECT(lapce_accept(control.listener, SOON, &server) == LAPCE_OK);
    lapce_close(clients[0]);
    lapce_close(server);
    EXPECT(lapce_connect(endpoint, NULL, &clients[2]) == LAPCE_OK);
    EXPECT(lapce_accept(control.listener, SOON, &server) == LAPCE_OK);
    EXPECT(lapce_receive(server, hear, &heard, 1, SOON) == 1 && heard.bytes[0] == '1');
    lapce_close(server);
    lapce_close(clients[1]);
    lapce_close(clients[2]);
    unbind_control(&control);
}

typedef struct flips {
    control control;
    _Atomic uint64_t looks;
    _Atomic bool over;
    int lost; /* slots that were freed though they were OPEN */
} flips;

/* A dead process's slot is claimed and opened in turn. Whatever was opened is accepted, or turned away, before it is free: that takes two
 * looks. */
static void *claim_and_open(void *argument) {
    flips *flips = argument;
    _Atomic uint64_t *word = slot_word(&flips->control, 0);
    for (int round = 0; round < 100; round++) {
        uint64_t claimed = atomic_load(word) | NOBODYS_LINE << 16 | CLAIMED, opened = (claimed & ~15ull) | OPEN, found;
        for (atomic_store(word, claimed);;) {
            uint64_t look = atomic_load(&flips->looks);
            if (found = claimed, !atomic_compare_exchange_strong(word, &found, opened))
                break;
            if (found = opened, !atomic_compare_exchange_strong(word, &found, claimed)) {
                flips->lost += (found & 15) == FREE && atomic_load(&flips->looks) == look;
                break;
            }
        }
        while ((atomic_load(word) & 15) != FREE)
            sched_yield();
    }
    atomic_store(&flips->over, true);
    return NULL;
}

static void no_open_slot_is_freed(const char *endpoint) {
    flips flips = {.control = bind_control(endpoint, 2)};
    lapce_stream *none;
    pthread_t peer;
    atomic_store(line_word(&flips.control, NOBODYS_LINE), LIVE);
    atomic_store(slot_word(&flips.control, 1), NOBODYS_LINE << 16 | ACCEPTED); /* so the line stays dead, and is not given back */
    EXPECT(lapce_accept(flips.control.listener, 100, &none) == LAPCE_TIMEOUT);
    EXPECT(pthread_create(&peer, NULL, claim_and_open, &flips) == 0);
    while (!atomic_load(&flips.over)) {
        atomic_fetch_add(&flips.looks, 1);
        EXPECT(lapce_accept(flips.control.listener, NOW, &none) == LAPCE_TIMEOUT);
    }
    pthread_join(peer, NULL);
    EXPECT(flips.lost == 0);
    unbind_control(&flips.control);
}

typedef struct scribbles {
    control control;
    _Atomic bool over;
} scribbles;

static void *scribble(void *argument) {
    scribbles *scribbles = argument;
    unsigned random = 1;
    while (!atomic_load(&scribbles->over)) {
        for (int i = 0; i < 8; i++) {
            uint64_t line = (uint64_t)rand_r(&random) % 32, word = (uint64_t)rand_r(&random) % 4 << 32;
            if (i == 0)
                atomic_store(line_word(&scribbles->control, line), word | (rand_r(&random) & 1));
            else
                atomic_store(slot_word(&scribbles->control, i - 1),
                    word | (rand_r(&random) & 1 ? line : (uint64_t)rand_r(&random)) << 16 | (rand_r(&random) & 0x77));
        }
        join(&scribbles->control);
        usleep(100);
    }
    return NULL;
}

/* Real clients come meanwhile; what becomes of them is not known. */
static void random_words(const char *endpoint) {
    scribbles scribbles = {.control = bind_control(endpoint, 8)};
    pthread_t peer;
    heard heard = {.count = 0};
    lapce_options options = {.ring_bytes = RING};
    EXPECT(pthread_create(&peer, NULL, scribble, &scribbles) == 0);
    for (int round = 0; round < 300; round++) {
        lapce_stream *client = NULL, *server = NULL;
        lapce_connect(endpoint, &options, &client);
        if (lapce_accept(scribbles.control.listener, 1, &server) == LAPCE_OK) {
            lapce_receive(server, hear, &heard, 1, 1);
            lapce_send(server, "1", 1, NULL, 0, 1);
        }
        lapce_close(round & 1 ? client : server);
        lapce_close(round & 1 ? server : client);
    }
    atomic_store(&scribbles.over, true);
    pthread_join(peer, NULL);
    unbind_control(&scribbles.control);
}

typedef struct shortage {
    struct rlimit before;
    useconds_t micros;
} shortage;

static void *end_shortage(void *argument) {
    shortage *shortage = argument;
    usleep(shortage->micros);
    setrlimit(RLIMIT_NOFILE, &shortage->before);
    return NULL;
}

/* A client that comes while the server has no descriptor for its lock, or for its region, waits, and nobody need tell it again. */
static void a_server_without_descriptors(const char *endpoint) {
    for (rlim_t left = 0; left < 2; left++) {
        control control = bind_control(endpoint, 1);
        lapce_stream *client, *server = NULL;
        heard heard = {.count = 0};
        shortage shortage = {.micros = 50000};
        pthread_t ending;
        EXPECT(lapce_connect(endpoint, NULL, &client) == LAPCE_OK);
        EXPECT(lapce_send(client, "1", 1, NULL, 0, NOW) == LAPCE_OK);
        getrlimit(RLIMIT_NOFILE, &shortage.before);
        int next = dup(0);
        close(next);
        struct rlimit tight = {.rlim_cur = (rlim_t)next + left, .rlim_max = shortage.before.rlim_max};
        setrlimit(RLIMIT_NOFILE, &tight);
        EXPECT(lapce_accept(control.listener, 10, &server) == LAPCE_TIMEOUT);
        EXPECT(pthread_create(&ending, NULL, end_shortage, &shortage) == 0);
        EXPECT(lapce_accept(control.listener, SOON, &server) == LAPCE_OK);
        pthread_join(ending, NULL);
        EXPECT(lapce_receive(server, hear, &heard, 1, SOON) == 1);
        lapce_close(client);
        lapce_close(server);
        unbind_control(&control);
    }
}

/* Only a lock file that is not there, or that nobody holds, is a dead server's. */
static void locks_that_are_none(const char *endpoint) {
    char link[300], pipe[300], region[300];
    lapce_stream *none;
    control control = bind_control(endpoint, 1);
    unbind_control(&control);
    snprintf(link, sizeof link, "%s/server.00000000000000aa.lock", control.locks);
    snprintf(pipe, sizeof pipe, "%s/server.00000000000000bb.lock", control.locks);
    snprintf(region, sizeof region, "%s~00000000000000aa~s0g0", control.base);
    EXPECT(mkdir(control.locks, 0700) == 0 && symlink("bind.lock", link) == 0 && mkfifo(pipe, 0600) == 0);
    close(open(region, O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    control = bind_control(endpoint, 1);
    EXPECT(unlink(link) == 0 && unlink(region) == 0);
    unlink(pipe);
    snprintf(link, sizeof link, "%s/client.%016llx.%d.0.lock", control.locks, *(unsigned long long *)(control.memory + EPOCH_AT),
        NOBODYS_LINE);
    EXPECT(symlink("bind.lock", link) == 0);
    atomic_store(line_word(&control, NOBODYS_LINE), LIVE);
    atomic_store(slot_word(&control, 0), NOBODYS_LINE << 16 | CLAIMED);
    EXPECT(lapce_accept(control.listener, 100, &none) == LAPCE_TIMEOUT);
    EXPECT(atomic_load(slot_word(&control, 0)) == (NOBODYS_LINE << 16 | CLAIMED));
    unlink(link);
    await_word(&control, slot_word(&control, 0), NEXT_FREE);
    unbind_control(&control);
}

static void *remove_directory(void *argument) {
    scribbles *scribbles = argument;
    while (!atomic_load(&scribbles->over))
        rmdir(scribbles->control.locks);
    return NULL;
}

/* As whoever leaves last does. */
static void the_lock_directory_is_removed_meanwhile(const char *endpoint) {
    scribbles scribbles = {.control = bind_control(endpoint, 1)};
    pthread_t peer;
    unbind_control(&scribbles.control);
    EXPECT(pthread_create(&peer, NULL, remove_directory, &scribbles) == 0);
    for (int round = 0; round < 300; round++) {
        lapce_listener *listener;
        EXPECT(lapce_bind(endpoint, NULL, &listener) == LAPCE_OK);
        lapce_unbind(listener);
    }
    atomic_store(&scribbles.over, true);
    pthread_join(peer, NULL);
}

static _Atomic bool signalled;

static void note_signal(int number) {
    (void)number;
    atomic_store(&signalled, true);
}

/* The program's own threads get its signals. */
static void signals_are_not_for_threads_that_watch(const char *endpoint) {
    control control = bind_control(endpoint, 1);
    lapce_stream *client;
    sigset_t set;
    signal(SIGUSR1, note_signal);
    EXPECT(lapce_connect(endpoint, NULL, &client) == LAPCE_OK);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    usleep(20000);
    EXPECT(!atomic_load(&signalled));
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    while (!atomic_load(&signalled))
        usleep(1000);
    lapce_close(client);
    unbind_control(&control);
}

static void bad_arguments(void) {
    enum { LONGEST = 64 };
    lapce_stream *stream;
    lapce_listener *listener;
    char name[LONGEST + 2];
    memset(name, 'a', sizeof name);
    name[LONGEST + 1] = 0;
    lapce_options odd = {.ring_bytes = 5000}, many = {.slots = 1025}, session = {.session = "a/b"}, long_session = {.session = name};
    EXPECT(lapce_connect("a/b", NULL, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("", NULL, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("a", &odd, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("a", &many, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("a", &session, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("a", &long_session, &stream) == LAPCE_INVALID);
    EXPECT(lapce_bind(name, NULL, &listener) == LAPCE_INVALID);
    name[LONGEST] = 0;
    EXPECT(lapce_connect(name, &long_session, &stream) == LAPCE_NO_ENDPOINT);
}

int main(int count, char **arguments) {
    EXPECT(count == 3);
    const char *folder = arguments[1], *endpoint = arguments[2];
    alarm(TOO_LONG_SECONDS);
    golden_fresh(folder);
    golden_messages(folder);
    golden_wrapped(folder);
    golden_frames();
    messages_of_all_lengths();
    a_full_ring_and_its_end();
    impossible_records();
    impossible_positions();
    a_message_without_end();
    one_direction_becomes_corrupt_while_the_other_works();
    other_regions();
    bad_arguments();
    golden_control(folder, endpoint);
    a_client_that_names_another_line_and_dies(endpoint);
    clients_take_turns(endpoint);
    no_open_slot_is_freed(endpoint);
    random_words(endpoint);
    a_server_without_descriptors(endpoint);
    locks_that_are_none(endpoint);
    the_lock_directory_is_removed_meanwhile(endpoint);
    signals_are_not_for_threads_that_watch(endpoint);
    return 0;
}
