/* Fuzz target: rows with backslashes; those that it accepts come back the same
 * after being written again, every field in quotes.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "stream/backslash.h"
#include "stream/tsv.h"

static void
add(struct mr_buf *out, const char *p, size_t n)
{
	struct mr_err err = { 0 };

	if (mr_buf_add(out, p, n, &err) != MR_OK)
		abort();
}

static void
add_row(struct mr_buf *out, const struct mr_backslash *b)
{
	assert(b->n > 0 && b->n <= MR_COLS_MAX);
	for (int i = 0; i < b->n; i++) {
		add(out, i ? ",\"" : "\"", 1 + (i > 0));
		assert(b->field[i].n <= MR_FIELD_MAX);
		for (size_t k = 0; k < b->field[i].n; k++) {
			const char *c = &b->field[i].p[k];

			if (*c == '"' || *c == '\\')
				add(out, "\\", 1);
			add(out, c, 1);
		}
		add(out, "\"", 1);
	}
	add(out, "\n", 1);
}

static int
copy_rows(const void *p, size_t n, struct mr_buf *out)
{
	struct mr_backslash b = { 0 };
	struct mr_in in;
	struct mr_err err = { 0 };
	int64_t line = 0;
	bool more = true;
	int rc = mr_in_memory(&in, p, n, "fuzz", &err);

	if (rc == MR_OK)
		rc = mr_backslash_open(&b, &in, ',', 1, &err);
	while (rc == MR_OK && more) {
		rc = mr_backslash_next(&b, &more, &err);
		if (rc == MR_OK && more) {
			assert(b.line_no > line);
			line = b.line_no;
			add_row(out, &b);
		}
	}
	check_told(rc, &err);
	mr_backslash_close(&b);
	mr_in_close(&in);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_buf first = { 0 }, again = { 0 };

	if (copy_rows(data, size, &first) == MR_OK && first.n) {
		int rc = copy_rows(first.p, first.n, &again);

		assert(rc == MR_OK);
		assert(mr_slice_eq(mr_buf_slice(&first),
		    mr_buf_slice(&again)));
	}
	mr_buf_free(&first);
	mr_buf_free(&again);
	return 0;
}
