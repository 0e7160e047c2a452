/* Rows of a graph scored one by one: most by codes, whose bound is proven, the
 * rest as mr_exact_search does.  See graph_parts.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "math/first.h"
#include "math/qdot.h"
#include "math/qdot_rows.h"
#include "vector/graph_parts.h"

#define SCORED MR_GRAPH_SCORED

void
mr_graph_score(const struct mr_graph_task *t, struct mr_graph_scorer *w,
    int64_t q, const uint32_t *row, int64_t n, float *score)
{
	const struct mr_graph *g = t->g;
	const float *rows[SCORED] = { NULL };
	bool raw = g->rows_raw && g->metric == MR_METRIC_COSINE;

	for (int64_t j = 0; j < n; j++) {
		int64_t at = g->rows_by_order ? mr_graph_number(g, row[j]) :
		    row[j];

		if (mr_graph_good(g, MR_GRAPH_VECTORS, at)) {
			rows[j] = mr_graph_at(&g->rows, at);
			if (!raw)
				continue;
			memcpy(w->unit + j * g->d, rows[j], (size_t)g->d *
			    sizeof *w->unit);
		} else {
			memset(w->unit + j * g->d, 0, (size_t)g->d *
			    sizeof *w->unit);
		}
		rows[j] = w->unit + j * g->d;
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

static bool
is_middle(double length)
{
	return length <= 0 || (length >= MR_GRAPH_SHORT && length <=
	    MR_GRAPH_LONG);
}

/*
 * What a row's score by codes must reach to be among the best of query q.
 *
 * dot: q.x >= w and the bound of codes.h.  Else v = ts(Q.X) - A/2, which is
 * (|tQ|^2 - |tQ - sX|^2) / 2, and |tQ - sX| <= |q - x| + F + E; for cosine
 * |q - x|^2 = |q|^2 + |x|^2 - 2 q.x, of a row of zeros as of one that is at
 * right angles to all.  Roundings: as coded.c has them, for values that are
 * neither huge nor tiny; those are all looked at.
 */
static float
least(const struct mr_graph_task *t, int64_t q,
    const struct mr_graph_point *p, const struct mr_code_query *c,
    const float *bound)
{
	double length = (double)bound[0], error = (double)bound[1];
	double offset = (double)mr_search_offset(t->s, q);
	double worst = (double)t->hit[q * t->s->k].score - offset;
	double lengths = c->length * (length + error), far, slop;

	if (t->found[q] < t->s->k || !isfinite(worst) || !is_middle(length) ||
	    !is_middle(c->length))
		return -INFINITY;
	far = c->length + length + 2 * error;
	slop = ((double)t->g->d + 16) * 0x1p-23 * lengths + 0x1p-20 *
	    far * (far + fabs(offset)) + 0x1p-21 * fabs(offset) + 1e-40;
	if (t->g->metric == MR_METRIC_DOT)
		return nextafterf((float)(worst - c->error * (length +
		    error) - c->length * error - slop), -INFINITY);
	if (t->g->metric == MR_METRIC_L2)
		far = -worst;
	else {
		double square = c->length * c->length + fmax(1, length *
		    length) - 2 * worst;

		far = sqrt(fmax(0, square) + 4 * slop);
	}
	far = far + c->error + error;
	return nextafterf((float)(((double)p->square - far * far) / 2 -
	    slop), -INFINITY);
}

/* Rows from .. of the list, a block at most; how many are good. */
static int64_t
take_rows(const struct mr_graph_task *t, struct mr_graph_scan *w,
    int64_t from)
{
	const struct mr_graph *g = t->g;
	int64_t end = t->m - from < MR_GRAPH_BLOCK ? t->m : from +
	    MR_GRAPH_BLOCK, n = 0;

	for (int64_t i = from; i < end; i++) {
		uint32_t r = t->list ? t->list[i] : (uint32_t)i;
		const float *sums;

		if (!mr_graph_good(g, MR_GRAPH_PLACES, r))
			continue;
		sums = mr_graph_at(&g->sums, r);
		w->row[n] = r;
		w->codes[n] = mr_graph_at(&g->codes, r);
		w->scale[n] = sums[0];
		w->add[n++] = mr_graph_score_add(g, sums);
	}
	return n;
}

/* The same of a list that is packed. */
static int64_t
take_packed(const struct mr_graph_task *t, struct mr_graph_scan *w,
    int64_t from)
{
	int64_t n = t->m - from < MR_GRAPH_BLOCK ? t->m - from :
	    MR_GRAPH_BLOCK;

	memcpy(w->row, t->list + from, (size_t)n * sizeof *w->row);
	memcpy(w->scale, t->scale + from, (size_t)n * sizeof *w->scale);
	memcpy(w->add, t->add + from, (size_t)n * sizeof *w->add);
	return n;
}

/* The block's bound, or of rows from anywhere the largest of all. */
static void
bound_of(const struct mr_graph_task *t, int64_t from, float bound[2])
{
	const struct mr_graph *g = t->g;
	const float *b = t->list ? NULL : mr_graph_at(&g->bounds, from /
	    MR_GRAPH_BLOCK);

	bound[0] = b ? b[0] : g->length;
	bound[1] = b ? b[1] : g->error;
}

/* Do the codes of n queries stand one behind the other? */
static bool
in_row(const struct mr_graph_point *point, int64_t n, int64_t wide)
{
	for (int64_t i = 1; i < n; i++)
		if (point[i].codes != point[0].codes + i * wide)
			return false;
	return true;
}

/* Sums of the n queries and the rows of the list from there on. */
static void
score_codes(const struct mr_graph_task *t, struct mr_graph_scan *w,
    const struct mr_graph_point *point, int64_t n, int64_t from, int64_t rows)
{
	int64_t wide = t->g->wide;

	if (t->panels) {
		int32_t start[MR_GRAPH_QUERIES] = { 0 };

		for (int64_t i = 0; i < n; i++)
			start[i] = point[i].start;
		mr_qdot(point[0].codes, start, n, t->panels + from * wide,
		    (rows + MR_QDOT_PANEL - 1) / MR_QDOT_PANEL *
		    MR_QDOT_PANEL, wide, w->sums, MR_GRAPH_BLOCK);
		return;
	}
	for (int64_t i = 0; i < n; i++) {
		int32_t *sums = w->sums + i * MR_GRAPH_BLOCK;

		mr_qdot_rows(point[i].codes, w->codes, rows, wide, sums);
		for (int64_t j = 0; j < rows; j++)
			sums[j] += point[i].start;
	}
}

static void
offer(const struct mr_graph_task *t, struct mr_graph_scan *w, int64_t q,
    const struct mr_graph_point *p, const struct mr_code_query *c,
    const float *bound, const int32_t *sums, int64_t n)
{
	float reach = least(t, q, p, c, bound), score[SCORED];
	uint32_t row[SCORED];
	int64_t m = 0;

	for (int64_t j = 0; j < n; j++) {
		j += mr_first_code(sums + j, w->scale + j, p->scale,
		    w->add + j, reach, n - j);
		if (j < n)
			row[m++] = w->row[j];
		if (m < SCORED && (j < n - 1 || !m))
			continue;
		mr_graph_score(t, &w->scorer, q, row, m, score);
		for (int64_t i = 0; i < m; i++)
			mr_graph_push(t, q, row[i], score[i]);
		reach = least(t, q, p, c, bound);
		m = 0;
	}
}

void
mr_graph_scan(const struct mr_graph_task *t, struct mr_graph_scan *w,
    const int64_t *q, const struct mr_graph_point *point,
    const struct mr_code_query *bound, int64_t n)
{
	struct mr_graph_task plain = *t;

	for (int64_t i = 0; i < n; i++)
		t->found[q[i]] = 0;
	if (!in_row(point, n, t->g->wide)) {	/* some were walked for */
		plain.panels = NULL;
		t = &plain;
	}
	for (int64_t from = 0; from < t->m; from += MR_GRAPH_BLOCK) {
		int64_t rows = t->panels ? take_packed(t, w, from) :
		    take_rows(t, w, from);
		float of[2];

		if (rows == 0)
			continue;
		bound_of(t, from, of);
		score_codes(t, w, point, n, from, rows);
		for (int64_t i = 0; i < n; i++)
			offer(t, w, q[i], &point[i], &bound[i], of, w->sums +
			    i * MR_GRAPH_BLOCK, rows);
	}
	for (int64_t i = 0; i < n; i++)
		mr_topk_sort_by(t->hit + q[i] * t->s->k, t->found[q[i]],
		    &t->g->ties);
}
