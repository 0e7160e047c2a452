/* Tests of text/utf8_title and of which films are taken for one.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "text/utf8_title.h"
#include "store/match.h"

static struct mr_err err;

static void
test_words(void **state)
{
	static const struct {
		const char *of, *words;
	} t[] = {
		{ "The Matrix", "the matrix" },
		{ "  WALL\xc2\xb7" "E ", "wall e" },
		{ "WALL-E", "wall e" },
		{ "Tom & Jerry", "tom and jerry" },
		{ "Tom&Jerry", "tom and jerry" },
		{ "AM\xc3\x89LIE", "amelie" },
		{ "Ame\xcc\x81lie", "amelie" },
		{ "Don't Look Now", "dont look now" },
		{ "Don\xe2\x80\x99t", "dont" },
		{ "E.T. the Extra", "et the extra" },
		{ "Tick, Tick...Boom!", "tick tick boom" },
		{ "Tick\xe2\x80\xa6" "Boom", "tick boom" },
		{ "STRASSE", "strasse" },
		{ "Stra\xc3\x9f" "e", "strasse" },
		{ "\xef\xbc\xa1\xef\xbc\xa2", "ab" },	/* full width */
		{ "$9.99", "$999" },
		{ "M*A*S*H", "m a s h" },
		/* I with a dot, and io without its dots. */
		{ "\xc4\xb0z", "iz" },
		{ "\xd1\x91\xd0\x9b", "\xd0\xb5\xd0\xbb" },
		/* Voicing makes another letter of kana: ga stays ga. */
		{ "\xe3\x82\xac", "\xe3\x82\xab\xe3\x82\x99" },
		{ "!?", "" },
		{ "", "" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct mr_buf out = { 0 };

		assert_int_equal(mr_utf8_words(mr_slice_of(t[i].of), &out,
		    &err), MR_OK);
		assert_int_equal(mr_buf_add(&out, "", 1, &err), MR_OK);
		assert_string_equal(out.p, t[i].words);
		mr_buf_free(&out);
	}
}

static void
test_titles(void **state)
{
	static const struct {
		const char *title, *form[MR_TITLE_FORMS + 1];
	} t[] = {
		{ "Matrix, The", { "the matrix" } },
		{ "Hunt, A ", { "a hunt" } },
		{ "Avventura, L'", { "lavventura" } },
		{ "L'avventura", { "lavventura" } },
		{ "Love, Actually", { "love actually" } },
		{ "One, Two, Three", { "one two three" } },
		{ "The, The", { "the the" } },
		{ ", The", { "the" } },
		{ "City of Lost Children, The (Cit\xc3\xa9 des enfants "
		    "perdus, La)", { "city of lost children the cite des "
		    "enfants perdus la", "the city of lost children",
		    "la cite des enfants perdus" } },
		{ "Seven (a.k.a. Se7en)", { "seven aka se7en", "seven",
		    "se7en" } },
		{ "A (b (c))", { "a b c", "a", "b c" } },
		{ "(500) Days", { "500 days" } },
		{ "(Untitled)", { "untitled" } },
		{ "Seven (7))", { "seven 7" } },
		{ "Oz (...)", { "oz" } },
		{ "???", { "???" } },
		{ "", { NULL } }
	};
	struct mr_slice form[MR_TITLE_FORMS];
	struct mr_buf out = { 0 };
	int n;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(mr_utf8_title(mr_slice_of(t[i].title), &out,
		    form, &n, &err), MR_OK);
		for (int j = 0; j < n; j++) {
			assert_non_null(t[i].form[j]);
			assert_true(mr_slice_is(form[j], t[i].form[j]));
		}
		assert_null(t[i].form[n]);
	}
	mr_buf_free(&out);
}

static void
test_people(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} t[] = {
		{ "Lana Wachowski|Keanu Reeves",
		    "LANA WACHOWSKI (director); Laurence Fishburne", true },
		{ "A. Bee (director); C Dee", "C. D|A Bee", true },
		{ "Dir.: Agn\xc3\xa8s Varda", "Agnes Varda", true },
		/* Not half a name, nor what they did, nor a lone word. */
		{ "Ann Lee|B C", "Joann Lee", false },
		{ "A B (executive producer)", "C D (executive producer)",
		    false },
		{ "Madonna", "Madonna|X Y", false },
		{ "", "A B", false },
		{ "(", ")", false }
	};
	struct mr_match m = { 0 };
	bool is;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(mr_match_one_person(&m, mr_slice_of(t[i].a),
		    mr_slice_of(t[i].b), &is, &err), MR_OK);
		assert_int_equal(is, t[i].same);
		assert_int_equal(mr_match_one_person(&m, mr_slice_of(t[i].b),
		    mr_slice_of(t[i].a), &is, &err), MR_OK);
		assert_int_equal(is, t[i].same);
	}
	mr_match_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
