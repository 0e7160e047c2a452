/* Folding users in; see folder.h.
 * SPDX-License-Identifier: MIT */
#include "model/folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/chol.h"
#include "model/biases.h"

#define NNLS_SWEEPS 1000

/* a += w v v', the upper triangle. */
static void
add_square(double *a, int n, double w, const double *v)
{
	for (int i = 0; i < n; i++) {
		double wv = w * v[i];

		for (int j = i; j < n; j++)
			a[i * n + j] += wv * v[j];
	}
}

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
		add_square(f->shared, n, f->rule.unobserved, v);
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

	*f = (struct mr_folder){ .m = m, .rule = *rule, .n_items = n_items };
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
	case MR_FOLD_NONNEG:
		f->n = (int)rule->solved;
		if (rule->solved + 2 != d)
			return mr_err_set(err, MR_EFORMAT, "%s: its rule for "
			    "new users solves %lld of %lld columns, expected "
			    "all but two", name, (long long)rule->solved,
			    (long long)d);
		return MR_OK;
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

/* (A + ridge E) x = b for a user, in work. */
struct system {
	int n;
	double ridge;
	double *a;		/* [n * n] upper */
	double *b, *x, *v;	/* [n] */
	double *factor;		/* [n * n] */
};

static struct system
system_of(const struct mr_folder *f, double ridge, double *work)
{
	size_t n = (size_t)f->n;
	struct system s = { f->n, ridge, work, work + 2 * n * n,
	    work + 2 * n * n + n, work + 2 * n * n + 2 * n, work + n * n };

	if (f->shared)
		memcpy(s.a, f->shared, n * n * sizeof *s.a);
	else
		memset(s.a, 0, n * n * sizeof *s.a);
	memset(s.b, 0, n * sizeof *s.b);
	return s;
}

/* One rating: weight w of the row (1,) V[i] with the target t. */
static void
add_rating(struct system *s, const float *V, bool constant, double w, double t)
{
	int at = 0;

	if (constant)
		s->v[at++] = 1;
	while (at < s->n) {
		s->v[at] = (double)V[at - constant];
		at++;
	}
	add_square(s->a, s->n, w, s->v);
	for (int j = 0; j < s->n; j++)
		s->b[j] += w * t * s->v[j];
}

static bool
factor_with(struct system *s, double ridge)
{
	size_t n = (size_t)s->n;

	memcpy(s->factor, s->a, n * n * sizeof *s->a);
	for (int j = 0; j < s->n; j++)
		s->factor[j * s->n + j] += ridge;
	return mr_chol_factor(s->factor, s->n);
}

static void
solve(struct system *s)
{
	double most = 0;

	for (int j = 0; j < s->n; j++)
		most = fmax(most, s->a[j * s->n + j]);
	memcpy(s->x, s->b, (size_t)s->n * sizeof *s->x);
	if (!factor_with(s, s->ridge) &&
	    !factor_with(s, s->ridge + 1e-6 * most)) {
		memset(s->x, 0, (size_t)s->n * sizeof *s->x);
		return;
	}
	mr_chol_forward(s->factor, s->x, s->n);
	mr_chol_back(s->factor, s->x, s->n);
}

static double
entry(const struct system *s, int i, int j)
{
	return i <= j ? s->a[i * s->n + j] : s->a[j * s->n + i];
}

/* The same with x >= 0, a coordinate at a time. */
static void
solve_nonneg(struct system *s)
{
	memset(s->x, 0, (size_t)s->n * sizeof *s->x);
	for (int sweep = 0; sweep < NNLS_SWEEPS; sweep++) {
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
		if (most <= 1e-6 * largest)
			break;
	}
}

/* sum (r - mu - bi) / (n + ridge) */
static double
mean_of(const struct mr_model *m, const struct mr_rated *x, double ridge)
{
	double sum = 0;

	for (int64_t k = 0; k < x->n; k++)
		sum += (double)x->rating[k] - m->mu -
		    (m->bi ? (double)m->bi[x->item[k]] : 0);
	return sum / ((double)x->n + ridge);
}

static void
fold_ridge(const struct mr_folder *f, const struct mr_rated *x, double ridge,
    double *bu, float *U, double *work)
{
	struct system s = system_of(f, ridge, work);

	for (int64_t k = 0; k < x->n; k++) {
		int32_t i = x->item[k];

		add_rating(&s, s.n > 1 ? mr_mat_row(&f->m->V, i) : NULL, true,
		    1, (double)x->rating[k] - f->m->mu -
		    (f->m->bi ? (double)f->m->bi[i] : 0));
	}
	solve(&s);
	*bu = s.x[0];
	for (int j = 1; j < s.n; j++)
		U[j - 1] = (float)s.x[j];
}

static void
fold_weighted(const struct mr_folder *f, const struct mr_rated *x,
    double *bu, float *U, double *work)
{
	const struct mr_fold *r = &f->rule;
	struct system s = system_of(f, r->lambda * pow((double)x->n +
	    r->unobserved * (double)f->n_items, r->exponent), work);

	for (int64_t k = 0; k < x->n; k++)
		add_rating(&s, mr_mat_row(&f->m->V, x->item[k]), false,
		    1 + r->alpha * (double)x->rating[k], 1);
	solve(&s);
	*bu = 0;
	for (int j = 0; j < s.n; j++)
		U[j] = (float)s.x[j];
}

static void
fold_nonneg(const struct mr_folder *f, const struct mr_rated *x, double ridge,
    double *bu, float *U, double *work)
{
	struct system s = system_of(f, ridge, work);

	for (int64_t k = 0; k < x->n; k++)
		add_rating(&s, mr_mat_row(&f->m->V, x->item[k]), false, 1,
		    (double)x->rating[k]);
	solve_nonneg(&s);
	for (int j = 0; j < s.n; j++)
		U[j] = (float)s.x[j];
	*bu = mean_of(f->m, x, MR_FALL_BACK_REG_USER);
	U[s.n] = (float)(-f->m->mu - *bu);
	U[s.n + 1] = 1;
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
	double ridge = f->rule.lambda * pow((double)x->n, f->rule.exponent);

	*bu = 0;
	if (U)
		memset(U, 0, (size_t)f->m->V.cols * sizeof *U);
	switch (f->rule.rule) {
	case MR_FOLD_MEANS:
		*bu = mean_of(f->m, x, ridge);
		break;
	case MR_FOLD_RIDGE:
		fold_ridge(f, x, ridge, bu, U, work);
		break;
	case MR_FOLD_WEIGHTED:
		fold_weighted(f, x, bu, U, work);
		break;
	case MR_FOLD_NONNEG:
		fold_nonneg(f, x, ridge, bu, U, work);
		break;
	case MR_FOLD_DESCENT:
		descend(f, x, bu, U, work);
		break;
	default:
		break;	/* RATED: his ratings alone */
	}
}
