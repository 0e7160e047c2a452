/* Fuzz target: tables of pages: places, cells and texts within bounds, texts
 * well-formed and without blanks around them.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "text/html.h"

static void
check(const struct mr_html *h)
{
	size_t row = 0, slot = 0;

	assert(h->n_title <= h->text.n && h->title <= h->text.n - h->n_title);
	for (size_t t = 0; t < h->n_tables; t++) {
		assert(h->table_end[t] >= row);
		for (; row < h->table_end[t]; row++) {
			assert(h->row_end[row] >= slot);
			assert(h->row_end[row] - slot <= 1000);
			slot = h->row_end[row];
		}
	}
	assert(row == h->n_rows && slot == h->n_slots);
	for (size_t s = 0; s < h->n_slots; s++)
		assert(h->slot[s] >= -1 && (h->slot[s] < 0 ||
		    (size_t)h->slot[s] < h->n_cells));
	for (size_t c = 0; c < h->n_cells; c++) {
		struct mr_slice s = mr_html_text(h, &h->cell[c]);

		assert(h->cell[c].text + s.n <= h->text.n);
		assert(h->cell[c].link + h->cell[c].n_link <= h->text.n);
		assert(mr_utf8_bad(s) == s.n);
		assert(s.n == 0 || (s.p[0] != ' ' && s.p[s.n - 1] != ' '));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice s = { (const char *)data, size };
	struct mr_err err = { 0 };
	struct mr_html h;
	int rc = mr_html_read(&h, s, "page", &err);

	check_told(rc, &err);
	if (rc == MR_OK)
		check(&h);
	mr_html_free(&h);
	return 0;
}
