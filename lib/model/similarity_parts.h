/* Inside similarities: the sums over common columns.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_SIMILARITY_PARTS_H
#define MR_MODEL_SIMILARITY_PARTS_H

#include "model/similarity.h"

/*
 * What is summed for one x' while x is fixed: [width] doubles, n first.
 * A row x meets x' > x alone, the other half of S is its mirror.
 *
 *   difference  n  d                 d = a - b, or its square
 *   product     n  ab  aa  bb
 *   moment      n  ab  aa  bb  a  b
 */

/* mr_similarity_width - of these numbers. */
int mr_similarity_width(int kind);
/* mr_similarity_measure - S from them. */
double mr_similarity_measure(const double *s,
    const struct mr_similarity_opt *o);

/* Entries of a column: rows x' and their values b. */
struct mr_similarity_run {
	const int32_t *idx;
	const double *val;
	int64_t n;
};

/* mr_similarity_add - to the sums of each x' of c those with the value a. */
void mr_similarity_add(int kind, struct mr_similarity_work *w,
    struct mr_similarity_run c, double a);

#endif
