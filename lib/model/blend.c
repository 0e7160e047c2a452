/* A walk, factors and ease; see blend.h.
 * SPDX-License-Identifier: MIT */
#include "model/blend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "model/blend_parts.h"
#include "model/ease.h"
#include "model/gfilter.h"
#include "model/ials.h"
#include "model/walk.h"

#define OPT struct mr_blend_opt

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

/* A + by B, of equal shape, to S. */
static int
add_weights(struct mr_csr *S, const struct mr_csr *A, const struct mr_csr *B,
    double by, struct mr_err *err)
{
	size_t most = (size_t)(mr_csr_nnz(A) + mr_csr_nnz(B));
	int64_t n = 0;

	*S = (struct mr_csr){ .rows = A->rows, .cols = A->cols };
	S->ptr = mr_alloc((size_t)A->rows + 1, sizeof *S->ptr, "weights", err);
	S->idx = S->ptr ? mr_alloc(most, sizeof *S->idx, "weights", err) :
	    NULL;
	S->val = S->idx ? mr_alloc(most, sizeof *S->val, "weights", err) :
	    NULL;
	for (int64_t i = 0; S->val && i < A->rows; i++) {
		int64_t a = A->ptr[i], b = B->ptr[i];

		while (a < A->ptr[i + 1] || b < B->ptr[i + 1]) {
			int32_t x = a < A->ptr[i + 1] ? A->idx[a] : INT32_MAX;
			int32_t y = b < B->ptr[i + 1] ? B->idx[b] : INT32_MAX;
			double v = 0;

			S->idx[n] = x < y ? x : y;
			if (x == S->idx[n])
				v += (double)A->val[a++];
			if (y == S->idx[n])
				v += by * (double)B->val[b++];
			S->val[n++] = (float)v;
		}
		S->ptr[i + 1] = n;
	}
	return S->val ? MR_OK : MR_ENOMEM;
}

/* What a blend is put together from, and how. */
struct mixed {
	struct mr_blend_parts *x;
	double by, ease_by;	/* w z; v' z' / (w z) */
};

/* Ease to m: its weights to those of the walk, or its factors behind those of
 * ials. */
static int
put_ease(struct mr_model *m, const struct mixed *p, int64_t first,
    struct mr_err *err)
{
	const struct mr_model *ease = &p->x->ease;
	float root = (float)sqrt(p->ease_by);
	const struct mr_mat *from[] = { &ease->U, &ease->V };
	struct mr_mat *to[] = { &m->U, &m->V };
	struct mr_csr S;
	int rc;

	if (ease->V.cols == 0) {
		rc = add_weights(&S, &m->near.S, &ease->near.S, p->ease_by,
		    err);
		mr_csr_free(&m->near.S);
		m->near.S = S;
		return rc;
	}
	for (int side = 0; side < 2; side++)
		for (int64_t i = 0; i < to[side]->rows; i++)
			for (int64_t j = 0; j < from[side]->cols; j++)
				mr_mat_row(to[side], i)[first + j] = root *
				    mr_mat_row(from[side], i)[j];
	return widen(&m->Y, &ease->Y, 0, "weights of items", err);
}

static int
put(struct mr_model *m, const struct mixed *p, const struct mr_train *job,
    const OPT *o, struct mr_err *err)
{
	struct mr_blend_parts *x = p->x;
	int64_t more = o->ease > 0 ? x->ease.V.cols : o->rank;
	int rc = mr_walk_term(&m->near, &x->W, false, err);

	if (rc == MR_OK)
		rc = widen(&m->U, &x->factors.U, more, "user factors", err);
	if (rc == MR_OK)
		rc = widen(&m->V, &x->factors.V, more, "item factors", err);
	for (int64_t u = 0; rc == MR_OK && u < m->U.rows; u++) {
		double n = (double)(job->R->ptr[u + 1] - job->R->ptr[u]);

		for (int64_t j = 0; j < o->d; j++) {
			float *f = &mr_mat_row(&m->U, u)[j];

			*f = (float)(sqrt(n) * (double)*f);
		}
	}
	for (int64_t k = 0; rc == MR_OK && k < mr_csr_nnz(&m->near.S); k++)
		m->near.S.val[k] = (float)((double)m->near.S.val[k] / p->by);
	if (rc == MR_OK && o->ease > 0)
		return put_ease(m, p, o->d, err);
	return rc || o->rank == 0 ? rc : mr_gfilter_project(
	    &(struct mr_gfilter_place){ &m->U, &m->V, &m->Y, o->d, o->rank,
	    o->weight / p->by, o->tilt }, job, err);
}

int
mr_blend_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const OPT *o = opt;
	struct mr_blend_parts own = { .z = 0 };
	struct mixed p = { .x = job->parts ? job->parts : &own };
	int rc = mr_blend_parts_learn(p.x, job, o, err);

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK) {
		mr_report_fact(job->report, "blend: z = %.6g", p.x->z);
		p.by = o->mix * p.x->z;
		p.ease_by = o->ease * p.x->ease_z / p.by;
		rc = put(m, &p, job, o, err);
	}
	mr_blend_parts_free(&own);
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
	const struct mr_ease_opt ease = mr_blend_ease(o, R);
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
