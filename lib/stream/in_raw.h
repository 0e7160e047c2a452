/* What stands between a descriptor and its reader: inflating, decoding.  For
 * stream/in.c alone.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_IN_RAW_H
#define MR_STREAM_IN_RAW_H

#include "stream/io.h"

/* mr_in_raw_fd - up to n bytes as the descriptor has them to p, *got of them;
 * 0: none are left.  A non-blocking one is waited for. */
int mr_in_raw_fd(struct mr_in *in, void *p, size_t n, size_t *got,
    struct mr_err *err) MR_CHECKED;
/* mr_in_raw_read - the same, inflated and decoded where in has what does it;
 * then n is at least MR_ENCODING_ROOM. */
int mr_in_raw_read(struct mr_in *in, void *p, size_t n, size_t *got,
    struct mr_err *err) MR_CHECKED;

#endif
