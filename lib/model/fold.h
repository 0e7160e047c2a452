/* How a user who was not there when a model was trained gets his row of it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_FOLD_H
#define MR_MODEL_FOLD_H

#include <stdint.h>

/*
 * From his n ratings r of items i, with mu, bi and V as they are and
 * ridge = lambda n^exponent:
 *
 *   NONE      not at all
 *   MEANS     bu = sum (r - mu - bi) / (n + ridge), and there is no U
 *   RIDGE     bu and U with the least
 *             sum (r - mu - bi - bu - U . V)^2 + ridge (bu^2 + |U|^2)
 *   WEIGHTED  U with the least
 *             sum (1 + alpha r) (U . V - 1)^2 + ridge |U - prior|^2
 *               + unobserved . sum over all items of (U . V)^2,
 *             where ridge = lambda (n + unobserved . n_items)^exponent and
 *             prior = 5 / (5 + n) times the mean of the users there are,
 *             for a user with one rating has more in common with them than
 *             with 0; of a user of the model, who was trained without, 0
 *   NONNEG    the first columns of U, solved of them, none below 0, with the
 *             least sum (r - U . V)^2 + ridge |U|^2 over those columns; bu and
 *             the last two columns are those of mr_biases_fall_back
 *             (biases.h), with bu = -mu before
 *   POSTERIOR the columns of U but the last, which is 1, with the least
 *             sum (r - mu - bi - U . V)^2 + ridge |U - y|^2, where
 *             y = n^-1/2 sum over his items of Y, 0 without Y; then bu = the
 *             mean of these estimates - mu, and what stands before the 1, by
 *             which V is the same for all items, takes it back; of ordered
 *             ratings (ordered.h) r is E(z | the rating, the score that this
 *             makes), by turns until no column moves by more than
 *             1e-7, 200 times at most
 *   CHOSEN    the first columns of U, solved of them, are the mean of the rows
 *             that the users there are have, row c with the weight
 *             n_c exp(-e_c / (2 s)), where n_c users have it, e_c is
 *             sum (r - mu - b - bi - U . V)^2 with b = (mean of r) - mu, and s
 *             the mean of that for a rating of the users there are: what is
 *             known of his row if one of these is his and errors are normal;
 *             bu and the last two columns are those of mr_biases_fall_back,
 *             with bu = b before
 *   SIMILAR   bu as by MEANS, 0 where the users of the model have none, and
 *             there is no U; he is near those users to whom his ratings are
 *             similar, as similarity.h has it: of what is called similarity,
 *             with support and, of PEARSON_SHRUNK, shrinkage and the biases of
 *             mr_biases_als by sweeps, reg_user and reg_item
 *   DESCENT   bu and U from 0 by stochastic gradient descent, sweeps times over
 *             his ratings in the order of the items' numbers:
 *             e = r - mu - bi - bu - U . V, bu += rate (e - lambda bu) and
 *             U += rate (e V - lambda U), all with what was before
 *   SUMS      U = sum over his items of Y[i] V[i], Y of one column
 *   BLEND     the first columns of U, solved of them, are sqrt(n) times those of
 *             WEIGHTED over these columns of V, with a prior of 0; the others
 *             those of SUMS
 *   RATED     bu = 0, and there is no U: the formula needs his ratings alone,
 *             or nothing of him
 */
enum mr_fold_rule {
	MR_FOLD_NONE, MR_FOLD_MEANS, MR_FOLD_RIDGE, MR_FOLD_WEIGHTED,
	MR_FOLD_NONNEG, MR_FOLD_RATED, MR_FOLD_DESCENT, MR_FOLD_CHOSEN,
	MR_FOLD_SIMILAR, MR_FOLD_POSTERIOR, MR_FOLD_SUMS, MR_FOLD_BLEND
};

/* Ratings after which the mean user counts half. */
#define MR_FOLD_PRIOR 5.0

/* A rule and the numbers that it has; the others are 0. */
struct mr_fold {
	int rule;		/* enum mr_fold_rule */
	double lambda, exponent, alpha, unobserved;	/* >= 0 */
	double rate;			/* >= 0 */
	double shrinkage, reg_user, reg_item;	/* >= 0 */
	int64_t solved, sweeps, support;	/* >= 0 */
	int similarity;			/* enum mr_similarity */
};

#endif
