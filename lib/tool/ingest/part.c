/* Runs over parts of an input; see run.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/run.h"

int
mr_ingest_run_part(struct mr_ingest_run *r, const struct mr_ingest_run *all,
    struct mr_err *err)
{
	int rc;

	*r = (struct mr_ingest_run){ .o = all->o, .rule = all->rule,
	    .cols = all->cols, .rejects = { .max = -1,
	    .keep = all->rejects.out != NULL },
	    .scores = all->scores,
	    .src = { .in.fd = -1, .what = all->src.what,
	    .n_cols = all->src.n_cols, .n_named = all->src.n_named,
	    .rest = all->src.rest } };
	r->clean.encoding = all->clean.encoding;
	r->clean.missing = all->clean.missing;
	r->clean.guess_latin1 = all->clean.guess_latin1;
	rc = mr_ingest_clean_init(&r->clean, all->clean.n_slots, err);
	if (rc == MR_OK)
		rc = mr_ingest_source_start(&r->src, all->src.form,
		    all->src.sep, err);
	return rc;
}

void
mr_ingest_run_part_clear(struct mr_ingest_run *r)
{
	struct mr_rejects *j = &r->rejects;

	j->text.n = 0;
	*j = (struct mr_rejects){ .max = -1, .keep = j->keep,
	    .text = j->text };
	r->n_rows = r->n_out = r->n_others = 0;
	r->src.n_swallowed = r->src.n_slashes = 0;
	r->clean.n_repaired = 0;
	r->clean.saw_utf8 = r->clean.saw_other = false;
}

void
mr_ingest_run_join(struct mr_ingest_run *r, const struct mr_ingest_run *part)
{
	mr_ingest_rejects_join(&r->rejects, &part->rejects);
	r->n_rows += part->n_rows;
	r->n_out += part->n_out;
	r->n_others += part->n_others;
	if (r->src.n_swallowed == 0)
		r->src.swallow_line = part->src.swallow_line;
	r->src.n_swallowed += part->src.n_swallowed;
	r->src.n_slashes += part->src.n_slashes;
	r->clean.n_repaired += part->clean.n_repaired;
	r->clean.saw_utf8 |= part->clean.saw_utf8;
	r->clean.saw_other |= part->clean.saw_other;
}

void
mr_ingest_run_part_free(struct mr_ingest_run *r)
{
	mr_buf_free(&r->imdb);
	mr_ingest_clean_free(&r->clean);
	mr_ingest_rejects_free(&r->rejects);
	mr_ingest_source_close(&r->src);
	*r = (struct mr_ingest_run){ .src.in.fd = -1 };
}
