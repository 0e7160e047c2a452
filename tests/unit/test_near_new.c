/* Whom users are near to who were not there: as if they had been trained on.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train_build.h"

#include "model/near_new.h"
#include "planted_build.h"

#define USERS 70
#define ITEMS 50

struct asked {
	double x[ITEMS], sum[USERS * MR_SIMILARITY_SUMS];
	char seen[USERS];
	int32_t idx[USERS];
	float weight[USERS];
};

static struct mr_user
user_of(const struct mr_csr *R, int u, int64_t number)
{
	int64_t from = R->ptr[u];

	return (struct mr_user){ .number = number, .folded = true, .rated = {
	    R->idx + from, R->val + from, R->ptr[u + 1] - from } };
}

/* A user of the model, asked about again, has his row of S and his scale. */
static void
rows_again(const struct mr_kind *k, void *opt)
{
	const struct mr_fold rule = mr_kind_fold(k, opt);
	struct rated d;
	struct mr_train job;
	struct mr_model m;
	struct mr_near_new new;
	struct mr_err err = { 0 };
	struct asked a = { 0 };
	struct mr_similarity_work w = { a.sum, a.seen };

	if (rule.rule != MR_FOLD_SIMILAR)
		return;
	rated_new(&d, USERS, ITEMS, planted);
	job = job_of(&d);
	train_by(k->train, &m, &job, opt);
	assert_int_equal(mr_near_new_open(&new, &m, &d.R, &rule, &err), MR_OK);
	for (int u = 0; u < USERS; u++) {
		const struct mr_user user = user_of(&d.R, u, u);
		int64_t from = m.near.S.ptr[u], n = mr_near_new_row(&new,
		    &user, a.x, &w, a.idx, a.weight);

		assert_int_equal(n, m.near.S.ptr[u + 1] - from);
		for (int64_t j = 0; j < n; j++) {
			assert_int_equal(a.idx[j], m.near.S.idx[from + j]);
			assert_true(fabsf(a.weight[j] -
			    m.near.S.val[from + j]) < 1e-6f);
		}
		if (m.near.scale)
			assert_true(mr_near_new_scale(&new, &user) ==
			    m.near.scale[u]);
		else
			assert_true(mr_near_new_scale(&new, &user) > 0);
	}
	for (int i = 0; i < USERS * MR_SIMILARITY_SUMS; i++)
		assert_true(a.sum[i] == 0);	/* as it was */
	mr_near_new_close(&new);
	mr_model_free(&m);
	rated_free(&d);
}

static void
as_in_training(void **state)
{
	(void)state;
	for_each_form(rows_again);
}

/* The twin of a user, whom the model does not know, is near him, too, and by
 * 1; who shares no film with anybody is near nobody. */
static void
twin_and_stranger(void **state)
{
	const struct mr_fold rule = { .rule = MR_FOLD_SIMILAR, .support = 1,
	    .similarity = MR_SIMILARITY_MSD };
	const struct mr_kind *k = mr_kind_find("knn");
	void *opt = options(k, NULL, 0);
	struct rated d;
	struct mr_train job;
	struct mr_model m;
	struct mr_near_new new;
	struct mr_err err = { 0 };
	struct asked a = { 0 };
	struct mr_similarity_work w = { a.sum, a.seen };
	struct mr_user user;
	int64_t n, own;
	bool found = false;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	job = job_of(&d);
	train_by(k->train, &m, &job, opt);
	assert_int_equal(mr_near_new_open(&new, &m, &d.R, &rule, &err), MR_OK);
	user = user_of(&d.R, 3, -1);
	own = m.near.S.ptr[4] - m.near.S.ptr[3];
	n = mr_near_new_row(&new, &user, a.x, &w, a.idx, a.weight);
	assert_int_equal(n, own + 1);
	for (int64_t j = 0; j < n; j++)
		found |= a.idx[j] == 3 && a.weight[j] == 1;
	assert_true(found);
	user.rated.n = 0;
	assert_int_equal(mr_near_new_row(&new, &user, a.x, &w, a.idx,
	    a.weight), 0);
	mr_near_new_close(&new);
	mr_model_free(&m);
	rated_free(&d);
	free(opt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_in_training),
		cmocka_unit_test(twin_and_stranger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
