/* stream/csv against two public suites, where they are at hand.
 * SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "stream/csv.h"

static const char *
suite(const char *name, char path[1024])
{
	const char *dir = getenv("MR_SHARED");

	snprintf(path, 1024, "%s/suites/%s", dir ? dir : "../shared", name);
	return access(path, R_OK) == 0 ? path : NULL;
}

/* The file as a JSON array of arrays, or of objects by its first row; NULL
 * when it is refused, has rows of another width, or not the header. */
static json_t *
load_csv(const char *path, bool objects, const char *header)
{
	json_t *all = json_array(), *head = NULL;
	struct mr_err err = { 0 };
	struct mr_csv c = { 0 };
	struct mr_in in;
	bool more = true, ok;

	assert_int_equal(mr_in_open(&in, path, &err), MR_OK);
	ok = mr_in_begin_text(&in, &err) == MR_OK &&
	    mr_csv_open(&c, &in, ',', 1, &err) == MR_OK;
	while (ok) {
		json_t *row = json_array(), *object;

		ok = mr_csv_next(&c, &more, &err) == MR_OK;
		for (int i = 0; ok && more && i < c.n; i++)
			json_array_append_new(row,
			    json_stringn(c.field[i].p, c.field[i].n));
		if (!ok || !more) {
			json_decref(row);
			break;
		}
		if (!head) {
			head = json_incref(row);
			ok = !header || mr_slice_is(c.raw, header);
			if (objects) {
				json_decref(row);
				continue;
			}
		}
		ok = ok && json_array_size(row) == json_array_size(head);
		if (!objects) {
			json_array_append_new(all, row);
			continue;
		}
		object = json_object();
		for (size_t i = 0; ok && i < json_array_size(head); i++)
			json_object_set(object, json_string_value(
			    json_array_get(head, i)), json_array_get(row, i));
		json_decref(row);
		json_array_append_new(all, object);
	}
	if (header && !head)
		ok = false;
	json_decref(head);
	mr_csv_close(&c);
	mr_in_close(&in);
	if (ok)
		return all;
	json_decref(all);
	return NULL;
}

/* Run one file; true when it comes out as its suite says. */
static bool
run_case(const char *root, const char *dir, const char *file, bool objects)
{
	char path[2048];
	json_t *got, *want;
	bool ok;

	snprintf(path, sizeof path, "%s/%s/%s", root, dir, file);
	got = load_csv(path, objects, strncmp(file, "bad-header-", 11) ?
	    NULL : "foo,bar,baz");
	if (strncmp(file, "bad-", 4) == 0) {
		ok = got == NULL;
		json_decref(got);
		return ok;
	}
	snprintf(path, sizeof path, "%s/json/%.*s.json", root,
	    (int)(strlen(file) - 4), file);
	want = json_load_file(path, 0, NULL);
	ok = got && want && json_equal(got, want);
	json_decref(got);
	json_decref(want);
	return ok;
}

/* Cases of a suite; *failed gets the last one that differs. */
static int
run_suite(const char *root, const char *dir, bool objects, int *n_ok,
    char failed[256])
{
	char path[2048];
	struct dirent *e;
	int n = 0;
	DIR *d;

	snprintf(path, sizeof path, "%s/%s", root, dir);
	d = opendir(path);
	assert_non_null(d);
	*n_ok = 0;
	failed[0] = '\0';
	while ((e = readdir(d))) {
		size_t len = strlen(e->d_name);

		if (len < 5 || strcmp(e->d_name + len - 4, ".csv") != 0)
			continue;
		n++;
		if (run_case(root, dir, e->d_name, objects ||
		    strncmp(e->d_name, "header-", 7) == 0)) {
			++*n_ok;
			continue;
		}
		print_message("differs: %s\n", e->d_name);
		snprintf(failed, 256, "%s", e->d_name);
	}
	closedir(d);
	return n;
}

static void
test_csv_spectrum(void **state)
{
	char path[1024], failed[256];
	int n, n_ok;

	(void)state;
	if (!suite("csv-spectrum", path)) {
		print_message("skipped: suite csv-spectrum is not here\n");
		skip();
	}
	n = run_suite(path, "csvs", true, &n_ok, failed);
	print_message("csv-spectrum: %d of %d\n", n_ok, n);
	/* The twelfth has bare quotes inside an unquoted field, and a number
	 * in its JSON that is not in its CSV: no reader can pass it. */
	assert_int_equal(n, 12);
	assert_int_equal(n_ok, 11);
	assert_string_equal(failed, "location_coordinates.csv");
}

static void
test_csv_test_data(void **state)
{
	char path[1024], failed[256];
	int n, n_ok;

	(void)state;
	if (!suite("csv-test-data", path)) {
		print_message("skipped: suite csv-test-data is not here\n");
		skip();
	}
	n = run_suite(path, "csv", false, &n_ok, failed);
	print_message("csv-test-data: %d of %d\n", n_ok, n);
	assert_int_equal(n, 25);
	assert_int_equal(n_ok, 25);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv_spectrum),
		cmocka_unit_test(test_csv_test_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
