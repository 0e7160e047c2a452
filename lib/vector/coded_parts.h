/* Between the files of vector/coded.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_CODED_PARTS_H
#define MR_VECTOR_CODED_PARTS_H

#include "vector/coded.h"

#define MR_CODED_QUERIES 48	/* of a task: whole tiles of mr_qdot */

static inline int64_t
mr_coded_blocks(int64_t rows)
{
	return (rows + MR_CODES_BLOCK - 1) / MR_CODES_BLOCK;
}

/* mr_coded_parts - into how many parts the rows of x are cut for s. */
int64_t mr_coded_parts(const struct mr_coded *x, const struct mr_search *s);

/* mr_coded_wanted - may any row of the block be offered, as s->allow says? */
bool mr_coded_wanted(const struct mr_coded *x, const struct mr_search *s,
    int64_t block);

/* mr_coded_unit - to[j] (out) is from[j] times by, as mr_mat_normalise has it. */
void mr_coded_unit(float *to, const float *from, double by, int64_t n);

/* mr_coded_plan - of the rows that a filter leaves: are they better copied, or
 * scored without codes, than all looked at? */
void mr_coded_plan(const struct mr_coded *x, const struct mr_search *s,
    bool *copy, bool *codes);

/*
 * mr_coded_narrow - of x only the rows of allow, for searches alone, with
 * their codes or without; x must stay.  Freed by mr_coded_free, also after a
 * failure.  Memory and time d bytes and d / 4 steps for each of them.
 */
int mr_coded_narrow(struct mr_coded *few, const struct mr_coded *x,
    const uint64_t *allow, bool codes, struct mr_err *err) MR_CHECKED;

#endif
