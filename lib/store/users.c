/* Picking users from a model's stream; see users.h.
 * SPDX-License-Identifier: MIT */
#include "store/users.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static int
new_parts(struct mr_user_parts *p, const struct mr_model_in *in,
    struct mr_err *err)
{
	int rc = mr_mat_new(&p->U, p->want.n, in->m.U.cols, "user factors",
	    err);

	if (rc)
		return rc;
	p->bu = mr_alloc((size_t)p->want.n, sizeof *p->bu, "biases", err);
	p->known = p->bu ? mr_alloc((size_t)p->want.n, sizeof *p->known,
	    "users", err) : NULL;
	return p->known ? MR_OK : MR_ENOMEM;
}

/* The users of the current batch that are wanted. */
static int
pick_batch(struct mr_user_parts *p, const struct mr_model_in *in,
    struct mr_coo *rated, struct mr_err *err)
{
	const struct mr_model *m = &in->m;
	int rc = MR_OK;

	for (int64_t i = 0; i < in->n && rc == MR_OK; i++) {
		int32_t w = mr_ids_find(&p->want, mr_ids_get(in->users,
		    (int32_t)(in->first + i)));

		if (w < 0)
			continue;
		p->known[w] = true;
		p->n_known++;
		if (m->U.cols)
			memcpy(mr_mat_row(&p->U, w), mr_mat_row(&m->U, i),
			    (size_t)m->U.cols * sizeof *m->U.a);
		if (m->bu)
			p->bu[w] = m->bu[i];
		for (int64_t k = in->R.ptr ? in->R.ptr[i] : 0;
		    in->R.ptr && k < in->R.ptr[i + 1] && rc == MR_OK; k++)
			rc = mr_coo_add(rated, w, in->R.idx[k],
			    in->R.val[k], err);
	}
	return rc;
}

int
mr_user_parts_pick(struct mr_user_parts *p, struct mr_model_in *in,
    struct mr_err *err)
{
	struct mr_coo rated = { 0 };
	int64_t repeated;
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		rc = mr_model_next(in, &more, err);
		if (rc == MR_OK && !p->known)
			rc = new_parts(p, in, err);
		if (rc == MR_OK && more)
			rc = pick_batch(p, in, &rated, err);
	}
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&p->R, &rated, p->want.n, in->n_items,
		    &repeated, err);
	mr_coo_free(&rated);
	return rc;
}

void
mr_user_parts_free(struct mr_user_parts *p)
{
	mr_ids_free(&p->want);
	mr_mat_free(&p->U);
	mr_csr_free(&p->R);
	free(p->bu);
	free(p->known);
	*p = (struct mr_user_parts){ 0 };
}
