/* Lists against ratings in memory, by hand and by a plain search.
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
#include "eval/auc.h"
#include "eval/catalogue.h"
#include "eval/errors.h"
#include "eval/lists.h"

#define USERS 40
#define ITEMS 30

/* A third of all pairs, with ratings 1 to 5. */
static void
make(struct mr_csr *R, uint64_t seed)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int32_t u = 0; u < USERS; u++)
		for (int32_t i = 0; i < ITEMS; i++) {
			uint64_t x = mr_rng_u64(seed, (uint64_t)u,
			    (uint64_t)i);

			if (x % 3 == 0)
				assert_int_equal(mr_coo_add(&c, u, i,
				    (float)(1 + x / 3 % 5), &err), MR_OK);
		}
	assert_int_equal(mr_csr_from_coo(R, &c, USERS, ITEMS, &again, &err),
	    MR_OK);
	mr_coo_free(&c);
}

static float
rating(const struct mr_csr *R, int32_t u, int32_t i)
{
	for (int64_t j = R->ptr[u]; j < R->ptr[u + 1]; j++)
		if (R->idx[j] == i)
			return R->val[j];
	return 0;
}

static void
close_to(double have, double want)
{
	assert_true(fabs(have - want) < 1e-12);
}

/* User 0 wants 0 and 1, user 1 nothing as good, user 2 has no list. */
static void
ranks_by_hand(void **state)
{
	int64_t T_ptr[] = { 0, 3, 4, 5 }, ptr[] = { 0, 2, 5 };
	int32_t T_idx[] = { 0, 1, 2, 0, 1 }, item[] = { 1, 0, 2, 0, 3 };
	/* The second is 4 as a float, and a little more as a double. */
	const double rating[] = { 5, 4 + 1e-9, 1, 4, 5 };
	float T_val[] = { 5, 4, 1, 4, 5 };
	const struct mr_csr T = { 3, 3, T_ptr, T_idx, T_val };
	const int64_t k[] = { 1, 3 };
	static const int all[MR_EVAL_MEASURES] = { 0, 1, 2, 3, 4, 5, 6, 7, 8,
		9 };
	struct mr_lists_test test = { &T, rating, 4 + 1e-9, k, 2, 3, all,
		MR_EVAL_MEASURES, NULL, NULL, true };
	/* Items of the file as T has them; list 1 is user 0's. */
	const int32_t in_T[] = { 0, 2, 1, -1 }, list[] = { 1, 0, -1 };
	const int32_t nobody[] = { -1, -1, -1 };
	const struct mr_lists_side side = { { 2, ptr, item }, in_T, list };
	const struct mr_lists_side none = { { 2, ptr, item }, in_T, nobody };
	struct mr_lists_facts facts;
	struct mr_measures t;
	struct mr_err err = { 0 };
	const double *x;

	(void)state;
	assert_int_equal(mr_lists_rank(&t, &test, &side, NULL, &facts, &err),
	    MR_OK);
	assert_int_equal(facts.n_users, 2);
	assert_int_equal(facts.without[0], 1);
	assert_true(facts.hit[0]);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.user[0], 0);
	assert_int_equal(t.user[1], 2);
	assert_int_equal(t.n_stats, 2 * MR_EVAL_MEASURES);
	/* His list is 1, 0 and an unknown one: two hits. */
	x = t.a;
	close_to(x[MR_EVAL_RECALL], 0.5);
	close_to(x[MR_EVAL_PRECISION], 1);
	close_to(x[MR_EVAL_MEASURES + MR_EVAL_RECALL], 1);
	close_to(x[MR_EVAL_MEASURES + MR_EVAL_PRECISION], 2. / 3);
	for (int i = 0; i < t.m; i++)
		close_to(t.a[t.m + i], 0);
	close_to(x[MR_EVAL_MEASURES + MR_EVAL_NDCG_LINEAR],
	    (4 + 1e-9 + 5 / log2(3)) / (5 + (4 + 1e-9) / log2(3)));
	mr_measures_free(&t);
	/* Two of the measures, in the order asked for. */
	test.measure = (const int[]){ MR_EVAL_PRECISION, MR_EVAL_RECALL };
	test.n_measures = 2;
	assert_int_equal(mr_lists_rank(&t, &test, &side, NULL, &facts, &err),
	    MR_OK);
	assert_int_equal(t.n_stats, 4);
	close_to(t.a[0], 1);
	close_to(t.a[1], 0.5);
	close_to(t.a[2], 2. / 3);
	close_to(t.a[3], 1);
	test.measure = all;
	test.n_measures = MR_EVAL_MEASURES;
	mr_measures_free(&t);
	/* Comparing, only who has both. */
	assert_int_equal(mr_lists_rank(&t, &test, &side, &side, &facts, &err),
	    MR_OK);
	assert_int_equal(t.n, 1);
	assert_int_equal(facts.left_out, 1);
	assert_memory_equal(t.a, t.b, (size_t)t.m * sizeof *t.a);
	mr_measures_free(&t);
	/* Only user 2, or only item 0 is relevant. */
	test.users = (const unsigned char[]){ 0, 1, 1 };
	assert_int_equal(mr_lists_rank(&t, &test, &side, NULL, &facts, &err),
	    MR_OK);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.user[0], 2);
	mr_measures_free(&t);
	test.users = NULL;
	test.items = (const unsigned char[]){ 1, 0, 0 };
	assert_int_equal(mr_lists_rank(&t, &test, &side, NULL, &facts, &err),
	    MR_OK);
	assert_int_equal(t.n, 1);
	close_to(t.a[MR_EVAL_PRECISION], 0);
	close_to(t.a[MR_EVAL_MEASURES + MR_EVAL_RECALL], 1);
	close_to(t.a[MR_EVAL_MEASURES + MR_EVAL_PRECISION], 1. / 3);
	mr_measures_free(&t);
	test.items = NULL;
	/* Or all, and no list of b's is nothing. */
	test.both = false;
	assert_int_equal(mr_lists_rank(&t, &test, &side, &none, &facts, &err),
	    MR_OK);
	assert_int_equal(t.n, 2);
	assert_int_equal(facts.left_out, 0);
	assert_int_equal(facts.without[0], 1);
	assert_int_equal(facts.without[1], 2);
	close_to(t.a[MR_EVAL_RECALL], 0.5);
	for (int i = 0; i < 2 * t.m; i++)
		close_to(t.b[i], 0);
	mr_measures_free(&t);
	mr_measures_free(&t);
}

/* Every list is all items; those rated go out, the others stay in order. */
static void
known_entries_go(void **state)
{
	int64_t ptr[USERS + 1], dropped, unknown, at = 0;
	static int32_t item[USERS * (ITEMS + 1)];
	int32_t user[USERS], in_R[ITEMS + 1];
	struct mr_err err = { 0 };
	struct mr_csr R;

	(void)state;
	make(&R, 1);
	for (int32_t i = 0; i <= ITEMS; i++)
		in_R[i] = i < ITEMS ? ITEMS - 1 - i : -1;
	for (int32_t u = 0; u <= USERS; u++)
		ptr[u] = (int64_t)u * (ITEMS + 1);
	for (int32_t u = 0; u < USERS; u++) {
		user[u] = u % 4 ? USERS - 1 - u : -1;
		for (int32_t i = 0; i <= ITEMS; i++)
			item[ptr[u] + i] = i;
	}
	assert_int_equal(mr_lists_drop(ptr, item, USERS, user, in_R, &R,
	    &dropped, &unknown, &err), MR_OK);
	for (int32_t u = 0; u < USERS; u++) {
		assert_int_equal(ptr[u], at);
		for (int32_t i = 0; i <= ITEMS; i++)
			if (in_R[i] < 0 || user[u] < 0 ||
			    rating(&R, user[u], in_R[i]) <= 0)
				assert_int_equal(item[at++], i);
	}
	assert_int_equal(ptr[USERS], at);
	assert_int_equal(dropped, USERS * (ITEMS + 1) - at);
	assert_int_equal(unknown, USERS);
	mr_csr_free(&R);
}

/* What has no number goes, and its rating with it. */
static void
known_ones_stay(void **state)
{
	int32_t user[USERS], item[ITEMS];
	double exact[USERS * ITEMS];
	struct mr_csr T, all;
	int64_t gone, n = 0, at = 0;

	(void)state;
	make(&T, 4);
	make(&all, 4);
	for (int64_t j = 0; j < mr_csr_nnz(&T); j++)
		exact[j] = (double)T.val[j] + 0.1;
	for (int u = 0; u < USERS; u++)
		user[u] = u % 5 ? USERS - 1 - u : -1;
	for (int i = 0; i < ITEMS; i++)
		item[i] = i % 7 ? i : -1;
	gone = mr_lists_keep(&T, exact, user, item);
	for (int32_t u = 0; u < USERS; u++) {
		for (int64_t j = all.ptr[u]; j < all.ptr[u + 1]; j++) {
			if (u % 5 == 0 || all.idx[j] % 7 == 0) {
				n++;
				continue;
			}
			assert_int_equal(T.idx[at], all.idx[j]);
			assert_true(T.val[at] == all.val[j]);
			assert_true(exact[at++] == (double)all.val[j] + 0.1);
		}
		assert_int_equal(T.ptr[u + 1], at);
	}
	assert_true(gone > 10);
	assert_int_equal(gone, n);
	mr_csr_free(&T);
	mr_csr_free(&all);
}

/* Where item i, a column of R, stands in list l; far behind if it does not. */
static int64_t
place(const int64_t *ptr, const int32_t *item, int32_t l, int32_t i)
{
	for (int64_t j = l < 0 ? 0 : ptr[l]; l >= 0 && j < ptr[l + 1]; j++)
		if (item[j] == i)
			return j - ptr[l];
	return ITEMS;
}

/* Every pair looked up: T and R are two random matrices, T without what is
 * in both; lists of 0 to all items. */
static void
auc_by_pairs(void **state)
{
	int32_t list[USERS], same_u[USERS], same_i[ITEMS];
	static int32_t item[USERS * ITEMS];
	int64_t ptr[USERS + 1] = { 0 }, n_short, want_short = 0, at = 0;
	int64_t from = 0, to = 0;
	double exact[USERS * ITEMS];
	struct mr_auc_train train = { .user = same_u, .item = same_i,
		.in_R = { same_i, NULL } };
	struct mr_lists_test test = { .relevant = 2 };
	struct mr_lists_side side = { { USERS, ptr, item }, same_i, list };
	struct mr_measures t;
	struct mr_err err = { 0 };
	struct mr_csr T, R;

	(void)state;
	make(&T, 5);
	make(&R, 6);
	for (int i = 0; i < ITEMS; i++)
		same_i[i] = i;
	for (int64_t j = 0; j < mr_csr_nnz(&T); j++)
		exact[j] = (double)T.val[j];
	for (int32_t u = 0; u < USERS; u++) {
		same_u[u] = u;
		list[u] = u % 9 ? u : -1;
		for (int32_t i = 0; i < ITEMS; i++) {
			int32_t x = (i * 7 + u) % ITEMS;

			if (rating(&R, u, x) <= 0 && (u % 3 || i < u))
				item[at++] = x;
		}
		ptr[u + 1] = at;
	}
	/* No pair of T is in R. */
	for (int32_t u = 0; u < USERS; u++) {
		int64_t end = T.ptr[u + 1];

		for (; from < end; from++)
			if (rating(&R, u, T.idx[from]) <= 0) {
				T.idx[to] = T.idx[from];
				exact[to++] = exact[from];
			}
		T.ptr[u + 1] = to;
	}
	test.T = &T;
	test.rating = exact;
	train.R = &R;
	assert_int_equal(mr_auc_rank(&t, &test, &side, NULL, &train, &n_short,
	    &err), MR_OK);
	at = 0;
	for (int32_t u = 0; u < USERS; u++) {
		double sum = 0, pairs = 0;
		bool all = true;

		for (int64_t j = T.ptr[u]; j < T.ptr[u + 1]; j++) {
			int64_t x = place(ptr, item, list[u], T.idx[j]);

			for (int32_t i = 0; i < ITEMS && exact[j] >= 2; i++) {
				int64_t y = place(ptr, item, list[u], i);
				bool in_T = false;

				for (int64_t k = T.ptr[u]; k < T.ptr[u + 1];
				    k++)
					in_T = in_T || T.idx[k] == i;
				if (in_T || rating(&R, u, i) > 0)
					continue;
				pairs++;
				sum += x < y ? 1 : x == y ? 0.5 : 0;
				all = all && y < ITEMS;
			}
		}
		if (pairs <= 0)
			continue;
		assert_int_equal(t.user[at], u);
		close_to(t.a[2 * at], sum / pairs);
		close_to(t.a[2 * at + 1], 1);
		if (list[u] < 0)
			close_to(t.a[2 * at], 0.5);
		want_short += list[u] >= 0 && !all;
		at++;
	}
	assert_int_equal(at, t.n);
	assert_true(at > USERS / 2 && want_short > 5 && want_short < at);
	assert_int_equal(n_short, want_short);
	mr_measures_free(&t);
	mr_csr_free(&T);
	mr_csr_free(&R);
}

static void
leaks_are_found(void **state)
{
	int32_t user[USERS], item[ITEMS];
	struct mr_leak leak, want = { 0 };
	struct mr_err err = { 0 };
	struct mr_csr T, R;

	(void)state;
	make(&T, 2);
	make(&R, 3);
	for (int32_t u = 0; u < USERS; u++)
		user[u] = u % 5 ? USERS - 1 - u : -1;
	for (int32_t i = 0; i < ITEMS; i++)
		item[i] = i % 7 ? ITEMS - 1 - i : -1;
	for (int32_t u = 0; u < USERS; u++)
		for (int32_t i = 0; i < ITEMS; i++)
			if (user[u] >= 0 && item[i] >= 0 && rating(&T, u, i) >
			    0 && rating(&R, user[u], item[i]) > 0 &&
			    want.n++ == 0) {
				want.user = u;
				want.item = i;
			}
	assert_int_equal(mr_leak_find(&leak, &T, &R, user, item, &err),
	    MR_OK);
	assert_true(want.n > 10);
	assert_int_equal(leak.n, want.n);
	assert_int_equal(leak.user, want.user);
	assert_int_equal(leak.item, want.item);
	mr_csr_free(&T);
	mr_csr_free(&R);
}

/* Four items in training, of which two lists use two, and one it lacks. */
static void
use_of_a_catalogue(void **state)
{
	const int64_t ptr[] = { 0, 2, 4 }, ratings[] = { 1, 2, 4, 1 };
	const int64_t k[] = { 1, 2 };
	const int32_t item[] = { 0, 1, 0, 2 }, in_train[] = { 2, 1, -1 };
	const int32_t other[] = { -1, 0 };
	struct mr_catalogue c = { { 2, ptr, item }, 3, in_train, NULL };
	struct mr_catalogue_use use;
	struct mr_measures t;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_catalogue_used(&use, &c, 4, 2, &err), MR_OK);
	assert_int_equal(use.items, 3);
	close_to(use.coverage, 0.5);
	/* 0, 0, 1, 2: (-3 0 - 1 0 + 1 1 + 3 2) / (4 3). */
	close_to(use.gini, 7. / 12);
	assert_int_equal(mr_catalogue_novelty(&t, &c, NULL, ratings, 8, k, 2,
	    &err), MR_OK);
	assert_int_equal(t.n, 2);
	close_to(t.a[0], 1);		/* -log2(4 / 8) */
	close_to(t.a[2], 1.5);		/* and -log2(2 / 8) */
	close_to(t.a[t.m + 2], 1);	/* of one that is known */
	mr_measures_free(&t);
	c.other = other;
	assert_int_equal(mr_catalogue_used(&use, &c, 4, 1, &err), MR_OK);
	assert_int_equal(use.items, 1);
	close_to(use.gini, 0.75);
}

#define WIDTH 5

/* Of two rows, 2 where one of them has no length. */
static double
cosine_of(const float *x, const float *y)
{
	double xy = 0, xx = 0, yy = 0;

	for (int c = 0; c < WIDTH; c++) {
		xy += (double)x[c] * (double)y[c];
		xx += (double)x[c] * (double)x[c];
		yy += (double)y[c] * (double)y[c];
	}
	return xx > 0 && yy > 0 ? xy / sqrt(xx) / sqrt(yy) : 2;
}

/* Every pair of every list, against dense and sparse vectors; some items have
 * none, or zeros; lists of 0 to 10. */
static void
diversity_by_pairs(void **state)
{
	const int64_t k[] = { 1, 2, 7 };
	static int32_t item[USERS * 10];
	int64_t ptr[USERS + 1] = { 0 };
	int32_t row[ITEMS];
	struct mr_catalogue c = { { USERS, ptr, item }, ITEMS, NULL, NULL };
	struct mr_mat E;
	struct mr_csr S;
	struct mr_coo coo = { 0 };
	struct mr_catalogue_vectors v = { &E, NULL, { row, NULL } };
	struct mr_measures t, sparse;
	struct mr_err err = { 0 };
	int64_t again;
	int counted = 0;

	(void)state;
	assert_int_equal(mr_mat_new(&E, ITEMS, WIDTH, "vectors", &err),
	    MR_OK);
	for (int32_t i = 0; i < ITEMS; i++) {
		row[i] = i % 6 == 1 ? -1 : ITEMS - 1 - i;
		for (int32_t f = 0; f < WIDTH && i % 5; f++) {
			uint64_t x = mr_rng_u64(8, (uint64_t)i, (uint64_t)f);

			if (x % 3 == 0)
				continue;
			mr_mat_row(&E, i)[f] = (float)(x / 3 % 9) - 3;
			assert_int_equal(mr_coo_add(&coo, i, f,
			    mr_mat_row(&E, i)[f], &err), MR_OK);
		}
	}
	assert_int_equal(mr_csr_from_coo(&S, &coo, ITEMS, WIDTH, &again,
	    &err), MR_OK);
	for (int32_t u = 0; u < USERS; u++) {
		ptr[u + 1] = ptr[u] + u % 11;
		for (int32_t j = 0; j < u % 11; j++)
			item[ptr[u] + j] = (j * 7 + u) % ITEMS;
	}
	assert_int_equal(mr_catalogue_diversity(&t, &c, NULL, &v, k, 3, &err),
	    MR_OK);
	v.dense = NULL;
	v.sparse = &S;
	assert_int_equal(mr_catalogue_diversity(&sparse, &c, NULL, &v, k, 3,
	    &err), MR_OK);
	assert_int_equal(t.n, USERS);
	for (int32_t u = 0; u < USERS; u++)
		for (int i = 0; i < 3; i++) {
			const double *x = t.a + u * t.m + 2 * i;
			double sum = 0, pairs = 0;
			int64_t n = ptr[u + 1] - ptr[u];

			for (int64_t p = 0; p < n && p < k[i]; p++)
				for (int64_t q = 0; q < p; q++) {
					int32_t a = row[item[ptr[u] + p]];
					int32_t b = row[item[ptr[u] + q]];
					double d = a < 0 || b < 0 ? 2 :
					    cosine_of(mr_mat_row(&E, a),
					    mr_mat_row(&E, b));

					sum += d < 2 ? 1 - d : 0;
					pairs += d < 2;
				}
			close_to(x[1], pairs > 0);
			close_to(x[0], pairs > 0 ? fmax(0, sum / pairs) : 0);
			close_to(sparse.a[u * t.m + 2 * i], x[0]);
			close_to(sparse.a[u * t.m + 2 * i + 1], x[1]);
			counted += pairs > 0;
		}
	assert_true(counted > USERS / 2 && counted < 2 * USERS);
	mr_measures_free(&sparse);
	mr_measures_free(&t);
	mr_csr_free(&S);
	mr_coo_free(&coo);
	mr_mat_free(&E);
}

/* Every kind of every user, from the definition. */
static void
calibration_by_kinds(void **state)
{
	enum { KINDS = 4 };
	const int64_t k[] = { 1, 5 };
	static int32_t item[USERS * 6], kind[ITEMS * KINDS];
	int64_t ptr[USERS + 1] = { 0 }, of[ITEMS + 1] = { 0 };
	int32_t same[ITEMS], user[USERS];
	struct mr_catalogue c = { { USERS, ptr, item }, ITEMS, NULL, NULL };
	struct mr_catalogue_kinds g = { of, kind, KINDS, { same, NULL },
		NULL, same, { user, NULL } };
	struct mr_measures t;
	struct mr_err err = { 0 };
	struct mr_csr R;
	int counted = 0;

	(void)state;
	make(&R, 9);
	g.R = &R;
	for (int32_t i = 0; i < ITEMS; i++) {
		same[i] = i % 8 == 3 ? -1 : i;
		of[i + 1] = of[i];
		for (int32_t x = 0; x < KINDS; x++)
			if (mr_rng_u64(10, (uint64_t)i, (uint64_t)x) % 3 == 0)
				kind[of[i + 1]++] = x;
	}
	for (int32_t u = 0; u < USERS; u++) {
		user[u] = u % 7 ? u : -1;
		ptr[u + 1] = ptr[u] + u % 6;
		for (int32_t j = 0; j < u % 6; j++)
			item[ptr[u] + j] = (j * 11 + u) % ITEMS;
	}
	assert_int_equal(mr_catalogue_calibration(&t, &c, NULL, &g, k, 2,
	    &err), MR_OK);
	for (int32_t u = 0; u < USERS; u++)
		for (int i = 0; i < 2; i++) {
			const double *x = t.a + u * t.m + 2 * i;
			double p[KINDS] = { 0 }, q[KINDS] = { 0 }, sum = 0;
			double n_p = 0, n_q = 0;

			for (int32_t j = 0; j < ITEMS; j++) {
				bool had = user[u] >= 0 &&
				    rating(&R, u, j) > 0 && same[j] >= 0;
				bool listed = same[j] >= 0 && place(ptr, item,
				    u, j) < k[i];
				int64_t m = of[j + 1] - of[j];

				n_p += had && m;
				n_q += listed && m;
				for (int64_t y = of[j]; y < of[j + 1]; y++) {
					p[kind[y]] += had ? 1. / (double)m : 0;
					q[kind[y]] += listed ?
					    1. / (double)m : 0;
				}
			}
			close_to(x[1], n_p > 0 && n_q > 0);
			for (int y = 0; y < KINDS && n_p * n_q > 0; y++)
				if (p[y] > 0)
					sum += p[y] / n_p * (log(p[y] / n_p) -
					    log(0.99 * q[y] / n_q + 0.01 *
					    p[y] / n_p));
			close_to(x[0], sum);
			counted += n_p > 0 && n_q > 0;
		}
	assert_true(counted > USERS / 2 && counted < 2 * USERS);
	mr_measures_free(&t);
	mr_csr_free(&R);
}

static void
errors(void **state)
{
	const struct mr_eval_draws none = { 0, 1, 1 };
	struct mr_measured x[2];
	struct mr_measures t;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_errors_new(&t, 3, false, &err), MR_OK);
	t.n = 3;	/* the second has no pair */
	mr_errors_add(t.a, 3, 4);
	mr_errors_add(t.a, 3.5, 3);
	mr_errors_add(t.a + 2 * (size_t)t.m, 1, 3);
	assert_int_equal(mr_measures_compute(&t, &none, x, &err), MR_OK);
	close_to(x[MR_ERRORS_RMSE].value, sqrt(5.25 / 3));
	close_to(x[MR_ERRORS_MAE].value, 3.5 / 3);
	assert_int_equal(x[MR_ERRORS_MAE].users, 2);
	assert_true(isnan(x[MR_ERRORS_MAE].other) &&
	    isnan(x[MR_ERRORS_MAE].lo) && isnan(x[MR_ERRORS_MAE].p));
	mr_measures_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranks_by_hand),
		cmocka_unit_test(known_entries_go),
		cmocka_unit_test(known_ones_stay),
		cmocka_unit_test(auc_by_pairs),
		cmocka_unit_test(leaks_are_found),
		cmocka_unit_test(use_of_a_catalogue),
		cmocka_unit_test(diversity_by_pairs),
		cmocka_unit_test(calibration_by_kinds),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
