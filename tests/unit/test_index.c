/* Every way to search rows, against scoring every pair in double.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "core/rng.h"
#include "vector/index.h"

struct cell {
	const struct mr_index_class *class;
	enum mr_metric metric;
	int64_t n, m, d, k;
	bool whole;	/* small whole numbers: exact, with many ties */
	bool names, offsets, skips, allows;
	bool keeps;	/* the index itself keeps those allowed alone */
	int64_t *missing, *all;	/* hits, of a class that is not exact */
};

struct job {
	struct mr_mat base, query;
	struct mr_csr sparse_base, sparse_query, skip;
	struct mr_ids names;
	int32_t *place;		/* [n] in the order of ties */
	float *offset;		/* [m] */
	uint64_t *allow;
	struct mr_index x;
	struct mr_search s;
};

/* Most values are zero, some rows altogether, some are equal. */
static void
fill(struct mr_mat *a, uint64_t stream, bool whole)
{
	struct mr_err err = { 0 };
	int64_t rows = a->rows, cols = a->cols;

	assert_int_equal(mr_mat_new(a, rows, cols, "", &err), MR_OK);
	for (int64_t i = 0; i < rows; i++)
		for (int64_t j = 0; j < cols; j++) {
			uint64_t at = (uint64_t)((i - (i % 9 == 8)) * cols +
			    j);
			uint64_t u = mr_rng_u64(1, stream, at);

			mr_mat_row(a, i)[j] = i % 10 == 3 || u % 5 < 2 ? 0 :
			    whole ? (float)(u / 5 % 3) - 1 :
			    (float)mr_rng_normal(2, stream, at);
		}
}

static void
to_sparse(struct mr_csr *m, const struct mr_mat *a)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int64_t i = 0; i < a->rows; i++)
		for (int64_t j = 0; j < a->cols; j++)
			if (fabsf(mr_mat_row(a, i)[j]) > 0)
				assert_int_equal(mr_coo_add(&c, (int32_t)i,
				    (int32_t)j, mr_mat_row(a, i)[j], &err),
				    MR_OK);
	assert_int_equal(mr_csr_from_coo(m, &c, a->rows, a->cols, &again,
	    &err), MR_OK);
	mr_coo_free(&c);
}

/* Names in an order that has nothing to do with that of the rows. */
static void
name_rows(struct job *j, const struct cell *c)
{
	struct mr_err err = { 0 };
	int32_t index;
	char name[16];

	for (int64_t i = 0; i < c->n; i++) {
		/* 7919 is prime to n: every place once, mixed up. */
		j->place[i] = (int32_t)(c->names ? i * 7919 % c->n : i);
		snprintf(name, sizeof name, "%05d", (int)j->place[i]);
		if (c->names)
			assert_int_equal(mr_ids_add(&j->names,
			    mr_slice_of(name), &index, NULL, &err), MR_OK);
	}
}

/* Query q: nothing, a third, or with q % 4 == 3 all. */
static void
skip_rows(struct job *j, const struct cell *c)
{
	struct mr_coo s = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int64_t q = 0; q < c->m; q++)
		for (int64_t i = 0; i < c->n; i++)
			if (q % 4 == 3 || (q % 4 && mr_rng_uniform(3,
			    (uint64_t)q, (uint64_t)i) < 0.3))
				assert_int_equal(mr_coo_add(&s, (int32_t)q,
				    (int32_t)i, 1, &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(&j->skip, &s, c->m, c->n, &again,
	    &err), MR_OK);
	mr_coo_free(&s);
}

static struct mr_rows
rows_of(const struct cell *c, const struct mr_mat *dense,
    const struct mr_csr *sparse)
{
	return (struct mr_rows){ c->class->sparse ? NULL : dense,
	    c->class->sparse ? sparse : NULL, 0, dense->rows, 0 };
}

static void
make(struct job *j, const struct cell *c)
{
	struct mr_index_opt o = { .metric = c->metric, .names = c->names ?
	    &j->names : NULL, .class = c->class };
	struct mr_err err = { 0 };
	struct mr_rows base;

	memset(j, 0, sizeof *j);
	j->base = (struct mr_mat){ c->n, c->d, NULL };
	j->query = (struct mr_mat){ c->m, c->d, NULL };
	fill(&j->base, 1, c->whole);
	fill(&j->query, 2, c->whole);
	to_sparse(&j->sparse_base, &j->base);
	to_sparse(&j->sparse_query, &j->query);
	j->place = calloc((size_t)c->n + 1, sizeof *j->place);
	j->offset = calloc((size_t)c->m + 1, sizeof *j->offset);
	j->allow = calloc((size_t)c->n / 64 + 1, sizeof *j->allow);
	assert_true(j->place && j->offset && j->allow);
	name_rows(j, c);
	skip_rows(j, c);
	for (int64_t q = 0; q < c->m; q++)
		j->offset[q] = (float)(q % 7);
	for (int64_t i = 0; i < c->n; i++)
		if (mr_rng_u64(4, 1, (uint64_t)i) & 1)
			j->allow[i / 64] |= (uint64_t)1 << (i % 64);
	base = rows_of(c, &j->base, &j->sparse_base);
	o.allow = c->keeps ? j->allow : NULL;
	assert_int_equal(mr_index_build(&j->x, &base, &o, &err), MR_OK);
	assert_ptr_equal(j->x.class, c->class);
	j->s = (struct mr_search){ .k = c->k, .threads = 1,
	    .q = rows_of(c, &j->query, &j->sparse_query),
	    .offset = c->offsets ? j->offset : NULL,
	    .skip = c->skips ? &j->skip : NULL,
	    .allow = c->allows && !c->keeps ? j->allow : NULL };
}

static void
drop(struct job *j)
{
	mr_index_free(&j->x);
	mr_index_free(&j->x);
	mr_mat_free(&j->base);
	mr_mat_free(&j->query);
	mr_csr_free(&j->sparse_base);
	mr_csr_free(&j->sparse_query);
	mr_csr_free(&j->skip);
	mr_ids_free(&j->names);
	free(j->place);
	free(j->offset);
	free(j->allow);
}

static double
naive(const struct job *j, const struct cell *c, int64_t q, int64_t i)
{
	const float *a = mr_mat_row(&j->query, q);
	const float *b = mr_mat_row(&j->base, i);
	double ab = 0, aa = 0, bb = 0, dd = 0, s;

	for (int64_t p = 0; p < c->d; p++) {
		double e = (double)a[p] - (double)b[p];

		ab += (double)a[p] * (double)b[p];
		aa += (double)a[p] * (double)a[p];
		bb += (double)b[p] * (double)b[p];
		dd += e * e;
	}
	s = c->metric == MR_METRIC_L2 ? -sqrt(dd) : c->metric ==
	    MR_METRIC_DOT ? ab : aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
	return s + (c->offsets ? (double)j->offset[q] : 0);
}

/* Rows by whole numbers often share terms whose products come to zero. */
static bool
shares_term(const struct job *j, const struct cell *c, int64_t q, int64_t i)
{
	for (int64_t p = 0; p < c->d; p++)
		if (fabsf(mr_mat_row(&j->query, q)[p]) > 0 &&
		    fabsf(mr_mat_row(&j->base, i)[p]) > 0)
			return true;
	return false;
}

static bool
is_offered(const struct job *j, const struct cell *c, int64_t q, int64_t i)
{
	if (c->class->sparse && !shares_term(j, c, q, i))
		return false;
	for (int64_t k = j->skip.ptr[q]; c->skips && k < j->skip.ptr[q + 1];
	    k++)
		if (j->skip.idx[k] == i)
			return false;
	return !c->allows || (mr_rng_u64(4, 1, (uint64_t)i) & 1);
}

/*
 * The list of query q is right when it is in order, its scores are those of
 * its rows (each once, all of them offered), and no row left out is better
 * than the last.  With whole numbers and a dot product all is exact, ties too.
 */
static void
check(const struct job *j, const struct cell *c, int64_t q,
    const struct mr_hit *best, int64_t found)
{
	double tol = c->whole && c->metric == MR_METRIC_DOT ? 0 :
	    (2 * (double)c->d + 20) * 0x1p-24 * (double)(c->d + 8);
	char *got = calloc((size_t)c->n + 1, 1);
	int64_t offered = 0;

	assert_non_null(got);
	for (int64_t r = 0; r < found; r++) {
		int32_t i = best[r].row;

		assert_true(i >= 0 && i < c->n && !got[i]);
		got[i] = 1;
		assert_true(is_offered(j, c, q, i));
		assert_true(fabs((double)best[r].score - naive(j, c, q, i)) <=
		    tol);
		if (r > 0)
			assert_true(best[r - 1].score > best[r].score ||
			    (best[r - 1].score >= best[r].score &&
			    j->place[best[r - 1].row] < j->place[i]));
	}
	for (int64_t i = 0; i < c->n; i++) {
		double s;

		if (!is_offered(j, c, q, i))
			continue;
		offered++;
		if (got[i] || found == 0)
			continue;
		s = naive(j, c, q, i) - (double)best[found - 1].score;
		if (!c->class->exact) {
			*c->missing += s > tol;
			continue;
		}
		assert_true(s <= tol);
		if (tol <= 0 && s >= 0)
			assert_true(j->place[i] >
			    j->place[best[found - 1].row]);
	}
	assert_int_equal(found, offered < c->k ? offered : c->k);
	if (c->all)
		*c->all += found;
	free(got);
}

/* The same bytes: on more threads, and each query by itself. */
static void
check_bytes(const struct job *j, const struct cell *c,
    const struct mr_hit *best, const int64_t *found)
{
	struct mr_hit *again = calloc((size_t)(c->m * c->k) + 1,
	    sizeof *again);
	int64_t *n = calloc((size_t)c->m + 1, sizeof *n);
	struct mr_err err = { 0 };
	struct mr_search s = j->s;

	assert_true(again && n);
	for (s.threads = 0; s.threads <= 4; s.threads += 2) {
		assert_int_equal(mr_index_search(&j->x, &s, again, n, &err),
		    MR_OK);
		assert_memory_equal(n, found, (size_t)c->m * sizeof *n);
		for (int64_t q = 0; q < c->m; q++)
			assert_memory_equal(again + q * c->k,
			    best + q * c->k, (size_t)n[q] * sizeof *best);
	}
	for (int64_t q = 0; q < c->m; q++) {
		struct mr_csr skip = j->skip;

		skip.ptr += q;
		s.q.from = q;
		s.q.n = 1;
		s.skip = j->s.skip ? &skip : NULL;
		s.offset = j->s.offset ? j->s.offset + q : NULL;
		assert_int_equal(mr_index_search(&j->x, &s, again, n, &err),
		    MR_OK);
		assert_int_equal(n[0], found[q]);
		assert_memory_equal(again, best + q * c->k,
		    (size_t)n[0] * sizeof *best);
	}
	free(again);
	free(n);
}

static void
try_cell(const struct cell *c)
{
	struct mr_hit *best = calloc((size_t)(c->m * c->k) + 1, sizeof *best);
	int64_t *found = calloc((size_t)c->m + 1, sizeof *found);
	struct mr_err err = { 0 };
	struct job j;

	assert_true(best && found);
	make(&j, c);
	assert_int_equal(mr_index_search(&j.x, &j.s, best, found, &err),
	    MR_OK);
	for (int64_t q = 0; q < c->m; q++)
		check(&j, c, q, best + q * c->k, found[q]);
	check_bytes(&j, c, best, found);
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
		{ 64, 9, 12, 5 }, { 100, 33, 20, 10 }, { 1023, 5, 8, 3 },
		{ 1024, 4, 8, 20 }, { 1025, 6, 8, 1 }, { 2100, 18, 33, 50 },
		{ 40, 0, 4, 2 },
	};

	(void)state;
	for (int x = 0; mr_index_classes[x]; x++) {
		int64_t missing = 0, all = 0;

		for (size_t s = 0; s < sizeof shape / sizeof *shape; s++)
			for (int what = 0; what < 48; what++) {
				struct cell c = { mr_index_classes[x],
				    (enum mr_metric)(what % 3), shape[s].n,
				    shape[s].m, shape[s].d, shape[s].k,
				    what / 3 & 1, what / 6 & 1, what / 6 & 2,
				    what / 6 & 4, what % 5 & 1, false,
				    &missing, &all };

				/* Its own test has more rows. */
				if (!c.class->exact && c.n > 1025 && what % 8)
					continue;
				try_cell(&c);
				c.keeps = c.allows;
				if (c.keeps)
					try_cell(&c);
			}
		assert_true(missing * 50 < all);
	}
}

/* Nothing may be offered at all. */
static void
nothing_allowed(void **state)
{
	(void)state;
	for (int x = 0; mr_index_classes[x]; x++) {
		struct cell c = { .class = mr_index_classes[x], .n = 70,
		    .m = 2, .d = 3, .k = 4, .allows = true };
		struct mr_hit best[8];
		struct mr_err err = { 0 };
		int64_t found[2] = { 9, 9 };
		struct job j;

		make(&j, &c);
		j.allow[0] = j.allow[1] = 0;
		assert_int_equal(mr_index_search(&j.x, &j.s, best, found,
		    &err), MR_OK);
		assert_int_equal(found[0] + found[1], 0);
		drop(&j);
	}
}

/* Without a class the first that searches such rows. */
static void
class_by_rows(void **state)
{
	float a[1] = { 1 };
	int64_t ptr[2] = { 0, 1 };
	int32_t idx[1] = { 0 };
	struct mr_mat dense = { 1, 1, a };
	struct mr_csr sparse = { 1, 1, ptr, idx, a };
	struct mr_rows base[2] = { { .dense = &dense, .n = 1 },
	    { .sparse = &sparse, .n = 1 } };
	struct mr_err err = { 0 };
	struct mr_index x;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(mr_index_build(&x, &base[i],
		    &(struct mr_index_opt){ .metric = MR_METRIC_DOT }, &err),
		    MR_OK);
		assert_string_equal(x.class->name, i ? "sparse" : "exact");
		mr_index_free(&x);
	}
}

/* Memory is in proportion to the values, whatever number of columns is
 * claimed, and the bytes are those of few columns; also of queries with
 * columns that no row of the base has. */
static void
many_columns(void **state)
{
	enum { N = 2, M = 40, D = 40 };
	struct cell c = { .n = N, .m = M, .d = D, .k = N };
	struct mr_hit best[M * N], again[M * N];
	int64_t found[M], found_again[M];
	struct rlimit old, limit;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_AS, &old), 0);
	limit = old;
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
	limit.rlim_cur = (rlim_t)1 << 30;
#endif
	assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
	for (int x = 0; mr_index_classes[x]; x++)
		for (int metric = 0; metric < 3; metric++) {
			struct mr_mat none = { 0, INT32_MAX, NULL };
			struct mr_rows base = { .dense = &none };
			struct mr_index wide;
			struct job j;

			memset(best, 0, sizeof best);
			memset(again, 0, sizeof again);
			c.class = mr_index_classes[x];
			c.metric = (enum mr_metric)metric;
			if (!c.class->sparse) {
				assert_int_equal(mr_index_build(&wide, &base,
				    &(struct mr_index_opt){ .class = c.class,
				    .metric = c.metric }, &err), MR_OK);
				mr_index_free(&wide);
				continue;
			}
			make(&j, &c);
			assert_int_equal(mr_index_search(&j.x, &j.s, best,
			    found, &err), MR_OK);
			/* Column j as 99 j: in between there is nothing. */
			j.sparse_base.cols = INT32_MAX;
			j.sparse_query.cols = INT32_MAX;
			for (int64_t k = 0; k < mr_csr_nnz(&j.sparse_base);
			    k++)
				j.sparse_base.idx[k] *= 99;
			for (int64_t k = 0; k < mr_csr_nnz(&j.sparse_query);
			    k++)
				j.sparse_query.idx[k] *= 99;
			base = rows_of(&c, &j.base, &j.sparse_base);
			assert_int_equal(mr_index_build(&wide, &base,
			    &(struct mr_index_opt){ .metric = c.metric },
			    &err), MR_OK);
			assert_int_equal(mr_index_search(&wide, &j.s, again,
			    found_again, &err), MR_OK);
			assert_memory_equal(found, found_again, sizeof found);
			assert_memory_equal(best, again, sizeof best);
			mr_index_free(&wide);
			drop(&j);
		}
	assert_int_equal(setrlimit(RLIMIT_AS, &old), 0);
}

/* All but one digit cancels: near 1 a float's step is 2^-23. */
static void
l2_without_cancellation(void **state)
{
	(void)state;
	for (int x = 0; mr_index_classes[x]; x++) {
		struct cell c = { .class = mr_index_classes[x],
		    .metric = MR_METRIC_L2, .n = 2, .m = 1, .d = 3, .k = 1 };
		float b[6] = { 1, 2, 3, 4, 5, 6 };
		float q[3] = { 1 + 0x1p-23F, 2, 3 };
		struct mr_mat base = { 2, 3, b }, query = { 1, 3, q };
		struct mr_csr sparse_base, sparse_query;
		struct mr_rows rows;
		struct mr_err err = { 0 };
		struct mr_index i;
		struct mr_hit hit;
		int64_t found;

		to_sparse(&sparse_base, &base);
		to_sparse(&sparse_query, &query);
		rows = rows_of(&c, &base, &sparse_base);
		assert_int_equal(mr_index_build(&i, &rows,
		    &(struct mr_index_opt){ .metric = MR_METRIC_L2,
		    .class = c.class }, &err), MR_OK);
		assert_int_equal(mr_index_search(&i, &(struct mr_search){
		    .q = rows_of(&c, &query, &sparse_query), .k = 1 }, &hit,
		    &found, &err), MR_OK);
		assert_int_equal(found, 1);
		assert_int_equal(hit.row, 0);
		assert_true(hit.score == -0x1p-23F);
		mr_index_free(&i);
		mr_csr_free(&sparse_base);
		mr_csr_free(&sparse_query);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_every_pair),
		cmocka_unit_test(nothing_allowed),
		cmocka_unit_test(class_by_rows),
		cmocka_unit_test(many_columns),
		cmocka_unit_test(l2_without_cancellation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
