/* What a trainer is given, seen by a kind that does nothing else.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/train.h"

/* The options of the kind: where to put what it sees. */
struct seen {
	struct mr_train job;
	char kernel[64];
	int32_t users_of_first;	/* entries of Rt's first row */
};

static int
look(struct mr_model *m, const struct mr_train *job, const void *opt,
    struct mr_err *err)
{
	struct seen *s = *(struct seen *const *)opt;

	*m = (struct mr_model){ .mu = 2 };
	s->job = *job;
	s->users_of_first = (int32_t)job->Rt->ptr[1];
	if (job->blas)
		snprintf(s->kernel, sizeof s->kernel, "%s", job->blas->kernel);
	return job->seed == 13 ? mr_err_set(err, MR_ENUMERIC, "13") : MR_OK;
}

static struct seen
train(const struct mr_ratings *r, unsigned wants, uint64_t seed, int want)
{
	const struct mr_kind kind = { .name = "look", .wants = wants,
	    .params = mr_no_params, .opt_bytes = sizeof(struct seen *),
	    .train = look };
	struct seen seen = { .users_of_first = -1 }, *opt = &seen;
	struct mr_report report = { 0 };
	struct mr_err err = { 0 };
	struct mr_model m;

	const struct mr_training t = { .kind = &kind, .opt = &opt, .r = r,
	    .seed = seed, .threads = 3, .report = &report };

	assert_int_equal(mr_train_model(&m, &t, &err), want);
	assert_int_equal(m.mu, 2);
	assert_int_equal(report.facts.n > 0, wants & MR_WANTS_BLAS);
	mr_report_free(&report);
	mr_model_free(&m);
	return seen;
}

static void
load(struct mr_ratings *r, bool keep_times)
{
	static const char text[] = "user\titem\trating\ttime\n"
	    "a\tx\t1\t50\na\ty\t2\t\nb\tx\t3\t7.5\na\tx\t4\t20\n";
	int fd = memfd_create("ratings", 0);
	struct mr_report report = { 0 };
	struct mr_err err = { 0 };
	char path[64];

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (mr_ratings_load(r, path, true, keep_times ? MR_KEEP_TIMES : 0,
	    &report, &err) != MR_OK)
		fail_msg("%s", err.msg);
	mr_report_free(&report);
	close(fd);
}

static void
what_a_trainer_is_given(void **state)
{
	struct mr_ratings r;
	struct seen s;

	(void)state;
	load(&r, false);
	s = train(&r, 0, 5, MR_OK);
	assert_ptr_equal(s.job.R, &r.R);
	assert_int_equal(s.users_of_first, 2);
	assert_ptr_equal(s.job.names.users, &r.users);
	assert_ptr_equal(s.job.names.items, &r.items);
	assert_non_null(s.job.report);
	assert_int_equal(s.job.seed, 5);
	assert_int_equal(s.job.threads, 3);
	/* The latest counts, whether times are kept or not. */
	assert_true(r.R.val[0] == 1);
	train(&r, 0, 13, MR_ENUMERIC);
	mr_ratings_free(&r);
}

/* As R: a x 50, a y none, b x 7.5. */
static void
times_for_whom_wants_them(void **state)
{
	struct mr_ratings r;
	struct seen s;

	(void)state;
	load(&r, true);
	assert_null(train(&r, 0, 1, MR_OK).job.time);
	s = train(&r, MR_WANTS_TIMES, 1, MR_OK);
	assert_non_null(s.job.time);
	assert_true(s.job.time[0] == 50 && s.job.time[1] != s.job.time[1] &&
	    s.job.time[2] == 7.5);
	mr_ratings_free(&r);
	load(&r, false);
	assert_null(train(&r, MR_WANTS_TIMES, 1, MR_OK).job.time);
	mr_ratings_free(&r);
}

static void
openblas_for_whom_wants_it(void **state)
{
	struct mr_ratings r;
	struct seen s;

	(void)state;
	load(&r, false);
	s = train(&r, MR_WANTS_BLAS, 1, MR_OK);
	assert_true(strlen(s.kernel) > 0);
	assert_null(train(&r, 0, 1, MR_OK).job.blas);
	mr_ratings_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_trainer_is_given),
		cmocka_unit_test(times_for_whom_wants_them),
		cmocka_unit_test(openblas_for_whom_wants_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
