/* Fuzz target: a target, a form and a cookie, taken apart and written again.
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "tool/serve/own.h"
#include "tool/serve/routes.h"

/* What is taken of a cookie is written so that it is taken again, alike. */
static void
cookie(struct mr_slice text)
{
	static const struct mr_site site = { .lo = 0.5, .hi = 5 };
	struct mr_own own = { .host_only = text.n & 1 }, again = own;
	struct mr_write w = { 0 };

	mr_own_read(&own, &site, text);
	assert(own.n >= 0 && own.n <= MR_OWN_MOST && own.n_unknown == own.n);
	assert(!own.bad || own.n == 0);
	mr_own_write(&w, &own);
	assert(w.rc == MR_OK && strlen(w.b.p) == w.b.n - 1);
	mr_own_read(&again, &site, (struct mr_slice){ w.b.p, w.b.n - 1 });
	assert(!again.bad && again.n == own.n);
	for (int k = 0; k < own.n; k++)
		assert(mr_slice_eq(own.r[k].id, again.r[k].id));
	mr_write_free(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice text = { (const char *)data, size };
	struct mr_request q = { .target = text, .body = text };
	struct mr_err err = { 0 };
	struct mr_asked a;

	if (mr_request_target(&q, &err) == MR_OK) {
		assert(q.n_parts >= 1 && q.n_parts <= MR_REQUEST_PARTS);
		assert(mr_utf8_bad(mr_buf_slice(&q.text)) == q.text.n);
		mr_routes_find(&q);
		for (int strict = 0; strict < 2; strict++) {
			mr_asked_read(&a, &q, (1u << MR_ASK_END) - 1, 0,
			    strict);
			assert(a.n >= 1 && a.n <= 100 && a.offset >= 0 &&
			    a.offset <= 10000);
		}
	}
	if (mr_request_form(&q, &err) == MR_OK)
		assert(q.n_values <= MR_REQUEST_VALUES);
	mr_request_free(&q);
	cookie(text);
	return 0;
}
