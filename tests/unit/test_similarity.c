/* Similarities and deviations of rows against their formulas.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/similarity.h"
#include "ratings_build.h"

#define N 203
#define M 31

/* Rows that have some of M columns; NAN: not. */
static double x[N][M];

/* values 0: ratings in halves, some rows constant; 1: about 0; 2: tenths of
 * the first, which no binary number holds. */
static void
fill(struct mr_csr *X, struct mr_csr *Y, double **val, int values)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int a = 0; a < N; a++)
		for (int y = 0; y < M; y++) {
			double v = mr_rng_uniform(7, (uint64_t)a, (uint64_t)y);

			x[a][y] = NAN;
			if (a == 5 || y == 3 || mr_rng_uniform(8, (uint64_t)a,
			    (uint64_t)y) > (a == 9 ? 1 : 0.2))
				continue;
			v = values == 1 ? v - 0.5 : a % 10 == 4 ? 3 :
			    0.5 * ceil(10 * v);
			x[a][y] = values == 2 ? (double)(float)(v * 0.1) : v;
			assert_int_equal(mr_coo_add(&c, a, y, 1, &err), MR_OK);
		}
	assert_int_equal(mr_csr_from_coo(X, &c, N, M, &again, &err), MR_OK);
	assert_int_equal(mr_csr_transpose(Y, X, &err), MR_OK);
	*val = calloc((size_t)mr_csr_nnz(Y), sizeof **val);
	assert_non_null(*val);
	for (int y = 0; y < M; y++)
		for (int64_t k = Y->ptr[y]; k < Y->ptr[y + 1]; k++)
			(*val)[k] = x[Y->idx[k]][y];
	mr_coo_free(&c);
}

/* The textbook forms, about the means where there are means. */
static double
naive(int a, int b, const struct mr_similarity_opt *o, int *n)
{
	double ab = 0, aa = 0, bb = 0, d2 = 0, d = 0, ma = 0, mb = 0;

	*n = 0;
	for (int y = 0; y < M; y++)
		if (!isnan(x[a][y]) && !isnan(x[b][y])) {
			ma += x[a][y];
			mb += x[b][y];
			++*n;
		}
	ma /= *n;
	mb /= *n;
	if (o->kind != MR_SIMILARITY_PEARSON)
		ma = mb = 0;
	for (int y = 0; y < M; y++)
		if (!isnan(x[a][y]) && !isnan(x[b][y])) {
			double p = x[a][y] - ma, q = x[b][y] - mb;

			ab += p * q;
			aa += p * p;
			bb += q * q;
			d2 += (p - q) * (p - q);
			d += p - q;
		}
	if (o->kind == MR_SIMILARITY_MSD)
		return 1 / (1 + d2 / *n);
	if (o->kind == MR_SIMILARITY_DEVIATION)
		return d / *n;
	if (aa < 1e-12 || bb < 1e-12)
		return 0;
	if (o->kind == MR_SIMILARITY_PEARSON_SHRUNK)
		return *n < 2 ? 0 : ab / sqrt(aa * bb) * (*n - 1) /
		    (*n - 1 + o->shrinkage);
	return ab / sqrt(aa * bb);
}

static float
stored(const struct mr_csr *S, int a, int b)
{
	for (int64_t k = S->ptr[a]; k < S->ptr[a + 1]; k++)
		if (S->idx[k] == b)
			return S->val[k];
	return NAN;
}

static void
check(const struct mr_csr *S, const struct mr_similarity_opt *o)
{
	int64_t pairs = 0;

	for (int a = 0; a < N; a++)
		for (int b = 0; b < N; b++) {
			int n;
			double s = naive(a, b, o, &n);
			float got = stored(S, a, b);

			if (a == b || n < o->min_support ||
			    (s < 1e-9 && o->kind != MR_SIMILARITY_DEVIATION)) {
				/* What is 0 but for rounding may be there. */
				assert_true(isnan(got) || (s > -1e-9 &&
				    a != b && n >= o->min_support &&
				    got < 1e-7f));
				continue;
			}
			assert_true(fabs(s - (double)got) < 1e-6);
			pairs++;
		}
	assert_true(pairs > 1000);
	for (int64_t a = 0; a < N; a++)
		for (int64_t k = S->ptr[a] + 1; k < S->ptr[a + 1]; k++)
			assert_true(S->idx[k - 1] < S->idx[k]);
}

static void
same_bits(const struct mr_csr *a, const struct mr_csr *b)
{
	assert_memory_equal(a->ptr, b->ptr, (N + 1) * sizeof *a->ptr);
	assert_memory_equal(a->idx, b->idx,
	    (size_t)mr_csr_nnz(a) * sizeof *a->idx);
	assert_memory_equal(a->val, b->val,
	    (size_t)mr_csr_nnz(a) * sizeof *a->val);
}

static void
all_kinds(void **state)
{
	(void)state;
	for (int values = 0; values < 3; values++) {
		struct mr_csr X, Y;
		double *val;

		fill(&X, &Y, &val, values);
		for (int kind = 0; kind <= MR_SIMILARITY_DEVIATION; kind++)
			for (int support = 1; support < 5; support += 2) {
				struct mr_similarity_opt o = { kind, support,
				    10, 1 };
				struct mr_err err = { 0 };
				struct mr_csr S, S4;

				assert_int_equal(mr_similarity_build(&S, &X, &Y,
				    val, &o, &err), MR_OK);
				o.threads = 4;
				assert_int_equal(mr_similarity_build(&S4, &X,
				    &Y, val, &o, &err), MR_OK);
				check(&S, &o);
				same_bits(&S, &S4);
				mr_csr_free(&S);
				mr_csr_free(&S4);
			}
		free(val);
		mr_csr_free(&X);
		mr_csr_free(&Y);
	}
}

static void
mirror_has_the_same_bits(void **state)
{
	struct mr_csr X, Y;
	double *val;

	(void)state;
	fill(&X, &Y, &val, 1);
	for (int kind = 0; kind <= MR_SIMILARITY_DEVIATION; kind++) {
		struct mr_err err = { 0 };
		struct mr_csr S;

		assert_int_equal(mr_similarity_build(&S, &X, &Y, val,
		    &(struct mr_similarity_opt){ kind, 1, 100, 2 }, &err),
		    MR_OK);
		for (int a = 0; a < N; a++)
			for (int64_t k = S.ptr[a]; k < S.ptr[a + 1]; k++) {
				float s = stored(&S, S.idx[k], a);

				assert_true((kind == MR_SIMILARITY_DEVIATION ?
				    -s : s) == S.val[k]);
			}
		mr_csr_free(&S);
	}
	free(val);
	mr_csr_free(&X);
	mr_csr_free(&Y);
}

/* Rows that agree are as alike as can be, a deviation of 0 is kept, and rows
 * that are constant but for rounding correlate with nothing. */
static void
corners(void **state)
{
	enum { COLS = 7 };
	struct mr_coo c = { 0 };
	struct mr_csr X, Y, S;
	struct mr_err err = { 0 };
	double val[4 * COLS];
	int64_t again;

	(void)state;
	for (int k = 0; k < 4 * COLS; k++) {
		const double of[] = { 0.7 * (k / 4), 0.7 * (k / 4), 0.1, 0.4 };

		assert_int_equal(mr_coo_add(&c, k % 4, k / 4, 1, &err), MR_OK);
		val[k] = of[k % 4];
	}
	assert_int_equal(mr_csr_from_coo(&X, &c, 4, COLS, &again, &err),
	    MR_OK);
	assert_int_equal(mr_csr_transpose(&Y, &X, &err), MR_OK);
	for (int kind = 0; kind <= MR_SIMILARITY_DEVIATION; kind++) {
		assert_int_equal(mr_similarity_build(&S, &X, &Y, val,
		    &(struct mr_similarity_opt){ kind, 1, 0, 1 }, &err), MR_OK);
		assert_true(kind == MR_SIMILARITY_DEVIATION ?
		    stored(&S, 0, 1) == 0 :
		    fabs((double)stored(&S, 0, 1) - 1) < 1e-6);
		assert_int_equal(isnan(stored(&S, 0, 2)) != 0,
		    kind == MR_SIMILARITY_PEARSON);
		assert_int_equal(isnan(stored(&S, 2, 3)) != 0,
		    kind == MR_SIMILARITY_PEARSON);
		mr_csr_free(&S);
	}
	mr_csr_free(&X);
	mr_csr_free(&Y);
	mr_coo_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_kinds),
		cmocka_unit_test(mirror_has_the_same_bits),
		cmocka_unit_test(corners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
