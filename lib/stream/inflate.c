/* gzip by ISA-L or zlib, zstd by libzstd, xz by liblzma; see inflate.h.
 * SPDX-License-Identifier: MIT */
#include "stream/inflate.h"

#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#ifdef MR_ISAL
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif

#include "core/mem.h"

/* What xz -9 asks for is 65 MiB; libzstd's own limit is 2^27, too. */
#define MEMORY_MAX ((uint64_t)128 << 20)

static const struct {
	const char *name, *magic;
	size_t n;
} kinds[] = {
	[MR_PACKED_GZIP] = { "gzip", "\x1f\x8b", 2 },
	[MR_PACKED_ZSTD] = { "zstd", "\x28\xb5\x2f\xfd", 4 },
	[MR_PACKED_XZ] = { "xz", "\xfd" "7zXZ\0", 6 }
};

#define N_KINDS (sizeof kinds / sizeof *kinds)

/* Members of gzip.  Both libraries have the same names for what goes into a
 * step and comes out of it. */
#ifdef MR_ISAL
struct gzip {
	struct inflate_state s;
};

static bool
gzip_open(struct gzip *g)
{
	isal_inflate_init(&g->s);
	g->s.crc_flag = ISAL_GZIP;
	return true;
}

static void
gzip_again(struct gzip *g)
{
	isal_inflate_reset(&g->s);
	g->s.crc_flag = ISAL_GZIP;
}

static enum mr_status
gzip_step(struct gzip *g, bool *end)
{
	int rc = isal_inflate(&g->s);

	*end = g->s.block_state == ISAL_BLOCK_FINISH;
	return rc < 0 || rc == ISAL_NEED_DICT ? MR_EFORMAT : MR_OK;
}

static void
gzip_close(struct gzip *g)
{
	(void)g;
}
#else
#define GZIP_BITS (16 + 15)	/* a gzip header, the largest window */

struct gzip {
	z_stream s;
};

static bool
gzip_open(struct gzip *g)
{
	return inflateInit2(&g->s, GZIP_BITS) == Z_OK;
}

static void
gzip_again(struct gzip *g)
{
	/* It fails for what is no stream only. */
	(void)inflateReset(&g->s);
}

static enum mr_status
gzip_step(struct gzip *g, bool *end)
{
	int rc = inflate(&g->s, Z_NO_FLUSH);

	*end = rc == Z_STREAM_END;
	if (rc == Z_MEM_ERROR)
		return MR_ENOMEM;
	return *end || rc == Z_OK || rc == Z_BUF_ERROR ? MR_OK : MR_EFORMAT;
}

static void
gzip_close(struct gzip *g)
{
	inflateEnd(&g->s);
}
#endif

struct mr_inflate {
	enum mr_packed kind;
	bool inside;		/* a member or frame has begun */
	bool one_done;		/* one has ended */
	bool zeros;		/* so did the last, zeros follow */
	struct gzip gzip;
	ZSTD_DStream *zstd;
	lzma_stream xz;
};

enum mr_packed
mr_inflate_kind(const void *p, size_t n, bool *more)
{
	*more = false;
	for (size_t i = MR_PACKED_GZIP; i < N_KINDS; i++) {
		if (n >= kinds[i].n) {
			if (memcmp(p, kinds[i].magic, kinds[i].n) == 0)
				return (enum mr_packed)i;
		} else if (n == 0 || memcmp(p, kinds[i].magic, n) == 0) {
			*more = true;
		}
	}
	return MR_PACKED_NOT;
}

int
mr_inflate_open(struct mr_inflate **z, enum mr_packed kind,
    struct mr_err *err)
{
	struct mr_inflate *x = mr_alloc(1, sizeof *x, "inflating", err);
	bool ok = x != NULL;

	*z = x;
	if (!ok)
		return MR_ENOMEM;
	x->kind = kind;
	if (kind == MR_PACKED_GZIP) {
		ok = gzip_open(&x->gzip);
	} else if (kind == MR_PACKED_ZSTD) {
		x->zstd = ZSTD_createDStream();
		ok = x->zstd != NULL;
	} else {
		x->xz = (lzma_stream)LZMA_STREAM_INIT;
		ok = lzma_stream_decoder(&x->xz, MEMORY_MAX,
		    LZMA_CONCATENATED) == LZMA_OK;
	}
	if (ok)
		return MR_OK;
	mr_inflate_close(x);
	*z = NULL;
	return mr_err_nomem(err, 64 * 1024, "inflating");
}

/* Why a step cannot go on. */
static int
bad(const struct mr_inflate *z, const char *name, const char *why,
    struct mr_err *err)
{
	return mr_err_set(err, MR_EFORMAT, "%s: its %s data cannot be read: "
	    "%s", name, kinds[z->kind].name, why);
}

static int
short_of_memory(const struct mr_inflate *z, struct mr_err *err)
{
	return mr_err_nomem(err, z->kind == MR_PACKED_GZIP ? 64 * 1024 :
	    (double)MEMORY_MAX, "inflating");
}

/* Behind the end of a member: another, zeros as tapes had them, or nothing
 * of gzip's. */
static int
next_member(struct mr_inflate *z, struct mr_slice *from, const char *name,
    struct mr_err *err)
{
	while (from->n && *from->p == '\0') {
		z->zeros = true;
		from->p++;
		from->n--;
	}
	if (from->n == 0)
		return MR_OK;
	if (z->zeros || *from->p != '\x1f')
		return bad(z, name, "something else stands behind its end",
		    err);
	gzip_again(&z->gzip);
	z->inside = true;
	return MR_OK;
}

static int
step_gzip(struct mr_inflate *z, struct mr_slice *from, unsigned char *p,
    size_t n, size_t *got, const char *name, struct mr_err *err)
{
	struct gzip *g = &z->gzip;
	uint32_t room = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n, given;
	bool end = false;
	int rc;

	if (!z->inside && z->one_done) {
		rc = next_member(z, from, name, err);
		if (rc || !z->inside)
			return rc;
	}
	z->inside = true;
	given = from->n > UINT32_MAX ? UINT32_MAX : (uint32_t)from->n;
	g->s.next_in = (unsigned char *)from->p;
	g->s.avail_in = given;
	g->s.next_out = p;
	g->s.avail_out = room;
	rc = gzip_step(g, &end);
	from->p += given - g->s.avail_in;
	from->n -= given - g->s.avail_in;
	*got = room - g->s.avail_out;
	if (end) {
		z->inside = false;
		z->one_done = true;
	}
	if (rc == MR_ENOMEM)
		return short_of_memory(z, err);
	return rc ? bad(z, name, "it is damaged", err) : MR_OK;
}

static int
step_zstd(struct mr_inflate *z, struct mr_slice *from, unsigned char *p,
    size_t n, size_t *got, const char *name, struct mr_err *err)
{
	ZSTD_inBuffer in = { from->p, from->n, 0 };
	ZSTD_outBuffer out = { p, n, 0 };
	bool began = z->inside;
	size_t rc;

	/* Without one it would begin a frame. */
	if (!z->inside && from->n == 0)
		return MR_OK;
	rc = ZSTD_decompressStream(z->zstd, &out, &in);
	from->p += in.pos;
	from->n -= in.pos;
	*got = out.pos;
	if (ZSTD_isError(rc)) {
		const char *why = ZSTD_getErrorName(rc);

		if (strstr(why, "not enough memory"))
			return short_of_memory(z, err);
		return bad(z, name, z->one_done && !began &&
		    strstr(why, "Unknown frame") ?
		    "something else stands behind its end" : why, err);
	}
	z->inside = rc != 0;
	z->one_done |= rc == 0;
	return MR_OK;
}

static int
step_xz(struct mr_inflate *z, struct mr_slice *from, bool last,
    unsigned char *p, size_t n, size_t *got, const char *name,
    struct mr_err *err)
{
	lzma_stream *s = &z->xz;
	lzma_ret rc;

	if (z->one_done)
		return MR_OK;
	z->inside = true;
	s->next_in = (const uint8_t *)from->p;
	s->avail_in = from->n;
	s->next_out = p;
	s->avail_out = n;
	rc = lzma_code(s, last ? LZMA_FINISH : LZMA_RUN);
	from->p = (const char *)s->next_in;
	from->n = s->avail_in;
	*got = n - s->avail_out;
	switch (rc) {
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return MR_OK;
	case LZMA_STREAM_END:
		z->inside = false;
		z->one_done = true;
		return MR_OK;
	case LZMA_MEM_ERROR:
		return short_of_memory(z, err);
	case LZMA_MEMLIMIT_ERROR:
		return bad(z, name, "it asks for more than 128 MiB of memory",
		    err);
	case LZMA_FORMAT_ERROR:
		return bad(z, name, "something else stands behind its end",
		    err);
	case LZMA_OPTIONS_ERROR:
		return bad(z, name, "a filter that is not known", err);
	default:
		return bad(z, name, "it is damaged", err);
	}
}

int
mr_inflate_step(struct mr_inflate *z, struct mr_slice *from, bool last,
    void *p, size_t n, size_t *got, const char *name, struct mr_err *err)
{
	size_t before;
	int rc;

	do {
		*got = 0;
		before = from->n;
		if (z->kind == MR_PACKED_GZIP)
			rc = step_gzip(z, from, p, n, got, name, err);
		else if (z->kind == MR_PACKED_ZSTD)
			rc = step_zstd(z, from, p, n, got, name, err);
		else
			rc = step_xz(z, from, last, p, n, got, name, err);
	} while (rc == MR_OK && *got == 0 && from->n && from->n < before);
	if (rc == MR_OK && *got == 0 && last && from->n == 0 && z->inside)
		return bad(z, name, "it ends in the middle, is the file "
		    "whole?", err);
	return rc;
}

void
mr_inflate_close(struct mr_inflate *z)
{
	if (!z)
		return;
	if (z->kind == MR_PACKED_GZIP)
		gzip_close(&z->gzip);
	else if (z->kind == MR_PACKED_ZSTD)
		ZSTD_freeDStream(z->zstd);
	else
		lzma_end(&z->xz);
	free(z);
}
