/* What exact search gives beside an index: biases, and single scores.
 * SPDX-License-Identifier: MIT */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "vector/exact_parts.h"

#define M 18		/* queries */

/* A copy of m as it lies in a file, with GAP bytes behind every 256 rows. */
#define GAP 64
static struct mr_mat
with_gaps(const struct mr_mat *m)
{
	size_t row = (size_t)m->cols * sizeof *m->a;
	char *p = malloc((size_t)m->rows * (row + GAP) + 1);

	assert_non_null(p);
	for (int64_t i = 0; i < m->rows && row; i++)
		memcpy(p + (size_t)i * row + (size_t)(i / 256) * GAP,
		    mr_mat_row(m, i), row);
	return (struct mr_mat){ m->rows, m->cols, (float *)(void *)p };
}

/* Every score by mr_exact_score and mr_exact_scores, and in a list of all
 * rows: the same bits; among them biases and offsets. */
static void
try_shape(int64_t n, int64_t d, enum mr_metric metric)
{
	struct mr_mat base, query, gaps;
	float *bias = calloc((size_t)n + 1, sizeof *bias), offset[M];
	float *score = calloc((size_t)n + 1, sizeof *score);
	struct mr_hit *hit = calloc((size_t)(M * n) + 1, sizeof *hit);
	struct mr_hit *same = calloc((size_t)(M * n) + 1, sizeof *hit);
	struct mr_search s = { .q = { .dense = &query, .n = M }, .k = n,
	    .threads = 2, .offset = offset };
	int64_t found[M];
	struct mr_err err = { 0 };
	struct mr_exact x, lent;

	assert_true(bias && score && hit && same);
	assert_int_equal(mr_mat_new(&base, n, d, "", &err), MR_OK);
	assert_int_equal(mr_mat_new(&query, M, d, "", &err), MR_OK);
	for (int64_t i = 0; i < n * d; i++)
		base.a[i] = (float)mr_rng_normal(1, 1, (uint64_t)i);
	for (int64_t i = 0; i < M * d; i++)
		query.a[i] = (float)mr_rng_normal(1, 2, (uint64_t)i);
	/* One whose sums could overflow. */
	for (int64_t i = 0; i < d; i++)
		query.a[i] *= FLT_MAX / (float)(16 * d);
	for (int64_t i = 0; i < n; i++)
		bias[i] = (float)mr_rng_normal(1, 3, (uint64_t)i);
	for (int64_t q = 0; q < M; q++)
		offset[q] = (float)(q % 7) / 3;
	assert_int_equal(mr_exact_build(&x, &base, &(struct mr_exact_opt){
	    .metric = metric, .bias = bias }, &err), MR_OK);
	assert_int_equal(mr_exact_search(&x, &s, hit, found, &err), MR_OK);
	gaps = with_gaps(&base);
	assert_int_equal(mr_exact_build(&lent, &gaps, &(struct mr_exact_opt){
	    .metric = metric, .bias = bias, .gap = GAP, .borrow = true },
	    &err), MR_OK);
	assert_true((lent.packed == NULL) == (d && metric == MR_METRIC_DOT));
	assert_int_equal(mr_exact_search(&lent, &s, same, found, &err),
	    MR_OK);
	assert_memory_equal(same, hit, (size_t)(M * n) * sizeof *hit);
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
			one = mr_exact_score(&lent, row, offset[q], h.row);
			assert_memory_equal(&one, &h.score, sizeof one);
			if (d == 0)	/* as of a model without factors */
				assert_true(one == bias[h.row] + offset[q]);
		}
		mr_exact_scores(&lent, row, offset[q], score);
		for (int64_t r = 0; r < n; r++)
			assert_memory_equal(&score[hit[q * n + r].row],
			    &hit[q * n + r].score, sizeof *score);
	}
	mr_exact_free(&x);
	mr_exact_free(&lent);
	mr_mat_free(&gaps);
	free(same);
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

/* One query's scores are too large for a float on their way. */
static void
many_together_have_the_bits_of_one(void **state)
{
	enum { N = 600, D = 19, TOGETHER = MR_EXACT_TOGETHER };
	static float b[N * D], q[TOGETHER * D], bias[N], offset[TOGETHER];
	static float got[2][TOGETHER * N], want[N];
	struct mr_mat base = { N, D, b };
	struct mr_err err = { 0 };
	struct mr_exact x[2];

	(void)state;
	for (int64_t i = 0; i < N * D; i++)
		b[i] = (float)mr_rng_normal(1, 1, (uint64_t)i);
	for (int64_t i = 0; i < TOGETHER * D; i++)
		q[i] = (float)mr_rng_normal(1, 2, (uint64_t)i);
	for (int i = 0; i < D; i++)
		q[50 * D + i] *= 1e37F;
	for (int64_t i = 0; i < N; i++)
		bias[i] = (float)i / 7;
	for (int64_t i = 0; i < TOGETHER; i++)
		offset[i] = (float)i / 3;
	for (int o = 0; o < 2; o++) {
		assert_int_equal(mr_exact_build(&x[o], &base,
		    &(struct mr_exact_opt){ .metric = MR_METRIC_DOT,
		    .bias = bias, .in_order = o == 1 },
		    &err), MR_OK);
		assert_true(x[o].in_order == (o == 1));
		mr_exact_scores_of(&x[o], q, TOGETHER, offset, got[o]);
	}
	for (int64_t i = 0; i < TOGETHER; i++) {
		mr_exact_scores(&x[0], q + i * D, offset[i], want);
		for (int o = 0; o < 2; o++)
			assert_memory_equal(got[o] + i * N, want, sizeof want);
	}
	mr_exact_free(&x[0]);
	mr_exact_free(&x[1]);
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
	assert_int_equal(mr_exact_build(&x, &base, &(struct mr_exact_opt){
	    .metric = MR_METRIC_L2 }, &err), MR_OK);
	assert_true(mr_exact_score(&x, q, 0, 0) == -2);
	assert_true(mr_exact_score(&x, q, 0, 1) == -1);
	assert_true(mr_exact_score(&x, q, 0, 2) == -2);
	mr_exact_free(&x);
}

#define N 3000
#define MANY 130	/* queries of more than one task */
#define K 7

/* What may be offered: row i to query q. */
struct offer {
	struct mr_csr skip;
	uint64_t allow[N / 64 + 1];
	bool allowed[N];
};

/* Query q has seen every 5th row and some of the longest; of the rows one in
 * share is allowed, none where share is 0. */
static void
make_offer(struct offer *o, uint64_t share)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	memset(o, 0, sizeof *o);
	for (int32_t q = 0; q < MANY; q++)
		for (int32_t i = 0; i < N; i++)
			if (i % 5 == q % 7)
				assert_int_equal(mr_coo_add(&c, q, i, 1,
				    &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(&o->skip, &c, MANY, N, &again, &err),
	    MR_OK);
	mr_coo_free(&c);
	for (uint64_t i = 0; i < N; i++) {
		o->allowed[i] = share && mr_rng_u64(7, share, i) % share == 0;
		o->allow[i / 64] |= (uint64_t)o->allowed[i] << i % 64;
	}
}

/* The list of q by the scores of all rows. */
static void
check_list(const struct offer *o, int64_t q, const float *score,
    const struct mr_hit *hit, int64_t found)
{
	bool taken[N] = { false };
	int64_t n = 0;

	for (int64_t i = o->skip.ptr[q]; i < o->skip.ptr[q + 1]; i++)
		taken[o->skip.idx[i]] = true;
	for (int64_t i = 0; i < N; i++)
		taken[i] = taken[i] || !o->allowed[i];
	for (; n < K; n++) {
		int32_t best = -1;

		for (int32_t i = 0; i < N; i++)
			if (!taken[i] && (best < 0 || score[i] > score[best]))
				best = i;
		if (best < 0)
			break;
		taken[best] = true;
		assert_true(n < found);
		assert_int_equal(hit[n].row, best);
		assert_memory_equal(&hit[n].score, &score[best],
		    sizeof *score);
	}
	assert_int_equal(found, n);
}

/* Rows of very different lengths: most chunks are never scored. */
static void
fill(struct mr_mat *a, uint64_t stream)
{
	for (int64_t i = 0; i < a->rows; i++) {
		double scale = exp(mr_rng_normal(5, stream, (uint64_t)i));

		for (int64_t j = 0; j < a->cols; j++)
			mr_mat_row(a, i)[j] = (float)(scale * mr_rng_normal(6,
			    stream, (uint64_t)(i * a->cols + j)));
	}
}

static void
try_lists(const struct mr_exact *x, const struct mr_mat *query,
    const float *offset, uint64_t share)
{
	struct mr_hit *hit = calloc(MANY * K, sizeof *hit), one[K];
	float *score = calloc(N, sizeof *score);
	struct offer *o = calloc(1, sizeof *o);
	int64_t found[MANY], n;
	struct mr_err err = { 0 };

	assert_true(hit && score && o);
	make_offer(o, share);
	struct mr_search s = { .q = { .dense = query, .n = MANY }, .k = K,
	    .threads = 2, .offset = offset, .skip = &o->skip,
	    .allow = share == 1 ? NULL : o->allow };
	assert_int_equal(mr_exact_search(x, &s, hit, found, &err), MR_OK);
	for (int64_t q = 0; q < MANY; q++) {
		struct mr_csr row = o->skip;

		mr_exact_scores(x, mr_mat_row(query, q), offset[q], score);
		check_list(o, q, score, hit + q * K, found[q]);
		row.ptr += q;
		s.q.from = q;
		s.q.n = 1;
		s.offset = offset + q;
		s.skip = &row;
		assert_int_equal(mr_exact_search(x, &s, one, &n, &err),
		    MR_OK);
		assert_int_equal(n, found[q]);
		assert_memory_equal(one, hit + q * K, (size_t)n *
		    sizeof *one);
	}
	mr_csr_free(&o->skip);
	free(o);
	free(hit);
	free(score);
}

static void
lists_are_those_of_all_scores(void **state)
{
	static const uint64_t share[] = { 0, 1, 2, 10, 40, 300 };
	static const int64_t d[] = { 0, 1, 12, 33 };
	float bias[N], offset[MANY];
	struct mr_err err = { 0 };

	(void)state;
	for (int q = 0; q < MANY; q++)
		offset[q] = (float)(q % 11) - 4;
	for (int w = 0; w < 8; w++) {
		struct mr_mat base, query, gaps;
		struct mr_exact x;

		for (uint64_t i = 0; i < N; i++)
			bias[i] = (float)mr_rng_normal(8, 1, i) * 3;
		assert_int_equal(mr_mat_new(&base, N, d[w / 2], "", &err),
		    MR_OK);
		assert_int_equal(mr_mat_new(&query, MANY, d[w / 2], "", &err),
		    MR_OK);
		fill(&base, 1);
		fill(&query, 2);
		assert_int_equal(mr_exact_build(&x, &base,
		    &(struct mr_exact_opt){ .metric = MR_METRIC_DOT,
		    .bias = w & 1 ? bias : NULL }, &err), MR_OK);
		for (size_t i = 0; i < sizeof share / sizeof *share; i++)
			try_lists(&x, &query, offset, share[i]);
		mr_exact_free(&x);
		gaps = with_gaps(&base);
		assert_int_equal(mr_exact_build(&x, &gaps,
		    &(struct mr_exact_opt){ .metric = MR_METRIC_DOT,
		    .bias = w & 1 ? bias : NULL, .gap = GAP, .borrow = true },
		    &err), MR_OK);
		try_lists(&x, &query, offset, 1);
		try_lists(&x, &query, offset, 40);
		mr_exact_free(&x);
		mr_mat_free(&gaps);
		mr_mat_free(&base);
		mr_mat_free(&query);
	}
}

/* Rows along the query are as near to the bound as rows can be, and their
 * rounding may go up: from denormal lengths to such as overflow. */
static void
no_score_passes_its_reach(void **state)
{
	enum { ROWS = 1000, D = 21 };
	float bias[ROWS], q[D];
	int64_t above = 0;
	struct mr_mat base;
	struct mr_err err = { 0 };
	struct mr_exact x;

	(void)state;
	assert_int_equal(mr_mat_new(&base, ROWS, D, "", &err), MR_OK);
	for (int power = -75; power <= 62; power++) {
		for (uint64_t i = 0; i < ROWS; i++) {
			double by = ldexp(1 + mr_rng_uniform(9, 1, i), power);

			bias[i] = i % 2 ? 0 : (float)(by * by / 8);
			for (uint64_t j = 0; j < D; j++)
				mr_mat_row(&base, (int64_t)i)[j] = (float)(by *
				    mr_rng_normal(9, 2, j));
		}
		for (uint64_t j = 0; j < D; j++)
			q[j] = (float)ldexp(mr_rng_normal(9, 2, j), power);
		assert_int_equal(mr_exact_build(&x, &base,
		    &(struct mr_exact_opt){ .metric = MR_METRIC_DOT,
		    .bias = bias }, &err), MR_OK);
		for (int64_t i = 0; i < ROWS; i++) {
			int64_t c = x.place[i] / MR_EXACT_CHUNK;
			float v = mr_exact_score(&x, q, 0, i);
			double most = mr_exact_length(q, D) *
			    mr_exact_length(mr_mat_row(&base, i), D) +
			    (double)bias[i];

			assert_true(v <= mr_exact_reach(&x, c,
			    mr_exact_length(q, D), 0));
			above += (double)v > most;
		}
		mr_exact_free(&x);
	}
	assert_true(above > 1000);	/* |q| |b| alone would not do */
	mr_mat_free(&base);
}

/* Of an index only the rows that are kept. */
static void
only_kept_rows(void **state)
{
	struct mr_mat base;
	struct offer *o = calloc(1, sizeof *o);
	struct mr_err err = { 0 };
	struct mr_exact x;
	int64_t n = 0;

	(void)state;
	assert_non_null(o);
	make_offer(o, 10);
	assert_int_equal(mr_mat_new(&base, N, 5, "", &err), MR_OK);
	fill(&base, 1);
	for (int64_t i = 0; i < N; i++)	/* the others are not even read */
		for (int j = 0; j < 5 && !o->allowed[i]; j++)
			mr_mat_row(&base, i)[j] = 1e30F;
	assert_int_equal(mr_exact_build(&x, &base, &(struct mr_exact_opt){
	    .metric = MR_METRIC_DOT, .allow = o->allow }, &err), MR_OK);
	for (int64_t i = 0; i < N; i++) {
		assert_true((x.place[i] >= 0) == o->allowed[i]);
		n += o->allowed[i];
		if (o->allowed[i])
			assert_int_equal(x.number[x.place[i]], i);
	}
	assert_int_equal(x.n, n);
	assert_true(x.most < 1e6F);
	mr_exact_free(&x);
	mr_mat_free(&base);
	mr_csr_free(&o->skip);
	free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_score_alone_has_the_bits_of_a_list),
		cmocka_unit_test(many_together_have_the_bits_of_one),
		cmocka_unit_test(l2_without_cancellation),
		cmocka_unit_test(lists_are_those_of_all_scores),
		cmocka_unit_test(no_score_passes_its_reach),
		cmocka_unit_test(only_kept_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
