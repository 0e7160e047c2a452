/* What each rating of a user adds to his scores; see folder.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "math/chol.h"
#include "model/folder_parts.h"
#include "model/folder_sums.h"

/* The parts of work, as mr_fold_fill left them. */
static struct mr_fold_system
again(const struct mr_folder *f, double *work)
{
	size_t n = (size_t)f->n;

	return (struct mr_fold_system){ .n = f->n, .a = work,
	    .factor = work + n * n, .b = work + 2 * n * n,
	    .x = work + 2 * n * n + n, .v = work + 2 * n * n + 2 * n };
}

static bool
is_ordered(const struct mr_folder *f)
{
	return f->rule.rule == MR_FOLD_POSTERIOR && f->m->ordered.n;
}

void
mr_folder_shares_of(const struct mr_folder *f, const struct mr_rated *x,
    double *work)
{
	struct mr_fold_system s;

	if (f->rule.rule != MR_FOLD_RIDGE && !mr_fold_is_weighted(f) &&
	    f->rule.rule != MR_FOLD_NONNEG &&
	    f->rule.rule != MR_FOLD_POSTERIOR)
		return;
	s = mr_fold_fill(f, x, work);
	if (is_ordered(f)) {
		if (!mr_fold_ordered(f, x, &s, mr_fold_memory(f, work)))
			s.factor[0] = NAN;
	} else if (f->rule.rule == MR_FOLD_NONNEG) {
		mr_fold_nonneg(&s);
		/* Which coordinates are above 0. */
		for (int j = 0; j < s.n; j++)
			s.b[j] = s.x[j] > 0;
	/* Nothing solves it: the row is 0, and so is each share. */
	} else if (!mr_fold_factor(&s)) {
		s.factor[0] = NAN;
	}
}

/* x = (A + ridge E)^-1 z, then w t x . z_k. */
static double
least(const struct mr_folder *f, const struct mr_rated *x, int32_t item,
    double *work, double *share)
{
	struct mr_fold_system s = again(f, work);
	bool nonneg = f->rule.rule == MR_FOLD_NONNEG;
	double prior = 0, weight = mr_fold_prior(f, x);
	bool sets = f->rule.rule == MR_FOLD_POSTERIOR && f->m->Y.cols;
	double w = mr_fold_ridge(f, x) / sqrt((double)x->n);

	memset(share, 0, (size_t)x->n * sizeof *share);
	if (s.n == 0 || isnan(s.factor[0]))
		return 0;
	mr_fold_row(f, &s, item);
	for (int j = 0; j < s.n; j++)
		s.x[j] = nonneg && !(s.b[j] > 0) ? 0 : s.v[j];
	mr_chol_forward(s.factor, s.x, s.n);
	mr_chol_back(s.factor, s.x, s.n);
	for (int64_t k = 0; k < x->n; k++) {
		double dot = 0;

		mr_fold_row(f, &s, x->item[k]);
		for (int j = 0; j < s.n; j++)
			dot += s.x[j] * s.v[j];
		share[k] = mr_fold_weight(f, x, k) * mr_fold_target(f, x, k,
		    is_ordered(f) ? mr_fold_memory(f, work) : NULL) * dot;
		for (int j = 0; j < s.n && sets; j++)
			share[k] += w * s.x[j] * (double)mr_mat_row(&f->m->Y,
			    x->item[k])[j];
	}
	for (int j = 0; weight > 0 && j < s.n; j++)
		prior += s.x[j] * weight * (double)f->mean[j];
	return prior;
}

/* A step takes row (b, u) to (keep - rate z z')(b, u) + rate t z: y, the
 * item's row, goes through the steps from the last to the first. */
static void
back(const struct mr_folder *f, const struct mr_rated *x, int32_t item,
    double *y, double *share)
{
	double rate = f->rule.rate, keep = 1 - rate * f->rule.lambda, b = 1;
	int64_t d = f->m->V.cols;

	memset(share, 0, (size_t)x->n * sizeof *share);
	for (int64_t j = 0; j < d; j++)
		y[j] = (double)mr_mat_row(&f->m->V, item)[j];
	for (int64_t sweep = 0; sweep < f->rule.sweeps; sweep++)
		for (int64_t k = x->n - 1; k >= 0; k--) {
			const float *V = d ? mr_mat_row(&f->m->V,
			    x->item[k]) : NULL;
			double dot = b;

			for (int64_t j = 0; j < d; j++)
				dot += y[j] * (double)V[j];
			share[k] += rate * mr_fold_target(f, x, k, NULL) * dot;
			b = keep * b - rate * dot;
			for (int64_t j = 0; j < d; j++)
				y[j] = keep * y[j] - rate * dot *
				    (double)V[j];
		}
}

/* Of BLEND and SUMS the columns behind the f->n solved ones. */
static void
add_sums(const struct mr_folder *f, const struct mr_rated *x, int32_t item,
    double *share)
{
	double grow = sqrt((double)x->n);

	for (int64_t k = 0; k < x->n; k++)
		share[k] = grow * share[k] + (f->n < f->m->V.cols ?
		    mr_fold_sums_share(&f->m->V, &f->m->Y, f->n, x->item[k],
		    item) : 0);
}

double
mr_folder_shares(const struct mr_folder *f, const struct mr_rated *x,
    int32_t item, double *work, double *share)
{
	double n = (double)x->n;

	switch (f->rule.rule) {
	case MR_FOLD_RIDGE:
	case MR_FOLD_WEIGHTED:
	case MR_FOLD_NONNEG:
	case MR_FOLD_POSTERIOR:
		return least(f, x, item, work, share);
	case MR_FOLD_BLEND:
		(void)least(f, x, item, work, share);
		add_sums(f, x, item, share);
		break;
	case MR_FOLD_SUMS:
		memset(share, 0, (size_t)x->n * sizeof *share);
		add_sums(f, x, item, share);
		break;
	case MR_FOLD_DESCENT:
		back(f, x, item, work, share);
		break;
	case MR_FOLD_MEANS:
		n += mr_fold_ridge(f, x);
		for (int64_t k = 0; k < x->n; k++)
			share[k] = mr_fold_target(f, x, k, NULL) / n;
		break;
	default:
		memset(share, 0, (size_t)x->n * sizeof *share);
	}
	return 0;
}
