/* Fuzz target: a template, up to the first NUL, and the fields behind it.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "text/template.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct mr_template t = { 0 };
	struct mr_err err = { 0 };
	struct mr_buf out = { 0 };
	struct mr_slice field;
	int rc;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	rc = mr_template_parse(&t, text, &err);
	check_told(rc, &err);
	field = (struct mr_slice){ text + strlen(text), 0 };
	field.n = size - strlen(text);
	if (rc == MR_OK) {
		assert(t.n > 0 && t.n <= MR_TEMPLATE_PARTS);
		for (int i = 0; i < t.n; i++) {
			assert(t.part[i].text.n == 0 ||
			    (t.part[i].text.p >= text &&
			    t.part[i].text.p + t.part[i].text.n <=
			    text + size));
			t.part[i].col = 0;
		}
		rc = mr_template_add(&t, &field, &out, &err);
		assert(rc == MR_OK || rc == MR_ENOMEM);
	}
	mr_buf_free(&out);
	free(text);
	return 0;
}
