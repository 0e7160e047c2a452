/* Rows with backslashes; see backslash.h.
 * SPDX-License-Identifier: MIT */
#include "stream/backslash.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"

int
mr_backslash_open(struct mr_backslash *b, struct mr_in *in, char delim,
    int64_t first_line, struct mr_err *err)
{
	*b = (struct mr_backslash){ .in = in, .delim = delim,
	    .next_line = first_line };
	if (delim == '"' || delim == '\\' || delim == '\r' || delim == '\n' ||
	    delim == '\0' || (unsigned char)delim > 0x7f)
		return mr_err_set(err, MR_EARG, "a delimiter must be an ASCII "
		    "byte, not a quote, a backslash or a line end");
	return MR_OK;
}

static int
end_field(struct mr_backslash *b, struct mr_err *err)
{
	size_t from = b->n ? b->end[b->n - 1] : 0;
	int rc;

	if (b->n == MR_COLS_MAX)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: more than %d "
		    "fields", b->in->name, (long long)b->line_no, MR_COLS_MAX);
	if (b->text.n - from > MR_FIELD_MAX)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: field %d has "
		    "more than %zu bytes; is a quote not closed?",
		    b->in->name, (long long)b->line_no, b->n + 1,
		    MR_FIELD_MAX);
	rc = mr_grow(&b->end, &b->end_cap, (size_t)b->n + 1, sizeof *b->end,
	    "fields", err);
	if (rc == MR_OK)
		b->end[b->n++] = b->text.n;
	return rc;
}

/* How many of the n bytes at p are blanks that part nothing. */
static size_t
blanks(const struct mr_backslash *b, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (p[i] == ' ' || p[i] == '\t') && p[i] != b->delim)
		i++;
	return i;
}

/* Where in a field one is: without quotes, between them, at the last. */
enum where { BARE, QUOTED, CLOSED };

/* How many bytes of the n at p are the next letter, which is to be *c; 0: the
 * field ends here, with a quote if *at was not BARE. */
static size_t
letter(const struct mr_backslash *b, const char *p, size_t n, enum where *at,
    char *c)
{
	size_t skip = *p == '"' ? blanks(b, p + 1, n - 1) : 0;
	bool ends = n < 2 + skip || p[1 + skip] == b->delim;

	*c = *p;
	if (*p == '\\' && n > 1 && (p[1] == '\\' || p[1] == '"' ||
	    (*at == BARE && p[1] == b->delim))) {
		*c = p[1];
		return 2;
	}
	if (*at == BARE)
		return *p == b->delim ? 0 : 1;
	if (*p != '"')
		return 1;
	if (!ends)
		return p[1] == '"' ? 2 : 1;
	*at = CLOSED;
	return 0;
}

/* How many of the n bytes that a field begins with are before what is in its
 * quotes; *at.  Behind blanks a quote is such if it is closed on this line, of
 * which *none: nothing is. */
static size_t
opening(const struct mr_backslash *b, const char *p, size_t n, enum where *at,
    bool *none)
{
	size_t from = blanks(b, p, n) + 1, i = from, skip = 1;
	char c;

	*at = BARE;
	if (from > n || p[from - 1] != '"')
		return 0;
	*at = QUOTED;
	if (from == 1)
		return from;
	while (!*none && skip && i < n) {
		skip = letter(b, p + i, n - i, at, &c);
		i += skip;
	}
	*none = *at != CLOSED;
	*at = *none ? BARE : QUOTED;
	return *none ? 0 : from;
}

/* The fields of one more line; *quoted: the last one goes on. */
static int
take_line(struct mr_backslash *b, bool *quoted, struct mr_err *err)
{
	const char *p = b->line.p ? b->line.p : "", *end = p + b->line.n;
	enum where at = QUOTED;
	bool begins = !*quoted, none = false;
	int rc = MR_OK;

	while (rc == MR_OK) {
		char c = '\0';
		size_t n;

		if (begins)
			p += opening(b, p, (size_t)(end - p), &at, &none);
		begins = false;
		n = p < end ? letter(b, p, (size_t)(end - p), &at, &c) : 0;
		if (n) {
			rc = mr_buf_add(&b->text, &c, 1, err);
			p += n;
			continue;
		}
		*quoted = p == end && at != BARE;
		if (*quoted)
			return mr_buf_add(&b->text, "\n", 1, err);
		if (at == CLOSED)
			p += 1 + blanks(b, p + 1, (size_t)(end - p) - 1);
		rc = end_field(b, err);
		if (p == end)
			break;
		p++;
		begins = true;
	}
	return rc;
}

static int
read_row(struct mr_backslash *b, bool *more, struct mr_err *err)
{
	bool quoted = false, any;
	int rc;

	*more = false;
	do {
		rc = mr_in_any_line(b->in, &b->line, MR_LINE_MAX,
		    b->next_line, &any, err);
		if (rc || (!any && !quoted))
			return rc;
		if (!any)
			return mr_err_set(err, MR_EFORMAT, "%s:%lld: a quote "
			    "of the row that begins here is never closed",
			    b->in->name, (long long)b->line_no);
		*more = true;
		b->next_line++;
		if (b->row.n + b->line.n > MR_LINE_MAX)
			return mr_err_set(err, MR_EFORMAT, "%s:%lld: the row "
			    "that begins here has more than %zu bytes",
			    b->in->name, (long long)b->line_no, MR_LINE_MAX);
		rc = quoted ? mr_buf_add(&b->row, "\n", 1, err) : MR_OK;
		if (rc == MR_OK)
			rc = mr_buf_add(&b->row, b->line.p, b->line.n, err);
		if (rc == MR_OK)
			rc = take_line(b, &quoted, err);
	} while (rc == MR_OK && quoted);
	return rc;
}

int
mr_backslash_next(struct mr_backslash *b, bool *more, struct mr_err *err)
{
	size_t from = 0;
	int rc;

	b->n = 0;
	b->row.n = b->text.n = 0;
	b->line_no = b->next_line;
	rc = read_row(b, more, err);
	if (rc || !*more)
		return rc;
	rc = mr_grow(&b->field, &b->field_cap, (size_t)b->n, sizeof *b->field,
	    "fields", err);
	if (rc)
		return rc;
	for (int i = 0; i < b->n; from = b->end[i++])
		b->field[i] = (struct mr_slice){ b->text.p ? b->text.p + from :
		    "", b->end[i] - from };
	b->raw = mr_buf_slice(&b->row);
	return MR_OK;
}

void
mr_backslash_close(struct mr_backslash *b)
{
	mr_buf_free(&b->line);
	mr_buf_free(&b->row);
	mr_buf_free(&b->text);
	free(b->end);
	free(b->field);
	*b = (struct mr_backslash){ 0 };
}
