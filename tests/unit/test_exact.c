/* Exact search against scoring every pair in double.
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
#include "vector/exact.h"

struct cell {
	enum mr_metric metric;
	int64_t n, m, d, k;
	bool whole;	/* small whole numbers: exact, with many ties */
	bool biases, skips;
	int threads;
};

struct job {
	struct mr_mat base, rows;
	float *bias, *offset;
	int32_t *rank, *skip;
	int64_t *skip_ptr;
};

static void
fill(struct mr_mat *a, uint64_t stream, bool whole)
{
	for (int64_t i = 0; i < a->rows * a->cols; i++)
		a->a[i] = whole ? (float)(mr_rng_u64(1, stream, (uint64_t)i) %
		    3) - 1 : (float)mr_rng_normal(1, stream, (uint64_t)i);
}

static void
make(struct job *j, const struct cell *c)
{
	struct mr_err err = { 0 };
	int64_t at = 0;

	memset(j, 0, sizeof *j);
	assert_int_equal(mr_mat_new(&j->base, c->n, c->d, "", &err), MR_OK);
	assert_int_equal(mr_mat_new(&j->rows, c->m, c->d, "", &err), MR_OK);
	fill(&j->base, 1, c->whole);
	fill(&j->rows, 2, c->whole);
	/* Zero vectors on both sides. */
	if (c->n > 3)
		memset(mr_mat_row(&j->base, 3), 0, (size_t)c->d * 4);
	if (c->m > 1)
		memset(mr_mat_row(&j->rows, 1), 0, (size_t)c->d * 4);
	j->bias = calloc((size_t)c->n + 1, 4);
	j->offset = calloc((size_t)c->m + 1, 4);
	j->rank = calloc((size_t)c->n + 1, 4);
	j->skip = calloc((size_t)(c->m * c->n) + 1, 4);
	j->skip_ptr = calloc((size_t)c->m + 1, 8);
	assert_true(j->bias && j->offset && j->rank && j->skip &&
	    j->skip_ptr);
	for (int64_t i = 0; i < c->n; i++) {
		j->bias[i] = (float)(i % 5) - 2;
		/* Backwards: not the order of the rows. */
		j->rank[i] = (int32_t)(c->n - 1 - i);
	}
	for (int64_t q = 0; q < c->m; q++) {
		j->offset[q] = (float)(q % 7);
		for (int64_t i = 0; i < c->n; i++)
			if (q % 4 && mr_rng_uniform(2, (uint64_t)q,
			    (uint64_t)i) < (q % 4 == 3 ? 1 : 0.3))
				j->skip[at++] = (int32_t)i;
		j->skip_ptr[q + 1] = at;
	}
}

static void
drop(struct job *j)
{
	mr_mat_free(&j->base);
	mr_mat_free(&j->rows);
	free(j->bias);
	free(j->offset);
	free(j->rank);
	free(j->skip);
	free(j->skip_ptr);
}

static double
naive(const struct job *j, const struct cell *c, int64_t q, int64_t i)
{
	const float *a = mr_mat_row(&j->rows, q), *b = mr_mat_row(&j->base,
	    i);
	double ab = 0, aa = 0, bb = 0, dd = 0, s;

	for (int64_t p = 0; p < c->d; p++) {
		double e = (double)a[p] - (double)b[p];

		ab += (double)a[p] * (double)b[p];
		aa += (double)a[p] * (double)a[p];
		bb += (double)b[p] * (double)b[p];
		dd += e * e;
	}
	s = c->metric == MR_L2 ? -sqrt(dd) : c->metric == MR_DOT ? ab :
	    aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
	return s + (c->biases ? (double)j->bias[i] + (double)j->offset[q] :
	    0);
}

static bool
is_skipped(const struct job *j, const struct cell *c, int64_t q, int64_t i)
{
	for (int64_t k = j->skip_ptr[q]; c->skips && k < j->skip_ptr[q + 1];
	    k++)
		if (j->skip[k] == i)
			return true;
	return false;
}

/*
 * best is right when it is in order, its scores are those of its rows (each
 * once, none skipped), and no row left out is better than the last.  With
 * whole numbers and a dot product everything is exact, ties too.
 */
static void
check(const struct job *j, const struct cell *c, int64_t q,
    const struct mr_scored *best, int64_t found)
{
	double tol = c->whole && c->metric == MR_DOT ? 0 :
	    (2 * (double)c->d + 20) * 0x1p-24 * (double)(c->d + 8);
	char *got = calloc((size_t)c->n + 1, 1);
	int64_t offered = 0;

	assert_non_null(got);
	for (int64_t r = 0; r < found; r++) {
		int64_t i = c->n - 1 - best[r].rank;

		assert_true(i >= 0 && i < c->n && !got[i]);
		got[i] = 1;
		assert_false(is_skipped(j, c, q, i));
		assert_true(fabs((double)best[r].score - naive(j, c, q, i)) <=
		    tol);
		if (r > 0)
			assert_true(best[r - 1].score > best[r].score ||
			    (best[r - 1].score >= best[r].score &&
			    best[r - 1].rank < best[r].rank));
	}
	for (int64_t i = 0; i < c->n; i++) {
		double s;

		if (is_skipped(j, c, q, i))
			continue;
		offered++;
		if (got[i] || found == 0)
			continue;
		s = naive(j, c, q, i) - (double)best[found - 1].score;
		assert_true(s <= tol);
		if (tol <= 0 && s >= 0)
			assert_true(j->rank[i] > best[found - 1].rank);
	}
	assert_int_equal(found, offered < c->k ? offered : c->k);
	free(got);
}

/* The score of every result again, one pair at a time: the same bits. */
static void
check_bits(const struct mr_exact *x, const struct mr_exact_query *query,
    const struct cell *c, const struct mr_scored *best, const int64_t *found)
{
	struct mr_exact_query one = *query;
	struct mr_mat unit;
	struct mr_err err = { 0 };

	assert_int_equal(mr_mat_new(&unit, c->m, c->d, "", &err), MR_OK);
	if (c->m > 0 && c->d > 0)
		memcpy(unit.a, query->rows->a, (size_t)(c->m * c->d) * 4);
	if (c->metric == MR_COSINE)
		mr_mat_normalise(&unit);
	one.rows = &unit;
	for (int64_t q = 0; q < c->m; q++)
		for (int64_t r = 0; r < found[q]; r++) {
			float s = mr_exact_score(x, &one, q,
			    c->n - 1 - best[q * c->k + r].rank);

			assert_memory_equal(&s, &best[q * c->k + r].score, 4);
		}
	mr_mat_free(&unit);
}

static void
try_cell(const struct cell *c)
{
	struct mr_scored *best = calloc((size_t)(c->m * c->k) + 1,
	    sizeof *best);
	int64_t *found = calloc((size_t)c->m + 1, sizeof *found);
	struct mr_exact x;
	struct mr_err err = { 0 };
	struct job j;
	struct mr_exact_query q;

	assert_true(best && found);
	make(&j, c);
	q = (struct mr_exact_query){ &j.rows, c->biases ? j.offset : NULL,
	    c->skips ? j.skip_ptr : NULL, j.skip };
	assert_int_equal(mr_exact_build(&x, &j.base, c->biases ? j.bias :
	    NULL, j.rank, c->metric, &err), MR_OK);
	assert_int_equal(mr_exact_search(&x, &q, c->k, c->threads, best,
	    found, &err), MR_OK);
	for (int64_t i = 0; i < c->m; i++)
		check(&j, c, i, best + i * c->k, found[i]);
	check_bits(&x, &q, c, best, found);
	mr_exact_free(&x);
	drop(&j);
	free(best);
	free(found);
}

static void
against_every_pair(void **state)
{
	static const struct {
		int64_t n, m, d, k;
	} shape[] = {
		{ 0, 3, 4, 5 }, { 1, 1, 1, 1 }, { 5, 4, 3, 10 },
		{ 31, 15, 7, 4 }, { 32, 16, 16, 32 }, { 33, 17, 1, 33 },
		{ 100, 33, 20, 10 }, { 1023, 5, 8, 3 }, { 1024, 4, 8, 20 },
		{ 1025, 6, 8, 1 }, { 2100, 18, 33, 50 }, { 40, 0, 4, 2 },
	};

	(void)state;
	for (size_t s = 0; s < sizeof shape / sizeof *shape; s++)
		for (int what = 0; what < 24; what++) {
			struct cell c = { (enum mr_metric)(what / 8),
			    shape[s].n, shape[s].m, shape[s].d, shape[s].k,
			    what & 1, what & 2, what & 4, 1 + what % 3 };

			try_cell(&c);
		}
}

/* As in a model without factors: biases alone. */
static void
no_dimensions(void **state)
{
	struct cell c = { MR_DOT, 70, 3, 0, 9, true, true, true, 2 };

	(void)state;
	try_cell(&c);
}

static void
same_bits_everywhere(void **state)
{
	struct cell c = { MR_COSINE, 500, 40, 24, 7, false, true, true, 1 };
	struct mr_scored best[40 * 7], again[40 * 7];
	int64_t found[40], found_again[40];
	struct mr_exact x;
	struct mr_err err = { 0 };
	struct job j;

	(void)state;
	make(&j, &c);
	for (int metric = 0; metric < 3; metric++) {
		struct mr_exact_query q = { &j.rows, j.offset, NULL, NULL };

		assert_int_equal(mr_exact_build(&x, &j.base, j.bias, j.rank,
		    (enum mr_metric)metric, &err), MR_OK);
		assert_int_equal(mr_exact_search(&x, &q, 7, 1, best, found,
		    &err), MR_OK);
		for (int t = 0; t < 5; t++) {
			assert_int_equal(mr_exact_search(&x, &q, 7, t, again,
			    found_again, &err), MR_OK);
			assert_memory_equal(found, found_again, sizeof found);
			assert_memory_equal(best, again, sizeof best);
		}
		/* A query alone. */
		for (int i = 0; i < 40; i++) {
			struct mr_mat one = { 1, 24, mr_mat_row(&j.rows, i) };
			struct mr_exact_query q1 = { &one, j.offset + i, NULL,
			    NULL };

			assert_int_equal(mr_exact_search(&x, &q1, 7, 1, again,
			    found_again, &err), MR_OK);
			assert_memory_equal(best + i * 7, again,
			    7 * sizeof *best);
		}
		mr_exact_free(&x);
	}
	drop(&j);
}

/* Far from the origin |a|^2 - 2ab + |b|^2 would lose everything. */
static void
l2_without_cancellation(void **state)
{
	float b[3] = { 16777214, 16777213, 16777210 }, q[1] = { 16777212 };
	struct mr_mat base = { 3, 1, b }, rows = { 1, 1, q };
	struct mr_exact_query query = { .rows = &rows };
	const int32_t rank[3] = { 0, 1, 2 };
	struct mr_scored best[3];
	struct mr_err err = { 0 };
	struct mr_exact x;
	int64_t found;

	(void)state;
	assert_int_equal(mr_exact_build(&x, &base, NULL, rank, MR_L2, &err),
	    MR_OK);
	assert_int_equal(mr_exact_search(&x, &query, 3, 1, best, &found,
	    &err), MR_OK);
	assert_true(best[0].rank == 1 && best[0].score == -1);
	assert_true(best[1].rank == 0 && best[1].score == -2);
	assert_true(best[2].rank == 2 && best[2].score == -2);
	mr_exact_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_every_pair),
		cmocka_unit_test(no_dimensions),
		cmocka_unit_test(same_bits_everywhere),
		cmocka_unit_test(l2_without_cancellation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
