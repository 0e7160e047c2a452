/* Exact nearest neighbours among sparse rows; see sparse.h.
 * SPDX-License-Identifier: MIT */
#include "vector/sparse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"

struct sparse {
	const struct mr_csr *base;	/* n x d, borrowed, or few */
	/* Where not all rows are kept: those that are, and which they are. */
	struct mr_csr few;
	int32_t *number;
	/* The columns that occur, rising, and the rows of each.  Where there
	 * are more values than columns, term is NULL: all columns. */
	int32_t *term;
	struct mr_csr by_term;
	double *length;			/* [n] of the rows */
};

static double
row_length(const struct mr_csr *m, int64_t u)
{
	double sum = 0;

	for (int64_t k = m->ptr[u]; k < m->ptr[u + 1]; k++)
		sum += (double)m->val[k] * (double)m->val[k];
	return sqrt(sum);
}

/* The row of by_term that is column c, or -1: no row of the base has it. */
static int64_t
find_term(const struct sparse *s, int32_t c)
{
	return s->term ? mr_csr_place(s->term, s->by_term.rows, c) : c;
}

/* A few bytes can claim any number of columns: memory goes by the values. */
static int
transpose_few(struct sparse *s, struct mr_err *err)
{
	struct mr_csr by_place = *s->base;
	size_t nnz = (size_t)mr_csr_nnz(s->base);
	int rc;

	by_place.idx = mr_alloc(nnz, sizeof *by_place.idx, "terms", err);
	if (!by_place.idx)
		return MR_ENOMEM;
	if (nnz)
		memcpy(by_place.idx, s->base->idx, nnz *
		    sizeof *by_place.idx);
	rc = mr_csr_pack(&by_place, &s->term, err);
	if (rc == MR_OK)
		rc = mr_csr_transpose(&s->by_term, &by_place, err);
	free(by_place.idx);
	return rc;
}

/* The rows of allow alone. */
static int
keep_few(struct sparse *s, const struct mr_csr *all, const uint64_t *allow,
    struct mr_err *err)
{
	struct mr_csr *m = &s->few;
	int64_t nnz = 0;

	for (int64_t i = 0; i < all->rows; i++)
		if (allow[i / 64] >> i % 64 & 1) {
			m->rows++;
			nnz += all->ptr[i + 1] - all->ptr[i];
		}
	m->cols = all->cols;
	m->ptr = mr_alloc((size_t)m->rows + 1, sizeof *m->ptr, "rows", err);
	m->idx = mr_alloc((size_t)nnz, sizeof *m->idx, "rows", err);
	m->val = mr_alloc((size_t)nnz, sizeof *m->val, "rows", err);
	s->number = mr_alloc((size_t)m->rows, sizeof *s->number, "rows", err);
	if (!m->ptr || !m->idx || !m->val || !s->number)
		return MR_ENOMEM;
	for (int64_t i = 0, n = 0; i < all->rows; i++) {
		int64_t from = all->ptr[i], len = all->ptr[i + 1] - from;

		if (!(allow[i / 64] >> i % 64 & 1))
			continue;
		for (int64_t k = 0; k < len; k++) {
			m->idx[m->ptr[n] + k] = all->idx[from + k];
			m->val[m->ptr[n] + k] = all->val[from + k];
		}
		m->ptr[n + 1] = m->ptr[n] + len;
		s->number[n++] = (int32_t)i;
	}
	return MR_OK;
}

static int
build(struct mr_index *x, const struct mr_rows *base, const uint64_t *allow,
    struct mr_err *err)
{
	struct sparse *s = mr_alloc(1, sizeof *s, "an index", err);
	int rc;

	x->own = s;
	x->borrows = !allow;
	if (!s)
		return MR_ENOMEM;
	s->base = allow ? &s->few : base->sparse;
	rc = allow ? keep_few(s, base->sparse, allow, err) : MR_OK;
	if (rc)
		return rc;
	s->length = mr_alloc((size_t)s->base->rows, sizeof *s->length,
	    "lengths", err);
	if (!s->length)
		return MR_ENOMEM;
	for (int64_t i = 0; i < s->base->rows; i++)
		s->length[i] = row_length(s->base, i);
	return x->d > mr_csr_nnz(s->base) ? transpose_few(s, err) :
	    mr_csr_transpose(&s->by_term, s->base, err);
}

static void
free_sparse(void *own)
{
	struct sparse *s = own;

	if (!s)
		return;
	mr_csr_free(&s->by_term);
	mr_csr_free(&s->few);
	free(s->number);
	free(s->term);
	free(s->length);
	free(s);
}

struct search {
	const struct mr_index *x;
	const struct mr_search *s;
	struct mr_hit *hit;
	int64_t *found;
	double *score;		/* [workers * n] */
	unsigned char *shares;	/* [workers * n] a term with the query */
};

/* Of the rows that share a term score[i] = q . b_i, over rising terms.  A zero
 * that is stored is no term. */
static void
score_dot(const struct sparse *x, const struct mr_csr *q, int64_t u,
    double *score, unsigned char *shares)
{
	const struct mr_csr *t = &x->by_term;

	for (int64_t i = 0; i < x->base->rows; i++) {
		score[i] = 0;
		shares[i] = 0;
	}
	for (int64_t k = q->ptr[u]; k < q->ptr[u + 1]; k++) {
		double v = (double)q->val[k];
		int64_t term = find_term(x, q->idx[k]), end;

		if (term < 0 || fabs(v) <= 0)
			continue;
		end = t->ptr[term + 1];
		for (int64_t j = t->ptr[term]; j < end; j++) {
			score[t->idx[j]] += v * (double)t->val[j];
			shares[t->idx[j]] |= fabsf(t->val[j]) > 0;
		}
	}
}

static void
score_cosine(const struct sparse *x, const struct mr_csr *q, int64_t u,
    double *score, unsigned char *shares)
{
	double length = row_length(q, u);

	score_dot(x, q, u, score, shares);
	for (int64_t i = 0; i < x->base->rows; i++)
		if (shares[i])
			score[i] /= length * x->length[i];
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
score_l2(const struct sparse *x, const struct mr_csr *q, int64_t u,
    double *score, unsigned char *shares)
{
	double length = row_length(q, u);

	score_dot(x, q, u, score, shares);
	for (int64_t i = 0; i < x->base->rows; i++) {
		double both = length * length + x->length[i] * x->length[i];
		double d2 = both - 2 * score[i];

		if (!shares[i])
			continue;
		if (d2 < 1e-4 * both)
			d2 = distance2(q, u, x->base, i);
		score[i] = -sqrt(d2);
	}
}

static void
search_task(void *ctx, int64_t q, int worker)
{
	const struct search *a = ctx;
	const struct mr_search *s = a->s;
	const struct sparse *x = a->x->own;
	const struct mr_csr *rows = s->q.sparse;
	int64_t n = x->base->rows, u = s->q.from + q;
	int64_t at = mr_search_start(s, q);
	struct mr_hit *h = a->hit + q * s->k;
	double *score = a->score + (int64_t)worker * n;
	unsigned char *shares = a->shares + (int64_t)worker * n;
	float offset = mr_search_offset(s, q);
	int64_t found = 0;

	if (a->x->metric == MR_METRIC_COSINE)
		score_cosine(x, rows, u, score, shares);
	else if (a->x->metric == MR_METRIC_DOT)
		score_dot(x, rows, u, score, shares);
	else
		score_l2(x, rows, u, score, shares);
	for (int64_t i = 0; i < n; i++) {
		float v = (float)score[i] + offset;
		int32_t row = x->number ? x->number[i] : (int32_t)i;

		if (shares[i] && (found < s->k || v >= h[0].score) &&
		    mr_search_offers(s, q, row, &at))
			mr_topk_push(h, &found, s->k, (struct mr_hit){ v,
			    row }, a->x->rank);
	}
	mr_topk_sort(h, found, a->x->rank);
	a->found[q] = found;
}

static int
search(const struct mr_index *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	struct search a = { x, s, hit, found, NULL, NULL };
	int workers = s->threads > 0 ? s->threads : mr_par_cpus();
	int64_t rows = ((const struct sparse *)x->own)->base->rows;
	size_t n;

	if (workers > s->q.n)
		workers = (int)s->q.n;
	if (!mr_mul((size_t)workers, (size_t)rows, &n))
		return mr_err_nomem(err, (double)workers * (double)rows *
		    sizeof *a.score, "scores");
	a.score = mr_alloc(n, sizeof *a.score, "scores", err);
	a.shares = a.score ? mr_alloc(n, 1, "scores", err) : NULL;
	if (a.shares)
		mr_par_run(workers, s->q.n, search_task, &a);
	free(a.score);
	free(a.shares);
	return a.shares ? MR_OK : MR_ENOMEM;
}

const struct mr_index_class mr_sparse_index = {
	.name = "sparse", .sparse = true, .exact = true, .build = build,
	.search = search, .free = free_sparse,
};
