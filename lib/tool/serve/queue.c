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

/* Vectors of them all, in one pass. */
static void
embed(const struct mr_snapshot *s, struct mr_clerk *c,
    struct mr_queued *const *x, int n)
{
	const struct mr_searcher *with = s->site.searcher;
	bool cut[MR_QUEUE_TOGETHER] = { false };
	struct mr_slice text[MR_QUEUE_TOGETHER];
	struct mr_err err = { 0 };
	int64_t d = with ? mr_searcher_width(with) : 0;
	int64_t begin = mr_figures_now_us();
	float *all;
	int rc;

	for (int i = 0; i < n; i++)
		text[i] = x[i]->words->text;
	all = c->search ? mr_alloc((size_t)n * (size_t)d, sizeof *all,
	    "vectors", &err) : NULL;
	rc = all ? mr_searcher_embed(with, text, n, c->search, all, cut,
	    &err) : MR_ENOMEM;
	for (int i = 0; i < n; i++) {
		struct mr_words *w = x[i]->words;

		free(w->vector);
		w->vector = rc ? NULL : mr_alloc((size_t)d, sizeof *all,
		    "a vector", &err);
		if (w->vector)
			memcpy(w->vector, all + i * d, (size_t)d *
			    sizeof *all);
		w->cut = cut[i];
		w->us = mr_figures_now_us() - begin;
		w->generation = s->site.generation;
		w->state = w->vector ? MR_WORDS_READY : MR_WORDS_BUSY;
	}
	free(all);
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
