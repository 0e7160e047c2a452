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
 *   | magic | key | n | XXH3 of the bytes | XXH3 of those 32 | 0 .. | n bytes |
 *     8       8     8   8                   8                  24
 *
 * key is the caller's word for what was packed and how.  Nothing here fails:
 * a file that is not there, damaged or of another key is no file, and one that
 * cannot be written is not.  It is written whole, so of several writers the
 * last one's stays.
 */
struct mr_panels {
	struct mr_map map;
	struct mr_slice bytes;	/* in it, aligned to 64 */
};

/* mr_panels_open - false where there is no such file.  Reads all of it: 5 ms
 * for 40 MiB. */
bool mr_panels_open(struct mr_panels *p, const char *path, uint64_t key);
void mr_panels_write(const char *path, uint64_t key, struct mr_slice bytes);
void mr_panels_close(struct mr_panels *p);

#endif
