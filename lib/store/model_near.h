/* The neighbourhood term and the noise of a model on the matrix stream.
 * Private to model_file.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_MODEL_NEAR_H
#define MR_STORE_MODEL_NEAR_H

#include "store/model_file.h"

#define MR_NEAR_SCALE "nscale"	/* the matrix of near.scale */

/* mr_model_near_meta - the lines near=, near.*, noise= and noise.seed= that m
 * needs, and its matrices'. */
int mr_model_near_meta(struct mr_meta *meta, const struct mr_model *m,
    struct mr_err *err) MR_CHECKED;
/* mr_model_near_rows - rows from .. from + n - 1 of S and its scale, when they
 * lie on the axis. */
void mr_model_near_rows(struct mr_mrm_out *w, const struct mr_near *a,
    int axis, int64_t from, int64_t n);

/* mr_model_near_start - the places of the matrices and what META says. */
int mr_model_near_start(struct mr_model_in *in, struct mr_err *err)
    MR_CHECKED;
/* mr_model_near_check - S and its scale whole and right: once all rows along
 * the axis have been read. */
int mr_model_near_check(const struct mr_model_in *in, struct mr_err *err)
    MR_CHECKED;

#endif
