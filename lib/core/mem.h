/* Allocation with checked sizes; nothing here aborts.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_MEM_H
#define MR_CORE_MEM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

#define MR_ALIGN 64	/* a cache line and an AVX-512 register */

/* mr_mul, mr_add - *out = a * b or a + b; false when it does not fit. */
static inline bool
mr_mul(size_t a, size_t b, size_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

static inline bool
mr_add(size_t a, size_t b, size_t *out)
{
	return !__builtin_add_overflow(a, b, out);
}

/*
 * mr_alloc - n * size zeroed bytes, 64-byte aligned, to be given to free().
 * Returns NULL with err filled when the product overflows or memory is short;
 * never NULL otherwise, not even for 0 bytes.  what names it in the message.
 */
void *mr_alloc(size_t n, size_t size, const char *what, struct mr_err *err)
    MR_CHECKED;

/* mr_alloc_large - the same for an array that is read here and there: in huge
 * pages where the system has them, which spare looking up where each is. */
void *mr_alloc_large(size_t n, size_t size, const char *what,
    struct mr_err *err) MR_CHECKED;

/* mr_alloc_unset - n bytes that are not set, for a buffer that may stay
 * untouched for the most part. */
void *mr_alloc_unset(size_t n, const char *what, struct mr_err *err) MR_CHECKED;

/*
 * mr_grow - make *p (a malloc'd array of *cap elements of size bytes) hold at
 * least need elements, by doubling; new elements are not set.  On failure *p
 * and *cap stay as they were.  Returns MR_OK or MR_ENOMEM.
 */
int mr_grow(void *p, size_t *cap, size_t need, size_t size, const char *what,
    struct mr_err *err) MR_CHECKED;

#endif
