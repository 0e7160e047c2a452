/* Bootstrap and permutation over users; see resample.h.
 * SPDX-License-Identifier: MIT */
#include "eval/resample.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "eval/slope.h"
#include "eval/student.h"

/* Streams of the permutation begin here, behind those of the bootstrap. */
#define SWAP_STREAM ((uint64_t)1 << 48)

/* A statistic of the sample at hand. */
struct pool_stat {
	double f, s;		/* its standard error, of its logarithm where
				 * log; 0: no interval */
	bool log;
};

/* Resamples are tasks.  A worker has count [n] and sum [2 m], the sums of a
 * and behind them those of b; a task writes result [n_stats], its own row. */
struct pool {
	const struct mr_eval_sample *x;
	const struct mr_eval_draws *draws;
	uint32_t *count;	/* [threads * n] */
	double *sum;		/* [threads * 2 m] */
	double *result;		/* [draws->n * n_stats] */
	double *total;		/* [2 m] sums as they are */
	struct pool_stat *at;	/* [n_stats] */
};

double
mr_eval_stat_of(const struct mr_eval_stat *stat, const double *s, int64_t n)
{
	double den = stat->den < 0 ? (double)n : s[stat->den], v;

	/* Sums of what swapping took away may leave a rounding below 0. */
	if (!(den > 0))
		return NAN;
	v = s[stat->num] / den;
	return stat->root ? sqrt(v > 0 ? v : 0) : v;
}

/* sum += table' weight; four users at a time, which are four chains of
 * additions; the order is a function of n alone. */
static void
add_weighted(double *sum, const double *table, const uint32_t *weight,
    int64_t n, int m)
{
	int64_t u = 0;

	for (; u + 4 <= n; u += 4) {
		const double *t = table + u * m;
		double w0 = weight[u], w1 = weight[u + 1];
		double w2 = weight[u + 2], w3 = weight[u + 3];

		for (int c = 0; c < m; c++)
			sum[c] += (w0 * t[c] + w1 * t[m + c]) +
			    (w2 * t[2 * m + c] + w3 * t[3 * m + c]);
	}
	for (; u < n; u++)
		for (int c = 0; c < m; c++)
			sum[c] += (double)weight[u] * table[u * m + c];
}

static void
add_all(double *sum, const double *table, int64_t n, int m)
{
	for (int64_t u = 0; u < n; u++)
		for (int c = 0; c < m; c++)
			sum[c] += table[u * m + c];
}

int
mr_eval_values(const struct mr_eval_sample *x, double *value, double *other,
    struct mr_err *err)
{
	double *sum = mr_alloc((size_t)x->m, 2 * sizeof *sum, "sums", err);

	if (!sum)
		return MR_ENOMEM;
	add_all(sum, x->a, x->n, x->m);
	if (other)
		add_all(sum + x->m, x->b, x->n, x->m);
	for (int i = 0; i < x->n_stats; i++) {
		value[i] = mr_eval_stat_of(&x->stat[i], sum, x->n);
		if (other)
			other[i] = mr_eval_stat_of(&x->stat[i], sum + x->m,
			    x->n);
	}
	free(sum);
	return MR_OK;
}

static void
draw_users(uint32_t *count, int64_t n, uint64_t seed, uint64_t stream)
{
	memset(count, 0, (size_t)n * sizeof *count);
	for (int64_t j = 0; j < n; j += 2) {
		uint64_t x = mr_rng_u64(seed, stream, (uint64_t)j / 2);

		count[(x >> 32) * (uint64_t)n >> 32]++;
		if (j + 1 < n)
			count[(x & 0xffffffff) * (uint64_t)n >> 32]++;
	}
}

static bool
by_logarithm(const struct mr_eval_sample *x, int i)
{
	bool positive = !x->b;

	for (int64_t u = 0; positive && u < x->n; u++)
		positive = !(x->a[u * x->m + x->stat[i].num] < 0);
	return positive;
}

/* |g(f*) - g(f)| / s*; INFINITY where all who were drawn are alike, NAN where
 * they have no statistic. */
static double
distance(const struct pool *p, int i, const double *sum,
    const uint32_t *count)
{
	const struct mr_eval_sample *x = p->x;
	const struct pool_stat *at = &p->at[i];
	struct mr_eval_slope y = mr_eval_slope_at(x, i, sum);
	double d = fabs(at->log ? log(y.f / at->f) : y.f - at->f), s;

	if (isnan(y.f))
		return NAN;
	s = mr_eval_slope_error(x, i, &y, count) / (at->log ? y.f : 1);
	/* What rounding leaves of equal users is no error. */
	if (!(s > 1e-9 * at->s))
		return INFINITY;
	return d / s;
}

static void
bootstrap_task(void *ctx, int64_t task, int worker)
{
	const struct pool *p = ctx;
	const struct mr_eval_sample *x = p->x;
	uint32_t *count = p->count + worker * x->n;
	double *sum = p->sum + (int64_t)worker * 2 * x->m;
	double *result = p->result + task * x->n_stats;

	draw_users(count, x->n, p->draws->seed, (uint64_t)task);
	memset(sum, 0, 2 * (size_t)x->m * sizeof *sum);
	add_weighted(sum, x->a, count, x->n, x->m);
	if (x->b)
		add_weighted(sum + x->m, x->b, count, x->n, x->m);
	for (int i = 0; i < x->n_stats; i++)
		if (p->at[i].s > 0)
			result[i] = distance(p, i, sum, count);
}

/* The rows of a and b differ by x->b - x->a: what an exchange moves. */
static void
swap_task(void *ctx, int64_t task, int worker)
{
	const struct pool *p = ctx;
	const struct mr_eval_sample *x = p->x;
	double *moved = p->sum + (int64_t)worker * 2 * x->m;
	double *result = p->result + task * x->n_stats;
	uint64_t bits = 0;
	int m = x->m;

	memset(moved, 0, (size_t)m * sizeof *moved);
	for (int64_t u = 0; u < x->n; u++) {
		double w;

		if (u % 64 == 0)
			bits = mr_rng_u64(p->draws->seed,
			    SWAP_STREAM + (uint64_t)task, (uint64_t)u / 64);
		w = (double)(bits >> (u % 64) & 1);
		for (int c = 0; c < m; c++)
			moved[c] += w * (x->b[u * m + c] - x->a[u * m + c]);
	}
	for (int c = 0; c < m; c++) {
		moved[m + c] = p->total[m + c] - moved[c];
		moved[c] += p->total[c];
	}
	for (int i = 0; i < x->n_stats; i++)
		result[i] = mr_eval_stat_of(&x->stat[i], moved, x->n) -
		    mr_eval_stat_of(&x->stat[i], moved + m, x->n);
}

/* The statistics as they are; those whose users are all alike have no error. */
static void
stats_at(struct pool *p)
{
	const struct mr_eval_sample *x = p->x;

	for (int i = 0; i < x->n_stats; i++) {
		struct mr_eval_slope y = mr_eval_slope_at(x, i, p->total);
		bool logs = by_logarithm(x, i);
		double s = x->n > 1 && x->stat[i].scale == MR_SCALE_SUMS ?
		    mr_eval_slope_error(x, i, &y, NULL) / (logs ? y.f : 1) : 0;

		p->at[i] = (struct pool_stat){ y.f, isfinite(s) &&
		    s > 1e-9 * (logs ? 1 : fabs(y.f)) ? s : 0, logs };
	}
}

static void
pool_free(struct pool *p)
{
	free(p->count);
	free(p->sum);
	free(p->result);
	free(p->total);
	free(p->at);
}

static int
pool_run(struct pool *p, void (*task)(void *, int64_t, int),
    struct mr_err *err)
{
	const struct mr_eval_sample *x = p->x;
	size_t threads, width, cells;
	bool fits;

	assert(p->draws->n > 0 && x->n >= 0 && x->n < INT32_MAX);
	threads = (size_t)(p->draws->threads > 0 ? p->draws->threads :
	    mr_par_cpus());
	fits = mr_mul(threads, 2 * (size_t)x->m, &width) &&
	    mr_mul((size_t)p->draws->n, (size_t)x->n_stats, &cells);
	if (!fits)
		return mr_err_nomem(err, 1e19, "resamples");
	p->count = mr_alloc(task == bootstrap_task ? threads * (size_t)x->n :
	    0, sizeof *p->count, "drawn users", err);
	p->sum = mr_alloc(width, sizeof *p->sum, "sums", err);
	p->result = mr_alloc(cells, sizeof *p->result, "resamples", err);
	p->total = mr_alloc((size_t)x->m, 2 * sizeof *p->total, "sums", err);
	p->at = mr_alloc((size_t)x->n_stats, sizeof *p->at, "statistics",
	    err);
	if (!p->count || !p->sum || !p->result || !p->total || !p->at)
		return MR_ENOMEM;
	add_all(p->total, x->a, x->n, x->m);
	if (x->b)
		add_all(p->total + x->m, x->b, x->n, x->m);
	if (task == bootstrap_task)
		stats_at(p);
	mr_par_run((int)threads, p->draws->n, task, p);
	return MR_OK;
}

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
quantile(const double *v, int64_t n, double q)
{
	double at = q * (double)(n - 1);
	int64_t i = (int64_t)at;

	if (n == 0)
		return NAN;
	if (i + 1 >= n || isinf(v[i + 1]))
		return i + 1 >= n ? v[n - 1] : v[i + 1];
	return v[i] + (at - (double)i) * (v[i + 1] - v[i]);
}

static double
users_in_effect(const struct mr_eval_sample *x, int den)
{
	double sum = 0, squares = 0;

	for (int64_t u = 0; u < x->n && den >= 0; u++) {
		double w = x->a[u * x->m + den];

		sum += w;
		squares += w * w;
	}
	return den < 0 ? (double)x->n : sum * sum / squares;
}

/* All of which g is within q s of g(f); v [n] are the t*. */
static void
interval(const struct pool_stat *at, double *v, int64_t n, double n_eff,
    double *lo, double *hi)
{
	double q, least;

	if (n)
		qsort(v, (size_t)n, sizeof *v, rising);
	q = quantile(v, n, 0.95);
	least = n_eff > 1 ? mr_student_quantile(0.05, n_eff - 1) : INFINITY;
	q = q < least || !isfinite(q) ? least : q;
	*lo = at->log ? at->f * exp(-q * at->s) : at->f - q * at->s;
	*hi = at->log ? at->f * exp(q * at->s) : at->f + q * at->s;
	if (!isfinite(*lo) || !isfinite(*hi))
		*lo = *hi = NAN;
}

int
mr_eval_bootstrap(const struct mr_eval_sample *x,
    const struct mr_eval_draws *draws, double *lo, double *hi, double *n_eff,
    struct mr_err *err)
{
	struct pool p = { .x = x, .draws = draws };
	int rc = pool_run(&p, bootstrap_task, err);
	double *v = rc ? NULL : mr_alloc((size_t)draws->n, sizeof *v,
	    "resamples", err);

	for (int i = 0; v && i < x->n_stats; i++) {
		int64_t n = 0;

		if (x->stat[i].scale != MR_SCALE_SUMS)
			continue;
		lo[i] = hi[i] = NAN;
		n_eff[i] = users_in_effect(x, x->stat[i].den);
		if (!(p.at[i].s > 0))
			continue;
		for (int64_t r = 0; r < draws->n; r++)
			if (!isnan(p.result[r * x->n_stats + i]))
				v[n++] = p.result[r * x->n_stats + i];
		interval(&p.at[i], v, n, n_eff[i], &lo[i], &hi[i]);
	}
	if (rc == MR_OK && !v)
		rc = MR_ENOMEM;
	free(v);
	pool_free(&p);
	return rc;
}

int
mr_eval_swap_test(const struct mr_eval_sample *x,
    const struct mr_eval_draws *draws, double *pv, struct mr_err *err)
{
	struct pool p = { .x = x, .draws = draws };
	int rc = pool_run(&p, swap_task, err);

	for (int i = 0; rc == MR_OK && i < x->n_stats; i++) {
		double va = mr_eval_stat_of(&x->stat[i], p.total, x->n);
		double vb = mr_eval_stat_of(&x->stat[i], p.total + x->m,
		    x->n);
		double least = fabs(va - vb) - 1e-12 * (fabs(va) + fabs(vb));
		int64_t as_far = 1;

		if (x->stat[i].scale != MR_SCALE_SUMS)
			continue;
		/* Written so that NAN counts. */
		for (int64_t r = 0; r < draws->n; r++)
			as_far += !(fabs(p.result[r * x->n_stats + i]) <
			    least);
		pv[i] = isnan(va - vb) ? NAN : (double)as_far /
		    (double)(draws->n + 1);
	}
	pool_free(&p);
	return rc;
}
