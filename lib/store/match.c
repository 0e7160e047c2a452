/* Which rows match; see match.h.
 * SPDX-License-Identifier: MIT */
#include "store/match.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "text/utf8_title.h"

/* The words of s between blanks, so that whole words can be looked for. */
static int
spaced(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
{
	int rc;

	out->n = 0;
	rc = mr_buf_add(out, " ", 1, err);
	if (rc == MR_OK)
		rc = mr_utf8_words(s, out, err);
	return rc ? rc : mr_buf_add(out, " ", 1, err);
}

/* The next name of *rest; p NULL at the end. */
static struct mr_slice
next_name(struct mr_slice *rest)
{
	struct mr_slice name = { rest->p, 0 };
	size_t i = 0;

	if (rest->n == 0)
		return (struct mr_slice){ NULL, 0 };
	while (i < rest->n && !strchr("|;,/:(", rest->p[i]))
		i++;
	name.n = i;
	if (i < rest->n && rest->p[i] == '(')
		while (i < rest->n && rest->p[i] != ')')
			i++;
	i += i < rest->n;
	rest->p += i;
	rest->n -= i;
	return name;
}

/* Does a name of text stand in words, which are between blanks? */
static int
named(struct mr_match *m, struct mr_slice text, const struct mr_buf *words,
    bool *is, struct mr_err *err)
{
	struct mr_slice name;
	int rc = MR_OK;

	while (!*is && rc == MR_OK && (name = next_name(&text)).p) {
		rc = spaced(name, &m->name, err);
		if (rc == MR_OK && m->name.n > 2 &&
		    memchr(m->name.p + 1, ' ', m->name.n - 2))
			*is = memmem(words->p, words->n, m->name.p,
			    m->name.n) != NULL;
	}
	return rc;
}

int
mr_match_one_person(struct mr_match *m, struct mr_slice a, struct mr_slice b,
    bool *is, struct mr_err *err)
{
	int rc = spaced(a, &m->mine, err);

	*is = false;
	if (rc == MR_OK)
		rc = spaced(b, &m->theirs, err);
	if (rc == MR_OK)
		rc = named(m, a, &m->theirs, is, err);
	return rc ? rc : named(m, b, &m->mine, is, err);
}

static int
add(struct mr_match *m, uint32_t row, int level, struct mr_err *err)
{
	int rc = mr_grow(&m->found, &m->cap, m->n + 1, sizeof *m->found,
	    "candidates", err);

	if (rc == MR_OK)
		m->found[m->n++] = (struct mr_candidate){ .row = row,
		    .level = level };
	return rc;
}

static int
by_row(const void *a, const void *b)
{
	const struct mr_candidate *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

/* In the order of rows, each once: a row may be found by several forms. */
static void
sort_found(struct mr_match *m)
{
	size_t n = 0;

	if (m->n > 1)
		qsort(m->found, m->n, sizeof *m->found, by_row);
	for (size_t i = 0; i < m->n; i++)
		if (i == 0 || m->found[i].row != m->found[n - 1].row)
			m->found[n++] = m->found[i];
	m->n = n;
}

/* All of a title and of a year that is not too far. */
static int
find_title(struct mr_match *m, const struct mr_match_table *r,
    struct mr_slice title, int32_t year, int64_t slack, struct mr_err *err)
{
	struct mr_slice form[MR_TITLE_FORMS];
	int n, rc = mr_utf8_title(title, &m->key, form, &n, err);

	for (int j = 0; rc == MR_OK && j < n; j++) {
		int64_t n_rows;
		const uint32_t *post = mr_match_table_rows(r, form[j],
		    &n_rows);

		for (int64_t k = 0; k < n_rows && rc == MR_OK; k++) {
			uint32_t row = r->row_of[post[k]];
			int32_t its = r->year[row];
			bool known = its != MR_NO_YEAR && year != MR_NO_YEAR;

			if (!known || llabs((int64_t)its - year) <= slack)
				rc = add(m, row, !known ? 2 : its != year,
				    err);
		}
	}
	return rc;
}

/*
 * Keep the best: of the nearest year, and of these the ones with a person in
 * common.  Where such a one is of another year than the nearest, who is right
 * cannot be told, and both stay.
 */
static void
keep_best(struct mr_match *m)
{
	bool near = false;
	size_t n = 0;
	int best = 2;

	for (size_t i = 0; i < m->n; i++)
		if (m->found[i].level < best)
			best = m->found[i].level;
	for (size_t i = 0; i < m->n; i++)
		near |= m->found[i].people && m->found[i].level == best;
	for (size_t i = 0; i < m->n; i++)
		if (near ? m->found[i].people && m->found[i].level == best :
		    m->found[i].level == best || m->found[i].people)
			m->found[n++] = m->found[i];
	m->n = n;
	m->how = near ? MR_HOW_PEOPLE : MR_HOW_TITLE;
}

/* Rows that all add the same are one. */
static void
drop_same(struct mr_match *m, const struct mr_match_table *r)
{
	for (size_t i = 1; i < m->n; i++)
		if (!mr_match_table_same(r, m->found[i].row, m->found[0].row))
			return;
	if (m->n > 1)
		m->n = 1;
}

int
mr_match_find(struct mr_match *m, const struct mr_match_table *r,
    const struct mr_match_row *x, int64_t year_slack, struct mr_err *err)
{
	int rc = MR_OK;

	m->n = 0;
	m->how = MR_HOW_ID;
	if (x->key.p) {
		int64_t n = 0;
		const uint32_t *post = x->key.n ? mr_match_table_rows(r,
		    x->key, &n) : NULL;

		for (int64_t k = 0; k < n && rc == MR_OK; k++)
			rc = add(m, r->row_of[post[k]], 0, err);
	} else {
		for (int i = 0; i < x->n_titles && rc == MR_OK; i++)
			rc = find_title(m, r, x->title[i], x->year, year_slack,
			    err);
		sort_found(m);
		for (size_t i = 0; i < m->n && rc == MR_OK && x->people.p &&
		    r->n_cells > r->n_with; i++)
			rc = mr_match_one_person(m, x->people,
			    mr_match_table_cell(r, m->found[i].row, r->n_with),
			    &m->found[i].people, err);
		if (rc == MR_OK)
			keep_best(m);
	}
	if (rc == MR_OK)
		drop_same(m, r);
	return rc;
}

void
mr_match_free(struct mr_match *m)
{
	free(m->found);
	mr_buf_free(&m->key);
	mr_buf_free(&m->mine);
	mr_buf_free(&m->theirs);
	mr_buf_free(&m->name);
	*m = (struct mr_match){ 0 };
}
