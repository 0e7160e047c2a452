/* Packed weights in a file; see panels.h.
 * SPDX-License-Identifier: MIT */
#include "store/panels.h"

#include <stddef.h>
#include <string.h>

#include "core/hash.h"
#include "stream/io.h"

struct head {
	char magic[8];
	uint64_t key, n, digest, source, stamp, seal, zero;
};

static struct head
sealed(struct head h)
{
	memcpy(h.magic, "\x89MRP\r\n\x1a\n", sizeof h.magic);
	h.seal = mr_hash64(&h, offsetof(struct head, seal));
	h.zero = 0;
	return h;
}

/* The head of p's file, if it is of that key and nothing of it is missing. */
static bool
take_head(struct mr_panels *p, uint64_t key, struct head *is)
{
	struct head want;

	if (p->map.n <= sizeof *is)
		return false;
	memcpy(is, p->map.p, sizeof *is);
	p->bytes = (struct mr_slice){ (const char *)p->map.p + sizeof *is,
	    p->map.n - sizeof *is };
	want = sealed(*is);
	return memcmp(is, &want, sizeof want) == 0 && is->key == key &&
	    is->n == p->bytes.n;
}

bool
mr_panels_open(struct mr_panels *p, const char *path, uint64_t key,
    const struct mr_map *source, uint64_t *digest)
{
	struct mr_err err = { 0 };
	struct head is = { 0 };
	bool found;

	*p = (struct mr_panels){ 0 };
	found = mr_map_open(&p->map, path, &err) == MR_OK &&
	    take_head(p, key, &is);
	p->old = found && (is.stamp != source->stamp ||
	    p->map.changed_s - source->changed_s <= MR_PANELS_REST);
	*digest = found && !p->old ? is.source :
	    mr_hash64(source->p, source->n);
	if (found && is.source == *digest &&
	    is.digest == mr_hash64(p->bytes.p, p->bytes.n))
		return true;
	mr_panels_close(p);
	return false;
}

void
mr_panels_write(const char *path, uint64_t key, const struct mr_map *source,
    uint64_t digest, struct mr_slice bytes)
{
	struct mr_out out = { .fd = -1 };
	struct mr_err err = { 0 };
	struct head h;

	if (bytes.n < MR_PANELS_LEAST || mr_out_open(&out, path, &err) != MR_OK)
		return;
	h = sealed((struct head){ .key = key, .n = bytes.n,
	    .digest = mr_hash64(bytes.p, bytes.n), .source = digest,
	    .stamp = source->stamp });
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
	p->old = false;
}
