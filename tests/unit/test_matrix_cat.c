/* Matrix streams one after another: what adds up and what is refused.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"

static void
users_append_and_items_count_once(void **state)
{
	struct bytes a = model_stream("", 7, 0, 5);
	struct bytes b = model_stream("", 7, 5, 7), both = join(a, b);
	struct mr_set s;
	struct mr_err err;

	(void)state;
	assert_int_equal(load_bytes(&s, both.p, both.n, &err), MR_OK);
	assert_model(&s, 7, 7);
	assert_int_equal(s.r.n_streams, 2);
	mr_set_free(&s);
	free(both.p);
	/* The same twice: users repeat too, and count once. */
	both = join(a, a);
	assert_int_equal(load_bytes(&s, both.p, both.n, &err), MR_OK);
	assert_model(&s, 7, 5);
	mr_set_free(&s);
	free(both.p);
	free(a.p);
	free(b.p);
}

/* A block of names or rows that a stream repeats is not given out again. */
static void
repeats_are_passed_over(void **state)
{
	struct bytes a = model_stream("", 7, 0, 5);
	struct bytes b = model_stream("", 7, 5, 7), both = join(a, b);
	struct mr_err err = { 0 };
	struct mr_set s;
	int64_t names[2] = { 0, 0 };
	bool more = true;
	FILE *f = tmpfile();
	char path[64];

	(void)state;
	assert_non_null(f);
	assert_int_equal(fwrite(both.p, 1, both.n, f), both.n);
	assert_int_equal(fflush(f), 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(f));
	memset(&s, 0, sizeof s);
	assert_int_equal(mr_set_open(&s, path, &err), MR_OK);
	while (more) {
		struct mr_block block = { 0 };

		assert_int_equal(mr_mrm_next(&s.r, &block, &more, &err),
		    MR_OK);
		if (more && block.type == MR_BLOCK_IDS)
			names[block.index == mr_mrm_find_axis(&s.r, "user")] +=
			    block.rows;
	}
	assert_int_equal(names[0], 7);
	assert_int_equal(names[1], 7);
	mr_set_free(&s);
	fclose(f);
	free(both.p);
	free(a.p);
	free(b.p);
}

static struct bytes
one_matrix(const char *meta, const char *prefix, int from, int to, int cols)
{
	struct build b;

	build_begin(&b, meta);
	if (prefix)
		build_ids(&b, "item", prefix, from, to);
	build_dense(&b, "E", from, to, cols);
	return build_end(&b, NULL);
}

/* a then b is refused for the reason what. */
static void
refuse_pair(struct bytes a, struct bytes b, const char *what)
{
	refuse_and_free(join(a, b), what);
	free(a.p);
	free(b.p);
}

static void
streams_that_do_not_belong_together(void **state)
{
	const char meta[] = "matrix.E=item dim\n";
	struct bytes a, b;

	(void)state;
	refuse_pair(one_matrix(meta, "i", 0, 3, 2),
	    one_matrix("x=1\nmatrix.E=item dim\n", "i", 3, 5, 2),
	    "META differs");
	refuse_pair(one_matrix(meta, "i", 0, 3, 2),
	    one_matrix(meta, "i", 3, 5, 1), "type or width");
	/* One name of the first stream amid new ones. */
	refuse_pair(one_matrix(meta, "i", 0, 3, 2),
	    one_matrix(meta, "i", 2, 5, 2), "stands twice");
	/* A repeat that stops early, or goes on. */
	refuse_pair(one_matrix(meta, "i", 0, 3, 2),
	    one_matrix(meta, "i", 0, 2, 2), "repeats 2 of 3");
	refuse_pair(one_matrix(meta, "i", 0, 3, 2),
	    one_matrix(meta, "i", 0, 4, 2), "not what the first stream");
	/* Rows without names are a side that must repeat. */
	refuse_pair(one_matrix(meta, NULL, 0, 3, 2),
	    one_matrix(meta, NULL, 3, 6, 2), "other values");
	refuse_pair(one_matrix(meta, NULL, 0, 3, 2),
	    one_matrix(meta, "i", 0, 3, 2), "names after rows");
	/* The same names with one other bit. */
	a = one_matrix(meta, "i", 0, 3, 2);
	b = one_matrix(meta, "i", 0, 3, 2);
	b.p[block_at(b, 2) + 64] ^= 1;
	reseal(b);
	refuse_pair(a, b, "other values");
}

/* Equal columns and values, but other rows. */
static void
sparse_rows_must_repeat(void **state)
{
	const int64_t end[] = { 1, 2 };
	struct bytes part[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct mr_csr m = { 2, 3, (int64_t[]){ 0, end[k], 3 },
		    (int32_t[]){ 0, 1, 2 }, (float[]){ 1, 2, 3 } };
		struct build b;

		build_begin(&b, "matrix.S=a b\n");
		mr_mrm_csr(&b.w, "S", &m, 0, 2);
		part[k] = build_end(&b, NULL);
	}
	refuse_pair(part[0], part[1], "other values");
}

static void
a_side_appended_cannot_repeat_later(void **state)
{
	const char meta[] = "matrix.E=item dim\n";
	struct bytes a = one_matrix(meta, "i", 0, 3, 2);
	struct bytes b = one_matrix(meta, "i", 3, 5, 2);
	struct bytes ab = join(a, b);
	struct bytes all = one_matrix(meta, "i", 0, 5, 2);

	(void)state;
	refuse_and_free(join(ab, a), "repeats 3 of 5");
	refuse_and_free(join(ab, b), "stands twice");
	refuse_and_free(join(ab, all), "other values");
	free(a.p);
	free(b.p);
	free(ab.p);
	free(all.p);
}

static void
shards_come_all_and_in_order(void **state)
{
	struct bytes one = model_stream("shard=1/2\n", 7, 0, 5);
	struct bytes two = model_stream("shard=2/2\n", 7, 5, 7);
	struct bytes of3 = model_stream("shard=2/3\n", 7, 5, 7);
	struct bytes plain = model_stream("", 7, 5, 7);
	struct bytes last3 = model_stream("shard=3/3\n", 7, 7, 9);
	struct bytes first3 = model_stream("shard=1/3\n", 7, 0, 5);
	struct bytes both = join(one, two);
	struct mr_set s;
	struct mr_err err;

	(void)state;
	assert_int_equal(load_bytes(&s, both.p, both.n, &err), MR_OK);
	assert_model(&s, 7, 7);
	assert_int_equal(s.r.shard, 2);
	assert_null(mr_meta_get(&s.r.meta, "shard").p);
	mr_set_free(&s);
	/* One part alone may be looked at. */
	assert_int_equal(load_bytes(&s, two.p, two.n, &err), MR_OK);
	mr_set_free(&s);
	refuse_and_free(join(two, one), "in order");
	refuse_and_free(join(one, one), "in order");
	refuse_and_free(join(both, two), "in order");
	refuse_and_free(join(one, of3), "in order");
	refuse_and_free(join(one, plain), "in order");
	refuse_and_free(join(plain, two), "in order");
	refuse_and_free(join(of3, last3), "in order");
	refuse_and_free(join(first3, of3), "shards end with 2 of 3");
	refuse_and_free(model_stream("shard=0/2\n", 7, 0, 5), "shard");
	refuse_and_free(model_stream("shard=3/2\n", 7, 0, 5), "shard");
	refuse_and_free(model_stream("shard=x\n", 7, 0, 5), "shard");
	free(one.p);
	free(two.p);
	free(of3.p);
	free(plain.p);
	free(first3.p);
	free(last3.p);
	free(both.p);
}

/* A repeat may be cut into other blocks: only values count. */
static void
cut_of_blocks_does_not_matter(void **state)
{
	const char meta[] = "matrix.E=item dim\n";
	struct bytes a = one_matrix(meta, "i", 0, 6, 2), b, both;
	struct build made;
	struct mr_set s;
	struct mr_err err;

	(void)state;
	build_begin(&made, meta);
	build_ids(&made, "item", "i", 0, 2);
	build_dense(&made, "E", 0, 1, 2);
	build_ids(&made, "item", "i", 2, 6);
	build_dense(&made, "E", 1, 6, 2);
	b = build_end(&made, NULL);
	both = join(a, b);
	assert_int_equal(load_bytes(&s, both.p, both.n, &err), MR_OK);
	assert_int_equal(s.r.matrix[0].rows, 6);
	mr_set_free(&s);
	free(a.p);
	free(b.p);
	free(both.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_append_and_items_count_once),
		cmocka_unit_test(repeats_are_passed_over),
		cmocka_unit_test(streams_that_do_not_belong_together),
		cmocka_unit_test(sparse_rows_must_repeat),
		cmocka_unit_test(a_side_appended_cannot_repeat_later),
		cmocka_unit_test(shards_come_all_and_in_order),
		cmocka_unit_test(cut_of_blocks_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
