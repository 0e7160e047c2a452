/* Fuzz target: JSON values one after another, on rising lines, and what paths
 * find in each: text without a NUL, the same whatever blanks are around it.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "stream/json.h"
#include "stream/tsv.h"

static int
nothing(void *ctx, struct mr_slice name, struct mr_err *err)
{
	(void)ctx;
	(void)name;
	(void)err;
	return MR_OK;
}

static void
look_inside(struct mr_json_paths *p, struct mr_slice raw)
{
	struct mr_err err = { 0 };
	bool ok, again;

	if (mr_json_paths_read(p, raw, &ok, &err) != MR_OK)
		abort();
	for (int i = 0; ok && i < p->n; i++)
		assert(p->value[i].n == 0 ||
		    memchr(p->value[i].p, '\0', p->value[i].n) == NULL ||
		    memchr(raw.p, '\0', raw.n));
	if (mr_json_names(raw, nothing, NULL, &err) != MR_OK ||
	    mr_json_paths_read(p, mr_slice_trim(raw), &again, &err) != MR_OK)
		abort();
	assert(ok == again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "a", "a.b", "a[].b", "b[]",
	    "b[][].c", "[].a", "b[a=x].c", "b[:1].c" };
	struct mr_json_paths p = { 0 };
	struct mr_json j = { 0 };
	struct mr_in in;
	struct mr_err err = { 0 };
	int64_t line = 0;
	bool more = true;
	int rc = mr_in_memory(&in, data, size, "fuzz", &err);

	for (size_t i = 0; rc == MR_OK && i < 8; i++)
		rc = mr_json_paths_add(&p, mr_slice_of(paths[i]), false, &err);
	if (rc == MR_OK)
		rc = mr_json_open(&j, &in, &err);
	while (rc == MR_OK && more) {
		rc = mr_json_next(&j, &more, &err);
		if (rc || !more)
			break;
		assert(j.line_no >= line && j.raw.n <= MR_LINE_MAX);
		line = j.line_no;
		look_inside(&p, j.raw);
	}
	check_told(rc, &err);
	mr_json_close(&j);
	mr_json_paths_free(&p);
	mr_in_close(&in);
	return 0;
}
