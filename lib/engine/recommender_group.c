/* One list for several users; see recommender.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "engine/recommender.h"
#include "engine/recommender_parts.h"

/* What the group says of each item. */
struct said {
	double *sum;
	float *least, *one;
};

static void
hear(const struct mr_recommender *r, const struct mr_user *u, int64_t m,
    struct mr_score_work *w, const struct said *s)
{
	int64_t n = r->in.items->n;

	for (int64_t q = 0; q < m; q++) {
		mr_scorer_all(&r->scorer, w, &u[q], s->one);
		for (int64_t i = 0; i < n; i++) {
			s->sum[i] += (double)s->one[i];
			if (q == 0 || s->one[i] < s->least[i])
				s->least[i] = s->one[i];
		}
	}
	/* Not offered: what one of them has rated. */
	for (int64_t q = 0; q < m; q++)
		for (int64_t k = 0; k < u[q].rated.n; k++)
			s->one[u[q].rated.item[k]] = NAN;
}

static int
agree(const struct mr_recommender *r, int64_t m, double misery,
    const struct mr_ask *a, const struct said *s, bool *offered,
    float *score, struct mr_err *err)
{
	for (int32_t i = 0; i < r->in.items->n; i++) {
		score[i] = (float)((1 - misery) * s->sum[i] / (double)m +
		    misery * (double)s->least[i]);
		offered[i] = (!a->allow || a->allow[i / 64] >> i % 64 & 1) &&
		    (a->keep_seen || !isnan(s->one[i])) &&
		    !mr_scorer_none(&r->scorer, score[i]);
		if (offered[i] && !isfinite(score[i]))
			return mr_err_set(err, MR_ENUMERIC, "%s: a group has "
			    "a score that is no finite number",
			    r->in.set.in.name);
	}
	return MR_OK;
}

int
mr_recommender_group(const struct mr_recommender *r,
    const struct mr_user *u, int64_t m, double misery,
    const struct mr_ask *a, struct mr_work *w, int worker,
    bool *offered, float *score, struct mr_err *err)
{
	size_t n = (size_t)r->in.items->n;
	struct said s = { .sum = mr_alloc(n, sizeof *s.sum, "scores", err) };
	int rc = MR_ENOMEM;

	s.least = s.sum ? mr_alloc(n, sizeof *s.least, "scores", err) : NULL;
	s.one = s.least ? mr_alloc(n, sizeof *s.one, "scores", err) : NULL;
	if (s.one) {
		hear(r, u, m, &w->score[worker], &s);
		rc = agree(r, m, misery, a, &s, offered, score, err);
	}
	free(s.sum);
	free(s.least);
	free(s.one);
	return rc;
}

/* What nobody's taste is behind. */
static double
common(const struct mr_recommender *r, int32_t item)
{
	const struct mr_model *m = &r->in.m;

	if (r->in.fold.rule == MR_FOLD_NONNEG)
		return 0;
	return m->mu + (m->bi ? (double)m->bi[item] : 0);
}

/* Scores part [m] of an item become shares of the group's. */
static void
share(double *part, int64_t m, double misery, double base)
{
	double least = part[0];
	int64_t k = 0;

	for (int64_t q = 0; q < m; q++)
		least = part[q] < least ? part[q] : least;
	for (int64_t q = 0; q < m; q++)
		k += part[q] <= least;
	for (int64_t q = 0; q < m; q++)
		part[q] = ((1 - misery) / (double)m + (part[q] <= least ?
		    misery / (double)k : 0)) * (part[q] - base);
}

void
mr_recommender_members(const struct mr_recommender *r,
    const struct mr_user *u, int64_t m, double misery,
    const struct mr_hit *hit, int64_t n, struct mr_work *w, int worker,
    double *base, double *part)
{
	struct mr_score_work *s = &w->score[worker];

	for (int64_t q = 0; q < m; q++) {
		mr_score_begin(&r->scorer, s, &u[q]);
		for (int64_t j = 0; j < n; j++)
			part[j * m + q] = (double)mr_score_item(&r->scorer,
			    s, hit[j].row);
		mr_score_end(&r->scorer, s);
	}
	for (int64_t j = 0; j < n; j++) {
		base[j] = common(r, hit[j].row);
		share(part + j * m, m, misery, base[j]);
	}
}
