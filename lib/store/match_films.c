/* Films in memory as a table that is looked into by title; see match_table.h.
 * SPDX-License-Identifier: MIT */
#include "store/match_table.h"

/* Where the titles, the year and the people of films are. */
struct place {
	int title[MR_MATCH_TITLES], n, year, people;
};

static struct place
find_columns(const struct mr_ids *names)
{
	struct place p = { .year = mr_ids_find(names, mr_slice_of("year")),
	    .people = mr_ids_find(names, mr_slice_of("people")) };

	for (int i = 0; i < MR_MATCH_TITLES; i++) {
		int at = mr_ids_find(names, mr_slice_of(mr_match_titles[i]));

		if (at >= 0)
			p.title[p.n++] = at;
	}
	return p;
}

int
mr_match_table_films(struct mr_match_table *r, const struct mr_table *films,
    struct mr_err *err)
{
	struct place p = find_columns(&films->columns);
	struct mr_buf key = { 0 };
	bool any;
	int rc = MR_OK;

	r->n_with = 1;
	r->n_cells = p.people < 0 ? 1 : 2;
	for (int32_t i = 0; i < films->keys.n && rc == MR_OK; i++) {
		struct mr_match_row x = { .n_titles = p.n, .year = p.year < 0 ?
		    MR_NO_YEAR : mr_match_year(mr_table_get(films, i,
		    p.year)) };
		struct mr_slice cell[2] = { mr_ids_get(&films->keys, i) };

		for (int k = 0; k < p.n; k++)
			x.title[k] = mr_table_get(films, i, p.title[k]);
		if (p.people >= 0)
			cell[1] = mr_table_get(films, i, p.people);
		rc = mr_match_table_add(r, &x, cell, &key, &any, err);
	}
	mr_buf_free(&key);
	return rc ? rc : mr_match_table_end(r, err);
}
