/* Lists by ratings and text; see recommender.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "engine/recommender.h"
#include "engine/recommender_parts.h"

/* A score over the candidates: z(v) = (v - mean) / deviation. */
struct scale {
	double mean, by;	/* 1 / deviation, 0 where that is 0 */
};

/* NAN stands where there is no score. */
static struct scale
scale_of(const float *v, const bool *offered, int64_t n)
{
	double sum = 0, squares = 0, count = 0, mean;

	for (int64_t i = 0; i < n; i++)
		if (offered[i] && !isnan(v[i])) {
			sum += (double)v[i];
			count++;
		}
	mean = count > 0 ? sum / count : 0;
	for (int64_t i = 0; i < n; i++)
		if (offered[i] && !isnan(v[i]))
			squares += ((double)v[i] - mean) *
			    ((double)v[i] - mean);
	return (struct scale){ mean, squares > 0 ? 1 / sqrt(squares / count) :
	    0 };
}

static double
z(const struct scale *s, float v)
{
	return isnan(v) ? 0 : ((double)v - s->mean) * s->by;
}

static void
mark_offered(const struct mr_recommender *r, const struct mr_user *u,
    const struct mr_ask *a, bool *offered)
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

struct parts {
	float *score, *near, *work;
	bool *offered;
};

static int
choose(const struct mr_recommender *r, struct mr_blend *b,
    const struct mr_user *u, const struct mr_ask *a, struct mr_work *w,
    int worker, const struct parts *p, struct mr_hit *hit, int64_t *found,
    struct mr_err *err)
{
	const struct mr_content *c = b->content;
	int64_t n = r->in.items->n;
	struct scale s, t;

	mark_offered(r, u, a, p->offered);
	mr_scorer_all(&r->scorer, &w->score[worker], u, p->score);
	mr_content_near(c, &u->rated, p->near, p->work);
	for (int64_t i = 0; i < n; i++)
		if (!c->has[i])
			p->near[i] = NAN;
	s = scale_of(p->score, p->offered, n);
	t = scale_of(p->near, p->offered, n);
	b->ratings = (1 - b->share) * s.by;
	b->score_mean = s.mean;
	b->text = b->share * t.by;
	b->near_mean = t.mean;
	*found = 0;
	for (int32_t i = 0; i < n; i++) {
		float v = (float)((1 - b->share) * z(&s, p->score[i]) +
		    b->share * z(&t, p->near[i]));

		if (!p->offered[i])
			continue;
		if (!isfinite(v) || !isfinite(p->score[i]))
			return mr_err_set(err, MR_ENUMERIC, "%s: user '%.*s' "
			    "has a score that is no finite number",
			    r->in.set.in.name, MR_SHOWN(u->id));
		mr_topk_push(hit, found, a->n, (struct mr_hit){ v, i },
		    r->scorer.rank);
	}
	mr_topk_sort(hit, *found, r->scorer.rank);
	return MR_OK;
}

int
mr_recommender_blend(const struct mr_recommender *r, struct mr_blend *b,
    const struct mr_user *u, const struct mr_ask *a, struct mr_work *w,
    int worker, struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	size_t n = (size_t)r->in.items->n;
	struct parts p = { .score = mr_alloc(n, sizeof *p.score, "scores",
	    err) };
	int rc = MR_ENOMEM;

	p.near = p.score ? mr_alloc(n, sizeof *p.near, "scores", err) : NULL;
	p.offered = p.near ? mr_alloc(n, sizeof *p.offered, "films", err) :
	    NULL;
	p.work = p.offered ? mr_alloc(mr_content_work(b->content),
	    sizeof *p.work, "cosines", err) : NULL;
	if (p.work)
		rc = choose(r, b, u, a, w, worker, &p, hit, found, err);
	free(p.score);
	free(p.near);
	free(p.offered);
	free(p.work);
	return rc;
}
