/* Frames of the matrix stream: headers, checksums, padding.
 * SPDX-License-Identifier: MIT */
#include "stream/matrix_frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"

static const unsigned char magic[8] =
    { 0x89, 'M', 'R', 'M', '\r', '\n', 0x1a, '\n' };

#define STEP ((size_t)1 << 20)	/* bytes taken on trust at a time */

size_t
mr_value_size(int dtype)
{
	return dtype == MR_VALUE_U8 ? 1 : dtype >= MR_VALUE_F32 &&
	    dtype <= MR_VALUE_I32 ? 4 : 0;
}

const char *
mr_value_name(int dtype)
{
	static const char *const name[] = { "none", "f32", "u8", "u32",
	    "i32" };

	return name[mr_value_size(dtype) ? dtype : 0];
}

int64_t
mr_value_get(int dtype, const void *p, int64_t i)
{
	switch (dtype) {
	case MR_VALUE_U8:
		return ((const uint8_t *)p)[i];
	case MR_VALUE_U32:
		return ((const uint32_t *)p)[i];
	default:
		return ((const int32_t *)p)[i];
	}
}

static void
store32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++, v >>= 8)
		p[i] = (unsigned char)v;
}

static uint32_t
load32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

void
mr_frame_pack(unsigned char h[MR_MATRIX_HEADER], const struct mr_frame *f,
    uint32_t payload_crc)
{
	memset(h, 0, MR_MATRIX_HEADER);
	memcpy(h, magic, 8);
	h[8] = 1;
	h[9] = (unsigned char)f->type;
	h[10] = (unsigned char)f->dtype;
	store32(h + 12, payload_crc);
	memcpy(h + 16, f->name, strlen(f->name));
	mr_store64(h + 24, (uint64_t)f->rows);
	mr_store64(h + 32, (uint64_t)f->cols);
	mr_store64(h + 40, (uint64_t)f->nnz);
	mr_store64(h + 48, f->len);
	store32(h + 60, mr_crc32c(0, h, 60));
}

int
mr_frame_bad(const struct mr_mrm_in *r, struct mr_err *err, const char *fmt,
    ...)
{
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return mr_err_set(err, MR_EFORMAT, "%s: block at byte %lld: %s",
	    r->in->name, (long long)r->offset, what);
}

int
mr_frame_truncated(const struct mr_mrm_in *r, struct mr_err *err)
{
	return mr_frame_bad(r, err, "truncated: the stream has no END block: "
	    "the program that makes it failed or was killed");
}

static int
bad_magic(struct mr_mrm_in *r, const unsigned char *h, struct mr_err *err)
{
	if (r->n_blocks_all == 0 && memcmp(h, magic, 4) != 0)
		return mr_err_set(err, MR_EFORMAT, "%s: not a matrix stream "
		    "(mr-embed, mr-factorize and mr-show --from-tsv make "
		    "them)", r->in->name);
	if (memcmp(h, magic, 4) == 0)
		return mr_frame_bad(r, err, "damaged by a text-mode copy, "
		    "expected the magic bytes of a block");
	return mr_frame_bad(r, err, "%s, expected the magic bytes of a "
	    "block", r->state == MR_MRM_BETWEEN ? "other bytes after END" :
	    "damaged");
}

/* Bytes 16..23: a name padded with zeros.  None for META and END. */
static int
take_name(struct mr_mrm_in *r, const unsigned char *h, struct mr_frame *f,
    struct mr_err *err)
{
	bool wants = f->type != MR_BLOCK_META && mr_frame_digested(f->type);
	size_t n = 0;

	memcpy(f->name, h + 16, MR_NAME_MAX);
	f->name[MR_NAME_MAX] = '\0';
	n = strspn(f->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
	    "wxyz0123456789_");
	for (size_t i = n; i < MR_NAME_MAX; i++)
		if (f->name[i])
			return mr_frame_bad(r, err, "bad name");
	return (n > 0) == wants ? MR_OK : mr_frame_bad(r, err, "bad name");
}

static int
take_header(struct mr_mrm_in *r, const unsigned char *h, struct mr_frame *f,
    struct mr_err *err)
{
	uint64_t len = mr_load64(h + 48);
	const uint64_t limit = (uint64_t)1 << 40;

	if (memcmp(h, magic, 8) != 0)
		return bad_magic(r, h, err);
	if (load32(h + 60) != mr_crc32c(0, h, 60))
		return mr_frame_bad(r, err, "header is damaged (checksum)");
	if (h[8] != 1)
		return mr_frame_bad(r, err, "version %d, expected 1", h[8]);
	if (h[9] < MR_BLOCK_META ||
	    h[9] > (r->is_log ? MR_BLOCK_COMMIT : MR_BLOCK_END))
		return mr_frame_bad(r, err, "unsupported block type %d", h[9]);
	f->type = h[9];
	f->dtype = h[10];
	if (f->dtype != MR_VALUE_NONE ?
	    !(f->type == MR_BLOCK_DENSE && mr_value_size(f->dtype)) &&
	    !(f->type == MR_BLOCK_CSR && f->dtype == MR_VALUE_F32) :
	    f->type == MR_BLOCK_DENSE || f->type == MR_BLOCK_CSR)
		return mr_frame_bad(r, err, "unsupported dtype %d", h[10]);
	if (h[11] || load32(h + 56))
		return mr_frame_bad(r, err, "a reserved field is not zero");
	if (mr_load64(h + 24) > limit || mr_load64(h + 32) > INT32_MAX ||
	    mr_load64(h + 40) > limit || len > MR_BLOCK_MAX)
		return mr_frame_bad(r, err, "sizes past the limits: "
		    "%llu x %llu, nnz %llu, %llu bytes",
		    (unsigned long long)mr_load64(h + 24),
		    (unsigned long long)mr_load64(h + 32),
		    (unsigned long long)mr_load64(h + 40),
		    (unsigned long long)len);
	f->rows = (int64_t)mr_load64(h + 24);
	f->cols = (int64_t)mr_load64(h + 32);
	f->nnz = (int64_t)mr_load64(h + 40);
	f->len = (size_t)len;
	return take_name(r, h, f, err);
}

/* Where f's payload lies in bytes that are the caller's, NULL: nowhere. */
static const unsigned char *
lent_payload(const struct mr_mrm_in *r, const struct mr_frame *f, size_t padded)
{
	const struct mr_in *in = r->in;
	int place = r->file.n && f->type == MR_BLOCK_DENSE ?
	    mr_mrm_find_matrix(r, f->name) : -1;
	size_t at = (size_t)r->offset + MR_MATRIX_HEADER;
	const unsigned char *p = NULL;

	if (place >= 0 && r->matrix[place].lent && at <= r->file.n &&
	    padded <= r->file.n - at)
		p = (const unsigned char *)r->file.p + at;
	else if (in->lent && in->len - in->pos >= padded)
		p = in->buf + in->pos;
	return (uintptr_t)p % 16 ? NULL : p;
}

/* Then it is not to be freed. */
static int
take_lent(struct mr_mrm_in *r, const unsigned char *p, size_t padded,
    struct mr_err *err)
{
	if (r->payload_cap)
		free(r->payload);
	r->payload = (unsigned char *)(uintptr_t)p;
	r->payload_cap = 0;
	return mr_in_skip(r->in, padded, err);
}

/* Payload and padding, a step at a time: memory follows what arrives. */
static int
take_payload(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err)
{
	size_t padded = (f->len + 63) / 64 * 64, have = 0;
	const unsigned char *lent = lent_payload(r, f, padded);
	int rc = MR_OK;

	if (lent) {
		rc = take_lent(r, lent, padded, err);
		have = padded;
	} else if (!r->payload_cap) {
		r->payload = NULL;
	}
	while (have < padded) {
		size_t part = padded - have < STEP ? padded - have : STEP, got;

		rc = mr_grow(&r->payload, &r->payload_cap, have + part, 1,
		    "a block of the stream", err);

		if (rc == MR_OK)
			rc = mr_in_read(r->in, r->payload + have, part, &got,
			    err);
		if (rc)
			return rc;
		if (got < part)
			return mr_frame_bad(r, err, "truncated: the stream "
			    "ends inside it");
		have += part;
	}
	for (size_t i = f->len; i < padded && rc == MR_OK; i++)
		if (r->payload[i])
			return mr_frame_bad(r, err, "padding is not zero");
	return rc;
}

int
mr_frame_head(struct mr_mrm_in *r, struct mr_frame *f, bool *more,
    struct mr_err *err)
{
	unsigned char h[MR_MATRIX_HEADER] = { 0 };
	size_t got;
	int rc = mr_in_read(r->in, h, sizeof h, &got, err);

	*more = false;
	r->offset = r->in->n_bytes - (int64_t)(r->in->len - r->in->pos + got);
	if (rc)
		return rc;
	if (got == 0)
		return MR_OK;
	if (memcmp(h, magic, got < 8 ? got : 8) != 0)
		return bad_magic(r, h, err);
	if (got < sizeof h)
		return mr_frame_bad(r, err, "truncated: the stream ends "
		    "inside its header");
	rc = take_header(r, h, f, err);
	if (rc)
		return rc;
	f->crc = load32(h + 12);
	if (mr_frame_digested(f->type)) {
		mr_digest_add(r->digest, h, sizeof h);
		r->n_blocks++;
	}
	r->n_blocks_all++;
	*more = true;
	return MR_OK;
}

int
mr_frame_body(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err)
{
	int rc = take_payload(r, f, err);

	return rc || f->crc == mr_crc32c(0, r->payload, f->len) ? rc :
	    mr_frame_bad(r, err, "payload is damaged (checksum)");
}

int
mr_frame_read(struct mr_mrm_in *r, struct mr_frame *f, bool *more,
    struct mr_err *err)
{
	int rc = mr_frame_head(r, f, more, err);

	return rc || !*more ? rc : mr_frame_body(r, f, err);
}

int
mr_frame_skip(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err)
{
	return mr_in_skip(r->in, (f->len + 63) / 64 * 64, err);
}

int
mr_frame_end(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err)
{
	if (f->rows || f->cols || f->nnz || f->len != 16 ||
	    mr_load64(r->payload) != r->n_blocks ||
	    mr_load64(r->payload + 8) != mr_digest_value(r->digest))
		return mr_frame_bad(r, err, "END does not fit the blocks "
		    "before it: one is missing, repeated or out of place");
	r->sealed = mr_digest_value(r->digest);
	mr_digest_close(r->digest);
	r->digest = mr_digest_open();
	r->n_blocks = 0;
	r->state = MR_MRM_BETWEEN;
	return r->digest ? MR_OK : mr_err_nomem(err, 1024, "a digest");
}
