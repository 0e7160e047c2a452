/* Names and rows of a matrix stream: what must fit what.  Private to the
 * matrix files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_MATRIX_ROWS_H
#define MR_STREAM_MATRIX_ROWS_H

#include "stream/matrix_frame.h"

/* mr_rows_names - are the payload of f names, of the axis it is named by?
 * mr_rows_name - name i of those at p, the payload of n names. */
int mr_rows_names(const struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err) MR_CHECKED;
struct mr_slice mr_rows_name(const unsigned char *p, int64_t n, int64_t i);
/* mr_rows_values - are the payload of f, a DENSE block, its values?  To b. */
int mr_rows_values(const struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_block *b, struct mr_err *err) MR_CHECKED;
/* By the header of f alone, of rows of the matrix at place, -1 for none:
 * mr_rows_type - its type as of struct mr_block; mr_rows_shape - does it fit
 * what came before?  mr_rows_shaped - take it to be so, and its rows. */
int mr_rows_type(const struct mr_frame *f);
int mr_rows_shape(const struct mr_mrm_in *r, const struct mr_frame *f,
    int place, int type, struct mr_err *err) MR_CHECKED;
void mr_rows_shaped(struct mr_matrix_info *m, const struct mr_frame *f,
    int type);
/* mr_rows_take - check an IDS, DENSE or CSR block against its axes and fill
 * b; *counts is false for a repeat of the first stream. */
int mr_rows_take(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_block *b, bool *counts, struct mr_err *err) MR_CHECKED;
/* mr_rows_unwanted - has f rows or names of r->part's axis, and none of those
 * wanted?  mr_rows_pass - count them and go past its payload. */
bool mr_rows_unwanted(const struct mr_mrm_in *r, const struct mr_frame *f);
int mr_rows_pass(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err) MR_CHECKED;
/* mr_rows_end - at END: matrices as long as their axes, repeats equal. */
int mr_rows_end(struct mr_mrm_in *r, struct mr_err *err) MR_CHECKED;

#endif
