/* Fuzz target: the log beside a store of six rows, as it is, then with its
 * checksums, COMMITs and the digest of the store made right.  What is accepted
 * holds when it is cut behind its last COMMIT, too, and leaves a store whose
 * rows a search finds, the same whether it is read or looked into.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "seal.h"
#include "store/index_change.h"
#include "store/index_graph.h"
#include "store/index_lookup.h"
#include "store/index_take.h"

#define ROWS 6
#define DIM 2
#define K 3
#define SEARCHED (2 * ROWS)

/* Its file, and the digest in it. */
static uint8_t store[4096] __attribute__((aligned(64)));
static size_t store_n;
static uint64_t digest;

/* The file, and nothing of it is left. */
static void
take_file(const char *dir, const char *path)
{
	static const char *const more[] = { "", ".log", ".lock" };
	FILE *f = fopen(path, "rb");
	char name[64];

	if (!f)
		abort();
	store_n = fread(store, 1, sizeof store, f);
	assert(store_n > 0 && store_n < sizeof store);
	fclose(f);
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", path, more[i]);
		unlink(name);
	}
	rmdir(dir);
}

/* Names a .. f, of which a and d are equal, in a graph. */
static void
make_store(void)
{
	float rows[ROWS * DIM] = { 1, 2, 3, 4, 5, 6, 1, 2, 9, 8, 7, 6 };
	struct mr_vectors v = { .n = ROWS, .d = DIM };
	char dir[] = "/tmp/mr-fuzz-XXXXXX", path[32];
	struct mr_ids ids = { 0 };
	struct mr_err err = { 0 };
	struct mr_store s;
	int32_t k;

	for (int i = 0; i < ROWS; i++)
		if (mr_ids_add(&ids, (struct mr_slice){ &"abcdef"[i], 1 }, &k,
		    NULL, &err) != MR_OK)
			abort();
	if (!mkdtemp(dir))
		abort();
	snprintf(path, sizeof path, "%s/s", dir);
	v.names = &ids;
	v.set.mat[0] = (struct mr_mat){ ROWS, DIM, rows };
	if (mr_store_hold(&s, path, &err) != MR_OK ||
	    mr_store_replace(&s, &v, &(struct mr_store_opt){ .metric =
	    MR_METRIC_L2, .graph = MR_STORE_LINKS, .threads = 1 },
	    &err) != MR_OK || mr_store_load(&s, &err) != MR_OK)
		abort();
	digest = s.v.store.digest;
	mr_store_release(&s);
	mr_ids_free(&ids);
	take_file(dir, path);
}

/* base= of the first block becomes the store's. */
static void
seal_base(uint8_t *p, size_t n)
{
	char hex[17];

	snprintf(hex, sizeof hex, "%016llx", (unsigned long long)digest);
	for (size_t i = 0; i + 21 <= n; i++)
		if (memcmp(p + i, "base=", 5) == 0) {
			memcpy(p + i + 5, hex, 16);
			return;
		}
}

/* As seal of seal.h, for a log. */
static void
seal_log(uint8_t *p, size_t n)
{
	static const uint8_t magic[10] = "\x89MRM\r\n\x1a\n\x01";
	struct mr_digest *d = mr_digest_open();
	uint64_t number = 0;

	for (bool first = true; d && n >= 64; first = false) {
		uint64_t len = mr_load64(p + 48), room = (n - 64) / 64 * 64;

		memcpy(p, magic, 9);
		memset(p + 56, 0, 4);
		p[9] = (uint8_t)(p[9] % (MR_BLOCK_COMMIT + 1));
		len = len > room ? room : len;
		mr_store64(p + 48, len);
		if (first)
			seal_base(p + 64, (size_t)len);
		if (p[9] == MR_BLOCK_COMMIT && len >= 16) {
			mr_store64(p + 64, ++number);
			mr_store64(p + 72, mr_digest_value(d));
		}
		for (uint64_t i = len; i % 64; i++)
			p[64 + i] = 0;
		seal_store32(p + 12, mr_crc32c(0, p + 64, (size_t)len));
		seal_store32(p + 60, mr_crc32c(0, p, 60));
		mr_digest_add(d, p, 64);
		if (first || p[9] == MR_BLOCK_COMMIT) {
			mr_digest_close(d);
			d = mr_digest_open();
		}
		len = 64 + (len + 63) / 64 * 64;
		p += len;
		n -= (size_t)len;
	}
	if (d)
		mr_digest_close(d);
}

/* Every change that holds: good names, and rows of the width. */
static int64_t
check_changes(struct mr_changes *c)
{
	struct mr_change x;
	int64_t names = 0;

	assert(c->whole > 0 && c->whole <= c->size && c->whole % 64 == 0);
	while (mr_changes_next(c, &x)) {
		for (int64_t i = 0; i < x.n; i++) {
			struct mr_slice name = mr_changes_name(&x, i);

			assert(name.n > 0 && mr_utf8_bad(name) == name.n);
			for (int64_t j = 0; x.rows && j < c->dim; j++)
				assert(x.rows[i * c->dim + j] - x.rows[i *
				    c->dim + j] == 0);
		}
		names += x.n;
	}
	return names;
}

/* Each row finds its equals first. */
static void
check_search(const struct mr_vectors *v)
{
	struct mr_store_search x;
	struct mr_search s = { .q = mr_vectors_rows(v, 0, v->n < SEARCHED ?
	    v->n : SEARCHED), .k = K, .threads = 1 };
	struct mr_hit hit[SEARCHED * K];
	int64_t found[SEARCHED];
	struct mr_err err = { 0 };

	assert(mr_store_search_open(&x, v, NULL, K, 0, 1, &err) == MR_OK);
	assert(mr_store_search(&x, &s, hit, found, &err) == MR_OK);
	for (int64_t i = 0; i < s.q.n; i++) {
		assert(found[i] == (v->n < K ? v->n : K));
		for (int64_t j = 0; j < found[i]; j++)
			assert(hit[i * K + j].row >= 0 && hit[i * K + j].row <
			    v->n);
		assert(!(hit[i * K].score < 0));
	}
	mr_store_search_free(&x);
}

/* Looked into, with the log c, which goes: it has the rows of v. */
static void
check_looked(const struct mr_vectors *v, struct mr_changes *c)
{
	struct mr_store_lookup *x = calloc(1, sizeof *x);
	struct mr_vectors looked = { .keep_graph = true };
	struct mr_err err = { 0 };
	bool fits, again;

	assert(x && mr_store_map_memory(&x->map, store, store_n, "store",
	    &fits, &err) == MR_OK && fits);
	x->log = *c;
	*c = (struct mr_changes){ 0 };
	assert(mr_store_look_into(&looked, x, digest, &again, &err) ==
	    MR_OK);
	assert(looked.n == v->n && looked.has_graph);
	for (int64_t i = 0; i < v->n && i < SEARCHED; i++) {
		struct mr_slice name = mr_ids_get(v->names, (int32_t)i);
		const float *row;
		int64_t at;

		assert(mr_vectors_find(&looked, name, &at, &err) == MR_OK);
		assert(at >= 0);
		assert(mr_vectors_row(&looked, at, &row, &err) == MR_OK);
		assert(memcmp(row, mr_mat_row(&v->set.mat[v->index], i),
		    DIM * sizeof *row) == 0);
	}
	mr_vectors_free(&looked);
}

/* With the log c, and with cut, which has the same batches and goes. */
static void
check_store(struct mr_changes *c, struct mr_changes *cut)
{
	struct mr_vectors v = { .keep_graph = true };
	struct mr_in in;
	struct mr_err err = { 0 };
	bool again;
	int rc;

	assert(mr_in_memory(&in, store, store_n, "store", &err) == MR_OK);
	assert(mr_set_read(&v.set, &in, &err) == MR_OK);
	assert(mr_vectors_choose(&v, "E", &err) == MR_OK);
	assert(mr_store_take_file(&v, &err) == MR_OK);
	rc = mr_store_take_log(&v, c, digest, &again, &err);
	check_told(rc, &err);
	if (rc == MR_OK) {
		assert(!again && v.has_graph && v.d == DIM);
		assert(v.names->n == v.n && v.store.live == v.n);
		if (v.n > 0)
			check_search(&v);
		check_looked(&v, cut);
	}
	mr_vectors_free(&v);
}

static void
read_log(const uint8_t *data, size_t size)
{
	struct mr_changes c, cut;
	struct mr_err err = { 0 };
	int rc = mr_changes_memory(&c, data, size, "log", &err);

	check_told(rc, &err);
	if (rc == MR_OK) {
		int64_t names = check_changes(&c);

		assert(mr_changes_memory(&cut, data, (size_t)c.whole, "log",
		    &err) == MR_OK);
		assert(cut.whole == c.whole && cut.size == c.whole &&
		    cut.batches == c.batches && cut.succeeded ==
		    c.succeeded && check_changes(&cut) == names);
		mr_changes_rewind(&c);
		mr_changes_rewind(&cut);
		check_store(&c, &cut);
		mr_changes_close(&cut);
	}
	mr_changes_close(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	if (!copy)
		abort();
	if (!store_n)
		make_store();
	memcpy(copy, data, size);
	read_log(copy, size);
	seal_log(copy, size);
	read_log(copy, size);
	free(copy);
	return 0;
}
