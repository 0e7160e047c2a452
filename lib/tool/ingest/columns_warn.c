/* What is told of columns that look like data and are not read; see columns.h.
 * SPDX-License-Identifier: MIT */
#include "store/ratings.h"
#include "tool/ingest/columns.h"
#include "tool/ingest/field.h"
#include "tool/ingest/presets.h"

/* A rating under another name must not become "no rating" unseen. */
static void
warn_events(const struct mr_columns *c, struct mr_report *report)
{
	struct mr_slice alike = { NULL, 0 }, one = mr_slice_of("NAME");
	char have[200], option[MR_COLUMNS_HINT];
	int n = 0;

	mr_ingest_columns_list(c, true, have);
	for (int i = 0; i < c->n; i++) {
		if (c->taken[i])
			continue;
		one = n++ ? mr_slice_of("NAME") : c->name[i];
		if (!alike.p && mr_ratings_alike(c->name[i]))
			alike = c->name[i];
	}
	if (n)
		mr_report_warn(report, "no column 'rating', each row counts "
		    "as 1; found%s (%s%s)", have,
		    mr_ingest_columns_option("rating", alike.p ? alike : one,
		    option), alike.p ? "" : ", or --events");
}

/* A first row that --cols took for a header. */
static void
warn_numbers(const struct mr_columns *c, struct mr_report *report)
{
	for (int role = 0; c->was && role < MR_N_ROLES; role++) {
		int at = c->at[role];

		if (at < 0 || !mr_ingest_is_number(c->was[at]))
			continue;
		mr_report_warn(report, "column '%.*s' of the header is a "
		    "number, is it a row? (--no-header-in)",
		    MR_SHOWN(c->was[at]));
		return;
	}
}

/* A header that --no-header-in took for a row; one with both names that must
 * be there is rejected as such. */
static void
warn_header(const struct mr_columns *c, const struct mr_source *s,
    struct mr_report *report)
{
	int a = c->films ? MR_ROLE_TITLE : MR_ROLE_USER, n = 0;
	const int must[] = { MR_ROLE_ITEM, a };
	struct mr_slice name = { NULL, 0 };
	char text[MR_SHOWN_MAX];

	for (int i = 0; !c->was && s->again && i < 2; i++) {
		struct mr_slice f = { "", 0 };

		if (c->at[must[i]] >= 0)
			f = mr_ingest_trim(s->field[c->at[must[i]]]);
		if (mr_ingest_is_known(must[i], f)) {
			name = f;
			n++;
		}
	}
	if (n == 1)
		mr_report_warn(report, "--no-header-in takes '%s' for a row: "
		    "is it the header line?", mr_ingest_shown(name, text));
}

/* Quotes that --tsv takes for text. */
static void
warn_quotes(const struct mr_columns *c, const struct mr_source *s,
    struct mr_report *report)
{
	int i = s->sep && *s->sep == '\t' && s->form != MR_FORM_CSV ?
	    mr_ingest_sniff_quoted(&s->head, c->was != NULL) : -1;
	char text[MR_SHOWN_MAX];

	if (i >= 0 && i < c->n)
		mr_report_warn(report, "each value of column '%s' in the "
		    "first rows is in quotes, which --tsv keeps (--delimiter "
		    "tab reads them)", mr_ingest_shown(c->name[i], text));
}

void
mr_ingest_columns_warn(const struct mr_columns *c, const struct mr_ingest *o,
    const struct mr_source *s, struct mr_report *report)
{
	char have[200];

	warn_numbers(c, report);
	if (c->what != MR_INGEST_TABLE)
		warn_header(c, s, report);
	warn_quotes(c, s, report);
	if (c->found)
		mr_report_fact(report, "known by its header: --preset %s",
		    c->preset->name);
	if (c->what != MR_INGEST_RATINGS)
		return;
	if (c->at[MR_ROLE_RATING] < 0 && !o->events &&
	    !(c->quirks & MR_QUIRK_EVENTS))
		warn_events(c, report);
	mr_ingest_columns_list(c, true, have);
	if (*have)
		mr_report_fact(report, "columns not read:%s", have);
}
