/* The parts of blends; see blend_parts.h.
 * SPDX-License-Identifier: MIT */
#include "model/blend_parts.h"

#include "model/blend_spread.h"
#include "model/ease.h"
#include "model/ials.h"
#include "model/walk.h"

#define OPT struct mr_blend_opt

struct mr_ease_opt
mr_blend_ease(const OPT *o, const struct mr_csr *R)
{
	return (struct mr_ease_opt){ .lambda = o->ease_lambda,
	    .form = R->rows < R->cols ? MR_EASE_FACTORS : MR_EASE_WEIGHTS };
}

static bool
equal(double a, double b)
{
	return a >= b && a <= b;
}

static bool
same_factors(const OPT *a, const OPT *b)
{
	return a->d == b->d && a->sweeps == b->sweeps &&
	    equal(a->lambda, b->lambda) && equal(a->alpha, b->alpha) &&
	    equal(a->unobserved_weight, b->unobserved_weight) &&
	    equal(a->reg_exponent, b->reg_exponent);
}

/* Out goes what is of other options. */
static void
drop_others(struct mr_blend_parts *x, const OPT *o)
{
	if (x->has_factors && !same_factors(&x->of, o)) {
		mr_model_free(&x->factors);
		x->factors = (struct mr_model){ .mu = 0 };
		x->has_factors = false;
	}
	if (x->has_ease && o->ease > 0 &&
	    !equal(x->of.ease_lambda, o->ease_lambda)) {
		mr_model_free(&x->ease);
		x->ease = (struct mr_model){ .mu = 0 };
		x->has_ease = false;
	}
}

static int
learn_factors(struct mr_blend_parts *x, const struct mr_train *job,
    const OPT *o, struct mr_err *err)
{
	const struct mr_ials_opt ials = { .d = o->d, .sweeps = o->sweeps,
	    .lambda = o->lambda, .unobserved_weight = o->unobserved_weight,
	    .reg_exponent = o->reg_exponent, .alpha = o->alpha };
	struct mr_train part = *job;
	struct mr_start start;
	int rc;

	/* U is no row of ials: the items' side is enough. */
	if (job->start) {
		start = *job->start;
		start.m.U = (struct mr_mat){ 0 };
		part.start = &start;
	}
	rc = mr_ials_train(&x->factors, &part, &ials, err);
	x->has_factors = rc == MR_OK;
	return rc;
}

int
mr_blend_parts_learn(struct mr_blend_parts *x, const struct mr_train *job,
    const OPT *o, struct mr_err *err)
{
	const struct mr_ease_opt ease = mr_blend_ease(o, job->R);
	double lambda = x->of.ease_lambda;
	int rc = MR_OK;

	drop_others(x, o);
	mr_csr_free(&x->W);
	x->of = *o;
	if (x->has_ease)
		x->of.ease_lambda = lambda;
	if (!x->has_factors)
		rc = learn_factors(x, job, o, err);
	if (rc == MR_OK)
		rc = mr_walk_weights(&x->W, job, &(struct mr_walk_exponents){
		    o->from, o->via, o->to }, o->k, false, err);
	if (rc == MR_OK)
		rc = mr_blend_scale(&x->z, &x->W, &x->factors, job, err);
	if (rc == MR_OK && o->ease > 0 && !x->has_ease) {
		rc = mr_ease_train(&x->ease, job, &ease, err);
		x->has_ease = rc == MR_OK;
	}
	if (rc == MR_OK && o->ease > 0)
		rc = mr_blend_ease_scale(&x->ease_z, &x->W, &x->ease, job,
		    err);
	if (rc)
		mr_blend_parts_free(x);
	return rc;
}

static double
bytes_of(const struct mr_csr *m)
{
	return 8 * ((double)mr_csr_nnz(m) + (double)m->rows);
}

static double
bytes_of_model(const struct mr_model *m)
{
	return 4 * ((double)m->U.rows * (double)m->U.cols +
	    (double)m->V.rows * (double)m->V.cols +
	    (double)m->Y.rows * (double)m->Y.cols) + bytes_of(&m->near.S);
}

double
mr_blend_parts_bytes(const struct mr_blend_parts *x)
{
	return bytes_of_model(&x->factors) + bytes_of(&x->W) +
	    bytes_of_model(&x->ease);
}

void
mr_blend_parts_free(struct mr_blend_parts *x)
{
	mr_model_free(&x->factors);
	mr_csr_free(&x->W);
	mr_model_free(&x->ease);
	*x = (struct mr_blend_parts){ .z = 0 };
}
