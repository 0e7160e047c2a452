/* A list in one field; see list.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/list.h"

#include <string.h>

#include "stream/literal.h"

/* Its "name" to text, when there is one. */
static bool
object(struct mr_literal *x, struct mr_buf *text, int depth)
{
	struct mr_buf key = { 0 };
	bool named = false, ok = true;

	if (mr_literal_pass(x, '}'))
		return named;
	do {
		bool is_name;

		key.n = 0;
		mr_literal_blanks(x);
		ok = mr_literal_string(x, &key) && mr_literal_pass(x, ':');
		is_name = ok && !named && mr_slice_is(mr_buf_slice(&key),
		    "name");
		mr_literal_blanks(x);
		if (is_name)
			ok = mr_literal_word(x, "null") ||
			    mr_literal_word(x, "None") ||
			    mr_literal_string(x, text) || (text->n == 0 &&
			    x->rc == MR_OK && mr_literal_number(x, text));
		else
			ok = ok && mr_literal_skip(x, depth);
		named |= is_name;
	} while (ok && mr_literal_pass(x, ','));
	mr_buf_free(&key);
	return ok && named && mr_literal_pass(x, '}');
}

/* One value of the list to text; *none: it is null. */
static bool
element(struct mr_literal *x, struct mr_buf *text, bool *none)
{
	static const char *const word[] = { "null", "None", "NaN", "nan",
	    "NA" };

	text->n = 0;
	*none = false;
	mr_literal_blanks(x);
	if (x->p == x->end)
		return false;
	if (mr_literal_pass(x, '{'))
		return object(x, text, 1);
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (mr_literal_word(x, word[i])) {
			*none = true;
			return true;
		}
	return *x->p && strchr("\"'uU", *x->p) ? mr_literal_string(x, text) :
	    mr_literal_number(x, text);
}

static bool
ends(struct mr_literal *x, char c)
{
	mr_literal_blanks(x);
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
list(struct mr_literal *x, struct mr_buf *text, mr_list_take *take, void *ctx)
{
	bool none, tuple = mr_literal_pass(x, '(');

	if (!tuple && x->p < x->end && *x->p == '{') {
		if (!element(x, text, &none))
			return false;
		if (take)
			x->rc = take(ctx, mr_buf_slice(text), x->err);
		mr_literal_blanks(x);
		return x->rc == MR_OK && x->p == x->end;
	}
	if (!tuple && !mr_literal_pass(x, '['))
		return false;
	if (!mr_literal_pass(x, tuple ? ')' : ']')) {
		do {
			if (!element(x, text, &none))
				return false;
			if (take && !none)
				x->rc = take(ctx, mr_buf_slice(text), x->err);
		} while (x->rc == MR_OK && mr_literal_pass(x, ',') &&
		    !(tuple && ends(x, ')')));
		/* Python writes a comma behind the one value of a tuple. */
		if (x->rc || !mr_literal_pass(x, tuple ? ')' : ']'))
			return false;
	}
	mr_literal_blanks(x);
	return x->p == x->end;
}

/* The same behind letters, where what is between the parentheses may be one
 * list; character(0) is R's for none. */
static bool
called(struct mr_literal *x, struct mr_buf *text, mr_list_take *take, void *ctx)
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
	struct mr_literal x = { s.p, s.p + s.n, MR_OK, err };

	*ok = called(&x, text, NULL, NULL);
	if (x.rc == MR_OK && *ok) {
		x.p = s.p;
		*ok = called(&x, text, take, ctx);
	}
	return x.rc;
}
