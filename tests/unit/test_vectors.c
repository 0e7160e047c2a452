/* The base of mr-knn: which matrix of a stream, and how many rows.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"
#include "store/vectors.h"

static void
load(struct mr_vectors *v)
{
	struct bytes all = model_stream("", 7, 0, 5);
	struct mr_err err;

	memset(v, 0, sizeof *v);
	assert_int_equal(load_bytes(&v->set, all.p, all.n, &err), MR_OK);
	free(all.p);
}

static void
choose_matrix(void **state)
{
	static const struct {
		const char *name;
		bool sparse;
		int64_t n, d;
	} want[] = { { "V", false, 7, 3 }, { "U", false, 5, 3 },
	    { "R", true, 5, 7 } };
	struct mr_err err = { 0 };
	struct mr_vectors v = { 0 };

	(void)state;
	load(&v);
	for (int i = 0; i < 3; i++) {
		struct mr_rows rows;

		assert_int_equal(mr_vectors_choose(&v, want[i].name, &err),
		    MR_OK);
		assert_int_equal(v.sparse, want[i].sparse);
		assert_int_equal(v.n, want[i].n);
		assert_int_equal(v.d, want[i].d);
		assert_int_equal(v.names->n, v.n);
		rows = mr_vectors_rows(&v, 1, 3);
		assert_int_equal(rows.from, 1);
		assert_int_equal(rows.n, 3);
		assert_true(v.sparse ? rows.sparse->rows == v.n && !rows.dense :
		    rows.dense->rows == v.n && !rows.sparse);
	}
	/* Two dense ones, so none is taken without a name. */
	assert_int_equal(mr_vectors_choose(&v, NULL, &err), MR_EFORMAT);
	assert_int_equal(mr_vectors_choose(&v, "W", &err), MR_EFORMAT);
	mr_vectors_free(&v);
	mr_vectors_free(&v);
}

/* Rows have numbers of 32 bits, and as many names at most. */
static void
most_rows(void **state)
{
	struct mr_err err = { 0 };
	struct mr_vectors v = { 0 };
	int place;

	(void)state;
	load(&v);
	place = mr_mrm_find_matrix(&v.set.r, "V");
	v.set.r.matrix[place].rows = 2147483646;
	assert_int_equal(mr_vectors_choose(&v, "V", &err), MR_OK);
	v.set.r.matrix[place].rows = 2147483647;
	assert_int_equal(mr_vectors_choose(&v, "V", &err), MR_ERANGE);
	assert_string_equal(err.msg, "file: 2147483647 rows, expected at most "
	    "2147483646");
	mr_vectors_free(&v);
}

/* A matrix of two rows in a file without a name, of which META says origin. */
static int
of_origin(char path[32], const char *origin)
{
	int fd = memfd_create("vectors", 0);
	struct bytes all;
	struct build b;
	char meta[128];

	snprintf(meta, sizeof meta, "%smatrix.E=item dim\n", origin);
	build_begin(&b, meta);
	build_ids(&b, "item", "i", 0, 2);
	build_dense(&b, "E", 0, 2, 3);
	all = build_end(&b, NULL);
	assert_int_equal(write(fd, all.p, all.n), (ssize_t)all.n);
	free(all.p);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

/* Queries by other programs than the base are told of, and no others. */
static void
warn_of_tools(void **state)
{
	static const struct { const char *base, *queries; bool told; } try[] = {
		{ "tool=mr-show\n", "tool=numpy\n", true },
		{ "tool=a\n", "tool=a\nversion=2\n", false },
		{ "tool=a\n", "", false },
		{ "", "", false },
		{ "tool=a\nmodel=m\n", "tool=b\nmodel=m\n", true },
		{ "tool=a\nmodel=m\n", "tool=a\nmodel=m\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof try / sizeof *try; i++) {
		struct mr_report report = { 0 };
		struct mr_err err = { 0 };
		struct mr_vectors v = { 0 };
		struct mr_queries q;
		char base[32], queries[32];
		int fd = of_origin(base, try[i].base);
		int fd_of_queries = of_origin(queries, try[i].queries);
		bool more;

		assert_int_equal(mr_vectors_load(&v, base, NULL, &err), MR_OK);
		assert_int_equal(mr_queries_open(&q, queries, &err), MR_OK);
		assert_int_equal(mr_queries_next(&q, &v, &more, &report, &err),
		    MR_OK);
		assert_true(more);
		if ((report.warnings.n > 0) != try[i].told ||
		    (try[i].told && !memmem(report.warnings.p,
		    report.warnings.n, "has the tool", 12)))
			fail_msg("row %zu: %.*s", i, (int)report.warnings.n,
			    report.warnings.n ? report.warnings.p : "");
		mr_queries_close(&q);
		mr_vectors_free(&v);
		mr_report_free(&report);
		close(fd);
		close(fd_of_queries);
	}
}

/* Rows from .. to - 1 in a stream of their own, to the file fd. */
static void
add_stream(int fd, int from, int to)
{
	struct bytes all;
	struct build b;

	build_begin(&b, "matrix.E=item dim\n");
	build_ids(&b, "item", "i", from, to);
	build_dense(&b, "E", from, to, 3);
	all = build_end(&b, NULL);
	assert_int_equal(write(fd, all.p, all.n), (ssize_t)all.n);
	free(all.p);
}

/* The file path, read and, if it can be, mapped: the same, or the same
 * refusal. */
static void
check_mapped(const char *path, int64_t n, bool fits)
{
	struct mr_vectors read = { 0 }, map = { .map = MR_MAP_ANY };
	struct mr_err err = { 0 }, why = { 0 };
	int rc = mr_vectors_load(&read, path, NULL, &err);

	assert_int_equal(mr_vectors_load(&map, path, NULL, &why), rc);
	assert_string_equal(err.msg, why.msg);
	assert_int_equal(mr_set_gap(&map.set), fits ? 64 : 0);
	for (int64_t i = 0; i < n; i++) {
		const float *row[2];
		int64_t at;

		assert_int_equal(mr_vectors_row(&read, i, &row[0], &err),
		    MR_OK);
		assert_int_equal(mr_vectors_row(&map, i, &row[1], &err),
		    MR_OK);
		assert_memory_equal(row[0], row[1], 3 * sizeof **row);
		assert_int_equal(mr_vectors_find(&map, mr_ids_get(read.names,
		    (int32_t)i), &at, &err), MR_OK);
		assert_int_equal(at, i);
	}
	if (rc == MR_OK)
		assert_true(read.n == n && map.n == n && map.d == 3);
	mr_vectors_free(&read);
	mr_vectors_free(&map);
}

static void
mapped(void **state)
{
	/* Of two streams one after another the second's rows stand anywhere. */
	static const struct { int first, second; } some[] = { { 0, 0 },
	    { 1, 0 }, { 256, 0 }, { 257, 0 }, { 700, 0 }, { 256, 40 },
	    { 300, 300 } };

	(void)state;
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		int fd = memfd_create("vectors", 0), n = some[i].first;
		char path[32], byte = 'X';
		off_t size;

		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		add_stream(fd, 0, n);
		if (some[i].second)
			add_stream(fd, n, n + some[i].second);
		check_mapped(path, n + some[i].second, !some[i].second);
		size = lseek(fd, 0, SEEK_END);
		assert_int_equal(pwrite(fd, &byte, 1, size / 2), 1);
		check_mapped(path, 0, false);
		close(fd);
	}
}

/* What comes from a pipe comes once; 300 rows are less than it holds. */
static void
piped(void **state)
{
	static const enum mr_vectors_map how[] = { MR_MAP_NONE, MR_MAP_STORES,
	    MR_MAP_ANY };

	(void)state;
	for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
		struct mr_vectors v = { .map = how[i] };
		struct mr_err err = { 0 };
		char path[32];
		int fd[2];

		assert_int_equal(pipe(fd), 0);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd[0]);
		add_stream(fd[1], 0, 300);
		close(fd[1]);
		if (mr_vectors_load(&v, path, NULL, &err))
			fail_msg("%s", err.msg);
		assert_int_equal(v.n, 300);
		mr_vectors_free(&v);
		close(fd[0]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choose_matrix),
		cmocka_unit_test(most_rows),
		cmocka_unit_test(warn_of_tools),
		cmocka_unit_test(mapped),
		cmocka_unit_test(piped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
