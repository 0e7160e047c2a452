/* What users add to their ratings at a time, where its date is known.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_MOOD_H
#define MR_MODEL_MOOD_H

#include "data/csr.h"

/*
 * The mood e_u(t) of a user is a stationary Gaussian process of mean 0 whose
 * correlation over a time s is exp(-s / span) (Ornstein & Uhlenbeck).
 *
 * E       n_users x steps of time; row u: the steps at which he rated, rising,
 *         and his mood at each; ptr NULL: there are no moods
 * origin  a time t is in step (t - origin) / step, rounded down
 * step, span  above 0, in the unit of t, which is seconds where mr-ingest made
 *         the ratings
 */
struct mr_moods {
	struct mr_csr E;
	double origin, step, span;
};

/* A user's row of E; borrowed; all zero: none. */
struct mr_mood {
	const int32_t *at;
	const float *e;
	int64_t n;
};

/*
 * mr_mood_at - E(e_u(time) | his row).  Between two steps of it, a and b spans
 * away from them,
 *
 *   (sinh(b) e_a + sinh(a) e_b) / sinh(a + b)
 *
 * and beyond the first or last, a away, exp(-a) e_a.  0 where the row is empty
 * or time is NAN.  O(log n).
 */
double mr_mood_at(const struct mr_moods *m, const struct mr_mood *row,
    double time);

#endif
