/* Ratings in two parts: who is in which, and by which numbers.
 * SPDX-License-Identifier: MIT */
#include "engine/holdout.h"

#include "loaded_build.h"

static const char few[] = "user\titem\trating\ttime\n"
    "ann\tjaws\t4.1\t10\nann\theat\t2\t20\nbob\tjaws\t3\t30\n"
    "bob\tran\t5\t40\ncat\tran\t1\t50\ncat\tjaws\t2.2\t60\n";

static int32_t
number(const struct mr_ids *ids, const char *name)
{
	return mr_ids_find(ids, mr_slice_of(name));
}

/* The rating of a pair in R, or in T before it became a float; -1: none. */
static double
at(const struct mr_csr *R, const double *exact, int32_t u, int32_t i)
{
	for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
		if (R->idx[k] == i)
			return exact ? exact[k] : (double)R->val[k];
	return -1;
}

static double
in_train(const struct mr_holdout *h, const char *user, const char *item)
{
	return at(&h->train->R, NULL, number(&h->train->users, user),
	    number(&h->train->items, item));
}

static double
in_test(const struct mr_holdout *h, const char *user, const char *item)
{
	return at(h->T, h->rating, number(h->users, user),
	    number(h->items, item));
}

/* The numbers of both sides belong to the same names. */
static void
numbers_agree(const struct mr_holdout *h)
{
	for (int32_t u = 0; u < h->users->n; u++)
		assert_int_equal(h->user[u], mr_ids_find(&h->train->users,
		    mr_ids_get(h->users, u)));
	for (int32_t i = 0; i < h->items->n; i++)
		assert_int_equal(h->item[i], mr_ids_find(&h->train->items,
		    mr_ids_get(h->items, i)));
	for (int32_t i = 0; i < h->train->items.n; i++)
		assert_int_equal(h->back[i], mr_ids_find(h->items,
		    mr_ids_get(&h->train->items, i)));
}

/* jaws by ann and by cat are the test set: 0 and 4 in the order of R. */
static void
a_part_is_held_out(void **state)
{
	static const unsigned char part[] = { 7, 1, 2, 1, 7, 1 };
	static const double times[] = { 20, 30, 40, 50 };
	struct mr_ratings all;
	struct mr_holdout h;
	struct mr_err err = { 0 };

	(void)state;
	load_text(&all, few, strlen(few), MR_KEEP_EXACT | MR_KEEP_TIMES);
	assert_int_equal(mr_holdout_of_part(&h, &all, part, 7, NULL, &err),
	    MR_OK);
	numbers_agree(&h);
	assert_int_equal(mr_csr_nnz(h.T), 2);
	assert_int_equal(mr_csr_nnz(&h.train->R), 4);
	assert_true(in_test(&h, "ann", "jaws") == 4.1);
	assert_true(in_test(&h, "cat", "jaws") == 2.2);
	assert_true(in_train(&h, "ann", "heat") == 2);
	assert_true(in_train(&h, "bob", "jaws") == 3);
	assert_true(in_train(&h, "ann", "jaws") == -1);
	/* Times go with their ratings. */
	for (int64_t k = 0; k < 4; k++)
		assert_true(h.train->time[k] == times[k]);
	mr_holdout_free(&h);
	assert_null(h.train);
	mr_holdout_free(&h);
	mr_ratings_free(&all);
}

/* Whose ratings are all held out is nobody in train, of whom none counts is
 * nowhere, and what is out is in neither part. */
static void
who_is_left_out(void **state)
{
	static const unsigned char part[] = { 1, 1, 0, MR_PART_OUT, 1, 0 };
	static const bool users[] = { true, true, false };
	struct mr_ratings all;
	struct mr_holdout h;
	struct mr_err err = { 0 };

	(void)state;
	load_text(&all, few, strlen(few), 0);
	assert_int_equal(mr_holdout_of_part(&h, &all, part, 1, users, &err),
	    MR_OK);
	numbers_agree(&h);
	assert_int_equal(h.train->users.n, 1);
	assert_int_equal(h.train->items.n, 1);
	assert_int_equal(h.user[number(h.users, "ann")], -1);
	assert_int_equal(h.item[number(h.items, "ran")], -1);
	assert_int_equal(mr_csr_nnz(h.T), 2);
	assert_int_equal(mr_csr_nnz(&h.train->R), 1);
	assert_true(in_train(&h, "bob", "jaws") == 3);
	/* Loaded without exact ratings they are floats. */
	assert_true(in_test(&h, "ann", "jaws") == (double)4.1f);
	assert_null(h.train->time);
	mr_holdout_free(&h);
	mr_ratings_free(&all);
}

static void
a_test_set_of_its_own(void **state)
{
	static const char other[] = "user\titem\trating\n"
	    "dan\tran\t1\ncat\theat\t3.3\n";
	struct mr_ratings all, test;
	struct mr_holdout h;
	struct mr_err err = { 0 };

	(void)state;
	load_text(&all, few, strlen(few), MR_KEEP_EXACT);
	load_text(&test, other, strlen(other), MR_KEEP_EXACT);
	assert_int_equal(mr_holdout_of_test(&h, &all, &test, &err), MR_OK);
	numbers_agree(&h);
	assert_ptr_equal(h.train, &all);
	assert_int_equal(h.user[number(h.users, "dan")], -1);
	assert_true(in_test(&h, "cat", "heat") == 3.3);
	mr_holdout_free(&h);
	/* Both were borrowed. */
	assert_int_equal(mr_csr_nnz(&all.R), 6);
	assert_int_equal(mr_csr_nnz(&test.R), 2);
	mr_ratings_free(&all);
	mr_ratings_free(&test);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_is_held_out),
		cmocka_unit_test(who_is_left_out),
		cmocka_unit_test(a_test_set_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
