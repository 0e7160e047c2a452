/* Titles found by parts of them.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/serve/titles.h"

static void
plain_forms(void **state)
{
	static const char *const cases[] = {
		"What's Up, Doc?", "whats up doc",
		"  AMÉLIE  ", "amelie",
		"Ame\xcc\x81lie", "amelie",
		"Straße", "strasse",
		"3:10 to Yuma", "3 10 to yuma",
		"M*A*S*H", "m a s h",
		"七人の侍", "七人の侍",
		"\"?!\"", "",
		"", "",
		NULL
	};
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	for (int i = 0; cases[i]; i += 2) {
		assert_int_equal(mr_titles_plain(mr_slice_of(cases[i]), &b,
		    &err), MR_OK);
		if (!mr_slice_is(mr_buf_slice(&b), cases[i + 1]))
			fail_msg("%s: %.*s", cases[i], (int)b.n, b.p);
	}
	mr_buf_free(&b);
}

/* The films found, as digits, and their number. */
static void
ask(const struct mr_titles *t, const char *asked, const uint64_t *allow,
    const int32_t *rank, int64_t k, const char *want, int64_t want_total)
{
	struct mr_hit hit[8];
	char got[9] = "";
	int64_t total, n = mr_titles_find(t, mr_slice_of(asked), allow, rank,
	    k, hit, &total);

	for (int64_t i = 0; i < n; i++)
		got[i] = (char)('0' + hit[i].row);
	assert_string_equal(got, want);
	assert_int_equal(total, want_total);
}

static void
qualities(void **state)
{
	static const char *const title[] = { "Gold", "The Gold", "Gold Rush",
	    "A Rush for Gold", "Marigold", "Old Gold", "Gone, Gone" };
	static const int32_t rank[] = { 5, 4, 3, 2, 1, 0, 6 };
	struct mr_table films = { 0 };
	struct mr_titles t = { 0 };
	struct mr_err err = { 0 };
	uint64_t allow = 0x3e;
	int32_t at;

	(void)state;
	assert_int_equal(mr_ids_add(&films.columns, mr_slice_of("title"), &at,
	    NULL, &err), MR_OK);
	for (int i = 0; i < 7; i++) {
		char id[] = { (char)('a' + i), '\0' };
		struct mr_slice cell = mr_slice_of(title[i]);

		assert_int_equal(mr_table_add(&films, mr_slice_of(id), &cell,
		    &err), MR_OK);
	}
	assert_int_equal(mr_titles_open(&t, &films, 0, &err), MR_OK);
	ask(&t, "gold", NULL, rank, 8, "10253", 5);
	ask(&t, "gold", &allow, rank, 8, "1253", 4);
	ask(&t, "gold", NULL, rank, 2, "10", 5);
	ask(&t, "ru go", NULL, rank, 8, "32", 2);
	ask(&t, "rush", NULL, rank, 8, "32", 2);
	ask(&t, "old", NULL, rank, 8, "5", 1);
	ask(&t, "gold ru", NULL, rank, 8, "23", 2);
	ask(&t, "g g", NULL, rank, 8, "532106", 6);
	ask(&t, "go", NULL, rank, 2, "21", 6);
	ask(&t, "gon", NULL, rank, 8, "6", 1);
	ask(&t, "o", NULL, rank, 8, "5", 1);
	ask(&t, "zz gold", NULL, rank, 8, "", 0);
	ask(&t, "gold zz", NULL, rank, 8, "", 0);
	ask(&t, "silver", NULL, rank, 8, "", 0);
	ask(&t, "", NULL, rank, 8, "", 0);
	mr_titles_free(&t);
	mr_titles_free(&t);
	mr_table_free(&films);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_forms),
		cmocka_unit_test(qualities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
