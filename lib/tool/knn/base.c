/* The base of mr-knn: loading, checking queries against it, searching.
 * SPDX-License-Identifier: MIT */
#include "tool/knn/private.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The matrix asked for; without a name the only dense one or, where there is
 * none, the only sparse one. */
static int
find_matrix(struct mr_knn_base *b, struct mr_err *err)
{
	const struct mr_mrm_in *r = &b->set.r;
	int dense = 0, sparse = 0, place = -1;

	for (int i = 0; i < r->n_matrices; i++) {
		const struct mr_matrix_info *m = &r->matrix[i];

		dense += m->type == MR_DENSE;
		if (m->type != MR_CSR)
			continue;
		sparse++;
		if (!b->o->matrix || strcmp(b->o->matrix, m->name) == 0)
			place = i;
	}
	b->is_sparse = place >= 0 &&
	    (b->o->matrix || (dense == 0 && sparse == 1));
	b->index = place;
	return b->is_sparse ? MR_OK : mr_set_dense(&b->set, b->o->matrix,
	    &b->index, err);
}

static int
build(struct mr_knn_base *b, struct mr_err *err)
{
	enum mr_metric metric = (enum mr_metric)b->o->metric;
	int32_t *rank;
	int rc = MR_OK;

	b->order = mr_alloc((size_t)b->n, sizeof *b->order, "order of ids",
	    err);
	rank = b->order ? mr_alloc((size_t)b->n, sizeof *rank,
	    "order of ids", err) : NULL;
	if (!rank)
		return MR_ENOMEM;
	for (int32_t i = 0; i < (int32_t)b->n; i++)
		b->order[i] = rank[i] = i;
	if (b->names->n)
		rc = mr_ids_order(b->names, b->order, rank, err);
	if (rc == MR_OK)
		rc = b->is_sparse ? mr_sparse_build(&b->sparse,
		    &b->set.csr[b->index], rank, metric, err) :
		    mr_exact_build(&b->exact, &b->set.mat[b->index], NULL,
		    rank, metric, err);
	free(rank);
	return rc;
}

int
mr_knn_base_open(struct mr_knn_base *b, const struct mr_knn_opt *o,
    struct mr_err *err)
{
	const struct mr_matrix_info *m;
	int rc;

	b->o = o;
	rc = mr_set_load(&b->set, o->base, err);
	if (rc == MR_OK)
		rc = find_matrix(b, err);
	if (rc)
		return rc;
	m = &b->set.r.matrix[b->index];
	b->n = m->rows;
	b->d = m->cols;
	/* At least one, as a search wants it. */
	b->k = o->k < b->n ? o->k : b->n > 0 ? b->n : 1;
	b->names = &b->set.r.axis[m->row_axis].ids;
	if (b->n > INT32_MAX - 1)
		return mr_err_set(err, MR_ERANGE, "%s: %lld rows, expected "
		    "at most %d", b->set.in.name, (long long)b->n,
		    INT32_MAX - 1);
	rc = build(b, err);
	/* Packed rows; only as queries would these be wanted again. */
	if (rc == MR_OK && !b->is_sparse && !o->self && !o->row)
		mr_mat_free(&b->set.mat[b->index]);
	return rc;
}

struct mr_knn_rows
mr_knn_base_rows(const struct mr_knn_base *b, int64_t from, int64_t n)
{
	struct mr_knn_rows q = { .from = from, .n = n };

	if (b->is_sparse)
		q.m = &b->set.csr[b->index];
	else
		q.a = mr_mat_row(&b->set.mat[b->index], from);
	return q;
}

/* The same names in the same order, or none on both sides. */
static int
check_terms(const struct mr_knn_base *b, const struct mr_mrm_in *r,
    const struct mr_matrix_info *m, struct mr_err *err)
{
	const struct mr_ids *x =
	    &b->set.r.axis[b->set.r.matrix[b->index].col_axis].ids;
	const struct mr_ids *y = &r->axis[m->col_axis].ids;

	if (x->n != y->n)
		return mr_err_set(err, MR_EFORMAT, "%s: queries name %d "
		    "columns, %s names %d: made by another vocabulary?",
		    r->in->name, y->n, b->set.in.name, x->n);
	for (int32_t i = 0; i < x->n; i++) {
		struct mr_slice have = mr_ids_get(y, i);
		struct mr_slice want = mr_ids_get(x, i);

		if (!mr_slice_eq(have, want))
			return mr_err_set(err, MR_EFORMAT, "%s: column %d of "
			    "the queries is '%.*s', of %s '%.*s': made by "
			    "another vocabulary?", r->in->name, i,
			    MR_SHOWN(have),
			    b->set.in.name,
			    MR_SHOWN(want));
	}
	return MR_OK;
}

/* What both METAs name and must agree on: vectors of two transformers, or of
 * a transformer and a model, may have one width and nothing else in common. */
static int
check_origin(const struct mr_knn_base *b, const struct mr_mrm_in *r,
    struct mr_report *report, struct mr_err *err)
{
	static const char *const keys[] = { "model", "weights", "precision" };

	for (int i = 0; i < 3; i++) {
		struct mr_slice want = mr_meta_get(&b->set.r.meta, keys[i]);
		struct mr_slice have = mr_meta_get(&r->meta, keys[i]);

		if (!want.p || !have.p || mr_slice_eq(want, have))
			continue;
		if (i < 2)
			return mr_err_set(err, MR_EFORMAT, "%s: %s is %.*s, "
			    "of %s %.*s: vectors of different models cannot "
			    "be compared", r->in->name, keys[i],
			    MR_SHOWN(have),
			    b->set.in.name, MR_SHOWN(want));
		mr_report_warn(report, "%s was embedded at %.*s and %s at "
		    "%.*s: scores differ a little from those at one "
		    "precision", r->in->name, (int)have.n, have.p,
		    b->set.in.name, (int)want.n, want.p);
	}
	return MR_OK;
}

int
mr_knn_base_fits(const struct mr_knn_base *b, const struct mr_mrm_in *r,
    const struct mr_block *q, struct mr_report *report, struct mr_err *err)
{
	const struct mr_matrix_info *m = &r->matrix[q->index];
	bool is_sparse = q->type == MR_CSR;
	int rc;

	if (is_sparse != b->is_sparse)
		return mr_err_set(err, MR_EFORMAT, "%s: a %s matrix, "
		    "expected %s queries as %s is", r->in->name, is_sparse ?
		    "sparse" : "dense", is_sparse ? "dense" : "sparse",
		    b->set.in.name);
	if (m->cols != b->d)
		return mr_err_set(err, MR_EFORMAT, "%s: queries have %lld "
		    "columns, %s has %lld: made by another %s?",
		    r->in->name, (long long)m->cols, b->set.in.name,
		    (long long)b->d, is_sparse ? "vocabulary" : "model");
	rc = is_sparse ? check_terms(b, r, m, err) : MR_OK;
	return rc ? rc : check_origin(b, r, report, err);
}

int
mr_knn_base_search(const struct mr_knn_base *b, const struct mr_knn_rows *q,
    const int32_t *skip, int threads, struct mr_scored *best,
    int64_t *found, struct mr_err *err)
{
	struct mr_mat rows = { q->n, b->d, (float *)q->a };
	int64_t one_each[MR_BLOCK_ROWS + 1];
	struct mr_exact_query dense = { .rows = &rows,
	    .skip_ptr = skip ? one_each : NULL, .skip = skip };
	struct mr_sparse_query sparse = { .rows = q->m, .from = q->from,
	    .n = q->n, .skip = skip };

	if (b->is_sparse)
		return mr_sparse_search(&b->sparse, &sparse, b->k,
		    threads, best, found, err);
	for (int64_t i = 0; i <= q->n; i++)
		one_each[i] = i;
	return mr_exact_search(&b->exact, &dense, b->k, threads, best,
	    found, err);
}

void
mr_knn_base_free(struct mr_knn_base *b)
{
	mr_exact_free(&b->exact);
	mr_sparse_free(&b->sparse);
	mr_set_free(&b->set);
	free(b->order);
	*b = (struct mr_knn_base){ 0 };
}
