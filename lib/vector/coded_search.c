/* Searching by codes; see coded.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/first.h"
#include "math/qdot.h"
#include "vector/coded_parts.h"
#include "vector/exact_parts.h"

#define QUERIES MR_CODED_QUERIES
#define BLOCK MR_CODES_BLOCK
#define SCORED 32	/* rows scored at a time, at most */
#define WORTH 8		/* fewer take as long as so many */

/* What a thread needs. */
struct work {
	struct mr_code_query code[QUERIES];
	int8_t *codes;		/* [QUERIES * mr_codes_room(d)] */
	/* of those that a block may have rows for */
	int on[QUERIES];
	int32_t start[QUERIES];	/* of their sums */
	int8_t *some;		/* [QUERIES * wide] their codes */
	int32_t *sums;		/* [QUERIES * BLOCK] */
	float *unit;		/* [SCORED * d] of a borrowed base */
	struct wait {		/* rows to be scored for a query */
		int32_t place[SCORED];
		int n;
	} wait[QUERIES];
};

struct search {
	const struct mr_coded *x;
	const struct mr_search *s;
	const float *q;		/* [n * d], normalised for cosine */
	int64_t parts;		/* that the rows are cut into */
	struct mr_hit *hit;	/* [parts * n * k] */
	int64_t *found;		/* [parts * n] */
	/* [n] the worst of a full list of any part: what is below is not among
	 * the best.  Which parts were first changes the work, not the end. */
	_Atomic float *worst;
	struct work *work;	/* [workers] */
};

/* A query within a part. */
struct list {
	int64_t q;
	struct mr_hit *hit;
	int64_t *found;
	struct wait *wait;
	float *unit;
};

static struct list
list_of(const struct search *a, int64_t part, int64_t q, struct work *w)
{
	int64_t at = part * a->s->q.n + q;

	return (struct list){ q, a->hit + at * a->s->k, &a->found[at],
	    w ? &w->wait[q % QUERIES] : NULL, w ? w->unit : NULL };
}

/* Below which score a row is out; -INFINITY: none is. */
static float
bar_of(const struct search *a, const struct list *l)
{
	float bar = atomic_load_explicit(&a->worst[l->q],
	    memory_order_relaxed);

	return *l->found == a->s->k && l->hit->score > bar ? l->hit->score :
	    bar;
}

static void
raise_bar(const struct search *a, const struct list *l)
{
	_Atomic float *worst = &a->worst[l->q];
	float have = atomic_load_explicit(worst, memory_order_relaxed);

	while (*l->found == a->s->k && l->hit->score > have &&
	    !atomic_compare_exchange_weak_explicit(worst, &have,
	    l->hit->score, memory_order_relaxed, memory_order_relaxed))
		;
}

/*
 * How far a score by codes, q.x + bias or for l2 q.x - |x|^2 / 2, may be from
 * the one that mr_exact_search orders rows by: the bound of codes.h, and
 * roundings: of the float sums there, of three products and sums here, of two
 * with bias and offset; the rounding of a distance is one of its square.  All
 * with room to spare.  Infinite where floats could overflow or be denormal.
 */
static double
off_by(const struct search *a, int64_t q, const struct mr_code_query *code,
    int64_t block)
{
	const struct mr_exact *f = &a->x->frame;
	const struct mr_codes_block *b = &a->x->codes.block[block];
	double offset = fabs((double)mr_search_offset(a->s, q));
	double lengths = code->length * (b->length + b->error);
	double far = code->length + b->length;

	if (b->length > 1e15 || code->length > 1e15 ||
	    (b->length > 0 && b->length < 1e-15) ||
	    (code->length > 0 && code->length < 1e-15))
		return INFINITY;
	return mr_codes_bound(code, b) + ((double)f->d + 16) * 0x1p-23 *
	    lengths + 0x1p-21 * (offset + a->x->most_bias) + 1e-40 +
	    (f->metric == MR_METRIC_L2 ? 0x1p-20 * far * (far + offset) : 0);
}

/* What a score by codes must reach to be among the best of a query. */
static float
least_code(const struct search *a, const struct list *l,
    const struct mr_code_query *code, double off)
{
	double worst = (double)bar_of(a, l) -
	    (double)mr_search_offset(a->s, l->q);

	if (!isfinite(off) || !isfinite(worst))
		return -INFINITY;
	if (a->x->frame.metric == MR_METRIC_L2)
		worst = (code->length * code->length - worst * worst) / 2;
	return nextafterf((float)(worst - off), -INFINITY);
}

/* The rows that wait, as they are scored. */
static void
take_rows(const struct search *a, const struct list *l, const float **row)
{
	const struct mr_coded *x = a->x;
	int64_t d = x->frame.d, n = l->wait->n;

	for (int64_t j = 0; j < n; j++) {
		int32_t at = l->wait->place[j], number = x->frame.number[at];

		row[j] = x->lent ? mr_rows_at(&x->rows, x->gap, number) :
		    mr_mat_row(&x->rows, x->at ? x->at[at] : at);
		if (!x->by)
			continue;
		mr_coded_unit(l->unit + j * d, row[j], x->by[number], d);
		row[j] = l->unit + j * d;
	}
}

/* The rows that wait, scored as mr_exact_search does. */
static void
score(const struct search *a, const struct list *l)
{
	const struct mr_coded *x = a->x;
	const struct mr_exact *f = &x->frame;
	float scores[SCORED], offset = mr_search_offset(a->s, l->q);
	const float *row[SCORED] = { NULL };
	const int32_t *place = l->wait->place;

	if (l->wait->n == 0)
		return;
	take_rows(a, l, row);
	mr_exact_pairs(f, a->q + l->q * f->d, row, l->wait->n, scores);
	for (int j = 0; j < l->wait->n; j++)
		mr_topk_push(l->hit, l->found, a->s->k, (struct mr_hit){
		    scores[j] + f->bias[place[j]] + offset,
		    f->number[place[j]] }, f->rank);
	l->wait->n = 0;
	raise_bar(a, l);
}

/* Ask for a row of a borrowed base, which lies anywhere, ahead. */
static void
fetch(const struct mr_coded *x, int32_t row)
{
	const float *a = mr_rows_at(&x->rows, x->gap, row);

	for (int64_t i = 0; i < x->frame.d; i += 16)
		__builtin_prefetch(a + i);
}

/* Offer a block's rows to a query; without codes, all of them. */
static void
offer(const struct search *a, const struct list *l,
    const struct mr_code_query *code, int64_t block, const int32_t *sums)
{
	const struct mr_coded *x = a->x;
	int64_t from = block * BLOCK, left = x->frame.n - from;
	int64_t end = left < BLOCK ? left : BLOCK;
	const float *add = (x->half ? x->half : x->frame.bias) + from;
	double off = code ? off_by(a, l->q, code, block) : INFINITY;
	float least = code ? least_code(a, l, code, off) : -INFINITY;

	for (int64_t j = 0; j < end; j++) {
		if (code)
			j += mr_first_code(sums + j, x->codes.scale + from + j,
			    code->scale, add + j, least, end - j);
		if (j == end || !mr_search_may(a->s, l->q,
		    x->frame.number[from + j]))
			continue;
		l->wait->place[l->wait->n++] = (int32_t)(from + j);
		if (x->lent)
			fetch(x, x->frame.number[from + j]);
		if (l->wait->n < SCORED)
			continue;
		score(a, l);
		if (code)
			least = least_code(a, l, code, off);
	}
	/* Until the list is full there is no bar. */
	if (l->wait->n >= WORTH || *l->found < a->s->k)
		score(a, l);
}

/* Which of the m queries from q0 on a block may have rows for; their codes
 * side by side. */
static int
choose(const struct search *a, struct work *w, int64_t part, int64_t q0,
    int64_t m, int64_t block)
{
	const struct mr_exact *f = &a->x->frame;
	int64_t wide = a->x->codes.wide;
	int n = 0;

	for (int i = 0; i < m; i++) {
		struct list l = list_of(a, part, q0 + i, w);

		if (mr_exact_reach(f, block, w->code[i].length,
		    mr_search_offset(a->s, l.q)) < bar_of(a, &l))
			continue;
		memcpy(w->some + n * wide, w->codes + i * mr_codes_room(f->d),
		    (size_t)wide);
		w->start[n] = w->code[i].start;
		w->on[n++] = i;
	}
	return n;
}

static void
search_block(const struct search *a, struct work *w, int64_t part,
    int64_t q0, int64_t m, int64_t block)
{
	const struct mr_codes *c = &a->x->codes;
	int n;

	if (a->s->allow && !a->x->at && !mr_coded_wanted(a->x, a->s, block))
		return;
	for (int64_t i = 0; i < m && !c->packed; i++) {
		struct list l = list_of(a, part, q0 + i, w);

		offer(a, &l, NULL, block, NULL);
	}
	if (!c->packed)
		return;
	n = choose(a, w, part, q0, m, block);
	mr_qdot(w->some, w->start, n, c->packed + block * BLOCK * c->wide,
	    BLOCK, c->wide, w->sums, BLOCK);
	for (int i = 0; i < n; i++) {
		struct list l = list_of(a, part, q0 + w->on[i], w);

		offer(a, &l, &w->code[w->on[i]], block, w->sums + i * BLOCK);
	}
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *a = ctx;
	const struct mr_exact *f = &a->x->frame;
	struct work *w = &a->work[worker];
	int64_t part = task % a->parts, blocks = mr_coded_blocks(f->n);
	int64_t q0 = task / a->parts * QUERIES, left = a->s->q.n - q0;
	int64_t m = left < QUERIES ? left : QUERIES;

	for (int64_t i = 0; i < m; i++) {
		*list_of(a, part, q0 + i, w).found = 0;
		if (a->x->codes.packed)
			w->code[i] = mr_codes_query(a->q + (q0 + i) * f->d,
			    f->d, 255, w->codes + i * mr_codes_room(f->d));
	}
	for (int64_t b = blocks * part / a->parts; b < blocks * (part + 1) /
	    a->parts; b++)
		search_block(a, w, part, q0, m, b);
	for (int64_t i = 0; i < m; i++) {
		struct list l = list_of(a, part, q0 + i, w);

		score(a, &l);
	}
}

/* The lists of all parts become one, best first. */
static void
join(const struct search *a, int64_t q, struct mr_hit *hit, int64_t *found)
{
	if (a->parts > 1)
		*found = 0;
	for (int64_t p = 0; p < a->parts && a->parts > 1; p++) {
		struct list l = list_of(a, p, q, NULL);

		for (int64_t i = 0; i < *l.found; i++)
			mr_topk_push(hit, found, a->s->k, l.hit[i],
			    a->x->frame.rank);
	}
	mr_topk_sort(hit, *found, a->x->frame.rank);
}

static int
make_work(struct work *w, const struct mr_coded *x, struct mr_err *err)
{
	size_t room = (size_t)mr_codes_room(x->frame.d);

	w->codes = mr_alloc(2 * QUERIES, room, "codes of queries", err);
	w->sums = w->codes ? mr_alloc((size_t)QUERIES * BLOCK,
	    sizeof *w->sums, "scores", err) : NULL;
	w->some = w->codes ? w->codes + QUERIES * room : NULL;
	w->unit = w->sums ? mr_alloc(SCORED, (size_t)x->frame.d *
	    sizeof *w->unit, "vectors", err) : NULL;
	return w->unit ? MR_OK : MR_ENOMEM;
}

static int
run_tasks(struct search *a, struct mr_err *err)
{
	int64_t tasks = (a->s->q.n + QUERIES - 1) / QUERIES * a->parts;
	int workers = a->s->threads > 0 ? a->s->threads : mr_par_cpus();
	int rc;

	if (workers > tasks)
		workers = (int)tasks;
	a->work = mr_alloc((size_t)workers, sizeof *a->work, "workspaces",
	    err);
	rc = a->work ? MR_OK : MR_ENOMEM;
	for (int t = 0; t < workers && rc == MR_OK; t++)
		rc = make_work(&a->work[t], a->x, err);
	if (rc == MR_OK)
		mr_par_run(workers, tasks, search_task, a);
	for (int t = 0; a->work && t < workers; t++) {
		free(a->work[t].codes);
		free(a->work[t].sums);
		free(a->work[t].unit);
	}
	free(a->work);
	return rc;
}

static int
run(struct search *a, struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	size_t n = (size_t)a->s->q.n, lists = n;
	int rc = MR_ENOMEM;

	a->parts = mr_coded_parts(a->x, a->s);
	lists *= (size_t)a->parts;
	a->worst = mr_alloc(n, sizeof *a->worst, "worst hits", err);
	if (!a->worst)
		return MR_ENOMEM;
	for (size_t q = 0; q < n; q++)
		a->worst[q] = -INFINITY;
	a->hit = a->parts == 1 ? hit : mr_alloc(lists,
	    (size_t)a->s->k * sizeof *a->hit, "hits of parts", err);
	a->found = a->parts == 1 ? found : a->hit ? mr_alloc(lists,
	    sizeof *a->found, "hits of parts", err) : NULL;
	if (a->found)
		rc = run_tasks(a, err);
	for (int64_t q = 0; q < a->s->q.n && rc == MR_OK; q++)
		join(a, q, hit + q * a->s->k, found + q);
	if (a->parts > 1) {
		free(a->hit);
		free(a->found);
	}
	free(a->worst);
	return rc;
}

int
mr_coded_search(const struct mr_coded *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	struct search a = { .x = x, .s = s };
	struct mr_coded few = { 0 };
	struct mr_mat unit = { 0 };
	bool copy, codes;
	int rc = mr_exact_queries(x->frame.metric, x->frame.d, s, &unit, &a.q,
	    err);

	mr_coded_plan(x, s, &copy, &codes);
	if (rc == MR_OK && copy) {
		rc = mr_coded_narrow(&few, x, s->allow, codes, err);
		a.x = &few;
	}
	if (rc == MR_OK)
		rc = run(&a, hit, found, err);
	mr_coded_free(&few);
	mr_mat_free(&unit);
	return rc;
}
