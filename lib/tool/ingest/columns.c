/* Which column has which role, by --cols and known names; see columns.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tool/ingest/field.h"
#include "tool/ingest/names.h"
#include "tool/ingest/presets.h"

const char *const mr_ingest_role_name[MR_N_ROLES] = {
	"item", "title", "year", "people", "genre", "poster", "user",
	"rating", "time"
};

/* Names taken for a role when --cols does not name one, best first. */
static const char *const known[MR_N_ROLES][6] = {
	[MR_ROLE_ITEM] = { "item", "movieId", "movie_id", "itemId", "item_id" },
	[MR_ROLE_TITLE] = { "title", "name", "movie_title" },
	[MR_ROLE_YEAR] = { "year", "release_year" },
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

bool
mr_ingest_is_number(struct mr_slice s)
{
	return mr_parse_f64(s, &(double){ 0 });
}

static bool
same_but_case(struct mr_slice a, struct mr_slice b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

/* The next letter, small, of what is no blank, '_' or '-'; '\0' at the end. */
static char
next_letter(struct mr_slice *s)
{
	while (s->n && (*s->p == ' ' || *s->p == '_' || *s->p == '-')) {
		s->p++;
		s->n--;
	}
	if (s->n == 0)
		return '\0';
	s->n--;
	return (char)(*s->p >= 'A' && *s->p <= 'Z' ? *s->p++ | 0x20 : *s->p++);
}

/* "User ID" and userId? */
static bool
same_letters(struct mr_slice a, struct mr_slice b)
{
	char c;

	do {
		c = next_letter(&a);
		if (c != next_letter(&b))
			return false;
	} while (c);
	return true;
}

static int
find(const struct mr_columns *c, struct mr_slice name,
    bool (*same)(struct mr_slice a, struct mr_slice b))
{
	for (int i = 0; i < c->n; i++)
		if (!c->taken[i] && same(c->name[i], name))
			return i;
	return -1;
}

int
mr_ingest_columns_find(const struct mr_columns *c, struct mr_slice name)
{
	for (int i = 0; i < c->n; i++)
		if (mr_slice_eq(c->name[i], name))
			return i;
	return -1;
}

bool
mr_ingest_is_known(int role, struct mr_slice name)
{
	/* Asked of every row, of which few begin so: all names do with a
	 * letter. */
	if (name.n == 0 || (name.p[0] | 0x20) < 'a' || (name.p[0] | 0x20) > 'z')
		return false;
	for (int i = 0; known[role][i]; i++)
		if ((known[role][i][0] | 0x20) == (name.p[0] | 0x20) &&
		    same_letters(name, mr_slice_of(known[role][i])))
			return true;
	return false;
}

void
mr_ingest_columns_list(const struct mr_columns *c, bool unread, char have[200])
{
	char text[MR_SHOWN_MAX];
	size_t n = 0;

	*have = '\0';
	for (int i = 0; i < c->n && n < 199; i++)
		if (!unread || !c->taken[i])
			n += (size_t)snprintf(have + n, 200 - n, " %s",
			    mr_ingest_shown(c->name[i], text));
}

/* The column in whose fields a path goes on; several may be in one. */
static int
find_path(struct mr_columns *c, int role, struct mr_slice path, int *rc,
    struct mr_err *err)
{
	struct mr_slice root = mr_ingest_path_root(path);
	struct mr_slice rest = { path.p + root.n, path.n - root.n };

	for (int i = 0; rest.n && i < c->n; i++) {
		if (!same_but_case(c->name[i], root))
			continue;
		if (*rest.p == '.') {
			rest.p++;
			rest.n--;
		}
		c->inside |= 1u << role;
		*rc = mr_json_paths_add(&c->path[role], rest, false, err);
		return i;
	}
	return -1;
}

/* What a path goes into is not passed through whole. */
static void
take_root(struct mr_columns *c, const struct mr_source *s,
    struct mr_slice path)
{
	struct mr_slice root = mr_ingest_path_root(path);

	for (int i = 0; s->form == MR_FORM_JSON && i < c->n; i++)
		if (root.n < path.n && mr_slice_eq(c->name[i], root))
			c->taken[i] = true;
}

/* people=A+B: the second column; *theirs is the first then. */
static int
assign_also(struct mr_columns *c, const struct mr_source *s,
    struct mr_slice *theirs, struct mr_err *err)
{
	struct mr_slice also = *theirs, first = mr_slice_cut(&also, '+');
	int at;

	if (!also.p || c->n == 0 || find(c, *theirs, same_but_case) >= 0)
		return MR_OK;
	*theirs = first;
	at = find(c, also, mr_slice_eq);
	if (at < 0)
		return mr_ingest_no_column(c, s, also, "", err);
	c->also_at = at;
	c->taken[at] = true;
	take_root(c, s, also);
	return MR_OK;
}

/* One entry ours=theirs of --cols. */
static int
assign(struct mr_columns *c, const struct mr_source *s, struct mr_slice entry,
    struct mr_err *err)
{
	struct mr_slice theirs = entry, ours = mr_slice_cut(&theirs, '=');
	int col, role = 0, rc = MR_OK;

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
	if (role == MR_ROLE_PEOPLE)
		rc = assign_also(c, s, &theirs, err);
	if (rc)
		return rc;
	col = find(c, theirs, mr_slice_eq);
	if (col < 0)
		col = find(c, theirs, same_but_case);
	for (int i = 0; col < 0 && i < c->n; i++)
		if (same_but_case(c->name[i], theirs))
			return mr_err_set(err, MR_EARG, "--cols: column "
			    "'%.*s' cannot be two of ours", (int)theirs.n,
			    theirs.p);
	if (col < 0 && role < MR_N_ROLES)
		col = find_path(c, role, theirs, &rc, err);
	if (rc)
		return rc;
	if (col < 0)
		return mr_ingest_no_column(c, s, theirs, "", err);
	if (role == MR_N_ROLES) {
		c->name[col] = ours;
	} else {
		c->taken[col] = true;
		c->at[role] = col;
		take_root(c, s, theirs);
	}
	return MR_OK;
}

/* The column that counts for a role, or where that one is empty. */
static void
assign_or(struct mr_columns *c)
{
	struct mr_slice name = mr_slice_of(c->preset && c->preset->or ?
	    c->preset->or : ""), ours;
	int at, role = 0;

	if (name.n == 0)
		return;
	ours = mr_slice_cut(&name, '=');
	while (!mr_slice_is(ours, mr_ingest_role_name[role]))
		role++;
	at = mr_ingest_columns_find(c, name);
	if (!has_role(c, role) || at < 0)
		return;
	c->taken[at] = true;
	if (c->at[role] < 0) {
		c->at[role] = at;
		return;
	}
	c->or_at = at;
	c->or_role = role;
	if (role != MR_ROLE_RATING)
		c->inside |= 1u << role;
}

static void
assign_known(struct mr_columns *c, int role)
{
	bool (*const same[])(struct mr_slice a, struct mr_slice b) = {
		mr_slice_eq, same_but_case, same_letters };

	for (int k = 0; k < 3; k++)
		for (int i = 0; c->at[role] < 0 && known[role][i]; i++)
			c->at[role] = find(c, mr_slice_of(known[role][i]),
			    same[k]);
	if (c->at[role] >= 0)
		c->taken[c->at[role]] = true;
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

int
mr_ingest_columns_assign(struct mr_columns *c, const struct mr_ingest *o,
    const char *cols, bool header_in, const struct mr_source *s,
    struct mr_err *err)
{
	static const enum mr_role need[2][2] = {
		{ MR_ROLE_USER, MR_ROLE_ITEM },
		{ MR_ROLE_ITEM, MR_ROLE_TITLE }
	};
	struct mr_slice rest = { cols, cols ? strlen(cols) : 0 };
	char hint[MR_COLUMNS_HINT];
	int rc = MR_OK;

	if (!header_in && cols && !strchr(cols, '='))
		rest.p = NULL;
	while (rest.p && rc == MR_OK)
		rc = assign(c, s, mr_slice_cut(&rest, ','), err);
	for (int role = 0; role < MR_N_ROLES && rc == MR_OK; role++)
		if (has_role(c, role))
			assign_known(c, role);
	if (rc == MR_OK)
		assign_or(c);
	for (int i = 0; i < 2 && rc == MR_OK && c->n; i++) {
		enum mr_role role = need[c->films][i];

		if (role == MR_ROLE_USER && o->user && c->at[role] >= 0)
			return mr_err_set(err, MR_EARG, "--user: the input "
			    "has the column '%.*s'",
			    MR_SHOWN(c->name[c->at[role]]));
		if (c->at[role] < 0 && !(role == MR_ROLE_USER && o->user))
			rc = mr_ingest_no_column(c, s,
			    mr_slice_of(mr_ingest_role_name[role]),
			    mr_ingest_columns_hint(c, s, role, hint), err);
	}
	if (rc == MR_OK && c->n && c->quirks & MR_QUIRK_RATED && !o->events &&
	    c->at[MR_ROLE_RATING] < 0)
		rc = mr_ingest_no_column(c, s, mr_slice_of("rating"),
		    " (--events counts each row as 1)", err);
	/* The column stays taken: what is in it is not wanted. */
	if (o->events)
		c->at[MR_ROLE_RATING] = -1;
	return rc ? rc : check_rest(c, s, err);
}

bool
mr_ingest_columns_name(const struct mr_columns *c, enum mr_role role,
    struct mr_slice s)
{
	return mr_ingest_is_known(role, s) || (c->was && c->at[role] >= 0 &&
	    same_but_case(s, c->was[c->at[role]]));
}

bool
mr_ingest_columns_header(const struct mr_columns *c, enum mr_role role_a,
    struct mr_slice a, enum mr_role role_b, struct mr_slice b)
{
	return mr_ingest_columns_name(c, role_a, a) &&
	    mr_ingest_columns_name(c, role_b, b);
}

bool
mr_ingest_columns_again(const struct mr_columns *c, const struct mr_source *s)
{
	bool same = c->was && s->n == c->n;

	for (int i = 0; same && i < c->n; i++)
		same = same_but_case(mr_ingest_trim(s->field[i]), c->was[i]);
	return same;
}

void
mr_ingest_columns_free(struct mr_columns *c)
{
	mr_buf_free(&c->text);
	mr_buf_free(&c->head);
	free(c->name);
	free(c->was);
	free(c->taken);
	for (int i = 0; i < MR_N_ROLES; i++)
		mr_json_paths_free(&c->path[i]);
	*c = (struct mr_columns){ 0 };
}
