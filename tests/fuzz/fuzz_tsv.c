/* Fuzz target: the TSV reader; what it accepts must come back the same after
 * being written again.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "stream/tsv.h"

/* All rows to out, the header first. */
static int
copy_rows(const void *p, size_t n, struct mr_out *out, int64_t *rows)
{
	struct mr_tsv t = { .in.fd = -1 };
	struct mr_in in;
	struct mr_err err = { 0 };
	bool more = true;
	int rc = mr_in_memory(&in, p, n, "input", &err);

	if (rc == MR_OK)
		rc = mr_tsv_begin(&t, &in, NULL, &err);
	*rows = -1;
	while (rc == MR_OK && more) {
		struct mr_slice *s = *rows < 0 ? t.name : t.field;

		for (int i = 0; i < t.n_cols; i++) {
			assert(mr_utf8_bad(s[i]) == s[i].n);
			assert(s[i].n <= MR_FIELD_MAX);
			mr_tsv_put(out, s[i]);
			mr_out_byte(out, i < t.n_cols - 1 ? '\t' : '\n');
		}
		++*rows;
		rc = mr_tsv_next(&t, &more, &err);
	}
	check_told(rc, &err);
	mr_tsv_close(&t);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mr_out out;	/* opened once */
	struct mr_err err = { 0 };
	int64_t rows, again;
	size_t first;

	if (!out.buf && mr_out_open(&out, "/dev/null", &err) != MR_OK)
		abort();
	/* Twice all of it, each byte escaped, must fit into the buffer. */
	if (size > 1 << 14)
		return 0;
	out.n = 0;
	if (copy_rows(data, size, &out, &rows) == MR_OK) {
		char *copy = as_string((struct mr_slice){ out.buf, out.n });
		int rc;

		first = out.n;
		rc = copy_rows(copy, first, &out, &again);
		assert(rc == MR_OK && again == rows);
		assert(out.n == 2 * first &&
		    memcmp(out.buf, out.buf + first, first) == 0);
		free(copy);
	}
	return 0;
}
