/* Lists of users against ratings: those they should have met, and those that
 * were known before.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_LISTS_H
#define MR_EVAL_LISTS_H

#include "data/csr.h"
#include "eval/measures.h"

/* List l has item[ptr[l]] .. item[ptr[l + 1] - 1], best first.  Borrowed. */
struct mr_lists {
	int64_t n;
	const int64_t *ptr;
	const int32_t *item;
};

/* mr_lists_first - how many of the first k items list l has (below 0: of no
 * list), and, where it is not 0, which. */
static inline int64_t
mr_lists_first(const struct mr_lists *x, int32_t l, int64_t k,
    const int32_t **item)
{
	int64_t n = l < 0 ? 0 : x->ptr[l + 1] - x->ptr[l];

	*item = n ? x->item + x->ptr[l] : NULL;
	return n < k ? n : k;
}

/* A test set, and what is asked of lists.  Borrowed. */
struct mr_lists_test {
	const struct mr_csr *T;		/* users x items */
	const double *rating;		/* [nnz] of T, in place of its values */
	double relevant;		/* ratings of less are not */
	const int64_t *k;		/* [n_k] cut-offs */
	int n_k;
	int64_t k_max;
	const int *measure;		/* [n_measures] of mr_eval_measure */
	int n_measures;
	const unsigned char *users;	/* [T->rows] 0: does not count */
	const unsigned char *items;	/* [T->cols] 0: is not relevant; NULL,
					 * either: all */
	bool both;			/* of two systems, only users who have
					 * both lists count */
};

/* One system's lists as the test set numbers users and items, -1: not there.
 * Borrowed. */
struct mr_lists_side {
	struct mr_lists l;
	const int32_t *item;		/* of an item of l the number in T */
	const int32_t *list;		/* [T->rows] of a user his list */
};

struct mr_lists_facts {
	int64_t n_users;	/* with something relevant */
	int64_t without[2];	/* of them without a list of a, of b */
	int64_t left_out;	/* of them, for being without one of two */
	bool hit[2];		/* is there one in any list of a, of b? */
};

/*
 * mr_lists_rank - rows of t: the users of the test set with something
 * relevant, and with test->both and b only those who have both lists; columns
 * and statistics: the measures of ranking.h that test has, for each cut-off in
 * turn.
 * A user without a list counts as zero.  t is made here.
 */
int mr_lists_rank(struct mr_measures *t, const struct mr_lists_test *test,
    const struct mr_lists_side *a, const struct mr_lists_side *b,
    struct mr_lists_facts *facts, struct mr_err *err) MR_CHECKED;

/*
 * mr_lists_drop - entries that their user rated in R go out; ptr[n + 1] and
 * item change in place.
 *
 * user     [n] of a list the row of R, -1: none
 * in_R     of an item the column of R, -1: none
 * dropped  (out) how many went; unknown (out) how many R has no column for
 */
int mr_lists_drop(int64_t *ptr, int32_t *item, int64_t n,
    const int32_t *user, const int32_t *in_R, const struct mr_csr *R,
    int64_t *dropped, int64_t *unknown, struct mr_err *err) MR_CHECKED;

/*
 * mr_lists_keep - entries of T whose row and column both have a number, of
 * user [T->rows] and item [T->cols], stay, with theirs of rating [nnz]; -1:
 * none.  Rows and columns stay.  Returns how many went.
 */
int64_t mr_lists_keep(struct mr_csr *T, double *rating, const int32_t *user,
    const int32_t *item);

/* Pairs of a test set that are in the training set: how many, and of the
 * first the numbers in the test set. */
struct mr_leak {
	int64_t n;
	int32_t user, item;
};
/* mr_leak_find - user, item: of T's rows and columns the numbers in R, -1:
 * none. */
int mr_leak_find(struct mr_leak *leak, const struct mr_csr *T,
    const struct mr_csr *R, const int32_t *user, const int32_t *item,
    struct mr_err *err) MR_CHECKED;

#endif
