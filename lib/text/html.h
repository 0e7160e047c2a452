/* The tables of a page of HTML, as browsers lay them out; its title.  Not a
 * document: text outside tables is not kept.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_HTML_H
#define MR_TEXT_HTML_H

#include <stdbool.h>

#include "core/str.h"

#define MR_HTML_MAX ((size_t)16 << 20)	/* bytes of a page */
#define MR_HTML_DEEP 10000	/* elements open at one place */
/* Of the attributes of each element, every two; some seconds. */
#define MR_HTML_PAIRS 400000000
#define MR_HTML_SLOTS ((size_t)4 << 20)	/* places of all tables */

struct mr_html_cell {
	bool header;		/* th */
	size_t text, n_text;	/* in mr_html.text */
	size_t link, n_link;	/* href of the first link to a page that is
				 * there; none: n_link 0 */
};

/* All zero is empty; freed by mr_html_free. */
struct mr_html {
	struct mr_buf text;
	size_t title, n_title;	/* of the page, in text */
	struct mr_html_cell *cell;
	size_t n_cells, cell_cap;
	int32_t *slot;		/* number of the cell at a place, -1: none */
	size_t n_slots, slot_cap;
	size_t *row_end;	/* [n_rows] where a row's places end in slot */
	size_t n_rows, row_cap;
	size_t *table_end;	/* [n_tables] where a table's rows end */
	size_t n_tables, table_cap;
};

/*
 * mr_html_read - h = the tables of the page s, in the order in which they
 * begin, also those in cells of others.
 *
 * A cell stands at every place that its spans cover (HTML, 4.9.12, "Forming a
 * table"): leading digits count, none is 1, a colspan is at most 1000, and
 * rowspan 0 reaches to the end of the group of rows, which no rowspan passes.
 * Of two cells at one place the first stays.
 *
 * Text: white space, no-break spaces and <br> are one blank, items of a list
 * are parted by ", "; without <style>, <script>, tables inside, footnote marks
 * (sup of class reference, class noprint) and what is not shown (display:none,
 * class sortkey).  Invalid UTF-8 becomes U+FFFD.
 *
 * MR_EFORMAT: a page beyond MR_HTML_MAX, _DEEP, _PAIRS or _SLOTS, or one
 * whose elements take more than 1 GiB; name is what messages call it.
 * Memory: the elements, about 15 times the page, while it is read.
 */
int mr_html_read(struct mr_html *h, struct mr_slice s, const char *name,
    struct mr_err *err) MR_CHECKED;
/* mr_html_at - the cell at a place, by the number of the row in all tables;
 * NULL: none. */
const struct mr_html_cell *mr_html_at(const struct mr_html *h, size_t row,
    size_t column);
/* Borrowed until h is freed; empty where there is none. */
struct mr_slice mr_html_title(const struct mr_html *h);
struct mr_slice mr_html_text(const struct mr_html *h,
    const struct mr_html_cell *c);
struct mr_slice mr_html_link(const struct mr_html *h,
    const struct mr_html_cell *c);
void mr_html_free(struct mr_html *h);

#endif
