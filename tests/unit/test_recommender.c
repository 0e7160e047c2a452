/* The recommender from C: one list, and from many threads at once the lists
 * that mr-recommend prints.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <pthread.h>

#include "near_stream.h"

#include "engine/recommender.h"
#include "tool/recommend/recommend.h"

#define USERS 61
#define ITEMS 47
#define LENGTH 10
#define THREADS 8

static void
keep_all(struct mr_recommender *r)
{
	struct mr_err err = { 0 };

	assert_int_equal(mr_recommender_keep(r, NULL, NULL, NULL, &err),
	    MR_OK);
}

/* Nothing but lib: the ids of the list of one user, a line each. */
static int
one_list(const char *model, const char *user, struct mr_buf *ids,
    struct mr_err *err)
{
	const struct mr_recommender_opt o = { .model = model,
	    .use = MR_SCORE_LISTS };
	const struct mr_ask ask = { .n = LENGTH };
	struct mr_recommender *r = NULL;
	struct mr_work *w = NULL;
	struct mr_hit hit[LENGTH];
	struct mr_user u;
	int64_t n = 0;
	int rc = mr_recommender_open(&r, &o, err);

	if (rc == MR_OK)
		rc = mr_recommender_keep(r, NULL, NULL, NULL, err);
	if (rc == MR_OK)
		rc = mr_work_new(&w, r, 1, err);
	if (rc == MR_OK && mr_recommender_user(r, mr_slice_of(user), &u))
		rc = mr_recommender_lists(r, &u, 1, &ask, w, hit, &n, err);
	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		struct mr_slice id = mr_ids_get(mr_recommender_items(r),
		    hit[i].row);

		rc = mr_buf_addf(ids, err, "%.*s\n", (int)id.n, id.p);
	}
	mr_work_free(w);
	mr_recommender_close(r);
	return rc;
}

static struct near_case
make(int axis, double noise)
{
	struct near_case c = near_make(7, axis == MR_NEAR_NONE ?
	    MR_NEAR_ITEM : axis, NEAR_BIASES, USERS, ITEMS);
	struct mr_err err = { 0 };

	c.m.near.axis = axis;
	c.m.near.norm = MR_NORM_SUM;
	c.m.near.min = 1;
	c.m.noise = noise;
	c.m.noise_seed = 5;
	c.m.clip_lo = 1;
	c.m.clip_hi = 0;
	assert_int_equal(mr_mat_new(&c.m.U, USERS, 3, "", &err), MR_OK);
	assert_int_equal(mr_mat_new(&c.m.V, ITEMS, 3, "", &err), MR_OK);
	for (int i = 0; i < USERS * 3; i++)
		c.m.U.a[i] = value_at(i, 3) / 8;
	for (int i = 0; i < ITEMS * 3; i++)
		c.m.V.a[i] = value_at(i, 4) / 8;
	return c;
}

/* What mr-recommend prints of all users. */
static char *
printed(const char *model)
{
	const struct mr_recommend_opt o = { .n = LENGTH, .model = model };
	struct mr_run run = { .threads = 2 };
	struct mr_err err = { 0 };
	int to = near_out(&run.out);

	assert_int_equal(mr_recommend_lists(&o, &run, &err), MR_OK);
	mr_report_free(&run.report);
	return near_text(&run.out, to);
}

struct asker {
	const struct mr_recommender *r;
	int first;
	struct mr_buf text[USERS];	/* of users first, first + THREADS .. */
	bool failed;
	pthread_t thread;
};

static void *
ask(void *ctx)
{
	const struct mr_ask how = { .n = LENGTH };
	struct asker *a = ctx;
	struct mr_err err = { 0 };
	struct mr_work *w;
	int rc = mr_work_new(&w, a->r, 1, &err);

	for (int u = a->first; u < USERS && rc == MR_OK; u += THREADS) {
		struct mr_hit hit[LENGTH];
		struct mr_user user;
		char name[16];
		int64_t n;

		snprintf(name, sizeof name, "u%d", u);
		if (!mr_recommender_user(a->r, mr_slice_of(name), &user))
			break;
		rc = mr_recommender_lists(a->r, &user, 1, &how, w, hit, &n,
		    &err);
		for (int64_t i = 0; i < n && rc == MR_OK; i++)
			rc = mr_buf_addf(&a->text[u], &err,
			    "%s\t%d\ti%d\t%.9g\n", name, (int)i + 1,
			    (int)hit[i].row, (double)hit[i].score);
		a->failed |= rc != MR_OK || n == 0;
	}
	mr_work_free(w);
	return NULL;
}

/* All users, from THREADS threads at once. */
static void
asked(const char *model, struct mr_buf *text)
{
	const struct mr_recommender_opt o = { .model = model,
	    .use = MR_SCORE_LISTS | MR_SCORE_PAIRS };
	struct asker *a = calloc(THREADS, sizeof *a);
	struct mr_recommender *r;
	struct mr_err err = { 0 };

	assert_non_null(a);
	assert_int_equal(mr_recommender_open(&r, &o, &err), MR_OK);
	keep_all(r);
	for (int t = 0; t < THREADS; t++) {
		a[t].r = r;
		a[t].first = t;
		assert_int_equal(pthread_create(&a[t].thread, NULL, ask,
		    &a[t]), 0);
	}
	for (int t = 0; t < THREADS; t++) {
		pthread_join(a[t].thread, NULL);
		assert_false(a[t].failed);
	}
	for (int u = 0; u < USERS; u++) {
		struct mr_buf *b = &a[u % THREADS].text[u];

		assert_int_equal(mr_buf_add(text, b->p, b->n, &err), MR_OK);
		mr_buf_free(b);
	}
	mr_recommender_close(r);
	free(a);
}

static void
lists_are_those_of_mr_recommend(void **state)
{
	(void)state;
	for (int axis = MR_NEAR_NONE; axis <= MR_NEAR_USER; axis++)
		for (int noise = 0; noise < 2; noise++) {
			struct near_case c = make(axis, noise * 0.3);
			struct mr_buf text = { 0 }, ids = { 0 };
			struct mr_err err = { 0 };
			char path[64], *want;
			int fd = near_write(&c, 1, path);

			want = printed(path);
			asked(path, &text);
			assert_int_equal(text.n, strlen(want));
			assert_memory_equal(text.p, want, text.n);
			assert_int_equal(one_list(path, "u0", &ids, &err),
			    MR_OK);
			for (char *p = ids.p, *at = want; p < ids.p + ids.n;
			    p = strchr(p, '\n') + 1) {
				at = strchr(strchr(at, '\t') + 1, '\t') + 1;
				assert_memory_equal(at, p, strcspn(p, "\n"));
				at = strchr(at, '\n') + 1;
			}
			assert_true(ids.n > 3 * LENGTH);
			mr_buf_free(&ids);
			mr_buf_free(&text);
			free(want);
			close(fd);
			near_free(&c);
		}
}

/* A score alone has the bits it has in the list. */
static void
estimates_are_the_scores_of_lists(void **state)
{
	(void)state;
	for (int axis = MR_NEAR_NONE; axis <= MR_NEAR_USER; axis++) {
		struct near_case c = make(axis, 0.1);
		const struct mr_ask all = { .n = ITEMS, .keep_seen = true };
		char path[64];
		int fd = near_write(&c, 1, path);
		const struct mr_recommender_opt o = { .model = path,
		    .use = MR_SCORE_LISTS | MR_SCORE_PAIRS };
		int32_t same[ITEMS], pick[ITEMS];
		struct mr_hit hit[ITEMS];
		float estimate[ITEMS];
		struct mr_recommender *r;
		struct mr_work *w;
		struct mr_user u;
		struct mr_err err = { 0 };
		int64_t n;

		assert_int_equal(mr_recommender_open(&r, &o, &err), MR_OK);
		keep_all(r);
		assert_int_equal(mr_work_new(&w, r, 1, &err), MR_OK);
		assert_true(mr_recommender_user(r, mr_slice_of("u9"), &u));
		assert_int_equal(mr_recommender_lists(r, &u, 1, &all, w, hit,
		    &n, &err), MR_OK);
		assert_int_equal(n, ITEMS);
		for (int i = 0; i < ITEMS; i++) {
			same[i] = i;
			pick[i] = hit[i].row;
		}
		mr_recommender_estimates(r, &u, mr_recommender_items(r), same,
		    pick, NULL, ITEMS, w, 0, estimate);
		for (int i = 0; i < ITEMS; i++)
			assert_true(estimate[i] == hit[i].score);
		assert_false(mr_recommender_user(r, mr_slice_of("u"), &u));
		mr_work_free(w);
		mr_recommender_close(r);
		close(fd);
		near_free(&c);
	}
}

/* What is not offered: rated items, rows of skip, or neither. */
static void
asks(void **state)
{
	struct near_case c = make(MR_NEAR_NONE, 0);
	const struct mr_csr skip = { 2, ITEMS, (int64_t[]){ 0, 0, 3 },
	    (int32_t[]){ 0, 20, ITEMS - 1 }, NULL };
	char path[64];
	int fd = near_write(&c, 1, path);
	const struct mr_recommender_opt o = { .model = path,
	    .use = MR_SCORE_LISTS };
	struct mr_recommender *r;
	struct mr_work *w;
	struct mr_user u;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_recommender_open(&r, &o, &err), MR_OK);
	keep_all(r);
	assert_int_equal(mr_work_new(&w, r, 3, &err), MR_OK);
	assert_true(mr_recommender_user(r, mr_slice_of("u5"), &u));
	assert_true(u.rated.n > 0);
	for (int row = -1; row < 2; row++)
		for (int keep = 0; keep < 2; keep++) {
			const struct mr_ask a = { .n = ITEMS,
			    .keep_seen = keep, .skip = &skip,
			    .row = (int32_t[]){ row } };
			bool out[ITEMS] = { false };
			struct mr_hit hit[ITEMS];
			int64_t n, left = ITEMS;

			for (int64_t i = 0; i < u.rated.n && !keep; i++)
				out[u.rated.item[i]] = true;
			for (int i = 0; i < 3 && row == 1; i++)
				out[skip.idx[i]] = true;
			for (int i = 0; i < ITEMS; i++)
				left -= out[i];
			assert_int_equal(mr_recommender_lists(r, &u, 1, &a, w,
			    hit, &n, &err), MR_OK);
			assert_int_equal(n, left);
			for (int64_t i = 0; i < n; i++) {
				assert_false(out[hit[i].row]);
				out[hit[i].row] = true;
			}
		}
	mr_work_free(w);
	mr_recommender_close(r);
	close(fd);
	near_free(&c);
}

/* score(u, i) as a list of all items has it. */
static void
score_all_items(const struct mr_recommender *r, const struct mr_user *u,
    struct mr_work *w, double *score)
{
	const struct mr_ask all = { .n = ITEMS, .keep_seen = true };
	struct mr_hit hit[ITEMS];
	struct mr_err err = { 0 };
	int64_t n;

	assert_int_equal(mr_recommender_lists(r, u, 1, &all, w, hit, &n, &err),
	    MR_OK);
	assert_int_equal(n, ITEMS);
	for (int i = 0; i < ITEMS; i++)
		score[hit[i].row] = (double)hit[i].score;
}

static void
members_carry_the_score(void **state)
{
	(void)state;
	for (int axis = MR_NEAR_NONE; axis <= MR_NEAR_USER; axis++)
		for (int misery = 0; misery < 3; misery++) {
			/* u4 twice: two who like an item equally. */
			static const char *const who[] = { "u4", "u9", "u4",
			    "u30" };
			struct near_case c = make(axis, 0.1);
			char path[64];
			int fd = near_write(&c, 1, path);
			const struct mr_recommender_opt o = { .model = path,
			    .use = MR_SCORE_LISTS | MR_SCORE_PAIRS };
			const struct mr_ask ask = { .n = 1 };
			double score[4][ITEMS], base[LENGTH];
			double part[LENGTH * 4], x = misery / 2.0;
			struct mr_hit hit[LENGTH];
			bool offered[ITEMS];
			float all[ITEMS];
			struct mr_recommender *r;
			struct mr_work *w;
			struct mr_user u[4];
			struct mr_err err = { 0 };
			int64_t n;

			assert_int_equal(mr_recommender_open(&r, &o, &err),
			    MR_OK);
			keep_all(r);
			assert_int_equal(mr_work_new(&w, r, 1, &err), MR_OK);
			for (int q = 0; q < 4; q++) {
				assert_true(mr_recommender_user(r,
				    mr_slice_of(who[q]), &u[q]));
				score_all_items(r, &u[q], w, score[q]);
			}
			assert_int_equal(mr_recommender_group(r, u, 4, x, &ask,
			    w, 0, offered, all, &err), MR_OK);
			n = 0;
			for (int i = 0; i < ITEMS; i++)
				if (offered[i])
					mr_topk_push(hit, &n, LENGTH,
					    (struct mr_hit){ all[i], i },
					    NULL);
			assert_true(n > 0);
			mr_recommender_members(r, u, 4, x, hit, n, w, 0, base,
			    part);
			for (int64_t j = 0; j < n; j++) {
				int i = hit[j].row, k = 0;
				double least = INFINITY, sum = base[j];

				for (int q = 0; q < 4; q++)
					least = fmin(least, score[q][i]);
				for (int q = 0; q < 4; q++)
					k += score[q][i] <= least;
				for (int q = 0; q < 4; q++) {
					double s = score[q][i];
					double want = (1 - x) / 4 * (s -
					    base[j]) + (s <= least ? x / k *
					    (s - base[j]) : 0);

					assert_true(fabs(part[j * 4 + q] -
					    want) < 1e-12);
					sum += part[j * 4 + q];
				}
				assert_true(fabs(sum - (double)hit[j].score) <
				    1e-6 * (1 + fabs(sum)));
			}
			mr_work_free(w);
			mr_recommender_close(r);
			close(fd);
			near_free(&c);
		}
}

/* Without a model: the items rated most, ties by id, but for his own. */
static void
counts_are_scores(void **state)
{
	static const char *const names[] = { "c", "a", "e", "b", "d" };
	float count[] = { 2, 7, 0, 7, 3 }, U[1];
	const struct mr_recommender_opt o = { .use = MR_SCORE_LISTS };
	const struct mr_rated rated = { (int32_t[]){ 1, 2 },
	    (float[]){ 5, 1 }, 2 };
	struct mr_ids items = { 0 };
	struct mr_recommender *r;
	struct mr_work *w;
	struct mr_hit hit[5];
	struct mr_user u;
	struct mr_err err = { 0 };
	int64_t n;
	int32_t at;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(mr_ids_add(&items, mr_slice_of(names[i]), &at,
		    NULL, &err), MR_OK);
	assert_int_equal(mr_recommender_open_counts(&r, &o, &items, count,
	    "v.mrm", &err), MR_OK);
	assert_int_equal(mr_work_new(&w, r, 1, &err), MR_OK);
	assert_int_equal(mr_recommender_users(r), 0);
	assert_false(mr_recommender_user(r, mr_slice_of("u"), &u));
	mr_recommender_fold(r, &rated, w, 0, U, &u);
	assert_int_equal(mr_recommender_lists(r, &u, 1, &(struct mr_ask){
	    .n = 5 }, w, hit, &n, &err), MR_OK);
	assert_int_equal(n, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(hit[i].row, ((int[]){ 3, 4, 0 })[i]);
		assert_true(hit[i].score == count[hit[i].row]);
	}
	assert_int_equal(mr_recommender_popular(r, 2, hit), 2);
	assert_int_equal(hit[0].row, 1);
	assert_int_equal(hit[1].row, 3);
	mr_work_free(w);
	mr_recommender_close(r);
	mr_ids_free(&items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_those_of_mr_recommend),
		cmocka_unit_test(estimates_are_the_scores_of_lists),
		cmocka_unit_test(asks),
		cmocka_unit_test(members_carry_the_score),
		cmocka_unit_test(counts_are_scores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
