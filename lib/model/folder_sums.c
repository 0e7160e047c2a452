/* Users as sums over their items; see folder_sums.h.
 * SPDX-License-Identifier: MIT */
#include "model/folder_sums.h"

#define TILE 32		/* columns that are summed at a time */

void
mr_fold_sums(const struct mr_mat *V, const struct mr_mat *Y, int64_t first,
    const struct mr_rated *x, float *U)
{
	for (int64_t from = first; from < V->cols; from += TILE) {
		double sum[TILE] = { 0 };
		int64_t n = V->cols - from < TILE ? V->cols - from : TILE;

		for (int64_t k = 0; k < x->n; k++) {
			const float *v = mr_mat_row(V, x->item[k]) + from;
			double y = (double)Y->a[x->item[k]];

			for (int64_t j = 0; j < n; j++)
				sum[j] += y * (double)v[j];
		}
		for (int64_t j = 0; j < n; j++)
			U[from + j] = (float)sum[j];
	}
}

double
mr_fold_sums_share(const struct mr_mat *V, const struct mr_mat *Y,
    int64_t first, int32_t j, int32_t i)
{
	const float *a = mr_mat_row(V, j), *b = mr_mat_row(V, i);
	double sum = 0;

	for (int64_t c = first; c < V->cols; c++)
		sum += (double)a[c] * (double)b[c];
	return (double)Y->a[j] * sum;
}
