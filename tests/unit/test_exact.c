/* What exact search gives beside an index: biases, and single scores.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "vector/exact.h"

#define M 18		/* queries */

/* Every score by mr_exact_score and mr_exact_scores, and in a list of all
 * rows: the same bits; among them biases and offsets. */
static void
try_shape(int64_t n, int64_t d, enum mr_metric metric)
{
	struct mr_mat base, query;
	float *bias = calloc((size_t)n + 1, sizeof *bias), offset[M];
	float *score = calloc((size_t)n + 1, sizeof *score);
	struct mr_hit *hit = calloc((size_t)(M * n) + 1, sizeof *hit);
	struct mr_search s = { .q = { .dense = &query, .n = M }, .k = n,
	    .threads = 2, .offset = offset };
	int64_t found[M];
	struct mr_err err = { 0 };
	struct mr_exact x;

	assert_true(bias && score && hit);
	assert_int_equal(mr_mat_new(&base, n, d, "", &err), MR_OK);
	assert_int_equal(mr_mat_new(&query, M, d, "", &err), MR_OK);
	for (int64_t i = 0; i < n * d; i++)
		base.a[i] = (float)mr_rng_normal(1, 1, (uint64_t)i);
	for (int64_t i = 0; i < M * d; i++)
		query.a[i] = (float)mr_rng_normal(1, 2, (uint64_t)i);
	for (int64_t i = 0; i < n; i++)
		bias[i] = (float)mr_rng_normal(1, 3, (uint64_t)i);
	for (int64_t q = 0; q < M; q++)
		offset[q] = (float)(q % 7) / 3;
	assert_int_equal(mr_exact_build(&x, &base, bias, NULL, metric, &err),
	    MR_OK);
	assert_int_equal(mr_exact_search(&x, &s, hit, found, &err), MR_OK);
	if (metric == MR_METRIC_COSINE)
		mr_mat_normalise(&query);
	for (int64_t q = 0; q < M; q++) {
		const float *row = mr_mat_row(&query, q);

		assert_int_equal(found[q], n);
		mr_exact_scores(&x, row, offset[q], score);
		for (int64_t r = 0; r < n; r++) {
			struct mr_hit h = hit[q * n + r];
			float one = mr_exact_score(&x, row, offset[q], h.row);

			assert_memory_equal(&one, &h.score, sizeof one);
			assert_memory_equal(&one, &score[h.row], sizeof one);
			if (d == 0)	/* as of a model without factors */
				assert_true(one == bias[h.row] + offset[q]);
		}
	}
	mr_exact_free(&x);
	mr_mat_free(&base);
	mr_mat_free(&query);
	free(bias);
	free(score);
	free(hit);
}

static void
a_score_alone_has_the_bits_of_a_list(void **state)
{
	const int64_t n[] = { 1, 31, 33, 70, 1023, 1025 };

	(void)state;
	for (int i = 0; i < 6; i++)
		for (int metric = 0; metric < 3; metric++)
			try_shape(n[i], 1 + 8 * i, (enum mr_metric)metric);
	try_shape(70, 0, MR_METRIC_DOT);
}

/* Far from the origin |a|^2 - 2ab + |b|^2 would lose everything. */
static void
l2_without_cancellation(void **state)
{
	float b[3] = { 16777214, 16777213, 16777210 }, q[1] = { 16777212 };
	struct mr_mat base = { 3, 1, b };
	struct mr_err err = { 0 };
	struct mr_exact x;

	(void)state;
	assert_int_equal(mr_exact_build(&x, &base, NULL, NULL, MR_METRIC_L2,
	    &err), MR_OK);
	assert_true(mr_exact_score(&x, q, 0, 0) == -2);
	assert_true(mr_exact_score(&x, q, 0, 1) == -1);
	assert_true(mr_exact_score(&x, q, 0, 2) == -2);
	mr_exact_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_score_alone_has_the_bits_of_a_list),
		cmocka_unit_test(l2_without_cancellation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
