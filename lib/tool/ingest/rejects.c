/* Rows that are not taken; see rejects.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/rejects.h"

#include "stream/tsv.h"

static const char *const reason[MR_N_REASONS] = {
	[MR_REASON_FIELDS] = "wrong number of fields",
	[MR_REASON_HEADER] = "header again",
	[MR_REASON_NO_USER] = "no user",
	[MR_REASON_NO_ITEM] = "no item",
	[MR_REASON_NO_TITLE] = "no title",
	[MR_REASON_NOT_FILM] = "unknown film",
	[MR_REASON_NO_RATING] = "no rating",
	[MR_REASON_NOT_NUMBER] = "rating is not a number",
	[MR_REASON_OFF_SCALE] = "rating outside the scale",
	[MR_REASON_NOT_TIME] = "time is not whole seconds"
};

int
mr_ingest_rejects_open(struct mr_rejects *r, const struct mr_ingest *o,
    struct mr_run *run, struct mr_err *err)
{
	int rc;

	r->max = o->max_rejects;
	if (!o->rejects)
		return MR_OK;
	rc = mr_run_side(run, o->rejects, &r->out, err);
	if (rc == MR_OK && run->header_out)
		mr_out_text(r->out, "line\treason\traw\n");
	return rc;
}

int
mr_ingest_reject(struct mr_rejects *r, const struct mr_source *s,
    enum mr_reason why, struct mr_slice raw, struct mr_err *err)
{
	r->n++;
	r->by[why]++;
	r->last = why;
	r->last_line = s->line_no;
	if (r->out) {
		mr_out_printf(r->out, "%lld\t%s\t", (long long)s->line_no,
		    reason[why]);
		mr_tsv_put(r->out, raw);
		mr_out_byte(r->out, '\n');
	}
	if (r->max < 0 || r->n <= r->max)
		return MR_OK;
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: %s; %lld rows rejected, "
	    "expected at most %lld", s->in.name, (long long)s->line_no,
	    reason[why], (long long)r->n, (long long)r->max);
}

int
mr_ingest_rejects_tell(const struct mr_rejects *r, const struct mr_source *s,
    int64_t n_rows, struct mr_report *report, struct mr_err *err)
{
	if (r->n == 0)
		return MR_OK;
	for (int i = 0; i < MR_N_REASONS; i++)
		if (r->by[i])
			mr_report_fact(report, "rejected, %s: %lld",
			    reason[i], (long long)r->by[i]);
	if (r->n == n_rows)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: %s; all %lld "
		    "rows rejected", s->in.name, (long long)r->last_line,
		    reason[r->last], (long long)n_rows);
	mr_report_warn(report, "%lld of %lld rows rejected, the last on line "
	    "%lld: %s", (long long)r->n, (long long)n_rows,
	    (long long)r->last_line, reason[r->last]);
	return MR_OK;
}
