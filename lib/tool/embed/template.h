/* Text made from the fields of a row: '{title} ({year}); {genre}'.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EMBED_TEMPLATE_H
#define MR_TOOL_EMBED_TEMPLATE_H

#include "stream/tsv.h"

#define MR_TEMPLATE_PARTS 128

/* Pieces of literal text, each followed by a column (or none, -1).  Borrows
 * the template's text. */
struct mr_template {
	struct mr_template_part {
		struct mr_slice text;
		int col;
		bool joined;	/* the values of the field are joined by | */
	} part[MR_TEMPLATE_PARTS];
	int n;
};

/* mr_template_parse - {NAME} is the column NAME of t, {{ and }} are braces.
 * MR_EARG for a stray brace, too many parts or no column at all, MR_EFORMAT
 * for a column that t does not have. */
int mr_template_parse(struct mr_template *p, const char *template,
    const struct mr_tsv *t, struct mr_err *err) MR_CHECKED;
/* mr_template_add - append the text of t's current row to out; the values of
 * genre, which are joined by |, are joined by ", " in it. */
int mr_template_add(const struct mr_template *p, const struct mr_tsv *t,
    struct mr_buf *out, struct mr_err *err) MR_CHECKED;

#endif
