/* Users by means, and by a row that there is; see folder.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "model/biases.h"
#include "model/folder_parts.h"

double
mr_fold_mean(const struct mr_model *m, const struct mr_rated *x, double ridge)
{
	double sum = 0;

	for (int64_t k = 0; k < x->n; k++)
		sum += (double)x->rating[k] - m->mu -
		    (m->bi ? (double)m->bi[x->item[k]] : 0);
	return sum / ((double)x->n + ridge);
}

void
mr_fold_fall_back(const struct mr_folder *f, const struct mr_rated *x,
    double before, double *bu, float *U)
{
	*bu = mr_fold_mean(f->m, x, MR_FALL_BACK_REG_USER);
	U[f->n] = (float)(before - *bu);
	U[f->n + 1] = 1;
}

/* sum e^2 of x with these columns and the mean b + mu. */
static double
error_of(const struct mr_folder *f, const struct mr_rated *x, double b,
    const float *columns)
{
	const struct mr_model *m = f->m;
	double sum = 0;

	for (int64_t k = 0; k < x->n; k++) {
		int32_t i = x->item[k];
		const float *V = mr_mat_row(&m->V, i);
		/* Without the last two the film's bias is in V. */
		double e = (double)x->rating[k] - m->mu - b -
		    (m->bi ? (double)m->bi[i] : 0) - (double)V[f->n + 1];

		for (int j = 0; j < f->n; j++)
			e -= (double)columns[j] * (double)V[j];
		sum += e * e;
	}
	return sum;
}

void
mr_fold_choose(const struct mr_folder *f, const struct mr_rated *x,
    double *bu, float *U)
{
	double b = -f->m->mu, least = INFINITY;
	int64_t best = -1;

	for (int64_t k = 0; k < x->n; k++)
		b += (double)x->rating[k] / (double)x->n;
	for (int64_t c = 0; c < f->n_rows; c++) {
		double e = error_of(f, x, b, f->rows + c * f->n);

		if (e < least) {
			least = e;
			best = c;
		}
	}
	if (best >= 0)
		memcpy(U, f->rows + best * f->n, (size_t)f->n * sizeof *U);
	mr_fold_fall_back(f, x, b, bu, U);
}
