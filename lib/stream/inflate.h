/* Compressed bytes in, plain bytes out: gzip, zstd and xz.  Knows no files;
 * stream/in.c puts it between a file and its reader.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_INFLATE_H
#define MR_STREAM_INFLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/str.h"

enum mr_packed {
	MR_PACKED_NOT, MR_PACKED_GZIP, MR_PACKED_ZSTD, MR_PACKED_XZ
};

struct mr_inflate;

/* mr_inflate_kind - what the n first bytes of a file say it is; *more: so few
 * of them do not tell. */
enum mr_packed mr_inflate_kind(const void *p, size_t n, bool *more);
/* mr_inflate_open - MR_ENOMEM. */
int mr_inflate_open(struct mr_inflate **z, enum mr_packed kind,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_inflate_step - up to n > 0 bytes to p, *got of them, from the bytes of
 * *from, which is moved behind what was used; last: no others come.  *got is 0
 * when more are needed or, with last, at the end.  Members and frames behind
 * one another are one text, zeros behind those of gzip are none.
 *
 * MR_EFORMAT with name: damaged, of a form that is not read, ended in the
 * middle, or followed by something else.  How much it grows is no error.
 * Memory: gzip 100 KiB, zstd and xz at most 128 MiB, as the file asks for;
 * MR_EFORMAT where it asks for more.
 */
int mr_inflate_step(struct mr_inflate *z, struct mr_slice *from, bool last,
    void *p, size_t n, size_t *got, const char *name, struct mr_err *err)
    MR_CHECKED;
/* mr_inflate_close - NULL is none. */
void mr_inflate_close(struct mr_inflate *z);

#endif
