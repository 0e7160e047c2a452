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
};

/* mr_frame_pack - f and the payload's CRC as 64 bytes. */
void mr_frame_pack(unsigned char h[MR_MATRIX_HEADER],
    const struct mr_frame *f, uint32_t payload_crc);
/* mr_frame_read - header, payload (to r->payload) and padding of the next
 * block, checksums checked; *more false at the end of input. */
int mr_frame_read(struct mr_mrm_in *r, struct mr_frame *f, bool *more,
    struct mr_err *err) MR_CHECKED;
/* mr_frame_bad - MR_EFORMAT "file: block at byte N: ...". */
int mr_frame_bad(const struct mr_mrm_in *r, struct mr_err *err,
    const char *fmt, ...) MR_PRINTF(3, 4);

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
