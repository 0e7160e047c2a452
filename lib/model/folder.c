/* Folding users in; see folder.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/chol.h"
#include "model/folder_parts.h"
#include "model/folder_sums.h"

static int
share(struct mr_folder *f, struct mr_err *err)
{
	int n = f->n;
	double *v = mr_alloc((size_t)n, sizeof *v, "sums", err);

	f->shared = v ? mr_alloc((size_t)n * (size_t)n, sizeof *f->shared,
	    "sums", err) : NULL;
	for (int64_t i = 0; f->shared && i < f->n_items; i++) {
		for (int j = 0; j < n; j++)
			v[j] = (double)mr_mat_row(&f->m->V, i)[j];
		mr_chol_add(f->shared, n, f->rule.unobserved, v);
	}
	free(v);
	return f->shared ? MR_OK : MR_ENOMEM;
}

int
mr_folder_open(struct mr_folder *f, const struct mr_model *m,
    int64_t n_items, const struct mr_fold *rule, const char *name,
    struct mr_err *err)
{
	int64_t d = m->V.cols;
	int rc;

	*f = (struct mr_folder){ .m = m, .rule = *rule, .n_items = n_items };
	rc = mr_fold_check(f, name, err);
	if (rc)
		return rc;
	switch (rule->rule) {
	case MR_FOLD_NONE:
		return mr_err_set(err, MR_EFORMAT, "%s: its kind of model has "
		    "no rule for new users", name);
	case MR_FOLD_RIDGE:
		f->n = (int)d + 1;
		return MR_OK;
	case MR_FOLD_WEIGHTED:
		f->n = (int)d;
		return share(f, err);
	case MR_FOLD_POSTERIOR:
		f->n = (int)d - 1;
		return MR_OK;
	case MR_FOLD_NONNEG:
	case MR_FOLD_CHOSEN:
		f->n = (int)rule->solved;
		return MR_OK;
	case MR_FOLD_BLEND:
		f->n = (int)rule->solved;
		return share(f, err);
	default:
		return MR_OK;
	}
}

void
mr_folder_close(struct mr_folder *f)
{
	free(f->shared);
	*f = (struct mr_folder){ 0 };
}

size_t
mr_folder_work(const struct mr_folder *f)
{
	size_t n = (size_t)f->n;

	return 2 * n * n + 3 * n + 1 + (size_t)f->m->V.cols;
}

static struct mr_fold_system
system_of(const struct mr_folder *f, double ridge, double *work)
{
	size_t n = (size_t)f->n;
	struct mr_fold_system s = { f->n, ridge, work, work + 2 * n * n,
	    work + 2 * n * n + n, work + 2 * n * n + 2 * n, work + n * n };

	if (f->shared)
		memcpy(s.a, f->shared, n * n * sizeof *s.a);
	else
		memset(s.a, 0, n * n * sizeof *s.a);
	memset(s.b, 0, n * sizeof *s.b);
	return s;
}

double
mr_fold_weight(const struct mr_folder *f, const struct mr_rated *x, int64_t k)
{
	return mr_fold_is_weighted(f) ? 1 + f->rule.alpha *
	    (double)x->rating[k] : 1;
}

double
mr_fold_target(const struct mr_folder *f, const struct mr_rated *x, int64_t k,
    const double *u)
{
	const struct mr_model *m = f->m;
	int32_t item = x->item[k];
	double rest = m->mu + (m->bi ? (double)m->bi[item] : 0);

	switch (f->rule.rule) {
	case MR_FOLD_WEIGHTED:
	case MR_FOLD_BLEND:
		return 1;
	case MR_FOLD_NONNEG:
		return (double)x->rating[k];
	case MR_FOLD_POSTERIOR:
		rest += (double)mr_mat_row(&m->V, item)[f->n];
		if (m->ordered.n)
			return mr_fold_latent(f, x->rating[k], rest,
			    mr_mat_row(&m->V, item), u);
		return (double)x->rating[k] - rest;
	default:
		return (double)x->rating[k] - rest;
	}
}

void
mr_fold_row(const struct mr_folder *f, const struct mr_fold_system *s,
    int32_t item)
{
	int one = f->rule.rule == MR_FOLD_RIDGE, at = 0;
	const float *V = s->n > one ? mr_mat_row(&f->m->V, item) : NULL;

	if (one)
		s->v[at++] = 1;
	for (; at < s->n; at++)
		s->v[at] = (double)V[at - one];
}

double
mr_fold_ridge(const struct mr_folder *f, const struct mr_rated *x)
{
	const struct mr_fold *r = &f->rule;
	double n = (double)x->n;

	if (mr_fold_is_weighted(f))
		n += r->unobserved * (double)f->n_items;
	return r->lambda * pow(n, r->exponent);
}

double
mr_fold_prior(const struct mr_folder *f, const struct mr_rated *x)
{
	if (f->rule.rule != MR_FOLD_WEIGHTED || !f->mean)
		return 0;
	return mr_fold_ridge(f, x) * MR_FOLD_PRIOR / (MR_FOLD_PRIOR +
	    (double)x->n);
}

struct mr_fold_system
mr_fold_fill(const struct mr_folder *f, const struct mr_rated *x,
    double *work)
{
	struct mr_fold_system s = system_of(f, mr_fold_ridge(f, x), work);
	double prior = mr_fold_prior(f, x);

	for (int j = 0; prior > 0 && j < s.n; j++)
		s.b[j] = prior * (double)f->mean[j];
	mr_fold_add_sets(f, x, s.ridge, s.b);
	for (int64_t k = 0; k < x->n; k++) {
		double w = mr_fold_weight(f, x, k);
		double t = mr_fold_target(f, x, k, NULL);

		mr_fold_row(f, &s, x->item[k]);
		mr_chol_add(s.a, s.n, w, s.v);
		for (int j = 0; j < s.n; j++)
			s.b[j] += w * t * s.v[j];
	}
	return s;
}

/* False, too, where a pivot is nothing but rounding. */
static bool
factor_with(struct mr_fold_system *s, double ridge, double most)
{
	size_t n = (size_t)s->n;

	memcpy(s->factor, s->a, n * n * sizeof *s->a);
	for (int j = 0; j < s->n; j++)
		s->factor[j * s->n + j] += ridge;
	if (!mr_chol_factor(s->factor, s->n))
		return false;
	for (int j = 0; j < s->n; j++) {
		double pivot = s->factor[j * s->n + j];

		if (pivot * pivot < 1e-10 * most)
			return false;
	}
	return true;
}

bool
mr_fold_factor(struct mr_fold_system *s)
{
	double most = 0;

	for (int j = 0; j < s->n; j++)
		most = fmax(most, s->a[j * s->n + j]);
	return factor_with(s, s->ridge, most) ||
	    factor_with(s, s->ridge + 1e-6 * most, most);
}

static void
solve(struct mr_fold_system *s)
{
	memset(s->x, 0, (size_t)s->n * sizeof *s->x);
	if (!mr_fold_factor(s))
		return;
	memcpy(s->x, s->b, (size_t)s->n * sizeof *s->x);
	mr_chol_forward(s->factor, s->x, s->n);
	mr_chol_back(s->factor, s->x, s->n);
}

static void
fold_least(const struct mr_folder *f, const struct mr_rated *x, double *bu,
    float *U, double *work)
{
	struct mr_fold_system s = mr_fold_fill(f, x, work);
	int one = f->rule.rule == MR_FOLD_RIDGE;

	if (f->rule.rule == MR_FOLD_POSTERIOR && f->m->ordered.n)
		mr_fold_ordered(f, x, &s, mr_fold_memory(f, work));
	else
		solve(&s);
	*bu = one ? s.x[0] : 0;
	for (int j = one; j < s.n; j++)
		U[j - one] = (float)s.x[j];
}

/* The bias of a user's estimates of what he rated goes from the last column but
 * one to bu. */
static void
fold_posterior(const struct mr_folder *f, const struct mr_rated *x, double *bu,
    float *U, double *work)
{
	int bias = f->n - 1;
	double unit = 0;

	fold_least(f, x, bu, U, work);
	U[f->n] = 1;
	for (int64_t k = 0; k < x->n; k++) {
		const float *V = mr_mat_row(&f->m->V, x->item[k]);

		*bu += f->m->bi ? (double)f->m->bi[x->item[k]] : 0;
		for (int j = 0; j <= f->n; j++)
			*bu += (double)U[j] * (double)V[j];
		unit = fmax(unit, (double)V[bias]);
	}
	*bu /= (double)x->n;
	if (unit > 0)
		U[bias] -= (float)(*bu / unit);
	else	/* no item of his has a rating to learn from */
		*bu = 0;
}

static void
fold_nonneg(const struct mr_folder *f, const struct mr_rated *x, double *bu,
    float *U, double *work)
{
	struct mr_fold_system s = mr_fold_fill(f, x, work);

	mr_fold_nonneg(&s);
	for (int j = 0; j < s.n; j++)
		U[j] = (float)s.x[j];
	mr_fold_fall_back(f, x, -f->m->mu, bu, U);
}

/* What WEIGHTED gives of the first columns grows with the root of n. */
static void
fold_blend(const struct mr_folder *f, const struct mr_rated *x, double *bu,
    float *U, double *work)
{
	double grow = sqrt((double)x->n);

	fold_least(f, x, bu, U, work);
	for (int j = 0; j < f->n; j++)
		U[j] = (float)(grow * (double)U[j]);
	mr_fold_sums(&f->m->V, &f->m->Y, f->n, x, U);
}

static void
descend(const struct mr_folder *f, const struct mr_rated *x, double *bu,
    float *U, double *u)
{
	const struct mr_model *m = f->m;
	double rate = f->rule.rate, keep = 1 - rate * f->rule.lambda, b = 0;
	int64_t d = m->V.cols;

	memset(u, 0, (size_t)d * sizeof *u);
	for (int64_t sweep = 0; sweep < f->rule.sweeps; sweep++)
		for (int64_t k = 0; k < x->n; k++) {
			int32_t i = x->item[k];
			const float *V = d ? mr_mat_row(&m->V, i) : NULL;
			double e = (double)x->rating[k] - m->mu - b -
			    (m->bi ? (double)m->bi[i] : 0);

			for (int64_t j = 0; j < d; j++)
				e -= u[j] * (double)V[j];
			b = keep * b + rate * e;
			for (int64_t j = 0; j < d; j++)
				u[j] = keep * u[j] + rate * e * (double)V[j];
		}
	*bu = b;
	for (int64_t j = 0; j < d; j++)
		U[j] = (float)u[j];
}

void
mr_folder_user(const struct mr_folder *f, const struct mr_rated *x,
    double *bu, float *U, double *work)
{
	*bu = 0;
	if (U)
		memset(U, 0, (size_t)f->m->V.cols * sizeof *U);
	switch (f->rule.rule) {
	case MR_FOLD_SIMILAR:
		if (!f->m->bu)
			break;
		/* fall through */
	case MR_FOLD_MEANS:
		*bu = mr_fold_mean(f->m, x, mr_fold_ridge(f, x));
		break;
	case MR_FOLD_RIDGE:
	case MR_FOLD_WEIGHTED:
		fold_least(f, x, bu, U, work);
		break;
	case MR_FOLD_POSTERIOR:
		fold_posterior(f, x, bu, U, work);
		break;
	case MR_FOLD_SUMS:
		mr_fold_sums(&f->m->V, &f->m->Y, 0, x, U);
		break;
	case MR_FOLD_BLEND:
		fold_blend(f, x, bu, U, work);
		break;
	case MR_FOLD_NONNEG:
		fold_nonneg(f, x, bu, U, work);
		break;
	case MR_FOLD_CHOSEN:
		mr_fold_choose(f, x, bu, U, work);
		break;
	case MR_FOLD_DESCENT:
		descend(f, x, bu, U, work);
		break;
	default:
		break;	/* RATED: his ratings alone */
	}
}
