/* Tab-separated text; see tsv.h and mr-tsv(5).
 * SPDX-License-Identifier: MIT */
#include "stream/tsv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/escape.h"
#include "core/mem.h"

void
mr_tsv_put(struct mr_out *out, struct mr_slice s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *esc;

		if ((unsigned char)s.p[i] > '\r' && s.p[i] != '\\')
			continue;
		esc = mr_escape(s.p[i]);
		if (!esc)
			continue;
		mr_out_write(out, s.p + from, i - from);
		mr_out_write(out, esc, 2);
		from = i + 1;
	}
	if (s.n > from)
		mr_out_write(out, s.p + from, s.n - from);
}

int
mr_tsv_bad(const struct mr_tsv *t, struct mr_err *err, const char *fmt, ...)
{
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: %s", t->in.name,
	    (long long)t->line_no, what);
}

int
mr_tsv_id(const struct mr_tsv *t, int col, struct mr_err *err)
{
	return t->field[col].n ? MR_OK : mr_tsv_bad(t, err,
	    "empty %.*s, expected an id", (int)t->name[col].n,
	    t->name[col].p);
}

static int
check_text(const struct mr_tsv *t, const struct mr_buf *b, struct mr_err *err)
{
	size_t bad;

	if (b->n && memchr(b->p, '\r', b->n))
		return mr_tsv_bad(t, err, "a carriage return inside, expected "
		    "LF line ends");
	bad = mr_utf8_bad(mr_buf_slice(b));
	if (bad == b->n)
		return MR_OK;
	return mr_tsv_bad(t, err, "byte %zu is not UTF-8 "
	    "(mr-ingest repairs such files)", bad + 1);
}

/* Split line (which stays the owner) into n_cols fields at most. */
static int
split(const struct mr_tsv *t, struct mr_buf *line, struct mr_slice *field,
    int max, int *n, struct mr_err *err)
{
	const char *p = line->n ? line->p : "", *end = p + line->n, *tab;
	bool escapes = memchr(p, '\\', line->n) != NULL;

	for (*n = 0, tab = p; tab; (*n)++) {
		struct mr_slice f = { p, 0 };

		tab = memchr(p, '\t', (size_t)(end - p));
		f.n = (size_t)((tab ? tab : end) - p);
		p = tab ? tab + 1 : end;
		if (f.n > MR_FIELD_MAX)
			return mr_tsv_bad(t, err, "field %d has %zu bytes, "
			    "expected at most %zu", *n + 1, f.n,
			    MR_FIELD_MAX);
		if (*n >= max)
			continue;
		if (escapes && !mr_unescape((char *)f.p, &f.n))
			return mr_tsv_bad(t, err, "field %d has a backslash "
			    "before something else than t, n, r or a "
			    "backslash", *n + 1);
		field[*n] = f;
	}
	return MR_OK;
}

static int
check_names(const struct mr_tsv *t, struct mr_err *err)
{
	/* It would be written first and taken for the one mark there may be. */
	if (t->name[0].n >= 3 && memcmp(t->name[0].p, "\xef\xbb\xbf", 3) == 0)
		return mr_tsv_bad(t, err, "a second byte order mark");
	for (int i = 0; i < t->n_cols; i++) {
		if (t->name[i].n == 0)
			return mr_tsv_bad(t, err, "column %d has no name",
			    i + 1);
		for (int j = 0; j < i; j++)
			if (mr_slice_eq(t->name[i], t->name[j]))
				return mr_tsv_bad(t, err,
				    "column '%.*s' stands twice",
				    (int)t->name[i].n, t->name[i].p);
	}
	return MR_OK;
}

/* The header line, or the given names in its place, to t->head. */
static int
read_head(struct mr_tsv *t, const char *names, bool *more, struct mr_err *err)
{
	int rc;

	if (!names) {
		t->line_no = 1;
		rc = mr_in_line(&t->in, &t->head, MR_LINE_MAX, 1, more, err);
		return rc || !*more ? rc : check_text(t, &t->head, err);
	}
	*more = true;
	rc = mr_buf_add(&t->head, names, strlen(names), err);
	for (size_t i = 0; rc == MR_OK && i < t->head.n; i++)
		if (t->head.p[i] == ',')
			t->head.p[i] = '\t';
	return rc;
}

int
mr_tsv_open(struct mr_tsv *t, const char *path, const char *names,
    struct mr_err *err)
{
	struct mr_in in;
	int rc = mr_in_open(&in, path, err);

	*t = (struct mr_tsv){ .in.fd = -1 };
	return rc ? rc : mr_tsv_begin(t, &in, names, err);
}

int
mr_tsv_begin(struct mr_tsv *t, struct mr_in *in, const char *names,
    struct mr_err *err)
{
	bool more = false;
	int rc, n;

	*t = (struct mr_tsv){ .in = *in };
	*in = (struct mr_in){ .fd = -1 };
	rc = mr_in_begin_text(&t->in, err);
	if (rc == MR_OK)
		rc = read_head(t, names, &more, err);
	if (rc || !more)
		goto out;
	t->name = mr_alloc(MR_COLS_MAX, sizeof *t->name, "columns", err);
	t->field = mr_alloc(MR_COLS_MAX, sizeof *t->field, "columns", err);
	rc = t->name && t->field ?
	    split(t, &t->head, t->name, MR_COLS_MAX, &n, err) : MR_ENOMEM;
	if (rc == MR_OK && n > MR_COLS_MAX)
		rc = mr_tsv_bad(t, err, "%d columns, expected at most %d", n,
		    MR_COLS_MAX);
	if (rc)
		goto out;
	t->n_cols = n;
	t->may_end_early = names != NULL;
	rc = check_names(t, err);
out:
	if (rc)
		mr_tsv_close(t);
	return rc;
}

int
mr_tsv_find(const struct mr_tsv *t, const char *name)
{
	for (int i = 0; i < t->n_cols; i++)
		if (mr_slice_is(t->name[i], name))
			return i;
	return -1;
}

bool
mr_tsv_numbers(const struct mr_tsv *t)
{
	double v;

	for (int i = 0; i < t->n_cols; i++)
		if (mr_parse_f64(t->name[i], &v))
			return true;
	return false;
}

/* What makes TSV of the commonest tables; others have the same readers. */
#define TO_TSV "; mr-ingest makes TSV of films, ratings and tables)"

/* What the header looks like where a column is missing. */
static const char *
guess(const struct mr_tsv *t, const char *name)
{
	static const char *const parted[][2] = {
		{ ",", " (CSV? expected tabs" TO_TSV },
		{ ";", " (parted by ';'? expected tabs" TO_TSV },
		{ "|", " (parted by '|'? expected tabs" TO_TSV },
		{ " ", " (one column; blanks in place of tabs?)" },
	};

	for (size_t i = 0; t->n_cols == 1 &&
	    i < sizeof parted / sizeof *parted; i++)
		if (memchr(t->name[0].p, *parted[i][0], t->name[0].n))
			return parted[i][1];
	for (int i = 0; i < t->n_cols; i++)
		if (t->name[i].n == strlen(name) && strncasecmp(t->name[i].p,
		    name, t->name[i].n) == 0)
			return " (upper and lower case differ)";
	return mr_tsv_numbers(t) ? " (no header line?)" : "";
}

int
mr_tsv_lacks(const struct mr_tsv *t, const char *name, const char *hint,
    struct mr_err *err)
{
	char have[300] = "";
	size_t n = 0;

	for (int i = 0; i < t->n_cols && n < sizeof have - 1; i++) {
		bool quote = memchr(t->name[i].p, ' ', t->name[i].n) != NULL;

		n += (size_t)snprintf(have + n, sizeof have - n, quote ?
		    " '%.*s'" : " %.*s", MR_SHOWN(t->name[i]));
	}
	return mr_err_set(err, MR_EFORMAT, "%s:1: no column '%s', found%s%s",
	    t->in.name, name, have, hint ? hint : guess(t, name));
}

int
mr_tsv_need(const struct mr_tsv *t, const char *name, int *col,
    struct mr_err *err)
{
	*col = mr_tsv_find(t, name);
	return *col >= 0 || t->n_cols == 0 ? MR_OK :
	    mr_tsv_lacks(t, name, NULL, err);
}

int
mr_tsv_float(const struct mr_tsv *t, int col, const char *expected, double *v,
    struct mr_err *err)
{
	struct mr_slice s = t->field[col];

	*v = 0;
	if (mr_parse_f64(s, v) && isfinite((float)*v))
		return MR_OK;
	if (*v > 1 || *v < -1)
		return mr_tsv_bad(t, err, "%.*s '%.*s' is %s",
		    MR_SHOWN(t->name[col]), MR_SHOWN(s), *v > 0 ?
		    "above 3.4e38" : "below -3.4e38");
	return mr_tsv_bad(t, err, "%.*s '%.*s', expected %s",
	    MR_SHOWN(t->name[col]), MR_SHOWN(s), expected);
}

/* movieId, user_id and User are names of the columns item and user. */
static bool
is_name(const struct mr_tsv *t, struct mr_slice s)
{
	static const char *const also[] = { "movie", "film" };

	s = mr_slice_trim(s);
	if (s.n > 2 && strncasecmp(s.p + s.n - 2, "id", 2) == 0)
		s.n -= s.p[s.n - 3] == '_' || s.p[s.n - 3] == ' ' ? 3 : 2;
	for (size_t i = 0; i < sizeof also / sizeof *also; i++)
		if (s.n == strlen(also[i]) &&
		    strncasecmp(s.p, also[i], s.n) == 0)
			return true;
	for (int i = 0; i < t->n_cols; i++)
		if (s.n == t->name[i].n && strncasecmp(s.p, t->name[i].p,
		    s.n) == 0)
			return true;
	return false;
}

static void
warn_header(const struct mr_tsv *t)
{
	if (t->may_end_early && t->line_no == 1 && is_name(t, t->field[0]))
		mr_report_warn(t->report, "%s:1: --no-header-in takes "
		    "'%.*s' for a row: is it the header line?", t->in.name,
		    MR_SHOWN(t->field[0]));
}

/* Only a line with a backslash is changed by splitting it. */
static int
keep_raw(struct mr_tsv *t, struct mr_err *err)
{
	t->raw.n = 0;
	if (t->line.n == 0 || !memchr(t->line.p, '\\', t->line.n))
		return MR_OK;
	return mr_buf_add(&t->raw, t->line.p, t->line.n, err);
}

struct mr_slice
mr_tsv_raw(const struct mr_tsv *t)
{
	return mr_buf_slice(t->raw.n ? &t->raw : &t->line);
}

int
mr_tsv_next(struct mr_tsv *t, bool *more, struct mr_err *err)
{
	int rc, n;

	*more = false;
	if (t->n_cols == 0)
		return MR_OK;
	do {
		t->line_no++;
		rc = mr_in_line(&t->in, &t->line, MR_LINE_MAX, t->line_no,
		    more, err);
		if (rc || !*more)
			return rc;
		/* A blank line is a row only where it can be one. */
	} while (t->line.n == 0 && t->n_cols > 1);
	rc = check_text(t, &t->line, err);
	if (rc == MR_OK && t->keep_raw)
		rc = keep_raw(t, err);
	if (rc == MR_OK)
		rc = split(t, &t->line, t->field, t->n_cols, &n, err);
	if (rc == MR_OK && n != t->n_cols && !(t->may_end_early &&
	    n < t->n_cols))
		rc = mr_tsv_bad(t, err, "%d fields, expected %d", n,
		    t->n_cols);
	if (rc)
		return rc;
	for (; n < t->n_cols; n++)
		t->field[n] = (struct mr_slice){ "", 0 };
	if (t->report)
		warn_header(t);
	return MR_OK;
}

void
mr_tsv_close(struct mr_tsv *t)
{
	mr_in_close(&t->in);
	mr_buf_free(&t->head);
	mr_buf_free(&t->line);
	mr_buf_free(&t->raw);
	free(t->name);
	free(t->field);
	*t = (struct mr_tsv){ .in.fd = -1 };
}
