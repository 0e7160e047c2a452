/* The matrix stream: what is written comes back, however it comes, and what
 * may stand behind one another.  Damage is in test_matrix_damage.c.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"

#include <sys/wait.h>

static void
assert_model(const struct mr_set *s, int items, int users)
{
	const struct mr_mrm_in *r = &s->r;
	int v = mr_mrm_find_matrix(r, "V"), u = mr_mrm_find_matrix(r, "U");
	int ratings = mr_mrm_find_matrix(r, "R");
	int item = mr_mrm_find_axis(r, "item"), user = mr_mrm_find_axis(r,
	    "user");
	struct mr_csr want = make_csr(users, items);
	const struct mr_csr *got = &s->csr[ratings];
	char last[32];

	assert_int_equal(r->axis[item].ids.n, items);
	assert_int_equal(r->axis[user].ids.n, users);
	snprintf(last, sizeof last, "u%d", users - 1);
	assert_true(mr_slice_is(mr_ids_get(&r->axis[user].ids, users - 1),
	    last));
	assert_int_equal(s->mat[v].rows, items);
	assert_int_equal(s->mat[u].rows, users);
	assert_int_equal(r->matrix[u].rows, users);
	for (int i = 0; i < users; i++)
		for (int j = 0; j < 3; j++)
			assert_true(mr_mat_row(&s->mat[u], i)[j] ==
			    value_at(i, j));
	for (int i = 0; i < items; i++)
		for (int j = 0; j < 3; j++)
			assert_true(mr_mat_row(&s->mat[v], i)[j] ==
			    value_at(i, j));
	assert_int_equal(got->rows, users);
	assert_int_equal(got->cols, items);
	assert_int_equal(mr_csr_nnz(got), mr_csr_nnz(&want));
	assert_memory_equal(got->ptr, want.ptr, ((size_t)users + 1) * 8);
	assert_memory_equal(got->idx, want.idx, (size_t)mr_csr_nnz(got) * 4);
	assert_memory_equal(got->val, want.val, (size_t)mr_csr_nnz(got) * 4);
	mr_csr_free(&want);
}

static void
comes_back_whole(void **state)
{
	const int users[] = { 5, 600 };	/* one block and three */

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct bytes b = model_stream("", 7, 0, users[k]);
		struct mr_set s;
		struct mr_err err;

		assert_int_equal(load_bytes(&s, b.p, b.n, &err), MR_OK);
		assert_model(&s, 7, users[k]);
		assert_true(mr_slice_is(mr_buf_slice(&s.r.meta.text),
		    MODEL_META));
		assert_true(mr_slice_is(mr_meta_get(&s.r.totals,
		    "input.ratings"), "0123456789abcdef"));
		assert_int_equal(s.r.n_streams, 1);
		mr_set_free(&s);
		free(b.p);
	}
}

static void
empty_matrices_keep_their_width(void **state)
{
	const struct mr_csr none = { .cols = 9 };
	struct build b;
	struct bytes all;
	struct mr_set s;
	struct mr_err err;

	(void)state;
	build_begin(&b, "matrix.E=item dim\nmatrix.R=user item\n");
	build_dense(&b, "E", 0, 0, 9);
	mr_mrm_csr(&b.w, "R", &none, 0, 0);
	all = build_end(&b, NULL);
	assert_int_equal(load_bytes(&s, all.p, all.n, &err), MR_OK);
	assert_int_equal(s.r.matrix[0].cols, 9);
	assert_int_equal(s.r.matrix[1].cols, 9);
	assert_int_equal(s.r.matrix[0].rows + s.r.matrix[1].rows, 0);
	assert_int_equal(s.r.totals.text.n, 0);
	mr_set_free(&s);
	free(all.p);
}

/* Blocks are cut every 256 rows: 64 of header, rows of 3 floats, padding. */
static void
blocks_are_cut_by_rows(void **state)
{
	struct build b;
	struct bytes all;
	const int want[] = { MR_META, MR_DENSE, MR_DENSE, MR_DENSE, MR_END };

	(void)state;
	build_begin(&b, "matrix.E=item dim\n");
	build_dense(&b, "E", 0, 600, 3);
	all = build_end(&b, NULL);
	for (int k = 0; k < 5; k++)
		assert_int_equal(all.p[block_at(all, k) + 9], want[k]);
	assert_int_equal(mr_load64(all.p + block_at(all, 1) + 24), 256);
	assert_int_equal(mr_load64(all.p + block_at(all, 3) + 24), 88);
	assert_int_equal(all.n % 64, 0);
	free(all.p);
}

/* A header of 64 bytes by the letter of mr-matrix(5), not by our packer. */
static void
header_is_as_specified(void **state)
{
	struct build b;
	struct bytes all;
	const unsigned char *h;
	unsigned char want[60] = { 0x89, 'M', 'R', 'M', 13, 10, 26, 10,
	    1, 3, 1, 0, [16] = 'E', [24] = 2, [32] = 3, [48] = 24 };

	(void)state;
	build_begin(&b, "matrix.E=item dim\n");
	build_dense(&b, "E", 0, 2, 3);
	all = build_end(&b, NULL);
	h = all.p + block_at(all, 1);
	store32_at(want + 12, mr_crc32c(0, h + 64, 24));
	assert_memory_equal(h, want, 60);
	assert_int_equal(mr_crc32c(0, "123456789", 9), 0xe3069283u);
	free(all.p);
}

static void
meta_values_are_escaped(void **state)
{
	struct mr_meta m = { 0 };
	struct mr_err err = { 0 };
	double v;

	(void)state;
	assert_int_equal(mr_meta_put(&m, &err, "template", "%s",
	    "a\tb\nc\\d\r"), MR_OK);
	assert_int_equal(mr_meta_put(&m, &err, "x", "%.17g", 0.1), MR_OK);
	assert_true(mr_slice_is(mr_meta_get(&m, "template"),
	    "a\\tb\\nc\\\\d\\r"));
	assert_int_equal(mr_meta_f64(&m, "x", &v, &err), MR_OK);
	assert_true(v == 0.1);
	assert_null(mr_meta_get(&m, "temp").p);
	assert_int_equal(mr_meta_f64(&m, "template", &v, &err), MR_EFORMAT);
	mr_meta_free(&m);
}

/* Through a pipe that brings step bytes at a time. */
static void
pipe_in_steps(const struct bytes *b, size_t step, size_t n, int want)
{
	int fd[2], status, rc;
	char path[64];
	struct mr_set s;
	struct mr_err err = { 0 };
	pid_t child;

	assert_int_equal(pipe(fd), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(fd[0]);
		for (size_t at = 0; at < n; at += step)
			if (write(fd[1], b->p + at, n - at < step ? n - at :
			    step) < 0)
				_exit(1);
		_exit(0);
	}
	close(fd[1]);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd[0]);
	rc = mr_set_load(&s, path, &err);
	assert_int_equal(rc, want);
	if (rc == MR_OK)
		assert_model(&s, 7, 5);
	mr_set_free(&s);
	close(fd[0]);
	waitpid(child, &status, 0);
}

static void
pipes_give_the_same(void **state)
{
	struct bytes b = model_stream("", 7, 0, 5);

	(void)state;
	pipe_in_steps(&b, 1, b.n, MR_OK);
	pipe_in_steps(&b, 63, b.n, MR_OK);
	pipe_in_steps(&b, 65, b.n, MR_OK);
	pipe_in_steps(&b, 1, b.n - 1, MR_EFORMAT);
	pipe_in_steps(&b, 63, b.n - 128, MR_EFORMAT);
	free(b.p);
}

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

static void
set_finds_the_dense_matrix(void **state)
{
	struct bytes b = model_stream("", 7, 0, 5);
	struct mr_set s;
	struct mr_err err;
	int k;

	(void)state;
	assert_int_equal(load_bytes(&s, b.p, b.n, &err), MR_OK);
	assert_int_equal(mr_set_dense(&s, "U", &k, &err), MR_OK);
	assert_string_equal(s.r.matrix[k].name, "U");
	assert_int_equal(mr_set_dense(&s, NULL, &k, &err), MR_EFORMAT);
	assert_string_equal(err.msg,
	    "file: 2 dense matrices, expected one: V U");
	memset(&err, 0, sizeof err);
	assert_int_equal(mr_set_dense(&s, "R", &k, &err), MR_EFORMAT);
	assert_string_equal(err.msg, "file: no dense matrix 'R', found V U");
	mr_set_free(&s);
	free(b.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_whole),
		cmocka_unit_test(empty_matrices_keep_their_width),
		cmocka_unit_test(blocks_are_cut_by_rows),
		cmocka_unit_test(header_is_as_specified),
		cmocka_unit_test(meta_values_are_escaped),
		cmocka_unit_test(pipes_give_the_same),
		cmocka_unit_test(users_append_and_items_count_once),
		cmocka_unit_test(streams_that_do_not_belong_together),
		cmocka_unit_test(sparse_rows_must_repeat),
		cmocka_unit_test(a_side_appended_cannot_repeat_later),
		cmocka_unit_test(shards_come_all_and_in_order),
		cmocka_unit_test(cut_of_blocks_does_not_matter),
		cmocka_unit_test(set_finds_the_dense_matrix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
