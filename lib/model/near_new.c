/* Neighbours of users who were not there; see near_new.h.
 * SPDX-License-Identifier: MIT */
#include "model/near_new.h"

#include <stdlib.h>

#include "core/mem.h"
#include "model/biases.h"
#include "model/neighbours.h"

/* The biases that pearson-baseline takes off, as training has them. */
static int
take_off(struct mr_near_new *n, const struct mr_csr *R,
    const struct mr_fold *rule, struct mr_err *err)
{
	const struct mr_biases_opt o = { rule->sweeps, rule->reg_user,
	    rule->reg_item, 1 };
	float *bu = mr_alloc((size_t)R->rows, sizeof *bu, "biases", err);

	n->bi = bu ? mr_alloc((size_t)R->cols, sizeof *n->bi, "biases", err) :
	    NULL;
	if (n->bi) {
		mr_biases_als(bu, n->bi, n->m->mu, R, &n->Rt, &o);
		for (int64_t i = 0; i < n->Rt.rows; i++)
			for (int64_t k = n->Rt.ptr[i]; k < n->Rt.ptr[i + 1];
			    k++)
				n->val[k] -= n->m->mu +
				    (double)bu[n->Rt.idx[k]] +
				    (double)n->bi[i];
	}
	free(bu);
	return n->bi ? MR_OK : MR_ENOMEM;
}

int
mr_near_new_open(struct mr_near_new *n, const struct mr_model *m,
    const struct mr_csr *R, const struct mr_fold *rule, struct mr_err *err)
{
	size_t nnz = (size_t)mr_csr_nnz(R);
	int rc;

	*n = (struct mr_near_new){ .m = m, .o = { .kind = rule->similarity,
	    .min_support = rule->support, .shrinkage = rule->shrinkage },
	    .reg_user = rule->reg_user };
	n->spread = (float)mr_neighbours_spread(R->val, (int64_t)nnz);
	rc = mr_csr_transpose(&n->Rt, R, err);
	if (rc)
		return rc;
	n->val = mr_alloc(nnz, sizeof *n->val, "ratings", err);
	if (!n->val)
		return MR_ENOMEM;
	for (size_t k = 0; k < nnz; k++)
		n->val[k] = (double)n->Rt.val[k];
	return rule->similarity == MR_SIMILARITY_PEARSON_SHRUNK ?
	    take_off(n, R, rule, err) : MR_OK;
}

void
mr_near_new_close(struct mr_near_new *n)
{
	mr_csr_free(&n->Rt);
	free(n->val);
	free(n->bi);
	*n = (struct mr_near_new){ 0 };
}

int64_t
mr_near_new_row(const struct mr_near_new *n, const struct mr_user *user,
    double *x, struct mr_similarity_work *w, int32_t *idx, float *weight)
{
	const struct mr_rated *r = &user->rated;
	double mu = n->m->mu, bu = 0;

	for (int64_t k = 0; n->bi && k < r->n; k++)
		bu += (double)r->rating[k] - mu - (double)n->bi[r->item[k]];
	bu = (double)(float)(bu / ((double)r->n + n->reg_user));
	for (int64_t k = 0; k < r->n; k++)
		x[k] = (double)r->rating[k] - (n->bi ? mu + bu +
		    (double)n->bi[r->item[k]] : 0);
	return mr_similarity_row(&n->Rt, n->val, &n->o, r->item, x, r->n,
	    user->number, w, idx, weight);
}

/* As neighbours.c has those of training. */
float
mr_near_new_scale(const struct mr_near_new *n, const struct mr_user *user)
{
	const struct mr_rated *r = &user->rated;
	float s = n->m->near.scale ? (float)mr_neighbours_spread(r->rating,
	    r->n) : 1;

	return s > 0 ? s : n->spread > 0 ? n->spread : 1;
}
