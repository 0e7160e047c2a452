/* Films of the catalogue: years, genres, orders; see site.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "core/date.h"
#include "core/mem.h"
#include "tool/serve/asked.h"
#include "tool/serve/site.h"

#define AHEAD 5		/* years from now on that films are announced for; a
			 * later one is a mistake */

struct mr_slice
mr_site_id(const struct mr_site *s, int32_t i)
{
	return mr_ids_get(&s->films.keys, i);
}

struct mr_slice
mr_site_cell(const struct mr_site *s, int32_t i, int column)
{
	return column < 0 ? (struct mr_slice){ "", 0 } :
	    mr_table_get(&s->films, i, column);
}

struct mr_slice
mr_site_title(const struct mr_site *s, int32_t i)
{
	struct mr_slice t = mr_site_cell(s, i, s->title);

	return t.n ? t : mr_site_id(s, i);
}

int64_t
mr_site_count(const struct mr_site *s, int32_t i)
{
	return s->raters.ptr ? s->raters.ptr[i + 1] - s->raters.ptr[i] : 0;
}

int32_t
mr_site_find(const struct mr_site *s, struct mr_slice id)
{
	return mr_ids_find(&s->films.keys, id);
}

/* Genres by their bytes, so that lists of them are in order. */
static int
find_genres(struct mr_site *s, struct mr_err *err)
{
	struct mr_ids found = { 0 };
	int32_t *order = NULL, at;
	int rc = MR_OK;

	for (int32_t i = 0; i < s->n && rc == MR_OK; i++) {
		struct mr_slice rest = mr_site_cell(s, i, s->genre);

		while (rest.p && rc == MR_OK) {
			struct mr_slice g = mr_slice_cut(&rest, '|');

			if (g.n)
				rc = mr_ids_add(&found, g, &at, NULL, err);
		}
	}
	if (rc == MR_OK) {
		order = mr_alloc((size_t)found.n, sizeof *order, "genres",
		    err);
		rc = order ? mr_ids_order(&found, order, NULL, err) :
		    MR_ENOMEM;
	}
	for (int32_t k = 0; k < found.n && rc == MR_OK; k++)
		rc = mr_ids_add(&s->genres, mr_ids_get(&found, order[k]), &at,
		    NULL, err);
	free(order);
	mr_ids_free(&found);
	return rc;
}

static int
mark_genres(struct mr_site *s, struct mr_err *err)
{
	size_t words = s->genre_words = ((size_t)s->genres.n + 63) / 64;

	s->genre_of = mr_alloc((size_t)s->n, words * sizeof *s->genre_of,
	    "genres", err);
	if (!s->genre_of)
		return MR_ENOMEM;
	for (int32_t i = 0; i < s->n; i++) {
		struct mr_slice rest = mr_site_cell(s, i, s->genre);

		while (rest.p) {
			int32_t g = mr_ids_find(&s->genres,
			    mr_slice_cut(&rest, '|'));

			if (g >= 0)
				s->genre_of[(size_t)i * words + (size_t)g / 64]
				    |= 1ULL << g % 64;
		}
	}
	return MR_OK;
}

int
mr_site_films(struct mr_site *s, struct mr_err *err)
{
	const struct mr_ids *c = &s->films.columns;
	int64_t last = mr_date_of(time(NULL) / 86400).year + AHEAD;
	int rc;

	s->n = s->films.keys.n;
	s->title = mr_ids_find(c, mr_slice_of("title"));
	s->year = mr_ids_find(c, mr_slice_of("year"));
	s->people = mr_ids_find(c, mr_slice_of("people"));
	s->genre = mr_ids_find(c, mr_slice_of("genre"));
	s->when = mr_alloc((size_t)s->n, sizeof *s->when, "years", err);
	if (!s->when)
		return MR_ENOMEM;
	for (int32_t i = 0; i < s->n; i++)
		if (!mr_parse_i64(mr_site_cell(s, i, s->year), &s->when[i]))
			s->when[i] = 0;
	for (int32_t i = 0; i < s->n; i++) {
		int64_t y = s->when[i];

		if (y == 0 || y > last)
			continue;
		if (y < s->first_year || !s->first_year)
			s->first_year = y;
		s->last_year = y > s->last_year ? y : s->last_year;
	}
	rc = find_genres(s, err);
	if (rc == MR_OK)
		rc = mark_genres(s, err);
	return rc ? rc : mr_titles_open(&s->titles, &s->films, s->title, err);
}

void
mr_site_count_genres(const struct mr_site *s, int32_t i, int64_t *count)
{
	if (i < 0)
		return;
	for (int32_t g = 0; g < s->genres.n; g++)
		count[g] += (int64_t)(s->genre_of[(size_t)i * s->genre_words +
		    (size_t)g / 64] >> g % 64 & 1);
}

int
mr_site_most_genres(const struct mr_site *s, int64_t *count, int n,
    struct mr_slice *genre)
{
	int found = 0;

	while (found < n) {
		int32_t best = 0;

		for (int32_t g = 1; g < s->genres.n; g++)
			if (count[g] > count[best])
				best = g;
		if (s->genres.n == 0 || count[best] == 0)
			break;
		count[best] = 0;
		genre[found++] = mr_ids_get(&s->genres, best);
	}
	return found;
}

/* A film and what it is sorted by. */
struct place {
	struct mr_slice text;
	int64_t number;
	int32_t by_id, film;
};

static int
by_text(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = mr_slice_cmp(x->text, y->text);

	return c ? c : (x->by_id > y->by_id) - (x->by_id < y->by_id);
}

static int
by_number(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? 1 : -1;
	return (x->by_id > y->by_id) - (x->by_id < y->by_id);
}

static struct place
place(const struct mr_site *s, int32_t i, int sort)
{
	const struct mr_titles *t = &s->titles;
	struct place p = { .film = i, .text = { "", 0 } };

	if (sort == MR_SORT_TITLE)
		p.text = (struct mr_slice){ t->text.p + t->at[i], t->at[i + 1]
		    - t->at[i] - 1 };
	else if (sort == MR_SORT_YEAR)
		p.number = s->when[i];
	else if (sort == MR_SORT_RATINGS)
		p.number = mr_site_count(s, i);
	return p;
}

/* Titles rise, years and numbers of ratings fall; equal ones go by id. */
int
mr_site_orders(struct mr_site *s, struct mr_err *err)
{
	size_t n = (size_t)s->n;
	struct place *all = mr_alloc(n, sizeof *all, "an order", err);
	int32_t *rank = mr_alloc(n, sizeof *rank, "an order", err);
	int rc = all && rank ? mr_ids_order(&s->films.keys, NULL, rank, err) :
	    MR_ENOMEM;

	for (int sort = 0; sort < 4 && rc == MR_OK; sort++) {
		s->order[sort] = mr_alloc(n, sizeof **s->order, "an order",
		    err);
		if (!s->order[sort]) {
			rc = MR_ENOMEM;
			break;
		}
		for (int32_t i = 0; i < s->n; i++) {
			all[i] = place(s, i, sort);
			all[i].by_id = rank[i];
		}
		qsort(all, n, sizeof *all, sort == MR_SORT_TITLE ? by_text :
		    by_number);
		for (size_t k = 0; k < n; k++)
			s->order[sort][k] = all[k].film;
	}
	for (int32_t k = 0; k < s->n && rc == MR_OK; k++)
		rank[s->order[MR_SORT_RATINGS][k]] = k;
	s->rank = rank;
	free(all);
	return rc;
}

static bool
has_genre(const struct mr_site *s, int32_t i, const int32_t *genre, int n)
{
	const uint64_t *bits = s->genre_of + (size_t)i * s->genre_words;

	for (int k = 0; k < n; k++)
		if (bits[genre[k] / 64] >> genre[k] % 64 & 1)
			return true;
	return n == 0;
}

bool
mr_site_has_genres(const struct mr_site *s, const struct mr_asked *a)
{
	for (int k = 0; k < a->n_genres; k++)
		if (mr_ids_find(&s->genres, a->genre[k]) < 0)
			return false;
	return true;
}

int32_t
mr_site_allow(const struct mr_site *s, const struct mr_asked *a,
    uint64_t *films)
{
	int32_t genre[MR_ASKED_GENRES], found = 0;

	for (int k = 0; k < a->n_genres; k++) {
		genre[k] = mr_ids_find(&s->genres, a->genre[k]);
		if (genre[k] < 0)
			return -1;
	}
	for (int32_t i = 0; i < (s->n + 63) / 64; i++)
		films[i] = 0;
	if (mr_asked_all(a)) {
		for (int32_t i = 0; i < s->n; i += 64)
			films[i / 64] = ~UINT64_C(0) >> (s->n - i < 64 ? 64 -
			    (s->n - i) : 0);
		return s->n;
	}
	for (int32_t i = 0; i < s->n; i++) {
		int64_t y = s->when[i];

		if ((a->from && (y == 0 || y < a->from)) ||
		    (a->to && (y == 0 || y > a->to)) ||
		    !has_genre(s, i, genre, a->n_genres))
			continue;
		films[i / 64] |= 1ULL << i % 64;
		found++;
	}
	for (int64_t k = 0; k < a->n_but; k++) {
		uint64_t *word = &films[a->but[k] / 64];
		uint64_t bit = 1ULL << a->but[k] % 64;

		found -= (*word & bit) != 0;
		*word &= ~bit;
	}
	return found;
}
