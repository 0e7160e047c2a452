/* What the counts of a ratings table mean for a recommender, in words.  Every
 * row follows from the figures beside it; mr-stat(1) has the limits.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "core/date.h"
#include "eval/summary.h"
#include "tool/stat/private.h"

#define MS_SURELY 100000000000	/* as seconds this is the year 5138 */

/* The coarsest of 1, 0.5, 0.1 that divides every value; 0: none does. */
static double
step_of(const struct mr_tally *t)
{
	static const int per_one[] = { 1, 2, 10 };

	for (int s = 0; s < 3; s++) {
		size_t i = 0;

		for (; i < t->distinct; i++) {
			double x = t->cell[i].value * per_one[s];

			if (fabs(x - round(x)) > 1e-9 * (1 + fabs(x)))
				break;
		}
		if (i == t->distinct)
			return 1.0 / per_one[s];
	}
	return 0;
}

/* Whatever 0 means, models of events do not know it. */
static void
about_low(struct mr_out *out, const struct mr_tally *t)
{
	int64_t low = 0;

	for (size_t i = 0; i < t->distinct && t->cell[i].value <= 0; i++)
		low += t->cell[i].n;
	if (low && low < t->total)
		mr_stat_diagnose(out, "zero-ratings", low, t->total,
		    "%s of %s ratings are 0 or less: to mr-factorize -m ials "
		    "and popular they are events like the others; where they "
		    "mean no choice, or not rated, mr-ingest ratings --scale "
		    "MIN:MAX leaves them out", mr_stat_words(low).s,
		    mr_stat_words(t->total).s);
}

static void
about_scale(struct mr_out *out, const struct mr_stat_figures *f)
{
	const struct mr_tally *t = &f->rating;
	const struct mr_tallied *mode = mr_summary_mode(t);
	double step = step_of(t), lo = t->cell[0].value;
	double hi = t->cell[t->distinct - 1].value;
	char kind[128] = "with no step in common";
	struct mr_fences fence;

	if (t->distinct == 1) {
		/* Missing ones are ratings of 1. */
		if (f->missing_ratings)
			return;
		mr_stat_diagnose(out, "constant-ratings", t->total, f->rows,
		    "every rating is %s: they tell that something happened, "
		    "not how much it was liked; mr-factorize -m ials learns "
		    "from such events, and RMSE has nothing to measure",
		    mr_stat_short(lo).s);
		return;
	}
	if (step > 0)
		snprintf(kind, sizeof kind, "all multiples of %s%s",
		    mr_stat_short(step).s, lo >= 0 && hi <= 5 ?
		    step < 1 && step > 0.4 ? " (half stars)" :
		    step > 0.9 ? " (whole stars)" : "" : "");
	mr_stat_diagnose(out, "scale", (int64_t)t->distinct, 0,
	    "ratings from %s to %s: %s different values, %s",
	    mr_stat_short(lo).s, mr_stat_short(hi).s,
	    mr_stat_words((int64_t)t->distinct).s, kind);
	about_low(out, t);
	if (2 * mode->n >= t->total)
		mr_stat_diagnose(out, "one-value-dominates", mode->n,
		    t->total, "%.1f %% of the ratings are %s: estimating %s "
		    "for every film is right as often, so compare RMSE with "
		    "that of a constant", mr_stat_percent(mode->n, t->total),
		    mr_stat_short(mode->value).s,
		    mr_stat_short(mode->value).s);
	mr_summary_fences(t, &fence);
	if (fence.below + fence.above > 0)
		mr_stat_diagnose(out, "outliers", fence.below + fence.above,
		    t->total, "%s of %s ratings are outside Tukey's fences "
		    "%s to %s; a value inside the scale is no error by "
		    "that, one outside is rejected by mr-ingest --scale "
		    "MIN:MAX",
		    mr_stat_words(fence.below + fence.above).s,
		    mr_stat_words(t->total).s,
		    mr_stat_short(fence.lower).s,
		    mr_stat_short(fence.upper).s);
}

static void
about_rows(struct mr_out *out, const struct mr_stat_figures *f)
{
	if (f->incomplete)
		mr_stat_diagnose(out, "incomplete-rows", f->incomplete,
		    f->rows, "%s of %s rows have no user or no item: "
		    "mr-factorize refuses them, mr-ingest ratings rejects "
		    "them", mr_stat_words(f->incomplete).s,
		    mr_stat_words(f->rows).s);
	if (f->repeated)
		mr_stat_diagnose(out, "repeated-pairs", f->repeated, f->rows,
		    "%s of %s rows repeat a user and an item: "
		    "mr-factorize takes the last of each, mr-ingest ratings "
		    "--dedupe chooses", mr_stat_words(f->repeated).s,
		    mr_stat_words(f->rows).s);
	if (f->rating.total == 0)
		mr_stat_diagnose(out, "events-only", f->rows, f->rows,
		    "there are no rating values, so each row is an event and "
		    "counts as 1; mr-factorize -m ials learns from such data");
	else if (f->missing_ratings)
		mr_stat_diagnose(out, "missing-ratings", f->missing_ratings,
		    f->rows, "%s of %s rows have no rating: mr-factorize "
		    "and mr-eval leave them out",
		    mr_stat_words(f->missing_ratings).s,
		    mr_stat_words(f->rows).s);
}

static void
about_users(struct mr_out *out, const struct mr_stat_figures *f)
{
	int64_t one = mr_summary_below(&f->per_user, 2);
	int64_t few = mr_summary_below(&f->per_user, MR_STAT_FEW);
	double least = f->per_user.cell[0].value;

	if (f->users > 1 && f->pairs == f->users && f->incomplete == 0) {
		mr_stat_diagnose(out, "one-rating-per-user", f->users,
		    f->users, "every one of the %s users has exactly one "
		    "rating: collaborative filtering cannot personalise such "
		    "data, whatever RMSE says (is the user column a review "
		    "number?); what works here is the films' means, and "
		    "mr-knn and mr-recommend --no-model on film vectors of "
		    "mr-embed. In a split by "
		    "mr-split every user of the test set is unknown to the "
		    "model, so RMSE there compares ways to take the films' "
		    "means and the overall mean, and says nothing of "
		    "anybody's taste",
		    mr_stat_words(f->users).s);
		return;
	}
	if (5 * few >= f->users)
		mr_stat_diagnose(out, "few-per-user", few, f->users,
		    "%.1f %% of the users have fewer than %d ratings: their "
		    "lists follow what is liked in general more than their "
		    "own taste", mr_stat_percent(few, f->users), MR_STAT_FEW);
	if (one)
		mr_stat_diagnose(out, "single-rating-users", one, f->users,
		    "%s of the %s users have one rating: it can be learnt "
		    "from or tested on, not both", mr_stat_words(one).s,
		    mr_stat_words(f->users).s);
	if (f->users >= 100 && least >= 2 * MR_STAT_FEW)
		mr_stat_diagnose(out, "no-light-users", f->users, f->users,
		    "no user has fewer than %s ratings: users with fewer seem "
		    "to have been left out, so results here do not speak for "
		    "them", mr_stat_short(least).s);
}

static void
about_items(struct mr_out *out, const struct mr_stat_figures *f)
{
	int64_t few = mr_summary_below(&f->per_item, MR_STAT_FEW);
	int64_t tenth = ((int64_t)f->items + 9) / 10;
	int64_t of_tenth = (int64_t)mr_summary_top(&f->per_item, tenth);
	int64_t all = (int64_t)mr_summary_top(&f->per_item, f->items);

	if (f->items > 1 && f->pairs == f->items && f->incomplete == 0) {
		mr_stat_diagnose(out, "one-rating-per-item", f->items,
		    f->items, "every one of the %s items has exactly one "
		    "rating: no two users meet in an item, so nothing can be "
		    "learnt from one about another",
		    mr_stat_words(f->items).s);
		return;
	}
	if (5 * few >= f->items)
		mr_stat_diagnose(out, "few-per-item", few, f->items,
		    "%.1f %% of the items have fewer than %d ratings: too "
		    "few to tell them apart by ratings; vectors of their "
		    "texts (mr-embed) need none",
		    mr_stat_percent(few, f->items), MR_STAT_FEW);
	if (f->items >= 10 && 2 * of_tenth >= all)
		mr_stat_diagnose(out, "long-tail", of_tenth, all,
		    "the %s most rated items, a tenth, have %.1f %% of the "
		    "ratings: compare lists with those of mr-factorize -m "
		    "popular, and look at how many items they ever recommend",
		    mr_stat_words(tenth).s, mr_stat_percent(of_tenth, all));
}

/* More than half of the rows: one film, or what stands for no film. */
static void
about_top(struct mr_out *out, const struct mr_stat_figures *f)
{
	int64_t n = (int64_t)mr_summary_top(&f->per_item, 1);
	int64_t all = (int64_t)mr_summary_top(&f->per_item, f->items);

	if (f->items >= 10 && 2 * n > all)
		mr_stat_diagnose(out, "one-item-dominates", n, all,
		    "%.1f %% of the ratings are of item '%.*s': is it a film, "
		    "or what stands where none is known? If it is one, most "
		    "users meet in it alone, and lists lead with it",
		    mr_stat_percent(n, all), MR_SHOWN(f->top));
}

static void
about_ids(struct mr_out *out, const struct mr_stat_figures *f)
{
	int64_t n = (int64_t)f->float_users + f->float_items;
	int64_t all = (int64_t)f->users + f->items;

	if (n)
		mr_stat_diagnose(out, "float-ids", n, all, "%s of %s user ids "
		    "and %s of %s item ids are like 1.0, which is another id "
		    "than 1: made from missing values by pandas? mr-ingest "
		    "ratings --id-floats strips the .0",
		    mr_stat_words(f->float_users).s, mr_stat_words(f->users).s,
		    mr_stat_words(f->float_items).s,
		    mr_stat_words(f->items).s);
	if (f->has_films && 2 * (int64_t)f->in_films < f->items)
		mr_stat_diagnose(out, "other-films", f->items - f->in_films,
		    f->items, "%s of %s items are not among the %s films of "
		    "--movies: lists will have no titles for them, and "
		    "vectors of the films belong to other ids; is it another "
		    "catalogue, or are the ids written in another way? "
		    "mr-ingest ratings --id-map replaces them",
		    mr_stat_words(f->items - f->in_films).s,
		    mr_stat_words(f->items).s, mr_stat_words(f->films).s);
}

static void
about_time(struct mr_out *out, const struct mr_stat_figures *f)
{
	char date[32];

	if (f->last >= MS_SURELY)
		mr_stat_diagnose(out, "time-unit", f->last, 0, "the latest "
		    "time is %s as seconds since 1970: is the column in "
		    "milliseconds?", mr_date_text(f->last / 86400, date));
	if (f->first == f->last && f->day.total > 1)
		mr_stat_diagnose(out, "constant-time", f->day.total, f->rows,
		    "all times are equal: they put no rating before another");
	else if (f->other_seconds == 0 && f->day.total > 1)
		mr_stat_diagnose(out, "whole-days", f->day.total, f->rows,
		    "all times are whole days: they put no rating before "
		    "another of the same day, so mr-split --leave-last "
		    "chooses among a day's ratings by chance");
	if (f->first != f->last && f->tied && 2 * f->tied >= f->ended)
		mr_stat_diagnose(out, "equal-last-times", f->tied, f->ended,
		    "of %s of the %s users with two times or more the latest "
		    "stands more than once: mr-split --leave-last chooses "
		    "among these ratings by chance, so the test set is not "
		    "what came last", mr_stat_words(f->tied).s,
		    mr_stat_words(f->ended).s);
}

void
mr_stat_diagnosis(struct mr_out *out, const struct mr_stat_figures *f)
{
	if (f->rows == 0) {
		mr_stat_diagnose(out, "empty", 0, 0, "there are no ratings");
		return;
	}
	if (f->users)
		about_users(out, f);
	if (f->items)
		about_items(out, f);
	about_top(out, f);
	about_ids(out, f);
	/* Of one rating for each user nothing else can be said. */
	if (f->pairs > f->users && 2 * f->firm_pairs < f->pairs)
		mr_stat_diagnose(out, "thin", f->firm_pairs, f->pairs,
		    "%.1f %% of the pairs join a user and an item that have "
		    "at least %d each; a model of ratings learns most from "
		    "those", mr_stat_percent(f->firm_pairs, f->pairs),
		    MR_STAT_FEW);
	about_rows(out, f);
	if (f->rating.total)
		about_scale(out, f);
	if (f->day.total)
		about_time(out, f);
}
