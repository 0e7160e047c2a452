/* Rows brought together by a number that each has: a counting sort.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_GROUP_H
#define MR_DATA_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* Group g holds row[ptr[g]] .. row[ptr[g + 1] - 1], rising.  All zero has no
 * group; freed by mr_group_free. */
struct mr_group {
	int64_t *ptr;		/* [n_groups + 1] */
	uint32_t *row;		/* [n] */
};

/*
 * mr_group_by - the numbers 0 .. n - 1 by their keys, 0 <= key < n_groups:
 * an int32_t at key, then one each stride bytes.  MR_ERANGE past 2^32 - 1
 * rows, MR_ENOMEM.  O(n + n_groups); 4 bytes a row and 8 a group.
 */
int mr_group_by(struct mr_group *g, const int32_t *key, size_t stride,
    size_t n, int32_t n_groups, const char *what, struct mr_err *err)
    MR_CHECKED;
void mr_group_free(struct mr_group *g);

#endif
