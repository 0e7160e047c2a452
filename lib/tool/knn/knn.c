/* The work of mr-knn; see knn.h.
 * SPDX-License-Identifier: MIT */
#include "tool/knn/knn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "store/films.h"
#include "store/ranked.h"
#include "tool/knn/base.h"

/* Everything a run holds. */
struct run {
	const struct mr_knn_opt *o;
	struct mr_run *run;
	struct mr_knn_base base;
	int64_t k;		/* rows of a result: -k, or n if fewer */
	int64_t n_rows, n_missing;	/* results, those whose film is not in
					 * them */
	struct mr_hit *hit;	/* [MR_BLOCK_ROWS * k] */
	int64_t *found;		/* [MR_BLOCK_ROWS] */
	int64_t n_queries, n_zero, n_alone;	/* alone: share no term */
	int64_t n_low;		/* queries of which --min-score left none */
	float best;		/* the highest score of theirs */
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
print_results(struct run *r, const struct mr_ids *names, int64_t first,
    int64_t rows, struct mr_err *err)
{
	const struct mr_table *films = &r->base.films;
	char number[24], item_number[24];

	for (int64_t q = 0; q < rows; q++) {
		struct mr_slice query = name_of(names, first + q, number);

		for (int64_t i = 0; i < r->found[q]; i++) {
			struct mr_hit h = r->hit[q * r->k + i];
			struct mr_ranked_row x = { .user = query,
			    .rank = i + 1, .score = h.score,
			    .more = { "", 0 } };
			int rc = mr_vectors_name(&r->base.v, h.row,
			    item_number, &x.item, err);

			if (rc)
				return rc;
			r->n_rows++;
			r->n_missing += !mr_ranked_put(&r->run->out, &x,
			    films, mr_ids_find(&films->keys, x.item));
		}
	}
	return MR_OK;
}

/* To a query of zeros all rows are alike, and the least names would be as
 * good a list as any; l2 of dense ones is the distance from a place. */
static void
check_found(struct run *r, const struct mr_rows *q)
{
	bool sparse = q->sparse != NULL;

	for (int64_t i = 0; i < q->n; i++)
		if (mr_rows_zero(q, i) && (sparse ||
		    r->base.metric != MR_METRIC_L2)) {
			r->found[i] = 0;
			r->n_zero++;
		} else if (sparse && r->found[i] == 0) {
			r->n_alone++;
		}
}

/* As it is printed, so that the limit may be taken from there. */
static bool
is_below(float score, double limit)
{
	char text[24];

	if (fabs((double)score - limit) > 1e-6 * fabs(limit))
		return (double)score < limit;
	mr_f32_text(score, text);
	return strtod(text, NULL) < limit;
}

static void
cut_low(struct run *r, int64_t rows)
{
	for (int64_t q = 0; q < rows; q++) {
		const struct mr_hit *h = r->hit + q * r->k;
		bool any = r->found[q] > 0;

		while (r->found[q] && is_below(h[r->found[q] - 1].score,
		    r->o->min_score))
			r->found[q]--;
		if (!any || r->found[q])
			continue;
		r->best = r->n_low++ == 0 || h->score > r->best ? h->score :
		    r->best;
	}
}

/* No score is written that no reader takes. */
static int
check_finite(const struct run *r, const struct mr_ids *names, int64_t first,
    int64_t rows, struct mr_err *err)
{
	char number[24], item_number[24];

	for (int64_t q = 0; q < rows; q++)
		for (int64_t i = 0; i < r->found[q]; i++) {
			struct mr_hit h = r->hit[q * r->k + i];
			struct mr_slice query, item;

			if (isfinite(h.score))
				continue;
			query = name_of(names, first + q, number);
			if (mr_vectors_name(&r->base.v, h.row, item_number,
			    &item, err) != MR_OK)
				return MR_EFORMAT;
			return mr_err_set(err, MR_ENUMERIC, "%s: the score of "
			    "row '%.*s' for the query '%.*s' is beyond the "
			    "3.4e38 that a number of 32 bits can be",
			    r->base.v.set.in.name, MR_SHOWN(item),
			    MR_SHOWN(query));
		}
	return MR_OK;
}

/* At most MR_BLOCK_ROWS queries, rows first .. of an axis called names; skip
 * (or NULL) as in a search. */
static int
answer(struct run *r, struct mr_rows q, const struct mr_csr *skip,
    const struct mr_ids *names, int64_t first, struct mr_err *err)
{
	int rc = mr_knn_search(&r->base.search, &(struct mr_search){ .q = q,
	    .k = r->k, .threads = r->run->threads, .skip = skip }, names,
	    first, r->hit, r->found, err);

	if (rc)
		return rc;
	check_found(r, &q);
	cut_low(r, q.n);
	rc = check_finite(r, names, first, q.n, err);
	if (rc)
		return rc;
	r->n_queries += q.n;
	return print_results(r, names, first, q.n, err);
}

/* No row is its own neighbour. */
static int
answer_own_rows(struct run *r, int64_t from, int64_t to, struct mr_err *err)
{
	int64_t ptr[MR_BLOCK_ROWS + 1];
	int32_t idx[MR_BLOCK_ROWS];
	struct mr_csr skip = { .ptr = ptr, .idx = idx };
	const struct mr_knn_base *b = &r->base;
	struct mr_mat copy = { 0 };
	struct mr_rows own;
	int rc = b->v.sparse ? MR_OK : mr_mat_new(&copy, MR_BLOCK_ROWS,
	    b->v.d, "queries", err);

	for (int64_t i = from; i < to && rc == MR_OK; i += MR_BLOCK_ROWS) {
		int64_t n = to - i < MR_BLOCK_ROWS ? to - i : MR_BLOCK_ROWS;

		for (int64_t q = 0; q < n; q++) {
			ptr[q] = q;
			idx[q] = mr_knn_base_number(b, i + q);
		}
		ptr[n] = n;
		rc = mr_knn_base_queries(b, i, n, &copy, &own, err);
		if (rc == MR_OK)
			rc = answer(r, own, &skip, mr_knn_base_names(b), i,
			    err);
		mr_report_step(&r->run->report, "queries", i + n - from,
		    to - from);
	}
	mr_mat_free(&copy);
	return rc;
}

static int
answer_row(struct run *r, struct mr_err *err)
{
	struct mr_slice name = mr_slice_of(r->o->row);
	struct mr_ids names = { 0 };
	struct mr_rows q = { .n = 1 };
	struct mr_mat one = { 1, r->base.v.d, NULL };
	const float *values;
	int64_t ptr[2] = { 0, 1 }, i;
	char number[24];
	int32_t idx[1], at;
	struct mr_csr skip = { .ptr = ptr, .idx = idx };
	int rc = mr_vectors_find(&r->base.v, name, &i, err);

	if (rc == MR_OK && i < 0)
		rc = mr_err_set(err, MR_EFORMAT, "%s: no row is called '%s' "
		    "(mr-show lists the names)", r->base.v.set.in.name,
		    r->o->row);
	if (rc == MR_OK && r->base.v.sparse)
		return answer_own_rows(r, i, i + 1, err);
	if (rc == MR_OK)
		rc = mr_vectors_row(&r->base.v, i, &values, err);
	if (rc == MR_OK)
		rc = mr_vectors_name(&r->base.v, i, number, &name, err);
	if (rc == MR_OK)
		rc = mr_ids_add(&names, name, &at, NULL, err);
	if (rc == MR_OK) {
		one.a = (float *)values;
		q.dense = &one;
		idx[0] = (int32_t)i;
		rc = answer(r, q, &skip, &names, 0, err);
	}
	mr_ids_free(&names);
	return rc;
}

static int
answer_stream(struct run *r, struct mr_err *err)
{
	struct mr_queries q;
	bool more = true;
	int rc = mr_queries_open(&q, r->o->queries, err);

	while (rc == MR_OK && more) {
		rc = mr_queries_next(&q, &r->base.v, &more, &r->run->report,
		    err);
		if (rc || !more)
			break;
		for (int64_t i = 0; i < q.rows.n && rc == MR_OK;
		    i += MR_BLOCK_ROWS) {
			struct mr_rows part = q.rows;

			part.from = i;
			part.n = q.rows.n - i < MR_BLOCK_ROWS ?
			    q.rows.n - i : MR_BLOCK_ROWS;
			rc = answer(r, part, NULL, q.names, q.first + i, err);
		}
		mr_report_step(&r->run->report, "queries", r->n_queries,
		    mr_in_total(&q.in, r->n_queries));
	}
	mr_queries_close(&q);
	return rc;
}

static void
report(const struct run *r, struct mr_report *to)
{
	long long n = (long long)r->n_queries;

	if (r->n_zero)
		mr_report_warn(to, "%lld of %lld queries %s all zero: no row "
		    "is near", (long long)r->n_zero, n, r->n_zero == 1 ?
		    "is" : "are");
	if (r->n_alone && r->base.v.n && (!r->base.allow || r->base.n_allowed))
		mr_report_warn(to, "%lld of %lld queries %s no term with %s "
		    "row of %s%s: no row is near", (long long)r->n_alone, n,
		    r->n_alone == 1 ? "shares" : "share", r->o->self ||
		    r->o->row ? "another" : "a", r->base.v.set.in.name,
		    r->base.allow ? " that --where chooses" : "");
	if (r->n_low && r->n_rows == 0)
		mr_report_warn(to, "no row reaches --min-score %g, the best "
		    "score is %.9g: no results", r->o->min_score,
		    (double)r->best);
	mr_report_fact(to, "base: %lld rows of %lld, queries: %lld",
	    (long long)r->base.v.n, (long long)r->base.v.d, n);
}

/* Room for results of at least one row, as a search wants it. */
static int
make_room(struct run *r, struct mr_err *err)
{
	int64_t n = r->base.v.n, k = r->o->k;
	size_t width = (size_t)MR_BLOCK_ROWS;

	r->k = k < n ? k : n > 0 ? n : 1;
	r->found = mr_alloc(width, sizeof *r->found, "results", err);
	r->hit = r->found ? mr_alloc(width * (size_t)r->k, sizeof *r->hit,
	    "results", err) : NULL;
	return r->hit ? MR_OK : MR_ENOMEM;
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
	r->run = run;
	rc = mr_knn_base_open(&r->base, o, run, err);
	if (rc == MR_OK)
		rc = make_room(r, err);
	if (rc)
		goto out;
	if (run->header_out)
		mr_ranked_head(&run->out, "query", "", &r->base.films);
	if (o->self)
		rc = answer_own_rows(r, 0, r->base.v.n, err);
	else if (o->row)
		rc = answer_row(r, err);
	else
		rc = answer_stream(r, err);
	mr_films_report(o->where ? NULL : o->movies, o->with, &r->base.films,
	    r->n_missing, r->n_rows, &run->report);
	report(r, &run->report);
	mr_knn_search_report(&r->base.search, o, &run->report);
out:
	mr_knn_base_free(&r->base);
	free(r->hit);
	free(r->found);
	free(r);
	return rc;
}
