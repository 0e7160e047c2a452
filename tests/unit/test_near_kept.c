/* Neighbours of films are kept as they were first found.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/par.h"
#include "tool/serve/near_kept.h"

#define FILMS 50

static void
first_stays(void **state)
{
	struct mr_near_list one = { .n = 1, .hit = { { 0.5F, 3 } } };
	struct mr_near_list two = { .n = 2, .weights = true, .hit = {
	    { 0.25F, 7 }, { 0.125F, 8 } } };
	const struct mr_near_list *got;
	struct mr_near_kept *k;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_near_kept_new(&k, FILMS, &err), MR_OK);
	assert_null(mr_near_kept_get(k, MR_NEAR_ALIKE, 0));
	mr_near_kept_put(k, MR_NEAR_ALIKE, FILMS - 1, &one);
	mr_near_kept_put(k, MR_NEAR_LIKED, 0, &two);
	mr_near_kept_put(k, MR_NEAR_ALIKE, FILMS - 1, &two);
	got = mr_near_kept_get(k, MR_NEAR_ALIKE, FILMS - 1);
	assert_int_equal(got->n, 1);
	assert_false(got->weights);
	assert_int_equal(got->hit[0].row, 3);
	got = mr_near_kept_get(k, MR_NEAR_LIKED, 0);
	assert_int_equal(got->n, 2);
	assert_true(got->weights);
	assert_int_equal(got->hit[1].row, 8);
	assert_null(mr_near_kept_get(k, MR_NEAR_LIKED, FILMS - 1));
	mr_near_kept_free(k);
	mr_near_kept_free(NULL);
}

struct many {
	struct mr_near_kept *k;
	_Atomic int bad;
};

static void
put_one(void *ctx, int64_t task, int worker)
{
	struct mr_near_list list = { .n = 1, .hit = { { 1, worker } } };
	struct many *m = ctx;
	int32_t film = (int32_t)(task % FILMS);
	const struct mr_near_list *first;

	mr_near_kept_put(m->k, MR_NEAR_LIKED, film, &list);
	first = mr_near_kept_get(m->k, MR_NEAR_LIKED, film);
	list.hit[0].row = -1;
	mr_near_kept_put(m->k, MR_NEAR_LIKED, film, &list);
	if (first != mr_near_kept_get(m->k, MR_NEAR_LIKED, film) ||
	    first->hit[0].row < 0)
		m->bad++;
}

static void
from_any_thread(void **state)
{
	struct many m = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_near_kept_new(&m.k, FILMS, &err), MR_OK);
	mr_par_run(8, 100L * FILMS, put_one, &m);
	assert_int_equal(m.bad, 0);
	mr_near_kept_free(m.k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_stays),
		cmocka_unit_test(from_any_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
