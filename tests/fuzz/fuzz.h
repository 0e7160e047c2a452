/* What all fuzz targets need.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_FUZZ_H
#define MR_TESTS_FUZZ_H

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A failure leaves its status and one line for a terminal. */
static inline void
check_told(int rc, const struct mr_err *err)
{
	assert(rc == err->code);
	assert((rc == MR_OK) == (err->msg[0] == '\0'));
	for (const char *p = err->msg; *p; p++)
		assert((unsigned char)*p >= ' ' && *p != 0x7f);
}

/* Cut the input at the first NUL, which goes; *rest gets what is behind. */
static inline struct mr_slice
cut_input(struct mr_slice *rest)
{
	struct mr_slice part = mr_slice_cut(rest, '\0');

	return part.p ? part : (struct mr_slice){ "", 0 };
}

/* The same with a NUL at its end, to be freed. */
static inline char *
as_string(struct mr_slice s)
{
	char *p = malloc(s.n + 1);

	if (!p)
		abort();
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

#endif
