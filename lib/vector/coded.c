/* Exact results by codes; see coded.h.
 * SPDX-License-Identifier: MIT */
#include "vector/coded.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/first.h"
#include "math/qdot.h"
#include "vector/exact_parts.h"

#define QUERIES 48	/* of a task: whole tiles of mr_qdot */
#define BLOCK MR_CODES_BLOCK
#define SCORED 32	/* rows scored at a time */

static int64_t
blocks_of(int64_t n)
{
	return (n + BLOCK - 1) / BLOCK;
}

static void
put_block(void *ctx, int64_t block, int worker)
{
	struct mr_coded *x = ctx;
	int64_t n = x->frame.n, d = x->frame.d;
	int64_t end = (block + 1) * BLOCK < n ? (block + 1) * BLOCK : n;

	(void)worker;
	for (int64_t i = block * BLOCK; i < end; i++) {
		const float *row = mr_mat_row(&x->rows, i);
		double square = 0;

		mr_codes_put(&x->codes, i, row);
		if (!x->half)
			continue;
		for (int64_t j = 0; j < d; j++)
			square += (double)row[j] * (double)row[j];
		x->half[i] = (float)(-square / 2);
	}
}

/* Copies of the rows, in their order. */
static int
copy_rows(struct mr_coded *x, const struct mr_mat *base, struct mr_err *err)
{
	const struct mr_exact *f = &x->frame;
	int rc = mr_mat_new(&x->rows, f->n, f->d, "vectors", err);

	for (int64_t i = 0; i < f->n && f->d && rc == MR_OK; i++)
		memcpy(mr_mat_row(&x->rows, i), mr_mat_row(base,
		    f->number[i]), (size_t)f->d * sizeof *x->rows.a);
	if (rc == MR_OK && f->metric == MR_METRIC_COSINE)
		mr_mat_normalise(&x->rows);
	return rc;
}

int
mr_coded_build(struct mr_coded *x, const struct mr_mat *base,
    const struct mr_exact_opt *o, int threads, struct mr_err *err)
{
	struct mr_exact *f = &x->frame;
	struct mr_exact_opt how = *o;
	int rc;

	*x = (struct mr_coded){ 0 };
	how.unpacked = true;
	rc = mr_exact_build(f, base, &how, err);
	if (rc == MR_OK)
		rc = copy_rows(x, base, err);
	if (rc == MR_OK)
		rc = mr_codes_new(&x->codes, f->n, f->d, err);
	if (rc)
		return rc;
	if (o->metric == MR_METRIC_L2) {
		x->half = mr_alloc((size_t)f->n, sizeof *x->half, "squares",
		    err);
		if (!x->half)
			return MR_ENOMEM;
	}
	for (int64_t i = 0; i < f->n; i++)
		x->most_bias = fmax(x->most_bias, fabs((double)f->bias[i]));
	mr_par_run(threads, blocks_of(f->n), put_block, x);
	return MR_OK;
}

void
mr_coded_free(struct mr_coded *x)
{
	mr_exact_free(&x->frame);
	mr_mat_free(&x->rows);
	mr_codes_free(&x->codes);
	free(x->half);
	*x = (struct mr_coded){ 0 };
}

/* What a thread needs. */
struct work {
	struct mr_code_query code[QUERIES];
	int8_t *codes;		/* [QUERIES * wide] */
	/* of those that a block may have rows for */
	int on[QUERIES];
	int32_t start[QUERIES];	/* of their sums */
	int8_t *some;		/* [QUERIES * wide] their codes */
	int32_t *sums;		/* [QUERIES * BLOCK] */
};

struct search {
	const struct mr_coded *x;
	const struct mr_search *s;
	const float *q;		/* [n * d], normalised for cosine */
	struct mr_hit *hit;
	int64_t *found;
	struct work *work;	/* [workers] */
};

/*
 * How far a score by codes, q.x + bias or for l2 q.x - |x|^2 / 2, may be from
 * the one that mr_exact_search orders rows by: the bound of codes.h, and
 * roundings: of the float sums there, of three products and sums here, of two
 * with bias and offset; the rounding of a distance is one of its square.  All
 * with room to spare.  Infinite where floats could overflow or be denormal.
 */
static double
off_by(const struct search *a, int64_t q, const struct mr_code_query *code,
    int64_t block)
{
	const struct mr_exact *f = &a->x->frame;
	const struct mr_codes_block *b = &a->x->codes.block[block];
	double offset = fabs((double)mr_search_offset(a->s, q));
	double lengths = code->length * (b->length + b->error);
	double far = code->length + b->length;

	if (b->length > 1e15 || code->length > 1e15 ||
	    (b->length > 0 && b->length < 1e-15) ||
	    (code->length > 0 && code->length < 1e-15))
		return INFINITY;
	return mr_codes_bound(code, b) + ((double)f->d + 16) * 0x1p-23 *
	    lengths + 0x1p-21 * (offset + a->x->most_bias) + 1e-40 +
	    (f->metric == MR_METRIC_L2 ? 0x1p-20 * far * (far + offset) : 0);
}

/* What a score by codes must reach to be among the best of query q. */
static float
least_code(const struct search *a, int64_t q,
    const struct mr_code_query *code, double off)
{
	double worst = (double)a->hit[q * a->s->k].score -
	    (double)mr_search_offset(a->s, q);

	if (a->found[q] < a->s->k || !isfinite(off) || !isfinite(worst))
		return -INFINITY;
	if (a->x->frame.metric == MR_METRIC_L2)
		worst = (code->length * code->length - worst * worst) / 2;
	return nextafterf((float)(worst - off), -INFINITY);
}

/* Rows at n <= SCORED places, scored as mr_exact_search does. */
static void
score(const struct search *a, int64_t q, const int64_t *place, int64_t n)
{
	const struct mr_exact *f = &a->x->frame;
	float scores[SCORED], offset = mr_search_offset(a->s, q);
	const float *row[SCORED] = { NULL };

	for (int64_t j = 0; j < n; j++)
		row[j] = mr_mat_row(&a->x->rows, place[j]);
	mr_exact_pairs(f, a->q + q * f->d, row, n, scores);
	for (int64_t j = 0; j < n; j++)
		mr_topk_push(a->hit + q * a->s->k, &a->found[q], a->s->k,
		    (struct mr_hit){ scores[j] + f->bias[place[j]] + offset,
		    f->number[place[j]] }, f->rank);
}

/* Offer a block's rows to query q. */
static void
offer(const struct search *a, int64_t q, const struct mr_code_query *code,
    int64_t block, const int32_t *sums)
{
	const struct mr_coded *x = a->x;
	int64_t from = block * BLOCK, left = x->frame.n - from;
	int64_t end = left < BLOCK ? left : BLOCK, n = 0;
	int64_t place[SCORED];
	const float *add = (x->half ? x->half : x->frame.bias) + from;
	double off = off_by(a, q, code, block);
	float least = least_code(a, q, code, off);

	for (int64_t j = 0; j < end; j++) {
		j += mr_first_code(sums + j, x->codes.scale + from + j,
		    code->scale, add + j, least, end - j);
		if (j < end && mr_search_may(a->s, q,
		    x->frame.number[from + j]))
			place[n++] = from + j;
		if (n == SCORED) {
			score(a, q, place, n);
			least = least_code(a, q, code, off);
			n = 0;
		}
	}
	if (n)
		score(a, q, place, n);
}

/* Which of the m queries from q0 on a block may have rows for; their codes
 * side by side. */
static int
choose(const struct search *a, struct work *w, int64_t q0, int64_t m,
    int64_t block)
{
	const struct mr_exact *f = &a->x->frame;
	int64_t wide = a->x->codes.wide, k = a->s->k;
	int n = 0;

	for (int i = 0; i < m; i++) {
		int64_t q = q0 + i;

		if (a->found[q] == k && mr_exact_reach(f, block,
		    w->code[i].length, mr_search_offset(a->s, q)) <
		    a->hit[q * k].score)
			continue;
		memcpy(w->some + n * wide, w->codes + i * wide, (size_t)wide);
		w->start[n] = w->code[i].start;
		w->on[n++] = i;
	}
	return n;
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *a = ctx;
	const struct mr_exact *f = &a->x->frame;
	const struct mr_codes *c = &a->x->codes;
	struct work *w = &a->work[worker];
	int64_t q0 = task * QUERIES, left = a->s->q.n - q0;
	int64_t m = left < QUERIES ? left : QUERIES;

	for (int64_t i = 0; i < m; i++) {
		w->code[i] = mr_codes_query(a->q + (q0 + i) * f->d, f->d,
		    w->codes + i * c->wide, c->wide);
		a->found[q0 + i] = 0;
	}
	for (int64_t b = 0; b < blocks_of(f->n); b++) {
		int n = choose(a, w, q0, m, b);

		mr_qdot(w->some, w->start, n, c->packed + b * BLOCK * c->wide,
		    BLOCK, c->wide, w->sums, BLOCK);
		for (int i = 0; i < n; i++)
			offer(a, q0 + w->on[i], &w->code[w->on[i]], b,
			    w->sums + i * BLOCK);
	}
	for (int64_t q = q0; q < q0 + m; q++)
		mr_topk_sort(a->hit + q * a->s->k, a->found[q], f->rank);
}

static int
make_work(struct work *w, const struct mr_coded *x, struct mr_err *err)
{
	w->codes = mr_alloc(2 * QUERIES, (size_t)x->codes.wide,
	    "codes of queries", err);
	w->sums = w->codes ? mr_alloc((size_t)QUERIES * BLOCK,
	    sizeof *w->sums, "scores", err) : NULL;
	w->some = w->codes + QUERIES * x->codes.wide;
	return w->sums ? MR_OK : MR_ENOMEM;
}

static int
run(struct search *a, struct mr_err *err)
{
	int64_t tasks = (a->s->q.n + QUERIES - 1) / QUERIES;
	int workers = a->s->threads > 0 ? a->s->threads : mr_par_cpus();
	int rc;

	if (workers > tasks)
		workers = (int)tasks;
	a->work = mr_alloc((size_t)workers, sizeof *a->work, "workspaces",
	    err);
	rc = a->work ? MR_OK : MR_ENOMEM;
	for (int t = 0; t < workers && rc == MR_OK; t++)
		rc = make_work(&a->work[t], a->x, err);
	if (rc == MR_OK)
		mr_par_run(workers, tasks, search_task, a);
	for (int t = 0; a->work && t < workers; t++) {
		free(a->work[t].codes);
		free(a->work[t].sums);
	}
	free(a->work);
	return rc;
}

int
mr_coded_search(const struct mr_coded *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	struct search a = { .x = x, .s = s, .hit = hit, .found = found };
	struct mr_mat unit = { 0 };
	int rc = mr_exact_queries(x->frame.metric, x->frame.d, s, &unit, &a.q,
	    err);

	if (rc == MR_OK)
		rc = run(&a, err);
	mr_mat_free(&unit);
	return rc;
}

static int
build_index(struct mr_index *x, const struct mr_rows *base,
    const uint64_t *allow, struct mr_err *err)
{
	const struct mr_exact_opt o = { .metric = x->metric, .rank = x->rank,
	    .allow = allow };

	x->own = mr_alloc(1, sizeof(struct mr_coded), "an index", err);
	return x->own ? mr_coded_build(x->own, base->dense, &o, x->threads,
	    err) : MR_ENOMEM;
}

static int
search_index(const struct mr_index *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	return mr_coded_search(x->own, s, hit, found, err);
}

static void
free_index(void *own)
{
	if (own)
		mr_coded_free(own);
	free(own);
}

const struct mr_index_class mr_coded_index = {
	.name = "coded", .build = build_index, .search = search_index,
	.free = free_index,
};
