/* Escaping and masking; see escape.h.
 * SPDX-License-Identifier: MIT */
#include "core/escape.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"

const char *
mr_escape(char c)
{
	switch (c) {
	case '\t':
		return "\\t";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\\':
		return "\\\\";
	default:
		return NULL;
	}
}

char *
mr_escape_to(char *to, struct mr_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		const char *esc;

		*to++ = c;
		/* All that are escaped but one are no letters. */
		if ((unsigned char)c > '\r' && c != '\\')
			continue;
		esc = mr_escape(c);
		if (esc) {
			to[-1] = esc[0];
			*to++ = esc[1];
		}
	}
	return to;
}

int
mr_escape_add(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
{
	size_t need;
	int rc = mr_mul(s.n, 2, &need) && mr_add(need, b->n, &need) ?
	    mr_grow(&b->p, &b->cap, need, 1, "text", err) :
	    mr_err_nomem(err, (double)s.n * 2, "text");

	if (rc == MR_OK && s.n)
		b->n = (size_t)(mr_escape_to(b->p + b->n, s) - b->p);
	return rc;
}

bool
mr_unescape(char *p, size_t *n)
{
	char *from = *n ? memchr(p, '\\', *n) : NULL, *to = from;
	char *end = p + *n;

	if (!from)
		return true;
	while (from < end) {
		char c = *from++;

		if (c == '\\') {
			if (from == end)
				return false;
			c = *from++;
			if (c == 't')
				c = '\t';
			else if (c == 'n')
				c = '\n';
			else if (c == 'r')
				c = '\r';
			else if (c != '\\')
				return false;
		}
		*to++ = c;
	}
	*n = (size_t)(to - p);
	return true;
}

char
mr_mask(const char *p, size_t n, size_t *used)
{
	unsigned char c = (unsigned char)*p;

	*used = 1;
	if (c == 0xc2 && n > 1 && (unsigned char)p[1] >= 0x80 &&
	    (unsigned char)p[1] < 0xa0) {
		*used = 2;
		return '?';
	}
	return c < 0x20 || c == 0x7f ? '?' : *p;
}

void
mr_mask_text(char *s)
{
	size_t n = strlen(s), used;
	char *to = s;

	for (size_t i = 0; i < n; i += used)
		*to++ = mr_mask(s + i, n - i, &used);
	*to = '\0';
}

/* How c stands in HTML, or NULL for c itself. */
static const char *
html(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\r':
		return "&#13;";
	case '\t':
	case '\n':
		return NULL;
	default:
		return c < 0x20 || c == 0x7f ? "\xef\xbf\xbd" : NULL;
	}
}

/* How c stands in JSON, or NULL for c itself; code has room for it. */
static const char *
json(unsigned char c, char code[8])
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		if (c >= 0x20 && c != 0x7f && c != '<' && c != '>')
			return NULL;
		snprintf(code, 8, "\\u%04x", (unsigned)c);
		return code;
	}
}

/* How c stands in a URL, or NULL for c itself. */
static const char *
url(unsigned char c, char code[8])
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c && strchr("-._~", c)))
		return NULL;
	snprintf(code, 8, "%%%02X", (unsigned)c);
	return code;
}

/* Runs of bytes that stand for themselves go at once. */
static int
add(struct mr_buf *b, struct mr_slice s, int kind, struct mr_err *err)
{
	char code[8];
	size_t from = 0;
	int rc = MR_OK;

	for (size_t i = 0; i < s.n && rc == MR_OK; i++) {
		unsigned char c = (unsigned char)s.p[i];
		const char *esc = kind == 'h' ? html(c) : kind == 'j' ?
		    json(c, code) : url(c, code);

		if (!esc)
			continue;
		if (i > from)
			rc = mr_buf_add(b, s.p + from, i - from, err);
		if (rc == MR_OK)
			rc = mr_buf_add(b, esc, strlen(esc), err);
		from = i + 1;
	}
	if (rc == MR_OK && s.n > from)
		rc = mr_buf_add(b, s.p + from, s.n - from, err);
	return rc;
}

int
mr_escape_html(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
{
	return add(b, s, 'h', err);
}

int
mr_escape_json(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
{
	int rc = mr_buf_add(b, "\"", 1, err);

	if (rc == MR_OK)
		rc = add(b, s, 'j', err);
	return rc ? rc : mr_buf_add(b, "\"", 1, err);
}

int
mr_escape_url(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
{
	return add(b, s, 'u', err);
}
