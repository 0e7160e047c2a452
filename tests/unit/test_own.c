/* Ratings in a cookie: there and back, and what is no cookie of ours.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/serve/own.h"

/* Films "a", "b c", "\xc3\xa9", and i0 .. i299; ratings from 0.5 to 5. */
static void
make(struct mr_site *s)
{
	static const char *const ids[] = { "a", "b c", "\xc3\xa9" };
	struct mr_err err = { 0 };
	char name[16];
	int32_t at;

	*s = (struct mr_site){ .lo = 0.5, .hi = 5 };
	for (int i = 0; i < 3; i++)
		assert_int_equal(mr_ids_add(&s->films.keys,
		    mr_slice_of(ids[i]), &at, NULL, &err), MR_OK);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "i%d", i);
		assert_int_equal(mr_ids_add(&s->films.keys, mr_slice_of(name),
		    &at, NULL, &err), MR_OK);
	}
}

static void
there_and_back(void **state)
{
	static struct mr_own own;
	struct mr_write w = { 0 };
	struct mr_buf id = { 0 };
	struct mr_site s;

	(void)state;
	make(&s);
	mr_own_read(&own, &s, mr_slice_of("x=1; mr_r=1.a:450.b%20c:50.gone:"
	    "300; y=2"));
	assert_false(own.bad);
	assert_int_equal(own.n, 3);
	assert_int_equal(own.n_unknown, 1);
	assert_true(fabsf(mr_own_find(&own, 0) - 4.5F) < 1e-6F);
	assert_true(isnan(mr_own_find(&own, 2)));
	/* One more, one changed, one taken back; the unknown one stays. */
	assert_true(mr_own_set(&own, &s, 2, 1, &id));
	assert_true(mr_own_set(&own, &s, 0, 2.25F, &id));
	assert_true(mr_own_set(&own, &s, 1, NAN, &id));
	mr_own_write(&w, &own);
	assert_int_equal(w.rc, MR_OK);
	assert_string_equal(w.b.p, "mr_r=1.gone:300.%C3%A9:100.a:225; Path=/; "
	    "HttpOnly; SameSite=Lax; Max-Age=31536000");
	mr_write_free(&w);
	own.n = 0;
	mr_own_write(&w, &own);
	assert_non_null(strstr(w.b.p, "Max-Age=0"));
	mr_write_free(&w);
	mr_buf_free(&id);
	mr_ids_free(&s.films.keys);
}

/* The ends of a range, which a cookie has in hundredths and a float is beside:
 * what the buttons send is read again. */
static void
ends_of_range(void **state)
{
	static const double ends[][2] = { { 0.7, 4.9 }, { 0.1, 0.3 },
	    { 1.0 / 3, 3.336 } };
	static struct mr_own own, again;
	struct mr_buf id = { 0 };
	struct mr_site s;

	(void)state;
	make(&s);
	for (int i = 0; i < 3; i++) {
		s.lo = ends[i][0];
		s.hi = ends[i][1];
		for (int k = 0; k < 2; k++) {
			struct mr_write w = { 0 };
			double x = ends[i][k];

			own.n = 0;
			assert_true(mr_own_fits(&s, x));
			assert_false(mr_own_fits(&s, k ? x + .02 : x - .02));
			assert_true(mr_own_set(&own, &s, 0, (float)(round(
			    x * 100) / 100), &id));
			mr_own_write(&w, &own);
			mr_own_read(&again, &s, mr_slice_of(w.b.p));
			assert_false(again.bad);
			assert_int_equal(again.n, 1);
			mr_write_free(&w);
		}
	}
	mr_buf_free(&id);
	mr_ids_free(&s.films.keys);
}

static void
hostile(void **state)
{
	static const char *const bad[] = { "mr_r=", "mr_r=2.a:100",
	    "mr_r=1.a", "mr_r=1.a:", "mr_r=1.:100", "mr_r=1.a:x",
	    "mr_r=1.a:49", "mr_r=1.a:501", "mr_r=1.a:-100", "mr_r=1.a:1e2",
	    "mr_r=1.a:100.a:100", "mr_r=1.b c:100", "mr_r=1.%61:100",
	    "mr_r=1.%c3%a9:100", "mr_r=1.%C:100", "mr_r=1.a:100.",
	    "mr_r=1.a:100..a:1", "mr_r=1.a:9999999999999999999", NULL };
	static const char *const none[] = { "", "mr_r", "xmr_r=1.a:100",
	    "x=mr_r=1.a:100", ";;;", "mr_r=1", NULL };
	static struct mr_own own;
	struct mr_site s;

	(void)state;
	make(&s);
	for (int i = 0; bad[i]; i++) {
		mr_own_read(&own, &s, mr_slice_of(bad[i]));
		if (!own.bad || own.n)
			fail_msg("taken: %s", bad[i]);
	}
	for (int i = 0; none[i]; i++) {
		mr_own_read(&own, &s, mr_slice_of(none[i]));
		if (own.bad || own.n)
			fail_msg("not nothing: %s", none[i]);
	}
	mr_ids_free(&s.films.keys);
}

/* MR_OWN_MOST, and not one more; nor more bytes than browsers keep. */
static void
full(void **state)
{
	static struct mr_own own;
	struct mr_buf text = { 0 }, id = { 0 };
	struct mr_err err = { 0 };
	struct mr_site s;

	(void)state;
	make(&s);
	assert_int_equal(mr_buf_addf(&text, &err, "mr_r=1"), MR_OK);
	for (int i = 0; i < MR_OWN_MOST - 1; i++)
		assert_int_equal(mr_buf_addf(&text, &err, ".i%d:100", i),
		    MR_OK);
	mr_own_read(&own, &s, mr_buf_slice(&text));
	assert_int_equal(own.n, MR_OWN_MOST - 1);
	assert_true(mr_own_set(&own, &s, 0, 1, &id));
	assert_int_equal(own.n, MR_OWN_MOST);
	assert_false(mr_own_set(&own, &s, 1, 1, &id));
	assert_int_equal(mr_buf_addf(&text, &err, ".a:100.b%%20c:100"),
	    MR_OK);
	mr_own_read(&own, &s, mr_buf_slice(&text));
	assert_true(own.bad);
	text.n = 0;
	assert_int_equal(mr_buf_addf(&text, &err, "mr_r=1.a:100."), MR_OK);
	while (text.n < 5 + MR_OWN_BYTES - 4)
		assert_int_equal(mr_buf_addf(&text, &err, "x"), MR_OK);
	assert_int_equal(mr_buf_addf(&text, &err, ":100"), MR_OK);
	mr_own_read(&own, &s, mr_buf_slice(&text));
	assert_true(own.bad);
	mr_buf_free(&text);
	mr_buf_free(&id);
	mr_ids_free(&s.films.keys);
}

/* As many as there is room for, and what is borrowed stays. */
static void
several(void **state)
{
	static struct mr_own own, again;
	struct mr_own_rating r[MR_OWN_MOST];
	struct mr_buf text = { 0 }, ids = { 0 };
	struct mr_write w = { 0 };
	struct mr_err err = { 0 };
	struct mr_site s;

	(void)state;
	make(&s);
	for (int i = 0; i < 2; i++)
		r[i] = (struct mr_own_rating){ i, (float)(i + 1), { "", 0 } };
	own.n = 0;
	assert_int_equal(mr_own_take(&own, &s, r, 2, &ids), 2);
	mr_own_write(&w, &own);
	mr_own_read(&again, &s, (struct mr_slice){ w.b.p, w.b.n - 1 });
	assert_false(again.bad);
	assert_int_equal(again.n, 2);
	assert_true(mr_own_find(&again, 0) == 1 && mr_own_find(&again, 1) == 2);
	/* One is rated anew, the next has no place. */
	assert_int_equal(mr_buf_addf(&text, &err, "mr_r=1"), MR_OK);
	for (int i = 0; i < MR_OWN_MOST - 1; i++)
		assert_int_equal(mr_buf_addf(&text, &err, ".i%d:100", i),
		    MR_OK);
	mr_own_read(&own, &s, mr_buf_slice(&text));
	assert_int_equal(mr_own_take(&own, &s, r, 2, &ids), 1);
	assert_int_equal(own.n, MR_OWN_MOST);
	assert_true(mr_own_find(&own, 0) == 1 &&
	    isnan(mr_own_find(&own, 1)));
	r[0].rating = 4;
	assert_int_equal(mr_own_take(&own, &s, r, 1, &ids), 1);
	assert_true(mr_own_find(&own, 0) == 4);
	mr_write_free(&w);
	mr_buf_free(&text);
	mr_buf_free(&ids);
	mr_ids_free(&s.films.keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(ends_of_range),
		cmocka_unit_test(hostile),
		cmocka_unit_test(full),
		cmocka_unit_test(several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
