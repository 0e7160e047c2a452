/* A number for every two rows of a sparse matrix that share columns: how
 * alike they are, or how far apart.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_SIMILARITY_H
#define MR_MODEL_SIMILARITY_H

#include "core/err.h"
#include "data/csr.h"

enum mr_similarity {
	MR_SIMILARITY_COSINE, MR_SIMILARITY_MSD, MR_SIMILARITY_PEARSON,
	MR_SIMILARITY_PEARSON_SHRUNK, MR_SIMILARITY_DEVIATION
};

/* All but DEVIATION, in their order; NULL at the end. */
extern const char *const mr_similarity_words[];

struct mr_similarity_opt {
	int kind;		/* enum mr_similarity */
	int64_t min_support;	/* n below it: no entry */
	double shrinkage;	/* >= 0, of PEARSON_SHRUNK alone */
	int threads;
};

/*
 * mr_similarity_build - S over the rows of X; a and b are the values of rows x
 * and x' in the n columns that both have, all sums run over those:
 *
 *   cosine          sum ab / sqrt(sum aa . sum bb)
 *   msd             1 / (1 + sum (a - b)^2 / n)
 *   pearson         (n sum ab - sum a sum b) /
 *                   sqrt((n sum aa - (sum a)^2)(n sum bb - (sum b)^2))
 *   pearson shrunk  cosine . (n - 1) / (n - 1 + shrinkage), n at least 2: of
 *                   values from which a baseline was taken
 *   deviation       sum (a - b) / n
 *
 * A denominator of 0 (pearson: a variance that is rounding alone) is a
 * similarity of 0.  S keeps the similarities above 0 and all deviations; a
 * row and itself are no pair.  s(x, x') and s(x', x) are the same bits, for a
 * deviation but for the sign.
 *
 * X    n x m, only its columns are read                         borrowed
 * Y    its transpose; val [nnz] the values, in the order of Y   borrowed
 * S    (out) n x n; freed by mr_csr_free
 *
 * Sums are in double, over rising columns: the result does not depend on
 * threads.  Of integers and halves they are exact: then the numbering of rows
 * and columns does not matter either.  Of other values it may change the last
 * bit of an entry, and with it which of two equal ones is larger.  Returns
 * MR_OK or MR_ENOMEM.  Time: for every column the square of its entries,
 * halved.  Memory: S is 8 bytes for each entry (two to a pair), half as much
 * again while it is built, 8 nnz, and for each thread at most 49 n bytes.
 */
int mr_similarity_build(struct mr_csr *S, const struct mr_csr *X,
    const struct mr_csr *Y, const double *val,
    const struct mr_similarity_opt *o, struct mr_err *err) MR_CHECKED;

/* Memory of mr_similarity_row: all zero before and after a call. */
struct mr_similarity_work {
	double *sum;		/* [rows * MR_SIMILARITY_SUMS] */
	char *seen;		/* [rows] */
};

#define MR_SIMILARITY_SUMS 6

/*
 * mr_similarity_row - what a row of S is when x, n values of columns col, is
 * one more row of X: to idx and weight [rows of X] (out), rising; returns how
 * many there are.
 *
 * Y, val  as in mr_similarity_build
 * not     a row of X that is left out, -1: none
 */
int64_t mr_similarity_row(const struct mr_csr *Y, const double *val,
    const struct mr_similarity_opt *o, const int32_t *col, const double *x,
    int64_t n, int64_t not, struct mr_similarity_work *w, int32_t *idx,
    float *weight);

#endif
