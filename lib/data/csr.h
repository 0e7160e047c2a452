/* A sparse matrix by rows, and the list of triples it is made from.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_CSR_H
#define MR_DATA_CSR_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * Row u holds idx[ptr[u] .. ptr[u+1]), rising columns, and val beside them.
 *
 *   ptr  0    2         5  5     nnz      [rows + 1]
 *   idx  3 9  0 4 7              ...      [nnz]
 *
 * Owned arrays, freed by mr_csr_free; all zero is 0 x 0.
 */
struct mr_csr {
	int64_t rows, cols;
	int64_t *ptr;
	int32_t *idx;
	float *val;
};

static inline int64_t
mr_csr_nnz(const struct mr_csr *m)
{
	return m->ptr ? m->ptr[m->rows] : 0;
}

/* Triples as they are read; all zero is empty. */
struct mr_coo {
	struct mr_triple {
		int32_t row, col;
		float val;
	} *t;
	size_t n, cap;
	double *time;		/* [n], NAN: none; NULL: none at all */
	double *exact;		/* [n] of which val is the nearest float; NULL:
				 * val is enough */
	size_t time_cap, exact_cap;
};

int mr_coo_add(struct mr_coo *c, int32_t row, int32_t col, float val,
    struct mr_err *err) MR_CHECKED;
/* mr_coo_time - the time of the triple added last; NAN: none.  To be told of
 * every triple, or of none. */
int mr_coo_time(struct mr_coo *c, double time, struct mr_err *err)
    MR_CHECKED;
/* mr_coo_exact - the value of the triple added last, as it was before it became
 * a float.  To be told of every triple, or of none. */
int mr_coo_exact(struct mr_coo *c, double value, struct mr_err *err)
    MR_CHECKED;
void mr_coo_free(struct mr_coo *c);

/*
 * mr_csr_from_coo - the triples by row, then column; of equal pairs the latest
 * stays, of equal times or none the last added, and *n_repeated counts the
 * others.  c->time and c->exact, where they are, become [nnz] as m->val (out).
 * Every row < rows and col < cols (asserted).  O(nnz + rows + cols) by two
 * stable counting passes; 12 bytes a triple beside the result, and 8 more for
 * each of times and exact values.
 */
int mr_csr_from_coo(struct mr_csr *m, struct mr_coo *c, int64_t rows,
    int64_t cols, int64_t *n_repeated, struct mr_err *err) MR_CHECKED;
/* mr_csr_transpose - t = m', rising columns in every row.  8 bytes a row of m
 * while it is made. */
int mr_csr_transpose(struct mr_csr *t, const struct mr_csr *m,
    struct mr_err *err) MR_CHECKED;
/* mr_csr_pack - number the columns by those that occur, of which a few bytes
 * can claim any number: *column [m->cols] (out, the caller's to free) are the
 * old ones, rising.  O(nnz + cols / 64), or O(nnz log nnz) where the columns
 * are 64 times the entries or more. */
int mr_csr_pack(struct mr_csr *m, int32_t **column, struct mr_err *err)
    MR_CHECKED;
/* mr_csr_place - the place of column c among n of them, rising, or -1. */
int64_t mr_csr_place(const int32_t *column, int64_t n, int32_t c);
void mr_csr_free(struct mr_csr *m);

#endif
