/* Keeping users of a model's stream; see users.h.
 * SPDX-License-Identifier: MIT */
#include "store/users.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* One more row of n values to m. */
static int
add_row(struct mr_csr *m, struct mr_rows_cap *cap, const int32_t *idx,
    const float *val, int64_t n, int64_t cols, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(m);
	size_t need = (size_t)(nnz + n);
	int rc = mr_grow(&m->ptr, &cap->ptr, (size_t)m->rows + 2,
	    sizeof *m->ptr, "ratings", err);

	if (rc == MR_OK)
		rc = mr_grow(&m->idx, &cap->idx, need, sizeof *m->idx,
		    "ratings", err);
	if (rc == MR_OK)
		rc = mr_grow(&m->val, &cap->val, need, sizeof *m->val,
		    "ratings", err);
	if (rc)
		return rc;
	if (n) {
		memcpy(m->idx + nnz, idx, (size_t)n * sizeof *m->idx);
		memcpy(m->val + nnz, val, (size_t)n * sizeof *m->val);
	}
	m->ptr[0] = 0;
	m->ptr[++m->rows] = (int64_t)need;
	m->cols = cols;
	return MR_OK;
}

static int
add(struct mr_kept_users *k, const struct mr_users *batch, int64_t q,
    const char *model, struct mr_err *err)
{
	struct mr_user u = mr_users_get(batch, q);
	int32_t i;
	bool is_new;
	int rc = mr_ids_add(&k->names, u.id, &i, &is_new, err);

	if (rc == MR_OK && !is_new)
		rc = mr_err_set(err, MR_EFORMAT, "%s: user '%.*s' stands "
		    "twice", model, MR_SHOWN(u.id));
	if (rc == MR_OK)
		rc = mr_grow(&k->number, &k->number_cap, (size_t)i + 1,
		    sizeof *k->number, "users", err);
	if (rc == MR_OK)
		rc = mr_grow(&k->bu, &k->bu_cap, (size_t)i + 1,
		    sizeof *k->bu, "biases", err);
	k->U.cols = batch->U.cols;
	if (rc == MR_OK && u.U)
		rc = mr_mat_append(&k->U, &k->U_cap, u.U, 1, "user factors",
		    err);
	if (rc == MR_OK && batch->R.ptr)
		rc = add_row(&k->R, &k->R_cap, u.rated.item, u.rated.rating,
		    u.rated.n, batch->R.cols, err);
	if (rc == MR_OK && batch->E.ptr)
		rc = add_row(&k->E, &k->E_cap, u.mood.at, u.mood.e, u.mood.n,
		    batch->E.cols, err);
	if (rc)
		return rc;
	k->number[i] = u.number;
	k->bu[i] = (float)u.bu;
	return MR_OK;
}

int
mr_kept_users_add(struct mr_kept_users *k, const struct mr_users *batch,
    const struct mr_ids *only, const char *model, struct mr_err *err)
{
	int rc = MR_OK;

	for (int64_t q = 0; q < batch->n && rc == MR_OK; q++)
		if (!only || mr_ids_find(only, mr_ids_get(batch->names,
		    (int32_t)q)) >= 0)
			rc = add(k, batch, q, model, err);
	return rc;
}

void
mr_users_mark(const struct mr_users *batch, const struct mr_ids *names,
    bool *known)
{
	for (int64_t q = 0; q < batch->n && names->n; q++) {
		int32_t i = mr_ids_find(names, mr_ids_get(batch->names,
		    (int32_t)q));

		if (i >= 0)
			known[i] = true;
	}
}

bool
mr_kept_users_find(const struct mr_kept_users *k, struct mr_slice id,
    struct mr_user *u)
{
	const struct mr_users all = { &k->names, 0, k->names.n, k->U, k->bu,
	    k->R, k->E };
	int32_t i = mr_ids_find(&k->names, id);

	*u = mr_user_unknown(id);
	if (i < 0)
		return false;
	*u = mr_users_get(&all, i);
	u->number = k->number[i];
	return true;
}

void
mr_kept_users_free(struct mr_kept_users *k)
{
	mr_ids_free(&k->names);
	mr_mat_free(&k->U);
	mr_csr_free(&k->R);
	mr_csr_free(&k->E);
	free(k->number);
	free(k->bu);
	*k = (struct mr_kept_users){ 0 };
}
