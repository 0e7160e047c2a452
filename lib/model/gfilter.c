/* Linear filters of the graph; see gfilter.h.
 * SPDX-License-Identifier: MIT */
#include "model/gfilter.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/singular.h"
#include "model/folder_sums.h"
#include "model/walk.h"

/* On a flat spectrum (Gowalla, rank 256) .001 leaves less than .001 of the
 * directions wrong in all; .02 had 9 of 256 wrong. */
#define TOLERANCE 0.001
#define STEPS 30
#define ROWS_PER_TASK 64

/* [nnz] as R: n_u^-1/2 d_i^-1/2. */
static float *
normalised(const struct mr_csr *R, const double *n, const double *d,
    struct mr_err *err)
{
	float *val = mr_alloc((size_t)mr_csr_nnz(R), sizeof *val,
	    "normalised events", err);

	for (int64_t u = 0; val && u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			val[k] = (float)(n[u] * d[R->idx[k]]);
	return val;
}

static int
vectors(struct mr_mat *V, const struct mr_gfilter_place *to,
    const struct mr_train *job, struct mr_err *err)
{
	struct mr_csr A = *job->R, At = *job->Rt;
	double *n = mr_walk_powers(&A, 0.5, err);
	double *d = n ? mr_walk_powers(&At, 0.5, err) : NULL;
	int rc = MR_ENOMEM;

	A.val = d ? normalised(&A, n, d, err) : NULL;
	At.val = A.val ? normalised(&At, d, n, err) : NULL;
	if (At.val)
		rc = mr_singular(V, NULL, &A, &At, &(struct mr_singular_opt){
		    .k = to->rank, .tolerance = TOLERANCE, .most = STEPS,
		    .seed = job->seed, .threads = job->threads }, job->blas,
		    job->report, err);
	if (A.val)
		free(A.val);
	if (At.val)
		free(At.val);
	free(n);
	free(d);
	return rc;
}

struct users {
	const struct mr_gfilter_place *to;
	const struct mr_csr *R;
};

static void
users_task(void *ctx, int64_t task, int worker)
{
	const struct users *w = ctx;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	(void)worker;
	for (int64_t u = task * ROWS_PER_TASK; u < to && u < w->R->rows; u++) {
		struct mr_rated x = { w->R->idx + w->R->ptr[u],
		    w->R->val + w->R->ptr[u],
		    w->R->ptr[u + 1] - w->R->ptr[u] };

		mr_fold_sums(w->to->V, w->to->Y, w->to->first, &x,
		    mr_mat_row(w->to->U, u));
	}
}

int
mr_gfilter_project(const struct mr_gfilter_place *to,
    const struct mr_train *job, struct mr_err *err)
{
	struct users w = { to, job->R };
	struct mr_mat V = { 0 };
	int rc = mr_mat_new(to->Y, job->R->cols, 1, "weights of items", err);

	if (rc == MR_OK)
		rc = vectors(&V, to, job, err);
	for (int64_t i = 0; rc == MR_OK && i < V.rows; i++) {
		double d = (double)(job->Rt->ptr[i + 1] - job->Rt->ptr[i]);
		double by = d > 0 ? sqrt(to->weight) * pow(d, to->tilt) : 0;

		to->Y->a[i] = d > 0 ? (float)pow(d, -2 * to->tilt) : 0;
		for (int64_t j = 0; j < V.cols; j++)
			mr_mat_row(to->V, i)[to->first + j] = (float)(by *
			    (double)mr_mat_row(&V, i)[j]);
	}
	if (rc == MR_OK)
		mr_par_run(job->threads, (w.R->rows + ROWS_PER_TASK - 1) /
		    ROWS_PER_TASK, users_task, &w);
	mr_mat_free(&V);
	return rc;
}

double
mr_gfilter_bytes(const struct mr_csr *R, int64_t rank)
{
	double users = (double)R->rows, items = (double)R->cols;
	double block = (double)rank + fmax(20, (double)rank / 4);

	return rank == 0 ? 0 : 4 * block * (users + 2 * items) + 40 * block *
	    block + 8 * (double)mr_csr_nnz(R) + 12 * items + 8 * users +
	    4 * (double)rank * items;
}

int
mr_gfilter_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_gfilter_opt *o = opt;
	int rc;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	rc = mr_walk_train(&m->near, job, &(struct mr_walk_exponents){
	    o->from, o->via, o->to }, o->k, o->rank == 0, err);
	if (rc || o->rank == 0)
		return rc;
	rc = mr_mat_new(&m->U, job->R->rows, o->rank, "user factors", err);
	if (rc == MR_OK)
		rc = mr_mat_new(&m->V, job->R->cols, o->rank, "item factors",
		    err);
	return rc ? rc : mr_gfilter_project(&(struct mr_gfilter_place){
	    &m->U, &m->V, &m->Y, 0, o->rank, o->weight, o->tilt }, job, err);
}

#define OPT struct mr_gfilter_opt

static bool
projects(const void *opt)
{
	return ((const OPT *)opt)->rank > 0;
}

static const struct mr_param params[] = {
	MR_WALK_ROWS(OPT, 0.5, 1, 0.5),
	{ MR_KEPT_ROW(OPT, 200) },
	{ MR_LOW_PASS_RANK_ROW(OPT, 256) },
	{ MR_LOW_PASS_ROW(OPT, 0.3), .counts = projects,
	    .when = "--low-pass-rank above 0" },
	{ MR_LOW_PASS_EXPONENT_ROW(OPT, 0.5), .counts = projects,
	    .when = "--low-pass-rank above 0" },
	{ .name = NULL }
};

static void
fold(struct mr_fold *rule, const void *opt)
{
	rule->rule = projects(opt) ? MR_FOLD_SUMS : MR_FOLD_RATED;
}

static double
bytes(const struct mr_csr *R, int threads, const void *opt)
{
	const OPT *o = opt;

	return mr_walk_bytes(R, o->k, threads) + mr_gfilter_bytes(R, o->rank) +
	    4 * (double)o->rank * (double)(R->rows + R->cols);
}

const struct mr_kind mr_gfilter_kind = {
	.name = "gfilter",
	.lone = "have nothing to go by: no two films share a user",
	.feedback = MR_FEEDBACK_EVENTS, .wants = MR_WANTS_BLAS,
	.params = params, .opt_bytes = sizeof(OPT),
	.train = mr_gfilter_train, .fold = fold, .bytes = bytes,
};
