/* What answers are made from; see basis.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/basis.h"

int
mr_basis_open(struct mr_basis *b, const struct mr_recommend_opt *o, int use,
    const struct mr_ids *only, struct mr_run *run, struct mr_err *err)
{
	const struct mr_recommender_opt how = { .model = o->model,
	    .films = o->movies, .columns = o->with, .use = use,
	    .every = o->where != NULL, .reasons = o->explain > 0 && !o->groups,
	    .keep_users = only != NULL, .only = only,
	    .fold = o->ratings != NULL };
	bool header = run->header_in;
	int rc = o->ratings ? mr_newcomers_load(&b->new, o->ratings, header,
	    &run->report, err) : MR_OK;

	if (rc == MR_OK && o->seen && !o->keep_seen)
		rc = mr_recommend_seen_load(&b->seen, o->seen, header,
		    &run->report, err);
	if (rc == MR_OK)
		rc = mr_recommender_open(&b->r, &how, err);
	if (rc == MR_OK)
		rc = mr_choice_open(&b->choice, o, header, b->r, &b->seen,
		    err);
	if (rc == MR_OK)
		rc = mr_recommend_seen_map(&b->seen,
		    mr_recommender_items(b->r), err);
	if (rc == MR_OK && o->ratings)
		rc = mr_newcomers_map(&b->new, b->r, err);
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
	*b = (struct mr_basis){ 0 };
}
