/* Which ratings carry a score; see recommender.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "engine/recommender.h"
#include "engine/recommender_parts.h"
#include "model/near_parts.h"

void
mr_recommender_reasons_of(const struct mr_recommender *r,
    const struct mr_user *u, struct mr_work *w, int worker)
{
	if (r->folder.m && u->rated.n)
		mr_folder_shares_of(&r->folder, &u->rated, w->fold[worker]);
}

/* S[item][j]; NAN: none. */
static double
similarity(const struct mr_csr *S, int32_t item, int32_t j)
{
	int64_t lo = S->ptr[item], hi = S->ptr[item + 1], end = hi;

	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if (S->idx[mid] < j)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < end && S->idx[lo] == j ? (double)S->val[lo] : NAN;
}

/* Is the k-th of his ratings among the nearest that count: are fewer than
 * near.k nearer? */
static bool
counts(const struct mr_recommender *r, const struct mr_rated *x, int64_t k,
    const double *weight)
{
	const struct mr_near *a = &r->in.m.near;
	const int32_t *rank = r->scorer.rank;
	int64_t nearer = 0;

	if (isnan(weight[k]))
		return false;
	for (int64_t c = 0; c < x->n && a->k; c++)
		nearer += weight[c] > weight[k] || (weight[c] >= weight[k] &&
		    rank[x->item[c]] < rank[x->item[k]]);
	return a->k == 0 || nearer < a->k;
}

/* The terms of N(u, item); weight [x->n] is work. */
static void
add_near(const struct mr_recommender *r, const struct mr_user *u,
    int32_t item, double *part, double *weight)
{
	const struct mr_model *m = &r->in.m;
	const struct mr_near *a = &m->near;
	const struct mr_rated *x = &u->rated;
	struct mr_near_sum s = { 0 };
	double scale;

	for (int64_t k = 0; k < x->n; k++)
		weight[k] = similarity(&a->S, item, x->item[k]);
	for (int64_t k = 0; k < x->n; k++)
		if (counts(r, x, k, weight))
			mr_near_add(a, &s, (float)weight[k], 0);
	s.sum = 1;	/* what a sum is multiplied by */
	scale = mr_near_whole(a, &s, mr_near_scale(a, item));
	for (int64_t k = 0; k < x->n; k++)
		if (counts(r, x, k, weight))
			part[k] += scale * (a->deviation ? weight[k] :
			    weight[k] * mr_near_residual(m, u->bu, x->item[k],
			    x->rating[k], x->item[k]));
}

/* What is known of him without a rule that says which ratings made it. */
static double
unexplained(const struct mr_recommender *r, const struct mr_user *u,
    int32_t item)
{
	double v = u->bu;

	for (int64_t j = 0; u->U && j < r->in.m.V.cols; j++)
		v += (double)u->U[j] *
		    (double)mr_mat_row(&r->in.m.V, item)[j];
	return v;
}

void
mr_recommender_reasons(const struct mr_recommender *r,
    const struct mr_user *u, int32_t item, struct mr_work *w, int worker,
    double *base, double *part)
{
	const struct mr_model *m = &r->in.m;
	struct mr_folder f = r->folder;
	int rule = u->rated.n && r->folder.m ? r->folder.rule.rule :
	    MR_FOLD_NONE;

	if (rule == MR_FOLD_CHOSEN || rule == MR_FOLD_SIMILAR)
		rule = MR_FOLD_NONE;	/* no rating has a share of its own */
	f.mean = u->folded ? r->mean : NULL;
	*base = mr_score_known(m, &(struct mr_user){ .key = u->key },
	    mr_ids_get(r->in.items, item), item);
	if (rule == MR_FOLD_NONE)
		*base += unexplained(r, u, item);
	else if (rule == MR_FOLD_NONNEG)
		*base = 0;	/* the score is p . q alone */
	else if (rule == MR_FOLD_POSTERIOR)	/* where U is 1 for all */
		*base += (double)mr_mat_row(&m->V, item)[m->V.cols - 1];
	memset(part, 0, (size_t)u->rated.n * sizeof *part);
	if (rule != MR_FOLD_NONE)
		*base += mr_folder_shares(&f, &u->rated, item,
		    w->fold[worker], part);
	if (m->near.axis == MR_NEAR_ITEM && rule != MR_FOLD_NONE)
		add_near(r, u, item, part, w->fold[worker] +
		    mr_folder_work(&r->folder));
}
