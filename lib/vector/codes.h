/* Vectors as one byte a value, with a proven bound on what that loses.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_CODES_H
#define MR_VECTOR_CODES_H

#include "core/err.h"
#include "data/mat.h"

#define MR_CODES_BLOCK 256	/* rows that share a bound */

/*
 * A row x of d floats becomes
 *
 *   s = max_j |x_j| / 127   X_j = round(x_j / s), -127 .. 127   E = |x - s X|
 *
 * and a query q likewise t, Q in -127 .. 127 and F = |q - t Q|, t being the
 * least step by which the sums of four Q are what math/qdot.h has room for.
 * By Cauchy and Schwarz
 *
 *   q.x - t s (Q.X) = (q - t Q).(s X) + q.(x - s X)
 *   |q.x - t s (Q.X)| <= F (|x| + E) + |q| E
 *
 * Lengths are summed in double and rounded up.
 */
struct mr_codes {
	int64_t n, d, wide;	/* wide: d up to a multiple of 4 */
	uint8_t *packed;	/* X + 128, as math/qdot.h packs it; 128 beyond
				 * d, and beyond n */
	float *scale;		/* [n up to 256] s; 0 beyond n */
	struct mr_codes_block {
		double length, error;	/* the greatest |x| and E */
	} *block;		/* [blocks of 256 rows] */
};

/*
 * mr_codes_new - room for n rows of d, each to be put once, in any order of
 * blocks and in rising order within one.  Freed by mr_codes_free; MR_ENOMEM.
 * (d + 4) n bytes, rounded up to 256 rows.
 * mr_codes_put - x[d] becomes row i; work is room for mr_codes_room(d) bytes.
 * Returns what was found of it.  d values.
 */
struct mr_code_row {
	float most;		/* the largest |x_j| */
	double length, error;	/* |x|, E */
};
int mr_codes_new(struct mr_codes *c, int64_t n, int64_t d,
    struct mr_err *err) MR_CHECKED;
struct mr_code_row mr_codes_put(struct mr_codes *c, int64_t i, const float *x,
    int8_t *work);
/* mr_codes_copy - row j of from, of the same d, becomes row i likewise. */
void mr_codes_copy(struct mr_codes *c, int64_t i, const struct mr_codes *from,
    int64_t j);
void mr_codes_free(struct mr_codes *c);

/* What of a query the bound needs. */
struct mr_code_query {
	float scale;		/* t */
	int32_t start;		/* -128 sum_j Q_j: a product with X + 128 and
				 * this is one with X */
	double length, error;	/* |q|, F */
};

/* mr_codes_of - of x[d] in -most .. most, most at most 127; to
 * codes[mr_codes_room(d)], 0 beyond d (out).  mr_codes_query - Q of q, for
 * products with bytes of most at most. */
struct mr_code_query mr_codes_of(const float *x, int64_t d, int most,
    int8_t *codes);
struct mr_code_query mr_codes_query(const float *q, int64_t d, int most,
    int8_t *codes);

/* mr_codes_room - d up to a multiple of 64. */
static inline int64_t
mr_codes_room(int64_t d)
{
	return (d + 63) / 64 * 64;
}

/* mr_codes_bound - the bound above for every row of block b. */
static inline double
mr_codes_bound(const struct mr_code_query *q, const struct mr_codes_block *b)
{
	return q->error * (b->length + b->error) + q->length * b->error;
}

#endif
