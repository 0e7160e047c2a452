/* Unquoted ="..." as a quoted field; see formula.h.
 * SPDX-License-Identifier: MIT */
#include "stream/formula.h"

#include <string.h>

enum {
	START,			/* of a field */
	PLAIN, QUOTED,
	QUOTE,			/* in QUOTED: the end, or half of two */
	SIGN,			/* =, held back */
	OPEN,			/* in ="..." */
	SHUT			/* its quote, held back */
};

/* Another byte: what stands for it, with it behind when *too. */
static const char *
step(struct mr_formula *f, char c, char delim, bool *too)
{
	bool quote = c == '"';
	int next = c == delim || c == '\n' || c == '\r' ? START : PLAIN;

	*too = true;
	switch (f->state) {
	case START:
		f->state = quote ? QUOTED : c == '=' ? SIGN : next;
		*too = f->state != SIGN;
		return "";
	case PLAIN:
		f->state = next;
		return "";
	case QUOTED:
		f->state = quote ? QUOTE : QUOTED;
		return "";
	case QUOTE:
		f->state = quote ? QUOTED : next;
		return "";
	case SIGN:
		f->state = quote ? OPEN : next;
		*too = !quote;
		return quote ? "\"=\"\"" : "=";
	case OPEN:
		f->state = quote ? SHUT : OPEN;
		*too = !quote;
		return "";
	default:
		f->state = quote ? OPEN : next;
		*too = !quote;
		return quote ? "\"\"\"\"" : "\"\"\"";
	}
}

int
mr_formula_quote(struct mr_formula *f, char delim, const char **s, size_t *n,
    struct mr_err *err)
{
	size_t from = 0;	/* what is before it is in out */
	bool changed = false;
	int rc = MR_OK;

	f->out.n = 0;
	for (size_t i = 0; i < *n && rc == MR_OK; i++) {
		bool too;
		const char *put = step(f, (*s)[i], delim, &too);

		if (too && !*put)
			continue;
		rc = mr_buf_add(&f->out, *s + from, i - from, err);
		if (rc == MR_OK)
			rc = mr_buf_add(&f->out, put, strlen(put), err);
		from = too ? i : i + 1;
		changed = true;
	}
	if (rc || !changed)
		return rc;
	rc = mr_buf_add(&f->out, *s + from, *n - from, err);
	*s = f->out.p ? f->out.p : "";
	*n = f->out.n;
	return rc;
}

struct mr_slice
mr_formula_end(struct mr_formula *f)
{
	const char *held = f->state == SIGN ? "=" :
	    f->state == SHUT ? "\"\"\"" : "";

	f->state = START;
	return mr_slice_of(held);
}
