/* Users and items in messages.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "planted_build.h"

#include "model/names.h"

static void
by_name_and_by_number(void **state)
{
	struct mr_ids users = { 0 };
	struct mr_err err = { 0 };
	char text[MR_CALLED], small[8];
	int32_t at;

	(void)state;
	ids_new(&users, 'u', 3);
	mr_names_call(text, sizeof text, "user", &users, 2);
	assert_string_equal(text, "user 'u2'");
	mr_names_call(text, sizeof text, "item", NULL, 2);
	assert_string_equal(text, "item number 3");
	mr_names_call(text, sizeof text, "user", &users, -1);
	assert_string_equal(text, "");
	mr_names_call(small, sizeof small, "user", &users, 2);
	assert_string_equal(small, "user 'u");
	/* The first 40 bytes of a long name. */
	assert_int_equal(mr_ids_add(&users, mr_slice_of("0123456789"
	    "0123456789012345678901234567890123456789"), &at, NULL, &err),
	    MR_OK);
	mr_names_call(text, sizeof text, "user", &users, at);
	assert_string_equal(text, "user '0123456789012345678901234567890123"
	    "456789'");
	mr_ids_free(&users);
}

static void
who_is_to_blame(void **state)
{
	struct mr_ids users = { 0 };
	const struct mr_names n = { &users, NULL };
	static const struct {
		int user, item;
		const char *want;
	} tried[] = { { 1, 1, "user 'u1', item number 2: odd" },
	    { 1, -1, "user 'u1': odd" }, { -1, 0, "item number 1: odd" } };

	(void)state;
	ids_new(&users, 'u', 3);
	for (int i = 0; i < 3; i++) {
		struct mr_err err = { 0 };

		assert_int_equal(mr_names_blame(&n, tried[i].user,
		    tried[i].item, MR_EFORMAT, "odd", &err), MR_EFORMAT);
		assert_string_equal(err.msg, tried[i].want);
	}
	mr_ids_free(&users);
}

/* Users before items, biases before factors of a row. */
static void
first_that_is_not_finite(void **state)
{
	const struct mr_names n = { NULL, NULL };
	struct mr_err err = { 0 };
	struct mr_model m;
	struct rated d;

	(void)state;
	rated_new(&d, 20, 10, planted);
	assert_int_equal(mr_model_begin(&m, &d.R, 2, &err), MR_OK);
	assert_int_equal(mr_names_finite(&n, &m, &d.R, "bad", &err), MR_OK);
	m.bi[7] = NAN;
	assert_int_equal(mr_names_finite(&n, &m, &d.R, "bad", &err),
	    MR_ENUMERIC);
	assert_string_equal(err.msg, "item number 8: bad");
	mr_mat_row(&m.U, 6)[1] = INFINITY;
	m.bu[9] = NAN;
	err = (struct mr_err){ 0 };
	assert_int_equal(mr_names_finite(&n, &m, &d.R, "bad", &err),
	    MR_ENUMERIC);
	assert_string_equal(err.msg, "user number 7: bad");
	mr_model_free(&m);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_name_and_by_number),
		cmocka_unit_test(who_is_to_blame),
		cmocka_unit_test(first_that_is_not_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
