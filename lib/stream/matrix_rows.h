/* Names and rows of a matrix stream: what must fit what.  Private to the
 * matrix files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_MATRIX_ROWS_H
#define MR_STREAM_MATRIX_ROWS_H

#include "stream/matrix_frame.h"

/* mr_rows_take - check an IDS, DENSE or CSR block against its axes and fill
 * b; *counts is false for a repeat of the first stream. */
int mr_rows_take(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_block *b, bool *counts, struct mr_err *err) MR_CHECKED;
/* mr_rows_end - at END: matrices as long as their axes, repeats equal. */
int mr_rows_end(struct mr_mrm_in *r, struct mr_err *err) MR_CHECKED;

#endif
