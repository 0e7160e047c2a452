/* The work of mr-knn; see knn.h.
 * SPDX-License-Identifier: MIT */
#include "tool/knn/knn.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "tool/knn/private.h"
#include "store/films.h"
#include "store/ranked.h"

/* Everything a run holds. */
struct run {
	const struct mr_knn_opt *o;
	struct mr_out *out;	/* the run's */
	int threads;
	struct mr_knn_base base;
	struct mr_table films;
	int64_t n_missing;	/* results whose film is not in them */
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
open_base(struct run *r, struct mr_err *err)
{
	size_t width = (size_t)MR_BLOCK_ROWS;
	int rc = mr_knn_base_open(&r->base, r->o, err);

	if (rc)
		return rc;
	r->found = mr_alloc(width, sizeof *r->found, "results", err);
	r->best = r->found ? mr_alloc(width * (size_t)r->base.k,
	    sizeof *r->best, "results", err) : NULL;
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
			struct mr_scored s = r->best[q * r->base.k + i];
			struct mr_slice item = name_of(r->base.names,
			    r->base.order[s.rank], item_number);
			struct mr_ranked_row x = { query, i + 1, item,
			    s.score };

			r->n_missing += !mr_ranked_put(r->out, &x, &r->films,
			    mr_ids_find(&r->films.keys, item));
		}
	}
}

/* At most MR_BLOCK_ROWS queries, rows first .. of an axis called names; skip
 * (or NULL) has a base row for each that is not offered. */
static int
answer(struct run *r, const struct mr_knn_rows *q, const int32_t *skip,
    const struct mr_ids *names, int64_t first, struct mr_err *err)
{
	int rc = mr_knn_base_search(&r->base, q, skip, r->threads,
	    r->best, r->found, err);

	if (rc)
		return rc;
	print_results(r, names, first, q->n);
	r->n_queries += q->n;
	return MR_OK;
}

static int
answer_own_rows(struct run *r, int64_t from, int64_t to,
    struct mr_report *report, struct mr_err *err)
{
	int rc = MR_OK;

	for (int64_t i = from; i < to && rc == MR_OK; i += MR_BLOCK_ROWS) {
		int64_t n = to - i < MR_BLOCK_ROWS ? to - i : MR_BLOCK_ROWS;
		struct mr_knn_rows part = mr_knn_base_rows(&r->base, i, n);
		int32_t skip[MR_BLOCK_ROWS];

		for (int64_t q = 0; q < n; q++)
			skip[q] = (int32_t)(i + q);
		rc = answer(r, &part, skip, r->base.names, i, err);
		mr_report_step(report, "queries", i + n - from, to - from);
	}
	return rc;
}

static int
answer_row(struct run *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_slice name = mr_slice_of(r->o->row);
	int64_t i = -1;

	if (r->base.names->n)
		i = mr_ids_find(r->base.names, name);
	else if (!mr_parse_i64(name, &i) || i >= r->base.n)
		i = -1;
	if (i < 0)
		return mr_err_set(err, MR_EFORMAT, "%s: no row is called "
		    "'%s' (mr-show lists the names)", r->base.set.in.name,
		    r->o->row);
	return answer_own_rows(r, i, i + 1, report, err);
}

/* The rows of a block of the query stream q. */
static int
answer_block(struct run *r, const struct mr_mrm_in *q,
    const struct mr_block *b, struct mr_err *err)
{
	const struct mr_ids *names =
	    &q->axis[q->matrix[b->index].row_axis].ids;
	int rc = MR_OK;

	for (int64_t i = 0; i < b->rows && rc == MR_OK; i += MR_BLOCK_ROWS) {
		int64_t n = b->rows - i < MR_BLOCK_ROWS ? b->rows - i :
		    MR_BLOCK_ROWS;
		struct mr_knn_rows part = { .m = &b->part, .from = i, .n = n };

		if (b->type == MR_DENSE)
			part.a = b->a + i * r->base.d;
		rc = answer(r, &part, NULL, names, b->from + i, err);
	}
	return rc;
}

static int
answer_stream(struct run *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_set q;	/* only its reader is used: rows pass by */
	struct mr_block b;
	bool more = true;
	int matrix = -1, rc = mr_set_open(&q, r->o->queries, err);

	while (rc == MR_OK && more) {
		rc = mr_mrm_next(&q.r, &b, &more, err);
		if (rc || !more || b.type == MR_IDS)
			continue;
		if (matrix < 0)
			rc = mr_knn_base_fits(&r->base, &q.r, &b, report,
			    err);
		else if (b.index != matrix)
			rc = mr_err_set(err, MR_EFORMAT, "%s: several "
			    "matrices, expected one of queries", q.in.name);
		matrix = b.index;
		if (rc == MR_OK)
			rc = answer_block(r, &q.r, &b, err);
		mr_report_step(report, "queries", r->n_queries, 0);
	}
	mr_set_free(&q);
	return rc;
}

int
mr_knn(const struct mr_knn_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct run *r = mr_alloc(1, sizeof *r, "state", err);
	int rc;

	if (!r)
		return MR_ENOMEM;
	r->o = o;
	r->out = &run->out;
	r->threads = run->threads;
	rc = mr_films_load(&r->films, o->movies, o->with, err);
	if (rc == MR_OK)
		rc = open_base(r, err);
	if (rc)
		goto out;
	if (run->header_out)
		mr_ranked_head(r->out, "query", &r->films);
	if (o->self)
		rc = answer_own_rows(r, 0, r->base.n, &run->report, err);
	else if (o->row)
		rc = answer_row(r, &run->report, err);
	else
		rc = answer_stream(r, &run->report, err);
	mr_films_report(o->movies, o->with, r->n_missing, &run->report);
	mr_report_fact(&run->report, "base: %lld rows of %lld, queries: %lld",
	    (long long)r->base.n, (long long)r->base.d,
	    (long long)r->n_queries);
out:
	mr_knn_base_free(&r->base);
	mr_table_free(&r->films);
	free(r->best);
	free(r->found);
	free(r);
	return rc;
}
