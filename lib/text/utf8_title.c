/* The form of a title by utf8proc; see utf8_title.h.
 * SPDX-License-Identifier: MIT */
#include "text/utf8_title.h"

#include <string.h>
#include <utf8proc.h>

#define EXPANDS_MAX 32	/* no code point becomes more than 18 */

/* Where the words of one call begin in out, and what the next one needs. */
struct words {
	struct mr_buf *out;
	size_t from;
	bool gap;		/* a blank is due before the next letter */
	size_t stops;		/* full stops just seen */
};

static int
put(struct words *w, const void *p, size_t n, struct mr_err *err)
{
	int rc = MR_OK;

	/* Of several stops in a row the words around them are two. */
	if ((w->gap || w->stops > 1) && w->out->n > w->from)
		rc = mr_buf_add(w->out, " ", 1, err);
	w->gap = false;
	w->stops = 0;
	return rc ? rc : mr_buf_add(w->out, p, n, err);
}

static int
put_char(struct words *w, int32_t c, struct mr_err *err)
{
	const utf8proc_property_t *is = utf8proc_get_property(c);
	utf8proc_uint8_t b[4];
	utf8proc_ssize_t n;
	int rc;

	if ((is->combining_class >= 10 && is->combining_class <= 35) ||
	    is->combining_class >= 200)
		return MR_OK;
	switch (is->category) {
	case UTF8PROC_CATEGORY_PC: case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS: case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI: case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO: case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
		if (c == '.') {
			w->stops++;
			return MR_OK;
		}
		if (c == '&') {
			w->gap = true;
			rc = put(w, "and", 3, err);
			w->gap = true;
			return rc;
		}
		/* ' and its curved forms; the grave accent is a symbol. */
		if (c != '\'' && c != 0x2018 && c != 0x2019)
			w->gap = true;
		return MR_OK;
	default:
		if (c == '`' || c == 0x2bc)
			return MR_OK;
		n = utf8proc_encode_char(c, b);
		return put(w, b, (size_t)n, err);
	}
}

int
mr_utf8_words(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s.p;
	struct words w = { .out = out, .from = out->n };
	int rc = MR_OK;

	for (size_t i = 0; i < s.n && rc == MR_OK;) {
		utf8proc_int32_t cp, c[EXPANDS_MAX];
		utf8proc_ssize_t n = 1;
		int last = 0;

		if (p[i] < 0x80) {
			c[0] = p[i] >= 'A' && p[i] <= 'Z' ? p[i] + 32 : p[i];
			i++;
		} else {
			n = utf8proc_iterate(p + i,
			    (utf8proc_ssize_t)(s.n - i), &cp);
			if (n <= 0)
				return mr_err_set(err, MR_EARG, "not UTF-8");
			i += (size_t)n;
			n = utf8proc_decompose_char(cp, c, EXPANDS_MAX,
			    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
			    UTF8PROC_STABLE | UTF8PROC_CASEFOLD |
			    UTF8PROC_IGNORE, &last);
			if (n < 0 || n > EXPANDS_MAX)
				return mr_err_set(err, MR_EARG, "U+%04X: %s",
				    (unsigned)cp, utf8proc_errmsg(n));
		}
		for (utf8proc_ssize_t j = 0; j < n && rc == MR_OK; j++)
			rc = put_char(&w, c[j], err);
	}
	return rc;
}

/* Is s, without blanks around it, an article as catalogues put it behind a
 * title? */
static bool
is_article(struct mr_slice s)
{
	static const char articles[] = " the a an le la les l' un une il lo "
	    "gli i el los las una der die das ein eine de het een den det en "
	    "ett os as o ";
	char word[8] = " ";

	if (s.n == 0 || s.n > 5)
		return false;
	for (size_t i = 0; i < s.n; i++)
		word[i + 1] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    s.p[i] + 32 : s.p[i]);
	word[s.n + 1] = ' ';
	return memchr(s.p, ' ', s.n) == NULL && strstr(articles, word) != NULL;
}

/* The words of s, its article in front. */
static int
put_form(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
{
	const char *comma = s.n ? memrchr(s.p, ',', s.n) : NULL;
	struct mr_slice head = s, tail;
	size_t from = out->n;
	int rc;

	if (!comma)
		return mr_utf8_words(s, out, err);
	head.n = (size_t)(comma - s.p);
	tail = mr_slice_trim((struct mr_slice){ comma + 1,
	    s.n - head.n - 1 });
	if (!is_article(tail))
		return mr_utf8_words(s, out, err);
	rc = mr_utf8_words(tail, out, err);
	if (rc == MR_OK && tail.p[tail.n - 1] != '\'')
		rc = mr_buf_add(out, " ", 1, err);
	if (rc == MR_OK)
		rc = mr_utf8_words(head, out, err);
	/* ", The" alone. */
	if (rc == MR_OK && out->n > from && out->p[out->n - 1] == ' ')
		out->n--;
	return rc;
}

/* Where the parenthesis opens that closes at the end of s; s.n: nowhere. */
static size_t
last_open(struct mr_slice s)
{
	size_t depth = 0, i = s.n;

	if (s.n == 0 || s.p[s.n - 1] != ')')
		return s.n;
	while (i-- > 0) {
		depth += s.p[i] == ')';
		if (s.p[i] == '(' && --depth == 0)
			return i;
	}
	return s.n;
}

int
mr_utf8_title(struct mr_slice s, struct mr_buf *out,
    struct mr_slice form[MR_TITLE_FORMS], int *n, struct mr_err *err)
{
	struct mr_slice part[MR_TITLE_FORMS] = { s = mr_slice_trim(s) };
	size_t end[MR_TITLE_FORMS] = { 0 }, at = last_open(s), from = 0;
	int n_parts = 1, rc = MR_OK;

	if (at > 0 && at < s.n) {
		part[n_parts++] = (struct mr_slice){ s.p, at };
		part[n_parts++] = (struct mr_slice){ s.p + at + 1,
		    s.n - at - 2 };
	}
	*n = 0;
	out->n = 0;
	for (int i = 0; i < n_parts && rc == MR_OK; i++) {
		rc = put_form(part[i], out, err);
		if (rc == MR_OK && i == 0 && out->n == 0)
			rc = mr_buf_add(out, s.p, s.n, err);
		end[i] = out->n;
	}
	for (int i = 0; i < n_parts && rc == MR_OK; from = end[i++]) {
		struct mr_slice f = { end[i] > from ? out->p + from : "",
		    end[i] - from };
		bool known = f.n == 0;

		if (i == 2 && f.n > 4 && memcmp(f.p, "aka ", 4) == 0)
			f = (struct mr_slice){ f.p + 4, f.n - 4 };
		for (int j = 0; j < *n; j++)
			known |= mr_slice_eq(f, form[j]);
		if (!known)
			form[(*n)++] = f;
	}
	return rc;
}
