/* The neighbourhood term; see near.h.
 *
 * Sums have one order each, so that lists and pairs have the same bits: rising
 * candidates where the axis is item and the user rated at most k items, so
 * that nobody is left out; else falling weight.
 * SPDX-License-Identifier: MIT */
#include "model/near.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"

static int64_t
row_size(const struct mr_csr *m, int64_t i)
{
	return m->ptr[i + 1] - m->ptr[i];
}

static int64_t
longest_row(const struct mr_csr *m)
{
	int64_t most = 0;

	for (int64_t i = 0; i < m->rows; i++)
		if (row_size(m, i) > most)
			most = row_size(m, i);
	return most;
}

/* At most k of n candidates count. */
static int64_t
at_most(const struct mr_near *a, int64_t n)
{
	return a->k && a->k < n ? a->k : n;
}

static void
sort_row(void *ctx, int64_t i, int worker)
{
	struct mr_near_eval *e = ctx;
	const struct mr_csr *S = &e->m->near.S;
	struct mr_scored *row = e->row + S->ptr[i];
	int64_t size = row_size(S, i), n = 0;

	(void)worker;
	for (int64_t k = S->ptr[i]; k < S->ptr[i + 1]; k++)
		mr_topk_push(row, &n, size, S->val[k], S->idx[k]);
	mr_topk_sort(row, n);
}

int
mr_near_open(struct mr_near_eval *e, const struct mr_model *m,
    const struct mr_csr *R, int64_t n_items, struct mr_err *err)
{
	*e = (struct mr_near_eval){ .m = m, .R = R, .n_items = n_items };
	if (m->near.axis == MR_NEAR_NONE)
		return MR_OK;
	e->longest = longest_row(&m->near.S);
	return m->near.axis == MR_NEAR_USER ?
	    mr_csr_transpose(&e->Rt, R, err) : MR_OK;
}

int
mr_near_open_lists(struct mr_near_eval *e, const struct mr_model *m,
    const struct mr_csr *R, int64_t n_items, int threads, struct mr_err *err)
{
	const struct mr_csr *S = &m->near.S;
	int rc;

	*e = (struct mr_near_eval){ .m = m, .R = R, .n_items = n_items,
	    .lists = true };
	if (m->near.axis == MR_NEAR_NONE)
		return MR_OK;
	e->longest = longest_row(S);
	if (m->near.axis == MR_NEAR_USER)
		return MR_OK;
	rc = mr_csr_transpose(&e->St, S, err);
	if (rc || m->near.k == 0)
		return rc;
	e->row = mr_alloc((size_t)mr_csr_nnz(S), sizeof *e->row,
	    "neighbours", err);
	if (!e->row) {
		mr_near_close(e);
		return MR_ENOMEM;
	}
	mr_par_run(threads, S->rows, sort_row, e);
	return MR_OK;
}

void
mr_near_close(struct mr_near_eval *e)
{
	mr_csr_free(&e->St);
	mr_csr_free(&e->Rt);
	free(e->row);
	*e = (struct mr_near_eval){ 0 };
}

int
mr_near_work_new(struct mr_near_work *w, const struct mr_near_eval *e,
    struct mr_err *err)
{
	const struct mr_near *a = e->m ? &e->m->near : NULL;
	size_t n;

	*w = (struct mr_near_work){ 0 };
	if (!a || a->axis == MR_NEAR_NONE)
		return MR_OK;
	n = (size_t)a->S.rows;
	w->is_near = mr_alloc(n, sizeof *w->is_near, "neighbours", err);
	w->residual = w->is_near ? mr_alloc(n, sizeof *w->residual,
	    "neighbours", err) : NULL;
	w->weight = w->residual ? mr_alloc(n, sizeof *w->weight,
	    "neighbours", err) : NULL;
	w->heap = w->weight ? mr_alloc((size_t)e->longest,
	    sizeof *w->heap, "neighbours", err) : NULL;
	w->sum = w->heap ? mr_alloc(e->lists ? (size_t)e->n_items : 0,
	    sizeof *w->sum, "sums of neighbours",
	    err) : NULL;
	if (w->sum)
		return MR_OK;
	mr_near_work_free(w);
	return MR_ENOMEM;
}

void
mr_near_work_free(struct mr_near_work *w)
{
	free(w->is_near);
	free(w->residual);
	free(w->weight);
	free(w->heap);
	free(w->sum);
	*w = (struct mr_near_work){ 0 };
}

/* (r' - c') / scale[x'] of a rating of item by a user with the bias bu. */
static double
residual(const struct mr_model *m, double bu, int64_t item, float rating,
    int64_t x)
{
	double c = m->mu + bu + (m->bi ? (double)m->bi[item] : 0);
	double d = (double)rating - c;

	return m->near.scale ? d / (double)m->near.scale[x] : d;
}

static void
add(const struct mr_near *a, struct mr_near_sum *s, float weight,
    double part)
{
	double w = (double)weight;

	s->sum += a->deviation ? w : w * part;
	s->norm += a->norm == MR_NORM_SUM ? w : a->norm == MR_NORM_ABS ?
	    fabs(w) : 1;
	s->n++;
}

static double
whole(const struct mr_near *a, const struct mr_near_sum *s, int64_t x)
{
	double norm = a->norm == MR_NORM_NONE ? 1 : s->norm;

	if (s->n < a->min || norm == 0)
		return 0;
	return (a->scale ? (double)a->scale[x] : 1) / norm * s->sum;
}

void
mr_near_begin(const struct mr_near_eval *e, struct mr_near_work *w,
    const struct mr_near_user *user)
{
	const struct mr_near *a = &e->m->near;
	const struct mr_csr *S = &a->S;

	w->user = *user;
	for (int64_t k = 0; a->axis == MR_NEAR_ITEM && k < user->n; k++) {
		int32_t j = user->item[k];

		w->is_near[j] = true;
		w->residual[j] = residual(e->m, user->bu, j, user->rating[k],
		    j);
	}
	if (a->axis != MR_NEAR_USER)
		return;
	for (int64_t k = S->ptr[user->number]; k < S->ptr[user->number + 1];
	    k++) {
		w->is_near[S->idx[k]] = true;
		w->weight[S->idx[k]] = S->val[k];
	}
}

void
mr_near_end(const struct mr_near_eval *e, struct mr_near_work *w)
{
	const struct mr_near *a = &e->m->near;
	const struct mr_near_user *user = &w->user;
	const struct mr_csr *S = &a->S;

	for (int64_t k = 0; a->axis == MR_NEAR_ITEM && k < user->n; k++)
		w->is_near[user->item[k]] = false;
	if (a->axis != MR_NEAR_USER)
		return;
	for (int64_t k = S->ptr[user->number]; k < S->ptr[user->number + 1];
	    k++)
		w->is_near[S->idx[k]] = false;
}

/* Axis item: may a pair have more candidates than count? */
static bool
must_choose(const struct mr_near *a, const struct mr_near_user *user)
{
	return a->k && user->n > a->k;
}

static double
pair_by_items(const struct mr_near_eval *e, struct mr_near_work *w,
    int64_t item)
{
	const struct mr_near *a = &e->m->near;
	const struct mr_csr *S = &a->S;
	int64_t most = at_most(a, row_size(S, item)), n = 0;
	bool choose = must_choose(a, &w->user);
	struct mr_near_sum s = { 0 };

	for (int64_t k = S->ptr[item]; k < S->ptr[item + 1]; k++) {
		if (!w->is_near[S->idx[k]])
			continue;
		if (choose)
			mr_topk_push(w->heap, &n, most, S->val[k], S->idx[k]);
		else
			add(a, &s, S->val[k], w->residual[S->idx[k]]);
	}
	mr_topk_sort(w->heap, n);
	for (int64_t k = 0; k < n; k++)
		add(a, &s, w->heap[k].score, w->residual[w->heap[k].rank]);
	return whole(a, &s, item);
}

/* The heap holds places in the item's row of R', which rise as users do. */
static double
pair_by_users(const struct mr_near_eval *e, struct mr_near_work *w,
    int64_t item)
{
	const struct mr_model *m = e->m;
	const struct mr_near *a = &m->near;
	const struct mr_csr *Rt = &e->Rt;
	const int32_t *user = Rt->idx + Rt->ptr[item];
	int64_t raters = row_size(Rt, item), n = 0;
	int64_t most = at_most(a, row_size(&a->S, w->user.number));
	struct mr_near_sum s = { 0 };

	for (int32_t k = 0; k < raters; k++)
		if (w->is_near[user[k]])
			mr_topk_push(w->heap, &n, most, w->weight[user[k]],
			    k);
	mr_topk_sort(w->heap, n);
	for (int64_t k = 0; k < n; k++) {
		int32_t place = w->heap[k].rank, x = user[place];

		add(a, &s, w->heap[k].score, residual(m,
		    m->bu ? (double)m->bu[x] : 0, item,
		    Rt->val[Rt->ptr[item] + place], x));
	}
	return whole(a, &s, w->user.number);
}

double
mr_near_pair(const struct mr_near_eval *e, struct mr_near_work *w,
    int64_t item)
{
	switch (e->m->near.axis) {
	case MR_NEAR_ITEM:
		return pair_by_items(e, w, item);
	case MR_NEAR_USER:
		return pair_by_users(e, w, item);
	default:
		return 0;
	}
}

/* Every rated item is added to all that have it in their row of S. */
static void
scatter_items(const struct mr_near_eval *e, struct mr_near_work *w, double *N)
{
	const struct mr_near *a = &e->m->near;
	const struct mr_csr *St = &e->St;

	for (int64_t r = 0; r < w->user.n; r++) {
		int32_t j = w->user.item[r];

		for (int64_t k = St->ptr[j]; k < St->ptr[j + 1]; k++)
			add(a, &w->sum[St->idx[k]], St->val[k],
			    w->residual[j]);
	}
	for (int64_t i = 0; i < e->n_items; i++)
		N[i] = whole(a, &w->sum[i], i);
}

/* Of every item's row of S, from the largest weight on, the first k that the
 * user has rated. */
static void
choose_items(const struct mr_near_eval *e, const struct mr_near_work *w,
    double *N)
{
	const struct mr_near *a = &e->m->near;
	const struct mr_csr *S = &a->S;

	for (int64_t i = 0; i < e->n_items; i++) {
		struct mr_near_sum s = { 0 };

		for (int64_t k = S->ptr[i]; k < S->ptr[i + 1] && s.n < a->k;
		    k++) {
			struct mr_scored c = e->row[k];

			if (w->is_near[c.rank])
				add(a, &s, c.score, w->residual[c.rank]);
		}
		N[i] = whole(a, &s, i);
	}
}

/* The nearest users first: an item that has had its k takes no more. */
static void
all_by_users(const struct mr_near_eval *e, struct mr_near_work *w, double *N)
{
	const struct mr_model *m = e->m;
	const struct mr_near *a = &m->near;
	const struct mr_csr *S = &a->S, *R = e->R;
	int64_t u = w->user.number, n = 0;

	for (int64_t k = S->ptr[u]; k < S->ptr[u + 1]; k++)
		mr_topk_push(w->heap, &n, row_size(S, u), S->val[k],
		    S->idx[k]);
	mr_topk_sort(w->heap, n);
	for (int64_t c = 0; c < n; c++) {
		int32_t x = w->heap[c].rank;
		double bu = m->bu ? (double)m->bu[x] : 0;

		for (int64_t k = R->ptr[x]; k < R->ptr[x + 1]; k++) {
			struct mr_near_sum *s = &w->sum[R->idx[k]];

			if (a->k == 0 || s->n < a->k)
				add(a, s, w->heap[c].score, residual(m, bu,
				    R->idx[k], R->val[k], x));
		}
	}
	for (int64_t i = 0; i < e->n_items; i++)
		N[i] = whole(a, &w->sum[i], u);
}

void
mr_near_all(const struct mr_near_eval *e, struct mr_near_work *w, double *N)
{
	int axis = e->m->near.axis;

	for (int64_t i = 0; i < e->n_items; i++) {
		N[i] = 0;
		if (axis != MR_NEAR_NONE)
			w->sum[i] = (struct mr_near_sum){ 0 };
	}
	if (axis == MR_NEAR_ITEM && must_choose(&e->m->near, &w->user))
		choose_items(e, w, N);
	else if (axis == MR_NEAR_ITEM)
		scatter_items(e, w, N);
	else if (axis == MR_NEAR_USER)
		all_by_users(e, w, N);
}
