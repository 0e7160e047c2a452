/* Splitting: the draw of a pair is uniform and its own, times are read, and
 * the sides of kept rows are those of a plain search.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/rng.h"
#include "eval/kept.h"
#include "tool/split/split.h"

#define N_PAIRS 100000

static double
draw(uint64_t key, const char *user, const char *item)
{
	return mr_split_draw(key, mr_slice_of(user), mr_slice_of(item));
}

static double
draw_of(uint64_t key, int i)
{
	char user[16], item[16];

	snprintf(user, sizeof user, "u%d", i / 200);
	snprintf(item, sizeof item, "%d", i % 200);
	return draw(key, user, item);
}

static void
pairs_are_told_apart(void **state)
{
	const double u = draw(7, "ab", "c");

	(void)state;
	assert_true(u >= 0 && u < 1);
	assert_true(draw(7, "ab", "c") == u);
	assert_true(draw(7, "a", "bc") != u);
	assert_true(draw(7, "c", "ab") != u);
	assert_true(draw(8, "ab", "c") != u);
	assert_true(draw(7, "a", "a") != draw(7, "b", "b"));
}

/* A release that splits otherwise than the one before must say so. */
static void
draw_stays_between_releases(void **state)
{
	const struct mr_split_part o = { .share = .2 };
	uint64_t key = mr_split_key(&o, 1);

	(void)state;
	assert_true(key == 0xeb1a2365f112db5bu);
	assert_true(draw(key, "u0001", "f035") ==
	    0x1.fea6dbe26dd0fp-1);
	assert_true(mr_split_key_each(1) == 0x3e12204644234bb0u);
}

/* The rows of one user that are tied are drawn evenly, and by another seed
 * others are: of 20 tied films each is picked by its share of 2,000 users.
 * Chi-squared of 19 degrees of freedom: 1e-6 quantile 64.6. */
static void
ties_are_drawn_evenly(void **state)
{
	unsigned char first[40000] = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct mr_kept k = { 0 };
		struct mr_kept_cut cut;
		struct mr_err err = { 0 };
		double n[20] = { 0 }, chi = 0, both = 0;

		for (int i = 0; i < 40000; i++) {
			char user[16], item[16];

			snprintf(user, sizeof user, "%d", i / 20);
			snprintf(item, sizeof item, "%d", i % 20);
			assert_int_equal(mr_kept_add(&k, mr_slice_of(user),
			    mr_slice_of(item), 9, mr_slice_of(item), &err),
			    MR_OK);
		}
		assert_int_equal(mr_kept_end(&k, &err), MR_OK);
		assert_int_equal(mr_kept_each(&k,
		    (struct mr_split_amount){ .n = 5 }, true,
		    mr_split_key_each(seed), &cut, &err), MR_OK);
		assert_int_equal(cut.n_tied, 2000);
		for (int i = 0; i < 40000; i++) {
			n[i % 20] += k.side[i];
			both += k.side[i] && first[i];
			first[i] = k.side[i];
		}
		for (int i = 0; i < 20; i++)
			chi += (n[i] - 500) * (n[i] - 500) / 500;
		assert_true(chi < 64.6);
		/* 10,000 picked, a quarter of them again; 5 deviations. */
		if (seed > 1)
			assert_true(both > 2280 && both < 2720);
		mr_kept_free(&k);
	}
}

/*
 * Chi-squared over 100 bins, whose 1e-6 quantile at 99 degrees of freedom is
 * 175.6, and in every user and item: the worst of 700 means of 200 or 500
 * draws, 5 standard errors away with probability 4e-4.  Fixed keys: it either
 * passes or not.
 */
static void
draws_are_uniform(void **state)
{
	(void)state;
	for (uint64_t key = 1; key <= 5; key++) {
		double bin[100] = { 0 }, user[500] = { 0 }, item[200] = { 0 },
		    chi = 0;

		for (int i = 0; i < N_PAIRS; i++) {
			double u = draw_of(key, i);

			assert_true(u >= 0 && u < 1);
			bin[(int)(u * 100)]++;
			user[i / 200] += u - .5;
			item[i % 200] += u - .5;
		}
		for (int i = 0; i < 100; i++)
			chi += (bin[i] - 1000) * (bin[i] - 1000) / 1000;
		assert_true(chi < 175.6);
		/* A uniform number has variance 1/12. */
		for (int i = 0; i < 500; i++)
			assert_true(user[i] * user[i] < 25 * 200 / 12.);
		for (int i = 0; i < 200; i++)
			assert_true(item[i] * item[i] < 25 * 500 / 12.);
	}
}

/* Of those the first split keeps, the second takes its own share: by another
 * seed, share or number of folds.  5 standard deviations. */
static void
splits_are_independent(void **state)
{
	const struct mr_split_part first = { .share = .2 };
	const struct mr_split_part second[] = {
		{ .share = .2 },	/* seed 2 */
		{ .share = .1 }, { .folds = 5 }, { .folds = 10 }
	};
	const double share[] = { .2, .1, .2, .1 };

	(void)state;
	for (int k = 0; k < 4; k++) {
		uint64_t a = mr_split_key(&first, 1);
		uint64_t b = mr_split_key(&second[k], k == 0 ? 2 : 1);
		double n = 0, m = 0, off;

		for (int i = 0; i < N_PAIRS; i++) {
			if (draw_of(a, i) < first.share)
				continue;
			n++;
			m += draw_of(b, i) < share[k];
		}
		off = m - n * share[k];
		assert_true(off * off < 25 * n * share[k] * (1 - share[k]));
	}
}

/* Every pair is in one fold; a share is those that drew less. */
static void
test_sets(void **state)
{
	uint64_t key = mr_split_key(&(struct mr_split_part){ .folds = 5 }, 3);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct mr_split_part p = { .folds = 5 };
		struct mr_slice u = mr_slice_of("u"), item;
		char name[16];
		int in = 0;

		snprintf(name, sizeof name, "%d", i);
		item = mr_slice_of(name);
		for (p.fold = 1; p.fold <= 5; p.fold++)
			if (mr_split_tests(&p, key, u, item)) {
				in++;
				assert_int_equal(p.fold, 1 + (int)(5 *
				    mr_split_draw(key, u, item)));
			}
		assert_int_equal(in, 1);
		p = (struct mr_split_part){ .share = 0.3 };
		assert_int_equal(mr_split_tests(&p, key, u, item),
		    mr_split_draw(key, u, item) < 0.3);
	}
}

static void
times_and_days(void **state)
{
	const struct { const char *s; double t; } good[] = {
		{ "0", 0 }, { "-1", -1 }, { "978300760", 978300760 },
		{ "1.5e9", 1.5e9 }, { "1970-01-01", 0 },
		{ "1970-01-02", 86400 }, { "1969-12-31", -86400 },
		{ "2000-03-01", 951868800 }, { "2000-02-29", 951782400 },
		{ "2015-01-01", 1420070400 }, { "9999-12-31", 253402214400. }
	};
	const char *const bad[] = { "", "x", "2015-1-1", "2015-13-01",
	    "2015-00-01", "2015-01-00", "2015-02-30", "1900-02-29",
	    "2015-01-01 ", "2015-01-01T00:00", "2015/01/01", "20l5-01-01",
	    "inf", "nan", "1e999", "0x10", " 1" };
	double t;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(mr_split_time(good[i].s, &t));
		if (t != good[i].t)
			fail_msg("%s: %.0f", good[i].s, t);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (mr_split_time(bad[i], &t))
			fail_msg("'%s' was taken for %.0f", bad[i], t);
}

struct plain {
	int user, item, time, note;
	double draw;
	uint64_t hash;
};

/* Is row b of the same user picked before row a? */
static bool
sooner(const struct plain *p, int a, int b)
{
	if (p[a].time != p[b].time)
		return p[b].time > p[a].time;
	if (p[a].draw != p[b].draw)
		return p[b].draw < p[a].draw;
	if (p[a].hash != p[b].hash)
		return p[b].hash < p[a].hash;
	return b < a;
}

/* Users of whom a row in test and one in train have one time, at which there is
 * more than their pair. */
static int64_t
tied(const struct plain *p, const unsigned char *side, int n, int n_users)
{
	int64_t n_tied = 0;

	for (int u = 0; u < n_users; u++) {
		bool item[8][6] = { { false } }, cut[8] = { false };
		bool tie = false;

		for (int i = 0; i < n; i++) {
			if (p[i].user != u || side[i] == MR_SIDE_NONE)
				continue;
			item[p[i].time + 3][p[i].item] = true;
			for (int j = 0; j < n; j++)
				if (p[j].user == u && p[i].time == p[j].time &&
				    side[i] == MR_SIDE_TEST &&
				    side[j] == MR_SIDE_TRAIN)
					cut[p[i].time + 3] = true;
		}
		for (int t = 0; t < 8; t++)
			tie |= cut[t] && item[t][0] + item[t][1] + item[t][2] +
			    item[t][3] + item[t][4] + item[t][5] > 1;
		n_tied += tie;
	}
	return n_tied;
}

/* n rows of users and items by chance, some rows quite alike. */
static struct plain *
rows_by_chance(struct mr_kept *k, int n, int n_users, uint64_t seed)
{
	static const char name[][8] = { "b", "a", "10", "9", "ab", "\xc3\xa9" };
	struct plain *p = calloc((size_t)n + 1, sizeof *p);
	struct mr_err err = { 0 };
	uint64_t key = mr_split_key_each(seed);
	char user[16], row[64];

	assert_non_null(p);
	for (int i = 0; i < n; i++) {
		uint64_t x = mr_rng_u64(seed, 1, (uint64_t)i);

		p[i] = (struct plain){ (int)(x % (uint64_t)n_users),
		    (int)((x >> 20) % 6), (int)(x >> 40 & 7) - 3,
		    (int)(x >> 50 & 1), 0, 0 };
		snprintf(user, sizeof user, "u%d", p[i].user);
		snprintf(row, sizeof row, "%d %d %d", p[i].item, p[i].time,
		    p[i].note);
		p[i].draw = draw(key, user, name[p[i].item]);
		p[i].hash = mr_hash64(row, strlen(row));
		assert_int_equal(mr_kept_add(k, mr_slice_of(user),
		    mr_slice_of(name[p[i].item]), p[i].time,
		    mr_slice_of(row), &err), MR_OK);
	}
	assert_int_equal(mr_kept_end(k, &err), MR_OK);
	return p;
}

/* Every row's side by counting those before it; where core is, some rows are
 * out of it before. */
static void
part_and_compare(int n, int n_users, struct mr_split_amount some,
    bool by_time, int core, uint64_t seed)
{
	struct mr_kept k = { 0 };
	struct mr_kept_cut cut;
	struct mr_err err = { 0 };
	struct plain *p = rows_by_chance(&k, n, n_users, seed);
	unsigned char *out = calloc((size_t)n + 1, 1);

	assert_non_null(out);
	if (core)
		assert_int_equal(mr_kept_core(&k, core, &err), MR_OK);
	for (int i = 0; i < n; i++) {
		out[i] = k.side[i] == MR_SIDE_NONE;
		p[i].time = by_time ? p[i].time : 0;
	}
	assert_int_equal(mr_kept_each(&k, some, by_time,
	    mr_split_key_each(seed), &cut, &err), MR_OK);
	for (int i = 0; i < n; i++) {
		int n_sooner = 0, n_rows = 0;

		for (int j = 0; j < n; j++) {
			if (p[j].user != p[i].user || out[j])
				continue;
			n_rows++;
			n_sooner += sooner(p, i, j);
		}
		assert_int_equal(k.side[i], out[i] ? MR_SIDE_NONE :
		    n_sooner < mr_split_each(some, n_rows) ? MR_SIDE_TEST :
		    MR_SIDE_TRAIN);
	}
	assert_int_equal(cut.n_tied, by_time ? tied(p, k.side, n, n_users) :
	    0);
	mr_kept_free(&k);
	free(p);
	free(out);
}

static void
rows_of_each_as_by_plain_search(void **state)
{
	(void)state;
	part_and_compare(0, 1, (struct mr_split_amount){ .n = 1 }, true, 0, 1);
	part_and_compare(1, 1, (struct mr_split_amount){ .n = 1 }, true, 0, 1);
	for (uint64_t seed = 1; seed <= 10; seed++)
		for (int m = 1; m <= 9; m += 2)
			for (int way = 0; way < 4; way++) {
				struct mr_split_amount some = {
				    way & 1 ? m : 0, m / 10. };

				part_and_compare(300, 40, some, way & 2,
				    seed % 3 ? 0 : 7, seed);
				part_and_compare(100, 2, some, way & 2, 0,
				    seed);
			}
}

static uint64_t
manual_m(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static uint64_t
manual_r(uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t g = 0x9e3779b97f4a7c15u;

	return manual_m(manual_m(manual_m(a + g) + b * g) + (c + 1) * g);
}

/* What mr-split(1) says under "The draw", from its words. */
static void
draws_are_those_of_the_manual(void **state)
{
	const struct mr_split_part folds = { .folds = 5 },
	    half = { .share = .5 };

	(void)state;
	assert_true(mr_split_key(&folds, 9) == manual_r(9, 1, 5));
	assert_true(mr_split_key(&half, 9) ==
	    manual_r(9, 2, 0x3fe0000000000000u));
	assert_true(mr_split_key_each(9) == manual_r(9, 3, 0));
	for (uint64_t key = 1; key <= 20; key++) {
		uint64_t u = mr_hash64("anna", 4), i = mr_hash64("f1", 2);

		assert_true(draw(key, "anna", "f1") ==
		    (double)(manual_r(key, u, i) >> 11) / 9007199254740992.);
	}
}

static void
share_of_each(void **state)
{
	const struct { double share; int64_t n, want; } t[] = {
		{ .2, 0, 0 }, { .2, 1, 0 }, { .2, 2, 0 }, { .2, 3, 1 },
		{ .2, 7, 1 }, { .2, 8, 2 }, { .5, 1, 0 }, { .5, 2, 1 },
		{ .5, 3, 2 }, { .99, 1, 0 }, { .99, 2, 1 }, { .99, 9, 8 },
		{ .29, 100, 29 }, { .7, 10, 7 }, { 1e-9, 1000000, 0 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_int_equal(mr_split_each((struct mr_split_amount){
		    .share = t[i].share }, t[i].n), t[i].want);
	assert_int_equal(mr_split_each((struct mr_split_amount){ .n = 3 }, 3),
	    0);
	assert_int_equal(mr_split_each((struct mr_split_amount){ .n = 3 }, 4),
	    3);
}

/* Everyone who has too few goes, round after round. */
static void
core_as_by_rounds(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++)
		for (int least = 1; least <= 9; least++) {
			struct mr_kept k = { 0 };
			struct mr_err err = { 0 };
			struct plain *p = rows_by_chance(&k, 60, 20, seed);
			bool out[60] = { false }, again = true;

			while (again) {
				int user[20] = { 0 }, item[6] = { 0 };

				again = false;
				for (int i = 0; i < 60; i++) {
					user[p[i].user] += !out[i];
					item[p[i].item] += !out[i];
				}
				for (int i = 0; i < 60; i++)
					if (!out[i] &&
					    (user[p[i].user] < least ||
					    item[p[i].item] < least))
						again = out[i] = true;
			}
			assert_int_equal(mr_kept_core(&k, least, &err),
			    MR_OK);
			for (int i = 0; i < 60; i++)
				assert_int_equal(k.side[i], out[i] ?
				    MR_SIDE_NONE : MR_SIDE_TRAIN);
			mr_kept_free(&k);
			free(p);
		}
}

/* A chain that comes apart link by link, from either end. */
static void
core_of_a_chain(void **state)
{
	struct mr_kept k = { 0 };
	struct mr_err err = { 0 };
	char user[16], item[16];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		snprintf(user, sizeof user, "%d", i / 2);
		snprintf(item, sizeof item, "%d", (i + 1) / 2);
		assert_int_equal(mr_kept_add(&k, mr_slice_of(user),
		    mr_slice_of(item), 0, mr_slice_of(""), &err), MR_OK);
	}
	assert_int_equal(mr_kept_end(&k, &err), MR_OK);
	assert_int_equal(mr_kept_core(&k, 2, &err), MR_OK);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(k.side[i], MR_SIDE_NONE);
	mr_kept_free(&k);
}

static void
whole_users_and_items(void **state)
{
	static const char name[][8] = { "b", "a", "10", "9", "ab", "\xc3\xa9" };
	uint64_t key = mr_split_key_each(5);

	(void)state;
	for (int m = 0; m <= 22; m++)
		for (int by = MR_SPLIT_USER; by <= MR_SPLIT_ITEM; by++) {
			struct mr_kept k = { 0 };
			struct mr_err err = { 0 };
			struct plain *p = rows_by_chance(&k, 200, 20, 5);
			double d[20];
			int n = by == MR_SPLIT_USER ? 20 : 6;

			for (int i = 0; i < n; i++) {
				char user[16];

				snprintf(user, sizeof user, "u%d", i);
				d[i] = by == MR_SPLIT_USER ?
				    draw(key, user, "") :
				    draw(key, "", name[i]);
			}
			assert_int_equal(mr_kept_whole(&k, m,
			    (enum mr_split_by)by, key, &err), MR_OK);
			for (int i = 0; i < 200; i++) {
				int me = by == MR_SPLIT_USER ? p[i].user :
				    p[i].item, before = 0;

				for (int j = 0; j < n; j++)
					before += d[j] < d[me];
				assert_int_equal(k.side[i], before < m ?
				    MR_SIDE_TEST : MR_SIDE_TRAIN);
			}
			mr_kept_free(&k);
			free(p);
		}
}

/* The draw of a user is that of the pair with the empty item. */
static void
parts_by_user_and_item(void **state)
{
	struct mr_split_part p = { .share = .3 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char name[16];
		struct mr_slice id, x = mr_slice_of("x");

		snprintf(name, sizeof name, "%d", i);
		id = mr_slice_of(name);
		p.by = MR_SPLIT_USER;
		assert_int_equal(mr_split_tests(&p, 9, id, x),
		    draw(9, name, "") < .3);
		p.by = MR_SPLIT_ITEM;
		assert_int_equal(mr_split_tests(&p, 9, x, id),
		    draw(9, "", name) < .3);
	}
}

static void
time_before_a_share(void **state)
{
	const double times[] = { 5, 1, 9, 5, 3, 5, 7, -2, 8, 4 };
	const struct { double share, want; } t[] = {
		{ .01, -2 }, { .05, 1 }, { .1, 1 }, { .2, 3 }, { .4, 5 },
		{ .5, 5 }, { .6, 5 }, { .7, 7 }, { .9, 9 }, { .99, 9 }
	};
	struct mr_kept k = { 0 }, none = { 0 };
	struct mr_err err = { 0 };
	double time;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(mr_kept_add(&k, mr_slice_of("u"),
		    mr_slice_of("x"), times[i], mr_slice_of(""), &err),
		    MR_OK);
	assert_int_equal(mr_kept_end(&k, &err), MR_OK);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(mr_kept_time(&k, t[i].share, &time, &err),
		    MR_OK);
		assert_true(time == t[i].want);
	}
	assert_int_equal(mr_kept_end(&none, &err), MR_OK);
	assert_int_equal(mr_kept_time(&none, .5, &time, &err), MR_OK);
	assert_true(isnan(time));
	mr_kept_free(&k);
	mr_kept_free(&none);
}

/* What test has in common with train, and what train has not at all. */
static void
seen_and_unknown_as_by_plain_search(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct mr_kept k = { 0 };
		struct mr_err err = { 0 };
		struct plain *p = rows_by_chance(&k, 60, 20, seed);
		bool seen[60], unknown[60];
		int64_t n_seen = 0, n_unknown = 0, n;

		for (int i = 0; i < 60; i++)
			k.side[i] = (unsigned char)(mr_rng_u64(seed, 2,
			    (uint64_t)i) % (seed % 2 ? 2 : 3));
		for (int i = 0; i < 60; i++) {
			bool pair = false, user = false, item = false;

			for (int j = 0; j < 60; j++) {
				bool u = p[j].user == p[i].user;
				bool v = p[j].item == p[i].item;

				if (k.side[j] != MR_SIDE_TRAIN)
					continue;
				pair |= u && v;
				user |= u;
				item |= v;
			}
			seen[i] = k.side[i] == MR_SIDE_TEST && pair;
			unknown[i] = k.side[i] == MR_SIDE_TEST &&
			    !(user && item);
			n_seen += seen[i];
			n_unknown += unknown[i];
		}
		assert_int_equal(mr_kept_seen(&k, false, &n, &err), MR_OK);
		assert_int_equal(n, n_seen);
		assert_int_equal(mr_kept_seen(&k, true, &n, &err), MR_OK);
		assert_int_equal(n, n_seen);
		assert_int_equal(mr_kept_unknown(&k, &n, &err), MR_OK);
		assert_int_equal(n, n_unknown);
		for (int i = 0; i < 60; i++)
			if (seen[i] || unknown[i])
				assert_int_equal(k.side[i], MR_SIDE_NONE);
		assert_int_equal(mr_kept_seen(&k, false, &n, &err), MR_OK);
		assert_int_equal(n, 0);
		mr_kept_free(&k);
		free(p);
	}
}

static void
cuts_and_sides(void **state)
{
	const char *const row[][2] = { { "a", "x" }, { "a", "y" },
	    { "b", "x" }, { "c", "x" }, { "c", "z" } };
	struct mr_kept k = { 0 };
	struct mr_kept_cut cut;
	struct mr_err err = { 0 };
	unsigned char *sides;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(mr_kept_add(&k, mr_slice_of(row[i][0]),
		    mr_slice_of(row[i][1]), i, mr_slice_of(""), &err), MR_OK);
	assert_int_equal(mr_kept_end(&k, &err), MR_OK);
	assert_int_equal(mr_kept_each(&k, (struct mr_split_amount){ .n = 1 },
	    true, 7, &cut, &err), MR_OK);
	assert_memory_equal(k.side, "\0\1\0\0\1", 5);
	assert_int_equal(cut.n_short, 1);	/* b */
	assert_int_equal(cut.n_parted, 2);
	assert_int_equal(cut.n_tied, 0);
	sides = mr_kept_sides(&k, MR_SPLIT_ITEM, &err);
	assert_non_null(sides);
	assert_memory_equal(sides, "\1\2\2", 3);	/* x, y, z */
	free(sides);
	mr_kept_free(&k);
	mr_kept_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_told_apart),
		cmocka_unit_test(draw_stays_between_releases),
		cmocka_unit_test(ties_are_drawn_evenly),
		cmocka_unit_test(draws_are_uniform),
		cmocka_unit_test(splits_are_independent),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(times_and_days),
		cmocka_unit_test(rows_of_each_as_by_plain_search),
		cmocka_unit_test(draws_are_those_of_the_manual),
		cmocka_unit_test(share_of_each),
		cmocka_unit_test(core_as_by_rounds),
		cmocka_unit_test(core_of_a_chain),
		cmocka_unit_test(whole_users_and_items),
		cmocka_unit_test(parts_by_user_and_item),
		cmocka_unit_test(time_before_a_share),
		cmocka_unit_test(seen_and_unknown_as_by_plain_search),
		cmocka_unit_test(cuts_and_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
