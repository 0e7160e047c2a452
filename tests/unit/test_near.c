/* The neighbourhood term against two plain loops, for pairs and lists.
 * SPDX-License-Identifier: MIT */
#include "near_build.h"

#include "model/near.h"

#define USERS 23
#define ITEMS 31

/* Every pair of c, as a pair and in a list. */
static int
compare(const struct near_case *c)
{
	struct mr_near_eval pairs, lists;
	struct mr_near_work wp, wl;
	struct mr_err err = { 0 };
	double N[ITEMS];
	int n_zero = 0;

	assert_int_equal(mr_near_open(&pairs, &c->m, &c->R, ITEMS,
	    c->rank, &err), MR_OK);
	assert_int_equal(mr_near_open_lists(&lists, &c->m, &c->R,
	    ITEMS, c->rank, &err), MR_OK);
	assert_int_equal(mr_near_work_new(&wp, &pairs, &err), MR_OK);
	assert_int_equal(mr_near_work_new(&wl, &lists, &err), MR_OK);
	for (int u = 0; u < USERS; u++) {
		int64_t from = c->R.ptr[u];
		struct mr_user user = {
		    .bu = c->m.bu ? (double)c->m.bu[u] : 0, .number = u,
		    .rated = { c->R.idx + from, c->R.val + from,
		    c->R.ptr[u + 1] - from } };

		mr_near_begin(&pairs, &wp, &user);
		mr_near_begin(&lists, &wl, &user);
		mr_near_all(&lists, &wl, N);
		for (int i = 0; i < ITEMS; i++) {
			double want = near_naive(c, u, i);

			if (fabs(N[i] - want) > 1e-11 * (1 + fabs(want)))
				fail_msg("%d %d: %.17g, expected %.17g", u, i,
				    N[i], want);
			assert_true(mr_near_pair(&pairs, &wp, i) == N[i]);
			n_zero += want == 0;
		}
		mr_near_end(&pairs, &wp);
		mr_near_end(&lists, &wl);
	}
	mr_near_work_free(&wp);
	mr_near_work_free(&wl);
	mr_near_close(&pairs);
	mr_near_close(&lists);
	return n_zero;
}

static void
as_two_loops_say(void **state)
{
	static const int64_t ks[] = { 0, 1, 7, 40 }, mins[] = { 0, 1, 4 };
	uint64_t seed = 0;

	(void)state;
	for (int axis = MR_NEAR_ITEM; axis <= MR_NEAR_USER; axis++)
		for (int parts = 0; parts < 16; parts++) {
			struct near_case c = near_make(++seed, axis, parts,
			    USERS, ITEMS);

			near_ties(&c, seed % 2);
			for (int norm = MR_NORM_NONE; norm <= MR_NORM_COUNT;
			    norm++)
				for (int k = 0; k < 12; k++) {
					int n_zero;

					c.m.near.norm = norm;
					c.m.near.k = ks[k % 4];
					c.m.near.min = mins[k / 4];
					n_zero = compare(&c);
					/* The empty row and column, but not
					 * everything. */
					assert_true(n_zero >= USERS + ITEMS -
					    1);
					if (ks[k % 4] == 0 || ks[k % 4] >=
					    mins[k / 4])
						assert_true(n_zero < USERS *
						    ITEMS - 99);
				}
			near_free(&c);
		}
}

/* Of equal weights those first in the order of ties are taken. */
static void
ties(void **state)
{
	/* Item 3 is near items 0, 1 and 2; the user rated 1, 2 and 4. */
	struct mr_csr S = { 5, 5, (int64_t[]){ 0, 0, 0, 0, 3, 3 },
	    (int32_t[]){ 0, 1, 2 }, (float[]){ 1, 1, 1 } };
	const struct mr_model m = { .near = { .axis = MR_NEAR_ITEM, .k = 1,
	    .norm = MR_NORM_SUM, .S = S } };
	const struct mr_user user = { .number = -1, .rated = {
	    (int32_t[]){ 1, 2, 4 }, (float[]){ 5, 7, 9 }, 3 } };
	struct mr_near_eval e;
	struct mr_near_work w;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_near_open(&e, &m, NULL, 5, NULL, &err), MR_OK);
	assert_int_equal(mr_near_work_new(&w, &e, &err), MR_OK);
	mr_near_begin(&e, &w, &user);
	assert_true(mr_near_pair(&e, &w, 3) == 5);
	assert_true(mr_near_pair(&e, &w, 2) == 0);
	mr_near_end(&e, &w);
	mr_near_close(&e);
	assert_int_equal(mr_near_open(&e, &m, NULL, 5,
	    (int32_t[]){ 0, 4, 2, 3, 1 }, &err), MR_OK);
	mr_near_begin(&e, &w, &user);
	assert_true(mr_near_pair(&e, &w, 3) == 7);
	mr_near_end(&e, &w);
	/* The next user starts afresh; he rated nothing. */
	mr_near_begin(&e, &w, &(struct mr_user){ 0 });
	assert_true(mr_near_pair(&e, &w, 3) == 0);
	mr_near_end(&e, &w);
	mr_near_work_free(&w);
	mr_near_close(&e);
}

/* Columns of which all numbers, or all but some, are there, as of ease: whole
 * runs are added at once. */
static void
dense_columns(void **state)
{
	enum { ALL = 700 };
	static int64_t ptr[ALL + 1];
	static int32_t idx[ALL * 4];
	static float val[ALL * 4];
	int32_t rated[] = { 0, 1, 2, 3 };
	float given[] = { 5, 1, 2, 4 };
	const struct mr_user user = { .number = -1,
	    .rated = { rated, given, 4 } };
	struct mr_model m = { .mu = 3, .near = { .axis = MR_NEAR_ITEM,
	    .norm = MR_NORM_NONE } };
	struct mr_near_eval e, pairs;
	struct mr_near_work w, wp;
	struct mr_err err = { 0 };
	static double N[ALL];

	(void)state;
	for (int32_t i = 0; i < ALL; i++) {
		int64_t at = ptr[i];

		for (int32_t j = 0; j < 4; j++)
			if (i != j && (j != 2 || i % 300 != 7) && (j != 3 ||
			    i % 2)) {
				idx[at] = j;
				val[at++] = (float)mr_rng_normal(3,
				    (uint64_t)i, (uint64_t)j);
			}
		ptr[i + 1] = at;
	}
	m.near.S = (struct mr_csr){ ALL, ALL, ptr, idx, val };
	assert_int_equal(mr_near_open_lists(&e, &m, NULL, ALL, NULL, &err),
	    MR_OK);
	assert_int_equal(mr_near_open(&pairs, &m, NULL, ALL, NULL, &err),
	    MR_OK);
	assert_int_equal(mr_near_work_new(&w, &e, &err), MR_OK);
	assert_int_equal(mr_near_work_new(&wp, &pairs, &err), MR_OK);
	mr_near_begin(&e, &w, &user);
	mr_near_begin(&pairs, &wp, &user);
	mr_near_all(&e, &w, N);
	for (int32_t i = 0; i < ALL; i++) {
		double want = 0;

		for (int64_t k = ptr[i]; k < ptr[i + 1]; k++)
			want += (double)val[k] * ((double)given[idx[k]] - 3);
		assert_true(N[i] == want);
		assert_true(mr_near_pair(&pairs, &wp, i) == want);
	}
	mr_near_end(&e, &w);
	mr_near_end(&pairs, &wp);
	mr_near_work_free(&w);
	mr_near_work_free(&wp);
	mr_near_close(&e);
	mr_near_close(&pairs);
}

static void
no_such_term(void **state)
{
	const struct mr_model m = { .mu = 3 };
	struct mr_near_eval e;
	struct mr_near_work w;
	struct mr_err err = { 0 };
	double N[2] = { 7, 7 };

	(void)state;
	assert_int_equal(mr_near_open_lists(&e, &m, NULL, 2, NULL, &err),
	    MR_OK);
	assert_int_equal(mr_near_work_new(&w, &e, &err), MR_OK);
	mr_near_begin(&e, &w, &(struct mr_user){ 0 });
	mr_near_all(&e, &w, N);
	assert_true(N[0] == 0 && N[1] == 0);
	assert_true(mr_near_pair(&e, &w, 1) == 0);
	mr_near_end(&e, &w);
	mr_near_work_free(&w);
	mr_near_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_two_loops_say),
		cmocka_unit_test(ties),
		cmocka_unit_test(dense_columns),
		cmocka_unit_test(no_such_term),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
