/* What is said where a column is not there: what would find it; see columns.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tool/ingest/columns.h"
#include "tool/ingest/field.h"

/* Does the first line look like a row? */
static bool
has_row_for_header(const struct mr_columns *c)
{
	bool number = false;

	for (int i = 0; c->was && i < c->n; i++) {
		for (int role = 0; role < MR_N_ROLES; role++)
			if (mr_ingest_is_known(role, c->was[i]))
				return false;
		number |= mr_ingest_is_number(c->was[i]);
	}
	return number;
}

static const char *
remedy(const struct mr_columns *c, const struct mr_source *s,
    const char *otherwise)
{
	const char *option = s->form == MR_FORM_JSON ?
	    mr_ingest_sniff_inside(&s->head) :
	    mr_ingest_sniff_option(&s->head, s->sep, c->n, c->what);

	if (*option)
		return option;
	for (int i = 0; s->form != MR_FORM_CSV && i < c->n; i++)
		if (c->name[i].n > 2 && c->name[i].p[0] == '"' &&
		    c->name[i].p[c->name[i].n - 1] == '"')
			return " (in quotes? --delimiter tab reads them)";
	return has_row_for_header(c) ? " (no header line? --no-header-in)" :
	    otherwise;
}

int
mr_ingest_no_column(const struct mr_columns *c, const struct mr_source *s,
    struct mr_slice name, const char *hint, struct mr_err *err)
{
	char have[200];

	if (c->n < 2 && !c->was)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: %d fields on "
		    "line %lld, expected 2 or more%s", s->in.name,
		    (long long)s->line_no, c->n, (long long)s->line_no,
		    remedy(c, s, ""));
	mr_ingest_columns_list(c, false, have);
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: no column '%.*s', "
	    "found%s%s", s->in.name, (long long)s->line_no, (int)name.n,
	    name.p, have, remedy(c, s, hint));
}

/* Does a name end in id, as a word: anime_id, bookId, ID? */
static bool
is_id(struct mr_slice name)
{
	const char *end = name.p + name.n;

	if (name.n < 2 || strncasecmp(end - 2, "id", 2) != 0)
		return false;
	return name.n == 2 || end[-2] == 'I' || end[-3] == '_' ||
	    end[-3] == ' ' || end[-3] == '-';
}

const char *
mr_ingest_columns_option(const char *role, struct mr_slice name,
    char text[MR_COLUMNS_HINT])
{
	const char *quote = "";
	char shown[MR_SHOWN_MAX];

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] && strchr(" ()'\"&;<>|$#*?!~\\`[]{}", name.p[i]))
			quote = "'";
	/* In single quotes that would be their end. */
	if (name.n && memchr(name.p, '\'', name.n))
		quote = "\"";
	snprintf(text, MR_COLUMNS_HINT, "--cols %s%s=%s%s", quote, role,
	    mr_ingest_shown(name, shown), quote);
	return text;
}

const char *
mr_ingest_columns_hint(const struct mr_columns *c, const struct mr_source *s,
    enum mr_role role, char text[MR_COLUMNS_HINT])
{
	struct mr_slice id = { NULL, 0 };
	char option[MR_COLUMNS_HINT];
	int n = 0;

	if (role == MR_ROLE_USER && c->at[MR_ROLE_ITEM] >= 0)
		return " (--cols says which it is, --user NAME that all rows "
		    "are of one)";
	for (int i = 0; i < c->n; i++) {
		if (c->taken[i] || !is_id(c->name[i]))
			continue;
		/* A film's own id stands alone. */
		if (c->name[i].n == 2) {
			id = c->name[i];
			n = 1;
			break;
		}
		id = c->name[i];
		n++;
	}
	if (role == MR_ROLE_ITEM && n == 1) {
		snprintf(text, MR_COLUMNS_HINT, " (%.*s?)",
		    MR_COLUMNS_HINT - 8, mr_ingest_columns_option("item", id,
		    option));
		return text;
	}
	/* Of a film lists are its genres or people. */
	if (s->form == MR_FORM_JSON && c->n <= 4 &&
	    *mr_ingest_sniff_deeper(&s->head))
		return mr_ingest_sniff_deeper(&s->head);
	if (s->form == MR_FORM_JSON)
		return " (--cols says which it is, of what is inside another "
		    "by its path, as user=NAME.id)";
	return " (--cols says which it is)";
}
