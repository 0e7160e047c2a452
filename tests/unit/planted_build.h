/* Ratings for tests of models, and what a model says of them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_PLANTED_BUILD_H
#define MR_TESTS_PLANTED_BUILD_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "core/rng.h"
#include "train_build.h"

struct rated {
	struct mr_csr R, Rt;
};

/* On one thread, seed 1. */
static inline struct mr_train
job_of(const struct rated *d)
{
	return job_on(&d->R, &d->Rt);
}

/* What of a pair; NAN: not rated. */
typedef double rating_of(int u, int i);

static inline void
rated_new(struct rated *d, int users, int items, rating_of *rating)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int u = 0; u < users; u++)
		for (int i = 0; i < items; i++) {
			double r = rating(u, i);

			if (!isnan(r))
				assert_int_equal(mr_coo_add(&c, u, i,
				    (float)r, &err), MR_OK);
		}
	assert_int_equal(mr_csr_from_coo(&d->R, &c, users, items, &again,
	    &err), MR_OK);
	assert_int_equal(mr_csr_transpose(&d->Rt, &d->R, &err), MR_OK);
	mr_coo_free(&c);
}

static inline void
rated_free(struct rated *d)
{
	mr_csr_free(&d->R);
	mr_csr_free(&d->Rt);
}

/* About 45 of 100 pairs; user 4 and item 5 have none. */
static inline bool
is_rated(int u, int i)
{
	return u != 4 && i != 5 &&
	    mr_rng_uniform(1, (uint64_t)u, (uint64_t)i) < 0.45;
}

/* 3, biases and a planted rank of 2. */
static inline double
planted_at(int u, int i)
{
	double v = 3 + 0.5 * mr_rng_normal(4, 1, (uint64_t)u) +
	    0.5 * mr_rng_normal(4, 2, (uint64_t)i);

	for (uint64_t f = 0; f < 2; f++)
		v += 0.7 * mr_rng_normal(2, f, (uint64_t)u) *
		    mr_rng_normal(3, f, (uint64_t)i);
	return v;
}

static inline double
planted(int u, int i)
{
	return is_rated(u, i) ? planted_at(u, i) : NAN;
}

/* All but those of user 4 and item 5. */
static inline double
planted_all(int u, int i)
{
	return u != 4 && i != 5 ? planted_at(u, i) : NAN;
}

static inline double
constant(int u, int i)
{
	return is_rated(u, i) ? 4 : NAN;
}

static inline double
score(const struct mr_model *m, int64_t u, int64_t i)
{
	double s = m->mu + (double)m->bu[u] + (double)m->bi[i];

	for (int64_t j = 0; j < m->U.cols; j++)
		s += (double)mr_mat_row(&m->U, u)[j] *
		    (double)mr_mat_row(&m->V, i)[j];
	return s;
}

static inline double
rmse_of(const struct mr_model *m, const struct mr_csr *R)
{
	double sum = 0;

	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			sum += pow((double)R->val[k] -
			    score(m, u, R->idx[k]), 2);
	return sqrt(sum / (double)mr_csr_nnz(R));
}

/* Ids "u0", "u1", ... or with another letter. */
static inline void
ids_new(struct mr_ids *ids, char letter, int n)
{
	struct mr_err err = { 0 };

	for (int i = 0; i < n; i++) {
		char name[20];
		int32_t at;

		snprintf(name, sizeof name, "%c%d", letter, i);
		assert_int_equal(mr_ids_add(ids, mr_slice_of(name), &at, NULL,
		    &err), MR_OK);
	}
}

#endif
