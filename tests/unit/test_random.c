/* The model that guesses.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>

#include <cmocka.h>

#include "model/random.h"
#include "train_build.h"

static void
mean_and_spread_of_the_ratings(void **state)
{
	const struct mr_csr R = { 3, 2, (int64_t[]){ 0, 2, 2, 4 },
	    (int32_t[]){ 0, 1, 0, 1 }, (float[]){ 1, 4, 5, 4 } };
	struct mr_train job = job_on(&R, NULL);
	struct mr_model m;

	(void)state;
	job.seed = 9;
	train_by(mr_random_train, &m, &job, NULL);
	/* mean 3.5; squares 6.25 + .25 + 2.25 + .25 = 9, by 4 */
	assert_true(m.mu == 3.5 && m.noise == 1.5 && m.noise_seed == 9);
	assert_true(m.clip_lo == 1 && m.clip_hi == 5);
	assert_null(m.bu);
	assert_null(m.bi);
	assert_int_equal(m.U.cols + m.V.cols, 0);
	assert_int_equal(m.near.axis, MR_NEAR_NONE);
	mr_model_free(&m);
}

static void
equal_ratings_have_no_spread(void **state)
{
	const struct mr_csr R = { 1, 2, (int64_t[]){ 0, 2 },
	    (int32_t[]){ 0, 1 }, (float[]){ 2, 2 } };
	const struct mr_train job = job_on(&R, NULL);
	struct mr_model m;

	(void)state;
	train_by(mr_random_train, &m, &job, NULL);
	assert_true(m.mu == 2 && m.noise == 0);
	mr_model_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mean_and_spread_of_the_ratings),
		cmocka_unit_test(equal_ratings_have_no_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
