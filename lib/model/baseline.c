/* Biases by alternating least squares or gradient descent; see baseline.h.
 * SPDX-License-Identifier: MIT */
#include "model/baseline.h"

#include <stdlib.h>

#include "core/mem.h"
#include "model/biases.h"
#include "model/kind.h"

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
train_sgd(struct mr_model *m, const struct mr_csr *R,
    const struct mr_baseline_opt *o, const struct mr_sweep_log *log,
    struct mr_err *err)
{
	double *bu = mr_alloc((size_t)R->rows, sizeof *bu, "biases", err);
	double *bi = bu ? mr_alloc((size_t)R->cols, sizeof *bi, "biases",
	    err) : NULL;

	for (int64_t i = 0; bi && i < o->sweeps; i++) {
		sweep_sgd(R, m->mu, bu, bi, o);
		if (log->sweep)
			log->sweep(log->ctx, i + 1, o->sweeps);
	}
	for (int64_t u = 0; bi && u < R->rows; u++)
		m->bu[u] = (float)bu[u];
	for (int64_t i = 0; bi && i < R->cols; i++)
		m->bi[i] = (float)bi[i];
	free(bu);
	free(bi);
	return bi ? mr_names_finite(&o->names, m, R, MR_BLOWN_UP, err) :
	    MR_ENOMEM;
}

int
mr_baseline_train(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_baseline_opt *o,
    const struct mr_sweep_log *log, struct mr_err *err)
{
	int rc;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (o->sweeps < 1 || !(o->reg_user >= 0) || !(o->reg_item >= 0) ||
	    !(o->learning_rate >= 0) || !(o->lambda >= 0) ||
	    mr_csr_nnz(R) == 0)
		return mr_err_set(err, MR_EARG, "baseline: strengths and "
		    "learning rate of 0 or more, a sweep and a rating are "
		    "needed");
	rc = mr_model_begin(m, R, 0, err);
	if (rc)
		return rc;
	if (o->method == MR_BASELINE_SGD)
		return train_sgd(m, R, o, log, err);
	mr_biases_als(m->bu, m->bi, m->mu, R, Rt, &(struct mr_biases_opt){
	    .sweeps = o->sweeps, .reg_user = o->reg_user,
	    .reg_item = o->reg_item, .threads = o->threads });
	if (log->sweep)
		log->sweep(log->ctx, o->sweeps, o->sweeps);
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

static int
train_kind(struct mr_model *m, const struct mr_train *t, const void *opt,
    struct mr_err *err)
{
	const struct mr_sweep_log log = mr_train_log(t);
	struct mr_baseline_opt o = *(const struct mr_baseline_opt *)opt;

	o.names = t->names;
	o.threads = t->threads;
	return mr_baseline_train(m, t->R, t->Rt, &o, &log, err);
}

const struct mr_kind mr_baseline_kind = {
	.name = "baseline", .fold = "explicit",
	.lone = "will follow the one film and the films' means",
	.feedback = MR_FEEDBACK_RATINGS,
	.params = params, .opt_bytes = sizeof(struct mr_baseline_opt),
	.train = train_kind,
};
