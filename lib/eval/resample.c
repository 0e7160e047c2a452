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

/* Streams of the permutation begin here, behind those of the bootstrap. */
#define SWAP_STREAM ((uint64_t)1 << 48)

/* Resamples are tasks.  A worker has count [n] and sum [2 m], the sums of a
 * and behind them those of b; a task writes result [n_stats], its own row. */
struct pool {
	const struct mr_eval_sample *x;
	const struct mr_eval_draws *draws;
	uint32_t *count;	/* [threads * n] */
	double *sum;		/* [threads * 2 m] */
	double *result;		/* [draws->n * n_stats] */
	double *total;		/* [2 m] sums as they are */
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
	for (int i = 0; i < x->n_stats; i++) {
		result[i] = mr_eval_stat_of(&x->stat[i], sum, x->n);
		if (x->b)
			result[i] -= mr_eval_stat_of(&x->stat[i],
			    sum + x->m, x->n);
	}
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

static void
pool_free(struct pool *p)
{
	free(p->count);
	free(p->sum);
	free(p->result);
	free(p->total);
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
	if (!p->count || !p->sum || !p->result || !p->total)
		return MR_ENOMEM;
	if (task == swap_task) {
		add_all(p->total, x->a, x->n, x->m);
		add_all(p->total + x->m, x->b, x->n, x->m);
	}
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
	if (i + 1 >= n)
		return v[n - 1];
	return v[i] + (at - (double)i) * (v[i + 1] - v[i]);
}

int
mr_eval_bootstrap(const struct mr_eval_sample *x,
    const struct mr_eval_draws *draws, double *lo, double *hi,
    struct mr_err *err)
{
	struct pool p = { .x = x, .draws = draws };
	int rc = pool_run(&p, bootstrap_task, err);
	double *v = rc ? NULL : mr_alloc((size_t)draws->n, sizeof *v,
	    "resamples", err);

	for (int i = 0; v && i < x->n_stats; i++) {
		int64_t n = 0;

		for (int64_t r = 0; r < draws->n; r++)
			if (!isnan(p.result[r * x->n_stats + i]))
				v[n++] = p.result[r * x->n_stats + i];
		if (n)
			qsort(v, (size_t)n, sizeof *v, rising);
		lo[i] = quantile(v, n, 0.025);
		hi[i] = quantile(v, n, 0.975);
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
