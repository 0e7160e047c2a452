/* Measures of lists as a whole; see catalogue.h.
 * SPDX-License-Identifier: MIT */
#include "eval/catalogue.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "eval/summary.h"

double
mr_eval_novelty(const int64_t *count, int64_t n, int64_t total,
    int64_t *known)
{
	double sum = 0;

	*known = 0;
	for (int64_t j = 0; j < n; j++) {
		if (count[j] == 0)
			continue;
		sum += log2((double)total / (double)count[j]);
		++*known;
	}
	return *known ? sum / (double)*known : 0;
}

/* Two columns a cut-off: the mean over the list, and 1 if there is one. */
static void
novelty_row(double *row, const struct mr_catalogue *c, int32_t list,
    const int64_t *ratings, int64_t total, const int64_t *k, int n_k,
    int64_t k_max, int64_t *seen)
{
	int64_t from = c->l.ptr[list], n = c->l.ptr[list + 1] - from, known;

	n = n < k_max ? n : k_max;
	for (int64_t j = 0; j < n; j++) {
		int32_t i = c->in_train[c->l.item[from + j]];

		seen[j] = i < 0 ? 0 : ratings[i];
	}
	for (int i = 0; i < n_k; i++) {
		row[2 * i] = mr_eval_novelty(seen, n < k[i] ? n : k[i], total,
		    &known);
		row[2 * i + 1] = known > 0;
	}
}

int
mr_catalogue_novelty(struct mr_measures *t, const struct mr_catalogue *a,
    const struct mr_catalogue *b, const int64_t *ratings, int64_t total,
    const int64_t *k, int n_k, struct mr_err *err)
{
	int rc = mr_measures_new(t, a->l.n, 2 * n_k, b != NULL, err);
	int64_t k_max = 0, *seen;

	for (int i = 0; i < n_k; i++) {
		k_max = k[i] > k_max ? k[i] : k_max;
		t->stat[t->n_stats++] = (struct mr_eval_stat){ 2 * i,
		    2 * i + 1, false, MR_SCALE_SUMS };
	}
	seen = mr_alloc((size_t)k_max, sizeof *seen, "list", err);
	if (!seen)
		rc = MR_ENOMEM;
	for (int32_t u = 0; rc == MR_OK && u < a->l.n; u++) {
		double *x = t->a + t->n * t->m, *y;

		if (a->other && a->other[u] < 0)
			continue;
		t->user[t->n++] = u;
		novelty_row(x, a, u, ratings, total, k, n_k, k_max, seen);
		if (!b)
			continue;
		y = t->b + (t->n - 1) * t->m;
		novelty_row(y, b, a->other[u], ratings, total, k, n_k, k_max,
		    seen);
		for (int i = 0; i < t->m; i += 2)
			if (!(x[i + 1] > 0 && y[i + 1] > 0))
				x[i] = x[i + 1] = y[i] = y[i + 1] = 0;
	}
	free(seen);
	return rc;
}

/* times[item] = how often the first k places of lists that count have it. */
static void
count_times(const struct mr_catalogue *c, int64_t k, int64_t *times)
{
	for (int64_t u = 0; u < c->l.n; u++) {
		if (c->other && c->other[u] < 0)
			continue;
		for (int64_t j = c->l.ptr[u]; j < c->l.ptr[u + 1] &&
		    j < c->l.ptr[u] + k; j++)
			times[c->l.item[j]]++;
	}
}

int
mr_catalogue_used(struct mr_catalogue_use *use,
    const struct mr_catalogue *c, int64_t n_train, int64_t k,
    struct mr_err *err)
{
	int64_t *times = mr_alloc((size_t)c->n_items, sizeof *times, "items",
	    err), known = 0;
	struct mr_tally share = { 0 };	/* of the items of train */
	int rc = times ? MR_OK : MR_ENOMEM;

	*use = (struct mr_catalogue_use){ 0, NAN, NAN };
	if (rc == MR_OK)
		count_times(c, k, times);
	for (int64_t i = 0; i < c->n_items && rc == MR_OK; i++) {
		use->items += times[i] > 0;
		if (times[i] == 0 || !c->in_train || c->in_train[i] < 0)
			continue;
		rc = mr_tally_add(&share, (double)times[i], 1, err);
		known++;
	}
	if (rc == MR_OK && known < n_train)
		rc = mr_tally_add(&share, 0, n_train - known, err);
	mr_tally_sort(&share);
	if (n_train)
		use->coverage = (double)known / (double)n_train;
	if (rc == MR_OK && known)
		use->gini = mr_summary_gini(&share);
	mr_tally_free(&share);
	free(times);
	return rc;
}
