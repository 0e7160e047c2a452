/* A blend against its parts.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "events_build.h"
#include "model/blend.h"
#include "model/gfilter.h"
#include "model/ials.h"

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Over all items, in two passes. */
static double
spread(const double *s)
{
	double mean = 0, sum = 0;

	for (int i = 0; i < EV_ITEMS; i++)
		mean += s[i] / EV_ITEMS;
	for (int i = 0; i < EV_ITEMS; i++)
		sum += (s[i] - mean) * (s[i] - mean);
	return sqrt(sum / EV_ITEMS);
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
	double ratio[EV_USERS], a[EV_ITEMS], b[EV_ITEMS];
	int n = 0;

	for (int u = 0; u < EV_USERS; u++) {
		if (entries(&d->R, u) < 1)
			continue;
		for (int i = 0; i < EV_ITEMS; i++) {
			a[i] = score_at(walk, d, u, i);
			b[i] = sqrt(entries(&d->R, u)) *
			    score_at(ials, d, u, i);
		}
		ratio[n++] = spread(a) / spread(b);
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
	free(opt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sum_of_its_parts),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
