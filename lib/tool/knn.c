/* The work of mr-knn; see knn.h.
 * SPDX-License-Identifier: MIT */
#include "tool/knn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/matrix_set.h"
#include "stream/tsv.h"
#include "tool/lookup.h"

/* Everything a run holds. */
struct run {
	const struct mr_knn_opt *o;
	struct mr_out *out;
	struct mr_set base;
	int index;		/* of the base's matrix */
	int64_t n, d;
	const struct mr_ids *names;	/* of its rows; n = 0: numbers */
	int32_t *order;		/* [n] row by rank */
	struct mr_exact exact;
	struct mr_lookup lookup;
	struct mr_scored *best;	/* [MR_BLOCK_ROWS * k] */
	int64_t *found;		/* [MR_BLOCK_ROWS] */
	int64_t n_queries;
};

/* The name of row i: its id, or its number when the axis has no ids. */
static struct mr_slice
name_of(const struct mr_ids *names, int64_t i, char number[24])
{
	if (names->n)
		return mr_ids_get(names, (int32_t)i);
	snprintf(number, 24, "%lld", (long long)i);
	return mr_slice_of(number);
}

static int
order_rows(struct run *r, struct mr_err *err)
{
	struct mr_mat *base = &r->base.mat[r->index];
	int32_t *rank;
	int rc = MR_OK;

	r->n = base->rows;
	r->d = base->cols;
	if (r->n > INT32_MAX - 1)
		return mr_err_set(err, MR_ERANGE, "%s: %lld rows, expected "
		    "at most %d", r->base.in.name, (long long)r->n,
		    INT32_MAX - 1);
	r->order = mr_alloc((size_t)r->n, sizeof *r->order, "order of ids",
	    err);
	rank = r->order ? mr_alloc((size_t)r->n, sizeof *rank,
	    "order of ids", err) : NULL;
	if (!rank)
		return MR_ENOMEM;
	for (int32_t i = 0; i < (int32_t)r->n; i++)
		r->order[i] = rank[i] = i;
	if (r->names->n)
		rc = mr_ids_order(r->names, r->order, rank, err);
	if (rc == MR_OK)
		rc = mr_exact_build(&r->exact, base, NULL, rank,
		    (enum mr_metric)r->o->metric, err);
	free(rank);
	return rc;
}

static int
open_base(struct run *r, struct mr_err *err)
{
	const struct mr_knn_opt *o = r->o;
	size_t width = (size_t)MR_BLOCK_ROWS;
	int rc = mr_set_load(&r->base, o->base, err);

	if (rc == MR_OK)
		rc = mr_set_dense(&r->base, o->matrix, &r->index, err);
	if (rc)
		return rc;
	r->names = &r->base.r.axis[r->base.r.matrix[r->index].row_axis].ids;
	rc = order_rows(r, err);
	if (rc)
		return rc;
	r->found = mr_alloc(width, sizeof *r->found, "results", err);
	r->best = r->found ? mr_alloc(width * (size_t)o->k, sizeof *r->best,
	    "results", err) : NULL;
	return r->best ? MR_OK : MR_ENOMEM;
}

static void
print_results(struct run *r, const struct mr_ids *names, int64_t first,
    int64_t rows)
{
	char number[24], item_number[24];

	for (int64_t q = 0; q < rows; q++) {
		struct mr_slice query = name_of(names, first + q, number);

		for (int64_t i = 0; i < r->found[q]; i++) {
			struct mr_scored s = r->best[q * r->o->k + i];
			struct mr_slice item = name_of(r->names,
			    r->order[s.rank], item_number);

			mr_tsv_put(r->out, query);
			mr_out_printf(r->out, "\t%lld\t", (long long)i + 1);
			mr_tsv_put(r->out, item);
			mr_out_printf(r->out, "\t%.9g", (double)s.score);
			mr_lookup_put(&r->lookup, item, r->out);
			mr_out_byte(r->out, '\n');
		}
	}
}

/* At most MR_BLOCK_ROWS queries, rows first .. of an axis called names; skip
 * (or NULL) has a base row for each that is not offered. */
static int
answer(struct run *r, const struct mr_mat *queries, const int32_t *skip,
    const struct mr_ids *names, int64_t first, struct mr_err *err)
{
	int64_t one_each[MR_BLOCK_ROWS + 1];
	struct mr_exact_query q = { .rows = queries,
	    .skip_ptr = skip ? one_each : NULL, .skip = skip };
	int rc;

	for (int64_t i = 0; i <= queries->rows; i++)
		one_each[i] = i;
	rc = mr_exact_search(&r->exact, &q, r->o->k, r->o->threads, r->best,
	    r->found, err);
	if (rc)
		return rc;
	print_results(r, names, first, queries->rows);
	r->n_queries += queries->rows;
	return MR_OK;
}

static int
answer_own_rows(struct run *r, int64_t from, int64_t to,
    struct mr_report *report, struct mr_err *err)
{
	int rc = MR_OK;

	for (int64_t i = from; i < to && rc == MR_OK; i += MR_BLOCK_ROWS) {
		int64_t n = to - i < MR_BLOCK_ROWS ? to - i : MR_BLOCK_ROWS;
		struct mr_mat part = { n, r->d,
		    mr_mat_row(&r->base.mat[r->index], i) };
		int32_t skip[MR_BLOCK_ROWS];

		for (int64_t q = 0; q < n; q++)
			skip[q] = (int32_t)(i + q);
		rc = answer(r, &part, skip, r->names, i, err);
		mr_report_step(report, "queries", i + n - from, to - from);
	}
	return rc;
}

static int
answer_row(struct run *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_slice name = mr_slice_of(r->o->row);
	int64_t i = -1;

	if (r->names->n)
		i = mr_ids_find(r->names, name);
	else if (!mr_parse_i64(name, &i) || i >= r->n)
		i = -1;
	if (i < 0)
		return mr_err_set(err, MR_EFORMAT, "%s: no row is called "
		    "'%s' (mr-show lists the names)", r->base.in.name,
		    r->o->row);
	return answer_own_rows(r, i, i + 1, report, err);
}

/* The query stream's matrix, known once its first rows come. */
static int
check_query_block(const struct run *r, const struct mr_mrm_in *q,
    const struct mr_block *b, int matrix, struct mr_err *err)
{
	if (matrix >= 0 && b->index != matrix)
		return mr_err_set(err, MR_EFORMAT, "%s: several matrices, "
		    "expected one of queries", q->in->name);
	if (b->type != MR_DENSE)
		return mr_err_set(err, MR_EFORMAT, "%s: a sparse matrix, "
		    "expected dense queries", q->in->name);
	if (q->matrix[b->index].cols != r->d)
		return mr_err_set(err, MR_EFORMAT, "%s: queries have %lld "
		    "columns, %s has %lld: made by another model?",
		    q->in->name, (long long)q->matrix[b->index].cols,
		    r->base.in.name, (long long)r->d);
	return MR_OK;
}

static int
answer_stream(struct run *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_set q;	/* only its reader is used: rows pass by */
	struct mr_block b;
	bool more = true;
	int matrix = -1, rc = mr_set_open(&q, r->o->queries, err);

	/* The rows are packed; without --self nobody asks for them again. */
	mr_mat_free(&r->base.mat[r->index]);
	while (rc == MR_OK && more) {
		rc = mr_mrm_next(&q.r, &b, &more, err);
		if (rc || !more || b.type == MR_IDS)
			continue;
		rc = check_query_block(r, &q.r, &b, matrix, err);
		matrix = b.index;
		for (int64_t i = 0; i < b.rows && rc == MR_OK;
		    i += MR_BLOCK_ROWS) {
			int64_t n = b.rows - i < MR_BLOCK_ROWS ? b.rows - i :
			    MR_BLOCK_ROWS;
			struct mr_mat part = { n, r->d,
			    (float *)b.a + i * r->d };

			rc = answer(r, &part, NULL,
			    &q.r.axis[q.r.matrix[matrix].row_axis].ids,
			    b.from + i, err);
		}
		mr_report_step(report, "queries", r->n_queries, 0);
	}
	mr_set_free(&q);
	return rc;
}

int
mr_knn_run(const struct mr_knn_opt *o, struct mr_out *out,
    struct mr_report *report, struct mr_err *err)
{
	struct run *r = mr_alloc(1, sizeof *r, "state", err);
	int rc;

	if (!r)
		return MR_ENOMEM;
	r->o = o;
	r->out = out;
	rc = mr_lookup_load(&r->lookup, o->movies, o->with, err);
	if (rc == MR_OK)
		rc = open_base(r, err);
	if (rc)
		goto out;
	if (o->header) {
		mr_out_text(out, "query\trank\titem\tscore");
		mr_lookup_head(&r->lookup, out);
		mr_out_byte(out, '\n');
	}
	if (o->self)
		rc = answer_own_rows(r, 0, r->n, report, err);
	else if (o->row)
		rc = answer_row(r, report, err);
	else
		rc = answer_stream(r, report, err);
	mr_lookup_report(&r->lookup, report);
	mr_report_fact(report, "base: %lld rows of %lld, queries: %lld",
	    (long long)r->n, (long long)r->d, (long long)r->n_queries);
out:
	mr_set_free(&r->base);
	mr_exact_free(&r->exact);
	mr_lookup_free(&r->lookup);
	free(r->order);
	free(r->best);
	free(r->found);
	free(r);
	return rc;
}
