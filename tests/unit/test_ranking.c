/* Measures of a list, against their definitions read literally from item ids,
 * and by hand at the edges.
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
#include "eval/ranking.h"

#define ITEMS 60

static struct mr_eval_gain gain;

static int
near(double a, double b)
{
	return fabs(a - b) <= 1e-13 * (1 + fabs(b));
}

/* Is the item at rank j (from 1) of the list in T? */
static double
h(const int *list, int n, const int *T, int n_T, int j)
{
	if (j > n)
		return 0;
	for (int t = 0; t < n_T; t++)
		if (T[t] == list[j - 1])
			return 1;
	return 0;
}

/* The gain of the item at rank j, if it is in T: a rating, or 2^rating - 1. */
static double
g(const int *list, int n, const int *T, int n_T, int j, const double *rating,
    bool exponential)
{
	double r = j > n ? 0 : rating[list[j - 1]];

	if (h(list, n, T, n_T, j) <= 0 || r < 0)
		return 0;
	return exponential ? pow(2, r) - 1 : r;
}

/* Gains of the list, over those of the best list there is: T by a sort that
 * takes the best of what is left. */
static double
graded(const int *list, int n, const int *T, int n_T, int k,
    const double *rating, bool exponential)
{
	double dcg = 0, idcg = 0;
	int best[ITEMS];

	memcpy(best, T, (size_t)n_T * sizeof *T);
	for (int i = 0; i < n_T; i++)
		for (int j = i + 1; j < n_T; j++)
			if (rating[best[j]] > rating[best[i]]) {
				int x = best[i];

				best[i] = best[j];
				best[j] = x;
			}
	for (int j = 1; j <= k; j++) {
		dcg += g(list, n, T, n_T, j, rating, exponential) * log(2) /
		    log(j + 1);
		idcg += g(best, n_T, T, n_T, j, rating, exponential) *
		    log(2) / log(j + 1);
	}
	return idcg > 0 ? dcg / idcg : 0;
}

/* The definitions, each its own loop over ranks 1 .. k. */
static void
naive(double *out, const int *list, int n, const int *T, int n_T, int k,
    const double *rating)
{
	int most = k < n_T ? k : n_T;
	double hits = 0, dcg = 0, idcg = 0, ap = 0, rr = 0;

	for (int j = 1; j <= k; j++)
		hits += h(list, n, T, n_T, j);
	for (int j = 1; j <= k; j++)
		dcg += h(list, n, T, n_T, j) * log(2) / log(j + 1);
	for (int j = 1; j <= most; j++)
		idcg += log(2) / log(j + 1);
	for (int j = 1; j <= k; j++) {
		double upto = 0;

		for (int i = 1; i <= j; i++)
			upto += h(list, n, T, n_T, i);
		ap += h(list, n, T, n_T, j) * upto / j;
	}
	for (int j = k; j >= 1; j--)
		if (h(list, n, T, n_T, j) > 0)
			rr = 1.0 / j;
	out[MR_EVAL_RECALL] = hits / n_T;
	out[MR_EVAL_RECALL_MIN] = hits / most;
	out[MR_EVAL_PRECISION] = hits / k;
	out[MR_EVAL_NDCG] = dcg / idcg;
	out[MR_EVAL_NDCG_LINEAR] = graded(list, n, T, n_T, k, rating, false);
	out[MR_EVAL_NDCG_EXP] = graded(list, n, T, n_T, k, rating, true);
	out[MR_EVAL_MAP] = ap / most;
	out[MR_EVAL_MAP_ALL] = ap / n_T;
	out[MR_EVAL_MRR] = rr;
	out[MR_EVAL_HIT] = rr > 0 ? 1 : 0;
}

/* The first n of ITEMS items in an order of chance. */
static void
shuffle(int *v, uint64_t seed, uint64_t stream)
{
	for (int i = 0; i < ITEMS; i++)
		v[i] = i;
	for (int i = ITEMS - 1; i > 0; i--) {
		int j = (int)(mr_rng_u64(seed, stream, (uint64_t)i) %
		    ((uint64_t)i + 1)), x = v[i];

		v[i] = v[j];
		v[j] = x;
	}
}

static int
falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

static void
as_defined(void **state)
{
	int with_hits = 0;

	(void)state;
	for (uint64_t s = 0; s < 4000; s++) {
		int list[ITEMS], T[ITEMS];
		int n = (int)(mr_rng_u64(s, 3, 0) % (ITEMS + 1));
		int n_T = 1 + (int)(mr_rng_u64(s, 3, 1) % ITEMS);
		int k = 1 + (int)(mr_rng_u64(s, 3, 2) % ITEMS);
		double got[MR_EVAL_MEASURES], want[MR_EVAL_MEASURES];
		double rating[ITEMS], relevant[ITEMS], of_list[ITEMS];
		unsigned char hit[ITEMS];

		/* Whole or not, below 0, too. */
		for (int i = 0; i < ITEMS; i++)
			rating[i] = (double)(mr_rng_u64(s, 4, (uint64_t)i) %
			    13) / (s % 3 ? 2 : 1) - 1;
		if (s % 2)
			n_T = 1 + n_T % 4;
		shuffle(list, s, 1);
		shuffle(T, s, 2);
		for (int j = 0; j < n; j++) {
			hit[j] = h(list, n, T, n_T, j + 1) > 0;
			of_list[j] = rating[list[j]];
		}
		for (int i = 0; i < n_T; i++)
			relevant[i] = rating[T[i]];
		qsort(relevant, (size_t)n_T, sizeof *relevant, falling);
		mr_eval_ranking(got, &gain, &(struct mr_eval_ranked){ hit,
		    of_list, n, relevant, n_T }, k);
		naive(want, list, n, T, n_T, k, rating);
		for (int c = 0; c < MR_EVAL_MEASURES; c++) {
			assert_true(near(got[c], want[c]));
			assert_true(got[c] >= 0 && got[c] <= 1 + 1e-12);
		}
		with_hits += want[MR_EVAL_HIT] > 0;
	}
	assert_true(with_hits > 1000 && with_hits < 4000);
}

static const int by_hand_of[7] = { MR_EVAL_RECALL, MR_EVAL_RECALL_MIN,
	MR_EVAL_PRECISION, MR_EVAL_NDCG, MR_EVAL_MAP, MR_EVAL_MRR,
	MR_EVAL_HIT };

static void
expect(const char *pattern, int n_T, int k, const double *want)
{
	double got[MR_EVAL_MEASURES];
	unsigned char hit[ITEMS];
	double one[ITEMS];
	int n = (int)strlen(pattern);

	for (int j = 0; j < n; j++)
		hit[j] = pattern[j] == '+';
	for (int j = 0; j < ITEMS; j++)
		one[j] = 1;
	mr_eval_ranking(got, &gain, &(struct mr_eval_ranked){ hit, one, n,
	    one, n_T }, k);
	/* Where all are rated 1 the gain is 1. */
	assert_true(near(got[MR_EVAL_NDCG_LINEAR], got[MR_EVAL_NDCG]));
	assert_true(near(got[MR_EVAL_NDCG_EXP], got[MR_EVAL_NDCG]));
	for (int c = 0; c < 7; c++)
		if (!near(got[by_hand_of[c]], want[c]))
			fail_msg("%s, %d of %d: measure %d: %.17g, not %.17g",
			    pattern, k, n_T, c, got[by_hand_of[c]],
			    want[c]);
}

/* recall, recall_min, precision, ndcg, map, mrr, hit: worked by hand. */
static void
by_hand(void **state)
{
	const double l3 = log2(3);

	(void)state;
	/* Nothing there, nothing hit. */
	expect("", 3, 5, (double[]){ 0, 0, 0, 0, 0, 0, 0 });
	expect("-----", 3, 5, (double[]){ 0, 0, 0, 0, 0, 0, 0 });
	/* A hit behind the cut-off is none. */
	expect("--+", 1, 2, (double[]){ 0, 0, 0, 0, 0, 0, 0 });
	/* All hits: T as long as the list, longer, shorter. */
	expect("+++", 3, 3, (double[]){ 1, 1, 1, 1, 1, 1, 1 });
	expect("+++", 6, 3, (double[]){ 0.5, 1, 1, 1, 1, 1, 1 });
	expect("+--", 1, 3, (double[]){ 1, 1, 1.0 / 3, 1, 1, 1, 1 });
	/* A list shorter than k: precision and recall_min by k all the same. */
	expect("+", 4, 4, (double[]){ 0.25, 0.25, 0.25,
	    1 / (1 + 1 / l3 + 0.5 + 1 / log2(5)), 0.25, 1, 1 });
	/* One hit of one, at rank 2: a lone hit is not ideal. */
	expect("-+", 1, 2, (double[]){ 1, 1, 0.5, 1 / l3, 0.5, 0.5, 1 });
	/* Two hits of three, ranks 1 and 3. */
	expect("+-+-", 3, 4, (double[]){ 2.0 / 3, 2.0 / 3, 0.5,
	    1.5 / (1.5 + 1 / l3), (1 + 2.0 / 3) / 3, 1, 1 });
	/* k = 1. */
	expect("+-+-", 3, 1, (double[]){ 1.0 / 3, 1, 1, 1, 1, 1, 1 });
}

/* Two of three hit, the best last: gains by hand, also where 2^r is past what
 * a double holds, and where none is above 0. */
static void
gains_by_hand(void **state)
{
	const unsigned char hit[] = { 1, 0, 1 };
	const double l3 = log2(3), low[] = { 1, 0, 3 }, T[] = { 3, 2, 1 };
	const double high[] = { 5000, 0, 5002 }, far[] = { 5002, 5001, 5000 };
	const double none[] = { -1, 0, 0 }, no[] = { 0, 0, -1 };
	struct mr_eval_ranked x = { hit, low, 3, T, 3 };
	double v[MR_EVAL_MEASURES];

	(void)state;
	mr_eval_ranking(v, &gain, &x, 3);
	assert_true(near(v[MR_EVAL_NDCG_LINEAR], 2.5 / (3.5 + 2 / l3)));
	assert_true(near(v[MR_EVAL_NDCG_EXP], 4.5 / (7.5 + 3 / l3)));
	assert_true(near(v[MR_EVAL_MAP_ALL], (1 + 2. / 3) / 3));
	/* Cut, |T| stays three, and the ideal is cut. */
	mr_eval_ranking(v, &gain, &x, 1);
	assert_true(near(v[MR_EVAL_NDCG_LINEAR], 1. / 3));
	assert_true(near(v[MR_EVAL_NDCG_EXP], 1. / 7));
	assert_true(near(v[MR_EVAL_MAP_ALL], 1. / 3));
	assert_true(near(v[MR_EVAL_MAP], 1));
	x = (struct mr_eval_ranked){ hit, high, 3, far, 3 };
	mr_eval_ranking(v, &gain, &x, 3);
	assert_true(near(v[MR_EVAL_NDCG_EXP], (0.25 + 0.5) /
	    (1 + 0.5 / l3 + 0.125)));
	x = (struct mr_eval_ranked){ hit, none, 3, no, 3 };
	mr_eval_ranking(v, &gain, &x, 3);
	assert_true(near(v[MR_EVAL_NDCG_LINEAR], 0));
	assert_true(near(v[MR_EVAL_NDCG_EXP], 0));
	assert_true(v[MR_EVAL_NDCG] > 0);
}

static void
discounts(void **state)
{
	(void)state;
	assert_true(gain.gain[0] >= 1 && gain.gain[0] <= 1);
	assert_true(near(gain.gain[2], 0.5));
	assert_true(gain.ideal[0] >= 0 && gain.ideal[0] <= 0);
	for (int j = 0; j < ITEMS; j++)
		assert_true(near(gain.ideal[j + 1] - gain.ideal[j],
		    log(2) / log(j + 2)));
}

static int
setup(void **state)
{
	struct mr_err err = { 0 };

	(void)state;
	return mr_eval_gain_build(&gain, ITEMS, &err);
}

static int
teardown(void **state)
{
	(void)state;
	mr_eval_gain_free(&gain);
	mr_eval_gain_free(&gain);
	return gain.gain != NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_defined),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(gains_by_hand),
		cmocka_unit_test(discounts),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
