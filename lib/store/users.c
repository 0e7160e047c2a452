/* Keeping users of a model's stream; see users.h.
 * SPDX-License-Identifier: MIT */
#include "store/users.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The ratings of one more user. */
static int
add_rated(struct mr_kept_users *k, struct mr_rated r, int64_t n_items,
    struct mr_err *err)
{
	struct mr_csr *R = &k->R;
	int64_t nnz = mr_csr_nnz(R);
	size_t need = (size_t)(nnz + r.n);
	int rc = mr_grow(&R->ptr, &k->ptr_cap, (size_t)R->rows + 2,
	    sizeof *R->ptr, "ratings", err);

	if (rc == MR_OK)
		rc = mr_grow(&R->idx, &k->idx_cap, need, sizeof *R->idx,
		    "ratings", err);
	if (rc == MR_OK)
		rc = mr_grow(&R->val, &k->val_cap, need, sizeof *R->val,
		    "ratings", err);
	if (rc)
		return rc;
	if (r.n) {
		memcpy(R->idx + nnz, r.item, (size_t)r.n * sizeof *R->idx);
		memcpy(R->val + nnz, r.rating, (size_t)r.n * sizeof *R->val);
	}
	R->ptr[0] = 0;
	R->ptr[++R->rows] = (int64_t)need;
	R->cols = n_items;
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
		rc = add_rated(k, u.rated, batch->R.cols, err);
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
	    k->R };
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
	free(k->number);
	free(k->bu);
	*k = (struct mr_kept_users){ 0 };
}
