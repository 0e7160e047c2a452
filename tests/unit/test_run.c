/* The outputs of a run: all of them appear, or none.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "stream/run.h"

static char dir[] = "/tmp/mr-run-XXXXXX";
static char file[4][64];	/* the main output and three sides */

static int
make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

/* The names, free; of side 2 an old file is there. */
static void
clear(void)
{
	FILE *f;

	for (int i = 0; i < 4; i++) {
		snprintf(file[i], sizeof file[i], "%s/%d", dir, i);
		unlink(file[i]);
		rmdir(file[i]);
	}
	f = fopen(file[2], "w");
	assert_non_null(f);
	assert_true(fputs("old", f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* What the file i holds, "" when it is not there. */
static const char *
content(int i, char text[16])
{
	FILE *f = fopen(file[i], "r");

	memset(text, 0, 16);
	if (f) {
		assert_true(fread(text, 1, 15, f) > 0);
		fclose(f);
	}
	return text;
}

static void
begin(struct mr_run *r)
{
	struct mr_err err = { 0 };
	struct mr_out *side;

	clear();
	*r = (struct mr_run){ .out.fd = -1 };
	assert_int_equal(mr_out_open(&r->out, file[0], &err), MR_OK);
	mr_out_text(&r->out, "main");
	for (int i = 1; i < 4; i++) {
		assert_int_equal(mr_run_side(r, file[i], &side, &err), MR_OK);
		mr_out_printf(side, "side %d", i);
	}
}

/* Nothing new; no file but the old one, by whatever name. */
static void
assert_none(void)
{
	char text[16];

	assert_string_equal(content(1, text), "");
	assert_string_equal(content(2, text), "old");
	assert_string_equal(content(3, text), "");
	clear();
	unlink(file[2]);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(mkdir(dir, 0700), 0);
}

static void
all_appear(void **state)
{
	struct mr_err err = { 0 };
	struct mr_run r;
	char text[16];

	(void)state;
	begin(&r);
	assert_string_equal(content(0, text), "");
	assert_int_equal(mr_run_publish(&r, &err), MR_OK);
	assert_string_equal(content(0, text), "main");
	assert_string_equal(content(1, text), "side 1");
	assert_string_equal(content(2, text), "side 2");
	assert_string_equal(content(3, text), "side 3");
	clear();
	unlink(file[2]);
	/* Nothing is left beside them. */
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(mkdir(dir, 0700), 0);
}

static void
none_appears_when_given_up(void **state)
{
	struct mr_run r;

	(void)state;
	begin(&r);
	mr_run_abandon(&r);
	assert_none();
}

static void
none_appears_when_one_cannot_be_written(void **state)
{
	struct mr_err err = { 0 };
	struct mr_out *full;
	struct mr_run r;

	(void)state;
	begin(&r);
	assert_int_equal(mr_run_side(&r, "/dev/full", &full, &err), MR_OK);
	mr_out_text(full, "x");
	assert_int_equal(mr_run_publish(&r, &err), MR_EIO);
	assert_string_equal(err.msg,
	    "/dev/full: write error: No space left on device");
	assert_none();
}

/* Each in turn finds a folder under its name: those named before go back, and
 * the file that one of them replaced is there again. */
static void
none_appears_when_one_cannot_be_named(void **state)
{
	struct mr_err err = { 0 };
	struct mr_run r;

	(void)state;
	for (int i = 0; i < 4; i++) {
		char within[300], text[16];

		if (i == 2)
			continue;
		begin(&r);
		snprintf(within, sizeof within, "%s/x", file[i]);
		assert_int_equal(mkdir(file[i], 0700), 0);
		assert_int_equal(mkdir(within, 0700), 0);
		assert_int_equal(mr_run_publish(&r, &err), MR_EIO);
		assert_non_null(strstr(err.msg, "cannot rename into place"));
		for (int j = 0; j < 4; j++)
			if (j != i)
				assert_string_equal(content(j, text),
				    j == 2 ? "old" : "");
		assert_int_equal(rmdir(within), 0);
		assert_int_equal(rmdir(file[i]), 0);
		assert_none();
	}
}

static void
outputs_are_apart(void **state)
{
	struct mr_err err = { 0 };
	struct mr_out *side;
	struct mr_run r;

	(void)state;
	for (int i = 0; i < 4; i += 3) {
		begin(&r);
		mr_out_abandon(&r.side[--r.n_sides]);
		assert_int_equal(mr_run_side(&r, file[i == 3 ? 1 : 0], &side,
		    &err), MR_EARG);
		assert_non_null(strstr(err.msg, "are the same file"));
		mr_run_abandon(&r);
		assert_none();
	}
	begin(&r);
	assert_int_equal(mr_run_side(&r, "/dev/null", &side, &err), MR_OK);
	assert_int_equal(mr_run_side(&r, "/dev/null", &side, &err), MR_EARG);
	mr_run_abandon(&r);
	assert_none();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_appear),
		cmocka_unit_test(none_appears_when_given_up),
		cmocka_unit_test(none_appears_when_one_cannot_be_written),
		cmocka_unit_test(none_appears_when_one_cannot_be_named),
		cmocka_unit_test(outputs_are_apart),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
