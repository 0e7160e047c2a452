/* Reading a log of changes; see changes.h.  Writing is in changes_write.c.
 * SPDX-License-Identifier: MIT */
#include "stream/changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "stream/map.h"
#include "stream/matrix_rows.h"

#define SECTOR 512	/* bytes that a disk writes whole */
#define STEP ((size_t)1 << 20)

/* A reading of the log: what the next block may be. */
struct scan {
	struct mr_changes *c;
	struct mr_in in;
	struct mr_mrm_in r;
	int64_t named;		/* names whose rows come next, -1: none */
	bool sealed;		/* the batch so far ends with next= */
};

/* All of the file; memory follows what arrives. */
static int
read_file(struct mr_changes *c, struct mr_err *err)
{
	struct mr_in in;
	size_t cap = 0, n = 0, got = STEP;
	int rc = mr_in_open(&in, c->name, err);

	while (rc == MR_OK && got == STEP) {
		rc = mr_grow(&c->p, &cap, n + STEP, 1, "a log of changes", err);
		if (rc == MR_OK)
			rc = mr_in_read(&in, c->p + n, STEP, &got, err);
		n += rc == MR_OK ? got : 0;
	}
	mr_in_close(&in);
	c->size = (int64_t)n;
	return rc;
}

static bool
take_hex(const struct mr_meta *m, const char *key, uint64_t *v)
{
	struct mr_slice s = mr_meta_get(m, key);

	*v = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = c >= 'a' && c <= 'f';

		if (!letter && !(c >= '0' && c <= '9'))
			return false;
		*v = *v << 4 | (uint64_t)(letter ? c - 'a' + 10 : c - '0');
	}
	return s.n == 16;
}

/* The first block: what the log is of; later ones: next=. */
static int
take_meta(struct scan *s, const struct mr_frame *f, struct mr_err *err)
{
	struct mr_changes *c = s->c;
	struct mr_meta m = { { (char *)s->r.payload, f->len, f->len } };
	bool first = s->r.offset == 0;
	double dim = 0;

	if (first && mr_slice_is(mr_meta_get(&m, "kind"), "changes") &&
	    take_hex(&m, "base", &c->base) &&
	    mr_parse_f64(mr_meta_get(&m, "dim"), &dim) && dim >= 0 &&
	    dim <= INT32_MAX) {
		c->dim = (int64_t)dim;
		c->whole = (int64_t)(s->in.pos);
		mr_digest_close(s->r.digest);
		s->r.digest = mr_digest_open();
		return s->r.digest ? MR_OK : mr_err_nomem(err, 1024,
		    "a digest");
	}
	if (!first && s->named < 0 && take_hex(&m, "next", &c->next)) {
		s->sealed = true;
		return MR_OK;
	}
	return mr_frame_bad(&s->r, err, first ? "not a log of changes" :
	    "a META that says nothing");
}

static int
take_commit(struct scan *s, const struct mr_frame *f, struct mr_err *err)
{
	struct mr_changes *c = s->c;
	const unsigned char *p = s->r.payload;

	if (s->named >= 0 || f->rows || f->cols || f->nnz || f->len != 16 ||
	    mr_load64(p) != (uint64_t)c->batches + 1 ||
	    mr_load64(p + 8) != mr_digest_value(s->r.digest))
		return mr_frame_bad(&s->r, err, "COMMIT does not fit the "
		    "blocks before it: one is missing, repeated or out of "
		    "place");
	c->batches++;
	c->whole = (int64_t)s->in.pos;
	c->succeeded = s->sealed;
	s->sealed = false;
	mr_digest_close(s->r.digest);
	s->r.digest = mr_digest_open();
	return s->r.digest ? MR_OK : mr_err_nomem(err, 1024, "a digest");
}

static int
take_block(struct scan *s, const struct mr_frame *f, struct mr_err *err)
{
	struct mr_block b = { .type = MR_BLOCK_DENSE };
	bool rows = f->type == MR_BLOCK_DENSE;
	int rc = MR_OK;

	if (f->type == MR_BLOCK_META)
		return take_meta(s, f, err);
	if (s->r.offset == 0)
		return mr_frame_bad(&s->r, err, "not a log of changes");
	if (f->type == MR_BLOCK_COMMIT)
		return take_commit(s, f, err);
	s->sealed = false;
	if (rows != (s->named >= 0) || f->type > MR_BLOCK_DELETE ||
	    f->type == MR_BLOCK_CSR || f->type == MR_BLOCK_END ||
	    strcmp(f->name, rows ? "E" : "item") != 0)
		return mr_frame_bad(&s->r, err, "a block out of place");
	if (rows && (f->dtype != MR_VALUE_F32 || f->rows != s->named ||
	    f->cols != s->c->dim))
		return mr_frame_bad(&s->r, err, "rows that do not fit the "
		    "names before them, or the width");
	if (rows)
		rc = mr_rows_values(&s->r, f, &b, err);
	else
		rc = mr_rows_names(&s->r, f, err);
	s->named = f->type == MR_BLOCK_IDS ? f->rows : -1;
	return rc;
}

static int
scan_begin(struct scan *s, int64_t at, struct mr_err *err)
{
	struct mr_changes *c = s->c;
	int rc = mr_in_memory(&s->in, c->p + at, (size_t)(c->size - at),
	    c->name, err);

	if (rc == MR_OK)
		rc = mr_mrm_open(&s->r, &s->in, err);
	s->r.is_log = true;
	s->r.n_blocks_all = at;	/* not the first: no other kind of file */
	s->r.offset = at;
	return rc;
}

/* Is there a whole COMMIT at or behind at?  Blocks stand at multiples of 64. */
static int
find_commit(struct mr_changes *c, int64_t at, bool *found, struct mr_err *err)
{
	*found = false;
	for (; at + 128 <= c->size && !*found; at += 64) {
		struct scan s = { .c = c };
		struct mr_frame f = { 0 };
		struct mr_err no = { 0 };
		int rc;

		if (c->p[at] != 0x89 || c->p[at + 9] != MR_BLOCK_COMMIT ||
		    mr_load64(c->p + at + 48) != 16)
			continue;
		rc = scan_begin(&s, at, err);
		*found = rc == MR_OK &&
		    mr_frame_read(&s.r, &f, &(bool){ false }, &no) == MR_OK;
		mr_mrm_close(&s.r);
		mr_in_close(&s.in);
		if (rc)
			return rc;
	}
	return MR_OK;
}

/* A block at at that is no good: can the end of its writer explain it?  What
 * was to be written is missing from some byte on, or from one sector. */
static bool
is_unfinished(const struct mr_changes *c, int64_t at)
{
	const unsigned char *p = c->p, *h = p + at;

	if (c->size - at < MR_MATRIX_HEADER)
		return true;
	if (mr_load64(h + 56) >> 32 == mr_crc32c(0, h, 60) &&
	    (mr_load64(h + 48) + 63) / 64 * 64 >
	    (uint64_t)(c->size - at - MR_MATRIX_HEADER))
		return true;
	while (at < c->size) {
		int64_t end = (at / SECTOR + 1) * SECTOR, i = at;

		end = end < c->size ? end : c->size;
		while (i < end && p[i] == 0)
			i++;
		if (i == end)
			return true;
		at = end;
	}
	return false;
}

/* Why a log is not read to its end: rc, or MR_OK where a tail is passed
 * over. */
static int
judge(struct scan *s, int rc, struct mr_err *why, struct mr_err *err)
{
	struct mr_changes *c = s->c;
	int64_t at = s->r.offset;
	bool later = false;

	if (rc == MR_EFORMAT) {
		int bad = find_commit(c, at, &later, err);

		if (bad)
			return bad;
		if (!later && c->whole > 0 && is_unfinished(c, at))
			return MR_OK;
	}
	return mr_err_set(err, rc, "%s", why->msg);
}

/* Check all blocks; c->whole is behind the last COMMIT then. */
static int
scan_all(struct mr_changes *c, struct mr_err *err)
{
	struct scan s = { .c = c, .named = -1 };
	struct mr_err why = { 0 };
	int rc = scan_begin(&s, 0, err);
	bool more = true;

	if (rc)
		goto out;
	while (rc == MR_OK && more) {
		struct mr_frame f = { 0 };

		s.r.offset = (int64_t)s.in.pos;
		rc = mr_frame_read(&s.r, &f, &more, &why);
		if (rc == MR_OK && more)
			rc = take_block(&s, &f, &why);
	}
	if (rc)
		rc = judge(&s, rc, &why, err);
	else if (c->whole == 0)
		rc = mr_err_set(err, MR_EFORMAT, "%s: is empty, expected a "
		    "log of changes", c->name);
out:
	mr_mrm_close(&s.r);
	mr_in_close(&s.in);
	return rc;
}

static int
take_path(struct mr_changes *c, const char *path, struct mr_err *err)
{
	*c = (struct mr_changes){ 0 };
	c->name = strdup(path);
	return c->name ? MR_OK : mr_err_nomem(err, (double)strlen(path),
	    "file name");
}

int
mr_changes_memory(struct mr_changes *c, const void *p, size_t n,
    const char *name, struct mr_err *err)
{
	int rc = take_path(c, name, err);

	c->p = (unsigned char *)(uintptr_t)p;
	c->size = (int64_t)n;
	c->lent = true;
	return rc ? rc : scan_all(c, err);
}

int
mr_changes_open(struct mr_changes *c, const char *path, struct mr_err *err)
{
	int rc = take_path(c, path, err);

	if (rc)
		return rc;
	if (mr_map_absent(path)) {
		c->absent = true;
		return MR_OK;
	}
	rc = read_file(c, err);
	return rc ? rc : scan_all(c, err);
}

bool
mr_changes_next(struct mr_changes *c, struct mr_change *x)
{
	*x = (struct mr_change){ 0 };
	while (c->at < c->whole) {
		const unsigned char *h = c->p + c->at;
		const void *payload = h + MR_MATRIX_HEADER;

		c->at += MR_MATRIX_HEADER +
		    (int64_t)((mr_load64(h + 48) + 63) / 64 * 64);
		if (h[9] == MR_BLOCK_IDS || h[9] == MR_BLOCK_DELETE) {
			x->names = payload;
			x->n = (int64_t)mr_load64(h + 24);
		}
		if (h[9] == MR_BLOCK_DENSE)
			x->rows = payload;
		if (h[9] == MR_BLOCK_DENSE || h[9] == MR_BLOCK_DELETE)
			return true;
	}
	return false;
}

void
mr_changes_rewind(struct mr_changes *c)
{
	c->at = 0;
}

struct mr_slice
mr_changes_name(const struct mr_change *x, int64_t i)
{
	return mr_rows_name(x->names, x->n, i);
}

void
mr_changes_close(struct mr_changes *c)
{
	free(c->name);
	if (!c->lent)
		free(c->p);
	*c = (struct mr_changes){ 0 };
}
