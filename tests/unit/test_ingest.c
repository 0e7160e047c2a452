/* Tests of the parts of ingest that files and bats cannot corner: repeats
 * against a double loop, years, titles, splitting, cleaning.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "stream/tsv.h"
#include "tool/ingest/field.h"
#include "tool/ingest/ingest.h"
#include "tool/ingest/options.h"
#include "tool/ingest/list.h"
#include "tool/ingest/repeats.h"
#include "tool/ingest/source.h"

#define ROWS 700
#define USERS 20
#define ITEMS 30

static struct mr_err err;

/* by_user: the rows of one stand together, and those of some users nowhere. */
static void
check_repeats(int dedupe, uint64_t seed, bool by_user, int threads)
{
	const struct mr_ingest_mark o = { .dedupe = dedupe, .n_users = USERS,
	    .n_items = ITEMS, .threads = threads };
	struct mr_ingest_rows r = { 0 };
	int32_t user[ROWS];
	int64_t time[ROWS], n_repeats, n = 0;

	for (int i = 0; i < ROWS; i++) {
		user[i] = by_user ? 1 + i * (USERS - 2) / ROWS / 3 * 3 :
		    (int32_t)(mr_rng_u64(seed, 0, (uint64_t)i) % USERS);
		time[i] = (int64_t)(mr_rng_u64(seed, 2, (uint64_t)i) % 5) - 1;
		assert_int_equal(mr_ingest_rows_add(&r, user[i],
		    (int32_t)(mr_rng_u64(seed, 1, (uint64_t)i) % ITEMS), i,
		    &time[i], &err), MR_OK);
	}
	assert_int_equal(mr_ingest_rows_mark(&r, &o, &n_repeats, &err), MR_OK);
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
	for (uint64_t seed = 1; seed <= 12; seed++) {
		bool by_user = seed % 2;
		int threads = 1 + (int)(seed / 2 % 3);

		check_repeats(MR_DEDUPE_FIRST, seed, by_user, threads);
		check_repeats(MR_DEDUPE_LAST, seed, by_user, threads);
		check_repeats(MR_DEDUPE_LATEST, seed, by_user, threads);
	}
	assert_int_equal(mr_ingest_rows_mark(&none, &(struct mr_ingest_mark){
	    .dedupe = MR_DEDUPE_LAST }, &n, &err), MR_OK);
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
		{ "Heat\xc2\xa0(1995)", "Heat", "1995" },
		{ "\xc2\xa0(1995)", "\xc2\xa0(1995)", "" },
		{ "Heat(1995)", "Heat(1995)", "" },
		{ "(1995)", "(1995)", "" },
		{ " (1995)", " (1995)", "" },
		{ "A (1995)", "A", "1995" },
		{ "Heat (199x)", "Heat (199x)", "" },
		{ "Heat (2007-)", "Heat", "2007" },
		{ "A (b) (1975-1979)", "A (b)", "1975" },
		{ "A (b) (197-1979)", "A (b) (197-1979)", "" },
		{ "Heat (1995", "Heat (1995", "" },
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
test_trim(void **state)
{
	static const char *const blank[] = { " ", "\t", "\xc2\x85", "\xc2\xa0",
	    "\xe1\x9a\x80", "\xe1\xa0\x8e", "\xe2\x80\x80", "\xe2\x80\x8b",
	    "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
	    "\xe2\x81\x9f", "\xe2\x81\xa0", "\xe3\x80\x80",
	    "\xef\xbb\xbf", "\xc2\xad", "\xe2\x80\xaa", "\xe2\x80\xae",
	    "\xe2\x81\xa1", "\xe2\x81\xaf", "\x01", "\x7f" };
	/* Neighbours of theirs, and the bytes of one alone. */
	static const char *const stays[] = { "\xc2\x84", "\xc2\xa1",
	    "\xc2\xac", "\xe2\x80\x90", "\xe2\x80\xb0", "\xe2\x81\xb0",
	    "\xef\xbb\xbe", "\xe3\x80\x81", "\xa0", "\xbf", "a" };
	char text[64], shown[MR_SHOWN_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof blank / sizeof *blank; i++)
		for (size_t j = 0; j < sizeof stays / sizeof *stays; j++) {
			snprintf(text, sizeof text, "%s %s%s%s\xc2\xa0%s",
			    blank[i], blank[j % 16], stays[j], blank[i],
			    blank[j % 16]);
			assert_true(mr_slice_is(mr_ingest_trim(
			    mr_slice_of(text)), stays[j]));
		}
	assert_int_equal(mr_ingest_trim(mr_slice_of("\xc2\xa0 \n")).n, 0);
	assert_string_equal(mr_ingest_shown(mr_slice_of("a\xc2\xa0"
	    "b \xe2\x80\x8b\xef\xbb\xbf\xc3\xa9"), shown),
	    "a<U+00A0>b <U+200B><U+FEFF>\xc3\xa9");
	memset(text, 0, sizeof text);
	for (int i = 0; i < 20; i++)
		memcpy(text + (size_t)i * 3, "\xe2\x80\x8b", 3);
	assert_int_equal(strlen(mr_ingest_shown(mr_slice_of(text), shown)),
	    13 * 8);
}

struct values {
	struct mr_buf text;
	int n;
};

static int
add_value(void *ctx, struct mr_slice value, struct mr_err *e)
{
	struct values *v = ctx;
	int rc = mr_buf_add(&v->text, value.p, value.n, e);

	v->n++;
	return rc ? rc : mr_buf_add(&v->text, ";", 1, e);
}

static void
test_list(void **state)
{
	static const struct {
		const char *in, *out;	/* out NULL: none that can be read */
	} c[] = {
		{ "[]", "" }, { " [ ] ", "" }, { "[null, None, nan]", "" },
		{ "[\"A\", \"B\"]", "A;B;" }, { "['A','B C']", "A;B C;" },
		{ "[u'A', U\"B\"]", "A;B;" }, { "[28, -1.5e3]", "28;-1.5e3;" },
		{ "[\"it's\", 'a \"b\"', 'c\\'d']", "it's;a \"b\";c'd;" },
		{ "['', \"\"]", ";;" }, { "[\"a, b\", \"]\"]", "a, b;];" },
		{ "['\\xe9\\u00e9\\U0001F600\\n\\/\\q']",
		    "\xc3\xa9\xc3\xa9\xf0\x9f\x98\x80\n/\\q;" },
		{ "[\"\\ud83d\\ude00\\ud83d\\u0041\"]",
		    "\xf0\x9f\x98\x80\xef\xbf\xbd" "A;" },
		{ "[{\"id\": 28, \"name\": \"Action\"}]", "Action;" },
		{ "[{'name': 'A', 'x': [1, {'name': 'no'}], 'name': 'B'}]",
		    "A;" },
		{ "[{'a': None, 'b': True, 'name': 7}, 'C']", "7;C;" },
		{ "[{\"name\": null}]", ";" },
		{ "{'id': 1, 'name': 'A'}", "A;" }, { "('A', \"B\")", "A;B;" },
		{ "('A',)", "A;" }, { "()", "" }, { "{'A', 'B'}", NULL },
		{ "{A,B}", NULL }, { "('A')x", NULL }, { "('A']", NULL },
		{ "({'name': 'A'}, 'B')", "A;B;" }, { "('A',,)", NULL },
		{ "{'name': 'A'}, {'name': 'B'}", NULL },
		{ "[{\"id\": 28}]", NULL }, { "[{}]", NULL },
		{ "[a, b]", NULL }, { "['a' 'b']", NULL }, { "['a',]", NULL },
		{ "['a'", NULL }, { "['a]", NULL }, { "[,]", NULL },
		{ "[1.2.3]", NULL }, { "[true]", NULL }, { "[['a']]", NULL },
		{ "['a'] b", NULL }, { "[\"\\u12\"]", NULL },
		{ "['\\", NULL }, { "[{'name'}]", NULL }, { "", NULL },
		{ "[{'name': 'a', }]", NULL }, { "[{1: 2}]", NULL }
	};
	struct mr_buf room = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct values v = { .n = 0 };
		bool ok;

		assert_int_equal(mr_ingest_list(mr_slice_of(c[i].in), &room,
		    add_value, &v, &ok, &err), MR_OK);
		assert_int_equal(ok, c[i].out != NULL);
		assert_true(mr_slice_is(mr_buf_slice(&v.text), ok ? c[i].out :
		    ""));
		mr_buf_free(&v.text);
	}
	mr_buf_free(&room);
	assert_true(mr_ingest_is_list(mr_slice_of("[Crime]")));
	assert_true(mr_ingest_is_list(mr_slice_of("[ 'Crime")));
	assert_true(mr_ingest_is_list(mr_slice_of("[{\"id\"")));
	assert_true(mr_ingest_is_list(mr_slice_of("{Crime,War}")));
	assert_true(mr_ingest_is_list(mr_slice_of("{'id'")));
	assert_true(mr_ingest_is_list(mr_slice_of("('Crime',")));
	assert_false(mr_ingest_is_list(mr_slice_of("(Crime)")));
	assert_false(mr_ingest_is_list(mr_slice_of("{Crime}, War")));
	assert_false(mr_ingest_is_list(mr_slice_of("[Crime], War")));
	assert_false(mr_ingest_is_list(mr_slice_of("[")));
	assert_false(mr_ingest_is_list(mr_slice_of("Crime [x]")));
}

/* Lists inside a list: as deep as said, and no deeper. */
static void
test_deep_list(void **state)
{
	char text[400] = "[{'a': ";
	struct mr_buf room = { 0 };
	struct values v = { .n = 0 };
	bool ok;

	(void)state;
	for (int deep = 63; deep <= 64; deep++) {
		memset(text + 7, '[', (size_t)deep);
		memset(text + 7 + deep, ']', (size_t)deep);
		strcpy(text + 7 + 2 * (size_t)deep, ", 'name': 'x'}]");
		assert_int_equal(mr_ingest_list(mr_slice_of(text), &room,
		    add_value, &v, &ok, &err), MR_OK);
		assert_int_equal(ok, deep == 63);
	}
	assert_int_equal(v.n, 1);
	mr_buf_free(&room);
	mr_buf_free(&v.text);
}

static void
test_split(void **state)
{
	struct mr_slice *f = calloc(MR_COLS_MAX, sizeof *f);
	char *many = malloc(2 * MR_COLS_MAX + 4);

	(void)state;
	assert_non_null(f);
	assert_non_null(many);
	assert_int_equal(mr_ingest_cut(mr_slice_of("a:::b::"), "::", f,
	    MR_COLS_MAX), 3);
	assert_true(mr_slice_is(f[0], "a"));
	assert_true(mr_slice_is(f[1], ":b"));
	assert_true(mr_slice_is(f[2], ""));
	assert_int_equal(mr_ingest_cut((struct mr_slice){ NULL, 0 }, "::",
	    f, MR_COLS_MAX), 1);
	memset(many, '|', 2 * MR_COLS_MAX);
	assert_int_equal(mr_ingest_cut((struct mr_slice){ many,
	    2 * MR_COLS_MAX }, "|", f, MR_COLS_MAX), MR_COLS_MAX);
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
	assert_int_equal(a.n, 0);
	k.keep_missing = true;
	assert_int_equal(mr_ingest_clean(&k, 0, mr_slice_of("Null"), &a, &err),
	    MR_OK);
	assert_true(mr_slice_is(a, "Null"));
	k.keep_missing = false;
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
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_deep_list),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
