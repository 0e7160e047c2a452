/* Nearest sparse rows, against a dense double loop.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "vector/sparse.h"

#define N 60
#define D 25
#define K 7

struct table {
	float v[N][D];
};

/* A sixth of the values is there; some rows are empty, some equal. */
static void
make(struct table *t, struct mr_csr *m, uint64_t seed)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t repeated;

	memset(t, 0, sizeof *t);
	for (int i = 0; i < N; i++)
		for (int j = 0; j < D; j++) {
			uint64_t from = i % 9 == 8 ? (uint64_t)i - 1 :
			    (uint64_t)i;
			double u = mr_rng_uniform(seed, from, (uint64_t)j);

			if (i % 10 != 3 && u < 1. / 6)
				t->v[i][j] = (float)(u * 12 - 0.5);
		}
	/* A row that differs from another in its last digit. */
	memcpy(t->v[50], t->v[49], sizeof t->v[50]);
	t->v[50][0] = 1;
	t->v[49][0] = nextafterf(1, 2);
	for (int i = 0; i < N; i++)
		for (int j = 0; j < D; j++)
			if (t->v[i][j] != 0)
				assert_int_equal(mr_coo_add(&c, i, j,
				    t->v[i][j], &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(m, &c, N, D, &repeated, &err),
	    MR_OK);
	mr_coo_free(&c);
}

static double
naive(const struct table *t, int u, int i, enum mr_metric metric)
{
	double dot = 0, uu = 0, ii = 0, d2 = 0;

	for (int j = 0; j < D; j++) {
		double a = (double)t->v[u][j], b = (double)t->v[i][j];

		dot += a * b;
		uu += a * a;
		ii += b * b;
		d2 += (a - b) * (a - b);
	}
	if (metric == MR_L2)
		return -sqrt(d2);
	if (metric == MR_DOT)
		return dot;
	return uu > 0 && ii > 0 ? dot / (sqrt(uu) * sqrt(ii)) : 0;
}

/* Query u: the scores are right, fall, and nothing left out is better. */
static void
check_query(const struct table *t, int u, enum mr_metric metric,
    const int32_t *rank, const struct mr_scored *best, int64_t found)
{
	bool given[N] = { false };

	assert_int_equal(found, K);
	for (int k = 0; k < K; k++) {
		int i = 0;
		double want;

		while (rank[i] != best[k].rank)
			i++;
		want = naive(t, u, i, metric);
		assert_true(fabs((double)best[k].score - want) <=
		    1e-6 * fabs(want) + 1e-12);
		assert_true(i != u && !given[i]);
		given[i] = true;
		if (k)
			assert_true(best[k].score < best[k - 1].score ||
			    (best[k].score == best[k - 1].score &&
			    best[k].rank > best[k - 1].rank));
	}
	for (int i = 0; i < N; i++) {
		float v = (float)naive(t, u, i, metric);

		if (i == u || given[i])
			continue;
		assert_true((double)v <= (double)best[K - 1].score + 1e-6);
		if (v == best[K - 1].score)
			assert_true(rank[i] > best[K - 1].rank);
	}
}

static void
try_metric(enum mr_metric metric, uint64_t seed)
{
	struct table t;
	struct mr_csr m = { 0 };
	struct mr_sparse x;
	struct mr_err err = { 0 };
	struct mr_scored best[N * K], again[N * K];
	int64_t found[N];
	int32_t rank[N], skip[N];

	make(&t, &m, seed);
	for (int i = 0; i < N; i++) {
		rank[i] = (i * 7 + 3) % N;
		skip[i] = i;
	}
	assert_int_equal(mr_sparse_build(&x, &m, rank, metric, &err), MR_OK);
	struct mr_sparse_query q = { .rows = &m, .n = N, .skip = skip };
	assert_int_equal(mr_sparse_search(&x, &q, K, 1, best, found, &err),
	    MR_OK);
	for (int u = 0; u < N; u++)
		check_query(&t, u, metric, rank, best + u * K, found[u]);
	/* Bits depend neither on threads nor on which rows are asked for. */
	assert_int_equal(mr_sparse_search(&x, &q, K, 3, again, found, &err),
	    MR_OK);
	assert_memory_equal(best, again, sizeof best);
	q = (struct mr_sparse_query){ .rows = &m, .from = 20, .n = 5,
	    .skip = skip + 20 };
	assert_int_equal(mr_sparse_search(&x, &q, K, 2, again, found, &err),
	    MR_OK);
	assert_memory_equal(best + (size_t)20 * K, again,
	    5 * K * sizeof *best);
	mr_sparse_free(&x);
	mr_csr_free(&m);
}

static void
test_metrics(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		try_metric(MR_COSINE, seed);
		try_metric(MR_DOT, seed);
		try_metric(MR_L2, seed);
	}
}

/* All but one digit cancels: the distance of rows 49 and 50 is 2^-23. */
static void
test_l2_cancels(void **state)
{
	struct table t;
	struct mr_csr m = { 0 };
	struct mr_sparse x;
	struct mr_err err = { 0 };
	struct mr_scored best[1];
	int64_t found[1];
	int32_t rank[N], skip[1] = { 49 };

	(void)state;
	make(&t, &m, 3);
	for (int i = 0; i < N; i++)
		rank[i] = i;
	assert_int_equal(mr_sparse_build(&x, &m, rank, MR_L2, &err), MR_OK);
	assert_int_equal(mr_sparse_search(&x, &(struct mr_sparse_query){
	    .rows = &m, .from = 49, .n = 1, .skip = skip }, 1, 1, best,
	    found, &err), MR_OK);
	assert_int_equal(best[0].rank, 50);
	assert_true(best[0].score == -ldexpf(1, -23));
	mr_sparse_free(&x);
	mr_csr_free(&m);
}

static void
test_empty(void **state)
{
	struct mr_csr none = { 0 };
	struct mr_sparse x;
	struct mr_err err = { 0 };
	int32_t rank[1] = { 0 };
	int64_t ptr[2] = { 0, 0 }, found[1] = { -1 };
	struct mr_csr q = { .rows = 1, .ptr = ptr };
	struct mr_scored best[1];

	(void)state;
	assert_int_equal(mr_sparse_build(&x, &none, rank, MR_COSINE, &err),
	    MR_OK);
	assert_int_equal(mr_sparse_search(&x, &(struct mr_sparse_query){
	    .rows = &q, .n = 1 }, 1, 1, best, found, &err), MR_OK);
	assert_int_equal(found[0], 0);
	mr_sparse_free(&x);
	mr_sparse_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_l2_cancels),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
