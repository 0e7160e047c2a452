/* Fuzz target: a filter over films.  What is accepted must choose the rows that
 * `not (..)` of it leaves, and all that is chosen must be rows.
 * SPDX-License-Identifier: MIT */
#include "engine/filter.h"
#include "fuzz.h"

#define ROWS 70

static void
films_new(struct mr_table *t)
{
	static const char *const names[] = { "title", "year", "genre" };
	static const char *const cells[] = { "", "1990", "a|b", "Ünder", "x'",
		"-1e3" };
	struct mr_err err = { 0 };
	int32_t at;
	bool is_new;

	for (int c = 0; c < 3; c++)
		if (mr_ids_add(&t->columns, mr_slice_of(names[c]), &at,
		    &is_new, &err))
			abort();
	for (int i = 0; i < ROWS; i++) {
		char id[2] = { (char)('0' + i / 10), (char)('0' + i % 10) };
		struct mr_slice cell[3];

		for (int c = 0; c < 3; c++)
			cell[c] = mr_slice_of(cells[(i >> c) % 6]);
		if (mr_table_add(t, (struct mr_slice){ id, 2 }, cell, &err))
			abort();
	}
}

static int
run(const struct mr_table *t, struct mr_slice text, uint64_t rows[2])
{
	struct mr_filter *f;
	struct mr_err err = { 0 };
	int rc = mr_filter_parse(&f, text, t, mr_slice_of("item"), &err);

	check_told(rc, &err);
	assert((rc == MR_OK) == (f != NULL));
	if (rc == MR_OK && mr_filter_run(f, t, rows, &err))
		abort();
	mr_filter_free(f);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mr_table t;	/* made once */
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };
	uint64_t yes[2] = { ~0ull, ~0ull }, no[2];

	if (t.keys.n == 0)
		films_new(&t);
	if (run(&t, (struct mr_slice){ (const char *)data, size }, yes) ==
	    MR_OK) {
		assert(yes[1] >> (ROWS - 64) == 0);
		if (mr_buf_add(&b, "not (", 5, &err) ||
		    mr_buf_add(&b, data, size, &err) ||
		    mr_buf_add(&b, ")", 1, &err))
			abort();
		/* Two levels deeper, six bytes longer: it may be too much. */
		if (run(&t, mr_buf_slice(&b), no) == MR_OK)
			assert((yes[0] ^ no[0]) == ~0ull &&
			    (yes[1] ^ no[1]) == ((1ull << (ROWS - 64)) - 1));
	}
	mr_buf_free(&b);
	return 0;
}
