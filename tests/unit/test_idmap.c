/* Maps of ids, and the ids of a column.
 * SPDX-License-Identifier: MIT */
#include "tsv_build.h"

#include "store/idmap.h"
#include "store/names.h"

static void
maps(void **state)
{
	struct text_file in = text_file("note\tto\tfrom\n-\tx\ta\n-\tx\tb\n"
	    "-\tx\ta\n-\t\tc\n"), f;
	struct mr_out out = text_out(&f);
	struct mr_idmap m = { 0 };
	struct mr_err err = { 0 };
	bool known;

	(void)state;
	assert_int_equal(mr_idmap_read(&m, in.path, &err), MR_OK);
	assert_true(mr_slice_is(mr_idmap_get(&m, mr_slice_of("b"), &known),
	    "x") && known);
	assert_true(mr_slice_is(mr_idmap_get(&m, mr_slice_of("c"), &known),
	    "") && known);
	assert_true(mr_slice_is(mr_idmap_get(&m, mr_slice_of("x"), &known),
	    "x") && !known);
	assert_int_equal(mr_idmap_add(&m, mr_slice_of("b"), mr_slice_of("\t"),
	    &err), MR_OK);
	mr_idmap_write(&m, &out);
	text_is(&out, &f, "from\tto\na\tx\nb\t\\t\nc\t\n");
	mr_idmap_free(&m);
	mr_idmap_free(&m);
	close(in.fd);
}

static void
refuses(void **state)
{
	static const char *const bad[][2] = {
		{ "from\tto\na\tx\na\ty\n",
		    ":3: 'a' becomes 'y' here and 'x' above" },
		{ "from\tto\n\tx\n", ":2: empty from, expected an id" },
		{ "from\tin\na\tx\n", "no column 'to', found from in" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct text_file f = text_file(bad[i][0]);
		struct mr_idmap m = { 0 };
		struct mr_err err = { 0 };

		assert_int_equal(mr_idmap_read(&m, f.path, &err), MR_EFORMAT);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("'%s', expected '%s'", err.msg, bad[i][1]);
		mr_idmap_free(&m);
		close(f.fd);
	}
}

static void
names(void **state)
{
	struct text_file f = text_file("user\titem\n1\tb\n2\ta\n3\tb\n4\t\n");
	struct text_file bare = text_file("x\ny\nx\n");
	struct mr_ids ids = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_names_load(&ids, bare.path, "item", false,
	    NULL, &err), MR_OK);
	assert_int_equal(ids.n, 2);
	assert_int_equal(mr_names_load(&ids, f.path, "item", true, NULL, &err),
	    MR_EFORMAT);
	assert_non_null(strstr(err.msg, ":5: empty item, expected an id"));
	/* What was read before the fault, behind what was there. */
	assert_int_equal(ids.n, 4);
	assert_true(mr_slice_is(mr_ids_get(&ids, 2), "b"));
	mr_ids_free(&ids);
	close(f.fd);
	close(bare.fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps),
		cmocka_unit_test(refuses),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
