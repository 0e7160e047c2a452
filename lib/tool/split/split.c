/* Ratings parted in two; see split.h.
 * SPDX-License-Identifier: MIT */
#include "tool/split/split.h"

#include <math.h>
#include <string.h>

#include "store/ratings.h"
#include "tool/split/split_private.h"

/* One side: a file of its own, or the run's output. */
struct side {
	struct mr_out *out;
	int64_t n_rows;
};

struct run {
	const struct mr_split_opt *o;
	struct mr_split_plan plan;
	struct mr_run *run;
	struct mr_ratings_in in;
	uint64_t key;
	struct side train, test;
	struct mr_kept kept;	/* where the plan keeps rows: these, */
	struct mr_buf text;	/* and their lines */
	int64_t n_dropped;	/* of the test set */
};

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
	struct mr_slice line;
	int rc;

	if (r->plan.timed && isnan(x->time))
		return mr_tsv_bad(&r->in.t, err, "time '', expected a "
		    "number");
	rc = row_line(r, &line, err);
	if (rc)
		return rc;
	if (r->plan.keeps) {
		rc = mr_kept_add(&r->kept, x->user, x->item, x->time, line,
		    err);
		if (rc == MR_OK)
			rc = mr_buf_add(&r->text, line.p, line.n, err);
		return rc ? rc : mr_buf_add(&r->text, "\n", 1, err);
	}
	put_line(mr_split_plan_tests(&r->plan, r->key, x->user, x->item,
	    x->time) ? &r->test : &r->train, line);
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
				mr_report_step(report, "ratings", n,
				    mr_in_total(&r->in.t.in, n));
		}
	}
	return rc;
}

/* What was kept, in its order. */
static int
put_kept(struct run *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_slice rest = mr_buf_slice(&r->text);
	int rc = mr_split_sides(&r->kept, &r->plan, r->key, report,
	    &r->n_dropped, err);

	for (size_t i = 0; rc == MR_OK && i < r->kept.n; i++) {
		struct mr_slice line = mr_slice_cut(&rest, '\n');

		if (r->kept.side[i] != MR_SIDE_NONE)
			put_line(r->kept.side[i] == MR_SIDE_TEST ? &r->test :
			    &r->train, line);
	}
	return rc;
}

/* ---- the report ---- */

/* By chance the side would be empty once in e^20 times; but more often where
 * all rows of a user go together, and of users nobody counts. */
static void
tell_chance(const struct run *r, struct mr_report *report, bool train)
{
	const struct mr_split_part *p = &r->plan.part;
	double share = p->folds ? 1 / (double)p->folds : p->share;
	double n = (double)(r->train.n_rows + r->test.n_rows);

	share = train ? share : 1 - share;
	if (p->by != MR_SPLIT_PAIR && share > 0)
		mr_report_warn(report, "no %s is in %s: are they few, or was "
		    "the input split by the same seed before? take another -s",
		    p->by == MR_SPLIT_USER ? "user" : "item",
		    train ? "test" : "train");
	else if (p->by == MR_SPLIT_PAIR && n * share >= 20)
		mr_report_warn(report, "no row is in %s: was the input split "
		    "by the same seed before? take another -s",
		    train ? "test" : "train");
}

/* An empty side is no error, but seldom what was meant. */
static void
tell(const struct run *r, struct mr_report *report)
{
	const struct mr_split_plan *p = &r->plan;
	int64_t train = r->train.n_rows, test = r->test.n_rows;

	mr_report_fact(report, "rows in train: %lld", (long long)train);
	mr_report_fact(report, "rows in test: %lld", (long long)test);
	if (train + test == 0 || (train && test))
		return;
	if (!test && r->n_dropped)
		mr_report_warn(report, "no row is left in test: all %lld were "
		    "left out", (long long)r->n_dropped);
	else if (p->way <= MR_SPLIT_HOLDOUT)
		tell_chance(r, report, train > 0);
	else if (p->way == MR_SPLIT_WHOLE)
		mr_report_warn(report, "there are no more than %lld %s: none "
		    "is in train", (long long)p->some.n,
		    p->part.by == MR_SPLIT_USER ? "users" : "items");
	else if (p->way <= MR_SPLIT_LAST && p->some.n)
		mr_report_warn(report, "no user has more than %lld rows: all "
		    "are in train", (long long)p->some.n);
	else if (p->way <= MR_SPLIT_LAST)
		mr_report_warn(report, "no user has rows enough for this "
		    "share: all are in train");
	else
		mr_report_warn(report, "all rows are %s the time: none is in "
		    "%s", train ? "before" : "at or after",
		    train ? "test" : "train");
}

int
mr_split(const struct mr_split_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct run r = { .o = o, .run = run };
	int rc = mr_split_plan(&r.plan, o, err), at;
	const struct mr_ratings_rule rule = { .header = run->header_in,
	    .keep_raw = true, .times = r.plan.timed ? MR_TIMES_ANY :
	    MR_TIMES_UNREAD, .report = &run->report };

	if (rc)
		return rc;
	rc = mr_ratings_open(&r.in, o->path, &rule, err);
	if (rc == MR_OK && r.plan.timed)
		rc = mr_tsv_need(&r.in.t, "time", &at, err);
	r.key = r.plan.way <= MR_SPLIT_HOLDOUT ?
	    mr_split_key(&r.plan.part, run->seed) :
	    mr_split_key_each(run->seed);
	if (rc == MR_OK)
		rc = open_sides(&r, err);
	if (rc == MR_OK)
		rc = read_rows(&r, &run->report, err);
	if (rc == MR_OK && r.plan.keeps)
		rc = put_kept(&r, &run->report, err);
	if (rc == MR_OK)
		tell(&r, &run->report);
	mr_kept_free(&r.kept);
	mr_buf_free(&r.text);
	mr_ratings_close(&r.in);
	return rc;
}
