/* The estimates of all pairs of a table, by the formula of a model.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_SCORE_ALL_H
#define MR_TESTS_SCORE_ALL_H

#include "model/near.h"
#include "ratings_build.h"

/* score(u, i) of model.h without the noise and the clip. */
static inline void
score_all(const struct mr_model *m, const struct table *t,
    double score[USERS][ITEMS])
{
	struct mr_near_eval e;
	struct mr_near_work w;
	struct mr_err err = { 0 };

	assert_int_equal(mr_near_open(&e, m, &t->R, ITEMS, NULL, &err), MR_OK);
	assert_int_equal(mr_near_work_new(&w, &e, &err), MR_OK);
	for (int u = 0; u < USERS; u++) {
		int64_t from = t->R.ptr[u];

		mr_near_begin(&e, &w, &(struct mr_user){
		    .bu = m->bu ? (double)m->bu[u] : 0, .number = u,
		    .rated = { t->R.idx + from, t->R.val + from,
		    t->R.ptr[u + 1] - from } });
		for (int i = 0; i < ITEMS; i++) {
			double s = m->mu + (m->bu ? (double)m->bu[u] : 0) +
			    (m->bi ? (double)m->bi[i] : 0);

			for (int64_t j = 0; j < m->U.cols; j++)
				s += (double)mr_mat_row(&m->U, u)[j] *
				    (double)mr_mat_row(&m->V, i)[j];
			score[u][i] = s + mr_near_pair(&e, &w, i);
		}
		mr_near_end(&e, &w);
	}
	mr_near_work_free(&w);
	mr_near_close(&e);
}

#endif
