/* Tests of the parts of ingest that files and bats cannot corner: repeats
 * against a double loop, years, titles, splitting, cleaning.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "stream/tsv.h"
#include "tool/ingest/field.h"
#include "tool/ingest/ingest.h"
#include "tool/ingest/repeats.h"
#include "tool/ingest/source.h"

#define ROWS 700
#define USERS 20
#define ITEMS 30

static struct mr_err err;

static void
check_repeats(int dedupe, uint64_t seed)
{
	struct mr_ingest_rows r = { 0 };
	int32_t user[ROWS];
	int64_t time[ROWS], n_repeats, n = 0;

	for (int i = 0; i < ROWS; i++) {
		user[i] = (int32_t)(mr_rng_u64(seed, 0, (uint64_t)i) % USERS);
		time[i] = (int64_t)(mr_rng_u64(seed, 2, (uint64_t)i) % 5) - 1;
		assert_int_equal(mr_ingest_rows_add(&r, user[i],
		    (int32_t)(mr_rng_u64(seed, 1, (uint64_t)i) % ITEMS), i,
		    &time[i], &err), MR_OK);
	}
	assert_int_equal(mr_ingest_rows_mark(&r, USERS, ITEMS, dedupe,
	    &n_repeats, &err), MR_OK);
	for (int i = 0; i < ROWS; i++) {
		bool repeat = false;

		for (int j = 0; j < ROWS; j++) {
			bool wins = dedupe == MR_DEDUPE_FIRST ? j < i : j > i;

			if (dedupe == MR_DEDUPE_LATEST && time[j] != time[i])
				wins = time[j] > time[i];
			repeat = repeat || (wins && user[j] == user[i] &&
			    r.item[j] == r.item[i]);
		}
		assert_int_equal(r.user[i], repeat ? -1 : user[i]);
		assert_int_equal(r.value[i], i);
		n += repeat;
	}
	assert_int_equal(n_repeats, n);
	assert_true(n > ROWS / 10);
	mr_ingest_rows_free(&r);
}

static void
test_repeats(void **state)
{
	struct mr_ingest_rows none = { 0 };
	int64_t n;

	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++) {
		check_repeats(MR_DEDUPE_FIRST, seed);
		check_repeats(MR_DEDUPE_LAST, seed);
		check_repeats(MR_DEDUPE_LATEST, seed);
	}
	assert_int_equal(mr_ingest_rows_mark(&none, 0, 0, MR_DEDUPE_LAST, &n,
	    &err), MR_OK);
	assert_int_equal(n, 0);
}

static void
test_years(void **state)
{
	static const struct {
		const char *in, *out;
		bool ok;
	} c[] = {
		{ "1999", "1999", true }, { "1999.0", "1999", true },
		{ "1999.", "1999", true }, { "1999.000", "1999", true },
		{ "", "", true }, { "1999.5", "", false },
		{ "1999.05", "", false }, { "199", "", false },
		{ "19990", "", false }, { "+199", "", false },
		{ "c199", "", false }, { ".0", "", false },
		{ "1e3.", "", false }
	};

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct mr_slice y = mr_slice_of(c[i].in);

		assert_int_equal(mr_ingest_clean_year(&y), c[i].ok);
		assert_true(mr_slice_is(y, c[i].out));
	}
}

static void
test_titles(void **state)
{
	static const char *const c[][3] = {
		{ "Heat (1995)", "Heat", "1995" },
		{ "Heat  (1995)", "Heat", "1995" },
		{ "Heat(1995)", "Heat(1995)", "" },
		{ "(1995)", "(1995)", "" },
		{ " (1995)", " (1995)", "" },
		{ "A (1995)", "A", "1995" },
		{ "Heat (199x)", "Heat (199x)", "" },
		{ "Heat (2007-)", "Heat (2007-)", "" },
		{ "", "", "" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct mr_slice title = mr_slice_of(c[i][0]);
		struct mr_slice year = { "", 0 };

		assert_int_equal(mr_ingest_title_year(&title, &year),
		    *c[i][2] != 0);
		assert_true(mr_slice_is(title, c[i][1]));
		assert_true(mr_slice_is(year, c[i][2]));
	}
}

static void
test_split(void **state)
{
	struct mr_slice *f = calloc(MR_COLS_MAX, sizeof *f);
	char *many = malloc(2 * MR_COLS_MAX + 4);

	(void)state;
	assert_non_null(f);
	assert_non_null(many);
	assert_int_equal(mr_ingest_cut(mr_slice_of("a:::b::"), "::", f), 3);
	assert_true(mr_slice_is(f[0], "a"));
	assert_true(mr_slice_is(f[1], ":b"));
	assert_true(mr_slice_is(f[2], ""));
	assert_int_equal(mr_ingest_cut((struct mr_slice){ NULL, 0 }, "::",
	    f), 1);
	memset(many, '|', 2 * MR_COLS_MAX);
	assert_int_equal(mr_ingest_cut((struct mr_slice){ many,
	    2 * MR_COLS_MAX }, "|", f), MR_COLS_MAX);
	free(f);
	free(many);
}

static void
test_clean(void **state)
{
	struct mr_cleaner k = { 0 };
	struct mr_slice a, b;

	(void)state;
	assert_int_equal(mr_ingest_clean_init(&k, 2, &err), MR_OK);
	/* Slots do not share storage. */
	assert_int_equal(mr_ingest_clean(&k, 0, mr_slice_of(" e\xcc\x81\xff "),
	    &a, &err), MR_OK);
	assert_int_equal(mr_ingest_clean(&k, 1, mr_slice_of("\xfe"), &b, &err),
	    MR_OK);
	assert_true(mr_slice_is(a, "\xc3\xa9\xef\xbf\xbd"));
	assert_true(mr_slice_is(b, "\xef\xbf\xbd"));
	assert_int_equal(k.n_repaired, 2);
	assert_int_equal(mr_ingest_clean(&k, 0, mr_slice_of(" NULL"), &a, &err),
	    MR_OK);
	assert_int_equal(a.n, 0);
	assert_int_equal(mr_ingest_clean(&k, 0, mr_slice_of("Null"), &a, &err),
	    MR_OK);
	assert_true(mr_slice_is(a, "Null"));
	k.guess_latin1 = true;
	assert_int_equal(mr_ingest_clean(&k, 0, mr_slice_of("\xe9"), &a, &err),
	    MR_OK);
	assert_true(mr_slice_is(a, "\xc3\xa9"));
	assert_int_equal(k.n_repaired, 2);
	mr_ingest_clean_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_years),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
