/* A contest of models: what it holds out, who wins, and that threads have no
 * say in it.
 * SPDX-License-Identifier: MIT */
#include "engine/contest.h"

#include <math.h>
#include <stdlib.h>

#include "core/rng.h"
#include "engine/contest_entrants.h"
#include "engine/contest_split.h"
#include "loaded_build.h"

#define USERS 50
#define ITEMS 40
#define HEADER "user\titem\trating\ttime"

/* Users choose films of their colour, one in three; times rise and fall. */
static const char *
colours(int u, int i, char *room, size_t n)
{
	if (u % 2 != i % 2 || mr_rng_uniform(3, (uint64_t)u,
	    (uint64_t)i) > 0.5)
		return NULL;
	snprintf(room, n, "\t1\t%d", 1000 + (i * 7 + u) % 40);
	return room;
}

/* Film 3 has no time. */
static const char *
a_time_lacks(int u, int i, char *room, size_t n)
{
	return i == 3 && u % 2 && u % 3 ? "\t1\t" : colours(u, i, room, n);
}

static const char *
one_each(int u, int i, char *room, size_t n)
{
	(void)room;
	(void)n;
	return i == u % ITEMS ? "\t1\t5" : NULL;
}

/* ---- what is held out ---- */

static bool
is_in(const struct mr_csr *R, int32_t u, int32_t i)
{
	for (int64_t k = u < 0 ? 0 : R->ptr[u]; u >= 0 && i >= 0 &&
	    k < R->ptr[u + 1]; k++)
		if (R->idx[k] == i)
			return true;
	return false;
}

/* Of a user: tested once at most; then where he is tested by the latest nothing
 * later is in a training set, else all others are.  Which, of his ratings? */
static bool
check_user(const struct mr_contest_split *s, const struct mr_ratings *r,
    int32_t u)
{
	double first[MR_CONTEST_SPLITS];
	bool latest = s->by_time, all = true;

	for (int f = 0; f < s->n; f++)
		first[f] = HUGE_VAL;
	for (int64_t k = r->R.ptr[u]; k < r->R.ptr[u + 1]; k++) {
		int tested = 0;

		for (int f = 0; f < s->n; f++) {
			bool in = is_in(s->h[f].T, u, r->R.idx[k]);

			tested += in;
			if (in)
				first[f] = fmin(first[f], r->time[k]);
		}
		assert_true(tested <= 1);
	}
	for (int f = 0; f < s->n; f++)
		for (int64_t k = r->R.ptr[u]; k < r->R.ptr[u + 1]; k++) {
			const struct mr_holdout *h = &s->h[f];
			bool in = is_in(&h->train->R, h->user[u],
			    h->item[r->R.idx[k]]);

			latest = latest && (!in || r->time[k] <= first[f]);
			all = all && in != is_in(h->T, u, r->R.idx[k]);
		}
	assert_true(latest || all);
	return latest;
}

static void
tenths(text_of *pair, bool by_time)
{
	struct mr_contest_split s;
	struct mr_ratings r;
	struct mr_err err = { 0 };
	int64_t tested = 0, latest = 0;

	load_pairs(&r, HEADER, USERS, ITEMS, pair, MR_KEEP_TIMES);
	assert_int_equal(mr_contest_split(&s, &r, 1000000, 1, &err), MR_OK);
	assert_int_equal(s.n, MR_CONTEST_SPLITS);
	assert_int_equal(s.by_time, by_time);
	for (int f = 0; f < s.n; f++)
		tested += mr_csr_nnz(s.h[f].T);
	/* Three tenths, as whole ratings of each user. */
	assert_true(fabs((double)tested / (double)mr_csr_nnz(&r.R) - 0.3) <
	    0.1);
	for (int32_t u = 0; u < r.users.n; u++)
		latest += check_user(&s, &r, u);
	/* About half of them. */
	assert_true(by_time ? latest > USERS / 4 && latest < USERS * 3 / 4 :
	    latest == 0);
	mr_contest_split_free(&s);
	/* Of a fifth of the ratings about that. */
	assert_int_equal(mr_contest_split(&s, &r, mr_csr_nnz(&r.R) / 5, 1,
	    &err), MR_OK);
	assert_true(s.h[0].train->users.n < USERS / 2);
	mr_contest_split_free(&s);
	mr_ratings_free(&r);
}

static void
the_latest_or_by_chance(void **state)
{
	(void)state;
	tenths(colours, true);
	tenths(a_time_lacks, false);
}

/* ---- who wins ---- */

static struct mr_report
contest(struct mr_winner *w, text_of *pair, int threads, size_t memory)
{
	struct mr_report report = { 0 };
	struct mr_ratings r;
	struct mr_err err = { 0 };

	load_pairs(&r, HEADER, USERS, ITEMS, pair, MR_KEEP_TIMES);
	if (mr_contest_run(w, &(struct mr_contest){ .r = &r, .seed = 1,
	    .threads = threads, .report = &report, .memory = memory },
	    &err) != MR_OK)
		fail_msg("%s", err.msg);
	mr_ratings_free(&r);
	return report;
}

static void
same_report(const struct mr_report *a, const struct mr_report *b)
{
	assert_int_equal(a->facts.n, b->facts.n);
	assert_memory_equal(a->facts.p, b->facts.p, a->facts.n);
}

/* Of the trials of ials that facts tell: has each unobserved weight been tried
 * with several lambdas? */
static bool
each_weight_with_lambdas(const struct mr_report *r)
{
	const char *name = "--unobserved-weight ", *at, *other;
	int weights = 0;

	for (at = strstr(r->facts.p, ": ials "); at;
	    at = strstr(at + 1, ": ials ")) {
		const char *w = strstr(at, name);
		size_t n = strcspn(w + strlen(name), " ") + strlen(name);
		bool again = false;

		for (other = strstr(r->facts.p, ": ials "); other;
		    other = strstr(other + 1, ": ials "))
			again = again || (other != at && memcmp(strstr(other,
			    name), w, n) == 0);
		if (!again)
			return false;
		weights++;
	}
	return weights > 5;
}

/* Where gfilter ended says nothing of it: the first of itemknn is its
 * default. */
static bool
itemknn_begins_at_its_default(const struct mr_report *r)
{
	const char *at = strstr(r->facts.p, ": itemknn "), *k;

	k = at ? strstr(at, "--neighbours ") : NULL;
	return k && strncmp(k, "--neighbours 100 ", 17) == 0;
}

/* Popularity tells nothing of colours. */
static void
taste_beats_popularity(void **state)
{
	struct mr_winner one, three;
	struct mr_report a = contest(&one, colours, 1, 0);
	struct mr_report b = contest(&three, colours, 3, 0);
	struct mr_err err = { 0 };

	(void)state;
	same_report(&a, &b);
	assert_ptr_equal(one.kind, three.kind);
	assert_true(one.value > 0 && one.value <= three.value);
	assert_true(strcmp(one.kind->name, "popular") != 0);
	assert_true(one.by_time);
	/* 63 where flat parameters are gone along twice. */
	assert_true(one.trials > 20 && one.trials < 58);
	assert_int_equal(one.n, three.n);
	for (size_t i = 0; i < one.n; i++) {
		assert_string_equal(one.given[i].name, three.given[i].name);
		assert_string_equal(one.given[i].text, three.given[i].text);
	}
	assert_int_equal(a.warnings.n, 0);
	assert_true(mr_buf_add(&a.facts, "", 1, &err) == MR_OK);
	assert_true(each_weight_with_lambdas(&a));
	assert_true(itemknn_begins_at_its_default(&a));
	mr_report_free(&a);
	mr_report_free(&b);
}

/* On large data trials of many factors would take most of the time. */
static void
rank_at_first(void **state)
{
	const double *times = mr_contest_axes[MR_AXIS_RANK].at;
	const struct mr_extent small = { 600, 9000, 90000 };
	const struct mr_extent large = { 30000, 40000, 800000 };
	int place[MR_CONTEST_AXES] = { 0 };

	(void)state;
	mr_entrants_begin(place, &small);
	assert_true(times[place[MR_AXIS_RANK]] * 64 == 32);
	mr_entrants_begin(place, &large);
	assert_true(times[place[MR_AXIS_RANK]] * 256 == 64);
	assert_int_equal(place[MR_AXIS_MIX], mr_contest_axes[MR_AXIS_MIX].start);
}

static void
nothing_to_hold_out(void **state)
{
	struct mr_winner w;
	struct mr_report r = contest(&w, one_each, 1, 0);

	(void)state;
	assert_string_equal(w.kind->name, "popular");
	assert_true(isnan(w.value) && w.n == 0);
	assert_true(r.warnings.n > 0);
	mr_report_free(&r);
}

/* Trials on a part would fit, but not what is learnt from all. */
static void
what_does_not_fit_is_left_out(void **state)
{
	const struct mr_kind *ease = mr_kind_find("ease");
	struct mr_winner w;
	struct mr_ratings r;
	struct mr_report a;
	struct mr_err err = { 0 };
	const char *room = "is left out: out of memory: ease needs";
	double opt[64] = { 0 }, need;

	(void)state;
	load_pairs(&r, HEADER, USERS, ITEMS, colours, MR_KEEP_TIMES);
	assert_true(ease->opt_bytes <= sizeof opt);
	assert_int_equal(mr_kind_set(ease, NULL, 0, NULL, opt, &err), MR_OK);
	need = ease->bytes(&r.R, 1, opt) + 8 * ((double)mr_csr_nnz(&r.R) +
	    ITEMS);
	mr_ratings_free(&r);
	a = contest(&w, colours, 1, (size_t)need - 1);
	assert_true(a.warnings.n > 0);
	assert_non_null(memmem(a.warnings.p, a.warnings.n, room,
	    strlen(room)));
	assert_true(strcmp(w.kind->name, "ease") != 0 && !isnan(w.value));
	mr_report_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_or_by_chance),
		cmocka_unit_test(taste_beats_popularity),
		cmocka_unit_test(rank_at_first),
		cmocka_unit_test(nothing_to_hold_out),
		cmocka_unit_test(what_does_not_fit_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
