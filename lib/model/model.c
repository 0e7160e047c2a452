/* The parts of a model; see model.h.
 * SPDX-License-Identifier: MIT */
#include "model/model.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"

int
mr_model_begin(struct mr_model *m, const struct mr_csr *R, int64_t d,
    struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(R);
	double sum = 0;
	int rc = MR_OK;

	*m = (struct mr_model){ .clip_lo = (double)R->val[0],
	    .clip_hi = (double)R->val[0] };
	for (int64_t k = 0; k < nnz; k++) {
		sum += (double)R->val[k];
		m->clip_lo = fmin(m->clip_lo, (double)R->val[k]);
		m->clip_hi = fmax(m->clip_hi, (double)R->val[k]);
	}
	m->mu = sum / (double)nnz;
	if (d)
		rc = mr_mat_new(&m->U, R->rows, d, "user factors", err);
	if (rc == MR_OK && d)
		rc = mr_mat_new(&m->V, R->cols, d, "item factors", err);
	if (rc)
		return rc;
	m->bu = mr_alloc((size_t)R->rows, sizeof *m->bu, "biases", err);
	m->bi = m->bu ? mr_alloc((size_t)R->cols, sizeof *m->bi, "biases",
	    err) : NULL;
	return m->bi ? MR_OK : MR_ENOMEM;
}

void
mr_model_free(struct mr_model *m)
{
	free(m->bu);
	free(m->bi);
	mr_mat_free(&m->U);
	mr_mat_free(&m->V);
	mr_csr_free(&m->near.S);
	free(m->near.scale);
	*m = (struct mr_model){ 0 };
}
