/* Biases of users and items, and nothing else.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BASELINE_H
#define MR_MODEL_BASELINE_H

#include "model/model.h"
#include "model/names.h"

/* The order of mr_method_words. */
enum mr_baseline_method { MR_BASELINE_ALS, MR_BASELINE_SGD };

struct mr_baseline_opt {
	int method;		/* enum mr_baseline_method */
	int64_t sweeps;
	double reg_user, reg_item;	/* als; >= 0 */
	double learning_rate, lambda;	/* sgd; >= 0 */
	int threads;
	struct mr_names names;	/* for messages */
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
 * R   n_users x n_items, finite values, at least one     borrowed
 * Rt  its transpose                                      borrowed
 * m   (out) mu = the mean rating, bu, bi, clip to the range of R; a user or
 *     item without ratings has zeros
 *
 * als shares its rows out among the threads; sgd, where every step needs the
 * one before, runs on one.  The result does not depend on threads.
 * Returns MR_OK, MR_ENOMEM, MR_EARG (options out of range), MR_ENUMERIC
 * (ratings too far apart; sgd: a smaller learning rate helps, names the first
 * user or item).  sgd keeps its biases in double while training.
 * Time O(nnz) a sweep; memory 8 (n_users + n_items) bytes.
 *
 * Koren, "Factor in the neighbors: scalable and accurate collaborative
 * filtering", ACM TKDD 4(1), 2010, section 2.1.
 */
int mr_baseline_train(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_baseline_opt *o,
    const struct mr_sweep_log *log, struct mr_err *err) MR_CHECKED;

#endif
