/* Drawing what stands behind ordered ratings; see bayes_ordered.h.
 * SPDX-License-Identifier: MIT */
#include "model/bayes_ordered.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/normal.h"

#define ROWS_PER_TASK 32
#define STEP 2.4	/* of a random walk, in standard deviations */
/* What a rating beside a cut tells of it, by 1 / its variance. */
#define TELLS 0.4

enum { FOR_STEPS = 1, FOR_ACCEPTING, FOR_Z };

/* The place of a rating's level, or where a new one belongs. */
static int
find_level(const struct mr_ordered *o, double rating)
{
	int k = 0;

	while (k < o->n && o->level[k] < rating)
		k++;
	return k;
}

static void
find_levels(struct mr_ordered *o, const struct mr_csr *R)
{
	for (int64_t k = 0; k < mr_csr_nnz(R); k++) {
		double r = (double)R->val[k];
		int at = find_level(o, r);

		if (at < o->n && o->level[at] <= r)
			continue;
		if (o->n == MR_LEVELS) {
			o->n = 0;
			return;
		}
		memmove(o->level + at + 1, o->level + at, (size_t)(o->n - at) *
		    sizeof *o->level);
		o->level[at] = r;
		o->n++;
	}
	if (o->n < 3)
		o->n = 0;
}

int
mr_bayes_ordered_new(struct mr_bayes_ordered *b, const struct mr_csr *R,
    struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(R), below = 0;

	*b = (struct mr_bayes_ordered){ .o.n = 0 };
	find_levels(&b->o, R);
	if (b->o.n == 0)
		return MR_OK;
	b->level = mr_alloc((size_t)nnz, 1, "levels of ratings", err);
	if (!b->level)
		return MR_ENOMEM;
	for (int64_t k = 0; k < nnz; k++) {
		int at = find_level(&b->o, (double)R->val[k]);

		b->level[k] = (unsigned char)at;
		b->count[at]++;
	}
	for (int j = 0; j + 1 < b->o.n; j++) {
		below += b->count[j];
		b->o.cut[j] = mr_normal_at((double)below / (double)nnz);
	}
	return MR_OK;
}

void
mr_bayes_ordered_free(struct mr_bayes_ordered *b)
{
	free(b->level);
	*b = (struct mr_bayes_ordered){ .o.n = 0 };
}

struct run {
	struct mr_bayes_ordered *b;
	const struct mr_bayes_side *s;
	const struct mr_bayes_given *g;
	const float *fit;
	float *z, *target;
	double cut[MR_LEVELS];	/* tried */
	double *gain;	/* [tasks * MR_LEVELS] log of odds for it */
};

static double
bound(const double *cut, int n, int at)
{
	return at < 0 ? -INFINITY : at >= n - 1 ? INFINITY : cut[at];
}

/* log P(the rating | the other cut) / P(it | this one), of a cut above or below
 * its level. */
static double
odds(const struct run *r, int level, bool above, double mean, double root)
{
	const struct mr_ordered *o = &r->b->o;
	double lo = (bound(o->cut, o->n, level - 1) - mean) * root;
	double hi = (bound(o->cut, o->n, level) - mean) * root;
	double now = mr_normal_between(lo, hi), then;

	if (above)
		hi = (r->cut[level] - mean) * root;
	else
		lo = (r->cut[level - 1] - mean) * root;
	then = hi > lo ? mr_normal_between(lo, hi) : 0;
	return log(fmax(then, 1e-300) / fmax(now, 1e-300));
}

/* What a rating's z is around, and 1 / its standard deviation. */
static double
mean_of(const struct run *r, int64_t u, int64_t k, double *root)
{
	*root = sqrt(r->g->alpha * (double)r->s->omega[u] *
	    (double)r->g->other->omega[r->s->R->idx[k]]);
	return (double)r->z[k] + (double)r->fit[k] - (double)r->target[k];
}

/* Of the cuts that are tried, which do not touch one another. */
static void
odds_task(void *ctx, int64_t task, int worker)
{
	const struct run *r = ctx;
	const struct mr_csr *R = r->s->R;
	int64_t to = (task + 1) * ROWS_PER_TASK;
	double *gain = r->gain + task * MR_LEVELS;

	(void)worker;
	for (int64_t u = task * ROWS_PER_TASK; u < to && u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			int level = r->b->level[k];
			double root, mean = mean_of(r, u, k, &root);
			const double *now = r->b->o.cut;

			if (level + 1 < r->b->o.n && (r->cut[level] <
			    now[level] || r->cut[level] > now[level]))
				gain[level] += odds(r, level, true, mean,
				    root);
			if (level > 0 && (r->cut[level - 1] < now[level - 1] ||
			    r->cut[level - 1] > now[level - 1]))
				gain[level - 1] += odds(r, level, false, mean,
				    root);
		}
}

/* Every other cut, from first on. */
static void
walk(struct run *r, int first, int64_t tasks)
{
	struct mr_bayes_ordered *b = r->b;
	uint64_t key = r->g->key;

	memcpy(r->cut, b->o.cut, sizeof r->cut);
	memset(r->gain, 0, (size_t)tasks * MR_LEVELS * sizeof *r->gain);
	for (int j = first; j < b->o.n - 2; j += 2)
		r->cut[j] += STEP / sqrt(TELLS * r->g->alpha *
		    (double)(b->count[j] + b->count[j + 1])) *
		    mr_rng_normal(key, FOR_STEPS, (uint64_t)j);
	mr_par_run(r->g->threads, tasks, odds_task, r);
	for (int j = first; j < b->o.n - 2; j += 2) {
		double gain = 0;

		for (int64_t t = 0; t < tasks; t++)
			gain += r->gain[t * MR_LEVELS + j];
		if (r->cut[j] > b->o.cut[j - 1] && r->cut[j] <
		    b->o.cut[j + 1] && log(1 - mr_rng_uniform(key,
		    FOR_ACCEPTING, (uint64_t)j)) < gain)
			b->o.cut[j] = r->cut[j];
	}
}

static void
z_task(void *ctx, int64_t task, int worker)
{
	const struct run *r = ctx;
	const struct mr_ordered *o = &r->b->o;
	const struct mr_csr *R = r->s->R;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	(void)worker;
	for (int64_t u = task * ROWS_PER_TASK; u < to && u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			int level = r->b->level[k];
			double root, mean = mean_of(r, u, k, &root);
			double z = mean + mr_normal_draw(r->g->key, FOR_Z,
			    (uint64_t)k, (bound(o->cut, o->n, level - 1) -
			    mean) * root, (bound(o->cut, o->n, level) - mean) *
			    root) / root;

			r->target[k] = (float)(z - mean + (double)r->fit[k]);
			r->z[k] = (float)z;
		}
}

int
mr_bayes_draw_ordered(struct mr_bayes_ordered *b,
    const struct mr_bayes_side *users, const struct mr_bayes_given *g,
    const float *fit, float *z, float *target, struct mr_err *err)
{
	int64_t tasks = (users->R->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
	struct run r = { .b = b, .s = users, .g = g, .fit = fit, .z = z,
	    .target = target };

	r.gain = mr_alloc((size_t)tasks, MR_LEVELS * sizeof *r.gain,
	    "cuts of ratings", err);
	if (!r.gain)
		return MR_ENOMEM;
	walk(&r, 1, tasks);
	walk(&r, 2, tasks);
	mr_par_run(g->threads, tasks, z_task, &r);
	free(r.gain);
	return MR_OK;
}
