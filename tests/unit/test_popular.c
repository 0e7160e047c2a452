/* Numbers of ratings against a plain count.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/popular.h"
#include "planted_build.h"

static void
scores_are_counts(void **state)
{
	struct mr_model m;
	struct mr_train job;
	struct rated d;

	(void)state;
	rated_new(&d, 40, 30, planted);
	job = job_of(&d);
	train_by(mr_popular_train, &m, &job, NULL);
	for (int i = 0; i < 30; i++)
		assert_true(m.bi[i] ==
		    (float)(d.Rt.ptr[i + 1] - d.Rt.ptr[i]));
	assert_true(m.bi[5] == 0);
	assert_true(m.mu == 0 && !m.bu && m.U.cols == 0 && m.V.cols == 0);
	assert_true(m.clip_lo > m.clip_hi);
	mr_model_free(&m);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_are_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
