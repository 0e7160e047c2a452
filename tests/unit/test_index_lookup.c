/* A store that is looked into answers as one that is read, and whatever is
 * damaged an answer is that of the whole file.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"
#include "store/index_change.h"
#include "store/index_graph.h"

#define ROWS 700
#define DIM 8
#define K 5
#define QUERIES 6

static char dir[] = "/dev/shm/mr-look-XXXXXX";
static char path[64];

static int
make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/s", dir);
	return 0;
}

static int
remove_dir(void **state)
{
	static const char *const ends[] = { "", ".log", ".lock" };
	char file[80];

	(void)state;
	for (int i = 0; i < 3; i++) {
		snprintf(file, sizeof file, "%s%s", path, ends[i]);
		unlink(file);
	}
	return rmdir(dir);
}

/* Of every third the next one is a twin, so that there are ties. */
static float
value(int i, int j)
{
	int at = i % 3 == 1 ? i - 1 : i;

	return (float)((at * 37 + j * 11 + at * j % 13) % 101) - 50;
}

static void
make_store(enum mr_store_graph graph)
{
	float rows[ROWS * DIM];
	struct mr_vectors v = { 0 };
	struct mr_store s;
	struct mr_err err = { 0 };
	struct build b;
	struct bytes all;

	for (int i = 0; i < ROWS * DIM; i++)
		rows[i] = value(i / DIM, i % DIM);
	build_begin(&b, "tool=test\nmatrix.E=item dim\n");
	build_ids(&b, "item", "i", 0, ROWS);
	mr_mrm_dense(&b.w, "E", rows, ROWS, DIM);
	all = build_end(&b, NULL);
	assert_int_equal(load_bytes(&v.set, all.p, all.n, &err), MR_OK);
	assert_int_equal(mr_vectors_choose(&v, "E", &err), MR_OK);
	assert_int_equal(mr_store_hold(&s, path, &err), MR_OK);
	assert_int_equal(mr_store_replace(&s, &v, &(struct mr_store_opt){
	    .metric = MR_METRIC_COSINE, .graph = graph }, &err), MR_OK);
	mr_store_release(&s);
	mr_vectors_free(&v);
	free(all.p);
}

/* Some go, some move, some are new, one comes again. */
static void
change_store(void)
{
	static const char *const gone[] = { "i3", "i4", "i650", "new1" };
	static const char *const put[] = { "i4", "new1", "new2", "i9" };
	struct mr_ids ids = { 0 };
	float rows[4 * DIM];
	struct mr_store s;
	struct mr_batch b;
	struct mr_err err = { 0 };
	int32_t k;

	assert_int_equal(mr_store_hold(&s, path, &err), MR_OK);
	s.v.look_up = true;
	for (int turn = 0; turn < 3; turn++) {
		if (mr_store_load(&s, &err) != MR_OK)
			fail_msg("%s", err.msg);
		assert_non_null(s.v.looked);
		assert_int_equal(mr_batch_begin(&b, &s.log, &err), MR_OK);
		for (int i = 0; i < 4; i++) {
			const char *name = turn == 1 ? put[i] : gone[i];

			if (turn == 1 || (turn == 0) == (i < 3))
				assert_int_equal(mr_ids_add(&ids,
				    mr_slice_of(name), &k, NULL, &err),
				    MR_OK);
			for (int j = 0; j < DIM; j++)
				rows[i * DIM + j] = value(20 + 2 * i, j);
		}
		if (turn == 1)
			mr_batch_put(&b, &ids, 0, ids.n, rows, DIM);
		else
			mr_batch_delete(&b, &ids);
		assert_int_equal(mr_batch_commit(&b, &err), MR_OK);
		mr_ids_free(&ids);
		mr_vectors_free(&s.v);
		mr_changes_close(&s.log);
		s.v.look_up = true;
	}
	mr_store_release(&s);
}

struct answers {
	int64_t found[QUERIES];
	float score[QUERIES * K];
	char name[QUERIES * K][12];
};

/* Answers to rows by their names, or why there are none. */
static int
ask(struct answers *a, bool look_up, struct mr_err *err)
{
	static const char *const query[QUERIES] = { "i0", "i100", "i299",
		"i699", "i4", "i9" };
	struct mr_vectors v = { .keep_graph = true, .look_up = look_up };
	struct mr_store_search x = { 0 };
	struct mr_hit hit[K];
	char number[24];
	int rc = mr_vectors_load(&v, path, NULL, err);

	memset(a, 0, sizeof *a);
	if (rc == MR_OK) {
		assert_int_equal(v.looked != NULL, look_up);
		rc = mr_store_search_open(&x, &v, NULL, K, 0, 1, err);
	}
	for (int q = 0; rc == MR_OK && q < QUERIES; q++) {
		struct mr_mat one = { 1, DIM, NULL };
		const float *row = NULL;
		int64_t at = -1;

		rc = mr_vectors_find(&v, mr_slice_of(query[q]), &at, err);
		if (rc == MR_OK)
			rc = at < 0 ? MR_EFORMAT : mr_vectors_row(&v, at,
			    &row, err);
		one.a = (float *)row;
		if (rc == MR_OK)
			rc = mr_store_search(&x, &(struct mr_search){
			    .q = { .dense = &one, .n = 1 }, .k = K,
			    .threads = 1 }, hit, &a->found[q], err);
		for (int i = 0; rc == MR_OK && i < a->found[q]; i++) {
			struct mr_slice s;

			rc = mr_vectors_name(&v, hit[i].row, number, &s, err);
			if (rc == MR_OK)
				snprintf(a->name[q * K + i], 12, "%.*s",
				    (int)s.n, s.p);
			a->score[q * K + i] = hit[i].score;
		}
	}
	mr_store_search_free(&x);
	mr_vectors_free(&v);
	return rc;
}

/* All rows, in their order; and the best of every third of them. */
static void
check_all(void)
{
	struct mr_err err = { 0 };
	struct mr_vectors v[2] = { { .keep_graph = true },
	    { .keep_graph = true, .look_up = true } };
	struct mr_store_search x[2];
	struct mr_ids names = { 0 };
	uint64_t allow[2][ROWS / 64 + 2] = { { 0 } };
	int32_t number[ROWS];

	for (int i = 0; i < 2; i++)
		assert_int_equal(mr_vectors_load(&v[i], path, NULL, &err),
		    MR_OK);
	assert_int_equal(mr_vectors_list(&v[1], &names, number, &err), MR_OK);
	assert_int_equal(names.n, v[0].n);
	for (int32_t i = 0; i < names.n; i++) {
		const float *row[2];

		assert_true(mr_slice_eq(mr_ids_get(&names, i),
		    mr_ids_get(v[0].names, i)));
		assert_int_equal(mr_vectors_row(&v[0], i, &row[0], &err),
		    MR_OK);
		assert_int_equal(mr_vectors_row(&v[1], number[i], &row[1],
		    &err), MR_OK);
		assert_memory_equal(row[0], row[1], DIM * sizeof **row);
		if (i % 3)
			continue;
		allow[0][i / 64] |= (uint64_t)1 << i % 64;
		allow[1][number[i] / 64] |= (uint64_t)1 << number[i] % 64;
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(mr_store_search_open(&x[i], &v[i], allow[i],
		    K, 0, 1, &err), MR_OK);
	for (int32_t q = 0; q < names.n; q += 50) {
		struct mr_search s = { .q = mr_vectors_rows(&v[0], q, 1),
		    .k = K, .threads = 1 };
		struct mr_hit hit[2][K];
		int64_t found[2];

		for (int i = 0; i < 2; i++)
			assert_int_equal(mr_store_search(&x[i], &s, hit[i],
			    &found[i], &err), MR_OK);
		assert_int_equal(found[0], K);
		assert_int_equal(found[1], K);
		for (int i = 0; i < K; i++) {
			assert_int_equal(number[hit[0][i].row], hit[1][i].row);
			assert_int_equal(hit[0][i].row % 3, 0);
			assert_true(!(hit[0][i].score < hit[1][i].score) &&
			    !(hit[0][i].score > hit[1][i].score));
		}
	}
	for (int i = 0; i < 2; i++) {
		mr_store_search_free(&x[i]);
		mr_vectors_free(&v[i]);
	}
	mr_ids_free(&names);
}

static void
as_it_is_read(void **state)
{
	struct answers read, looked;
	struct mr_err err = { 0 };

	(void)state;
	make_store(MR_STORE_LINKS);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(ask(&read, false, &err), MR_OK);
		assert_int_equal(ask(&looked, true, &err), MR_OK);
		assert_memory_equal(&read, &looked, sizeof read);
		assert_int_equal(read.found[0], K);
		check_all();
		if (turn == 0)
			change_store();
	}
}

/* Names that are there, and facts, with and without a graph. */
static void
names_and_facts(void **state)
{
	static const char *const name[] = { "i0", "i699", "i3", "i4", "i650",
		"new1", "new2", "i700" };
	static const bool is_there[] = { true, true, false, true, false,
		false, true, false };
	struct mr_ids names = { 0 };
	struct mr_err err = { 0 };
	int32_t k;

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(mr_ids_add(&names, mr_slice_of(name[i]), &k,
		    NULL, &err), MR_OK);
	for (int turn = 0; turn < 4; turn++) {
		struct mr_vectors v = { .look_up = turn % 2 };
		uint64_t there[1];

		if (turn % 2 == 0) {
			make_store(turn ? MR_STORE_NONE : MR_STORE_LINKS);
			change_store();
		}
		assert_int_equal(mr_vectors_load(&v, path, NULL, &err),
		    MR_OK);
		assert_int_equal(mr_vectors_there(&v, &names, there, &err),
		    MR_OK);
		for (int i = 0; i < 8; i++) {
			int64_t row;

			assert_int_equal(there[0] >> i & 1, is_there[i]);
			assert_int_equal(mr_vectors_find(&v,
			    mr_slice_of(name[i]), &row, &err), MR_OK);
			assert_int_equal(row >= 0, is_there[i]);
		}
		assert_int_equal(v.n, ROWS - 1);
		assert_int_equal(v.store.live, ROWS - 1);
		assert_int_equal(v.store.base_rows, ROWS);
		assert_int_equal(v.store.log_rows, 4);
		assert_int_equal(v.store.batches, 3);
		mr_vectors_free(&v);
	}
	mr_ids_free(&names);
}

static struct bytes
slurp_store(void)
{
	struct bytes all = { malloc(1 << 20), 0 };
	FILE *f = fopen(path, "rb");

	assert_true(f && all.p);
	all.n = fread(all.p, 1, 1 << 20, f);
	fclose(f);
	assert_true(all.n > 0 && all.n < 1 << 20);
	return all;
}

static void
spill_store(struct bytes all)
{
	FILE *f = fopen(path, "wb");

	assert_true(f && fwrite(all.p, 1, all.n, f) == all.n);
	fclose(f);
}

/* A bit at every 101st byte: refused, or the answers are those of before; and
 * with checksums that hide it refused, or within the store. */
static void
damage(void **state)
{
	struct answers whole, a;
	struct mr_err err = { 0 };
	struct bytes all, bad;
	int refusals = 0;

	(void)state;
	make_store(MR_STORE_LINKS);
	assert_int_equal(ask(&whole, true, &err), MR_OK);
	all = slurp_store();
	bad = (struct bytes){ malloc(all.n), all.n };
	assert_non_null(bad.p);
	for (size_t i = 0; i < 2 * all.n; i += 101) {
		size_t at = i % all.n;
		bool sealed = i >= all.n;
		int rc;

		/* A length is not made right. */
		if (sealed && memcmp(all.p + at / 64 * 64, "\x89MRM", 4) == 0 &&
		    at % 64 / 8 == 6)
			continue;
		memcpy(bad.p, all.p, all.n);
		bad.p[at] ^= (unsigned char)(1 << i % 7);
		if (sealed)
			reseal(bad);
		spill_store(bad);
		err = (struct mr_err){ 0 };
		rc = ask(&a, true, &err);
		assert_true(rc == MR_OK || rc == MR_EFORMAT);
		if (sealed)
			continue;
		if (rc == MR_OK)
			assert_memory_equal(&whole, &a, sizeof a);
		else
			assert_non_null(strstr(err.msg, path));
		refusals += rc != MR_OK;
	}
	assert_true(refusals > 500);
	for (size_t n = 0; n < all.n; n += 4999) {
		spill_store((struct bytes){ all.p, n });
		err = (struct mr_err){ 0 };
		assert_int_equal(ask(&a, true, &err), MR_EFORMAT);
	}
	free(all.p);
	free(bad.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_it_is_read),
		cmocka_unit_test(names_and_facts),
		cmocka_unit_test(damage),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
