/* A store: any history of changes against a plain table, what is made of it
 * again, and files that are none.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"
#include "store/index_change.h"
#include "store/index_graph.h"

#define DIM 2
#define IDS 12

static char dir[] = "/dev/shm/mr-store-XXXXXX";
static char path[64], other[64];

static int
make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/s", dir);
	snprintf(other, sizeof other, "%s/o", dir);
	return 0;
}

static void
remove_all(const char *name)
{
	static const char *const ends[] = { "", ".log", ".lock" };
	char file[80];

	for (int i = 0; i < 3; i++) {
		snprintf(file, sizeof file, "%s%s", name, ends[i]);
		unlink(file);
	}
}

static int
remove_dir(void **state)
{
	(void)state;
	remove_all(path);
	remove_all(other);
	return rmdir(dir);
}

/* Rows in the order in which they count. */
struct plain {
	int id[64];
	float value[64];
	int n;
};

static int
find(const struct plain *t, int id)
{
	for (int i = 0; i < t->n; i++)
		if (t->id[i] == id)
			return i;
	return -1;
}

static bool
drop(struct plain *t, int id)
{
	int i = find(t, id);

	if (i < 0)
		return false;
	t->n--;
	for (; i < t->n; i++) {
		t->id[i] = t->id[i + 1];
		t->value[i] = t->value[i + 1];
	}
	return true;
}

static void
add(struct plain *t, int id, float value)
{
	t->id[t->n] = id;
	t->value[t->n++] = value;
}

static uint32_t
next_random(uint32_t *x)
{
	*x = *x * 1664525 + 1013904223;
	return *x >> 8;
}

static void
name_of(int id, char name[32])
{
	snprintf(name, 32, "id%d", id);
}

/* Rows of t as vectors; freed by mr_vectors_free. */
static void
vectors_of(struct mr_vectors *v, const struct plain *t, const char *meta)
{
	struct mr_ids ids = { 0 };
	float rows[64 * DIM] = { 0 };
	struct mr_err err = { 0 };
	struct build b;
	struct bytes all;
	char name[32];
	int32_t k;

	for (int i = 0; i < t->n; i++) {
		name_of(t->id[i], name);
		assert_int_equal(mr_ids_add(&ids, mr_slice_of(name), &k, NULL,
		    &err), MR_OK);
		rows[i * DIM] = t->value[i];
		rows[i * DIM + 1] = -t->value[i];
	}
	build_begin(&b, meta);
	mr_mrm_ids(&b.w, "item", &ids, 0, ids.n);
	mr_mrm_dense(&b.w, "E", rows, t->n, DIM);
	all = build_end(&b, NULL);
	memset(v, 0, sizeof *v);
	assert_int_equal(load_bytes(&v->set, all.p, all.n, &err), MR_OK);
	assert_int_equal(mr_vectors_choose(v, "E", &err), MR_OK);
	free(all.p);
	mr_ids_free(&ids);
}

/* Of the stores that are built. */
static enum mr_store_graph graph = MR_STORE_AUTO;

#define META "tool=test\nmodel=m\nmatrix.E=item dim\n"

static void
build_store(const char *at, const struct plain *t)
{
	struct mr_store s;
	struct mr_vectors v;
	struct mr_err err = { 0 };

	vectors_of(&v, t, META);
	assert_int_equal(mr_store_hold(&s, at, &err), MR_OK);
	assert_int_equal(mr_store_replace(&s, &v, &(struct mr_store_opt){
	    .metric = MR_METRIC_L2, .graph = graph }, &err), MR_OK);
	mr_store_release(&s);
	mr_vectors_free(&v);
}

static void
assert_rows(const struct mr_vectors *v, const struct plain *t)
{
	char name[32];

	assert_int_equal(v->n, t->n);
	assert_int_equal(v->names->n, t->n);
	for (int i = 0; i < t->n; i++) {
		const float *x = mr_mat_row(&v->set.mat[v->index], i);

		name_of(t->id[i], name);
		assert_true(mr_slice_is(mr_ids_get(v->names, i), name));
		assert_int_equal(mr_ids_find(v->names, mr_slice_of(name)), i);
		assert_true(x[0] == t->value[i] && x[1] == -t->value[i]);
	}
}

static void
assert_store(const struct plain *t)
{
	struct mr_vectors v = { 0 };
	struct mr_err err = { 0 };

	if (mr_vectors_load(&v, path, NULL, &err) != MR_OK)
		fail_msg("%s", err.msg);
	assert_rows(&v, t);
	assert_int_equal(v.store.live, t->n);
	mr_vectors_free(&v);
}

/* Some ids put, with a new value each, then some that are there deleted. */
static void
change(struct plain *t, uint32_t *x, float *value)
{
	struct mr_ids put = { 0 }, gone = { 0 };
	float rows[8 * DIM];
	struct mr_store s;
	struct mr_batch b;
	struct mr_err err = { 0 };
	int n = (int)(next_random(x) % 5), m = (int)(next_random(x) % 4);
	char name[32];
	int32_t k;

	assert_int_equal(mr_store_hold(&s, path, &err), MR_OK);
	assert_int_equal(mr_store_load(&s, &err), MR_OK);
	assert_rows(&s.v, t);
	assert_int_equal(mr_batch_begin(&b, &s.log, &err), MR_OK);
	for (int i = 0; i < n; i++) {
		int id = (int)(next_random(x) % IDS);
		bool is_new;

		name_of(id, name);
		assert_int_equal(mr_ids_add(&put, mr_slice_of(name), &k,
		    &is_new, &err), MR_OK);
		if (!is_new)
			continue;
		*value += 1;
		rows[k * DIM] = *value;
		rows[k * DIM + 1] = -*value;
		drop(t, id);
		add(t, id, *value);
	}
	mr_batch_put(&b, &put, 0, put.n, rows, DIM);
	for (int i = 0; i < m; i++) {
		int id = (int)(next_random(x) % IDS);

		name_of(id, name);
		if (drop(t, id))
			assert_int_equal(mr_ids_add(&gone, mr_slice_of(name),
			    &k, NULL, &err), MR_OK);
	}
	mr_batch_delete(&b, &gone);
	assert_int_equal(mr_batch_commit(&b, &err), MR_OK);
	mr_store_release(&s);
	mr_ids_free(&put);
	mr_ids_free(&gone);
}

static bool
same_files(const char *a, const char *b)
{
	FILE *f = fopen(a, "rb"), *g = fopen(b, "rb");
	int x, y;

	assert_true(f && g);
	do {
		x = getc(f);
		y = getc(g);
	} while (x == y && x != EOF);
	fclose(f);
	fclose(g);
	return x == y;
}

static void
compact(void)
{
	struct mr_store s;
	struct mr_err err = { 0 };

	assert_int_equal(mr_store_hold(&s, path, &err), MR_OK);
	assert_int_equal(mr_store_compact(&s, &err), MR_OK);
	mr_store_release(&s);
}

/* By the graph and the log each row that counts finds itself, all others are
 * found beside it, in the order of every row scored, and no dead one. */
static void
assert_found(const struct plain *t, int64_t k)
{
	struct mr_vectors v = { .keep_graph = true };
	struct mr_store_search x;
	struct mr_index all;
	struct mr_err err = { 0 };
	struct mr_hit hit[16 * 16], best[16 * 16];
	int64_t found[64], n_best[64];
	uint64_t odd[1] = { 0x5555 };

	if (mr_vectors_load(&v, path, NULL, &err) != MR_OK)
		fail_msg("%s", err.msg);
	assert_rows(&v, t);
	for (int pass = 0; v.has_graph && v.n && pass < 2; pass++) {
		struct mr_rows rows = mr_vectors_rows(&v, 0, v.n);
		struct mr_search s = { .q = rows, .k = k, .threads = 1 };
		const uint64_t *allow = pass ? odd : NULL;

		assert_int_equal(mr_store_search_open(&x, &v, allow, k, 0, 1,
		    &err), MR_OK);
		assert_int_equal(mr_store_search(&x, &s, hit, found, &err),
		    MR_OK);
		assert_int_equal(mr_index_build(&all, &rows,
		    &(struct mr_index_opt){ .metric = MR_METRIC_L2,
		    .names = v.names, .allow = allow, .threads = 1 }, &err),
		    MR_OK);
		assert_int_equal(mr_index_search(&all, &s, best, n_best, &err),
		    MR_OK);
		for (int64_t q = 0; q < v.n; q++) {
			assert_int_equal(found[q], n_best[q]);
			assert_memory_equal(hit + q * k, best + q * k,
			    (size_t)found[q] * sizeof *hit);
		}
		mr_index_free(&all);
		mr_store_search_free(&x);
	}
	mr_vectors_free(&v);
}

static void
histories(void **state)
{
	(void)state;
	for (uint32_t h = 1; h <= 1000; h++) {
		graph = h % 2 ? MR_STORE_LINKS : MR_STORE_AUTO;
		struct plain t = { 0 };
		uint32_t x = h;
		float value = 0;

		for (int i = (int)(next_random(&x) % 6); i > 0; i--)
			add(&t, i, value += 1);
		build_store(path, &t);
		for (int step = (int)(next_random(&x) % 8); step > 0; step--) {
			change(&t, &x, &value);
			if (next_random(&x) % 5 == 0)
				compact();
		}
		assert_found(&t, t.n + 2);
		compact();
		assert_found(&t, t.n + 2);
		build_store(other, &t);
		assert_true(same_files(path, other));
	}
	graph = MR_STORE_AUTO;
}

/* Of rows that are equal one is deleted, and not so many that all are scored:
 * the others are found as before, whichever of them has the links. */
static void
equals_outlive(void **state)
{
	struct mr_ids gone = { 0 };
	struct plain t = { .n = 0 };
	struct mr_store s;
	struct mr_batch b;
	struct mr_err err = { 0 };
	char name[32];
	int32_t k;

	(void)state;
	for (int i = 0; i < 64; i++)
		add(&t, i, (float)(i < 32 ? i % 16 : i));
	graph = MR_STORE_LINKS;
	build_store(path, &t);
	graph = MR_STORE_AUTO;
	assert_found(&t, 3);
	for (int i = 5; i < 9; i++) {
		int id = i % 2 ? i : i + 16;

		name_of(id, name);
		assert_true(drop(&t, id));
		assert_int_equal(mr_ids_add(&gone, mr_slice_of(name), &k,
		    NULL, &err), MR_OK);
	}
	assert_int_equal(mr_store_hold(&s, path, &err), MR_OK);
	assert_int_equal(mr_store_load(&s, &err), MR_OK);
	assert_int_equal(mr_batch_begin(&b, &s.log, &err), MR_OK);
	mr_batch_delete(&b, &gone);
	assert_int_equal(mr_batch_commit(&b, &err), MR_OK);
	mr_store_release(&s);
	assert_found(&t, 3);
	mr_ids_free(&gone);
	remove_all(path);
}

static void
refused(struct bytes all, const char *what)
{
	struct mr_vectors v = { .keep_graph = true, .check_codes = true };
	struct mr_err err = { 0 };
	int fd = memfd_create("store", 0);
	char name[64];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, all.p, all.n), (ssize_t)all.n);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	if (mr_vectors_load(&v, name, NULL, &err) != MR_EFORMAT ||
	    !strstr(err.msg, what))
		fail_msg("'%s', expected '%s'", err.msg, what);
	mr_vectors_free(&v);
	close(fd);
	free(all.p);
}

/* A file with a few numbers of a matrix of its graph changed, its checksums
 * made right: each promise of mr_graph_check broken alone. */
static void
bad_graphs(void **state)
{
	static const char no_link[] = "links that no build makes";
	static const char no_chain[] = "the next equal row is";
	static const char no_order[] = "not one of its own";
	static const char no_bound[] = "a bound that is no length";
	static const char no_code[] = "its vector does not make";
	static const char no_shape[] = "has another shape";
	/* n numbers of bytes each from place on, in the header below 0. */
	static const struct {
		const char *name;
		int place, bytes;
		uint32_t v;
		int n;
		const char *what;
	} bad[] = {
		{ "O", 0, 4, 7, 1, no_order }, { "O", 0, 4, 2, 5, no_order },
		{ "L", 0, 4, 9, 1, no_link }, { "L", 3, 1, 64, 1, no_link },
		{ "L", 0, 4, 0, 1, no_link }, { "L", 0, 4, 2, 2, no_link },
		{ "L", 124, 4, 2, 1, no_link },
		{ "L", 0, 4, UINT32_MAX, 160, "cannot be reached" },
		{ "D", 0, 4, 5, 1, no_chain }, { "D", 0, 4, 0, 1, no_chain },
		{ "D", 4, 4, 0, 1, no_chain }, { "D", 0, 4, 4, 2, no_chain },
		{ "D", 0, 4, 4, 1, "links" },
		{ "T", 0, 4, 5, 1, "entry 1 is row 5" },
		{ "C", 0, 1, 0, 1, no_link }, { "C", 0, 1, 128, 1, no_link },
		{ "C", 2, 1, 65, 1, no_link },
		{ "S", 3, 1, 0xbf, 1, no_link },
		{ "S", 7, 1, 0xbf, 1, no_link },
		{ "S", 0, 4, 0x7f800000, 1, "an infinity" },
		{ "B", 3, 1, 0xbf, 1, no_bound },
		{ "B", 7, 1, 0xbf, 1, no_bound },
		{ "B", 0, 1, 1, 1, no_code }, { "B", 7, 1, 1, 1, no_code },
		{ "B", 3, 1, 0x60, 1, no_code },
		{ "C", 0, 1, 70, 1, no_code }, { "S", 0, 1, 1, 1, no_code },
		{ "S", 4, 1, 1, 1, no_code }, { "E", 0, 1, 1, 1, no_code },
		{ "D", 0, 4, 4, 1, "links" },
		{ "L", -54, 1, MR_VALUE_I32, 1, no_shape },
		{ "D", -54, 1, MR_VALUE_I32, 1, no_shape },
		{ "T", -54, 1, MR_VALUE_I32, 1, no_shape },
		{ "S", -54, 1, MR_VALUE_U32, 1, no_shape },
		{ "B", -54, 1, MR_VALUE_U32, 1, no_shape },
		{ "O", -54, 1, MR_VALUE_I32, 1, "the matrices E and O" },
	};
	struct plain t = { .n = 0 };

	(void)state;
	graph = MR_STORE_LINKS;
	for (int i = 0; i < 5; i++)
		add(&t, i, (float)(i + 1) * 3);
	build_store(path, &t);
	graph = MR_STORE_AUTO;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct bytes all = { malloc(8192), 0 };
		FILE *f = fopen(path, "rb");
		unsigned char *at = all.p;

		assert_true(f && all.p);
		all.n = fread(all.p, 1, 8192, f);
		fclose(f);
		assert_true(all.n < 8192);
		while (strncmp((char *)at + 16, bad[i].name, 8) != 0)
			at += block_size(at);
		at += 64 + bad[i].place;
		for (int k = 0; k < bad[i].n * bad[i].bytes; k++)
			at[k] = (unsigned char)(bad[i].v >> k % bad[i].bytes *
			    8);
		reseal(all);
		refused(all, bad[i].what);
	}
}

/* A writer that ended between the two renamings, or before them. */
static void
between_the_renamings(void **state)
{
	struct plain t = { .n = 0 };
	char log[80], kept[80];
	struct mr_vectors v = { 0 };
	struct mr_err err = { 0 };
	uint32_t x = 5;
	float value = 1;

	(void)state;
	snprintf(log, sizeof log, "%s.log", path);
	snprintf(kept, sizeof kept, "%s.kept", path);
	add(&t, 1, 1);
	build_store(path, &t);
	while (t.n < 3)
		change(&t, &x, &value);
	/* The log of before beside the new file: told of it, it is done. */
	assert_int_equal(link(log, kept), 0);
	compact();
	assert_int_equal(rename(kept, log), 0);
	assert_store(&t);
	change(&t, &x, &value);
	assert_store(&t);
	/* The same twice, the second time by build, which ends before it. */
	assert_int_equal(link(log, kept), 0);
	compact();
	assert_int_equal(rename(kept, log), 0);
	assert_int_equal(link(log, kept), 0);
	unlink(other);
	assert_int_equal(link(path, other), 0);
	build_store(path, &(struct plain){ .id = { 9 }, .n = 1 });
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(rename(kept, log), 0);
	assert_store(&t);
	/* The log of one file beside another. */
	build_store(other, &t);
	snprintf(kept, sizeof kept, "%s.log", other);
	change(&t, &x, &value);
	build_store(other, &(struct plain){ .id = { 9 }, .n = 1 });
	assert_int_equal(rename(log, kept), 0);
	assert_int_equal(mr_vectors_load(&v, other, NULL, &err), MR_EFORMAT);
	assert_non_null(strstr(err.msg, "its changes are to another file"));
	mr_vectors_free(&v);
	/* None at all: told of, and made by the next writer. */
	assert_int_equal(mr_vectors_load(&v, path, NULL, &err), MR_OK);
	assert_true(v.store.no_log);
	mr_vectors_free(&v);
	remove_all(path);
	remove_all(other);
}

static struct bytes
forged(const char *meta, uint32_t first, int cols)
{
	const uint32_t order[] = { first, 1, 2, 3 };
	char text[200];
	struct build b;

	snprintf(text, sizeof text, "kind=index\nmatrix.E=item dim\n"
	    "matrix.O=item order\n%s", meta);
	build_begin(&b, text);
	build_ids(&b, "item", "i", 0, 2);
	build_dense(&b, "E", 0, 2, 3);
	mr_mrm_whole(&b.w, "O", MR_VALUE_U32, order, 2, cols);
	return build_end(&b, NULL);
}

/* A log that its checksums vouch for and its writer cannot have written. */
static void
deletes_nothing(void **state)
{
	struct mr_ids gone = { 0 };
	struct mr_vectors v = { 0 };
	struct mr_err err = { 0 };
	struct mr_store s;
	struct mr_batch b;
	int32_t k;

	(void)state;
	build_store(path, &(struct plain){ .id = { 9 }, .n = 1 });
	assert_int_equal(mr_store_hold(&s, path, &err), MR_OK);
	assert_int_equal(mr_store_load(&s, &err), MR_OK);
	assert_int_equal(mr_batch_begin(&b, &s.log, &err), MR_OK);
	assert_int_equal(mr_ids_add(&gone, mr_slice_of("id8"), &k, NULL, &err),
	    MR_OK);
	mr_batch_delete(&b, &gone);
	assert_int_equal(mr_batch_commit(&b, &err), MR_OK);
	mr_store_release(&s);
	assert_int_equal(mr_vectors_load(&v, path, NULL, &err), MR_EFORMAT);
	assert_non_null(strstr(err.msg, "deletes 'id8', which is not there"));
	mr_vectors_free(&v);
	mr_ids_free(&gone);
	remove_all(path);
}

static void
no_stores(void **state)
{
	struct bytes one = forged("metric=l2\ngraph=none\n", 0, 1);
	struct build b;

	(void)state;
	refused(forged("metric=l3\ngraph=none\n", 0, 1), "is no metric");
	refused(forged("metric=l2\ngraph=some\n", 0, 1), "META graph=");
	refused(forged("metric=l2\ngraph=none\n", 1, 1), "O is not the order");
	refused(forged("metric=l2\ngraph=none\n", 9, 1), "O is not the order");
	refused(forged("metric=l2\ngraph=none\n", 0, 2), "the matrices E");
	refused(join(one, one), "several streams");
	free(one.p);
	build_begin(&b, "kind=index\nmetric=l2\ngraph=none\n"
	    "matrix.E=item dim\n");
	build_ids(&b, "item", "i", 0, 2);
	build_dense(&b, "E", 0, 2, 3);
	refused(build_end(&b, NULL), "the matrices E and O");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(histories),
		cmocka_unit_test(equals_outlive),
		cmocka_unit_test(between_the_renamings),
		cmocka_unit_test(bad_graphs),
		cmocka_unit_test(deletes_nothing),
		cmocka_unit_test(no_stores),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
