/* Text of another encoding in, UTF-8 out: UTF-16 by tables of its own rules,
 * others by iconv(3).  Knows no files; stream/in.c puts it between a file and
 * its reader.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_ENCODING_H
#define MR_STREAM_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

#define MR_ENCODING_ROOM 16	/* bytes that any character fits in */

struct mr_decoder;

/* mr_decoder_open - name as iconv knows it, in any case.  UTF-16 goes by its
 * mark, without one it is of little end, as on the web.  MR_EARG: it is not
 * known. */
int mr_decoder_open(struct mr_decoder **d, const char *name,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_decoder_step - up to n >= MR_ENCODING_ROOM bytes of UTF-8 to p, from the
 * bytes of *from, which is moved behind what was used; last: no others come.
 * Returns how many; with none and nothing used, more bytes are needed.  A mark
 * at the very start is dropped.  What is not of the encoding becomes U+FFFD,
 * one for each byte of others, for each unit of UTF-16, and is counted.
 */
size_t mr_decoder_step(struct mr_decoder *d, struct mr_slice *from, bool last,
    char *p, size_t n);
/* mr_decoder_bad - how many U+FFFD were put so. */
int64_t mr_decoder_bad(const struct mr_decoder *d);
/* mr_decoder_close - NULL is none. */
void mr_decoder_close(struct mr_decoder *d);

#endif
