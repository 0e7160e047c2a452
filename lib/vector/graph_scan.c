/* Rows of a graph scored one by one: most by codes, whose bound is proven, the
 * rest by graph_score.c.  See graph_parts.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "math/first.h"
#include "math/qdot.h"
#include "math/qdot_rows.h"
#include "vector/graph_parts.h"

#define SCORED MR_GRAPH_SCORED
#define RAISED 16	/* rows kept until the bar is raised again */

static bool
is_middle(double length)
{
	return length <= 0 || (length >= MR_GRAPH_SHORT && length <=
	    MR_GRAPH_LONG);
}

/* What decides of a query and rows with a bound. */
struct reach {
	bool known;		/* else nothing is proven */
	double off;		/* how far codes are off: F + E, for dot the
				 * bound of codes.h */
	double slop;		/* roundings: as coded.c has them */
	double far;		/* no distance is larger */
	double square;		/* the least and the most of |q|^2 + |x|^2 */
	double most_square;
	float least;		/* of a score by codes */
};

/* A query. */
struct query {
	int64_t q;
	const struct mr_graph_point *point;
	const struct mr_code_query *code;
	struct mr_graph_kept *kept;
	struct mr_hit *low;
	struct reach reach;	/* of rows that come */
};

/* A float that is not above x. */
static float
below(double x)
{
	return (float)(x - fabs(x) * 0x1p-23 - 0x1p-148);
}

/* Values that are neither huge nor tiny; those are all looked at. */
static bool
is_known(const struct mr_code_query *c, double length)
{
	return is_middle(length) && is_middle(c->length);
}

/*
 * What a score by codes must reach where one of the best has at least the bar.
 *
 * dot: q.x >= w and the bound of codes.h.  Else v = ts(Q.X) - A/2, which is
 * (|tQ|^2 - |tQ - sX|^2) / 2, and |tQ - sX| <= |q - x| + F + E; for cosine
 * |q - x|^2 = |q|^2 + |x|^2 - 2 q.x, of a row of zeros as of one that is at
 * right angles to all.
 */
static void
set_least(const struct mr_graph_task *t, const struct query *u,
    struct reach *r)
{
	double worst = u->kept->bar, far = -worst;

	r->least = -INFINITY;
	if (!r->known || !isfinite(worst))
		return;
	if (t->g->metric == MR_METRIC_DOT) {
		r->least = below(worst - r->off - r->slop);
		return;
	}
	if (t->g->metric == MR_METRIC_COSINE)
		far = sqrt(fmax(0, r->most_square - 2 * worst) + 4 * r->slop);
	far += r->off;
	r->least = below(((double)u->point->square - far * far) / 2 -
	    r->slop);
}

static struct reach
reach_of(const struct mr_graph_task *t, const struct query *u,
    const float *bound)
{
	const struct mr_code_query *c = u->code;
	double length = (double)bound[0], error = (double)bound[1];
	double lengths = c->length * (length + error), q = c->length;
	double offset = fabs((double)mr_search_offset(t->s, u->q));
	struct reach r = { .known = is_known(c, length),
	    .off = c->error + error, .far = q + length + 2 * error,
	    .square = q * q + 1 - 0x1p-20,
	    .most_square = q * q + fmax(1, length * length) };

	r.slop = ((double)t->g->d + 16) * 0x1p-23 * lengths + 0x1p-20 *
	    r.far * (r.far + offset) + 0x1p-21 * offset + 1e-40;
	if (t->g->metric == MR_METRIC_DOT)
		r.off = c->error * (length + error) + q * error;
	set_least(t, u, &r);
	return r;
}

/* The other side: no row of that score by codes has a lower one. */
static float
lowest(const struct mr_graph_task *t, const struct query *u,
    const struct reach *r, float code)
{
	double far, low;

	if (!r->known || !isfinite(code))
		return -INFINITY;
	if (t->g->metric == MR_METRIC_DOT) {
		low = (double)code - r->off - r->slop;
	} else {
		far = sqrt(fmax(0, (double)u->point->square - 2 *
		    (double)code) + 4 * r->slop) + r->off;
		low = t->g->metric == MR_METRIC_L2 ? -far - 0x1p-20 * r->far -
		    1e-20 : (r->square - far * far) / 2 - r->slop;
	}
	return below(low);
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
		uint32_t r = t->f ? t->f->list[i] : (uint32_t)i;
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

/* The same of a filter that is packed. */
static int64_t
take_packed(const struct mr_graph_task *t, struct mr_graph_scan *w,
    int64_t from)
{
	int64_t n = t->m - from < MR_GRAPH_BLOCK ? t->m - from :
	    MR_GRAPH_BLOCK;

	memcpy(w->row, t->f->list + from, (size_t)n * sizeof *w->row);
	memcpy(w->scale, t->f->scale + from, (size_t)n * sizeof *w->scale);
	memcpy(w->add, t->f->add + from, (size_t)n * sizeof *w->add);
	return n;
}

/* The bound of row r's block, or of rows from anywhere the largest of all. */
static void
bound_of(const struct mr_graph_task *t, int64_t r, float bound[2])
{
	const struct mr_graph *g = t->g;
	const float *b = t->f ? NULL : mr_graph_at(&g->bounds, r /
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
    const struct mr_graph_point *point, int64_t n, int64_t from, int64_t rows,
    bool packed)
{
	int64_t wide = t->g->wide;

	if (packed) {
		int32_t start[MR_GRAPH_QUERIES] = { 0 };

		for (int64_t i = 0; i < n; i++)
			start[i] = point[i].start;
		mr_qdot(point[0].codes, start, n, t->f->panels + from * wide,
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

/* What decides which of the lower bounds is the k-th: where all rows have one
 * bound, the score by codes, of which the bound follows. */
static float
low_of(const struct mr_graph_task *t, const struct query *u, float code)
{
	if (!t->f)
		return lowest(t, u, &u->reach, code);
	return isnan(code) ? -INFINITY : code;
}

/* The bar of u, from the k-th of its lower bounds and from its k-th hit; what
 * reaches it. */
static void
raise_bar(const struct mr_graph_task *t, const struct query *u,
    struct reach *r)
{
	const struct mr_hit *hit = t->hit + u->q * t->s->k;
	struct mr_graph_kept *kept = u->kept;
	double bar = kept->bar, worst;

	if (kept->n_low == t->s->k) {
		worst = (double)(t->f ? lowest(t, u, &u->reach,
		    u->low->score) : u->low->score);
		kept->bar = worst > bar ? worst : bar;
	}
	if (t->found[u->q] == t->s->k) {
		worst = (double)hit->score - (double)mr_search_offset(t->s,
		    u->q);
		if (isfinite(worst) && worst > kept->bar)
			kept->bar = worst;
	}
	if (kept->bar > bar)
		set_least(t, u, r);
}

/* What was kept, and may still be among the best, scored. */
static void
score_kept(const struct mr_graph_task *t, struct mr_graph_scan *w,
    const struct query *u)
{
	struct mr_graph_kept *kept = u->kept;
	uint32_t row[SCORED];
	float score[SCORED];
	int64_t m = 0, block = -1;
	struct reach r = { 0 };

	for (int64_t i = 0; i < kept->n; i++) {
		int64_t here = kept->row[i] / MR_GRAPH_BLOCK;

		if (block < 0 || (!t->f && here != block)) {
			float bound[2];

			bound_of(t, kept->row[i], bound);
			r = reach_of(t, u, bound);
			block = here;
		}
		if (!(kept->code[i] < r.least))
			row[m++] = kept->row[i];
		if (m < SCORED && (i < kept->n - 1 || !m))
			continue;
		mr_graph_score(t, &w->scorer, u->q, row, m, score);
		for (int64_t j = 0; j < m; j++)
			mr_topk_push_by(t->hit + u->q * t->s->k,
			    &t->found[u->q], t->s->k, (struct mr_hit){
			    score[j], (int32_t)mr_graph_number(t->g,
			    row[j]) }, &t->g->ties);
		raise_bar(t, u, &r);
		m = 0;
	}
	kept->n = 0;
}

/* Rows of a block to u; which of them to keep. */
static void
offer(const struct mr_graph_task *t, struct mr_graph_scan *w,
    struct query *u, const int32_t *sums, int64_t n)
{
	struct mr_graph_kept *kept = u->kept;
	struct reach *r = &u->reach;
	float scale = u->point->scale;
	int more = 0;

	for (int64_t j = 0; j < n; j++) {
		float code;

		j += mr_first_code(sums + j, w->scale + j, scale, w->add + j,
		    r->least, n - j);
		/* Of a filter there are only rows that it allows. */
		if (j == n || (t->s->skip && !mr_graph_offers(t->g, t->s,
		    u->q, w->row[j])))
			continue;
		code = (float)sums[j] * w->scale[j] * scale + w->add[j];
		kept->row[kept->n] = w->row[j];
		kept->code[kept->n++] = code;
		mr_topk_push(u->low, &kept->n_low, t->s->k, (struct mr_hit){
		    low_of(t, u, code), (int32_t)w->row[j] }, NULL);
		if (kept->n == MR_GRAPH_HELD) {
			score_kept(t, w, u);
			set_least(t, u, r);
		} else if (++more % RAISED == 0) {
			raise_bar(t, u, r);
		}
	}
	if (more % RAISED)
		raise_bar(t, u, r);
}

void
mr_graph_scan(const struct mr_graph_task *t, struct mr_graph_scan *w,
    const int64_t *q, const struct mr_graph_point *point,
    const struct mr_code_query *bound, int64_t n)
{
	struct query u[MR_GRAPH_QUERIES];
	/* Some may have been walked for. */
	bool packed = t->f && t->f->panels && in_row(point, n, t->g->wide);
	bool known = false;

	for (int64_t i = 0; i < n; i++) {
		u[i] = (struct query){ .q = q[i], .point = &point[i],
		    .code = &bound[i], .kept = &w->kept[i],
		    .low = w->low + i * t->s->k };
		w->kept[i].n = w->kept[i].n_low = 0;
		w->kept[i].bar = -INFINITY;
		t->found[q[i]] = 0;
	}
	for (int64_t from = 0; from < t->m; from += MR_GRAPH_BLOCK) {
		int64_t rows = packed ? take_packed(t, w, from) :
		    take_rows(t, w, from);
		float of[2];

		if (rows == 0)
			continue;
		bound_of(t, from, of);
		for (int64_t i = 0; i < n && (!t->f || !known); i++)
			u[i].reach = reach_of(t, &u[i], of);
		known = true;
		score_codes(t, w, point, n, from, rows, packed);
		for (int64_t i = 0; i < n; i++)
			offer(t, w, &u[i], w->sums + i * MR_GRAPH_BLOCK,
			    rows);
	}
	for (int64_t i = 0; i < n; i++) {
		score_kept(t, w, &u[i]);
		mr_topk_sort_by(t->hit + q[i] * t->s->k, t->found[q[i]],
		    &t->g->ties);
	}
}
