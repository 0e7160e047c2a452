/* The neighbourhood term; see near.h.
 *
 * Sums have one order each, so that lists and pairs have the same bits: for
 * the axis item that of the candidates' ids, for the axis user falling weight,
 * equal ones in the order of ids.
 * SPDX-License-Identifier: MIT */
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

/* The row of S of a user, axis user: empty when he is near nobody. */
static void
begin_users(const struct mr_near_eval *e, struct mr_near_work *w)
{
	const struct mr_csr *S = &e->m->near.S;
	int64_t u = w->user.number;

	w->n = 0;
	if (e->new && w->user.folded) {
		w->n = mr_near_new_row(e->new, &w->user, w->x, &w->similar,
		    w->own, w->own_val);
		w->idx = w->own;
		w->val = w->own_val;
		w->scale = mr_near_new_scale(e->new, &w->user);
	} else if (u >= 0) {
		w->idx = S->idx + S->ptr[u];
		w->val = S->val + S->ptr[u];
		w->n = row_size(S, u);
		w->scale = (float)mr_near_scale(&e->m->near, u);
	}
	for (int64_t k = 0; k < w->n; k++) {
		w->is_near[w->idx[k]] = true;
		w->weight[w->idx[k]] = w->val[k];
	}
}

void
mr_near_begin(const struct mr_near_eval *e, struct mr_near_work *w,
    const struct mr_user *user)
{
	w->user = *user;
	if (e->m->near.axis == MR_NEAR_ITEM)
		mr_near_items_begin(e, w);
	if (e->m->near.axis == MR_NEAR_USER)
		begin_users(e, w);
}

void
mr_near_end(const struct mr_near_eval *e, struct mr_near_work *w)
{
	if (e->m->near.axis == MR_NEAR_ITEM)
		mr_near_items_end(w);
	for (int64_t k = 0; e->m->near.axis == MR_NEAR_USER && k < w->n; k++)
		w->is_near[w->idx[k]] = false;
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
	int64_t most = at_most(a, w->n);
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
	return mr_near_whole(a, &s, (double)w->scale);
}

double
mr_near_pair(const struct mr_near_eval *e, struct mr_near_work *w,
    int64_t item)
{
	switch (e->m->near.axis) {
	case MR_NEAR_ITEM:
		return mr_near_items_pair(e, w, item);
	case MR_NEAR_USER:
		return w->n ? pair_by_users(e, w, item) : 0;
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
	const struct mr_csr *R = e->R;
	int64_t n = 0;

	for (int64_t i = 0; i < e->n_items; i++)
		w->sum[i] = (struct mr_near_sum){ 0 };
	for (int64_t k = 0; k < w->n; k++)
		mr_topk_push(w->heap, &n, w->n, (struct mr_hit){ w->val[k],
		    w->idx[k] }, e->rank);
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
		N[i] = mr_near_whole(a, &w->sum[i], (double)w->scale);
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
