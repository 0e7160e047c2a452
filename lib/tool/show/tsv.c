/* mr-show --tsv: one matrix of a stream as text.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "stream/matrix_set.h"
#include "stream/tsv.h"
#include "tool/show/show.h"
#include "tool/show/survey.h"

struct dump {
	struct mr_set s;
	const struct mr_show_opt *o;
	struct mr_out *out;
	const struct mr_axis *row, *col;
	int place;		/* of the matrix, -1: nothing read yet */
	bool header_out, long_form, head_done;
	bool hold;		/* rows wait for the names of the columns */
	bool bare_cols;		/* columns went out as numbers */
};

/* Name i of the axis, or the number i. */
static void
put_name(struct mr_out *out, const struct mr_axis *a, int64_t i)
{
	if (a->named)
		mr_tsv_put(out, mr_ids_get(&a->ids, (int32_t)i));
	else
		mr_out_printf(out, "%lld", (long long)i);
}

static int
put_head(struct dump *d, struct mr_err *err)
{
	const struct mr_matrix_info *m = &d->s.r.matrix[d->place];

	d->head_done = true;
	d->bare_cols = !d->col->named;
	if (!d->long_form && m->cols >= MR_COLS_MAX)
		return mr_err_set(err, MR_EFORMAT, "%s: matrix %s has %lld "
		    "columns, a TSV file at most %d beside the names: use "
		    "--long or --npy", d->s.in.name, m->name,
		    (long long)m->cols, MR_COLS_MAX - 1);
	if (!d->header_out)
		return MR_OK;
	mr_out_text(d->out, d->row->name);
	if (d->long_form)
		/* No two columns of a TSV have one name. */
		mr_out_printf(d->out, "\t%s%s\tvalue", d->col->name,
		    d->row == d->col ? "_2" : "");
	for (int64_t j = 0; !d->long_form && j < m->cols; j++) {
		mr_out_byte(d->out, '\t');
		if (!d->col->named)
			mr_out_text(d->out, d->col->name);
		put_name(d->out, d->col, j);
	}
	mr_out_byte(d->out, '\n');
	return MR_OK;
}

static void
put_float(struct mr_out *out, float v)
{
	char text[24];

	mr_out_byte(out, '\t');
	mr_out_slice(out, mr_f32_text(v, text));
}

/* Value i of an array of the dtype. */
static void
put_number(struct mr_out *out, int dtype, const void *a, int64_t i)
{
	char text[24];

	if (dtype == MR_VALUE_F32) {
		put_float(out, ((const float *)a)[i]);
		return;
	}
	mr_out_byte(out, '\t');
	mr_out_slice(out, mr_i64_text(mr_value_get(dtype, a, i), text));
}

static void
put_value(struct dump *d, int64_t row, int64_t col, int dtype, const void *a,
    int64_t i)
{
	put_name(d->out, d->row, row);
	mr_out_byte(d->out, '\t');
	put_name(d->out, d->col, col);
	put_number(d->out, dtype, a, i);
	mr_out_byte(d->out, '\n');
}

/* Rows from .. , n of them, of the matrix, at a. */
static void
put_rows(struct dump *d, int64_t from, int64_t n, const void *a)
{
	const struct mr_matrix_info *m = &d->s.r.matrix[d->place];

	for (int64_t i = 0; i < n; i++) {
		if (!d->long_form)
			put_name(d->out, d->row, from + i);
		for (int64_t j = 0; j < m->cols; j++)
			if (d->long_form)
				put_value(d, from + i, j, m->dtype, a,
				    i * m->cols + j);
			else
				put_number(d->out, m->dtype, a,
				    i * m->cols + j);
		if (!d->long_form)
			mr_out_byte(d->out, '\n');
	}
}

static void
put_csr(struct dump *d, int64_t from, const struct mr_csr *m)
{
	for (int64_t i = 0; i < m->rows; i++)
		for (int64_t k = m->ptr[i]; k < m->ptr[i + 1]; k++)
			put_value(d, from + i, m->idx[k], MR_VALUE_F32,
			    m->val, k);
}

static int
begin(struct dump *d, struct mr_err *err)
{
	const struct mr_matrix_info *m;
	int rc = mr_show_survey_pick(&d->s.r, d->o->matrix, &d->place, err);

	if (rc)
		return rc;
	m = &d->s.r.matrix[d->place];
	d->row = &d->s.r.axis[m->row_axis];
	d->col = &d->s.r.axis[m->col_axis];
	return MR_OK;
}

static int
take_block(struct dump *d, const struct mr_block *b, struct mr_err *err)
{
	const struct mr_matrix_info *m = &d->s.r.matrix[d->place];
	int rc = MR_OK;

	if (d->head_done && d->bare_cols && d->col->named)
		return mr_err_set(err, MR_EFORMAT, "%s: the columns of %s get "
		    "names after its rows: cannot show them in one pass",
		    d->s.in.name, m->name);
	if (b->type == MR_BLOCK_IDS || b->index != d->place)
		return MR_OK;
	d->long_form = d->o->long_form || b->type == MR_BLOCK_CSR;
	d->hold = d->hold || (d->col->named && d->col->ids.n != m->cols);
	if (d->hold)
		return mr_set_add(&d->s, b, err);
	if (!d->head_done)
		rc = put_head(d, err);
	if (rc == MR_OK && b->type == MR_BLOCK_CSR)
		put_csr(d, b->from, &b->part);
	else if (rc == MR_OK)
		put_rows(d, b->from, b->rows, b->values);
	return rc;
}

static int
end(struct dump *d, struct mr_err *err)
{
	const struct mr_mat *a = &d->s.mat[d->place];
	const void *whole = d->s.whole[d->place];
	int rc = MR_OK;

	if (d->s.r.matrix[d->place].type == 0)
		return mr_err_set(err, MR_EFORMAT, "%s: matrix %s is announced "
		    "but absent", d->s.in.name, d->s.r.matrix[d->place].name);
	if (!d->head_done)
		rc = put_head(d, err);
	if (rc == MR_OK && (a->rows || whole))
		put_rows(d, 0, d->s.r.matrix[d->place].rows, whole ? whole :
		    a->a);
	if (rc == MR_OK && d->s.csr[d->place].ptr)
		put_csr(d, 0, &d->s.csr[d->place]);
	return rc;
}

int
mr_show_tsv(const char *path, const struct mr_show_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	struct dump d = { .o = o, .out = &run->out,
	    .header_out = run->header_out, .place = -1 };
	struct mr_block b;
	bool more = true;
	int rc = mr_set_open(&d.s, path, err);

	while (rc == MR_OK && more) {
		rc = mr_mrm_next(&d.s.r, &b, &more, err);
		if (rc == MR_OK && d.place < 0)
			rc = begin(&d, err);
		if (rc == MR_OK && more)
			rc = take_block(&d, &b, err);
		mr_report_step(&run->report, "bytes", d.s.in.n_bytes,
		    d.s.in.size);
	}
	if (rc == MR_OK)
		rc = end(&d, err);
	mr_set_free(&d.s);
	return rc;
}
