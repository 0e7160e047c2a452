/* Names of rows and columns: strings, each once, numbered as they came.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_IDS_H
#define MR_DATA_IDS_H

#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

/* All zero is the empty table.  Owns its bytes; freed by mr_ids_free.
 * About 30 bytes an id beside its text. */
struct mr_ids {
	int32_t n;
	struct mr_buf text;	/* the names, end to end */
	size_t *end;		/* [n] where name i ends in text */
	size_t end_cap;
	uint64_t *slot;		/* open addressing: 0, or index + 1 below 32
				 * bits of the name's hash */
	size_t n_slots;		/* a power of two */
};

/*
 * mr_ids_add - the number of name, new or old, in *index; *is_new (may be
 * NULL) says which.  MR_ENOMEM, or MR_ERANGE past 2^31 - 2 names.
 */
int mr_ids_add(struct mr_ids *ids, struct mr_slice name, int32_t *index,
    bool *is_new, struct mr_err *err) MR_CHECKED;
/* mr_ids_find - its number, or -1. */
int32_t mr_ids_find(const struct mr_ids *ids, struct mr_slice name);
/* mr_ids_get - name i; valid until the next add. */
struct mr_slice mr_ids_get(const struct mr_ids *ids, int32_t i);
/*
 * mr_ids_order - order[r] = the number of the r-th name in byte order, and
 * rank[i] = the place of name i in it; both [n], either may be NULL.
 * This is the order in which ties are broken.  O(n log n).
 */
int mr_ids_order(const struct mr_ids *ids, int32_t *order, int32_t *rank,
    struct mr_err *err) MR_CHECKED;
/* mr_ids_map - [from->n] the number in to of every name, -1: it is not there;
 * to be given to free(). */
int32_t *mr_ids_map(const struct mr_ids *from, const struct mr_ids *to,
    struct mr_err *err) MR_CHECKED;
/* mr_ids_clear - no names, in the memory that there is. */
void mr_ids_clear(struct mr_ids *ids);
void mr_ids_free(struct mr_ids *ids);

#endif
