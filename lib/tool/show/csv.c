/* A table of ours as CSV, for spreadsheets and others; see show.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "stream/tsv.h"
#include "tool/show/show.h"

/* RFC 4180: in quotes where a reader would take it for something else. */
static void
put_field(struct mr_out *out, struct mr_slice s, bool alone)
{
	bool quotes = alone && s.n == 0;

	for (size_t i = 0; i < s.n && !quotes; i++)
		quotes = s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' ||
		    s.p[i] == '\r';
	if (!quotes) {
		mr_out_slice(out, s);
		return;
	}
	mr_out_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			mr_out_byte(out, '"');
		mr_out_byte(out, s.p[i]);
	}
	mr_out_byte(out, '"');
}

static void
put_row(struct mr_out *out, const struct mr_slice *field, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			mr_out_byte(out, ',');
		put_field(out, field[i], n == 1);
	}
	mr_out_byte(out, '\n');
}

int
mr_show_csv(const char *path, struct mr_run *run, struct mr_err *err)
{
	struct mr_tsv t = { 0 };
	bool more = true;
	int rc = mr_tsv_open(&t, path, NULL, err);

	if (rc == MR_OK && t.n_cols && run->header_out)
		put_row(&run->out, t.name, t.n_cols);
	while (rc == MR_OK && t.n_cols) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc || !more)
			break;
		put_row(&run->out, t.field, t.n_cols);
	}
	mr_tsv_close(&t);
	return rc;
}
