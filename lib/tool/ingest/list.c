/* A list in one field; see list.h.  A parser of its own, as no one parser
 * reads both kinds.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/list.h"

#include <string.h>

#define DEPTH_MAX 64

/* What is left of the field.  Each function below returns false where the
 * text is none of a list, or with rc set. */
struct parser {
	const char *p, *end;
	int rc;
	struct mr_err *err;
};

static void
skip_blanks(struct parser *x)
{
	while (x->p < x->end && (*x->p == ' ' || (*x->p >= '\t' &&
	    *x->p <= '\r')))
		x->p++;
}

/* Is c next, behind blanks?  Then it is passed. */
static bool
pass(struct parser *x, char c)
{
	skip_blanks(x);
	if (x->p == x->end || *x->p != c)
		return false;
	x->p++;
	return true;
}

static bool
pass_word(struct parser *x, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(x->end - x->p) < n || memcmp(x->p, word, n) != 0)
		return false;
	x->p += n;
	return true;
}

/* text NULL: nothing is kept. */
static bool
add(struct parser *x, struct mr_buf *text, const char *p, size_t n)
{
	if (text)
		x->rc = mr_buf_add(text, p, n, x->err);
	return x->rc == MR_OK;
}

static bool
add_point(struct parser *x, struct mr_buf *text, uint32_t c)
{
	char b[4];

	if (c < 0x80)
		return add(x, text, &(char){ (char)c }, 1);
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
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
hex(struct parser *x, int n, uint32_t *c)
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
utf16(struct parser *x, struct mr_buf *text)
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
escape(struct parser *x, struct mr_buf *text)
{
	static const char from[] = "nrtbfav0", to[] = "\n\r\t\b\f\a\v";
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
	if (next && strchr("\"'\\/", next))
		return add(x, text, &next, 1);
	if (next && strchr(from, next))
		return add(x, text, &to[strchr(from, next) - from], 1);
	/* Python leaves such a one as it stands. */
	return add(x, text, "\\", 1) && add(x, text, &next, 1);
}

/* A string, the next thing there is. */
static bool
string(struct parser *x, struct mr_buf *text)
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
	return pass(x, quote);
}

static bool
number(struct parser *x, struct mr_buf *text)
{
	const char *from = x->p;
	double v;

	while (x->p < x->end && *x->p && strchr("+-.0123456789eE", *x->p))
		x->p++;
	return mr_parse_f64((struct mr_slice){ from, (size_t)(x->p - from) },
	    &v) && add(x, text, from, (size_t)(x->p - from));
}

static bool value(struct parser *x, int depth);

/* Its "name" to text, when there is one; text NULL: any object. */
static bool
object(struct parser *x, struct mr_buf *text, int depth)
{
	struct mr_buf key = { 0 };
	bool named = !text, ok = true;

	if (pass(x, '}'))
		return named;
	do {
		bool is_name;

		key.n = 0;
		skip_blanks(x);
		ok = string(x, &key) && pass(x, ':');
		is_name = ok && !named && mr_slice_is(mr_buf_slice(&key),
		    "name");
		skip_blanks(x);
		if (is_name)
			ok = pass_word(x, "null") || pass_word(x, "None") ||
			    string(x, text) || (text->n == 0 && x->rc == MR_OK
			    && number(x, text));
		else
			ok = ok && value(x, depth);
		named |= is_name;
	} while (ok && pass(x, ','));
	mr_buf_free(&key);
	return ok && named && pass(x, '}');
}

/* Anything, of which nothing is kept. */
static bool
value(struct parser *x, int depth)
{
	static const char *const word[] = { "null", "None", "true", "True",
	    "false", "False", "NaN", "nan" };

	skip_blanks(x);
	if (x->p == x->end || depth == DEPTH_MAX)
		return false;
	if (pass(x, '{'))
		return object(x, NULL, depth + 1);
	if (pass(x, '[')) {
		if (pass(x, ']'))
			return true;
		do {
			if (!value(x, depth + 1))
				return false;
		} while (pass(x, ','));
		return pass(x, ']');
	}
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (pass_word(x, word[i]))
			return true;
	return strchr("\"'uU", *x->p) ? string(x, NULL) : number(x, NULL);
}

/* One value of the list to text; *none: it is null. */
static bool
element(struct parser *x, struct mr_buf *text, bool *none)
{
	static const char *const word[] = { "null", "None", "NaN", "nan",
	    "NA" };

	text->n = 0;
	*none = false;
	skip_blanks(x);
	if (x->p == x->end)
		return false;
	if (pass(x, '{'))
		return object(x, text, 1);
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (pass_word(x, word[i])) {
			*none = true;
			return true;
		}
	return *x->p && strchr("\"'uU", *x->p) ? string(x, text) :
	    number(x, text);
}

static bool
ends(struct parser *x, char c)
{
	skip_blanks(x);
	return x->p < x->end && *x->p == c;
}

/* How many letters, and a parenthesis behind them, s begins with: c( of R,
 * array( and the like of Python. */
static size_t
call(struct mr_slice s)
{
	size_t n = 0;

	while (n < s.n && ((s.p[n] | 0x20) >= 'a' && (s.p[n] | 0x20) <= 'z'))
		n++;
	return n && n < s.n && s.p[n] == '(' ? n + 1 : 0;
}

/* All of the list; take NULL: only looked at. */
static bool
list(struct parser *x, struct mr_buf *text, mr_list_take *take, void *ctx)
{
	bool none, tuple = pass(x, '(');

	if (!tuple && x->p < x->end && *x->p == '{') {
		if (!element(x, text, &none))
			return false;
		if (take)
			x->rc = take(ctx, mr_buf_slice(text), x->err);
		skip_blanks(x);
		return x->rc == MR_OK && x->p == x->end;
	}
	if (!tuple && !pass(x, '['))
		return false;
	if (!pass(x, tuple ? ')' : ']')) {
		do {
			if (!element(x, text, &none))
				return false;
			if (take && !none)
				x->rc = take(ctx, mr_buf_slice(text), x->err);
		} while (x->rc == MR_OK && pass(x, ',') &&
		    !(tuple && ends(x, ')')));
		/* Python writes a comma behind the one value of a tuple. */
		if (x->rc || !pass(x, tuple ? ')' : ']'))
			return false;
	}
	skip_blanks(x);
	return x->p == x->end;
}

/* The same behind letters, where what is between the parentheses may be one
 * list; character(0) is R's for none. */
static bool
called(struct parser *x, struct mr_buf *text, mr_list_take *take, void *ctx)
{
	static const char *const known[] = { "c(", "list(", "array(",
	    "tuple(" };
	struct mr_slice s = { x->p, (size_t)(x->end - x->p) };
	size_t n = call(s);
	bool ok = n == 0;

	if (mr_slice_is(s, "character(0)"))
		return true;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		ok |= mr_slice_is((struct mr_slice){ s.p, n }, known[i]);
	if (!ok)
		return false;
	if (n && n < s.n && s.p[s.n - 1] == ')' && s.p[n] == '[') {
		x->p += n;
		x->end--;
		ok = list(x, text, take, ctx);
		x->end++;
		return ok;
	}
	x->p += n ? n - 1 : 0;
	return list(x, text, take, ctx);
}

bool
mr_ingest_is_list(struct mr_slice s)
{
	size_t i = call(s);
	const struct mr_slice name = { s.p, i };
	bool begun;

	if (i > 0) {
		while (i < s.n && s.p[i] == ' ')
			i++;
		return (i < s.n && s.p[i] && strchr("\"'[{(", s.p[i])) ||
		    mr_slice_is(s, "character(0)") ||
		    ((mr_slice_is(name, "c(") || mr_slice_is(name, "list(")) &&
		    s.p[s.n - 1] == ')');
	}
	i = 1;
	if (s.n < 2 || !s.p[0] || !strchr("[{(", s.p[0]))
		return false;
	while (i < s.n && s.p[i] == ' ')
		i++;
	begun = i < s.n && s.p[i] && strchr("{\"'", s.p[i]);
	switch (s.p[0]) {
	case '[':
		return begun || s.p[s.n - 1] == ']';
	case '{':
		return begun || s.p[s.n - 1] == '}';
	default:
		return begun;
	}
}

int
mr_ingest_list(struct mr_slice s, struct mr_buf *text, mr_list_take *take,
    void *ctx, bool *ok, struct mr_err *err)
{
	struct parser x = { s.p, s.p + s.n, MR_OK, err };

	*ok = called(&x, text, NULL, NULL);
	if (x.rc == MR_OK && *ok) {
		x.p = s.p;
		*ok = called(&x, text, take, ctx);
	}
	return x.rc;
}
