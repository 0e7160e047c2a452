/* Estimates from the ratings of similar users, or of similar items.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_NEIGHBOURS_H
#define MR_MODEL_NEIGHBOURS_H

#include "model/kind.h"
#include "model/similarity.h"

enum mr_normalise {
	MR_NORMALISE_NONE, MR_NORMALISE_MEAN, MR_NORMALISE_ZSCORE,
	MR_NORMALISE_BASELINE
};

struct mr_neighbours_opt {
	int normalise;		/* enum mr_normalise */
	int similarity;		/* enum mr_similarity, no DEVIATION */
	int by_item;		/* the axis: 0 user, 1 item */
	int64_t k;		/* neighbours of an estimate */
	int64_t min_neighbours;	/* of them */
	int64_t min_support;	/* common ratings of neighbours */
	double shrinkage;	/* >= 0 */
	int64_t sweeps;		/* of the baselines */
	double reg_user, reg_item;	/* of the baselines, >= 0 */
};

/*
 * mr_neighbours_train - with the axis user x = u and y = i, with the axis item
 * x = i and y = u; x' the neighbours of x that have a rating r' with y:
 *
 *   score = c + sum of s(x, x') (r' - c') / sum of s(x, x')
 *
 * over the k largest s(x, x') above 0 (equal ones: by id, model/near.h),
 * or c alone when there are fewer than min_neighbours; c and c' are what is
 * known without neighbours of the pair itself and of the pair of r':
 *
 *   none      c = mu, so that the score is the weighted mean of r'
 *   mean      c = the mean of x
 *   zscore    c = the mean of x; every r' - c' is divided by the standard
 *             deviation of x' (denominator N; that of all ratings where it
 *             is 0) and their mean multiplied by that of x
 *   baseline  c = mu + bu + bi of model/biases
 *
 * s are those of model/similarity over the ratings that x and x' have in
 * common; pearson-baseline is pearson shrunk of r - baseline.
 *
 * opt  struct mr_neighbours_opt
 * m    (out) mu, bu or bi or both, near, clip to the range of R
 *
 * A pair's own rating is not among its neighbours (s(x, x) is not kept), so
 * a pair of the training data is estimated without it.
 * Time and memory as mr_similarity_build.  With cosine, msd or pearson of
 * ratings in steps of a half it does not depend on how users and items are
 * numbered either, but for rounding in biases and deviations (see
 * model/similarity.h): so estimates hold when rows are shuffled.
 *
 * Koren, "Factor in the neighbors: scalable and accurate collaborative
 * filtering", TKDD 4(1), 2010, section 2.2, equation (3) (baseline).  The
 * definitions are those of Surprise's four neighbour models; it takes the k
 * largest of all similarities before it drops those below 0, which leaves
 * the same ones, knows x itself as its own neighbour, and says mu where the
 * user or the item is unknown, while c here keeps the half that is known.
 */
int mr_neighbours_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

/* mr_neighbours_spread - the standard deviation of n values (denominator n),
 * in two passes; 0 of none. */
double mr_neighbours_spread(const float *val, int64_t n);

#endif
