/* mr-show for people: aligned tables of what a stream holds.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/escape.h"
#include "core/mem.h"
#include "tool/show/show.h"
#include "tool/show/survey.h"

#define CELL 96
#define COLS 9
#define SHOWN_NAMES 3
#define SHOWN_BYTES 24

/* Cells of text, the first row being the heading. */
struct table {
	int rows, cols;
	char cell[MR_MATRIX_MAX + 1][COLS][CELL];
};

/* Characters of s as a terminal counts most of them: no continuation bytes. */
static int
width(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
row(struct table *t, const char *first)
{
	snprintf(t->cell[t->rows++][0], CELL, "%s", first);
	t->cols = 1;
}

static void cell(struct table *t, const char *fmt, ...) MR_PRINTF(2, 3);

static void
cell(struct table *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->cell[t->rows - 1][t->cols++], CELL, fmt, ap);
	va_end(ap);
}

/* A file's bytes on a terminal. */
static void
put_masked(struct mr_out *out, struct mr_slice s)
{
	for (size_t i = 0, used; i < s.n; i += used)
		mr_out_byte(out, mr_mask(s.p + i, s.n - i, &used));
}

/* Columns of numbers (right of no_left) are flush right. */
static void
put_table(struct mr_out *out, const struct table *t, int n_left)
{
	int wide[COLS] = { 0 };

	for (int i = 0; i < t->rows; i++)
		for (int j = 0; j < t->cols; j++)
			if (width(t->cell[i][j]) > wide[j])
				wide[j] = width(t->cell[i][j]);
	for (int i = 0; i < t->rows; i++) {
		for (int j = 0; j < t->cols; j++) {
			const char *s = t->cell[i][j];
			int pad = wide[j] - width(s);

			if (j)
				mr_out_text(out, "  ");
			if (j >= n_left)
				mr_out_printf(out, "%*s", pad, "");
			put_masked(out, mr_slice_of(s));
			if (j < n_left && j < t->cols - 1)
				mr_out_printf(out, "%*s", pad, "");
		}
		mr_out_byte(out, '\n');
	}
}

static void
put_meta(struct mr_out *out, const struct mr_meta *m)
{
	struct mr_slice rest = mr_buf_slice(&m->text);
	int wide = 0;

	for (int pass = 0; pass < 2; pass++, rest = mr_buf_slice(&m->text))
		while (rest.n) {
			struct mr_slice v = mr_slice_cut(&rest, '\n');
			struct mr_slice key = mr_slice_cut(&v, '=');

			if (pass == 0 && key.n < 40 && (int)key.n > wide)
				wide = (int)key.n;
			if (pass == 0)
				continue;
			mr_out_text(out, "  ");
			put_masked(out, key);
			mr_out_printf(out, "%*s  ", key.n < (size_t)wide ?
			    wide - (int)key.n : 0, "");
			put_masked(out, v);
			mr_out_byte(out, '\n');
		}
}

/* The first names, each cut at a character; "a, b, c, .." */
static void
first_names(const struct mr_ids *ids, char to[CELL])
{
	size_t n = 0;

	to[0] = '\0';
	for (int32_t i = 0; i < ids->n && i < SHOWN_NAMES; i++) {
		struct mr_slice s = mr_ids_get(ids, i);
		size_t cut = s.n;

		if (cut > SHOWN_BYTES) {
			cut = SHOWN_BYTES - 2;
			while (cut && ((unsigned char)s.p[cut] & 0xc0) == 0x80)
				cut--;
		}
		n += (size_t)snprintf(to + n, CELL - n, "%s%.*s%s",
		    i ? ", " : "", (int)cut, s.p, cut < s.n ? ".." : "");
	}
	if (ids->n > SHOWN_NAMES)
		snprintf(to + n, CELL - n, ", ..");
}

static void
put_axes(struct mr_out *out, const struct mr_survey *s, struct table *t)
{
	char names[CELL];

	t->rows = 0;
	row(t, "axis");
	cell(t, "size");
	cell(t, "names");
	for (int i = 0; i < s->r.n_axes; i++) {
		const struct mr_axis *a = &s->r.axis[i];

		row(t, a->name);
		cell(t, "%lld", (long long)mr_show_survey_axis_size(s, i));
		first_names(&a->ids, names);
		cell(t, "%s", a->named ? names : "(numbers from 0)");
	}
	put_table(out, t, COLS);
}

static void
put_values(struct mr_out *out, const struct mr_survey *s, struct table *t)
{
	t->rows = 0;
	row(t, "matrix");
	cell(t, "rows x columns");
	cell(t, "type");
	cell(t, "size");
	cell(t, "nnz");
	cell(t, "min");
	cell(t, "mean");
	cell(t, "max");
	for (int i = 0; i < s->r.n_matrices; i++) {
		const struct mr_matrix_info *m = &s->r.matrix[i];
		const struct mr_stats *v = &s->of[i];

		row(t, m->name);
		cell(t, "%s x %s", s->r.axis[m->row_axis].name,
		    s->r.axis[m->col_axis].name);
		cell(t, "%s", mr_show_survey_type(m));
		cell(t, "%lld x %lld", (long long)m->rows,
		    (long long)(m->cols < 0 ? 0 : m->cols));
		cell(t, "%lld", (long long)v->nnz);
		if (v->values == 0) {
			for (int k = 0; k < 3; k++)
				cell(t, "-");
			continue;
		}
		cell(t, "%.6g", v->min);
		cell(t, "%.6g", v->sum / (double)v->values);
		cell(t, "%.6g", v->max);
	}
	put_table(out, t, 3);
}

static void
put_norms(struct mr_out *out, const struct mr_survey *s, struct table *t)
{
	t->rows = 0;
	row(t, "matrix");
	cell(t, "row norm min");
	cell(t, "mean");
	cell(t, "max");
	cell(t, "zero rows");
	for (int i = 0; i < s->r.n_matrices; i++) {
		const struct mr_stats *v = &s->of[i];

		row(t, s->r.matrix[i].name);
		if (v->rows == 0) {
			for (int k = 0; k < 3; k++)
				cell(t, "-");
		} else {
			cell(t, "%.6g", v->norm_min);
			cell(t, "%.6g", v->norm_sum / (double)v->rows);
			cell(t, "%.6g", v->norm_max);
		}
		cell(t, "%lld", (long long)v->zero_rows);
	}
	put_table(out, t, 1);
}

int
mr_show_text(const char *path, struct mr_run *run, struct mr_err *err)
{
	struct mr_out *out = &run->out;
	struct table *t = mr_alloc(1, sizeof *t, "tables", err);
	struct mr_survey s;
	int rc = mr_show_survey_read(&s, path, err);

	if (!t)
		rc = MR_ENOMEM;
	if (rc)
		goto out;
	mr_out_text(out, "made by\n");
	put_meta(out, &s.r.meta);
	if (s.r.totals.text.n) {
		mr_out_text(out, "totals\n");
		put_meta(out, &s.r.totals);
	}
	mr_out_byte(out, '\n');
	put_axes(out, &s, t);
	if (s.r.n_matrices) {
		mr_out_byte(out, '\n');
		put_values(out, &s, t);
		mr_out_byte(out, '\n');
		put_norms(out, &s, t);
	}
	mr_out_byte(out, '\n');
	if (s.r.n_shards)
		mr_out_printf(out, "shard: %lld of %lld\n",
		    (long long)s.r.shard, (long long)s.r.n_shards);
	mr_out_printf(out, "streams: %lld\nblocks: %lld\nbytes: %lld\n"
	    "complete: yes\n", (long long)s.r.n_streams,
	    (long long)s.r.n_blocks_all, (long long)s.in.n_bytes);
out:
	mr_show_survey_free(&s);
	free(t);
	return rc;
}
