/* Rows of ratings as text; see ratings.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/mem.h"
#include "core/par.h"
#include "tool/ingest/ratings.h"

#define ROWS ((size_t)16384)	/* put by one thread at a time */
#define SHARES 4		/* of them for each thread */
#define AHEAD 16		/* rows: their items are fetched at once */

struct mr_slice
mr_rating_anonymous(int32_t i, char text[32])
{
	*text = 'u';
	return (struct mr_slice){ text, 1 + mr_i64_text((int64_t)i + 1,
	    text + 1).n };
}

int
mr_rating_put(struct mr_buf *text, struct mr_slice user, struct mr_slice item,
    struct mr_slice rating, const int64_t *time, struct mr_err *err)
{
	size_t most = 2 * (user.n + item.n) + rating.n + 32;
	char *p;

	if (text->cap - text->n < most && mr_grow(&text->p, &text->cap,
	    text->n + most, 1, "rows", err) != MR_OK)
		return MR_ENOMEM;
	p = mr_escape_to(text->p + text->n, user);
	*p++ = '\t';
	p = mr_escape_to(p, item);
	*p++ = '\t';
	memcpy(p, rating.p, rating.n);
	p += rating.n;
	if (time) {
		*p++ = '\t';
		if (*time >= 0)
			p += mr_i64_text(*time, p).n;
	}
	*p++ = '\n';
	text->n = (size_t)(p - text->p);
	return MR_OK;
}

/* The rows of two turns: those of one are made while those of the other are
 * written. */
struct put {
	struct mr_rating_run *s;
	bool bare;		/* no name has what is escaped */
	size_t longest;		/* bytes of a name or rating */
	int n;			/* shares of a turn */
	int64_t turn;
	struct mr_buf *text;	/* [2 * n] */
	struct mr_err *err;	/* [2 * n] */
};

/* Has no name what is escaped?  *longest grows to the longest of them. */
static bool
are_bare(const struct mr_ids *ids, size_t *longest)
{
	size_t n = 0, most = 0, from = 0;

	for (size_t i = 0; i < ids->text.n; i++) {
		unsigned char c = (unsigned char)ids->text.p[i];

		n += c <= '\r' || c == '\\';
	}
	for (int32_t i = 0; i < ids->n; from = ids->end[i++])
		most = ids->end[i] - from > most ? ids->end[i] - from : most;
	*longest = most > *longest ? most : *longest;
	return n == 0;
}

#define NAME ((size_t)16)	/* bytes of most names, or fewer */

/* Name i and a tab behind it, as it stands; there is room. */
static inline char *
put_name(char *to, const struct mr_ids *ids, int32_t i)
{
	size_t from = i ? ids->end[i - 1] : 0, n = ids->end[i] - from;

	/* One load and one store, whatever its length. */
	if (n <= NAME && ids->text.cap - from >= NAME)
		memcpy(to, ids->text.p + from, NAME);
	else if (n)
		memcpy(to, ids->text.p + from, n);
	to[n] = '\t';
	return to + n + 1;
}

/* mr_rating_put of row i, whose names are bare and whose rating is one of those
 * that came. */
static int
put_bare(const struct mr_rating_run *s, size_t longest, size_t i,
    struct mr_buf *text, struct mr_err *err)
{
	const struct mr_ingest_kept *k = &s->kept;
	const struct mr_ingest_rows *r = &k->rows;
	size_t most = 3 * (longest + NAME) + 32;
	char *p;

	if (text->cap - text->n < most && mr_grow(&text->p, &text->cap,
	    text->n + most, 1, "rows", err) != MR_OK)
		return MR_ENOMEM;
	p = put_name(text->p + text->n, &k->users, r->user[i]);
	p = put_name(p, &k->items, r->item[i]);
	p = put_name(p, &k->values, r->value[i]);
	if (s->has_time && r->time[i] >= 0)
		p += mr_i64_text(r->time[i], p).n + 1;
	else
		p += s->has_time;
	p[-1] = '\n';
	text->n = (size_t)(p - text->p);
	return MR_OK;
}

/* Names of items behind row i, which are all over the place, into the cache:
 * where one ends is there when its text is wanted. */
static inline void
fetch_items(const struct mr_ingest_kept *k, size_t i)
{
	const struct mr_ingest_rows *r = &k->rows;

	if (r->n - i <= 2 * AHEAD)
		return;
	__builtin_prefetch(&k->items.end[r->item[i + 2 * AHEAD]]);
	__builtin_prefetch(k->items.text.p +
	    k->items.end[r->item[i + AHEAD]]);
}

static int
put_rows(const struct put *p, size_t from, struct mr_buf *text,
    struct mr_err *err)
{
	const struct mr_rating_run *s = p->s;
	const struct mr_ingest_kept *k = &s->kept;
	const struct mr_ingest_rows *r = &k->rows;
	size_t end = r->n - from < ROWS ? r->n : from + ROWS;
	int rc = MR_OK;

	for (size_t i = from; i < end && rc == MR_OK; i++) {
		char name[32], value[32];

		if (r->user[i] < 0)
			continue;
		fetch_items(k, i);
		if (p->bare) {
			rc = put_bare(s, p->longest, i, text, err);
			continue;
		}
		rc = mr_rating_put(text, s->run.o->anonymise ?
		    mr_rating_anonymous(r->user[i], name) :
		    mr_ids_get(&k->users, r->user[i]),
		    mr_ids_get(&k->items, r->item[i]),
		    mr_ingest_kept_rating(k, s->dedupe, i, value),
		    s->has_time ? &r->time[i] : NULL, err);
	}
	return rc;
}

/* Task 0 writes what was made in the turn before, the others make some. */
static void
put_task(void *ctx, int64_t task, int worker)
{
	struct put *p = ctx;
	int now = (int)(p->turn % 2) * p->n, before = p->n - now;
	size_t from = ((size_t)p->turn * (size_t)p->n + (size_t)task - 1) *
	    ROWS;

	(void)worker;
	if (task == 0) {
		for (int i = 0; i < p->n; i++) {
			struct mr_buf *b = &p->text[before + i];

			mr_out_slice(p->s->run.out, mr_buf_slice(b));
			b->n = 0;
		}
	} else if (from < p->s->kept.rows.n) {
		now += (int)task - 1;
		(void)put_rows(p, from, &p->text[now], &p->err[now]);
	}
}

int
mr_rating_put_kept(struct mr_rating_run *s, struct mr_err *err)
{
	size_t n = s->kept.rows.n;
	/* A few rows are no work for two. */
	int threads = n > ROWS && s->run.run->threads > 0 ?
	    s->run.run->threads : 1;
	struct put p = { .s = s, .n = SHARES * threads };
	size_t step = ROWS * (size_t)p.n;
	int64_t n_turns = (int64_t)((n + step - 1) / step);
	int rc = mr_ingest_kept_mark(&s->kept, s->dedupe, threads,
	    &s->run.n_repeats, err);

	p.bare = !s->run.o->anonymise && !s->kept.rows.sum &&
	    are_bare(&s->kept.users, &p.longest) &&
	    are_bare(&s->kept.items, &p.longest) &&
	    are_bare(&s->kept.values, &p.longest);
	p.text = mr_alloc(2 * (size_t)p.n, sizeof *p.text, "rows", err);
	p.err = mr_alloc(2 * (size_t)p.n, sizeof *p.err, "rows", err);
	if (!p.text || !p.err)
		rc = MR_ENOMEM;
	for (; rc == MR_OK && p.turn <= n_turns; p.turn++) {
		mr_par_run(threads, p.n + 1, put_task, &p);
		for (int i = 0; i < 2 * p.n && rc == MR_OK; i++) {
			rc = p.err[i].code;
			if (rc)
				*err = p.err[i];
		}
	}
	if (rc == MR_OK)
		s->run.n_out += (int64_t)n - s->run.n_repeats;
	for (int i = 0; p.text && i < 2 * p.n; i++)
		mr_buf_free(&p.text[i]);
	free(p.text);
	free(p.err);
	return rc;
}
