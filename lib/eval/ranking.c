/* Measures of one list; see ranking.h.
 * SPDX-License-Identifier: MIT */
#include "eval/ranking.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/mem.h"

int
mr_eval_gain_build(struct mr_eval_gain *g, int64_t n, struct mr_err *err)
{
	*g = (struct mr_eval_gain){ .n = n };
	g->gain = mr_alloc((size_t)n, sizeof *g->gain, "discounts", err);
	g->ideal = mr_alloc((size_t)n + 1, sizeof *g->ideal, "discounts",
	    err);
	if (!g->gain || !g->ideal) {
		mr_eval_gain_free(g);
		return MR_ENOMEM;
	}
	for (int64_t j = 0; j < n; j++) {
		g->gain[j] = 1 / log2((double)j + 2);
		g->ideal[j + 1] = g->ideal[j] + g->gain[j];
	}
	return MR_OK;
}

void
mr_eval_gain_free(struct mr_eval_gain *g)
{
	free(g->gain);
	free(g->ideal);
	*g = (struct mr_eval_gain){ 0 };
}

/* The gain of a rating, as a multiple of 2^most where it is exponential. */
static double
gain_of(double rating, double most, bool exponential)
{
	rating = rating > 0 ? rating : 0;
	return exponential ? exp2(rating - most) - exp2(-most) : rating;
}

static double
graded(const struct mr_eval_gain *g, const struct mr_eval_ranked *x,
    int64_t k, bool exponential)
{
	double most = x->relevant[0] > 0 ? x->relevant[0] : 0;
	double sum = 0, ideal = 0;

	for (int64_t j = 0; j < x->n && j < k; j++)
		if (x->hit[j])
			sum += g->gain[j] * gain_of(x->rating[j], most,
			    exponential);
	for (int64_t j = 0; j < x->n_relevant && j < k; j++)
		ideal += g->gain[j] * gain_of(x->relevant[j], most,
		    exponential);
	return ideal > 0 ? sum / ideal : 0;
}

void
mr_eval_ranking(double *out, const struct mr_eval_gain *g,
    const struct mr_eval_ranked *x, int64_t k)
{
	int64_t most = x->n_relevant < k ? x->n_relevant : k, hits = 0;
	int64_t first = 0;
	double gain = 0, precision = 0;

	assert(k > 0 && k <= g->n && x->n_relevant > 0);
	for (int64_t j = 0; j < x->n && j < k; j++) {
		if (!x->hit[j])
			continue;
		hits++;
		if (!first)
			first = j + 1;
		gain += g->gain[j];
		precision += (double)hits / (double)(j + 1);
	}
	out[MR_EVAL_RECALL] = (double)hits / (double)x->n_relevant;
	out[MR_EVAL_RECALL_MIN] = (double)hits / (double)most;
	out[MR_EVAL_PRECISION] = (double)hits / (double)k;
	out[MR_EVAL_NDCG] = gain / g->ideal[most];
	out[MR_EVAL_NDCG_LINEAR] = graded(g, x, k, false);
	out[MR_EVAL_NDCG_EXP] = graded(g, x, k, true);
	out[MR_EVAL_MAP] = precision / (double)most;
	out[MR_EVAL_MAP_ALL] = precision / (double)x->n_relevant;
	out[MR_EVAL_MRR] = first ? 1 / (double)first : 0;
	out[MR_EVAL_HIT] = hits > 0;
}
