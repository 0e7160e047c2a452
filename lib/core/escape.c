/* Escaping and masking; see escape.h.
 * SPDX-License-Identifier: MIT */
#include "core/escape.h"

#include <string.h>

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

int
mr_escape_add(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
{
	int rc = MR_OK;

	for (size_t i = 0; i < s.n && rc == MR_OK; i++) {
		const char *esc = mr_escape(s.p[i]);

		rc = mr_buf_add(b, esc ? esc : s.p + i, esc ? 2 : 1, err);
	}
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
