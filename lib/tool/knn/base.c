/* The base of mr-knn; see base.h.
 * SPDX-License-Identifier: MIT */
#include "tool/knn/base.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "engine/filter.h"
#include "store/films.h"
#include "store/index_file.h"

/* Bits by place among the rows that count as bits by number. */
static int
spread(struct mr_knn_base *b, const uint64_t *chosen, struct mr_err *err)
{
	const struct mr_store_facts *f = &b->v.store;
	int64_t numbers = f->base_rows + f->log_rows;

	b->allow = mr_alloc((size_t)(numbers / 64 + 1), sizeof *b->allow,
	    "a filter's rows", err);
	for (int32_t i = 0; b->allow && i < b->names.n; i++)
		b->allow[b->number[i] / 64] |= (chosen[i / 64] >> i % 64 & 1)
		    << b->number[i] % 64;
	return b->allow ? MR_OK : MR_ENOMEM;
}

/* Which rows --where chooses. */
static int
choose(struct mr_knn_base *b, const struct mr_knn_opt *o,
    struct mr_report *report, struct mr_err *err)
{
	const struct mr_ids *names = mr_knn_base_names(b);
	size_t words = ((size_t)names->n + 63) / 64;
	uint64_t *chosen;
	int rc;

	if (!o->where)
		return MR_OK;
	if (!names->n && b->v.n)
		return mr_err_set(err, MR_EFORMAT, "%s: its rows have no "
		    "names, so --where has nothing to find them by",
		    b->v.set.in.name);
	chosen = mr_alloc(words, sizeof *chosen, "a filter's rows", err);
	rc = chosen ? mr_filter_names(mr_slice_of(o->where), &b->every,
	    names, chosen, report, err) : MR_ENOMEM;
	for (size_t i = 0; i < words && rc == MR_OK; i++)
		b->n_allowed += __builtin_popcountll(chosen[i]);
	if (rc == MR_OK && b->number) {
		rc = spread(b, chosen, err);
	} else {
		b->allow = chosen;
		chosen = NULL;
	}
	free(chosen);
	if (rc == MR_OK && b->n_allowed == 0)
		mr_report_warn(report, "--where chooses none of the %lld "
		    "rows: no results", (long long)b->v.n);
	return rc;
}

/* The vectors, and whether there is a graph that will do. */
static int
load(struct mr_knn_base *b, const struct mr_knn_opt *o, bool look_up,
    struct mr_err *err)
{
	struct mr_vectors *v = &b->v;
	int rc;

	*v = (struct mr_vectors){ .keep_graph = o->recall < 1,
	    .look_up = look_up, .map = MR_MAP_ANY,
	    .hint = " (--matrix NAME chooses)" };
	rc = mr_vectors_load(v, o->base, o->matrix, err);
	if (o->metric >= 0)
		b->metric = (enum mr_metric)o->metric;
	else if (rc == MR_OK && v->store.is)
		rc = mr_store_metric(v, &b->metric, err);
	return rc ? rc : mr_knn_search_choose(&b->search, v, o, b->metric,
	    err);
}

static int
list_rows(struct mr_knn_base *b, struct mr_err *err)
{
	b->number = mr_alloc((size_t)b->v.n, sizeof *b->number, "rows", err);
	return b->number ? mr_vectors_list(&b->v, &b->names, b->number, err) :
	    MR_ENOMEM;
}

int
mr_knn_base_open(struct mr_knn_base *b, const struct mr_knn_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	struct mr_vectors *v = &b->v;
	int rc = mr_films_load(&b->films, o->movies, o->with, o->where ?
	    &b->every : NULL, err);

	if (rc)
		return rc;
	/* Else every row is scored. */
	rc = load(b, o, o->recall < 1 && !o->check_recall, err);
	if (rc == MR_OK && v->looked && !b->search.by_graph) {
		mr_vectors_free(v);
		rc = load(b, o, false, err);
	}
	mr_vectors_report(v, &run->report);
	if (rc == MR_OK && v->looked && (o->self || o->where))
		rc = list_rows(b, err);
	if (rc == MR_OK)
		rc = choose(b, o, &run->report, err);
	if (rc == MR_OK)
		rc = mr_knn_search_open(&b->search, v, o, b->metric, b->allow,
		    run, err);
	/* Only as queries would these rows be wanted again. */
	if (rc == MR_OK && !v->sparse && !o->self && !o->row &&
	    !b->search.by_graph && !b->search.index.borrows &&
	    !mr_set_gap(&v->set))
		mr_mat_free(&v->set.mat[v->index]);
	return rc;
}

int
mr_knn_base_queries(const struct mr_knn_base *b, int64_t from, int64_t n,
    struct mr_mat *copy, struct mr_rows *q, struct mr_err *err)
{
	int rc = MR_OK;

	if (b->v.sparse) {
		*q = mr_vectors_rows(&b->v, from, n);
		return MR_OK;
	}
	*q = (struct mr_rows){ .dense = copy, .n = n };
	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		const float *row;

		rc = mr_vectors_row(&b->v, mr_knn_base_number(b, from + i),
		    &row, err);
		if (rc == MR_OK && b->v.d)
			memcpy(mr_mat_row(copy, i), row, (size_t)b->v.d *
			    sizeof *row);
	}
	return rc;
}

void
mr_knn_base_free(struct mr_knn_base *b)
{
	mr_knn_search_free(&b->search);
	mr_vectors_free(&b->v);
	mr_table_free(&b->films);
	mr_table_free(&b->every);
	mr_ids_free(&b->names);
	free(b->number);
	free(b->allow);
	*b = (struct mr_knn_base){ 0 };
}
