/* A map from ids, or any text, to others: a TSV of from and to.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_IDMAP_H
#define MR_STORE_IDMAP_H

#include <stdbool.h>

#include "data/ids.h"
#include "stream/io.h"

/* All zero is empty; freed by mr_idmap_free. */
struct mr_idmap {
	struct mr_ids from, to;
	int32_t *at;		/* [from.n] number in to */
	size_t cap;
};

/* mr_idmap_add - from becomes to; what it became before is forgotten. */
int mr_idmap_add(struct mr_idmap *m, struct mr_slice from, struct mr_slice to,
    struct mr_err *err) MR_CHECKED;
/* mr_idmap_get - what s becomes; *known tells; s itself when it is not. */
struct mr_slice mr_idmap_get(const struct mr_idmap *m, struct mr_slice s,
    bool *known);
/* mr_idmap_read - add the columns from and to of the TSV at path.  MR_EFORMAT
 * names the line of an empty from, or of one that becomes something else than
 * above. */
int mr_idmap_read(struct mr_idmap *m, const char *path, struct mr_err *err)
    MR_CHECKED;
/* mr_idmap_write - the same columns, in the order they were added. */
void mr_idmap_write(const struct mr_idmap *m, struct mr_out *out);
void mr_idmap_free(struct mr_idmap *m);

#endif
