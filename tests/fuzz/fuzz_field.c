/* Fuzz target: what mr-ingest makes of a field: clean UTF-8, no blanks around
 * it, and clean already the second time.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "text/utf8_clean.h"
#include "tool/ingest/field.h"
#include "tool/ingest/ingest.h"
#include "tool/ingest/options.h"
#include "tool/ingest/list.h"

static int
count(void *ctx, struct mr_slice value, struct mr_err *err)
{
	(void)value;
	(void)err;
	++*(int *)ctx;
	return MR_OK;
}

/* Of what is no list nothing is taken. */
static void
read_list(struct mr_slice in)
{
	struct mr_buf text = { 0 };
	struct mr_err err = { 0 };
	int n = 0;
	bool ok;

	if (mr_ingest_list(in, &text, count, &n, &ok, &err) == MR_OK)
		assert(ok || n == 0);
	mr_buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice in = { (const char *)data, size };

	read_list(in);
	for (int k = 0; k < 3; k++) {
		struct mr_cleaner c = { .encoding = k == 2 ?
		    MR_ENCODING_LATIN1 : MR_ENCODING_UTF8, .guess_latin1 = k ==
		    1 };
		struct mr_cleaner utf8 = { .encoding = MR_ENCODING_UTF8 };
		struct mr_slice out, again, title, year = { "", 0 };
		struct mr_err err = { 0 };

		if (mr_ingest_clean_init(&c, 1, &err) == MR_OK &&
		    mr_ingest_clean_init(&utf8, 1, &err) == MR_OK &&
		    mr_ingest_clean(&c, 0, in, &out, &err) == MR_OK) {
			assert(mr_utf8_bad(out) == out.n);
			assert(mr_slice_eq(mr_ingest_trim(out), out));
			title = out;
			if (mr_ingest_title_year(&title, &year))
				assert(year.n == 4 && title.n < out.n);
			if (mr_ingest_clean(&utf8, 0, out, &again, &err) ==
			    MR_OK)
				assert(mr_slice_eq(out, again));
		}
		mr_ingest_clean_free(&c);
		mr_ingest_clean_free(&utf8);
	}
	return 0;
}
