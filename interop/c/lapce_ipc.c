/* The parts, in this order: words and bytes of the layout; frames; the ring; waking and waiting; streams; and for Linux: objects with
 * names, life locks, connecting, binding. Names like n2 and w3 are the steps of doc/shared-memory.md. */
#define _GNU_SOURCE
#define __USE_MINGW_ANSI_STDIO 1 /* %zu */
#include "lapce_ipc.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __linux__
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#ifdef _WIN32
#include <windows.h>
#endif

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "integers are little-endian"
#endif
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2, "processes share no locks");

#ifdef __MINGW32__
#define PRINTF gnu_printf
#else
#define PRINTF printf
#endif

typedef _Atomic uint32_t word32;
typedef _Atomic uint64_t word64;

static _Thread_local char error_text[320];

const char *lapce_error(void) {
    return error_text;
}

__attribute__((format(PRINTF, 2, 3))) static int fail(lapce_result result, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error_text, sizeof error_text, format, arguments);
    va_end(arguments);
    return result;
}

/* ---- Words and bytes of the layout ------------------------------------------------------------------------------------------ */

enum {
    /* control region */
    CONTROL_BYTES = 148224, MAX_SLOTS = 1024,
    VERSION_AT = 8, SLOTS_AT = 12, EPOCH_AT = 16, JOINS_AT = 24, WANTS_AT = 28, CLOSED_AT = 32, WARM_RING_BYTES_AT = 36,
    SERVER_AT = 128, SERVER_READY = 256, CLIENT_READY = 384, POLLER_READY = 256 /* behind either */,
    SLOT_AT = 768, SLOT_WAKES_AT = 8960, SERVER_WAKES = 0, CLIENT_WAKES = 4, CLIENT_AT = 17152,
    /* a line */
    LINE_BYTES = 128, WAKES = 0, WAITING = 4, OWNER = 8, WANT_SLOT = 16, POLLER_WAKES = 20, POLLER_WAITING = 24,
    /* region of a connection */
    RECORDS_AT = 4096, RING_BYTES_AT = 12, CONNECTION_EPOCH_AT = 16, CONNECTION_SLOT_AT = 24, GENERATION_AT = 28,
    CLIENT_TO_SERVER = 128, SERVER_TO_CLIENT = 512,
    /* words of one direction */
    CONSUMED = 0, WANTED = 128, SPACE_ARMED = 136, OUTPUT_CLOSED = 140, DATA_ARMED = 256, INPUT_CLOSED = 260,
    /* armed word */
    AWAKE = 0, BUSY = 3, LEADER = 0, DIRECT = 1, POLLER = 2,
    /* record header */
    HEADER = 8, MESSAGE = 1, FIRST = 2, MIDDLE = 3, LAST = 4, PADDING = 5, ABANDON = 256,
    /* line word and slot word */
    LINE_FREE = 0, LINE_LIVE = 1,
    FREE = 0, CLAIMED = 1, OPEN = 2, ACCEPTED = 3, WARMING = 4, CLIENT_DONE = 16, SERVER_DONE = 32, WARM = 64
};
static const uint64_t CONNECTION_MAGIC = 0x4E4F43454350414C;
static const uint32_t SMALLEST_RING = 4096;

static word32 *at32(void *base, size_t offset) {
    return (word32 *)((char *)base + offset);
}

static word64 *at64(void *base, size_t offset) {
    return (word64 *)((char *)base + offset);
}

static uint32_t acquire32(word32 *word) {
    return atomic_load_explicit(word, memory_order_acquire);
}

static uint64_t acquire64(word64 *word) {
    return atomic_load_explicit(word, memory_order_acquire);
}

static void release32(word32 *word, uint32_t value) {
    atomic_store_explicit(word, value, memory_order_release);
}

static void release64(word64 *word, uint64_t value) {
    atomic_store_explicit(word, value, memory_order_release);
}

static void full_fence(void) {
    atomic_thread_fence(memory_order_seq_cst);
}

size_t lapce_region_bytes(uint32_t ring_bytes) {
    return RECORDS_AT + 2 * (size_t)ring_bytes;
}

static bool is_ring_bytes(uint32_t bytes) {
    return bytes >= SMALLEST_RING && (bytes & (bytes - 1)) == 0 && bytes <= 1u << 30;
}

static void set_plain32(void *base, size_t offset, uint32_t value) {
    atomic_store_explicit(at32(base, offset), value, memory_order_relaxed);
}

static uint32_t plain32(void *base, size_t offset) {
    return atomic_load_explicit(at32(base, offset), memory_order_relaxed);
}

void lapce_region_init(void *region, uint32_t ring_bytes, uint64_t epoch, uint32_t slot, uint32_t generation) {
    set_plain32(region, VERSION_AT, LAPCE_LAYOUT_VERSION);
    set_plain32(region, RING_BYTES_AT, ring_bytes);
    atomic_store_explicit(at64(region, CONNECTION_EPOCH_AT), epoch, memory_order_relaxed);
    set_plain32(region, CONNECTION_SLOT_AT, slot);
    set_plain32(region, GENERATION_AT, generation);
    release64(at64(region, 0), CONNECTION_MAGIC);
}

/* The ring's capacity, or what is wrong. */
static int check_region(void *region, size_t bytes, uint32_t *ring_bytes) {
    uint64_t magic = bytes < RECORDS_AT ? 0 : acquire64(at64(region, 0));
    uint32_t version = magic == CONNECTION_MAGIC ? plain32(region, VERSION_AT) : 0;
    *ring_bytes = version == LAPCE_LAYOUT_VERSION ? plain32(region, RING_BYTES_AT) : 0;
    if (!is_ring_bytes(*ring_bytes) || lapce_region_bytes(*ring_bytes) > bytes)
        return fail(LAPCE_INCOMPATIBLE, "connection region has another layout: magic=0x%llx, version=%u, ringBytes=%u, bytes=%zu",
            (unsigned long long)magic, version, *ring_bytes, bytes);
    return LAPCE_OK;
}

/* ---- Frames ----------------------------------------------------------------------------------------------------------------- */

/* Eight bytes at a time: "A Systematic Approach to Building High Performance Software-based CRC Generators", Kounavis and Berry, 2005. */
static uint32_t crc_tables[8][256];

__attribute__((constructor)) static void make_crc_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
        crc_tables[0][byte] = crc;
    }
    for (int table = 1; table < 8; table++)
        for (int byte = 0; byte < 256; byte++) {
            uint32_t crc = crc_tables[table - 1][byte];
            crc_tables[table][byte] = crc >> 8 ^ crc_tables[0][crc & 255];
        }
}

uint32_t lapce_crc32(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *next = bytes;
    crc = ~crc;
    for (; length >= 8; length -= 8, next += 8) {
        uint32_t low, high;
        memcpy(&low, next, 4);
        memcpy(&high, next + 4, 4);
        low ^= crc;
        crc = crc_tables[7][low & 255] ^ crc_tables[6][low >> 8 & 255] ^ crc_tables[5][low >> 16 & 255] ^ crc_tables[4][low >> 24]
            ^ crc_tables[3][high & 255] ^ crc_tables[2][high >> 8 & 255] ^ crc_tables[1][high >> 16 & 255] ^ crc_tables[0][high >> 24];
    }
    for (; length > 0; length--)
        crc = crc >> 8 ^ crc_tables[0][(crc ^ *next++) & 255];
    return ~crc;
}

static const uint32_t FRAME_MAGIC = 0x4C415043;
enum { FRAME_VERSION = 1, FRAME_RESERVED_FLAGS = 0x01 | 0x02 | 0x40 | 0x80, FRAME_CRC_AT = 20 };

static void put_frame_header(uint8_t header[LAPCE_FRAME_HEADER], const lapce_frame *frame) {
    memset(header, 0, LAPCE_FRAME_HEADER);
    memcpy(header, &FRAME_MAGIC, 4);
    header[4] = FRAME_VERSION;
    header[5] = frame->flags;
    memcpy(header + 6, &frame->type, 2);
    memcpy(header + 8, &frame->length, 4);
    memcpy(header + 12, &frame->id, 8);
    uint32_t crc = lapce_crc32(lapce_crc32(0, header, LAPCE_FRAME_HEADER), frame->payload, frame->length);
    memcpy(header + FRAME_CRC_AT, &crc, 4);
}

int lapce_send_frame(lapce_stream *stream, const lapce_frame *frame, int timeout) {
    uint8_t header[LAPCE_FRAME_HEADER];
    if (frame->flags & FRAME_RESERVED_FLAGS || frame->length > LAPCE_FRAME_MAX_PAYLOAD)
        return fail(LAPCE_INVALID, "frame: flags=0x%x, length=%u; flags 0x%x are reserved, and %u bytes are the most", frame->flags,
            frame->length, FRAME_RESERVED_FLAGS, LAPCE_FRAME_MAX_PAYLOAD);
    put_frame_header(header, frame);
    return lapce_send(stream, header, sizeof header, frame->payload, frame->length, timeout);
}

int lapce_read_frame(const void *message, size_t length, void *copy, size_t copy_bytes, lapce_frame *frame) {
    if (length < LAPCE_FRAME_HEADER)
        return fail(LAPCE_CORRUPT, "corrupt frame: length=%zu, and a header has %d", length, LAPCE_FRAME_HEADER);
    if (length > copy_bytes)
        return fail(LAPCE_INVALID, "frame of %zu bytes does not fit a copy of %zu", length, copy_bytes);
    uint8_t *bytes = memcpy(copy, message, length);
    uint32_t magic, crc;
    memcpy(&magic, bytes, 4);
    memcpy(&frame->type, bytes + 6, 2);
    memcpy(&frame->length, bytes + 8, 4);
    memcpy(&frame->id, bytes + 12, 8);
    memcpy(&crc, bytes + FRAME_CRC_AT, 4);
    frame->flags = bytes[5];
    frame->payload = bytes + LAPCE_FRAME_HEADER;
    if (magic != FRAME_MAGIC)
        return fail(LAPCE_CORRUPT, "corrupt frame: magic=0x%x", magic);
    if (bytes[4] != FRAME_VERSION)
        return fail(LAPCE_CORRUPT, "corrupt frame: version=%u", bytes[4]);
    if (frame->flags & FRAME_RESERVED_FLAGS)
        return fail(LAPCE_CORRUPT, "corrupt frame: flags=0x%x", frame->flags);
    if (frame->length > LAPCE_FRAME_MAX_PAYLOAD || frame->length != length - LAPCE_FRAME_HEADER)
        return fail(LAPCE_CORRUPT, "corrupt frame: payload length=%u in a message of %zu", frame->length, length);
    memset(bytes + FRAME_CRC_AT, 0, 4);
    uint32_t found = lapce_crc32(0, bytes, length);
    return found == crc ? LAPCE_OK : fail(LAPCE_CORRUPT, "corrupt frame: crc=0x%08x, and its bytes have 0x%08x", crc, found);
}

/* ---- The ring --------------------------------------------------------------------------------------------------------------- */

/* What one end of one direction knows. */
typedef struct side {
    char *words;
    char *records;
    uint64_t capacity;
    uint64_t position;      /* published, or consumed */
    uint64_t told;          /* consumed as the peer may know, or as the peer last said */
    uint32_t armed_at;      /* the own armed word: SPACE_ARMED or DATA_ARMED */
    uint32_t peer_armed_at; /* the peer's */
    uint32_t rung;          /* the peer's armed word that it was woken for: n6 */
    uint32_t number;        /* of the last wait */
    uint32_t streak;        /* so often the side has gone on since it armed */
    bool busy;              /* the own armed word is BUSY */
} side;

struct lapce_stream {
    side out, in;
    bool abandon;        /* the next record says that the fragments before it are void */
    bool output_ended;
    bool fragments_open;
    char *fragments;
    size_t fragments_length, fragments_room;
    uint32_t max_message_length;
    uint32_t spins;
    _Atomic bool corrupt; /* in one direction, which ends both, and each has a thread */

    /* Where it is woken and wakes; a stream over mapped memory has no control region, and spins. */
    void *control;
    uint32_t slot, generation;
    size_t own_line, peer_line, own_ready, peer_ready, peer_slot_wakes;
    uint32_t peer_done;       /* the bit of the slot word that says that the peer uses it no more */
    _Atomic bool *peer_died;  /* its lock is free */
    void (*leave)(lapce_stream *); /* the end of what connecting or accepting began */
    void *owner;
    void *region;
    size_t region_bytes;
};

static uint64_t record_length(uint64_t length) {
    return HEADER + ((length + 7) & ~(uint64_t)7);
}

static word64 *header_at(side *side, uint64_t position) {
    return at64(side->records, position & (side->capacity - 1));
}

static uint64_t header_of(uint32_t length, uint32_t kind) {
    return (uint64_t)kind << 32 | length;
}

/* A record is contiguous, so the end of the ring may stay unused. */
static uint64_t padding_before(side *out, uint64_t length) {
    uint64_t to_end = out->capacity - (out->position & (out->capacity - 1));
    return record_length(length) <= to_end ? 0 : to_end;
}

/* The consumed position from which on a record fits. */
static uint64_t wanted_for(side *out, uint64_t length) {
    uint64_t end = out->position + padding_before(out, length) + record_length(length) + HEADER;
    return end <= out->capacity ? 0 : end - out->capacity;
}

static int corrupt(lapce_stream *stream, const char *what, uint64_t value) {
    stream->corrupt = true;
    return fail(LAPCE_CORRUPT, "corrupt ring: %s=%llu; close the stream", what, (unsigned long long)value);
}

static int learn_consumed(lapce_stream *stream) {
    side *out = &stream->out;
    uint64_t now = acquire64(at64(out->words, CONSUMED)); /* pairs with tell */
    if (now < out->told || now > out->position || (now & 7) != 0)
        return corrupt(stream, "consumedPosition", now);
    out->told = now;
    return LAPCE_OK;
}

/* ---- Waking and waiting ----------------------------------------------------------------------------------------------------- */

static void wake_all(word32 *wakes);
static void sleep_while(word32 *wakes, uint32_t seen, int64_t nanos);
static bool have_barriers(void);
static void barrier(void);
static void yield_processor(void);

static int64_t now_nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t deadline_of(int timeout) {
    return timeout < 0 ? INT64_MAX : now_nanos() + (int64_t)timeout * 1000000;
}

static int64_t nanos_until(int64_t deadline) {
    return deadline == INT64_MAX ? INT64_MAX : deadline - now_nanos();
}

static void add_and_wake(word32 *wakes) {
    atomic_fetch_add(wakes, 1);
    wake_all(wakes);
}

/* n4 and n5, for whoever parks at a line; `who` is 0 for the leader, POLLER for the poller. */
static void ring_line(void *control, size_t line, size_t ready, int64_t slot, uint32_t who) {
    if (slot >= 0)
        atomic_fetch_or(at64(control, ready + (who == POLLER ? POLLER_READY : 0) + (size_t)slot / 64 * 8), 1ull << (slot & 63));
    full_fence();
    if (atomic_load(at32(control, line + (who == POLLER ? POLLER_WAITING : WAITING))) != 0)
        add_and_wake(at32(control, line + (who == POLLER ? POLLER_WAKES : WAKES)));
}

static void ring_peer(lapce_stream *stream, uint32_t armed) {
    if (stream->control == NULL)
        return;
    if ((armed & 3) == DIRECT)
        add_and_wake(at32(stream->control, stream->peer_slot_wakes));
    else
        ring_line(stream->control, stream->peer_line, stream->peer_ready, stream->slot, armed & 3);
}

/* NOTIFY; n1 is done. */
static void notify(lapce_stream *stream, side *side, bool room) {
    word32 *armed_word = at32(side->words, side->peer_armed_at);
    if (have_barriers()) {
        atomic_signal_fence(memory_order_seq_cst); /* for the compiler */
        if (acquire32(armed_word) == BUSY) /* n1a */
            return;
    }
    full_fence(); /* n1b */
    uint32_t armed = acquire32(armed_word); /* n2 */
    if (armed >> 2 == 0 || armed == side->rung)
        return;
    if (room && side->position < atomic_load_explicit(at64(side->words, WANTED), memory_order_relaxed)) /* n3 */
        return;
    ring_peer(stream, room ? LEADER : armed); /* n4, n5 */
    side->rung = armed;       /* n6 */
}

static void disarm(side *side) {
    atomic_store(at32(side->words, side->armed_at), side->busy ? BUSY : AWAKE);
}

enum { SETTLE_NANOS = 1000000 }; /* much longer than a processor that a barrier has missed keeps what it wrote to itself */
enum { STREAK = 256 }; /* so often a side must go on before a barrier, which costs as some hundred fences do, is worth offering */

static void went_on(side *side) {
    if (!side->busy && ++side->streak >= STREAK && have_barriers()) {
        side->busy = true;
        disarm(side);
    }
}

static bool is_peer_gone(lapce_stream *stream) {
    if (stream->control == NULL)
        return false;
    if (stream->peer_died != NULL && atomic_load(stream->peer_died))
        return true;
    uint64_t word = acquire64(at64(stream->control, SLOT_AT + 8 * (size_t)stream->slot));
    return word >> 32 != stream->generation || (word & stream->peer_done) != 0;
}

/* What is waited for: data for `in`, room up to `wanted` for `out`; or nothing of that comes any more. */
static bool look(lapce_stream *stream, side *side, uint64_t wanted) {
    bool there = side == &stream->in
        ? acquire64(header_at(side, side->position)) != 0 || acquire32(at32(side->words, OUTPUT_CLOSED)) != 0
        : acquire64(at64(side->words, CONSUMED)) >= wanted || acquire32(at32(side->words, INPUT_CLOSED)) != 0;
    return there || is_peer_gone(stream);
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    for (int i = 0; i < 4; i++)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static int timed_out(lapce_stream *stream, side *side) {
    return fail(LAPCE_TIMEOUT, side == &stream->in ? "no message came" : "no room: the peer does not receive");
}

/* WAIT. A stream's threads are the leader of its line: they sleep at the line's count, whose `waiting` is 1 from beginning to end. The
 * deadline is 0 at a call's first wait and holds for its others, as a peer may give each of them something, and never a message. */
static int await(lapce_stream *stream, side *side, uint64_t wanted, int timeout, int64_t *deadline) {
    if (*deadline == 0)
        *deadline = deadline_of(timeout);
    else if (now_nanos() >= *deadline)
        return timed_out(stream, side);
    uint32_t spins = stream->control == NULL ? UINT32_MAX : stream->spins;
    for (uint32_t looks = 0; looks < spins || spins == UINT32_MAX; looks++) {
        if (look(stream, side, wanted))
            return LAPCE_OK;
        relax();
        if (looks % 256 == 255) {
            if (now_nanos() >= *deadline)
                return timed_out(stream, side);
            if (spins == UINT32_MAX)
                yield_processor();
        }
    }
    for (;;) {
        word32 *wakes = at32(stream->control, stream->own_line + WAKES);
        uint32_t seen = atomic_load(wakes); /* before anything is looked at: l1 */
        if (side == &stream->out)
            atomic_store_explicit(at64(side->words, WANTED), wanted, memory_order_relaxed);
        side->number = side->number % 0x3FFFFFFF + 1; /* 30 bits, never 0 */
        atomic_store(at32(side->words, side->armed_at), side->number << 2 | LEADER); /* w2 */
        full_fence();
        side->streak = 0;
        bool settles = side->busy;
        if (side->busy) {
            barrier(); /* the fence of who saw BUSY; it may have missed one */
            side->busy = false;
        }
        int64_t left = 1;
        if (look(stream, side, wanted) || (left = nanos_until(*deadline)) <= 0) { /* w3 */
            disarm(side);
            return left > 0 ? LAPCE_OK : timed_out(stream, side);
        }
        sleep_while(wakes, seen, settles && left > SETTLE_NANOS ? SETTLE_NANOS : left); /* w4, l2 */
        atomic_fetch_and(at64(stream->control, stream->own_ready + stream->slot / 64 * 8), ~(1ull << (stream->slot & 63))); /* l4 */
    }
}

/* ---- Streams ---------------------------------------------------------------------------------------------------------------- */

static uint32_t or_default(uint32_t value, uint32_t otherwise) {
    return value != 0 ? value : otherwise;
}

static const lapce_options NO_OPTIONS;

static lapce_stream *new_stream(void *region, size_t bytes, uint32_t ring_bytes, bool server, const lapce_options *options) {
    lapce_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    char *up = (char *)region + RECORDS_AT, *down = up + ring_bytes;
    side *to_server = server ? &stream->in : &stream->out, *to_client = server ? &stream->out : &stream->in;
    *to_server = (side){.words = (char *)region + CLIENT_TO_SERVER, .records = up, .capacity = ring_bytes};
    *to_client = (side){.words = (char *)region + SERVER_TO_CLIENT, .records = down, .capacity = ring_bytes};
    stream->out.armed_at = stream->in.peer_armed_at = SPACE_ARMED;
    stream->in.armed_at = stream->out.peer_armed_at = DATA_ARMED;
    stream->max_message_length = or_default(options->max_message_length, LAPCE_FRAME_HEADER + LAPCE_FRAME_MAX_PAYLOAD);
    stream->spins = options->spins;
    stream->region = region;
    stream->region_bytes = bytes;
    return stream;
}

int lapce_stream_over(void *region, size_t bytes, bool server, const lapce_options *options, lapce_stream **stream) {
    uint32_t ring_bytes;
    int checked = check_region(region, bytes, &ring_bytes);
    if (checked != LAPCE_OK)
        return checked;
    *stream = new_stream(region, bytes, ring_bytes, server, options != NULL ? options : &NO_OPTIONS);
    return *stream != NULL ? LAPCE_OK : fail(LAPCE_SYSTEM, "no memory for a stream");
}

static bool is_peer_leaving(lapce_stream *stream) {
    return acquire32(at32(stream->out.words, INPUT_CLOSED)) != 0 || is_peer_gone(stream);
}

/* Copies what belongs into a record that starts with byte `from` of head and body together. */
static void fill(char *record, size_t length, const char *head, size_t head_length, const char *body, size_t from) {
    size_t of_head = from < head_length ? head_length - from : 0;
    if (of_head > length)
        of_head = length;
    if (of_head > 0)
        memcpy(record, head + from, of_head);
    if (of_head < length)
        memcpy(record + of_head, body + (from + of_head - head_length), length - of_head);
}

static void publish(lapce_stream *stream, uint64_t padding, size_t length, uint32_t kind) {
    side *out = &stream->out;
    uint64_t record = out->position + padding, end = record + record_length(length);
    atomic_store_explicit(header_at(out, end), 0, memory_order_relaxed); /* the consumer looks there once it has this record */
    release64(header_at(out, record), header_of((uint32_t)length, stream->abandon ? kind | ABANDON : kind));
    if (padding > 0)
        release64(header_at(out, out->position), header_of((uint32_t)padding - HEADER, PADDING));
    out->position = end; /* n1 is done */
    stream->abandon = false;
    notify(stream, out, false);
}

static int send_record(lapce_stream *stream, const void *head, size_t head_length, const void *body, size_t from, size_t length,
    uint32_t kind, int timeout) {
    side *out = &stream->out;
    uint64_t wanted = wanted_for(out, length);
    int64_t deadline = 0;
    if (is_peer_leaving(stream))
        return fail(LAPCE_PEER_GONE, "the peer receives no more");
    while (out->told < wanted) {
        int result = learn_consumed(stream);
        if (result == LAPCE_OK && out->told < wanted) {
            atomic_store_explicit(at64(out->words, WANTED), wanted, memory_order_relaxed);
            result = await(stream, out, wanted, timeout, &deadline);
            if (result == LAPCE_OK && is_peer_leaving(stream))
                result = fail(LAPCE_PEER_GONE, "the peer receives no more");
        }
        if (result != LAPCE_OK)
            return result;
    }
    went_on(out);
    uint64_t padding = padding_before(out, length);
    fill((char *)header_at(out, out->position + padding) + HEADER, length, head, head_length, body, from);
    publish(stream, padding, length, kind);
    return LAPCE_OK;
}

int lapce_send(lapce_stream *stream, const void *head, size_t head_length, const void *body, size_t body_length, int timeout) {
    size_t total = head_length + body_length, longest = (size_t)stream->out.capacity / 2 - HEADER;
    if (stream->corrupt || stream->output_ended)
        return fail(LAPCE_INVALID, stream->corrupt ? "the stream is corrupt: close it" : "the output was closed");
    if (total < head_length || total > stream->max_message_length)
        return fail(LAPCE_INVALID, "message of %zu bytes: max_message_length is %u", total, stream->max_message_length);
    if (total <= longest)
        return send_record(stream, head, head_length, body, 0, total, MESSAGE, timeout);
    size_t most = longest / 2 & ~(size_t)7; /* so that the peer copies one while the next is written */
    for (size_t sent = 0; sent < total;) {
        size_t count = total - sent < most ? total - sent : most;
        uint32_t kind = sent == 0 ? FIRST : sent + count == total ? LAST : MIDDLE;
        int result = send_record(stream, head, head_length, body, sent, count, kind, timeout);
        if (result != LAPCE_OK) {
            stream->abandon |= sent > 0;
            return result;
        }
        sent += count;
    }
    return LAPCE_OK;
}

static int append_fragment(lapce_stream *stream, const char *bytes, size_t length) {
    size_t total = stream->fragments_length + length;
    if (total > stream->max_message_length)
        return corrupt(stream, "length of all fragments", total);
    if (total > stream->fragments_room) {
        size_t room = total < stream->max_message_length / 2 ? 2 * total : stream->max_message_length;
        char *larger = realloc(stream->fragments, room);
        if (larger == NULL)
            return fail(LAPCE_SYSTEM, "no memory for a message of %zu bytes", total);
        stream->fragments = larger;
        stream->fragments_room = room;
    }
    if (length > 0)
        memcpy(stream->fragments + stream->fragments_length, bytes, length);
    stream->fragments_length = total;
    return LAPCE_OK;
}

/* How many messages were handed out, 0 or 1. The length is bounded by the ring's end, so that no header leads out of the ring. */
static int consume(lapce_stream *stream, uint64_t header, lapce_handler *handler, void *context) {
    side *in = &stream->in;
    uint32_t length = (uint32_t)header, kind = (uint32_t)(header >> 32);
    uint64_t index = in->position & (in->capacity - 1), end = in->position + record_length(length);
    const char *bytes = in->records + index + HEADER;
    if (length > INT32_MAX || end - in->position > in->capacity - index)
        return corrupt(stream, "length", length);
    if (kind & ABANDON) {
        stream->fragments_open = false;
        kind &= ~(uint32_t)ABANDON;
    }
    int result;
    switch (kind) {
    case MESSAGE:
        if (stream->fragments_open)
            return corrupt(stream, "kind out of order, kind", kind);
        if (length > stream->max_message_length)
            return corrupt(stream, "length above max_message_length, length", length);
        in->position = end;
        handler(context, bytes, length);
        return 1;
    case FIRST:
    case MIDDLE:
    case LAST:
        if (stream->fragments_open != (kind != FIRST))
            return corrupt(stream, "kind out of order, kind", kind);
        if (kind == FIRST)
            stream->fragments_length = 0;
        if ((result = append_fragment(stream, bytes, length)) != LAPCE_OK)
            return result;
        in->position = end;
        stream->fragments_open = kind != LAST;
        if (kind != LAST)
            return 0;
        handler(context, stream->fragments, stream->fragments_length);
        return 1;
    case PADDING:
        if ((end & (in->capacity - 1)) != 0)
            return corrupt(stream, "padding length", length);
        in->position = end;
        return 0;
    default:
        return corrupt(stream, "kind", kind);
    }
}

static void tell(lapce_stream *stream) {
    side *in = &stream->in;
    in->told = in->position;
    release64(at64(in->words, CONSUMED), in->position); /* n1, for room; pairs with learn_consumed */
    notify(stream, in, true);
}

/* No more than a ring's bytes, and one record, are consumed, however fast the peer writes. */
static int poll(lapce_stream *stream, lapce_handler *handler, void *context, int limit) {
    side *in = &stream->in;
    uint64_t most = in->position + in->capacity;
    int count = 0, result = 0;
    while (count < limit && in->position < most) {
        uint64_t header = acquire64(header_at(in, in->position)); /* pairs with publish */
        if (header == 0 || (result = consume(stream, header, handler, context)) < 0)
            break;
        count += result;
        uint64_t wanted = atomic_load_explicit(at64(in->words, WANTED), memory_order_relaxed);
        if (in->told < wanted && wanted <= in->position)
            tell(stream);
    }
    if (in->told != in->position) {
        tell(stream);
        went_on(in);
    }
    return result < 0 ? result : count;
}

/* Nothing was there: is that the end? What was committed before the end was said, or before the peer died, comes first. */
static int end_or_nothing(lapce_stream *stream) {
    side *in = &stream->in;
    bool gone = is_peer_gone(stream); /* first: a peer says its end before it goes */
    bool closed = acquire32(at32(in->words, OUTPUT_CLOSED)) != 0;
    if ((!gone && !closed) || acquire64(header_at(in, in->position)) != 0)
        return LAPCE_OK;
    return closed ? fail(LAPCE_END, "the peer has closed its output") : fail(LAPCE_PEER_GONE, "the peer died, or turned this client away");
}

int lapce_receive(lapce_stream *stream, lapce_handler *handler, void *context, int limit, int timeout) {
    if (stream->corrupt || limit < 1)
        return fail(LAPCE_INVALID, stream->corrupt ? "the stream is corrupt: close it" : "limit must be at least 1");
    int64_t deadline = 0;
    for (;;) {
        uint64_t before = stream->in.position;
        int result = poll(stream, handler, context, limit);
        if (result != 0)
            return result;
        if (stream->in.position == before && (result = end_or_nothing(stream)) != LAPCE_OK)
            return result;
        if ((result = await(stream, &stream->in, 0, timeout, &deadline)) != LAPCE_OK)
            return result;
    }
}

void lapce_close_output(lapce_stream *stream) {
    if (!stream->output_ended) {
        stream->output_ended = true;
        release32(at32(stream->out.words, OUTPUT_CLOSED), 1);
        ring_peer(stream, LEADER);
    }
}

/* The words of the end come before the slot's bit: who sees the bit sees them. */
void lapce_close(lapce_stream *stream) {
    if (stream == NULL)
        return;
    release32(at32(stream->out.words, OUTPUT_CLOSED), 1);
    release32(at32(stream->in.words, INPUT_CLOSED), 1);
    ring_peer(stream, LEADER);
    if (stream->leave != NULL)
        stream->leave(stream);
    free(stream->fragments);
    free(stream);
}

#ifndef __linux__

static void wake_all(word32 *wakes) {
    (void)wakes;
}

static void sleep_while(word32 *wakes, uint32_t seen, int64_t nanos) {
    (void)wakes, (void)seen, (void)nanos;
}

static bool have_barriers(void) {
    return false;
}

static void barrier(void) {
}

static void yield_processor(void) {
#ifdef _WIN32
    SwitchToThread();
#endif
}

#else

static void yield_processor(void) {
    sched_yield();
}

/* FUTEX_WAKE and FUTEX_WAIT of futex(2), not private, since the processes are different ones. */
static void wake_all(word32 *wakes) {
    syscall(SYS_futex, wakes, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void sleep_while(word32 *wakes, uint32_t seen, int64_t nanos) {
    struct timespec timeout = {.tv_sec = nanos / 1000000000, .tv_nsec = nanos % 1000000000};
    syscall(SYS_futex, wakes, FUTEX_WAIT, seen, nanos == INT64_MAX ? NULL : &timeout, NULL, 0);
}

static bool barriers; /* this process takes part in them: membarrier(2) */

__attribute__((constructor)) static void take_part_in_barriers(void) {
    barriers = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0) == 0;
}

static bool have_barriers(void) {
    return barriers;
}

static void barrier(void) {
    syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0);
}

/* ---- Objects with names ----------------------------------------------------------------------------------------------------- */

enum { MOST_CHARACTERS = 64, BASE_ROOM = 160, NAME_ROOM = 256 };
static const char DIRECTORY[] = "/dev/shm";

typedef struct names {
    char base[BASE_ROOM]; /* the longest has 159 */
    char locks[BASE_ROOM + 16]; /* a path */
    const char *endpoint;
} names;

static bool is_part(const char *text) {
    size_t length = strlen(text);
    return length >= 1 && length <= MOST_CHARACTERS
        && text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] == 0;
}

static int names_of(names *names, const char *endpoint, const lapce_options *options) {
    const char *session = options->session != NULL ? options->session : getenv("LAPCE_IPC_SESSION");
    if (session == NULL || *session == 0)
        session = "default";
    if (!is_part(endpoint) || !is_part(session))
        return fail(LAPCE_INVALID, "endpoint and session must be 1 to %d letters, digits, '.', '_' or '-': endpoint=%s, session=%s",
            MOST_CHARACTERS, endpoint, session);
    char boot[9] = "";
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (file == NULL || fread(boot, 1, 8, file) != 8) {
        if (file != NULL)
            fclose(file);
        return fail(LAPCE_SYSTEM, "no boot id: %s", strerror(errno));
    }
    fclose(file);
    snprintf(names->base, sizeof names->base, "lapce_ipc_%u_%s-%s~%s", geteuid(), session, boot, endpoint);
    snprintf(names->locks, sizeof names->locks, "%s/%s_locks", DIRECTORY, names->base);
    names->endpoint = endpoint;
    return LAPCE_OK;
}

static void region_name(char name[NAME_ROOM], const names *names, uint64_t epoch, uint32_t slot, uint32_t generation) {
    snprintf(name, NAME_ROOM, "/%s~%016llx~s%ug%u", names->base, (unsigned long long)epoch, slot, generation);
}

static void control_name(char name[NAME_ROOM], const names *names) {
    snprintf(name, NAME_ROOM, "/%s~ctl", names->base);
}

static int system_failed(const char *what, const char *name) {
    return fail(LAPCE_SYSTEM, "%s: name=%s: %s", what, name, strerror(errno));
}

/* Reserves and maps an object, which thereby is complete or not there; a file of zeroes without pages would be a fault later. */
static int map(int fd, size_t bytes, const char *name, void **memory) {
    int reserved;
    do
        reserved = posix_fallocate(fd, 0, (off_t)bytes);
    while (reserved == EINTR);
    if (reserved != 0) {
        errno = reserved;
        return system_failed("no shared memory", name);
    }
    *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return *memory != MAP_FAILED ? LAPCE_OK : system_failed("cannot map", name);
}

static int create_object(const char *name, size_t bytes, void **memory) {
    int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
    if (fd < 0)
        return system_failed("cannot create shared memory", name);
    int result = fchmod(fd, 0600) == 0 ? map(fd, bytes, name, memory) : system_failed("cannot set the mode", name);
    if (result != LAPCE_OK)
        shm_unlink(name);
    close(fd);
    return result;
}

/* LAPCE_NO_ENDPOINT if there is none of that name. */
static int open_object(const char *name, void **memory, size_t *bytes) {
    int fd = shm_open(name, O_RDWR, 0);
    if (fd < 0)
        return errno == ENOENT ? fail(LAPCE_NO_ENDPOINT, "no such object: name=%s", name) : system_failed("cannot open", name);
    struct stat found;
    int result = LAPCE_OK;
    if (fstat(fd, &found) != 0)
        result = system_failed("cannot look at", name);
    else if (!S_ISREG(found.st_mode) || found.st_uid != geteuid() || (found.st_mode & 07777) != 0600)
        result = fail(LAPCE_SYSTEM, "not this user's with mode 0600: name=%s, uid=%u, mode=0%o", name, found.st_uid, found.st_mode & 07777);
    else if (found.st_size < RECORDS_AT)
        result = fail(LAPCE_INCOMPATIBLE, "too small: name=%s, bytes=%lld", name, (long long)found.st_size);
    else
        result = map(fd, *bytes = (size_t)found.st_size, name, memory);
    close(fd);
    return result;
}

/* ---- Life locks ------------------------------------------------------------------------------------------------------------- */

/* Locks of open file descriptions, of the whole file: fcntl(2). */
static int lock(int fd, int command, short type, struct flock *found) {
    int result;
    do {
        *found = (struct flock){.l_type = type, .l_whence = SEEK_SET};
        result = fcntl(fd, command, found);
    } while (result != 0 && errno == EINTR);
    return result;
}

/* To ask or to wait; a pipe of that name must not be waited for. */
static int open_lock(const char *path) {
    return open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* A system that refuses to say has not said that it is free. */
static bool is_held(int fd) {
    struct flock found;
    return lock(fd, F_OFD_GETLK, F_RDLCK, &found) != 0 || found.l_type != F_UNLCK;
}

enum { MOST_TRIES = 1000 };

static bool is_by_another(int why) {
    return why == ENOENT || why == EEXIST;
}

/* It gets its name last, so that nobody sees it with another mode, and loses it when the last file in it goes. */
static int make_lock_directory(const names *names) {
    char unfinished[NAME_ROOM];
    struct stat found;
    snprintf(unfinished, sizeof unfinished, "%s~%u", names->locks, geteuid());
    for (int tries = 1; lstat(names->locks, &found) != 0; tries++)
        if ((mkdir(unfinished, 0700) != 0 && errno != EEXIST) || chmod(unfinished, 0700) != 0
            || renameat2(AT_FDCWD, unfinished, AT_FDCWD, names->locks, RENAME_NOREPLACE) != 0) {
            int why = errno;
            rmdir(unfinished);
            errno = why;
            if (!is_by_another(why) || tries == MOST_TRIES)
                return system_failed("cannot make a directory", names->locks);
        }
    return S_ISDIR(found.st_mode) && found.st_uid == geteuid() && (found.st_mode & 07777) == 0700
        ? LAPCE_OK
        : fail(LAPCE_SYSTEM, "not a directory of this user's with mode 0700: path=%s", names->locks);
}

/* A lock file gets its name once it is locked, so that one whose lock is free is a dead process's. That goes first. The descriptor,
 * or LAPCE_IN_USE. */
static int take_lock(const names *names, const char *path) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        struct flock found;
        struct stat status;
        int made = make_lock_directory(names);
        if (made != LAPCE_OK)
            return made;
        int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0) {
            bool held = lock(fd, F_OFD_SETLK, F_WRLCK, &found) != 0;
            if (!held && fstat(fd, &status) == 0 && status.st_nlink > 0) /* else another has just deleted it */
                unlink(path);
            close(fd);
            if (held)
                return fail(LAPCE_IN_USE, "lock is held: path=%s", path);
        } else if (errno != ENOENT)
            return system_failed("cannot open a lock", path);
        fd = open(names->locks, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd < 0)
            return system_failed("cannot make a lock in", names->locks);
        char note[32], self[48];
        int length = snprintf(note, sizeof note, "pid %ld", (long)getpid()); /* for people */
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        if (fchmod(fd, 0600) == 0 && write(fd, note, (size_t)length) == length && lock(fd, F_OFD_SETLK, F_WRLCK, &found) == 0
            && linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0)
            return fd;
        int why = errno;
        close(fd);
        if (!is_by_another(why)) {
            errno = why;
            return system_failed("cannot name a lock", path);
        }
    }
    return fail(LAPCE_SYSTEM, "others come between again and again: path=%s", path);
}

static void give_up_lock(int fd, const char *path) {
    unlink(path); /* before the lock is free, so that nobody deletes it in vain */
    close(fd);
}

/* Awaits that a lock file's lock is free: a shared lock is waited for, so that any number may wait and the next owner sees none. */
typedef struct watch {
    pthread_t thread;
    int fd;
    _Atomic bool free_now;
    word32 *wakes; /* whom to wake then */
} watch;

static void *watch_lock(void *argument) {
    watch *watch = argument;
    struct flock found;
    while (lock(watch->fd, F_OFD_SETLKW, F_RDLCK, &found) != 0) /* where pthread_cancel(3) finds it */
        sleep(1); /* the system refuses to wait, which says nothing */
    lock(watch->fd, F_OFD_SETLK, F_UNLCK, &found);
    atomic_store(&watch->free_now, true);
    add_and_wake(watch->wakes);
    return NULL;
}

static int start_watch(watch *watch, int fd, word32 *wakes) {
    watch->fd = fd;
    watch->wakes = wakes;
    atomic_store(&watch->free_now, false);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are for the program's own threads; this one inherits that */
    int result = pthread_create(&watch->thread, NULL, watch_lock, watch);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result == 0)
        return LAPCE_OK;
    errno = result;
    close(fd);
    return system_failed("no thread to watch a lock", "pthread_create");
}

static void stop_watch(watch *watch) {
    pthread_cancel(watch->thread);
    pthread_join(watch->thread, NULL);
    close(watch->fd);
}

/* ---- Connecting ------------------------------------------------------------------------------------------------------------- */

static const uint64_t CONTROL_MAGIC = 0x4C5443454350414C;

/* What a process holds at a server; here each stream does so by itself, with a line of its own. */
typedef struct member {
    names names;
    char *control;
    uint64_t epoch;
    watch server;
    uint32_t line;
    int life;
    char life_path[2 * NAME_ROOM];
} member;

static void lock_path(char path[2 * NAME_ROOM], const names *names, const char *kind, uint64_t epoch, int64_t line, uint32_t generation) {
    int length = snprintf(path, 2 * NAME_ROOM, "%s/%s.%016llx", names->locks, kind, (unsigned long long)epoch);
    if (line >= 0)
        length += snprintf(path + length, 2 * NAME_ROOM - (size_t)length, ".%u.%u", (uint32_t)line, generation);
    snprintf(path + length, 2 * NAME_ROOM - (size_t)length, ".lock");
}

static size_t line_at(uint32_t line) {
    return CLIENT_AT + LINE_BYTES * (size_t)line;
}

static bool is_serving(member *member) {
    return acquire32(at32(member->control, CLOSED_AT)) == 0 && !atomic_load(&member->server.free_now) && is_held(member->server.fd);
}

static void ring_server(member *member, int64_t slot) {
    ring_line(member->control, SERVER_AT, SERVER_READY, slot, LEADER);
}

/* j1: the control region, its server alive. */
static int open_control(member *member) {
    char name[NAME_ROOM], path[2 * NAME_ROOM];
    void *memory;
    size_t bytes = 0;
    control_name(name, &member->names);
    int result = open_object(name, &memory, &bytes);
    if (result == LAPCE_NO_ENDPOINT)
        return fail(LAPCE_NO_ENDPOINT, "no such endpoint: endpoint=%s; start the program that binds it, with the same user and session",
            member->names.endpoint);
    if (result != LAPCE_OK)
        return result;
    uint64_t magic = acquire64(at64(memory, 0));
    uint32_t version = plain32(memory, VERSION_AT), slots = acquire32(at32(memory, SLOTS_AT));
    if (magic != 0 && (magic != CONTROL_MAGIC || version != LAPCE_LAYOUT_VERSION || bytes != CONTROL_BYTES || slots < 1 || slots > MAX_SLOTS)) {
        munmap(memory, bytes);
        return fail(LAPCE_INCOMPATIBLE, "control region has another layout: endpoint=%s, magic=0x%llx, version=%u, this reads %d",
            member->names.endpoint, (unsigned long long)magic, version, LAPCE_LAYOUT_VERSION);
    }
    member->control = memory;
    member->epoch = atomic_load_explicit(at64(memory, EPOCH_AT), memory_order_relaxed);
    lock_path(path, &member->names, "server", member->epoch, -1, 0);
    int fd = magic == 0 ? -1 : open_lock(path);
    if (fd >= 0 && is_held(fd))
        return start_watch(&member->server, fd, at32(memory, SERVER_AT + WAKES)); /* until there is a line */
    if (fd >= 0)
        close(fd);
    munmap(memory, bytes);
    return fail(LAPCE_NO_ENDPOINT, "server has ended: endpoint=%s; start it again", member->names.endpoint);
}

/* j2 and j3: a free line's lock first, then the line. */
static int take_line(member *member) {
    for (uint32_t line = 0; line < MAX_SLOTS; line++) {
        word64 *owner = at64(member->control, line_at(line) + OWNER);
        uint64_t free_word = acquire64(owner);
        if ((uint32_t)free_word != LINE_FREE)
            continue;
        lock_path(member->life_path, &member->names, "client", member->epoch, line, (uint32_t)(free_word >> 32));
        int life = take_lock(&member->names, member->life_path);
        if (life == LAPCE_IN_USE)
            continue;
        if (life < 0)
            return life;
        if (atomic_compare_exchange_strong(owner, &free_word, free_word | LINE_LIVE)) {
            member->line = line;
            member->life = life;
            atomic_store(at32(member->control, line_at(line) + WANT_SLOT), 0);
            atomic_store(at32(member->control, line_at(line) + WAITING), 1);
            atomic_fetch_add(at32(member->control, JOINS_AT), 1);
            ring_server(member, -1);
            return LAPCE_OK;
        }
        give_up_lock(life, member->life_path);
    }
    return fail(LAPCE_NO_SLOT, "too many client processes: endpoint=%s; end some of them", member->names.endpoint);
}

static void leave_server(member *member) {
    stop_watch(&member->server);
    if (member->life >= 0) {
        atomic_store(at32(member->control, line_at(member->line) + WAITING), 0);
        give_up_lock(member->life, member->life_path);
    }
    rmdir(member->names.locks); /* if this was the last, and the server has ended */
    munmap(member->control, CONTROL_BYTES);
    free(member);
}

static int join_server(const char *endpoint, const lapce_options *options, member **joined) {
    member *member = calloc(1, sizeof *member);
    if (member == NULL)
        return fail(LAPCE_SYSTEM, "no memory");
    member->life = -1;
    int result = names_of(&member->names, endpoint, options);
    if (result == LAPCE_OK)
        result = open_control(member);
    if (result != LAPCE_OK) {
        free(member);
        return result;
    }
    result = take_line(member);
    if (result == LAPCE_OK && !is_serving(member))
        result = fail(LAPCE_NO_ENDPOINT, "server has ended: endpoint=%s; start it again", endpoint);
    if (result == LAPCE_OK) { /* the watch shall wake the own line */
        int fd = fcntl(member->server.fd, F_DUPFD_CLOEXEC, 0);
        stop_watch(&member->server);
        result = fd < 0 ? system_failed("cannot watch", endpoint)
                        : start_watch(&member->server, fd, at32(member->control, line_at(member->line) + WAKES));
        if (result != LAPCE_OK) {
            give_up_lock(member->life, member->life_path);
            munmap(member->control, CONTROL_BYTES);
            free(member);
            return result;
        }
    }
    if (result != LAPCE_OK)
        leave_server(member);
    else
        *joined = member;
    return result;
}

/* k1: the slot, or -1. Those with a region that fits come first. */
static int64_t claim_slot(member *member, uint32_t ring_bytes, uint64_t *claimed) {
    bool warm_first = ring_bytes == plain32(member->control, WARM_RING_BYTES_AT);
    uint32_t slots = acquire32(at32(member->control, SLOTS_AT));
    for (int turn = 0; turn < 3; turn++) /* one may have become warm meanwhile */
        for (uint32_t slot = 0; slot < slots && slot < MAX_SLOTS; slot++) {
            word64 *word = at64(member->control, SLOT_AT + 8 * (size_t)slot);
            uint64_t found = acquire64(word);
            bool warm = (found & WARM) != 0;
            if ((found & 15) != FREE || warm != (warm_first == (turn % 2 == 0)))
                continue;
            *claimed = (found & ~0xFFFFFFFFull) | member->line << 16 | (found & WARM) | CLAIMED;
            if (atomic_compare_exchange_strong(word, &found, *claimed))
                return slot;
        }
    return -1;
}

static bool is_connection(void *region, size_t bytes, uint64_t epoch, uint32_t slot, uint32_t generation, uint32_t *ring_bytes) {
    return check_region(region, bytes, ring_bytes) == LAPCE_OK && atomic_load(at64(region, CONNECTION_EPOCH_AT)) == epoch
        && plain32(region, CONNECTION_SLOT_AT) == slot && plain32(region, GENERATION_AT) == generation;
}

/* k2: the server's region, if it has made a fitting one, else one of the client's own, under the same name. */
static int make_region(member *member, uint32_t slot, uint64_t *word, uint32_t ring_bytes, void **region) {
    char name[NAME_ROOM];
    uint32_t generation = (uint32_t)(*word >> 32), found_ring;
    size_t bytes = 0;
    region_name(name, &member->names, member->epoch, slot, generation);
    if (*word & WARM && open_object(name, region, &bytes) == LAPCE_OK) {
        if (is_connection(*region, bytes, member->epoch, slot, generation, &found_ring) && found_ring == ring_bytes) {
            *word = (*word & ~(uint64_t)15) | OPEN;
            return LAPCE_OK;
        }
        munmap(*region, bytes);
    }
    if (*word & WARM)
        shm_unlink(name);
    int result = create_object(name, lapce_region_bytes(ring_bytes), region);
    if (result == LAPCE_OK) {
        lapce_region_init(*region, ring_bytes, member->epoch, slot, generation);
        *word = (*word & ~(uint64_t)(15 | WARM)) | OPEN;
    }
    return result;
}

static void unlink_region(const names *names, uint64_t epoch, uint32_t slot, uint32_t generation) {
    char name[NAME_ROOM];
    region_name(name, names, epoch, slot, generation);
    shm_unlink(name);
}

/* Sets a bit of the slot word while the generation is this one. */
static void add_slot_bit(void *control, uint32_t slot, uint32_t generation, uint32_t bit) {
    word64 *word = at64(control, SLOT_AT + 8 * (size_t)slot);
    uint64_t found = acquire64(word);
    while (found >> 32 == generation && !atomic_compare_exchange_weak(word, &found, found | bit)) {
    }
}

/* c3. If the server has ended, nobody else takes the region's name away. */
static void leave_as_client(lapce_stream *stream) {
    member *member = stream->owner;
    add_slot_bit(member->control, stream->slot, stream->generation, CLIENT_DONE);
    ring_server(member, stream->slot);
    munmap(stream->region, stream->region_bytes);
    if (!is_held(member->server.fd))
        unlink_region(&member->names, member->epoch, stream->slot, stream->generation);
    leave_server(member);
}

/* k1 to k3. LAPCE_NO_SLOT if none is free now. */
static int try_connect(member *member, const lapce_options *options, lapce_stream **stream) {
    uint32_t ring_bytes = or_default(options->ring_bytes, 1 << 20);
    uint64_t claimed, word;
    int64_t slot = claim_slot(member, ring_bytes, &claimed);
    if (slot < 0)
        return fail(LAPCE_NO_SLOT, "no free slot: endpoint=%s; close a stream, or bind with more slots", member->names.endpoint);
    ring_server(member, slot); /* it wakes while the region is made */
    word64 *slot_word = at64(member->control, SLOT_AT + 8 * (size_t)slot);
    void *region;
    word = claimed;
    int result = make_region(member, (uint32_t)slot, &word, ring_bytes, &region);
    lapce_stream *made = result == LAPCE_OK ? new_stream(region, lapce_region_bytes(ring_bytes), ring_bytes, false, options) : NULL;
    if (made == NULL) {
        if (result == LAPCE_OK) {
            munmap(region, lapce_region_bytes(ring_bytes));
            result = fail(LAPCE_SYSTEM, "no memory for a stream");
        }
        atomic_compare_exchange_strong(slot_word, &claimed, claimed | CLIENT_DONE);
        ring_server(member, slot);
        return result;
    }
    made->control = member->control;
    made->slot = (uint32_t)slot;
    made->generation = (uint32_t)(claimed >> 32);
    made->own_line = line_at(member->line);
    made->peer_line = SERVER_AT;
    made->own_ready = CLIENT_READY;
    made->peer_ready = SERVER_READY;
    made->peer_slot_wakes = SLOT_WAKES_AT + 8 * (size_t)slot + SERVER_WAKES;
    made->peer_done = SERVER_DONE;
    made->peer_died = &member->server.free_now;
    made->owner = member;
    bool opened = atomic_compare_exchange_strong(slot_word, &claimed, word); /* k3 */
    ring_server(member, slot);
    if (opened && is_serving(member)) {
        made->leave = leave_as_client;
        *stream = made;
        return LAPCE_OK;
    }
    add_slot_bit(member->control, made->slot, made->generation, CLIENT_DONE);
    ring_server(member, slot);
    unlink_region(&member->names, member->epoch, made->slot, made->generation);
    munmap(region, made->region_bytes);
    free(made);
    return fail(LAPCE_NO_ENDPOINT, "server has ended: endpoint=%s; start it again", member->names.endpoint);
}

/* Counts itself, rings, looks again, and sleeps at the line. */
static int await_slot(member *member, const lapce_options *options, lapce_stream **stream) {
    word32 *wakes = at32(member->control, line_at(member->line) + WAKES);
    int64_t deadline = deadline_of(options->connect_timeout);
    int result;
    atomic_fetch_add(at32(member->control, line_at(member->line) + WANT_SLOT), 1);
    atomic_fetch_add(at32(member->control, WANTS_AT), 1);
    ring_server(member, -1);
    for (;;) {
        uint32_t seen = atomic_load(wakes);
        full_fence();
        result = try_connect(member, options, stream);
        if (result != LAPCE_NO_SLOT)
            break;
        if (!is_serving(member)) {
            result = fail(LAPCE_NO_ENDPOINT, "server has ended: endpoint=%s; start it again", member->names.endpoint);
            break;
        }
        int64_t left = nanos_until(deadline);
        if (left <= 0)
            break;
        sleep_while(wakes, seen, left);
    }
    atomic_fetch_sub(at32(member->control, WANTS_AT), 1);
    atomic_fetch_sub(at32(member->control, line_at(member->line) + WANT_SLOT), 1);
    return result;
}

static int check_options(const lapce_options *options) {
    if (options->ring_bytes != 0 && !is_ring_bytes(options->ring_bytes))
        return fail(LAPCE_INVALID, "ring_bytes must be a power of two from %u: ring_bytes=%u", SMALLEST_RING, options->ring_bytes);
    if (options->slots > MAX_SLOTS)
        return fail(LAPCE_INVALID, "slots must be 1 to %d: slots=%u", MAX_SLOTS, options->slots);
    return LAPCE_OK;
}

int lapce_connect(const char *endpoint, const lapce_options *options, lapce_stream **stream) {
    options = options != NULL ? options : &NO_OPTIONS;
    member *member = NULL;
    int result = check_options(options);
    if (result == LAPCE_OK)
        result = join_server(endpoint, options, &member);
    if (result != LAPCE_OK)
        return result;
    result = try_connect(member, options, stream);
    if (result == LAPCE_NO_SLOT)
        result = await_slot(member, options, stream);
    if (result != LAPCE_OK)
        leave_server(member);
    return result;
}

/* ---- Binding ---------------------------------------------------------------------------------------------------------------- */

struct lapce_listener {
    names names;
    lapce_options options;
    char *control;
    uint64_t epoch;
    int bind_lock, server_lock;
    char bind_path[2 * NAME_ROOM], server_path[2 * NAME_ROOM];
    uint32_t slots, joins, next /* slot to look at, so that the first ones have no precedence */;
    pthread_mutex_t mutex; /* of the leader's work, and what follows */
    watch *clients[MAX_SLOTS];
    uint32_t generations[MAX_SLOTS]; /* of the clients that are watched */
    uint32_t streams[MAX_SLOTS];     /* open ones, by the client's line; each looks at its watch */
    bool postponed;                  /* the last look could not do something, for want of descriptors or memory */
};
static const int64_t AGAIN_NANOS = 1000000000; /* then it looks again, whether it is told or not */

typedef void visitor(void *context, const names *names, const char *name);

static void each_file(const char *directory, const names *names, const char *start, visitor *visit, void *context) {
    DIR *files = opendir(directory);
    if (files == NULL)
        return;
    for (struct dirent *file = readdir(files); file != NULL; file = readdir(files))
        if (strncmp(file->d_name, start, strlen(start)) == 0)
            visit(context, names, file->d_name);
    closedir(files);
}

static void remove_region(void *context, const names *names, const char *name) {
    char object[NAME_ROOM + 1];
    (void)context, (void)names;
    snprintf(object, sizeof object, "/%.255s", name);
    shm_unlink(object);
}

static void remove_lock(void *context, const names *names, const char *name) {
    char path[2 * NAME_ROOM], epoch[18];
    snprintf(epoch, sizeof epoch, "%016llx.", *(unsigned long long *)context);
    const char *dot = strchr(name, '.');
    if (dot == NULL || strncmp(dot + 1, epoch, 17) != 0)
        return;
    snprintf(path, sizeof path, "%s/%.200s", names->locks, name);
    unlink(path);
}

/* Removes an epoch's regions and lock files. */
static void sweep(const names *names, uint64_t epoch) {
    char start[NAME_ROOM];
    unsigned long long number = epoch;
    snprintf(start, sizeof start, "%s~%016llx~", names->base, number);
    each_file(DIRECTORY, names, start, remove_region, NULL);
    each_file(names->locks, names, "", remove_lock, &number);
}

/* An epoch whose server's lock nobody holds is dead. */
static void sweep_if_dead(const names *names, const char *hex) {
    char path[2 * NAME_ROOM], *end;
    uint64_t epoch = strtoull(hex, &end, 16);
    if (end - hex != 16)
        return;
    lock_path(path, names, "server", epoch, -1, 0);
    int fd = open_lock(path);
    bool held = fd >= 0 ? is_held(fd) : errno != ENOENT;
    if (fd >= 0)
        close(fd);
    if (!held)
        sweep(names, epoch);
}

static void sweep_by_region(void *context, const names *names, const char *name) {
    (void)context;
    sweep_if_dead(names, name + strlen(names->base) + 1);
}

static void sweep_by_lock(void *context, const names *names, const char *name) {
    (void)context;
    const char *dot = strchr(name, '.');
    if (dot != NULL)
        sweep_if_dead(names, dot + 1);
}

static int create_control(lapce_listener *listener) {
    char name[NAME_ROOM];
    void *memory;
    control_name(name, &listener->names);
    shm_unlink(name); /* of a dead server: the name's lock is held */
    int result = create_object(name, CONTROL_BYTES, &memory);
    if (result != LAPCE_OK)
        return result;
    set_plain32(memory, VERSION_AT, LAPCE_LAYOUT_VERSION);
    set_plain32(memory, SLOTS_AT, listener->slots);
    set_plain32(memory, WARM_RING_BYTES_AT, 0);
    atomic_store_explicit(at64(memory, EPOCH_AT), listener->epoch, memory_order_relaxed);
    atomic_store(at32(memory, SERVER_AT + WAITING), 1);
    release64(at64(memory, 0), CONTROL_MAGIC);
    listener->control = memory;
    return LAPCE_OK;
}

static void give_up_name(lapce_listener *listener) {
    give_up_lock(listener->bind_lock, listener->bind_path);
    rmdir(listener->names.locks);
    pthread_mutex_destroy(&listener->mutex);
    free(listener);
}

/* b1 to b4. */
int lapce_bind(const char *endpoint, const lapce_options *options, lapce_listener **bound) {
    options = options != NULL ? options : &NO_OPTIONS;
    lapce_listener *listener = calloc(1, sizeof *listener);
    if (listener == NULL)
        return fail(LAPCE_SYSTEM, "no memory");
    listener->options = *options;
    listener->slots = or_default(options->slots, 16);
    int result = check_options(options);
    if (result == LAPCE_OK)
        result = names_of(&listener->names, endpoint, options);
    if (result != LAPCE_OK) {
        free(listener);
        return result;
    }
    pthread_mutex_init(&listener->mutex, NULL);
    snprintf(listener->bind_path, sizeof listener->bind_path, "%s/bind.lock", listener->names.locks);
    listener->bind_lock = take_lock(&listener->names, listener->bind_path); /* b1 */
    if (listener->bind_lock < 0) {
        result = listener->bind_lock == LAPCE_IN_USE
            ? fail(LAPCE_IN_USE, "endpoint in use: endpoint=%s; choose another name or end that process", endpoint)
            : listener->bind_lock;
        rmdir(listener->names.locks);
        pthread_mutex_destroy(&listener->mutex);
        free(listener);
        return result;
    }
    char start[NAME_ROOM + 1];
    snprintf(start, sizeof start, "%s~", listener->names.base);
    each_file(listener->names.locks, &listener->names, "server.", sweep_by_lock, NULL); /* b2 */
    each_file(listener->names.locks, &listener->names, "client.", sweep_by_lock, NULL);
    each_file(DIRECTORY, &listener->names, start, sweep_by_region, NULL);
    if (getrandom(&listener->epoch, sizeof listener->epoch, 0) != sizeof listener->epoch) {
        result = system_failed("no random epoch", endpoint);
        give_up_name(listener);
        return result;
    }
    lock_path(listener->server_path, &listener->names, "server", listener->epoch, -1, 0);
    listener->server_lock = take_lock(&listener->names, listener->server_path); /* b3 */
    result = listener->server_lock < 0 ? listener->server_lock : create_control(listener); /* b4 */
    if (result != LAPCE_OK) {
        if (listener->server_lock >= 0)
            give_up_lock(listener->server_lock, listener->server_path);
        give_up_name(listener);
        return result;
    }
    *bound = listener;
    return LAPCE_OK;
}

static bool is_dead(lapce_listener *listener, uint32_t line) {
    return listener->clients[line] != NULL && atomic_load(&listener->clients[line]->free_now);
}

/* Watches whoever has joined, or says that it could not. A live line without a lock file is a dead process's. */
static bool watch_line(lapce_listener *listener, uint32_t line) {
    uint64_t owner = acquire64(at64(listener->control, line_at(line) + OWNER));
    char path[2 * NAME_ROOM];
    if ((uint32_t)owner != LINE_LIVE || listener->clients[line] != NULL)
        return true;
    lock_path(path, &listener->names, "client", listener->epoch, line, (uint32_t)(owner >> 32));
    watch *client = calloc(1, sizeof *client);
    int fd = client != NULL ? open_lock(path) : -1;
    if (fd < 0 && errno == ENOENT) /* a descriptor all the same, whose lock nobody holds */
        fd = open(listener->names.locks, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 || start_watch(client, fd, at32(listener->control, SERVER_AT + WAKES)) != LAPCE_OK) {
        free(client);
        listener->postponed = true;
        return false;
    }
    listener->clients[line] = client;
    listener->generations[line] = (uint32_t)(owner >> 32);
    return true;
}

static void ring_client(lapce_listener *listener, uint32_t line, int64_t slot) {
    ring_line(listener->control, line_at(line), CLIENT_READY, slot, LEADER);
}

static void ring_wanting(lapce_listener *listener) {
    full_fence();
    if (acquire32(at32(listener->control, WANTS_AT)) != 0)
        for (uint32_t line = 0; line < MAX_SLOTS; line++)
            if (acquire32(at32(listener->control, line_at(line) + WANT_SLOT)) != 0)
                ring_client(listener, line, -1);
}

/* The region's name goes first, so that the next owner finds none of that name. A word that has changed since is looked at again. */
static void recycle(lapce_listener *listener, uint32_t slot, uint64_t found) {
    word64 *word = at64(listener->control, SLOT_AT + 8 * (size_t)slot);
    uint32_t generation = (uint32_t)(found >> 32);
    unlink_region(&listener->names, listener->epoch, slot, generation);
    if (atomic_compare_exchange_strong(word, &found, (uint64_t)(generation + 1) << 32 | FREE))
        ring_wanting(listener);
}

/* r4: once a dead process has no slot, and no stream either, whatever the slots say. */
static void release_line(lapce_listener *listener, uint32_t line) {
    char path[2 * NAME_ROOM];
    if (listener->streams[line] != 0)
        return;
    for (uint32_t slot = 0; slot < listener->slots; slot++) {
        uint64_t word = acquire64(at64(listener->control, SLOT_AT + 8 * (size_t)slot));
        if ((word & 15) >= CLAIMED && (word & 15) <= ACCEPTED && (word >> 16 & 0xFFFF) == line)
            return;
    }
    uint32_t generation = listener->generations[line];
    lock_path(path, &listener->names, "client", listener->epoch, line, generation);
    unlink(path);
    stop_watch(listener->clients[line]);
    free(listener->clients[line]);
    listener->clients[line] = NULL;
    uint32_t wanted = atomic_exchange(at32(listener->control, line_at(line) + WANT_SLOT), 0);
    atomic_fetch_sub(at32(listener->control, WANTS_AT), wanted);
    uint64_t live = (uint64_t)generation << 32 | LINE_LIVE;
    atomic_compare_exchange_strong(at64(listener->control, line_at(line) + OWNER), &live, (uint64_t)(generation + 1) << 32 | LINE_FREE);
}

static void leave_as_server(lapce_stream *stream);

/* a1 and a2: NULL if the client was turned away, or waits until this process has what it lacks. */
static lapce_stream *accept_slot(lapce_listener *listener, uint32_t slot, uint64_t found) {
    word64 *word = at64(listener->control, SLOT_AT + 8 * (size_t)slot);
    uint32_t generation = (uint32_t)(found >> 32), line = (uint32_t)(found >> 16 & 0xFFFF), ring_bytes;
    char name[NAME_ROOM];
    void *region;
    size_t bytes = 0;
    lapce_stream *stream = NULL;
    region_name(name, &listener->names, listener->epoch, slot, generation);
    int opened = line < MAX_SLOTS && listener->clients[line] != NULL ? open_object(name, &region, &bytes) : LAPCE_NO_ENDPOINT;
    bool lacking = opened == LAPCE_SYSTEM && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOSPC);
    if (opened == LAPCE_OK) {
        if (is_connection(region, bytes, listener->epoch, slot, generation, &ring_bytes)) {
            stream = new_stream(region, bytes, ring_bytes, true, &listener->options);
            lacking = stream == NULL;
        }
        if (stream == NULL)
            munmap(region, bytes);
    }
    if (lacking) {
        listener->postponed = true;
        return NULL;
    }
    while (!atomic_compare_exchange_weak(word, &found, (found & ~(uint64_t)15) | ACCEPTED | (stream == NULL ? SERVER_DONE : 0))) {
    }
    if (stream == NULL) {
        if (line < MAX_SLOTS)
            ring_client(listener, line, slot);
        return NULL;
    }
    listener->streams[line]++;
    stream->control = listener->control;
    stream->slot = slot;
    stream->generation = generation;
    stream->own_line = SERVER_AT;
    stream->peer_line = line_at(line);
    stream->own_ready = SERVER_READY;
    stream->peer_ready = CLIENT_READY;
    stream->peer_slot_wakes = SLOT_WAKES_AT + 8 * (size_t)slot + CLIENT_WAKES;
    stream->peer_done = CLIENT_DONE;
    stream->peer_died = &listener->clients[line]->free_now;
    stream->owner = listener;
    stream->leave = leave_as_server;
    return stream;
}

/* The leader's work: the first client that waits to be accepted, or NULL. */
static lapce_stream *look_after_clients(lapce_listener *listener, bool accepting) {
    lapce_stream *accepted = NULL;
    uint32_t joins = acquire32(at32(listener->control, JOINS_AT));
    listener->postponed = false;
    if (joins != listener->joins) {
        listener->joins = joins;
        for (uint32_t line = 0; line < MAX_SLOTS; line++)
            watch_line(listener, line);
    }
    for (uint32_t i = 0, first = listener->next; i < listener->slots && accepted == NULL; i++) {
        uint32_t slot = (first + i) % listener->slots;
        word64 *slot_word = at64(listener->control, SLOT_AT + 8 * (size_t)slot);
        uint64_t before = acquire64(slot_word);
        uint32_t line = (uint32_t)(before >> 16 & 0xFFFF);
        if ((before & 15) == FREE || (line < MAX_SLOTS && !watch_line(listener, line)))
            continue;
        bool dead = line < MAX_SLOTS && is_dead(listener, line);
        uint64_t word = acquire64(slot_word); /* behind that: a process that is dead has left it for good */
        uint32_t stage = word & 15;
        bool owner_gone = dead || (word & CLIENT_DONE) != 0;
        if (word >> 16 != before >> 16)
            continue; /* no process does that */
        if (stage == OPEN && accepting) {
            accepted = accept_slot(listener, slot, word);
            listener->next = slot + 1;
        } else if (owner_gone && (stage == CLAIMED || (stage == ACCEPTED && (word & SERVER_DONE) != 0)))
            recycle(listener, slot, word);
    }
    for (uint32_t line = 0; line < MAX_SLOTS; line++)
        if (is_dead(listener, line))
            release_line(listener, line);
    return accepted;
}

/* c3. */
static void leave_as_server(lapce_stream *stream) {
    lapce_listener *listener = stream->owner;
    munmap(stream->region, stream->region_bytes);
    pthread_mutex_lock(&listener->mutex);
    listener->streams[(stream->peer_line - CLIENT_AT) / LINE_BYTES]--;
    add_slot_bit(listener->control, stream->slot, stream->generation, SERVER_DONE);
    ring_line(listener->control, stream->peer_line, stream->peer_ready, stream->slot, LEADER);
    look_after_clients(listener, false);
    pthread_mutex_unlock(&listener->mutex);
}

int lapce_accept(lapce_listener *listener, int timeout, lapce_stream **stream) {
    int64_t deadline = deadline_of(timeout);
    word32 *wakes = at32(listener->control, SERVER_AT + WAKES);
    for (;;) {
        uint32_t seen = atomic_load(wakes); /* before anything is looked at: l1 */
        full_fence();
        for (size_t word = 0; word < MAX_SLOTS / 64; word++) /* all slots are looked at, whatever they say */
            if (acquire64(at64(listener->control, SERVER_READY + 8 * word)) != 0)
                atomic_store(at64(listener->control, SERVER_READY + 8 * word), 0);
        pthread_mutex_lock(&listener->mutex);
        *stream = look_after_clients(listener, true);
        bool postponed = listener->postponed;
        pthread_mutex_unlock(&listener->mutex);
        if (*stream != NULL)
            return LAPCE_OK;
        int64_t left = nanos_until(deadline);
        if (left <= 0)
            return fail(LAPCE_TIMEOUT, "no client came: endpoint=%s", listener->names.base);
        sleep_while(wakes, seen, postponed && left > AGAIN_NANOS ? AGAIN_NANOS : left);
    }
}

/* The name first; then the server's lock, and behind that the sweep: a client that makes something later finds the lock free, and
 * removes it. */
void lapce_unbind(lapce_listener *listener) {
    char name[NAME_ROOM];
    release32(at32(listener->control, CLOSED_AT), 1);
    ring_wanting(listener);
    control_name(name, &listener->names);
    shm_unlink(name);
    give_up_lock(listener->bind_lock, listener->bind_path);
    give_up_lock(listener->server_lock, listener->server_path);
    sweep(&listener->names, listener->epoch);
    for (uint32_t line = 0; line < MAX_SLOTS; line++)
        if (listener->clients[line] != NULL) {
            stop_watch(listener->clients[line]);
            free(listener->clients[line]);
        }
    munmap(listener->control, CONTROL_BYTES);
    rmdir(listener->names.locks);
    pthread_mutex_destroy(&listener->mutex);
    free(listener);
}

#endif
