/* What the models trained by stochastic gradient descent share: ratings in
 * blocks for several cores, and padded factors.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_SGD_H
#define MR_MODEL_SGD_H

#include "model/kind.h"

struct mr_sgd_opt {
	int64_t d;		/* rank */
	int64_t sweeps;
	double learning_rate, lambda;
};

/* The parameters, with defaults for rank and learning rate. */
#define MR_SGD_PARAMS(rank, rate) { \
	{ MR_RANK_ROW(struct mr_sgd_opt, rank) }, \
	{ MR_SWEEPS_ROW(struct mr_sgd_opt, 20) }, \
	{ MR_RATE_ROW(struct mr_sgd_opt, rate) }, \
	{ MR_LAMBDA_ROW(struct mr_sgd_opt, 0.02) }, \
	{ .name = NULL } \
}

/*
 * The ratings cut into b x b blocks by users and items, about as many in
 * every strip; b depends on their number alone.  The b blocks
 * (a, (a + s) mod b) of diagonal s share no user and no item, so they may be
 * worked on at once and in any order without changing a bit.
 *
 * Gemulla, Nijkamp, Haas & Sismanis, "Large-scale matrix factorization with
 * distributed stochastic gradient descent", KDD 2011.
 */
struct mr_sgd_blocks {
	int b;
	int64_t *start;		/* [b * b + 1]: block (a, c) at a * b + c */
	struct mr_sgd_rating {
		int32_t user, item;
		float r;	/* mu taken off */
	} *t;			/* [nnz], by block, user, item */
};

#define MR_SGD_BLOCKS_MAX 16
/* mr_sgd_blocks_for - b, of so many ratings. */
int mr_sgd_blocks_for(int64_t nnz);
/* mr_sgd_blocks_new - O(nnz); 12 bytes a rating, freed by _free. */
int mr_sgd_blocks_new(struct mr_sgd_blocks *s, const struct mr_csr *R,
    double mu, struct mr_err *err) MR_CHECKED;
void mr_sgd_blocks_free(struct mr_sgd_blocks *s);

/* Rows of d floats with zeros behind them up to a multiple of 16. */
struct mr_sgd_rows {
	int64_t rows, d, stride;
	float *a;		/* [rows * stride] */
	bool borrowed;		/* the matrix's own array */
};

/* mr_sgd_rows_of - padded rows for the zero matrix x, its own array where d
 * is a multiple of 16. */
int mr_sgd_rows_of(struct mr_sgd_rows *r, const struct mr_mat *x,
    struct mr_err *err) MR_CHECKED;
/* mr_sgd_rows_draw - N(0, sd^2) for row i with ratings in R, a function of
 * seed, side (0 to 3) and i; the other rows stay zero. */
void mr_sgd_rows_draw(const struct mr_sgd_rows *r, const struct mr_csr *R,
    double sd, uint64_t seed, int side, int threads);
/* mr_sgd_start - what job->start has of U, V and the biases of m. */
void mr_sgd_start(const struct mr_sgd_rows *U, const struct mr_sgd_rows *V,
    const struct mr_model *m, const struct mr_train *job);
/* mr_sgd_rows_put - to x, and free them. */
void mr_sgd_rows_put(struct mr_sgd_rows *r, const struct mr_mat *x);

/* mr_sgd_fold - as many steps as in training. */
void mr_sgd_fold(struct mr_fold *rule, const void *opt);

#endif
