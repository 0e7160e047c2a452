/* A walk and factors; see blend.h.
 * SPDX-License-Identifier: MIT */
#include "model/blend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gram.h"
#include "model/gfilter.h"
#include "model/ials.h"
#include "model/walk.h"

#define SAMPLE 1000	/* users whose spread is looked at */

#define OPT struct mr_blend_opt

static struct mr_ials_opt
ials_of(const OPT *o)
{
	return (struct mr_ials_opt){ .d = o->d, .sweeps = o->sweeps,
	    .lambda = o->lambda, .unobserved_weight = o->unobserved_weight,
	    .reg_exponent = o->reg_exponent, .alpha = o->alpha };
}

/* What the spreads are computed with. */
struct spread {
	const struct mr_csr *R, *W;
	const struct mr_model *factors;
	double *row;		/* [n_items] of the walk, 0 between users */
	double *gram, *mean;	/* [d * d], [d] of the items' factors */
};

static double
deviation(double sum, double squares, double n)
{
	double v = squares / n - sum / n * (sum / n);

	return v > 0 ? sqrt(v) : 0;
}

static double
spread_of_walk(const struct spread *s, int64_t u)
{
	const struct mr_csr *R = s->R, *W = s->W;
	double sum = 0, squares = 0;

	for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
		for (int64_t c = W->ptr[R->idx[k]];
		    c < W->ptr[R->idx[k] + 1]; c++)
			s->row[W->idx[c]] += (double)W->val[c];
	for (int64_t i = 0; i < R->cols; i++) {
		sum += s->row[i];
		squares += s->row[i] * s->row[i];
		s->row[i] = 0;
	}
	return deviation(sum, squares, (double)R->cols);
}

/* (p . q)^2 summed over all items is p' Q'Q p. */
static double
spread_of_factors(const struct spread *s, int64_t u)
{
	const float *p = mr_mat_row(&s->factors->U, u);
	int64_t d = s->factors->V.cols;
	double sum = 0, squares = 0;

	for (int64_t a = 0; a < d; a++) {
		double dot = 0;

		for (int64_t b = 0; b < d; b++)
			dot += s->gram[a * d + b] * (double)p[b];
		squares += dot * (double)p[a];
		sum += s->mean[a] * (double)p[a];
	}
	return deviation(sum, squares, (double)s->R->cols);
}

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* z; 1 where nobody has both. */
static double
median_ratio(const struct spread *s, double *ratio)
{
	int64_t n = s->R->rows, users = n < SAMPLE ? n : SAMPLE, found = 0;

	for (int64_t q = 0; q < users; q++) {
		int64_t u = q * n / users;
		double items = (double)(s->R->ptr[u + 1] - s->R->ptr[u]);
		double walk, factors;

		if (items < 1)
			continue;
		walk = spread_of_walk(s, u);
		factors = sqrt(items) * spread_of_factors(s, u);
		if (walk > 0 && factors > 0)
			ratio[found++] = walk / factors;
	}
	if (found == 0)
		return 1;
	qsort(ratio, (size_t)found, sizeof *ratio, rising);
	return ratio[found / 2];
}

static int
find_scale(double *z, const struct mr_csr *W, const struct mr_model *factors,
    const struct mr_train *job, struct mr_err *err)
{
	const struct mr_mat *V = &factors->V;
	size_t d = (size_t)V->cols, items = (size_t)V->rows;
	struct spread s = { .R = job->R, .W = W, .factors = factors };
	double *ratio = NULL;
	int rc;

	s.row = mr_alloc(items + d * d + d + SAMPLE, sizeof *s.row, "spreads",
	    err);
	if (!s.row)
		return MR_ENOMEM;
	s.gram = s.row + items;
	s.mean = s.gram + d * d;
	ratio = s.mean + d;
	rc = mr_gram(job->blas, V->a, V->rows, (int)d, V->cols, job->threads,
	    s.gram, err);
	for (int64_t i = 0; i < V->rows; i++)
		for (size_t j = 0; j < d; j++)
			s.mean[j] += (double)mr_mat_row(V, i)[j];
	if (rc == MR_OK)
		*z = median_ratio(&s, ratio);
	free(s.row);
	return rc;
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

/* The parts of m by those of the factors; by = w z. */
static int
put(struct mr_model *m, const struct mr_model *factors, double by,
    const struct mr_train *job, const OPT *o, struct mr_err *err)
{
	int rc = widen(&m->U, &factors->U, o->rank, "user factors", err);

	if (rc == MR_OK)
		rc = widen(&m->V, &factors->V, o->rank, "item factors", err);
	for (int64_t u = 0; rc == MR_OK && u < m->U.rows; u++) {
		double n = (double)(job->R->ptr[u + 1] - job->R->ptr[u]);

		for (int64_t j = 0; j < o->d; j++) {
			float *p = &mr_mat_row(&m->U, u)[j];

			*p = (float)(sqrt(n) * (double)*p);
		}
	}
	for (int64_t k = 0; rc == MR_OK && k < mr_csr_nnz(&m->near.S); k++)
		m->near.S.val[k] = (float)((double)m->near.S.val[k] / by);
	return rc || o->rank == 0 ? rc : mr_gfilter_project(
	    &(struct mr_gfilter_place){ &m->U, &m->V, &m->Y, o->d, o->rank,
	    o->weight / by, o->tilt }, job, err);
}

int
mr_blend_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const OPT *o = opt;
	const struct mr_ials_opt ials = ials_of(o);
	struct mr_model factors = { 0 };
	struct mr_csr W = { 0 };
	double z = 1;
	struct mr_train part = *job;
	struct mr_start start;
	int rc;

	/* U is no row of ials: the items' side is enough. */
	if (job->start) {
		start = *job->start;
		start.m.U = (struct mr_mat){ 0 };
		part.start = &start;
	}
	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	rc = mr_ials_train(&factors, &part, &ials, err);
	if (rc == MR_OK)
		rc = mr_walk_weights(&W, job, &(struct mr_walk_exponents){
		    o->from, o->via, o->to }, o->k, false, err);
	if (rc == MR_OK)
		rc = find_scale(&z, &W, &factors, job, err);
	if (rc == MR_OK)
		rc = mr_walk_term(&m->near, &W, false, err);
	if (rc == MR_OK) {
		mr_report_fact(job->report, "blend: z = %.6g", z);
		rc = put(m, &factors, o->mix * z, job, o, err);
	}
	mr_csr_free(&W);
	mr_model_free(&factors);
	return rc;
}

static bool
projects(const void *opt)
{
	return ((const OPT *)opt)->rank > 0;
}

static const struct mr_param params[] = {
	MR_WALK_ROWS(OPT, 0.9, 0.7, 0.4),
	{ MR_KEPT_ROW(OPT, 200) },
	{ MR_REAL_ROW(OPT, mix, 0, "mix", "X",
	    "weight of the factors beside the walk", 0, 1e9, 2) },
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

	return mr_ials_bytes(R, o->d, threads) +
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
