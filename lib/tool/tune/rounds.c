/* The trials of a round, side by side; see tune_private.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "eval/split.h"
#include "stream/memory.h"
#include "tool/tune/tune_private.h"

#define DRAWS 1000

/* A round while it runs. */
struct going {
	struct mr_tune *t;
	int r;
	struct mr_holdout *holdout;	/* [folds] */
	int64_t *trial;			/* [n] those that are alive */
	int64_t n, begun;		/* of them, those made before */
	int threads;			/* of a trial */
	size_t memory;			/* for a trial, 0: not known */
	/* Of all workers: */
	pthread_mutex_t lock;
	bool *done;			/* [n] */
	int64_t printed, n_done;
	int rc;				/* the first failure */
	struct mr_err err;
};

/* ---- what is learnt from, and measured on ---- */

static bool *
choose_users(const struct mr_tune *t, double share, struct mr_err *err)
{
	int32_t n = t->all.users.n;
	bool *in = mr_alloc((size_t)n, sizeof *in, "users", err);
	uint64_t key = mr_rng_u64(t->run->seed, 1, 1);

	for (int32_t u = 0; in && u < n; u++)
		in[u] = mr_split_draw(key, mr_ids_get(&t->all.users, u),
		    (struct mr_slice){ "", 0 }) < share;
	return in;
}

static int
make_holdouts(struct going *g, struct mr_err *err)
{
	struct mr_tune *t = g->t;
	const struct mr_tune_round *r = &t->round[g->r];
	bool *users = NULL;
	int rc = MR_OK;

	g->holdout = mr_alloc((size_t)r->folds, sizeof *g->holdout, "folds",
	    err);
	if (!g->holdout)
		return MR_ENOMEM;
	if (r->share < 1) {
		users = choose_users(t, r->share, err);
		if (!users)
			return MR_ENOMEM;
	}
	for (int f = 0; f < r->folds && rc == MR_OK; f++)
		rc = t->o->test ? mr_holdout_of_test(&g->holdout[f], &t->all,
		    &t->test, err) :
		    mr_holdout_of_part(&g->holdout[f], &t->all, t->part,
		    t->o->folds ? (unsigned char)f : 1, users, err);
	free(users);
	return rc;
}

/* ---- a trial ---- */

/* Trial i on fold f. */
static int
prepare(const struct going *g, int64_t i, int64_t f, struct mr_training *how,
    void *opt, struct mr_report *report, struct mr_err *err)
{
	const struct mr_tune *t = g->t;
	const struct mr_csr *R = &g->holdout[f].train->R;
	const struct mr_extent e = { R->rows, R->cols, mr_csr_nnz(R) };

	*how = (struct mr_training){ .kind = t->o->kind, .opt = opt,
	    .r = g->holdout[f].train, .blas = t->blas_too ? &t->blas : NULL,
	    .seed = t->run->seed, .threads = g->threads, .report = report,
	    .memory = g->memory };
	return e.n_ratings ? mr_kind_set(how->kind, t->settings.given + i *
	    t->settings.n_axes, (size_t)t->settings.n_axes, &e, opt, err) :
	    mr_err_set(err, MR_EFORMAT, "nothing is left to learn from");
}

/* The folds that are still to be measured on. */
static int
measure(struct going *g, int64_t i, struct mr_tune_result *x,
    struct mr_err *err)
{
	struct mr_tune *t = g->t;
	const struct mr_kind *k = t->o->kind;
	int64_t n = g->holdout[0].users->n;
	struct mr_report silent = { 0 };
	struct mr_eval_draws draws = { DRAWS, t->run->seed, 1 };
	struct mr_measured m;
	void *opt = mr_alloc(1, k->opt_bytes, "options", err);
	int rc = opt ? MR_OK : MR_ENOMEM;

	if (!x->sums)
		x->sums = mr_alloc((size_t)n * MR_TRIAL_COLUMNS,
		    sizeof *x->sums, "errors of users", err);
	if (!x->sums)
		rc = MR_ENOMEM;
	for (; x->folds < t->round[g->r].folds && rc == MR_OK; x->folds++) {
		struct mr_training how;

		rc = prepare(g, i, x->folds, &how, opt, &silent, err);
		if (rc == MR_OK)
			rc = mr_trial_run(x->sums, &g->holdout[x->folds], &how,
			    &t->judge, err);
	}
	if (rc == MR_OK)
		rc = mr_trial_measure(&m, x->sums, g->holdout[0].users,
		    &t->judge, &draws, err);
	if (rc == MR_OK) {
		x->value = m.value;
		x->lo = m.lo;
		x->hi = m.hi;
		x->users = m.users;
	}
	mr_report_free(&silent);
	free(opt);
	return rc;
}

/* Trials that are done, up to the first that is not. */
static void
print_done(struct going *g)
{
	struct mr_report *report = &g->t->run->report;

	for (; g->printed < g->n && g->done[g->printed]; g->printed++)
		if (g->rc == MR_OK)
			g->rc = mr_tune_row(g->t, g->r, g->trial[g->printed],
			    &g->err);
	mr_report_step(report, "trials", g->n_done, g->r ? g->n :
	    g->t->settings.most);
}

static void
trial_task(void *ctx, int64_t task, int worker)
{
	struct going *g = ctx;
	int64_t at = g->begun + task, i = g->trial[at];
	struct mr_tune_result *x = &g->t->result[i];
	struct mr_err err = { 0 };
	bool stop;
	int rc = MR_OK;

	(void)worker;
	pthread_mutex_lock(&g->lock);
	stop = g->rc != MR_OK;
	pthread_mutex_unlock(&g->lock);
	if (stop)
		return;
	if (!x->known)
		rc = measure(g, i, x, &err);
	pthread_mutex_lock(&g->lock);
	if (rc == MR_ENUMERIC) {
		mr_report_warn(&g->t->run->report, "trial %lld: %s",
		    (long long)i + 1, err.msg);
		x->value = x->lo = x->hi = (double)NAN;
	} else if (rc && g->rc == MR_OK) {
		g->rc = rc;
		g->err = err;
	}
	g->done[at] = true;
	g->n_done++;
	print_done(g);
	pthread_mutex_unlock(&g->lock);
}

/* ---- after it ---- */

int64_t
mr_tune_best(const struct mr_tune *t)
{
	int64_t best = -1;

	for (int64_t i = 0; i < t->settings.n; i++) {
		const struct mr_tune_result *x = &t->result[i];

		if (!x->alive || isnan(x->value))
			continue;
		if (best < 0 || (t->judge.falls ? x->value <
		    t->result[best].value : x->value > t->result[best].value))
			best = i;
	}
	return best;
}

struct valued {
	double key;
	int64_t i;
};

static int
falling(const void *a, const void *b)
{
	const struct valued *x = a, *y = b;

	if (x->key > y->key || x->key < y->key)
		return x->key > y->key ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

/* order [settings.n] (out): of the *m alive that have a value the best first,
 * of equal ones the first; the caller's to free. */
static int64_t *
best_first(const struct mr_tune *t, int64_t *m, struct mr_err *err)
{
	size_t n = (size_t)t->settings.n;
	struct valued *v = mr_alloc(n, sizeof *v, "trials", err);
	int64_t *order = v ? mr_alloc(n, sizeof *order, "trials", err) : NULL;

	*m = 0;
	for (int64_t i = 0; order && i < t->settings.n; i++) {
		const struct mr_tune_result *x = &t->result[i];

		if (x->alive && !isnan(x->value))
			v[(*m)++] = (struct valued){ t->judge.falls ?
			    -x->value : x->value, i };
	}
	if (order)
		qsort(v, (size_t)*m, sizeof *v, falling);
	for (int64_t q = 0; q < *m; q++)
		order[q] = v[q].i;
	free(v);
	return order;
}

/* Out goes what has no value, whose interval is all worse than the best one's,
 * and in halving two thirds.  Sums are of use while the users stay. */
static int
select_trials(struct mr_tune *t, int r, struct mr_err *err)
{
	int64_t n = 0, m, *order = best_first(t, &m, err);
	bool *stays = order ? mr_alloc((size_t)t->settings.n, sizeof *stays,
	    "trials", err) : NULL;
	const struct mr_tune_result *b = stays && m ? &t->result[order[0]] :
	    NULL;

	for (int64_t i = 0; stays && i < t->settings.n; i++)
		n += t->result[i].alive;
	for (int64_t q = 0; b && q < m; q++) {
		const struct mr_tune_result *x = &t->result[order[q]];

		stays[order[q]] = !(t->judge.falls ? x->lo > b->hi :
		    x->hi < b->lo) && (t->round[r].share >= 1 ||
		    q < (n + 2) / 3);
	}
	for (int64_t i = 0; stays && i < t->settings.n; i++) {
		struct mr_tune_result *x = &t->result[i];

		x->alive = stays[i];
		x->known = false;
		if (x->alive && t->round[r].share >= 1)
			continue;
		free(x->sums);
		x->sums = NULL;
		x->folds = 0;
	}
	free(order);
	free(stays);
	return stays ? MR_OK : MR_ENOMEM;
}

/* Has every trial that is to be made the memory it takes? */
static bool
all_fit(const struct going *g)
{
	const struct mr_tune *t = g->t;
	struct mr_report silent = { 0 };
	struct mr_err err = { 0 };
	void *opt = mr_alloc(1, t->o->kind->opt_bytes, "options", &err);
	bool fit = true;

	for (int64_t q = g->begun; opt && q < g->n && fit; q++)
		for (int f = 0; f < t->round[g->r].folds && fit; f++) {
			struct mr_training how;

			fit = t->result[g->trial[q]].known ||
			    prepare(g, g->trial[q], f, &how, opt, &silent,
			    &err) || mr_train_fits(&how, &err) == MR_OK;
		}
	mr_report_free(&silent);
	free(opt);
	return fit;
}

/* Trials side by side share threads and memory: as many as fit. */
static int
share_out(struct going *g)
{
	int threads = g->t->run->threads;
	int64_t n = g->n - g->begun;
	int workers = threads < n ? threads : (int)n;
	size_t memory = mr_memory_free();

	for (; workers > 0; workers--) {
		g->threads = threads / workers;
		g->memory = memory / (size_t)workers;
		if (workers == 1 || all_fit(g))
			break;
	}
	return workers;
}

/* In the first round, settings near the best of those there are; by chance
 * where none has a value. */
static int
add_more(struct going *g, struct mr_err *err)
{
	struct mr_tune *t = g->t;
	int64_t had = t->settings.n, m, *order = best_first(t, &m, err);
	int rc = order ? mr_settings_near(&t->settings, order, m, err) :
	    MR_ENOMEM;

	if (rc == MR_OK && m == 0 && t->settings.n > had)
		mr_report_warn(&t->run->report, "no trial of %lld has a value: "
		    "%lld more are by chance", (long long)had,
		    (long long)(t->settings.n - had));
	for (int64_t i = had; i < t->settings.n && rc == MR_OK; i++) {
		rc = mr_tune_begin(t, i, err);
		g->trial[g->n++] = i;
	}
	free(order);
	return rc;
}

static int
run(struct going *g, struct mr_err *err)
{
	struct mr_tune *t = g->t;
	int rc = MR_OK;

	for (int64_t i = 0; i < t->settings.n; i++)
		if (t->result[i].alive)
			g->trial[g->n++] = i;
	if (pthread_mutex_init(&g->lock, NULL) != 0)
		return mr_err_set(err, MR_ENOMEM, "no lock for threads");
	while (g->begun < g->n && rc == MR_OK && g->rc == MR_OK) {
		mr_par_run(share_out(g), g->n - g->begun, trial_task, g);
		g->begun = g->n;
		if (g->rc == MR_OK && t->settings.n < t->settings.most)
			rc = add_more(g, err);
	}
	pthread_mutex_destroy(&g->lock);
	if (g->rc)
		*err = g->err;
	return rc ? rc : g->rc;
}

int
mr_tune_run(struct mr_tune *t, int r, struct mr_err *err)
{
	struct going g = { .t = t, .r = r };
	size_t n = (size_t)t->settings.most;
	int rc = MR_OK;

	if (t->o->resume)
		rc = mr_tune_read(t, r, err);
	g.trial = mr_alloc(n, sizeof *g.trial, "trials", err);
	g.done = g.trial ? mr_alloc(n, sizeof *g.done, "trials", err) : NULL;
	if (rc == MR_OK && !g.done)
		rc = MR_ENOMEM;
	if (rc == MR_OK)
		rc = make_holdouts(&g, err);
	if (rc == MR_OK)
		rc = run(&g, err);
	for (int f = 0; g.holdout && f < t->round[r].folds; f++)
		mr_holdout_free(&g.holdout[f]);
	free(g.holdout);
	free(g.trial);
	free(g.done);
	return rc || r + 1 == t->n_rounds ? rc : select_trials(t, r, err);
}
