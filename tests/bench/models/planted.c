/* Writes ratings of planted factors: a training and a test set of any size.
 * SPDX-License-Identifier: MIT
 *
 *     planted TRAIN TEST [USERS ITEMS RATINGS RANK SEED]
 *
 * r_ui = mu + b_u + b_i + sum_f s_f p_uf q_if + noise, rounded to half stars
 * from 0.5 to 5; b, p, q and the noise are normal, and s_f^2 falls as 1 / f as
 * the spectra of real ratings do.  How many ratings a user gives and an item
 * gets is log-normal with a floor, nearly as skewed as in MovieLens 10M, of
 * whose size the defaults are (but 6 million ratings, rank 64).
 *
 * RATINGS rows go to TRAIN and one for every ten of them to TEST: rows "user
 * item rating" without a header, numbers from 0, by users.  The same arguments
 * write the same files.  Standard output tells the RMSE on TEST of the planted
 * means, which no model can beat by much, and of the planted biases alone.
 *
 * Memory 4 RANK (USERS + ITEMS) bytes and little more. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"

#define MU 3.5
#define SD_USER 0.42
#define SD_ITEM 0.5
#define SD_FACTORS 0.55
#define SD_NOISE 0.82
/* Of the logarithm of the counts; the most active, in means, if that is less
 * than a quarter of the items. */
#define SKEW_USERS 1.15
#define SKEW_ITEMS 1.7
#define MOST 14.0
/* The share of a mean that everyone has. */
#define FLOOR 0.1

enum { USER_BIAS, ITEM_BIAS, USER_FACTOR, ITEM_FACTOR, USER_COUNT, ITEM_COUNT,
	PICK, NOISE };

struct planted {
	size_t users, items, ratings, rank;
	uint64_t seed;
	float *p, *q;		/* users x rank, items x rank, s_f in q */
	double *b_user, *b_item;
	double *cum_user, *cum_item;	/* sums of weights, the last is 1 */
	size_t *taken;		/* by item: the last user it was drawn for + 1 */
	FILE *train, *test;
	size_t rows, tests;
	double sum_mean, sum_bias;	/* squared errors on TEST */
};

static void
die(const char *what)
{
	fprintf(stderr, "planted: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *
need(size_t n, size_t size)
{
	void *v = calloc(n, size);

	if (!v)
		die("memory");
	return v;
}

/* weights - sums of log-normal weights over n rows, scaled to end at 1. */
static double *
weights(uint64_t seed, uint64_t stream, size_t n, double skew, double most)
{
	double *cum = need(n, sizeof *cum), sum = 0;
	double mean = exp(skew * skew / 2);

	for (size_t i = 0; i < n; i++) {
		double w = exp(skew * mr_rng_normal(seed, stream, i)) / mean;

		sum += FLOOR + (w < most ? w : most);
		cum[i] = sum;
	}
	for (size_t i = 0; i < n; i++)
		cum[i] /= sum;
	cum[n - 1] = 1;
	return cum;
}

static void
plant(struct planted *w)
{
	double sum = 0, mean = (double)w->ratings / (double)w->users;
	double most = 0.25 * (double)w->items / mean;

	w->p = need(w->users * w->rank, sizeof *w->p);
	w->q = need(w->items * w->rank, sizeof *w->q);
	w->b_user = need(w->users, sizeof *w->b_user);
	w->b_item = need(w->items, sizeof *w->b_item);
	w->taken = need(w->items, sizeof *w->taken);
	for (size_t f = 0; f < w->rank; f++)
		sum += 1.0 / (double)(f + 1);
	for (size_t i = 0; i < w->users * w->rank; i++)
		w->p[i] = (float)mr_rng_normal(w->seed, USER_FACTOR, i);
	for (size_t i = 0; i < w->items * w->rank; i++) {
		double f = (double)(i % w->rank + 1);

		w->q[i] = (float)(SD_FACTORS / sqrt(f * sum) *
		    mr_rng_normal(w->seed, ITEM_FACTOR, i));
	}
	for (size_t u = 0; u < w->users; u++)
		w->b_user[u] = SD_USER * mr_rng_normal(w->seed, USER_BIAS, u);
	for (size_t i = 0; i < w->items; i++)
		w->b_item[i] = SD_ITEM * mr_rng_normal(w->seed, ITEM_BIAS, i);
	w->cum_user = weights(w->seed, USER_COUNT, w->users, SKEW_USERS,
	    most < MOST ? most : MOST);
	w->cum_item = weights(w->seed, ITEM_COUNT, w->items, SKEW_ITEMS,
	    INFINITY);
}

static double
half_stars(double r)
{
	r = round(2 * r) / 2;
	return r < 0.5 ? 0.5 : r > 5 ? 5 : r;
}

/* rate - one row; every eleventh is a test. */
static void
rate(struct planted *w, size_t u, size_t i)
{
	const float *p = w->p + u * w->rank, *q = w->q + i * w->rank;
	double bias = MU + w->b_user[u] + w->b_item[i], dot = 0, r;
	int test = w->rows % 11 == 10;

	for (size_t f = 0; f < w->rank; f++)
		dot += (double)p[f] * (double)q[f];
	r = half_stars(bias + dot +
	    SD_NOISE * mr_rng_normal(w->seed, NOISE, w->rows));
	fprintf(test ? w->test : w->train, "%zu\t%zu\t%.1f\n", u, i, r);
	w->rows++;
	if (!test)
		return;
	w->tests++;
	dot = fmin(fmax(bias + dot, 0.5), 5) - r;
	bias = fmin(fmax(bias, 0.5), 5) - r;
	w->sum_mean += dot * dot;
	w->sum_bias += bias * bias;
}

/* pick - the item whose share of [0, 1) holds x. */
static size_t
pick(const struct planted *w, double x)
{
	size_t low = 0, high = w->items - 1;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (w->cum_item[mid] > x)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* write_user - n different items of u, drawn by popularity. */
static void
write_user(struct planted *w, size_t u, size_t n)
{
	for (uint64_t draw = 0; n > 0; draw++) {
		size_t i = pick(w, mr_rng_uniform(w->seed,
		    PICK + ((uint64_t)u << 8), draw));

		if (w->taken[i] == u + 1)
			continue;
		w->taken[i] = u + 1;
		rate(w, u, i);
		n--;
	}
}

/* write_all - the users' shares, rounded so that the sum is exact.  Half of
 * the items at most: near all of them the draws would take too long. */
static void
write_all(struct planted *w)
{
	size_t total = w->ratings + w->ratings / 10, before = 0;

	for (size_t u = 0; u < w->users; u++) {
		size_t end = (size_t)(w->cum_user[u] * (double)total + 0.5);

		if (end - before > w->items / 2) {
			fprintf(stderr, "planted: user %zu gives %zu ratings "
			    "of %zu items: too dense\n", u, end - before,
			    w->items);
			exit(1);
		}
		write_user(w, u, end - before);
		before = end;
	}
}

/* number - argument n of the line, or what it is by default. */
static size_t
number(int argc, char **argv, int n, size_t standard)
{
	char *end;
	unsigned long long v;

	if (n >= argc)
		return standard;
	errno = 0;
	v = strtoull(argv[n], &end, 10);
	if (errno || *end || end == argv[n] || v == 0 || v > 1000000000) {
		fprintf(stderr, "planted: '%s': a number from 1 to 10^9 was "
		    "expected\n", argv[n]);
		exit(1);
	}
	return (size_t)v;
}

int
main(int argc, char **argv)
{
	struct planted w = { 0 };

	if (argc < 3 || argc > 8) {
		fprintf(stderr, "usage: planted TRAIN TEST "
		    "[USERS ITEMS RATINGS RANK SEED]\n");
		return 1;
	}
	w.users = number(argc, argv, 3, 69878);
	w.items = number(argc, argv, 4, 10677);
	w.ratings = number(argc, argv, 5, 6000000);
	w.rank = number(argc, argv, 6, 64);
	w.seed = number(argc, argv, 7, 1);
	w.train = fopen(argv[1], "w");
	if (!w.train)
		die(argv[1]);
	w.test = fopen(argv[2], "w");
	if (!w.test)
		die(argv[2]);
	plant(&w);
	write_all(&w);
	if (fclose(w.train) || fclose(w.test))
		die("writing");
	printf("planted means\t%.4f\nplanted biases\t%.4f\n",
	    sqrt(w.sum_mean / (double)w.tests),
	    sqrt(w.sum_bias / (double)w.tests));
	free(w.p);
	free(w.q);
	free(w.b_user);
	free(w.b_item);
	free(w.cum_user);
	free(w.cum_item);
	free(w.taken);
	return 0;
}
