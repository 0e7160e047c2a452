/* Forms with files in them; see multipart.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/multipart.h"

#include <string.h>
#include <strings.h>

static bool
begins(struct mr_slice s, const char *word)
{
	size_t n = strlen(word);

	return s.n >= n && strncasecmp(s.p, word, n) == 0;
}

static struct mr_slice
behind(struct mr_slice s, size_t n)
{
	return (struct mr_slice){ s.p + n, s.n - n };
}

/* The value of a parameter "; name=value" of a header, with its quotes or
 * without; p NULL: there is none.  Semicolons in quotes part nothing. */
static struct mr_slice
parameter(struct mr_slice header, const char *name)
{
	struct mr_slice none = { NULL, 0 };
	size_t n = strlen(name);

	while (header.n) {
		bool quoted = false;
		size_t i = 0;

		while (i < header.n && (quoted || header.p[i] != ';'))
			quoted ^= header.p[i++] == '"';
		header = mr_slice_trim(behind(header, i + (i < header.n)));
		if (!begins(header, name) || header.n == n ||
		    header.p[n] != '=')
			continue;
		header = behind(header, n + 1);
		if (header.n && header.p[0] == '"') {
			const char *end = memchr(header.p + 1, '"',
			    header.n - 1);

			return end ? (struct mr_slice){ header.p + 1,
			    (size_t)(end - header.p) - 1 } : none;
		}
		return mr_slice_trim(mr_slice_cut(&header, ';'));
	}
	return none;
}

struct mr_slice
mr_multipart_boundary(struct mr_slice type)
{
	struct mr_slice b = { "", 0 };

	if (begins(type, "multipart/form-data"))
		b = parameter(type, "boundary");
	return b.p && b.n <= 70 ? b : (struct mr_slice){ "", 0 };
}

/* s moved behind "--BOUNDARY", which must be there. */
static bool
take_boundary(const struct mr_multipart *m, struct mr_slice *s)
{
	size_t n = m->boundary.n;

	if (s->n < n + 2 || memcmp(s->p, "--", 2) != 0 ||
	    memcmp(s->p + 2, m->boundary.p, n) != 0)
		return false;
	*s = behind(*s, n + 2);
	return true;
}

/* Behind a boundary: blanks that say nothing and the end of the line, or "--",
 * behind which nothing counts. */
static bool
is_delimiter(struct mr_slice s)
{
	if (begins(s, "--"))
		return true;
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = behind(s, 1);
	return begins(s, "\r\n");
}

/* s moved behind the next boundary that begins a line; where that line's end
 * stands, before which the text ends, NULL: there is none. */
static const char *
next_boundary(const struct mr_multipart *m, struct mr_slice *s)
{
	const char *at;

	while ((at = memmem(s->p, s->n, "\r\n--", 4))) {
		struct mr_slice next;

		*s = behind(*s, (size_t)(at - s->p) + 2);
		next = *s;
		if (take_boundary(m, &next) && is_delimiter(next)) {
			*s = next;
			return at;
		}
	}
	return NULL;
}

/* Content-Disposition of a part, of which form-data and a name are a must. */
static void
take_disposition(struct mr_multipart *m, struct mr_slice value)
{
	struct mr_slice rest = value, kind = mr_slice_trim(mr_slice_cut(&rest,
	    ';'));

	if (kind.n != 9 || !begins(kind, "form-data"))
		return;
	m->name = parameter(value, "name");
	m->file = parameter(value, "filename").p != NULL;
}

/* Headers of a part, up to the empty line; *s is moved behind it. */
static const char *
take_headers(struct mr_multipart *m, struct mr_slice *s)
{
	static const char dispose[] = "Content-Disposition:";
	const size_t n = sizeof dispose - 1;

	m->name = (struct mr_slice){ NULL, 0 };
	for (;;) {
		struct mr_slice next = *s, line = mr_slice_cut(s, '\n');

		if (!s->p || line.n == 0 || line.p[line.n - 1] != '\r' ||
		    (take_boundary(m, &next) && is_delimiter(next)))
			return "headers of a part of the form have no end";
		if (line.n == 1)
			return m->name.p ? NULL : "a part of the form has no "
			    "Content-Disposition: form-data with a name";
		if (begins(line, dispose))
			take_disposition(m, mr_slice_trim(behind(line, n)));
	}
}

/* The part that rest, behind a boundary, begins with. */
static bool
take_part(struct mr_multipart *m)
{
	struct mr_slice s = m->rest;
	const char *end;

	m->rest.p = NULL;
	if (begins(s, "--"))
		return false;
	mr_slice_cut(&s, '\n');
	m->wrong = take_headers(m, &s);
	if (m->wrong)
		return false;
	m->value = s;
	end = next_boundary(m, &s);
	if (!end) {
		m->wrong = "the form has no end: its boundary and -- are "
		    "missing";
		return false;
	}
	m->value.n = (size_t)(end - m->value.p);
	m->rest = s;
	return true;
}

void
mr_multipart_begin(struct mr_multipart *m, struct mr_slice boundary,
    struct mr_slice body)
{
	struct mr_slice s = body;

	*m = (struct mr_multipart){ .boundary = boundary };
	/* What stands before the first is for who reads it as a letter. */
	if (!(take_boundary(m, &s) && is_delimiter(s))) {
		s = body;
		if (!next_boundary(m, &s))
			m->wrong = "the form has not the boundary that its "
			    "Content-Type names";
	}
	if (!m->wrong)
		m->rest = s;
}

bool
mr_multipart_next(struct mr_multipart *m)
{
	return m->rest.p && take_part(m);
}
