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

/* The mean of x less mu. */
static double
mean_of(const struct mr_folder *f, const struct mr_rated *x)
{
	double b = -f->m->mu;

	for (int64_t k = 0; k < x->n; k++)
		b += (double)x->rating[k] / (double)x->n;
	return b;
}

double
mr_folder_misfit(const struct mr_folder *f, const struct mr_rated *x,
    const float *columns)
{
	const struct mr_model *m = f->m;
	double sum = 0, b = mean_of(f, x);

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

/* exp(-by / (2 noise)); without noise what is worse counts for nothing. */
static double
fade(const struct mr_folder *f, double by)
{
	return f->noise > 0 ? exp(-by / (2 * f->noise)) : by > 0 ? 0 : 1;
}

void
mr_fold_choose(const struct mr_folder *f, const struct mr_rated *x,
    double *bu, float *U, double *work)
{
	double least = INFINITY, sum = 0;

	memset(work, 0, (size_t)f->n * sizeof *work);
	for (int64_t c = 0; c < f->n_rows; c++) {
		const float *row = f->rows + c * f->n;
		double e = mr_folder_misfit(f, x, row), w;

		if (e < least) {
			w = fade(f, least - e);
			sum *= w;
			for (int j = 0; j < f->n; j++)
				work[j] *= w;
			least = e;
		}
		w = fade(f, e - least) * (f->share ? (double)f->share[c] : 1);
		sum += w;
		for (int j = 0; j < f->n; j++)
			work[j] += w * (double)row[j];
	}
	for (int j = 0; j < f->n && sum > 0; j++)
		U[j] = (float)(work[j] / sum);
	mr_fold_fall_back(f, x, mean_of(f, x), bu, U);
}
