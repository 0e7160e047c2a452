/* Factors in the basis where their Gramian is diagonal; see weighted_parts.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/gemm.h"
#include "math/gram.h"
#include "model/weighted_parts.h"

#define CHUNK 256	/* rows turned at once */
/* Ratio of the entries of D from which float products are too coarse: they
 * are right to the row's length, not to the smallest entry. */
#define FLOAT_ENOUGH 1e6

struct turning {
	const struct mr_weighted *o;
	const struct mr_blas *blas;
	const double *vectors;	/* [d * d] by rows; NULL: float will do */
	const float *q;
	float *copy;		/* [threads * CHUNK * width] */
	double *wide;		/* [threads * 2 * CHUNK * d] */
};

static void
turn_task(void *ctx, int64_t task, int worker)
{
	const struct turning *t = ctx;
	const struct mr_mat *Y = t->o->fixed;
	int64_t from = task * CHUNK, width = Y->cols, d = t->o->d;
	int64_t n = Y->rows - from < CHUNK ? Y->rows - from : CHUNK;
	float *y = mr_mat_row(Y, from), *copy;
	double *in, *out;

	if (!t->vectors) {
		copy = t->copy + worker * CHUNK * width;
		memcpy(copy, y, (size_t)(n * width) * sizeof *y);
		mr_gemm(copy, n, width, t->q, d, d, y, width);
		return;
	}
	in = t->wide + worker * 2 * CHUNK * d;
	out = in + CHUNK * d;
	for (int64_t i = 0; i < n; i++)
		for (int64_t j = 0; j < d; j++)
			in[i * d + j] = y[i * width + j];
	t->blas->dgemm(MR_ROW_MAJOR, MR_NO_TRANS, MR_TRANS, (int)n, (int)d, (int)d, 1,
	    in, (int)d, t->vectors, (int)d, 0, out, (int)d);
	for (int64_t i = 0; i < n; i++)
		for (int64_t j = 0; j < d; j++)
			y[i * width + j] = (float)out[i * d + j];
}

static int
turn_rows(struct turning *t, int threads, struct mr_err *err)
{
	const struct mr_mat *Y = t->o->fixed;
	size_t workers = (size_t)(threads > 0 ? threads : mr_par_cpus());
	int rc = MR_ENOMEM;

	t->copy = mr_alloc(workers * CHUNK * (size_t)Y->cols,
	    sizeof *t->copy, "rows to turn", err);
	t->wide = mr_alloc(t->vectors ? workers * 2 * CHUNK *
	    (size_t)t->o->d : 1, sizeof *t->wide, "rows to turn", err);
	if (t->copy && t->wide) {
		mr_par_run((int)workers, (Y->rows + CHUNK - 1) / CHUNK,
		    turn_task, t);
		rc = MR_OK;
	}
	free(t->copy);
	free(t->wide);
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
uneven(const struct mr_weighted *o, const double *s)
{
	double ridge = mr_weighted_ridge(o, 1), a0 = o->rule.unobserved;

	return a0 * s[0] + ridge > FLOAT_ENOUGH * (a0 * s[o->d - 1] + ridge);
}

int
mr_weighted_turn(const struct mr_weighted *o, const struct mr_blas *blas,
    int threads, struct mr_turned *t, struct mr_err *err)
{
	size_t d = (size_t)o->d;
	struct turning run = { .o = o, .blas = blas };
	double *g = mr_alloc(d * d, sizeof *g, "Gramian", err);
	float *vectors = mr_alloc(d * d, sizeof *vectors, "Gramian", err);
	int rc = MR_ENOMEM;

	t->eigenvalue = mr_alloc(d, sizeof *t->eigenvalue, "Gramian", err);
	t->q = mr_alloc(mr_gemm_packed(o->d, o->d), sizeof *t->q, "Gramian",
	    err);
	if (!g || !vectors || !t->eigenvalue || !t->q)
		goto out;
	rc = mr_gram(blas, o->fixed->a, o->fixed->rows, (int)d,
	    o->fixed->cols, threads, g, err);
	if (rc == MR_OK)
		rc = eigen(blas, (int)d, g, t->eigenvalue, err);
	if (rc)
		goto out;
	for (size_t i = 0; i < d * d; i++)
		vectors[i] = (float)g[i];
	mr_gemm_pack(t->q, vectors, o->d, o->d, o->d, true);
	run.q = t->q;
	run.vectors = uneven(o, t->eigenvalue) ? g : NULL;
	rc = turn_rows(&run, threads, err);
out:
	free(g);
	free(vectors);
	return rc;
}

void
mr_turned_free(struct mr_turned *t)
{
	free(t->q);
	free(t->eigenvalue);
	*t = (struct mr_turned){ 0 };
}
