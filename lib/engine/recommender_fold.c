/* Users whom the model did not see; see recommender.h.
 * SPDX-License-Identifier: MIT */
#include "engine/recommender.h"
#include "engine/recommender_parts.h"

void
mr_recommender_fold(const struct mr_recommender *r,
    const struct mr_rated *x, struct mr_work *w, int worker, float *U,
    struct mr_user *u)
{
	bool factors = r->in.m.V.cols > 0;
	struct mr_folder f = r->folder;

	f.mean = r->mean;
	mr_folder_user(&f, x, &u->bu, factors ? U : NULL,
	    w->fold[worker]);
	u->U = factors ? U : NULL;
	u->rated = *x;
	u->folded = true;
}

int64_t
mr_recommender_popular(const struct mr_recommender *r, int64_t n,
    struct mr_hit *hit)
{
	int64_t found = 0;

	for (int32_t i = 0; i < r->in.items->n; i++)
		mr_topk_push(hit, &found, n, (struct mr_hit){ r->raters[i],
		    i }, r->scorer.rank);
	mr_topk_sort(hit, found, r->scorer.rank);
	return found;
}
