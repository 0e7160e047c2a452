/* JSON values one after another; see json.h.
 * SPDX-License-Identifier: MIT */
#include "stream/json.h"

#include <string.h>

#include "stream/tsv.h"

/* Where in a value a byte stands. */
struct place {
	int64_t depth;
	char quote;		/* of the open string, or 0 */
	bool escaped;
};

/* Step over c; is it the end of an object or a list at the top? */
static bool
step(struct place *at, char c)
{
	if (at->escaped) {
		at->escaped = false;
	} else if (at->quote) {
		at->escaped = c == '\\';
		if (c == at->quote)
			at->quote = 0;
	} else if (c == '"' || c == '\'') {
		at->quote = c;
	} else if (c == '{' || c == '[') {
		at->depth++;
	} else if (c == '}' || c == ']') {
		at->depth--;
		return at->depth <= 0;
	}
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Is the first line one value? */
static enum mr_json_form
form_of(const char *p, size_t n)
{
	struct place at = { 0 };
	size_t i = 0;

	while (i < n && is_blank(p[i]))
		i++;
	if (i == n)
		return MR_JSON_LINES;
	if (p[i] == '[')
		return MR_JSON_ARRAY;
	while (i < n && p[i] != '\n' && p[i] != '\r' && !step(&at, p[i]))
		i++;
	if (i == n)
		return MR_JSON_SERIES;
	for (i++; i < n && p[i] != '\n' && p[i] != '\r'; i++)
		if (!is_blank(p[i]))
			return MR_JSON_SERIES;
	return at.depth ? MR_JSON_SERIES : MR_JSON_LINES;
}

int
mr_json_open(struct mr_json *j, struct mr_in *in, struct mr_err *err)
{
	int rc = mr_in_gather(in, 64 * 1024, err);

	*j = (struct mr_json){ .in = in, .next_line = 1 };
	if (rc == MR_OK)
		j->form = form_of((char *)in->buf + in->pos,
		    in->len - in->pos);
	return rc;
}

/* The next byte, unread; *c = 0 at the end. */
static int
peek(struct mr_json *j, char *c, struct mr_err *err)
{
	int rc = mr_in_fill(j->in, err);

	*c = '\0';
	if (rc || j->in->pos == j->in->len)
		return rc;
	*c = (char)j->in->buf[j->in->pos];
	if (*c)
		return MR_OK;
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: NUL byte, expected text",
	    j->in->name, (long long)j->next_line);
}

static void
pass(struct mr_json *j, char c)
{
	j->in->pos++;
	j->next_line += c == '\n';
}

static int
pass_blanks(struct mr_json *j, char *c, struct mr_err *err)
{
	int rc;

	while ((rc = peek(j, c, err)) == MR_OK && is_blank(*c))
		pass(j, *c);
	return rc;
}

/* What is in the buffer of a value, up to its end: *ends. */
static int
take_part(struct mr_json *j, struct place *at, bool *ends, struct mr_err *err)
{
	const char *p = (char *)j->in->buf + j->in->pos;
	size_t n = j->in->len - j->in->pos, i = 0;

	while (i < n && !*ends && p[i]) {
		/* A number or word ends before what parts it. */
		if (at->depth == 0 && !at->quote && j->text.n + i &&
		    (is_blank(p[i]) || p[i] == ',' || p[i] == ']')) {
			*ends = true;
			break;
		}
		j->next_line += p[i] == '\n';
		*ends = step(at, p[i++]);
	}
	if (j->text.n + i > MR_LINE_MAX)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: the value that "
		    "begins here has more than %zu bytes", j->in->name,
		    (long long)j->line_no, MR_LINE_MAX);
	j->in->pos += i;
	return mr_buf_add(&j->text, p, i, err);
}

/* The value that begins with the next byte. */
static int
take_value(struct mr_json *j, struct mr_err *err)
{
	struct place at = { 0 };
	bool ends = false;
	char c;
	int rc = MR_OK;

	j->line_no = j->next_line;
	j->text.n = 0;
	while (rc == MR_OK && !ends) {
		rc = peek(j, &c, err);
		if (rc)
			return rc;
		if (!c && (at.depth > 0 || at.quote))
			return mr_err_set(err, MR_EFORMAT, "%s:%lld: the "
			    "value that begins here has no end", j->in->name,
			    (long long)j->line_no);
		if (!c)
			break;
		rc = take_part(j, &at, &ends, err);
	}
	j->raw = mr_buf_slice(&j->text);
	return rc;
}

/* Pass what is before the next element; *more: there is one. */
static int
find_element(struct mr_json *j, bool *more, struct mr_err *err)
{
	bool first = j->line_no == 0;
	const char *want = NULL;
	char c;
	int rc = pass_blanks(j, &c, err);

	*more = false;
	if (rc == MR_OK && c == (first ? '[' : ',') && !j->ended) {
		pass(j, c);
		rc = pass_blanks(j, &c, err);
	} else if (!first && !j->ended && c && c != ']') {
		want = "',' or ']'";
	}
	if (rc)
		return rc;
	if (c == ']' && !j->ended) {
		j->ended = true;
		pass(j, c);
		rc = pass_blanks(j, &c, err);
		if (rc)
			return rc;
	}
	if (j->ended)
		want = c ? "nothing behind the array" : NULL;
	else if (!c || c == ',')
		want = "a value or ']'";
	*more = !j->ended;
	return want ? mr_err_set(err, MR_EFORMAT, "%s:%lld: expected %s",
	    j->in->name, (long long)j->next_line, want) : MR_OK;
}

int
mr_json_next(struct mr_json *j, bool *more, struct mr_err *err)
{
	char c;
	int rc;

	*more = true;
	if (j->form == MR_JSON_LINES) {
		do {
			j->line_no = j->next_line++;
			rc = mr_in_any_line(j->in, &j->text, MR_LINE_MAX,
			    j->line_no, more, err);
			j->raw = mr_slice_trim(mr_buf_slice(&j->text));
		} while (rc == MR_OK && *more && j->raw.n == 0);
		return rc;
	}
	if (j->form == MR_JSON_ARRAY) {
		rc = find_element(j, more, err);
	} else {
		rc = pass_blanks(j, &c, err);
		*more = c != '\0';
	}
	return rc || !*more ? rc : take_value(j, err);
}

void
mr_json_close(struct mr_json *j)
{
	mr_buf_free(&j->text);
	*j = (struct mr_json){ 0 };
}
