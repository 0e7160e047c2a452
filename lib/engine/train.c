/* Training a model of any kind; see train.h.
 * SPDX-License-Identifier: MIT */
#include "engine/train.h"

int
mr_train_model(struct mr_model *m, const struct mr_kind *k, const void *opt,
    const struct mr_ratings *r, uint64_t seed, int threads,
    struct mr_report *report, struct mr_err *err)
{
	struct mr_csr Rt = { 0 };
	struct mr_blas blas;
	const struct mr_train t = { .R = &r->R, .Rt = &Rt,
	    .names = { &r->users, &r->items }, .blas = &blas,
	    .report = report, .seed = seed, .threads = threads };
	int rc = mr_csr_transpose(&Rt, &r->R, err);

	if (rc == MR_OK && k->wants & MR_WANTS_BLAS) {
		rc = mr_blas_open(&blas, threads, err);
		if (rc == MR_OK)
			mr_report_fact(report, "OpenBLAS kernels: %s",
			    blas.kernel);
	}
	if (rc == MR_OK)
		rc = k->train(m, &t, opt, err);
	mr_csr_free(&Rt);
	return rc;
}
