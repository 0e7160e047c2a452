/* Measures of a list, against their definitions read literally from item ids,
 * and by hand at the edges.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
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

/* The definitions, each its own loop over ranks 1 .. k. */
static void
naive(double *out, const int *list, int n, const int *T, int n_T, int k)
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
	out[MR_EVAL_MAP] = ap / most;
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
		unsigned char hit[ITEMS];

		if (s % 2)
			n_T = 1 + n_T % 4;
		shuffle(list, s, 1);
		shuffle(T, s, 2);
		for (int j = 0; j < n; j++)
			hit[j] = h(list, n, T, n_T, j + 1) > 0;
		mr_eval_ranking(got, &gain, hit, n, n_T, k);
		naive(want, list, n, T, n_T, k);
		for (int c = 0; c < MR_EVAL_MEASURES; c++) {
			assert_true(near(got[c], want[c]));
			assert_true(got[c] >= 0 && got[c] <= 1 + 1e-12);
		}
		with_hits += want[MR_EVAL_HIT] > 0;
	}
	assert_true(with_hits > 1000 && with_hits < 4000);
}

static void
expect(const char *pattern, int n_T, int k, const double *want)
{
	double got[MR_EVAL_MEASURES];
	unsigned char hit[ITEMS];
	int n = (int)strlen(pattern);

	for (int j = 0; j < n; j++)
		hit[j] = pattern[j] == '+';
	mr_eval_ranking(got, &gain, hit, n, n_T, k);
	for (int c = 0; c < MR_EVAL_MEASURES; c++)
		if (!near(got[c], want[c]))
			fail_msg("%s, %d of %d: measure %d: %.17g, not %.17g",
			    pattern, k, n_T, c, got[c], want[c]);
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
		cmocka_unit_test(discounts),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
