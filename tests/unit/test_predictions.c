/* Predictions: what is read, what is refused, what is written.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "tsv_build.h"

#include "store/films.h"
#include "store/predictions.h"

static int
read_text(struct mr_predictions *a, const char *text, struct mr_err *err)
{
	struct text_file f = text_file(text);
	struct mr_tsv t;
	int rc = mr_tsv_open(&t, f.path, NULL, err);

	assert_int_equal(rc, MR_OK);
	rc = mr_predictions_read(a, &t, err);
	mr_tsv_close(&t);
	close(f.fd);
	return rc;
}

static void
reads(void **state)
{
	struct mr_predictions a;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(read_text(&a, "estimate\titem\tuser\trating\n"
	    "1.5\tx\tb\t2\n-1\tx\ta\t\n3\ty\tb\t4.25\n", &err), MR_OK);
	assert_int_equal(a.n, 3);
	assert_int_equal(a.users.n, 2);
	/* b's, in the order of the file, then a's. */
	assert_int_equal(a.by_user.ptr[1], 2);
	assert_int_equal(a.by_user.row[0], 0);
	assert_int_equal(a.by_user.row[1], 2);
	assert_int_equal(a.by_user.row[2], 1);
	assert_true(a.p[0].estimate == 1.5 && a.p[0].rating == 2);
	assert_true(isnan(a.p[1].rating) && a.p[1].line == 3);
	mr_predictions_free(&a);
	/* A float has neither of these. */
	assert_int_equal(read_text(&a, "user\titem\trating\testimate\n"
	    "a\tx\t16777217\t3.7\nb\tx\t100000.1\t16777217\n", &err), MR_OK);
	assert_true(a.p[0].rating == 16777217. && a.p[0].estimate == 3.7);
	assert_true(a.p[1].rating == 100000.1);
	mr_predictions_free(&a);
	/* Without the column no pair has a rating. */
	assert_int_equal(read_text(&a, "user\titem\testimate\na\tx\t1\n",
	    &err), MR_OK);
	assert_true(isnan(a.p[0].rating));
	mr_predictions_free(&a);
	mr_predictions_free(&a);
}

static void
refuses(void **state)
{
	static const char *const bad[][2] = {
		{ "a\tx\t1\t\n",
		    ":2: estimate '', expected a finite number" },
		{ "a\tx\t1\tinf\n", ":2: estimate 'inf'" },
		{ "a\tx\t1\t1e39\n", ":2: estimate '1e39' is above 3.4e38" },
		{ "a\tx\tgood\t1\n",
		    ":2: rating 'good', expected a finite number or nothing" },
		{ "a\tx\t1\t1\na\ty\t1\t1\na\tx\t1\t1\n",
		    ":4: user 'a' and item 'x' stand twice, expected every "
		    "pair once" },
		{ "\tx\t1\t1\n", ":2: empty user, expected an id" },
		{ "a\t\t1\t1\n", ":2: empty item, expected an id" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct mr_predictions a;
		struct mr_err err = { 0 };
		char text[100];

		snprintf(text, sizeof text, "user\titem\trating\testimate\n%s",
		    bad[i][0]);
		assert_int_equal(read_text(&a, text, &err), MR_EFORMAT);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("'%s', expected '%s'", err.msg, bad[i][1]);
		mr_predictions_free(&a);
	}
}

static void
writes(void **state)
{
	const struct mr_predictions_row with = { mr_slice_of("u\n"),
	    mr_slice_of("x"), mr_slice_of(""), 3.25f };
	const struct mr_predictions_row without = { .user = mr_slice_of("u"),
	    .item = mr_slice_of("x"), .estimate = -2 };
	const struct mr_table none = { 0 };
	struct text_file f;
	struct mr_out out = text_out(&f);

	(void)state;
	mr_predictions_head(&out, true, &none);
	assert_true(mr_predictions_put(&out, &with, &none, -1));
	text_is(&out, &f, "user\titem\trating\testimate\nu\\n\tx\t\t3.25\n");
	out = text_out(&f);
	mr_predictions_head(&out, false, &none);
	assert_true(mr_predictions_put(&out, &without, &none, -1));
	text_is(&out, &f, "user\titem\testimate\nu\tx\t-2\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses),
		cmocka_unit_test(writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
