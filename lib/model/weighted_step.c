/* All rows of a half-step of implicit ALS; see weighted_step.h.
 * SPDX-License-Identifier: MIT */
#include "model/weighted_step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/gemm.h"
#include "math/gram.h"
#include "model/weighted_parts.h"

#define TASK 128	/* rows, in their order: their entries stand together */
#define FLOAT_ENOUGH 1e3	/* condition for which float will do */

/* A step, and what its rows came to. */
struct step {
	struct mr_weighted_run run;
	struct mr_weighted_work *work;	/* [threads] */
	_Atomic int64_t bad, vague, first_vague;
};

double
mr_weighted_ridge_of(const struct mr_fold *rule, int64_t n, int64_t N)
{
	return rule->lambda * pow((double)n + rule->unobserved * (double)N,
	    rule->exponent);
}

double
mr_weighted_ridge(const struct mr_weighted *o, int64_t n)
{
	return mr_weighted_ridge_of(&o->rule, n, o->gram ? o->n_fixed :
	    o->R->cols);
}

int64_t
mr_weighted_width(int64_t d)
{
	return (d + MR_LANE_ROW - 1) / MR_LANE_ROW * MR_LANE_ROW;
}

struct mr_chosen
mr_weighted_chosen(const struct mr_weighted_run *run, int64_t row,
    int64_t next)
{
	const struct mr_csr *R = run->o->R;
	int64_t from = R->ptr[row];

	return (struct mr_chosen){ .y = run->o->fixed->a,
	    .width = run->width, .idx = R->idx + from, .val = R->val + from,
	    .alpha = (float)run->o->rule.alpha, .n = R->ptr[row + 1] - from,
	    .next = next < 0 ? NULL : R->idx + R->ptr[next],
	    .n_next = next < 0 ? 0 : R->ptr[next + 1] - R->ptr[next] };
}

/* The row of a step that mr_ridge_solve asks for; z_k and sqrt(c_k). */
struct wide_row {
	const struct step *s;
	struct mr_chosen c;
	double *root;		/* [d] of D^-1 */
};

static void
wide_rows(const void *ctx, int64_t from, int64_t n, double *z, double *t)
{
	const struct wide_row *r = ctx;
	int64_t d = r->s->run.o->d;

	for (int64_t k = from; k < from + n; k++, z += d) {
		const float *y = r->c.y + r->c.idx[k] * r->c.width;
		double c = 1 + r->s->run.o->rule.alpha * (double)r->c.val[k];

		*t = sqrt(c);
		for (int64_t j = 0; j < d; j++)
			z[j] = *t * r->root[j] * (double)y[j];
		t++;
	}
}

/* In double, by way of z: x = D^-1/2 times the solution of E + Z'Z. */
static void
solve_wide(struct step *s, const struct mr_weighted_work *w, int64_t row)
{
	const struct mr_weighted_run *run = &s->run;
	int64_t d = run->o->d;
	struct wide_row r = { s, mr_weighted_chosen(run, row, -1), w->x + d };
	const struct mr_ridge_row p = { (int)d, r.c.n, 1, wide_rows, &r };
	double ridge = mr_weighted_ridge(run->o, r.c.n), error;
	float *x = mr_mat_row(run->o->rows, row);
	bool finite;

	for (int64_t j = 0; j < d; j++) {
		double at = run->o->rule.unobserved *
		    run->turned.eigenvalue[j] + ridge;

		r.root[j] = at > (double)run->least ? 1 / sqrt(at) : 0;
	}
	error = mr_ridge_solve(&p, run->blas, w->ridge, w->x);
	finite = isfinite(error);
	for (int64_t j = 0; j < d; j++) {
		x[j] = (float)(w->x[j] * r.root[j]);
		finite = finite && isfinite(x[j]);
	}
	if (!finite)
		mr_par_lowest(&s->bad, row);
	else if (error > MR_FOUR_DIGITS) {
		s->vague++;
		mr_par_lowest(&s->first_vague, row);
	}
}

/* Is float enough for the row's condition? */
static bool
is_mild(const struct mr_weighted_run *run, int64_t row)
{
	const struct mr_csr *R = run->o->R;
	double most = 1;

	if (run->o->rule.alpha > 0)
		for (int64_t k = R->ptr[row]; k < R->ptr[row + 1]; k++)
			most = fmax(most, 1 + run->o->rule.alpha *
			    (double)R->val[k]);
	return 1 + most / run->o->rule.unobserved <= FLOAT_ENOUGH;
}

static bool
is_finite(const struct mr_weighted_run *run, int64_t row)
{
	const float *x = mr_mat_row(run->o->rows, row);

	for (int64_t j = 0; j < run->o->d; j++)
		if (!isfinite(x[j]))
			return false;
	return true;
}

/* The last solutions of n rows, in the basis of this step: many at once, as
 * the basis is read for each time. */
static void
turn_starts(const struct mr_weighted_run *run,
    const struct mr_weighted_work *w, const int64_t *row, int n)
{
	size_t size = (size_t)run->width * sizeof *w->start;
	float *turned = w->start + TASK * run->width;

	for (int i = 0; i < n; i++)
		memcpy(w->start + i * run->width, mr_mat_row(run->o->rows,
		    row[i]), size);
	mr_gemm(w->start, n, run->width, run->turned.q, run->o->d, run->o->d,
	    turned, run->width);
	for (int i = 0; i < n; i++)
		memcpy(mr_mat_row(run->o->rows, row[i]), turned + i *
		    run->width, (size_t)run->o->d * sizeof *turned);
}

static void
solve_long(struct step *s, const struct mr_weighted_work *w, int64_t row,
    int64_t next)
{
	if (!mr_weighted_long(&s->run, w, row, next,
	    mr_mat_row(s->run.o->rows, row)))
		solve_wide(s, w, row);
}

static void
solve_short(struct step *s, const struct mr_weighted_work *w,
    const int64_t *row, int n)
{
	for (int i = 0; i < n; i += MR_SHORT_AT_ONCE) {
		int some = n - i < MR_SHORT_AT_ONCE ? n - i :
		    MR_SHORT_AT_ONCE;

		mr_weighted_short(&s->run, w, row + i, some);
		for (int k = i; k < i + some; k++)
			if (!is_finite(&s->run, row[k]))
				solve_wide(s, w, row[k]);
	}
}

/* Rows of a task by what is to be done with them. */
struct sorted {
	/* Those to be solved exactly, by length, and the others but the
	 * longest. */
	int64_t shorts[TASK], longs[TASK];
	int n_shorts, n_longs;
};

/* Solves those that need double, and empty ones, on the way. */
static void
sort_rows(struct step *s, const struct mr_weighted_work *w, int64_t from,
    int64_t to, struct sorted *out)
{
	const struct mr_csr *R = s->run.o->R;
	int64_t most = s->run.o->d < MR_SHORT_ROW ? s->run.o->d :
	    MR_SHORT_ROW;
	int begin[MR_SHORT_ROW + 2] = { 0 };
	bool mild[TASK] = { false };

	out->n_longs = 0;
	for (int64_t row = from; row < to; row++) {
		int64_t n = R->ptr[row + 1] - R->ptr[row];

		mild[row - from] = n > 0 && is_mild(&s->run, row);
		if (n == 0)
			memset(mr_mat_row(s->run.o->rows, row), 0,
			    (size_t)s->run.width * sizeof(float));
		else if (!mild[row - from])
			solve_wide(s, w, row);
		else if (n <= most)
			begin[n + 1]++;
		else if (n <= MR_WHOLE_ROW)
			out->longs[out->n_longs++] = row;
	}
	for (int n = 0; n <= MR_SHORT_ROW; n++)
		begin[n + 1] += begin[n];
	out->n_shorts = begin[MR_SHORT_ROW + 1];
	for (int64_t row = from; row < to; row++) {
		int64_t n = R->ptr[row + 1] - R->ptr[row];

		if (mild[row - from] && n <= most)
			out->shorts[begin[n]++] = row;
	}
}

static void
step_task(void *ctx, int64_t task, int worker)
{
	struct step *s = ctx;
	const struct mr_weighted_work *w = &s->work[worker];
	int64_t from = task * TASK, rows = s->run.o->R->rows;
	struct sorted sorted;

	sort_rows(s, w, from, from + TASK < rows ? from + TASK : rows,
	    &sorted);
	solve_short(s, w, sorted.shorts, sorted.n_shorts);
	turn_starts(&s->run, w, sorted.longs, sorted.n_longs);
	for (int i = 0; i < sorted.n_longs; i++)
		solve_long(s, w, sorted.longs[i], i + 1 < sorted.n_longs ?
		    sorted.longs[i + 1] : -1);
}

static void
work_free(struct mr_weighted_work *work, int threads)
{
	for (int i = 0; work && i < threads; i++) {
		free(work[i].z);
		free(work[i].sum);
	}
	free(work);
}

static bool
work_fill(struct mr_weighted_work *w, size_t width, struct mr_err *err)
{
	size_t most = MR_SHORT_ROW, lanes = MR_SHORT_AT_ONCE;

	w->z = mr_alloc(most * width + most * (most + 1) / 2 * lanes +
	    2 * most * lanes + (2 * TASK + 6) * width, sizeof *w->z,
	    "workspace", err);
	w->sum = mr_alloc((MR_WEIGHTED_SEGMENTS + 2) * width +
	    mr_ridge_work((int)width),
	    sizeof *w->sum, "workspace", err);
	if (!w->z || !w->sum)
		return false;
	w->k = w->z + most * width;
	w->b = w->k + most * (most + 1) / 2 * lanes;
	w->root_c = w->b + most * lanes;
	w->inverse = w->root_c + most * lanes;
	w->root = w->inverse + width;
	w->r = w->root + width;
	w->p = w->r + width;
	w->q = w->p + width;
	w->s = w->q + width;
	w->start = w->s + width;
	w->x = w->sum + MR_WEIGHTED_SEGMENTS * width;
	w->ridge = w->x + 2 * width;
	return true;
}

static struct mr_weighted_work *
work_new(int threads, int64_t width, struct mr_err *err)
{
	struct mr_weighted_work *work = mr_alloc((size_t)threads,
	    sizeof *work, "workspace", err);

	for (int i = 0; work && i < threads; i++)
		if (!work_fill(&work[i], (size_t)width, err)) {
			work_free(work, threads);
			return NULL;
		}
	return work;
}

static void
solve_all(struct step *s)
{
	const struct mr_csr *R = s->run.o->R;

	for (int64_t row = 0; row < R->rows; row++)
		if (R->ptr[row + 1] - R->ptr[row] > MR_WHOLE_ROW &&
		    is_mild(&s->run, row)) {
			turn_starts(&s->run, &s->work[0], &row, 1);
			solve_long(s, &s->work[0], row, -1);
		}
	mr_par_run(s->run.threads, (R->rows + TASK - 1) / TASK, step_task, s);
}

/* How the fixed side is to be turned, and turns it. */
static int
turn(struct step *s, struct mr_err *err)
{
	const struct mr_weighted *o = s->run.o;
	size_t d = (size_t)o->d;
	double *g = mr_alloc(d * d, sizeof *g, "Gramian", err);
	int rc = g ? MR_OK : MR_ENOMEM;

	if (g && o->gram)
		memcpy(g, o->gram, d * d * sizeof *g);
	else if (g)
		rc = mr_gram(s->run.blas, o->fixed->a, o->fixed->rows,
		    (int)o->d, o->fixed->cols, s->run.threads, g, err);
	if (rc == MR_OK)
		rc = mr_turned_open(&s->run.turned, g, o->d, &o->rule,
		    o->gram ? o->n_fixed : o->R->cols, s->run.blas, err);
	free(g);
	return rc ? rc : mr_turned_rows(&s->run.turned, o->fixed, o->d,
	    s->run.threads, err);
}

int
mr_weighted_step(const struct mr_weighted *o, const struct mr_blas *blas,
    int threads, struct mr_vague *vague, struct mr_err *err)
{
	struct step s = { .run = { .o = o, .blas = blas,
	    .f = mr_row_kernels_at(mr_simd_level()),
	    .width = o->fixed->cols,
	    .threads = threads > 0 ? threads : mr_par_cpus() },
	    .bad = INT64_MAX, .first_vague = INT64_MAX };
	double a0 = o->rule.unobserved;
	int rc;

	s.run.base = mr_alloc((size_t)s.run.width, sizeof *s.run.base,
	    "workspace", err);
	s.work = work_new(s.run.threads, s.run.width, err);
	rc = s.run.base && s.work ? turn(&s, err) : MR_ENOMEM;
	if (rc == MR_OK) {
		for (int64_t j = 0; j < o->d; j++)
			s.run.base[j] = (float)(a0 *
			    s.run.turned.eigenvalue[j]);
		s.run.least = (float)(0x1p-52 * (double)o->d * (a0 *
		    s.run.turned.eigenvalue[0] + mr_weighted_ridge(o, 1)));
		solve_all(&s);
		*vague = (struct mr_vague){ s.vague,
		    s.vague ? s.first_vague : -1 };
		if (s.bad != INT64_MAX)
			rc = mr_no_solution(o->row_kind, o->row_names,
			    s.bad, err);
	}
	mr_turned_free(&s.run.turned);
	work_free(s.work, s.run.threads);
	free(s.run.base);
	return rc;
}
