/* A trained model: parts of one scoring formula, whoever trained them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_MODEL_H
#define MR_MODEL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "data/csr.h"
#include "data/mat.h"
#include "model/mood.h"
#include "model/ordered.h"

enum mr_near_axis { MR_NEAR_NONE, MR_NEAR_ITEM, MR_NEAR_USER };
enum mr_near_norm { MR_NORM_NONE, MR_NORM_SUM, MR_NORM_ABS, MR_NORM_COUNT };

/*
 * The neighbourhood term.  With the axis item, x = i and the candidates x'
 * are the items that u rated; with the axis user, x = u and the candidates
 * are the users who rated i.  r' is the rating that the candidate stands for
 * (of x' by u, or of i by x') and c' what the first three parts of the
 * formula say of that pair: mu + bu + bi.
 *
 *   N(u, i) = scale[x] / norm . sum over x' of S[x][x'] (r' - c') / scale[x']
 *
 * over the k candidates of largest S[x][x'] among those that S stores (equal
 * weights: the id that is first in byte order); norm is 1, the sum of their
 * weights, of their absolute weights, or their number.  deviation: S[x][x']
 * itself stands in place of S[x][x'] (r' - c') / scale[x'].  Fewer than min
 * of them, or a norm of 0: N = 0.
 */
struct mr_near {
	int axis;		/* enum mr_near_axis; NONE: no such term */
	int norm;		/* enum mr_near_norm */
	bool deviation;
	int64_t k;		/* 0: all candidates */
	int64_t min;
	struct mr_csr S;	/* n x n over the axis */
	float *scale;		/* [n], above 0; NULL: all 1 */
};

/*
 *   score(u, i) = mu + bu[u] + bi[i] + U[u] . V[i] + N(u, i) + noise z(u, i)
 *
 * A part that a model does not have is all zero (bu, bi: NULL; U, V: 0 x 0)
 * and adds nothing.  z is standard normal, a function of noise_seed and of
 * the two ids alone.  Owned; freed by mr_model_free; all zero is empty.
 */
struct mr_model {
	double mu;
	float *bu;		/* [n_users] */
	float *bi;		/* [n_items] */
	struct mr_mat U;	/* n_users x d */
	struct mr_mat V;	/* n_items x d */
	size_t gap;		/* bytes that stand behind every 256 rows of V
				 * and Y, in a file: for scores alone */
	/* For new users alone, by rules of fold.h: n_items x d by POSTERIOR,
	 * n_items x 1 by SUMS and BLEND; 0 x 0 without. */
	struct mr_mat Y;
	int64_t n_new;		/* the last items, without ratings: V and bi
				 * of theirs are by a map (ridge_map.h) */
	struct mr_near near;
	struct mr_moods moods;	/* of users, in estimates of known date */
	struct mr_ordered ordered;	/* what estimates are, by scores */
	double noise;		/* standard deviation */
	uint64_t noise_seed;
	/* An estimate outside of [clip_lo, clip_hi] is moved to its border;
	 * lo > hi: not at all. */
	double clip_lo, clip_hi;
};

/*
 * mr_model_begin - what all models of ratings begin with: mu the mean of R,
 * clip its least and greatest value, bu and bi of zeros, and, where d > 0, U
 * and V of zeros with d columns.  MR_EARG without a rating, MR_ENUMERIC when
 * ratings are above 1e37, or that far apart: parts might be no floats then.
 */
int mr_model_begin(struct mr_model *m, const struct mr_csr *R, int64_t d,
    struct mr_err *err) MR_CHECKED;
/* mr_model_estimate - the rating that a score stands for: it, or the mean of
 * ordered categories, clipped. */
double mr_model_estimate(const struct mr_model *m, double score);
void mr_model_free(struct mr_model *m);

#endif
