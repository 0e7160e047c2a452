/* Checksums and hashes.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_HASH_H
#define MR_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * mr_crc32c - CRC-32C (Castagnoli, reflected 0x82f63b78, as in RFC 3720) of
 * n more bytes; start with crc = 0.  The CPU's instruction where it has one.
 */
uint32_t mr_crc32c(uint32_t crc, const void *p, size_t n);
/* mr_crc32c_plain - the same without that instruction. */
uint32_t mr_crc32c_plain(uint32_t crc, const void *p, size_t n);

/* mr_hash64 - XXH3 of n bytes, for tables. */
uint64_t mr_hash64(const void *p, size_t n);

/* A digest of bytes that arrive bit by bit: XXH3, 64 bits.  open returns
 * NULL when memory is short; close frees. */
struct mr_digest;
struct mr_digest *mr_digest_open(void);
void mr_digest_add(struct mr_digest *d, const void *p, size_t n);
uint64_t mr_digest_value(const struct mr_digest *d);
void mr_digest_close(struct mr_digest *d);

#endif
