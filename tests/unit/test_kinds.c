/* Every kind of model through one battery: what training promises, whatever
 * the model.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train_build.h"

#include "planted_build.h"

/* A scale of 1 to 5: nmf takes nothing below 0.  A tenth of the pairs; user 4
 * and item 5 have none. */
static double
on_a_scale(int u, int i)
{
	return u != 4 && i != 5 && mr_rng_uniform(1, (uint64_t)u,
	    (uint64_t)i) < 0.1 ? 1. + (u * 7 + i * 3) % 5 : (double)NAN;
}

#define USERS 600	/* several tasks of every trainer */
#define ITEMS 560

static struct rated rated;

static int
setup(void **state)
{
	(void)state;
	rated_new(&rated, USERS, ITEMS, on_a_scale);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rated_free(&rated);
	return 0;
}

static void
few(const struct mr_kind *k, void *opt, const char *name, int64_t n)
{
	for (const struct mr_param *p = k->params; p->name; p++)
		if (strcmp(p->name, name) == 0 && mr_param_counts(p, opt))
			memcpy((char *)opt + p->at, &n, sizeof n);
}

static void
train(struct mr_model *m, const struct mr_kind *k, void *opt,
    const struct mr_train *job)
{
	struct mr_err err = { 0 };

	few(k, opt, "sweeps", 3);
	few(k, opt, "burn-in", 1);
	if (k->train(m, job, opt, &err) != MR_OK)
		fail_msg("%s: %s", k->name, err.msg);
}

static void
threads_change_nothing(const struct mr_kind *k, void *opt)
{
	struct mr_train job = job_of(&rated);
	struct mr_model one, more;

	train(&one, k, opt, &job);
	for (job.threads = 2; job.threads <= 4; job.threads += 2) {
		train(&more, k, opt, &job);
		same_model(&one, &more, &rated.R);
		mr_model_free(&more);
	}
	mr_model_free(&one);
}

static void
any_number_of_threads(void **state)
{
	(void)state;
	for_each_form(threads_change_nothing);
}

/* Factors begin with random numbers. */
static void
a_seed_counts(const struct mr_kind *k, void *opt)
{
	struct mr_train job = job_of(&rated);
	struct mr_model a, b;

	train(&a, k, opt, &job);
	job.seed = 2;
	train(&b, k, opt, &job);
	for (const struct mr_param *p = k->params; p->name; p++)
		if (strcmp(p->name, "rank") == 0)
			assert_memory_not_equal(a.V.a, b.V.a, sizeof(float));
	mr_model_free(&a);
	mr_model_free(&b);
}

static void
factors_need_a_seed(void **state)
{
	(void)state;
	for_each_form(a_seed_counts);
}

static bool
all_are(const float *x, int64_t n, bool zero)
{
	for (int64_t i = 0; x && i < n; i++)
		if (zero ? x[i] != 0 : !isfinite(x[i]))
			return false;
	return true;
}

/* Of whom nothing is known nothing is said: but bayes draws his row, too. */
static void
parts_are_sound(const struct mr_kind *k, void *opt)
{
	const struct mr_train job = job_of(&rated);
	struct mr_model m;

	train(&m, k, opt, &job);
	assert_int_equal(m.U.cols, m.V.cols);
	assert_int_equal(m.U.rows, m.U.cols ? USERS : 0);
	assert_int_equal(m.V.rows, m.V.cols ? ITEMS : 0);
	assert_true(all_are(m.U.a, USERS * m.U.cols, false));
	assert_true(all_are(m.V.a, ITEMS * m.V.cols, false));
	assert_true(all_are(m.bu, USERS, false));
	assert_true(all_are(m.bi, ITEMS, false));
	if (k->feedback == MR_FEEDBACK_RATINGS)
		assert_true(m.clip_lo == 1 && m.clip_hi == 5);
	else
		assert_true(m.clip_lo > m.clip_hi);
	if (strcmp(k->name, "bayes") != 0) {
		assert_true(!m.bu || m.bu[4] == 0);
		assert_true(!m.bi || m.bi[5] == 0);
		assert_true(!m.U.a || all_are(mr_mat_row(&m.U, 4), m.U.cols,
		    true));
		assert_true(!m.V.a || all_are(mr_mat_row(&m.V, 5), m.V.cols,
		    true));
	}
	mr_model_free(&m);
}

static void
parts_and_empty_rows(void **state)
{
	(void)state;
	for_each_form(parts_are_sound);
}

/* bu is what the rule says, of every user by his own ratings. */
static void
means_are_the_rule(const struct mr_model *m, const struct mr_fold *f)
{
	const struct mr_csr *R = &rated.R;

	for (int64_t u = 0; u < R->rows; u++) {
		double n = (double)(R->ptr[u + 1] - R->ptr[u]), sum = 0;

		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			sum += (double)R->val[k] - m->mu -
			    (m->bi ? (double)m->bi[R->idx[k]] : 0);
		if (n > 0)
			assert_true(fabs(sum / (n + f->lambda) -
			    (double)m->bu[u]) < 1e-5);
	}
}

/* A rule for new users fits the parts that there are. */
static void
parts_fit_the_rule(const struct mr_kind *k, void *opt)
{
	const struct mr_train job = job_of(&rated);
	const struct mr_fold f = mr_kind_fold(k, opt);
	struct mr_model m;

	train(&m, k, opt, &job);
	assert_true(f.lambda >= 0 && f.exponent >= 0 && f.alpha >= 0 &&
	    f.unobserved >= 0);
	switch (f.rule) {
	case MR_FOLD_NONE:
		break;
	case MR_FOLD_RATED:
		assert_true(!m.bu && m.U.cols == 0);
		break;
	case MR_FOLD_MEANS:
		assert_true(m.bu && m.U.cols == 0);
		/* Descent has not arrived after three sweeps. */
		if (f.exponent == 0)
			means_are_the_rule(&m, &f);
		break;
	case MR_FOLD_DESCENT:
		assert_true(f.rate > 0 && f.sweeps > 0);
		/* fall through */
	case MR_FOLD_RIDGE:
		assert_true(m.bu && m.bi && m.U.cols > 0);
		break;
	case MR_FOLD_WEIGHTED:
		assert_true(!m.bu && !m.bi && m.U.cols > 0);
		break;
	case MR_FOLD_SIMILAR:
		assert_int_equal(m.near.axis, MR_NEAR_USER);
		assert_true(m.U.cols == 0);
		break;
	case MR_FOLD_POSTERIOR:
		assert_true(m.bu && m.bi && m.U.cols > 2);
		assert_true(m.Y.cols == 0 || (m.Y.cols == m.V.cols &&
		    m.Y.rows == m.V.rows));
		break;
	case MR_FOLD_SUMS:
	case MR_FOLD_BLEND:
		assert_true(!m.bu && !m.bi && f.solved <= m.U.cols);
		assert_true(f.solved == m.U.cols || m.Y.cols == 1);
		break;
	default:
		assert_true(f.rule == MR_FOLD_NONNEG ||
		    f.rule == MR_FOLD_CHOSEN);
		assert_int_equal(f.solved + 2, m.U.cols);
	}
	mr_model_free(&m);
}

static void
new_users(void **state)
{
	(void)state;
	for_each_form(parts_fit_the_rule);
}

struct steps {
	int64_t n, last, total;
};

static void
count_step(void *ctx, const char *what, int64_t done, int64_t total)
{
	struct steps *s = ctx;

	assert_string_equal(what, "sweeps");
	assert_true(done > s->last && done <= total);
	s->n++;
	s->last = done;
	s->total = total;
}

/* What has sweeps tells of them; coclustering may be done before the last. */
static void
tells_its_progress(const struct mr_kind *k, void *opt)
{
	struct steps s = { 0, 0, 0 };
	struct mr_report report = { .progress = count_step,
	    .progress_ctx = &s };
	struct mr_train job = job_of(&rated);
	struct mr_model m;

	job.report = &report;
	train(&m, k, opt, &job);
	for (const struct mr_param *p = k->params; p->name; p++)
		if (strcmp(p->name, "sweeps") == 0 && mr_param_counts(p, opt))
			assert_true(s.n > 0);
	assert_int_equal(report.warnings.n, 0);
	mr_report_free(&report);
	mr_model_free(&m);
}

static void
progress(void **state)
{
	(void)state;
	for_each_form(tells_its_progress);
}

/* Nothing to learn: refused, or a model that knows nothing. */
static void
learns_from_nothing(const struct mr_kind *k, void *opt)
{
	int64_t none[4] = { 0 };
	const struct mr_csr R = { .rows = 3, .cols = 2, .ptr = none };
	const struct mr_csr Rt = { .rows = 2, .cols = 3, .ptr = none };
	const struct mr_train job = job_on(&R, &Rt);
	struct mr_err err = { 0 };
	struct mr_model m;
	int rc;

	/* As a caller may find it: the model can be freed. */
	memset(&m, 0xa5, sizeof m);
	rc = k->train(&m, &job, opt, &err);
	if (rc == MR_OK)
		assert_true(all_are(m.U.a, 3 * m.U.cols, true) &&
		    all_are(m.bi, 2, true));
	else
		assert_int_equal(rc, MR_EARG);
	mr_model_free(&m);
}

static void
no_ratings(void **state)
{
	(void)state;
	for_each_form(learns_from_nothing);
}

/* Parts might be no floats then; events are not read. */
static void
cannot_be_floats(const struct mr_kind *k, void *opt)
{
	const struct mr_train job = job_of(&rated);
	struct mr_err err = { 0 };
	struct mr_model m;
	float was = rated.R.val[0];
	int rc;

	rated.R.val[0] = 3e38f;
	few(k, opt, "sweeps", 1);
	few(k, opt, "burn-in", 0);
	rc = k->train(&m, &job, opt, &err);
	rated.R.val[0] = was;
	assert_int_equal(rc, k->feedback == MR_FEEDBACK_RATINGS ?
	    MR_ENUMERIC : MR_OK);
	mr_model_free(&m);
}

static void
ratings_too_far_apart(void **state)
{
	(void)state;
	for_each_form(cannot_be_floats);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_number_of_threads),
		cmocka_unit_test(factors_need_a_seed),
		cmocka_unit_test(parts_and_empty_rows),
		cmocka_unit_test(new_users),
		cmocka_unit_test(progress),
		cmocka_unit_test(no_ratings),
		cmocka_unit_test(ratings_too_far_apart),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
