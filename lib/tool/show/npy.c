/* mr-show --npy and --from-npy: a matrix for NumPy, and one of it.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/matrix_set.h"
#include "stream/npy.h"
#include "tool/show/show.h"
#include "tool/show/make.h"
#include "tool/show/survey.h"

#define STEP ((size_t)1 << 20)	/* bytes taken on trust at a time */

static int
put_npy(const struct mr_set *s, int place, struct mr_out *out,
    struct mr_err *err)
{
	const struct mr_matrix_info *m = &s->r.matrix[place];
	static const char *const type[] = { "", "<f4", "|u1", "<u4", "<i4" };
	const void *a = m->type == MR_BLOCK_WHOLE ? s->whole[place] :
	    s->mat[place].a;

	if (m->type != MR_BLOCK_DENSE && m->type != MR_BLOCK_WHOLE)
		return mr_err_set(err, MR_EFORMAT, "%s: matrix %s is %s, "
		    "expected a dense one (--tsv shows sparse ones)",
		    s->in.name, m->name, mr_show_survey_type(m));
	mr_npy_head(out, type[m->dtype], m->rows, m->cols);
	mr_out_write(out, a, (size_t)m->rows * (size_t)m->cols *
	    mr_value_size(m->dtype));
	return MR_OK;
}

int
mr_show_npy(const char *path, const struct mr_show_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	struct mr_set s = { 0 };
	struct mr_block b;
	bool more = true;
	int place = -1, rc;

	rc = mr_out_not_terminal(&run->out,
	    ".npy is binary: use -o FILE or a pipe", err);
	if (rc == MR_OK)
		rc = mr_set_open(&s, path, err);
	while (rc == MR_OK && more) {
		rc = mr_mrm_next(&s.r, &b, &more, err);
		if (rc == MR_OK && place < 0)
			rc = mr_show_survey_pick(&s.r, o->matrix, &place, err);
		if (rc == MR_OK && more && b.index == place &&
		    (b.type == MR_BLOCK_DENSE || b.type == MR_BLOCK_WHOLE))
			rc = mr_set_add(&s, &b, err);
	}
	if (rc == MR_OK)
		rc = put_npy(&s, place, &run->out, err);
	mr_set_free(&s);
	return rc;
}

struct load {
	struct mr_in in;
	struct mr_npy h;
	struct mr_tsv t;	/* of --ids */
	struct mr_mrm_out w;
	struct mr_ids ids;
	char name[MR_NAME_MAX + 1];	/* of the matrix */
	char row[MR_NAME_MAX + 1];
	unsigned char *raw;	/* a block as it came */
	size_t raw_cap;
	float *a;		/* the same as floats */
	size_t a_cap;
};

/* n rows of the file to l->a; memory follows what arrives. */
static int
read_rows(struct load *l, int64_t from, int64_t n, struct mr_err *err)
{
	size_t values = (size_t)n * (size_t)l->h.cols, have = 0;
	size_t bytes = values * (size_t)l->h.width;
	int rc = MR_OK;

	while (have < bytes) {
		size_t part = bytes - have < STEP ? bytes - have : STEP, got;

		rc = mr_grow(&l->raw, &l->raw_cap, have + part, 1,
		    "a block of rows", err);
		if (rc == MR_OK)
			rc = mr_in_read(&l->in, l->raw + have, part, &got,
			    err);
		if (rc)
			return rc;
		have += got;
		if (got < part)
			return mr_err_set(err, MR_EFORMAT, "%s: truncated in "
			    "row %lld of %lld", l->in.name, (long long)(from +
			    (int64_t)(have / ((size_t)l->h.cols *
			    (size_t)l->h.width))), (long long)l->h.rows);
	}
	rc = mr_grow(&l->a, &l->a_cap, values, sizeof *l->a,
	    "a block of rows", err);
	for (size_t k = 0; rc == MR_OK && k < values; k++) {
		l->a[k] = mr_npy_float(&l->h, l->raw, k);
		if (!isfinite(l->a[k]))
			rc = mr_err_set(err, MR_EFORMAT, "%s: row %lld, column "
			    "%lld (from 0): not a finite float", l->in.name,
			    (long long)(from + (int64_t)(k /
			    (size_t)l->h.cols)),
			    (long long)(k % (size_t)l->h.cols));
	}
	return rc;
}

/* The next n names of --ids go before their rows. */
static int
put_names(struct load *l, int64_t n, struct mr_err *err)
{
	int32_t from = l->ids.n;
	bool more = true;
	int rc = MR_OK;

	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		rc = mr_tsv_next(&l->t, &more, err);
		if (rc == MR_OK && !more)
			rc = mr_err_set(err, MR_EFORMAT, "%s: %d names, "
			    "expected %lld, one for every row",
			    l->t.in.name, l->ids.n, (long long)l->h.rows);
		if (rc == MR_OK)
			rc = mr_show_make_row(&l->ids, &l->t, err);
	}
	if (rc == MR_OK)
		mr_mrm_ids(&l->w, l->row, &l->ids, from, l->ids.n);
	return rc;
}

/* Neither file may have more than its share. */
static int
check_ends(struct load *l, bool has_ids, struct mr_err *err)
{
	unsigned char byte;
	bool more = false;
	size_t got;
	int rc = mr_in_read(&l->in, &byte, 1, &got, err);

	if (rc == MR_OK && got)
		rc = mr_err_set(err, MR_EFORMAT, "%s: bytes after the %lld x "
		    "%lld values", l->in.name, (long long)l->h.rows,
		    (long long)l->h.cols);
	if (rc == MR_OK && has_ids)
		rc = mr_tsv_next(&l->t, &more, err);
	if (rc == MR_OK && more)
		rc = mr_tsv_bad(&l->t, err, "more names than the %lld rows",
		    (long long)l->h.rows);
	return rc;
}

static int
open_ids(struct load *l, const char *ids, struct mr_err *err)
{
	int rc = mr_tsv_open(&l->t, ids, NULL, err);

	if (rc)
		return rc;
	l->t.line_no = 1;
	if (l->t.n_cols > 1)
		return mr_tsv_bad(&l->t, err, "%d columns, expected one of "
		    "names", l->t.n_cols);
	if (l->t.n_cols && !mr_show_make_name(l->row, l->t.name[0]))
		return mr_tsv_bad(&l->t, err, "the header names the axis of "
		    "the rows, expected 1 to %d of A-Z a-z 0-9 _",
		    MR_NAME_MAX);
	return MR_OK;
}

static int
put_all(struct load *l, bool has_ids, struct mr_err *err)
{
	int64_t left = l->h.rows;
	int rc = MR_OK;

	/* Without columns no byte of the file vouches for the rows. */
	if (l->h.cols == 0 && left && !has_ids)
		return mr_err_set(err, MR_EFORMAT, "%s: %lld rows without "
		    "columns", l->in.name, (long long)left);
	do {
		int64_t n = left < MR_BLOCK_ROWS ? left : MR_BLOCK_ROWS;

		if (has_ids)
			rc = put_names(l, n, err);
		if (rc == MR_OK)
			rc = read_rows(l, l->h.rows - left, n, err);
		if (rc == MR_OK)
			mr_mrm_dense(&l->w, l->name, l->a, n, l->h.cols);
		left -= n;
	} while (rc == MR_OK && left > 0);
	return rc;
}

int
mr_show_from_npy(const char *path, const struct mr_show_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	struct load l = { .in.fd = -1, .t.in.fd = -1, .row = "item" };
	const char *col = o->axis ? o->axis : "dim";
	int rc = mr_show_make_check(o, l.name, err);

	if (rc == MR_OK)
		rc = mr_in_open(&l.in, path, err);
	if (rc == MR_OK)
		rc = mr_npy_read_head(&l.h, &l.in, err);
	if (rc == MR_OK && o->ids)
		rc = open_ids(&l, o->ids, err);
	if (rc == MR_OK && strcmp(l.row, col) == 0)
		rc = mr_err_set(err, MR_EARG, "rows and columns would both be "
		    "the axis '%s': choose another --axis", col);
	if (rc == MR_OK)
		rc = mr_show_make_begin(&l.w, &run->out, l.name, l.row, col,
		    err);
	if (rc == MR_OK)
		rc = put_all(&l, o->ids != NULL, err);
	if (rc == MR_OK)
		rc = check_ends(&l, o->ids != NULL, err);
	if (rc == MR_OK)
		rc = mr_show_make_end(&l.w, "input.npy", &l.in, o->ids ?
		    &l.t.in : NULL, err);
	else
		mr_show_make_drop(&l.w);
	free(l.raw);
	free(l.a);
	mr_ids_free(&l.ids);
	mr_tsv_close(&l.t);
	mr_in_close(&l.in);
	return rc;
}
