/* A model learnt and measured; see trial.h.
 * SPDX-License-Identifier: MIT */
#include "engine/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/par.h"
#include "engine/scorer.h"
#include "eval/errors.h"
#include "eval/lists.h"

#define USERS_TOGETHER 512
#define USERS_PER_TASK 32

/* ---- what is measured ---- */

static const struct mr_judge judges[] = {
	{ "recall", true, false, MR_EVAL_RECALL, 20, MR_EVAL_RECALL },
	{ "precision", true, false, MR_EVAL_PRECISION, 20,
	    MR_EVAL_PRECISION },
	{ "ndcg", true, false, MR_EVAL_NDCG, 20, MR_EVAL_NDCG },
	{ "map", true, false, MR_EVAL_MAP, 20, MR_EVAL_MAP },
	{ "mrr", true, false, MR_EVAL_MRR, 20, MR_EVAL_MRR },
	{ "hit_rate", true, false, MR_EVAL_HIT, 20, MR_EVAL_HIT },
	{ "recall+ndcg", true, false, MR_EVAL_RECALL, 20, MR_EVAL_NDCG },
	{ "rmse", false, true, MR_ERRORS_RMSE, 0, 0 },
	{ "mae", false, true, MR_ERRORS_MAE, 0, 0 },
};

#define JUDGES (sizeof judges / sizeof *judges)

int
mr_judge_parse(struct mr_judge *j, const char *text, struct mr_err *err)
{
	struct mr_slice k = mr_slice_of(text), name = mr_slice_cut(&k, '@');

	for (size_t i = 0; i < JUDGES; i++) {
		*j = judges[i];
		if (!mr_slice_is(name, j->name))
			continue;
		if (!k.p || (j->lists && mr_parse_i64(k, &j->k) && j->k > 0 &&
		    j->k <= 10000))
			return MR_OK;
		return mr_err_set(err, MR_EARG, "'%s': expected %s", text,
		    j->lists ? "a number from 1 to 10000 behind the @" :
		    "no @ where no lists are measured");
	}
	return mr_err_set(err, MR_EARG, "'%s' is no measure: recall, "
	    "precision, ndcg, map, mrr, hit_rate and recall+ndcg, of lists "
	    "of 20 or with @K behind it, rmse and mae are", text);
}

struct mr_judge
mr_judge_of(const struct mr_kind *k)
{
	return judges[k->feedback == MR_FEEDBACK_EVENTS ? 2 : 7];
}

/* ---- a trained model, asked ---- */

struct asked {
	const struct mr_holdout *h;
	const struct mr_judge *j;
	const struct mr_model *m;
	struct mr_users users;
	struct mr_scorer scorer;
	struct mr_score_work *work;	/* [threads] */
	int threads;
	double *sums;
};

static int
open_asked(struct asked *a, struct mr_err *err)
{
	int rc = mr_scorer_open(&a->scorer, a->m, &a->h->train->items,
	    &a->users, a->j->lists ? MR_SCORE_LISTS : MR_SCORE_PAIRS, err);

	if (rc)
		return rc;
	a->work = mr_alloc((size_t)a->threads, sizeof *a->work, "scores",
	    err);
	if (!a->work)
		return MR_ENOMEM;
	for (int i = 0; i < a->threads && rc == MR_OK; i++)
		rc = mr_score_work_new(&a->work[i], &a->scorer, err);
	return rc;
}

static void
close_asked(struct asked *a)
{
	for (int i = 0; a->work && i < a->threads; i++)
		mr_score_work_free(&a->work[i]);
	free(a->work);
	mr_scorer_free(&a->scorer);
}

/* ---- lists ---- */

/* Who is measured, and the lists made for them, one behind the other. */
struct made {
	int64_t n;
	int32_t *who;		/* [n] users of train */
	int32_t *list;		/* [users of T] of a user his list, -1: none */
	int64_t *ptr;
	int32_t *item;
	/* Of the users of a batch: */
	struct mr_user *user;
	struct mr_csr seen;
	size_t seen_cap;
	struct mr_hit *hit;
};

static int
made_new(struct made *x, const struct asked *a, struct mr_err *err)
{
	const struct mr_csr *T = a->h->T;
	size_t users = (size_t)T->rows, k = (size_t)a->j->k;

	x->who = mr_alloc(users, sizeof *x->who, "users", err);
	x->list = x->who ? mr_alloc(users, sizeof *x->list, "users", err) :
	    NULL;
	if (!x->list)
		return MR_ENOMEM;
	for (int64_t u = 0; u < T->rows; u++) {
		bool asks = T->ptr[u] < T->ptr[u + 1] && a->h->user[u] >= 0;

		x->list[u] = asks ? (int32_t)x->n : -1;
		if (asks)
			x->who[x->n++] = a->h->user[u];
	}
	x->ptr = mr_alloc((size_t)x->n + 1, sizeof *x->ptr, "lists", err);
	x->item = x->ptr ? mr_alloc((size_t)x->n * k, sizeof *x->item,
	    "lists", err) : NULL;
	x->user = x->item ? mr_alloc(USERS_TOGETHER, sizeof *x->user, "users",
	    err) : NULL;
	x->seen.ptr = x->user ? mr_alloc(USERS_TOGETHER + 1,
	    sizeof *x->seen.ptr, "users", err) : NULL;
	x->hit = x->seen.ptr ? mr_alloc(USERS_TOGETHER * k, sizeof *x->hit,
	    "lists", err) : NULL;
	return x->hit ? MR_OK : MR_ENOMEM;
}

static void
made_free(struct made *x)
{
	free(x->who);
	free(x->list);
	free(x->ptr);
	free(x->item);
	free(x->user);
	mr_csr_free(&x->seen);
	free(x->hit);
}

/* Users from .. from + n - 1 of who, and what they have rated. */
static int
gather(struct made *x, const struct asked *a, int64_t from, int64_t n,
    struct mr_err *err)
{
	const struct mr_csr *R = &a->users.R;
	size_t most = 0, at = 0;
	int rc;

	for (int64_t q = 0; q < n; q++) {
		int32_t u = x->who[from + q];

		x->user[q] = mr_users_get(&a->users, u);
		most += (size_t)(R->ptr[u + 1] - R->ptr[u]);
	}
	rc = mr_grow(&x->seen.idx, &x->seen_cap, most, sizeof *x->seen.idx,
	    "ratings", err);
	for (int64_t q = 0; q < n && rc == MR_OK; q++) {
		int32_t u = x->who[from + q];
		size_t rated = (size_t)(R->ptr[u + 1] - R->ptr[u]);

		if (rated)
			memcpy(x->seen.idx + at, R->idx + R->ptr[u], rated *
			    sizeof *R->idx);
		at += rated;
		x->seen.ptr[q + 1] = (int64_t)at;
	}
	x->seen.rows = n;
	x->seen.cols = R->cols;
	return rc;
}

/* The lists of users from .. from + n - 1 of who. */
static int
lists_of(struct made *x, struct asked *a, int64_t from, int64_t n,
    struct mr_err *err)
{
	int64_t found[USERS_TOGETHER] = { 0 }, k = a->j->k;
	int rc = gather(x, a, from, n, err);

	if (rc == MR_OK)
		rc = mr_scorer_lists(&a->scorer, x->user, n, &x->seen, NULL,
		    k, a->work, a->threads, x->hit, found, err);
	for (int64_t q = 0; q < n && rc == MR_OK; q++) {
		int64_t *end = &x->ptr[from + q + 1];

		*end = x->ptr[from + q];
		for (int64_t i = 0; i < found[q] && rc == MR_OK; i++) {
			x->item[(*end)++] = x->hit[q * k + i].row;
			if (!isfinite(x->hit[q * k + i].score))
				rc = mr_err_set(err, MR_ENUMERIC, "user "
				    "'%.*s' has a score that is no finite "
				    "number", MR_SHOWN(x->user[q].id));
		}
	}
	return rc;
}

static int
judge_lists(struct asked *a, struct mr_err *err)
{
	const struct mr_holdout *h = a->h;
	const int what[2] = { a->j->what, a->j->second };
	const struct mr_lists_test test = { .T = h->T, .rating = h->rating,
	    .relevant = -INFINITY, .k = &a->j->k, .n_k = 1,
	    .k_max = a->j->k, .measure = what, .n_measures = 2 };
	struct made x = { .n = 0 };
	struct mr_measures t = { 0 };
	struct mr_lists_facts facts;
	int rc = made_new(&x, a, err);

	for (int64_t from = 0; from < x.n && rc == MR_OK;
	    from += USERS_TOGETHER)
		rc = lists_of(&x, a, from, x.n - from < USERS_TOGETHER ?
		    x.n - from : USERS_TOGETHER, err);
	if (rc == MR_OK)
		rc = mr_lists_rank(&t, &test, &(struct mr_lists_side){
		    { x.n, x.ptr, x.item }, h->back, x.list }, NULL, &facts,
		    err);
	for (int64_t i = 0; i < t.n && rc == MR_OK; i++) {
		double *row = a->sums + t.user[i] * MR_TRIAL_COLUMNS;

		row[0] += (t.a[2 * i] + t.a[2 * i + 1]) / 2;
		row[2]++;
	}
	mr_measures_free(&t);
	made_free(&x);
	return rc;
}

/* ---- estimates ---- */

static void
estimate(const struct asked *a, struct mr_score_work *w, int64_t t_user)
{
	const struct mr_csr *T = a->h->T;
	const struct mr_model *m = a->m;
	int32_t u = a->h->user[t_user];
	struct mr_user user = u < 0 ? mr_user_unknown(mr_ids_get(a->h->users,
	    (int32_t)t_user)) : mr_users_get(&a->users, u);

	if (u >= 0)
		mr_score_begin(&a->scorer, w, &user);
	for (int64_t k = T->ptr[t_user]; k < T->ptr[t_user + 1]; k++) {
		int32_t i = a->h->item[T->idx[k]];
		double v = u >= 0 && i >= 0 ?
		    (double)mr_score_item(&a->scorer, w, i) :
		    mr_score_known(m, &user, mr_ids_get(a->h->items,
		    T->idx[k]), i);

		if (a->h->time)
			v += mr_mood_at(&m->moods, &user.mood, a->h->time[k]);
		v = mr_model_estimate(m, v);
		mr_errors_add(a->sums + t_user * MR_TRIAL_COLUMNS,
		    (double)(float)v, a->h->rating[k]);
	}
	if (u >= 0)
		mr_score_end(&a->scorer, w);
}

static void
estimates_task(void *ctx, int64_t task, int worker)
{
	const struct asked *a = ctx;
	int64_t to = (task + 1) * USERS_PER_TASK;

	for (int64_t u = task * USERS_PER_TASK; u < to && u < a->h->T->rows;
	    u++)
		if (a->h->T->ptr[u] < a->h->T->ptr[u + 1])
			estimate(a, &a->work[worker], u);
}

/* ---- a run ---- */

int
mr_trial_run(double *sums, const struct mr_holdout *h,
    const struct mr_training *how, const struct mr_judge *j,
    struct mr_err *err)
{
	struct mr_training t = *how;
	struct mr_model m;
	struct asked a = { .h = h, .j = j, .m = &m, .threads = how->threads,
	    .sums = sums };
	int rc;

	t.r = h->train;
	rc = mr_train_model(&m, &t, err);
	a.users = (struct mr_users){ &h->train->users, 0, h->train->users.n,
	    m.U, m.bu, h->train->R, m.moods.E };
	if (rc == MR_OK)
		rc = open_asked(&a, err);
	if (rc == MR_OK && j->lists)
		rc = judge_lists(&a, err);
	else if (rc == MR_OK)
		mr_par_run(a.threads, (h->T->rows + USERS_PER_TASK - 1) /
		    USERS_PER_TASK, estimates_task, &a);
	close_asked(&a);
	mr_model_free(&m);
	return rc;
}

/* What is drawn depends on who the users are. */
static int
order_users(struct mr_measures *t, const struct mr_ids *users,
    struct mr_err *err)
{
	uint64_t *key = mr_alloc((size_t)users->n, sizeof *key, "users", err);
	int rc = MR_ENOMEM;

	for (int32_t u = 0; key && u < users->n; u++) {
		struct mr_slice id = mr_ids_get(users, u);

		key[u] = mr_hash64(id.p, id.n);
	}
	if (key)
		rc = mr_measures_order(t, key, err);
	free(key);
	return rc;
}

int
mr_trial_measure(struct mr_measured *x, const double *sums,
    const struct mr_ids *users, const struct mr_judge *j,
    const struct mr_eval_draws *draws, struct mr_err *err)
{
	struct mr_measures t;
	int64_t n = users->n;
	int rc = j->lists ? mr_measures_new(&t, n, 1, false, err) :
	    mr_errors_new(&t, n, false, err);

	/* Intervals cost as much as quick models: of one measure alone. */
	t.n_stats = 1;
	if (j->lists)
		t.stat[0] = (struct mr_eval_stat){ 0, -1, false, j->what ==
		    MR_EVAL_HIT ? MR_SCALE_SHARE : MR_SCALE_UNIT };
	else
		t.stat[0] = t.stat[j->what];
	for (int64_t u = 0; u < n && rc == MR_OK; u++) {
		const double *row = sums + u * MR_TRIAL_COLUMNS;

		if (!(row[2] > 0))
			continue;
		if (j->lists)
			t.a[t.n] = row[0] / row[2];
		else
			memcpy(t.a + t.n * t.m, row, MR_ERRORS_COLUMNS *
			    sizeof *row);
		t.user[t.n++] = (int32_t)u;
	}
	if (rc == MR_OK)
		rc = order_users(&t, users, err);
	if (rc == MR_OK)
		rc = mr_measures_compute(&t, draws, x, err);
	mr_measures_free(&t);
	return rc;
}
