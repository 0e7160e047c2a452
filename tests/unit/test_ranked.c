/* Ranked lists: what is read, what is refused, what is written.
 * SPDX-License-Identifier: MIT */
#include "tsv_build.h"

#include "store/films.h"
#include "store/ranked.h"

static int
read_text(struct mr_ranked *l, const char *text, struct mr_err *err)
{
	struct text_file f = text_file(text);
	struct mr_tsv t;
	int rc = mr_tsv_open(&t, f.path, NULL, err);

	assert_int_equal(rc, MR_OK);
	rc = mr_ranked_read(l, &t, err);
	mr_tsv_close(&t);
	close(f.fd);
	return rc;
}

static bool
has(const struct mr_ranked *l, int64_t place, const char *item)
{
	return mr_slice_is(mr_ids_get(&l->items, l->item[place]), item);
}

static void
reads(void **state)
{
	struct mr_ranked l;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(read_text(&l, "rank\tuser\tnote\titem\n"
	    "2\tb\t-\tx\n1\ta\t-\tx\n1\tb\t-\ty\n3\tb\t-\tz\n", &err), MR_OK);
	assert_int_equal(l.users.n, 2);
	assert_int_equal(l.ptr[1], 3);
	assert_int_equal(l.ptr[2], 4);
	assert_true(has(&l, 0, "y") && has(&l, 1, "x") && has(&l, 2, "z") &&
	    has(&l, 3, "x"));
	mr_ranked_free(&l);
	assert_int_equal(read_text(&l, "user\titem\trank\n", &err), MR_OK);
	assert_int_equal(l.users.n, 0);
	mr_ranked_free(&l);
	mr_ranked_free(&l);
}

static void
refuses(void **state)
{
	static const char *const bad[][2] = {
		{ "a\tx\t0\n", ":2: rank '0', expected a whole number from 1" },
		{ "a\tx\tfirst\n", ":2: rank 'first'" },
		{ "a\tx\t1\na\ty\t3\n",
		    ":3: rank 3 of user 'a' is past the end of his list, "
		    "expected 1 to 2, each once" },
		{ "a\tx\t1\na\ty\t1\n", ":3: rank 1 of user 'a' stands twice" },
		{ "a\tx\t2\na\tx\t1\n",
		    ":2: item 'x' stands twice in the list of user 'a'" },
		{ "a\tx\t1\n\ty\t1\n", ":3: empty user, expected an id" },
		{ "a\t\t1\n", ":2: empty item, expected an id" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct mr_ranked l;
		struct mr_err err = { 0 };
		char text[100];

		snprintf(text, sizeof text, "user\titem\trank\n%s", bad[i][0]);
		assert_int_equal(read_text(&l, text, &err), MR_EFORMAT);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("'%s', expected '%s'", err.msg, bad[i][1]);
		mr_ranked_free(&l);
	}
}

/* What is written is read back. */
static void
writes(void **state)
{
	static const char text[] = "user\trank\titem\tscore\ttitle\n"
	    "a\\tb\t1\tx\t0.5\tThe \\\\ X\n" "a\\tb\t2\ty\t-1\t\n";
	const struct mr_ranked_row row[] = {
		{ mr_slice_of("a\tb"), 1, mr_slice_of("x"), 0.5f, { "", 0 } },
		{ mr_slice_of("a\tb"), 2, mr_slice_of("y"), -1,
		    { "", 0 } },
	};
	struct text_file films = text_file("item\ttitle\nx\tThe \\\\ X\n"), f;
	struct mr_out out = text_out(&f);
	struct mr_table t;
	struct mr_ranked l;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_films_load(&t, films.path, "title", NULL,
	    &err), MR_OK);
	mr_ranked_head(&out, "user", "", &t);
	assert_true(mr_ranked_put(&out, &row[0], &t, 0));
	assert_false(mr_ranked_put(&out, &row[1], &t, -1));
	text_is(&out, &f, text);
	mr_table_free(&t);
	close(films.fd);
	assert_int_equal(read_text(&l, text, &err), MR_OK);
	assert_true(mr_slice_is(mr_ids_get(&l.users, 0), "a\tb"));
	mr_ranked_free(&l);
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
