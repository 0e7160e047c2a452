/* Fuzz target: the log beside a store of six rows, as it is, then with its
 * checksums, COMMITs and the digest of the store made right.  What is accepted
 * holds when it is cut behind its last COMMIT, too, and leaves a store whose
 * rows a search finds.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "seal.h"
#include "store/index_change.h"
#include "store/index_graph.h"

#define ROWS 6
#define DIM 2
#define K 3

static char dir[] = "/dev/shm/mr-fuzz-XXXXXX";
static char store[32], log_name[48];
static uint64_t digest;

static void
remove_dir(void)
{
	char lock[80];

	snprintf(lock, sizeof lock, "%s.lock", store);
	unlink(lock);
	unlink(log_name);
	unlink(store);
	rmdir(dir);
}

/* Names a .. f, of which a and d are equal, in a graph. */
static void
make_store(void)
{
	float rows[ROWS * DIM] = { 1, 2, 3, 4, 5, 6, 1, 2, 9, 8, 7, 6 };
	struct mr_vectors v = { .n = ROWS, .d = DIM };
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
	atexit(remove_dir);
	snprintf(store, sizeof store, "%s/s", dir);
	snprintf(log_name, sizeof log_name, "%s.log", store);
	v.names = &ids;
	v.set.mat[0] = (struct mr_mat){ ROWS, DIM, rows };
	if (mr_store_hold(&s, store, &err) != MR_OK ||
	    mr_store_replace(&s, &v, &(struct mr_store_opt){ .metric =
	    MR_METRIC_L2, .graph = MR_STORE_LINKS, .threads = 1 },
	    &err) != MR_OK || mr_store_load(&s, &err) != MR_OK)
		abort();
	digest = s.v.store.digest;
	mr_store_release(&s);
	mr_ids_free(&ids);
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

static void
write_log(const uint8_t *data, size_t size)
{
	FILE *f = fopen(log_name, "wb");

	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
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
	struct mr_err err = { 0 };

	assert(mr_store_search_open(&x, v, NULL, K, 0, 1, &err) == MR_OK);
	for (int64_t i = 0; i < v->n && i < 2 * ROWS; i++) {
		struct mr_search s = { .q = mr_vectors_rows(v, i, 1), .k = K,
		    .threads = 1 };
		struct mr_hit hit[K];
		int64_t found;

		assert(mr_store_search(&x, &s, hit, &found, &err) == MR_OK);
		assert(found == (v->n < K ? v->n : K));
		for (int64_t j = 0; j < found; j++)
			assert(hit[j].row >= 0 && hit[j].row < v->n);
		assert(!(hit[0].score < 0));
	}
	mr_store_search_free(&x);
}

static void
check_store(void)
{
	struct mr_vectors v = { .keep_graph = true };
	struct mr_err err = { 0 };
	int rc = mr_vectors_load(&v, store, NULL, &err);

	check_told(rc, &err);
	if (rc == MR_OK) {
		assert(v.store.is && v.has_graph && v.d == DIM);
		assert(v.names->n == v.n && v.store.live == v.n);
		if (v.n > 0)
			check_search(&v);
	}
	mr_vectors_free(&v);
}

static void
read_log(const uint8_t *data, size_t size)
{
	struct mr_changes c, cut;
	struct mr_err err = { 0 };
	int rc;

	write_log(data, size);
	rc = mr_changes_open(&c, log_name, &err);
	check_told(rc, &err);
	if (rc == MR_OK) {
		int64_t names = check_changes(&c);

		check_store();
		write_log(data, (size_t)c.whole);
		assert(mr_changes_open(&cut, log_name, &err) == MR_OK);
		assert(cut.whole == c.whole && cut.size == c.whole &&
		    cut.batches == c.batches && cut.succeeded ==
		    c.succeeded && check_changes(&cut) == names);
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
	if (!store[0])
		make_store();
	memcpy(copy, data, size);
	read_log(copy, size);
	seal_log(copy, size);
	read_log(copy, size);
	free(copy);
	return 0;
}
