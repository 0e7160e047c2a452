/* Matrix streams in memory, whole and damaged, for the tests of the stream.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_MATRIX_BUILD_H
#define MR_TESTS_MATRIX_BUILD_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "stream/matrix_frame.h"
#include "stream/matrix_set.h"

struct bytes {
	unsigned char *p;
	size_t n;
};

/* A stream being built in a file without a name. */
struct build {
	int fd;
	char path[64];
	struct mr_out out;
	struct mr_mrm_out w;
	struct mr_err err;
};

static inline void
build_begin(struct build *b, const char *meta)
{
	struct mr_meta m = { 0 };

	memset(b, 0, sizeof *b);
	b->fd = memfd_create("mrm", 0);
	assert_true(b->fd >= 0);
	assert_int_equal(mr_out_open(&b->out, "/dev/null", &b->err), MR_OK);
	assert_true(dup2(b->fd, b->out.fd) >= 0);
	assert_int_equal(mr_buf_add(&m.text, meta, strlen(meta), &b->err),
	    MR_OK);
	assert_int_equal(mr_mrm_begin(&b->w, &b->out, &m, &b->err), MR_OK);
	mr_meta_free(&m);
}

/* The bytes written; the caller frees p.  last may be NULL. */
static inline struct bytes
build_end(struct build *b, const char *last)
{
	struct bytes all = { 0 };
	struct mr_meta m = { 0 };
	off_t size;

	if (last)
		assert_int_equal(mr_buf_add(&m.text, last, strlen(last),
		    &b->err), MR_OK);
	mr_mrm_end(&b->w, last ? &m : NULL);
	mr_meta_free(&m);
	assert_int_equal(mr_out_close(&b->out, &b->err), MR_OK);
	size = lseek(b->fd, 0, SEEK_END);
	assert_true(size > 0);
	all.n = (size_t)size;
	all.p = malloc(all.n);
	assert_non_null(all.p);
	assert_int_equal(pread(b->fd, all.p, all.n, 0), size);
	close(b->fd);
	return all;
}

static inline void
build_ids(struct build *b, const char *axis, const char *prefix, int from,
    int to)
{
	struct mr_ids ids = { 0 };
	char name[64];
	int32_t k;

	for (int i = from; i < to; i++) {
		snprintf(name, sizeof name, "%s%d", prefix, i);
		assert_int_equal(mr_ids_add(&ids, mr_slice_of(name), &k, NULL,
		    &b->err), MR_OK);
	}
	mr_mrm_ids(&b->w, axis, &ids, 0, ids.n);
	mr_ids_free(&ids);
}

static inline float
value_at(int64_t i, int64_t j)
{
	return (float)((i * 31 + j * 17) % 101) / 8 - 5;
}

static inline void
build_dense(struct build *b, const char *name, int from, int to, int cols)
{
	size_t n = (size_t)(to - from) * (size_t)cols;
	float *a = malloc((n + 1) * sizeof *a);

	assert_non_null(a);
	for (int i = from; i < to; i++)
		for (int j = 0; j < cols; j++)
			a[(i - from) * cols + j] = value_at(i, j);
	mr_mrm_dense(&b->w, name, a, to - from, cols);
	free(a);
}

/* Row u has the columns u % 3, u % 3 + 3, ..., and value_at for values. */
static inline struct mr_csr
make_csr(int rows, int cols)
{
	struct mr_csr m = { 0 };
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int u = 0; u < rows; u++)
		for (int j = u % 3; j < cols; j += 3)
			assert_int_equal(mr_coo_add(&c, u, j, value_at(u, j),
			    &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(&m, &c, rows, cols, &again, &err),
	    MR_OK);
	mr_coo_free(&c);
	return m;
}

#define MODEL_META "tool=test\nmatrix.V=item f\nmatrix.U=user f\n" \
	"matrix.R=user item\n"

/* A small model: items item0 .. , users from .. to-1, as mr-factorize would
 * write it; shard is a META line or "". */
static inline struct bytes
model_stream(const char *shard, int items, int from, int to)
{
	char meta[256];
	struct mr_csr r = make_csr(to, items);
	struct build b;
	struct bytes all;

	snprintf(meta, sizeof meta, "%s%s", MODEL_META, shard);
	build_begin(&b, meta);
	build_ids(&b, "item", "item", 0, items);
	build_dense(&b, "V", 0, items, 3);
	build_ids(&b, "user", "u", from, to);
	build_dense(&b, "U", from, to, 3);
	mr_mrm_csr(&b.w, "R", &r, from, to);
	all = build_end(&b, "input.ratings=0123456789abcdef\n");
	mr_csr_free(&r);
	return all;
}

/* Read n bytes as a stream; s must be freed in every case.  Goes through a
 * file without a name. */
static inline int
load_bytes(struct mr_set *s, const void *p, size_t n, struct mr_err *err)
{
	char path[64];
	int fd = memfd_create("mrm", 0), rc;

	memset(err, 0, sizeof *err);
	assert_true(fd >= 0);
	assert_int_equal(n ? write(fd, p, n) : 0, (ssize_t)n);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rc = mr_set_load(s, path, err);
	s->in.name = "file";
	close(fd);
	return rc;
}

static inline struct bytes
join(struct bytes a, struct bytes b)
{
	struct bytes all = { malloc(a.n + b.n), a.n + b.n };

	assert_non_null(all.p);
	if (a.n)
		memcpy(all.p, a.p, a.n);
	if (b.n)
		memcpy(all.p + a.n, b.p, b.n);
	return all;
}

/* The bytes must be refused with MR_EFORMAT and a message holding what. */
static inline void
assert_refused(const void *p, size_t n, const char *what)
{
	struct mr_set s;
	struct mr_err err;
	int rc = load_bytes(&s, p, n, &err);

	if (rc != MR_EFORMAT || !strstr(err.msg, what))
		fail_msg("status %d, '%s', expected '%s'", rc, err.msg, what);
	mr_set_free(&s);
}

/* refuse_and_free - the same, and the bytes are freed. */
static inline void
refuse_and_free(struct bytes b, const char *what)
{
	assert_refused(b.p, b.n, what);
	free(b.p);
}

static inline void
store32_at(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++, v >>= 8)
		p[i] = (unsigned char)v;
}

static inline size_t
block_size(const unsigned char *h)
{
	return MR_MATRIX_HEADER + (size_t)(mr_load64(h + 48) + 63) / 64 * 64;
}

/* Start of block k. */
static inline size_t
block_at(struct bytes b, int k)
{
	size_t at = 0;

	while (k-- > 0)
		at += block_size(b.p + at);
	assert_true(at < b.n);
	return at;
}

/* Make the checksum of a header right after it was changed. */
static inline void
reseal_header(unsigned char *h)
{
	store32_at(h + 60, mr_crc32c(0, h, 60));
}

/* Make all checksums and the END digest right after payloads were changed
 * (not their lengths). */
static inline void
reseal(struct bytes b)
{
	struct mr_digest *d = mr_digest_open();
	uint64_t blocks = 0;

	assert_non_null(d);
	for (size_t at = 0; at < b.n; at += block_size(b.p + at)) {
		unsigned char *h = b.p + at;

		if (h[9] == MR_BLOCK_END) {
			mr_store64(h + 64, blocks);
			mr_store64(h + 72, mr_digest_value(d));
		}
		store32_at(h + 12, mr_crc32c(0, h + 64,
		    (size_t)mr_load64(h + 48)));
		reseal_header(h);
		mr_digest_add(d, h, 64);
		blocks++;
	}
	mr_digest_close(d);
}

/* Set the byte at place of block k to v, all checksums right. */
static inline struct bytes
with_byte(int k, size_t place, int v)
{
	struct bytes b = model_stream("", 7, 0, 5);

	b.p[block_at(b, k) + place] = (unsigned char)v;
	reseal(b);
	return b;
}

/* s holds model_stream("", items, 0, users), to the bit. */
static inline void
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

#endif
