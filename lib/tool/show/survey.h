/* A matrix stream read once, with statistics of every matrix.  Private to
 * the show files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SHOW_SURVEY_H
#define MR_TOOL_SHOW_SURVEY_H

#include "stream/matrix.h"

/*
 * Of the stored values x of a matrix: least, greatest and sum (for the mean);
 * the same of the Euclidean norms of its rows, sqrt(sum x^2).  All sums in
 * double, in the order of the stream.
 */
struct mr_stats {
	int64_t values;		/* stored: rows x cols, or nnz of CSR */
	int64_t nnz;		/* stored and not zero */
	double min, max, sum;
	int64_t rows, zero_rows;	/* zero: no value but 0 */
	double norm_min, norm_max, norm_sum;
};

/* All zero is empty; owns all; freed by mr_show_survey_free. */
struct mr_survey {
	struct mr_in in;
	struct mr_mrm_in r;
	struct mr_stats of[MR_MATRIX_MAX];	/* as r.matrix */
};

/* mr_show_survey_read - read path to its end. */
int mr_show_survey_read(struct mr_survey *s, const char *path,
    struct mr_err *err) MR_CHECKED;
/* mr_show_survey_axis_size - positions of axis i: its names, or else the rows
 * or columns of a matrix along it. */
int64_t mr_show_survey_axis_size(const struct mr_survey *s, int i);
/* mr_show_survey_pick - the place of the matrix name, or of the only one when
 * name is NULL; MR_EFORMAT lists what there is. */
int mr_show_survey_pick(const struct mr_mrm_in *r, const char *name, int *place,
    struct mr_err *err) MR_CHECKED;
/* mr_show_survey_type - "dense", "csr", "u8", "u32" or "i32" of whole
 * numbers, or "absent" when no block came. */
const char *mr_show_survey_type(const struct mr_matrix_info *m);
void mr_show_survey_free(struct mr_survey *s);

#endif
