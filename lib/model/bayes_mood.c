/* Drawing moods; see bayes_mood.h.
 * SPDX-License-Identifier: MIT */
#include "model/bayes_mood.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/draw.h"

#define ROWS_PER_TASK 32
#define SPAN 300.0	/* seconds; chosen on parts of MovieLens-100K u1.base */
#define END_OF_TIME 1e18	/* numbers beyond are no times */
#define MOST_STEPS 2147483000.0	/* that an int32_t holds */

enum { FOR_TAU = 1, FOR_STATES };

/* ---- the times of each user ---- */

struct dated {
	double time;
	int64_t k;
};

static bool
is_time(double t)
{
	return fabs(t) < END_OF_TIME;
}

static int
earlier(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;

	if (x->time < y->time || x->time > y->time)
		return x->time < y->time ? -1 : 1;
	return x->k < y->k ? -1 : x->k > y->k;
}

/* The steps of one user behind those before, and his ratings' places. */
static void
place(struct mr_bayes_mood *b, struct dated *d, int64_t n, int64_t *used)
{
	struct mr_csr *E = &b->m.E;
	int64_t first = *used;

	qsort(d, (size_t)n, sizeof *d, earlier);
	for (int64_t i = 0; i < n; i++) {
		int32_t at = (int32_t)((d[i].time - b->m.origin) / b->m.step);

		if (*used == first || E->idx[*used - 1] != at)
			E->idx[(*used)++] = at;
		b->state[d[i].k] = *used - 1;
	}
}

static int
place_all(struct mr_bayes_mood *b, const struct mr_csr *R, const double *time,
    struct mr_err *err)
{
	struct mr_csr *E = &b->m.E;
	int64_t longest = 0, used = 0;
	struct dated *d;

	for (int64_t u = 0; u < R->rows; u++)
		if (R->ptr[u + 1] - R->ptr[u] > longest)
			longest = R->ptr[u + 1] - R->ptr[u];
	d = mr_alloc((size_t)longest, sizeof *d, "times", err);
	if (!d)
		return MR_ENOMEM;
	for (int64_t u = 0; u < R->rows; u++) {
		int64_t n = 0;

		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			b->state[k] = -1;
			if (is_time(time[k]))
				d[n++] = (struct dated){ time[k], k };
		}
		place(b, d, n, &used);
		E->ptr[u + 1] = used;
	}
	free(d);
	return MR_OK;
}

int
mr_bayes_mood_new(struct mr_bayes_mood *b, const struct mr_csr *R,
    const double *time, struct mr_err *err)
{
	double lo = INFINITY, hi = -INFINITY;
	int64_t dated = 0;
	struct mr_csr *E = &b->m.E;

	*b = (struct mr_bayes_mood){ .tau = 10, .m.span = SPAN };
	for (int64_t k = 0; k < mr_csr_nnz(R); k++) {
		if (!is_time(time[k]))
			continue;
		lo = fmin(lo, time[k]);
		hi = fmax(hi, time[k]);
		dated++;
	}
	b->m.origin = dated ? floor(lo) : 0;
	b->m.step = dated ? fmax(1, (hi - lo) / MOST_STEPS) : 1;
	E->rows = R->rows;
	E->cols = dated ? (int64_t)((hi - b->m.origin) / b->m.step) + 1 : 1;
	E->ptr = mr_alloc((size_t)R->rows + 1, sizeof *E->ptr, "times", err);
	E->idx = mr_alloc((size_t)dated, sizeof *E->idx, "times", err);
	E->val = mr_alloc((size_t)dated, sizeof *E->val, "moods", err);
	b->sum = mr_alloc((size_t)dated, sizeof *b->sum, "moods", err);
	b->state = mr_alloc((size_t)mr_csr_nnz(R), sizeof *b->state, "times",
	    err);
	if (!E->ptr || !E->idx || !E->val || !b->sum || !b->state)
		return MR_ENOMEM;
	return place_all(b, R, time, err);
}

void
mr_bayes_mood_free(struct mr_bayes_mood *b)
{
	mr_csr_free(&b->m.E);
	free(b->state);
	free(b->sum);
	*b = (struct mr_bayes_mood){ 0 };
}

/* ---- their moods ---- */

/* Of a step, before it: mean and variance; with its ratings: likewise. */
struct filter {
	double mean, var, mean_in, var_in;
	double w, we;	/* sums of precisions, and of them times errors */
};

struct run {
	struct mr_bayes_mood *b;
	const struct mr_bayes_side *s;
	const struct mr_bayes_given *g;
	const float *z, *fit;
	float *target;
	struct filter **f;	/* [threads] the longest row each */
	double *square;		/* [tasks] of moods, in their own spread */
};

static void
add_ratings(const struct run *r, int64_t u, struct filter *f, int64_t n)
{
	const struct mr_csr *R = r->s->R;
	const int64_t *state = r->b->state;
	int64_t first = r->b->m.E.ptr[u];

	memset(f, 0, (size_t)n * sizeof *f);
	for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
		double w = r->g->alpha * (double)r->s->omega[u] *
		    (double)r->g->other->omega[R->idx[k]];

		if (state[k] < 0)
			continue;
		f[state[k] - first].w += w;
		f[state[k] - first].we += w * ((double)r->z[k] -
		    (double)r->fit[k]);
	}
}

/* The correlation of a step with the one before. */
static double
correlation(const struct mr_moods *m, const int32_t *at, int64_t i)
{
	return exp(-((double)at[i] - (double)at[i - 1]) * m->step / m->span);
}

static void
forwards(const struct run *r, const int32_t *at, struct filter *f, int64_t n)
{
	double var = 1 / r->b->tau;

	for (int64_t i = 0; i < n; i++) {
		double rho = i ? correlation(&r->b->m, at, i) : 0;

		f[i].mean = i ? rho * f[i - 1].mean_in : 0;
		f[i].var = i ? rho * rho * f[i - 1].var_in + (1 - rho * rho) *
		    var : var;
		f[i].var_in = f[i].var / (1 + f[i].w * f[i].var);
		f[i].mean_in = f[i].mean + f[i].var_in * (f[i].we - f[i].w *
		    f[i].mean);
	}
}

/* Draws, and returns the sum of squares of what is new in each step, by the
 * variance that a mood of variance 1 would have there. */
static double
backwards(const struct run *r, const int32_t *at, const struct filter *f,
    int64_t n, int64_t first, float *e)
{
	double after = 0, rho = 0, square = 0;

	for (int64_t i = n - 1; i >= 0; i--) {
		double mean = f[i].mean_in, var = f[i].var_in, now;

		if (i + 1 < n) {
			double gain = var * rho / f[i + 1].var;

			mean += gain * (after - f[i + 1].mean);
			var = fmax(0, var - gain * gain * f[i + 1].var);
		}
		now = mean + sqrt(var) * mr_rng_normal(r->g->key, FOR_STATES,
		    (uint64_t)(first + i));
		if (i + 1 < n)
			square += (after - rho * now) * (after - rho * now) /
			    (1 - rho * rho);
		if (i == 0)
			square += now * now;
		else
			rho = correlation(&r->b->m, at, i);
		after = now;
		e[i] = (float)now;
	}
	return square;
}

static void
mood_task(void *ctx, int64_t task, int worker)
{
	const struct run *r = ctx;
	const struct mr_csr *R = r->s->R, *E = &r->b->m.E;
	int64_t to = (task + 1) * ROWS_PER_TASK;
	struct filter *f = r->f[worker];

	for (int64_t u = task * ROWS_PER_TASK; u < to && u < R->rows; u++) {
		int64_t first = E->ptr[u], n = E->ptr[u + 1] - first;

		add_ratings(r, u, f, n);
		forwards(r, E->idx + first, f, n);
		r->square[task] += backwards(r, E->idx + first, f, n, first,
		    E->val + first);
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			r->target[k] = r->z[k] - (r->b->state[k] < 0 ? 0 :
			    E->val[r->b->state[k]]);
	}
}

static int
run_tasks(struct run *r, int64_t tasks, int threads, struct mr_err *err)
{
	const struct mr_csr *E = &r->b->m.E;
	int64_t longest = 1, n = 0;
	int rc = MR_OK;

	for (int64_t u = 0; u < E->rows; u++)
		if (E->ptr[u + 1] - E->ptr[u] > longest)
			longest = E->ptr[u + 1] - E->ptr[u];
	r->f = mr_alloc((size_t)threads, sizeof *r->f, "workspace", err);
	for (; r->f && n < threads && rc == MR_OK; n++) {
		r->f[n] = mr_alloc((size_t)longest, sizeof **r->f,
		    "workspace of a user's times", err);
		rc = r->f[n] ? MR_OK : MR_ENOMEM;
	}
	if (r->f && rc == MR_OK)
		mr_par_run(threads, tasks, mood_task, r);
	for (int64_t i = 0; i < n; i++)
		free(r->f[i]);
	rc = r->f ? rc : MR_ENOMEM;
	free(r->f);
	return rc;
}

int
mr_bayes_draw_mood(struct mr_bayes_mood *b, const struct mr_bayes_side *users,
    const struct mr_bayes_given *g, const float *z, const float *fit,
    float *target, struct mr_err *err)
{
	int64_t tasks = (users->R->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
	struct run r = { b, users, g, z, fit, target, NULL, NULL };
	double square = 0;
	int rc;

	r.square = mr_alloc((size_t)tasks, sizeof *r.square, "moods", err);
	if (!r.square)
		return MR_ENOMEM;
	rc = run_tasks(&r, tasks, g->threads > 0 ? g->threads : mr_par_cpus(),
	    err);
	for (int64_t i = 0; i < tasks; i++)
		square += r.square[i];
	free(r.square);
	b->tau = mr_draw_gamma(g->key, FOR_TAU, 1 + 0.5 *
	    (double)mr_csr_nnz(&b->m.E)) / (1 + 0.5 * square);
	return rc;
}
