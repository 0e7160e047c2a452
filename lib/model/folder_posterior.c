/* New users by the rule POSTERIOR: sets, and ordered ratings; see folder.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "math/chol.h"
#include "model/folder_parts.h"

/* Of the steps towards a user of ordered ratings. */
#define MOST_STEPS 200
#define ENOUGH 1e-7

double *
mr_fold_memory(const struct mr_folder *f, double *work)
{
	size_t n = (size_t)f->n;

	return work + 2 * n * n + 3 * n;
}

void
mr_fold_add_sets(const struct mr_folder *f, const struct mr_rated *x,
    double ridge, double *b)
{
	double w = ridge / sqrt((double)x->n);

	if (f->rule.rule != MR_FOLD_POSTERIOR || f->m->Y.cols == 0)
		return;
	for (int64_t k = 0; k < x->n; k++)
		for (int j = 0; j < f->n; j++)
			b[j] += w * (double)mr_mat_row(&f->m->Y,
			    x->item[k])[j];
}

double
mr_fold_latent(const struct mr_folder *f, float rating, double rest,
    const float *V, const double *u)
{
	const struct mr_ordered *o = &f->m->ordered;
	double score = rest;

	for (int j = 0; u && j < f->n; j++)
		score += u[j] * (double)V[j];
	return mr_ordered_latent(o, score, mr_ordered_level(o,
	    (double)rating)) - rest;
}

bool
mr_fold_ordered(const struct mr_folder *f, const struct mr_rated *x,
    struct mr_fold_system *s, double *u)
{
	double step = 1;

	memset(u, 0, (size_t)s->n * sizeof *u);
	memset(s->x, 0, (size_t)s->n * sizeof *s->x);
	if (!mr_fold_factor(s))
		return false;
	for (int i = 0; i < MOST_STEPS && step > ENOUGH; i++) {
		memset(s->x, 0, (size_t)s->n * sizeof *s->x);
		mr_fold_add_sets(f, x, s->ridge, s->x);
		for (int64_t k = 0; k < x->n; k++) {
			double t = mr_fold_target(f, x, k, u);

			mr_fold_row(f, s, x->item[k]);
			for (int j = 0; j < s->n; j++)
				s->x[j] += t * s->v[j];
		}
		mr_chol_forward(s->factor, s->x, s->n);
		mr_chol_back(s->factor, s->x, s->n);
		step = 0;
		for (int j = 0; j < s->n; j++)
			step = fmax(step, fabs(s->x[j] - u[j]));
		memcpy(u, s->x, (size_t)s->n * sizeof *u);
	}
	return true;
}
