/* Small tables of ratings for tests that compare with a naive computation.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_RATINGS_BUILD_H
#define MR_TESTS_RATINGS_BUILD_H

#include <math.h>

#include "core/rng.h"
#include "data/csr.h"

#define USERS 45
#define ITEMS 37

/* r[u][i], NAN where there is no rating, and the same as matrices. */
struct table {
	double r[USERS][ITEMS];
	struct mr_csr R, Rt;
};

static inline int
has(const struct table *t, int u, int i)
{
	return !isnan(t->r[u][i]);
}

/* R and Rt from r. */
static inline void
table_build(struct table *t)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			if (has(t, u, i))
				assert_int_equal(mr_coo_add(&c, u, i,
				    (float)t->r[u][i], &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(&t->R, &c, USERS, ITEMS, &again,
	    &err), MR_OK);
	assert_int_equal(mr_csr_transpose(&t->Rt, &t->R, &err), MR_OK);
	mr_coo_free(&c);
}

/*
 * Ratings from 0.5 to 5, a third of all pairs.  User 4 and item 5 have none;
 * user 6 rated item 9 alone, user 7 always 4, user 8 all items; users 10 and
 * 11 and items 20 and 21 are alike.
 */
static inline void
table_random(struct table *t, uint64_t seed)
{
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			uint64_t a = (uint64_t)(u == 11 ? 10 : u);
			uint64_t b = (uint64_t)(i == 21 ? 20 : i);
			double v = 0.5 * (1 + floor(10 *
			    mr_rng_uniform(seed, a, b)));
			int rated = u == 6 ? i == 9 : u == 8 ||
			    mr_rng_uniform(seed + 1, a, b) < 1.0 / 3;

			t->r[u][i] = u == 4 || i == 5 || !rated ? NAN :
			    u == 7 ? 4 : v;
		}
	table_build(t);
}

/* As many ratings, all equal. */
static inline void
table_constant(struct table *t, double v)
{
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			t->r[u][i] = (u * 7 + i * 3) % 4 == 0 ? v : NAN;
	table_build(t);
}

/* One user with five ratings. */
static inline void
table_one_user(struct table *t)
{
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			t->r[u][i] = u == 3 && i < 5 ? 1.0 + i : (double)NAN;
	table_build(t);
}

static inline void
table_free(struct table *t)
{
	mr_csr_free(&t->R);
	mr_csr_free(&t->Rt);
}

/* The mean of user u, or of item i, or of all; the other -1.  NAN: none. */
static inline double
table_mean(const struct table *t, int u, int i)
{
	double sum = 0, n = 0;

	for (int v = 0; v < USERS; v++)
		for (int j = 0; j < ITEMS; j++)
			if (has(t, v, j) && (u < 0 || u == v) &&
			    (i < 0 || i == j)) {
				sum += t->r[v][j];
				n += 1;
			}
	return sum / n;
}

#endif
