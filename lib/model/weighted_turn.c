/* Factors in the basis where their Gramian is diagonal; see weighted_parts.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/gemm.h"
#include "model/weighted_parts.h"

#define CHUNK 256	/* rows turned at once */
/* Ratio of the entries of D from which float products are too coarse: they
 * are right to the row's length, not to the smallest entry. */
#define FLOAT_ENOUGH 1e6

struct turning {
	const struct mr_turned *t;
	const struct mr_mat *Y;
	int64_t d;
	float *copy;		/* [threads * CHUNK * width] */
	double *sum;		/* [threads * d] */
};

/* y = y Q in double, each number one sum in the order of the vector's. */
static void
turn_wide(const struct turning *t, float *y, double *sum)
{
	memset(sum, 0, (size_t)t->d * sizeof *sum);
	for (int64_t k = 0; k < t->d; k++) {
		const double *q = t->t->wide + k * t->d;

		for (int64_t j = 0; j < t->d; j++)
			sum[j] += (double)y[k] * q[j];
	}
	for (int64_t j = 0; j < t->d; j++)
		y[j] = (float)sum[j];
}

static void
turn_task(void *ctx, int64_t task, int worker)
{
	const struct turning *t = ctx;
	const struct mr_mat *Y = t->Y;
	int64_t from = task * CHUNK, width = Y->cols;
	int64_t n = Y->rows - from < CHUNK ? Y->rows - from : CHUNK;
	float *y = mr_mat_row(Y, from), *copy;

	for (int64_t i = 0; t->t->wide && i < n; i++)
		turn_wide(t, y + i * width, t->sum + worker * t->d);
	if (t->t->wide)
		return;
	copy = t->copy + worker * CHUNK * width;
	memcpy(copy, y, (size_t)(n * width) * sizeof *y);
	mr_gemm(copy, n, width, t->t->q, t->d, t->d, y, width);
}

int
mr_turned_rows(const struct mr_turned *t, struct mr_mat *Y, int64_t d,
    int threads, struct mr_err *err)
{
	size_t workers = (size_t)(threads > 0 ? threads : mr_par_cpus());
	struct turning run = { .t = t, .Y = Y, .d = d };
	int rc = MR_ENOMEM;

	run.copy = mr_alloc(workers * CHUNK * (size_t)Y->cols,
	    sizeof *run.copy, "rows to turn", err);
	run.sum = mr_alloc(workers * (size_t)d, sizeof *run.sum,
	    "rows to turn", err);
	if (run.copy && run.sum) {
		mr_par_run((int)workers, (Y->rows + CHUNK - 1) / CHUNK,
		    turn_task, &run);
		rc = MR_OK;
	}
	free(run.copy);
	free(run.sum);
	return rc;
}

/* g [d * d] becomes eigenvectors, one a row, of falling eigenvalue s [d]. */
static int
eigen(const struct mr_blas *blas, int d, double *g, double *s,
    struct mr_err *err)
{
	int lwork = 1 + 6 * d + 2 * d * d, liwork = 3 + 5 * d, info = 0;
	double *work = mr_alloc((size_t)lwork, sizeof *work, "eigenvectors",
	    err), trace = 0;
	int *iwork = mr_alloc((size_t)liwork, sizeof *iwork, "eigenvectors",
	    err);
	int rc = work && iwork ? MR_OK : MR_ENOMEM;

	for (int j = 0; j < d; j++)
		trace += g[(size_t)j * (size_t)d + (size_t)j];
	if (rc == MR_OK && isfinite(trace))
		blas->dsyevd("V", "U", &d, g, &d, s, work, &lwork, iwork,
		    &liwork, &info);
	else
		info = 1;
	free(work);
	free(iwork);
	if (rc == MR_OK && info)
		rc = mr_err_set(err, MR_ENUMERIC, "the factors grow beyond "
		    "bounds: a larger lambda helps");
	/* LAPACK's vectors rise; ours fall. */
	for (int i = 0; rc == MR_OK && i < d / 2; i++) {
		double *a = g + (size_t)i * (size_t)d;
		double *b = g + (size_t)(d - 1 - i) * (size_t)d, swap = s[i];

		s[i] = s[d - 1 - i];
		s[d - 1 - i] = swap;
		for (int j = 0; j < d; j++) {
			swap = a[j];
			a[j] = b[j];
			b[j] = swap;
		}
	}
	for (int j = 0; rc == MR_OK && j < d; j++)
		s[j] = s[j] > 0 ? s[j] : 0;
	return rc;
}

/* Is D of one row so uneven that its smallest entries drown in float? */
static bool
uneven(const struct mr_fold *rule, int64_t n, const double *s, int64_t d)
{
	double ridge = mr_weighted_ridge_of(rule, 1, n);
	double a0 = rule->unobserved;

	return a0 * s[0] + ridge > FLOAT_ENOUGH * (a0 * s[d - 1] + ridge);
}

/* Q by rows of the eigenvectors g, one a row. */
static int
keep_wide(struct mr_turned *t, const double *g, size_t d, struct mr_err *err)
{
	t->wide = mr_alloc(d * d, sizeof *t->wide, "Gramian", err);
	for (size_t i = 0; t->wide && i < d; i++)
		for (size_t j = 0; j < d; j++)
			t->wide[j * d + i] = g[i * d + j];
	return t->wide ? MR_OK : MR_ENOMEM;
}

int
mr_turned_open(struct mr_turned *t, double *g, int64_t dim,
    const struct mr_fold *rule, int64_t n, const struct mr_blas *blas,
    struct mr_err *err)
{
	size_t d = (size_t)dim;
	float *vectors = mr_alloc(d * d, sizeof *vectors, "Gramian", err);
	int rc = MR_ENOMEM;

	*t = (struct mr_turned){ NULL, NULL, NULL };
	t->eigenvalue = mr_alloc(d, sizeof *t->eigenvalue, "Gramian", err);
	t->q = mr_alloc(mr_gemm_packed(dim, dim), sizeof *t->q, "Gramian",
	    err);
	if (vectors && t->eigenvalue && t->q)
		rc = eigen(blas, (int)dim, g, t->eigenvalue, err);
	for (size_t i = 0; rc == MR_OK && i < d * d; i++)
		vectors[i] = (float)g[i];
	if (rc == MR_OK) {
		mr_gemm_pack(t->q, vectors, dim, dim, dim, true);
		if (uneven(rule, n, t->eigenvalue, dim))
			rc = keep_wide(t, g, d, err);
	}
	free(vectors);
	return rc;
}

int
mr_weighted_turn(struct mr_mat *y, int64_t d, const struct mr_fold *rule,
    int64_t n, const double *gram, const struct mr_blas *blas, int threads,
    struct mr_err *err)
{
	size_t bytes = (size_t)d * (size_t)d * sizeof *gram;
	double *g = mr_alloc(1, bytes, "Gramian", err);
	struct mr_turned t = { NULL, NULL, NULL };
	int rc = MR_ENOMEM;

	if (g) {
		memcpy(g, gram, bytes);
		rc = mr_turned_open(&t, g, d, rule, n, blas, err);
	}
	if (rc == MR_OK)
		rc = mr_turned_rows(&t, y, d, threads, err);
	mr_turned_free(&t);
	free(g);
	return rc;
}

void
mr_turned_free(struct mr_turned *t)
{
	free(t->q);
	free(t->eigenvalue);
	free(t->wide);
	*t = (struct mr_turned){ NULL, NULL, NULL };
}
