/* The places of a store's parts in its file, found by the headers of blocks.
 * Private to the store's files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_INDEX_LAYOUT_H
#define MR_STORE_INDEX_LAYOUT_H

#include "store/index_map.h"

#define MR_STORE_LETTERS "EOCSBLDT"	/* the parts, in their order */

/* mr_store_layout - of x, mapped: META, digest, n, names and part, the headers
 * checked as a reader of the stream does; *fits is false where they are not
 * those of one store with blocks of 256 rows.  MR_ENOMEM. */
int mr_store_layout(struct mr_store_map *x, bool *fits, struct mr_err *err)
    MR_CHECKED;

#endif
