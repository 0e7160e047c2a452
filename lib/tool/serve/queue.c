/* Words on their way to vectors; see queue.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "tool/serve/figures.h"

struct mr_queue {
	pthread_mutex_t lock;
	pthread_cond_t some;
	struct mr_queued *first, **last;
	int n;
	bool over;
	_Atomic int64_t *waiting;
};

static int64_t
now_ms(void)
{
	return mr_figures_now_us() / 1000;
}

int
mr_queue_new(struct mr_queue **out, _Atomic int64_t *waiting,
    struct mr_err *err)
{
	struct mr_queue *q = *out = mr_alloc(1, sizeof *q, "a queue", err);

	if (!q)
		return MR_ENOMEM;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->some, NULL);
	q->last = &q->first;
	q->waiting = waiting;
	return MR_OK;
}

void
mr_queue_free(struct mr_queue *q)
{
	if (!q)
		return;
	pthread_cond_destroy(&q->some);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

bool
mr_queue_put(struct mr_queue *q, struct mr_queued *x)
{
	bool room;

	x->since_ms = now_ms();
	x->next = NULL;
	pthread_mutex_lock(&q->lock);
	room = q->n < MR_QUEUE_MOST && !q->over;
	if (room) {
		*q->last = x;
		q->last = &x->next;
		atomic_store(q->waiting, ++q->n);
		pthread_cond_signal(&q->some);
	}
	pthread_mutex_unlock(&q->lock);
	return room;
}

/* At most so many; none: the end. */
static int
take(struct mr_queue *q, struct mr_queued *x[MR_QUEUE_TOGETHER])
{
	int n = 0;

	pthread_mutex_lock(&q->lock);
	while (!q->first && !q->over)
		pthread_cond_wait(&q->some, &q->lock);
	while (q->first && n < MR_QUEUE_TOGETHER) {
		x[n++] = q->first;
		q->first = q->first->next;
	}
	if (!q->first)
		q->last = &q->first;
	q->n -= n;
	atomic_store(q->waiting, q->n);
	pthread_mutex_unlock(&q->lock);
	return n;
}

/* What is made for all that are taken together. */
struct batch {
	struct mr_queued *const *x;
	int n;
	int64_t d, k;		/* k: the most rows that any wants */
	float *vector;		/* [n * d] */
	struct mr_hit *hit;	/* [n * k]; NULL: there are none */
	int64_t found[MR_QUEUE_TOGETHER];
	bool cut[MR_QUEUE_TOGETHER];
};

/* Vectors of them all, in one pass, and rows near them, in another. */
static int
make(struct batch *b, const struct mr_searcher *with,
    struct mr_searcher_work *work, struct mr_err *err)
{
	struct mr_slice text[MR_QUEUE_TOGETHER];
	int rc;

	for (int i = 0; i < b->n; i++) {
		const struct mr_words *w = b->x[i]->words;

		text[i] = w->text;
		b->k = w->k > b->k ? w->k : b->k;
	}
	b->vector = mr_alloc((size_t)b->n * (size_t)b->d, sizeof *b->vector,
	    "vectors", err);
	if (!b->vector)
		return MR_ENOMEM;
	rc = mr_searcher_embed(with, text, b->n, work, b->vector, b->cut, err);
	if (rc || b->k == 0)
		return rc;
	b->hit = mr_alloc((size_t)b->n * (size_t)b->k, sizeof *b->hit, "rows",
	    err);
	return b->hit ? mr_searcher_near(with, b->vector, b->n,
	    &(struct mr_near_ask){ .k = b->k }, b->hit, b->found, err) :
	    MR_ENOMEM;
}

/* Of the i-th what is its own; of more rows than it wants the first. */
static void
give(const struct batch *b, int i, struct mr_words *w)
{
	struct mr_err err = { 0 };

	w->vector = mr_alloc((size_t)b->d, sizeof *w->vector, "a vector",
	    &err);
	if (!w->vector)
		return;
	memcpy(w->vector, b->vector + i * b->d, (size_t)b->d *
	    sizeof *w->vector);
	w->cut = b->cut[i];
	w->hit = w->k ? mr_alloc((size_t)w->k, sizeof *w->hit, "rows", &err) :
	    NULL;
	if (!w->hit)	/* whoever asks looks for them then */
		return;
	w->n = b->found[i] < w->k ? b->found[i] : w->k;
	memcpy(w->hit, b->hit + i * b->k, (size_t)w->n * sizeof *w->hit);
}

static void
embed(const struct mr_snapshot *s, struct mr_clerk *c,
    struct mr_queued *const *x, int n)
{
	const struct mr_searcher *with = s->site.searcher;
	struct batch b = { .x = x, .n = n, .d = with ?
	    mr_searcher_width(with) : 0 };
	struct mr_err err = { 0 };
	int64_t begin = mr_figures_now_us();
	int rc = c->search ? make(&b, with, c->search, &err) : MR_ENOMEM;

	for (int i = 0; i < n; i++) {
		struct mr_words *w = x[i]->words;

		free(w->vector);
		free(w->hit);
		w->vector = NULL;
		w->hit = NULL;
		if (rc == MR_OK)
			give(&b, i, w);
		w->us = mr_figures_now_us() - begin;
		w->generation = s->site.generation;
		w->state = w->vector ? MR_WORDS_READY : MR_WORDS_BUSY;
	}
	free(b.vector);
	free(b.hit);
}

void
mr_queue_work(struct mr_queue *q, struct mr_served *served, int who)
{
	struct mr_queued *x[MR_QUEUE_TOGETHER], *late[MR_QUEUE_TOGETHER];
	int n, n_late;

	mr_par_yield();
	while ((n = take(q, x)) > 0) {
		struct mr_snapshot *s = mr_served_take(served, who);
		int64_t since = now_ms() - MR_QUEUE_MS;
		int kept = 0;

		n_late = 0;
		for (int i = 0; i < n; i++)
			if (x[i]->since_ms < since)
				late[n_late++] = x[i];
			else
				x[kept++] = x[i];
		if (kept)
			embed(s, &s->clerk[who], x, kept);
		mr_served_leave(served, who);
		for (int i = 0; i < n_late; i++) {
			late[i]->words->state = MR_WORDS_BUSY;
			late[i]->done(late[i]);
		}
		for (int i = 0; i < kept; i++)
			x[i]->done(x[i]);
	}
}

void
mr_queue_end(struct mr_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->over = true;
	pthread_cond_broadcast(&q->some);
	pthread_mutex_unlock(&q->lock);
}
