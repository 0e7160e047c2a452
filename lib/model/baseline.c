/* Biases by alternating least squares or gradient descent; see baseline.h.
 * SPDX-License-Identifier: MIT */
#include "model/baseline.h"

#include <stdlib.h>

#include "core/mem.h"
#include "model/biases.h"

static void
sweep_sgd(const struct mr_csr *R, double mu, double *bu, double *bi,
    const struct mr_baseline_opt *o)
{
	double rate = o->learning_rate, keep = 1 - rate * o->lambda;

	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			double *b = &bi[R->idx[k]];
			double e = (double)R->val[k] - mu - bu[u] - *b;

			bu[u] = keep * bu[u] + rate * e;
			*b = keep * *b + rate * e;
		}
}

static int
train_sgd(struct mr_model *m, const struct mr_train *job,
    const struct mr_baseline_opt *o, struct mr_err *err)
{
	const struct mr_csr *R = job->R;
	double *bu = mr_alloc((size_t)R->rows, sizeof *bu, "biases", err);
	double *bi = bu ? mr_alloc((size_t)R->cols, sizeof *bi, "biases",
	    err) : NULL;

	for (int64_t i = 0; bi && i < o->sweeps; i++) {
		sweep_sgd(R, m->mu, bu, bi, o);
		mr_report_step(job->report, "sweeps", i + 1, o->sweeps);
	}
	for (int64_t u = 0; bi && u < R->rows; u++)
		m->bu[u] = (float)bu[u];
	for (int64_t i = 0; bi && i < R->cols; i++)
		m->bi[i] = (float)bi[i];
	free(bu);
	free(bi);
	return bi ? mr_names_finite(&job->names, m, R, MR_BLOWN_UP, err) :
	    MR_ENOMEM;
}

int
mr_baseline_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_baseline_opt *o = opt;
	int rc = mr_model_begin(m, job->R, 0, err);

	if (rc)
		return rc;
	if (o->method == MR_BASELINE_SGD)
		return train_sgd(m, job, o, err);
	mr_biases_als(m->bu, m->bi, m->mu, job->R, job->Rt,
	    &(struct mr_biases_opt){ .sweeps = o->sweeps,
	    .reg_user = o->reg_user, .reg_item = o->reg_item,
	    .threads = job->threads });
	mr_report_step(job->report, "sweeps", o->sweeps, o->sweeps);
	return MR_OK;
}

static const char *const methods[] = { "als", "sgd", NULL };

static bool
is_als(const void *opt)
{
	return ((const struct mr_baseline_opt *)opt)->method ==
	    MR_BASELINE_ALS;
}

static bool
is_sgd(const void *opt)
{
	return !is_als(opt);
}

#define WITH_ALS .counts = is_als, .when = "--method als"
#define WITH_SGD .counts = is_sgd, .when = "--method sgd"

/* Surprise's; but a step of sgd does less than one of als. */
static const struct mr_param params[] = {
	{ MR_WORD_ROW(struct mr_baseline_opt, method, "method", "METHOD",
	    "how baseline finds the biases", methods, MR_BASELINE_ALS) },
	{ MR_SWEEPS_ROW(struct mr_baseline_opt, 10), WITH_ALS },
	{ MR_SWEEPS_ROW(struct mr_baseline_opt, 20), WITH_SGD },
	{ MR_REG_USER_ROW(struct mr_baseline_opt, 15), WITH_ALS },
	{ MR_REG_ITEM_ROW(struct mr_baseline_opt, 10), WITH_ALS },
	{ MR_LAMBDA_ROW(struct mr_baseline_opt, 0.02), WITH_SGD },
	{ MR_RATE_ROW(struct mr_baseline_opt, 0.005), WITH_SGD },
	{ .name = NULL }
};

/* sgd: the penalty counts once for each rating. */
static void
fold(struct mr_fold *rule, const void *opt)
{
	const struct mr_baseline_opt *o = opt;
	bool sgd = o->method == MR_BASELINE_SGD;

	*rule = (struct mr_fold){ .rule = MR_FOLD_MEANS,
	    .lambda = sgd ? o->lambda : o->reg_user, .exponent = sgd };
}

const struct mr_kind mr_baseline_kind = {
	.name = "baseline",
	.lone = "will follow the one film and the films' means",
	.feedback = MR_FEEDBACK_RATINGS,
	.maps = true,
	.params = params, .opt_bytes = sizeof(struct mr_baseline_opt),
	.train = mr_baseline_train, .fold = fold,
};
