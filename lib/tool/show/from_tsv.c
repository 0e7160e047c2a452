/* mr-show --from-tsv: a table of numbers becomes a matrix stream.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/matrix.h"
#include "stream/tsv.h"
#include "tool/show/show.h"
#include "tool/show/make.h"

struct load {
	struct mr_tsv t;
	struct mr_mrm_out w;
	struct mr_ids ids;
	char name[MR_NAME_MAX + 1];	/* of the matrix */
	char row[MR_NAME_MAX + 1], col[MR_NAME_MAX + 1];
	int cols;
	bool numbered;		/* columns are col0, col1, .. */
	float *a;		/* [MR_BLOCK_ROWS * cols] */
	int n;			/* rows in a */
};

/* Are the value columns PREFIX0, PREFIX1, ..?  Then PREFIX is their axis. */
static bool
is_numbered(struct load *l)
{
	struct mr_slice first = l->t.name[1];

	if (first.n < 2 || first.p[first.n - 1] != '0' ||
	    !mr_show_make_name(l->col, (struct mr_slice){ first.p,
	    first.n - 1 }))
		return false;
	for (int j = 0; j < l->cols; j++) {
		char want[MR_NAME_MAX + 16];

		snprintf(want, sizeof want, "%s%d", l->col, j);
		if (!mr_slice_is(l->t.name[j + 1], want))
			return false;
	}
	return true;
}

/* Names of the axes out of the header line. */
static int
take_head(struct load *l, const struct mr_show_opt *o, struct mr_err *err)
{
	const char *axis = o->axis ? o->axis : "column";

	if (l->t.n_cols == 0) {
		strcpy(l->row, "item");
		strcpy(l->col, "dim");
		l->numbered = true;
		return MR_OK;
	}
	l->t.line_no = 1;
	if (!mr_show_make_name(l->row, l->t.name[0]))
		return mr_tsv_bad(&l->t, err, "the first column '%.*s' names "
		    "the axis of the rows, expected 1 to %d of A-Z a-z 0-9 _",
		    MR_SHOWN(l->t.name[0]), MR_NAME_MAX);
	l->cols = l->t.n_cols - 1;
	if (l->cols == 0)
		return mr_tsv_bad(&l->t, err, "only the column '%s', expected "
		    "columns of values beside it", l->row);
	l->numbered = is_numbered(l);
	if (l->numbered)
		return MR_OK;
	strcpy(l->col, axis);
	if (strcmp(l->col, l->row) == 0)
		return mr_tsv_bad(&l->t, err, "rows and columns would both be "
		    "the axis '%s': choose another --axis", l->col);
	return MR_OK;
}

static int
put_head(struct load *l, struct mr_out *out, struct mr_err *err)
{
	struct mr_ids cols = { 0 };
	int32_t index;
	int rc = mr_show_make_begin(&l->w, out, l->name, l->row, l->col, err);

	for (int j = 0; rc == MR_OK && !l->numbered && j < l->cols; j++)
		rc = mr_ids_add(&cols, l->t.name[j + 1], &index, NULL, err);
	if (rc == MR_OK)
		mr_mrm_ids(&l->w, l->col, &cols, 0, cols.n);
	mr_ids_free(&cols);
	return rc;
}

static void
put_rows(struct load *l)
{
	mr_mrm_ids(&l->w, l->row, &l->ids, l->ids.n - l->n, l->ids.n);
	mr_mrm_dense(&l->w, l->name, l->a, l->n, l->cols);
	l->n = 0;
}

static int
take_row(struct load *l, struct mr_err *err)
{
	int rc = mr_show_make_row(&l->ids, &l->t, err);
	float *to = l->a + (size_t)l->n * (size_t)l->cols;

	for (int j = 0; rc == MR_OK && j < l->cols; j++) {
		double v = 0;

		rc = mr_tsv_float(&l->t, j + 1, "a finite number", &v, err);
		to[j] = (float)v;
	}
	l->n++;
	return rc;
}

static int
take_rows(struct load *l, struct mr_err *err)
{
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&l->t, &more, err);
		if (rc == MR_OK && more)
			rc = take_row(l, err);
		if (rc == MR_OK && l->n == MR_BLOCK_ROWS)
			put_rows(l);
	}
	if (rc)
		return rc;
	/* No rows at all still tell the width. */
	if (l->n || l->ids.n == 0)
		put_rows(l);
	if (strcmp(l->row, l->col) == 0 && l->ids.n != l->cols)
		return mr_err_set(err, MR_EFORMAT, "%s: %d rows and %d columns "
		    "along one axis '%s', expected as many", l->t.in.name,
		    l->ids.n, l->cols, l->row);
	return MR_OK;
}

int
mr_show_from_tsv(const char *path, const struct mr_show_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	struct load l = { 0 };
	int rc = mr_show_make_check(o, l.name, err);

	if (rc == MR_OK)
		rc = mr_tsv_open(&l.t, path, NULL, err);
	if (rc == MR_OK)
		rc = take_head(&l, o, err);
	if (rc == MR_OK) {
		l.a = mr_alloc((size_t)l.cols * MR_BLOCK_ROWS, sizeof *l.a,
		    "a block of rows", err);
		rc = l.a ? put_head(&l, &run->out, err) : MR_ENOMEM;
	}
	if (rc == MR_OK)
		rc = take_rows(&l, err);
	if (rc == MR_OK)
		rc = mr_show_make_end(&l.w, "input.tsv", &l.t.in, NULL, err);
	else
		mr_show_make_drop(&l.w);
	free(l.a);
	mr_ids_free(&l.ids);
	mr_tsv_close(&l.t);
	return rc;
}
