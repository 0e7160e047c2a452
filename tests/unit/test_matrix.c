/* The matrix stream: what is written comes back, however it comes.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"

#include <sys/wait.h>

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

/* Whole numbers of each kind, to their ends, in blocks of 256 rows that stand
 * at places known beforehand. */
static void
whole_numbers_come_back(void **state)
{
	enum { ROWS = 600 };
	static uint8_t u8[3 * ROWS];
	static uint32_t u32[ROWS];
	static int32_t i32[ROWS];
	struct build b;
	struct bytes all;
	struct mr_set s;
	struct mr_err err;
	size_t base;

	(void)state;
	for (int i = 0; i < ROWS; i++) {
		for (int j = 0; j < 3; j++)
			u8[3 * i + j] = (uint8_t)(i + 85 * j);
		u32[i] = i % 2 ? UINT32_MAX - (uint32_t)i : (uint32_t)i;
		i32[i] = i % 2 ? INT32_MIN + i : INT32_MAX - i;
	}
	build_begin(&b, "matrix.C=item code\nmatrix.O=item order\n"
	    "matrix.K=item one\nmatrix.E=item dim\n");
	build_ids(&b, "item", "i", 0, ROWS);
	mr_mrm_whole(&b.w, "C", MR_VALUE_U8, u8, ROWS, 3);
	mr_mrm_whole(&b.w, "O", MR_VALUE_U32, u32, ROWS, 1);
	mr_mrm_whole(&b.w, "K", MR_VALUE_I32, i32, ROWS, 1);
	build_dense(&b, "E", 0, ROWS, 3);
	all = build_end(&b, NULL);
	assert_int_equal(load_bytes(&s, all.p, all.n, &err), MR_OK);
	assert_int_equal(s.r.matrix[1].type, MR_BLOCK_WHOLE);
	assert_int_equal(s.r.matrix[1].dtype, MR_VALUE_U32);
	assert_memory_equal(s.whole[0], u8, sizeof u8);
	assert_memory_equal(s.whole[1], u32, sizeof u32);
	assert_memory_equal(s.whole[2], i32, sizeof i32);
	assert_int_equal(mr_value_get(MR_VALUE_U32, s.whole[1], 1),
	    (int64_t)UINT32_MAX - 1);
	assert_int_equal(s.mat[3].rows, ROWS);
	assert_null(s.mat[0].a);
	/* META, three blocks of names, then C: row r at base + r stride +
	 * 64 (r / 256), as all matrices are laid out. */
	base = block_at(all, 4) + MR_MATRIX_HEADER;
	for (size_t r = 0; r < ROWS; r++)
		assert_memory_equal(all.p + base + r * 3 + r / 256 * 64,
		    u8 + 3 * r, 3);
	mr_set_free(&s);
	free(all.p);
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
	const int want[] = { MR_BLOCK_META, MR_BLOCK_DENSE, MR_BLOCK_DENSE,
	    MR_BLOCK_DENSE, MR_BLOCK_END };

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
set_finds_the_dense_matrix(void **state)
{
	struct bytes b = model_stream("", 7, 0, 5);
	struct mr_set s;
	struct mr_err err;
	int k;

	(void)state;
	assert_int_equal(load_bytes(&s, b.p, b.n, &err), MR_OK);
	assert_int_equal(mr_set_dense(&s, "U", &k, NULL, &err), MR_OK);
	assert_string_equal(s.r.matrix[k].name, "U");
	assert_int_equal(mr_set_dense(&s, NULL, &k, NULL, &err), MR_EFORMAT);
	assert_string_equal(err.msg,
	    "file: 2 dense matrices, expected one: V U");
	memset(&err, 0, sizeof err);
	assert_int_equal(mr_set_dense(&s, NULL, &k, " (how)", &err),
	    MR_EFORMAT);
	assert_string_equal(err.msg,
	    "file: 2 dense matrices, expected one (how): V U");
	memset(&err, 0, sizeof err);
	assert_int_equal(mr_set_dense(&s, "R", &k, NULL, &err), MR_EFORMAT);
	assert_string_equal(err.msg, "file: no dense matrix 'R', found V U");
	mr_set_free(&s);
	free(b.p);
}



int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_whole),
		cmocka_unit_test(whole_numbers_come_back),
		cmocka_unit_test(empty_matrices_keep_their_width),
		cmocka_unit_test(blocks_are_cut_by_rows),
		cmocka_unit_test(header_is_as_specified),
		cmocka_unit_test(meta_values_are_escaped),
		cmocka_unit_test(pipes_give_the_same),
		cmocka_unit_test(set_finds_the_dense_matrix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
