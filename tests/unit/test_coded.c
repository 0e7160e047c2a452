/* Codes and their bound; hits by codes have the bits of exact ones.
 * SPDX-License-Identifier: MIT */
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
#include "math/qdot.h"
#include "vector/coded.h"
#include "vector/exact.h"
#include "vector/graph.h"

/* What values a row has. */
enum kind { NORMAL, SKEWED, TINY, HUGE_ONES, MIXED, WHOLE, NEAR, KINDS };

static float
value(enum kind kind, uint64_t stream, uint64_t row, uint64_t at)
{
	double z = mr_rng_normal(7, stream, row * 4096 + at);
	uint64_t u = mr_rng_u64(8, stream, row);

	switch (kind) {
	case SKEWED:	/* one long value, rows of many lengths */
		return (float)(z * exp(4 * mr_rng_normal(9, stream, row)) *
		    (at == 3 ? 50 : 1));
	case TINY:
		return (float)(z * 1e-42);
	case HUGE_ONES:
		return (float)(z * 1e37);
	case MIXED:	/* from denormal to huge */
		return (float)(z * pow(10, (double)(u % 75) - 40));
	case WHOLE:	/* many ties */
		return (float)(mr_rng_u64(7, stream, row * 4096 + at) % 3) - 1;
	case NEAR:	/* rows that differ in the last bits */
		return (float)(1 + (double)at + z * 1e-6);
	default:
		return u % 11 == 0 ? 0 : (float)z;
	}
}

static void
fill(struct mr_mat *a, int64_t rows, int64_t d, enum kind kind,
    uint64_t stream)
{
	struct mr_err err = { 0 };

	assert_int_equal(mr_mat_new(a, rows, d, "", &err), MR_OK);
	for (int64_t i = 0; i < rows; i++)
		for (int64_t j = 0; j < d; j++)
			mr_mat_row(a, i)[j] = value(kind, stream,
			    (uint64_t)(i - (i % 7 == 6)), (uint64_t)j);
}

/* No four of a query's codes has a sum that products in 16 bits cannot hold. */
static void
fours_fit(const float *q, int64_t d, int most)
{
	int8_t code[192];

	mr_codes_query(q, d, most, code);
	for (int64_t k = 0; k < mr_codes_room(d); k += 8)
		for (int64_t l = k; l < k + 4; l += 2) {
			static const int at[] = { 0, 1, 4, 5 };
			int up = 0, down = 0;

			for (int f = 0; f < 4; f++) {
				up += code[l + at[f]] > 0 ? code[l + at[f]] :
				    0;
				down -= code[l + at[f]] < 0 ?
				    code[l + at[f]] : 0;
			}
			assert_in_range(up, 0, 32767 / most);
			assert_in_range(down, 0, 32767 / most);
		}
}

/* |q.x - t s (Q.X)| is within the bound, for every row and query, but for what
 * the sum here loses. */
static void
bound_holds(void **state)
{
	static const int64_t dims[] = { 1, 3, 4, 17, 64, 65, 130 };

	(void)state;
	for (size_t w = 0; w < sizeof dims / sizeof *dims; w++)
		for (int kind = 0; kind < KINDS; kind++) {
			int64_t d = dims[w], n = 300;
			struct mr_codes c;
			struct mr_mat x, q;
			struct mr_err err = { 0 };
			int8_t *code, work[192];
			int32_t *sums = calloc(512, sizeof *sums);

			fill(&x, n, d, (enum kind)kind, 1);
			fill(&q, 20, d, (enum kind)kind, 2);
			assert_int_equal(mr_codes_new(&c, n, d, &err), MR_OK);
			for (int64_t i = 0; i < n; i++)
				mr_codes_put(&c, i, mr_mat_row(&x, i), work);
			code = calloc(1, (size_t)mr_codes_room(d));
			assert_true(code && sums);
			for (int64_t k = 0; k < 20; k++) {
				struct mr_code_query y = mr_codes_query(
				    mr_mat_row(&q, k), d, 255, code);

				fours_fit(mr_mat_row(&q, k), d, 127);
				fours_fit(mr_mat_row(&q, k), d, 255);
				mr_qdot(code, &y.start, 1, c.packed, 512,
				    c.wide, sums, 512);
				for (int64_t i = 0; i < n; i++) {
					double dot = 0;

					for (int64_t j = 0; j < d; j++)
						dot += (double)mr_mat_row(&x,
						    i)[j] * (double)mr_mat_row(
						    &q, k)[j];
					assert_true(fabs(dot -
					    (double)y.scale *
					    (double)c.scale[i] * sums[i]) <=
					    mr_codes_bound(&y, &c.block[i /
					    MR_CODES_BLOCK]) + (double)d *
					    0x1p-52 * y.length * c.block[i /
					    MR_CODES_BLOCK].length);
				}
			}
			free(code);
			free(sums);
			mr_codes_free(&c);
			mr_codes_free(&c);
			mr_mat_free(&x);
			mr_mat_free(&q);
		}
}

/* A value of -128 would not have a sign that AVX2 can turn; beyond d and n
 * codes are 128, which is nothing. */
static void
codes_in_range(void **state)
{
	float row[5] = { -3e38F, 3e38F, 1, -0.0F, 1.2e36F };
	struct mr_codes c;
	struct mr_err err = { 0 };
	int8_t q[64], work[64];

	(void)state;
	assert_int_equal(mr_codes_new(&c, 1, 5, &err), MR_OK);
	assert_true(mr_codes_put(&c, 0, row, work).most == 3e38F);
	assert_int_equal(mr_qdot_place(c.packed, 0, 0, 8)[0], 1);
	assert_int_equal(mr_qdot_place(c.packed, 0, 0, 8)[1], 255);
	assert_int_equal(mr_qdot_place(c.packed, 0, 0, 8)[3], 128);
	for (int64_t i = 0; i < 256; i++)
		for (int64_t k = i ? 0 : 4; k < 8; k += 4)
			assert_int_equal(mr_qdot_place(c.packed, i, k, 8)[3],
			    128);
	mr_codes_query(row, 5, 255, q);
	assert_int_equal(q[0], -125);
	assert_int_equal(q[1], 125);
	assert_int_equal(q[7], 0);
	mr_codes_free(&c);
}

#define GAP 64

/* The same rows with GAP bytes behind every 256, as in a file. */
static struct mr_mat
with_gaps(const struct mr_mat *m)
{
	size_t row = (size_t)m->cols * sizeof *m->a;
	struct mr_mat to = { m->rows, m->cols, calloc(1, (size_t)m->rows *
	    row + (size_t)(m->rows / MR_ROWS_BLOCK + 1) * GAP) };

	assert_non_null(to.a);
	for (int64_t i = 0; i < m->rows; i++)
		memcpy((float *)(uintptr_t)mr_rows_at(&to, GAP, i),
		    mr_mat_row(m, i), row);
	return to;
}

/* Without links every row is scored. */
static int
search_graph(const struct mr_mat *base, enum mr_metric metric, bool borrow,
    const struct mr_search *s, struct mr_hit *hit, int64_t *found)
{
	struct mr_err err = { 0 };
	struct mr_graph g;
	int rc = mr_graph_build(&g, base, &(struct mr_graph_opt){
	    .metric = metric, .no_links = true, .borrow = borrow }, &err);

	if (rc == MR_OK)
		rc = mr_graph_search(&g, s, hit, found, &err);
	mr_graph_free(&g);
	return rc;
}

/* By floats, and by codes; and, another for each k, of a base with gaps, of one
 * that is borrowed, and of graphs. */
static void
compare(const struct mr_mat *base, const struct mr_mat *query,
    enum mr_metric metric, int64_t k, const float *offset)
{
	struct mr_search s = { .q = { .dense = query, .n = query->rows },
	    .k = k, .threads = 2, .offset = offset };
	size_t n = (size_t)query->rows;
	struct mr_mat gaps = with_gaps(base);
	struct mr_hit *want = calloc(n * (size_t)k, sizeof *want);
	struct mr_hit *hit = calloc(n * (size_t)k, sizeof *hit);
	int64_t *n_want = calloc(n, sizeof *n_want);
	int64_t *found = calloc(n, sizeof *found);
	struct mr_err err = { 0 };

	assert_true(want && hit && n_want && found);
	for (int turn = 0; turn < 3; turn++) {
		int i = turn < 2 ? turn : 2 + (int)(k / 13 % 4);
		struct mr_index_opt o = { .metric = metric, .class = i % 2 ?
		    &mr_coded_index : &mr_exact_index, .borrow = i > 1 };
		struct mr_rows rows = { .dense = i > 1 ? &gaps : base,
		    .n = base->rows, .gap = i > 1 ? GAP : 0 };
		struct mr_index x = { 0 };

		if (i < 4) {
			assert_int_equal(mr_index_build(&x, &rows, &o, &err),
			    MR_OK);
			assert_int_equal(x.borrows, i == 3);
			assert_int_equal(mr_index_search(&x, &s, i ? hit :
			    want, i ? found : n_want, &err), MR_OK);
		} else {
			assert_int_equal(search_graph(base, metric, i == 5, &s,
			    hit, found), MR_OK);
		}
		mr_index_free(&x);
		if (i == 0)
			continue;
		assert_memory_equal(n_want, found, n * sizeof *found);
		for (size_t q = 0; q < n; q++)
			assert_memory_equal(want + q * (size_t)k, hit + q *
			    (size_t)k, (size_t)found[q] * sizeof *hit);
	}
	free(gaps.a);
	free(want);
	free(hit);
	free(n_want);
	free(found);
}

static void
bits_of_exact(void **state)
{
	static const int64_t dims[] = { 1, 6, 31, 64, 100 };

	(void)state;
	for (size_t w = 0; w < sizeof dims / sizeof *dims; w++)
		for (int what = 0; what < 6 * KINDS; what++) {
			enum kind kind = (enum kind)(what / 6);
			enum mr_metric metric = (enum mr_metric)(what % 3);
			float offset[53];
			struct mr_mat base, query;

			fill(&base, 700, dims[w], kind, 3);
			fill(&query, 53, dims[w], kind, 4);
			for (int q = 0; q < 53; q++)
				offset[q] = (float)(mr_rng_normal(5, 5,
				    (uint64_t)q) * (q % 2 ? 1e3 : 1e-3));
			for (int64_t k = 1; k <= 40; k += 13)
				compare(&base, &query, metric, k, what % 6 > 2
				    ? offset : NULL);
			mr_mat_free(&base);
			mr_mat_free(&query);
		}
}

/* By themselves, with biases, rows that are not kept, and rows to skip. */
static void
with_biases(void **state)
{
	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		float bias[700];
		uint64_t allow[11];
		struct mr_mat base, query;
		struct mr_exact_opt o = { .metric = MR_METRIC_DOT,
		    .bias = bias };
		int64_t ptr[54] = { 0 }, found[2][53];
		int32_t idx[53 * 7];
		struct mr_csr skip = { .ptr = ptr, .idx = idx };
		static struct mr_hit hit[2][53 * 9];
		struct mr_exact exact;
		struct mr_coded coded;
		struct mr_search s = { .q = { .dense = &query, .n = 53 },
		    .k = 9, .threads = 2, .skip = &skip };
		struct mr_err err = { 0 };

		fill(&base, 700, 40, (enum kind)kind, 3);
		fill(&query, 53, 40, (enum kind)kind, 4);
		for (int i = 0; i < 700; i++)
			bias[i] = (float)mr_rng_normal(6, (uint64_t)kind,
			    (uint64_t)i) * (kind % 2 ? 30 : 0.1F);
		for (int i = 0; i < 11; i++)
			allow[i] = mr_rng_u64(6, 99, (uint64_t)i) |
			    mr_rng_u64(6, 98, (uint64_t)i);
		for (int q = 0; q < 53; q++) {
			for (int i = 0; i < 7; i++)
				idx[7 * q + i] = 90 * i + q;
			ptr[q + 1] = 7 * (q + 1);
		}
		for (int kept = 0; kept < 2; kept++) {
			o.allow = kept ? allow : NULL;
			assert_int_equal(mr_exact_build(&exact, &base, &o,
			    &err), MR_OK);
			assert_int_equal(mr_coded_build(&coded, &base, &o, 2,
			    &err), MR_OK);
			assert_int_equal(mr_exact_search(&exact, &s, hit[0],
			    found[0], &err), MR_OK);
			assert_int_equal(mr_coded_search(&coded, &s, hit[1],
			    found[1], &err), MR_OK);
			assert_memory_equal(found[0], found[1],
			    sizeof found[0]);
			assert_memory_equal(hit[0], hit[1], sizeof hit[0]);
			mr_exact_free(&exact);
			mr_coded_free(&coded);
			mr_coded_free(&coded);
		}
		mr_mat_free(&base);
		mr_mat_free(&query);
	}
}

/* Of one query, of few and of many; rows in parts, and filters that leave
 * none, few or many rows, spread or side by side. */
static void
with_filters(void **state)
{
	enum { ROWS = 15000, D = 24, M = 55, MOST = 9 };
	static const int64_t left[] = { 0, 1, 3, 60, 1500, 7500, ROWS };
	static uint64_t allow[(ROWS + 63) / 64];
	static struct mr_hit hit[2][M * MOST];
	int64_t found[2][M];
	struct mr_mat base, query, gaps;
	struct mr_err err = { 0 };

	(void)state;
	fill(&base, ROWS, D, NORMAL, 3);
	fill(&query, M, D, NORMAL, 4);
	gaps = with_gaps(&base);
	for (int what = 0; what < 3 * 14; what++) {
		int64_t n = left[what / 2 % 7], k = what % 4 ? MOST : 2;
		struct mr_exact_opt o = { .metric = (enum mr_metric)(what /
		    14) };
		struct mr_exact exact;
		struct mr_coded coded;

		memset(allow, 0, sizeof allow);
		for (int64_t i = 0; i < n; i++) {
			int64_t at = what % 2 ? i * ROWS / n : ROWS - n + i;

			allow[at / 64] |= UINT64_C(1) << at % 64;
		}
		assert_int_equal(mr_exact_build(&exact, &base, &o, &err),
		    MR_OK);
		o.borrow = what % 4 > 1;
		o.gap = o.borrow ? GAP : 0;
		assert_int_equal(mr_coded_build(&coded, o.borrow ? &gaps :
		    &base, &o, 2, &err), MR_OK);
		for (int64_t m = 1; m <= M; m += 18) {
			struct mr_search s = { .q = { .dense = &query,
			    .n = m }, .k = k, .threads = (int)(m % 3),
			    .allow = n < ROWS ? allow : NULL };

			memset(hit, 0, sizeof hit);
			assert_int_equal(mr_exact_search(&exact, &s, hit[0],
			    found[0], &err), MR_OK);
			assert_int_equal(mr_coded_search(&coded, &s, hit[1],
			    found[1], &err), MR_OK);
			for (int64_t q = 0; q < m; q++) {
				assert_int_equal(found[1][q], n < k ? n : k);
				assert_int_equal(found[0][q], found[1][q]);
				assert_memory_equal(hit[0] + q * k, hit[1] +
				    q * k, (size_t)found[0][q] *
				    sizeof **hit);
			}
		}
		mr_exact_free(&exact);
		mr_coded_free(&coded);
	}
	free(gaps.a);
	mr_mat_free(&base);
	mr_mat_free(&query);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bound_holds),
		cmocka_unit_test(codes_in_range),
		cmocka_unit_test(bits_of_exact),
		cmocka_unit_test(with_biases),
		cmocka_unit_test(with_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
