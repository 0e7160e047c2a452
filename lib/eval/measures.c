/* Tables of users and measures; see measures.h.
 * SPDX-License-Identifier: MIT */
#include "eval/measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "eval/score.h"

int
mr_measures_new(struct mr_measures *t, int64_t n, int m, bool compare,
    struct mr_err *err)
{
	size_t cells;

	*t = (struct mr_measures){ .m = m };
	if (!mr_mul((size_t)n, (size_t)m, &cells))
		return mr_err_nomem(err, (double)n * (double)m *
		    sizeof *t->a, "measures of users");
	t->user = mr_alloc((size_t)n, sizeof *t->user, "users", err);
	t->a = mr_alloc(cells, sizeof *t->a, "measures of users", err);
	if (compare)
		t->b = mr_alloc(cells, sizeof *t->b, "measures of users",
		    err);
	return t->user && t->a && (t->b || !compare) ? MR_OK : MR_ENOMEM;
}

void
mr_measures_free(struct mr_measures *t)
{
	free(t->a);
	free(t->b);
	free(t->user);
	*t = (struct mr_measures){ 0 };
}

struct keyed {
	uint64_t key;
	int64_t row;
};

static int
by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Row i of a table becomes what row order[i] was. */
static void
permute(double *table, const struct keyed *order, int64_t n, int m,
    double *copy)
{
	size_t bytes = (size_t)m * sizeof *table;

	for (int64_t i = 0; i < n; i++)
		memcpy(copy + i * m, table + order[i].row * m, bytes);
	memcpy(table, copy, (size_t)n * bytes);
}

int
mr_measures_order(struct mr_measures *t, const uint64_t *key,
    struct mr_err *err)
{
	size_t n = (size_t)t->n;
	struct keyed *order = mr_alloc(n, sizeof *order, "users", err);
	double *copy = mr_alloc(n, (size_t)t->m * sizeof *copy,
	    "measures of users", err);
	int32_t *user = mr_alloc(n, sizeof *user, "users", err);
	int rc = order && copy && user ? MR_OK : MR_ENOMEM;

	for (int64_t i = 0; rc == MR_OK && i < t->n; i++)
		order[i] = (struct keyed){ key[t->user[i]], i };
	if (rc == MR_OK && n)
		qsort(order, n, sizeof *order, by_key);
	for (int64_t i = 0; rc == MR_OK && i < t->n; i++)
		user[i] = t->user[order[i].row];
	if (rc == MR_OK && n) {
		permute(t->a, order, t->n, t->m, copy);
		if (t->b)
			permute(t->b, order, t->n, t->m, copy);
		memcpy(t->user, user, n * sizeof *user);
	}
	free(order);
	free(copy);
	free(user);
	return rc;
}

static int64_t
count_users(const struct mr_measures *t, const struct mr_eval_stat *stat)
{
	int64_t n = 0;

	if (stat->den < 0)
		return t->n;
	for (int64_t u = 0; u < t->n; u++)
		n += t->a[u * t->m + stat->den] > 0;
	return n;
}

/* Users for whom a's own statistic is above b's, or below. */
static void
count_sides(const struct mr_measures *t, int i, struct mr_measured *x)
{
	for (int64_t u = 0; t->b && u < t->n; u++) {
		double a = mr_eval_stat_of(&t->stat[i], t->a + u * t->m, 1);
		double b = mr_eval_stat_of(&t->stat[i], t->b + u * t->m, 1);
		double least = 1e-12 * (fabs(a) + fabs(b));

		x->above += a - b > least;
		x->below += b - a > least;
	}
}

int
mr_measures_compute(const struct mr_measures *t,
    const struct mr_eval_draws *draws, struct mr_measured *x,
    struct mr_err *err)
{
	struct mr_eval_sample sample = { t->n, t->m, t->a, t->b, t->n_stats,
	    t->stat };
	double v[6][MR_EVAL_STATS_MAX];
	bool sums = false;
	int rc;

	for (int i = 0; i < t->n_stats; i++)
		sums = sums || t->stat[i].scale == MR_SCALE_SUMS;
	for (int i = 0; i < 6; i++)
		for (int j = 0; j < t->n_stats; j++)
			v[i][j] = NAN;
	rc = mr_eval_values(&sample, v[0], t->b ? v[1] : NULL, err);
	if (rc == MR_OK && draws->n)
		mr_eval_score(&sample, v[2], v[3], v[4]);
	if (rc == MR_OK && draws->n && sums)
		rc = mr_eval_bootstrap(&sample, draws, v[2], v[3], v[5], err);
	if (rc == MR_OK && draws->n && sums && t->b)
		rc = mr_eval_swap_test(&sample, draws, v[4], err);
	for (int i = 0; rc == MR_OK && i < t->n_stats; i++) {
		x[i] = (struct mr_measured){ v[0][i], v[1][i], v[2][i],
		    v[3][i], v[4][i], v[5][i], count_users(t, &t->stat[i]),
		    0, 0 };
		count_sides(t, i, &x[i]);
	}
	return rc;
}
