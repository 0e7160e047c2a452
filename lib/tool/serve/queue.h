/* Words that wait for their vectors and the rows near these, and who makes them:
 * several at once, since a transformer's weights, and the rows, are then read
 * once for all.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_QUEUE_H
#define MR_TOOL_SERVE_QUEUE_H

#include "tool/serve/snapshot.h"

#define MR_QUEUE_MOST 64	/* that wait */
#define MR_QUEUE_TOGETHER 16	/* of them in one pass */
#define MR_QUEUE_MS 250		/* that is waited for one */

struct mr_queue;

struct mr_queued {
	struct mr_words *words;
	int64_t since_ms;
	/* Called by the thread that made the vector, or gave it up. */
	void (*done)(struct mr_queued *q);
	void *ctx;
	struct mr_queued *next;
};

/* mr_queue_new - waiting (out) is how many there are, for whoever asks. */
int mr_queue_new(struct mr_queue **q, _Atomic int64_t *waiting,
    struct mr_err *err) MR_CHECKED;
void mr_queue_free(struct mr_queue *q);
/* mr_queue_put - x waits from now on, until done; false: there is no room. */
bool mr_queue_put(struct mr_queue *q, struct mr_queued *x);
/* mr_queue_work - make vectors, as number who of those of served, until the
 * end, as a thread that gives way to others (mr_par_yield).  mr_queue_end - none
 * comes any more. */
void mr_queue_work(struct mr_queue *q, struct mr_served *served, int who);
void mr_queue_end(struct mr_queue *q);

#endif
