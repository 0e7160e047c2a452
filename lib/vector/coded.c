/* Exact results by codes; see coded.h.
 * SPDX-License-Identifier: MIT */
#include "vector/coded.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/first.h"
#include "math/gemm.h"
#include "math/qdot.h"
#include "vector/exact.h"

#define QUERIES 48	/* of a task: whole tiles of mr_qdot */
#define BLOCK MR_CODES_BLOCK

struct coded {
	enum mr_metric metric;
	int64_t n, d;
	int32_t *number;	/* [n] which row of the base stands where */
	struct mr_mat rows;	/* [n x d], normalised for cosine */
	struct mr_codes codes;	/* of them */
	float *add;		/* [n] added to scores by codes: for l2
				 * -|x|^2 / 2 */
	float most;		/* no value of the rows is larger */
	const int32_t *rank;	/* of the base's rows; borrowed */
};

static int64_t
blocks_of(int64_t n)
{
	return (n + BLOCK - 1) / BLOCK;
}

static int
make_room(struct coded *x, struct mr_err *err)
{
	int rc = mr_codes_new(&x->codes, x->n, x->d, err);

	if (rc == MR_OK)
		rc = mr_mat_new(&x->rows, x->n, x->d, "vectors", err);
	if (rc)
		return rc;
	x->add = mr_alloc((size_t)x->n, sizeof *x->add, "squares", err);
	x->number = x->add ? mr_alloc((size_t)x->n, sizeof *x->number,
	    "numbers of rows", err) : NULL;
	return x->number ? MR_OK : MR_ENOMEM;
}

static void
put_block(void *ctx, int64_t block, int worker)
{
	struct coded *x = ctx;
	int64_t end = (block + 1) * BLOCK < x->n ? (block + 1) * BLOCK : x->n;

	(void)worker;
	for (int64_t i = block * BLOCK; i < end; i++) {
		const float *row = mr_mat_row(&x->rows, i);
		double square = 0;

		mr_codes_put(&x->codes, i, row);
		for (int64_t j = 0; x->metric == MR_METRIC_L2 && j < x->d;
		    j++)
			square += (double)row[j] * (double)row[j];
		x->add[i] = (float)(-square / 2);
	}
}

static bool
allows(const uint64_t *allow, int64_t i)
{
	return !allow || allow[i / 64] >> i % 64 & 1;
}

static int
build(struct mr_index *index, const struct mr_rows *base,
    const uint64_t *allow, struct mr_err *err)
{
	struct coded *x = index->own = mr_alloc(1, sizeof *x, "an index",
	    err);
	int64_t d = index->d, at = 0;
	int rc;

	if (!x)
		return MR_ENOMEM;
	x->metric = index->metric;
	x->d = d;
	x->rank = index->rank;
	for (int64_t i = 0; i < base->n; i++)
		x->n += allows(allow, i);
	rc = make_room(x, err);
	for (int64_t i = 0; i < base->n && rc == MR_OK; i++) {
		if (!allows(allow, i))
			continue;
		if (d)
			memcpy(mr_mat_row(&x->rows, at), mr_mat_row(
			    base->dense, i), (size_t)d * sizeof *x->rows.a);
		x->number[at++] = (int32_t)i;
	}
	if (rc)
		return rc;
	if (x->metric == MR_METRIC_COSINE)
		mr_mat_normalise(&x->rows);
	for (int64_t i = 0; i < x->n * d; i++)
		x->most = fmaxf(x->most, fabsf(x->rows.a[i]));
	mr_par_run(0, blocks_of(x->n), put_block, x);
	return MR_OK;
}

static void
drop(void *own)
{
	struct coded *x = own;

	if (!x)
		return;
	mr_codes_free(&x->codes);
	mr_mat_free(&x->rows);
	free(x->add);
	free(x->number);
	free(x);
}

/* What a thread needs. */
struct work {
	struct mr_code_query code[QUERIES];
	int32_t start[QUERIES];	/* of the sums of a query */
	int8_t *codes;		/* [QUERIES * wide] of the queries */
	int32_t *sums;		/* [QUERIES * BLOCK] */
	float *rows, *packed;	/* [MR_GEMM_PANEL * d] each */
};

struct search {
	const struct coded *x;
	const struct mr_search *s;
	const float *q;		/* [n * d], normalised for cosine */
	struct mr_hit *hit;
	int64_t *found;
	struct work *work;	/* [workers] */
};

/*
 * How far a score by codes, q.x or for l2 q.x - |x|^2 / 2, may be from the one
 * that mr_exact_search orders rows by: the bound of codes.h, and roundings: of
 * the float sums there, of three products and sums here, of two with the
 * offset; the rounding of a distance is one of its square.  All with room to
 * spare.  Infinite where floats could overflow or be denormal.
 */
static double
off_by(const struct search *a, int64_t q, const struct mr_code_query *code,
    int64_t block)
{
	const struct mr_codes_block *b = &a->x->codes.block[block];
	double offset = fabs((double)mr_search_offset(a->s, q));
	double lengths = code->length * (b->length + b->error);
	double far = code->length + b->length;

	if (b->length > 1e15 || code->length > 1e15 ||
	    (b->length > 0 && b->length < 1e-15) ||
	    (code->length > 0 && code->length < 1e-15))
		return INFINITY;
	return mr_codes_bound(code, b) + ((double)a->x->d + 16) * 0x1p-23 *
	    lengths + 0x1p-21 * offset + 1e-40 + (a->x->metric ==
	    MR_METRIC_L2 ? 0x1p-20 * far * (far + offset) : 0);
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
	if (a->x->metric == MR_METRIC_L2)
		worst = (code->length * code->length - worst * worst) / 2;
	return nextafterf((float)(worst - off), -INFINITY);
}

/* Rows at n <= MR_GEMM_PANEL places, scored as mr_exact_search does. */
static void
score(const struct search *a, int64_t q, struct work *w,
    const int64_t *place, int64_t n)
{
	const struct coded *x = a->x;
	const struct mr_exact pairs = { .metric = x->metric, .d = x->d,
	    .packed = w->packed, .most = x->most };
	float scores[MR_GEMM_PANEL], offset = mr_search_offset(a->s, q);

	for (int64_t j = 0; j < n && x->d; j++)
		memcpy(w->rows + j * x->d, mr_mat_row(&x->rows, place[j]),
		    (size_t)x->d * sizeof *w->rows);
	mr_gemm_pack(w->packed, w->rows, n, x->d, x->d, true);
	mr_exact_panel(&pairs, a->q + q * x->d, n, scores);
	for (int64_t j = 0; j < n; j++)
		/* As there, where a bias of 0 is added. */
		mr_topk_push(a->hit + q * a->s->k, &a->found[q], a->s->k,
		    (struct mr_hit){ scores[j] + 0.0F + offset,
		    x->number[place[j]] }, x->rank);
}

/* Offer a block's rows to query q, number i of its task. */
static void
offer(const struct search *a, int64_t q, int64_t i, struct work *w,
    int64_t block)
{
	const struct coded *x = a->x;
	const struct mr_code_query *code = &w->code[i];
	int64_t from = block * BLOCK, left = x->n - from, place[MR_GEMM_PANEL];
	int64_t end = left < BLOCK ? left : BLOCK, n = 0;
	const int32_t *sums = w->sums + i * BLOCK;
	double off = off_by(a, q, code, block);
	float least = least_code(a, q, code, off);

	for (int64_t j = 0; j < end; j++) {
		j += mr_first_code(sums + j, x->codes.scale + from + j,
		    code->scale, x->add + from + j, least, end - j);
		if (j < end && mr_search_may(a->s, q, x->number[from + j]))
			place[n++] = from + j;
		if (n == MR_GEMM_PANEL) {
			score(a, q, w, place, n);
			least = least_code(a, q, code, off);
			n = 0;
		}
	}
	if (n)
		score(a, q, w, place, n);
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *a = ctx;
	const struct coded *x = a->x;
	struct work *w = &a->work[worker];
	int64_t q0 = task * QUERIES, left = a->s->q.n - q0;
	int64_t m = left < QUERIES ? left : QUERIES, wide = x->codes.wide;

	for (int64_t i = 0; i < m; i++) {
		w->code[i] = mr_codes_query(a->q + (q0 + i) * x->d, x->d,
		    w->codes + i * wide, wide);
		w->start[i] = w->code[i].start;
		a->found[q0 + i] = 0;
	}
	for (int64_t b = 0; b < blocks_of(x->n); b++) {
		mr_qdot(w->codes, w->start, m, x->codes.packed + b * BLOCK *
		    wide, BLOCK, wide, w->sums, BLOCK);
		for (int64_t i = 0; i < m; i++)
			offer(a, q0 + i, i, w, b);
	}
	for (int64_t q = q0; q < q0 + m; q++)
		mr_topk_sort(a->hit + q * a->s->k, a->found[q], x->rank);
}

static int
make_work(struct work *w, const struct coded *x, struct mr_err *err)
{
	size_t panel = (size_t)(MR_GEMM_PANEL * x->d);

	w->codes = mr_alloc(QUERIES, (size_t)x->codes.wide,
	    "codes of queries", err);
	w->sums = w->codes ? mr_alloc((size_t)QUERIES * BLOCK,
	    sizeof *w->sums, "scores", err) : NULL;
	w->rows = w->sums ? mr_alloc(2 * panel, sizeof *w->rows, "vectors",
	    err) : NULL;
	if (!w->rows)
		return MR_ENOMEM;
	w->packed = w->rows + panel;
	return MR_OK;
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
		free(a->work[t].rows);
	}
	free(a->work);
	return rc;
}

static int
search(const struct mr_index *index, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	struct search a = { .x = index->own, .s = s, .q = mr_mat_row(
	    s->q.dense, s->q.from), .hit = hit, .found = found };
	struct mr_mat unit = { 0 };
	int rc = MR_OK;

	if (a.x->metric == MR_METRIC_COSINE) {
		rc = mr_mat_new(&unit, s->q.n, a.x->d, "queries", err);
		if (rc)
			return rc;
		if (unit.rows > 0 && unit.cols > 0)
			memcpy(unit.a, a.q, (size_t)(unit.rows * unit.cols) *
			    sizeof *unit.a);
		mr_mat_normalise(&unit);
		a.q = unit.a;
	}
	rc = run(&a, err);
	mr_mat_free(&unit);
	return rc;
}

const struct mr_index_class mr_coded_index = {
	.name = "coded", .build = build, .search = search, .free = drop,
};
