/* What the neighbourhood term is computed from, made and freed; see near.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "model/near_parts.h"

static int64_t
longest_row(const struct mr_csr *m)
{
	int64_t most = 0;

	for (int64_t i = 0; i < m->rows; i++)
		if (m->ptr[i + 1] - m->ptr[i] > most)
			most = m->ptr[i + 1] - m->ptr[i];
	return most;
}

/* The ratings of each item, its raters in the order of ties. */
static int
by_items(struct mr_csr *t, const struct mr_csr *R, const int32_t *order,
    struct mr_err *err)
{
	int rc = mr_csr_transpose(t, R, err);

	if (rc)
		return rc;
	/* The ptr of an item is where its next rating goes, and in the end
	 * that of the item after it. */
	for (int64_t r = 0; r < R->rows; r++)
		for (int64_t k = R->ptr[order[r]]; k < R->ptr[order[r] + 1];
		    k++) {
			int64_t at = t->ptr[R->idx[k]]++;

			t->idx[at] = order[r];
			t->val[at] = R->val[k];
		}
	for (int64_t i = t->rows; i > 0; i--)
		t->ptr[i] = t->ptr[i - 1];
	t->ptr[0] = 0;
	return MR_OK;
}

static int
open_eval(struct mr_near_eval *e, const int32_t *rank, struct mr_err *err)
{
	const struct mr_csr *S = &e->m->near.S;
	int axis = e->m->near.axis, rc = MR_OK;

	if (axis == MR_NEAR_NONE)
		return MR_OK;
	e->longest = longest_row(S);
	e->rank = mr_alloc((size_t)S->rows, sizeof *e->rank, "order of ids",
	    err);
	e->order = e->rank ? mr_alloc((size_t)S->rows, sizeof *e->order,
	    "order of ids", err) : NULL;
	if (!e->order)
		rc = MR_ENOMEM;
	for (int32_t x = 0; x < S->rows && rc == MR_OK; x++) {
		e->rank[x] = rank ? rank[x] : x;
		e->order[e->rank[x]] = x;
	}
	if (rc == MR_OK && axis == MR_NEAR_USER && !e->lists)
		rc = by_items(&e->Rt, e->R, e->order, err);
	if (rc == MR_OK && axis == MR_NEAR_ITEM && e->lists)
		rc = mr_csr_transpose(&e->St, S, err);
	if (rc)
		mr_near_close(e);
	return rc;
}

int
mr_near_open(struct mr_near_eval *e, const struct mr_model *m,
    const struct mr_csr *R, int64_t n_items, const int32_t *rank,
    struct mr_err *err)
{
	*e = (struct mr_near_eval){ .m = m, .R = R, .n_items = n_items };
	return open_eval(e, rank, err);
}

int
mr_near_open_lists(struct mr_near_eval *e, const struct mr_model *m,
    const struct mr_csr *R, int64_t n_items, const int32_t *rank,
    struct mr_err *err)
{
	*e = (struct mr_near_eval){ .m = m, .R = R, .n_items = n_items,
	    .lists = true };
	return open_eval(e, rank, err);
}

void
mr_near_close(struct mr_near_eval *e)
{
	mr_csr_free(&e->St);
	mr_csr_free(&e->Rt);
	free(e->rank);
	free(e->order);
	*e = (struct mr_near_eval){ 0 };
}

static void *
new_part(int64_t n, size_t size, bool *ok, struct mr_err *err)
{
	void *p = *ok ? mr_alloc((size_t)n, size, "neighbours", err) : NULL;

	*ok = p != NULL;
	return p;
}

int
mr_near_work_new(struct mr_near_work *w, const struct mr_near_eval *e,
    struct mr_err *err)
{
	const struct mr_near *a = e->m ? &e->m->near : NULL;
	bool ok = true, by_item = a && a->axis == MR_NEAR_ITEM;
	int64_t n, cells, lists = e->lists, new;

	*w = (struct mr_near_work){ 0 };
	if (!a || a->axis == MR_NEAR_NONE)
		return MR_OK;
	n = a->S.rows;
	w->weight = new_part(n, sizeof *w->weight, &ok, err);
	w->is_near = new_part(n, sizeof *w->is_near, &ok, err);
	w->heap = new_part(by_item ? 0 : e->new ? n : e->longest,
	    sizeof *w->heap, &ok, err);
	new = e->new ? n : 0;
	w->similar.sum = new_part(new * MR_SIMILARITY_SUMS, sizeof(double),
	    &ok, err);
	w->similar.seen = new_part(new, 1, &ok, err);
	w->own = new_part(new, sizeof *w->own, &ok, err);
	w->own_val = new_part(new, sizeof *w->own_val, &ok, err);
	w->x = new_part(e->new ? e->n_items : 0, sizeof *w->x, &ok, err);
	w->sum = new_part(lists * e->n_items, sizeof *w->sum, &ok, err);
	n = by_item ? n : 0;
	w->mine = new_part(n, sizeof *w->mine, &ok, err);
	w->place = new_part(n, sizeof *w->place, &ok, err);
	w->residual = new_part(n, sizeof *w->residual, &ok, err);
	w->next = new_part(lists * n, sizeof *w->next, &ok, err);
	cells = !by_item ? 0 : n + MR_NEAR_STEP > MR_NEAR_CELLS ?
	    n + MR_NEAR_STEP : MR_NEAR_CELLS;
	w->key = new_part(cells, sizeof *w->key, &ok, err);
	w->at = new_part(cells, sizeof *w->at, &ok, err);
	w->count = new_part(cells / MR_NEAR_STEP, sizeof *w->count, &ok, err);
	if (!ok)
		mr_near_work_free(w);
	return ok ? MR_OK : MR_ENOMEM;
}

void
mr_near_work_free(struct mr_near_work *w)
{
	free(w->mine);
	free(w->place);
	free(w->residual);
	free(w->weight);
	free(w->is_near);
	free(w->heap);
	free(w->similar.sum);
	free(w->similar.seen);
	free(w->own);
	free(w->own_val);
	free(w->x);
	free(w->sum);
	free(w->next);
	free(w->key);
	free(w->at);
	free(w->count);
	*w = (struct mr_near_work){ 0 };
}
