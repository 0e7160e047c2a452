/* Bayesian matrix factorisation of explicit ratings by Gibbs sampling.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BAYES_H
#define MR_MODEL_BAYES_H

#include "model/kind.h"

/* Bit 0: the items that a user rated; bit 1: the users who rated an item. */
enum mr_bayes_sets { MR_SETS_NONE, MR_SETS_USER, MR_SETS_ITEM, MR_SETS_BOTH };

enum mr_bayes_dates { MR_DATES_NONE, MR_DATES_USER };

enum mr_bayes_categories { MR_CATEGORIES_NONE, MR_CATEGORIES_ORDERED };

struct mr_bayes_opt {
	int64_t d;		/* rank of a sample */
	int64_t sweeps;
	int64_t burn_in;	/* first sweeps left out; < sweeps */
	int64_t max_rank;	/* of the model; the least of it, users and
				 * items is taken */
	int sets;		/* enum mr_bayes_sets */
	int dates;		/* enum mr_bayes_dates */
	int categories;		/* enum mr_bayes_categories */
};

/*
 * mr_bayes_train - the mean estimate of samples from the posterior of
 *
 *   (r_ui - mu) / sd ~ N(bu_u + bi_i + p_u . q_i + e_u(t_ui),
 *                        1 / (alpha omega_u omega_i))
 *   x_u = (bu_u, p_u) ~ N(m + |I_u|^-1/2 sum_(j in I_u) y_j, Lambda^-1)
 *   y_j ~ N(0, (lambda Lambda)^-1)
 *   m, Lambda ~ Normal-Wishart; alpha, lambda ~ Gamma(1, rate 1)
 *   omega_u ~ Gamma(10, rate 10)
 *   cov(e_u(s), e_u(t)) = exp(-|s - t| / span) / tau, tau ~ Gamma(1, rate 1)
 *
 * and the same with the sides exchanged; mu and sd are mean and standard
 * deviation of R.  Without sets the sums of y are not there.  e, the mood of a
 * user at a time (mood.h), is there for users alone, and only with dates and
 * where job->time is; a rating without a time has none; span is 300 s.  The
 * constants of the Normal-Wishart are in bayes_prior.c.
 *
 * With ordered categories (ordered.h) a rating is no z = (r - mu) / sd but says
 * between which two cuts z lies; the first and the last cut lie where they
 * would if all z were N(0, 1), the others have a flat prior (bayes_ordered.h).
 * Where there are fewer than 3 values of ratings, or more than MR_LEVELS, they
 * are numbers.
 *
 * opt  struct mr_bayes_opt
 * m    (out) its score is the mean of the samples' estimates, with their
 *      products brought down to max_rank (math/lowrank.h); mu = the mean of R,
 *      bu and bi such that mu + bu is the mean of a user's estimates of the
 *      items that he has rated, mu + bi that of an item's by its raters; two
 *      columns behind those of max_rank take them back (model/biases.h); a
 *      row without ratings is zeros; clip to the range of R; with sets of
 *      users Y; with dates the mean moods of the samples, less their mean over
 *      the ratings of a user, which is part of his estimates without a date.
 *      With categories m has levels, mean cuts and, as spread, the root of the
 *      mean square of z - e - fit and the variance of fit over samples, also
 *      for a pair whose time, and so e, is not known; mu + bu is
 *      then the score of the mean of a user's estimates.  The columns are
 *      turned for the rule POSTERIOR of fold.h, with ridge 1 (bayes_new.h)
 *
 * One sweep draws, of the users, (m, Lambda), lambda, all y, all x; the same
 * of the items; all e, tau; all omega; alpha; with categories cuts, then all z.
 * Every row of x is drawn whole.  p and q are kept as deviations from their m,
 * the rest goes to the biases and takes none of the rank.  What m says of a
 * user without ratings is not what one who is not known has: m stands beside
 * the sum over an empty set, and all rows count alike for it, also those of one
 * rating.  So bu and bi are made as they are.
 *
 * It reports the samples' number, their noise (mean alpha^-1/2, as ratings
 * count), the rank of the model and what that cost: the root mean square, over
 * the ratings learnt from, of the samples' mean estimate less the model's.
 * MR_ENUMERIC also for a row without a finite draw.  Time per sweep
 * 2 nnz (d + 1)^2 + (n_users + n_items) d^3 / 3 flops, and 12 nnz d for sets
 * and errors; every 3 r / d samples, a compression of about
 * 24 (n_users + n_items) r^2 + 500 r^3, where r is the least of max_rank,
 * n_users and n_items.  Memory 4 c (n_users + n_items) bytes for the samples'
 * products, with sets of users 4 c n_items more, and 8 c^2, c the greater of
 * 4 r and r + d or, when there are fewer, all columns of all samples;
 * 4 d (n_users + n_items) for one sample, five times that with sets; 20 nnz for
 * ratings and estimates, with dates 48 nnz at most, with categories nnz more,
 * beside R, Rt; and while c > r columns are compressed 48 c^2 +
 * 4096 c + 24 c q + 24 q^2 with q = r + 16.  With categories 8 evaluations of
 * the normal distribution a rating and sweep.
 *
 * Salakhutdinov & Mnih, "Bayesian probabilistic matrix factorization using
 * Markov chain Monte Carlo", ICML 2008 (rows, m, Lambda); Simm et al.,
 * "Macau: scalable Bayesian factorization with high-dimensional side
 * information using MCMC", MLSP 2017 (y as a regression of x, its prior;
 * there by conjugate gradients, here one y_j at a time); Rendle, Zhang &
 * Koren, "On the difficulty of evaluating baselines", arXiv 1905.01395, 2019
 * (the sets of both sides; that a date helps, there a day as another feature).
 * Biases within the rows, omega, moods and the bounded rank are ours.
 */
int mr_bayes_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
