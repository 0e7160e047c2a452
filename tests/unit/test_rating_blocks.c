/* Ratings in blocks are those of rows one by one: output, rejects, ids, counts,
 * warnings and the message, for each size of a block and 1 and 3 threads.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../ratings_run.h"
#include "tool/ingest/options.h"

static struct clean_files files;

static void
check(const struct mr_ingest *o, const char *text, size_t n, int want)
{
	struct cleaned one, many;
	size_t step = n / 16 + 1;

	clean_files_put(&files, text, n);
	one = clean_ratings(&files, o, 1, 0);
	if (one.rc != want)
		printf("%.300s\n%s\n", text, one.err.msg);
	assert_int_equal(one.rc, want);
	for (size_t bytes = 1; bytes <= n + 1; bytes += step)
		for (int threads = 1; threads <= 3; threads += 2) {
			int which;

			many = clean_ratings(&files, o, threads, bytes);
			which = cleaned_differ(&one, &many);
			if (which != -1)
				printf("%zu bytes, text %d of\n%.300s\n%s\n%s\n",
				    bytes, which, text, one.err.msg,
				    many.err.msg);
			assert_int_equal(which, -1);
			cleaned_free(&many);
		}
	cleaned_free(&one);
}

static void
check_all(const char *text, const struct mr_ingest *form, int want)
{
	static const int dedupe[] = { MR_DEDUPE_DEFAULT, MR_DEDUPE_NONE,
	    MR_DEDUPE_FIRST, MR_DEDUPE_SUM };

	for (size_t i = 0; i < sizeof dedupe / sizeof *dedupe; i++) {
		struct mr_ingest o = *form;

		o.dedupe = dedupe[i];
		o.rejects = "";
		check(&o, text, strlen(text), want);
		o.anonymise = true;
		o.id_map = "";
		check(&o, text, strlen(text), want);
		o.rejects = NULL;
		if (want == MR_OK)
			check(&o, text, strlen(text), want);
	}
}

#define HEAD "userId,movieId,rating,timestamp\n"
#define ROWS "u1,1,3.5,900000000\nu1,2,4,900000001\nu2,1,5,900000002\n" \
	"u1,1,2,900000003\nu3,7,3.5,900000004\nu2,2,1,900000005\n"

static void
test_forms(void **state)
{
	struct mr_ingest csv = MR_INGEST_DEFAULT, other = MR_INGEST_DEFAULT;

	(void)state;
	check_all(HEAD ROWS, &csv, MR_OK);
	/* The last row may lack its end; blank lines, CR LF and CR. */
	check_all(HEAD ROWS "\n\nu4,1,2,3", &csv, MR_OK);
	check_all("userId,movieId,rating\r\nu1,1,3\r\n\r\nu1,2,4\r\nu2,1,5\r\n",
	    &csv, MR_OK);
	check_all("userId,movieId,rating\ru1,1,3\ru1,2,4\r\ru2,1,5\r", &csv,
	    MR_OK);
	check_all("userId,movieId,rating\nu1,1,3\ru1,2,4\r\nu2,1,5\n\ru9,1,1",
	    &csv, MR_OK);
	/* Quotes with line ends, quotes and delimiters between. */
	check_all("userId,movieId,rating\n\"u1\",\"a\nb\",3\nu\"\n", &csv,
	    MR_EFORMAT);
	check_all("userId,movieId,rating\nu1,\"a\nb\",3\n\"u,\"\"2\n\",\"\r\n\","
	    "\"4\"\n=\"01\",=\"0\n2\",5\nu3,\"c\n\n\n\nd\",1\nu3,e,1\n",
	    &csv, MR_OK);
	/* Without a header the first row is read before the blocks. */
	other.cols = "user,item,rating";
	check_all("u1,1,3\nu1,2,4\nu2,1,5\nu1,1,2\nu3,1,1\n", &other, MR_OK);
	other.cols = NULL;
	other.tsv_escapes = true;
	check_all("user\titem\trating\nu1\ta\\tb\t1\nu1\t\\x\t2\nu2\tc\t3\n",
	    &other, MR_OK);
	other.tsv_escapes = false;
	other.tsv = true;
	check_all("user\titem\trating\nu\"1\ta\\tb\t1\nu1\t\"\t2\nu2\tc\t3\n",
	    &other, MR_OK);
	other.tsv = false;
	other.delimiter = "::";
	check_all("user::item::rating\nu1::1::3\nu1::2::4\n\n \nu2::1::5",
	    &other, MR_OK);
	other.delimiter = NULL;
	other.quote = MR_QUOTE_NONE;
	check_all("user,item,rating\n\"u1,1,3\nu1,2\",4\nu2,1,5", &other,
	    MR_OK);
	other.quote = MR_QUOTE_BACKSLASH;
	check_all("user,item,rating\nu1,\"a\n\\\"b\",3\n\"u\\\"\n\n\nx\",b\"b,1"
	    "\nu1,\"2\"\",\",4\nu2,1,5\nu1,2,\"4\"\nu1,c\\,d,1\n", &other,
	    MR_OK);
	check_all("user,item,rating\nu1,a,3\nu1,\"b,4\nu2,b,4\nu3,b,4\n",
	    &other, MR_EFORMAT);
}

static void
test_lists(void **state)
{
	const char *names[MR_PRESETS_MAX + 1];
	struct mr_ingest o = MR_INGEST_DEFAULT;

	(void)state;
	mr_ingest_presets(names);
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], "lists") == 0)
			o.preset = i;
	assert_true(o.preset >= 0);
	check_all("0 1 2 3\n1 7 8\n\n2 1 1\n3\n4 9\n0 3\n", &o, MR_OK);
}

/* What is met is told as of the first, whichever block it is in. */
static void
test_counts(void **state)
{
	struct mr_ingest o = MR_INGEST_DEFAULT;

	(void)state;
	check_all(HEAD ROWS ",1,2,3\nu1,,2,3\nu1,1,x,3\nNULL,1,1,1\nu1,2\n"
	    "userId,movieId,rating,timestamp\nu9,1,1,-5\nu9,2,1,2.5\n"
	    "u9,3,1,20090529\nu9,4,1,95617584001\n", &o, MR_OK);
	/* Milliseconds, and seconds among them. */
	check_all(HEAD "u1,1,3,1300000000000\nu1,2,3,1300000001000\n"
	    "u1,3,3,1300000000\nu1,4,3,1300000002000\nu2,4,3,\n"
	    "u2,5,3,1300000003\n", &o, MR_OK);
	check_all(HEAD "u1,1,3,\nu1,2,3,x\nu1,3,3,1300000000\n"
	    "u1,4,3,1300000002000\nu2,4,3,\nu2,5,3,1300000003\n", &o, MR_OK);
	/* Ids of pandas, of spreadsheets, in quotes; not UTF-8. */
	check_all("user,item,rating\n1.0,2.0,1\n2.0,1.0,3\n3.0,1.50E+07,4\n"
	    "4.0,'a',1\n1,2,1\n", &o, MR_OK);
	check_all("user,item,rating\nu\xe9,1,1\nu\xc3\xa9,2,2\nu\xff,1,3\n",
	    &o, MR_OK);
	o.encoding = "latin-1";
	check_all("user,item,rating\nu\xc3\xa9,1,1\nu\xc3\xa9,2,2\nu,1,3\n",
	    &o, MR_OK);
	o.encoding = NULL;
	o.unrated = "0";
	check_all("user,item,rating\na,1,0\na,2,5\nb,1,0\nb,2,0\n", &o, MR_OK);
	o.unrated = NULL;
	o.user = "me";
	check_all("item,rating\n1,0\n2,5\nitem,rating\n1,3\n", &o, MR_OK);
}

static void
test_faults(void **state)
{
	static const char nul[] = HEAD ROWS "u5,1\0,1,1\n" ROWS;
	struct mr_ingest o = MR_INGEST_DEFAULT;

	(void)state;
	check(&o, nul, sizeof nul - 1, MR_EFORMAT);
	check_all("", &o, MR_OK);
	check_all(HEAD, &o, MR_OK);
	check_all(HEAD "x\ny\n\nz\n", &o, MR_EFORMAT);
	check_all(HEAD ROWS "u5,\"1\"2,1,1\n" ROWS, &o, MR_EFORMAT);
	check_all(HEAD ROWS "u5,1,\"1,1\n" ROWS, &o, MR_EFORMAT);
	check_all(HEAD ROWS "u5,1,1\",1\n\"" ROWS, &o, MR_EFORMAT);
	/* Only the first row may be of another form. */
	check_all("user;item;rating\na;\"b;c\n", &o, MR_EFORMAT);
	for (o.max_rejects = 0; o.max_rejects < 3; o.max_rejects++)
		check_all(HEAD "u,1,1,1\nx\nu,2,1,1\ny\nu,3,1,1\nz\nu,4,1,1\n",
		    &o, MR_EFORMAT);
	check_all(HEAD "u,1,1,1\nx\nu,2,1,1\ny\nu,3,1,1\nz\nu,4,1,1\n", &o,
	    MR_OK);
}

/* Rows whose texts came before, and such as are others by what parts them. */
static void
test_seen(void **state)
{
	static const char *const heads[] = { "user,rating,item\n",
	    "user,item,rating,time\n", "user,item,rating,time\r\n" };
	static const char *const rows[] = { "u,4,\"1,2\"\nu,4,1,2\nu,4,1\n"
	    "user,4,item\nuser,4,1\nv,4,1.0\nv,4,\"1\"\nv,4,1\nv,04,'1'\n"
	    "v,4,1.5E+07\nw,4,12345678901\nw,4,123456789012\nw,,1\n",
	    "a,x,3,900000000\na,x,3,90000000\na,x,3,1900\na,y,3,\nb,x,3.0,"
	    "1300000000000\nb,x,3.0,1300000000\n\nNA,x,3,900000000\n"
	    "a,x,3,900000001,\na,x,3\n\xc3\xa9,x,3,900000000\n",
	    "a,x,3,900000000\r\na,x,3,900000001\r\na,y,3,900000002\n"
	    "b,x,3,900000003\r\nc\r,x,3,900000004\r\n" };
	struct mr_buf text = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct mr_ingest o = MR_INGEST_DEFAULT;

		text.n = 0;
		assert_int_equal(mr_buf_addf(&text, &err, "%s", heads[k]),
		    MR_OK);
		for (int i = 0; i < 40; i++)
			assert_int_equal(mr_buf_addf(&text, &err, "%s",
			    rows[k]), MR_OK);
		assert_int_equal(mr_buf_add(&text, "", 1, &err), MR_OK);
		check(&o, text.p, text.n - 1, MR_OK);
		o.dedupe = MR_DEDUPE_NONE;
		o.time_unit = MR_TIME_MS;
		check(&o, text.p, text.n - 1, MR_OK);
	}
	mr_buf_free(&text);
}

/* More rows than one turn of blocks has, and than one thread puts at a time. */
static void
test_many(void **state)
{
	struct mr_ingest o = MR_INGEST_DEFAULT;
	struct mr_buf text = { 0 };
	struct cleaned one, many;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_buf_addf(&text, &err, HEAD), MR_OK);
	for (uint32_t i = 0; i < 40000; i++)
		assert_int_equal(mr_buf_addf(&text, &err,
		    i % 1000 ? "%u,tt%07u,%u,%u\n" : "%u,\"a very long name, of "
		    "a film %u\",%u,%u\n", i / 17, i * 2654435761u % 9001, i % 5,
		    900000000 + i % 777), MR_OK);
	clean_files_put(&files, text.p, text.n);
	one = clean_ratings(&files, &o, 1, 0);
	assert_int_equal(one.rc, MR_OK);
	for (size_t bytes = 1000; bytes < 400000; bytes *= 3) {
		many = clean_ratings(&files, &o, 2, bytes);
		assert_int_equal(cleaned_differ(&one, &many), -1);
		cleaned_free(&many);
	}
	cleaned_free(&one);
	mr_buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_seen),
		cmocka_unit_test(test_many)
	};

	clean_files_open(&files);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
