/* Plain bytes in, gzip out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_DEFLATE_H
#define MR_STREAM_DEFLATE_H

#include "core/str.h"

/* mr_deflate - s as one member of gzip, in as few bytes as zlib makes it, behind
 * what is in out; the same bytes each time with the same zlib.  MR_ENOMEM.
 * Memory while it runs: 400 KiB. */
int mr_deflate(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
    MR_CHECKED;

#endif
