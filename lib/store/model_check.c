/* Has a model the parts of the formula?  See model_check.h.
 * SPDX-License-Identifier: MIT */
#include "store/model_check.h"

#include <string.h>

#include "store/model_near.h"

/* A part must lie on the axes and be of the type that the formula needs. */
static int
check_part(const struct mr_mrm_in *r, int matrix, const char *axis, int type,
    struct mr_err *err)
{
	const struct mr_matrix_info *m = &r->matrix[matrix < 0 ? 0 : matrix];

	if (matrix < 0 || (strcmp(r->axis[m->row_axis].name, axis) == 0 &&
	    (m->type == 0 || m->type == type)))
		return MR_OK;
	return mr_err_set(err, MR_EFORMAT, "%s: matrix %s is not %s rows by "
	    "%s: no model", r->in->name, m->name, type == MR_BLOCK_CSR ?
	    "sparse" : "dense", axis);
}

int
mr_model_check(struct mr_model_in *in, struct mr_err *err)
{
	const struct mr_set *s = &in->set;
	int64_t du = in->u >= 0 ? s->r.matrix[in->u].cols : -1;
	int64_t dv = in->v >= 0 ? s->r.matrix[in->v].cols : -1;
	const struct {
		int at;
		const char *axis;
		int type;
	} parts[] = {
		{ in->u, "user", MR_BLOCK_DENSE },
		{ in->bu, "user", MR_BLOCK_DENSE },
		{ in->r, "user", MR_BLOCK_CSR },
		{ in->e, "user", MR_BLOCK_CSR },
		{ in->v, "item", MR_BLOCK_DENSE },
		{ in->y, "item", MR_BLOCK_DENSE },
		{ in->bi, "item", MR_BLOCK_DENSE },
	};
	int rc = MR_OK;

	for (size_t i = 0; i < sizeof parts / sizeof *parts && rc == MR_OK;
	    i++)
		rc = check_part(&s->r, parts[i].at, parts[i].axis,
		    parts[i].type, err);
	if (rc)
		return rc;
	if (in->first == 0)
		in->n_items = in->items->n;
	if ((in->u < 0) != (in->v < 0))
		return mr_err_set(err, MR_EFORMAT, "%s: only one of U and V "
		    "is there", s->in.name);
	if (in->n_items != in->items->n ||
	    (in->v >= 0 && (dv < 0 || s->mat[in->v].rows != in->n_items)) ||
	    (in->bi >= 0 && (s->mat[in->bi].rows != in->n_items ||
	    s->r.matrix[in->bi].cols != 1)) ||
	    (in->bu >= 0 && s->mat[in->bu].rows &&
	    s->r.matrix[in->bu].cols != 1))
		return mr_err_set(err, MR_EFORMAT, "%s: the items are not "
		    "complete before the first users, or bi or bu is no "
		    "column", s->in.name);
	if (du != dv)
		return mr_err_set(err, MR_EFORMAT, "%s: U has %lld columns, "
		    "V has %lld: expected the same rank", s->in.name,
		    (long long)du, (long long)dv);
	if (in->y >= 0 && ((s->r.matrix[in->y].cols != dv &&
	    s->r.matrix[in->y].cols != 1) ||
	    s->mat[in->y].rows != in->n_items))
		return mr_err_set(err, MR_EFORMAT, "%s: Y is not of the shape "
		    "of V, nor a column", s->in.name);
	if (in->r >= 0 && s->csr[in->r].rows && s->csr[in->r].cols !=
	    in->n_items)
		return mr_err_set(err, MR_EFORMAT, "%s: R has %lld columns, "
		    "expected one for each of %lld items", s->in.name,
		    (long long)s->csr[in->r].cols, (long long)in->n_items);
	return in->first ? MR_OK : mr_model_near_check(in, err);
}
