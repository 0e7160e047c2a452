/* The parts of a model; see model.h.
 * SPDX-License-Identifier: MIT */
#include "model/model.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"

/* A float ends at 3e38; no part of a model is 30 times the widest spread. */
static int
check_range(double lo, double hi, struct mr_err *err)
{
	const double widest = 1e37;

	if (lo >= -widest && hi <= widest && hi - lo <= widest)
		return MR_OK;
	return mr_err_set(err, MR_ENUMERIC, "ratings from %g to %g are too "
	    "large, or too far apart, for float numbers: scale them down", lo,
	    hi);
}

int
mr_model_begin(struct mr_model *m, const struct mr_csr *R, int64_t d,
    struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(R);
	double sum = 0;
	int rc = MR_OK;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (nnz == 0)
		return mr_err_set(err, MR_EARG, "a rating is needed");
	m->clip_lo = m->clip_hi = (double)R->val[0];
	for (int64_t k = 0; k < nnz; k++) {
		sum += (double)R->val[k];
		m->clip_lo = fmin(m->clip_lo, (double)R->val[k]);
		m->clip_hi = fmax(m->clip_hi, (double)R->val[k]);
	}
	m->mu = sum / (double)nnz;
	rc = check_range(m->clip_lo, m->clip_hi, err);
	if (rc == MR_OK && d)
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

double
mr_model_estimate(const struct mr_model *m, double score)
{
	if (m->ordered.n)
		score = mr_ordered_mean(&m->ordered, score);
	if (m->clip_lo > m->clip_hi)
		return score;
	return score < m->clip_lo ? m->clip_lo : score > m->clip_hi ?
	    m->clip_hi : score;
}

void
mr_model_free(struct mr_model *m)
{
	free(m->bu);
	free(m->bi);
	mr_mat_free(&m->U);
	mr_mat_free(&m->V);
	mr_mat_free(&m->Y);
	mr_csr_free(&m->near.S);
	mr_csr_free(&m->moods.E);
	free(m->near.scale);
	*m = (struct mr_model){ 0 };
}
