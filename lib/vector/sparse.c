/* Exact nearest neighbours among sparse rows; see sparse.h.
 * SPDX-License-Identifier: MIT */
#include "vector/sparse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"

static double
row_length(const struct mr_csr *m, int64_t u)
{
	double sum = 0;

	for (int64_t k = m->ptr[u]; k < m->ptr[u + 1]; k++)
		sum += (double)m->val[k] * (double)m->val[k];
	return sqrt(sum);
}

int
mr_sparse_build(struct mr_sparse *x, const struct mr_csr *base,
    const int32_t *rank, enum mr_metric metric, struct mr_err *err)
{
	*x = (struct mr_sparse){ .metric = metric, .base = base };
	x->rank = mr_alloc((size_t)base->rows, sizeof *x->rank,
	    "order of ids", err);
	x->length = x->rank ? mr_alloc((size_t)base->rows,
	    sizeof *x->length, "lengths", err) : NULL;
	if (!x->length)
		return MR_ENOMEM;
	for (int64_t i = 0; i < base->rows; i++) {
		x->rank[i] = rank[i];
		x->length[i] = row_length(base, i);
	}
	return mr_csr_transpose(&x->by_term, base, err);
}

void
mr_sparse_free(struct mr_sparse *x)
{
	mr_csr_free(&x->by_term);
	free(x->length);
	free(x->rank);
	*x = (struct mr_sparse){ 0 };
}

struct search {
	const struct mr_sparse *x;
	const struct mr_sparse_query *q;
	int64_t k;
	struct mr_scored *best;
	int64_t *found;
	double *score;		/* [workers * n] */
};

/* score[i] = q . b_i for all rows, over rising terms. */
static void
score_dot(const struct mr_sparse *x, const struct mr_csr *q, int64_t u,
    double *score)
{
	const struct mr_csr *t = &x->by_term;

	for (int64_t i = 0; i < x->base->rows; i++)
		score[i] = 0;
	for (int64_t k = q->ptr[u]; k < q->ptr[u + 1]; k++) {
		double v = (double)q->val[k];
		int64_t end = t->ptr[q->idx[k] + 1];

		for (int64_t j = t->ptr[q->idx[k]]; j < end; j++)
			score[t->idx[j]] += v * (double)t->val[j];
	}
}

static void
score_cosine(const struct mr_sparse *x, const struct mr_csr *q, int64_t u,
    double *score)
{
	double length = row_length(q, u);

	score_dot(x, q, u, score);
	for (int64_t i = 0; i < x->base->rows; i++) {
		double both = length * x->length[i];

		score[i] = both > 0 ? score[i] / both : 0;
	}
}

/* The squared distance of row u of q and row i of b. */
static double
distance2(const struct mr_csr *q, int64_t u, const struct mr_csr *b,
    int64_t i)
{
	int64_t k = q->ptr[u], k_end = q->ptr[u + 1];
	int64_t j = b->ptr[i], j_end = b->ptr[i + 1];
	double sum = 0;

	while (k < k_end || j < j_end) {
		int32_t term_q = k < k_end ? q->idx[k] : INT32_MAX;
		int32_t term_b = j < j_end ? b->idx[j] : INT32_MAX;
		double e = 0;

		if (term_q <= term_b)
			e += (double)q->val[k++];
		if (term_b <= term_q)
			e -= (double)b->val[j++];
		sum += e * e;
	}
	return sum;
}

/*
 * |q - b|^2 = |q|^2 + |b|^2 - 2 q . b errs by some 1e-15 of |q|^2 + |b|^2.
 * While the result is no less than 1e-4 of that, a float does not show it;
 * below, the squares cancel, and the pair is summed for itself.
 */
static void
score_l2(const struct mr_sparse *x, const struct mr_csr *q, int64_t u,
    double *score)
{
	double length = row_length(q, u);

	score_dot(x, q, u, score);
	for (int64_t i = 0; i < x->base->rows; i++) {
		double both = length * length + x->length[i] * x->length[i];
		double d2 = both - 2 * score[i];

		if (d2 < 1e-4 * both)
			d2 = distance2(q, u, x->base, i);
		score[i] = -sqrt(d2);
	}
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *s = ctx;
	const struct mr_sparse *x = s->x;
	const struct mr_csr *q = s->q->rows;
	int64_t n = x->base->rows, u = s->q->from + task;
	struct mr_scored *h = s->best + task * s->k;
	double *score = s->score + (int64_t)worker * n;

	if (x->metric == MR_COSINE)
		score_cosine(x, q, u, score);
	else if (x->metric == MR_DOT)
		score_dot(x, q, u, score);
	else
		score_l2(x, q, u, score);
	s->found[task] = 0;
	for (int64_t i = 0; i < n; i++) {
		float v = (float)score[i];

		if (s->q->skip && s->q->skip[task] == i)
			continue;
		if (s->found[task] < s->k || v >= h[0].score)
			mr_topk_push(h, &s->found[task], s->k, v, x->rank[i]);
	}
	mr_topk_sort(h, s->found[task]);
}

int
mr_sparse_search(const struct mr_sparse *x, const struct mr_sparse_query *q,
    int64_t k, int threads, struct mr_scored *best, int64_t *found,
    struct mr_err *err)
{
	int workers = threads > 0 ? threads : mr_par_cpus();
	struct search s = { x, q, k, best, found, NULL };
	size_t n;

	if (!mr_mul((size_t)workers, (size_t)x->base->rows, &n))
		return mr_err_nomem(err, (double)workers *
		    (double)x->base->rows * sizeof *s.score, "scores");
	s.score = mr_alloc(n, sizeof *s.score, "scores", err);
	if (!s.score)
		return MR_ENOMEM;
	mr_par_run(workers, q->n, search_task, &s);
	free(s.score);
	return MR_OK;
}
