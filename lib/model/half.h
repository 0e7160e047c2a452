/* One side of a model learnt by halves of sweeps: some of its rows, wherever
 * the others are.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_HALF_H
#define MR_MODEL_HALF_H

#include "core/report.h"
#include "data/csr.h"
#include "data/mat.h"
#include "math/blas.h"
#include "model/names.h"

/*
 * Rows first, first + 1 .. of the users or of the items, the other side being
 * fixed.  Each row's solution depends on its own entries, on the fixed rows
 * that these name and on what is of all fixed rows, so that rows solved apart
 * have the bits of those solved together.  All borrowed.
 */
struct mr_half {
	bool items;		/* the rows are items, else users */
	const struct mr_csr *R;	/* their ratings; columns are fixed's rows */
	int64_t first;
	int64_t n_rows, n_fixed;	/* of each side in all */
	double mu;		/* mean of all ratings */
	/* Factors and biases of the fixed rows that R has entries for; the
	 * former are turned where turns is. */
	struct mr_mat *fixed;
	const float *fixed_bias;
	/* Where turns is: Y'Y of all fixed rows; of all rows of this side,
	 * when they were fixed last, NULL: they never were.  [d * d] */
	const double *gram, *turned;
	struct mr_mat *rows;	/* where turns is in: the last solutions; out */
	float *bias;		/* (out) */
	const struct mr_ids *names;	/* of the rows; NULL: by number */
	const struct mr_blas *blas;
	struct mr_report *report;
	uint64_t seed;
	int threads;
};

/* What a kind that can be learnt so has to say. */
struct mr_half_kind {
	bool biased;		/* has biases */
	bool turns;		/* wants gram, turned and the last rows */
	/* Columns of rows and fixed: d, and zeros behind. */
	int64_t (*width)(int64_t d);
	/* The items' rows before the first sweep; fixed is not looked at. */
	int (*start)(const struct mr_half *h, const void *opt,
	    struct mr_err *err);
	/* Errors as the kind's train. */
	int (*solve)(const struct mr_half *h, const void *opt,
	    struct mr_err *err);
	/* Where turns is: rows as the last step of the other side, by turned,
	 * left them. */
	int (*turn)(const struct mr_half *h, const void *opt,
	    struct mr_err *err);
};

#endif
