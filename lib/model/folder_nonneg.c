/* Columns of a user that are none below 0; see folder.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "math/chol.h"
#include "model/folder_parts.h"

#define NNLS_SWEEPS 10000

static double
entry(const struct mr_fold_system *s, int i, int j)
{
	return i <= j ? s->a[i * s->n + j] : s->a[j * s->n + i];
}

/* A sweep of x >= 0, a coordinate at a time; the largest step beside the
 * largest coordinate. */
static double
sweep_nonneg(struct mr_fold_system *s)
{
	double most = 0, largest = 0;

	for (int i = 0; i < s->n; i++) {
		double diag = entry(s, i, i) + s->ridge, g = s->b[i];
		double before = s->x[i];

		if (!(diag > 0))
			continue;
		for (int j = 0; j < s->n; j++)
			g -= entry(s, i, j) * s->x[j];
		g -= s->ridge * before;
		s->x[i] = fmax(0, before + g / diag);
		most = fmax(most, fabs(s->x[i] - before));
		largest = fmax(largest, s->x[i]);
	}
	return largest > 0 ? most / largest : 0;
}

/* Descent finds which coordinates are above 0, the equations of these their
 * values; what comes out below 0 goes, too. */
void
mr_fold_nonneg(struct mr_fold_system *s)
{
	bool below = true;
	int n = s->n;

	memset(s->x, 0, (size_t)n * sizeof *s->x);
	for (int i = 0; i < NNLS_SWEEPS && sweep_nonneg(s) > 1e-9; i++)
		;
	while (below) {
		for (int i = 0; i < n; i++)
			for (int j = 0; j < n && !(s->x[i] > 0); j++)
				s->a[i < j ? i * n + j : j * n + i] = i == j;
		for (int i = 0; i < n; i++)
			s->v[i] = s->x[i] > 0 ? s->b[i] : 0;
		if (!mr_fold_factor(s)) {
			memset(s->x, 0, (size_t)n * sizeof *s->x);
			return;
		}
		mr_chol_forward(s->factor, s->v, n);
		mr_chol_back(s->factor, s->v, n);
		below = false;
		for (int i = 0; i < n; i++) {
			below |= s->x[i] > 0 && s->v[i] < 0;
			s->x[i] = s->x[i] > 0 && s->v[i] > 0 ? s->v[i] : 0;
		}
	}
}
