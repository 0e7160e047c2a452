/* What answers are made from; see basis.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/basis.h"

#include <stdlib.h>

#include "core/mem.h"
#include "tool/recommend/picks.h"
#include "tool/recommend/texts.h"

/* The films of the vectors, and how often each is rated. */
static int
open_counts(struct mr_basis *b, const struct mr_recommend_opt *o,
    const struct mr_recommender_opt *how, struct mr_err *err)
{
	const struct mr_ids *items = b->vectors.names;
	int rc;

	b->count = mr_alloc((size_t)items->n, sizeof *b->count,
	    "counts of ratings", err);
	rc = b->count ? mr_newcomers_count(&b->new, items, b->count, err) :
	    MR_ENOMEM;
	return rc ? rc : mr_recommender_open_counts(&b->r, how, items,
	    b->count, o->items, err);
}

/* Once r is open. */
static int
open_content(struct mr_basis *b, const struct mr_recommend_opt *o,
    struct mr_report *report, struct mr_err *err)
{
	int rc = mr_recommend_texts(&b->content, &b->vectors, o->items, b->r,
	    report, err);

	if (!o->no_model)
		mr_vectors_free(&b->vectors);
	return rc;
}

/* Does all come of scores?  Reasons of a group are its members' scores. */
static bool
scores_alone(const struct mr_recommend_opt *o)
{
	return !o->ratings && (!o->explain || o->groups) && !o->new_films &&
	    !mr_picks_wanted(o);
}

int
mr_basis_open(struct mr_basis *b, const struct mr_recommend_opt *o, int use,
    const struct mr_ids *only, struct mr_run *run, struct mr_err *err)
{
	const struct mr_recommender_opt how = { .model = o->model,
	    .films = o->movies, .columns = o->with, .use = use,
	    .from = b->from, .to = b->to, .scores_alone = scores_alone(o),
	    .every = o->where || o->per, .count = o->novelty > 0 && !only,
	    .reasons = o->explain > 0 && !o->groups,
	    .fold = o->ratings != NULL };
	bool header = run->header_in;
	int rc = o->ratings ? mr_newcomers_load(&b->new, o->ratings, header,
	    &run->report, err) : MR_OK;

	if (rc == MR_OK && o->seen && !o->keep_seen)
		rc = mr_recommend_seen_load(&b->seen, o->seen, header,
		    &run->report, err);
	if (rc == MR_OK && o->items)
		rc = mr_recommend_vectors(&b->vectors, o->items, err);
	if (rc == MR_OK)
		rc = o->no_model ? open_counts(b, o, &how, err) :
		    mr_recommender_open(&b->r, &how, err);
	if (rc == MR_OK)
		rc = mr_choice_open(&b->choice, o, run, b->r, &b->seen,
		    err);
	if (rc == MR_OK)
		rc = mr_recommend_seen_map(&b->seen,
		    mr_recommender_items(b->r), err);
	if (rc == MR_OK && only && !o->no_model)
		rc = mr_recommender_keep(b->r, only, &b->seen.users,
		    b->seen.known, err);
	if (rc == MR_OK && o->ratings)
		rc = mr_newcomers_map(&b->new, b->r, err);
	if (rc == MR_OK && o->items)
		rc = open_content(b, o, &run->report, err);
	return rc ? rc : mr_work_new(&b->work, b->r, run->threads, err);
}

void
mr_basis_free(struct mr_basis *b)
{
	mr_work_free(b->work);
	mr_recommender_close(b->r);
	mr_recommend_seen_free(&b->seen);
	mr_choice_free(&b->choice);
	mr_newcomers_free(&b->new);
	mr_content_free(&b->content);
	mr_vectors_free(&b->vectors);
	free(b->count);
	*b = (struct mr_basis){ 0 };
}
