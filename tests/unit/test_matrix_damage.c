/* Damaged and hostile matrix streams: every one is refused, none crashes and
 * none is believed about its size.
 * SPDX-License-Identifier: MIT */
#include "matrix_build.h"

#include "core/rng.h"

#define N_FLIPS 10000

static void
cut_at_every_byte(void **state)
{
	struct bytes b = model_stream("", 7, 0, 5);

	(void)state;
	assert_refused(b.p, 0, "is empty");
	for (size_t n = 1; n < b.n; n++)
		assert_refused(b.p, n, "truncated");
	free(b.p);
}

static void
every_flipped_bit_is_seen(void **state)
{
	struct bytes b = model_stream("", 7, 0, 300);

	(void)state;
	for (uint64_t k = 0; k < N_FLIPS; k++) {
		uint64_t bit = mr_rng_u64(1, 2, k) % (8 * b.n);
		unsigned char mask = (unsigned char)(1u << bit % 8);

		b.p[bit / 8] ^= mask;
		assert_refused(b.p, b.n, "");
		b.p[bit / 8] ^= mask;
	}
	free(b.p);
}

/* Every byte of every header: lowest bit, highest bit, all bits. */
static void
every_header_byte_is_seen(void **state)
{
	const unsigned char mask[] = { 0x01, 0x80, 0xff };
	struct bytes b = model_stream("", 7, 0, 5);

	(void)state;
	for (size_t at = 0; at < b.n; at += block_size(b.p + at))
		for (size_t i = at; i < at + 64; i++)
			for (int k = 0; k < 3; k++) {
				b.p[i] ^= mask[k];
				assert_refused(b.p, b.n, "");
				b.p[i] ^= mask[k];
			}
	free(b.p);
}

/* A stream with right checksums and the number v at byte field of block k:
 * refused, and no memory taken on its word. */
static void
refuse_size(struct bytes b, int k, size_t field, uint64_t v)
{
	unsigned char *h = b.p + block_at(b, k);
	uint64_t old = mr_load64(h + field);
	struct bytes copy = { malloc(b.n), b.n };
	struct mr_set s;
	struct mr_err err;
	int rc;

	if (v == old) {
		free(copy.p);
		return;
	}
	mr_store64(h + field, v);
	memcpy(copy.p, b.p, b.n);
	if (field == 48)
		reseal_header(copy.p + (h - b.p));
	else
		reseal(copy);
	mr_store64(h + field, old);
	rc = load_bytes(&s, copy.p, copy.n, &err);
	if (rc != MR_EFORMAT || s.r.payload_cap > (size_t)4 << 20)
		fail_msg("block %d, field %zu, value %llu: status %d, '%s', "
		    "%zu bytes", k, field, (unsigned long long)v, rc,
		    err.msg, s.r.payload_cap);
	if (v > (field == 32 ? INT32_MAX : field == 48 ? MR_BLOCK_MAX :
	    (uint64_t)1 << 40))
		assert_non_null(strstr(err.msg, "sizes past the limits"));
	for (int i = 0; i < MR_MATRIX_MAX; i++)
		assert_true(s.cap[i] < 4096 && s.nnz_cap[i] < 65536);
	mr_set_free(&s);
	free(copy.p);
}

static void
sizes_are_not_believed(void **state)
{
	const uint64_t hostile[] = { 0, 1, 255, ((uint64_t)1 << 20) + 1,
	    ((uint64_t)1 << 30) - 64, (uint64_t)1 << 30,
	    ((uint64_t)1 << 31) - 1, (uint64_t)1 << 31, (uint64_t)1 << 32,
	    ((uint64_t)1 << 40) - 1, (uint64_t)1 << 40, (uint64_t)1 << 61,
	    ((uint64_t)1 << 62) + 1, (uint64_t)1 << 63, UINT64_MAX - 7,
	    UINT64_MAX };
	const size_t field[] = { 24, 32, 40, 48 };	/* rows .. length */
	struct bytes b = model_stream("", 7, 0, 5);

	(void)state;
	for (int k = 0; k < 8; k++)	/* META to END */
		for (size_t f = 0; f < 4; f++)
			for (size_t v = 0; v < sizeof hostile /
			    sizeof *hostile; v++)
				refuse_size(b, k, field[f], hostile[v]);
	free(b.p);
}

static void
unknown_kinds_are_refused(void **state)
{
	(void)state;
	refuse_and_free(with_byte(2, 8, 2), "version 2, expected 1");
	refuse_and_free(with_byte(2, 8, 0), "version 0, expected 1");
	refuse_and_free(with_byte(2, 9, 0), "unsupported block type 0");
	refuse_and_free(with_byte(2, 9, 6), "unsupported block type 6");
	refuse_and_free(with_byte(2, 10, 5), "unsupported dtype 5");
	refuse_and_free(with_byte(2, 10, 2), "values do not fit 84 bytes");
	refuse_and_free(with_byte(5, 10, 3), "unsupported dtype 3");
	refuse_and_free(with_byte(2, 10, 0), "unsupported dtype 0");
	refuse_and_free(with_byte(1, 10, 1), "unsupported dtype 1");
	refuse_and_free(with_byte(2, 11, 1), "reserved field");
	refuse_and_free(with_byte(2, 56, 1), "reserved field");
	refuse_and_free(with_byte(2, 16, 'X'), "'X' is not named in META");
	refuse_and_free(with_byte(2, 16, 0), "bad name");
	refuse_and_free(with_byte(2, 16, '-'), "bad name");
	refuse_and_free(with_byte(2, 18, 'V'), "bad name");
	refuse_and_free(with_byte(2, 23, 'V'), "bad name");
	refuse_and_free(with_byte(1, 16, 'j'), "which no matrix has");
	refuse_and_free(with_byte(0, 16, 'E'), "bad name");
	refuse_and_free(with_byte(0, 9, MR_BLOCK_IDS), "bad name");
}

/* The payload of block k, with something after its end. */
static void
padding_must_be_zero(void **state)
{
	struct bytes b = model_stream("", 7, 0, 5);
	unsigned char *h = b.p + block_at(b, 2);

	(void)state;
	h[64 + mr_load64(h + 48)] = 1;
	refuse_and_free(b, "padding is not zero");
}

static void
text_mode_and_other_files(void **state)
{
	struct bytes b = model_stream("", 7, 0, 5);
	unsigned char *lost = malloc(b.n);
	size_t n = 0;

	(void)state;
	/* CR LF turned into LF, as a text-mode copy does. */
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] != '\r' || b.p[i + 1] != '\n')
			lost[n++] = b.p[i];
	assert_refused(lost, n, "damaged by a text-mode copy");
	assert_refused("item\tdim0\na\t1\n", 14, "not a matrix stream");
	assert_refused("x", 1, "not a matrix stream");
	assert_refused("\x93NUMPY\x01\x00", 8, "not a matrix stream");
	assert_refused(b.p + 64, b.n - 64, "not a matrix stream");
	free(lost);
	free(b.p);
}

static void
bytes_after_the_end(void **state)
{
	struct bytes b = model_stream("", 7, 0, 5);
	unsigned char zero[256] = { 0 };
	struct bytes tail = { zero, 1 };

	(void)state;
	for (; tail.n < sizeof zero; tail.n += 5)
		refuse_and_free(join(b, tail), "other bytes after END");
	/* A second stream cut anywhere in its first block or its last. */
	for (size_t n = 1; n < b.n; n += n < 70 || n > b.n - 130 ? 1 : 64)
		refuse_and_free(join(b, (struct bytes){ b.p, n }),
		    "truncated");
	free(b.p);
}

/* The stream without block k. */
static struct bytes
without(struct bytes b, int k)
{
	size_t at = block_at(b, k), n = block_size(b.p + at);

	return join((struct bytes){ b.p, at },
	    (struct bytes){ b.p + at + n, b.n - at - n });
}

/* The stream with block k twice. */
static struct bytes
twice(struct bytes b, int k)
{
	size_t at = block_at(b, k);

	at += block_size(b.p + at);
	return join((struct bytes){ b.p, at }, (struct bytes){ b.p + at -
	    block_size(b.p + block_at(b, k)), b.n - at +
	    block_size(b.p + block_at(b, k)) });
}

static void
blocks_removed_repeated_swapped(void **state)
{
	struct build made;
	struct bytes b, c;
	size_t at, n;

	(void)state;
	/* Without names every block could go unmissed but for END. */
	build_begin(&made, "matrix.E=item dim\n");
	build_dense(&made, "E", 0, 600, 2);
	b = build_end(&made, NULL);
	for (int k = 1; k <= 3; k++) {
		refuse_and_free(without(b, k), "END does not fit");
		refuse_and_free(twice(b, k), "END does not fit");
	}
	/* A wrong count with the right digest. */
	c = join(b, (struct bytes){ NULL, 0 });
	at = block_at(c, 4);
	c.p[at + 64]++;
	store32_at(c.p + at + 12, mr_crc32c(0, c.p + at + 64, 16));
	reseal_header(c.p + at);
	refuse_and_free(c, "END does not fit");
	refuse_and_free(without(b, 0), "expected META");
	refuse_and_free(without(b, 4), "no END");
	refuse_and_free(twice(b, 4), "expected META");
	at = block_at(b, 1);
	n = block_size(b.p + at);
	assert_int_equal(n, block_size(b.p + at + n));
	c = join(b, (struct bytes){ NULL, 0 });
	memcpy(c.p + at, b.p + at + n, n);
	memcpy(c.p + at + n, b.p + at, n);
	refuse_and_free(c, "END does not fit");
	free(b.p);
}



int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(every_flipped_bit_is_seen),
		cmocka_unit_test(every_header_byte_is_seen),
		cmocka_unit_test(sizes_are_not_believed),
		cmocka_unit_test(unknown_kinds_are_refused),
		cmocka_unit_test(padding_must_be_zero),
		cmocka_unit_test(text_mode_and_other_files),
		cmocka_unit_test(bytes_after_the_end),
		cmocka_unit_test(blocks_removed_repeated_swapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
