/* Streams whose checksums are right and whose content breaks a rule.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"

#include <math.h>

static void
names_and_rows_must_agree(void **state)
{
	const char meta[] = "matrix.E=item dim\nmatrix.C=user item\n";
	struct build b;

	(void)state;
	build_begin(&b, meta);
	build_ids(&b, "item", "i", 0, 3);
	build_ids(&b, "item", "i", 2, 4);
	refuse_and_free(build_end(&b, NULL), "axis item: 'i2' stands twice");
	build_begin(&b, meta);
	build_ids(&b, "item", "i", 0, 3);
	build_dense(&b, "E", 0, 4, 2);
	refuse_and_free(build_end(&b, NULL), "more rows than names");
	build_begin(&b, meta);
	build_ids(&b, "item", "i", 0, 3);
	build_dense(&b, "E", 0, 2, 2);
	refuse_and_free(build_end(&b, NULL), "has 2 rows, its axis item 3");
	build_begin(&b, meta);
	build_dense(&b, "E", 0, 2, 2);
	build_ids(&b, "item", "i", 0, 2);
	refuse_and_free(build_end(&b, NULL), "names after rows");
	build_begin(&b, meta);
	build_ids(&b, "item", "i", 0, 3);
	build_dense(&b, "E", 0, 3, 2);
	build_dense(&b, "C", 0, 4, 2);
	refuse_and_free(build_end(&b, NULL), "has 2 columns, its axis item 3");
	build_begin(&b, meta);
	build_dense(&b, "E", 0, 2, 2);
	build_dense(&b, "E", 2, 3, 3);
	refuse_and_free(build_end(&b, NULL), "changes its type or width");
	build_begin(&b, meta);
	build_dense(&b, "E", 0, 2, 1);
	mr_mrm_whole(&b.w, "E", MR_VALUE_U32, (uint32_t[]){ 1 }, 1, 1);
	refuse_and_free(build_end(&b, NULL), "changes its type or width");
	build_begin(&b, meta);
	mr_mrm_whole(&b.w, "E", MR_VALUE_U32, (uint32_t[]){ 1 }, 1, 1);
	mr_mrm_whole(&b.w, "E", MR_VALUE_I32, (int32_t[]){ 1 }, 1, 1);
	refuse_and_free(build_end(&b, NULL), "changes its type or width");
	build_begin(&b, meta);
	build_dense(&b, "E", 0, 2, 0);
	refuse_and_free(build_end(&b, NULL), "rows without columns or names");
}

static void
put_name(struct build *b, const char *p, size_t n)
{
	struct mr_ids ids = { 0 };
	int32_t k;

	assert_int_equal(mr_ids_add(&ids, mr_slice_of("good"), &k, NULL,
	    &b->err), MR_OK);
	assert_int_equal(mr_ids_add(&ids, (struct mr_slice){ p, n }, &k, NULL,
	    &b->err), MR_OK);
	mr_mrm_ids(&b->w, "item", &ids, 0, 2);
	mr_ids_free(&ids);
	build_dense(b, "E", 0, 2, 1);
}

static void
names_are_text(void **state)
{
	const char meta[] = "matrix.E=item dim\n";
	const struct { const char *p; size_t n; } bad[] = {
		{ "", 0 }, { "\0", 1 }, { "a\0b", 3 }, { "\xff", 1 },
		{ "\xc0\x80", 2 }, { "\xed\xa0\x80", 3 }, { "\xe2\x82", 2 },
	};
	struct build b;
	struct bytes all;

	(void)state;
	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		build_begin(&b, meta);
		put_name(&b, bad[k].p, bad[k].n);
		refuse_and_free(build_end(&b, NULL), "empty or not UTF-8");
	}
	/* Offsets: the first not 0, one falling, the last past the names. */
	for (int k = 0; k < 3; k++) {
		build_begin(&b, meta);
		put_name(&b, "other", 5);
		all = build_end(&b, NULL);
		all.p[block_at(all, 1) + 64 + 8 * (size_t)k] = k == 2 ? 8 : 20;
		reseal(all);
		refuse_and_free(all, "lengths do not fit");
	}
}

static void
values_are_finite(void **state)
{
	const float bad[] = { NAN, INFINITY, -INFINITY };
	const char *word[] = { "NaN", "an infinity", "an infinity" };
	struct build b;

	(void)state;
	for (int k = 0; k < 3; k++) {
		float a[6] = { 1, 2, 3, 4, 5, 6 };
		struct mr_csr m = make_csr(2, 4);

		a[5] = bad[k];
		build_begin(&b, "matrix.E=item dim\n");
		mr_mrm_dense(&b.w, "E", a, 3, 2);
		refuse_and_free(build_end(&b, NULL), word[k]);
		m.val[1] = bad[k];
		build_begin(&b, "matrix.R=user item\n");
		mr_mrm_csr(&b.w, "R", &m, 0, 2);
		refuse_and_free(build_end(&b, NULL), word[k]);
		mr_csr_free(&m);
	}
}

static void
sparse_rows_are_sorted_and_in_range(void **state)
{
	const int32_t bad[][3] = { { 2, 1, 3 }, { 1, 1, 3 }, { 0, 1, 5 },
	    { -1, 1, 3 }, { 0, 1, INT32_MAX } };
	struct build b;
	struct bytes all;

	(void)state;
	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		int32_t idx[3] = { bad[k][0], bad[k][1], bad[k][2] };
		struct mr_csr m = { 1, 5, (int64_t[]){ 0, 3 }, idx,
		    (float[]){ 1, 2, 3 } };

		build_begin(&b, "matrix.R=user item\n");
		mr_mrm_csr(&b.w, "R", &m, 0, 1);
		refuse_and_free(build_end(&b, NULL), "out of order or range");
	}
	for (int k = 0; k < 3; k++) {
		struct mr_csr m = { 2, 5, (int64_t[]){ 0, 1, 3 },
		    (int32_t[]){ 0, 1, 2 }, (float[]){ 1, 2, 3 } };

		build_begin(&b, "matrix.R=user item\n");
		mr_mrm_csr(&b.w, "R", &m, 0, 2);
		all = build_end(&b, NULL);
		all.p[block_at(all, 1) + 64 + 8 * (size_t)k] = k == 1 ? 4 : 2;
		reseal(all);
		refuse_and_free(all, "lengths do not fit");
	}
}

static void
meta_is_lines_of_text(void **state)
{
	const char *bad[][2] = {
		{ "matrix.E=item dim", "lines of UTF-8" },
		{ "a=\xff\n", "lines of UTF-8" },
		{ "no equals sign\n", "without key=value" },
		{ "=value\n", "without key=value" },
		{ "\n", "without key=value" },
		{ "matrix.E=item\n", "bad axis name" },
		{ "matrix.E=item dim more\n", "bad axis name" },
		{ "matrix.E=item far_too_long\n", "bad axis name" },
		{ "matrix.E=item d-m\n", "bad axis name" },
		{ "matrix.far_too_long=a b\n", "bad or repeated" },
		{ "matrix.E=a b\nmatrix.E=a b\n", "bad or repeated" },
	};
	struct build b;
	char many[4096] = "";
	size_t n = 0;

	(void)state;
	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		build_begin(&b, bad[k][0]);
		refuse_and_free(build_end(&b, NULL), bad[k][1]);
	}
	refuse_and_free(with_byte(0, 64 + 5, 0), "lines of UTF-8");
	build_begin(&b, "a=b\n");
	refuse_and_free(build_end(&b, "no line feed=1"), "lines of UTF-8");
	for (int k = 0; k < MR_MATRIX_MAX + 1; k++)
		n += (size_t)snprintf(many + n, sizeof many - n,
		    "matrix.M%d=a b\n", k);
	build_begin(&b, many);
	refuse_and_free(build_end(&b, NULL), "too many matrices");
	n = 0;
	for (int k = 0; k < 17; k++)
		n += (size_t)snprintf(many + n, sizeof many - n,
		    "matrix.M%d=r%d c%d\n", k, k, k);
	build_begin(&b, many);
	refuse_and_free(build_end(&b, NULL), "too many axes");
}

/* A block between the second META and END. */
static void
totals_come_last(void **state)
{
	struct bytes b = model_stream("", 7, 0, 5);
	size_t meta = block_at(b, 6), n = block_size(b.p + meta);
	unsigned char *copy = malloc(n);

	(void)state;
	memcpy(copy, b.p + meta, n);
	memmove(b.p + meta - block_size(b.p + block_at(b, 5)) + n,
	    b.p + block_at(b, 5), block_size(b.p + block_at(b, 5)));
	memcpy(b.p + block_at(b, 5), copy, n);
	reseal(b);
	refuse_and_free(b, "expected END after the second META");
	free(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_rows_must_agree),
		cmocka_unit_test(names_are_text),
		cmocka_unit_test(values_are_finite),
		cmocka_unit_test(sparse_rows_are_sorted_and_in_range),
		cmocka_unit_test(meta_is_lines_of_text),
		cmocka_unit_test(totals_come_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
