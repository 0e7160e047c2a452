/* A dense matrix: rows x cols floats, row-major.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_MAT_H
#define MR_DATA_MAT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* a is [rows * cols], owned, freed by mr_mat_free; all zero is 0 x 0. */
struct mr_mat {
	int64_t rows, cols;
	float *a;
};

/* mr_mat_new - zeroed; MR_ENOMEM (also for negative or absurd shapes). */
int mr_mat_new(struct mr_mat *m, int64_t rows, int64_t cols,
    const char *what, struct mr_err *err) MR_CHECKED;
/* mr_mat_append - n rows of m->cols floats copied behind the last. */
int mr_mat_append(struct mr_mat *m, size_t *cap_rows, const float *rows,
    int64_t n, const char *what, struct mr_err *err) MR_CHECKED;
/* mr_mat_narrow - the first cols columns stay. */
void mr_mat_narrow(struct mr_mat *m, int64_t cols);
void mr_mat_free(struct mr_mat *m);

static inline float *
mr_mat_row(const struct mr_mat *m, int64_t i)
{
	return m->a + i * m->cols;
}

/* mr_mat_largest - the largest |a[i]| of n, 0 of none. */
float mr_mat_largest(const float *a, int64_t n);

/*
 * mr_mat_normalise - every row divided by its Euclidean length (summed in
 * double, in column order); a zero row stays zero.
 */
void mr_mat_normalise(struct mr_mat *m);
/* mr_mat_normalise_by - the same; by [rows] (out), unless NULL: what each row is
 * multiplied by, in double, before it is rounded to float. */
void mr_mat_normalise_by(struct mr_mat *m, double *by);

#endif
