/* The numbers of one side and the prior of its rows; see bayes_side.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/chol.h"
#include "math/draw.h"
#include "model/bayes_side.h"

#define BLOCKS 16	/* of rows; partial sums are added in their order */
#define START 0.3	/* standard deviation of the first x and y */
/* The hyper-prior, as data seen before; the unit is the ratings' standard
 * deviation.  Chosen on parts of MovieLens-100K. */
#define MEAN_ROWS 2.0	/* rows at 0, for m */
#define ROWS 200.0	/* rows, for Lambda */
#define BIAS_SPREAD 30.0	/* their squared biases, summed */
#define SPREAD 10.0	/* and squares of each factor */
#define LAMBDA_SHAPE 1.0
#define LAMBDA_RATE 1.0

enum { FOR_MEAN = 1, FOR_PREC, FOR_LAMBDA };

static void
fill(float *x, int64_t n, uint64_t key)
{
	for (int64_t i = 0; i < n; i++)
		x[i] = (float)(START * mr_rng_normal(key, 0, (uint64_t)i));
}

static int
new_sets(struct mr_bayes_side *s, uint64_t key, struct mr_err *err)
{
	const struct mr_csr *R = s->R;
	size_t n = (size_t)R->rows, d = (size_t)s->dim;

	s->y = mr_alloc((size_t)R->cols * d, sizeof *s->y, "set effects",
	    err);
	s->sum = mr_alloc(n * d, sizeof *s->sum, "set effects", err);
	s->weight = mr_alloc(n, sizeof *s->weight, "set weights", err);
	if (!s->y || !s->sum || !s->weight)
		return MR_ENOMEM;
	fill(s->y, R->cols * s->dim, mr_rng_u64(key, 1, 0));
	for (size_t u = 0; u < n; u++) {
		int64_t size = R->ptr[u + 1] - R->ptr[u];

		s->weight[u] = size ? (float)(1 / sqrt((double)size)) : 0;
	}
	mr_bayes_sum_sets(s, 1);
	return MR_OK;
}

int
mr_bayes_side_new(struct mr_bayes_side *s, const struct mr_csr *R,
    const struct mr_csr *Rt, int dim, bool sets, uint64_t key,
    struct mr_err *err)
{
	size_t n = (size_t)R->rows, d = (size_t)dim;

	*s = (struct mr_bayes_side){ .R = R, .Rt = Rt, .dim = dim,
	    .lambda = 1 };
	s->x = mr_alloc(n * d, sizeof *s->x, "factors", err);
	s->omega = mr_alloc(n, sizeof *s->omega, "precisions", err);
	s->mean = mr_alloc(d * (2 * d + 1), sizeof *s->mean, "a prior", err);
	if (!s->x || !s->omega || !s->mean)
		return MR_ENOMEM;
	s->prec = s->mean + d;
	s->root = s->prec + d * d;
	fill(s->x, R->rows * dim, mr_rng_u64(key, 0, 0));
	for (size_t u = 0; u < n; u++)
		s->omega[u] = 1;
	return sets ? new_sets(s, key, err) : MR_OK;
}

void
mr_bayes_side_free(struct mr_bayes_side *s)
{
	free(s->x);
	free(s->omega);
	free(s->mean);
	free(s->y);
	free(s->sum);
	free(s->weight);
	*s = (struct mr_bayes_side){ 0 };
}

/* Sums over rows of x - minus (NULL: of x) and of their products. */
struct moments {
	const float *x, *minus;
	int64_t rows;
	int dim;
	double *part;	/* [BLOCKS * dim * (dim + 2)] products, sums, a row */
};

static void
moments_task(void *ctx, int64_t block, int worker)
{
	const struct moments *m = ctx;
	int64_t per = (m->rows + BLOCKS - 1) / BLOCKS, to = (block + 1) * per;
	int64_t dim = m->dim;
	double *product = m->part + block * dim * (dim + 2);
	double *sum = product + dim * dim, *row = sum + dim;

	(void)worker;
	for (int64_t u = block * per; u < to && u < m->rows; u++) {
		for (int64_t i = 0; i < dim; i++)
			row[i] = (double)m->x[u * dim + i] -
			    (m->minus ? (double)m->minus[u * dim + i] : 0);
		for (int64_t i = 0; i < dim; i++) {
			sum[i] += row[i];
			for (int64_t j = i; j < dim; j++)
				product[i * dim + j] += row[i] * row[j];
		}
	}
}

/* part[0 ..] becomes the sum over all blocks. */
static int
find_moments(struct moments *m, int threads, struct mr_err *err)
{
	size_t size = (size_t)m->dim * ((size_t)m->dim + 2);

	m->part = mr_alloc(BLOCKS * size, sizeof *m->part, "moments", err);
	if (!m->part)
		return MR_ENOMEM;
	mr_par_run(threads, BLOCKS, moments_task, m);
	for (size_t b = 1; b < BLOCKS; b++)
		for (size_t i = 0; i < size; i++)
			m->part[i] += m->part[b * size + i];
	return MR_OK;
}

/*
 * With z_u = x_u - sum_u the posterior of Lambda is Wishart; its scale's
 * inverse is, m integrated out,
 *
 *   spread + sum zz' - (sum z)(sum z)' / (MEAN_ROWS + n) + lambda sum yy'
 *
 * psi  [dim * dim] workspace; yy NULL without sets
 */
static bool
draw_normal_wishart(struct mr_bayes_side *s, const double *zz,
    const double *yy, uint64_t key, double *psi)
{
	int dim = s->dim;
	const double *sum = zz + (int64_t)dim * dim;
	double rows = MEAN_ROWS + (double)s->R->rows;
	double nu = dim + ROWS + (double)s->R->rows +
	    (yy ? (double)s->R->cols : 0);

	for (int i = 0; i < dim; i++)
		for (int j = i; j < dim; j++)
			psi[i * dim + j] = zz[i * dim + j] -
			    sum[i] * sum[j] / rows +
			    (yy ? s->lambda * yy[i * dim + j] : 0);
	psi[0] += BIAS_SPREAD;
	for (int i = 1; i < dim; i++)
		psi[i * dim + i] += SPREAD;
	if (!mr_draw_wishart(s->prec, s->root, psi, nu, dim,
	    mr_rng_u64(key, FOR_PREC, 0)))
		return false;
	for (int i = 0; i < dim; i++)
		s->mean[i] = mr_rng_normal(key, FOR_MEAN, (uint64_t)i) /
		    sqrt(rows);
	mr_chol_back(s->root, s->mean, dim);
	for (int i = 0; i < dim; i++)
		s->mean[i] += sum[i] / rows;
	return true;
}

static void
draw_lambda(struct mr_bayes_side *s, const double *yy, uint64_t key)
{
	int dim = s->dim;
	double trace = 0;

	for (int i = 0; i < dim; i++)
		for (int j = i; j < dim; j++)
			trace += (i == j ? 1 : 2) * s->prec[i * dim + j] *
			    yy[i * dim + j];
	s->lambda = mr_draw_gamma(key, FOR_LAMBDA, LAMBDA_SHAPE + 0.5 * dim *
	    (double)s->R->cols) / (LAMBDA_RATE + 0.5 * trace);
}

int
mr_bayes_draw_prior(struct mr_bayes_side *s, const struct mr_bayes_given *g,
    struct mr_err *err)
{
	size_t dim = (size_t)s->dim;
	struct moments rows = { s->x, s->sum, s->R->rows, s->dim, NULL };
	struct moments sets = { s->y, NULL, s->R->cols, s->dim, NULL };
	double *psi = mr_alloc(dim * dim, sizeof *psi, "a prior", err);
	int rc = psi ? find_moments(&rows, g->threads, err) : MR_ENOMEM;

	if (rc == MR_OK && s->y)
		rc = find_moments(&sets, g->threads, err);
	if (rc == MR_OK && !draw_normal_wishart(s, rows.part, sets.part,
	    g->key, psi))
		rc = mr_err_set(err, MR_ENUMERIC, "bayes: the spread of the "
		    "factors is not finite: a smaller rank helps");
	if (rc == MR_OK && s->y)
		draw_lambda(s, sets.part, g->key);
	free(psi);
	free(rows.part);
	free(sets.part);
	return rc;
}
