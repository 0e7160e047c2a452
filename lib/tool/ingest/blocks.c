/* Blocks of whole rows; see blocks.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/blocks.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"

/* How many of the n bytes at p are c. */
static size_t
count(const char *p, size_t n, char c)
{
	typedef unsigned char v16 __attribute__((vector_size(16)));
	size_t sum = 0, i = 0;

	while (n - i >= 16) {
		size_t rounds = (n - i) / 16 < 255 ? (n - i) / 16 : 255;
		v16 each = { 0 }, want = { 0 };

		want += (unsigned char)c;
		for (; rounds; rounds--, i += 16) {
			v16 x;

			memcpy(&x, p + i, 16);
			/* Where it is so there is -1. */
			each -= (v16)(x == want);
		}
		for (int k = 0; k < 16; k++)
			sum += each[k];
	}
	for (; i < n; i++)
		sum += p[i] == c;
	return sum;
}

/* Does a line end at p[i]?  A CR that is the last may be of a CR LF. */
static bool
ends_line(const char *p, size_t n, size_t i)
{
	return p[i] == '\n' || (p[i] == '\r' && i + 1 < n && p[i + 1] != '\n');
}

/* How many of the n bytes at p are whole rows, with n_quotes quotes. */
static size_t
whole_rows(const char *p, size_t n, size_t n_quotes)
{
	for (size_t i = n; i > 0; i--) {
		if (n_quotes % 2 == 0 && ends_line(p, n, i - 1))
			return i;
		n_quotes -= n_quotes && p[i - 1] == '"';
	}
	return 0;
}

/* The lines that end in the n bytes at p. */
static int64_t
count_lines(const char *p, size_t n)
{
	const char *end = p + n, *cr = n ? memchr(p, '\r', n) : NULL;
	int64_t sum = (int64_t)count(p, n, '\n');

	for (; cr; cr = cr + 1 < end ? memchr(cr + 1, '\r',
	    (size_t)(end - cr) - 1) : NULL)
		sum += cr + 1 == end || cr[1] != '\n';
	return sum;
}

static int
add(struct mr_row_block *b, const char *p, size_t n, struct mr_err *err)
{
	int rc = mr_grow(&b->p, &b->cap, b->n + n, 1, "rows", err);

	if (rc == MR_OK && n)
		memcpy(b->p + b->n, p, n);
	b->n += rc == MR_OK ? n : 0;
	return rc;
}

/* Read until there are whole rows, the input ends or they are too long. */
static int
fill(struct mr_blocks *s, struct mr_row_block *b, size_t *whole,
    struct mr_err *err)
{
	size_t seen = 0, n_quotes = 0;
	int rc = add(b, s->rest.p, s->rest.n, err);

	for (*whole = 0; rc == MR_OK && *whole == 0 && !s->done &&
	    b->n <= MR_LINE_MAX;) {
		size_t got, want = b->n < s->bytes ? s->bytes - b->n : b->n;

		rc = mr_grow(&b->p, &b->cap, b->n + want, 1, "rows", err);
		if (rc)
			break;
		rc = mr_in_read(s->in, b->p + b->n, want, &got, err);
		b->n += got;
		s->done = rc == MR_OK && got < want;
		if (s->quoted)
			n_quotes += count(b->p + seen, b->n - seen, '"');
		seen = b->n;
		*whole = s->done ? b->n : whole_rows(b->p, b->n, n_quotes);
	}
	return rc;
}

int
mr_blocks_next(struct mr_blocks *s, struct mr_row_block *b, struct mr_err *err)
{
	size_t whole = 0;
	int rc = s->why.code;

	b->n = 0;
	b->line = s->line;
	if (rc) {
		*err = s->why;
		return rc;
	}
	if (s->done)
		return MR_OK;
	rc = fill(s, b, &whole, &s->why);
	/* Longer than a row may be: it is refused, and nothing behind it read. */
	if (rc == MR_OK && whole == 0) {
		whole = b->n;
		s->done = true;
	}
	s->rest.n = 0;
	if (rc == MR_OK)
		rc = mr_buf_add(&s->rest, b->p + whole, b->n - whole, &s->why);
	b->n = whole;
	s->line += count_lines(b->p, b->n);
	if (rc && whole == 0)
		*err = s->why;
	return whole ? MR_OK : rc;
}

int
mr_blocks_join(struct mr_row_block *b, const struct mr_row_block *behind,
    struct mr_err *err)
{
	return add(b, behind->p, behind->n, err);
}

void
mr_blocks_free(struct mr_blocks *s)
{
	mr_buf_free(&s->rest);
	*s = (struct mr_blocks){ 0 };
}

void
mr_row_block_free(struct mr_row_block *b)
{
	free(b->p);
	*b = (struct mr_row_block){ 0 };
}
