/* Training that goes on from a model: on from where it was, and sooner where
 * a cold run gets.
 * SPDX-License-Identifier: MIT */
#include "model/ials.h"
#include "model/sgd.h"
#include "planted_build.h"

#define USERS 150
#define ITEMS 90

/* The planted ones but for every hundredth. */
static double
yesterday(int u, int i)
{
	return (u * 90 + i * 7) % 100 ? planted(u, i) : (double)NAN;
}

static double
squares(const struct mr_mat *x, int64_t row)
{
	double s = 0;

	for (int64_t j = 0; j < x->cols; j++)
		s += (double)mr_mat_row(x, row)[j] *
		    (double)mr_mat_row(x, row)[j];
	return s;
}

/* Of als, or, each with weight 1 an event, of svd. */
static double
of_ratings(const struct mr_model *m, const struct rated *d, double lambda)
{
	double sum = 0;

	for (int64_t u = 0; u < USERS; u++)
		for (int64_t k = d->R.ptr[u]; k < d->R.ptr[u + 1]; k++) {
			int32_t i = d->R.idx[k];
			double bu = (double)m->bu[u], bi = (double)m->bi[i];

			sum += pow((double)d->R.val[k] - score(m, u, i), 2) +
			    lambda * (bu * bu + bi * bi + squares(&m->U, u) +
			    squares(&m->V, i));
		}
	return sum;
}

static double
of_events(const struct mr_model *m, const struct rated *d,
    const struct mr_ials_opt *o)
{
	double sum = 0, a0 = o->unobserved_weight;

	for (int64_t u = 0; u < USERS; u++) {
		int64_t k = d->R.ptr[u];

		for (int32_t i = 0; i < ITEMS; i++) {
			double s = 0;

			for (int64_t j = 0; j < m->U.cols; j++)
				s += (double)mr_mat_row(&m->U, u)[j] *
				    (double)mr_mat_row(&m->V, i)[j];
			sum += a0 * s * s;
			if (k < d->R.ptr[u + 1] && d->R.idx[k] == i) {
				sum += (s - 1) * (s - 1);
				k++;
			}
		}
		sum += o->lambda * ((double)(k - d->R.ptr[u]) + a0 * ITEMS) *
		    squares(&m->U, u);
	}
	for (int64_t i = 0; i < ITEMS; i++)
		sum += o->lambda * ((double)(d->Rt.ptr[i + 1] - d->Rt.ptr[i]) +
		    a0 * USERS) * squares(&m->V, i);
	return sum;
}

static double
objective(const struct mr_kind *k, const struct mr_model *m,
    const struct rated *d, const void *opt)
{
	if (k->feedback == MR_FEEDBACK_EVENTS)
		return of_events(m, d, opt);
	for (const struct mr_param *p = k->params; p->name; p++)
		if (strcmp(p->name, "lambda") == 0)
			return of_ratings(m, d, mr_param_value(p, opt));
	return 0;
}

/* A model of sweeps, from start or from nothing. */
static void
train(struct mr_model *m, const struct mr_kind *k, const struct rated *d,
    const char *sweeps, const struct mr_start *start, double *at)
{
	const struct mr_given g[] = { { "rank", "8" }, { "sweeps", sweeps },
	    { "lambda", "0.05" } };
	void *opt = options(k, g, 3);
	struct mr_train job = job_of(d);

	job.start = start;
	train_by(k->train, m, &job, opt);
	if (at)
		*at = objective(k, m, d, opt);
	free(opt);
}

static const char *const kinds[] = { "ials", "als", "svd" };

static void
half_the_sweeps_do(void **state)
{
	struct rated old, new;

	(void)state;
	rated_new(&old, USERS, ITEMS, yesterday);
	rated_new(&new, USERS, ITEMS, planted);
	assert_true(mr_csr_nnz(&old.R) < mr_csr_nnz(&new.R));
	for (int i = 0; i < 3; i++) {
		const struct mr_kind *k = mr_kind_find(kinds[i]);
		bool user[USERS], item[ITEMS];
		struct mr_start s = { .user = user, .item = item };
		struct mr_model cold, warm;
		double at[2];

		for (int u = 0; u < USERS; u++)
			user[u] = old.R.ptr[u] < old.R.ptr[u + 1];
		for (int j = 0; j < ITEMS; j++)
			item[j] = old.Rt.ptr[j] < old.Rt.ptr[j + 1];
		train(&s.m, k, &old, "12", NULL, NULL);
		train(&cold, k, &new, "12", NULL, &at[0]);
		train(&warm, k, &new, "6", &s, &at[1]);
		if (!(at[1] <= at[0]))
			fail_msg("%s: %g, cold %g", k->name, at[1], at[0]);
		mr_model_free(&s.m);
		mr_model_free(&cold);
		mr_model_free(&warm);
	}
	rated_free(&old);
	rated_free(&new);
}

/* Of nobody whom the model has anything is taken: a cold run. */
static void
strangers_begin_anew(void **state)
{
	bool none[USERS] = { false };
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	for (int i = 0; mr_kinds[i]; i++) {
		const struct mr_kind *k = mr_kinds[i];
		struct mr_start s = { .user = none, .item = none };
		struct mr_model cold, warm;
		const struct mr_given g = { "sweeps", "2" };
		struct mr_train job = job_of(&d);
		void *opt;

		if (!(k->wants & MR_TAKES_START) || strcmp(k->name, "nmf") == 0)
			continue;
		opt = options(k, &g, 1);
		train_by(k->train, &cold, &job, opt);
		train_by(k->train, &s.m, &job, opt);
		job.start = &s;
		train_by(k->train, &warm, &job, opt);
		same_model(&cold, &warm, &d.R);
		free(opt);
		mr_model_free(&cold);
		mr_model_free(&s.m);
		mr_model_free(&warm);
	}
	rated_free(&d);
}

/* Groups that were found are where they were: nothing moves, and so one sweep
 * is all; also where a few ratings are new. */
static void
groups_are_found_again(void **state)
{
	const struct mr_kind *k = mr_kind_find("coclustering");
	const struct mr_given more = { "sweeps", "200" };
	const struct mr_given other = { "item-clusters", "4" };
	void *opt = options(k, &more, 1), *four = options(k, &other, 1);
	bool user[USERS], item[ITEMS];
	struct mr_start s = { .user = user, .item = item };
	struct mr_report report = { 0 };
	struct mr_err err = { 0 };
	struct mr_train job;
	struct mr_model warm;
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	job = job_of(&d);
	job.report = &report;
	for (int u = 0; u < USERS; u++)
		user[u] = d.R.ptr[u] < d.R.ptr[u + 1];
	for (int j = 0; j < ITEMS; j++)
		item[j] = d.Rt.ptr[j] < d.Rt.ptr[j + 1];
	train_by(k->train, &s.m, &job, opt);
	job.start = &s;
	job.seed = 2;
	free(opt);
	opt = options(k, &(struct mr_given){ "sweeps", "1" }, 1);
	train_by(k->train, &warm, &job, opt);
	same_model(&s.m, &warm, &d.R);
	mr_model_free(&warm);
	assert_int_equal(k->train(&warm, &job, four, &err), MR_EARG);
	assert_string_equal(err.msg, "--item-clusters 4: the model of --init "
	    "has 3");
	mr_model_free(&warm);
	mr_model_free(&s.m);
	mr_report_free(&report);
	free(opt);
	free(four);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_the_sweeps_do),
		cmocka_unit_test(strangers_begin_anew),
		cmocka_unit_test(groups_are_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
