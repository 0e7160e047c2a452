/* A blend against its parts.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "events_build.h"
#include "model/blend_parts.h"
#include "model/ease.h"
#include "model/gfilter.h"
#include "model/ials.h"

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

#define MOST (EV_ITEMS > EV_USERS ? EV_ITEMS : EV_USERS)

/* Of n numbers, in two passes. */
static double
spread(const double *s, int n)
{
	double mean = 0, sum = 0;

	for (int i = 0; i < n; i++)
		mean += s[i] / n;
	for (int i = 0; i < n; i++)
		sum += (s[i] - mean) * (s[i] - mean);
	return sqrt(sum / n);
}

static double
score_at(const struct mr_model *m, const struct rated *d, int u, int i)
{
	struct mr_rated x = rated_by(&d->R, u);

	return score_of(m, m->U.cols ? mr_mat_row(&m->U, u) : NULL, &x, i);
}

/* w z of the parts, z by its definition. */
static double
factor_of(const struct mr_model *walk, const struct mr_model *ials,
    const struct rated *d, double w)
{
	double ratio[MOST], a[MOST], b[MOST];
	int n = 0, items = (int)d->R.cols;

	for (int u = 0; u < d->R.rows; u++) {
		if (entries(&d->R, u) < 1)
			continue;
		for (int i = 0; i < items; i++) {
			a[i] = score_at(walk, d, u, i);
			b[i] = sqrt(entries(&d->R, u)) *
			    score_at(ials, d, u, i);
		}
		ratio[n++] = spread(a, items) / spread(b, items);
	}
	qsort(ratio, (size_t)n, sizeof *ratio, rising);
	return w * ratio[n / 2];
}

static void
sum_of_its_parts(void **state)
{
	const struct mr_blend_opt o = { .from = 0.9, .via = 1, .to = 0.1,
	    .k = 20, .mix = 3, .d = 12, .sweeps = 5, .lambda = 0.1,
	    .unobserved_weight = 0.1, .reg_exponent = 1, .rank = 7,
	    .weight = 0.4, .tilt = 0.4 };
	const struct mr_ials_opt i_opt = { .d = 12, .sweeps = 5,
	    .lambda = 0.1, .unobserved_weight = 0.1, .reg_exponent = 1 };
	struct mr_gfilter_opt g_opt = { .from = 0.9, .via = 1, .to = 0.1,
	    .k = 20 };
	struct mr_model m, ials, walk, all;
	struct rated d;
	struct mr_train job;
	double by;

	(void)state;
	rated_new(&d, EV_USERS, EV_ITEMS, some_events);
	job = job_of(&d);
	train_by(mr_blend_train, &m, &job, &o);
	train_by(mr_ials_train, &ials, &job, &i_opt);
	train_by(mr_gfilter_train, &walk, &job, &g_opt);
	g_opt.rank = 7;
	g_opt.weight = g_opt.tilt = 0.4;
	train_by(mr_gfilter_train, &all, &job, &g_opt);
	by = factor_of(&walk, &ials, &d, 3);
	for (int u = 0; u < EV_USERS; u++)
		for (int i = 0; i < EV_ITEMS; i++) {
			double want = score_at(&all, &d, u, i) / by +
			    sqrt(entries(&d.R, u)) * score_at(&ials, &d, u,
			    i);

			assert_true(fabs(score_at(&m, &d, u, i) - want) <
			    1e-4 * (1 + fabs(want)));
		}
	mr_model_free(&m);
	mr_model_free(&ials);
	mr_model_free(&walk);
	mr_model_free(&all);
	rated_free(&d);
}

/* v' z' of ease, whose spread is that of what a user does not have. */
static double
ease_factor_of(const struct mr_model *walk, const struct mr_model *ease,
    const struct rated *d, double v)
{
	double ratio[MOST], a[MOST], b[MOST];
	int n = 0, items = (int)d->R.cols;

	for (int u = 0; u < d->R.rows; u++) {
		int left = 0;

		if (entries(&d->R, u) < 1)
			continue;
		for (int i = 0; i < items; i++) {
			a[i] = score_at(walk, d, u, i);
			if (!has(&d->R, u, i))
				b[left++] = score_at(ease, d, u, i);
		}
		ratio[n++] = spread(a, items) / spread(b, left);
	}
	qsort(ratio, (size_t)n, sizeof *ratio, rising);
	return v * ratio[n / 2];
}

/* As factors and as weights. */
static void
ease_beside(void **state)
{
	const struct mr_ials_opt i_opt = { .d = 12, .sweeps = 5,
	    .lambda = 0.1, .unobserved_weight = 0.1, .reg_exponent = 1 };
	const struct mr_gfilter_opt g_opt = { .from = 0.9, .via = 1, .to = 0.1,
	    .k = 20 };
	const struct mr_ease_opt e_opt = { .lambda = 3 };

	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		struct mr_blend_opt o = { .from = 0.9, .via = 1, .to = 0.1,
		    .k = 20, .mix = 3, .d = 12, .sweeps = 5, .lambda = 0.1,
		    .unobserved_weight = 0.1, .reg_exponent = 1 };
		struct mr_model with, without, ials, walk, ease;
		struct rated d;
		struct mr_train job;
		double by;

		rated_new(&d, wide ? EV_USERS : EV_ITEMS, wide ? EV_ITEMS :
		    EV_USERS, wide ? some_events : turned_events);
		job = job_of(&d);
		train_by(mr_blend_train, &without, &job, &o);
		o.ease = 2;
		o.ease_lambda = 3;
		train_by(mr_blend_train, &with, &job, &o);
		train_by(mr_ials_train, &ials, &job, &i_opt);
		train_by(mr_gfilter_train, &walk, &job, &g_opt);
		train_by(mr_ease_train, &ease, &job, &e_opt);
		assert_int_equal(with.V.cols, 12 + (wide ? EV_USERS : 0));
		by = ease_factor_of(&walk, &ease, &d, 2) / factor_of(&walk,
		    &ials, &d, 3);
		for (int u = 0; u < d.R.rows; u++)
			for (int i = 0; i < d.R.cols; i++) {
				double want = score_at(&without, &d, u, i) +
				    by * score_at(&ease, &d, u, i);

				assert_true(has(&d.R, u, i) ||
				    fabs(score_at(&with, &d, u, i) - want) <
				    1e-4 * (1 + fabs(want)));
			}
		mr_model_free(&with);
		mr_model_free(&without);
		mr_model_free(&ials);
		mr_model_free(&walk);
		mr_model_free(&ease);
		rated_free(&d);
	}
}

/* One after the other by what the one before has left, each as if it were
 * alone, as factors and as weights of ease. */
static void
parts_are_kept(void **state)
{
	const struct mr_blend_opt first = { .from = 0.9, .via = 1, .to = 0.1,
	    .k = 20, .mix = 3, .d = 12, .sweeps = 5, .lambda = 0.1,
	    .unobserved_weight = 0.1, .reg_exponent = 1, .weight = 0.4,
	    .tilt = 0.4, .ease_lambda = 3 };
	struct mr_blend_opt o[10];

	(void)state;
	for (int i = 0; i < 10; i++)
		o[i] = first;
	o[1].ease = 2;
	o[2].to = 0.4;
	o[3].ease = o[4].ease = o[5].ease = 1;
	o[4].mix = 2;
	o[5].ease_lambda = 30;
	o[5].via = 0.5;
	o[6].lambda = 0.2;
	o[7].rank = 5;
	o[8].k = 7;
	o[9].d = 9;
	for (int wide = 0; wide < 2; wide++) {
		struct mr_blend_parts kept = { .z = 0 };
		struct rated d;
		struct mr_train job;

		rated_new(&d, wide ? EV_USERS : EV_ITEMS, wide ? EV_ITEMS :
		    EV_USERS, wide ? some_events : turned_events);
		job = job_of(&d);
		for (int i = 0; i < 10; i++) {
			struct mr_model alone, m;

			job.parts = NULL;
			train_by(mr_blend_train, &alone, &job, &o[i]);
			job.parts = &kept;
			train_by(mr_blend_train, &m, &job, &o[i]);
			same_model(&m, &alone, &d.R);
			same_floats(m.Y.a, alone.Y.a, m.Y.rows * m.Y.cols);
			mr_model_free(&alone);
			mr_model_free(&m);
		}
		assert_true(mr_blend_parts_bytes(&kept) >
		    4. * 9 * (EV_USERS + EV_ITEMS));
		mr_blend_parts_free(&kept);
		rated_free(&d);
	}
}

/* The users' rows are those of the sweep before the last items: many sweeps,
 * and the difference is that of the last. */
static void
lists(void **state)
{
	const struct mr_kind *k = mr_kind_find("blend");
	struct mr_blend_opt *opt = options(k, NULL, 0);

	(void)state;
	opt->d = 8;
	fills_the_checkerboard(k, opt);
	opt->sweeps = 200;
	folds_to_the_trained(k, opt, 2e-3);
	opt->rank = 5;
	folds_to_the_trained(k, opt, 2e-3);
	opt->rank = 0;
	opt->ease = 2;
	opt->ease_lambda = 3;
	folds_to_the_trained(k, opt, 2e-3);
	free(opt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sum_of_its_parts),
		cmocka_unit_test(ease_beside),
		cmocka_unit_test(parts_are_kept),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
