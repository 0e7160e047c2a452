/* Ratings and film columns read from TSV, and the lines that are refused.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/films.h"
#include "store/ratings.h"

static char path[64];
static int fd = -1;

static void
put(const char *text)
{
	if (fd >= 0)
		close(fd);
	fd = memfd_create("tsv", 0);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
}

static void
reads(void **state)
{
	struct mr_report report = { 0 };
	struct mr_ratings r;
	struct mr_err err = { 0 };

	(void)state;
	put("item\tnote\trating\tuser\nx\t\t3.5\tb\ny\t\t\ta\nx\t\t2\tb\n");
	assert_int_equal(mr_ratings_read(&r, path, true, &report, &err),
	    MR_OK);
	assert_int_equal(r.n_rows, 3);
	assert_int_equal(r.users.n, 2);
	assert_true(mr_slice_is(mr_ids_get(&r.users, 0), "b"));
	assert_true(mr_slice_is(mr_ids_get(&r.items, 1), "y"));
	assert_int_equal(mr_csr_nnz(&r.R), 2);
	/* The last of a pair; 1 where nothing is said. */
	assert_true(r.R.val[0] == 2 && r.R.val[1] == 1);
	assert_true(report.warnings.n > 0);
	assert_memory_equal(report.warnings.p, "1 ratings repeat", 16);
	mr_ratings_free(&r);
	mr_report_free(&report);
	put("a\tx\na\ty\t4\t17\n");
	assert_int_equal(mr_ratings_read(&r, path, false, &report, &err),
	    MR_OK);
	assert_true(r.R.val[0] == 1 && r.R.val[1] == 4);
	assert_int_equal(report.warnings.n, 0);
	mr_ratings_free(&r);
	put("");
	assert_int_equal(mr_ratings_read(&r, path, true, &report, &err),
	    MR_OK);
	assert_int_equal(mr_csr_nnz(&r.R), 0);
	mr_ratings_free(&r);
	mr_report_free(&report);
}

static void
bad_lines(void **state)
{
	static const char *const bad[][2] = {
		{ "user\titem\trating\na\tx\t1\n\ty\t2\n",
		    ":3: empty user, expected an id" },
		{ "user\titem\na\t\n", ":2: empty item, expected an id" },
		{ "user\titem\trating\na\tx\tfour\n",
		    ":2: rating 'four', expected a finite number" },
		{ "user\titem\trating\na\tx\tnan\n", ":2: rating 'nan'" },
		{ "user\titem\trating\na\tx\t1e39\n", ":2: rating '1e39'" },
		{ "user\trating\na\t1\n", "item" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct mr_report report = { 0 };
		struct mr_ratings r;
		struct mr_err err = { 0 };

		put(bad[i][0]);
		assert_int_equal(mr_ratings_read(&r, path, true, &report,
		    &err), MR_EFORMAT);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("'%s', expected '%s'", err.msg, bad[i][1]);
		mr_ratings_free(&r);
		mr_report_free(&report);
	}
}

static void
looks_up(void **state)
{
	static const char want[] = "\tyear\ttitle" "\t1975\tJa\\tws" "\t\t"
	    "\t\tAlien";
	struct mr_report report = { 0 };
	struct mr_table l;
	struct mr_err err = { 0 };
	struct mr_out out;
	char got[200] = "";
	int to = memfd_create("out", 0);

	(void)state;
	put("item\ttitle\tyear\n1\tJa\\tws\t1975\n2\tAlien\t\n1\tno\t1\n");
	assert_int_equal(mr_films_load(&l, path, "year,title", &err), MR_OK);
	assert_int_equal(mr_out_open(&out, "/dev/null", &err), MR_OK);
	assert_true(dup2(to, out.fd) >= 0);
	mr_films_head(&l, &out);
	assert_true(mr_films_put(&l, mr_slice_of("1"), &out));
	assert_false(mr_films_put(&l, mr_slice_of("3"), &out));
	assert_true(mr_films_put(&l, mr_slice_of("2"), &out));
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_int_equal(pread(to, got, sizeof got - 1, 0), strlen(want));
	assert_string_equal(got, want);
	mr_films_report(path, "year", 1, &report);
	assert_true(report.warnings.n > 0);
	mr_report_free(&report);
	mr_table_free(&l);
	close(to);
	assert_int_equal(mr_films_load(&l, path, "title,,year", &err),
	    MR_EARG);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, path, "title,title",
	    &(struct mr_err){ 0 }), MR_EARG);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, path, "item",
	    &(struct mr_err){ 0 }), MR_EARG);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, path, "plot",
	    &(struct mr_err){ 0 }), MR_EFORMAT);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, NULL, "title",
	    &(struct mr_err){ 0 }), MR_EARG);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, NULL, NULL, &err), MR_OK);
	mr_table_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(looks_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
