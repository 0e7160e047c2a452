/* What a visitor brings along; see import.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "store/match.h"
#include "stream/inflate.h"
#include "tool/ingest/ingest.h"

#define YEAR_SLACK 1	/* the default of mr-join */
#define NAME "the text"

/* A row with its film. */
struct row {
	int32_t film;
	int32_t order;
	double rating;		/* as given; NAN: none */
	int64_t time;
};

struct work {
	struct mr_import *m;
	const struct mr_site *s;
	double lo, hi;		/* of ratings; 1 and 1: they are events */
	struct mr_match match;
	struct mr_buf user;
	bool has_user;
	struct row *row;
	size_t n, row_cap, miss_cap;
};

static int
too_much(struct mr_import *m, struct mr_err *err)
{
	m->too_much = true;
	return mr_err_set(err, MR_EFORMAT, "there is more than this page "
	    "reads, %d rows and %d MiB once unpacked", MR_IMPORT_ROWS,
	    MR_IMPORT_BYTES >> 20);
}

/* What gzip made, unpacked to *plain, of which *text is all then. */
static int
unpack(struct mr_import *m, struct mr_slice *text, struct mr_buf *plain,
    struct mr_err *err)
{
	struct mr_inflate *z = NULL;
	bool more;
	int rc;

	if (mr_inflate_kind(text->p, text->n, &more) != MR_PACKED_GZIP)
		return MR_OK;
	rc = mr_inflate_open(&z, MR_PACKED_GZIP, err);
	while (rc == MR_OK) {
		size_t got = 0;

		rc = mr_grow(&plain->p, &plain->cap, plain->n + 65536, 1,
		    "what was packed", err);
		if (rc == MR_OK)
			rc = mr_inflate_step(z, text, true, plain->p +
			    plain->n, 65536, &got, NAME, err);
		if (rc || got == 0)
			break;
		plain->n += got;
		if (plain->n > MR_IMPORT_BYTES)
			rc = too_much(m, err);
	}
	mr_inflate_close(z);
	*text = mr_buf_slice(plain);
	return rc;
}

static int
add_miss(struct work *w, const struct mr_ingest_own *x, const char *why,
    struct mr_err *err)
{
	struct mr_import *m = w->m;
	struct mr_slice what = x->title.n ? x->title : x->item;
	int rc = mr_grow(&m->miss, &w->miss_cap, (size_t)m->n_missed + 1,
	    sizeof *m->miss, "rows", err);

	/* A row that is no row may be long. */
	what.n = what.n < 200 ? what.n : 200;
	what.n = mr_utf8_bad(what);
	if (rc)
		return rc;
	m->miss[m->n_missed++] = (struct mr_import_miss){ x->line, m->text.n,
	    what.n, x->year, why };
	return what.n ? mr_buf_add(&m->text, what.p, what.n, err) : MR_OK;
}

/* The film of x, -1: none, and why. */
static int
find_film(struct work *w, const struct mr_ingest_own *x, int32_t *film,
    const char **why, struct mr_err *err)
{
	const struct mr_site *s = w->s;
	const struct mr_match *m = &w->match;
	struct mr_match_row row = { .title = { x->title }, .n_titles = 1,
	    .year = x->year ? x->year : MR_NO_YEAR };
	int32_t by_id = mr_site_find(s, x->item);
	bool list = mr_slice_eq(x->title, x->item);
	int rc = MR_OK;

	if (x->people.n)
		row.people = x->people;
	*film = -1;
	if (x->title.n && s->by_title.n_rows)
		rc = mr_match_find(&w->match, &s->by_title, &row, YEAR_SLACK,
		    err);
	else
		w->match.n = 0;
	if (rc)
		return rc;
	for (size_t k = 0; k < m->n; k++) {
		int32_t one = mr_site_find(s, mr_match_table_cell(
		    &s->by_title, m->found[k].row, 0));

		if (m->n == 1 || one == by_id)
			*film = one;
	}
	if (*film < 0 && m->n == 0 && (x->title.n == 0 || list))
		*film = by_id;
	if (*film < 0)
		*why = m->n ? "several films here have that title" :
		    x->title.n == 0 ? "no film here has that id" : x->year ?
		    "no film here has that title and year" :
		    "no film here has that title";
	return MR_OK;
}

/* All of one person. */
static int
check_user(struct work *w, struct mr_slice user, struct mr_err *err)
{
	if (!user.p)
		return MR_OK;
	if (w->has_user)
		return mr_slice_eq(user, mr_buf_slice(&w->user)) ? MR_OK :
		    mr_err_set(err, MR_EFORMAT, "the ratings are of several "
		    "people: bring your own alone");
	w->has_user = true;
	return mr_buf_add(&w->user, user.p, user.n, err);
}

static int
take(void *ctx, const struct mr_ingest_own *x, struct mr_err *err)
{
	struct work *w = ctx;
	struct mr_import *m = w->m;
	const char *why = x->why;
	int32_t film = -1;
	int rc;

	if (++m->n_rows > MR_IMPORT_ROWS)
		return too_much(m, err);
	rc = check_user(w, x->user, err);
	if (rc == MR_OK && !why)
		rc = find_film(w, x, &film, &why, err);
	if (rc)
		return rc;
	if (film < 0)
		return add_miss(w, x, why, err);
	rc = mr_grow(&w->row, &w->row_cap, w->n + 1, sizeof *w->row, "rows",
	    err);
	if (rc == MR_OK) {
		w->row[w->n] = (struct row){ film, (int32_t)w->n, x->rated ?
		    x->rating : NAN, x->time };
		w->n++;
	}
	return rc;
}

/* The latest of a film is behind its others. */
static int
by_film(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->film != y->film)
		return x->film < y->film ? -1 : 1;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int
latest_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* What the best rating is, by the publisher or the largest there is. */
static double
find_top(const struct work *w, double top)
{
	static const double tops[] = { 5, 10, 100 };
	double most = 0;

	for (size_t k = 0; k < w->n; k++)
		if (w->row[k].rating > most)
			most = w->row[k].rating;
	if (top <= 0)
		top = w->hi;
	for (int i = 0; i < 3 && most > top; i++)
		top = tops[i] > top ? tops[i] : top;
	return most > top ? most : top;
}

static float
scale(const struct work *w, double rating, double top)
{
	double x = isnan(rating) ? w->hi : rating * w->hi / top;

	x = x < w->lo ? w->lo : x > w->hi ? w->hi : x;
	return (float)(round(x * 100) / 100);
}

/* One row a film, in its range. */
static int
settle(struct work *w, double top, struct mr_err *err)
{
	struct mr_import *m = w->m;
	size_t n = 0;

	if (w->n)
		qsort(w->row, w->n, sizeof *w->row, by_film);
	for (size_t k = 0; k < w->n; k++)
		if (k + 1 == w->n || w->row[k + 1].film != w->row[k].film)
			w->row[n++] = w->row[k];
	m->n_again = (int64_t)(w->n - n);
	m->n = (int64_t)(w->n = n);
	if (n)
		qsort(w->row, n, sizeof *w->row, latest_first);
	m->r = mr_alloc(n + 1, sizeof *m->r, "ratings", err);
	if (!m->r)
		return MR_ENOMEM;
	m->top = find_top(w, top);
	m->scaled = w->lo < w->hi && m->top != w->hi;
	for (size_t k = 0; k < n; k++)
		m->r[k] = (struct mr_own_rating){ w->row[k].film,
		    scale(w, w->row[k].rating, m->top), { "", 0 } };
	return MR_OK;
}

int
mr_import_read(struct mr_import *m, const struct mr_site *s,
    struct mr_slice body, struct mr_err *err)
{
	struct work w = { .m = m, .s = s, .lo = 0, .hi = 5 };
	struct mr_ingest_own_form form = { "", 0 };
	struct mr_buf plain = { 0 };
	int rc;

	*m = (struct mr_import){ .form = "" };
	if (s->recommender) {
		w.lo = s->lo <= s->hi ? s->lo : 1;
		w.hi = s->lo <= s->hi ? s->hi : 1;
	}
	rc = unpack(m, &body, &plain, err);
	if (rc == MR_OK && body.n > 4 && memcmp(body.p, "PK\3\4", 4) == 0)
		rc = mr_err_set(err, MR_EFORMAT, "it is a zip archive: unpack "
		    "it, and choose ratings.csv out of it");
	if (rc == MR_OK)
		rc = mr_ingest_own(body, NAME, &form, take, &w, err);
	m->form = form.name;
	if (rc == MR_OK)
		rc = settle(&w, form.top, err);
	mr_match_free(&w.match);
	mr_buf_free(&w.user);
	mr_buf_free(&plain);
	free(w.row);
	return rc;
}

void
mr_import_free(struct mr_import *m)
{
	free(m->r);
	free(m->miss);
	mr_buf_free(&m->text);
	*m = (struct mr_import){ 0 };
}
