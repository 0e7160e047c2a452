/* Streams of queries, and whether they fit the base; see vectors.h.
 * SPDX-License-Identifier: MIT */
#include "store/vectors.h"

#include <string.h>

#include "store/index_file.h"

/* The same names in the same order, or none on both sides. */
static int
check_terms(const struct mr_vectors *v, const struct mr_mrm_in *r,
    const struct mr_matrix_info *m, struct mr_err *err)
{
	const struct mr_ids *x =
	    &v->set.r.axis[v->set.r.matrix[v->index].col_axis].ids;
	const struct mr_ids *y = &r->axis[m->col_axis].ids;

	if (x->n != y->n)
		return mr_err_set(err, MR_EFORMAT, "%s: queries name %d "
		    "columns, %s names %d: made by another vocabulary?",
		    r->in->name, y->n, v->set.in.name, x->n);
	for (int32_t i = 0; i < x->n; i++) {
		struct mr_slice have = mr_ids_get(y, i);
		struct mr_slice want = mr_ids_get(x, i);

		if (!mr_slice_eq(have, want))
			return mr_err_set(err, MR_EFORMAT, "%s: column %d of "
			    "the queries is '%.*s', of %s '%.*s': made by "
			    "another vocabulary?", r->in->name, i,
			    MR_SHOWN(have),
			    v->set.in.name,
			    MR_SHOWN(want));
	}
	return MR_OK;
}

/* Vectors of two transformers, or of a transformer and a model, may have one
 * width and nothing else in common.  The same weights are the same model,
 * whatever its folder is called. */
static int
check_model(const struct mr_vectors *v, const struct mr_mrm_in *r,
    struct mr_report *report, struct mr_err *err)
{
	static const char *const keys[] = { "weights", "model" };
	const char *base = v->set.in.name, *queries = r->in->name;

	for (int i = 0; i < 2; i++) {
		struct mr_slice want = mr_meta_get(&v->set.r.meta, keys[i]);
		struct mr_slice have = mr_meta_get(&r->meta, keys[i]);

		if (!want.p != !have.p) {
			struct mr_slice name = mr_meta_get(want.p ?
			    &v->set.r.meta : &r->meta, "model");

			mr_report_warn(report, "%s is of the model %.*s and "
			    "%s does not say of which: their vectors may have "
			    "nothing in common", want.p ? base : queries,
			    (int)name.n, name.p ? name.p : "", want.p ?
			    queries : base);
			return MR_OK;
		}
		if (want.p && !mr_slice_eq(want, have))
			return mr_err_set(err, MR_EFORMAT, "%s: %s is %.*s, "
			    "of %s %.*s: vectors of different models cannot "
			    "be compared", queries, keys[i], MR_SHOWN(have),
			    base, MR_SHOWN(want));
		if (want.p)
			break;
	}
	return MR_OK;
}

/* A store has the tool that made its vectors beside the one that made it. */
static struct mr_slice
origin(const struct mr_meta *m, const char *key)
{
	struct mr_slice first = { 0 };

	if (strcmp(key, "tool") == 0)
		first = mr_meta_get(m, "vectors.tool");
	return first.p ? first : mr_meta_get(m, key);
}

/* What else METAs tell of where vectors come from; that one of them does not
 * say it, as there is no template of lines, is no difference.  Where one alone
 * names a model, that its tool is another is told already. */
static void
check_origin(const struct mr_vectors *v, const struct mr_mrm_in *r,
    struct mr_report *report)
{
	static const struct {
		const char *key, *what;
	} keys[] = {
		{ "tool", "their vectors may have nothing in common" },
		{ "precision", "scores differ a little from those at one "
		    "precision" },
		{ "vocabulary", "one term weighs differently in the two" },
		{ "template", "the texts are not of one kind" },
	};

	bool one = !mr_meta_get(&v->set.r.meta, "model").p !=
	    !mr_meta_get(&r->meta, "model").p;

	for (size_t i = one ? 1 : 0; i < sizeof keys / sizeof *keys; i++) {
		struct mr_slice want = origin(&v->set.r.meta, keys[i].key);
		struct mr_slice have = origin(&r->meta, keys[i].key);

		if (want.p && have.p && !mr_slice_eq(want, have))
			mr_report_warn(report, "%s has the %s %.*s and %s "
			    "%.*s: %s", r->in->name, keys[i].key,
			    MR_SHOWN(have), v->set.in.name, MR_SHOWN(want),
			    keys[i].what);
	}
}

/* Can rows of the block q, of the stream r, be queries? */
static int
check_fit(const struct mr_vectors *v, const struct mr_mrm_in *r,
    const struct mr_block *q, const char *what, struct mr_report *report,
    struct mr_err *err)
{
	const struct mr_matrix_info *m = &r->matrix[q->index];
	bool is_sparse = q->type == MR_BLOCK_CSR;
	int rc;

	if (mr_store_is(&r->meta))
		return mr_err_set(err, MR_EFORMAT, "%s: a store, whose log "
		    "would not be heeded here: mr-index dump makes vectors "
		    "of it", r->in->name);
	if (is_sparse != v->sparse)
		return mr_err_set(err, MR_EFORMAT, "%s: a %s matrix, "
		    "expected %s %s as %s is", r->in->name, is_sparse ?
		    "sparse" : "dense", is_sparse ? "dense" : "sparse", what,
		    v->set.in.name);
	if (m->cols != v->d)
		return mr_err_set(err, MR_EFORMAT, "%s: %s have %lld "
		    "columns, %s has %lld: made by another %s?",
		    r->in->name, what, (long long)m->cols, v->set.in.name,
		    (long long)v->d, is_sparse ? "vocabulary" : "model");
	rc = is_sparse ? check_terms(v, r, m, err) : MR_OK;
	if (rc == MR_OK)
		rc = check_model(v, r, report, err);
	if (rc == MR_OK)
		check_origin(v, r, report);
	return rc;
}

int
mr_queries_open(struct mr_queries *q, const char *path, struct mr_err *err)
{
	int rc;

	*q = (struct mr_queries){ .what = "queries", .matrix = -1 };
	rc = mr_in_open(&q->in, path, err);
	return rc ? rc : mr_mrm_open(&q->r, &q->in, err);
}

int
mr_queries_next(struct mr_queries *q, const struct mr_vectors *base,
    bool *more, struct mr_report *report, struct mr_err *err)
{
	const struct mr_block *b = &q->block;
	int rc;

	do {
		rc = mr_mrm_next(&q->r, &q->block, more, err);
		if (rc || !*more)
			return rc;
	} while (b->type == MR_BLOCK_IDS || b->type == MR_BLOCK_WHOLE);
	if (q->matrix < 0)
		rc = check_fit(base, &q->r, b, q->what, report, err);
	else if (b->index != q->matrix)
		rc = mr_err_set(err, MR_EFORMAT, "%s: several matrices, "
		    "expected one of %s", q->in.name, q->what);
	if (rc)
		return rc;
	q->matrix = b->index;
	q->dense = (struct mr_mat){ b->rows, base->d, (float *)b->a };
	q->rows = (struct mr_rows){ .n = b->rows };
	if (b->type == MR_BLOCK_CSR)
		q->rows.sparse = &b->part;
	else
		q->rows.dense = &q->dense;
	q->names = &q->r.axis[q->r.matrix[b->index].row_axis].ids;
	q->first = b->from;
	return MR_OK;
}

void
mr_queries_close(struct mr_queries *q)
{
	mr_mrm_close(&q->r);
	mr_in_close(&q->in);
}
