/* Nearness of films by their text; see content.h.
 * SPDX-License-Identifier: MIT */
#include "engine/content.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gemm.h"

#define ROWS 42		/* rated items at a time: whole tiles of mr_gemm */
#define CHUNK 512	/* items at a time */
#define NEAREST MR_CONTENT_NEAREST

static int
open_dense(struct mr_content *c, const struct mr_rows *E,
    const int32_t *row, struct mr_err *err)
{
	struct mr_mat unit = { 0 };
	int rc = mr_mat_new(&unit, c->n_items, E->dense->cols, "vectors",
	    err);

	if (rc)
		return rc;
	c->d = E->dense->cols;
	c->unit = unit.a;
	c->packed = mr_alloc(mr_gemm_packed(c->n_items, c->d),
	    sizeof *c->packed, "vectors", err);
	if (!c->packed)
		return MR_ENOMEM;
	for (int64_t i = 0; i < c->n_items; i++)
		if (row[i] >= 0 && c->d)
			memcpy(mr_mat_row(&unit, i), mr_rows_dense(E, row[i]),
			    (size_t)c->d * sizeof *unit.a);
	mr_mat_normalise(&unit);
	for (int64_t i = 0; i < c->n_items; i++)
		for (int64_t j = 0; j < c->d && !c->has[i]; j++)
			c->has[i] = mr_mat_row(&unit, i)[j] < 0 ||
			    mr_mat_row(&unit, i)[j] > 0;
	if (c->d)
		mr_gemm_pack(c->packed, unit.a, c->n_items, c->d, c->d, true);
	return MR_OK;
}

/* Row from of E as the next of to, of length 1; a row of zeros has none. */
static bool
add_unit(struct mr_csr *to, int64_t i, const struct mr_csr *E, int32_t from)
{
	int64_t at = to->ptr[i], end = from < 0 ? 0 : E->ptr[from + 1];
	double sum = 0;

	for (int64_t k = from < 0 ? 0 : E->ptr[from]; k < end; k++)
		sum += (double)E->val[k] * (double)E->val[k];
	for (int64_t k = from < 0 ? 0 : E->ptr[from]; k < end && sum > 0;
	    k++) {
		to->idx[at] = E->idx[k];
		to->val[at++] = (float)((double)E->val[k] / sqrt(sum));
	}
	to->ptr[i + 1] = at;
	return sum > 0;
}

static int
open_sparse(struct mr_content *c, const struct mr_csr *E,
    const int32_t *row, struct mr_err *err)
{
	struct mr_csr *u = &c->rows;
	int32_t *column = NULL;
	size_t nnz = 0;
	int rc;

	for (int64_t i = 0; i < c->n_items; i++)
		nnz += row[i] < 0 ? 0 : (size_t)(E->ptr[row[i] + 1] -
		    E->ptr[row[i]]);
	*u = (struct mr_csr){ .rows = c->n_items, .cols = E->cols };
	u->ptr = mr_alloc((size_t)c->n_items + 1, sizeof *u->ptr, "vectors",
	    err);
	u->idx = u->ptr ? mr_alloc(nnz, sizeof *u->idx, "vectors", err) :
	    NULL;
	u->val = u->idx ? mr_alloc(nnz, sizeof *u->val, "vectors", err) :
	    NULL;
	if (!u->val)
		return MR_ENOMEM;
	for (int64_t i = 0; i < c->n_items; i++)
		c->has[i] = add_unit(u, i, E, row[i]);
	rc = mr_csr_pack(u, &column, err);
	free(column);
	return rc ? rc : mr_csr_transpose(&c->by_term, u, err);
}

int
mr_content_open(struct mr_content *c, const struct mr_rows *E,
    const struct mr_ids *names, const struct mr_ids *items,
    struct mr_err *err)
{
	int32_t *row = mr_ids_map(items, names, err);
	int rc = MR_ENOMEM;

	*c = (struct mr_content){ .n_items = items->n };
	c->has = row ? mr_alloc((size_t)items->n, sizeof *c->has, "vectors",
	    err) : NULL;
	if (c->has)
		rc = E->sparse ? open_sparse(c, E->sparse, row, err) :
		    open_dense(c, E, row, err);
	for (int32_t i = 0; i < items->n && rc == MR_OK; i++)
		c->n_has += c->has[i];
	free(row);
	return rc;
}

void
mr_content_free(struct mr_content *c)
{
	free(c->unit);
	free(c->packed);
	free(c->has);
	mr_csr_free(&c->rows);
	mr_csr_free(&c->by_term);
	*c = (struct mr_content){ 0 };
}

/* Eight sums side by side, added in one order. */
static float
dot(const float *a, const float *b, int64_t d)
{
	float sum[8] = { 0 };
	int64_t j = 0;

	for (; j + 8 <= d; j += 8)
		for (int k = 0; k < 8; k++)
			sum[k] += a[j + k] * b[j + k];
	for (int k = 0; j + k < d; k++)
		sum[k] += a[j + k] * b[j + k];
	return ((sum[0] + sum[4]) + (sum[1] + sum[5])) +
	    ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

float
mr_content_cosine(const struct mr_content *c, int32_t i, int32_t j)
{
	const struct mr_csr *m = &c->rows;
	int64_t a, b;
	double sum = 0;

	if (!m->ptr)
		return dot(c->unit + i * c->d, c->unit + j * c->d, c->d);
	a = m->ptr[i];
	b = m->ptr[j];
	while (a < m->ptr[i + 1] && b < m->ptr[j + 1]) {
		int32_t x = m->idx[a], y = m->idx[b];

		if (x == y)
			sum += (double)m->val[a] * (double)m->val[b];
		a += x <= y;
		b += y <= x;
	}
	return (float)sum;
}
