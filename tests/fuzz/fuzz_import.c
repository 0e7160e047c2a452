/* Fuzz target: ratings given elsewhere, in any form, and forms with files.
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <math.h>

#include "fuzz.h"
#include "tool/serve/import.h"
#include "tool/serve/multipart.h"
#include "tool/serve/request.h"

/* The first line is the media type. */
static void
form(struct mr_slice text)
{
	struct mr_request q = { .type = mr_slice_cut(&text, '\n'),
	    .body = text };
	struct mr_err err = { 0 };

	if (!text.p)
		return;
	if (mr_request_form(&q, &err) == MR_OK)
		assert(q.n_values <= MR_REQUEST_VALUES);
	for (int i = 0; i < q.n_values &&
	    mr_multipart_boundary(q.type).n; i++)
		assert(q.value[i].value.p >= text.p && q.value[i].value.p +
		    q.value[i].value.n <= text.p + text.n);
	mr_request_free(&q);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mr_site site = { .lo = 0.5, .hi = 5 };
	struct mr_slice text = { (const char *)data, size };
	struct mr_import m;
	struct mr_err err = { 0 };

	if (mr_import_read(&m, &site, text, &err) == MR_OK) {
		assert(m.n == 0 && m.n_missed == m.n_rows);
		assert(m.n_rows <= MR_IMPORT_ROWS && m.top > 0);
		for (int64_t k = 0; k < m.n_missed; k++)
			assert(m.miss[k].why && m.miss[k].from +
			    m.miss[k].n <= m.text.n);
		assert(mr_utf8_bad(mr_buf_slice(&m.text)) == m.text.n);
	} else {
		assert(err.msg[0]);
	}
	mr_import_free(&m);
	form(text);
	return 0;
}
