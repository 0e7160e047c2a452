/* Rows that another reader goes on with; see source.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/source.h"

int
mr_ingest_source_rest(struct mr_source *s, bool *may, int64_t *line,
    struct mr_err *err)
{
	*may = !s->again && (s->form == MR_FORM_CSV ||
	    s->form == MR_FORM_BACKSLASH || !s->have_line) &&
	    s->form != MR_FORM_JSON;
	*line = s->form == MR_FORM_BACKSLASH ? s->backslash.next_line :
	    s->line_no + 1;
	return s->form == MR_FORM_CSV ? mr_csv_rest(&s->csv, line, err) :
	    MR_OK;
}

int
mr_ingest_source_over(struct mr_source *s, const void *p, size_t n,
    int64_t line, const char *name, struct mr_err *err)
{
	int rc;

	mr_in_close(&s->in);
	rc = mr_in_memory(&s->in, p, n, name, err);
	s->line_no = line - 1;
	if (rc || (s->form != MR_FORM_CSV && s->form != MR_FORM_BACKSLASH))
		return rc;
	s->later |= s->csv.line_no > 0;
	mr_csv_close(&s->csv);
	mr_backslash_close(&s->backslash);
	return mr_ingest_source_start(s, s->form, s->sep, err);
}

void
mr_ingest_source_pass(struct mr_source *s, int64_t n)
{
	if (s->form == MR_FORM_CSV)
		mr_csv_pass(&s->csv, n);
	else if (s->form == MR_FORM_BACKSLASH)
		s->backslash.next_line += n;
	s->line_no += n;
}
