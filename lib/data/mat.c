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
mr_mat_narrow(struct mr_mat *m, int64_t cols)
{
	for (int64_t i = 1; cols < m->cols && i < m->rows; i++)
		memmove(m->a + i * cols, mr_mat_row(m, i), (size_t)cols *
		    sizeof *m->a);
	m->cols = cols;
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
	enum { LANES = 16 };	/* as many as may be compared at once */
	float most[LANES] = { 0 };
	int64_t i = 0;

	for (; i + LANES <= n; i += LANES)
		for (int l = 0; l < LANES; l++) {
			float v = fabsf(a[i + l]);

			most[l] = v > most[l] ? v : most[l];
		}
	for (; i < n; i++)
		most[0] = fabsf(a[i]) > most[0] ? fabsf(a[i]) : most[0];
	for (int l = 1; l < LANES; l++)
		most[0] = most[l] > most[0] ? most[l] : most[0];
	return most[0];
}

static double
scale_row(float *row, int64_t n, double square)
{
	double by = square > 0 ? 1 / sqrt(square) : 1;

	for (int64_t j = 0; j < n; j++)
		row[j] = (float)(row[j] * by);
	return by;
}

/* Each sum waits for its own last term: several side by side do not. */
void
mr_mat_normalise_by(struct mr_mat *m, double *by)
{
	enum { ROWS = 8 };
	int64_t i = 0, d = m->cols;

	for (; i + ROWS <= m->rows; i += ROWS) {
		float *row = mr_mat_row(m, i);
		double sum[ROWS] = { 0 };

		for (int64_t j = 0; j < d; j++)
			for (int l = 0; l < ROWS; l++) {
				double v = (double)row[l * d + j];

				sum[l] += v * v;
			}
		for (int l = 0; l < ROWS; l++)
			sum[l] = scale_row(row + l * d, d, sum[l]);
		if (by)
			memcpy(by + i, sum, sizeof sum);
	}
	for (; i < m->rows; i++) {
		float *row = mr_mat_row(m, i);
		double sum = 0;

		for (int64_t j = 0; j < d; j++)
			sum += (double)row[j] * (double)row[j];
		sum = scale_row(row, d, sum);
		if (by)
			by[i] = sum;
	}
}

void
mr_mat_normalise(struct mr_mat *m)
{
	mr_mat_normalise_by(m, NULL);
}
