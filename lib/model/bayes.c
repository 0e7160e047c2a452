/* Gibbs sampling of a biased factor model; see bayes.h.
 * SPDX-License-Identifier: MIT */
#include "model/bayes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rng.h"
#include "math/draw.h"
#include "math/lowrank.h"
#include "model/bayes_new.h"
#include "model/bayes_ratings.h"
#include "model/biases.h"

#define TAKE_BACK 2	/* columns for mr_biases_replace */
#define ALPHA_SHAPE 1.0	/* of alpha's Gamma prior */
#define ALPHA_RATE 1.0

/* What the numbers of a sweep are drawn for. */
enum { USER_PRIOR, USER_SETS, USER_ROWS, USER_OMEGA, ITEM_PRIOR, ITEM_SETS,
	ITEM_ROWS, ITEM_OMEGA, ALPHA, START, MOODS, STEPS };

struct run {
	const struct mr_train *job;
	const struct mr_bayes_opt *o;
	const struct mr_csr *R;	/* job's */
	struct mr_bayes_side user, item;
	struct mr_bayes_ratings fitted;
	double alpha;
	/* Sums over the kept samples, in the unit of the fit. */
	int64_t n_kept;
	double noise, mood, sum_mu, *sum_bu, *sum_bi;
	struct mr_lowrank product;
	struct mr_bayes_new new;
	double unit_bias;	/* see mr_bayes_new_turn */
};

static uint64_t
key(const struct run *r, int64_t sweep, int what)
{
	return mr_rng_u64(r->job->seed, (uint64_t)sweep, (uint64_t)what);
}

static struct mr_bayes_given
given(struct run *r, bool users)
{
	return (struct mr_bayes_given){
	    .other = users ? &r->item : &r->user, .blas = r->job->blas,
	    .alpha = r->alpha, .threads = r->job->threads };
}

static int
draw_side(struct run *r, int64_t sweep, bool users, struct mr_err *err)
{
	struct mr_bayes_side *s = users ? &r->user : &r->item;
	struct mr_bayes_given g = given(r, users);
	char who[MR_CALLED];
	int64_t bad = -1;
	int rc;

	g.key = key(r, sweep, users ? USER_PRIOR : ITEM_PRIOR);
	rc = mr_bayes_draw_prior(s, &g, err);
	g.key = key(r, sweep, users ? USER_SETS : ITEM_SETS);
	if (rc == MR_OK && s->y)
		rc = mr_bayes_draw_sets(s, &g, err);
	g.key = key(r, sweep, users ? USER_ROWS : ITEM_ROWS);
	if (rc == MR_OK)
		rc = mr_bayes_draw_rows(s, &g, &bad, err);
	if (rc || bad < 0)
		return rc;
	mr_names_call(who, sizeof who, users ? "user" : "item", users ?
	    r->job->names.users : r->job->names.items, bad);
	return mr_err_set(err, MR_ENUMERIC, "no finite draw for %s: a smaller "
	    "rank helps", who);
}

/* Moods, precisions and what categories hide given all rows. */
static int
draw_noise(struct run *r, int64_t sweep, struct mr_err *err)
{
	struct mr_bayes_given u = given(r, true), i = given(r, false);
	const float *fit = r->fitted.fit;
	double error;
	int rc;

	u.key = key(r, sweep, MOODS);
	rc = mr_bayes_ratings_step(&r->fitted, &r->user, &u, err);
	i.key = key(r, sweep, ITEM_OMEGA);
	if (rc == MR_OK)
		rc = mr_bayes_draw_omega(&r->item, &i, fit, &error, err);
	u.key = key(r, sweep, USER_OMEGA);
	if (rc == MR_OK)
		rc = mr_bayes_draw_omega(&r->user, &u, fit, &error, err);
	if (rc == MR_OK)
		r->alpha = mr_draw_gamma(key(r, sweep, ALPHA), 0,
		    ALPHA_SHAPE + 0.5 * (double)mr_csr_nnz(r->R)) /
		    (ALPHA_RATE + 0.5 * error);
	u = given(r, true);
	u.key = key(r, sweep, STEPS);
	return rc ? rc : mr_bayes_ratings_draw(&r->fitted, &r->user, &u, err);
}

/*
 * Rows are kept as deviations from the prior means of the two sides, m and
 * m', which takes nothing of the bounded rank:
 *
 *   p.q = m.m' + (p - m).m' + m.(q - m') + (p - m).(q - m')
 *
 * are parts of mu, bu, bi and U V'.
 */
static void
keep_side(struct run *r, bool users)
{
	const struct mr_bayes_side *s = users ? &r->user : &r->item;
	const struct mr_bayes_side *o = users ? &r->item : &r->user;
	struct mr_mat *to = users ? &r->product.U : &r->product.V;
	double *bias = users ? r->sum_bu : r->sum_bi;

	for (int64_t u = 0; u < s->R->rows; u++) {
		const float *x = s->x + u * s->dim;
		float *p = mr_mat_row(to, u) + r->product.cols;

		bias[u] += (double)x[0] - s->mean[0];
		for (int j = 1; j < s->dim; j++) {
			double apart = (double)x[j] - s->mean[j];

			p[j - 1] = (float)apart;
			bias[u] += apart * o->mean[j];
		}
	}
}

static int
keep_sample(struct run *r, struct mr_err *err)
{
	double mood = r->fitted.mood.state ? 1 / r->fitted.mood.tau : 0;
	int rc = mr_lowrank_room(&r->product, r->o->d, err);

	if (rc)
		return rc;
	mr_bayes_ratings_keep(&r->fitted);
	keep_side(r, true);
	keep_side(r, false);
	mr_bayes_new_add(&r->new, &r->product, &r->user, r->item.mean,
	    1 / r->alpha + mood);
	r->product.cols += r->o->d;
	r->sum_mu += r->user.mean[0] + r->item.mean[0];
	for (int j = 1; j < r->user.dim; j++)
		r->sum_mu += r->user.mean[j] * r->item.mean[j];
	r->noise += 1 / sqrt(r->alpha);
	r->mood += sqrt(mood);
	r->n_kept++;
	return MR_OK;
}

static int
sweep(struct run *r, int64_t number, struct mr_err *err)
{
	int rc = draw_side(r, number, true, err);

	if (rc == MR_OK)
		rc = draw_side(r, number, false, err);
	if (rc == MR_OK)
		rc = draw_noise(r, number, err);
	return rc == MR_OK && number >= r->o->burn_in ?
	    keep_sample(r, err) : rc;
}

static int
begin_sums(struct run *r, struct mr_err *err)
{
	const struct mr_bayes_opt *o = r->o;
	int64_t all = o->d * (o->sweeps - o->burn_in);
	int64_t rows = r->R->rows < r->R->cols ? r->R->rows : r->R->cols;
	/* No product has a greater rank than it has rows or columns. */
	int64_t rank = o->max_rank < rows ? o->max_rank : rows;
	/* Four times the rank: few compressions, of moderate size. */
	int64_t cap = rank * 4 > rank + o->d ? rank * 4 : rank + o->d;
	int rc = mr_lowrank_new(&r->product, r->R->rows, r->R->cols, rank,
	    all < cap ? all : cap, err);

	r->product.blas = r->job->blas;
	r->product.threads = r->job->threads;
	if (rc == MR_OK)
		rc = mr_bayes_new_open(&r->new, &r->product, &r->user, err);
	r->sum_bu = mr_alloc((size_t)r->R->rows, sizeof *r->sum_bu, "biases",
	    err);
	r->sum_bi = mr_alloc((size_t)r->R->cols, sizeof *r->sum_bi, "biases",
	    err);
	return rc ? rc : r->sum_bu && r->sum_bi ? MR_OK : MR_ENOMEM;
}

static int
begin(struct run *r, struct mr_model *m, struct mr_err *err)
{
	const struct mr_bayes_opt *o = r->o;
	const struct mr_csr *Rt = r->job->Rt;
	uint64_t seed = r->job->seed;
	int dim = (int)o->d + 1;
	int rc = mr_model_begin(m, r->R, 0, err);

	r->alpha = 1;
	if (rc == MR_OK)
		rc = mr_bayes_ratings_new(&r->fitted, r->R, m->mu,
		    o->dates == MR_DATES_USER ? r->job->time : NULL,
		    o->categories == MR_CATEGORIES_ORDERED, err);
	if (rc == MR_OK)
		rc = mr_bayes_side_new(&r->user, r->R, Rt, dim,
		    o->sets & MR_SETS_USER, mr_rng_u64(seed, 0, START), err);
	if (rc == MR_OK)
		rc = mr_bayes_side_new(&r->item, Rt, r->R, dim,
		    o->sets & MR_SETS_ITEM, mr_rng_u64(seed, 1, START), err);
	mr_bayes_ratings_lend(&r->fitted, &r->user, &r->item);
	return rc ? rc : begin_sums(r, err);
}

/* The samples' mean mu is part of every item's bias until these are set. */
static int
finish(struct run *r, struct mr_model *m, struct mr_err *err)
{
	double unit = r->fitted.unit, scale = unit / (double)r->n_kept;
	int rc = mr_lowrank_finish(&r->product, scale, TAKE_BACK, &m->U,
	    &m->V, err);

	mr_bayes_ratings_finish(&r->fitted, m, r->sum_bu, scale);
	for (int64_t u = 0; u < r->R->rows; u++)
		m->bu[u] = (float)(scale * r->sum_bu[u]);
	for (int64_t i = 0; i < r->R->cols; i++)
		m->bi[i] = (float)(scale * (r->sum_bi[i] + r->sum_mu) +
		    r->fitted.mu - m->mu);
	return rc ? rc : mr_bayes_new_turn(&r->new, &r->product, m, unit,
	    r->n_kept, &r->unit_bias, err);
}

/* The mean estimate of rating k, as numbers less mu. */
static double
said(const struct run *r, const struct mr_model *m, int64_t k)
{
	double v = r->fitted.unit / (double)r->n_kept *
	    (double)r->fitted.score[k];

	return m->ordered.n ? mr_ordered_mean(&m->ordered, r->fitted.mu + v) :
	    v;
}

static void
divide(double *sum, const struct mr_csr *rows, struct mr_mat *F,
    const struct mr_model *m, float *mean)
{
	for (int64_t x = 0; x < rows->rows; x++) {
		double n = (double)(rows->ptr[x + 1] - rows->ptr[x]);

		mean[x] = n == 0 ? 0 : m->ordered.n ? (float)(mr_ordered_score(
		    &m->ordered, sum[x] / n) - m->mu) : (float)(sum[x] / n);
		if (n == 0)
			memset(mr_mat_row(F, x), 0,
			    (size_t)F->cols * sizeof *F->a);
	}
}

/* What mr_biases_replace put down for users, by the unit of their biases. */
static void
to_unit(const struct run *r, struct mr_model *m)
{
	int64_t at = m->U.cols - 2;

	for (int64_t u = 0; u < m->U.rows; u++)
		mr_mat_row(&m->U, u)[at] = (float)((double)mr_mat_row(&m->U,
		    u)[at] / r->unit_bias);
	for (int64_t i = 0; i < m->V.rows; i++)
		mr_mat_row(&m->V, i)[at] = (float)((double)mr_mat_row(&m->V,
		    i)[at] * r->unit_bias);
}

/*
 * A film that a user will have rated is like those that he has: mu + bu
 * becomes the mean of his estimates of these, mu + bi that of a film's
 * estimates by its raters.  The biases of the samples are no such means, as
 * the factors' part has one of its own, and so has what sets add to rows.
 * Rows without ratings, which were drawn from the prior, become zeros: they are
 * what an unknown row is.
 */
static int
fall_back(struct run *r, struct mr_model *m, struct mr_err *err)
{
	const struct mr_csr *R = r->R;
	float *bu = mr_alloc((size_t)R->rows, sizeof *bu, "biases", err);
	float *bi = bu ? mr_alloc((size_t)R->cols, sizeof *bi, "biases",
	    err) : NULL;

	if (bi) {
		memset(r->sum_bu, 0, (size_t)R->rows * sizeof *r->sum_bu);
		memset(r->sum_bi, 0, (size_t)R->cols * sizeof *r->sum_bi);
		for (int64_t u = 0; u < R->rows; u++)
			for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
				double v = said(r, m, k);

				r->sum_bu[u] += v;
				r->sum_bi[R->idx[k]] += v;
			}
		divide(r->sum_bu, R, &m->U, m, bu);
		divide(r->sum_bi, r->job->Rt, &m->V, m, bi);
		mr_biases_replace(m, bu, bi, R, r->job->Rt);
		to_unit(r, m);
	}
	free(bu);
	free(bi);
	return bi ? MR_OK : MR_ENOMEM;
}

static void
report(const struct run *r, const struct mr_model *m)
{
	double n = (double)r->n_kept, scale = r->fitted.unit / n, loss = 0;
	const float *score = r->fitted.score;

	for (int64_t u = 0; u < r->R->rows; u++)
		for (int64_t k = r->R->ptr[u]; k < r->R->ptr[u + 1]; k++) {
			const float *q = mr_mat_row(&m->V, r->R->idx[k]);
			double e = scale * (double)score[k] +
			    r->fitted.mu - m->mu - (double)m->bu[u] -
			    (double)m->bi[r->R->idx[k]];

			for (int64_t j = 0; j < m->U.cols; j++)
				e -= (double)mr_mat_row(&m->U, u)[j] *
				    (double)q[j];
			loss += e * e;
		}
	mr_report_fact(r->job->report, "mean of %lld samples of noise %.4g, at "
	    "rank %lld within %.2g (root mean square over the ratings)",
	    (long long)r->n_kept, scale * r->noise,
	    (long long)m->U.cols - TAKE_BACK,
	    sqrt(loss / (double)mr_csr_nnz(r->R)));
	if (r->fitted.mood.state)
		mr_report_fact(r->job->report, "dates: moods of spread %.4g",
		    scale * r->mood);
	if (m->ordered.n)
		mr_report_fact(r->job->report, "categories: %d, spread %.4g "
		    "around a score", m->ordered.n, m->ordered.spread);
}

int
mr_bayes_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_bayes_opt *o = opt;
	struct run r = { .job = job, .o = o, .R = job->R };
	int rc = begin(&r, m, err);

	for (int64_t i = 0; i < o->sweeps && rc == MR_OK; i++) {
		rc = sweep(&r, i, err);
		mr_report_step(job->report, "sweeps", i + 1, o->sweeps);
	}
	if (rc == MR_OK)
		rc = finish(&r, m, err);
	if (rc == MR_OK)
		rc = fall_back(&r, m, err);
	if (rc == MR_OK)
		report(&r, m);
	mr_bayes_side_free(&r.user);
	mr_bayes_side_free(&r.item);
	mr_lowrank_free(&r.product);
	mr_bayes_new_free(&r.new);
	mr_bayes_ratings_free(&r.fitted);
	free(r.sum_bu);
	free(r.sum_bi);
	return rc;
}
