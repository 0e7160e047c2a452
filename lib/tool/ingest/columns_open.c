/* The form of an input and its columns, as options, a preset or its header say;
 * see columns.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tool/ingest/columns.h"
#include "tool/ingest/names.h"
#include "tool/ingest/options.h"
#include "tool/ingest/presets.h"

static bool
said_form(const struct mr_ingest *o)
{
	return o->csv || o->tsv || o->tsv_escapes || o->delimiter || o->quote;
}

/* The form as options say it, and of TSV the header. */
static int
open_given(struct mr_columns *c, const struct mr_ingest *o, bool header_in,
    struct mr_source *s, struct mr_err *err)
{
	const char *sep = !o->delimiter ? "," : strcmp(o->delimiter, "\\t") ==
	    0 || strcasecmp(o->delimiter, "tab") == 0 ? "\t" : o->delimiter;
	enum mr_form form = strlen(sep) > 1 || o->quote == MR_QUOTE_NONE ?
	    MR_FORM_PLAIN : o->quote ? MR_FORM_BACKSLASH : MR_FORM_CSV;
	int rc = MR_OK;

	if (o->json || (!said_form(o) && header_in &&
	    mr_ingest_sniff_json(&s->head))) {
		rc = mr_ingest_source_start(s, MR_FORM_JSON, "", err);
		return rc ? rc : mr_ingest_names_json(c, o->cols, s, err);
	}
	if (mr_ingest_sniff_json(&s->head))
		return mr_err_set(err, MR_EFORMAT, "%s: is JSON, expected %s "
		    "(--json reads it)", s->in.name, o->tsv || o->tsv_escapes ?
		    "TSV" : "CSV");
	if (o->tsv || o->tsv_escapes) {
		sep = "\t";
		if (!o->tsv_escapes && header_in)
			rc = mr_ingest_source_peek(s, err);
		form = o->tsv_escapes || (header_in &&
		    mr_ingest_source_ours(s)) ? MR_FORM_TSV : MR_FORM_PLAIN;
	}
	if (rc == MR_OK)
		rc = mr_ingest_source_start(s, form, sep, err);
	if (rc)
		return rc;
	return header_in ? mr_ingest_names_read(c, o, s, err) :
	    mr_ingest_names_count(c, o->cols, s, err);
}

/* The columns of JSON are these paths, those of the object around a list
 * first. */
static int
open_paths(struct mr_columns *c, const struct mr_preset *p,
    struct mr_source *s, struct mr_err *err)
{
	struct mr_slice outer = mr_slice_of(p->outer ? p->outer : ""),
	    rest = mr_slice_of(p->names);
	char names[512];
	int rc = MR_OK;

	snprintf(names, sizeof names, "%s%s%s", p->outer ? p->outer : "",
	    p->outer ? "," : "", p->names);
	if (p->rows)
		rc = mr_json_paths_add(&s->list.outer, mr_slice_of(p->rows),
		    false, err);
	while (rc == MR_OK && outer.n)
		rc = mr_json_paths_add(&s->list.outer, mr_slice_cut(&outer,
		    ','), false, err);
	while (rc == MR_OK && rest.n)
		rc = mr_json_paths_add(&s->paths, mr_slice_cut(&rest, ','),
		    false, err);
	return rc ? rc : mr_ingest_names_given(c, names, s, err);
}

/* Of a table only the form counts that another kind of file has. */
static struct mr_preset
form_of(const struct mr_columns *c)
{
	struct mr_preset p = *c->preset;

	if (p.what == c->what)
		return p;
	p.cols = p.or = p.only = NULL;
	p.quirks &= MR_QUIRK_LATIN1 | MR_QUIRK_PREAMBLE;
	return p;
}

/* The form as a preset says it; c->cols what --cols would. */
static int
open_preset(struct mr_columns *c, const struct mr_ingest *o,
    struct mr_source *s, struct mr_err *err)
{
	struct mr_preset p = form_of(c);
	struct mr_slice line;
	int rc;

	c->quirks = p.quirks;
	c->cols = p.cols;
	s->rest = p.rest;
	rc = mr_ingest_source_start(s, p.form, c->sep, err);
	if (rc || p.form == MR_FORM_BLANKS)
		return rc;
	/* An empty input has no columns. */
	if (p.names && !mr_ingest_sniff_first(&s->head, &line))
		return MR_OK;
	if (p.form == MR_FORM_JSON)
		return p.names ? open_paths(c, &p, s, err) :
		    mr_ingest_names_json(c, p.cols, s, err);
	return p.names ? mr_ingest_names_given(c, p.names, s, err) :
	    mr_ingest_names_read(c, o, s, err);
}

/* Letterboxd's films watched, and those to be. */
static int
check_name(const struct mr_columns *c, const struct mr_ingest *o,
    const struct mr_source *s, struct mr_err *err)
{
	const char *base = strrchr(s->in.name, '/');

	base = base ? base + 1 : s->in.name;
	if (!(c->quirks & MR_QUIRK_BY_NAME) || o->events ||
	    strncmp(base, "watched", 7) == 0 || strcmp(base, "films.csv") == 0)
		return MR_OK;
	return mr_err_set(err, MR_EARG, "%s: watched.csv and watchlist.csv "
	    "have this header, and only the name tells them apart: --events "
	    "says that these were watched", s->in.name);
}

/* Columns that no role has: which rows count, years behind names, and what a
 * time is made of. */
static void
find_others(struct mr_columns *c)
{
	static const char *const parts[] = { "date_year", "date_month",
	    "date_day", "date_hour", "date_minute", "date_second" };
	struct mr_slice only = mr_slice_of(c->preset && c->preset->only &&
	    c->preset->what == c->what ? c->preset->only : "");

	c->only_at = only.n ? mr_ingest_columns_find(c, mr_slice_cut(&only,
	    '=')) : -1;
	c->year_at = c->quirks & MR_QUIRK_NAME_YEAR ?
	    mr_ingest_columns_find(c, mr_slice_of("Year")) : -1;
	if (c->year_at >= 0)
		c->inside |= 1u << MR_ROLE_ITEM;
	if (!(c->quirks & MR_QUIRK_DATE_PARTS))
		return;
	for (int i = 0; i < 6; i++) {
		c->date_at[i] = mr_ingest_columns_find(c,
		    mr_slice_of(parts[i]));
		if (c->date_at[i] < 0)
			return;
	}
	c->inside |= 1u << MR_ROLE_TIME;
}

/* Which preset it is, if one. */
static int
find_preset(struct mr_columns *c, const struct mr_ingest *o, bool header_in,
    struct mr_source *s, struct mr_err *err)
{
	if (o->preset >= 0) {
		int rc = o->events ? MR_OK : mr_ingest_preset_wrong(o->preset,
		    c->what, s, err);

		return rc ? rc : mr_ingest_preset_pick(&c->preset, &c->sep,
		    o->preset, c->what, s, err);
	}
	if (said_form(o) || o->json || o->cols || !header_in)
		return MR_OK;
	c->preset = mr_ingest_preset_known(c->what, s, &c->sep);
	c->found = c->preset != NULL;
	return c->found || o->events ? MR_OK :
	    mr_ingest_preset_wrong(-1, c->what, s, err);
}

int
mr_ingest_columns_open(struct mr_columns *c, const struct mr_ingest *o,
    bool header_in, struct mr_source *s, struct mr_err *err)
{
	int rc;

	c->films = c->what == MR_INGEST_MOVIES;
	c->cols = o->cols;
	for (int i = 0; i < MR_N_ROLES; i++)
		c->at[i] = -1;
	c->only_at = c->year_at = c->or_at = c->also_at = -1;
	rc = find_preset(c, o, header_in, s, err);
	if (rc)
		return rc;
	rc = c->preset ? open_preset(c, o, s, err) :
	    open_given(c, o, header_in, s, err);
	if (rc || s->form == MR_FORM_BLANKS)
		return rc;
	if (c->what != MR_INGEST_TABLE)
		rc = mr_ingest_columns_assign(c, o, c->cols, header_in, s,
		    err);
	if (rc == MR_OK)
		rc = check_name(c, o, s, err);
	find_others(c);
	s->n_cols = s->n_named = c->n;
	while (c->was && s->n_named > 1 && c->was[s->n_named - 1].n == 0)
		s->n_named--;
	c->flags_from = c->n;
	if (c->quirks & MR_QUIRK_U_ITEM && c->n)
		c->flags_from = c->n - MR_N_GENRE_FLAGS;
	return rc;
}
