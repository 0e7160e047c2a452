/* Ratings parted in two; see split.h.
 * SPDX-License-Identifier: MIT */
#include "tool/split/split.h"

#include <math.h>
#include <string.h>

#include "core/date.h"
#include "eval/latest.h"
#include "store/ratings.h"

/* One side: a file of its own, or the run's output. */
struct side {
	struct mr_out *out;
	int64_t n_rows;
};

struct run {
	const struct mr_split_opt *o;
	struct mr_run *run;
	struct mr_ratings_in in;
	uint64_t key;
	struct side train, test;
	struct mr_latest latest;	/* MR_SPLIT_LAST: the rows, */
	struct mr_buf text;	/* and their lines */
};

bool
mr_split_time(const char *s, double *out)
{
	int64_t day;

	if (mr_parse_f64(mr_slice_of(s), out))
		return true;
	if (!mr_date_parse(mr_slice_of(s), &day))
		return false;
	*out = (double)(day * 86400);
	return true;
}

/* ---- outputs ---- */

static int
side_open(struct run *r, struct side *s, const char *path,
    struct mr_err *err)
{
	int rc = MR_OK;

	s->out = &r->run->out;
	if (strcmp(path, "-") != 0)
		rc = mr_run_side(r->run, path, &s->out, err);
	if (rc == MR_OK && mr_out_replaces(s->out, &r->in.t.in))
		return mr_err_set(err, MR_EARG, "'%s' is the input: the rows "
		    "of the other part would be lost from it", s->out->name);
	return rc;
}

static int
open_sides(struct run *r, struct mr_err *err)
{
	int rc;

	/* Nothing goes to standard output: a side may be a name of it. */
	if (strcmp(r->o->train, "-") != 0 && strcmp(r->o->test, "-") != 0)
		mr_out_abandon(&r->run->out);
	rc = side_open(r, &r->train, r->o->train, err);
	return rc ? rc : side_open(r, &r->test, r->o->test, err);
}

static void
put_header(const struct mr_tsv *t, struct mr_out *out)
{
	for (int i = 0; i < t->n_cols; i++) {
		if (i)
			mr_out_byte(out, '\t');
		mr_tsv_put(out, t->name[i]);
	}
	if (t->n_cols)
		mr_out_byte(out, '\n');
}

static void
put_line(struct side *s, struct mr_slice line)
{
	mr_out_write(s->out, line.p, line.n);
	mr_out_byte(s->out, '\n');
	s->n_rows++;
}

/* ---- rows ---- */

/*
 * The row's bytes as they were read.  Without a header line a row may end
 * early; under the header line it is given here it must not, and gets the
 * empty fields that it lacks.
 */
static int
row_line(struct run *r, struct mr_slice *line, struct mr_err *err)
{
	struct mr_tsv *t = &r->in.t;
	int n_tabs = 0, rc;

	*line = mr_tsv_raw(t);
	if (!t->may_end_early || !r->run->header_out)
		return MR_OK;
	for (size_t i = 0; i < line->n; i++)
		n_tabs += line->p[i] == '\t';
	if (n_tabs == t->n_cols - 1)
		return MR_OK;
	rc = t->raw.n ? MR_OK : mr_buf_add(&t->raw, line->p, line->n, err);
	while (rc == MR_OK && n_tabs++ < t->n_cols - 1)
		rc = mr_buf_add(&t->raw, "\t", 1, err);
	*line = mr_buf_slice(&t->raw);
	return rc;
}

static int
take_row(struct run *r, const struct mr_rating *x, struct mr_err *err)
{
	const struct mr_split_opt *o = r->o;
	struct mr_slice line;
	bool test = false;
	int rc;

	if (o->way >= MR_SPLIT_LAST && isnan(x->time))
		return mr_tsv_bad(&r->in.t, err, "time '', expected a "
		    "number");
	rc = row_line(r, &line, err);
	if (rc)
		return rc;
	if (o->way == MR_SPLIT_LAST) {
		rc = mr_latest_add(&r->latest, x->user, x->item, x->time,
		    line, err);
		if (rc == MR_OK)
			rc = mr_buf_add(&r->text, line.p, line.n, err);
		return rc ? rc : mr_buf_add(&r->text, "\n", 1, err);
	}
	if (o->way == MR_SPLIT_BEFORE)
		test = x->time >= o->before;
	else
		test = mr_split_tests(&o->part, r->key, x->user, x->item);
	put_line(test ? &r->test : &r->train, line);
	return MR_OK;
}

static int
read_rows(struct run *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_rating x;
	bool more = true;
	int64_t n = 0;
	int rc = MR_OK;

	if (r->run->header_out) {
		put_header(&r->in.t, r->train.out);
		put_header(&r->in.t, r->test.out);
	}
	while (rc == MR_OK && more) {
		rc = mr_ratings_next(&r->in, &x, &more, err);
		if (rc == MR_OK && more) {
			rc = take_row(r, &x, err);
			if (++n % 65536 == 0)
				mr_report_step(report, "ratings", n, 0);
		}
	}
	return rc;
}

/* MR_SPLIT_LAST: what was kept, in its order. */
static int
put_kept(struct run *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_slice rest = mr_buf_slice(&r->text);
	const struct mr_latest *l = &r->latest;
	int rc = mr_latest_pick(&r->latest, r->o->last, r->key, err);

	for (size_t i = 0; rc == MR_OK && i < l->n; i++)
		put_line(l->picked[i] ? &r->test : &r->train,
		    mr_slice_cut(&rest, '\n'));
	mr_report_fact(report, "users: %lld, with %lld rows or fewer and so "
	    "all in train: %lld", (long long)l->users.n,
	    (long long)r->o->last, (long long)l->n_short);
	mr_report_fact(report, "items: %lld, in test only: %lld",
	    (long long)l->items.n, (long long)l->n_lone);
	if (rc == MR_OK && l->n_tied)
		mr_report_warn(report, "%lld of %lld users have equal times "
		    "at the cut: chance (-s) decides among them",
		    (long long)l->n_tied,
		    (long long)(l->users.n - l->n_short));
	return rc;
}

/* An empty side is no error, but seldom what was meant. */
static void
tell(const struct run *r, struct mr_report *report)
{
	const struct mr_split_opt *o = r->o;
	int64_t train = r->train.n_rows, test = r->test.n_rows;
	double n = (double)(train + test), share = o->part.share;

	mr_report_fact(report, "rows in train: %lld", (long long)train);
	mr_report_fact(report, "rows in test: %lld", (long long)test);
	if (n == 0 || (train && test))
		return;
	if (o->way == MR_SPLIT_LAST) {
		mr_report_warn(report, "no user has more than %lld rows: all "
		    "are in train", (long long)o->last);
		return;
	}
	if (o->way == MR_SPLIT_BEFORE) {
		mr_report_warn(report, "all rows are %s the time: none is in "
		    "%s", train ? "before" : "at or after",
		    train ? "test" : "train");
		return;
	}
	/* By chance the side would be empty once in e^20 times. */
	if (o->way == MR_SPLIT_FOLDS)
		share = 1 / (double)o->part.folds;
	if (n * (train ? share : 1 - share) >= 20)
		mr_report_warn(report, "no row is in %s: was the input split "
		    "by the same seed before? take another -s",
		    train ? "test" : "train");
}

int
mr_split(const struct mr_split_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct run r = { .o = o, .run = run };
	bool timed = o->way >= MR_SPLIT_LAST;
	const struct mr_ratings_rule rule = { .header = run->header_in,
	    .keep_raw = true, .times = timed ? MR_TIMES_ANY :
	    MR_TIMES_UNREAD };
	int rc = mr_ratings_open(&r.in, o->path, &rule, err), at;

	if (rc == MR_OK && timed)
		rc = mr_tsv_need(&r.in.t, "time", &at, err);
	r.key = o->way == MR_SPLIT_LAST ? mr_split_key_each(run->seed) :
	    mr_split_key(&o->part, run->seed);
	if (rc == MR_OK)
		rc = open_sides(&r, err);
	if (rc == MR_OK)
		rc = read_rows(&r, &run->report, err);
	if (rc == MR_OK && o->way == MR_SPLIT_LAST)
		rc = put_kept(&r, &run->report, err);
	if (rc == MR_OK)
		tell(&r, &run->report);
	mr_latest_free(&r.latest);
	mr_buf_free(&r.text);
	mr_ratings_close(&r.in);
	return rc;
}
