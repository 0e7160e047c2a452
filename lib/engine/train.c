/* Training a model of any kind; see train.h.
 * SPDX-License-Identifier: MIT */
#include "engine/train.h"

#include <math.h>

#include "core/par.h"

double
mr_train_bytes(const struct mr_training *t)
{
	const struct mr_csr *R = &t->r->R;

	return !t->kind->bytes ? (double)NAN : 8 * ((double)mr_csr_nnz(R) +
	    (double)R->cols) + t->kind->bytes(R, t->threads > 0 ? t->threads :
	    mr_par_cpus(), t->opt);
}

int
mr_train_fits(const struct mr_training *t, struct mr_err *err)
{
	const struct mr_csr *R = &t->r->R;
	double gib = 1073741824, need = mr_train_bytes(t);

	if (isnan(need))
		return MR_OK;
	mr_report_fact(t->report, "memory for training: %.4f GiB at most",
	    need / gib);
	return t->memory == 0 || need <= (double)t->memory ? MR_OK :
	    mr_err_set(err, MR_ENOMEM, "out of memory: %s needs up to %.1f GiB "
	    "for %lld users and %lld films, %.1f GiB are free; mr-models(7) "
	    "has what others need", t->kind->name, need / gib,
	    (long long)R->rows, (long long)R->cols, (double)t->memory / gib);
}

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
	    .start = t->start, .parts = t->parts,
	    .names = { &t->r->users, &t->r->items },
	    .blas = !blas_too ? NULL : t->blas ? t->blas : &blas,
	    .report = t->report, .seed = t->seed, .threads = t->threads };
	int rc = mr_train_fits(t, err);

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK)
		rc = mr_csr_transpose(&Rt, &t->r->R, err);
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
