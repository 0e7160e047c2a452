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
	const int32_t *item;
	int64_t n = mr_lists_first(&c->l, list, k_max, &item), known;

	for (int64_t j = 0; j < n; j++) {
		int32_t i = c->in_train[item[j]];

		seen[j] = i < 0 ? 0 : ratings[i];
	}
	for (int i = 0; i < n_k; i++) {
		row[2 * i] = mr_eval_novelty(seen, n < k[i] ? n : k[i], total,
		    &known);
		row[2 * i + 1] = known > 0;
	}
}

/* What rows are made of. */
struct maker {
	const int64_t *k;
	int n_k;
	int64_t k_max;
	const int64_t *ratings;		/* of novelty */
	int64_t total, *seen;
	const struct mr_catalogue_vectors *v;	/* of diversity; NULL: not */
	double *sum;			/* [d] of the unit vectors so far */
	const struct mr_catalogue_kinds *g;	/* of calibration; NULL: not */
	double *p, *q;			/* [n_kinds] */
};

/* The values of row r of the vectors are val[0 .. n), of the columns idx, or
 * of all where that is NULL. */
static int64_t
values(const struct mr_catalogue_vectors *v, int32_t r, const float **val,
    const int32_t **idx)
{
	*idx = v->dense ? NULL : v->sparse->idx + v->sparse->ptr[r];
	*val = v->dense ? mr_mat_row(v->dense, r) :
	    v->sparse->val + v->sparse->ptr[r];
	return v->dense ? v->dense->cols :
	    v->sparse->ptr[r + 1] - v->sparse->ptr[r];
}

/* Row r joins those before: the sum of its cosines with them, NAN where it
 * has no length. */
static double
join(const struct maker *m, int32_t r)
{
	const int32_t *idx;
	const float *val;
	int64_t n = values(m->v, r, &val, &idx);
	double dot = 0, square = 0;

	for (int64_t c = 0; c < n; c++)
		square += (double)val[c] * (double)val[c];
	if (square <= 0)
		return NAN;
	for (int64_t c = 0; c < n; c++) {
		double x = (double)val[c] / sqrt(square);
		double *sum = &m->sum[idx ? idx[c] : c];

		dot += x * *sum;
		*sum += x;
	}
	return dot;
}

static void
diversity_row(double *row, const struct maker *m,
    const struct mr_catalogue *c, const int32_t *in_v, int32_t list)
{
	const int32_t *item;
	int64_t n = mr_lists_first(&c->l, list, m->k_max, &item);
	int64_t d = m->v->dense ? m->v->dense->cols : m->v->sparse->cols;
	double found = 0, cosines = 0;

	for (int64_t i = 0; i < d; i++)
		m->sum[i] = 0;
	for (int64_t j = 0; j < m->k_max; j++) {
		int32_t r = j < n ? in_v[item[j]] : -1;
		double cosine = r < 0 ? (double)NAN : join(m, r);
		double pairs;

		if (!isnan(cosine)) {
			found++;
			cosines += cosine;
		}
		pairs = found * (found - 1) / 2;
		for (int i = 0; i < m->n_k; i++)
			if (m->k[i] == j + 1 && pairs > 0) {
				row[2 * i] = fmax(0, 1 - cosines / pairs);
				row[2 * i + 1] = 1;
			}
	}
}

/* Item i's kinds join those of p: 1 if it has any. */
static double
add_kinds(double *p, const struct mr_catalogue_kinds *g, int32_t i)
{
	int64_t n = i < 0 ? 0 : g->ptr[i + 1] - g->ptr[i];

	for (int64_t j = 0; j < n; j++)
		p[g->kind[g->ptr[i] + j]] += 1 / (double)n;
	return n > 0;
}

static double
divergence(const struct maker *m, double n_p, double n_q)
{
	double sum = 0;

	for (int32_t i = 0; i < m->g->n_kinds; i++) {
		double p = m->p[i] / n_p, q = m->q[i] / n_q;

		if (p > 0)
			sum += p * log(p / (0.99 * q + 0.01 * p));
	}
	return fmax(0, sum);
}

static void
calibration_row(double *row, const struct maker *m,
    const struct mr_catalogue *c, int which, int32_t list)
{
	const struct mr_catalogue_kinds *g = m->g;
	const int32_t *item;
	int64_t n = mr_lists_first(&c->l, list, m->k_max, &item);
	int32_t u = g->user[which][list];
	double n_p = 0, n_q = 0;

	for (int32_t i = 0; i < g->n_kinds; i++)
		m->p[i] = m->q[i] = 0;
	for (int64_t j = u < 0 ? 0 : g->R->ptr[u]; u >= 0 &&
	    j < g->R->ptr[u + 1]; j++)
		n_p += add_kinds(m->p, g, g->of_R[g->R->idx[j]]);
	for (int64_t j = 0; j < m->k_max; j++) {
		if (j < n)
			n_q += add_kinds(m->q, g, g->item[which][item[j]]);
		for (int i = 0; i < m->n_k; i++)
			if (m->k[i] == j + 1 && n_p > 0 && n_q > 0) {
				row[2 * i] = divergence(m, n_p, n_q);
				row[2 * i + 1] = 1;
			}
	}
}

static void
make_row(double *row, const struct maker *m, const struct mr_catalogue *c,
    int which, int32_t list)
{
	if (m->v)
		diversity_row(row, m, c, m->v->row[which], list);
	else if (m->g)
		calibration_row(row, m, c, which, list);
	else
		novelty_row(row, c, list, m->ratings, m->total, m->k, m->n_k,
		    m->k_max, m->seen);
}

/* A row for each list that counts; comparing, a statistic counts where both
 * have it. */
static int
make_rows(struct mr_measures *t, const struct mr_catalogue *a,
    const struct mr_catalogue *b, struct maker *m, struct mr_err *err)
{
	int rc = mr_measures_new(t, a->l.n, 2 * m->n_k, b != NULL, err);

	for (int i = 0; i < m->n_k; i++) {
		m->k_max = m->k[i] > m->k_max ? m->k[i] : m->k_max;
		t->stat[t->n_stats++] = (struct mr_eval_stat){ 2 * i,
		    2 * i + 1, false, MR_SCALE_SUMS };
	}
	m->seen = mr_alloc((size_t)m->k_max, sizeof *m->seen, "list", err);
	if (!m->seen)
		rc = MR_ENOMEM;
	for (int32_t u = 0; rc == MR_OK && u < a->l.n; u++) {
		double *x = t->a + t->n * t->m, *y;

		if (a->other && a->other[u] < 0)
			continue;
		t->user[t->n++] = u;
		make_row(x, m, a, 0, u);
		if (!b)
			continue;
		y = t->b + (t->n - 1) * t->m;
		make_row(y, m, b, 1, a->other[u]);
		for (int i = 0; i < t->m; i += 2)
			if (!(x[i + 1] > 0 && y[i + 1] > 0))
				x[i] = x[i + 1] = y[i] = y[i + 1] = 0;
	}
	free(m->seen);
	return rc;
}

int
mr_catalogue_novelty(struct mr_measures *t, const struct mr_catalogue *a,
    const struct mr_catalogue *b, const int64_t *ratings, int64_t total,
    const int64_t *k, int n_k, struct mr_err *err)
{
	struct maker m = { .k = k, .n_k = n_k, .ratings = ratings,
		.total = total };

	return make_rows(t, a, b, &m, err);
}

int
mr_catalogue_diversity(struct mr_measures *t, const struct mr_catalogue *a,
    const struct mr_catalogue *b, const struct mr_catalogue_vectors *v,
    const int64_t *k, int n_k, struct mr_err *err)
{
	int64_t d = v->dense ? v->dense->cols : v->sparse->cols;
	struct maker m = { .k = k, .n_k = n_k, .v = v,
		.sum = mr_alloc((size_t)d, sizeof *m.sum, "vectors", err) };
	int rc;

	*t = (struct mr_measures){ 0 };
	rc = m.sum ? make_rows(t, a, b, &m, err) : MR_ENOMEM;
	free(m.sum);
	return rc;
}

int
mr_catalogue_calibration(struct mr_measures *t, const struct mr_catalogue *a,
    const struct mr_catalogue *b, const struct mr_catalogue_kinds *g,
    const int64_t *k, int n_k, struct mr_err *err)
{
	size_t n = (size_t)g->n_kinds;
	struct maker m = { .k = k, .n_k = n_k, .g = g,
		.p = mr_alloc(n, sizeof *m.p, "kinds", err),
		.q = mr_alloc(n, sizeof *m.q, "kinds", err) };
	int rc;

	*t = (struct mr_measures){ 0 };
	rc = m.p && m.q ? make_rows(t, a, b, &m, err) : MR_ENOMEM;
	free(m.p);
	free(m.q);
	return rc;
}

/* times[item] = how often the first k places of lists that count have it. */
static void
count_times(const struct mr_catalogue *c, int64_t k, int64_t *times)
{
	for (int32_t u = 0; u < c->l.n; u++) {
		const int32_t *item;
		int64_t n = c->other && c->other[u] < 0 ? 0 :
		    mr_lists_first(&c->l, u, k, &item);

		for (int64_t j = 0; j < n; j++)
			times[item[j]]++;
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
