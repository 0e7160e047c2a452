/* The form of an input and its columns, as options, a preset or its header say;
 * see columns.h.
 * SPDX-License-Identifier: MIT */
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

/* The form as a preset says it; *cols what --cols would. */
static int
open_preset(struct mr_columns *c, const struct mr_ingest *o,
    struct mr_source *s, const char **cols, struct mr_err *err)
{
	const struct mr_preset *p = c->preset;
	int rc = MR_OK;

	c->quirks = p->quirks;
	*cols = p->cols;
	rc = mr_ingest_source_start(s, p->form, p->sep, err);
	if (rc || p->form == MR_FORM_BLANKS)
		return rc;
	if (p->form == MR_FORM_JSON)
		return mr_ingest_names_json(c, p->cols, s, err);
	if (!p->names)
		return mr_ingest_names_read(c, o, s, err);
	/* An empty input has no columns. */
	return s->have_line ? mr_ingest_names_given(c, p->names, s, err) :
	    MR_OK;
}

static int
find_any(const struct mr_columns *c, struct mr_slice name)
{
	for (int i = 0; i < c->n; i++)
		if (mr_slice_eq(c->name[i], name))
			return i;
	return -1;
}

/* Columns that no role has: which rows count, and years behind names. */
static void
find_others(struct mr_columns *c)
{
	struct mr_slice only = mr_slice_of(c->preset && c->preset->only ?
	    c->preset->only : "");

	c->only_at = only.n ? find_any(c, mr_slice_cut(&only, '=')) : -1;
	c->year_at = c->quirks & MR_QUIRK_NAME_YEAR ?
	    find_any(c, mr_slice_of("Year")) : -1;
	if (c->year_at >= 0)
		c->inside |= 1u << MR_ROLE_ITEM;
}

int
mr_ingest_columns_open(struct mr_columns *c, const struct mr_ingest *o,
    bool header_in, struct mr_source *s, struct mr_err *err)
{
	const char *cols = o->cols;
	int rc;

	for (int i = 0; i < MR_N_ROLES; i++)
		c->at[i] = -1;
	c->only_at = c->year_at = -1;
	if (o->preset >= 0) {
		rc = mr_ingest_preset_pick(&c->preset, o->preset, c->films, s,
		    err);
		if (rc)
			return rc;
	} else if (!said_form(o) && !o->json && !o->cols && header_in) {
		c->preset = mr_ingest_preset_known(c->films, s);
		c->found = c->preset != NULL;
	}
	rc = c->preset ? open_preset(c, o, s, &cols, err) :
	    open_given(c, o, header_in, s, err);
	if (rc || s->form == MR_FORM_BLANKS)
		return rc;
	rc = mr_ingest_columns_assign(c, o, cols, header_in, s, err);
	find_others(c);
	s->n_cols = c->n;
	c->flags_from = c->n;
	if (c->quirks & MR_QUIRK_U_ITEM && c->n)
		c->flags_from = c->n - MR_N_GENRE_FLAGS;
	return rc;
}
