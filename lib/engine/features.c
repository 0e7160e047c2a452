/* Features of films; see features.h.
 * SPDX-License-Identifier: MIT */
#include "engine/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/leading.h"
#include "text/stop_words.h"
#include "text/tfidf.h"

#define GENRE 0.4
#define YEAR 0.8
#define TITLE 1.0
#define NO_YEAR NAN
#define MOST_WORDS 20000

enum { VECTOR, GENRES, YEARS, WORDS, SORTS };

struct making {
	const struct mr_told *told;
	const struct mr_ids *items;
	const struct mr_blas *blas;
	int threads;
	struct mr_mat part[SORTS];
};

/* What films say of item i in this column, nothing where they do not. */
static struct mr_slice
cell_of(const struct making *m, int32_t i, int32_t column)
{
	int32_t row = mr_ids_find(&m->told->films->keys,
	    mr_ids_get(m->items, i));

	return row < 0 ? (struct mr_slice){ "", 0 } :
	    mr_table_get(m->told->films, row, column);
}

static int32_t
column_of(const struct making *m, const char *name)
{
	return m->told->films ? mr_ids_find(&m->told->films->columns,
	    mr_slice_of(name)) : -1;
}

static int
add_vectors(struct making *m, bool *has, struct mr_err *err)
{
	const struct mr_mat *E = m->told->E;
	struct mr_mat *part = &m->part[VECTOR];
	int rc = mr_mat_new(part, m->items->n, E->cols, "vectors", err);

	for (int32_t i = 0; rc == MR_OK && i < m->items->n; i++) {
		int32_t at = mr_ids_find(m->told->names,
		    mr_ids_get(m->items, i));

		has[i] = at >= 0;
		if (at >= 0 && E->cols)
			memcpy(mr_mat_row(part, i), mr_mat_row(E, at),
			    (size_t)E->cols * sizeof *E->a);
	}
	if (rc == MR_OK)
		mr_mat_normalise(part);
	return rc;
}

/* The values of a cell as terms. */
static int
split_cell(struct mr_terms *t, struct mr_slice cell, struct mr_err *err)
{
	struct mr_slice rest = cell;
	int rc;

	t->text.n = t->n = t->first = 0;
	rc = mr_buf_add(&t->text, cell.p, cell.n, err);
	while (rest.p && rc == MR_OK) {
		struct mr_slice v = mr_slice_cut(&rest, '|');

		if (v.n == 0)
			continue;
		rc = mr_grow(&t->span, &t->cap, t->n + 1, sizeof *t->span,
		    "genres", err);
		if (rc == MR_OK)
			t->span[t->n++] = (struct mr_span){
			    (size_t)(v.p - cell.p), v.n };
	}
	return rc;
}

/* The terms of a column, a text an item, those that two items have. */
static int
count_terms(const struct making *m, int32_t column,
    const struct mr_terms_rule *words, int64_t most, struct mr_corpus *c,
    struct mr_vocabulary *v, struct mr_err *err)
{
	const struct mr_vocabulary_rule rule = { .min_df = 2, .max_df = 1,
	    .max_is_share = true, .max_terms = most, .idf = words != NULL };
	struct mr_terms t = { 0 };
	int rc = MR_OK;

	for (int32_t i = 0; i < m->items->n && rc == MR_OK; i++) {
		struct mr_slice cell = cell_of(m, i, column);

		rc = words ? mr_terms_split(&t, cell, words, err) :
		    split_cell(&t, cell, err);
		if (rc == MR_OK)
			rc = mr_corpus_add(c, &t, err);
	}
	mr_terms_free(&t);
	return rc ? rc : mr_corpus_choose(c, &rule, v, err);
}

static int
add_genres(struct making *m, struct mr_err *err)
{
	struct mr_mat *part = &m->part[GENRES];
	struct mr_corpus c = { 0 };
	struct mr_vocabulary v = { 0 };
	int32_t column = column_of(m, "genre");
	int rc = column < 0 ? MR_OK : count_terms(m, column, NULL,
	    MR_FEATURES_GENRES, &c, &v, err);

	if (rc == MR_OK)
		rc = mr_mat_new(part, m->items->n, v.terms.n, "genres", err);
	for (int32_t i = 0; rc == MR_OK && v.terms.n && i < m->items->n; i++)
		for (int64_t k = c.counts.ptr[i]; k < c.counts.ptr[i + 1];
		    k++)
			mr_mat_row(part, i)[c.counts.idx[k]] = (float)GENRE;
	mr_corpus_free(&c);
	mr_vocabulary_free(&v);
	return rc;
}

static int
add_words(struct making *m, struct mr_err *err)
{
	struct mr_mat *part = &m->part[WORDS];
	struct mr_corpus c = { 0 };
	struct mr_vocabulary v = { 0 };
	struct mr_ids stop = { 0 };
	struct mr_csr t = { 0 };
	const struct mr_terms_rule rule = { 1, 1, &stop };
	int32_t column = column_of(m, "title");
	int rc = column < 0 ? mr_mat_new(part, m->items->n, 0, "titles",
	    err) : mr_stop_words_en(&stop, err);

	if (rc == MR_OK && column >= 0)
		rc = count_terms(m, column, &rule, MOST_WORDS, &c, &v, err);
	if (rc || column < 0)
		goto out;
	for (int32_t i = 0; i < m->items->n; i++) {
		int64_t from = c.counts.ptr[i];

		mr_vocabulary_weigh(&v, c.counts.idx + from, c.counts.val +
		    from, c.counts.ptr[i + 1] - from);
	}
	rc = mr_csr_transpose(&t, &c.counts, err);
	if (rc == MR_OK)
		rc = mr_leading(part, &c.counts, &t, MR_FEATURES_WORDS,
		    m->blas, m->threads, err);
	for (int64_t i = 0; rc == MR_OK && i < part->rows * part->cols; i++)
		part->a[i] *= (float)TITLE;
out:
	mr_csr_free(&t);
	mr_corpus_free(&c);
	mr_vocabulary_free(&v);
	mr_ids_free(&stop);
	return rc;
}

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Some different quantiles of the years there are; how many. */
static int
find_centres(const double *year, int64_t n, double *centre, struct mr_err *err)
{
	double *known = mr_alloc((size_t)n, sizeof *known, "years", err);
	int64_t k = 0;
	int c = 0;

	if (!known)
		return MR_ENOMEM;
	for (int64_t i = 0; i < n; i++)
		if (!isnan(year[i]))
			known[k++] = year[i];
	if (k)
		qsort(known, (size_t)k, sizeof *known, by_value);
	for (int q = 0; k && q < MR_FEATURES_YEARS; q++) {
		double at = known[(2 * q + 1) * k / (2 * MR_FEATURES_YEARS)];

		if (c == 0 || at > centre[c - 1])
			centre[c++] = at;
	}
	free(known);
	return c;
}

/* How far c rising centres, two or more, are from the next two. */
static void
find_widths(const double *centre, int c, double *width)
{
	for (int i = 0; i < c; i++) {
		double two[2] = { INFINITY, INFINITY };

		for (int j = 0; j < c; j++) {
			double far = fabs(centre[i] - centre[j]);

			if (j == i)
				continue;
			two[1] = fmin(two[1], fmax(two[0], far));
			two[0] = fmin(two[0], far);
		}
		width[i] = c > 2 ? (two[0] + two[1]) / 2 : two[0];
	}
}

static void
put_year(double year, const double *centre, const double *width, int c,
    float *to)
{
	double v[MR_FEATURES_YEARS], sum = 0;

	for (int j = 0; j < c; j++) {
		double far = (year - centre[j]) / width[j];

		v[j] = exp(-0.5 * far * far);
		sum += v[j] * v[j];
	}
	for (int j = 0; j < c && sum > 0; j++)
		to[j] = (float)(YEAR * v[j] / sqrt(sum));
}

static int
add_years(struct making *m, struct mr_err *err)
{
	struct mr_mat *part = &m->part[YEARS];
	double centre[MR_FEATURES_YEARS], width[MR_FEATURES_YEARS];
	double *year = mr_alloc((size_t)m->items->n, sizeof *year, "years",
	    err);
	int32_t column = column_of(m, "year");
	int c, rc = MR_ENOMEM;

	for (int32_t i = 0; year && i < m->items->n; i++)
		if (column < 0 || !mr_parse_f64(cell_of(m, i, column),
		    &year[i]))
			year[i] = NO_YEAR;
	c = year ? find_centres(year, m->items->n, centre, err) : MR_ENOMEM;
	if (c >= 0)
		rc = mr_mat_new(part, m->items->n, c > 1 ? c : 0, "years",
		    err);
	if (rc == MR_OK && c > 1) {
		find_widths(centre, c, width);
		for (int32_t i = 0; i < m->items->n; i++)
			if (!isnan(year[i]))
				put_year(year[i], centre, width, c,
				    mr_mat_row(part, i));
	}
	free(year);
	return rc;
}

static int
join(const struct making *m, struct mr_mat *X, struct mr_err *err)
{
	int64_t p = 0, at = 0;
	int rc;

	for (int s = 0; s < SORTS; s++)
		p += m->part[s].cols;
	rc = mr_mat_new(X, m->items->n, p, "features of films", err);
	for (int s = 0; s < SORTS && rc == MR_OK; s++) {
		int64_t n = m->part[s].cols;

		for (int32_t i = 0; n && i < m->items->n; i++)
			memcpy(mr_mat_row(X, i) + at,
			    mr_mat_row(&m->part[s], i), (size_t)n *
			    sizeof *X->a);
		at += n;
	}
	return rc;
}

int
mr_features_make(struct mr_mat *X, bool *has, struct mr_features *n,
    const struct mr_told *told, const struct mr_ids *items,
    const struct mr_blas *blas, int threads, struct mr_err *err)
{
	struct making m = { .told = told, .items = items, .blas = blas,
	    .threads = threads };
	int rc = add_vectors(&m, has, err);

	if (rc == MR_OK)
		rc = add_genres(&m, err);
	if (rc == MR_OK)
		rc = add_years(&m, err);
	if (rc == MR_OK)
		rc = add_words(&m, err);
	if (rc == MR_OK)
		rc = join(&m, X, err);
	*n = (struct mr_features){ m.part[VECTOR].cols, m.part[GENRES].cols,
	    m.part[YEARS].cols, m.part[WORDS].cols };
	for (int s = 0; s < SORTS; s++)
		mr_mat_free(&m.part[s]);
	return rc;
}
