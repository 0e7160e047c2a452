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
	{ "recall", true, false, MR_EVAL_RECALL, 20 },
	{ "precision", true, false, MR_EVAL_PRECISION, 20 },
	{ "ndcg", true, false, MR_EVAL_NDCG, 20 },
	{ "map", true, false, MR_EVAL_MAP, 20 },
	{ "mrr", true, false, MR_EVAL_MRR, 20 },
	{ "hit_rate", true, false, MR_EVAL_HIT, 20 },
	{ "rmse", false, true, MR_ERRORS_RMSE, 0 },
	{ "mae", false, true, MR_ERRORS_MAE, 0 },
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
	    "precision, ndcg, map, mrr and hit_rate, of lists of 20 or with "
	    "@K behind it, rmse and mae are", text);
}

struct mr_judge
mr_judge_of(const struct mr_kind *k)
{
	return judges[k->feedback == MR_FEEDBACK_EVENTS ? 2 : 6];
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

/* The lists of users from .. from + n - 1, behind those before. */
static int
lists_of(struct asked *a, int64_t from, int64_t n, struct mr_user *u,
    struct mr_hit *hit, int64_t *ptr, int32_t *item, struct mr_err *err)
{
	struct mr_csr skip = a->users.R;
	int64_t found[USERS_TOGETHER], k = a->j->k;
	int rc;

	skip.rows = n;
	skip.ptr += from;
	for (int64_t q = 0; q < n; q++)
		u[q] = mr_users_get(&a->users, from + q);
	rc = mr_scorer_lists(&a->scorer, u, n, &skip, NULL, k, a->work,
	    a->threads, hit, found, err);
	for (int64_t q = 0; q < n && rc == MR_OK; q++) {
		ptr[from + q + 1] = ptr[from + q];
		for (int64_t i = 0; i < found[q] && rc == MR_OK; i++) {
			item[ptr[from + q + 1]++] = hit[q * k + i].row;
			if (!isfinite(hit[q * k + i].score))
				rc = mr_err_set(err, MR_ENUMERIC, "user "
				    "'%.*s' has a score that is no finite "
				    "number", MR_SHOWN(u[q].id));
		}
	}
	return rc;
}

static int
make_lists(struct asked *a, int64_t *ptr, int32_t *item, struct mr_err *err)
{
	int64_t n = a->users.n;
	struct mr_user *u = mr_alloc(USERS_TOGETHER, sizeof *u, "users", err);
	struct mr_hit *hit = u ? mr_alloc((size_t)(USERS_TOGETHER * a->j->k),
	    sizeof *hit, "lists", err) : NULL;
	int rc = hit ? MR_OK : MR_ENOMEM;

	for (int64_t from = 0; from < n && rc == MR_OK; from += USERS_TOGETHER)
		rc = lists_of(a, from, n - from < USERS_TOGETHER ? n - from :
		    USERS_TOGETHER, u, hit, ptr, item, err);
	free(u);
	free(hit);
	return rc;
}

static int
judge_lists(struct asked *a, struct mr_err *err)
{
	const struct mr_holdout *h = a->h;
	size_t n = (size_t)a->users.n, room = n * (size_t)a->j->k;
	int64_t *ptr = mr_alloc(n + 1, sizeof *ptr, "lists", err);
	int32_t *item = ptr ? mr_alloc(room, sizeof *item, "lists", err) :
	    NULL;
	const struct mr_lists_test test = { .T = h->T, .rating = h->rating,
	    .relevant = -INFINITY, .k = &a->j->k, .n_k = 1,
	    .k_max = a->j->k, .measure = &a->j->what, .n_measures = 1 };
	const struct mr_lists_side side = { { a->users.n, ptr, item },
	    h->back, h->user };
	struct mr_measures t = { 0 };
	struct mr_lists_facts facts;
	int rc = item ? make_lists(a, ptr, item, err) : MR_ENOMEM;

	if (rc == MR_OK)
		rc = mr_lists_rank(&t, &test, &side, NULL, &facts, err);
	for (int64_t i = 0; i < t.n && rc == MR_OK; i++) {
		double *row = a->sums + t.user[i] * MR_TRIAL_COLUMNS;

		row[0] += t.a[i];
		row[2]++;
	}
	mr_measures_free(&t);
	free(ptr);
	free(item);
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

		if (m->clip_lo <= m->clip_hi)
			v = fmin(fmax(v, m->clip_lo), m->clip_hi);
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
	    m.U, m.bu, h->train->R };
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
	struct mr_measured both[2];
	int64_t n = users->n;
	int rc = j->lists ? mr_measures_new(&t, n, 1, false, err) :
	    mr_errors_new(&t, n, false, err);

	if (j->lists) {
		t.n_stats = 1;
		t.stat[0] = (struct mr_eval_stat){ 0, -1, false, j->what ==
		    MR_EVAL_HIT ? MR_SCALE_SHARE : MR_SCALE_UNIT };
	}
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
		rc = mr_measures_compute(&t, draws, both, err);
	if (rc == MR_OK)
		*x = both[j->lists ? 0 : j->what];
	mr_measures_free(&t);
	return rc;
}
