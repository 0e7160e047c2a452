/* Bodies of JSON: what is taken, and what is told to be wrong.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/serve/body.h"

/* Films "a", "b", "\xc3\xa9"; ratings from 0.5 to 5, or events. */
static void
make(struct mr_site *s, bool events)
{
	static const char *const ids[] = { "a", "b", "\xc3\xa9" };
	struct mr_err err = { 0 };
	int32_t at;

	*s = (struct mr_site){ .lo = events ? 1 : 0.5, .hi = events ? 0 : 5 };
	for (int i = 0; i < 3; i++)
		assert_int_equal(mr_ids_add(&s->films.keys,
		    mr_slice_of(ids[i]), &at, NULL, &err), MR_OK);
}

static void
defaults(struct mr_asked *a)
{
	struct mr_request q = { 0 };

	mr_asked_read(a, &q, 0, 0, true);
}

static void
takes(void **state)
{
	static const char text[] = " {\"ratings\": [{\"item\": \"b\", "
	    "\"rating\": 5}, {\"rating\": 0.5, \"item\": \"\\u00e9\"}, "
	    "{\"item\": \"gone\", \"rating\": 1}, {\"item\": \"b\", "
	    "\"rating\": 45e-1}], \"not\": [\"a\", \"gone\", \"a\"], "
	    "\"n\": 7.0, \"offset\": 3, \"mix\": \"both\", \"explain\": true, "
	    "\"where\": {\"genre\": [\"Drama\", \"War\"], \"from\": 1990, "
	    "\"to\": 1990}}\n";
	struct mr_site s;
	struct mr_body b;
	struct mr_asked a;
	struct mr_err err = { 0 };

	(void)state;
	make(&s, false);
	defaults(&a);
	assert_int_equal(mr_body_read(&b, &s, mr_slice_of(text), &a, &err),
	    MR_OK);
	assert_null(b.detail);
	/* By film, of b the last. */
	assert_int_equal(b.n, 2);
	assert_int_equal(b.r[0].film, 1);
	assert_true(fabsf(b.r[0].rating - 4.5F) < 1e-6F);
	assert_int_equal(b.r[1].film, 2);
	assert_int_equal(b.n_but, 2);
	assert_int_equal(b.but[0], 0);
	assert_int_equal(b.unknown, 2);
	assert_int_equal(a.n, 7);
	assert_int_equal(a.offset, 3);
	assert_int_equal(a.mix, MR_MIX_BOTH);
	assert_true(a.explain);
	assert_int_equal(a.n_genres, 2);
	assert_true(mr_slice_is(a.genre[1], "War"));
	assert_int_equal(a.from, 1990);
	assert_int_equal(a.n_but, 2);
	mr_body_free(&b);
	mr_body_free(&b);
	mr_ids_free(&s.films.keys);
	/* Events need no number, and it says nothing. */
	make(&s, true);
	defaults(&a);
	assert_int_equal(mr_body_read(&b, &s, mr_slice_of("{\"ratings\": "
	    "[{\"item\": \"a\"}, {\"item\": \"b\", \"rating\": -7}]}"), &a,
	    &err), MR_OK);
	assert_null(b.detail);
	assert_int_equal(b.n, 2);
	assert_true(fabsf(b.r[1].rating - 1) < 1e-6F);
	assert_int_equal(a.n, 20);
	mr_body_free(&b);
	mr_ids_free(&s.films.keys);
}

#define A "{\"ratings\":[{\"item\":\"a\",\"rating\":1}]"

static void
refuses(void **state)
{
	/* What is wrong: the parameter. */
	static const char *const cases[] = {
		"", "", "x", "", "[]", "", "{\"ratings\":[]", "", "1", "",
		"{}", "ratings", "{\"ratings\":{}}", "ratings",
		"{\"ratings\":[]}", "ratings",
		"{\"ratings\":[1]}", "ratings[0]",
		"{\"ratings\":[{}]}", "ratings[0]",
		"{\"ratings\":[{\"item\":\"a\",\"rating\":1,\"x\":1}]}",
		"ratings[0]",
		"{\"ratings\":[{\"item\":\"a\"}]}", "ratings[0].rating",
		"{\"ratings\":[{\"item\":1,\"rating\":1}]}",
		"ratings[0].item",
		"{\"ratings\":[{\"item\":\"\",\"rating\":1}]}",
		"ratings[0].item",
		"{\"ratings\":[{\"item\":\"a\\nb\",\"rating\":1}]}",
		"ratings[0].item",
		"{\"ratings\":[{\"item\":\"a\",\"rating\":\"1\"}]}",
		"ratings[0].rating",
		"{\"ratings\":[{\"item\":\"a\",\"rating\":null}]}",
		"ratings[0].rating",
		"{\"ratings\":[{\"item\":\"a\",\"rating\":1},"
		    "{\"item\":\"a\",\"rating\":5.01}]}", "ratings[1].rating",
		"{\"ratings\":[{\"item\":\"gone\",\"rating\":0}]}",
		"ratings[0].rating",
		A A, "", A ",\"n\":1,\"n\":2}", "",
		A ",\"n\":0}", "n", A ",\"n\":101}", "n", A ",\"n\":1.5}",
		"n", A ",\"n\":\"1\"}", "n", A ",\"n\":1e300}", "n",
		A ",\"offset\":10001}", "offset", A ",\"mix\":\"x\"}", "mix",
		A ",\"mix\":1}", "mix", A ",\"explain\":2}", "explain",
		A ",\"explain\":\"1\"}", "explain", A ",\"x\":1}", "x",
		A ",\"not\":{}}", "not", A ",\"not\":[1]}", "not[0]",
		A ",\"not\":[\"a\",\"\"]}", "not[1]",
		A ",\"where\":[]}", "where", A ",\"where\":{\"x\":1}}",
		"where.x", A ",\"where\":{\"from\":1}}", "where.from",
		A ",\"where\":{\"from\":2000,\"to\":1999}}", "where.to",
		A ",\"where\":{\"genre\":\"War\"}}", "where.genre",
		A ",\"where\":{\"genre\":[1]}}", "where.genre",
		A ",\"where\":{\"genre\":[\"War\",\"War\"]}}", "where.genre",
		A ",\"a name that nobody knows and nobody needs\":1}",
		"a name that nobody knows",
		"{\"ratings\":[{\"item\":\"\xff\",\"rating\":1}]}", "",
		"{\"ratings\":[{\"item\":\"\\u0000\",\"rating\":1}]}", "",
		NULL
	};
	struct mr_site s;

	(void)state;
	make(&s, false);
	for (int i = 0; cases[i]; i += 2) {
		struct mr_body b;
		struct mr_asked a;
		struct mr_err err = { 0 };

		defaults(&a);
		assert_int_equal(mr_body_read(&b, &s, mr_slice_of(cases[i]),
		    &a, &err), MR_OK);
		if (!b.detail || strcmp(b.parameter, cases[i + 1]) != 0)
			fail_msg("%s: %s", cases[i], b.detail ? b.parameter :
			    "nothing");
		mr_body_free(&b);
	}
	mr_ids_free(&s.films.keys);
}

/* As many ratings and ids as may be, and one more. */
static void
limits(void **state)
{
	static char text[65536];
	struct mr_site s;

	(void)state;
	make(&s, false);
	for (int more = 0; more < 3; more++) {
		struct mr_body b;
		struct mr_asked a;
		struct mr_err err = { 0 };
		int n = snprintf(text, sizeof text, "{\"ratings\":[");

		for (int i = 0; i < MR_BODY_RATINGS + (more == 1); i++)
			n += snprintf(text + n, sizeof text - (size_t)n,
			    "%s{\"item\":\"i%d\",\"rating\":1}", i ? "," : "",
			    i);
		n += snprintf(text + n, sizeof text - (size_t)n,
		    "],\"not\":[");
		for (int i = 0; i < MR_BODY_RATINGS + (more == 2); i++)
			n += snprintf(text + n, sizeof text - (size_t)n,
			    "%s\"i%d\"", i ? "," : "", i);
		n += snprintf(text + n, sizeof text - (size_t)n, "]}");
		defaults(&a);
		assert_int_equal(mr_body_read(&b, &s, (struct mr_slice){ text,
		    (size_t)n }, &a, &err), MR_OK);
		if (more)
			assert_string_equal(b.parameter, more == 1 ?
			    "ratings" : "not");
		else
			assert_null(b.detail);
		assert_int_equal(b.unknown, more == 1 ? MR_BODY_RATINGS : more
		    == 2 ? MR_BODY_RATINGS : 2 * MR_BODY_RATINGS);
		mr_body_free(&b);
	}
	mr_ids_free(&s.films.keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
