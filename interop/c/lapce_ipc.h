/* lapce-ipc for C: one header, one source file, C11, nothing but libc. Written from doc/shared-memory.md (layout version 9) and
 * doc/wire.md, whose words it uses.
 *
 * One thread at a time sends on a stream, and one at a time receives; they may be two. Every function that can fail says so by a
 * negative lapce_result, and lapce_error() then tells the calling thread, in one line, what and why. Times are milliseconds, and
 * LAPCE_FOREVER is no limit. Connecting, binding and sleeping are there on Linux; streams over memory that is mapped already, and
 * frames, wherever there is C11. */
#ifndef LAPCE_IPC_H
#define LAPCE_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lapce_stream lapce_stream;
typedef struct lapce_listener lapce_listener;

enum { LAPCE_FOREVER = -1, LAPCE_LAYOUT_VERSION = 9 };

typedef enum lapce_result {
    LAPCE_OK = 0,
    LAPCE_END = -1,          /* the peer has closed its output, and everything before that was received */
    LAPCE_TIMEOUT = -2,      /* nothing came, or there was no room, for so long; try again if you like */
    LAPCE_PEER_GONE = -3,    /* it died, or reads no more; what it had committed was received first */
    LAPCE_NO_ENDPOINT = -4,  /* no server has that name */
    LAPCE_IN_USE = -5,       /* another server has it */
    LAPCE_NO_SLOT = -6,      /* the server has as many streams as it takes */
    LAPCE_INCOMPATIBLE = -7, /* another layout version */
    LAPCE_CORRUPT = -8,      /* the peer wrote what cannot be; the stream is of no use any more */
    LAPCE_INVALID = -9,      /* an argument */
    LAPCE_SYSTEM = -10       /* the operating system refused something */
} lapce_result;

/* All zero is a good default; what is 0 stands for what is said here. */
typedef struct lapce_options {
    const char *session;         /* LAPCE_IPC_SESSION of the environment, else "default" */
    uint32_t ring_bytes;         /* of each direction, a power of two from 4096: 1 MiB */
    uint32_t max_message_length; /* to send and to accept: 10,485,784 bytes, the largest frame */
    uint32_t slots;              /* of a server, 1 to 1024: 16 */
    uint32_t spins;              /* looks before sleeping: 0; UINT32_MAX: never sleep */
    int connect_timeout;         /* for a free slot: none */
} lapce_options;

/* What went wrong in the last call of this thread that failed. */
const char *lapce_error(void);

/* A stream to the server that has bound this name: 1 to 64 letters, digits, '.', '_' or '-', as of a session. `options` may be NULL. */
int lapce_connect(const char *endpoint, const lapce_options *options, lapce_stream **stream);

/* A name to be connected to. While nobody is in lapce_accept, slots of closed streams and of dead clients do not come back. */
int lapce_bind(const char *endpoint, const lapce_options *options, lapce_listener **listener);

/* The next client; or LAPCE_TIMEOUT. One thread at a time. */
int lapce_accept(lapce_listener *listener, int timeout, lapce_stream **stream);

/* Close its streams first. */
void lapce_unbind(lapce_listener *listener);

/* A stream over a connection's region that somebody else has mapped, and keeps mapped until after lapce_close. It spins. The maker
 * of the region calls lapce_region_init first. */
int lapce_stream_over(void *region, size_t bytes, bool server, const lapce_options *options, lapce_stream **stream);
size_t lapce_region_bytes(uint32_t ring_bytes);
void lapce_region_init(void *region, uint32_t ring_bytes, uint64_t epoch, uint32_t slot, uint32_t generation);

/* Sends head and body as one message, once there is room for it; either may have 0 bytes. */
int lapce_send(lapce_stream *stream, const void *head, size_t head_length, const void *body, size_t body_length, int timeout);

/* Gets each message. It lies in shared memory: a hostile peer may change it meanwhile, so copy before you check. */
typedef void lapce_handler(void *context, const void *message, size_t length);

/* Waits for messages, and hands out up to `limit`. Returns how many, LAPCE_END, or what failed. The peer is told what was consumed
 * when this returns. */
int lapce_receive(lapce_stream *stream, lapce_handler *handler, void *context, int limit, int timeout);

/* No more will be sent; receiving goes on. */
void lapce_close_output(lapce_stream *stream);

/* Ends both directions and frees the stream, which no thread may be using. What was sent can still be received. NULL is fine. */
void lapce_close(lapce_stream *stream);

/* doc/wire.md: 24 bytes, the payload behind them. */
enum { LAPCE_FRAME_HEADER = 24, LAPCE_FRAME_MAX_PAYLOAD = 10485760 };
enum { LAPCE_HEARTBEAT = 1, LAPCE_DATA = 2, LAPCE_CONTROL = 3, LAPCE_RESPONSE = 4 };

typedef struct lapce_frame {
    uint16_t type;
    uint8_t flags;
    uint64_t id;
    const uint8_t *payload;
    uint32_t length;
} lapce_frame;

/* Sends one frame. */
int lapce_send_frame(lapce_stream *stream, const lapce_frame *frame, int timeout);

/* Copies a message to `copy`, checks it there, and tells what is in it; the payload lies in the copy. LAPCE_CORRUPT if it is no frame,
 * LAPCE_INVALID if the copy has no room for it. */
int lapce_read_frame(const void *message, size_t length, void *copy, size_t copy_bytes, lapce_frame *frame);

/* IEEE 802.3, as zlib's: `crc` is 0, or what came out for the bytes before. */
uint32_t lapce_crc32(uint32_t crc, const void *bytes, size_t length);

#endif
