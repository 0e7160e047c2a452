/* A planted model's ratings, and an inverse, for the tests of Bayesian
 * factorisation.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_BAYES_BUILD_H
#define MR_TESTS_BAYES_BUILD_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "data/csr.h"

/* 3 + a planted rank-2 model of that many users and items, each pair with
 * probability share; user 4 and item 5 have no rating. */
static inline void
ratings(struct mr_csr *R, struct mr_csr *Rt, int users, int items,
    double share)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int u = 0; u < users; u++)
		for (int i = 0; i < items; i++) {
			double v = 3 + 0.5 * mr_rng_normal(4, 1, (uint64_t)u);

			if (u == 4 || i == 5 || mr_rng_uniform(1, (uint64_t)u,
			    (uint64_t)i) > share)
				continue;
			for (uint64_t f = 0; f < 2; f++)
				v += mr_rng_normal(2, f, (uint64_t)u) *
				    mr_rng_normal(3, f, (uint64_t)i);
			assert_int_equal(mr_coo_add(&c, u, i, (float)v, &err),
			    MR_OK);
		}
	assert_int_equal(mr_csr_from_coo(R, &c, users, items, &again, &err),
	    MR_OK);
	assert_int_equal(mr_csr_transpose(Rt, R, &err), MR_OK);
	mr_coo_free(&c);
}

/* a = a^-1 in place by Gauss and Jordan; A is positive definite. */
static inline void
invert(double *a, int n)
{
	for (int p = 0; p < n; p++) {
		double pivot = a[p * n + p];

		a[p * n + p] = 1;
		for (int j = 0; j < n; j++)
			a[p * n + j] /= pivot;
		for (int i = 0; i < n; i++) {
			double f = a[i * n + p];

			if (i == p)
				continue;
			a[i * n + p] = 0;
			for (int j = 0; j < n; j++)
				a[i * n + j] -= f * a[p * n + j];
		}
	}
}

#endif
