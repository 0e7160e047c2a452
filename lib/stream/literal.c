/* Values as JSON and Python write them; see literal.h.  A parser of its own, as
 * no one parser reads both kinds, nor keeps a number as it stands.
 * SPDX-License-Identifier: MIT */
#include "stream/literal.h"

#include <string.h>

void
mr_literal_blanks(struct mr_literal *x)
{
	while (x->p < x->end && (*x->p == ' ' || (*x->p >= '\t' &&
	    *x->p <= '\r')))
		x->p++;
}

bool
mr_literal_pass(struct mr_literal *x, char c)
{
	mr_literal_blanks(x);
	if (x->p == x->end || *x->p != c)
		return false;
	x->p++;
	return true;
}

bool
mr_literal_word(struct mr_literal *x, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(x->end - x->p) < n || memcmp(x->p, word, n) != 0)
		return false;
	x->p += n;
	return true;
}

/* text NULL: nothing is kept. */
static bool
add(struct mr_literal *x, struct mr_buf *text, const char *p, size_t n)
{
	if (text)
		x->rc = mr_buf_add(text, p, n, x->err);
	return x->rc == MR_OK;
}

static bool
add_point(struct mr_literal *x, struct mr_buf *text, uint32_t c)
{
	char b[4];

	if (c > 0 && c < 0x80)
		return add(x, text, &(char){ (char)c }, 1);
	/* NUL is in no text of ours. */
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	b[0] = (char)(0xc0 | c >> 6);
	b[1] = (char)(0x80 | (c & 0x3f));
	if (c < 0x800)
		return add(x, text, b, 2);
	b[0] = (char)(0xe0 | c >> 12);
	b[1] = (char)(0x80 | (c >> 6 & 0x3f));
	b[2] = (char)(0x80 | (c & 0x3f));
	if (c < 0x10000)
		return add(x, text, b, 3);
	b[3] = b[2];
	b[2] = b[1];
	b[1] = (char)(0x80 | (c >> 12 & 0x3f));
	b[0] = (char)(0xf0 | c >> 18);
	return add(x, text, b, 4);
}

/* n hexadecimal digits. */
static bool
hex(struct mr_literal *x, int n, uint32_t *c)
{
	static const char digits[] = "0123456789abcdef";

	for (*c = 0; n > 0; n--) {
		const char *at = x->p < x->end && *x->p ?
		    strchr(digits, *x->p >= 'A' && *x->p <= 'F' ?
		    *x->p - 'A' + 'a' : *x->p) : NULL;

		if (!at)
			return false;
		*c = *c << 4 | (uint32_t)(at - digits);
		x->p++;
	}
	return true;
}

/* \u, and a second one when both are one code point. */
static bool
utf16(struct mr_literal *x, struct mr_buf *text)
{
	uint32_t c, low;

	if (!hex(x, 4, &c))
		return false;
	if (c >= 0xd800 && c < 0xdc00 && x->end - x->p >= 6 &&
	    x->p[0] == '\\' && x->p[1] == 'u') {
		const char *back = x->p;

		x->p += 2;
		if (!hex(x, 4, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000)
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		else
			x->p = back;
	}
	return add_point(x, text, c);
}

/* Behind a backslash. */
static bool
escape(struct mr_literal *x, struct mr_buf *text)
{
	static const char from[] = "nrtbfav", to[] = "\n\r\t\b\f\a\v";
	uint32_t c = 0;
	char next;

	if (x->p == x->end)
		return false;
	next = *x->p++;
	if (next == 'u')
		return utf16(x, text);
	if (next == 'x' || next == 'U')
		return hex(x, next == 'x' ? 2 : 8, &c) &&
		    add_point(x, text, c);
	if (next == '0')
		return add_point(x, text, 0);
	if (next && strchr("\"'\\/", next))
		return add(x, text, &next, 1);
	if (next && strchr(from, next))
		return add(x, text, &to[strchr(from, next) - from], 1);
	/* Python leaves such a one as it stands. */
	return add(x, text, "\\", 1) && add(x, text, &next, 1);
}

bool
mr_literal_string(struct mr_literal *x, struct mr_buf *text)
{
	char quote;

	if (x->end - x->p >= 2 && (*x->p == 'u' || *x->p == 'U'))
		x->p++;
	if (x->p == x->end || (*x->p != '"' && *x->p != '\''))
		return false;
	quote = *x->p++;
	while (x->p < x->end && *x->p != quote) {
		const char *from = x->p;

		if (*x->p == '\\') {
			x->p++;
			if (!escape(x, text))
				return false;
			continue;
		}
		while (x->p < x->end && *x->p != quote && *x->p != '\\')
			x->p++;
		if (!add(x, text, from, (size_t)(x->p - from)))
			return false;
	}
	return mr_literal_pass(x, quote);
}

bool
mr_literal_number(struct mr_literal *x, struct mr_buf *text)
{
	const char *from = x->p;
	double v;

	while (x->p < x->end && *x->p && strchr("+-.0123456789eE", *x->p))
		x->p++;
	return mr_parse_f64((struct mr_slice){ from, (size_t)(x->p - from) },
	    &v) && add(x, text, from, (size_t)(x->p - from));
}

/* What is between brackets, the opening one passed. */
static bool
skip_inside(struct mr_literal *x, bool object, int depth)
{
	if (mr_literal_pass(x, object ? '}' : ']'))
		return true;
	do {
		mr_literal_blanks(x);
		if (object && !(mr_literal_string(x, NULL) &&
		    mr_literal_pass(x, ':')))
			return false;
		if (!mr_literal_skip(x, depth + 1))
			return false;
	} while (mr_literal_pass(x, ','));
	return mr_literal_pass(x, object ? '}' : ']');
}

bool
mr_literal_skip(struct mr_literal *x, int depth)
{
	static const char *const word[] = { "null", "None", "true", "True",
	    "false", "False", "NaN", "nan" };

	mr_literal_blanks(x);
	if (x->p == x->end || depth == MR_LITERAL_DEPTH)
		return false;
	if (*x->p == '{' || *x->p == '[')
		return skip_inside(x, *x->p++ == '{', depth);
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (mr_literal_word(x, word[i]))
			return true;
	return *x->p && strchr("\"'uU", *x->p) ? mr_literal_string(x, NULL) :
	    mr_literal_number(x, NULL);
}
