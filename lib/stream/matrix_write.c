/* Writing the matrix stream; see matrix.h.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/hash.h"
#include "stream/matrix_frame.h"

/* Payloads are written as they lie in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "mr-matrix is little-endian; this CPU needs swapping writers");

void
mr_frame_put(struct mr_mrm_out *w, struct mr_frame *f,
    const struct mr_part *part, int n_parts)
{
	static const unsigned char zero[64];
	unsigned char h[MR_MATRIX_HEADER];
	uint32_t crc = 0;

	f->len = 0;
	for (int i = 0; i < n_parts; i++) {
		crc = mr_crc32c(crc, part[i].p, part[i].n);
		f->len += part[i].n;
	}
	if (f->len > MR_BLOCK_MAX) {
		/* No reader would take it: fail here, where it is made. */
		if (!w->out->failed)
			w->out->failed = EFBIG;
		return;
	}
	mr_frame_pack(h, f, crc);
	mr_out_write(w->out, h, sizeof h);
	for (int i = 0; i < n_parts; i++)
		mr_out_write(w->out, part[i].p, part[i].n);
	mr_out_write(w->out, zero, (64 - f->len % 64) % 64);
	if (!mr_frame_digested(f->type))
		return;
	mr_digest_add(w->digest, h, sizeof h);
	w->n_blocks++;
}

static void
put_meta(struct mr_mrm_out *w, const struct mr_meta *m)
{
	struct mr_frame f = { .type = MR_BLOCK_META };

	mr_frame_put(w, &f, &(struct mr_part){ m->text.p, m->text.n }, 1);
}

int
mr_mrm_check_out(const struct mr_out *out, struct mr_err *err)
{
	return mr_out_not_terminal(out, "the result is binary: use -o FILE "
	    "or a pipe, or mr-show to look at it", err);
}

int
mr_mrm_begin(struct mr_mrm_out *w, struct mr_out *out,
    const struct mr_meta *first, struct mr_err *err)
{
	int rc = mr_mrm_check_out(out, err);

	*w = (struct mr_mrm_out){ .out = out };
	if (rc)
		return rc;
	w->digest = mr_digest_open();
	if (!w->digest)
		return mr_err_nomem(err, 1024, "a digest");
	put_meta(w, first);
	return MR_OK;
}

void
mr_frame_names(struct mr_mrm_out *w, int type, const char *axis,
    const struct mr_ids *ids, int32_t from, int32_t to)
{
	while (from < to) {
		int32_t n = to - from < MR_BLOCK_ROWS ? to - from :
		    MR_BLOCK_ROWS;
		size_t start = from ? ids->end[from - 1] : 0;
		uint64_t offset[MR_BLOCK_ROWS + 1] = { 0 };
		struct mr_frame f = { .type = type, .rows = n };

		for (int32_t i = 0; i < n; i++)
			offset[i + 1] = ids->end[from + i] - start;
		snprintf(f.name, sizeof f.name, "%s", axis);
		mr_frame_put(w, &f, (struct mr_part[]){
		    { offset, ((size_t)n + 1) * sizeof *offset },
		    { ids->text.p + start, (size_t)offset[n] } }, 2);
		from += n;
	}
}

void
mr_mrm_ids(struct mr_mrm_out *w, const char *axis, const struct mr_ids *ids,
    int32_t from, int32_t to)
{
	mr_frame_names(w, MR_BLOCK_IDS, axis, ids, from, to);
}

void
mr_mrm_whole(struct mr_mrm_out *w, const char *name, int dtype, const void *a,
    int64_t rows, int64_t cols)
{
	size_t wide = (size_t)cols * mr_value_size(dtype);
	int64_t most = MR_BLOCK_ROWS;
	const char *p = a ? a : "";

	/* Wide rows: fewer to a block, so that readers take it. */
	if (wide > 0 && (int64_t)(MR_BLOCK_MAX / wide) < most)
		most = (int64_t)(MR_BLOCK_MAX / wide);
	if (most == 0)
		most = 1;
	do {
		int64_t n = rows < most ? rows : most;
		struct mr_frame f = { .type = MR_BLOCK_DENSE, .dtype = dtype,
		    .rows = n, .cols = cols };

		snprintf(f.name, sizeof f.name, "%s", name);
		mr_frame_put(w, &f, &(struct mr_part){ p, (size_t)n * wide },
		    1);
		p += (size_t)n * wide;
		rows -= n;
	} while (rows > 0);
}

void
mr_mrm_dense(struct mr_mrm_out *w, const char *name, const float *a,
    int64_t rows, int64_t cols)
{
	mr_mrm_whole(w, name, MR_VALUE_F32, a, rows, cols);
}

/* Rows of m from row from on, before to, that make one block. */
static int64_t
csr_rows(const struct mr_csr *m, int64_t from, int64_t to)
{
	int64_t n = to - from < MR_BLOCK_ROWS ? to - from : MR_BLOCK_ROWS;
	const int64_t most = (int64_t)(MR_BLOCK_MAX / 8) - MR_BLOCK_ROWS - 1;

	while (n > 1 && m->ptr[from + n] - m->ptr[from] > most)
		n--;
	return n;
}

void
mr_mrm_csr(struct mr_mrm_out *w, const char *name, const struct mr_csr *m,
    int64_t from, int64_t to)
{
	int64_t none = 0;
	const struct mr_csr empty = { .cols = m->cols, .ptr = &none };

	if (!m->ptr)	/* all zero is 0 x 0 */
		m = &empty;
	do {
		int64_t n = csr_rows(m, from, to);
		int64_t k = m->ptr[from], nnz = m->ptr[from + n] - k;
		uint64_t offset[MR_BLOCK_ROWS + 1];
		struct mr_frame f = { .type = MR_BLOCK_CSR, .dtype = 1, .rows =
		    n, .cols = m->cols, .nnz = nnz };

		for (int64_t i = 0; i <= n; i++)
			offset[i] = (uint64_t)(m->ptr[from + i] - k);
		snprintf(f.name, sizeof f.name, "%s", name);
		mr_frame_put(w, &f, (struct mr_part[]){
		    { offset, ((size_t)n + 1) * sizeof *offset },
		    { m->idx + k, (size_t)nnz * sizeof *m->idx },
		    { m->val + k, (size_t)nnz * sizeof *m->val } }, 3);
		from += n;
	} while (from < to);
}

uint64_t
mr_mrm_end(struct mr_mrm_out *w, const struct mr_meta *last)
{
	struct mr_frame f = { .type = MR_BLOCK_END };
	unsigned char payload[16];
	uint64_t digest;

	if (!w->digest)
		return 0;
	if (last)
		put_meta(w, last);
	digest = mr_digest_value(w->digest);
	mr_store64(payload, w->n_blocks);
	mr_store64(payload + 8, digest);
	mr_frame_put(w, &f, &(struct mr_part){ payload, sizeof payload }, 1);
	mr_mrm_abandon(w);
	return digest;
}

void
mr_mrm_abandon(struct mr_mrm_out *w)
{
	if (w->digest)
		mr_digest_close(w->digest);
	*w = (struct mr_mrm_out){ 0 };
}
