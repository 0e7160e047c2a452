/* The neighbourhood term; see near.h.
 *
 * Sums have one order each, so that lists and pairs have the same bits: for
 * the axis item that of the candidates' ids, for the axis user falling weight,
 * equal ones in the order of ids.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "model/near_parts.h"

static int64_t
row_size(const struct mr_csr *m, int64_t i)
{
	return m->ptr[i + 1] - m->ptr[i];
}

/* At most k of n candidates count. */
static int64_t
at_most(const struct mr_near *a, int64_t n)
{
	return a->k && a->k < n ? a->k : n;
}

void
mr_near_begin(const struct mr_near_eval *e, struct mr_near_work *w,
    const struct mr_user *user)
{
	const struct mr_near *a = &e->m->near;
	const struct mr_csr *S = &a->S;

	w->user = *user;
	if (a->axis == MR_NEAR_ITEM)
		mr_near_items_begin(e, w);
	if (a->axis != MR_NEAR_USER || user->number < 0)
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
	const struct mr_user *user = &w->user;
	const struct mr_csr *S = &a->S;

	if (a->axis == MR_NEAR_ITEM)
		mr_near_items_end(w);
	if (a->axis != MR_NEAR_USER || user->number < 0)
		return;
	for (int64_t k = S->ptr[user->number]; k < S->ptr[user->number + 1];
	    k++)
		w->is_near[S->idx[k]] = false;
}

/* The heap holds places in the item's row of Rt, which is in the order of
 * ties. */
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
			mr_topk_push(w->heap, &n, most, (struct mr_hit){
			    w->weight[user[k]], k }, NULL);
	mr_topk_sort(w->heap, n, NULL);
	for (int64_t k = 0; k < n; k++) {
		int32_t place = w->heap[k].row, x = user[place];

		mr_near_add(a, &s, w->heap[k].score, mr_near_residual(m,
		    m->bu ? (double)m->bu[x] : 0, item,
		    Rt->val[Rt->ptr[item] + place], x));
	}
	return mr_near_whole(a, &s, w->user.number);
}

double
mr_near_pair(const struct mr_near_eval *e, struct mr_near_work *w,
    int64_t item)
{
	switch (e->m->near.axis) {
	case MR_NEAR_ITEM:
		return mr_near_items_pair(e, w, item);
	case MR_NEAR_USER:
		return w->user.number < 0 ? 0 : pair_by_users(e, w, item);
	default:
		return 0;
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

	if (u < 0) {
		memset(N, 0, (size_t)e->n_items * sizeof *N);
		return;
	}
	for (int64_t i = 0; i < e->n_items; i++)
		w->sum[i] = (struct mr_near_sum){ 0 };
	for (int64_t k = S->ptr[u]; k < S->ptr[u + 1]; k++)
		mr_topk_push(w->heap, &n, row_size(S, u), (struct mr_hit){
		    S->val[k], S->idx[k] }, e->rank);
	mr_topk_sort(w->heap, n, e->rank);
	for (int64_t c = 0; c < n; c++) {
		int32_t x = w->heap[c].row;
		double bu = m->bu ? (double)m->bu[x] : 0;

		for (int64_t k = R->ptr[x]; k < R->ptr[x + 1]; k++) {
			struct mr_near_sum *s = &w->sum[R->idx[k]];

			if (a->k == 0 || s->n < a->k)
				mr_near_add(a, s, w->heap[c].score,
				    mr_near_residual(m, bu, R->idx[k],
				    R->val[k], x));
		}
	}
	for (int64_t i = 0; i < e->n_items; i++)
		N[i] = mr_near_whole(a, &w->sum[i], u);
}

void
mr_near_all(const struct mr_near_eval *e, struct mr_near_work *w, double *N)
{
	switch (e->m->near.axis) {
	case MR_NEAR_ITEM:
		mr_near_items_all(e, w, N);
		break;
	case MR_NEAR_USER:
		all_by_users(e, w, N);
		break;
	default:
		for (int64_t i = 0; i < e->n_items; i++)
			N[i] = 0;
	}
}
