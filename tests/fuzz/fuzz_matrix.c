/* Fuzz target: the reader of the matrix stream, first on the bytes as they
 * are, then with checksums and END made right, so that mutations pass them.
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/hash.h"
#include "stream/matrix_frame.h"
#include "stream/matrix_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a reader believes of an accepted stream must hold. */
static void
check_set(const struct mr_set *s)
{
	for (int i = 0; i < s->r.n_matrices; i++) {
		const struct mr_matrix_info *m = &s->r.matrix[i];
		const struct mr_csr *c = &s->csr[i];

		if (m->type == MR_DENSE)
			assert(s->mat[i].rows == m->rows &&
			    s->mat[i].cols == m->cols);
		if (m->type != MR_CSR || !c->ptr)
			continue;
		assert(c->rows == m->rows && mr_csr_nnz(c) == m->nnz);
		for (int64_t k = 0; k < m->nnz; k++)
			assert(c->idx[k] >= 0 && c->idx[k] < m->cols);
	}
}

static void
read_all(const uint8_t *data, size_t size)
{
	struct mr_set s;
	struct mr_err err = { 0 };
	char path[64];
	int fd = memfd_create("fuzz", 0), rc;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rc = mr_set_load(&s, path, &err);
	assert(rc == MR_OK || (rc == err.code && err.msg[0]));
	if (rc == MR_OK)
		check_set(&s);
	mr_set_free(&s);
	close(fd);
}

static void
store32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++, v >>= 8)
		p[i] = (uint8_t)v;
}

/* Magic, checksums, padding and END as they should be, block by block. */
static void
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
		if (p[9] == MR_END && len >= 16) {
			mr_store64(p + 64, blocks);
			mr_store64(p + 72, mr_digest_value(d));
		}
		for (uint64_t i = len; i % 64; i++)
			p[64 + i] = 0;
		store32(p + 12, mr_crc32c(0, p + 64, (size_t)len));
		store32(p + 60, mr_crc32c(0, p, 60));
		mr_digest_add(d, p, 64);
		blocks++;
		if (p[9] == MR_END) {
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	read_all(data, size);
	if (copy) {
		memcpy(copy, data, size);
		seal(copy, size);
		read_all(copy, size);
	}
	free(copy);
	return 0;
}
