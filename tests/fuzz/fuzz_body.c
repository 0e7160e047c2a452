/* Fuzz target: bodies of JSON about somebody unknown.
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "tool/serve/body.h"

/* Film 0 is "a". */
static struct mr_site *
site(void)
{
	static struct mr_site s = { .lo = 0.5, .hi = 5 };
	struct mr_err err = { 0 };
	int32_t at;

	if (s.films.keys.n == 0 && mr_ids_add(&s.films.keys,
	    mr_slice_of("a"), &at, NULL, &err))
		abort();
	return &s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_request q = { 0 };
	struct mr_asked a;
	struct mr_body b;
	struct mr_err err = { 0 };

	mr_asked_read(&a, &q, 0, 0, true);
	if (mr_body_read(&b, site(), (struct mr_slice){ (const char *)data,
	    size }, &a, &err) != MR_OK)
		abort();
	assert(b.n <= 1 && b.n_but <= MR_BODY_RATINGS);
	assert(b.unknown <= 2 * MR_BODY_RATINGS);
	assert(mr_utf8_bad(mr_slice_of(b.parameter)) == strlen(b.parameter));
	if (!b.detail) {
		assert(b.n + b.unknown > 0);
		assert(a.n >= 1 && a.n <= 100 && a.offset <= 10000);
		assert(b.n == 0 || (b.r[0].film == 0 &&
		    b.r[0].rating >= 0.5F && b.r[0].rating <= 5));
		assert(a.n_genres <= MR_ASKED_GENRES);
	}
	mr_body_free(&b);
	return 0;
}
