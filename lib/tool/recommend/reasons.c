/* The columns of --explain; see reasons.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/reasons.h"

#include <math.h>
#include <stdlib.h>

#include "core/escape.h"
#include "core/mem.h"

static int
open_named(struct mr_named *a, size_t rows, int64_t most, struct mr_err *err)
{
	a->most = most;
	a->n = mr_alloc(rows, sizeof *a->n, "reasons", err);
	a->share = a->n ? mr_alloc(rows, (size_t)most * sizeof *a->share,
	    "reasons", err) : NULL;
	return a->share ? MR_OK : MR_ENOMEM;
}

/* What a thread needs. */
static int
add_thread(struct mr_reasons *x, struct mr_err *err)
{
	size_t items = (size_t)mr_recommender_items(x->of.r)->n;
	int t = x->threads++;

	x->part[t] = mr_alloc(items, sizeof **x->part, "reasons", err);
	if (x->part[t] && x->of.content)
		x->work[t] = mr_alloc(mr_content_work(x->of.content),
		    sizeof **x->work, "cosines", err);
	return x->part[t] && (x->work[t] || !x->of.content) ? MR_OK :
	    MR_ENOMEM;
}

int
mr_reasons_open(struct mr_reasons *x, const struct mr_reasons_of *of,
    struct mr_err *err)
{
	size_t rows = (size_t)of->lists * (size_t)of->n_list;
	size_t threads = (size_t)of->threads;
	int rc;

	*x = (struct mr_reasons){ .of = *of };
	x->part = mr_alloc(threads, sizeof *x->part, "reasons", err);
	x->work = x->part ? mr_alloc(threads, sizeof *x->work, "reasons",
	    err) : NULL;
	rc = x->work ? MR_OK : MR_ENOMEM;
	while (rc == MR_OK && x->threads < of->threads)
		rc = add_thread(x, err);
	if (rc)
		return rc;
	x->base = mr_alloc(rows, sizeof *x->base, "reasons", err);
	if (!x->base)
		return MR_ENOMEM;
	rc = open_named(&x->because, rows, of->most, err);
	if (rc || !of->content)
		return rc;
	x->text = mr_alloc(rows, sizeof *x->text, "reasons", err);
	return x->text ? open_named(&x->alike, rows, of->most <
	    MR_CONTENT_NEAREST ? of->most : MR_CONTENT_NEAREST, err) :
	    MR_ENOMEM;
}

/* The largest of n shares, whatever their sign. */
static void
choose(struct mr_named *a, int64_t row, const int32_t *name,
    const double *part, int64_t n)
{
	struct mr_hit *best = a->share + row * a->most;
	int64_t found = 0;

	for (int64_t k = 0; k < n; k++)
		if (part[k] < 0 || part[k] > 0)
			mr_topk_push(best, &found, a->most, (struct mr_hit){
			    (float)fabs(part[k]), (int32_t)k }, NULL);
	mr_topk_sort(best, found, NULL);
	for (int64_t i = 0; i < found; i++) {
		int32_t k = best[i].row;

		best[i] = (struct mr_hit){ (float)part[k], name[k] };
	}
	a->n[row] = found;
}

void
mr_reasons_take(struct mr_reasons *x, int64_t q, int64_t j, double base,
    const int32_t *name, const double *part, int64_t n)
{
	int64_t row = q * x->of.n_list + j;

	x->base[row] = base;
	choose(&x->because, row, name, part, n);
}

/* The text's part of a score, and what each film has of it. */
static void
take_text(struct mr_reasons *x, int64_t row, const struct mr_blend *b,
    const struct mr_rated *rated, int32_t item, float *work)
{
	struct mr_hit hit[MR_CONTENT_NEAREST];
	int64_t n = mr_content_alike(b->content, rated, item, hit, work);
	double part[MR_CONTENT_NEAREST];
	int32_t name[MR_CONTENT_NEAREST];

	x->text[row] = 0;
	for (int64_t t = 0; t < n; t++) {
		name[t] = hit[t].row;
		part[t] = b->text * ((double)hit[t].score - b->near_mean) /
		    (double)n;
		x->text[row] += part[t];
	}
	choose(&x->alike, row, name, part, n);
}

void
mr_reasons_find(struct mr_reasons *x, struct mr_work *w, int worker,
    const struct mr_user *u, const struct mr_blend *b, int64_t q,
    const struct mr_hit *hit, int64_t found)
{
	const struct mr_recommender *r = x->of.r;
	double *part = x->part[worker];

	mr_recommender_reasons_of(r, u, w, worker);
	for (int64_t j = 0; j < found && j < x->of.n_list; j++) {
		double base = (double)hit[j].score;
		bool blend = b && u->rated.n;

		if (u->rated.n)
			mr_recommender_reasons(r, u, hit[j].row, w, worker,
			    &base, part);
		if (blend)
			base = b->ratings * (base - b->score_mean);
		for (int64_t k = 0; k < u->rated.n && blend; k++)
			part[k] *= b->ratings;
		mr_reasons_take(x, q, j, base, u->rated.item, part,
		    u->rated.n);
		if (b)
			take_text(x, q * x->of.n_list + j, b, &u->rated,
			    hit[j].row, x->work[worker]);
	}
}

/* The films of what is named; NULL: it is users. */
static const struct mr_table *
films(const struct mr_reasons *x)
{
	return x->of.names == mr_recommender_items(x->of.r) ?
	    mr_recommender_films(x->of.r) : NULL;
}

/* because_title and so on. */
static int
head_cells(struct mr_reasons *x, const char *what, struct mr_err *err)
{
	const struct mr_table *t = films(x);
	int rc = MR_OK;

	for (int32_t c = 0; t && c < t->columns.n && rc == MR_OK; c++) {
		struct mr_slice name = mr_ids_get(&t->columns, c);

		rc = mr_buf_addf(&x->line, err, "\t%s_%.*s", what,
		    (int)name.n, name.p);
	}
	return rc;
}

int
mr_reasons_head(struct mr_reasons *x, const char **head, struct mr_err *err)
{
	int rc;

	x->line.n = 0;
	rc = mr_buf_addf(&x->line, err, "\tbase\tbecause\trest");
	if (rc == MR_OK)
		rc = head_cells(x, "because", err);
	if (rc == MR_OK && x->of.content)
		rc = mr_buf_addf(&x->line, err, "\tcontent\talike");
	if (rc == MR_OK && x->of.content)
		rc = head_cells(x, "alike", err);
	if (rc == MR_OK)
		rc = mr_buf_add(&x->line, "", 1, err);
	*head = x->line.p;
	return rc;
}

static int
put_names(struct mr_reasons *x, const struct mr_named *a, int64_t row,
    struct mr_err *err)
{
	int rc = mr_buf_addf(&x->line, err, "\t");

	for (int64_t i = 0; i < a->n[row] && rc == MR_OK; i++) {
		struct mr_hit h = a->share[row * a->most + i];

		rc = mr_buf_addf(&x->line, err, i ? "|" : "");
		if (rc == MR_OK)
			rc = mr_escape_add(&x->line, mr_ids_get(x->of.names,
			    h.row), err);
		if (rc == MR_OK)
			rc = mr_buf_addf(&x->line, err, "=%.9g",
			    (double)h.score);
	}
	return rc;
}

/* Their cells of column c; a bar inside one would part two. */
static int
put_cells(struct mr_reasons *x, const struct mr_named *a, int64_t row, int c,
    struct mr_err *err)
{
	int rc = mr_buf_addf(&x->line, err, "\t");

	for (int64_t i = 0; i < a->n[row] && rc == MR_OK; i++) {
		int32_t film = mr_recommender_film(x->of.r,
		    a->share[row * a->most + i].row);
		size_t from;

		rc = mr_buf_addf(&x->line, err, i ? "|" : "");
		from = x->line.n;
		if (rc == MR_OK && film >= 0)
			rc = mr_escape_add(&x->line, mr_table_get(films(x),
			    film, c), err);
		for (; from < x->line.n; from++)
			if (x->line.p[from] == '|')
				x->line.p[from] = '/';
	}
	return rc;
}

static int
put_films(struct mr_reasons *x, const struct mr_named *a, int64_t row,
    struct mr_err *err)
{
	const struct mr_table *t = films(x);
	int rc = MR_OK;

	for (int32_t c = 0; t && c < t->columns.n && rc == MR_OK; c++)
		rc = put_cells(x, a, row, c, err);
	return rc;
}

int
mr_reasons_text(struct mr_reasons *x, int64_t q, int64_t j, float score,
    struct mr_slice *text, struct mr_err *err)
{
	int64_t row = q * x->of.n_list + j;
	const struct mr_named *a = &x->because;
	double rest = (double)score - x->base[row] - (x->text ?
	    x->text[row] : 0);
	int rc;

	for (int64_t i = 0; i < a->n[row]; i++)
		rest -= (double)a->share[row * a->most + i].score;
	x->line.n = 0;
	rc = mr_buf_addf(&x->line, err, "\t%.9g", x->base[row]);
	if (rc == MR_OK)
		rc = put_names(x, a, row, err);
	if (rc == MR_OK)
		rc = mr_buf_addf(&x->line, err, "\t%.9g", rest);
	if (rc == MR_OK)
		rc = put_films(x, a, row, err);
	if (rc == MR_OK && x->text)
		rc = mr_buf_addf(&x->line, err, "\t%.9g", x->text[row]);
	if (rc == MR_OK && x->text)
		rc = put_names(x, &x->alike, row, err);
	if (rc == MR_OK && x->text)
		rc = put_films(x, &x->alike, row, err);
	*text = mr_buf_slice(&x->line);
	return rc;
}

void
mr_reasons_free(struct mr_reasons *x)
{
	for (int i = 0; i < x->threads; i++) {
		free(x->part[i]);
		free(x->work[i]);
	}
	free(x->part);
	free(x->work);
	free(x->base);
	free(x->text);
	free(x->because.n);
	free(x->because.share);
	free(x->alike.n);
	free(x->alike.share);
	mr_buf_free(&x->line);
	*x = (struct mr_reasons){ 0 };
}
