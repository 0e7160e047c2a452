/* Lines without quotes; see plain.h.
 * SPDX-License-Identifier: MIT */
#include "stream/plain.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"

void
mr_plain_begin(struct mr_plain *p)
{
	p->quote_at = p->cr_at = p->nul_at = 0;
}

/* Where the next byte b is in the buffer, or its end. */
static size_t
place(const struct mr_in *in, char b, size_t *at)
{
	if (*at <= in->pos) {
		const unsigned char *p = memchr(in->buf + in->pos, b,
		    in->len - in->pos);

		*at = (p ? (size_t)(p - in->buf) : in->len) + 1;
	}
	return *at - 1;
}

bool
mr_plain_line(struct mr_plain *p, struct mr_in *in, size_t max,
    struct mr_slice *line)
{
	const char *s = (char *)in->buf + in->pos;
	const char *lf = memchr(s, '\n', in->len - in->pos);
	size_t end = lf ? in->pos + (size_t)(lf - s) : 0, cr;

	if (!lf || end - in->pos >= max || place(in, '"', &p->quote_at) < end ||
	    place(in, '\0', &p->nul_at) < end)
		return false;
	cr = place(in, '\r', &p->cr_at);
	if (cr + 1 < end)
		return false;
	*line = (struct mr_slice){ s, (cr < end ? cr : end) - in->pos };
	in->pos = end + 1;
	return true;
}

size_t
mr_plain_piece(const struct mr_in *in, bool *ends)
{
	const char *s = (char *)in->buf + in->pos;
	size_t n = in->len - in->pos;
	const char *lf = memchr(s, '\n', n), *cr;

	n = lf ? (size_t)(lf - s) : n;
	cr = n ? memchr(s, '\r', n) : NULL;
	/* CR LF is one line end, unless the buffer parts them. */
	if (cr && !(lf && cr + 1 == lf)) {
		lf = cr;
		n = (size_t)(cr - s);
	}
	*ends = lf != NULL;
	return n + (lf != NULL);
}

int
mr_plain_room(struct mr_plain *p, size_t n, struct mr_err *err)
{
	return mr_grow(&p->field, &p->cap, n, sizeof *p->field, "fields",
	    err);
}

int
mr_plain_split(struct mr_plain *p, struct mr_slice line, char delim, int *n,
    struct mr_err *err)
{
	const char *from = line.p, *end = line.p + line.n;

	*n = 0;
	/* Fields are short, so no call for each. */
	for (const char *at = from;; at++) {
		if (at < end && *at != delim)
			continue;
		if ((size_t)*n == p->cap &&
		    mr_plain_room(p, p->cap + 1, err) != MR_OK)
			return MR_ENOMEM;
		p->field[(*n)++] = (struct mr_slice){ from,
		    (size_t)(at - from) };
		if (at == end || *n > MR_COLS_MAX)
			break;
		from = at + 1;
	}
	return MR_OK;
}

void
mr_plain_free(struct mr_plain *p)
{
	free(p->field);
	*p = (struct mr_plain){ 0 };
}
