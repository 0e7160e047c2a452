/* One block of mr-matrix(5), its frame only.  Private to the matrix files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_MATRIX_FRAME_H
#define MR_STREAM_MATRIX_FRAME_H

#include "stream/matrix.h"

struct mr_frame {
	int type, dtype;
	char name[MR_NAME_MAX + 1];
	int64_t rows, cols, nnz;
	size_t len;
	uint32_t crc;		/* of the payload */
};

/* mr_frame_pack - f and the payload's CRC as 64 bytes. */
void mr_frame_pack(unsigned char h[MR_MATRIX_HEADER],
    const struct mr_frame *f, uint32_t payload_crc);
/* mr_frame_put - a block whose payload is n_parts pieces; f->len is set, and
 * headers but END's and COMMIT's are digested. */
struct mr_part {
	const void *p;
	size_t n;
};
void mr_frame_put(struct mr_mrm_out *w, struct mr_frame *f,
    const struct mr_part *part, int n_parts);
/* mr_frame_names - names from .. to - 1 of ids, in blocks of the type. */
void mr_frame_names(struct mr_mrm_out *w, int type, const char *axis,
    const struct mr_ids *ids, int32_t from, int32_t to);
/* mr_frame_head - the header of the next block, checked, which counts for END;
 * *more false at the end of input.  mr_frame_body - its payload, to r->payload,
 * and padding, checked; mr_frame_skip - or go past them, looked at or not. */
int mr_frame_head(struct mr_mrm_in *r, struct mr_frame *f, bool *more,
    struct mr_err *err) MR_CHECKED;
int mr_frame_body(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err) MR_CHECKED;
int mr_frame_skip(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err) MR_CHECKED;
/* mr_frame_read - mr_frame_head and then mr_frame_body. */
int mr_frame_read(struct mr_mrm_in *r, struct mr_frame *f, bool *more,
    struct mr_err *err) MR_CHECKED;
/* mr_frame_end - f and its payload, an END, seal the blocks before it; the next
 * stream may begin. */
int mr_frame_end(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err) MR_CHECKED;
/* mr_frame_bad - MR_EFORMAT "file: block at byte N: ...". */
int mr_frame_bad(const struct mr_mrm_in *r, struct mr_err *err,
    const char *fmt, ...) MR_PRINTF(3, 4);
/* mr_frame_truncated - the same where there is no END. */
int mr_frame_truncated(const struct mr_mrm_in *r, struct mr_err *err);

static inline bool
mr_frame_digested(int type)
{
	return type != MR_BLOCK_END && type != MR_BLOCK_COMMIT;
}

static inline uint64_t
mr_load64(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static inline void
mr_store64(unsigned char *p, uint64_t v)
{
	for (int i = 0; i < 8; i++, v >>= 8)
		p[i] = (unsigned char)v;
}

#endif
