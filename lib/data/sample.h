/* Has this name been seen?  In memory that does not grow.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_SAMPLE_H
#define MR_DATA_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

#define MR_SAMPLE_MAX 65536	/* names at most */

/*
 * Of up to MR_SAMPLE_MAX names all, of more those of small hashes: a half, a
 * quarter and so on, and a half of MR_SAMPLE_MAX at least, but for chance.  Of
 * s names out of n that come again all are overlooked with a probability of
 * (1 - MR_SAMPLE_MAX / 2 / n)^s.  Which names stay depends on the names alone,
 * and not on their order.
 *
 * All zero is empty; freed by mr_sample_free.  Memory 1 MiB.
 */
struct mr_sample {
	uint64_t *slot;		/* hashes by open addressing; 0: free */
	size_t n;
	int halved;		/* so many times: a hash has to be below
				 * 2^(64 - halved) */
};

/* mr_sample_add - a name that has not been added; MR_ENOMEM. */
int mr_sample_add(struct mr_sample *s, struct mr_slice name,
    struct mr_err *err) MR_CHECKED;
/* mr_sample_has - is it one of those kept?  Of other names true by chance, with
 * 2^-48 at most, the share of hashes taken. */
bool mr_sample_has(const struct mr_sample *s, struct mr_slice name);
void mr_sample_free(struct mr_sample *s);

#endif
