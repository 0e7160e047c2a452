/* A matrix stream with its checksums and END made right, so that mutations
 * pass them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_FUZZ_SEAL_H
#define MR_TESTS_FUZZ_SEAL_H

#include "core/hash.h"
#include "fuzz.h"
#include "stream/matrix_frame.h"

static inline void
seal_store32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++, v >>= 8)
		p[i] = (uint8_t)v;
}

/* Magic, checksums, padding and END as they should be, block by block. */
static inline void
seal(uint8_t *p, size_t n)
{
	static const uint8_t magic[10] = "\x89MRM\r\n\x1a\n\x01";
	struct mr_digest *d = mr_digest_open();
	uint64_t blocks = 0;

	while (d && n >= 64) {
		uint64_t len = mr_load64(p + 48), room;

		memcpy(p, magic, 9);
		memset(p + 56, 0, 4);
		p[9] = (uint8_t)(p[9] % 6);
		room = (n - 64) / 64 * 64;
		if (len > room)
			len = room;
		mr_store64(p + 48, len);
		if (p[9] == MR_BLOCK_END && len >= 16) {
			mr_store64(p + 64, blocks);
			mr_store64(p + 72, mr_digest_value(d));
		}
		for (uint64_t i = len; i % 64; i++)
			p[64 + i] = 0;
		seal_store32(p + 12, mr_crc32c(0, p + 64, (size_t)len));
		seal_store32(p + 60, mr_crc32c(0, p, 60));
		mr_digest_add(d, p, 64);
		blocks++;
		if (p[9] == MR_BLOCK_END) {
			mr_digest_close(d);
			d = mr_digest_open();
			blocks = 0;
		}
		len = 64 + (len + 63) / 64 * 64;
		p += len;
		n -= (size_t)len;
	}
	if (d)
		mr_digest_close(d);
}

/* Give the input to fn as it is, then sealed. */
static inline void
raw_and_sealed(const uint8_t *data, size_t size,
    void (*fn)(const uint8_t *data, size_t size))
{
	uint8_t *copy = malloc(size + 1);

	fn(data, size);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	seal(copy, size);
	fn(copy, size);
	free(copy);
}

#endif
