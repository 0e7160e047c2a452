/* Films that nobody has rated; see new_films.h.
 * SPDX-License-Identifier: MIT */
#include "engine/new_films.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gram.h"

#define HALF 10.0	/* ratings that weigh half, where they are ratings */
#define FEW 100		/* films: a map of fewer is worth a word */

/* Rated films with a vector, and what is learnt from them. */
struct learning {
	struct mr_mat X, Y;	/* n x p, n x t */
	double *w, *G;
};

/* The names that the ratings do not have, behind those that they do. */
static int
add_names(struct mr_ratings *r, const struct mr_ids *names,
    struct mr_err *err)
{
	int32_t at;
	int rc = MR_OK;

	for (int32_t i = 0; i < names->n && rc == MR_OK; i++)
		rc = mr_ids_add(&r->items, mr_ids_get(names, i), &at, NULL,
		    err);
	r->R.cols = r->items.n;
	return rc;
}

static double *
count_ratings(const struct mr_csr *R, struct mr_err *err)
{
	double *n = mr_alloc((size_t)R->cols, sizeof *n, "numbers of ratings",
	    err);

	for (int64_t k = 0; n && k < mr_csr_nnz(R); k++)
		n[R->idx[k]]++;
	return n;
}

static int64_t
targets(const struct mr_model *m)
{
	return m->V.cols + (m->bi != NULL);
}

static int
gather(struct learning *l, const struct mr_model *m, const struct mr_kind *k,
    const struct mr_mat *X, const bool *has, const double *ratings,
    int64_t rated, int64_t n, struct mr_err *err)
{
	int64_t at = 0, d = m->V.cols;
	int rc = mr_mat_new(&l->X, n, X->cols, "features of films", err);

	if (rc == MR_OK)
		rc = mr_mat_new(&l->Y, n, targets(m), "numbers of films",
		    err);
	if (rc)
		return rc;
	l->w = mr_alloc((size_t)n, sizeof *l->w, "weights of films", err);
	for (int64_t i = 0; l->w && i < rated; i++) {
		if (!has[i])
			continue;
		l->w[at] = k->feedback == MR_FEEDBACK_EVENTS ?
		    sqrt(ratings[i]) : ratings[i] / (ratings[i] + HALF);
		if (X->cols)
			memcpy(mr_mat_row(&l->X, at), mr_mat_row(X, i),
			    (size_t)X->cols * sizeof(float));
		if (d)
			memcpy(mr_mat_row(&l->Y, at), mr_mat_row(&m->V, i),
			    (size_t)d * sizeof(float));
		if (m->bi)
			mr_mat_row(&l->Y, at)[d] = m->bi[i];
		at++;
	}
	return l->w ? MR_OK : MR_ENOMEM;
}

/* The second moments of (U, 1) over the users. */
static int
moments(struct learning *l, const struct mr_model *m,
    const struct mr_blas *blas, int threads, struct mr_err *err)
{
	int64_t d = m->U.cols, t = targets(m), n = m->U.rows;
	double *gram = mr_alloc((size_t)(d * d), sizeof *gram, "a Gramian",
	    err);
	int rc = MR_OK;

	l->G = gram ? mr_alloc((size_t)(t * t), sizeof *l->G, "a Gramian",
	    err) : NULL;
	if (l->G && d)
		rc = mr_gram(blas, m->U.a, n, (int)d, d, threads, gram, err);
	for (int64_t i = 0; l->G && i < d; i++)
		for (int64_t j = 0; j < d; j++)
			l->G[i * t + j] = gram[i * d + j] / (double)n;
	for (int64_t u = 0; l->G && t > d && u < n; u++)
		for (int64_t j = 0; j < d; j++)
			l->G[d * t + j] += (double)mr_mat_row(&m->U, u)[j];
	for (int64_t j = 0; l->G && t > d && j < d; j++) {
		l->G[d * t + j] /= (double)n;
		l->G[j * t + d] = l->G[d * t + j];
	}
	if (l->G && t > d)
		l->G[d * t + d] = 1;
	free(gram);
	return l->G ? rc : MR_ENOMEM;
}

/* The map's numbers behind those of the rated films; to the sets of users (Y)
 * a new film adds nothing. */
static int
extend(struct mr_model *m, const struct mr_ridge_map *map,
    const struct mr_mat *X, int64_t rated, struct mr_err *err)
{
	const struct mr_mat rest = { X->rows - rated, X->cols, X->a + rated *
	    X->cols };
	int64_t d = m->V.cols, n = X->rows;
	struct mr_mat Y = { 0 }, V = { 0 }, sets = { 0 };
	float *bi = NULL;
	int rc = mr_ridge_map_apply(map, &rest, &Y, err);

	if (rc == MR_OK && d)
		rc = mr_mat_new(&V, n, d, "item factors", err);
	if (rc == MR_OK && m->Y.cols)
		rc = mr_mat_new(&sets, n, m->Y.cols, "set effects", err);
	if (rc == MR_OK && m->bi) {
		bi = mr_alloc((size_t)n, sizeof *bi, "item biases", err);
		rc = bi ? MR_OK : MR_ENOMEM;
	}
	if (rc) {
		mr_mat_free(&V);
		mr_mat_free(&sets);
		goto out;
	}
	if (sets.cols)
		memcpy(sets.a, m->Y.a, (size_t)(rated * sets.cols) *
		    sizeof *sets.a);
	if (d)
		memcpy(V.a, m->V.a, (size_t)(rated * d) * sizeof *V.a);
	if (bi)
		memcpy(bi, m->bi, (size_t)rated * sizeof *bi);
	for (int64_t i = rated; i < n; i++) {
		const float *y = mr_mat_row(&Y, i - rated);

		if (d)
			memcpy(mr_mat_row(&V, i), y, (size_t)d * sizeof *y);
		if (bi)
			bi[i] = y[d];
	}
	mr_mat_free(&m->V);
	mr_mat_free(&m->Y);
	m->V = V;
	m->Y = sets;
	free(m->bi);
	m->bi = bi;
	m->n_new = n - rated;
out:
	mr_mat_free(&Y);
	return rc;
}

static void
tell(const struct mr_new_films *x, int64_t rated, const char *name,
    struct mr_report *report)
{
	if (x->n_learnt < FEW || x->n_learnt < rated / 2)
		mr_report_warn(report, "%lld of %lld rated films have a "
		    "vector in %s: the numbers of new films are learnt from "
		    "those alone", (long long)x->n_learnt, (long long)rated,
		    name);
	if (x->n_new == 0)
		mr_report_warn(report, "%s has no film that nobody has rated: "
		    "the model stays as it was", name);
	else if (x->fit <= 0)
		mr_report_warn(report, "nothing that is said of films tells "
		    "their numbers: all new films get much the same");
	mr_report_fact(report, "new films: %lld, by a map of %lld features "
	    "learnt from %lld films, lambda %g; of films held out it explains "
	    "%.3f of their scores' variance", (long long)x->n_new,
	    (long long)(x->says.vector + x->says.genre + x->says.year +
	    x->says.title), (long long)x->n_learnt, x->lambda, x->fit);
}

/* Learnt from rated films that have a vector. */
static int
learn(struct mr_ridge_map *map, struct mr_new_films *x,
    const struct mr_model *m, const struct mr_kind *k,
    const struct mr_mat *X, const bool *has,
    const struct mr_csr *R, int64_t rated, const struct mr_blas *blas,
    int threads, struct mr_err *err)
{
	struct learning l = { .w = NULL };
	double *n = count_ratings(R, err);
	int rc = n ? gather(&l, m, k, X, has, n, rated, x->n_learnt, err) :
	    MR_ENOMEM;

	if (rc == MR_OK)
		rc = moments(&l, m, blas, threads, err);
	if (rc == MR_OK)
		rc = mr_ridge_map_fit(map, &l.X, &l.Y, l.w, l.G, blas, threads,
		    err);
	x->lambda = map->lambda;
	x->fit = map->fit;
	mr_mat_free(&l.X);
	mr_mat_free(&l.Y);
	free(l.w);
	free(l.G);
	free(n);
	return rc;
}

int
mr_new_films_add(struct mr_new_films *x, struct mr_model *m,
    const struct mr_kind *k, struct mr_ratings *r, const struct mr_told *told,
    const char *name, int threads, struct mr_report *report,
    struct mr_err *err)
{
	int64_t rated = r->items.n;
	struct mr_blas blas;
	struct mr_mat X = { 0 };
	struct mr_ridge_map map = { 0 };
	bool *has = NULL;
	int rc = mr_blas_open(&blas, threads, err);

	*x = (struct mr_new_films){ 0 };
	if (rc == MR_OK)
		rc = add_names(r, told->names, err);
	if (rc == MR_OK) {
		has = mr_alloc((size_t)r->items.n, sizeof *has, "films", err);
		rc = has ? mr_features_make(&X, has, &x->says, told,
		    &r->items, &blas, threads, err) : MR_ENOMEM;
	}
	if (rc)
		goto out;
	x->n_new = r->items.n - rated;
	for (int64_t i = 0; i < rated; i++)
		x->n_learnt += has[i];
	if (x->n_learnt < 2) {
		rc = mr_err_set(err, MR_EFORMAT, "%s: %lld of its %d films "
		    "are rated, too few to learn from: are its ids others?",
		    name, (long long)x->n_learnt, told->names->n);
		goto out;
	}
	rc = learn(&map, x, m, k, &X, has, &r->R, rated, &blas, threads, err);
	if (rc == MR_OK)
		rc = extend(m, &map, &X, rated, err);
	if (rc == MR_OK)
		tell(x, rated, name, report);
out:
	mr_mat_free(&X);
	mr_ridge_map_free(&map);
	free(has);
	return rc;
}
