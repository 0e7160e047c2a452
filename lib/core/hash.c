/* CRC-32C and XXH3; see hash.h.
 * SPDX-License-Identifier: MIT */
#include "core/hash.h"

#include <stdbool.h>
#include <string.h>
#include <xxhash.h>

/* Four bits at a time: 16 entries are quick to make and need no global. */
static uint32_t
crc_portable(uint32_t crc, const unsigned char *p, size_t n)
{
	uint32_t table[16];

	for (uint32_t i = 0; i < 16; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 4; bit++)
			c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
		table[i] = c;
	}
	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t
crc_sse42(uint32_t crc, const unsigned char *p, size_t n)
{
	uint64_t c = crc, w;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&w, p, 8);
		c = __builtin_ia32_crc32di(c, w);
	}
	for (; n; n--, p++)
		c = __builtin_ia32_crc32qi((uint32_t)c, *p);
	return (uint32_t)c;
}
#endif

uint32_t
mr_crc32c_plain(uint32_t crc, const void *p, size_t n)
{
	return ~crc_portable(~crc, p, n);
}

uint32_t
mr_crc32c(uint32_t crc, const void *p, size_t n)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("sse4.2"))
		return ~crc_sse42(~crc, p, n);
#endif
	return mr_crc32c_plain(crc, p, n);
}

uint64_t
mr_hash64(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

/* struct mr_digest is the library's own state under another name. */

struct mr_digest *
mr_digest_open(void)
{
	XXH3_state_t *d = XXH3_createState();

	if (d)
		XXH3_64bits_reset(d);
	return (struct mr_digest *)d;
}

void
mr_digest_add(struct mr_digest *d, const void *p, size_t n)
{
	XXH3_64bits_update((XXH3_state_t *)d, p, n);
}

uint64_t
mr_digest_value(const struct mr_digest *d)
{
	return XXH3_64bits_digest((const XXH3_state_t *)d);
}

void
mr_digest_close(struct mr_digest *d)
{
	XXH3_freeState((XXH3_state_t *)d);
}
