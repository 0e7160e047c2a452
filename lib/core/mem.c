/* Allocation with checked sizes; see mem.h.
 * SPDX-License-Identifier: MIT */
#include "core/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define LARGE (2 * HUGE_PAGE)	/* below it they are not worth the waste */

void *
mr_alloc(size_t n, size_t size, const char *what, struct mr_err *err)
{
	size_t bytes;
	void *p = NULL;

	if (!mr_mul(n, size, &bytes) || bytes > PTRDIFF_MAX) {
		mr_err_nomem(err, (double)n * (double)size, what);
		return NULL;
	}
	if (bytes == 0)
		bytes = 1;	/* never NULL */
	if (posix_memalign(&p, MR_ALIGN, bytes) != 0) {
		mr_err_nomem(err, (double)bytes, what);
		return NULL;
	}
	memset(p, 0, bytes);
	return p;
}

void *
mr_alloc_large(size_t n, size_t size, const char *what, struct mr_err *err)
{
	size_t bytes;
	void *p = NULL;

	if (!mr_mul(n, size, &bytes) || bytes < LARGE)
		return mr_alloc(n, size, what, err);
	if (bytes > PTRDIFF_MAX || posix_memalign(&p, HUGE_PAGE, bytes) != 0) {
		mr_err_nomem(err, (double)bytes, what);
		return NULL;
	}
	/* Where the system has none of them nothing changes. */
	(void)madvise(p, bytes, MADV_HUGEPAGE);
	memset(p, 0, bytes);
	return p;
}

void *
mr_alloc_unset(size_t n, const char *what, struct mr_err *err)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		mr_err_nomem(err, (double)n, what);
	return p;
}

int
mr_grow(void *p, size_t *cap, size_t need, size_t size, const char *what,
    struct mr_err *err)
{
	size_t n = *cap ? *cap : 16, bytes;
	void *old, *new;

	if (need <= *cap)
		return MR_OK;
	while (n < need && n <= SIZE_MAX / 2)
		n *= 2;
	if (n < need)
		n = need;
	if (!mr_mul(n, size, &bytes) || bytes > PTRDIFF_MAX)
		return mr_err_nomem(err, (double)n * (double)size, what);
	memcpy(&old, p, sizeof old);
	new = realloc(old, bytes);
	if (!new)
		return mr_err_nomem(err, (double)bytes, what);
	memcpy(p, &new, sizeof new);
	*cap = n;
	return MR_OK;
}
