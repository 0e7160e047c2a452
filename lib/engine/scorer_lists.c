/* The best items of many users; see scorer.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "engine/scorer_parts.h"
#include "math/lanes.h"

struct lists {
	const struct mr_scorer *s;
	const struct mr_user *users;
	int64_t n, per;		/* users, those of a task */
	const struct mr_csr *skip;
	const uint64_t *allow;
	int64_t k;
	struct mr_score_work *work;	/* [threads] */
	struct mr_hit *hit;
	int64_t *found;
	bool bytes;		/* scores are bounded before any is computed */
};

#define GROUP 32	/* scores looked at together */

typedef float lanes __attribute__((vector_size(32), aligned(4), may_alias));
typedef int64_t words __attribute__((vector_size(32)));

/* The first group of n scores, from one's begin on, of which not all are below
 * bar; a rest that is no group is one. */
MR_FOR_EACH_CPU(int64_t, first_group, MR_LIST(const float *score, int64_t i,
    int64_t n, float bar), MR_LIST(score, i, n, bar), {
	for (; i + GROUP <= n; i += GROUP) {
		const lanes *v = (const void *)(score + i);
		words any = (words)~((v[0] < bar) & (v[1] < bar) &
		    (v[2] < bar) & (v[3] < bar));

		if (any[0] | any[1] | any[2] | any[3])
			return i;
	}
	return i;
})

/* The first item from i on that user q may be offered and whose score is not
 * below bar; n_items: none.  *at walks along his row of skip. */
static int64_t
next(const struct lists *l, int64_t q, const float *score, int64_t i,
    float bar, int64_t *at)
{
	int64_t end = l->skip->ptr[q + 1], n = l->s->n_items;

	for (; i < n; i++) {
		if (i % GROUP == 0 && bar > -INFINITY)
			i = first_group(score, i, n, bar);
		if (i == n || score[i] < bar)
			continue;
		while (*at < end && l->skip->idx[*at] < i)
			++*at;
		if ((*at == end || l->skip->idx[*at] != i) && (!l->allow ||
		    l->allow[i / 64] >> i % 64 & 1) &&
		    !mr_scorer_none(l->s, score[i]))
			return i;
	}
	return n;
}

/* What an item must reach. */
static float
bar_of(const struct lists *l, int64_t q)
{
	return l->found[q] == l->k ? l->hit[q * l->k].score : -INFINITY;
}

/* The best of one user's scores, not sorted. */
static void
choose(const struct lists *l, int64_t q, const float *score)
{
	int64_t at = l->skip->ptr[q], i = -1;

	l->found[q] = 0;
	while ((i = next(l, q, score, i + 1, bar_of(l, q), &at)) <
	    l->s->n_items)
		mr_topk_push(l->hit + q * l->k, &l->found[q], l->k,
		    (struct mr_hit){ score[i], (int32_t)i }, l->s->rank);
}

/* Items whose scores are wanted. */
struct waiting {
	int32_t item[32];
	int n;
};

static void
score_waiting(const struct lists *l, const struct mr_score_work *w,
    const float *U, int64_t q, struct waiting *x)
{
	const struct mr_scorer *s = l->s;
	const float *row[32] = { NULL };
	float score[32] = { 0 };

	for (int j = 0; j < x->n; j++)
		row[j] = mr_rows_at(&s->m->V, s->m->gap, x->item[j]);
	mr_exact_pairs(&s->exact, U, row, x->n, score);
	for (int j = 0; j < x->n; j++) {
		int32_t i = x->item[j];
		float base = score[j] + s->exact.bias[i] + w->offset;

		mr_topk_push(l->hit + q * l->k, &l->found[q], l->k,
		    (struct mr_hit){ (float)((double)base + w->N[i]), i },
		    s->rank);
	}
	x->n = 0;
}

/*
 * The same by bounds: the k-th best of the lower ones is a bar that k items
 * reach, and what has an upper one below it is none of the best.
 */
static void
choose_by_bounds(const struct lists *l, const struct mr_score_work *w,
    const float *U, int64_t q)
{
	const float *high = w->bytes.high;
	int64_t at = l->skip->ptr[q], i = -1;
	struct waiting x = { .n = 0 };
	float bar;

	choose(l, q, w->bytes.low);
	bar = bar_of(l, q);
	l->found[q] = 0;
	while ((i = next(l, q, high, i + 1, fmaxf(bar, bar_of(l, q)), &at)) <
	    l->s->n_items) {
		x.item[x.n++] = (int32_t)i;
		if (x.n == 32)
			score_waiting(l, w, U, q, &x);
	}
	score_waiting(l, w, U, q, &x);
}

/* Of m users the factors, and what all their scores begin with. */
static void
take_factors(const struct mr_scorer *s, const struct mr_user *users,
    int64_t m, float *U, float *offset)
{
	size_t bytes = (size_t)s->exact.d * sizeof *U;

	for (int64_t i = 0; i < m; i++) {
		offset[i] = mr_scorer_offset(s, &users[i]);
		if (bytes && users[i].U)
			memcpy(U + i * s->exact.d, users[i].U, bytes);
		else if (bytes)	/* nothing is known of him */
			memset(U + i * s->exact.d, 0, bytes);
	}
}

/* From all scores of his, from factors and biases on. */
static void
list_by_scores(const struct lists *l, struct mr_score_work *w, int64_t q,
    float *score)
{
	mr_scorer_add_rest(l->s, w, &l->users[q], score);
	choose(l, q, score);
	mr_topk_sort(l->hit + q * l->k, l->found[q], l->s->rank);
}

static void
list_by_bounds(const struct lists *l, struct mr_score_work *w, int64_t q,
    int64_t i)
{
	const float *U = w->U + i * l->s->exact.d;

	mr_scorer_neighbours(l->s, w, &l->users[q]);
	if (mr_score_bytes_bound(&w->bytes, l->s, i, w->offset, w->N)) {
		choose_by_bounds(l, w, U, q);
		mr_topk_sort(l->hit + q * l->k, l->found[q], l->s->rank);
		return;
	}
	mr_exact_scores(&l->s->exact, U, w->offset, w->base);
	list_by_scores(l, w, q, w->base);
}

static void
list_task(void *ctx, int64_t task, int worker)
{
	const struct lists *l = ctx;
	struct mr_score_work *w = &l->work[worker];
	int64_t from = task * l->per;
	int64_t m = l->n - from < l->per ? l->n - from : l->per;
	float offset[MR_EXACT_TOGETHER] = { 0 };

	take_factors(l->s, l->users + from, m, w->U, offset);
	if (l->bytes)
		mr_score_bytes_of(&w->bytes, l->s, w->U, m);
	else
		mr_exact_scores_of(&l->s->exact, w->U, m, offset, w->base);
	for (int64_t i = 0; i < m; i++)
		if (l->bytes)
			list_by_bounds(l, w, from + i, i);
		else
			list_by_scores(l, w, from + i, w->base + i *
			    l->s->n_items);
}

/* Not where a filter leaves few items, which mr_exact_search copies. */
static bool
by_codes(const struct lists *l)
{
	const struct mr_exact *f = &l->s->coded.frame;

	return f->rows && !l->allow && mr_coded_pays(f->metric, f->n, f->d,
	    l->k);
}

/* All users against all items at once. */
static int
search(struct lists *l, int threads, struct mr_err *err)
{
	struct mr_mat U = { 0 };
	struct mr_search q = { .q = { .dense = &U, .n = l->n }, .k = l->k,
	    .threads = threads, .skip = l->skip, .allow = l->allow };
	float *offset = mr_alloc((size_t)l->n, sizeof *offset, "biases",
	    err);
	int rc = offset ? mr_mat_new(&U, l->n, l->s->m->V.cols,
	    "user factors", err) : MR_ENOMEM;

	for (int64_t i = 0; i < l->n && rc == MR_OK; i++) {
		offset[i] = mr_scorer_offset(l->s, &l->users[i]);
		if (l->users[i].U)
			memcpy(mr_mat_row(&U, i), l->users[i].U,
			    (size_t)U.cols * sizeof *U.a);
	}
	q.offset = offset;
	if (rc == MR_OK)
		rc = by_codes(l) ?
		    mr_coded_search(&l->s->coded, &q, l->hit, l->found, err) :
		    mr_exact_search(&l->s->exact, &q, l->hit, l->found, err);
	mr_mat_free(&U);
	free(offset);
	return rc;
}

int
mr_scorer_lists(const struct mr_scorer *s, const struct mr_user *users,
    int64_t n, const struct mr_csr *skip, const uint64_t *allow, int64_t k,
    struct mr_score_work *w, int threads, struct mr_hit *hit, int64_t *found,
    struct mr_err *err)
{
	struct lists l = { s, users, n, 1, skip, allow, k, w, hit, found,
	    s->codes.items.packed && k <= s->n_items / 100 };

	if (!mr_scorer_one_by_one(s))
		return search(&l, threads, err);
	/* Whoever they are together with, their scores are the same. */
	while (l.per < (int64_t)mr_scorer_together(s) && l.per * threads < n)
		l.per++;
	mr_par_run(threads, (n + l.per - 1) / l.per, list_task, &l);
	return MR_OK;
}
