/* Rows of an exact search: how they stand, and what none of them can pass.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_EXACT_PARTS_H
#define MR_VECTOR_EXACT_PARTS_H

#include "vector/exact.h"

#define MR_EXACT_CHUNK 256	/* rows scored at a time, whole panels */

/* mr_exact_narrow - of x only the rows of allow, packed where those of x are,
 * for searches alone; x stays.  Memory and time 4 d bytes and d steps for each
 * of them. */
int mr_exact_narrow(struct mr_exact *few, const struct mr_exact *x,
    const uint64_t *allow, struct mr_err *err) MR_CHECKED;

/* mr_exact_panels - n rows at places from .., a chunk at most, as mr_gemm_pack
 * packs them: where they are, or those of a borrowed base in room,
 * MR_EXACT_CHUNK * d numbers. */
const float *mr_exact_panels(const struct mr_exact *x, int64_t from, int64_t n,
    float *room);

/* mr_exact_alone - must pairs with q[d] be summed one by one?  A float that
 * overflows on the way to a sum would leave inf or nan there, where the sum may
 * well be a number.  mr_exact_panel_pairs - so the scores of q and n rows of
 * panels. */
bool mr_exact_alone(const struct mr_exact *x, const float *q);
void mr_exact_panel_pairs(const struct mr_exact *x, const float *q,
    const float *panels, int64_t n, float *scores);

/* mr_exact_queries - *q is set to the queries of s, of d numbers, as they are
 * scored, one behind the other: for cosine to copies in unit, normalised, which
 * the caller frees. */
int mr_exact_queries(enum mr_metric metric, int64_t d,
    const struct mr_search *s, struct mr_mat *unit, const float **q,
    struct mr_err *err) MR_CHECKED;

/* mr_exact_length - |a| of a[d]. */
double mr_exact_length(const float *a, int64_t d);

/* mr_exact_slack - the share by which a computed q . b of d products may pass
 * |q| |b|, and more. */
double mr_exact_slack(int64_t d);

/*
 * mr_exact_reach - a bound of the scores of chunk c for a query of length,
 * computed as they are:
 *
 *   score <= (up(|q| max |b| (1 + slack)) + max bias) + offset
 *
 * The sum q . b is at most |q| |b| (Cauchy and Schwarz).  Its chain of d
 * products and sums errs by at most g |q| |b|, g = 2 d u / (1 - 2 d u), u =
 * 2^-24 (Higham, "Accuracy and stability of numerical algorithms", 2nd ed.,
 * section 3.1), and 2^-149 a step where numbers are denormal; slack is twice
 * g and covers the roundings of the lengths.  A float addition is monotone, so
 * what is added after it keeps the order.
 */
float mr_exact_reach(const struct mr_exact *x, int64_t c, double length,
    float offset);

#endif
