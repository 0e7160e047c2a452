/* Fuzz target: the file of a store, as it is, then with its checksums made
 * right; looked into and read.  What is accepted answers within its rows, and
 * what a reader of all accepts is accepted by one that looks, with as many.
 * SPDX-License-Identifier: MIT */
#include "seal.h"
#include "store/index_graph.h"
#include "store/index_lookup.h"
#include "store/index_take.h"

#define K 3
#define QUERIES 4

/* The first rows of the store, to be searched for. */
static int
copy_rows(const struct mr_vectors *v, struct mr_mat *q, struct mr_err *err)
{
	int rc = mr_mat_new(q, v->n < QUERIES ? v->n : QUERIES, v->d,
	    "queries", err);

	for (int64_t i = 0; rc == MR_OK && i < q->rows; i++) {
		const float *row;

		rc = mr_vectors_row(v, i, &row, err);
		if (rc == MR_OK)
			memcpy(mr_mat_row(q, i), row, (size_t)v->d *
			    sizeof *row);
	}
	return rc;
}

/* A row of the store and a name for each hit, or it is told why not. */
static void
check_search(const struct mr_vectors *v, int64_t rows)
{
	struct mr_mat q = { 0 };
	struct mr_store_search x = { 0 };
	struct mr_search s = { .q.dense = &q, .k = K, .threads = 1 };
	struct mr_hit hit[QUERIES * K];
	int64_t found[QUERIES] = { 0 };
	struct mr_err err = { 0 };
	int rc = copy_rows(v, &q, &err);

	s.q.n = q.rows;
	if (rc == MR_OK)
		rc = mr_store_search_open(&x, v, NULL, K, 0, 1, &err);
	if (rc == MR_OK)
		rc = mr_store_search(&x, &s, hit, found, &err);
	for (int64_t i = 0; i < q.rows && rc == MR_OK; i++)
		for (int64_t j = 0; j < found[i] && rc == MR_OK; j++) {
			int64_t row = hit[i * K + j].row;
			struct mr_slice name;
			char number[24];

			assert(row >= 0 && row < rows);
			rc = mr_vectors_name(v, row, number, &name, &err);
			assert(rc || name.n > 0);
		}
	check_told(rc, &err);
	mr_store_search_free(&x);
	mr_mat_free(&q);
}

static int
read_all(struct mr_vectors *v, const uint8_t *data, size_t size)
{
	struct mr_in in;
	struct mr_err err = { 0 };
	int rc = mr_in_memory(&in, data, size, "store", &err);

	if (rc == MR_OK)
		rc = mr_set_read(&v->set, &in, &err);
	if (rc == MR_OK)
		rc = mr_vectors_choose(v, mr_store_is(&v->set.r.meta) ? "E" :
		    NULL, &err);
	if (rc == MR_OK && mr_store_is(&v->set.r.meta))
		rc = mr_store_take_file(v, &err);
	check_told(rc, &err);
	return rc;
}

/* Of p, 64-aligned; v->looked is NULL where it must be read. */
static int
look_into(struct mr_vectors *v, const void *p, size_t size)
{
	struct mr_store_lookup *x = calloc(1, sizeof *x);
	struct mr_err err = { 0 };
	bool fits = false, again = false;
	int rc;

	if (!x)
		abort();
	rc = mr_store_map_memory(&x->map, p, size, "store", &fits, &err);
	x->log.absent = true;
	if (rc == MR_OK && fits)
		rc = mr_store_look_into(v, x, 0, &again, &err);
	else
		free(x);
	check_told(rc, &err);
	return rc;
}

static void
read_store(const uint8_t *data, size_t size)
{
	struct mr_vectors v = { .keep_graph = true, .check_codes = true };
	struct mr_vectors looked = { .keep_graph = true, .look_up = true };
	int rc = read_all(&v, data, size), looked_rc;
	void *p;

	if (posix_memalign(&p, 64, size + !size) != 0)
		abort();
	memcpy(p, data, size);
	looked_rc = look_into(&looked, p, size);
	if (rc == MR_OK && looked.looked)
		assert(looked_rc == MR_OK && looked.n == v.n &&
		    looked.d == v.d && looked.has_graph == v.has_graph);
	if (rc == MR_OK && v.has_graph)
		check_search(&v, v.n);
	if (looked_rc == MR_OK && looked.has_graph)
		check_search(&looked, looked.n);
	mr_vectors_free(&v);
	mr_vectors_free(&looked);
	free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	raw_and_sealed(data, size, read_store);
	return 0;
}
