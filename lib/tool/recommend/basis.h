/* What answers are made from: the model and the files beside it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_BASIS_H
#define MR_TOOL_RECOMMEND_BASIS_H

#include "store/vectors.h"
#include "tool/recommend/choice.h"
#include "tool/recommend/newcomers.h"
#include "tool/recommend/recommend.h"
#include "tool/recommend/seen.h"

/* All zero is none; freed by mr_basis_free. */
struct mr_basis {
	struct mr_recommender *r;
	struct mr_work *work;
	struct mr_seen seen;
	struct mr_choice choice;
	struct mr_newcomers new;
	struct mr_content content;	/* of --items */
	struct mr_vectors vectors;	/* without a model, which are then */
	float *count;			/* named as its films; their ratings */
	int64_t from, to;	/* users, of mr_recommender_opt; set before */
};

/*
 * mr_basis_open - the model and the files that o names, each by its items.
 *
 * use   as of mr_recommender_opt
 * only  the users kept, NULL: none; read after the users of --ratings are in
 *       b->new, so it may be those
 *
 * Fails as the opens of what it has.
 */
int mr_basis_open(struct mr_basis *b, const struct mr_recommend_opt *o,
    int use, const struct mr_ids *only, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;
void mr_basis_free(struct mr_basis *b);

#endif
