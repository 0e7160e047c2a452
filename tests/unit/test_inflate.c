/* Tests of stream/inflate, and of what stream/in makes of compressed files:
 * every kind in pieces of any size, members in a row, cut at every byte, every
 * byte damaged, text that grows a thousandfold.
 * SPDX-License-Identifier: MIT */
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "stream/deflate.h"
#include "stream/inflate.h"
#include "tsv_build.h"

#define ROOM (1 << 20)

static struct mr_err err;

/* What the libraries themselves make of n bytes, behind what is in out. */
static void
pack(enum mr_packed kind, const void *p, size_t n, struct mr_buf *out)
{
	unsigned char *to = malloc(ROOM);
	size_t got = 0;

	if (kind == MR_PACKED_GZIP) {
		z_stream s = { .next_in = (unsigned char *)p,
		    .avail_in = (uInt)n, .next_out = to, .avail_out = ROOM };

		assert_int_equal(deflateInit2(&s, 6, Z_DEFLATED, 31, 8,
		    Z_DEFAULT_STRATEGY), Z_OK);
		assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
		got = ROOM - s.avail_out;
		deflateEnd(&s);
	} else if (kind == MR_PACKED_ZSTD) {
		ZSTD_CCtx *c = ZSTD_createCCtx();

		ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
		got = ZSTD_compress2(c, to, ROOM, p, n);
		assert_false(ZSTD_isError(got));
		ZSTD_freeCCtx(c);
	} else {
		assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32,
		    NULL, p, n, to, &got, ROOM), LZMA_OK);
	}
	assert_int_equal(mr_buf_add(out, to, got, &err), MR_OK);
	free(to);
}

/* All of it, given in pieces of step bytes and taken in pieces of room. */
static int
unpack(enum mr_packed kind, struct mr_slice packed, size_t step, size_t room,
    struct mr_buf *out)
{
	struct mr_slice piece = { packed.p, 0 };
	struct mr_inflate *z;
	char to[4096];
	int rc;

	err = (struct mr_err){ 0 };
	rc = mr_inflate_open(&z, kind, &err);
	out->n = 0;
	for (bool end = false; rc == MR_OK && !end;) {
		size_t left = (size_t)(packed.p + packed.n - piece.p), got;
		bool last;

		if (piece.n == 0)
			piece.n = left < step ? left : step;
		last = piece.n == 0;
		rc = mr_inflate_step(z, &piece, last, to, room, &got, "f",
		    &err);
		if (rc == MR_OK)
			rc = mr_buf_add(out, to, got, &err);
		end = last && got == 0;
	}
	mr_inflate_close(z);
	return rc;
}

static struct mr_buf
sample(size_t n)
{
	struct mr_buf b = { 0 };

	for (size_t i = 0; b.n < n; i++)
		assert_int_equal(mr_buf_addf(&b, &err, "%zu,%zu\n", i * i % 97,
		    i), MR_OK);
	return b;
}

static void
comes_back(void **state)
{
	static const size_t steps[] = { 1, 7, 1000, 100000 };
	struct mr_buf text = sample(20000), packed = { 0 }, got = { 0 };

	(void)state;
	for (int kind = MR_PACKED_GZIP; kind <= MR_PACKED_XZ; kind++) {
		packed.n = 0;
		pack((enum mr_packed)kind, text.p, 5000, &packed);
		pack((enum mr_packed)kind, "", 0, &packed);
		pack((enum mr_packed)kind, text.p + 5000, text.n - 5000,
		    &packed);
		for (int i = 0; i < 4; i++)
			for (int k = 0; k < 2; k++) {
				assert_int_equal(unpack((enum mr_packed)kind,
				    mr_buf_slice(&packed), steps[i],
				    k ? 4096 : 1, &got), MR_OK);
				assert_true(mr_slice_eq(mr_buf_slice(&got),
				    mr_buf_slice(&text)));
			}
	}
	mr_buf_free(&text);
	mr_buf_free(&packed);
	mr_buf_free(&got);
}

/* No cut and no changed byte gives other text with MR_OK, but in what the form
 * does not look at: of gzip, its time and system. */
static void
damage_is_told(void **state)
{
	struct mr_buf text = sample(600), packed = { 0 }, got = { 0 };

	(void)state;
	for (int k = MR_PACKED_GZIP; k <= MR_PACKED_XZ; k++) {
		enum mr_packed kind = (enum mr_packed)k;

		packed.n = 0;
		pack(kind, text.p, text.n, &packed);
		for (size_t n = 1; n < packed.n; n++) {
			assert_int_equal(unpack(kind, (struct mr_slice){
			    packed.p, n }, 64, 4096, &got), MR_EFORMAT);
			assert_non_null(strstr(err.msg, "is the file whole?"));
		}
		for (size_t i = 0; i < packed.n; i++) {
			packed.p[i] ^= 0x55;
			assert_true(unpack(kind, mr_buf_slice(&packed), 64,
			    4096, &got) == MR_EFORMAT || mr_slice_eq(
			    mr_buf_slice(&got), mr_buf_slice(&text)));
			packed.p[i] ^= 0x55;
		}
		/* Something else behind it. */
		assert_int_equal(mr_buf_add(&packed, "x,1\n", 4, &err),
		    MR_OK);
		assert_int_equal(unpack(kind, mr_buf_slice(&packed), 64, 4096,
		    &got), MR_EFORMAT);
	}
	mr_buf_free(&text);
	mr_buf_free(&packed);
	mr_buf_free(&got);
}

static void
zeros_behind_gzip(void **state)
{
	struct mr_buf packed = { 0 }, got = { 0 };

	(void)state;
	pack(MR_PACKED_GZIP, "abc", 3, &packed);
	assert_int_equal(mr_buf_add(&packed, "\0\0\0", 3, &err), MR_OK);
	for (size_t step = 1; step < 100; step += 98) {
		assert_int_equal(unpack(MR_PACKED_GZIP, mr_buf_slice(&packed),
		    step, 4096, &got), MR_OK);
		assert_true(mr_slice_is(mr_buf_slice(&got), "abc"));
	}
	pack(MR_PACKED_GZIP, "abc", 3, &packed);
	assert_int_equal(unpack(MR_PACKED_GZIP, mr_buf_slice(&packed), 64,
	    4096, &got), MR_EFORMAT);
	assert_non_null(strstr(err.msg, "something else stands behind"));
	mr_buf_free(&packed);
	mr_buf_free(&got);
}

static void
kinds_by_first_bytes(void **state)
{
	bool more;

	(void)state;
	assert_int_equal(mr_inflate_kind("", 0, &more), MR_PACKED_NOT);
	assert_true(more);
	assert_int_equal(mr_inflate_kind("\x1f", 1, &more), MR_PACKED_NOT);
	assert_true(more);
	assert_int_equal(mr_inflate_kind("\x1f\x8b", 2, &more),
	    MR_PACKED_GZIP);
	assert_int_equal(mr_inflate_kind("(\xb5/\xfd", 4, &more),
	    MR_PACKED_ZSTD);
	assert_int_equal(mr_inflate_kind("\xfd" "7zXZ", 5, &more),
	    MR_PACKED_NOT);
	assert_true(more);
	assert_int_equal(mr_inflate_kind("\xfd" "7zXZ\0", 6, &more),
	    MR_PACKED_XZ);
	assert_int_equal(mr_inflate_kind("(a", 2, &more), MR_PACKED_NOT);
	assert_false(more);
}

/* As a file: what is read, counted and digested is the text. */
static void
files_are_read(void **state)
{
	struct mr_buf text = sample(700000), packed = { 0 };
	struct mr_digest *d = mr_digest_open();
	char *got = malloc(text.n + 1);

	(void)state;
	mr_digest_add(d, text.p, text.n);
	for (int kind = MR_PACKED_GZIP; kind <= MR_PACKED_XZ; kind++) {
		struct text_file f = text_file("");
		struct mr_in in;
		size_t n;

		packed.n = 0;
		pack((enum mr_packed)kind, text.p, text.n, &packed);
		assert_int_equal(write(f.fd, packed.p, packed.n), packed.n);
		assert_int_equal(mr_in_open(&in, f.path, &err), MR_OK);
		assert_int_equal(mr_in_read(&in, got, text.n + 1, &n, &err),
		    MR_OK);
		assert_int_equal(n, text.n);
		assert_memory_equal(got, text.p, n);
		assert_true(in.eof);
		assert_int_equal(in.n_bytes, n);
		assert_int_equal(in.size, 0);
		assert_true(mr_in_digest(&in) == mr_digest_value(d));
		mr_in_close(&in);
		close(f.fd);
	}
	mr_digest_close(d);
	free(got);
	mr_buf_free(&text);
	mr_buf_free(&packed);
}

/* What we make ourselves, behind what is there. */
static void
deflated(void **state)
{
	struct mr_buf text = sample(20000), packed = { 0 }, got = { 0 };

	(void)state;
	assert_int_equal(mr_deflate(mr_buf_slice(&text), &packed, &err),
	    MR_OK);
	assert_true(packed.n < text.n / 2);
	assert_int_equal(mr_deflate((struct mr_slice){ "", 0 }, &packed, &err),
	    MR_OK);
	assert_int_equal(unpack(MR_PACKED_GZIP, mr_buf_slice(&packed), 1000,
	    4096, &got), MR_OK);
	assert_int_equal(got.n, text.n);
	assert_memory_equal(got.p, text.p, text.n);
	mr_buf_free(&text);
	mr_buf_free(&packed);
	mr_buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(deflated),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(zeros_behind_gzip),
		cmocka_unit_test(kinds_by_first_bytes),
		cmocka_unit_test(files_are_read)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
