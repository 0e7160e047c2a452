/* A ridge map; see ridge_map.h.
 * SPDX-License-Identifier: MIT */
#include "model/ridge_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gemm.h"
#include "math/gram.h"

#define STRENGTHS 7
#define FOLDS MR_RIDGE_MAP_FOLDS
#define EQUAL 1e-12	/* the rounding of equal targets, squared */

/* Sums over films of w z z', z = (x, y, 1), are all that a fit and the error
 * of another one need. */
struct fit {
	const struct mr_blas *blas;
	int64_t p, t, q;
	double *part;		/* [FOLDS][q * q] of each fold */
	double *sum;		/* [q * q] of those learnt from */
	double *a;		/* [p * p] the system */
	double *b;		/* [t * p] its right sides, then B */
	double *one;		/* [t] intercepts */
	double *c, *d;		/* [q * t] */
	double *h;		/* [t * t] */
	const double *G;
};

static double
strength(int s)
{
	return pow(10, -4 + s / 2.0);
}

/* The films of each fold end to end, each as sqrt(w) (x, y, 1). */
static int
add_up(struct fit *f, const struct mr_mat *X, const struct mr_mat *Y,
    const double *w, int threads, struct mr_err *err)
{
	int64_t p = f->p, t = f->t, q = f->q;
	struct mr_mat z = { 0 };
	int rc = mr_mat_new(&z, X->rows / FOLDS + 1, q, "features", err);

	for (int64_t k = 0; k < FOLDS && rc == MR_OK; k++) {
		int64_t n = 0;

		for (int64_t i = k; i < X->rows; i += FOLDS, n++) {
			float *to = mr_mat_row(&z, n);
			double root = sqrt(w[i]);

			for (int64_t j = 0; j < p; j++)
				to[j] = (float)(root *
				    (double)mr_mat_row(X, i)[j]);
			for (int64_t j = 0; j < t; j++)
				to[p + j] = (float)(root *
				    (double)mr_mat_row(Y, i)[j]);
			to[p + t] = (float)root;
		}
		rc = mr_gram(f->blas, z.a, n, (int)q, q, threads, f->part +
		    k * q * q, err);
	}
	mr_mat_free(&z);
	return rc;
}

/* sum = all folds but one; -1: all. */
static void
gather(struct fit *f, int but)
{
	size_t n = (size_t)f->q * (size_t)f->q;

	memset(f->sum, 0, n * sizeof *f->sum);
	for (int k = 0; k < FOLDS; k++)
		for (size_t i = 0; i < n && k != but; i++)
			f->sum[i] += f->part[(size_t)k * n + i];
}

/* B of what is in sum, in b, and the intercepts. */
static int
solve(struct fit *f, double lambda, struct mr_err *err)
{
	int64_t p = f->p, t = f->t, q = f->q;
	int n = (int)p, sides = (int)t, info = 0;
	const double *S = f->sum, *last = S + (q - 1) * q;
	double W = last[q - 1];

	for (int64_t i = 0; i < p; i++)
		for (int64_t j = 0; j < p; j++)
			f->a[i * p + j] = (S[i * q + j] - last[i] * last[j] /
			    W) / W + (i == j ? lambda : 0);
	for (int64_t j = 0; j < t; j++)
		for (int64_t i = 0; i < p; i++)
			f->b[j * p + i] = (S[(p + j) * q + i] - last[i] *
			    last[p + j] / W) / W;
	if (p)
		f->blas->dpotrf("L", &n, f->a, &n, &info);
	if (p && info == 0)
		f->blas->dpotrs("L", &n, &sides, f->a, &n, f->b, &n, &info);
	if (info)
		return mr_err_set(err, MR_ENUMERIC, "features that are no "
		    "finite numbers, or too large for a map");
	for (int64_t j = 0; j < t; j++) {
		f->one[j] = last[p + j];
		for (int64_t i = 0; i < p; i++)
			f->one[j] -= f->b[j * p + i] * last[i];
		f->one[j] /= W;
	}
	return MR_OK;
}

/* The error on a fold of b and one; of one alone where mean. */
static double
error_of(struct fit *f, int fold, bool mean)
{
	int64_t p = f->p, t = f->t, q = f->q;
	int n = (int)q, m = (int)t;
	const double *S = f->part + fold * q * q;
	const double *last = f->sum + (q - 1) * q;
	double e = 0;

	memset(f->c, 0, (size_t)q * (size_t)t * sizeof *f->c);
	for (int64_t j = 0; j < t; j++) {
		for (int64_t i = 0; i < p && !mean; i++)
			f->c[i * t + j] = -f->b[j * p + i];
		f->c[(p + j) * t + j] = 1;
		f->c[(q - 1) * t + j] = mean ? -last[p + j] / last[q - 1] :
		    -f->one[j];
	}
	f->blas->dgemm(MR_ROW_MAJOR, MR_NO_TRANS, MR_NO_TRANS, n, m, n, 1, S,
	    n, f->c, m, 0, f->d, m);
	f->blas->dgemm(MR_ROW_MAJOR, MR_TRANS, MR_NO_TRANS, m, m, n, 1, f->c,
	    m, f->d, m, 0, f->h, m);
	for (int64_t i = 0; i < t; i++)
		for (int64_t j = 0; j < t; j++)
			e += f->G ? f->G[i * t + j] * f->h[i * t + j] :
			    i == j ? f->h[i * t + j] : 0;
	return e;
}

/* sum of w y'G y of a fold: what a deviation must be seen beside. */
static double
size_of(const struct fit *f, int fold)
{
	int64_t p = f->p, q = f->q;
	const double *S = f->part + fold * q * q;
	double s = 0;

	for (int64_t i = 0; i < f->t; i++)
		for (int64_t j = 0; j < f->t; j++)
			s += (f->G ? f->G[i * f->t + j] : i == j) *
			    S[(p + i) * q + p + j];
	return s;
}

static int
choose(struct fit *f, int64_t n, struct mr_ridge_map *map,
    struct mr_err *err)
{
	double error[STRENGTHS] = { 0 }, whole = 0, size = 0;
	int best = 0;

	for (int k = 0; k < FOLDS && k < n; k++) {
		gather(f, k);
		whole += error_of(f, k, true);
		size += size_of(f, k);
		for (int s = 0; s < STRENGTHS; s++) {
			int rc = solve(f, strength(s), err);

			if (rc)
				return rc;
			error[s] += error_of(f, k, false);
		}
	}
	for (int s = 1; s < STRENGTHS; s++)
		if (error[s] < error[best])
			best = s;
	map->lambda = strength(best);
	map->fit = whole > EQUAL * size ? 1 - error[best] / whole : 0;
	return MR_OK;
}

static int
open_fit(struct fit *f, struct mr_err *err)
{
	size_t p = (size_t)f->p, t = (size_t)f->t, q = (size_t)f->q;

	f->part = mr_alloc((FOLDS + 1) * q * q + p * p + t * p + t +
	    2 * q * t + t * t, sizeof *f->part, "a map", err);
	if (!f->part)
		return MR_ENOMEM;
	f->sum = f->part + FOLDS * q * q;
	f->a = f->sum + q * q;
	f->b = f->a + p * p;
	f->one = f->b + t * p;
	f->c = f->one + t;
	f->d = f->c + q * t;
	f->h = f->d + q * t;
	return MR_OK;
}

/* b and one, as floats. */
static int
take(struct mr_ridge_map *map, const struct fit *f, struct mr_err *err)
{
	size_t p = (size_t)f->p, t = (size_t)f->t;

	map->B = mr_alloc(t * p, sizeof *map->B, "a map", err);
	map->b = map->B ? mr_alloc(t, sizeof *map->b, "a map", err) : NULL;
	if (!map->b)
		return MR_ENOMEM;
	for (size_t i = 0; i < t * p; i++)
		map->B[i] = (float)f->b[i];
	for (size_t j = 0; j < t; j++)
		map->b[j] = (float)f->one[j];
	return MR_OK;
}

int
mr_ridge_map_fit(struct mr_ridge_map *map, const struct mr_mat *X,
    const struct mr_mat *Y, const double *w, const double *G,
    const struct mr_blas *blas, int threads, struct mr_err *err)
{
	struct fit f = { .blas = blas, .p = X->cols, .t = Y->cols,
	    .q = X->cols + Y->cols + 1, .G = G };
	int q, rc = mr_blas_int(f.q, &q, err);

	*map = (struct mr_ridge_map){ .p = X->cols, .t = Y->cols };
	if (rc == MR_OK)
		rc = open_fit(&f, err);
	if (rc == MR_OK)
		rc = add_up(&f, X, Y, w, threads, err);
	if (rc == MR_OK)
		rc = choose(&f, X->rows, map, err);
	if (rc == MR_OK) {
		gather(&f, -1);
		rc = solve(&f, map->lambda, err);
	}
	if (rc == MR_OK)
		rc = take(map, &f, err);
	free(f.part);
	return rc;
}

int
mr_ridge_map_apply(const struct mr_ridge_map *map, const struct mr_mat *X,
    struct mr_mat *Y, struct mr_err *err)
{
	float *packed;
	int rc = mr_mat_new(Y, X->rows, map->t, "numbers of new films", err);

	if (rc)
		return rc;
	packed = mr_alloc(mr_gemm_packed(map->t, map->p) + 1, sizeof *packed,
	    "a map", err);
	if (!packed)
		return MR_ENOMEM;
	mr_gemm_pack(packed, map->B, map->t, map->p, map->p, true);
	mr_gemm(X->a, X->rows, map->p, packed, map->t, map->p, Y->a, map->t);
	for (int64_t i = 0; i < X->rows; i++)
		for (int64_t j = 0; j < map->t; j++)
			mr_mat_row(Y, i)[j] += map->b[j];
	free(packed);
	return MR_OK;
}

void
mr_ridge_map_free(struct mr_ridge_map *map)
{
	free(map->B);
	free(map->b);
	*map = (struct mr_ridge_map){ 0 };
}
