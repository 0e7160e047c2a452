/* Guesses from the distribution of all ratings; see random.h.
 * SPDX-License-Identifier: MIT */
#include "model/random.h"

#include <math.h>
#include <stdlib.h>

int
mr_random_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_csr *R = job->R;
	int64_t nnz = mr_csr_nnz(R);
	double squares = 0;
	int rc = mr_model_begin(m, R, 0, err);

	(void)opt;
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
	m->noise_seed = job->seed;
	return MR_OK;
}

const struct mr_kind mr_random_kind = {
	.name = "random",
	.lone = "beyond the one film are chance",
	.feedback = MR_FEEDBACK_RATINGS,
	.params = mr_no_params, .opt_bytes = 1,
	.train = mr_random_train, .fold = mr_fold_rated,
};
