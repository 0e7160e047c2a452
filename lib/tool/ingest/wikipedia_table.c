/* Films out of a table; see wikipedia_table.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/wikipedia_table.h"

#include <string.h>
#include <strings.h>

#include "core/escape.h"

#define HEADER_ROWS 3	/* among these a table's header is looked for */
#define COLUMNS_MAX 64

enum what { TITLE, PEOPLE, DIRECTOR, CAST, GENRE, COMPANY, OPENING };
#define N_WHAT MR_WIKIPEDIA_COLUMNS

/* ---- what a table has ---- */

/* What the column is, by the beginning of its header; N_WHAT: nothing. */
static enum what
column_of(struct mr_slice head)
{
	static const struct {
		const char *name;
		enum what is;
	} known[] = {
		{ "title", TITLE }, { "film", TITLE },
		{ "cast and crew", PEOPLE }, { "cast & crew", PEOPLE },
		{ "director", DIRECTOR }, { "cast", CAST },
		{ "genre", GENRE }, { "production company", COMPANY },
		{ "production companies", COMPANY }, { "studio", COMPANY },
		{ "distributor", COMPANY }, { "opening", OPENING },
		{ "release", OPENING }
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (head.n >= strlen(known[i].name) && strncasecmp(head.p,
		    known[i].name, strlen(known[i].name)) == 0)
			return known[i].is;
	return N_WHAT;
}

/* Is the row the header of a table of films?  Then p->at. */
static bool
is_header(struct mr_wikipedia *p, size_t row)
{
	const struct mr_html_cell *c;
	bool gross = false;

	for (int i = 0; i < N_WHAT; i++)
		p->at[i] = -1;
	for (int i = 0; i < COLUMNS_MAX; i++) {
		struct mr_slice head;
		enum what is;

		c = mr_html_at(&p->h, row, (size_t)i);
		if (!c)
			continue;
		head = mr_html_text(&p->h, c);
		gross |= head.n >= 5 && (memmem(head.p, head.n, "gross", 5) ||
		    memmem(head.p, head.n, "Gross", 5));
		is = column_of(head);
		if (is != N_WHAT && p->at[is] < 0)
			p->at[is] = i;
	}
	return !gross && p->at[TITLE] >= 0 && (p->at[PEOPLE] >= 0 ||
	    p->at[DIRECTOR] >= 0 || p->at[CAST] >= 0);
}

static const struct mr_html_cell *
cell(const struct mr_wikipedia *p, size_t row, enum what what)
{
	return p->at[what] < 0 ? NULL :
	    mr_html_at(&p->h, row, (size_t)p->at[what]);
}

static struct mr_slice
text(const struct mr_wikipedia *p, size_t row, enum what what)
{
	const struct mr_html_cell *c = cell(p, row, what);

	return c ? mr_html_text(&p->h, c) : (struct mr_slice){ "", 0 };
}

/* ---- fields ---- */

static int
put(struct mr_wikipedia *p, struct mr_slice s, struct mr_err *err)
{
	return mr_escape_add(p->out, s, err);
}

static int
put_text(struct mr_wikipedia *p, const char *s, struct mr_err *err)
{
	return mr_buf_add(p->out, s, strlen(s), err);
}

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *at = c ?
	    strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The title of the article that a link leads to, in p->field; empty: it leads
 * to none. */
static int
article(struct mr_wikipedia *p, struct mr_slice link, struct mr_err *err)
{
	static const char *const other[] = { "File:", "Help:", "Category:",
		"Template:", "Wikipedia:", "Special:" };
	const char *wiki = link.n ? memmem(link.p, link.n, "/wiki/", 6) : NULL;
	struct mr_slice rest;
	int rc = MR_OK;

	p->field.n = 0;
	if (wiki)
		rest = (struct mr_slice){ wiki + 6,
		    link.n - (size_t)(wiki + 6 - link.p) };
	else if (link.n > 2 && memcmp(link.p, "./", 2) == 0)
		rest = (struct mr_slice){ link.p + 2, link.n - 2 };
	else
		return MR_OK;
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		if (rest.n >= strlen(other[i]) &&
		    memcmp(rest.p, other[i], strlen(other[i])) == 0)
			return MR_OK;
	for (size_t i = 0; i < rest.n && rc == MR_OK; i++) {
		char c = rest.p[i];

		if (c == '#' || c == '?')
			break;
		if (c == '%' && i + 2 < rest.n && hex(rest.p[i + 1]) >= 0 &&
		    hex(rest.p[i + 2]) >= 0) {
			c = (char)(hex(rest.p[i + 1]) << 4 |
			    hex(rest.p[i + 2]));
			i += 2;
		}
		/* No title has one, and it would end the line. */
		if (!c) {
			p->field.n = 0;
			break;
		}
		rc = mr_buf_add(&p->field, c == '_' ? " " : &c, 1, err);
	}
	return rc;
}

static int
put_item(struct mr_wikipedia *p, const struct mr_html_cell *c, struct mr_err *err)
{
	int rc = article(p, mr_html_link(&p->h, c), err);

	if (rc == MR_OK && p->field.n)
		return put(p, mr_buf_slice(&p->field), err);
	p->n_unlinked++;
	if (rc == MR_OK)
		rc = put(p, mr_html_text(&p->h, c), err);
	if (rc == MR_OK && *p->year)
		rc = mr_buf_addf(p->out, err, " (%s)", p->year);
	return rc;
}

/* As it stands, or of two columns "A (director); B, C". */
static int
put_people(struct mr_wikipedia *p, size_t row, struct mr_err *err)
{
	struct mr_slice director = text(p, row, DIRECTOR),
	    cast = text(p, row, CAST);
	int rc;

	if (p->at[PEOPLE] >= 0)
		return put(p, text(p, row, PEOPLE), err);
	rc = put(p, director, err);
	if (rc == MR_OK && director.n)
		rc = put_text(p, " (director)", err);
	if (rc == MR_OK && director.n && cast.n)
		rc = put_text(p, "; ", err);
	return rc ? rc : put(p, cast, err);
}

/* The month in s, whose letters may stand one below another; 0: none. */
static int
month_of(struct mr_slice s)
{
	static const char *const name[] = { "january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december" };
	char word[12] = "";
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ')
			continue;
		if (n + 1 == sizeof word)
			return 0;
		word[n++] = s.p[i];
	}
	for (int i = 0; i < 12; i++)
		if (strcasecmp(word, name[i]) == 0)
			return i + 1;
	return 0;
}

/* A day as 1999-12-31 where month and day have a column each. */
static int
put_opening(struct mr_wikipedia *p, size_t row, struct mr_err *err)
{
	const struct mr_html_cell *c = cell(p, row, OPENING), *next;
	struct mr_slice first, second = { "", 0 };
	int64_t day = 0;
	int month;

	if (!c)
		return MR_OK;
	first = mr_html_text(&p->h, c);
	month = month_of(first);
	next = mr_html_at(&p->h, row, (size_t)p->at[OPENING] + 1);
	if (month && next && next != c)
		second = mr_html_text(&p->h, next);
	if (month && *p->year && mr_parse_i64(second, &day) && day >= 1 &&
	    day <= 31)
		return mr_buf_addf(p->out, err, "%s-%02d-%02d", p->year, month,
		    (int)day);
	return month ? MR_OK : put(p, first, err);
}

/* item title year people genre opening company */
static int
put_film(struct mr_wikipedia *p, size_t row, struct mr_err *err)
{
	int rc = put_item(p, cell(p, row, TITLE), err);

	rc = rc ? rc : put_text(p, "\t", err);
	rc = rc ? rc : put(p, text(p, row, TITLE), err);
	rc = rc ? rc : mr_buf_addf(p->out, err, "\t%s\t", p->year);
	rc = rc ? rc : put_people(p, row, err);
	rc = rc ? rc : put_text(p, "\t", err);
	rc = rc ? rc : put(p, text(p, row, GENRE), err);
	rc = rc ? rc : put_text(p, "\t", err);
	rc = rc ? rc : put_opening(p, row, err);
	rc = rc ? rc : put_text(p, "\t", err);
	rc = rc ? rc : put(p, text(p, row, COMPANY), err);
	p->n_films++;
	return rc ? rc : put_text(p, "\n", err);
}

/* A cell over the title and the people is a heading, an empty title what is
 * left of a day that films were moved from. */
static bool
is_film(const struct mr_wikipedia *p, size_t row, const struct mr_html_cell *before)
{
	const struct mr_html_cell *c = cell(p, row, TITLE);

	return c && c != before && c->n_text &&
	    c != cell(p, row, PEOPLE) && c != cell(p, row, DIRECTOR) &&
	    c != cell(p, row, CAST) && !(c->header &&
	    column_of(mr_html_text(&p->h, c)) == TITLE);
}

int
mr_wikipedia_table(struct mr_wikipedia *p, size_t row, size_t end, bool *films,
    struct mr_err *err)
{
	const struct mr_html_cell *before = NULL;
	size_t last = end - row > HEADER_ROWS ? row + HEADER_ROWS : end;
	int rc = MR_OK;

	while (row < last && !is_header(p, row))
		row++;
	if (row == last)
		return MR_OK;
	*films = true;
	p->n_tables++;
	while (++row < end && rc == MR_OK) {
		if (is_film(p, row, before))
			rc = put_film(p, row, err);
		before = cell(p, row, TITLE);
	}
	return rc;
}
