/* Weights packed once, in a file beside the model, for the runs after.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_PANELS_H
#define MR_STORE_PANELS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"
#include "stream/map.h"

/* Less is packed again in no time: it gets no file. */
#define MR_PANELS_LEAST ((size_t)4 << 20)

/*
 *   | magic | key | n | XXH3 of the bytes | of the source | its stamp |
 *     8       8     8   8                   8               8
 *   | XXH3 of those 48 | 0 | n bytes |
 *     8                  8
 *
 * key is the caller's word for how it was packed; source, the file of the
 * weights.  Nothing here fails: a file that is not there, damaged, of another
 * key or source is no file, and one that cannot be written is not.  It is
 * written whole, so of several writers the last one's stays.
 */
struct mr_panels {
	struct mr_map map;
	struct mr_slice bytes;	/* in it, aligned to 64 */
	bool old;		/* to be written again, with the new stamp */
};

/*
 * mr_panels_open - false where there is no such file.
 *
 * digest (out, in any case) is XXH3 of the source.  It is read for that, unless
 * it has the stamp it had when the file was written, more than MR_PANELS_REST
 * seconds after the source was changed: then a change that left the stamp as it
 * was would have to be one that went on while the source was read.  Reads all
 * of the file.
 */
#define MR_PANELS_REST 10
bool mr_panels_open(struct mr_panels *p, const char *path, uint64_t key,
    const struct mr_map *source, uint64_t *digest);
/* mr_panels_write - of a source of that digest. */
void mr_panels_write(const char *path, uint64_t key,
    const struct mr_map *source, uint64_t digest, struct mr_slice bytes);
void mr_panels_close(struct mr_panels *p);

#endif
