/* Slope One; see slopeone.h.
 * SPDX-License-Identifier: MIT */
#include "model/slopeone.h"

#include <stdlib.h>

#include "core/mem.h"
#include "model/biases.h"
#include "model/similarity.h"

static int
fill_near(struct mr_near *near, const struct mr_train *job,
    struct mr_err *err)
{
	const struct mr_csr *R = job->R;
	int64_t nnz = mr_csr_nnz(R);
	double *val = mr_alloc((size_t)nnz, sizeof *val, "ratings", err);
	int rc;

	if (!val)
		return MR_ENOMEM;
	for (int64_t k = 0; k < nnz; k++)
		val[k] = (double)R->val[k];
	rc = mr_similarity_build(&near->S, job->Rt, R, val,
	    &(struct mr_similarity_opt){ .kind = MR_SIMILARITY_DEVIATION,
	    .min_support = 1, .threads = job->threads }, err);
	free(val);
	return rc;
}

int
mr_slopeone_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	int rc = mr_model_begin(m, job->R, 0, err);

	(void)opt;
	if (rc)
		return rc;
	free(m->bi);
	m->bi = NULL;
	mr_biases_mean(m->bu, m->mu, job->R);
	m->near = (struct mr_near){ .axis = MR_NEAR_ITEM,
	    .norm = MR_NORM_COUNT, .deviation = true, .min = 1 };
	rc = fill_near(&m->near, job, err);
	mr_report_step(job->report, "sweeps", 1, 1);
	return rc;
}

static void
fold(struct mr_fold *rule, const void *opt)
{
	(void)opt;
	rule->rule = MR_FOLD_MEANS;	/* the mean of u, as it is */
}

const struct mr_kind mr_slopeone_kind = {
	.name = "slopeone",
	.lone = "have hardly anything to go by",
	.feedback = MR_FEEDBACK_RATINGS,
	.params = mr_no_params, .opt_bytes = 1,
	.train = mr_slopeone_train, .fold = fold,
};
