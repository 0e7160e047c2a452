/* mr-show --tsv on orders of blocks that no tool here writes.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"

#include "tool/show/show.h"

/* The stream b as TSV in text, and the status of showing it. */
static int
show(struct bytes b, char *text, size_t max, struct mr_err *err)
{
	const struct mr_show_opt o = { 0 };
	int in = memfd_create("mrm", 0), to = memfd_create("tsv", 0), rc;
	struct mr_run run = { .header_out = true };
	char path[64];
	ssize_t n;

	memset(err, 0, sizeof *err);
	assert_int_equal(write(in, b.p, b.n), (ssize_t)b.n);
	free(b.p);
	snprintf(path, sizeof path, "/proc/self/fd/%d", in);
	assert_int_equal(mr_out_open(&run.out, "/dev/null", err), MR_OK);
	assert_true(dup2(to, run.out.fd) >= 0);
	rc = mr_show_tsv(path, &o, &run, err);
	mr_out_flush(&run.out);
	mr_run_abandon(&run);
	n = pread(to, text, max - 1, 0);
	assert_true(n >= 0);
	text[n] = '\0';
	close(in);
	close(to);
	return rc;
}

/* One axis on both sides, named between the rows: they wait. */
static void
rows_wait_for_the_names_of_columns(void **state)
{
	const float rows[4] = { 1, 2, 3, 4 };
	struct build b;
	struct mr_err err;
	char text[256];

	(void)state;
	build_begin(&b, "matrix.S=item item\n");
	build_ids(&b, "item", "i", 0, 1);
	mr_mrm_dense(&b.w, "S", rows, 1, 2);
	build_ids(&b, "item", "i", 1, 2);
	mr_mrm_dense(&b.w, "S", rows + 2, 1, 2);
	assert_int_equal(show(build_end(&b, NULL), text, sizeof text, &err),
	    MR_OK);
	assert_string_equal(text, "item\ti0\ti1\ni0\t1\t2\ni1\t3\t4\n");
}

static void
sparse_values_wait_too(void **state)
{
	struct mr_csr m = { 2, 2, (int64_t[]){ 0, 1, 2 },
	    (int32_t[]){ 1, 0 }, (float[]){ 5, 6 } };
	struct build b;
	struct mr_err err;
	char text[256];

	(void)state;
	build_begin(&b, "matrix.S=item item\n");
	build_ids(&b, "item", "i", 0, 1);
	mr_mrm_csr(&b.w, "S", &m, 0, 1);
	build_ids(&b, "item", "i", 1, 2);
	mr_mrm_csr(&b.w, "S", &m, 1, 2);
	assert_int_equal(show(build_end(&b, NULL), text, sizeof text, &err),
	    MR_OK);
	assert_string_equal(text,
	    "item\titem_2\tvalue\ni0\ti1\t5\ni1\ti0\t6\n");
}

static void
sparse_values_go_out_by_name(void **state)
{
	struct build b;
	struct mr_csr m = make_csr(2, 4);
	struct mr_err err;
	char text[256];

	(void)state;
	build_begin(&b, "matrix.R=user item\n");
	build_ids(&b, "user", "u", 0, 2);
	mr_mrm_csr(&b.w, "R", &m, 0, 2);
	mr_csr_free(&m);
	assert_int_equal(show(build_end(&b, NULL), text, sizeof text, &err),
	    MR_OK);
	assert_string_equal(text, "user\titem\tvalue\nu0\t0\t-5\n"
	    "u0\t3\t1.375\nu1\t1\t1\n");
}

static void
names_too_late_are_an_error(void **state)
{
	struct build b;
	struct mr_err err;
	char text[256];

	(void)state;
	build_begin(&b, "matrix.E=item word\n");
	build_dense(&b, "E", 0, 1, 2);
	build_ids(&b, "word", "w", 0, 2);
	assert_int_equal(show(build_end(&b, NULL), text, sizeof text, &err),
	    MR_EFORMAT);
	assert_non_null(strstr(err.msg, "names after its rows"));
}

static void
too_wide_or_absent_is_an_error(void **state)
{
	struct build b;
	struct mr_err err;
	char text[256];

	(void)state;
	build_begin(&b, "matrix.E=item dim\n");
	build_dense(&b, "E", 0, 0, 0x7fffffff);
	assert_int_equal(show(build_end(&b, NULL), text, sizeof text, &err),
	    MR_EFORMAT);
	assert_non_null(strstr(err.msg, "2147483647 columns"));
	assert_string_equal(text, "");
	build_begin(&b, "matrix.E=item dim\n");
	assert_int_equal(show(build_end(&b, NULL), text, sizeof text, &err),
	    MR_EFORMAT);
	assert_non_null(strstr(err.msg, "announced but absent"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_wait_for_the_names_of_columns),
		cmocka_unit_test(sparse_values_wait_too),
		cmocka_unit_test(sparse_values_go_out_by_name),
		cmocka_unit_test(names_too_late_are_an_error),
		cmocka_unit_test(too_wide_or_absent_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
