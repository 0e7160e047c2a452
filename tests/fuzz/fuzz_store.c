/* Fuzz target: the file of a store, as it is, then with its checksums made
 * right; looked into and read.  What is accepted answers within its rows, and
 * what a reader of all accepts is accepted by one that looks, with as many.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "seal.h"
#include "store/index_file.h"
#include "store/index_graph.h"

#define K 3
#define QUERIES 8

static char dir[] = "/dev/shm/mr-fuzz-XXXXXX";
static char store[32];

static void
remove_dir(void)
{
	unlink(store);
	rmdir(dir);
}

/* Rows of the store and a name of each hit: within it, or told of. */
static void
check_search(const struct mr_vectors *v, int64_t rows)
{
	struct mr_store_search x;
	struct mr_err err = { 0 };
	int rc = mr_store_search_open(&x, v, NULL, K, 0, 1, &err);

	for (int64_t i = 0; i < rows && i < QUERIES && rc == MR_OK; i++) {
		struct mr_mat one = { 1, v->d, NULL };
		struct mr_search s = { .q = { .dense = &one, .n = 1 },
		    .k = K, .threads = 1 };
		struct mr_hit hit[K];
		int64_t found = 0;
		const float *row;

		rc = mr_vectors_row(v, i, &row, &err);
		one.a = (float *)row;
		if (rc == MR_OK)
			rc = mr_store_search(&x, &s, hit, &found, &err);
		for (int64_t j = 0; j < found && rc == MR_OK; j++) {
			struct mr_slice name;
			char number[24];

			assert(hit[j].row >= 0 && hit[j].row < rows);
			rc = mr_vectors_name(v, hit[j].row, number, &name,
			    &err);
			assert(rc || name.n > 0);
		}
	}
	check_told(rc, &err);
	mr_store_search_free(&x);
}

static void
read_store(const uint8_t *data, size_t size)
{
	struct mr_vectors v = { .keep_graph = true, .check_codes = true };
	struct mr_vectors looked = { .keep_graph = true, .look_up = true };
	struct mr_err err = { 0 }, why = { 0 };
	FILE *f = fopen(store, "wb");
	int rc, looked_rc;

	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
	rc = mr_vectors_load(&v, store, NULL, &err);
	check_told(rc, &err);
	looked_rc = mr_vectors_load(&looked, store, NULL, &why);
	check_told(looked_rc, &why);
	if (rc == MR_OK)
		assert(looked_rc == MR_OK && looked.n == v.n &&
		    looked.d == v.d && looked.has_graph == v.has_graph);
	if (rc == MR_OK && v.has_graph && v.n > 0)
		check_search(&v, v.n);
	if (looked_rc == MR_OK && looked.has_graph && looked.n > 0)
		check_search(&looked, looked.n);
	mr_vectors_free(&v);
	mr_vectors_free(&looked);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!store[0]) {
		if (!mkdtemp(dir))
			abort();
		atexit(remove_dir);
		snprintf(store, sizeof store, "%s/s", dir);
	}
	raw_and_sealed(data, size, read_store);
	return 0;
}
