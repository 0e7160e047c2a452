/* The values of one column of films, and which items have them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_ITEM_VALUES_H
#define MR_ENGINE_ITEM_VALUES_H

#include "data/csr.h"
#include "data/table.h"

/* Only read once open.  All zero is empty; freed by mr_item_values_free. */
struct mr_item_values {
	struct mr_ids names;	/* in the order of bytes, each once */
	struct mr_csr of;	/* items x names.n: the values of each item */
};

/*
 * mr_item_values_open - column of films by the numbers of items, found by their
 * names among the keys.  A cell holds the values that | separates; an item
 * without a film, or whose cell has no text, has none, nor has one whose bit
 * i % 64 of allow[i / 64] is 0 (NULL: all count), so each value has an item.
 * Time that of reading the column; memory 16 bytes for each value of an item,
 * and the names.
 */
int mr_item_values_open(struct mr_item_values *v, const struct mr_table *films,
    int column, const struct mr_ids *items, const uint64_t *allow,
    struct mr_err *err) MR_CHECKED;
void mr_item_values_free(struct mr_item_values *v);

#endif
