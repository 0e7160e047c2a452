/* One row in double; see ridge_row.h.
 * SPDX-License-Identifier: MIT */
#include "model/ridge_row.h"

#include <math.h>
#include <string.h>

#define CHUNK MR_RIDGE_CHUNK

/* Condition from which it is worth an estimate; below, the bound tells. */
#define BOUND_ENOUGH 1e8

/* Parts of the workspace; m is the number of unknowns of the system. */
struct parts {
	double *a;		/* [m * m] lower triangle, then its factor */
	double *b;		/* [m] */
	double *z;		/* [max(CHUNK, n if n < dim) * dim] */
	double *t;		/* [CHUNK] */
	double *con;		/* [3 * m] */
	int *icon;		/* [m] */
};

size_t
mr_ridge_work(int dim)
{
	size_t d = (size_t)dim;

	return d * d + (d > CHUNK ? d : CHUNK) * d + 5 * d + CHUNK;
}

static struct parts
lay_out(double *work, int dim)
{
	size_t d = (size_t)dim;
	struct parts p;
	void *last;

	p.a = work;
	p.z = p.a + d * d;
	p.b = p.z + (d > CHUNK ? d : CHUNK) * d;
	p.con = p.b + d;
	last = p.con + 3 * d;	/* [d] doubles hold its d ints */
	p.icon = last;
	p.t = p.con + 4 * d;
	return p;
}

static void
add(double *out, double f, const double *a, int n)
{
	for (int j = 0; j < n; j++)
		out[j] += f * a[j];
}

/* The largest sum of a row of magnitudes. */
static double
norm_of(const struct parts *w, int m)
{
	double norm = 0;

	memset(w->con, 0, (size_t)m * sizeof *w->con);
	for (int i = 0; i < m; i++)
		for (int j = 0; j <= i; j++) {
			double e = fabs(w->a[(size_t)i * (size_t)m +
			    (size_t)j]);

			w->con[i] += e;
			w->con[j] += i == j ? 0 : e;
		}
	for (int i = 0; i < m; i++)
		norm = w->con[i] > norm ? w->con[i] : norm;
	return norm;
}

/*
 * b = (a + ridge E)^-1 b of m unknowns; the error to be expected.  LAPACK
 * counts columns first: its upper triangle is our lower.
 */
static double
solve(const struct mr_blas *blas, const struct parts *w, double ridge, int m)
{
	double trace = 0, norm, rcond = 1;
	int one = 1, info = 0;

	for (size_t i = 0; i < (size_t)m; i++) {
		trace += w->a[i * (size_t)m + i];
		w->a[i * (size_t)m + i] += ridge;
	}
	if (!isfinite(trace) || !(ridge > 0))
		return INFINITY;
	norm = trace > BOUND_ENOUGH * ridge ? norm_of(w, m) : 0;
	blas->dpotrf("U", &m, w->a, &m, &info);
	if (info)
		return INFINITY;
	if (norm > 0)
		blas->dpocon("U", &m, w->a, &m, &norm, &rcond, w->con,
		    w->icon, &info);
	else
		rcond = 1 / (1 + trace / ridge);
	blas->dpotrs("U", &m, &one, w->a, &m, w->b, &m, &info);
	return 0x1p-53 / rcond;
}

/* dim unknowns: (ridge E + Z'Z) x = Z't. */
static double
solve_tall(const struct mr_ridge_row *p, const struct mr_blas *blas,
    const struct parts *w, double *x)
{
	int d = p->dim;
	double error;

	memset(w->a, 0, (size_t)d * (size_t)d * sizeof *w->a);
	memset(w->b, 0, (size_t)d * sizeof *w->b);
	for (int64_t from = 0; from < p->n; from += CHUNK) {
		int n = (int)(p->n - from < CHUNK ? p->n - from : CHUNK);

		p->rows(p->ctx, from, n, w->z, w->t);
		blas->dsyrk(MR_ROW_MAJOR, MR_LOWER, MR_TRANS, d, n, 1, w->z, d, 1,
		    w->a, d);
		for (int k = 0; k < n; k++)
			add(w->b, w->t[k], w->z + (size_t)k * (size_t)d, d);
	}
	error = solve(blas, w, p->ridge, d);
	memcpy(x, w->b, (size_t)d * sizeof *x);
	return error;
}

/* n unknowns: (ridge E + Z Z') y = t, x = Z'y. */
static double
solve_flat(const struct mr_ridge_row *p, const struct mr_blas *blas,
    const struct parts *w, double *x)
{
	int n = (int)p->n, d = p->dim;
	double error;

	for (int from = 0; from < n; from += CHUNK) {
		int some = n - from < CHUNK ? n - from : CHUNK;

		p->rows(p->ctx, from, some, w->z + (size_t)from * (size_t)d,
		    w->t);
		memcpy(w->b + from, w->t, (size_t)some * sizeof *w->b);
	}
	blas->dsyrk(MR_ROW_MAJOR, MR_LOWER, MR_NO_TRANS, n, d, 1, w->z, d, 0, w->a,
	    n);
	error = solve(blas, w, p->ridge, n);
	memset(x, 0, (size_t)d * sizeof *x);
	for (int k = 0; k < n; k++)
		add(x, w->b[k], w->z + (size_t)k * (size_t)d, d);
	return error;
}

double
mr_ridge_solve(const struct mr_ridge_row *p, const struct mr_blas *blas,
    double *work, double *x)
{
	struct parts w = lay_out(work, p->dim);

	double error = p->n < p->dim ? solve_flat(p, blas, &w, x) :
	    solve_tall(p, blas, &w, x);

	for (int j = 0; j < p->dim; j++)
		if (!isfinite(x[j]))
			return INFINITY;
	return error;
}

void
mr_vague_warn(const struct mr_vague *users, const struct mr_vague *items,
    const struct mr_names *names, const char *help, struct mr_report *report)
{
	bool user = users->rows > 0;
	char who[MR_CALLED];

	if (!user && items->rows == 0)
		return;
	mr_names_call(who, sizeof who, user ? "user" : "item",
	    user ? names->users : names->items,
	    user ? users->first : items->first);
	mr_report_warn(report, "the factors of %lld users and %lld items have "
	    "fewer than four right digits, the first %s: %s",
	    (long long)users->rows, (long long)items->rows, who, help);
}

int
mr_no_solution(const char *kind, const struct mr_ids *names, int64_t row,
    struct mr_err *err)
{
	char who[MR_CALLED];

	mr_names_call(who, sizeof who, kind, names, row);
	return mr_err_set(err, MR_ENUMERIC, "no finite solution for %s: a "
	    "larger lambda helps", who);
}
