/* Slope One; see slopeone.h.
 * SPDX-License-Identifier: MIT */
#include "model/slopeone.h"

#include <stdlib.h>

#include "core/mem.h"
#include "model/biases.h"
#include "model/kind.h"
#include "model/similarity.h"

static int
fill_near(struct mr_near *near, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_slopeone_opt *o,
    struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(R);
	double *val = mr_alloc((size_t)nnz, sizeof *val, "ratings", err);
	int rc;

	if (!val)
		return MR_ENOMEM;
	for (int64_t k = 0; k < nnz; k++)
		val[k] = (double)R->val[k];
	rc = mr_similarity_build(&near->S, Rt, R, val,
	    &(struct mr_similarity_opt){ .kind = MR_SIMILARITY_DEVIATION,
	    .min_support = 1, .threads = o->threads }, err);
	free(val);
	return rc;
}

int
mr_slopeone_train(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_slopeone_opt *o,
    const struct mr_sweep_log *log, struct mr_err *err)
{
	int rc;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (mr_csr_nnz(R) == 0)
		return mr_err_set(err, MR_EARG, "slopeone: a rating is "
		    "needed");
	rc = mr_model_begin(m, R, 0, err);
	if (rc)
		return rc;
	free(m->bi);
	m->bi = NULL;
	mr_biases_mean(m->bu, m->mu, R);
	m->near = (struct mr_near){ .axis = MR_NEAR_ITEM,
	    .norm = MR_NORM_COUNT, .deviation = true, .min = 1 };
	rc = fill_near(&m->near, R, Rt, o, err);
	if (log->sweep)
		log->sweep(log->ctx, 1, 1);
	return rc;
}

static const struct mr_param params[] = { { .name = NULL } };

static int
train_kind(struct mr_model *m, const struct mr_train *t, const void *opt,
    struct mr_err *err)
{
	const struct mr_sweep_log log = mr_train_log(t);
	struct mr_slopeone_opt o = *(const struct mr_slopeone_opt *)opt;

	o.threads = t->threads;
	return mr_slopeone_train(m, t->R, t->Rt, &o, &log, err);
}

const struct mr_kind mr_slopeone_kind = {
	.name = "slopeone", .fold = "none",
	.lone = "have hardly anything to go by",
	.feedback = MR_FEEDBACK_RATINGS,
	.params = params, .opt_bytes = sizeof(struct mr_slopeone_opt),
	.train = train_kind,
};
