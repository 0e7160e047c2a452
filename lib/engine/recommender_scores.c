/* Scores of all items for one user; see recommender.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "engine/recommender.h"
#include "engine/recommender_parts.h"
#include "engine/scale.h"

void
mr_recommender_offered(const struct mr_recommender *r,
    const struct mr_user *u, const struct mr_ask *a, bool *offered)
{
	int32_t row = a->skip ? a->row[0] : -1;

	for (int32_t i = 0; i < r->in.items->n; i++)
		offered[i] = !a->allow || a->allow[i / 64] >> i % 64 & 1;
	for (int64_t k = 0; !a->keep_seen && k < u->rated.n; k++)
		offered[u->rated.item[k]] = false;
	for (int64_t k = row < 0 ? 0 : a->skip->ptr[row];
	    row >= 0 && k < a->skip->ptr[row + 1]; k++)
		offered[a->skip->idx[k]] = false;
}

/* score = (1 - share) z(score) + share z(near). */
static void
mix(struct mr_blend *b, const bool *offered, float *score)
{
	const struct mr_content *c = b->content;
	int64_t n = c->n_items;
	float *near = b->near;
	struct mr_scale s, t;

	for (int64_t i = 0; i < n; i++)
		if (!c->has[i] || !(b->share > 0))
			near[i] = NAN;
	s = mr_scale_of(score, offered, n);
	t = mr_scale_of(near, offered, n);
	b->ratings = (1 - b->share) * s.by;
	b->score_mean = s.mean;
	b->text = b->share * t.by;
	b->near_mean = t.mean;
	for (int64_t i = 0; i < n; i++)
		if (isfinite(score[i]))
			score[i] = (float)((1 - b->share) *
			    mr_scale_z(&s, score[i]) +
			    b->share * mr_scale_z(&t, near[i]));
}

int
mr_recommender_scores(const struct mr_recommender *r, struct mr_blend *b,
    const struct mr_user *u, bool *offered, struct mr_work *w, int worker,
    float *score, struct mr_err *err)
{
	int64_t n = r->in.items->n;
	int rc = MR_OK;

	mr_scorer_all(&r->scorer, &w->score[worker], u, score);
	if (b)
		mix(b, offered, score);
	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		if (!b && mr_scorer_none(&r->scorer, score[i]))
			offered[i] = false;
		if (offered[i] && !isfinite(score[i]))
			rc = mr_err_set(err, MR_ENUMERIC, "%s: user '%.*s' "
			    "has a score that is no finite number",
			    r->in.set.in.name, MR_SHOWN(u->id));
	}
	return rc;
}

const int32_t *
mr_recommender_rank(const struct mr_recommender *r)
{
	return r->scorer.rank;
}
