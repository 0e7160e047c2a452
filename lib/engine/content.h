/* What a film's text says: vectors of the items of a model.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_CONTENT_H
#define MR_ENGINE_CONTENT_H

#include "data/ids.h"
#include "model/users.h"
#include "vector/index.h"

#define MR_CONTENT_NEAREST 5	/* films of his that a film is compared with */
#define MR_CONTENT_FLOATS (1 << 20)	/* numbers of users done together */

/* Only read once open, by any number of threads; all zero is empty; freed by
 * mr_content_free. */
struct mr_content {
	int64_t n_items, d;
	float *unit;		/* [n_items * d] of length 1; 0: no vector */
	float *packed;		/* the same as a product's right side */
	struct mr_csr rows, by_term;	/* in their place where vectors are
					 * sparse: n_items x terms, and back */
	bool *has;		/* [n_items] is there a vector that is not 0? */
	int64_t n_has;
};

/*
 * mr_content_open - E, all of a matrix, whose rows are called names, by the
 * numbers of items.  E may go afterwards.  Memory 8 n_items d bytes; of sparse
 * rows 16 for each value of theirs.  MR_ENOMEM.
 */
int mr_content_open(struct mr_content *c, const struct mr_rows *E,
    const struct mr_ids *names, const struct mr_ids *items,
    struct mr_err *err) MR_CHECKED;
void mr_content_free(struct mr_content *c);
/* mr_content_work - floats that a call of mr_content_near works with. */
size_t mr_content_work(const struct mr_content *c);
/* mr_content_together - how many of the m users u, m > 0, mr_content_near does
 * at once: one at least, more where they have few ratings; that many times
 * n_items is MR_CONTENT_FLOATS at most, or one user. */
int64_t mr_content_together(const struct mr_content *c,
    const struct mr_user *u, int64_t m);
/*
 * mr_content_near - how near each item is to what somebody has rated:
 *
 *   near[i] = mean of the MR_CONTENT_NEAREST largest of cos(E[i], E[j]),
 *
 * j the rated items with a vector (fewer: of them all; i itself is not left
 * out), 0 where i has no vector, or none of them has.  A user's has the same
 * bits whoever is done with him.
 *
 * u     [m] users, one, or at most as many as mr_content_together says
 * near  [m * n_items] (out); work [mr_content_work(c)]
 *
 * Time 2 n n_items d flops for n rated items, the vectors being read once for
 * each 42 of them; of sparse rows n n_items and the values of their terms.
 * The largest few did better than the mean vector of all he rated.
 */
void mr_content_near(const struct mr_content *c, const struct mr_user *u,
    int64_t m, float *near, float *work);
/* mr_content_alike - the rated items that near[item] is the mean of: cosines,
 * with the bits they have there, and items, the largest first, to hit
 * [MR_CONTENT_NEAREST] (out); returns how many, 0 where item has no vector.
 * Work as above; time 64 n d flops for n rated items, or the values of sparse
 * rows. */
int64_t mr_content_alike(const struct mr_content *c,
    const struct mr_rated *x, int32_t item, struct mr_hit *hit, float *work);
/* mr_content_cosine - of items i and j, 0 where one has no vector. */
float mr_content_cosine(const struct mr_content *c, int32_t i, int32_t j);

#endif
