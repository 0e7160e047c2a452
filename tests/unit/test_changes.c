/* The log of changes: what is committed comes back, whatever happened behind
 * it, and damage is seen.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"
#include "stream/changes.h"

#define DIM 3

static char dir[] = "/tmp/mr-changes-XXXXXX";
static char path[64];

static int
make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/log", dir);
	return 0;
}

static int
remove_dir(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static struct mr_ids
names(const char *prefix, int n)
{
	struct mr_ids ids = { 0 };
	struct mr_err err;
	char name[32];
	int32_t k;

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%s%d", prefix, i);
		assert_int_equal(mr_ids_add(&ids, mr_slice_of(name), &k, NULL,
		    &err), MR_OK);
	}
	return ids;
}

/* No value is zero, so that no part of a sector is. */
static void
put(struct mr_batch *b, const char *prefix, int n)
{
	struct mr_ids ids = names(prefix, n);
	float *rows = malloc((size_t)(n + 1) * DIM * sizeof *rows);

	assert_non_null(rows);
	for (int i = 0; i < n * DIM; i++)
		rows[i] = (float)i + 0.3F;
	mr_batch_put(b, &ids, 0, n, rows, DIM);
	free(rows);
	mr_ids_free(&ids);
}

static void
begin(struct mr_batch *b)
{
	struct mr_changes c;
	struct mr_err err = { 0 };

	assert_int_equal(mr_changes_open(&c, path, &err), MR_OK);
	assert_int_equal(mr_batch_begin(b, &c, &err), MR_OK);
	mr_changes_close(&c);
}

/* A log of three batches: 2 rows put; 1 deleted and 300 put; told of a
 * successor. */
static void
make_log(void)
{
	struct mr_ids gone = names("a", 1);
	struct mr_err err = { 0 };
	struct mr_batch b;

	unlink(path);
	assert_int_equal(mr_changes_create(path, 0xfedcba9876543210, DIM,
	    &err), MR_OK);
	begin(&b);
	put(&b, "a", 2);
	assert_int_equal(mr_batch_commit(&b, &err), MR_OK);
	begin(&b);
	mr_batch_delete(&b, &gone);
	put(&b, "b", 300);
	assert_int_equal(mr_batch_commit(&b, &err), MR_OK);
	begin(&b);
	assert_int_equal(mr_batch_succeed(&b, 77, &err), MR_OK);
	assert_int_equal(mr_batch_commit(&b, &err), MR_OK);
	mr_ids_free(&gone);
}

static struct bytes
slurp_log(void)
{
	struct bytes all = { 0 };
	FILE *f = fopen(path, "rb");
	long n;

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	n = ftell(f);
	assert_true(n > 0);
	rewind(f);
	all.n = (size_t)n;
	all.p = malloc(all.n);
	assert_non_null(all.p);
	assert_int_equal(fread(all.p, 1, all.n, f), all.n);
	fclose(f);
	return all;
}

/* Through a file without a name, which costs no disk. */
static int
open_bytes(struct mr_changes *c, const unsigned char *p, size_t n,
    struct mr_err *err)
{
	int fd = memfd_create("log", 0), rc;
	char name[64];

	*err = (struct mr_err){ 0 };
	assert_true(fd >= 0);
	assert_int_equal(n ? write(fd, p, n) : 0, (ssize_t)n);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	rc = mr_changes_open(c, name, err);
	close(fd);
	return rc;
}

static void
comes_back(void **state)
{
	struct mr_changes c;
	struct mr_change x = { 0 };
	struct mr_err err = { 0 };
	int64_t rows = 0;

	(void)state;
	make_log();
	assert_int_equal(mr_changes_open(&c, path, &err), MR_OK);
	assert_true(c.base == 0xfedcba9876543210);
	assert_true(c.succeeded);
	assert_int_equal(c.next, 77);
	assert_int_equal(c.dim, DIM);
	assert_int_equal(c.batches, 3);
	assert_int_equal(c.whole, c.size);
	assert_true(mr_changes_next(&c, &x));
	assert_int_equal(x.n, 2);
	assert_true(mr_slice_is(mr_changes_name(&x, 1), "a1"));
	assert_true(x.rows[5] == 5.3F);
	assert_true(mr_changes_next(&c, &x));
	assert_null(x.rows);
	assert_int_equal(x.n, 1);
	assert_true(mr_slice_is(mr_changes_name(&x, 0), "a0"));
	for (; mr_changes_next(&c, &x); rows += x.n)
		assert_true(x.rows[0] == (float)rows * DIM + 0.3F);
	assert_int_equal(rows, 300);
	mr_changes_close(&c);
	mr_changes_close(&c);
	unlink(path);
	assert_int_equal(mr_changes_open(&c, path, &err), MR_OK);
	assert_true(c.absent);
	mr_changes_close(&c);
}

/* A batch that is given up leaves no byte; nor does an unfinished one once the
 * next is written. */
static void
no_trace_of_what_failed(void **state)
{
	struct mr_changes c;
	struct mr_err err = { 0 };
	struct mr_batch b;
	struct bytes before, after;
	FILE *f;

	(void)state;
	make_log();
	before = slurp_log();
	begin(&b);
	put(&b, "c", 9);
	mr_out_flush(&b.out);
	mr_batch_undo(&b);
	after = slurp_log();
	assert_int_equal(after.n, before.n);
	assert_memory_equal(after.p, before.p, after.n);
	free(after.p);
	free(before.p);
	f = fopen(path, "ab");
	assert_non_null(f);
	assert_int_equal(fputc(0x89, f), 0x89);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(mr_changes_open(&c, path, &err), MR_OK);
	assert_int_equal(c.size - c.whole, 1);
	assert_int_equal(mr_batch_begin(&b, &c, &err), MR_OK);
	mr_changes_close(&c);
	put(&b, "c", 1);
	assert_int_equal(mr_batch_commit(&b, &err), MR_OK);
	assert_int_equal(mr_changes_open(&c, path, &err), MR_OK);
	assert_int_equal(c.batches, 4);
	assert_false(c.succeeded);
	assert_int_equal(c.whole, c.size);
	mr_changes_close(&c);
}

/* Cut at any byte the log is what was committed before the cut. */
static void
every_cut(void **state)
{
	int64_t ends[5] = { 0 };
	int n_ends = 0;
	struct bytes all;

	(void)state;
	make_log();
	all = slurp_log();
	for (size_t at = 0; at < all.n; at += block_size(all.p + at))
		if (at == 0 || all.p[at + 9] == MR_BLOCK_COMMIT)
			ends[n_ends++] = (int64_t)(at +
			    block_size(all.p + at));
	assert_int_equal(n_ends, 4);
	for (size_t n = 0; n < all.n; n++) {
		struct mr_changes c;
		struct mr_err err;
		int rc = open_bytes(&c, all.p, n, &err), batch = 0;

		if ((int64_t)n < ends[0]) {
			assert_int_equal(rc, MR_EFORMAT);
		} else {
			while (ends[batch + 1] <= (int64_t)n)
				batch++;
			assert_int_equal(rc, MR_OK);
			assert_int_equal(c.batches, batch);
			assert_int_equal(c.whole, ends[batch]);
			assert_int_equal(c.size, n);
		}
		mr_changes_close(&c);
	}
	free(all.p);
}

/* No flipped bit goes unseen, in the last batch either. */
static void
every_flip(void **state)
{
	struct bytes all;

	(void)state;
	make_log();
	all = slurp_log();
	for (size_t i = 0; i < all.n; i++) {
		struct mr_changes c;
		struct mr_err err;

		all.p[i] ^= (unsigned char)(1 << i % 8);
		if (open_bytes(&c, all.p, all.n, &err) != MR_EFORMAT)
			fail_msg("byte %zu of %zu", i, all.n);
		assert_true(strstr(err.msg, "/proc/self/fd/") == err.msg);
		mr_changes_close(&c);
		all.p[i] ^= (unsigned char)(1 << i % 8);
	}
	free(all.p);
}

/* A disk that was to be written and lost its power: sectors of zeros. */
static void
lost_sectors(void **state)
{
	struct bytes all;
	struct mr_changes c;
	struct mr_err err;
	size_t last;

	(void)state;
	make_log();
	all = slurp_log();
	/* The last batch: META and COMMIT, 128 bytes each. */
	last = all.n - 256;
	for (size_t n = last; n < all.n; n = (n / 512 + 1) * 512) {
		struct bytes z = { calloc(1, all.n), all.n };

		assert_non_null(z.p);
		memcpy(z.p, all.p, n);
		assert_int_equal(open_bytes(&c, z.p, z.n, &err), MR_OK);
		assert_int_equal(c.batches, 2);
		mr_changes_close(&c);
		free(z.p);
	}
	/* Before a COMMIT a lost sector is damage. */
	memset(all.p + 512, 0, 512);
	assert_int_equal(open_bytes(&c, all.p, all.n, &err), MR_EFORMAT);
	mr_changes_close(&c);
	free(all.p);
}

/* All checksums right, and the content not.  at: of a block; place: in it. */
static void
refuse_forged(int k, size_t place, int v, const char *what)
{
	struct bytes all = slurp_log();
	struct mr_digest *d = mr_digest_open();
	struct mr_changes c;
	struct mr_err err;

	assert_non_null(d);
	all.p[block_at(all, k) + place] = (unsigned char)v;
	for (size_t at = 0; at < all.n; at += block_size(all.p + at)) {
		unsigned char *h = all.p + at;
		bool commit = h[9] == MR_BLOCK_COMMIT;

		if (commit)
			mr_store64(h + 72, mr_digest_value(d));
		store32_at(h + 12, mr_crc32c(0, h + 64,
		    (size_t)mr_load64(h + 48)));
		reseal_header(h);
		if (commit || at == 0) {
			mr_digest_close(d);
			d = mr_digest_open();
		} else {
			mr_digest_add(d, h, 64);
		}
	}
	if (open_bytes(&c, all.p, all.n, &err) != MR_EFORMAT ||
	    !strstr(err.msg, what))
		fail_msg("block %d, byte %zu: '%s', expected '%s'", k, place,
		    err.msg, what);
	mr_changes_close(&c);
	mr_digest_close(d);
	free(all.p);
	make_log();
}

/* Blocks: META; IDS DENSE COMMIT; DELETE IDS DENSE IDS DENSE COMMIT; META
 * COMMIT. */
static void
forged_checksums(void **state)
{
	(void)state;
	make_log();
	refuse_forged(0, 64, 'K', "not a log of changes");
	refuse_forged(1, 9, MR_BLOCK_DENSE, "");
	refuse_forged(1, 9, MR_BLOCK_DELETE, "out of place");
	refuse_forged(1, 9, MR_BLOCK_CSR, "");
	refuse_forged(1, 9, MR_BLOCK_END, "");
	refuse_forged(1, 9, 9, "unsupported block type 9");
	refuse_forged(1, 16, 'x', "out of place");
	refuse_forged(1, 64 + 8, 200, "lengths do not fit");
	refuse_forged(1, 64 + 24, 0xff, "not UTF-8");
	refuse_forged(1, 64 + 24, 0, "not UTF-8");
	refuse_forged(2, 24, 3, "do not fit the names");
	refuse_forged(2, 10, MR_VALUE_U32, "do not fit the names");
	refuse_forged(2, 32, 2, "do not fit the names");
	refuse_forged(2, 67, 0xff, "finite");
	refuse_forged(3, 64, 2, "COMMIT does not fit");
	refuse_forged(4, 9, MR_BLOCK_IDS, "out of place");
	refuse_forged(9, 64, 3, "COMMIT does not fit");
	refuse_forged(10, 64, 'N', "says nothing");
	refuse_forged(11, 64, 4, "COMMIT does not fit");
	refuse_forged(11, 48, 8, "padding is not zero");
}

/* Batches in another order, one twice or one missing. */
static void
blocks_moved(void **state)
{
	struct bytes all, cut;
	struct mr_changes c;
	struct mr_err err;
	size_t one, two;

	(void)state;
	make_log();
	all = slurp_log();
	one = block_at(all, 1);
	two = block_at(all, 4);
	cut = join((struct bytes){ all.p, one },
	    (struct bytes){ all.p + two, all.n - two });
	assert_int_equal(open_bytes(&c, cut.p, cut.n, &err), MR_EFORMAT);
	mr_changes_close(&c);
	free(cut.p);
	cut = join((struct bytes){ all.p, two },
	    (struct bytes){ all.p + one, all.n - one });
	assert_int_equal(open_bytes(&c, cut.p, cut.n, &err), MR_EFORMAT);
	mr_changes_close(&c);
	free(cut.p);
	free(all.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(no_trace_of_what_failed),
		cmocka_unit_test(every_cut),
		cmocka_unit_test(every_flip),
		cmocka_unit_test(lost_sectors),
		cmocka_unit_test(forged_checksums),
		cmocka_unit_test(blocks_moved),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
