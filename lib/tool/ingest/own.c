/* Somebody's own export, in memory; see ingest.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "tool/ingest/presets.h"
#include "tool/ingest/rating.h"
#include "tool/ingest/run.h"

struct own {
	struct mr_ingest_run run;
	struct mr_run out;	/* nothing is written */
	struct mr_not_times not_times;
	int title, year, people;	/* columns, -1: none */
	mr_ingest_take_own *take;
	void *ctx;
};

/* The largest rating that publishers let one give. */
static double
top_of(const char *publisher)
{
	static const struct {
		const char *name;
		double top;
	} known[] = { { "letterboxd", 5 }, { "imdb", 10 }, { "tmdb", 10 },
	    { "goodreads", 5 }, { "amazon", 5 } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].name, publisher) == 0)
			return known[i].top;
	return 0;
}

static int
column(const struct mr_columns *c, const char *const *names)
{
	for (int k = 0; names[k]; k++)
		for (int i = 0; i < c->n; i++)
			if (c->name[i].n == strlen(names[k]) &&
			    strncasecmp(c->name[i].p, names[k],
			    c->name[i].n) == 0)
				return i;
	return -1;
}

/* Fields that ratings have beside those that mr-ingest writes. */
static void
find_columns(struct own *w)
{
	static const char *const titles[] = { "title", "name", NULL },
	    *const years[] = { "year", "release date", NULL },
	    *const people[] = { "directors", "director", "people", NULL };

	w->title = column(&w->run.cols, titles);
	w->year = column(&w->run.cols, years);
	w->people = column(&w->run.cols, people);
}

static int
cell(struct own *w, int at, struct mr_slice *out, struct mr_err *err)
{
	*out = (struct mr_slice){ "", 0 };
	return at < 0 ? MR_OK : mr_ingest_clean(&w->run.clean, at,
	    w->run.src.field[at], out, err);
}

/* Title and year, which may stand behind the title. */
static int
take_title(struct own *w, struct mr_ingest_own *x, struct mr_err *err)
{
	struct mr_slice year;
	int64_t n;
	int rc = cell(w, w->title, &x->title, err);

	if (rc == MR_OK)
		rc = cell(w, w->year, &year, err);
	if (rc == MR_OK)
		rc = cell(w, w->people, &x->people, err);
	if (rc)
		return rc;
	if (year.n == 0)
		mr_ingest_title_year(&x->title, &year);
	mr_ingest_date_year(&year);
	if (year.n == 4 && mr_parse_i64(year, &n))
		x->year = (int32_t)n;
	return MR_OK;
}

static void
check(struct own *w, struct mr_ingest_own *x, struct mr_slice rating)
{
	struct mr_ingest_run *r = &w->run;
	struct mr_ingest_rating y = { .rating = rating };
	enum mr_reason why = MR_REASON_NO_ITEM;
	bool good = x->item.n > 0;

	if (good && mr_ingest_columns_again(&r->cols, &r->src)) {
		why = MR_REASON_HEADER;
		good = false;
	}
	if (!good || !mr_ingest_rating_check(&r->rule, &y, &why) ||
	    !mr_parse_f64(y.rating, &x->rating))
		x->why = mr_ingest_reason(why);
}

static int
take_row(struct own *w, struct mr_err *err)
{
	struct mr_ingest_run *r = &w->run;
	struct mr_ingest_own x = { .line = r->src.line_no, .time = -1,
	    .rated = r->cols.at[MR_ROLE_RATING] >= 0 };
	struct mr_slice rating = { NULL, 0 }, time = { "", 0 };
	int rc = MR_OK;

	if (r->src.n != r->cols.n) {
		x.why = mr_ingest_reason(MR_REASON_FIELDS);
		x.title = mr_ingest_trim(r->src.raw);
		return w->take(w->ctx, &x, err);
	}
	if (r->cols.only_at >= 0 && mr_ingest_run_other(r))
		x.why = "not a film";
	rc = take_title(w, &x, err);
	if (rc == MR_OK)
		rc = mr_ingest_run_field(r, MR_ROLE_ITEM, &x.item, err);
	if (rc == MR_OK && r->cols.at[MR_ROLE_USER] >= 0)
		rc = mr_ingest_run_field(r, MR_ROLE_USER, &x.user, err);
	if (rc == MR_OK && x.rated)
		rc = mr_ingest_run_field(r, MR_ROLE_RATING, &rating, err);
	if (rc == MR_OK)
		rc = mr_ingest_run_field(r, MR_ROLE_TIME, &time, err);
	if (rc)
		return rc;
	if (!x.why)
		check(w, &x, rating);
	x.time = mr_ingest_time(&w->not_times, &r->src, time);
	return w->take(w->ctx, &x, err);
}

/* One title a line. */
static int
take_titles(struct own *w, struct mr_slice text, const char *name,
    struct mr_err *err)
{
	struct mr_source *s = &w->run.src;
	struct mr_cleaner *k = &w->run.clean;
	bool more = true;
	int rc = mr_ingest_clean_init(k, 1, err);

	if (rc == MR_OK)
		rc = mr_ingest_source_text(s, text, name, err);
	if (rc == MR_OK)
		rc = mr_ingest_source_start(s, MR_FORM_BLANKS, " ", err);
	while (rc == MR_OK) {
		struct mr_ingest_own x = { .time = -1 };
		struct mr_slice year = { "", 0 };
		int64_t n;

		rc = mr_ingest_source_next(s, &more, err);
		if (rc || !more)
			break;
		x.line = s->line_no;
		k->keep_missing = true;	/* "None" is a title */
		rc = mr_ingest_clean(k, 0, s->field[0], &x.title, err);
		x.item = x.title;
		if (mr_ingest_title_year(&x.title, &year) &&
		    mr_parse_i64(year, &n))
			x.year = (int32_t)n;
		if (x.title.n == 0)
			x.why = mr_ingest_reason(MR_REASON_NO_TITLE);
		if (rc == MR_OK)
			rc = w->take(w->ctx, &x, err);
	}
	return rc;
}

/* Is a name of the first line one that tables have?  What parts it is said to
 * o, but of a publisher's file, which is known by its header whatever does. */
static bool
is_table(const struct mr_source *s, struct mr_ingest *o)
{
	static const enum mr_role roles[] = { MR_ROLE_ITEM, MR_ROLE_TITLE,
	    MR_ROLE_RATING };
	struct mr_slice line = { "", 0 }, name;
	const char *by;
	char sep = ',';
	bool is = mr_ingest_preset_known(MR_INGEST_RATINGS, s, &by) != NULL;

	if (!mr_ingest_sniff_first(&s->head, &line))
		return false;
	if (memchr(line.p, '\t', line.n))
		sep = '\t';
	else if (!memchr(line.p, ',', line.n) && memchr(line.p, ';', line.n))
		sep = ';';
	o->tsv = !is && sep == '\t';
	o->delimiter = !is && sep == ';' ? ";" : NULL;
	o->decimal = sep == ';' ? "," : NULL;
	while (line.p && !is) {
		name = mr_ingest_cut_name(&line, sep);
		if (name.n >= 3 && memcmp(name.p, "\xef\xbb\xbf", 3) == 0) {
			name.p += 3;
			name.n -= 3;
		}
		for (size_t k = 0; k < 3; k++)
			is |= mr_ingest_is_known((int)roles[k], name);
	}
	return is;
}

/* A column of users is not asked for, nor one of ids where there are titles;
 * the first failure is told when nothing else reads it. */
static int
open_table(struct own *w, struct mr_ingest *o, struct mr_err *err)
{
	static const char *const try[][2] = { { "me", NULL }, { NULL, NULL },
	    { "me", "item=title" }, { "me", "item=name" } };
	struct mr_err first = { 0 };
	int rc = MR_EFORMAT;

	for (size_t i = 0; i < sizeof try / sizeof *try; i++) {
		*err = (struct mr_err){ 0 };
		mr_ingest_run_free(&w->run);
		w->run = (struct mr_ingest_run){ .file = 0 };
		o->user = try[i][0];
		o->cols = try[i][1];
		rc = mr_ingest_run_open(&w->run, o, MR_INGEST_RATINGS, &w->out,
		    err);
		if (rc == MR_OK || rc == MR_ENOMEM)
			return rc;
		if (i == 0)
			first = *err;
	}
	*err = first;
	return rc;
}

static int
take_table(struct own *w, struct mr_ingest *o,
    struct mr_ingest_own_form *form, struct mr_err *err)
{
	struct mr_ingest_run *r = &w->run;
	bool more = true;
	int rc;

	rc = open_table(w, o, err);
	if (rc == MR_OK && r->cols.preset) {
		form->name = r->cols.preset->name;
		form->top = top_of(form->name);
	}
	find_columns(w);
	while (rc == MR_OK && r->cols.n) {
		rc = mr_ingest_source_next(&r->src, &more, err);
		if (rc || !more)
			break;
		rc = take_row(w, err);
	}
	return rc;
}

int
mr_ingest_own(struct mr_slice text, const char *name,
    struct mr_ingest_own_form *form, mr_ingest_take_own *take, void *ctx,
    struct mr_err *err)
{
	struct mr_ingest o = MR_INGEST_DEFAULT;
	struct own w = { .take = take, .ctx = ctx, .out = { .out.fd = -1,
	    .header_in = true, .threads = 1 } };
	struct mr_source s;
	bool table = false;
	int rc = mr_ingest_source_text(&s, text, name, err);

	o.path = &name;
	o.n_paths = 1;
	o.text = text;
	*form = (struct mr_ingest_own_form){ "titles", 0 };
	if (rc)
		return rc;
	table = mr_ingest_sniff_json(&s.head) || is_table(&s, &o);
	mr_ingest_source_close(&s);
	w.run.src.in.fd = -1;
	if (table) {
		form->name = "table";
		rc = take_table(&w, &o, form, err);
	} else {
		rc = take_titles(&w, text, name, err);
	}
	mr_ingest_run_free(&w.run);
	mr_report_free(&w.out.report);
	return rc;
}
