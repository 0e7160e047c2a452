/* Lists of recommendations; see recommend.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "engine/recommender.h"
#include "store/films.h"
#include "tool/recommend/lists.h"

#define BEYOND 10	/* films looked at behind a list, for ties */

/* What users of --ratings need. */
static int
open_new(struct mr_recommend_run *r, struct mr_err *err)
{
	int64_t d = mr_recommender_model(r->b.r)->V.cols;

	r->U = mr_alloc(MR_LISTS_BATCH, (size_t)d * sizeof *r->U, "factors",
	    err);
	return r->U ? MR_OK : MR_ENOMEM;
}

/* What users need of whom nothing is known. */
static int
open_popular(struct mr_recommend_run *r, struct mr_err *err)
{
	int32_t items = mr_recommender_items(r->b.r)->n;

	r->popular = mr_alloc((size_t)items, sizeof *r->popular, "films",
	    err);
	if (!r->popular)
		return MR_ENOMEM;
	r->n_popular = mr_recommender_popular(r->b.r, items, r->popular);
	return MR_OK;
}

/* Users whose lists are in memory at a time, with the columns of --explain:
 * hits a user, found in n_per lists. */
static int64_t
batch_of(const struct mr_recommend_run *r)
{
	int64_t rows = r->n_per * r->n_list, n, picked;
	int64_t bytes = r->n_hits * (int64_t)sizeof *r->hit;

	if (r->o->explain)
		bytes += rows * (int64_t)(sizeof(double) + sizeof(int64_t));
	if (r->o->explain && r->o->items)
		bytes += rows * (int64_t)(sizeof(double) + sizeof(int64_t) +
		    MR_CONTENT_NEAREST * sizeof *r->hit);
	n = MR_LISTS_BYTES / (bytes + !bytes);
	if (mr_picks_wanted(r->o)) {
		picked = r->n_hits > r->n_per ? r->n_hits : r->n_per;
		picked = picked > MR_PICKS_HITS / 16 ? 16 : MR_PICKS_HITS /
		    (picked + !picked);
		n = picked < n ? picked : n;
	}
	return n < 1 ? 1 : n > MR_LISTS_BATCH ? MR_LISTS_BATCH : n;
}

/* Places for the lists of those who wait. */
static int
open_hits(struct mr_recommend_run *r, struct mr_err *err)
{
	bool picks = mr_picks_wanted(r->o);
	int rc = picks ? mr_picks_open(&r->picks, r->o, &r->b, r->n_list,
	    BEYOND, r->run->threads, err) : MR_OK;

	if (rc)
		return rc;
	r->n_per = picks ? r->picks.pick.n_lists : 1;
	r->n_hits = picks ? r->picks.pick.at[r->n_per] : r->ask.n;
	r->most = batch_of(r);
	r->hit = mr_alloc((size_t)r->most, (size_t)r->n_hits * sizeof *r->hit,
	    "lists", err);
	r->found = r->hit ? mr_alloc((size_t)r->most, (size_t)r->n_per *
	    sizeof *r->found, "lists", err) : NULL;
	return r->found ? MR_OK : MR_ENOMEM;
}

static int
open_print(struct mr_recommend_run *r, struct mr_err *err)
{
	r->print = (struct mr_print){ .out = &r->run->out, .r = r->b.r,
	    .per = r->o->per, .n_list = r->n_list,
	    .reasons = r->o->explain ? &r->reasons : NULL,
	    .places = r->o->new_films ? &r->places : NULL };
	return r->run->header_out && r->o->shard <= 1 ?
	    mr_print_head(&r->print, "user", err) : MR_OK;
}

int
mr_lists_open(struct mr_recommend_run *r, const struct mr_ids *only,
    struct mr_err *err)
{
	const struct mr_recommend_opt *o = r->o;
	const struct mr_ids *items;
	int rc = mr_basis_open(&r->b, o, mr_picks_wanted(o) ?
	    MR_SCORE_ALL : MR_SCORE_LISTS, only, r->run, err);

	if (rc == MR_OK && o->ratings)
		rc = open_new(r, err);
	if (rc == MR_OK && (only || o->ratings))
		rc = open_popular(r, err);
	if (rc)
		return rc;
	items = mr_recommender_items(r->b.r);
	r->n_list = o->n < items->n ? o->n : items->n;
	r->ask = (struct mr_ask){ .keep_seen = o->keep_seen, .row = r->row,
	    .n = r->n_list + BEYOND,
	    .skip = r->b.seen.users.n ? &r->b.seen.skip : NULL };
	rc = open_hits(r, err);
	if (rc == MR_OK && o->new_films)
		rc = mr_places_open(&r->places, o, r->b.r, r->b.choice.allow,
		    r->n_list, r->most, err);
	if (rc == MR_OK && o->explain)
		rc = mr_reasons_open(&r->reasons, &(struct mr_reasons_of){
		    .r = r->b.r, .names = items, .most = o->explain,
		    .lists = r->most * r->n_per, .per = r->n_per,
		    .n_list = r->n_list, .threads = r->run->threads,
		    .content = o->items ? &r->b.content : NULL }, err);
	return rc ? rc : open_print(r, err);
}

/* Is the list of n decided by ids: have BEYOND more films the score of its
 * last, or all that are left?  A tie of a few films is chance, as are two films
 * that one user alone has rated, and alike. */
static bool
is_cut(const struct mr_hit *hit, int64_t n, int64_t found)
{
	return n > 0 && found > n &&
	    !(hit[n - 1].score > hit[found - 1].score);
}

static int
print_user(struct mr_recommend_run *r, int64_t q, struct mr_err *err)
{
	const int64_t *at = r->picks.pick.at;
	bool ties = !(r->o->novelty > 0) && !(r->o->diversity > 0);

	for (int32_t v = 0; v < r->n_per; v++) {
		const struct mr_hit *hit = r->hit + q * r->n_hits + (at ?
		    at[v] : 0);
		int64_t list = q * r->n_per + v, found = r->found[list];
		int64_t n = found < r->n_list ? found : r->n_list;
		int rc = mr_print_list(&r->print, r->user[q].id, list, hit,
		    found, mr_picks_cell(&r->picks, v), err);

		if (rc)
			return rc;
		r->n_short += n < r->n_list;
		r->n_tied += ties && is_cut(hit, n, found);
		r->n_lists++;
		r->n_empty += n == 0;
	}
	return MR_OK;
}

struct reasons {
	struct mr_recommend_run *r;
	int64_t from;
};

static void
reasons_task(void *ctx, int64_t task, int worker)
{
	const struct reasons *x = ctx;
	struct mr_recommend_run *r = x->r;
	int64_t q = x->from + task;
	const int64_t *at = r->picks.pick.at;

	mr_recommender_reasons_of(r->b.r, &r->user[q], r->b.work, worker);
	for (int64_t v = 0; v < r->n_per; v++)
		mr_reasons_find(&r->reasons, r->b.work, worker, &r->user[q],
		    r->o->items ? &r->blend[q] : NULL, q * r->n_per + v,
		    r->hit + q * r->n_hits + (at ? at[v] : 0),
		    r->found[q * r->n_per + v]);
}

/* The lists, those with reasons as many at a time as there is room for. */
static int
print_lists(struct mr_recommend_run *r, struct mr_err *err)
{
	int64_t to = r->o->explain ? 0 : r->n;
	int rc = MR_OK;

	for (int64_t q = 0; q < r->n && rc == MR_OK; q++) {
		if (q == to) {
			rc = mr_reasons_room(&r->reasons, r->user, r->found,
			    q, r->n, &to, err);
			if (rc == MR_OK)
				mr_par_run(r->run->threads, to - q,
				    reasons_task, &(struct reasons){ r, q });
		}
		if (rc == MR_OK)
			rc = print_user(r, q, err);
	}
	return rc;
}

static void
fold_task(void *ctx, int64_t q, int worker)
{
	struct mr_recommend_run *r = ctx;
	struct mr_rated x = r->user[q].rated;

	if (x.n)
		mr_recommender_fold(r->b.r, &x, r->b.work, worker, r->U + q *
		    mr_recommender_model(r->b.r)->V.cols, &r->user[q]);
}

/* Lists of those who wait. */
int
mr_lists_flush(struct mr_recommend_run *r, struct mr_err *err)
{
	int rc;

	if (r->o->ratings)
		mr_par_run(r->run->threads, r->n, fold_task, r);
	rc = mr_lists_make(r, err);
	if (rc == MR_OK)
		rc = print_lists(r, err);
	r->n = 0;
	mr_report_step(&r->run->report, "users", r->n_users, r->n_all);
	return rc;
}

int
mr_lists_add(struct mr_recommend_run *r, const struct mr_user *u,
    struct mr_err *err)
{
	r->n_users++;
	r->row[r->n] = r->ask.skip ? mr_ids_find(&r->b.seen.users, u->id) : -1;
	r->user[r->n++] = *u;
	return r->n < r->most ? MR_OK : mr_lists_flush(r, err);
}

static void
tell(const struct mr_recommend_run *r)
{
	struct mr_report *report = &r->run->report;
	int32_t films = mr_recommender_items(r->b.r)->n;
	const char *model = r->o->no_model ? "--items" : "the model";

	mr_films_report(r->o->where || r->o->per ? NULL : r->o->movies,
	    r->o->with, mr_recommender_films(r->b.r), r->print.n_missing,
	    r->print.n_rows, report);
	mr_choice_report(&r->b.choice, r->o, report);
	if (r->o->per) {
		mr_picks_report(&r->picks, r->o, &r->b.choice, r->n_short,
		    r->n_lists, report);
	} else if (r->b.choice.allow || r->b.choice.per_user) {
		if (r->n_short && (r->b.choice.n_allowed ||
		    r->b.choice.per_user))
			mr_report_warn(report, "%lld of %lld lists are "
			    "shorter than %lld: --where, --only and --not, "
			    "and what was seen, leave no more films",
			    (long long)r->n_short, (long long)r->n_lists,
			    (long long)r->o->n);
	} else if (r->n_lists && films < r->o->n)
		mr_report_warn(report, "lists of at most %d rows, not %lld: "
		    "%s has %d films", films, (long long)r->o->n, model,
		    films);
	else if (r->n_short)
		mr_report_warn(report, "%lld of %lld lists are shorter than "
		    "%lld: these users have seen the rest of the model's %d "
		    "films", (long long)r->n_short, (long long)r->n_lists,
		    (long long)r->o->n, films);
	/* Few are chance; most are the model's way to score. */
	if (r->n_tied > r->n_lists - r->n_tied)
		mr_report_warn(report, "%lld of %lld lists end inside a tie: "
		    "of many films with the last score those whose ids come "
		    "first were taken", (long long)r->n_tied,
		    (long long)r->n_lists);
	if (r->o->new_films)
		mr_places_report(&r->places, r->b.r, report);
	if (r->o->ratings)
		mr_newcomers_report(&r->b.new, model, report);
	if (r->n_nobody)
		mr_report_warn(report, "%lld of %lld users of %s %s%s%s: they "
		    "get the most rated films, with the number of ratings as "
		    "score%s", (long long)r->n_nobody, (long long)r->n_users,
		    r->o->ratings ? r->o->ratings : r->o->users,
		    r->o->ratings ? "rate no film that " : "are not in ",
		    model, r->o->ratings ? " knows" : "",
		    r->o->users && r->n_nobody == r->n_users ?
		    "; are its ids others?" : "");
	mr_recommend_seen_report(&r->b.seen, r->o->ratings ?
	    &r->b.new.file.users : &r->want, r->o, report);
	if (mr_recommender_users(r->b.r) == 0 && !r->o->no_model)
		mr_report_warn(report, "the model knows nobody: no lists (did "
		    "the command that made its ratings fail?)");
	mr_report_fact(report, "lists: %lld, of the most rated films: %lld, "
	    "without a film: %lld", (long long)r->n_lists,
	    (long long)(r->n_nobody * r->n_per), (long long)r->n_empty);
}

int
mr_recommend_enough(const struct mr_recommend_opt *o, int64_t n,
    struct mr_err *err)
{
	return n >= o->min_lists ? MR_OK : mr_err_set(err, MR_EFORMAT,
	    "%lld lists, fewer than the %lld of --min-lists", (long long)n,
	    (long long)o->min_lists);
}

int
mr_recommend_lists(const struct mr_recommend_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct mr_recommend_run *r = mr_alloc(1, sizeof *r, "state", err);
	int rc;

	if (!r)
		return MR_ENOMEM;
	r->o = o;
	r->run = run;
	rc = mr_recipients_serve(r, err);
	if (rc == MR_OK)
		rc = mr_recommender_untouched(r->b.r, err);
	if (rc == MR_OK)
		tell(r);
	if (rc == MR_OK)
		rc = mr_recommend_enough(o, r->n_lists - r->n_empty, err);
	mr_basis_free(&r->b);
	mr_ids_free(&r->want);
	mr_reasons_free(&r->reasons);
	mr_picks_free(&r->picks);
	mr_places_free(&r->places);
	free(r->U);
	free(r->popular);
	free(r->hit);
	free(r->found);
	free(r);
	return rc;
}
