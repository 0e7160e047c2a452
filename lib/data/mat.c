/* Dense matrices; see mat.h.
 * SPDX-License-Identifier: MIT */
#include "data/mat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

int
mr_mat_new(struct mr_mat *m, int64_t rows, int64_t cols, const char *what,
    struct mr_err *err)
{
	size_t n;

	*m = (struct mr_mat){ 0 };
	if (rows < 0 || cols < 0 || !mr_mul((size_t)rows, (size_t)cols, &n))
		return mr_err_nomem(err, (double)rows * (double)cols * 4,
		    what);
	m->a = mr_alloc(n, sizeof *m->a, what, err);
	if (!m->a)
		return MR_ENOMEM;
	m->rows = rows;
	m->cols = cols;
	return MR_OK;
}

int
mr_mat_append(struct mr_mat *m, size_t *cap_rows, const float *rows,
    int64_t n, const char *what, struct mr_err *err)
{
	size_t need = (size_t)m->rows + (size_t)n, row, bytes;
	int rc;

	if (!mr_mul((size_t)m->cols, sizeof *m->a, &row))
		return mr_err_nomem(err, (double)m->cols * 4, what);
	if (row && n) {
		rc = mr_grow(&m->a, cap_rows, need, row, what, err);
		if (rc)
			return rc;
		bytes = (size_t)n * row;
		memcpy((char *)m->a + (size_t)m->rows * row, rows, bytes);
	}
	m->rows += n;
	return MR_OK;
}

void
mr_mat_free(struct mr_mat *m)
{
	free(m->a);
	*m = (struct mr_mat){ 0 };
}

float
mr_mat_largest(const float *a, int64_t n)
{
	float most = 0;

	for (int64_t i = 0; i < n; i++)
		most = fabsf(a[i]) > most ? fabsf(a[i]) : most;
	return most;
}

void
mr_mat_normalise(struct mr_mat *m)
{
	for (int64_t i = 0; i < m->rows; i++) {
		float *row = mr_mat_row(m, i);
		double sum = 0;

		for (int64_t j = 0; j < m->cols; j++)
			sum += (double)row[j] * (double)row[j];
		if (sum <= 0)
			continue;
		sum = 1 / sqrt(sum);
		for (int64_t j = 0; j < m->cols; j++)
			row[j] = (float)(row[j] * sum);
	}
}
