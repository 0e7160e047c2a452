/* Names, and how often each stood.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_COUNTED_H
#define MR_DATA_COUNTED_H

#include "data/ids.h"

/* All zero is empty; freed by mr_counted_free.  8 bytes a name beside it. */
struct mr_counted {
	struct mr_ids ids;
	int64_t *n;		/* [ids.n] */
	size_t cap;
	int64_t total;		/* sum of n */
	int32_t last;		/* number of the name added last, -1: none */
};

/* mr_counted_add - one more of a name; of an empty one nothing, last is then
 * -1.  Files are often grouped: the last name is tried first. */
int mr_counted_add(struct mr_counted *c, struct mr_slice name,
    struct mr_err *err) MR_CHECKED;
void mr_counted_free(struct mr_counted *c);

#endif
