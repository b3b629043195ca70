/* Frames as in doc/wire.md, rings over memory of this process, and what a hostile peer may write there.
 *
 *   selftest GOLDEN   the folder interop/golden
 *
 * Ends with 1 at the first thing that is not as it should be, and by a signal if that takes too long. */
#define _GNU_SOURCE
#include "lapce_ipc.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void bad_arguments(void) {
    lapce_stream *stream;
    lapce_options odd = {.ring_bytes = 5000}, many = {.slots = 1025}, session = {.session = "a/b"};
    EXPECT(lapce_connect("a/b", NULL, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("", NULL, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("a", &odd, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("a", &many, &stream) == LAPCE_INVALID);
    EXPECT(lapce_connect("a", &session, &stream) == LAPCE_INVALID);
}

int main(int count, char **arguments) {
    EXPECT(count == 2);
    const char *folder = arguments[1];
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
    return 0;
}
