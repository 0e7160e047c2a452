/* Rows of a graph scored as mr_exact_search does; see graph_parts.h.
 * SPDX-License-Identifier: MIT */
#include "vector/graph_parts.h"

/* Rows lie anywhere: all that will be read is asked for before the first is
 * waited for. */
static void
fetch(const float *row, int64_t d)
{
	for (int64_t p = 0; p < d; p += 64 / (int64_t)sizeof *row)
		__builtin_prefetch(row + p);
}

void
mr_graph_score(const struct mr_graph_task *t, struct mr_graph_scorer *w,
    int64_t q, const uint32_t *row, int64_t n, float *score)
{
	const struct mr_graph *g = t->g;
	const float *rows[MR_GRAPH_SCORED] = { NULL };
	bool raw = g->rows_raw && g->metric == MR_METRIC_COSINE;

	for (int64_t j = 0; j < n; j++) {
		int64_t at = g->rows_by_order ? mr_graph_number(g, row[j]) :
		    row[j];

		if (!mr_graph_good(g, MR_GRAPH_VECTORS, at))
			continue;
		rows[j] = mr_graph_at(&g->rows, at);
		fetch(rows[j], g->d);
	}
	for (int64_t j = 0; j < n; j++) {
		float *unit = w->unit + j * g->d;

		if (rows[j] && !raw)
			continue;
		if (rows[j])
			memcpy(unit, rows[j], (size_t)g->d * sizeof *unit);
		else
			memset(unit, 0, (size_t)g->d * sizeof *unit);
		rows[j] = unit;
	}
	if (raw)
		mr_mat_normalise(&(struct mr_mat){ n, g->d, w->unit });
	mr_exact_pairs(&t->frame, t->q + q * g->d, rows, n, score);
	for (int64_t j = 0; j < n; j++)
		score[j] = score[j] + 0.0F + mr_search_offset(t->s, q);
}

void
mr_graph_push(const struct mr_graph_task *t, int64_t q, int64_t r,
    float score)
{
	if (mr_graph_offers(t->g, t->s, q, r))
		mr_topk_push_by(t->hit + q * t->s->k, &t->found[q], t->s->k,
		    (struct mr_hit){ score,
		    (int32_t)mr_graph_number(t->g, r) }, &t->g->ties);
}
