/* A model measured on what was held out, against plain counting.
 * SPDX-License-Identifier: MIT */
#include "engine/trial.h"

#include <math.h>
#include <stdlib.h>

#include "eval/errors.h"
#include "loaded_build.h"

#define USERS 40
#define ITEMS 30
#define K 3

/* A third of the pairs; user 5 rated one item, which is held out. */
static const char *
some(int u, int i, char *room, size_t n)
{
	if (u == 5 ? i != 2 : (u * 31 + i * 17 + u * i) % 3 != 0)
		return NULL;
	snprintf(room, n, "\t%d", 1 + (u * 3 + i * 5) % 5);
	return room;
}

/* Every fourth rating is held out; of users 10 to 19 none. */
static unsigned char *
parts(const struct mr_ratings *r)
{
	unsigned char *part = calloc((size_t)mr_csr_nnz(&r->R), 1);

	assert_non_null(part);
	for (int32_t u = 0; u < r->users.n; u++)
		for (int64_t k = r->R.ptr[u]; k < r->R.ptr[u + 1]; k++)
			part[k] = (u < 10 || u > 19) && k % 4 == 0;
	part[r->R.ptr[mr_ids_find(&r->users, mr_slice_of("u5"))]] = 1;
	return part;
}

static struct mr_judge
judge(const char *text)
{
	struct mr_judge j;
	struct mr_err err = { 0 };

	if (mr_judge_parse(&j, text, &err) != MR_OK)
		fail_msg("%s", err.msg);
	return j;
}

struct setting {
	struct mr_ratings all;
	struct mr_holdout h;
	unsigned char *part;
	double *sums;
};

static void
set_up(struct setting *s)
{
	struct mr_err err = { 0 };

	load_pairs(&s->all, "user\titem\trating", USERS, ITEMS, some,
	    MR_KEEP_EXACT);
	s->part = parts(&s->all);
	assert_int_equal(mr_holdout_of_part(&s->h, &s->all, s->part, 1, NULL,
	    &err), MR_OK);
	s->sums = calloc(USERS * MR_TRIAL_COLUMNS, sizeof *s->sums);
	assert_non_null(s->sums);
}

static void
put_down(struct setting *s)
{
	mr_holdout_free(&s->h);
	mr_ratings_free(&s->all);
	free(s->part);
	free(s->sums);
}

static struct mr_measured
run(struct setting *s, const char *kind, const struct mr_judge *j,
    int threads)
{
	const struct mr_kind *k = mr_kind_find(kind);
	struct mr_report silent = { 0 };
	struct mr_err err = { 0 };
	void *opt = malloc(k->opt_bytes);
	const struct mr_training how = { .kind = k, .opt = opt, .seed = 1,
	    .threads = threads, .report = &silent };
	const struct mr_eval_draws draws = { 0, 1, 1 };
	struct mr_measured x;

	assert_non_null(opt);
	assert_int_equal(mr_kind_set(k, NULL, 0, NULL, opt, &err), MR_OK);
	memset(s->sums, 0, USERS * MR_TRIAL_COLUMNS * sizeof *s->sums);
	if (mr_trial_run(s->sums, &s->h, &how, j, &err) != MR_OK ||
	    mr_trial_measure(&x, s->sums, s->h.users, j, &draws, &err) !=
	    MR_OK)
		fail_msg("%s", err.msg);
	mr_report_free(&silent);
	free(opt);
	return x;
}

/* ---- lists ---- */

static bool
held_out(const struct setting *s, int32_t u, int32_t i, int want)
{
	const struct mr_csr *R = &s->all.R;

	for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
		if (R->idx[k] == i)
			return s->part[k] == want;
	return false;
}

/* Is item a before b: of more ratings to learn from, or the first by id? */
static bool
before(const struct mr_ids *items, const int *n, int32_t a, int32_t b)
{
	return n[a] != n[b] ? n[a] > n[b] : mr_slice_cmp(mr_ids_get(items, a),
	    mr_ids_get(items, b)) < 0;
}

/* Recall and ndcg of user u's K most popular items. */
static void
by_counting(const struct setting *s, const int *n, int32_t u, double *recall,
    double *ndcg)
{
	bool took[ITEMS] = { false };
	double gain = 0, ideal = 0;
	int hits = 0, relevant = 0;

	for (int32_t i = 0; i < s->all.items.n; i++)
		relevant += held_out(s, u, i, 1);
	for (int q = 0; q < K && s->h.user[u] >= 0; q++) {
		int32_t best = -1;

		for (int32_t i = 0; i < s->all.items.n; i++)
			if (n[i] && !took[i] && !held_out(s, u, i, 0) &&
			    (best < 0 || before(&s->all.items, n, i, best)))
				best = i;
		if (best < 0)
			break;
		took[best] = true;
		hits += held_out(s, u, best, 1);
		gain += held_out(s, u, best, 1) ? 1 / log2(q + 2) : 0;
	}
	for (int q = 0; q < K && q < relevant; q++)
		ideal += 1 / log2(q + 2);
	*recall = (double)hits / relevant;
	*ndcg = gain / ideal;
}

static void
lists_of_the_popular(void **state)
{
	struct setting s;
	int n[ITEMS] = { 0 };
	double recall = 0, ndcg = 0, users = 0;

	(void)state;
	set_up(&s);
	for (int64_t k = 0; k < mr_csr_nnz(&s.all.R); k++)
		n[s.all.R.idx[k]] += s.part[k] == 0;
	for (int32_t u = 0; u < s.all.users.n; u++) {
		double r, g;

		if (s.h.T->ptr[u] == s.h.T->ptr[u + 1])
			continue;
		by_counting(&s, n, u, &r, &g);
		recall += r;
		ndcg += g;
		users++;
	}
	assert_true(users > 10 && users < USERS - 5);
	for (int threads = 1; threads <= 3; threads += 2) {
		struct mr_judge j = judge("recall@3");
		struct mr_measured x = run(&s, "popular", &j, threads);

		assert_int_equal(x.users, (int64_t)users);
		assert_true(fabs(x.value - recall / users) < 1e-12);
		j = judge("ndcg@3");
		x = run(&s, "popular", &j, threads);
		assert_true(fabs(x.value - ndcg / users) < 1e-12);
		j = judge("recall+ndcg@3");
		x = run(&s, "popular", &j, threads);
		assert_true(fabs(x.value - (recall + ndcg) / 2 / users) <
		    1e-12);
	}
	put_down(&s);
}

/* ---- estimates ---- */

/* The mean absolute error of the mean of all ratings: baseline with both
 * biases held at 0. */
static void
estimates_of_the_mean(void **state)
{
	static const struct mr_given still[] = { { "reg-user", "1e9" },
	    { "reg-item", "1e9" } };
	const struct mr_kind *k = mr_kind_find("baseline");
	struct mr_judge j = judge("mae");
	struct mr_report silent = { 0 };
	struct mr_err err = { 0 };
	const struct mr_eval_draws draws = { 0, 1, 1 };
	struct mr_measured x;
	struct setting s;
	double mean = 0, error = 0;
	void *opt = malloc(k->opt_bytes);

	(void)state;
	assert_non_null(opt);
	set_up(&s);
	assert_int_equal(mr_kind_set(k, still, 2, NULL, opt, &err), MR_OK);
	if (mr_trial_run(s.sums, &s.h, &(struct mr_training){ .kind = k,
	    .opt = opt, .seed = 1, .threads = 2, .report = &silent }, &j,
	    &err) != MR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(mr_trial_measure(&x, s.sums, s.h.users, &j, &draws,
	    &err), MR_OK);
	for (int64_t q = 0; q < mr_csr_nnz(&s.h.train->R); q++)
		mean += (double)s.h.train->R.val[q];
	mean /= (double)mr_csr_nnz(&s.h.train->R);
	for (int64_t q = 0; q < mr_csr_nnz(s.h.T); q++)
		error += fabs(s.h.rating[q] - mean);
	assert_true(fabs(x.value - error / (double)mr_csr_nnz(s.h.T)) < 1e-5);
	mr_report_free(&silent);
	free(opt);
	put_down(&s);
}

static void
measures_have_names(void **state)
{
	static const char *const bad[] = { "", "recal", "recall@", "recall@0",
	    "recall@1.5", "ndcg@10001", "rmse@3", "ndcg+recall" };
	struct mr_judge j = judge("ndcg");
	struct mr_err err;

	(void)state;
	assert_true(j.lists && j.k == 20 && j.what == j.second && !j.falls);
	j = judge("hit_rate@7");
	assert_true(j.lists && j.k == 7 && j.what == MR_EVAL_HIT);
	j = judge("rmse");
	assert_true(!j.lists && j.falls && j.what == MR_ERRORS_RMSE);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err = (struct mr_err){ 0 };
		assert_int_equal(mr_judge_parse(&j, bad[i], &err), MR_EARG);
		assert_non_null(strstr(err.msg, "'"));
	}
	assert_string_equal(mr_judge_of(mr_kind_find("ials")).name, "ndcg");
	assert_string_equal(mr_judge_of(mr_kind_find("svd")).name, "rmse");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_the_popular),
		cmocka_unit_test(estimates_of_the_mean),
		cmocka_unit_test(measures_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
