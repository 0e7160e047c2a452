/* Sparse matrices by rows; see csr.h.
 * SPDX-License-Identifier: MIT */
#include "data/csr.h"

#include <assert.h>
#include <stdlib.h>

#include "core/mem.h"

int
mr_coo_add(struct mr_coo *c, int32_t row, int32_t col, float val,
    struct mr_err *err)
{
	int rc = mr_grow(&c->t, &c->cap, c->n + 1, sizeof *c->t, "ratings",
	    err);

	if (rc == MR_OK)
		c->t[c->n++] = (struct mr_triple){ row, col, val };
	return rc;
}

void
mr_coo_free(struct mr_coo *c)
{
	free(c->t);
	*c = (struct mr_coo){ 0 };
}

static int
csr_new(struct mr_csr *m, int64_t rows, int64_t cols, size_t nnz,
    struct mr_err *err)
{
	*m = (struct mr_csr){ .rows = rows, .cols = cols };
	m->ptr = mr_alloc((size_t)rows + 1, sizeof *m->ptr, "rows", err);
	m->idx = m->ptr ? mr_alloc(nnz, sizeof *m->idx, "ratings", err) :
	    NULL;
	m->val = m->idx ? mr_alloc(nnz, sizeof *m->val, "ratings", err) :
	    NULL;
	if (m->val)
		return MR_OK;
	mr_csr_free(m);
	return MR_ENOMEM;
}

void
mr_csr_free(struct mr_csr *m)
{
	free(m->ptr);
	free(m->idx);
	free(m->val);
	*m = (struct mr_csr){ 0 };
}

/* ptr holds counts in [1 ..]; make them starts, shifted so that filling row
 * u through ptr[u + 1]++ leaves ptr as it should be. */
static void
counts_to_starts(int64_t *ptr, int64_t rows)
{
	int64_t sum = 0;

	for (int64_t u = 0; u < rows; u++) {
		int64_t n = ptr[u + 1];

		ptr[u + 1] = sum;
		sum += n;
	}
}

/* Of equal neighbours in a row keep the last; returns how many went. */
static int64_t
drop_repeated(struct mr_csr *m)
{
	int64_t to = 0, from = 0;

	for (int64_t u = 0; u < m->rows; u++) {
		int64_t end = m->ptr[u + 1];

		for (; from < end; from++) {
			if (from + 1 < end && m->idx[from] == m->idx[from + 1])
				continue;
			m->idx[to] = m->idx[from];
			m->val[to++] = m->val[from];
		}
		m->ptr[u + 1] = to;
	}
	return from - to;
}

int
mr_csr_from_coo(struct mr_csr *m, const struct mr_coo *c, int64_t rows,
    int64_t cols, int64_t *n_repeated, struct mr_err *err)
{
	int64_t *start = mr_alloc((size_t)cols + 1, sizeof *start, "columns",
	    err);
	struct mr_triple *by_col = start ?
	    mr_alloc(c->n, sizeof *by_col, "ratings", err) : NULL;
	int rc = by_col ? csr_new(m, rows, cols, c->n, err) : MR_ENOMEM;

	if (rc)
		goto out;
	for (size_t i = 0; i < c->n; i++) {
		assert(c->t[i].row >= 0 && c->t[i].row < rows);
		assert(c->t[i].col >= 0 && c->t[i].col < cols);
		start[c->t[i].col + 1]++;
		m->ptr[c->t[i].row + 1]++;
	}
	counts_to_starts(start, cols);
	for (size_t i = 0; i < c->n; i++)
		by_col[start[c->t[i].col + 1]++] = c->t[i];
	counts_to_starts(m->ptr, rows);
	for (size_t i = 0; i < c->n; i++) {
		int64_t at = m->ptr[by_col[i].row + 1]++;

		m->idx[at] = by_col[i].col;
		m->val[at] = by_col[i].val;
	}
	*n_repeated = drop_repeated(m);
out:
	free(start);
	free(by_col);
	return rc;
}

int
mr_csr_transpose(struct mr_csr *t, const struct mr_csr *m, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(m);
	int rc = csr_new(t, m->cols, m->rows, (size_t)nnz, err);

	if (rc)
		return rc;
	for (int64_t k = 0; k < nnz; k++)
		t->ptr[m->idx[k] + 1]++;
	counts_to_starts(t->ptr, t->rows);
	for (int64_t u = 0; u < m->rows; u++)
		for (int64_t k = m->ptr[u]; k < m->ptr[u + 1]; k++) {
			int64_t at = t->ptr[m->idx[k] + 1]++;

			t->idx[at] = (int32_t)u;
			t->val[at] = m->val[k];
		}
	return MR_OK;
}
