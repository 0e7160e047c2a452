/* Events for tests of models of lists: dense twins, a checkerboard, and what a
 * model says of a user, trained or folded in.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_EVENTS_BUILD_H
#define MR_TESTS_EVENTS_BUILD_H

#include "model/folder.h"
#include "planted_build.h"

#define EV_USERS 37
#define EV_ITEMS 53

/* A quarter of the pairs, values of no meaning; user 4 and item 5 have none,
 * items 7 and 8 the same. */
static inline double
some_events(int u, int i)
{
	int as = i == 8 ? 7 : i;

	return u != 4 && i != 5 && mr_rng_uniform(9, (uint64_t)u,
	    (uint64_t)as) < 0.25 ? 1. + (u * 7 + as * 3) % 5 : (double)NAN;
}

/* More users than items. */
static inline double
turned_events(int u, int i)
{
	return some_events(i, u);
}

/* User u chose the items of his colour but for one: his own number. */
static inline double
checkerboard(int u, int i)
{
	return u % 2 == i % 2 && i != u % 24 ? 1 : (double)NAN;
}

static inline bool
has(const struct mr_csr *R, int64_t u, int64_t i)
{
	for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
		if (R->idx[k] == i)
			return true;
	return false;
}

static inline double
entries(const struct mr_csr *R, int64_t row)
{
	return (double)(R->ptr[row + 1] - R->ptr[row]);
}

static inline double
entry(const struct mr_csr *S, int64_t row, int64_t col)
{
	for (int64_t k = S->ptr[row]; k < S->ptr[row + 1]; k++)
		if (S->idx[k] == col)
			return (double)S->val[k];
	return 0;
}

static inline struct mr_rated
rated_by(const struct mr_csr *R, int64_t u)
{
	return (struct mr_rated){ R->idx + R->ptr[u], R->val + R->ptr[u],
	    R->ptr[u + 1] - R->ptr[u] };
}

/* U . V + N of a user with these items. */
static inline double
score_of(const struct mr_model *m, const float *U, const struct mr_rated *x,
    int64_t i)
{
	double s = 0;

	for (int64_t j = 0; U && j < m->V.cols; j++)
		s += (double)U[j] * (double)mr_mat_row(&m->V, i)[j];
	for (int64_t k = 0; m->near.S.ptr && k < x->n; k++)
		s += entry(&m->near.S, i, x->item[k]);
	return s;
}

/* Does each user's best unseen item have his colour? */
static inline void
fills_the_checkerboard(const struct mr_kind *k, void *opt)
{
	struct rated d;
	struct mr_train job;
	struct mr_model m;

	rated_new(&d, 24, 24, checkerboard);
	job = job_of(&d);
	train_by(k->train, &m, &job, opt);
	for (int u = 0; u < 24; u++) {
		struct mr_rated x = rated_by(&d.R, u);
		const float *U = m.U.cols ? mr_mat_row(&m.U, u) : NULL;
		double withheld = score_of(&m, U, &x, u);

		for (int i = 0; i < 24; i++)
			if (i != u && !has(&d.R, u, i))
				assert_true(score_of(&m, U, &x, i) <
				    withheld);
	}
	mr_model_free(&m);
	rated_free(&d);
}

/* Every user, folded in from his own events, has the scores that he was
 * trained to but for share of their spread. */
static inline void
folds_to_the_trained(const struct mr_kind *k, void *opt, double share)
{
	const struct mr_fold rule = mr_kind_fold(k, opt);
	struct rated d;
	struct mr_train job;
	struct mr_model m;
	struct mr_folder f;
	struct mr_err err = { 0 };
	float U[256] = { 0 };
	double *work, bu;

	rated_new(&d, EV_USERS, EV_ITEMS, some_events);
	job = job_of(&d);
	train_by(k->train, &m, &job, opt);
	assert_true(m.V.cols <= 256);
	assert_int_equal(mr_folder_open(&f, &m, EV_ITEMS, &rule, "m", &err),
	    MR_OK);
	work = malloc(mr_folder_work(&f) * sizeof *work);
	assert_non_null(work);
	for (int u = 0; u < EV_USERS; u++) {
		struct mr_rated x = rated_by(&d.R, u);
		const float *own = m.U.cols ? mr_mat_row(&m.U, u) : NULL;
		double most = 0;

		if (x.n == 0)
			continue;
		mr_folder_user(&f, &x, &bu, own ? U : NULL, work);
		assert_true(bu == 0);
		for (int i = 0; i < EV_ITEMS; i++)
			most = fmax(most, fabs(score_of(&m, own, &x, i)));
		for (int i = 0; i < EV_ITEMS; i++)
			assert_true(fabs(score_of(&m, own, &x, i) -
			    score_of(&m, own ? U : NULL, &x, i)) <=
			    share * most);
	}
	free(work);
	mr_folder_close(&f);
	mr_model_free(&m);
	rated_free(&d);
}

#endif
