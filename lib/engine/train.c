/* Training a model of any kind; see train.h.
 * SPDX-License-Identifier: MIT */
#include "engine/train.h"

int
mr_train_model(struct mr_model *m, const struct mr_kind *k, const void *opt,
    const struct mr_ratings *r, uint64_t seed, int threads,
    struct mr_report *report, struct mr_err *err)
{
	struct mr_csr Rt = { 0 };
	struct mr_blas blas = { 0 };
	bool blas_too = k->wants & MR_WANTS_BLAS;
	const struct mr_train job = { .R = &r->R, .Rt = &Rt,
	    .time = k->wants & MR_WANTS_TIMES ? r->time : NULL,
	    .names = { &r->users, &r->items }, .blas = blas_too ? &blas : NULL,
	    .report = report, .seed = seed, .threads = threads };
	int rc = mr_csr_transpose(&Rt, &r->R, err);

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK && blas_too) {
		rc = mr_blas_open(&blas, threads, err);
		if (rc == MR_OK)
			mr_report_fact(report, "OpenBLAS kernels: %s",
			    blas.kernel);
	}
	if (rc == MR_OK)
		rc = k->train(m, &job, opt, err);
	mr_csr_free(&Rt);
	return rc;
}
