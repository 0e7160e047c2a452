/* Columns of one table put beside the rows of another; see join.h.
 * SPDX-License-Identifier: MIT */
#include "tool/join/join.h"

#include <string.h>

#include "store/match.h"

struct join {
	const struct mr_join_opt *o;
	struct mr_run *run;
	struct mr_tsv left;
	struct mr_match_columns side;
	struct mr_match_table right;
	struct mr_match match;
	struct mr_buf key;
	struct mr_out *unmatched, *ambiguous;	/* NULL: not kept */
	int64_t n_rows, n_out, n_unmatched, n_ambiguous, n_people;
};

static int
open_side(struct join *j, const char *path, struct mr_out **out,
    struct mr_err *err)
{
	int rc = path ? mr_run_side(j->run, path, out, err) : MR_OK;

	if (rc == MR_OK && *out && mr_out_replaces(*out, &j->left.in))
		return mr_err_set(err, MR_EARG, "'%s' is the input: its other "
		    "rows would be lost from it", (*out)->name);
	return rc;
}

/* The header of left, and behind it what is added. */
static void
put_header(const struct join *j, struct mr_out *out, bool added)
{
	if (!out || !j->run->header_out || !j->left.n_cols)
		return;
	for (int i = 0; i < j->left.n_cols; i++) {
		if (i)
			mr_out_byte(out, '\t');
		mr_tsv_put(out, j->left.name[i]);
	}
	for (int32_t i = 0; added && i < j->right.n_with; i++) {
		mr_out_byte(out, '\t');
		mr_tsv_put(out, mr_ids_get(&j->right.with, i));
	}
	mr_out_text(out, added && j->o->by.how ? "\thow\n" : "\n");
}

static void
put_row(struct join *j, struct mr_out *out, const struct mr_candidate *c)
{
	static const char *const how[] = { "\tid", "\ttitle",
		"\ttitle+people" };
	struct mr_slice line = mr_tsv_raw(&j->left);

	mr_out_write(out, line.p, line.n);
	for (int i = 0; c && i < j->right.n_with; i++) {
		mr_out_byte(out, '\t');
		mr_tsv_put(out, mr_match_table_cell(&j->right, c->row, i));
	}
	if (c && j->o->by.how)
		mr_out_text(out, how[j->match.how]);
	mr_out_byte(out, '\n');
}

static int
take_row(struct join *j, struct mr_err *err)
{
	struct mr_match *m = &j->match;
	struct mr_match_row x;
	int rc = mr_match_columns_row(&j->side, &j->left, &j->key, &x, err);

	if (rc == MR_OK)
		rc = mr_match_find(m, &j->right, &x, j->o->year_slack, err);
	if (rc)
		return rc;
	if (m->n == 0) {
		j->n_unmatched++;
		if (j->unmatched)
			put_row(j, j->unmatched, NULL);
	} else if (m->n == 1) {
		j->n_out++;
		j->n_people += m->how == MR_HOW_PEOPLE;
		put_row(j, &j->run->out, m->found);
	} else {
		j->n_ambiguous++;
		for (size_t i = 0; j->ambiguous && i < m->n; i++)
			put_row(j, j->ambiguous, &m->found[i]);
	}
	return MR_OK;
}

/* What stands in no file is told without -v. */
static void
tell(const struct join *j)
{
	struct mr_report *report = &j->run->report;
	const struct mr_join_opt *o = j->o;

	mr_report_fact(report, "rows read: %lld", (long long)j->n_rows);
	mr_report_fact(report, "rows written: %lld", (long long)j->n_out);
	if (!o->by.on)
		mr_report_fact(report, "of these with a person in common: "
		    "%lld", (long long)j->n_people);
	mr_report_fact(report, "rows without a match: %lld",
	    (long long)j->n_unmatched);
	mr_report_fact(report, "rows with several: %lld",
	    (long long)j->n_ambiguous);
	if (j->n_unmatched && !o->unmatched)
		mr_report_warn(report, "%lld of %lld rows have no match and "
		    "are left out (--unmatched FILE keeps them)%s",
		    (long long)j->n_unmatched, (long long)j->n_rows,
		    o->by.on && j->n_unmatched == j->n_rows ?
		    "; are the ids others?" : "");
	if (j->n_ambiguous && !o->ambiguous)
		mr_report_warn(report, "%lld of %lld rows have several "
		    "matches and are left out (--ambiguous FILE keeps them)",
		    (long long)j->n_ambiguous, (long long)j->n_rows);
}

static int
open_all(struct join *j, struct mr_err *err)
{
	const struct mr_join_opt *o = j->o;
	int rc = mr_tsv_open(&j->left, o->left, NULL, err);

	j->left.keep_raw = true;
	if (rc == MR_OK)
		rc = mr_match_columns_find(&j->side, &j->left, &o->by, true, err);
	if (rc == MR_OK)
		rc = open_side(j, o->unmatched, &j->unmatched, err);
	if (rc == MR_OK)
		rc = open_side(j, o->ambiguous, &j->ambiguous, err);
	return rc ? rc : mr_match_table_load(&j->right, &o->by, &j->left,
	    &j->run->report, err);
}

int
mr_join(const struct mr_join_opt *o, struct mr_run *run, struct mr_err *err)
{
	struct join j = { .o = o, .run = run, .left.in.fd = -1 };
	bool more = true;
	int rc = open_all(&j, err);

	if (rc == MR_OK) {
		put_header(&j, &run->out, true);
		put_header(&j, j.unmatched, false);
		put_header(&j, j.ambiguous, true);
	}
	while (rc == MR_OK && j.left.n_cols) {
		rc = mr_tsv_next(&j.left, &more, err);
		if (rc || !more)
			break;
		if (++j.n_rows % 65536 == 0)
			mr_report_step(&run->report, "rows", j.n_rows,
			    mr_in_total(&j.left.in, j.n_rows));
		rc = take_row(&j, err);
	}
	if (rc == MR_OK)
		tell(&j);
	mr_tsv_close(&j.left);
	mr_match_table_free(&j.right);
	mr_match_free(&j.match);
	mr_buf_free(&j.key);
	return rc;
}
