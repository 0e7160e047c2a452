/* Weights between items against sums over all pairs.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "events_build.h"
#include "model/rp3beta.h"
#include "model/walk.h"

static struct rated d;

static int
setup(void **state)
{
	(void)state;
	rated_new(&d, EV_USERS, EV_ITEMS, some_events);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rated_free(&d);
	return 0;
}

/* W[x][i] by its definition. */
static double
walk(int x, int i, double b, double c, double e)
{
	double s = 0;

	for (int v = 0; v < EV_USERS; v++)
		if (has(&d.R, v, x) && has(&d.R, v, i))
			s += pow(entries(&d.R, v), -c);
	return s > 0 && x != i ? s * pow(entries(&d.Rt, x), -b) *
	    pow(entries(&d.Rt, i), -e) : 0;
}

static void
all_pairs(void **state)
{
	static const double by[][3] = { { 0, 0, 0 }, { 0.5, 0, 0.5 },
		{ 0.9, 1, 0.1 }, { 1.3, 0.4, 0 } };
	struct mr_train job = job_of(&d);
	struct mr_err err = { 0 };

	(void)state;
	for (size_t n = 0; n < sizeof by / sizeof *by; n++) {
		struct mr_near near;

		assert_int_equal(mr_walk_train(&near, &job,
		    &(struct mr_walk_exponents){ by[n][0], by[n][1],
		    by[n][2] }, 0, true, &err), MR_OK);
		assert_true(near.deviation && near.norm == MR_NORM_NONE);
		for (int x = 0; x < EV_ITEMS; x++)
			for (int i = 0; i < EV_ITEMS; i++) {
				double w = walk(x, i, by[n][0], by[n][1],
				    by[n][2]);

				assert_true(fabs(entry(&near.S, i, x) - w) <=
				    1e-6 * w);
			}
		mr_csr_free(&near.S);
	}
}

/* Of rows of ones all entries tie: the order given decides. */
static void
the_best_stay(void **state)
{
	const struct mr_walk_exponents by = { 0.5, 0, 0.3 };
	struct mr_train job = job_of(&d);
	struct mr_err err = { 0 };
	struct mr_csr all, best;

	(void)state;
	assert_int_equal(mr_walk_weights(&all, &job, &by, 0, false,
	    &err), MR_OK);
	for (int64_t k = 1; k <= 20; k += 19) {
		assert_int_equal(mr_walk_weights(&best, &job, &by, k, false,
		    &err), MR_OK);
		for (int x = 0; x < EV_ITEMS; x++) {
			double least = HUGE_VAL;
			int64_t n = all.ptr[x + 1] - all.ptr[x];

			assert_int_equal(best.ptr[x + 1] - best.ptr[x],
			    n < k ? n : k);
			for (int64_t c = best.ptr[x]; c < best.ptr[x + 1]; c++)
				least = fmin(least, (double)best.val[c]);
			for (int i = 0; i < EV_ITEMS; i++)
				if (entry(&all, x, i) > least)
					assert_true(entry(&best, x, i) > 0);
		}
		mr_csr_free(&best);
	}
	mr_csr_free(&all);
}

/* Exponents of which no product is a float: all by one power of 2, with the
 * ratios they have. */
static void
large_exponents(void **state)
{
	const struct mr_walk_exponents by = { 20, 20, 20 };
	struct mr_report report = { 0 };
	struct mr_train job = job_of(&d);
	struct mr_err err = { 0 };
	struct mr_csr W;
	double ratio = 0;

	(void)state;
	job.report = &report;
	assert_int_equal(mr_walk_weights(&W, &job, &by, 0, true, &err), MR_OK);
	for (int x = 0; x < EV_ITEMS; x++)
		for (int64_t c = W.ptr[x]; c < W.ptr[x + 1]; c++) {
			double r = (double)W.val[c] / walk(x, W.idx[c], 20,
			    20, 20);

			assert_true(ratio == 0 || fabs(r / ratio - 1) < 1e-6);
			ratio = ratio > 0 ? ratio : r;
		}
	assert_true(ratio > 1);
	ratio = log2(ratio > 1 ? ratio : 1);
	assert_true(fabs(ratio - rint(ratio)) < 1e-6);
	assert_int_equal(report.warnings.n, 0);
	mr_csr_free(&W);
	/* Without, they are lost, and that is told. */
	assert_int_equal(mr_walk_weights(&W, &job, &by, 0, false, &err),
	    MR_OK);
	assert_true(report.warnings.n > 0);
	mr_csr_free(&W);
	mr_report_free(&report);
}

static void
ties_by_rank(void **state)
{
	double one[EV_ITEMS], users[EV_USERS];
	int32_t rank[EV_ITEMS];
	struct mr_walk_opt o = { .from = one, .to = one, .via = users,
	    .k = 1, .threads = 1 };
	struct mr_err err = { 0 };
	struct mr_csr W;

	(void)state;
	for (int v = 0; v < EV_USERS; v++)
		users[v] = 1;
	for (int i = 0; i < EV_ITEMS; i++)
		one[i] = 1;
	/* 7 and 8 have the same users; the later in rank loses. */
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < EV_ITEMS; i++)
			rank[i] = turn ? EV_ITEMS - 1 - i : i;
		o.rank = rank;
		assert_int_equal(mr_walk_build(&W, &d.R, &d.Rt, &o, &err),
		    MR_OK);
		for (int x = 0; x < EV_ITEMS; x++)
			if (x != 7 && x != 8)
				assert_true(entry(&W, x, turn ? 7 : 8) == 0);
		mr_csr_free(&W);
	}
}

static void
shrinkage_and_threads(void **state)
{
	double f[EV_ITEMS], w[EV_USERS];
	struct mr_walk_opt o = { .from = f, .to = f, .via = w,
	    .shrinkage = 3 };
	struct mr_err err = { 0 };
	struct mr_csr W, again;

	(void)state;
	for (int v = 0; v < EV_USERS; v++)
		w[v] = 1;
	for (int i = 0; i < EV_ITEMS; i++)
		f[i] = 1 / sqrt(fmax(entries(&d.Rt, i), 1));
	o.threads = 1;
	assert_int_equal(mr_walk_build(&W, &d.R, &d.Rt, &o, &err), MR_OK);
	for (int x = 0; x < EV_ITEMS; x++)
		for (int i = 0; i < EV_ITEMS; i++) {
			double want = walk(x, i, 0, 0, 0);

			if (want > 0)
				want /= sqrt(entries(&d.Rt, x) *
				    entries(&d.Rt, i)) + 3;
			assert_true(fabs(entry(&W, x, i) - want) <=
			    1e-6 * want);
		}
	o.threads = 3;
	assert_int_equal(mr_walk_build(&again, &d.R, &d.Rt, &o, &err), MR_OK);
	same_csr(&W, &again);
	mr_csr_free(&W);
	mr_csr_free(&again);
}

static void
rp3beta_is_a_walk(void **state)
{
	const struct mr_kind *k = mr_kind_find("rp3beta");
	const struct mr_rp3beta_opt o = { .alpha = 0.7, .beta = 0.2 };
	struct mr_train job = job_of(&d);
	struct mr_rp3beta_opt *by_name = options(k, NULL, 0);
	struct mr_model m;

	(void)state;
	train_by(mr_rp3beta_train, &m, &job, &o);
	for (int x = 0; x < EV_ITEMS; x++)
		for (int i = 0; i < EV_ITEMS; i++) {
			double w = walk(x, i, 0.7, 0.7, 0.2);

			assert_true(fabs(entry(&m.near.S, i, x) - w) <=
			    1e-6 * w);
		}
	mr_model_free(&m);
	fills_the_checkerboard(k, by_name);
	free(by_name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_pairs),
		cmocka_unit_test(the_best_stay),
		cmocka_unit_test(large_exponents),
		cmocka_unit_test(ties_by_rank),
		cmocka_unit_test(shrinkage_and_threads),
		cmocka_unit_test(rp3beta_is_a_walk),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
