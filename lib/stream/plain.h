/* Lines of CSV that have no quotes, as most have none: no parser is needed.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_PLAIN_H
#define MR_STREAM_PLAIN_H

#include "core/str.h"
#include "stream/io.h"

/* All zero has seen nothing; freed by mr_plain_free. */
struct mr_plain {
	/* In the buffer, 1 more than the place of the next one, or than its
	 * end; no more than where it is read: not looked for. */
	size_t quote_at, cr_at, nul_at;
	struct mr_slice *field;
	size_t cap;
};

/* mr_plain_begin - the buffer is about to be filled anew. */
void mr_plain_begin(struct mr_plain *p);
/* mr_plain_line - *line: the next one of in, without its LF or CR LF, which is
 * taken, if all of it is in the buffer and it has no quote, NUL or other CR and
 * less than max bytes.  Time is linear in what is read. */
bool mr_plain_line(struct mr_plain *p, struct mr_in *in, size_t max,
    struct mr_slice *line);
/* mr_plain_piece - how many bytes of the buffer of in, which is not empty, are
 * up to a line end and with it (*ends), or to the end of the buffer. */
size_t mr_plain_piece(const struct mr_in *in, bool *ends);
/* mr_plain_split - p->field: the *n parts of line between delim, or the first
 * of them where there are more than MR_COLS_MAX. */
int mr_plain_split(struct mr_plain *p, struct mr_slice line, char delim,
    int *n, struct mr_err *err) MR_CHECKED;
/* mr_plain_room - make room for n fields. */
int mr_plain_room(struct mr_plain *p, size_t n, struct mr_err *err)
    MR_CHECKED;
void mr_plain_free(struct mr_plain *p);

#endif
