/* Which column is which, by header, --cols, known names; see columns.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "stream/tsv.h"
#include "tool/ingest/field.h"
#include "tool/ingest/presets.h"

const char *const mr_ingest_role_name[MR_N_ROLES] = {
	"item", "title", "year", "people", "genre", "poster", "user",
	"rating", "time"
};

/* Names taken for a role when --cols does not name one, best first. */
static const char *const known[MR_N_ROLES][6] = {
	[MR_ROLE_ITEM] = { "item", "movieId", "movie_id", "itemId", "item_id" },
	[MR_ROLE_TITLE] = { "title", "name" },
	[MR_ROLE_YEAR] = { "year" },
	[MR_ROLE_PEOPLE] = { "people", "cast_and_crew" },
	[MR_ROLE_GENRE] = { "genre", "genres" },
	[MR_ROLE_POSTER] = { "poster", "poster_path" },
	[MR_ROLE_USER] = { "user", "userId", "user_id" },
	[MR_ROLE_RATING] = { "rating" },
	[MR_ROLE_TIME] = { "time", "timestamp" }
};

static bool
has_role(const struct mr_columns *c, int role)
{
	return role == MR_ROLE_ITEM || (role < MR_N_FILM_ROLES) == c->films;
}

static int
add_name(struct mr_columns *c, struct mr_slice name,
    struct mr_err *err)
{
	/* Names end with LF: the text may move while they are added. */
	int rc = mr_buf_add(&c->text, name.p, name.n, err);

	if (rc == MR_OK)
		rc = mr_buf_add(&c->text, "\n", 1, err);
	c->n += rc == MR_OK;
	return rc;
}

static int
name_number(struct mr_columns *c, struct mr_err *err)
{
	char text[16];
	int n = snprintf(text, sizeof text, "%d", c->n + 1);

	return add_name(c, (struct mr_slice){ text, (size_t)n }, err);
}

/* A name of the header, clean; a column without one is a number. */
static int
take_name(struct mr_columns *c, const struct mr_source *s,
    struct mr_cleaner *k, struct mr_slice name, struct mr_err *err)
{
	int rc = mr_ingest_clean(k, 0, name, &name, err);

	if (rc)
		return rc;
	if (name.n && memchr(name.p, '\n', name.n))
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: the name of "
		    "column %d has a line end in it", s->in.name,
		    (long long)s->line_no, c->n + 1);
	return name.n ? add_name(c, name, err) : name_number(c, err);
}

/* The header row, or the line that was read ahead as a preset's: no name in
 * one needs a quote. */
static int
name_by_header(struct mr_columns *c, const struct mr_ingest *o,
    struct mr_source *s, struct mr_err *err)
{
	struct mr_cleaner k = { .encoding = o->encoding,
	    .guess_latin1 = c->quirks & MR_QUIRK_LATIN1 };
	struct mr_slice rest = mr_buf_slice(&s->line);
	bool more = true;
	int rc = mr_ingest_clean_init(&k, 1, err);

	if (s->have_line) {
		while (rest.p && rc == MR_OK)
			rc = take_name(c, s, &k, mr_ingest_source_bare(
			    mr_slice_cut(&rest, s->sep[0])), err);
		s->have_line = false;
	} else {
		if (rc == MR_OK)
			rc = mr_ingest_source_next(s, &more, err);
		for (int i = 0; rc == MR_OK && more && i < s->n; i++)
			rc = take_name(c, s, &k, s->field[i], err);
	}
	mr_ingest_clean_free(&k);
	return rc;
}

/* Names separated by commas. */
static int
name_all(struct mr_columns *c, const char *names, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(names);
	int rc = MR_OK;

	while (rest.p && rc == MR_OK)
		rc = add_name(c, mr_slice_cut(&rest, ','), err);
	return rc;
}

/* No header: the names in --cols, or ours, in order, then numbers. */
static int
name_by_order(struct mr_columns *c, const char *cols, struct mr_source *s,
    struct mr_err *err)
{
	const char *order = cols ? cols : c->films ?
	    "item,title,year,people,genre,poster" : "user,item,rating,time";
	struct mr_slice rest = { NULL, 0 };
	bool more;
	int rc = mr_ingest_source_next(s, &more, err);

	s->again = rc == MR_OK && more;
	if (!strchr(order, '='))
		rest = mr_slice_of(order);
	while (s->again && rc == MR_OK && c->n < s->n) {
		struct mr_slice name = { NULL, 0 };

		if (rest.p)
			name = mr_slice_cut(&rest, ',');
		rc = name.n ? add_name(c, name, err) :
		    name_number(c, err);
	}
	return rc;
}

static int
slice_names(struct mr_columns *c, const struct mr_source *s,
    struct mr_err *err)
{
	struct mr_slice rest = mr_buf_slice(&c->text);

	c->name = mr_alloc((size_t)c->n, sizeof *c->name, "columns", err);
	c->taken = mr_alloc((size_t)c->n, sizeof *c->taken, "columns", err);
	if (!c->name || !c->taken)
		return MR_ENOMEM;
	for (int i = 0; i < c->n; i++) {
		c->name[i] = mr_slice_cut(&rest, '\n');
		for (int j = 0; j < i; j++)
			if (mr_slice_eq(c->name[i], c->name[j]))
				return mr_err_set(err, MR_EFORMAT, "%s:%lld: "
				    "column '%.*s' stands twice", s->in.name,
				    (long long)s->line_no,
				    (int)c->name[i].n, c->name[i].p);
	}
	return MR_OK;
}

static int
find(const struct mr_columns *c, struct mr_slice name)
{
	bool any_case = c->quirks & MR_QUIRK_ANY_CASE;

	for (int i = 0; i < c->n; i++)
		if (!c->taken[i] && (mr_slice_eq(c->name[i], name) ||
		    (any_case && c->name[i].n == name.n &&
		    strncasecmp(c->name[i].p, name.p, name.n) == 0)))
			return i;
	return -1;
}

static int
no_column(const struct mr_columns *c, const struct mr_source *s,
    struct mr_slice name, const char *hint, struct mr_err *err)
{
	char have[200] = "";
	bool tabs = false;
	size_t n = 0;

	for (int i = 0; i < c->n && s->form == MR_FORM_CSV; i++)
		tabs |= c->name[i].n && memchr(c->name[i].p, '\t',
		    c->name[i].n);
	for (int i = 0; i < c->n && n < sizeof have - 1; i++)
		n += (size_t)snprintf(have + n, sizeof have - n, " %.*s",
		    MR_SHOWN(c->name[i]));
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: no column '%.*s', "
	    "found%s%s", s->in.name, (long long)s->line_no, (int)name.n,
	    name.p, have, tabs ? " (TSV? --tsv reads it)" : hint);
}

/* One entry ours=theirs of --cols. */
static int
assign(struct mr_columns *c, const struct mr_source *s, struct mr_slice entry,
    struct mr_err *err)
{
	struct mr_slice theirs = entry, ours = mr_slice_cut(&theirs, '=');
	int col, role = 0;

	if (!theirs.p || ours.n == 0 || theirs.n == 0)
		return mr_err_set(err, MR_EARG, "--cols: '%.*s', expected "
		    "OURS=THEIRS", (int)entry.n, entry.p);
	while (role < MR_N_ROLES && !(has_role(c, role) &&
	    mr_slice_is(ours, mr_ingest_role_name[role])))
		role++;
	if (role == MR_N_ROLES && !c->films)
		return mr_err_set(err, MR_EARG, "--cols: ratings have no "
		    "column '%.*s', expected user, item, rating or time",
		    (int)ours.n, ours.p);
	if (c->n == 0)
		return MR_OK;
	if (role < MR_N_ROLES && c->at[role] >= 0)
		return mr_err_set(err, MR_EARG, "--cols: %s stands twice",
		    mr_ingest_role_name[role]);
	col = find(c, theirs);
	if (col < 0)
		return no_column(c, s, theirs, "", err);
	if (role == MR_N_ROLES) {
		c->name[col] = ours;
	} else {
		c->taken[col] = true;
		c->at[role] = col;
	}
	return MR_OK;
}

static void
assign_known(struct mr_columns *c, int role)
{
	for (int i = 0; c->at[role] < 0 && known[role][i]; i++)
		c->at[role] = find(c, mr_slice_of(known[role][i]));
	if (c->at[role] >= 0)
		c->taken[c->at[role]] = true;
}

static int
assign_all(struct mr_columns *c, const char *cols, bool header_in,
    const struct mr_source *s, struct mr_err *err)
{
	static const enum mr_role need[2][2] = {
		{ MR_ROLE_USER, MR_ROLE_ITEM },
		{ MR_ROLE_ITEM, MR_ROLE_TITLE }
	};
	struct mr_slice rest = { cols, cols ? strlen(cols) : 0 };
	int rc = MR_OK;

	if (!header_in && cols && !strchr(cols, '='))
		rest.p = NULL;
	while (rest.p && rc == MR_OK)
		rc = assign(c, s, mr_slice_cut(&rest, ','), err);
	for (int role = 0; role < MR_N_ROLES && rc == MR_OK; role++)
		if (has_role(c, role))
			assign_known(c, role);
	for (int i = 0; i < 2 && rc == MR_OK && c->n; i++) {
		enum mr_role role = need[c->films][i];

		if (c->at[role] < 0)
			rc = no_column(c, s,
			    mr_slice_of(mr_ingest_role_name[role]),
			    " (--cols says which it is)", err);
	}
	return rc;
}

/* What passes through keeps its name, which must not be one of ours. */
static int
check_rest(const struct mr_columns *c, const struct mr_source *s,
    struct mr_err *err)
{
	for (int i = 0; c->films && i < c->n; i++) {
		for (int r = 0; r < MR_N_FILM_ROLES && !c->taken[i]; r++)
			if (mr_slice_is(c->name[i], mr_ingest_role_name[r]))
				return mr_err_set(err, MR_EFORMAT, "%s:%lld: "
				    "column '%s' would stand twice in the "
				    "output (--cols other=%s renames it)",
				    s->in.name, (long long)s->line_no,
				    mr_ingest_role_name[r],
				    mr_ingest_role_name[r]);
		for (int j = 0; j < i && !c->taken[i]; j++)
			if (!c->taken[j] &&
			    mr_slice_eq(c->name[i], c->name[j]))
				return mr_err_set(err, MR_EARG, "--cols: "
				    "column '%.*s' stands twice",
				    (int)c->name[i].n, c->name[i].p);
	}
	return MR_OK;
}

/* The form as options say it. */
static int
open_given(struct mr_columns *c, const struct mr_ingest *o, bool header_in,
    struct mr_source *s, struct mr_err *err)
{
	const char *sep = o->tsv ? "\t" : o->delimiter ? o->delimiter : ",";
	int rc = mr_ingest_source_start(s, o->tsv ? MR_FORM_TSV :
	    strlen(sep) > 1 ? MR_FORM_PLAIN : MR_FORM_CSV, sep, err);

	if (rc)
		return rc;
	return header_in ? name_by_header(c, o, s, err) :
	    name_by_order(c, o->cols, s, err);
}

/* The form as a preset says it; *cols what --cols would. */
static int
open_preset(struct mr_columns *c, const struct mr_ingest *o,
    struct mr_source *s, const char **cols, struct mr_err *err)
{
	const struct mr_preset *p;
	int rc = mr_ingest_preset_pick(&p, o->preset, c->films, s, err);

	if (rc)
		return rc;
	c->quirks = p->quirks;
	*cols = p->cols;
	rc = mr_ingest_source_start(s, p->form, p->sep, err);
	if (rc || p->form == MR_FORM_BLANKS)
		return rc;
	if (!p->names)
		return name_by_header(c, o, s, err);
	/* An empty input has no columns. */
	return s->have_line ? name_all(c, p->names, err) : MR_OK;
}

int
mr_ingest_columns_open(struct mr_columns *c, const struct mr_ingest *o,
    bool header_in, struct mr_source *s, struct mr_err *err)
{
	const char *cols = o->cols;
	int rc;

	for (int i = 0; i < MR_N_ROLES; i++)
		c->at[i] = -1;
	rc = o->preset < 0 ? open_given(c, o, header_in, s, err) :
	    open_preset(c, o, s, &cols, err);
	if (rc || s->form == MR_FORM_BLANKS)
		return rc;
	rc = slice_names(c, s, err);
	if (rc == MR_OK)
		rc = assign_all(c, cols, header_in, s, err);
	if (rc == MR_OK)
		rc = check_rest(c, s, err);
	c->flags_from = c->n;
	if (c->quirks & MR_QUIRK_U_ITEM && c->n)
		c->flags_from = c->n - MR_N_GENRE_FLAGS;
	return rc;
}

void
mr_ingest_columns_free(struct mr_columns *c)
{
	mr_buf_free(&c->text);
	free(c->name);
	free(c->taken);
	*c = (struct mr_columns){ 0 };
}
