/* Fuzz target: the CSV reader; rows that it accepts must come back the same
 * from their raw text and after being written again, every field in quotes.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "stream/csv.h"
#include "stream/tsv.h"

static void
add(struct mr_buf *out, const char *p, size_t n)
{
	struct mr_err err = { 0 };

	if (mr_buf_add(out, p, n, &err) != MR_OK)
		abort();
}

static void
add_row(struct mr_buf *out, const struct mr_csv *c)
{
	assert(c->n <= MR_COLS_MAX);
	for (int i = 0; i < c->n; i++) {
		add(out, i ? ",\"" : "\"", 1 + (i > 0));
		assert(c->field[i].n <= MR_FIELD_MAX);
		for (size_t k = 0; k < c->field[i].n; k++)
			add(out, c->field[i].p[k] == '"' ? "\"\"" :
			    &c->field[i].p[k], 1 + (c->field[i].p[k] == '"'));
		add(out, "\"", 1);
	}
	add(out, "\n", 1);
}

/* begins: a byte order mark at the start is none of the text. */
static int
copy_rows(const void *p, size_t n, bool begins, struct mr_buf *out,
    struct mr_buf *raw)
{
	struct mr_csv c = { 0 };
	struct mr_in in;
	struct mr_err err = { 0 };
	int64_t line = 0;
	bool more = true;
	int rc = mr_in_memory(&in, p, n, "fuzz", &err);

	if (rc == MR_OK && begins)
		rc = mr_in_begin_text(&in, &err);
	if (rc == MR_OK)
		rc = mr_csv_open(&c, &in, ',', 1, &err);
	while (rc == MR_OK && more) {
		rc = mr_csv_next(&c, &more, &err);
		if (rc == MR_OK && more) {
			assert(c.line_no > line);
			line = c.line_no;
			add_row(out, &c);
			add(raw, c.raw.p, c.raw.n);
			add(raw, "\n", 1);
		}
	}
	check_told(rc, &err);
	mr_csv_close(&c);
	mr_in_close(&in);
	return rc;
}

/* The rows of text are those that want holds. */
static void
check_same(const struct mr_buf *text, const struct mr_buf *want)
{
	struct mr_buf got = { 0 }, raw = { 0 };
	int rc = copy_rows(text->p, text->n, false, &got, &raw);

	assert(rc == MR_OK);
	assert(mr_slice_eq(mr_buf_slice(&got), mr_buf_slice(want)));
	mr_buf_free(&got);
	mr_buf_free(&raw);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_buf first = { 0 }, raw = { 0 };

	if (copy_rows(data, size, true, &first, &raw) == MR_OK && first.n) {
		check_same(&first, &first);
		check_same(&raw, &first);
	}
	mr_buf_free(&first);
	mr_buf_free(&raw);
	return 0;
}
