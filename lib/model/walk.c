/* Weights between items by their common users; see walk.h.
 * SPDX-License-Identifier: MIT */
#include "model/walk.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "model/kept_rows.h"

#define SMALL 1e-30	/* well above the least float */
#define LARGE 1e30	/* well below the largest, also of sums of scores */

struct lane {
	double *sum;		/* [n_items] s; all 0 between rows */
	int32_t *met;		/* [n_items] with a sum */
	struct mr_hit *best;	/* [n_items] */
	int64_t lost;		/* weights that floats took for 0 */
	struct mr_err err;
};

struct run {
	const struct mr_csr *R, *Rt;
	const struct mr_walk_opt *o;
	int64_t k;
	struct mr_kept_rows *rows;
	struct lane *lane;	/* [workers] */
	int workers;
};

static int64_t
add_sums(const struct run *r, struct lane *l, int64_t x)
{
	const struct mr_csr *R = r->R, *Rt = r->Rt;
	int64_t n = 0;

	for (int64_t a = Rt->ptr[x]; a < Rt->ptr[x + 1]; a++) {
		int32_t v = Rt->idx[a];
		double w = r->o->via[v];

		for (int64_t b = R->ptr[v]; w > 0 && b < R->ptr[v + 1]; b++) {
			double *s = &l->sum[R->idx[b]];

			if (*s == 0)
				l->met[n++] = R->idx[b];
			*s += w;
		}
	}
	return n;
}

static void
add_row(struct run *r, struct lane *l, int64_t x)
{
	const struct mr_walk_opt *o = r->o;
	int64_t met = add_sums(r, l, x), n = 0;

	for (int64_t c = 0; c < met; c++) {
		int32_t i = l->met[c];
		double fg = o->from[x] * o->to[i];
		float v = (float)(l->sum[i] * fg / (1 + o->shrinkage * fg));

		l->lost += i != x && l->sum[i] > 0 && !(v > 0);
		l->sum[i] = 0;
		if (i != x && v > 0)
			l->best[n++] = (struct mr_hit){ v, i };
	}
	if (n > r->k) {
		mr_topk_select(l->best, n, r->k, o->rank);
		n = r->k;
	}
	if (l->err.code == MR_OK)
		mr_kept_rows_add(r->rows, x, l->best, n, &l->err);
}

static void
rows_task(void *ctx, int64_t task, int worker)
{
	struct run *r = ctx;
	struct lane *l = r->lane + worker;
	int64_t from = task * MR_KEPT_TASK, to = from + MR_KEPT_TASK;

	for (int64_t x = from; x < to && x < r->Rt->rows; x++)
		add_row(r, l, x);
	mr_kept_rows_fit(r->rows, task);
}

static int
prepare(struct run *r, struct mr_err *err)
{
	size_t n = (size_t)r->Rt->rows;

	r->lane = mr_alloc((size_t)r->workers, sizeof *r->lane,
	    "sums of pairs", err);
	for (int i = 0; r->lane && i < r->workers; i++) {
		struct lane *l = r->lane + i;

		l->sum = mr_alloc(n, sizeof *l->sum, "sums of pairs", err);
		l->met = l->sum ? mr_alloc(n, sizeof *l->met,
		    "sums of pairs", err) : NULL;
		l->best = l->met ? mr_alloc(n, sizeof *l->best,
		    "best pairs", err) : NULL;
		if (!l->best)
			return MR_ENOMEM;
	}
	return r->lane ? MR_OK : MR_ENOMEM;
}

static void
free_run(struct run *r)
{
	for (int i = 0; r->lane && i < r->workers; i++) {
		free(r->lane[i].sum);
		free(r->lane[i].met);
		free(r->lane[i].best);
	}
	free(r->lane);
}

int
mr_walk_build(struct mr_csr *W, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_walk_opt *o, struct mr_err *err)
{
	int64_t n = Rt->rows;
	struct mr_kept_rows rows = { 0 };
	struct run r = { .R = R, .Rt = Rt, .o = o, .rows = &rows,
	    .k = o->k > 0 && o->k < n ? o->k : n,
	    .workers = o->threads > 0 ? o->threads : mr_par_cpus() };
	int rc = mr_kept_rows_new(&rows, n, n, err);

	*W = (struct mr_csr){ 0 };
	if (r.workers > rows.n_parts)
		r.workers = (int)rows.n_parts;
	if (rc == MR_OK)
		rc = prepare(&r, err);
	if (rc == MR_OK)
		mr_par_run(r.workers, rows.n_parts, rows_task, &r);
	for (int i = 0; i < r.workers && rc == MR_OK; i++)
		if (r.lane[i].err.code) {
			*err = r.lane[i].err;
			rc = err->code;
		}
	if (rc == MR_OK)
		rc = mr_kept_rows_join(&rows, W, err);
	for (int i = 0; r.lane && o->lost && i < r.workers; i++)
		*o->lost += r.lane[i].lost;
	mr_kept_rows_free(&rows);
	free_run(&r);
	return rc;
}

double
mr_walk_bytes(const struct mr_csr *R, int64_t k, int threads)
{
	double items = (double)R->cols, row = k > 0 && (double)k < items ?
	    (double)k : items, pairs = 0;

	for (int64_t u = 0; u < R->rows; u++) {
		double n = (double)(R->ptr[u + 1] - R->ptr[u]);

		pairs += n * (n - 1);
	}
	return 16 * fmin(pairs, row * items) + 22 * items * threads +
	    24 * items + 8 * (double)R->rows;
}

double *
mr_walk_powers(const struct mr_csr *R, double e, struct mr_err *err)
{
	double *p = mr_alloc((size_t)R->rows, sizeof *p, "weights", err);

	for (int64_t i = 0; p && i < R->rows; i++) {
		int64_t n = R->ptr[i + 1] - R->ptr[i];

		p[i] = n > 0 ? pow((double)n, -e) : 0;
	}
	return p;
}

int
mr_walk_term(struct mr_near *near, struct mr_csr *W, bool by_target,
    struct mr_err *err)
{
	int rc = MR_OK;

	*near = (struct mr_near){ .axis = MR_NEAR_ITEM,
	    .norm = MR_NORM_NONE, .deviation = true };
	if (by_target) {
		near->S = *W;
		*W = (struct mr_csr){ 0 };
	} else {
		rc = mr_csr_transpose(&near->S, W, err);
		mr_csr_free(W);
	}
	return rc;
}

int
mr_walk_ranks(int32_t **rank, const struct mr_ids *items, struct mr_err *err)
{
	int rc;

	*rank = NULL;
	if (!items)
		return MR_OK;
	*rank = mr_alloc((size_t)items->n, sizeof **rank, "order of ids", err);
	rc = *rank ? mr_ids_order(items, NULL, *rank, err) : MR_ENOMEM;
	if (rc) {
		free(*rank);
		*rank = NULL;
	}
	return rc;
}

/* The least and the most of n weights, but of those that are 0. */
static void
range(const double *w, int64_t n, double *least, double *most)
{
	*least = HUGE_VAL;
	*most = 0;
	for (int64_t i = 0; i < n; i++)
		if (w[i] > 0) {
			*least = fmin(*least, w[i]);
			*most = fmax(*most, w[i]);
		}
}

/* A power of 2 by which all weights become floats where they are too small: the
 * order of scores is the same. */
static double
lift(const double *from, const double *to, const double *via,
    const struct mr_csr *R)
{
	double least[3], most[3], low, high;

	range(from, R->cols, &least[0], &most[0]);
	range(to, R->cols, &least[1], &most[1]);
	range(via, R->rows, &least[2], &most[2]);
	low = least[0] * least[1] * least[2];
	high = most[0] * most[1] * most[2] * (double)R->rows;
	return low > SMALL || !(high > 0) ? 1 :
	    ldexp(1, (int)fmax(floor(log2(LARGE / high)), 0));
}

int
mr_walk_weights(struct mr_csr *W, const struct mr_train *job,
    const struct mr_walk_exponents *by, int64_t k, bool lifts,
    struct mr_err *err)
{
	double *from = mr_walk_powers(job->Rt, by->from, err);
	double *to = from ? mr_walk_powers(job->Rt, by->to, err) : NULL;
	double *via = to ? mr_walk_powers(job->R, by->via, err) : NULL;
	int32_t *rank = NULL;
	int64_t lost = 0;
	int rc = via ? mr_walk_ranks(&rank, job->names.items, err) :
	    MR_ENOMEM;

	if (rc == MR_OK) {
		double up = lifts ? lift(from, to, via, job->R) : 1;

		for (int64_t i = 0; i < job->R->cols; i++)
			from[i] *= up;
		rc = mr_walk_build(W, job->R, job->Rt, &(struct mr_walk_opt){
		    .from = from, .to = to, .via = via, .k = k, .rank = rank,
		    .threads = job->threads, .lost = &lost }, err);
	}
	if (rc == MR_OK && lost)
		mr_report_warn(job->report, "%lld weights between films are "
		    "too small for floats and count as 0: smaller exponents "
		    "help", (long long)lost);
	free(rank);
	free(from);
	free(to);
	free(via);
	return rc;
}

int
mr_walk_train(struct mr_near *near, const struct mr_train *job,
    const struct mr_walk_exponents *by, int64_t k, bool lifts,
    struct mr_err *err)
{
	struct mr_csr W = { 0 };
	int rc = mr_walk_weights(&W, job, by, k, lifts, err);

	return rc ? rc : mr_walk_term(near, &W, false, err);
}
