/* What was decided about an input, as options; see run.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tool/ingest/presets.h"
#include "tool/ingest/run.h"

/* Can a shell take s as it stands? */
static bool
is_plain(struct mr_slice s)
{
	static const char others[] = "+-./:=@_,";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], low = (char)(c | 0x20);

		if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') &&
		    (!c || !strchr(others, c)))
			return false;
	}
	return s.n > 0;
}

static void
put_option(struct mr_out *out, const char *name, struct mr_slice word)
{
	mr_out_printf(out, " --%s ", name);
	if (is_plain(word)) {
		mr_out_slice(out, word);
		return;
	}
	mr_out_byte(out, '\'');
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == '\'')
			mr_out_text(out, "'\\''");
		else
			mr_out_byte(out, word.p[i]);
	mr_out_byte(out, '\'');
}

static void
put_form(const struct mr_ingest_run *r)
{
	static const char *const quote[] = { NULL, "backslash", "none" };
	const struct mr_source *s = &r->src;

	if (s->form == MR_FORM_JSON)
		mr_out_text(r->out, " --json");
	else if (s->form == MR_FORM_TSV)
		mr_out_text(r->out, " --tsv-escapes");
	else if (r->o->tsv)
		mr_out_text(r->out, " --tsv");
	else if (strcmp(s->sep, ",") == 0)
		mr_out_text(r->out, " --csv");
	else
		put_option(r->out, "delimiter", mr_slice_of(*s->sep == '\t' ?
		    "tab" : s->sep));
	if (r->o->quote)
		put_option(r->out, "quote", mr_slice_of(quote[r->o->quote]));
}

static int
put_cols(const struct mr_ingest_run *r, struct mr_err *err)
{
	const struct mr_columns *c = &r->cols;
	struct mr_buf text = { 0 };
	int rc = MR_OK;

	if (r->o->cols) {
		put_option(r->out, "cols", mr_slice_of(r->o->cols));
		return MR_OK;
	}
	for (int i = 0; i < MR_N_ROLES && rc == MR_OK; i++)
		if (c->at[i] >= 0)
			rc = c->was ? mr_buf_addf(&text, err, "%s%s=%.*s",
			    text.n ? "," : "", mr_ingest_role_name[i],
			    (int)c->name[c->at[i]].n, c->name[c->at[i]].p) :
			    mr_buf_addf(&text, err, "%s%s=%d", text.n ? "," :
			    "", mr_ingest_role_name[i], c->at[i] + 1);
	if (rc == MR_OK && text.n)
		put_option(r->out, "cols", mr_buf_slice(&text));
	mr_buf_free(&text);
	return rc;
}

int
mr_ingest_detect(const struct mr_ingest_run *r, struct mr_err *err)
{
	static const char *const unit[] = { [MR_TIME_SECONDS] = "s",
	    [MR_TIME_MS] = "ms", [MR_TIME_US] = "us", [MR_TIME_NS] = "ns" };
	int rc = MR_OK;

	mr_out_text(r->out, mr_ingest_what_name[r->cols.what]);
	if (r->cols.preset) {
		put_option(r->out, "preset", mr_slice_of(r->cols.preset->name));
	} else {
		put_form(r);
		if (!r->run->header_in)
			mr_out_text(r->out, " --no-header-in");
		rc = put_cols(r, err);
	}
	if (r->o->user)
		put_option(r->out, "user", mr_slice_of(r->o->user));
	if (r->o->time_unit)
		put_option(r->out, "time-unit", mr_slice_of(
		    unit[r->o->time_unit]));
	if (r->o->time_form)
		put_option(r->out, "time-form", mr_slice_of(r->o->time_form ==
		    MR_DATE_DMY ? "dmy" : "mdy"));
	if (r->o->encoding || r->src.in.decoder)
		put_option(r->out, "encoding", mr_slice_of(r->o->encoding ?
		    r->o->encoding : "UTF-16"));
	mr_out_byte(r->out, '\n');
	return rc;
}
