/* What rows are fitted to; see bayes_ratings.h.
 * SPDX-License-Identifier: MIT */
#include "model/bayes_ratings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The standard deviation of the ratings; 1 where they are all the same. */
static double
find_unit(const struct mr_csr *R, double mu)
{
	int64_t nnz = mr_csr_nnz(R);
	double sum = 0;

	for (int64_t k = 0; k < nnz; k++)
		sum += ((double)R->val[k] - mu) * ((double)R->val[k] - mu);
	return sum > 0 ? sqrt(sum / (double)nnz) : 1;
}

/* The places of R's ratings in the order of its transpose. */
static int
find_places(int64_t *at, const struct mr_csr *R, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(R), sum = 0;
	int64_t *next = mr_alloc((size_t)R->cols, sizeof *next, "places", err);

	if (!next)
		return MR_ENOMEM;
	for (int64_t k = 0; k < nnz; k++)
		next[R->idx[k]]++;
	for (int64_t i = 0; i < R->cols; i++) {
		int64_t n = next[i];

		next[i] = sum;
		sum += n;
	}
	for (int64_t k = 0; k < nnz; k++)
		at[next[R->idx[k]]++] = k;
	free(next);
	return MR_OK;
}

static int
begin_steps(struct mr_bayes_ratings *x, struct mr_err *err)
{
	int rc = mr_bayes_ordered_new(&x->steps, x->R, err);
	struct mr_ordered o = x->steps.o;

	o.spread = 1;
	for (int64_t k = 0; k < mr_csr_nnz(x->R) && rc == MR_OK && o.n; k++)
		x->z[k] = (float)mr_ordered_latent(&o, 0, x->steps.level[k]);
	return rc;
}

int
mr_bayes_ratings_new(struct mr_bayes_ratings *x, const struct mr_csr *R,
    double mu, const double *time, bool ordered, struct mr_err *err)
{
	size_t nnz = (size_t)mr_csr_nnz(R);

	*x = (struct mr_bayes_ratings){ .R = R, .mu = mu,
	    .unit = find_unit(R, mu) };
	x->at = mr_alloc(nnz, sizeof *x->at, "places", err);
	x->z = mr_alloc(nnz, sizeof *x->z, "ratings", err);
	x->fit = mr_alloc(nnz, sizeof *x->fit, "estimates", err);
	x->score = mr_alloc(nnz, sizeof *x->score, "estimates", err);
	if (!x->at || !x->z || !x->fit || !x->score)
		return MR_ENOMEM;
	for (size_t k = 0; k < nnz; k++)
		x->z[k] = (float)(((double)R->val[k] - mu) / x->unit);
	if (ordered && begin_steps(x, err))
		return MR_ENOMEM;
	x->target = x->z;
	if (time) {
		x->target = mr_alloc(nnz, sizeof *x->target, "ratings", err);
		if (!x->target)
			return MR_ENOMEM;
		memcpy(x->target, x->z, nnz * sizeof *x->target);
	}
	if (time && mr_bayes_mood_new(&x->mood, R, time, err))
		return MR_ENOMEM;
	return find_places(x->at, R, err);
}

void
mr_bayes_ratings_free(struct mr_bayes_ratings *x)
{
	if (x->target != x->z)
		free(x->target);
	free(x->at);
	free(x->z);
	free(x->fit);
	free(x->score);
	mr_bayes_mood_free(&x->mood);
	mr_bayes_ordered_free(&x->steps);
	*x = (struct mr_bayes_ratings){ 0 };
}

void
mr_bayes_ratings_lend(const struct mr_bayes_ratings *x,
    struct mr_bayes_side *users, struct mr_bayes_side *items)
{
	users->target = items->target = x->target;
	items->at = x->at;
}

int
mr_bayes_ratings_step(struct mr_bayes_ratings *x,
    const struct mr_bayes_side *users, const struct mr_bayes_given *g,
    struct mr_err *err)
{
	mr_bayes_fit(users, g, x->fit);
	return x->mood.state ? mr_bayes_draw_mood(&x->mood, users, g, x->z,
	    x->fit, x->target, err) : MR_OK;
}

int
mr_bayes_ratings_draw(struct mr_bayes_ratings *x,
    const struct mr_bayes_side *users, const struct mr_bayes_given *g,
    struct mr_err *err)
{
	return x->steps.o.n ? mr_bayes_draw_ordered(&x->steps, users, g,
	    x->fit, x->z, x->target, err) : MR_OK;
}

void
mr_bayes_ratings_keep(struct mr_bayes_ratings *x)
{
	const struct mr_csr *E = &x->mood.m.E;

	for (int64_t k = 0; k < mr_csr_nnz(x->R); k++) {
		double fit = (double)x->fit[k];
		double e = (double)x->target[k] - fit;

		x->score[k] += x->fit[k];
		x->square += fit * fit;
		x->error += e * e;
	}
	for (int j = 0; j + 1 < x->steps.o.n; j++)
		x->steps.sum[j] += x->steps.o.cut[j];
	x->n_kept++;
	for (int64_t s = 0; s < mr_csr_nnz(E); s++)
		x->mood.sum[s] += (double)E->val[s];
}

/* The mean of a user's moods over his ratings with a time. */
static double
mean_mood(const struct mr_bayes_ratings *x, int64_t u)
{
	double sum = 0, n = 0;

	for (int64_t k = x->R->ptr[u]; k < x->R->ptr[u + 1]; k++) {
		int64_t s = x->mood.state[k];

		sum += s < 0 ? 0 : x->mood.sum[s];
		n += s >= 0;
	}
	return n > 0 ? sum / n : 0;
}

/* Called before the means of moods are part of score. */
static void
give_steps(const struct mr_bayes_ratings *x, struct mr_model *m)
{
	struct mr_ordered *o = &m->ordered;
	double n = (double)x->n_kept, all = (double)mr_csr_nnz(x->R);
	double var = (x->error + x->square) / n / all;

	*o = x->steps.o;
	for (int64_t k = 0; k < mr_csr_nnz(x->R); k++)
		var -= pow((double)x->score[k] / n, 2) / all;
	o->spread = x->unit * sqrt(fmax(var, 1e-6));
	for (int j = 0; j + 1 < o->n; j++)
		o->cut[j] = x->mu + x->unit * x->steps.sum[j] / n;
	m->mu = mr_ordered_score(o, x->mu);
}

void
mr_bayes_ratings_finish(struct mr_bayes_ratings *x, struct mr_model *m,
    double *bu, double scale)
{
	struct mr_csr *E = &x->mood.m.E;

	if (x->steps.o.n)
		give_steps(x, m);
	if (!x->mood.state)
		return;
	for (int64_t u = 0; u < x->R->rows; u++) {
		double mean = mean_mood(x, u);

		bu[u] += mean;
		for (int64_t k = x->R->ptr[u]; k < x->R->ptr[u + 1]; k++)
			x->score[k] += (float)mean;
		for (int64_t s = E->ptr[u]; s < E->ptr[u + 1]; s++)
			E->val[s] = (float)(scale * (x->mood.sum[s] - mean));
	}
	m->moods = x->mood.m;
	*E = (struct mr_csr){ 0 };
}
