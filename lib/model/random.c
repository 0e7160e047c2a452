/* Guesses from the distribution of all ratings; see random.h.
 * SPDX-License-Identifier: MIT */
#include "model/random.h"

#include <math.h>
#include <stdlib.h>

#include "model/kind.h"

int
mr_random_train(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_random_opt *o,
    const struct mr_sweep_log *log, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(R);
	double squares = 0;
	int rc = mr_model_begin(m, R, 0, err);

	(void)Rt;
	(void)log;
	if (rc)
		return rc;
	free(m->bu);
	free(m->bi);
	m->bu = m->bi = NULL;
	for (int64_t k = 0; k < nnz; k++) {
		double d = (double)R->val[k] - m->mu;

		squares += d * d;
	}
	m->noise = sqrt(squares / (double)nnz);
	m->noise_seed = o->seed;
	return MR_OK;
}

static const struct mr_param params[] = { { .name = NULL } };

static int
train_kind(struct mr_model *m, const struct mr_train *t, const void *opt,
    struct mr_err *err)
{
	const struct mr_sweep_log log = mr_train_log(t);
	struct mr_random_opt o = *(const struct mr_random_opt *)opt;

	o.seed = t->seed;
	return mr_random_train(m, t->R, t->Rt, &o, &log, err);
}

const struct mr_kind mr_random_kind = {
	.name = "random", .fold = "none",
	.lone = "beyond the one film are chance",
	.feedback = MR_FEEDBACK_RATINGS,
	.params = params, .opt_bytes = sizeof(struct mr_random_opt),
	.train = train_kind,
};
