/* Asks a server a question, and shows what it answers:
 *
 *   cc -std=c11 -O2 -pthread -o example example.c lapce_ipc.c
 *   ./example ENDPOINT QUESTION
 *
 * The question is a frame of type data that expects a response; the answer carries its id. */
#include "lapce_ipc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPECTS_RESPONSE = 0x10, ANSWER_TIMEOUT = 10000 };

/* What the handler fills in. */
typedef struct answer {
    uint8_t *copy;
    size_t room;
    lapce_frame frame;
    int result;
} answer;

/* Messages lie in shared memory, so the frame is copied before it is checked. */
static void on_message(void *context, const void *message, size_t length) {
    answer *answer = context;
    if (length > answer->room) {
        uint8_t *larger = realloc(answer->copy, length);
        if (larger == NULL) {
            answer->result = LAPCE_SYSTEM;
            return;
        }
        answer->copy = larger;
        answer->room = length;
    }
    answer->result = lapce_read_frame(message, length, answer->copy, answer->room, &answer->frame);
}

static int ask(lapce_stream *stream, const char *question) {
    const lapce_frame frame = {
        .type = LAPCE_DATA,
        .flags = EXPECTS_RESPONSE,
        .id = 1,
        .payload = (const uint8_t *)question,
        .length = (uint32_t)strlen(question),
    };
    return lapce_send_frame(stream, &frame, LAPCE_FOREVER);
}

/* One response, or what failed. */
static int show_answer(lapce_stream *stream) {
    answer answer = {0};
    int result = lapce_receive(stream, on_message, &answer, 1, ANSWER_TIMEOUT);
    if (result > 0)
        result = answer.result;
    if (result == LAPCE_OK)
        printf("response %" PRIu64 ": %.*s\n", answer.frame.id, (int)answer.frame.length, (const char *)answer.frame.payload);
    free(answer.copy);
    return result;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: example ENDPOINT QUESTION\n");
        return 2;
    }
    lapce_stream *stream;
    int result = lapce_connect(arguments[1], NULL, &stream);
    if (result == LAPCE_OK) {
        result = ask(stream, arguments[2]);
        if (result == LAPCE_OK)
            result = show_answer(stream);
        lapce_close(stream);
    }
    if (result != LAPCE_OK)
        fprintf(stderr, "example: %s\n", lapce_error());
    return result == LAPCE_OK ? 0 : 1;
}
