/* What all models of ratings begin with.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/model.h"

/* Two users, one item, ratings lo and hi. */
static int
begin(struct mr_model *m, float lo, float hi, int64_t d, struct mr_err *err)
{
	int64_t ptr[] = { 0, 1, 2 };
	int32_t idx[] = { 0, 0 };
	float val[] = { hi, lo };
	struct mr_csr R = { 2, 1, ptr, idx, val };

	return mr_model_begin(m, &R, d, err);
}

static void
parts(void **state)
{
	struct mr_err err = { 0 };
	struct mr_model m;

	(void)state;
	assert_int_equal(begin(&m, 1, 4, 3, &err), MR_OK);
	assert_true(m.mu == 2.5 && m.clip_lo == 1 && m.clip_hi == 4);
	assert_true(m.bu[0] == 0 && m.bu[1] == 0 && m.bi[0] == 0);
	assert_int_equal(m.U.rows, 2);
	assert_int_equal(m.V.rows, 1);
	assert_int_equal(m.U.cols, 3);
	mr_model_free(&m);
	assert_int_equal(begin(&m, 2, 2, 0, &err), MR_OK);
	assert_null(m.U.a);
	mr_model_free(&m);
}

static void
range(void **state)
{
	const struct {
		float lo, hi;
		int want;
	} tried[] = { { 1, 5, MR_OK }, { -1e36f, 1e36f, MR_OK },
	    { -3e38f, 3e38f, MR_ENUMERIC }, { 3.3e38f, 3.4e38f, MR_ENUMERIC },
	    { -2e37f, -1.9e37f, MR_ENUMERIC } };

	(void)state;
	for (size_t k = 0; k < sizeof tried / sizeof *tried; k++) {
		struct mr_err err = { 0 };
		struct mr_model m;

		assert_int_equal(begin(&m, tried[k].lo, tried[k].hi, 1, &err),
		    tried[k].want);
		if (tried[k].want)
			assert_non_null(strstr(err.msg, "scale them down"));
		mr_model_free(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
