/* mr-stat of ratings: counts, histograms, the long tail.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/date.h"
#include "core/mem.h"
#include "data/counted.h"
#include "eval/summary.h"
#include "store/ratings.h"
#include "tool/stat/private.h"

#define DAY_S 86400

/* What is gathered row by row; f is complete after finish. */
struct gather {
	struct mr_ratings_in in;
	struct mr_stat_missing missing;
	struct mr_counted users, items;	/* ratings of each */
	struct mr_coo pairs;
	struct last {
		int64_t time, n, n_last;	/* times, and the latest */
	} *last;		/* [users.ids.n] */
	size_t n_last, cap;
	struct mr_stat_figures f;
};

/* The latest time of the user added last. */
static int
take_last(struct gather *g, int64_t time, struct mr_err *err)
{
	struct last *l;
	int rc = mr_grow(&g->last, &g->cap, (size_t)g->users.ids.n,
	    sizeof *g->last, "times", err);

	if (rc || g->users.last < 0)
		return rc;
	while (g->n_last < (size_t)g->users.ids.n)
		g->last[g->n_last++] = (struct last){ 0 };
	l = &g->last[g->users.last];
	if (l->n++ == 0 || time > l->time) {
		l->time = time;
		l->n_last = 0;
	}
	l->n_last += time == l->time;
	return MR_OK;
}

static int
take_time(struct mr_stat_figures *f, int64_t time, struct mr_err *err)
{
	int64_t day, second;

	if (f->day.total == 0 || time < f->first)
		f->first = time;
	if (f->day.total == 0 || time > f->last)
		f->last = time;
	day = time / DAY_S - (time % DAY_S < 0);
	second = time % DAY_S + (time % DAY_S < 0 ? DAY_S : 0);
	if (f->day.total == 0)
		f->second = second;
	f->other_seconds += second != f->second;
	return mr_tally_add(&f->day, (double)day, 1, err);
}

static int
take_row(struct gather *g, const struct mr_rating *x, struct mr_err *err)
{
	struct mr_stat_figures *f = &g->f;
	int rc;

	mr_stat_missing_add(&g->missing, &g->in.t);
	rc = mr_counted_add(&g->users, x->user, err);
	if (rc == MR_OK)
		rc = mr_counted_add(&g->items, x->item, err);
	if (rc)
		return rc;
	if (g->users.last < 0 || g->items.last < 0)
		f->incomplete++;
	else
		rc = mr_coo_add(&g->pairs, g->users.last, g->items.last, 1,
		    err);
	if (rc == MR_OK && x->text.n)
		rc = mr_tally_add(&f->rating, x->value, 1, err);
	if (rc == MR_OK && !isnan(x->time))
		rc = take_last(g, x->seconds, err);
	if (rc == MR_OK && !isnan(x->time))
		rc = take_time(f, x->seconds, err);
	return rc;
}

static int
read_rows(struct gather *g, struct mr_report *report, struct mr_err *err)
{
	struct mr_rating x;
	bool more = true;
	int rc = mr_stat_missing_open(&g->missing, &g->in.t, err);

	while (rc == MR_OK && more) {
		rc = mr_ratings_next(&g->in, &x, &more, err);
		if (rc == MR_OK && more) {
			rc = take_row(g, &x, err);
			if (g->missing.rows % 65536 == 0)
				mr_report_step(report, "ratings",
				    g->missing.rows, mr_in_total(&g->in.t.in,
				    g->missing.rows));
		}
	}
	return rc;
}

/* Pairs between users and items that both have MR_STAT_FEW pairs. */
static int
count_firm(const struct mr_csr *R, int64_t *firm, struct mr_err *err)
{
	int64_t *of_item = mr_alloc((size_t)R->cols, sizeof *of_item,
	    "counts", err);

	if (!of_item)
		return MR_ENOMEM;
	*firm = 0;
	for (int64_t k = 0; k < mr_csr_nnz(R); k++)
		of_item[R->idx[k]]++;
	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			*firm += R->ptr[u + 1] - R->ptr[u] >= MR_STAT_FEW &&
			    of_item[R->idx[k]] >= MR_STAT_FEW;
	free(of_item);
	return MR_OK;
}

/* Users whose latest ratings have one time; the item with most of them. */
static void
find_ends(struct gather *g)
{
	const struct mr_counted *items = &g->items;
	int32_t top = 0;

	for (size_t u = 0; u < g->n_last; u++) {
		g->f.ended += g->last[u].n > 1;
		g->f.tied += g->last[u].n_last > 1;
	}
	for (int32_t i = 1; i < items->ids.n; i++)
		if (items->n[i] > items->n[top])
			top = i;
	if (items->ids.n)
		g->f.top = mr_ids_get(&items->ids, top);
}

/* From what was gathered to figures. */
static int
finish(struct gather *g, struct mr_err *err)
{
	struct mr_stat_figures *f = &g->f;
	struct mr_csr R = { 0 };
	int rc = mr_csr_from_coo(&R, &g->pairs, g->users.ids.n,
	    g->items.ids.n, &f->repeated, err);

	if (rc == MR_OK)
		rc = count_firm(&R, &f->firm_pairs, err);
	f->pairs = mr_csr_nnz(&R);
	mr_csr_free(&R);
	if (rc == MR_OK)
		rc = mr_stat_tally_counts(&f->per_user, g->users.n,
		    g->users.ids.n, err);
	if (rc == MR_OK)
		rc = mr_stat_tally_counts(&f->per_item, g->items.n,
		    g->items.ids.n, err);
	mr_tally_sort(&f->rating);
	mr_tally_sort(&f->day);
	f->rows = g->missing.rows;
	f->users = g->users.ids.n;
	f->items = g->items.ids.n;
	f->missing_ratings = f->rows - f->rating.total;
	f->float_users = mr_stat_floats(&g->users.ids);
	f->float_items = mr_stat_floats(&g->items.ids);
	find_ends(g);
	return rc;
}

static void
put_counts(struct mr_out *out, const struct mr_stat_figures *f)
{
	int64_t cells = (int64_t)f->users * f->items;
	const struct {
		const char *name;
		int64_t n, of;
	} count[] = {
		{ "rows", f->rows, 0 }, { "users", f->users, 0 },
		{ "items", f->items, 0 }, { "pairs", f->pairs, f->rows },
		{ "repeated", f->repeated, f->rows },
		{ "incomplete", f->incomplete, f->rows },
		{ "firm-pairs", f->firm_pairs, f->pairs },
	};

	for (size_t i = 0; i < sizeof count / sizeof count[0]; i++)
		mr_stat_count(out, "counts", mr_slice_of(count[i].name),
		    count[i].n, count[i].of);
	if (f->has_films) {
		mr_stat_count(out, "counts", mr_slice_of("films"), f->films,
		    0);
		mr_stat_count(out, "counts", mr_slice_of("items-in-films"),
		    f->in_films, f->items);
	}
	if (cells == 0)
		return;
	mr_stat_count(out, "matrix", mr_slice_of("cells"), cells, 0);
	mr_stat_real(out, "matrix", "density",
	    (double)f->pairs / (double)cells);
	mr_stat_real(out, "matrix", "sparsity",
	    (double)(cells - f->pairs) / (double)cells);
}

static void
put_side(struct mr_out *out, const char *name, const struct mr_tally *t)
{
	char section[64];

	mr_stat_describe(out, name, t);
	snprintf(section, sizeof section, "%s-few", name);
	mr_stat_count(out, section, mr_slice_of("1"),
	    mr_summary_below(t, 2), t->total);
	mr_stat_count(out, section, mr_slice_of("below-5"),
	    mr_summary_below(t, 5), t->total);
	mr_stat_count(out, section, mr_slice_of("below-20"),
	    mr_summary_below(t, 20), t->total);
	snprintf(section, sizeof section, "%s-histogram", name);
	mr_stat_numbers(out, section, t);
}

static void
put_long_tail(struct mr_out *out, const struct mr_tally *t)
{
	static const struct {
		const char *name;
		int percent;
	} top[] = { { "top-1-percent", 1 }, { "top-10-percent", 10 },
	    { "top-20-percent", 20 } },
	needed[] = { { "items-for-50-percent", 50 },
	    { "items-for-80-percent", 80 } };
	int64_t all = (int64_t)mr_summary_top(t, t->total);

	for (int i = 0; i < 3; i++)
		mr_stat_count(out, "long-tail", mr_slice_of(top[i].name),
		    (int64_t)mr_summary_top(t, (t->total * top[i].percent +
		    99) / 100), all);
	for (int i = 0; i < 2; i++)
		mr_stat_count(out, "long-tail", mr_slice_of(needed[i].name),
		    mr_summary_needed(t, needed[i].percent), t->total);
	mr_stat_real(out, "long-tail", "gini", mr_summary_gini(t));
}

/* Days are few and many share a month: months are made at the end. */
static int
put_time(struct mr_out *out, const struct mr_stat_figures *f,
    struct mr_err *err)
{
	struct mr_tally months = { 0 };
	int rc = MR_OK;

	if (f->day.total == 0)
		return MR_OK;
	mr_stat_count(out, "time", mr_slice_of("count"), f->day.total, 0);
	mr_stat_count(out, "time", mr_slice_of("first"), f->first, 0);
	mr_stat_count(out, "time", mr_slice_of("last"), f->last, 0);
	mr_stat_count(out, "time", mr_slice_of("days"),
	    (int64_t)f->day.distinct, 0);
	for (size_t i = 0; i < f->day.distinct && rc == MR_OK; i++) {
		struct mr_date d = mr_date_of((int64_t)f->day.cell[i].value);

		d.day = 1;
		rc = mr_tally_add(&months, (double)mr_date_day(d),
		    f->day.cell[i].n, err);
	}
	mr_tally_sort(&months);
	for (size_t i = 0; i < months.distinct && rc == MR_OK; i++) {
		char name[32];

		mr_date_text((int64_t)months.cell[i].value, name);
		*strrchr(name, '-') = '\0';
		mr_stat_count(out, "months", mr_slice_of(name),
		    months.cell[i].n, months.total);
	}
	mr_tally_free(&months);
	return rc;
}

static int
put_all(const struct gather *g, struct mr_out *out, struct mr_err *err)
{
	const struct mr_stat_figures *f = &g->f;
	int rc;

	put_counts(out, f);
	mr_stat_missing_put(out, &g->missing, &g->in.t);
	if (g->in.rating >= 0) {
		mr_stat_describe(out, "ratings", &f->rating);
		mr_stat_histogram(out, "ratings", &f->rating);
	}
	if (f->users)
		put_side(out, "per-user", &f->per_user);
	if (f->items) {
		put_side(out, "per-item", &f->per_item);
		put_long_tail(out, &f->per_item);
	}
	rc = put_time(out, f, err);
	mr_stat_diagnosis(out, f);
	return rc;
}

static void
free_all(struct gather *g)
{
	mr_ratings_close(&g->in);
	free(g->missing.n);
	free(g->last);
	mr_counted_free(&g->users);
	mr_counted_free(&g->items);
	mr_coo_free(&g->pairs);
	mr_tally_free(&g->f.rating);
	mr_tally_free(&g->f.per_user);
	mr_tally_free(&g->f.per_item);
	mr_tally_free(&g->f.day);
}

int
mr_stat_ratings(const struct mr_stat_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct gather g = { 0 };
	const struct mr_ratings_rule rule = { .header = run->header_in,
	    .may_lack_ids = true, .times = MR_TIMES_SECONDS,
	    .report = &run->report };
	int rc = mr_ratings_open(&g.in, o->path, &rule, err);

	if (rc == MR_OK) {
		mr_ratings_warn(&g.in, &run->report);
		rc = read_rows(&g, &run->report, err);
	}
	if (rc == MR_OK)
		rc = finish(&g, err);
	g.f.has_films = o->movies != NULL;
	if (rc == MR_OK && o->movies)
		rc = mr_stat_films(o->movies, &g.items.ids, &g.f, err);
	if (rc == MR_OK) {
		mr_report_fact(&run->report, "ratings: %lld of %d users and %d "
		    "items", (long long)g.f.rows, g.f.users, g.f.items);
		if (run->header_out)
			mr_stat_head(&run->out);
		rc = put_all(&g, &run->out, err);
	}
	free_all(&g);
	return rc;
}
