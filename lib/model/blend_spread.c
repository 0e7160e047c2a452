/* How widely the scores of parts differ; see blend_spread.h.
 * SPDX-License-Identifier: MIT */
#include "model/blend_spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/gemm.h"
#include "math/gram.h"

#define SAMPLE 1000	/* users whose spread is looked at */
#define SAMPLE_EASE 64	/* the same beside ease, whose scores are dense */

static double
deviation(double sum, double squares, double n)
{
	double v = squares / n - sum / n * (sum / n);

	return v > 0 ? sqrt(v) : 0;
}

/* row [n_items] is all 0 before and behind it. */
static double
spread_of_walk(double *row, const struct mr_csr *R, const struct mr_csr *W,
    int64_t u)
{
	double sum = 0, squares = 0;

	for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
		for (int64_t c = W->ptr[R->idx[k]];
		    c < W->ptr[R->idx[k] + 1]; c++)
			row[W->idx[c]] += (double)W->val[c];
	for (int64_t i = 0; i < R->cols; i++) {
		sum += row[i];
		squares += row[i] * row[i];
		row[i] = 0;
	}
	return deviation(sum, squares, (double)R->cols);
}

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of n ratios, which are sorted; 1 of none. */
static double
median(double *ratio, int64_t n)
{
	qsort(ratio, (size_t)n, sizeof *ratio, rising);
	return n ? ratio[n / 2] : 1;
}

/* What z is computed with. */
struct spread {
	const struct mr_csr *R, *W;
	const struct mr_model *factors;
	int64_t users;		/* that are looked at */
	double *gram, *mean;	/* [d * d], [d] of the items' factors */
	double *row;		/* [workers * n_items] all 0 between users */
	double *turned;		/* [workers * d] */
	double *ratio;		/* [users] 0: none */
};

/* (p . q)^2 summed over all items is p' Q'Q p. */
static double
spread_of_factors(const struct spread *s, double *turned, int64_t u)
{
	const float *p = mr_mat_row(&s->factors->U, u);
	int64_t d = s->factors->V.cols;
	double sum = 0, squares = 0;

	memset(turned, 0, (size_t)d * sizeof *turned);
	for (int64_t b = 0; b < d; b++)
		for (int64_t a = 0; a < d; a++)
			turned[a] += s->gram[b * d + a] * (double)p[b];
	for (int64_t a = 0; a < d; a++) {
		squares += turned[a] * (double)p[a];
		sum += s->mean[a] * (double)p[a];
	}
	return deviation(sum, squares, (double)s->R->cols);
}

static void
spread_task(void *ctx, int64_t task, int worker)
{
	const struct spread *s = ctx;
	int64_t u = task * s->R->rows / s->users;
	double items = (double)(s->R->ptr[u + 1] - s->R->ptr[u]);
	double walk, factors;

	if (items < 1)
		return;
	walk = spread_of_walk(s->row + worker * s->R->cols, s->R, s->W, u);
	factors = sqrt(items) * spread_of_factors(s, s->turned + worker *
	    s->factors->V.cols, u);
	if (walk > 0 && factors > 0)
		s->ratio[task] = walk / factors;
}

/* Of the ratios that there are. */
static double
median_ratio(const struct spread *s)
{
	int64_t found = 0;

	for (int64_t q = 0; q < s->users; q++)
		if (s->ratio[q] > 0)
			s->ratio[found++] = s->ratio[q];
	return median(s->ratio, found);
}

int
mr_blend_scale(double *z, const struct mr_csr *W,
    const struct mr_model *factors, const struct mr_train *job,
    struct mr_err *err)
{
	const struct mr_mat *V = &factors->V;
	size_t d = (size_t)V->cols, items = (size_t)V->rows;
	int64_t n = job->R->rows;
	int threads = job->threads > 0 ? job->threads : mr_par_cpus();
	struct spread s = { .R = job->R, .W = W, .factors = factors,
	    .users = n < SAMPLE ? n : SAMPLE };
	int rc;

	s.row = mr_alloc((items + d) * (size_t)threads + d * d + d + SAMPLE,
	    sizeof *s.row, "spreads", err);
	if (!s.row)
		return MR_ENOMEM;
	s.turned = s.row + items * (size_t)threads;
	s.gram = s.turned + d * (size_t)threads;
	s.mean = s.gram + d * d;
	s.ratio = s.mean + d;
	rc = mr_gram(job->blas, V->a, V->rows, (int)d, V->cols, job->threads,
	    s.gram, err);
	for (int64_t i = 0; i < V->rows; i++)
		for (size_t j = 0; j < d; j++)
			s.mean[j] += (double)mr_mat_row(V, i)[j];
	if (rc == MR_OK) {
		mr_par_run(threads, s.users, spread_task, &s);
		*z = median_ratio(&s);
	}
	free(s.row);
	return rc;
}

/* ---- ease ---- */

static float
weight_of(const struct mr_csr *S, int64_t i, int32_t j)
{
	int64_t from = S->ptr[i];
	int64_t at = mr_csr_place(S->idx + from, S->ptr[i + 1] - from, j);

	return at < 0 ? 0 : S->val[from + at];
}

/* The scores of all items for n users: a row of c an item. */
static int
scores_of_ease(float *c, const struct mr_model *e, const struct mr_csr *R,
    const int64_t *user, int64_t n, struct mr_err *err)
{
	int64_t d = e->U.cols;
	float *packed, *rows;

	if (d == 0) {
		for (int64_t i = 0; i < R->cols; i++)
			for (int64_t q = 0; q < n; q++)
				for (int64_t k = R->ptr[user[q]];
				    k < R->ptr[user[q] + 1]; k++)
					c[i * n + q] += weight_of(&e->near.S,
					    i, R->idx[k]);
		return MR_OK;
	}
	packed = mr_alloc(mr_gemm_packed(n, d) + (size_t)(n * d),
	    sizeof *packed, "spreads", err);
	if (!packed)
		return MR_ENOMEM;
	rows = packed + mr_gemm_packed(n, d);
	for (int64_t q = 0; q < n; q++)
		memcpy(rows + q * d, mr_mat_row(&e->U, user[q]), (size_t)d *
		    sizeof *rows);
	mr_gemm_pack(packed, rows, n, d, d, true);
	mr_gemm(e->V.a, e->V.rows, d, packed, n, d, c, n);
	free(packed);
	return MR_OK;
}

/* Over the items that u does not have: c of them for column q of n. */
static double
spread_of_ease(const float *c, const struct mr_csr *R, int64_t u, int64_t q,
    int64_t n)
{
	double sum = 0, squares = 0;
	int64_t k = R->ptr[u];

	for (int64_t i = 0; i < R->cols; i++) {
		double v = (double)c[i * n + q];

		if (k < R->ptr[u + 1] && R->idx[k] == i) {
			k++;
			continue;
		}
		sum += v;
		squares += v * v;
	}
	return deviation(sum, squares, (double)(R->cols - (R->ptr[u + 1] -
	    R->ptr[u])));
}

int
mr_blend_ease_scale(double *z, const struct mr_csr *W,
    const struct mr_model *ease, const struct mr_train *job,
    struct mr_err *err)
{
	const struct mr_csr *R = job->R;
	double ratio[SAMPLE_EASE] = { 0 };
	int64_t user[SAMPLE_EASE] = { 0 }, n = 0, found = 0;
	int64_t users = R->rows < SAMPLE_EASE ? R->rows : SAMPLE_EASE;
	double *row;
	float *c;
	int rc;

	for (int64_t q = 0; q < users; q++) {
		int64_t u = q * R->rows / users;

		if (R->ptr[u] < R->ptr[u + 1] &&
		    R->ptr[u + 1] - R->ptr[u] < R->cols)
			user[n++] = u;
	}
	row = mr_alloc((size_t)R->cols, sizeof *row, "spreads", err);
	c = row ? mr_alloc((size_t)R->cols * SAMPLE_EASE, sizeof *c,
	    "spreads", err) : NULL;
	rc = c ? scores_of_ease(c, ease, R, user, n, err) : MR_ENOMEM;
	for (int64_t q = 0; q < n && rc == MR_OK; q++) {
		double walk = spread_of_walk(row, R, W, user[q]);
		double e = spread_of_ease(c, R, user[q], q, n);

		if (walk > 0 && e > 0)
			ratio[found++] = walk / e;
	}
	*z = median(ratio, found);
	free(row);
	free(c);
	return rc;
}
