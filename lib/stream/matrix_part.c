/* What the header of a block tells, and blocks that are passed over by it; see
 * matrix_rows.h and mr_mrm_part.
 * SPDX-License-Identifier: MIT */
#include "stream/matrix_rows.h"

void
mr_mrm_part(struct mr_mrm_in *r, int axis, int64_t from, int64_t to)
{
	r->part = (struct mr_part_of){ .axis = axis, .from = from, .to = to };
	r->in->step = MR_MATRIX_HEADER;
}

void
mr_mrm_only(struct mr_mrm_in *r, int axis, int64_t from, int64_t to)
{
	mr_mrm_part(r, axis, from, to);
	r->part.alone = true;
}

void
mr_mrm_lend(struct mr_mrm_in *r, int matrix, struct mr_slice file)
{
	r->matrix[matrix].lent = true;
	r->file = file;
	r->in->step = MR_MATRIX_HEADER;
}

int
mr_mrm_look(struct mr_meta *meta, const char *path, struct mr_err *err)
{
	struct mr_in in;
	struct mr_mrm_in r;
	struct mr_block b;
	bool more;
	int rc = mr_in_open(&in, path, err);

	*meta = (struct mr_meta){ 0 };
	if (rc)
		return rc;
	rc = mr_mrm_open(&r, &in, err);
	if (rc == MR_OK)
		rc = mr_mrm_next(&r, &b, &more, err);
	if (rc == MR_OK) {
		*meta = r.meta;
		r.meta = (struct mr_meta){ 0 };
	}
	mr_mrm_close(&r);
	mr_in_close(&in);
	return rc;
}

int
mr_rows_shape(const struct mr_mrm_in *r, const struct mr_frame *f, int place,
    int type, struct mr_err *err)
{
	const struct mr_matrix_info *m = &r->matrix[place >= 0 ? place : 0];
	const struct mr_axis *a = &r->axis[m->row_axis];

	if (place < 0)
		return mr_frame_bad(r, err, "matrix '%s' is not named in "
		    "META", f->name);
	if ((m->type && (m->type != type || m->dtype != f->dtype)) ||
	    (m->cols >= 0 && m->cols != f->cols))
		return mr_frame_bad(r, err, "matrix %s changes its type or "
		    "width", f->name);
	/* Nothing would vouch for the number of such rows. */
	if (!a->named && f->cols == 0 && f->rows)
		return mr_frame_bad(r, err, "matrix %s has %lld rows without "
		    "columns or names", f->name, (long long)f->rows);
	if (a->named && m->in_stream + f->rows > a->in_stream)
		return mr_frame_bad(r, err, "matrix %s has more rows than "
		    "names", f->name);
	return MR_OK;
}

void
mr_rows_shaped(struct mr_matrix_info *m, const struct mr_frame *f, int type)
{
	m->type = type;
	m->dtype = f->dtype;
	m->cols = f->cols;
	m->in_stream += f->rows;
}

int
mr_rows_type(const struct mr_frame *f)
{
	return f->type == MR_BLOCK_DENSE && f->dtype != MR_VALUE_F32 ?
	    MR_BLOCK_WHOLE : f->type;
}

/* The axis whose rows f has or names, -1 for none, and how many there were. */
static int
axis_of(const struct mr_mrm_in *r, const struct mr_frame *f, int64_t *n)
{
	bool rows = f->type == MR_BLOCK_DENSE || f->type == MR_BLOCK_CSR;
	int place = rows ? mr_mrm_find_matrix(r, f->name) :
	    f->type == MR_BLOCK_IDS ? mr_mrm_find_axis(r, f->name) : -1;

	if (place < 0)
		return -1;
	*n = rows ? r->matrix[place].in_stream : r->axis[place].in_stream;
	return rows ? r->matrix[place].row_axis : place;
}

bool
mr_rows_unwanted(const struct mr_mrm_in *r, const struct mr_frame *f)
{
	int64_t n = 0;
	int axis;

	/* A block of no rows tells the width. */
	if (r->part.axis < 0 || r->n_streams != 1 ||
	    r->state != MR_MRM_BODY || f->rows <= 0)
		return false;
	axis = axis_of(r, f, &n);
	return axis == r->part.axis ? n >= r->part.to ||
	    n + f->rows <= r->part.from : axis >= 0 && r->part.alone;
}

int
mr_rows_pass(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err)
{
	int place = mr_mrm_find_axis(r, f->name), rc = MR_OK;

	if (f->type == MR_BLOCK_IDS) {
		struct mr_axis *a = &r->axis[place];

		a->named = true;
		a->in_stream += f->rows;
		a->gone += f->rows;
		if (place == r->part.axis && a->in_stream <= r->part.from)
			r->part.before += f->rows;
	} else {
		place = mr_mrm_find_matrix(r, f->name);
		rc = mr_rows_shape(r, f, place, mr_rows_type(f), err);
		if (rc == MR_OK) {
			mr_rows_shaped(&r->matrix[place], f, mr_rows_type(f));
			r->matrix[place].rows += f->rows;
			r->matrix[place].nnz += f->nnz;
		}
	}
	return rc ? rc : mr_frame_skip(r, f, err);
}
