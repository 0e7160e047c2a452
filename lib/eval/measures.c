/* Tables of users and measures; see measures.h.
 * SPDX-License-Identifier: MIT */
#include "eval/measures.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"

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

int
mr_measures_compute(const struct mr_measures *t,
    const struct mr_eval_draws *draws, struct mr_measured *x,
    struct mr_err *err)
{
	struct mr_eval_sample sample = { t->n, t->m, t->a, t->b, t->n_stats,
	    t->stat };
	double v[5][MR_EVAL_STATS_MAX];
	int rc;

	for (int i = 0; i < 5; i++)
		for (int j = 0; j < t->n_stats; j++)
			v[i][j] = NAN;
	rc = mr_eval_values(&sample, v[0], t->b ? v[1] : NULL, err);
	if (rc == MR_OK && draws->n)
		rc = mr_eval_bootstrap(&sample, draws, v[2], v[3], err);
	if (rc == MR_OK && draws->n && t->b)
		rc = mr_eval_swap_test(&sample, draws, v[4], err);
	for (int i = 0; rc == MR_OK && i < t->n_stats; i++)
		x[i] = (struct mr_measured){ v[0][i], v[1][i], v[2][i],
		    v[3][i], v[4][i], count_users(t, &t->stat[i]) };
	return rc;
}
