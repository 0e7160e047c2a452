/* Training a model of any kind; see train.h.
 * SPDX-License-Identifier: MIT */
#include "engine/train.h"

int
mr_train_model(struct mr_model *m, const struct mr_training *t,
    struct mr_err *err)
{
	const struct mr_kind *k = t->kind;
	struct mr_csr Rt = { 0 };
	struct mr_blas blas = { 0 };
	bool blas_too = k->wants & MR_WANTS_BLAS;
	const struct mr_train job = { .R = &t->r->R, .Rt = &Rt,
	    .time = k->wants & MR_WANTS_TIMES ? t->r->time : NULL,
	    .start = t->start, .names = { &t->r->users, &t->r->items },
	    .blas = !blas_too ? NULL : t->blas ? t->blas : &blas,
	    .report = t->report, .seed = t->seed, .threads = t->threads };
	int rc = mr_csr_transpose(&Rt, &t->r->R, err);

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK && job.blas == &blas) {
		rc = mr_blas_open(&blas, t->threads, err);
		if (rc == MR_OK)
			mr_report_fact(t->report, "OpenBLAS kernels: %s",
			    blas.kernel);
	}
	if (rc == MR_OK)
		rc = k->train(m, &job, t->opt, err);
	mr_csr_free(&Rt);
	return rc;
}
