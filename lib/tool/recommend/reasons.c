/* The columns of --explain; see reasons.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/reasons.h"

#include <math.h>
#include <stdlib.h>

#include "core/escape.h"
#include "core/mem.h"

#define ROUNDING 1e-6	/* of what was added */

/* Room for most in each row; most 0: to be asked for. */
static int
open_named(struct mr_named *a, const struct mr_reasons_of *of, int64_t most,
    struct mr_err *err)
{
	size_t rows = (size_t)of->lists * (size_t)of->n_list;

	a->room = of->lists * of->n_list * most;
	a->n = mr_alloc(rows, sizeof *a->n, "reasons", err);
	a->at = a->n ? mr_alloc((size_t)of->lists, sizeof *a->at, "reasons",
	    err) : NULL;
	a->width = a->at ? mr_alloc((size_t)of->lists, sizeof *a->width,
	    "reasons", err) : NULL;
	a->share = a->width ? mr_alloc(rows, (size_t)most * sizeof *a->share,
	    "reasons", err) : NULL;
	for (int64_t q = 0; a->share && q < of->lists; q++) {
		a->at[q] = q * of->n_list * most;
		a->width[q] = most;
	}
	return a->share ? MR_OK : MR_ENOMEM;
}

static void
free_named(struct mr_named *a)
{
	free(a->n);
	free(a->share);
	free(a->at);
	free(a->width);
}

/* The shares of row j of list q. */
static struct mr_hit *
shares(const struct mr_named *a, int64_t q, int64_t j)
{
	return a->share + a->at[q] + j * a->width[q];
}

int
mr_reasons_room(struct mr_reasons *x, const struct mr_user *u,
    const int64_t *found, int64_t from, int64_t n, int64_t *to,
    struct mr_err *err)
{
	struct mr_named *a = &x->because;
	const int64_t most = MR_REASONS_BYTES / (int64_t)sizeof *a->share;
	int64_t q, need = 0;

	for (q = from; q < n; q++) {
		int64_t width = u[q].rated.n < x->of.most ? u[q].rated.n :
		    x->of.most, end = need;

		for (int64_t l = q * x->of.per; l < (q + 1) * x->of.per; l++) {
			a->at[l] = end;
			a->width[l] = width;
			end += width * (found[l] < x->of.n_list ? found[l] :
			    x->of.n_list);
		}
		if (q > from && end > most)
			break;
		need = end;
	}
	*to = q;
	if (need <= a->room)
		return MR_OK;
	free(a->share);
	a->room = 0;
	a->share = mr_alloc((size_t)need, sizeof *a->share, "reasons", err);
	a->room = a->share ? need : 0;
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
	x->rest = of->members ? mr_alloc(rows, sizeof *x->rest, "reasons",
	    err) : NULL;
	if (of->members && !x->rest)
		return MR_ENOMEM;
	rc = open_named(&x->because, of, of->members ? of->most : 0, err);
	if (rc || !of->content)
		return rc;
	x->text = mr_alloc(rows, sizeof *x->text, "reasons", err);
	return x->text ? open_named(&x->alike, of, of->most <
	    MR_CONTENT_NEAREST ? of->most : MR_CONTENT_NEAREST, err) :
	    MR_ENOMEM;
}

/* The largest of n shares, whatever their sign. */
static void
choose(const struct mr_reasons *x, struct mr_named *a, int64_t q, int64_t j,
    const int32_t *name, const double *part, int64_t n)
{
	struct mr_hit *best = shares(a, q, j);
	int64_t found = 0;

	for (int64_t k = 0; k < n; k++)
		if (part[k] < 0 || part[k] > 0)
			mr_topk_push(best, &found, a->width[q],
			    (struct mr_hit){ (float)fabs(part[k]),
			    (int32_t)k }, NULL);
	mr_topk_sort(best, found, NULL);
	for (int64_t i = 0; i < found; i++) {
		int32_t k = best[i].row;

		best[i] = (struct mr_hit){ (float)part[k], name[k] };
	}
	a->n[q * x->of.n_list + j] = found;
}

void
mr_reasons_take(struct mr_reasons *x, int64_t q, int64_t j, double base,
    const int32_t *name, const double *part, int64_t n)
{
	int64_t row = q * x->of.n_list + j;

	x->base[row] = base;
	choose(x, &x->because, q, j, name, part, n);
	if (!x->rest)
		return;
	/* What others carry, so nothing where all are named. */
	x->rest[row] = 0;
	for (int64_t k = 0; k < n && x->because.n[row] < n; k++)
		x->rest[row] += part[k];
	for (int64_t i = 0; i < x->because.n[row] && x->because.n[row] < n;
	    i++)
		x->rest[row] -= (double)shares(&x->because, q, j)[i].score;
}

/* The text's part of a score, and what each film has of it. */
static void
take_text(struct mr_reasons *x, int64_t q, int64_t j,
    const struct mr_blend *b, const struct mr_rated *rated, int32_t item,
    float *work)
{
	int64_t row = q * x->of.n_list + j;
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
	choose(x, &x->alike, q, j, name, part, n);
}

void
mr_reasons_find(struct mr_reasons *x, struct mr_work *w, int worker,
    const struct mr_user *u, const struct mr_blend *b, int64_t q,
    const struct mr_hit *hit, int64_t found)
{
	const struct mr_recommender *r = x->of.r;
	double *part = x->part[worker];

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
			take_text(x, q, j, b, &u->rated, hit[j].row,
			    x->work[worker]);
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
	rc = mr_buf_addf(&x->line, err, "%s\tbase\tbecause\trest", *head);
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
put_names(struct mr_reasons *x, const struct mr_named *a, int64_t q,
    int64_t j, struct mr_err *err)
{
	int64_t n = a->n[q * x->of.n_list + j];
	int rc = mr_buf_addf(&x->line, err, "\t");

	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		struct mr_hit h = shares(a, q, j)[i];

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
put_cells(struct mr_reasons *x, const struct mr_named *a, int64_t q,
    int64_t j, int c, struct mr_err *err)
{
	int64_t n = a->n[q * x->of.n_list + j];
	int rc = mr_buf_addf(&x->line, err, "\t");

	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		int32_t film = mr_recommender_film(x->of.r,
		    shares(a, q, j)[i].row);
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
put_films(struct mr_reasons *x, const struct mr_named *a, int64_t q,
    int64_t j, struct mr_err *err)
{
	const struct mr_table *t = films(x);
	int rc = MR_OK;

	for (int32_t c = 0; t && c < t->columns.n && rc == MR_OK; c++)
		rc = put_cells(x, a, q, j, c, err);
	return rc;
}

/* What is left of the score; of floats that cancel, as good as nothing. */
static double
rest_of(const struct mr_reasons *x, int64_t q, int64_t j, float score)
{
	int64_t row = q * x->of.n_list + j;
	const struct mr_named *a = &x->because;
	double text = x->text ? x->text[row] : 0;
	double rest = (double)score - x->base[row] - text;
	double size = fabs((double)score) + fabs(x->base[row]) + fabs(text);

	if (x->rest)
		return x->rest[row];
	for (int64_t i = 0; i < a->n[row]; i++) {
		double share = (double)shares(a, q, j)[i].score;

		rest -= share;
		size += fabs(share);
	}
	return fabs(rest) > ROUNDING * size ? rest : 0;
}

int
mr_reasons_text(struct mr_reasons *x, int64_t q, int64_t j, float score,
    struct mr_slice *text, struct mr_err *err)
{
	int64_t row = q * x->of.n_list + j;
	const struct mr_named *a = &x->because;
	int rc;

	x->line.n = 0;
	rc = mr_buf_add(&x->line, text->p, text->n, err);
	if (rc == MR_OK)
		rc = mr_buf_addf(&x->line, err, "\t%.9g", x->base[row]);
	if (rc == MR_OK)
		rc = put_names(x, a, q, j, err);
	if (rc == MR_OK)
		rc = mr_buf_addf(&x->line, err, "\t%.9g", rest_of(x, q, j,
		    score));
	if (rc == MR_OK)
		rc = put_films(x, a, q, j, err);
	if (rc == MR_OK && x->text)
		rc = mr_buf_addf(&x->line, err, "\t%.9g", x->text[row]);
	if (rc == MR_OK && x->text)
		rc = put_names(x, &x->alike, q, j, err);
	if (rc == MR_OK && x->text)
		rc = put_films(x, &x->alike, q, j, err);
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
	free(x->rest);
	free_named(&x->because);
	free_named(&x->alike);
	mr_buf_free(&x->line);
	*x = (struct mr_reasons){ 0 };
}
