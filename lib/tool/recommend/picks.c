/* Lists of the scores of all films; see picks.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/picks.h"

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/mem.h"
#include "core/par.h"
#include "tool/recommend/lists.h"

bool
mr_picks_wanted(const struct mr_recommend_opt *o)
{
	return o->items || o->per || o->novelty > 0 || o->diversity > 0;
}

/* The column of --per among those of the films. */
static int
find_column(const struct mr_recommend_opt *o, const struct mr_ids *columns,
    int32_t *column, struct mr_err *err)
{
	struct mr_buf have = { 0 };
	int rc = MR_OK;

	*column = mr_ids_find(columns, mr_slice_of(o->per));
	for (int32_t i = 0; *column < 0 && i < columns->n && rc == MR_OK; i++)
		rc = mr_buf_addf(&have, err, " %.*s",
		    MR_SHOWN(mr_ids_get(columns, i)));
	if (*column < 0 && rc == MR_OK)
		rc = mr_err_set(err, MR_EFORMAT, "--per: %s has no column "
		    "'%s', found%.*s", o->movies, o->per,
		    !have.n ? 5 : have.n < 300 ? (int)have.n : 300,
		    have.n ? have.p : " none");
	mr_buf_free(&have);
	return rc;
}

/* The lists of --per, and what is printed of each value. */
static int
open_values(struct mr_picks *p, const struct mr_recommend_opt *o,
    const struct mr_basis *b, struct mr_err *err)
{
	const struct mr_table *films = mr_recommender_every(b->r);
	int32_t column;
	int rc = find_column(o, &films->columns, &column, err);

	if (rc == MR_OK)
		rc = mr_item_values_open(&p->values, films, column,
		    mr_recommender_items(b->r), b->choice.allow, err);
	if (rc)
		return rc;
	p->pick.per = &p->values;
	p->end = mr_alloc((size_t)p->values.names.n, sizeof *p->end, "values",
	    err);
	if (!p->end)
		return MR_ENOMEM;
	for (int32_t v = 0; v < p->values.names.n && rc == MR_OK; v++) {
		rc = mr_buf_add(&p->text, "\t", 1, err);
		if (rc == MR_OK)
			rc = mr_escape_add(&p->text, mr_ids_get(
			    &p->values.names, v), err);
		p->end[v] = p->text.n;
	}
	return rc;
}

/* The factors of films, without the biases that may stand behind them. */
static int
open_factors(struct mr_content *like, const struct mr_recommender *r,
    struct mr_err *err)
{
	const struct mr_ids *items = mr_recommender_items(r);
	const struct mr_mat *V = &mr_recommender_model(r)->V;
	int64_t d = mr_recommender_taste(r);
	struct mr_mat first = { 0 };
	int rc = d < V->cols ? mr_mat_new(&first, V->rows, d, "factors", err) :
	    MR_OK;

	for (int64_t i = 0; i < first.rows && d && rc == MR_OK; i++)
		memcpy(mr_mat_row(&first, i), mr_mat_row(V, i), (size_t)d *
		    sizeof *V->a);
	if (rc == MR_OK)
		rc = mr_content_open(like, &(struct mr_rows){ .dense = d <
		    V->cols ? &first : V, .n = V->rows }, items, items, err);
	mr_mat_free(&first);
	return rc;
}

/* What films are alike by: the vectors of --items, or else the factors. */
static int
open_like(struct mr_picks *p, const struct mr_recommend_opt *o,
    const struct mr_basis *b, struct mr_err *err)
{
	p->pick.like = o->items ? &b->content : &p->like;
	if (o->items)
		return MR_OK;
	return mr_recommender_taste(b->r) ? open_factors(&p->like, b->r,
	    err) : mr_err_set(err, MR_EARG, "--diversity: the model has no "
	    "factors that say how films are alike: give their vectors by "
	    "--items");
}

static int
open_cosines(struct mr_pick_place *x, const struct mr_content *c,
    struct mr_err *err)
{
	size_t n = (size_t)c->n_items;

	x->near = mr_alloc(n > MR_CONTENT_FLOATS ? n : MR_CONTENT_FLOATS,
	    sizeof *x->near, "scores", err);
	x->cosines = x->near ? mr_alloc(mr_content_work(c),
	    sizeof *x->cosines, "cosines", err) : NULL;
	return x->cosines ? MR_OK : MR_ENOMEM;
}

static int
open_places(struct mr_picks *p, int32_t items, int threads,
    const struct mr_content *content, struct mr_err *err)
{
	size_t n = (size_t)items;

	p->first = mr_alloc(MR_LISTS_BATCH + 1, sizeof *p->first, "users",
	    err);
	if (!p->first)
		return MR_ENOMEM;
	p->place = mr_alloc((size_t)threads, sizeof *p->place, "workers",
	    err);
	if (!p->place)
		return MR_ENOMEM;
	for (; p->threads < threads; p->threads++) {
		struct mr_pick_place *x = &p->place[p->threads];

		x->score = mr_alloc(n, sizeof *x->score, "scores", err);
		x->offered = mr_alloc(n, sizeof *x->offered, "films", err);
		x->work = mr_alloc(mr_pick_work(&p->pick), sizeof *x->work,
		    "scores", err);
		x->allow = mr_alloc((n + 63) / 64, sizeof *x->allow, "films",
		    err);
		if (!x->score || !x->offered || !x->work || !x->allow ||
		    (content && open_cosines(x, content, err))) {
			p->threads++;
			return MR_ENOMEM;
		}
	}
	return MR_OK;
}

int
mr_picks_open(struct mr_picks *p, const struct mr_recommend_opt *o,
    const struct mr_basis *b, int64_t n, int64_t behind, int threads,
    struct mr_err *err)
{
	int32_t items = mr_recommender_items(b->r)->n;
	int rc = MR_OK;

	p->pick = (struct mr_pick){ .n_items = items, .n = n,
	    .rank = mr_recommender_rank(b->r), .novelty = o->novelty,
	    .raters = mr_recommender_raters(b->r), .behind = behind,
	    .diversity = o->diversity };
	if (o->per)
		rc = open_values(p, o, b, err);
	if (rc == MR_OK && o->diversity > 0)
		rc = open_like(p, o, b, err);
	if (rc == MR_OK)
		rc = mr_pick_open(&p->pick, b->choice.allow, err);
	return rc ? rc : open_places(p, items, threads, o->items ?
	    &b->content : NULL, err);
}

/* Of whom nothing is known: the numbers of ratings. */
static void
take_popular(const struct mr_recommend_run *r, float *score)
{
	for (int64_t i = 0; i < r->n_popular; i++)
		score[r->popular[i].row] = r->popular[i].score;
}

static void
pick(struct mr_recommend_run *r, int64_t q, int worker, float *near)
{
	const struct mr_user *u = &r->user[q];
	struct mr_picks *p = &r->picks;
	struct mr_pick_place *x = &p->place[worker];
	struct mr_ask ask = r->ask;

	ask.row += q;
	ask.allow = mr_choice_own(&r->b.choice, u->id, x->allow);
	mr_recommender_offered(r->b.r, u, &ask, x->offered);
	r->err[q] = (struct mr_err){ 0 };
	r->rc[q] = MR_OK;
	r->blend[q] = (struct mr_blend){ &r->b.content, .share = r->o->mix,
	    .near = near };
	if (mr_lists_nobody(r, u))
		take_popular(r, x->score);
	else
		r->rc[q] = mr_recommender_scores(r->b.r, r->o->items ?
		    &r->blend[q] : NULL, u, x->offered, r->b.work, worker,
		    x->score, &r->err[q]);
	if (r->rc[q] == MR_OK)
		mr_pick_lists(&p->pick, x->score, x->offered, x->work,
		    r->hit + q * r->n_hits, r->found + q * p->pick.n_lists);
}

static void
pick_task(void *ctx, int64_t task, int worker)
{
	struct mr_recommend_run *r = ctx;
	const int64_t *first = r->picks.first + task;
	struct mr_pick_place *x = &r->picks.place[worker];
	int64_t items = r->picks.pick.n_items;

	if (r->o->items && r->o->mix > 0)
		mr_content_near(&r->b.content, r->user + first[0], first[1] -
		    first[0], x->near, x->cosines);
	for (int64_t q = first[0]; q < first[1]; q++)
		pick(r, q, worker, x->near ? x->near + (q - first[0]) * items
		    : NULL);
}

int
mr_picks_make(struct mr_recommend_run *r, struct mr_err *err)
{
	int64_t n = 0, *first = r->picks.first;

	for (first[0] = 0; first[n] < r->n; n++)
		first[n + 1] = first[n] + (r->o->items ?
		    mr_content_together(&r->b.content, r->user + first[n],
		    r->n - first[n]) : 1);
	mr_par_run(r->run->threads, n, pick_task, r);
	for (int64_t q = 0; q < r->n; q++)
		if (r->rc[q]) {
			*err = r->err[q];
			return r->rc[q];
		}
	return MR_OK;
}

struct mr_slice
mr_picks_cell(const struct mr_picks *p, int32_t v)
{
	size_t from = p->end && v > 0 ? p->end[v - 1] : 0;

	return p->end ? (struct mr_slice){ p->text.p + from, p->end[v] -
	    from } : mr_slice_of("");
}

void
mr_picks_report(const struct mr_picks *p, const struct mr_recommend_opt *o,
    const struct mr_choice *c, int64_t n_short, int64_t n_lists,
    struct mr_report *report)
{
	const struct mr_pick *x = &p->pick;
	int32_t few = 0;

	for (int32_t v = 0; v < x->n_lists; v++)
		few += x->at[v + 1] - x->at[v] < o->n;
	if (x->n_lists == 0 && (!c->allow || c->n_allowed))
		mr_report_warn(report, "--per: none of the model's films has "
		    "a %s in %s: no lists; are its ids others?", o->per,
		    o->movies);
	if (n_short && few)
		mr_report_warn(report, "%lld of %lld lists are shorter than "
		    "%lld: %d of %d values of %s have fewer films%s",
		    (long long)n_short, (long long)n_lists, (long long)o->n,
		    few, x->n_lists, o->per, c->allow ?
		    " that may be offered" : "");
	else if (n_short)
		mr_report_warn(report, "%lld of %lld lists are shorter than "
		    "%lld: of some values of %s what was seen%s leaves no "
		    "more films", (long long)n_short, (long long)n_lists,
		    (long long)o->n, o->per, c->per_user ? ", and --only," :
		    "");
}

void
mr_picks_free(struct mr_picks *p)
{
	for (int i = 0; i < p->threads; i++) {
		free(p->place[i].score);
		free(p->place[i].offered);
		free(p->place[i].work);
		free(p->place[i].allow);
		free(p->place[i].near);
		free(p->place[i].cosines);
	}
	free(p->place);
	free(p->first);
	mr_pick_free(&p->pick);
	mr_item_values_free(&p->values);
	mr_content_free(&p->like);
	mr_buf_free(&p->text);
	free(p->end);
	*p = (struct mr_picks){ 0 };
}
