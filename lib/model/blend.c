/* A walk, factors and ease; see blend.h.
 * SPDX-License-Identifier: MIT */
#include "model/blend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "model/blend_spread.h"
#include "model/ease.h"
#include "model/gfilter.h"
#include "model/ials.h"
#include "model/walk.h"

#define OPT struct mr_blend_opt

static struct mr_ials_opt
ials_of(const OPT *o)
{
	return (struct mr_ials_opt){ .d = o->d, .sweeps = o->sweeps,
	    .lambda = o->lambda, .unobserved_weight = o->unobserved_weight,
	    .reg_exponent = o->reg_exponent, .alpha = o->alpha };
}

/* from, in the first columns of a new matrix of more. */
static int
widen(struct mr_mat *to, const struct mr_mat *from, int64_t more,
    const char *what, struct mr_err *err)
{
	int rc = mr_mat_new(to, from->rows, from->cols + more, what, err);

	for (int64_t i = 0; rc == MR_OK && i < from->rows; i++)
		memcpy(mr_mat_row(to, i), mr_mat_row(from, i),
		    (size_t)from->cols * sizeof *to->a);
	return rc;
}

/* What a blend is put together from; by = w z. */
struct parts {
	struct mr_model factors, ease;
	struct mr_csr W;
	double by, ease_by;	/* ease_by = v' z' / (w z) */
};

/* A + by B, of equal shape, over A; B is used up. */
static int
add_weights(struct mr_csr *A, struct mr_csr *B, double by, struct mr_err *err)
{
	struct mr_csr S = { .rows = A->rows, .cols = A->cols };
	size_t most = (size_t)(mr_csr_nnz(A) + mr_csr_nnz(B));
	int64_t n = 0;

	S.ptr = mr_alloc((size_t)A->rows + 1, sizeof *S.ptr, "weights", err);
	S.idx = S.ptr ? mr_alloc(most, sizeof *S.idx, "weights", err) : NULL;
	S.val = S.idx ? mr_alloc(most, sizeof *S.val, "weights", err) : NULL;
	for (int64_t i = 0; S.val && i < A->rows; i++) {
		int64_t a = A->ptr[i], b = B->ptr[i];

		while (a < A->ptr[i + 1] || b < B->ptr[i + 1]) {
			int32_t x = a < A->ptr[i + 1] ? A->idx[a] : INT32_MAX;
			int32_t y = b < B->ptr[i + 1] ? B->idx[b] : INT32_MAX;
			double v = 0;

			S.idx[n] = x < y ? x : y;
			if (x == S.idx[n])
				v += (double)A->val[a++];
			if (y == S.idx[n])
				v += by * (double)B->val[b++];
			S.val[n++] = (float)v;
		}
		S.ptr[i + 1] = n;
	}
	if (!S.val) {
		mr_csr_free(&S);
		return MR_ENOMEM;
	}
	mr_csr_free(A);
	mr_csr_free(B);
	*A = S;
	return MR_OK;
}

/* Ease to m: its weights to those of the walk, or its factors behind those of
 * ials. */
static int
put_ease(struct mr_model *m, struct parts *x, int64_t first,
    struct mr_err *err)
{
	float root = (float)sqrt(x->ease_by);
	const struct mr_mat *from[] = { &x->ease.U, &x->ease.V };
	struct mr_mat *to[] = { &m->U, &m->V };

	if (x->ease.V.cols == 0)
		return add_weights(&m->near.S, &x->ease.near.S, x->ease_by,
		    err);
	for (int side = 0; side < 2; side++)
		for (int64_t i = 0; i < to[side]->rows; i++)
			for (int64_t j = 0; j < from[side]->cols; j++)
				mr_mat_row(to[side], i)[first + j] = root *
				    mr_mat_row(from[side], i)[j];
	m->Y = x->ease.Y;
	x->ease.Y = (struct mr_mat){ 0 };
	return MR_OK;
}

static int
put(struct mr_model *m, struct parts *x, const struct mr_train *job,
    const OPT *o, struct mr_err *err)
{
	int64_t more = o->ease > 0 ? x->ease.V.cols : o->rank;
	int rc = mr_walk_term(&m->near, &x->W, false, err);

	if (rc == MR_OK)
		rc = widen(&m->U, &x->factors.U, more, "user factors", err);
	if (rc == MR_OK)
		rc = widen(&m->V, &x->factors.V, more, "item factors", err);
	for (int64_t u = 0; rc == MR_OK && u < m->U.rows; u++) {
		double n = (double)(job->R->ptr[u + 1] - job->R->ptr[u]);

		for (int64_t j = 0; j < o->d; j++) {
			float *p = &mr_mat_row(&m->U, u)[j];

			*p = (float)(sqrt(n) * (double)*p);
		}
	}
	for (int64_t k = 0; rc == MR_OK && k < mr_csr_nnz(&m->near.S); k++)
		m->near.S.val[k] = (float)((double)m->near.S.val[k] / x->by);
	if (rc == MR_OK && o->ease > 0)
		return put_ease(m, x, o->d, err);
	return rc || o->rank == 0 ? rc : mr_gfilter_project(
	    &(struct mr_gfilter_place){ &m->U, &m->V, &m->Y, o->d, o->rank,
	    o->weight / x->by, o->tilt }, job, err);
}

static struct mr_ease_opt
ease_of(const OPT *o, const struct mr_csr *R)
{
	return (struct mr_ease_opt){ .lambda = o->ease_lambda,
	    .form = R->rows < R->cols ? MR_EASE_FACTORS : MR_EASE_WEIGHTS };
}

static int
make_parts(struct parts *x, const struct mr_train *job, const OPT *o,
    struct mr_err *err)
{
	const struct mr_ials_opt ials = ials_of(o);
	const struct mr_ease_opt ease = ease_of(o, job->R);
	struct mr_train part = *job;
	struct mr_start start;
	double z = 1, ease_z = 1;
	int rc;

	/* U is no row of ials: the items' side is enough. */
	if (job->start) {
		start = *job->start;
		start.m.U = (struct mr_mat){ 0 };
		part.start = &start;
	}
	rc = mr_ials_train(&x->factors, &part, &ials, err);
	if (rc == MR_OK)
		rc = mr_walk_weights(&x->W, job, &(struct mr_walk_exponents){
		    o->from, o->via, o->to }, o->k, false, err);
	if (rc == MR_OK)
		rc = mr_blend_scale(&z, &x->W, &x->factors, job, err);
	if (rc == MR_OK && o->ease > 0)
		rc = mr_ease_train(&x->ease, job, &ease, err);
	if (rc == MR_OK && o->ease > 0)
		rc = mr_blend_ease_scale(&ease_z, &x->W, &x->ease, job, err);
	x->by = o->mix * z;
	x->ease_by = o->ease * ease_z / x->by;
	if (rc == MR_OK)
		mr_report_fact(job->report, "blend: z = %.6g", z);
	return rc;
}

int
mr_blend_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	struct parts x = { .by = 0 };
	int rc = make_parts(&x, job, opt, err);

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK)
		rc = put(m, &x, job, opt, err);
	mr_csr_free(&x.W);
	mr_model_free(&x.factors);
	mr_model_free(&x.ease);
	return rc;
}

static bool
projects(const void *opt)
{
	return ((const OPT *)opt)->rank > 0;
}

static bool
eases(const void *opt)
{
	return ((const OPT *)opt)->ease > 0;
}

static const struct mr_param params[] = {
	MR_WALK_ROWS(OPT, 0.9, 0.7, 0.4),
	{ MR_KEPT_ROW(OPT, 200) },
	{ MR_REAL_ROW(OPT, mix, 0, "mix", "X",
	    "weight of the factors beside the walk", 0, 1e9, 2) },
	{ MR_REAL_ROW(OPT, ease, 0, "ease", "X",
	    "weight of ease beside the walk", 0, 1e9, 0) },
	{ MR_REAL_ROW(OPT, ease_lambda, 0, "ease-lambda", "X",
	    "strength of the regularisation of ease", 0, 1e9, 200),
	    .counts = eases, .when = "--ease above 0" },
	MR_IALS_ROWS(OPT),
	{ MR_LOW_PASS_RANK_ROW(OPT, 0) },
	{ MR_LOW_PASS_ROW(OPT, 0.15), .counts = projects,
	    .when = "--low-pass-rank above 0" },
	{ MR_LOW_PASS_EXPONENT_ROW(OPT, 0.4), .counts = projects,
	    .when = "--low-pass-rank above 0" },
	{ .name = NULL }
};

static int
check_kind(const void *opt, struct mr_err *err)
{
	const OPT *o = opt;

	if (!(o->mix > 0))
		return mr_err_set(err, MR_EARG, "blend needs a --mix above 0: "
		    "gfilter is the walk alone");
	if (o->ease > 0 && !(o->ease_lambda > 0))
		return mr_err_set(err, MR_EARG, "blend needs an --ease-lambda "
		    "above 0");
	if (o->ease > 0 && o->rank > 0)
		return mr_err_set(err, MR_EARG, "blend has either --ease or a "
		    "--low-pass-rank");
	return o->unobserved_weight > 0 ? MR_OK : mr_err_set(err, MR_EARG,
	    "blend needs an --unobserved-weight above 0");
}

static void
fold(struct mr_fold *rule, const void *opt)
{
	const OPT *o = opt;

	*rule = (struct mr_fold){ .rule = MR_FOLD_BLEND,
	    .lambda = o->lambda, .exponent = o->reg_exponent,
	    .alpha = o->alpha, .unobserved = o->unobserved_weight,
	    .solved = o->d };
}

static double
bytes(const struct mr_csr *R, int threads, const void *opt)
{
	const OPT *o = opt;
	const struct mr_ease_opt ease = ease_of(o, R);
	/* Weights are there twice when they are added. */
	double beside = o->ease > 0 ? 2 * mr_ease_kind.bytes(R, threads,
	    &ease) : 0;

	return beside + mr_ials_bytes(R, o->d, threads) +
	    mr_walk_bytes(R, o->k, threads) + mr_gfilter_bytes(R, o->rank) +
	    4 * (double)(o->d + o->rank) * (double)(R->rows + R->cols) +
	    8 * (double)R->cols;
}

const struct mr_kind mr_blend_kind = {
	.name = "blend",
	.lone = "beyond the one film are chance",
	.feedback = MR_FEEDBACK_EVENTS, .wants = MR_WANTS_BLAS | MR_TAKES_START,
	.params = params, .opt_bytes = sizeof(OPT), .check = check_kind,
	.train = mr_blend_train, .fold = fold, .bytes = bytes,
};
