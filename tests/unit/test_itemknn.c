/* Nearest items of events against their closed forms.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "events_build.h"
#include "model/itemknn.h"

static struct rated d;

static double
idf(int v)
{
	return log(EV_ITEMS / entries(&d.R, v));
}

static double
length(int i, int weighting)
{
	double sum = 0, mean = (double)mr_csr_nnz(&d.R) / (EV_ITEMS - 1);

	for (int v = 0; v < EV_USERS; v++)
		if (has(&d.R, v, i))
			sum += weighting == MR_WEIGHTING_COSINE ? 1 :
			    idf(v) * idf(v);
	return weighting == MR_WEIGHTING_BM25 ? (1 + 1.2 * (0.25 + 0.75 *
	    entries(&d.Rt, i) / mean)) / 2.2 : sqrt(sum);
}

static double
similarity(int i, int j, int weighting, double shrinkage)
{
	double sum = 0;

	for (int v = 0; v < EV_USERS; v++)
		if (has(&d.R, v, i) && has(&d.R, v, j))
			sum += weighting == MR_WEIGHTING_COSINE ? 1 :
			    idf(v) * idf(v);
	return i != j && sum > 0 ? sum / (length(i, weighting) *
	    length(j, weighting) + shrinkage) : 0;
}

static void
closed_forms(void **state)
{
	struct mr_train job;

	(void)state;
	rated_new(&d, EV_USERS, EV_ITEMS, some_events);
	job = job_of(&d);
	for (int w = 0; w < 6; w++) {
		const struct mr_itemknn_opt o = { .weighting = w / 2,
		    .shrinkage = w % 2 ? 10 : 0 };
		struct mr_model m;

		train_by(mr_itemknn_train, &m, &job, &o);
		for (int i = 0; i < EV_ITEMS; i++)
			for (int j = 0; j < EV_ITEMS; j++) {
				double s = similarity(i, j, o.weighting,
				    o.shrinkage);

				assert_true(fabs(entry(&m.near.S, i, j) -
				    s) <= 1e-6 * s);
			}
		mr_model_free(&m);
	}
	rated_free(&d);
}

/* The neighbours of the target are kept, not those of what was chosen. */
static void
k_to_a_target(void **state)
{
	const struct mr_itemknn_opt o = { .k = 3 };
	struct mr_train job;
	struct mr_model m;

	(void)state;
	rated_new(&d, EV_USERS, EV_ITEMS, some_events);
	job = job_of(&d);
	train_by(mr_itemknn_train, &m, &job, &o);
	for (int i = 0; i < EV_ITEMS; i++)
		assert_int_equal(m.near.S.ptr[i + 1] - m.near.S.ptr[i],
		    i == 5 ? 0 : 3);
	mr_model_free(&m);
	rated_free(&d);
}

static void
lists(void **state)
{
	const struct mr_kind *k = mr_kind_find("itemknn");
	void *opt = options(k, NULL, 0);

	(void)state;
	fills_the_checkerboard(k, opt);
	folds_to_the_trained(k, opt, 0);
	free(opt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_forms),
		cmocka_unit_test(k_to_a_target),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
