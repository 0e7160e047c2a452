/* What films say; see items.h.
 * SPDX-License-Identifier: MIT */
#include "tool/factorize/items.h"

#include "stream/tsv.h"

static const char *const columns[] = { "title", "year", "genre" };

#define COLUMNS (int)(sizeof columns / sizeof *columns)

/* Those of the columns that the file has, their places to col. */
static int
find_columns(struct mr_table *films, const struct mr_tsv *t, int *col,
    struct mr_err *err)
{
	int32_t index;
	int rc = MR_OK;

	for (int c = 0; c < COLUMNS && rc == MR_OK; c++) {
		col[films->columns.n] = mr_tsv_find(t, columns[c]);
		if (col[films->columns.n] >= 0)
			rc = mr_ids_add(&films->columns,
			    mr_slice_of(columns[c]), &index, NULL, err);
	}
	return rc || films->columns.n || t->n_cols == 0 ? rc : mr_tsv_lacks(t,
	    "title", ": --items can use title, year or genre", err);
}

static int
load_films(struct mr_items *x, const char *path, struct mr_err *err)
{
	struct mr_slice cell[COLUMNS];
	struct mr_tsv t;
	int col[COLUMNS + 1], item = -1, rc = mr_tsv_open(&t, path, NULL, err);
	bool more = true;

	if (rc)
		return rc;
	rc = mr_tsv_need(&t, "item", &item, err);
	if (rc == MR_OK)
		rc = find_columns(&x->films, &t, col, err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc || !more)
			break;
		for (int c = 0; c < x->films.columns.n; c++)
			cell[c] = t.field[col[c]];
		rc = mr_table_add(&x->films, t.field[item], cell, err);
	}
	x->films_digest = mr_in_digest(&t.in);
	x->has_films = true;
	mr_tsv_close(&t);
	return rc;
}

int
mr_items_load(struct mr_items *x, const char *vectors, const char *films,
    struct mr_err *err)
{
	int rc = mr_vectors_films(&x->vectors, vectors, err);

	if (rc == MR_OK)
		x->vectors_digest = mr_in_digest(&x->vectors.set.in);
	return rc || !films ? rc : load_films(x, films, err);
}

int
mr_items_add(struct mr_items *x, struct mr_model *m, const struct mr_kind *k,
    struct mr_ratings *r, int threads, struct mr_report *report,
    struct mr_err *err)
{
	const struct mr_told told = {
		.E = &x->vectors.set.mat[x->vectors.index],
		.names = x->vectors.names,
		.films = x->has_films ? &x->films : NULL };

	return mr_new_films_add(&x->found, m, k, r, &told,
	    x->vectors.set.in.name, threads, report, err);
}

int
mr_items_describe(const struct mr_items *x, struct mr_meta *meta,
    struct mr_meta *last, struct mr_err *err)
{
	const struct mr_new_films *f = &x->found;
	char text[32];
	int rc = mr_meta_put(meta, err, "map", "ridge");

	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "map.features", "vector%s%s%s",
		    f->says.genre ? " genre" : "", f->says.year ? " year" : "",
		    f->says.title ? " title" : "");
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "map.items", "%lld",
		    (long long)f->n_learnt);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "map.lambda", "%s",
		    mr_f64_text(f->lambda, text));
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "map.fit", "%s",
		    mr_f64_text(f->fit, text));
	if (rc == MR_OK)
		rc = mr_meta_put(last, err, "input.items", "%016llx",
		    (unsigned long long)x->vectors_digest);
	if (rc == MR_OK && x->has_films)
		rc = mr_meta_put(last, err, "input.movies", "%016llx",
		    (unsigned long long)x->films_digest);
	return rc;
}

void
mr_items_free(struct mr_items *x)
{
	mr_vectors_free(&x->vectors);
	mr_table_free(&x->films);
	*x = (struct mr_items){ .found = { 0 } };
}
