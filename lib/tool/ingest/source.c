/* Rows of any form; see source.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/source.h"

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/mem.h"
#include "stream/tsv.h"
#include "tool/ingest/field.h"

/* The first bytes, as text. */
static int
look(struct mr_source *s, const char *encoding, struct mr_err *err)
{
	int rc = mr_in_gather(&s->in, sizeof s->head.text, err);

	if (rc == MR_OK && !encoding &&
	    mr_ingest_sniff_utf16(s->in.buf, s->in.len))
		encoding = "UTF-16";
	if (rc == MR_OK && encoding) {
		rc = mr_in_decode(&s->in, encoding, err);
		if (rc == MR_OK)
			rc = mr_in_gather(&s->in, sizeof s->head.text, err);
	}
	if (rc)
		return rc;
	s->head.n = s->in.len < sizeof s->head.text ? s->in.len :
	    sizeof s->head.text;
	s->head.whole = s->in.eof && s->head.n == s->in.len;
	memcpy(s->head.text, s->in.buf, s->head.n);
	return MR_OK;
}

static int
begin(struct mr_source *s, const char *encoding, struct mr_err *err)
{
	int rc = look(s, encoding, err);

	if (rc == MR_OK)
		rc = mr_ingest_sniff_kind(&s->head, s->in.name, err);
	return rc ? rc : mr_in_begin_text(&s->in, err);
}

int
mr_ingest_source_open(struct mr_source *s, const char *path,
    enum mr_ingest_what what, const char *encoding, struct mr_err *err)
{
	int rc;

	*s = (struct mr_source){ .in.fd = -1, .what = what };
	rc = mr_in_open(&s->in, path, err);
	if (rc == MR_OK)
		rc = begin(s, encoding, err);
	if (rc)
		mr_ingest_source_close(s);
	return rc;
}

int
mr_ingest_source_text(struct mr_source *s, struct mr_slice text,
    const char *name, struct mr_err *err)
{
	int rc;

	*s = (struct mr_source){ .in.fd = -1, .what = MR_INGEST_RATINGS };
	rc = mr_in_memory(&s->in, text.p, text.n, name, err);
	if (rc == MR_OK)
		rc = begin(s, NULL, err);
	if (rc)
		mr_ingest_source_close(s);
	return rc;
}

bool
mr_ingest_source_ours(const struct mr_source *s)
{
	static const char films[] = "item\ttitle\tyear\tpeople\tgenre\tposter",
	    ratings[] = "user\titem\trating";
	bool is_films = s->what == MR_INGEST_MOVIES;
	struct mr_slice line = mr_buf_slice(&s->line);
	size_t n = is_films ? sizeof films - 1 : sizeof ratings - 1;

	if (!s->have_line || s->what == MR_INGEST_TABLE || line.n < n ||
	    memcmp(line.p, is_films ? films : ratings, n) != 0)
		return false;
	line.p += n;
	line.n -= n;
	return line.n == 0 || (is_films ? line.p[0] == '\t' :
	    mr_slice_is(line, "\ttime"));
}

static bool
is_blank_line(const struct mr_buf *line)
{
	return mr_slice_trim(mr_buf_slice(line)).n == 0;
}

/* Is the line digits and a colon?  Then the digits are s->group. */
static bool
is_group(struct mr_source *s, int *rc, struct mr_err *err)
{
	struct mr_slice line = mr_slice_trim(mr_buf_slice(&s->line));

	if (line.n < 2 || line.p[--line.n] != ':')
		return false;
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < '0' || line.p[i] > '9')
			return false;
	s->group.n = 0;
	*rc = mr_buf_add(&s->group, line.p, line.n, err);
	return true;
}

static int
read_line(struct mr_source *s, bool *more, struct mr_err *err)
{
	int rc;

	do {
		rc = mr_in_any_line(&s->in, &s->line, MR_LINE_MAX,
		    ++s->line_no, more, err);
	} while (rc == MR_OK && *more && (is_blank_line(&s->line) ||
	    (s->form == MR_FORM_GROUPS && is_group(s, &rc, err))));
	return rc;
}

int
mr_ingest_source_peek(struct mr_source *s, struct mr_err *err)
{
	return read_line(s, &s->have_line, err);
}

int
mr_ingest_source_start(struct mr_source *s, enum mr_form form, const char *sep,
    struct mr_err *err)
{
	s->form = form;
	s->sep = sep;
	if (form == MR_FORM_JSON) {
		int rc = mr_json_open(&s->json, &s->in, err);

		if (rc)
			return rc;
	}
	if (form == MR_FORM_CSV)
		return mr_csv_open(&s->csv, &s->in, sep[0], s->line_no + 1,
		    err);
	if (form == MR_FORM_BACKSLASH)
		return mr_backslash_open(&s->backslash, &s->in, sep[0],
		    s->line_no + 1, err);
	s->own = mr_alloc(MR_COLS_MAX + 1, sizeof *s->own, "fields", err);
	s->field = s->own;
	return s->own ? MR_OK : MR_ENOMEM;
}

/* Unescape the fields, or leave one as it is that is not escaped as ours
 * are (IMDb's \N). */
static void
unescape(struct mr_source *s)
{
	for (int i = 0; i < s->n; i++) {
		struct mr_slice *f = &s->field[i];
		const char *at = f->n ? memchr(f->p, '\\', f->n) : NULL;

		while (at && at + 1 < f->p + f->n && strchr("tnr\\", at[1]))
			at = memchr(at + 2, '\\',
			    (size_t)(f->p + f->n - at) - 2);
		/* at: a backslash that is none of ours. */
		if (!at && f->n && !mr_unescape((char *)f->p, &f->n))
			return;
	}
}

/* Fields with a backslash that would be an escape of ours. */
static void
count_slashes(struct mr_source *s)
{
	for (int i = 0; i < s->n; i++) {
		struct mr_slice f = s->field[i];
		const char *at = f.n ? memchr(f.p, '\\', f.n) : NULL;

		s->n_slashes += at && at + 1 < f.p + f.n && at[1] &&
		    strchr("tnr\\", at[1]);
	}
}

/* Fields beyond the columns are of the one that may hold the separator. */
static void
gather_rest(struct mr_source *s)
{
	int extra = s->n - s->n_cols, at = s->rest;
	struct mr_slice *f = s->field;

	if (at >= s->n_cols)
		return;
	f[at].n = (size_t)(f[at + extra].p - f[at].p) + f[at + extra].n;
	memmove(f + at + 1, f + at + extra + 1,
	    (size_t)(s->n_cols - at - 1) * sizeof *f);
	s->n = s->n_cols;
}

static int
take_line(struct mr_source *s, struct mr_err *err)
{
	struct mr_slice line = mr_buf_slice(&s->line);
	bool group = s->form == MR_FORM_GROUPS;
	int rc;

	s->raw = line;
	if (s->form == MR_FORM_BLANKS) {
		s->n = 1;
		s->field[0] = line;
		return MR_OK;
	}
	if (s->form == MR_FORM_TSV && memchr(line.p, '\\', line.n)) {
		s->text.n = 0;
		rc = mr_buf_add(&s->text, line.p, line.n, err);
		if (rc)
			return rc;
		line = mr_buf_slice(&s->text);
	}
	s->field[0] = (struct mr_slice){ s->group.n ? s->group.p : "",
	    s->group.n };
	s->n = group + mr_ingest_cut(line, s->sep, s->field + group,
	    MR_COLS_MAX);
	if (s->rest && s->n > s->n_cols)
		gather_rest(s);
	for (int i = 0; i < s->n; i++)
		if (s->field[i].n > MR_FIELD_MAX)
			return mr_err_set(err, MR_EFORMAT,
			    "%s:%lld: field %d has more than %zu bytes",
			    s->in.name, (long long)s->line_no, i + 1,
			    MR_FIELD_MAX);
	if (s->n >= MR_COLS_MAX)
		return mr_err_set(err, MR_EFORMAT,
		    "%s:%lld: %d fields or more", s->in.name,
		    (long long)s->line_no, MR_COLS_MAX);
	if (s->form == MR_FORM_TSV)
		unescape(s);
	else if (s->sep[0] == '\t' && memchr(line.p, '\\', line.n))
		count_slashes(s);
	return MR_OK;
}

/* The input has a NUL byte. */
static int
tell_nul(struct mr_err *err)
{
	mr_err_more(err, " (tr -d '\\000' <FILE | mr-ingest ...)");
	return err->code;
}

/* The next row of a CSV; blank ones are passed over. */
static int
next_csv(struct mr_source *s, bool *more, struct mr_err *err)
{
	bool first = s->csv.line_no == 0 && !s->later;
	const char *hint;
	int rc;

	do {
		rc = mr_csv_next(&s->csv, more, err);
	} while (rc == MR_OK && *more && s->csv.raw.n == 0);
	s->line_no = s->csv.line_no;
	s->n = s->csv.n;
	s->field = s->csv.field;
	s->raw = s->csv.raw;
	if (rc == MR_EFORMAT && strstr(err->msg, ": NUL byte"))
		return tell_nul(err);
	/* Quotes that close before another delimiter. */
	if (rc == MR_EFORMAT && s->sep[0] == '\t' &&
	    strstr(err->msg, "quote"))
		mr_err_more(err, " (--tsv takes quotes as they are)");
	else if (rc == MR_EFORMAT && first && *(hint =
	    mr_ingest_sniff_option(&s->head, s->sep, 1, s->what)))
		mr_err_more(err, hint);
	else if (rc == MR_EFORMAT && (strstr(err->msg, "quote inside") ||
	    strstr(err->msg, "behind the quote")))
		mr_err_more(err, " (--quote backslash takes quotes as they "
		    "come)");
	return rc;
}

static int
next_backslash(struct mr_source *s, bool *more, struct mr_err *err)
{
	int rc;

	do {
		rc = mr_backslash_next(&s->backslash, more, err);
	} while (rc == MR_OK && *more && s->backslash.raw.n == 0);
	s->line_no = s->backslash.line_no;
	s->n = s->backslash.n;
	s->field = s->backslash.field;
	s->raw = s->backslash.raw;
	return rc;
}

static bool
has_line_end(struct mr_slice s)
{
	return s.n && (memchr(s.p, '\n', s.n) || memchr(s.p, '\r', s.n));
}

/* A quote that is not closed where it was meant makes a field of rows. */
static void
look_for_rows(struct mr_source *s)
{
	if (s->n_cols < 2 || !has_line_end(s->raw))
		return;
	for (int i = 0; i < s->n; i++) {
		struct mr_slice rest = s->field[i];
		int n = 0;

		if (!has_line_end(rest))
			continue;
		while (rest.p && n < s->n_cols) {
			mr_slice_cut(&rest, s->sep[0]);
			n++;
		}
		if (n == s->n_cols && s->n_swallowed++ == 0)
			s->swallow_line = s->line_no;
	}
}

int
mr_ingest_source_next(struct mr_source *s, bool *more, struct mr_err *err)
{
	int rc;

	*more = true;
	if (s->again) {
		s->again = false;
		return MR_OK;
	}
	if (s->form == MR_FORM_CSV || s->form == MR_FORM_BACKSLASH) {
		rc = s->form == MR_FORM_CSV ? next_csv(s, more, err) :
		    next_backslash(s, more, err);
		if (rc == MR_OK && *more && !(s->form == MR_FORM_CSV &&
		    s->csv.plain))
			look_for_rows(s);
		return rc || !*more ? rc : mr_ingest_fit(s, err);
	}
	if (s->form == MR_FORM_JSON)
		return mr_ingest_source_json(s, more, err);
	rc = s->have_line ? MR_OK : read_line(s, more, err);
	s->have_line = false;
	if (rc == MR_EFORMAT && strstr(err->msg, ": NUL byte"))
		return tell_nul(err);
	if (rc == MR_OK && *more)
		rc = take_line(s, err);
	return rc || !*more ? rc : mr_ingest_fit(s, err);
}

void
mr_ingest_source_close(struct mr_source *s)
{
	mr_csv_close(&s->csv);
	mr_backslash_close(&s->backslash);
	mr_json_close(&s->json);
	mr_json_paths_free(&s->paths);
	mr_ingest_list_close(&s->list);
	mr_json_paths_free(&s->list.outer);
	mr_in_close(&s->in);
	mr_buf_free(&s->line);
	mr_buf_free(&s->text);
	mr_buf_free(&s->pages);
	mr_buf_free(&s->group);
	free(s->own);
	*s = (struct mr_source){ .in.fd = -1 };
}
