/* The rows of mr-tune, written and read again; see tune_private.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "core/hash.h"
#include "stream/tsv.h"
#include "tool/tune/tune_private.h"

static const char *const columns[] = { "trial", "round", "share", "folds",
    "options", "measure", "value", "lo", "hi", "users", "data" };

enum { TRIAL, ROUND, SHARE, FOLDS, OPTIONS, MEASURE, VALUE, LO, HI, USERS,
    DATA, COLUMNS };

/* "ndcg@20" */
static int
measure_name(const struct mr_tune *t, struct mr_buf *b, struct mr_err *err)
{
	return t->judge.lists ? mr_buf_addf(b, err, "%s@%lld", t->judge.name,
	    (long long)t->judge.k) : mr_buf_addf(b, err, "%s", t->judge.name);
}

static int
options(const struct mr_tune *t, int64_t i, struct mr_buf *b,
    struct mr_err *err)
{
	int rc = mr_buf_addf(b, err, "-m %s", t->o->kind->name);

	return rc ? rc : mr_settings_options(&t->settings, i, b, err);
}

void
mr_tune_head(const struct mr_tune *t)
{
	for (int c = 0; c < COLUMNS && t->run->header_out; c++)
		mr_out_printf(&t->run->out, "%s%s", c ? "\t" : "",
		    columns[c]);
	if (t->run->header_out)
		mr_out_byte(&t->run->out, '\n');
	mr_out_flush(&t->run->out);
}

static void
put_number(struct mr_out *out, double v)
{
	char text[32];

	mr_out_byte(out, '\t');
	if (!isnan(v))
		mr_out_text(out, mr_f64_text(v, text));
}

int
mr_tune_row(const struct mr_tune *t, int r, int64_t i, struct mr_err *err)
{
	const struct mr_tune_result *x = &t->result[i];
	struct mr_out *out = &t->run->out;
	struct mr_buf opt = { 0 }, name = { 0 };
	int rc = options(t, i, &opt, err);

	if (rc == MR_OK)
		rc = measure_name(t, &name, err);
	if (rc == MR_OK) {
		mr_out_printf(out, "%lld\t%d", (long long)i + 1, r + 1);
		put_number(out, t->round[r].share);
		mr_out_printf(out, "\t%d\t%.*s\t%.*s", t->round[r].folds,
		    (int)opt.n, opt.p, (int)name.n, name.p);
		put_number(out, x->value);
		put_number(out, x->lo);
		put_number(out, x->hi);
		mr_out_printf(out, "\t%lld\t%s\n", (long long)x->users,
		    t->data);
		mr_out_flush(out);
	}
	mr_buf_free(&opt);
	mr_buf_free(&name);
	return rc;
}

static bool
number(struct mr_slice s, double *v)
{
	*v = (double)NAN;
	return s.n == 0 || mr_parse_f64(s, v);
}

/* What a row says, if it is of round r and of a trial that is in it. */
static int
take(struct mr_tune *t, int r, const struct mr_tsv *in, const int *col,
    struct mr_err *err)
{
	const struct mr_slice *f = in->field;
	struct mr_buf opt = { 0 }, name = { 0 };
	struct mr_tune_result x = { .value = 0 };
	int64_t trial, round;
	int rc = measure_name(t, &name, err);

	if (f[col[DATA]].n < strlen(t->data) || rc)
		goto out;	/* the last row of a run that was ended */
	if (!mr_slice_is(f[col[DATA]], t->data) ||
	    !mr_slice_eq(f[col[MEASURE]], mr_buf_slice(&name))) {
		rc = mr_tsv_bad(in, err, "of other ratings, another split, "
		    "seed or measure");
		goto out;
	}
	if (!mr_parse_i64(f[col[TRIAL]], &trial) ||
	    !mr_parse_i64(f[col[ROUND]], &round) ||
	    !number(f[col[VALUE]], &x.value) || !number(f[col[LO]], &x.lo) ||
	    !number(f[col[HI]], &x.hi) ||
	    !mr_parse_i64(f[col[USERS]], &x.users)) {
		rc = mr_tsv_bad(in, err, "no row of mr-tune");
		goto out;
	}
	if (round != r + 1 || trial < 1 || trial > t->settings.most)
		goto out;
	if (trial > t->settings.n) {
		x.said = mr_hash64(f[col[OPTIONS]].p, f[col[OPTIONS]].n);
		t->result[trial - 1] = x;
		goto out;
	}
	rc = options(t, trial - 1, &opt, err);
	if (rc == MR_OK && mr_slice_eq(f[col[OPTIONS]], mr_buf_slice(&opt)) &&
	    t->result[trial - 1].alive) {
		x.alive = x.known = true;
		x.sums = t->result[trial - 1].sums;
		x.folds = t->result[trial - 1].folds;
		t->result[trial - 1] = x;
	}
out:
	mr_buf_free(&opt);
	mr_buf_free(&name);
	return rc;
}

int
mr_tune_begin(struct mr_tune *t, int64_t i, struct mr_err *err)
{
	struct mr_tune_result *x = &t->result[i];
	struct mr_buf b = { 0 };
	int rc = options(t, i, &b, err);

	if (rc == MR_OK && x->said && x->said == mr_hash64(b.p, b.n))
		x->known = true;
	else
		*x = (struct mr_tune_result){ .value = (double)NAN };
	x->alive = true;
	mr_buf_free(&b);
	return rc;
}

int
mr_tune_read(struct mr_tune *t, int r, struct mr_err *err)
{
	struct mr_tsv in;
	int col[COLUMNS] = { 0 };
	bool more = true;
	int rc = mr_tsv_open(&in, t->o->resume, NULL, err);

	if (rc)
		return rc;
	for (int c = 0; c < COLUMNS && rc == MR_OK; c++)
		rc = mr_tsv_need(&in, columns[c], &col[c], err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&in, &more, err);
		/* A row that was begun when the run was ended. */
		if (rc == MR_EFORMAT && in.in.eof && in.in.pos == in.in.len) {
			*err = (struct mr_err){ 0 };
			rc = MR_OK;
			break;
		}
		if (rc == MR_OK && more)
			rc = take(t, r, &in, col, err);
	}
	mr_tsv_close(&in);
	return rc;
}
