/* Fuzz target: the template of mr-embed, NUL, then the text of every field.
 * What it makes must be what a plain walk over the template makes.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "text/template.h"

static void
add(struct mr_buf *b, const char *p, size_t n)
{
	struct mr_err err = { 0 };

	if (mr_buf_add(b, p, n, &err) != MR_OK)
		abort();
}

static void
add_values(struct mr_buf *out, struct mr_slice field)
{
	for (size_t i = 0; i < field.n; i++)
		if (field.p[i] == '|')
			add(out, ", ", 2);
		else
			add(out, &field.p[i], 1);
}

/* An accepted template byte by byte. */
static void
walk(const char *s, struct mr_slice field, struct mr_buf *out)
{
	while (*s) {
		const char *close;

		if (*s != '{' || s[1] == '{') {
			add(out, s, 1);
			s += *s == '{' || *s == '}' ? 2 : 1;
			continue;
		}
		close = strchr(s, '}');
		assert(close && close > s + 1);
		if (close - s == 6 && memcmp(s, "{genre", 6) == 0)
			add_values(out, field);
		else
			add(out, field.p, field.n);
		s = close + 1;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice rest = { (const char *)data, size };
	char *text = as_string(cut_input(&rest));
	struct mr_slice field[MR_TEMPLATE_PARTS];
	struct mr_buf got = { 0 }, want = { 0 };
	struct mr_template t;
	struct mr_err err = { 0 };
	int rc = mr_template_parse(&t, text, &err);

	check_told(rc, &err);
	if (!rest.p)
		rest = (struct mr_slice){ "", 0 };
	if (rc == MR_OK) {
		assert(t.n >= 1 && t.n <= MR_TEMPLATE_PARTS);
		for (int i = 0; i < t.n; i++) {
			field[i] = rest;
			t.part[i].col = i;
		}
		assert(mr_template_add(&t, field, &got, &err) == MR_OK);
		walk(text, rest, &want);
		assert(mr_slice_eq(mr_buf_slice(&got), mr_buf_slice(&want)));
	}
	mr_buf_free(&got);
	mr_buf_free(&want);
	free(text);
	return 0;
}
