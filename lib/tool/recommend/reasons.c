/* The columns of --explain; see reasons.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/reasons.h"

#include <math.h>
#include <stdlib.h>

#include "core/escape.h"
#include "core/mem.h"

int
mr_reasons_open(struct mr_reasons *x, const struct mr_reasons_of *of,
    struct mr_err *err)
{
	size_t rows = (size_t)of->lists * (size_t)of->n_list;
	size_t items = (size_t)mr_recommender_items(of->r)->n;

	*x = (struct mr_reasons){ .of = *of };
	x->part = mr_alloc((size_t)of->threads, sizeof *x->part, "reasons",
	    err);
	for (; x->part && x->threads < of->threads; x->threads++) {
		x->part[x->threads] = mr_alloc(items, sizeof **x->part,
		    "reasons", err);
		if (!x->part[x->threads])
			return MR_ENOMEM;
	}
	x->base = x->part ? mr_alloc(rows, sizeof *x->base, "reasons", err) :
	    NULL;
	x->n = x->base ? mr_alloc(rows, sizeof *x->n, "reasons", err) : NULL;
	x->why = x->n ? mr_alloc(rows, (size_t)of->most * sizeof *x->why,
	    "reasons", err) : NULL;
	return x->why ? MR_OK : MR_ENOMEM;
}

void
mr_reasons_take(struct mr_reasons *x, int64_t q, int64_t j, double base,
    const int32_t *name, const double *part, int64_t n)
{
	int64_t row = q * x->of.n_list + j, found = 0;
	struct mr_hit *why = x->why + row * x->of.most;

	for (int64_t k = 0; k < n; k++)
		if (part[k] < 0 || part[k] > 0)
			mr_topk_push(why, &found, x->of.most, (struct mr_hit){
			    (float)fabs(part[k]), (int32_t)k }, NULL);
	mr_topk_sort(why, found, NULL);
	for (int64_t i = 0; i < found; i++) {
		int32_t k = why[i].row;

		why[i] = (struct mr_hit){ (float)part[k], name[k] };
	}
	x->base[row] = base;
	x->n[row] = found;
}

void
mr_reasons_find(struct mr_reasons *x, struct mr_work *w, int worker,
    const struct mr_user *u, int64_t q, const struct mr_hit *hit,
    int64_t found)
{
	const struct mr_recommender *r = x->of.r;
	double *part = x->part[worker];

	mr_recommender_reasons_of(r, u, w, worker);
	for (int64_t j = 0; j < found && j < x->of.n_list; j++) {
		double base = (double)hit[j].score;

		if (u->rated.n)
			mr_recommender_reasons(r, u, hit[j].row, w, worker,
			    &base, part);
		mr_reasons_take(x, q, j, base, u->rated.item, part,
		    u->rated.n);
	}
}

/* The films of what is named; NULL: it is users. */
static const struct mr_table *
films(const struct mr_reasons *x)
{
	return x->of.names == mr_recommender_items(x->of.r) ?
	    mr_recommender_films(x->of.r) : NULL;
}

int
mr_reasons_head(struct mr_reasons *x, const char **head, struct mr_err *err)
{
	const struct mr_table *t = films(x);
	int rc;

	x->text.n = 0;
	rc = mr_buf_addf(&x->text, err, "\tbase\tbecause\trest");
	for (int32_t c = 0; t && c < t->columns.n && rc == MR_OK; c++) {
		struct mr_slice name = mr_ids_get(&t->columns, c);

		rc = mr_buf_addf(&x->text, err, "\tbecause_%.*s", (int)name.n,
		    name.p);
	}
	if (rc == MR_OK)
		rc = mr_buf_add(&x->text, "", 1, err);
	*head = x->text.p;
	return rc;
}

/* Names and shares of a row; *rest loses the shares. */
static int
put_names(struct mr_reasons *x, int64_t row, double *rest, struct mr_err *err)
{
	int rc = MR_OK;

	for (int64_t i = 0; i < x->n[row] && rc == MR_OK; i++) {
		struct mr_hit h = x->why[row * x->of.most + i];

		rc = mr_buf_addf(&x->text, err, i ? "|" : "");
		if (rc == MR_OK)
			rc = mr_escape_add(&x->text, mr_ids_get(x->of.names,
			    h.row), err);
		if (rc == MR_OK)
			rc = mr_buf_addf(&x->text, err, "=%.9g",
			    (double)h.score);
		*rest -= (double)h.score;
	}
	return rc;
}

/* Their cells of column c; a bar inside one would part two. */
static int
put_cells(struct mr_reasons *x, int64_t row, int c, struct mr_err *err)
{
	const struct mr_table *t = films(x);
	int rc = mr_buf_addf(&x->text, err, "\t");

	for (int64_t i = 0; i < x->n[row] && rc == MR_OK; i++) {
		int32_t film = mr_recommender_film(x->of.r,
		    x->why[row * x->of.most + i].row);
		size_t from;

		rc = mr_buf_addf(&x->text, err, i ? "|" : "");
		from = x->text.n;
		if (rc == MR_OK && film >= 0)
			rc = mr_escape_add(&x->text, mr_table_get(t, film, c),
			    err);
		for (; from < x->text.n; from++)
			if (x->text.p[from] == '|')
				x->text.p[from] = '/';
	}
	return rc;
}

int
mr_reasons_text(struct mr_reasons *x, int64_t q, int64_t j, float score,
    struct mr_slice *text, struct mr_err *err)
{
	const struct mr_table *t = films(x);
	int64_t row = q * x->of.n_list + j;
	double rest = (double)score - x->base[row];
	int rc;

	x->text.n = 0;
	rc = mr_buf_addf(&x->text, err, "\t%.9g\t", x->base[row]);
	if (rc == MR_OK)
		rc = put_names(x, row, &rest, err);
	if (rc == MR_OK)
		rc = mr_buf_addf(&x->text, err, "\t%.9g", rest);
	for (int32_t c = 0; t && c < t->columns.n && rc == MR_OK; c++)
		rc = put_cells(x, row, c, err);
	*text = mr_buf_slice(&x->text);
	return rc;
}

void
mr_reasons_free(struct mr_reasons *x)
{
	for (int i = 0; i < x->threads; i++)
		free(x->part[i]);
	free(x->part);
	free(x->base);
	free(x->n);
	free(x->why);
	mr_buf_free(&x->text);
	*x = (struct mr_reasons){ 0 };
}
