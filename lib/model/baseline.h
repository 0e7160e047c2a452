/* Biases of users and items, and nothing else.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BASELINE_H
#define MR_MODEL_BASELINE_H

#include "model/kind.h"

/* In the order of the words of --method. */
enum mr_baseline_method { MR_BASELINE_ALS, MR_BASELINE_SGD };

struct mr_baseline_opt {
	int method;		/* enum mr_baseline_method */
	int64_t sweeps;
	double reg_user, reg_item;	/* als; >= 0 */
	double learning_rate, lambda;	/* sgd; >= 0 */
};

/*
 * mr_baseline_train - estimate r_ui as mu + bu_u + bi_i.
 *
 * als: mr_biases_als of biases.h.
 *
 * sgd, each sweep, rating by rating, users and then items as numbered, with
 * e = r_ui - mu - bu_u - bi_i before the step:
 *
 *   bu_u += rate (e - lambda bu_u)     bi_i += rate (e - lambda bi_i)
 *
 * opt  struct mr_baseline_opt
 * m    (out) mu = the mean rating, bu, bi, clip to the range of R
 *
 * als shares its rows out among the threads; sgd, where every step needs the
 * one before, runs on one.  MR_ENUMERIC by sgd also names the first user or
 * item whose bias blew up (a smaller learning rate helps); it keeps biases in
 * double while training.  Time O(nnz) a sweep; memory 8 (n_users + n_items)
 * bytes.
 *
 * Koren, "Factor in the neighbors: scalable and accurate collaborative
 * filtering", ACM TKDD 4(1), 2010, section 2.1.
 */
int mr_baseline_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
