/* Packed weights in a file; see panels.h.
 * SPDX-License-Identifier: MIT */
#include "store/panels.h"

#include <string.h>

#include "core/hash.h"
#include "stream/io.h"

struct head {
	char magic[8];
	uint64_t key, n, digest, seal;
	uint64_t zero[3];
};

static struct head
head_of(uint64_t key, struct mr_slice bytes)
{
	struct head h = { .magic = "\x89MRP\r\n\x1a\n", .key = key,
	    .n = bytes.n, .digest = mr_hash64(bytes.p, bytes.n) };

	h.seal = mr_hash64(&h, 32);
	return h;
}

bool
mr_panels_open(struct mr_panels *p, const char *path, uint64_t key)
{
	struct mr_err err = { 0 };
	struct head is, want;

	*p = (struct mr_panels){ 0 };
	if (mr_map_open(&p->map, path, &err) != MR_OK)
		return false;
	if (p->map.n > sizeof is) {
		memcpy(&is, p->map.p, sizeof is);
		p->bytes = (struct mr_slice){ (const char *)p->map.p +
		    sizeof is, p->map.n - sizeof is };
		/* Of another key: not worth reading. */
		if (is.key == key && is.n == p->bytes.n) {
			want = head_of(key, p->bytes);
			if (memcmp(&is, &want, sizeof is) == 0)
				return true;
		}
	}
	mr_panels_close(p);
	return false;
}

void
mr_panels_write(const char *path, uint64_t key, struct mr_slice bytes)
{
	struct mr_out out = { .fd = -1 };
	struct mr_err err = { 0 };
	struct head h;

	if (bytes.n < MR_PANELS_LEAST || mr_out_open(&out, path, &err) != MR_OK)
		return;
	h = head_of(key, bytes);
	mr_out_write(&out, &h, sizeof h);
	mr_out_write(&out, bytes.p, bytes.n);
	/* What went wrong is none of the caller's business. */
	if (mr_out_close(&out, &err) != MR_OK)
		return;
}

void
mr_panels_close(struct mr_panels *p)
{
	mr_map_close(&p->map);
	p->bytes = (struct mr_slice){ 0 };
}
