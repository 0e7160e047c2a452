/* Ratings and film columns read from TSV, and the lines that are refused.
 * SPDX-License-Identifier: MIT */
#include <math.h>
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
	assert_int_equal(mr_ratings_load(&r, path, true, 0, &report,
	    &err),
	    MR_OK);
	assert_int_equal(r.n_rows, 3);
	/* The last of a pair; what has no rating is not there. */
	assert_int_equal(r.users.n, 1);
	assert_int_equal(r.items.n, 1);
	assert_true(mr_slice_is(mr_ids_get(&r.users, 0), "b"));
	assert_int_equal(mr_csr_nnz(&r.R), 1);
	assert_true(r.R.val[0] == 2);
	assert_non_null(strstr(report.warnings.p, "1 ratings repeat"));
	assert_non_null(strstr(report.warnings.p, ": 1 of 3 rows have no "
	    "rating and are left out, the first on line 3"));
	mr_ratings_free(&r);
	mr_report_free(&report);
	put("a\tx\na\ty\t\t17\n");
	assert_int_equal(mr_ratings_load(&r, path, false, 0, &report,
	    &err),
	    MR_OK);
	assert_true(r.R.val[0] == 1 && r.R.val[1] == 1);
	assert_int_equal(report.warnings.n, 0);
	mr_ratings_free(&r);
	put("");
	assert_int_equal(mr_ratings_load(&r, path, true, 0, &report,
	    &err),
	    MR_OK);
	assert_int_equal(mr_csr_nnz(&r.R), 0);
	mr_ratings_free(&r);
	mr_report_free(&report);
}

/* Rows without a rating are left out wherever they stand, with their ids and
 * times; only a column without any rating is one of events. */
static void
empty_ratings(void **state)
{
	static const char head[] = "user\titem\trating\ttime\n";
	static const char *const row[] = { "a\tx\t\t9\n", "b\tx\t\t9\n",
	    "b\ty\t4\t7\n", "a\ty\t3\t\n" };
	static const int order[][4] = { { 0, 1, 2, 3 }, { 2, 3, 0, 1 },
	    { 0, 2, 1, 3 }, { 2, 0, 3, 1 } };
	static const int line[] = { 2, 4, 2, 3 };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct mr_report report = { 0 };
		struct mr_buf text = { 0 };
		struct mr_ratings r;
		struct mr_err err = { 0 };
		char want[99];

		assert_int_equal(mr_buf_addf(&text, &err, "%s%s%s%s%s", head,
		    row[order[i][0]], row[order[i][1]], row[order[i][2]],
		    row[order[i][3]]), MR_OK);
		assert_int_equal(mr_buf_add(&text, "", 1, &err), MR_OK);
		put(text.p);
		mr_buf_free(&text);
		assert_int_equal(mr_ratings_load(&r, path, true,
		    MR_KEEP_TIMES | MR_KEEP_EXACT, &report, &err), MR_OK);
		assert_int_equal(r.n_rows, 4);
		assert_int_equal(r.users.n, 2);
		assert_int_equal(r.items.n, 1);
		assert_true(mr_slice_is(mr_ids_get(&r.users, 0), "b"));
		assert_int_equal(mr_csr_nnz(&r.R), 2);
		assert_true(r.R.val[0] == 4 && r.R.val[1] == 3);
		assert_true(r.exact[0] == 4 && r.exact[1] == 3);
		assert_true(r.time[0] == 7 && isnan(r.time[1]));
		snprintf(want, sizeof want, ": 2 of 4 rows have no rating and "
		    "are left out, the first on line %d\n", line[i]);
		assert_non_null(strstr(report.warnings.p, want));
		mr_ratings_free(&r);
		mr_report_free(&report);
	}
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
		{ "user\titem\trating\na\tx\t1e39\n",
		    ":2: rating '1e39' is above 3.4e38" },
		{ "user\titem\trating\na\tx\t-1e400\n",
		    ":2: rating '-1e400' is below -3.4e38" },
		{ "7\t8\t4\n7\t9\t3\n", ":1: no column 'user', found 7 8 4 "
		    "(no header line? --no-header-in)" },
		{ "user\trating\na\t1\n", "item" },
		{ "user\titem\ttime\na\tx\t1\na\ty\tnow\n",
		    ":3: time 'now', expected a number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct mr_report report = { 0 };
		struct mr_ratings r;
		struct mr_err err = { 0 };

		put(bad[i][0]);
		assert_int_equal(mr_ratings_load(&r, path, true, 0,
		    &report, &err), MR_EFORMAT);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("'%s', expected '%s'", err.msg, bad[i][1]);
		mr_ratings_free(&r);
		mr_report_free(&report);
	}
}

/* Of a pair rated twice the latest by time, whatever the order of rows. */
static void
latest(void **state)
{
	static const char text[] = "user\titem\trating\ttime\n"
	    "a\tx\t5\t300\n" "b\ty\t1\t\n" "a\tx\t4\t20.5\n"
	    "b\tx\t1\t7\n" "b\tx\t2\t7\n" "b\ty\t2\t-9\n"
	    "b\ty\t3\t\n" "a\ty\t1\t\n" "a\ty\t2\t\n";
	struct mr_report report = { 0 };
	struct mr_ratings r;
	struct mr_err err = { 0 };

	(void)state;
	put(text);
	assert_int_equal(mr_ratings_load(&r, path, true, MR_KEEP_TIMES, &report,
	    &err), MR_OK);
	assert_int_equal(mr_csr_nnz(&r.R), 4);
	assert_true(r.R.val[0] == 5 && r.time[0] == 300);
	assert_true(r.R.val[1] == 2 && isnan(r.time[1]));
	assert_true(r.R.val[2] == 2 && r.time[2] == 7);
	assert_true(r.R.val[3] == 2 && r.time[3] == -9);
	assert_non_null(strstr(report.warnings.p, "5 ratings repeat a user "
	    "and an item: the latest of each counts"));
	mr_ratings_free(&r);
	mr_report_free(&report);
	/* They decide also where nobody wants them behind. */
	assert_int_equal(mr_ratings_load(&r, path, true, 0, &report,
	    &err), MR_OK);
	assert_true(r.R.val[0] == 5 && r.R.val[1] == 2 && !r.time);
	mr_ratings_free(&r);
	mr_report_free(&report);
	/* As doubles, the same ones stay. */
	put("user\titem\trating\ttime\na\ty\t0.1\t\na\tx\t16777217\t9\n"
	    "a\tx\t4\t2\na\ty\t100000.1\t\n");
	assert_int_equal(mr_ratings_load(&r, path, true, MR_KEEP_EXACT,
	    &report, &err), MR_OK);
	assert_int_equal(mr_csr_nnz(&r.R), 2);
	assert_true(r.exact[0] == 100000.1 && r.exact[1] == 16777217);
	assert_true(r.R.val[1] == 16777216);
	mr_ratings_free(&r);
	mr_report_free(&report);
	/* No time at all. */
	put("user\titem\ttime\na\tx\t\n");
	assert_int_equal(mr_ratings_load(&r, path, true, MR_KEEP_TIMES, &report,
	    &err), MR_OK);
	assert_null(r.time);
	mr_ratings_free(&r);
}

/* One row with its ids empty, its time whole or not, as the rule says. */
static void
rules(void **state)
{
	static const struct {
		struct mr_ratings_rule rule;
		const char *row, *bad;	/* bad NULL: it is read */
	} try[] = {
		{ { .header = false }, "\tx\t3\t1\n",
		    ":1: empty user, expected an id" },
		{ { .may_lack_ids = true }, "\t\t3\tlate\n", NULL },
		{ { .times = MR_TIMES_ANY }, "a\tx\t3\t1.5\n", NULL },
		{ { .times = MR_TIMES_SECONDS }, "a\tx\t3\t1.5\n", NULL },
		{ { .times = MR_TIMES_SECONDS }, "a\tx\t3\tnow\n",
		    ":1: time 'now', expected seconds since 1970" },
		{ { .times = MR_TIMES_SECONDS }, "a\tx\t3\t"
		    "9223372036854775808\n", "expected seconds" },
		{ { .times = MR_TIMES_SECONDS }, "a\tx\t3\t-5\n", NULL },
		{ { .times = MR_TIMES_ANY }, "a\tx\t3\t1e999\n",
		    "expected a number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof try / sizeof *try; i++) {
		struct mr_ratings_in in;
		struct mr_rating x;
		struct mr_err err = { 0 };
		bool more;
		int rc;

		put(try[i].row);
		rc = mr_ratings_open(&in, path, &try[i].rule, &err);
		assert_int_equal(rc, MR_OK);
		rc = mr_ratings_next(&in, &x, &more, &err);
		if (!try[i].bad) {
			assert_int_equal(rc, MR_OK);
			assert_true(more && x.value == 3);
			assert_true(mr_slice_is(x.text, "3"));
			assert_true(try[i].rule.times ? x.time == 1.5 ||
			    x.time == -5 : isnan(x.time));
			if (try[i].rule.times == MR_TIMES_SECONDS)
				assert_int_equal(x.seconds, x.time < 0 ? -5 :
				    1);
		} else {
			assert_int_equal(rc, MR_EFORMAT);
			if (!strstr(err.msg, try[i].bad))
				fail_msg("'%s', expected '%s'", err.msg,
				    try[i].bad);
		}
		mr_ratings_close(&in);
	}
}

static void
names(void **state)
{
	static const char *const alike[] = { "Rating", " rating ", "RATINGS",
	    "score", "user_rating", "Stars" };
	static const char *const other[] = { "rating", "time", "rated",
	    "ratings_count", "", "rank" };
	struct mr_report report = { 0 };
	struct mr_ratings r;
	struct mr_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
		assert_true(mr_ratings_alike(mr_slice_of(alike[i])));
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		assert_false(mr_ratings_alike(mr_slice_of(other[i])));
	put("user\titem\tscore\na\tx\t2\n");
	assert_int_equal(mr_ratings_load(&r, path, true, 0, &report,
	    &err), MR_OK);
	assert_true(r.R.val[0] == 1);
	assert_non_null(strstr(report.warnings.p, ": no column 'rating', each "
	    "row counts as 1; found score (mr-ingest ratings --tsv --cols "
	    "rating=score takes it for one)"));
	mr_ratings_free(&r);
	mr_report_free(&report);
	put("user\tweight\titem\tUser Stars\tnote\na\t2\tx\t3\t\n");
	assert_int_equal(mr_ratings_load(&r, path, true, 0, &report,
	    &err), MR_OK);
	assert_non_null(strstr(report.warnings.p, "found weight User Stars "
	    "note (mr-ingest ratings --tsv --cols rating=User Stars takes"));
	mr_ratings_free(&r);
	mr_report_free(&report);
	put("user\tweight\titem\tnote\na\t2\tx\t3\n");
	assert_int_equal(mr_ratings_load(&r, path, true, 0, &report,
	    &err), MR_OK);
	assert_non_null(strstr(report.warnings.p, "found weight note (mr-ingest"
	    " ratings --tsv --cols rating=NAME takes"));
	mr_ratings_free(&r);
	mr_report_free(&report);
	put("user\titem\ttime\ttitle\tgenre\na\tx\t1\t2\t3\n");
	assert_int_equal(mr_ratings_load(&r, path, true, 0, &report,
	    &err), MR_OK);
	assert_int_equal(report.warnings.n, 0);
	mr_ratings_free(&r);
	mr_report_free(&report);
	put("user\titem\tscore\trating\na\tx\t2\t3\n");
	assert_int_equal(mr_ratings_load(&r, path, true, 0, &report,
	    &err), MR_OK);
	assert_int_equal(report.warnings.n, 0);
	mr_ratings_free(&r);
}

static void
looks_up(void **state)
{
	static const char want[] = "\tyear\ttitle" "\t1975\tJa\\tws" "\t\t"
	    "\t\tAlien";
	struct mr_report report = { 0 };
	struct mr_table l, none = { 0 };
	struct mr_err err = { 0 };
	struct mr_out out;
	char got[200] = "";
	int to = memfd_create("out", 0);

	(void)state;
	put("item\ttitle\tyear\n1\tJa\\tws\t1975\n2\tAlien\t\n1\tno\t1\n");
	assert_int_equal(mr_films_load(&l, path, "year,title", NULL,
	    &err), MR_OK);
	assert_int_equal(mr_out_open(&out, "/dev/null", &err), MR_OK);
	assert_true(dup2(to, out.fd) >= 0);
	mr_films_head(&l, &out);
	assert_true(mr_films_put(&l, mr_ids_find(&l.keys,
	    mr_slice_of("1")), &out));
	assert_false(mr_films_put(&l, mr_ids_find(&l.keys,
	    mr_slice_of("3")), &out));
	assert_true(mr_films_put(&l, mr_ids_find(&l.keys,
	    mr_slice_of("2")), &out));
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_int_equal(pread(to, got, sizeof got - 1, 0), strlen(want));
	assert_string_equal(got, want);
	mr_films_report(path, "year", &none, 0, 0, &report);
	assert_int_equal(report.warnings.n, 0);
	mr_films_report(path, "year", &none, 1, 3, &report);
	assert_true(report.warnings.n > 0);
	assert_null(memchr(report.warnings.p, '?', report.warnings.n));
	mr_films_report(path, "year", &none, 3, 3, &report);
	assert_non_null(memchr(report.warnings.p, '?', report.warnings.n));
	mr_report_free(&report);
	mr_films_report(path, "year", &l, 0, 3, &report);
	assert_non_null(memmem(report.warnings.p, report.warnings.n,
	    " 1 rows are of an item", 22));
	mr_report_free(&report);
	mr_table_free(&l);
	close(to);
	assert_int_equal(mr_films_load(&l, path, "title,,year", NULL,
	    &err),
	    MR_EARG);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, path, "title,title", NULL,
	    &(struct mr_err){ 0 }), MR_EARG);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, path, "item", NULL,
	    &(struct mr_err){ 0 }), MR_EARG);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, path, "plot", NULL,
	    &(struct mr_err){ 0 }), MR_EFORMAT);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, NULL, "title", NULL,
	    &(struct mr_err){ 0 }), MR_EARG);
	mr_table_free(&l);
	assert_int_equal(mr_films_load(&l, NULL, NULL, NULL,
	    &err), MR_OK);
	mr_table_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(empty_ratings),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(latest),
		cmocka_unit_test(rules),
		cmocka_unit_test(names),
		cmocka_unit_test(looks_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
