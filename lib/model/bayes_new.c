/* What samples say of users who are not there; see bayes_new.h.
 * SPDX-License-Identifier: MIT */
#include "model/bayes_new.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/chol.h"

#define LEAST 1e-6	/* of the largest variance: no direction has less */

int
mr_bayes_new_open(struct mr_bayes_new *n, struct mr_lowrank *product,
    const struct mr_bayes_side *user, struct mr_err *err)
{
	int64_t items = user->R->cols;
	size_t dim = (size_t)user->dim;

	*n = (struct mr_bayes_new){ 0 };
	n->work = mr_alloc(dim * (dim + 1), sizeof *n->work, "a prior", err);
	if (!n->work)
		return MR_ENOMEM;
	if (user->y) {
		n->set_bias = mr_alloc((size_t)items, sizeof *n->set_bias,
		    "set effects", err);
		if (!n->set_bias)
			return MR_ENOMEM;
	}
	return mr_lowrank_follow(product, (user->y ? items : 0) + 1, err);
}

void
mr_bayes_new_free(struct mr_bayes_new *n)
{
	free(n->set_bias);
	free(n->work);
	*n = (struct mr_bayes_new){ 0 };
}

/* Lambda^-1 of (e, p) for that of (b, p) to c [dim * dim]. */
static void
spread(const struct mr_bayes_side *s, const double *mean, double *c,
    double *column)
{
	int dim = s->dim;

	for (int k = 0; k < dim; k++) {
		memset(column, 0, (size_t)dim * sizeof *column);
		column[k] = 1;
		mr_chol_forward(s->root, column, dim);
		mr_chol_back(s->root, column, dim);
		for (int j = 1; j < dim; j++)
			column[0] += mean[j] * column[j];
		for (int j = 0; j < dim; j++)
			c[j * dim + k] = column[j];
	}
	for (int j = 0; j < dim; j++)
		for (int k = 1; k < dim; k++)
			c[j * dim] += mean[k] * c[j * dim + k];
}

static void
add_sets(struct mr_bayes_new *n, struct mr_lowrank *l,
    const struct mr_bayes_side *user, const double *mean)
{
	int dim = user->dim;

	for (int64_t i = 0; i < user->R->cols; i++) {
		const float *y = user->y + i * dim;
		float *w = mr_mat_row(&l->W, i) + l->cols;

		n->set_bias[i] += (double)y[0];
		for (int j = 1; j < dim; j++) {
			w[j - 1] = y[j];
			n->set_bias[i] += (double)y[j] * mean[j];
		}
	}
}

void
mr_bayes_new_add(struct mr_bayes_new *n, struct mr_lowrank *l,
    const struct mr_bayes_side *user, const double *mean, double noise)
{
	int dim = user->dim;
	double *c = n->work;
	float *w = mr_mat_row(&l->W, l->W.rows - 1) + l->cols;

	spread(user, mean, c, c + dim * dim);
	n->var += c[0];
	n->noise += noise;
	for (int j = 1; j < dim; j++) {
		double *row = l->C + (l->cols + j - 1) * l->U.cols + l->cols;

		w[j - 1] = (float)c[j];
		for (int k = 1; k < dim; k++)
			row[k - 1] = c[j * dim + k];
	}
	if (n->set_bias)
		add_sets(n, l, user, mean);
}

/* The upper root of the covariances of (p, e) in the unit of ratings. */
static bool
find_root(const struct mr_bayes_new *n, const struct mr_lowrank *l, double unit,
    int64_t samples, double *root)
{
	int r = (int)l->cols, dim = r + 1;
	const float *w = mr_mat_row(&l->W, l->W.rows - 1);
	double scale = unit / (double)samples, most;

	for (int i = 0; i < r; i++) {
		for (int j = i; j < r; j++)
			root[i * dim + j] = unit * l->C[i * l->U.cols + j];
		root[i * dim + r] = unit * sqrt(scale) * (double)w[i];
	}
	root[dim * dim - 1] = unit * scale * n->var;
	most = root[dim * dim - 1];
	for (int i = 0; i < r; i++)
		most = fmax(most, root[i * dim + i]);
	for (int i = 0; i < dim; i++)
		root[i * dim + i] += LEAST * most;
	return mr_chol_factor(root, dim);
}

/* Row x of dim - 1 factors and the bias e, which is in *e: from now on in
 * deviations of the prior times noise; in[dim] is memory. */
static void
turn_row(const double *root, int dim, double noise, float *x, double *e,
    double *in)
{
	for (int j = 0; j < dim - 1; j++)
		in[j] = (double)x[j];
	in[dim - 1] = *e;
	mr_chol_forward(root, in, dim);
	for (int j = 0; j < dim - 1; j++)
		x[j] = (float)(noise * in[j]);
	*e = in[dim - 1] * root[dim * dim - 1];
}

static void
turn_item(const double *root, int dim, double noise, float *v, double *in)
{
	for (int k = 0; k < dim - 1; k++) {
		in[k] = root[k * dim + dim - 1];
		for (int i = k; i < dim - 1; i++)
			in[k] += root[k * dim + i] * (double)v[i];
	}
	for (int k = 0; k < dim - 1; k++)
		v[k] = (float)(in[k] / noise);
}

static int
turn_sets(const struct mr_bayes_new *n, const struct mr_lowrank *l,
    struct mr_model *m, const double *root, double scale, double noise,
    double *in, struct mr_err *err)
{
	int dim = (int)l->cols + 1;
	int rc = mr_mat_new(&m->Y, m->V.rows, m->V.cols, "set effects", err);

	for (int64_t i = 0; rc == MR_OK && i < m->Y.rows; i++) {
		float *y = mr_mat_row(&m->Y, i);
		double e = scale * n->set_bias[i];

		for (int j = 0; j < dim - 1; j++)
			y[j] = (float)(sqrt(scale) *
			    (double)mr_mat_row(&l->W, i)[j]);
		turn_row(root, dim, noise, y, &e, in);
		y[dim - 1] = (float)(e * noise / root[dim * dim - 1]);
	}
	return rc;
}

int
mr_bayes_new_turn(const struct mr_bayes_new *n, const struct mr_lowrank *l,
    struct mr_model *m, double unit, int64_t samples, double *unit_bias,
    struct mr_err *err)
{
	int dim = (int)l->cols + 1;
	size_t size = (size_t)dim;
	double scale = unit / (double)samples;
	double noise = unit * sqrt(n->noise / (double)samples);
	double *root = mr_alloc(size * (size + 1), sizeof *root, "a prior",
	    err);
	double *in = root ? root + size * size : NULL;
	int rc = MR_OK;

	if (!root)
		return MR_ENOMEM;
	if (!find_root(n, l, unit, samples, root) || !(noise > 0)) {
		rc = mr_err_set(err, MR_ENUMERIC, "bayes: the spread of users "
		    "is not finite: a smaller rank helps");
		goto out;
	}
	for (int64_t u = 0; u < m->U.rows; u++) {
		double e = (double)m->bu[u];

		turn_row(root, dim, noise, mr_mat_row(&m->U, u), &e, in);
		m->bu[u] = (float)e;
	}
	for (int64_t i = 0; i < m->V.rows; i++)
		turn_item(root, dim, noise, mr_mat_row(&m->V, i), in);
	*unit_bias = root[dim * dim - 1] / noise;
	if (n->set_bias)
		rc = turn_sets(n, l, m, root, scale, noise, in, err);
out:
	free(root);
	return rc;
}
