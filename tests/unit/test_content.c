/* Nearness by vectors against all pairs, one by one.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "engine/content.h"

#define VECTORS 700	/* more than a chunk */
#define ITEMS 650
#define DIM 9

static struct mr_err err;

static void
add(struct mr_ids *ids, int n)
{
	char name[16];
	int32_t at;

	snprintf(name, sizeof name, "f%d", n);
	assert_int_equal(mr_ids_add(ids, mr_slice_of(name), &at, NULL, &err),
	    MR_OK);
}

/* Vector v is of film f(v + 30); items are f0, f1, .., so the first 30 have
 * none, and f99 has one that is 0.  With gaps two of three values are 0. */
static void
vectors(struct mr_mat *E, bool gaps, struct mr_ids *names,
    struct mr_ids *items)
{
	assert_int_equal(mr_mat_new(E, VECTORS, DIM, "", &err), MR_OK);
	for (int v = 0; v < VECTORS; v++) {
		add(names, v + 30);
		for (int j = 0; j < DIM && v != 69; j++)
			if (!gaps || (v / 3 + j) % 3 == 0)
				mr_mat_row(E, v)[j] = (float)mr_rng_normal(1,
				    (uint64_t)v, (uint64_t)j);
	}
	for (int i = 0; i < ITEMS; i++)
		add(items, i);
}

/* The same with its columns far apart, a zero among the values. */
static void
sparse(struct mr_csr *S, const struct mr_mat *E)
{
	struct mr_coo coo = { 0 };
	int64_t again;

	for (int v = 0; v < VECTORS; v++)
		for (int j = 0; j < DIM; j++)
			if (fabsf(mr_mat_row(E, v)[j]) > 0 || j == v % DIM)
				assert_int_equal(mr_coo_add(&coo, v, 7 * j,
				    mr_mat_row(E, v)[j], &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(S, &coo, VECTORS, 7 * DIM, &again,
	    &err), MR_OK);
	S->cols = INT32_MAX;	/* no memory may go by that */
	mr_coo_free(&coo);
}

static double
cosine(const struct mr_mat *E, int a, int b)
{
	double ab = 0, aa = 0, bb = 0;

	for (int j = 0; j < DIM; j++) {
		double x = mr_mat_row(E, a - 30)[j];
		double y = mr_mat_row(E, b - 30)[j];

		ab += x * y;
		aa += x * x;
		bb += y * y;
	}
	return ab / sqrt(aa * bb);
}

static int
falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

static double
plain(const struct mr_mat *E, const struct mr_rated *x, int i)
{
	double c[ITEMS], sum = 0;
	int n = 0;

	if (i < 30 || i == 99)
		return 0;
	for (int64_t k = 0; k < x->n; k++)
		if (x->item[k] >= 30 && x->item[k] != 99)
			c[n++] = cosine(E, i, x->item[k]);
	qsort(c, (size_t)n, sizeof *c, falling);
	n = n < 5 ? n : 5;
	for (int t = 0; t < n; t++)
		sum += c[t];
	return n ? sum / n : 0;
}

/* The items that near is the mean of, bit by bit, and no other is nearer. */
static void
alike(const struct mr_content *c, const struct mr_mat *E,
    const struct mr_rated *x, const float *near, float *work)
{
	for (int i = 0; i < ITEMS; i++) {
		struct mr_hit hit[MR_CONTENT_NEAREST];
		int64_t n = mr_content_alike(c, x, i, hit, work);
		int64_t nearer = 0;
		float sum = 0;

		for (int64_t t = 0; t < n; t++) {
			sum += hit[t].score;
			assert_true(fabs((double)hit[t].score -
			    cosine(E, i, hit[t].row)) < 1e-5);
			assert_true(t == 0 || hit[t].score <=
			    hit[t - 1].score);
		}
		assert_true(n ? sum / (float)n == near[i] : near[i] == 0);
		for (int64_t k = 0; k < x->n && n; k++)
			nearer += x->item[k] >= 30 && x->item[k] != 99 &&
			    cosine(E, i, x->item[k]) > 1e-5 +
			    (double)hit[n - 1].score;
		assert_true(nearer < MR_CONTENT_NEAREST);
	}
}

/* Users of few ratings, of none and of many are done together, at most so many
 * rows or numbers, and each has the bits that he has alone. */
static void
as_alone(const struct mr_content *c, float *work)
{
	static const int rated[] = { 1, 0, 6, 30, 5, 90, 1, 1, 43, 2 };
	static const int many[] = { 5, 1, 2, 1, 1 };
	struct mr_user u[10] = { { .number = 0 } };
	int32_t item[10][90];
	float *near = malloc(10 * ITEMS * sizeof *near), alone[ITEMS];
	int64_t n;
	int k = 0;

	for (int q = 0; q < 10; q++) {
		for (int j = 0; j < rated[q]; j++)
			item[q][j] = 100 + (q * 31 + j * 5) % 500;
		u[q].rated = (struct mr_rated){ item[q], NULL, rated[q] };
	}
	for (int64_t q = 0; q < 10; q += n) {
		n = mr_content_together(c, u + q, 10 - q);
		assert_int_equal(n, many[k++]);
		mr_content_near(c, u + q, n, near, work);
		for (int64_t i = 0; i < n; i++) {
			mr_content_near(c, u + q + i, 1, alone, work);
			assert_memory_equal(alone, near + i * ITEMS,
			    sizeof alone);
		}
	}
	free(near);
}

/* The same as they stand in a file, with what is no vector in between. */
static struct mr_rows
in_file(struct mr_mat *to, const struct mr_mat *E)
{
	struct mr_rows rows = { .dense = to, .n = VECTORS, .gap = 64 };
	size_t n = DIM * sizeof *to->a;

	assert_int_equal(mr_mat_new(to, VECTORS + 8, DIM, "", &err), MR_OK);
	memset(to->a, 0x7f, (VECTORS + 8) * n);
	to->rows = VECTORS;
	for (int v = 0; v < VECTORS; v++)
		memcpy((float *)(uintptr_t)mr_rows_dense(&rows, v),
		    mr_mat_row(E, v), n);
	return rows;
}

enum kind { DENSE, SPARSE, IN_FILE };

static void
all_pairs(enum kind kind)
{
	bool is_sparse = kind == SPARSE;
	struct mr_ids names = { 0 }, items = { 0 };
	struct mr_csr S = { 0 };
	struct mr_mat E, file = { 0 };
	struct mr_rows rows = { .n = VECTORS };
	struct mr_content c;
	int32_t item[ITEMS];
	float near[ITEMS], *work;

	vectors(&E, is_sparse, &names, &items);
	if (is_sparse)
		sparse(&S, &E);
	rows.dense = is_sparse ? NULL : &E;
	rows.sparse = is_sparse ? &S : NULL;
	if (kind == IN_FILE)
		rows = in_file(&file, &E);
	assert_int_equal(mr_content_open(&c, &rows, &names, &items, &err),
	    MR_OK);
	assert_int_equal(c.n_has, ITEMS - 31);
	work = malloc(mr_content_work(&c) * sizeof *work);
	for (int n = 0; n <= 90; n += n < 7 ? 1 : 41) {
		struct mr_rated x = { item, NULL, 0 };

		/* Some without a vector among them. */
		for (int k = 0; k < n; k++)
			item[x.n++] = (k * 7 + 15) % ITEMS;
		mr_content_near(&c, &(struct mr_user){ .rated = x }, 1, near,
		    work);
		for (int i = 0; i < ITEMS; i++)
			assert_true(fabs(near[i] - plain(&E, &x, i)) < 1e-5);
		alike(&c, &E, &x, near, work);
	}
	as_alone(&c, work);
	for (int i = 0; i < ITEMS; i += 3)
		for (int j = 0; j < ITEMS; j += 7)
			assert_true(fabs((double)mr_content_cosine(&c, i, j) -
			    (i < 30 || j < 30 || i == 99 || j == 99 ? 0 :
			    cosine(&E, i, j))) < 1e-5);
	free(work);
	mr_content_free(&c);
	mr_mat_free(&E);
	mr_mat_free(&file);
	mr_csr_free(&S);
	mr_ids_free(&names);
	mr_ids_free(&items);
}

static void
dense_as_all_pairs(void **state)
{
	(void)state;
	all_pairs(DENSE);
}

static void
sparse_as_all_pairs(void **state)
{
	(void)state;
	all_pairs(SPARSE);
}

static void
in_file_as_all_pairs(void **state)
{
	(void)state;
	all_pairs(IN_FILE);
}

static void
no_vectors_at_all(void **state)
{
	struct mr_ids names = { 0 }, items = { 0 };
	struct mr_mat E = { 0 };
	int64_t ptr[1] = { 0 };
	struct mr_csr S = { .ptr = ptr };
	const struct mr_rows rows[] = { { .dense = &E }, { .sparse = &S } };
	struct mr_content c;
	int32_t item[1] = { 1 };
	float near[3] = { 9, 9, 9 }, *work;

	(void)state;
	for (int i = 0; i < 3; i++)
		add(&items, i);
	for (int k = 0; k < 2; k++) {
		assert_int_equal(mr_content_open(&c, &rows[k], &names, &items,
		    &err), MR_OK);
		assert_int_equal(c.n_has, 0);
		work = malloc(mr_content_work(&c) * sizeof *work + 1);
		mr_content_near(&c, &(struct mr_user){ .rated = { item, NULL,
		    1 } }, 1, near, work);
		assert_true(near[0] == 0 && near[1] == 0 && near[2] == 0);
		assert_int_equal(mr_content_alike(&c, &(struct mr_rated){ item,
		    NULL, 1 }, 1, &(struct mr_hit){ 0 }, work), 0);
		free(work);
		mr_content_free(&c);
	}
	mr_ids_free(&items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dense_as_all_pairs),
		cmocka_unit_test(sparse_as_all_pairs),
		cmocka_unit_test(in_file_as_all_pairs),
		cmocka_unit_test(no_vectors_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
