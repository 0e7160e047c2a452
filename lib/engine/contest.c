/* Models of lists against one another; see contest.h.
 * SPDX-License-Identifier: MIT */
#include "engine/contest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "engine/contest_entrants.h"
#include "engine/contest_split.h"
#include "model/blend_parts.h"

#define HOPELESS 0.7
#define ROUNDS 2	/* over the axes of a kind */
#define FLAT 0.001	/* of a value: so much is not worth two trials */

/* A trial and what it came to. */
struct tried {
	int entrant;
	int place[MR_CONTEST_AXES];
	double value;		/* NAN: it was lost */
};

struct going {
	const struct mr_contest *c;
	struct mr_contest_split split;
	struct mr_blend_parts parts[MR_CONTEST_SPLITS];
	struct mr_blas blas;
	struct mr_judge judge;
	double *sums;		/* [users * MR_TRIAL_COLUMNS] */
	struct tried *tried;
	size_t n, cap;
	size_t about;		/* so many will there be in all */
	int place[MR_CONTEST_AXES];	/* where the search is */
	double best;		/* of all trials, NAN: none has a value */
	struct tried winner;
};

static struct mr_extent
extent_of(const struct mr_ratings *r)
{
	return (struct mr_extent){ r->R.rows, r->R.cols, mr_csr_nnz(&r->R) };
}

/* ---- a trial ---- */

static void
tell(const struct going *g, const struct mr_winner *w, double value)
{
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };

	if (mr_entrant_options(w, &b, &err) == MR_OK)
		mr_report_fact(g->c->report, "trial %zu: %s%.*s: %.4f", g->n,
		    w->kind->name, (int)b.n, b.n ? b.p : "", value);
	mr_buf_free(&b);
}

/* The mean over users of their means over splits; NAN of none. */
static double
mean_of(const struct going *g)
{
	double sum = 0;
	int64_t n = 0;

	for (int64_t u = 0; u < g->c->r->users.n; u++) {
		const double *row = g->sums + u * MR_TRIAL_COLUMNS;

		if (!(row[2] > 0))
			continue;
		sum += row[0] / row[2];
		n++;
	}
	return n ? sum / (double)n : (double)NAN;
}

static void
drop_parts(struct going *g)
{
	for (int i = 0; i < MR_CONTEST_SPLITS; i++)
		mr_blend_parts_free(&g->parts[i]);
}

/* Parts of blends stay between trials as long as there is room for a trial
 * beside them. */
static void
keep_parts(struct going *g, int i, struct mr_training *how)
{
	double kept = 0, need = mr_train_bytes(how);

	if (strcmp(how->kind->name, "blend") != 0)
		return;
	for (int f = 0; f < MR_CONTEST_SPLITS; f++)
		kept += mr_blend_parts_bytes(&g->parts[f]);
	if (g->c->memory == 0 || kept + need <= (double)g->c->memory)
		how->parts = &g->parts[i];
	else
		drop_parts(g);
}

/* Learns what t says from split i, measured. */
static int
learn(struct going *g, const struct tried *t, int i, struct mr_winner *w,
    struct mr_err *err)
{
	const struct mr_contest *c = g->c;
	const struct mr_holdout *h = &g->split.h[i];
	const struct mr_extent x = extent_of(h->train);
	struct mr_report silent = { 0 };
	struct mr_training how = { .r = h->train, .blas = &g->blas,
	    .seed = c->seed, .threads = c->threads, .report = &silent,
	    .memory = c->memory };
	void *opt;
	int rc;

	mr_entrant_spell(w, t->entrant, t->place, &x);
	how.kind = w->kind;
	how.opt = opt = mr_alloc(1, w->kind->opt_bytes, "options", err);
	rc = opt ? mr_kind_set(w->kind, w->given, w->n, &x, opt, err) :
	    MR_ENOMEM;
	if (rc == MR_OK) {
		keep_parts(g, i, &how);
		rc = mr_trial_run(g->sums, h, &how, &g->judge, err);
	}
	mr_report_free(&silent);
	free(opt);
	return rc;
}

/* The winner is learnt from all ratings, trials perhaps from a share. */
static int
fits(const struct going *g, const struct tried *t, struct mr_err *err)
{
	const struct mr_contest *c = g->c;
	const struct mr_extent x = extent_of(c->r);
	struct mr_report silent = { 0 };
	struct mr_winner w;
	struct mr_training how = { .r = c->r, .threads = c->threads,
	    .report = &silent, .memory = c->memory };
	void *opt;
	int rc;

	mr_entrant_spell(&w, t->entrant, t->place, &x);
	how.kind = w.kind;
	how.opt = opt = mr_alloc(1, w.kind->opt_bytes, "options", err);
	rc = opt ? mr_kind_set(w.kind, w.given, w.n, &x, opt, err) :
	    MR_ENOMEM;
	if (rc == MR_OK)
		rc = mr_train_fits(&how, err);
	mr_report_free(&silent);
	free(opt);
	return rc;
}

static int
measure(struct going *g, struct tried *t, struct mr_err *err)
{
	size_t sums = (size_t)g->c->r->users.n * MR_TRIAL_COLUMNS;
	struct mr_winner w = { .n = 0 };
	int rc = fits(g, t, err);

	memset(g->sums, 0, sums * sizeof *g->sums);
	for (int i = 0; i < g->split.n && rc == MR_OK; i++)
		rc = learn(g, t, i, &w, err);
	if (rc == MR_ENOMEM)
		mr_report_warn(g->c->report, "trial %zu is left out: %s",
		    g->n, err->msg);
	t->value = rc ? (double)NAN : mean_of(g);
	if (rc == MR_OK)
		tell(g, &w, t->value);
	if (rc == MR_ENUMERIC || rc == MR_ENOMEM) {
		*err = (struct mr_err){ 0 };
		rc = MR_OK;
	}
	return rc;
}

/* The trial of the place where the search is, by what counts to the kind; NULL:
 * there is none yet. */
static const struct tried *
find(const struct going *g, int entrant)
{
	const struct mr_entrant *e = &mr_entrants[entrant];

	for (size_t i = 0; i < g->n; i++) {
		const struct tried *t = &g->tried[i];
		bool same = t->entrant == entrant;

		for (int a = 0; a < e->n_axes; a++)
			same = same && t->place[e->axis[a]] ==
			    g->place[e->axis[a]];
		if (same)
			return t;
	}
	return NULL;
}

/* How many it will be in all, as entrant e begins. */
static void
look_ahead(struct going *g, int e)
{
	g->about = g->n;
	for (; mr_entrants[e].kind; e++)
		g->about += (size_t)mr_entrants[e].trials;
}

/* The value of the place where the search is, found or made. */
static int
try(struct going *g, int entrant, double *value, struct mr_err *err)
{
	const struct tried *old = find(g, entrant);
	struct tried *t;
	int rc = old ? MR_OK : mr_grow(&g->tried, &g->cap, g->n + 1,
	    sizeof *g->tried, "trials", err);

	if (old)
		*value = old->value;
	if (old || rc)
		return rc;
	t = &g->tried[g->n++];
	*t = (struct tried){ .entrant = entrant };
	memcpy(t->place, g->place, sizeof t->place);
	rc = measure(g, t, err);
	*value = t->value;
	if (rc == MR_OK && !isnan(t->value) && !(t->value <= g->best)) {
		g->best = t->value;
		g->winner = *t;
	}
	mr_report_step(g->c->report, "trials", (int64_t)g->n,
	    (int64_t)(g->n < g->about ? g->about : g->n + 1));
	return rc;
}

/* ---- the search ---- */

static int
walk(struct going *g, int entrant, int axis, int stride, double *value,
    bool *moved, struct mr_err *err);

/* Tries the place that is step away along an axis, with the best of the axis
 * that goes with it near there: where that is better, it is where the search
 * is. */
static int
better(struct going *g, int entrant, int axis, int step, double *value,
    bool *moved, struct mr_err *err)
{
	const struct mr_contest_axis *a = &mr_contest_axes[axis];
	int was[MR_CONTEST_AXES], rc;
	bool any = false;
	double v;

	*moved = false;
	if (g->place[axis] + step < 0 || g->place[axis] + step >= a->n)
		return MR_OK;
	memcpy(was, g->place, sizeof was);
	g->place[axis] += step;
	rc = try(g, entrant, &v, err);
	if (rc == MR_OK && a->beside && !isnan(v))
		rc = walk(g, entrant, a->beside, 1, &v, &any, err);
	*moved = rc == MR_OK && v > *value;
	if (*moved)
		*value = v;
	else
		memcpy(g->place, was, sizeof was);
	return rc;
}

/* To one side along an axis, down where that is better, as long as it gets
 * better. */
static int
walk(struct going *g, int entrant, int axis, int stride, double *value,
    bool *moved, struct mr_err *err)
{
	int step = -stride;
	bool on;
	int rc = better(g, entrant, axis, step, value, &on, err);

	if (rc == MR_OK && !on) {
		step = stride;
		rc = better(g, entrant, axis, step, value, &on, err);
	}
	*moved = *moved || on;
	while (on && rc == MR_OK)
		rc = better(g, entrant, axis, step, value, &on, err);
	return rc;
}

/* What the place that is step away along an axis came to; NAN: nothing yet. */
static double
known(struct going *g, int entrant, int axis, int step)
{
	const struct tried *t;

	g->place[axis] += step;
	t = find(g, entrant);
	g->place[axis] -= step;
	return t ? t->value : (double)NAN;
}

/* Is there hardly more to find between the two sides of a place, by the
 * parabola through the three? */
static bool
is_flat(struct going *g, int entrant, int axis, int stride, double value)
{
	double down = known(g, entrant, axis, -stride);
	double up = known(g, entrant, axis, stride);
	double bend = 2 * value - down - up;

	return bend > 0 && (up - down) * (up - down) <= 8 * bend * FLAT *
	    value;
}

static bool
ease_too_large(const struct going *g, int64_t most)
{
	return g->c->r->R.rows > most && g->c->r->R.cols > most;
}

static int
climb(struct going *g, int entrant, struct mr_err *err)
{
	const struct mr_entrant *e = &mr_entrants[entrant];
	bool moved = true, done[MR_CONTEST_AXES] = { false };
	double value;
	int rc = try(g, entrant, &value, err);

	if (rc || isnan(value) || value < HOPELESS * g->best)
		return rc;
	for (int r = 0; r < ROUNDS && moved && rc == MR_OK; r++) {
		moved = r == 0 && e->n_axes > 1;
		for (int i = 0; i < e->n_axes && rc == MR_OK; i++) {
			int axis = e->axis[i], stride = r > 0 ? 1 :
			    mr_contest_axes[axis].stride;

			if (stride == 0 || done[axis] ||
			    (axis == MR_AXIS_SHARE &&
			    ease_too_large(g, MR_CONTEST_EASE_BESIDE)))
				continue;
			rc = walk(g, entrant, axis, stride, &value, &moved,
			    err);
			done[axis] = is_flat(g, entrant, axis, stride, value);
		}
	}
	return rc;
}

static int
run(struct going *g, struct mr_err *err)
{
	const struct mr_extent x = extent_of(g->c->r);
	int rc = MR_OK;

	mr_entrants_begin(g->place, &x);
	for (int e = 0; mr_entrants[e].kind && rc == MR_OK; e++) {
		look_ahead(g, e);
		if (strcmp(mr_entrants[e].kind, "ease") == 0 &&
		    ease_too_large(g, MR_CONTEST_EASE))
			mr_report_fact(g->c->report, "%s is left out: more "
			    "than %d users and films", mr_entrants[e].kind,
			    MR_CONTEST_EASE);
		else
			rc = climb(g, e, err);
		drop_parts(g);
	}
	return rc;
}

int
mr_contest_run(struct mr_winner *w, const struct mr_contest *c,
    struct mr_err *err)
{
	const struct mr_extent x = extent_of(c->r);
	struct going g = { .c = c, .best = (double)NAN };
	int rc = mr_judge_parse(&g.judge, "recall+ndcg@20", err);

	if (rc == MR_OK)
		rc = mr_contest_split(&g.split, c->r, MR_CONTEST_RATINGS,
		    c->seed, err);
	if (rc == MR_OK)
		rc = mr_blas_open(&g.blas, c->threads, err);
	g.sums = mr_alloc((size_t)x.n_users * MR_TRIAL_COLUMNS, sizeof *g.sums,
	    "measures of users", err);
	if (!g.sums)
		rc = MR_ENOMEM;
	if (rc == MR_OK && g.split.n)
		rc = run(&g, err);
	*w = (struct mr_winner){ .value = g.best, .trials = (int64_t)g.n,
	    .splits = g.split.n, .by_time = g.split.by_time };
	if (rc == MR_OK && isnan(g.best))
		mr_report_warn(c->report, "too few ratings to choose a model "
		    "by: popular");
	if (rc == MR_OK)
		mr_entrant_spell(w, g.winner.entrant, g.winner.place, &x);
	mr_contest_split_free(&g.split);
	free(g.sums);
	free(g.tried);
	return rc;
}
