/* Text made from the fields of a row: '{title} ({year}); {genre}'.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_TEMPLATE_H
#define MR_TEXT_TEMPLATE_H

#include <stdbool.h>

#include "core/str.h"

#define MR_TEMPLATE_PARTS 128

/* Pieces of literal text, each followed by a field or by nothing.  Borrows
 * the template's text. */
struct mr_template {
	struct mr_template_part {
		struct mr_slice text;
		struct mr_slice name;	/* of the column, p NULL: none */
		int col;		/* its place, for mr_template_add */
		bool joined;	/* the values of the field are joined by | */
	} part[MR_TEMPLATE_PARTS];
	int n;
};

/* mr_template_parse - {NAME} is the column NAME, {{ and }} are braces; the
 * caller finds each name's col.  MR_EARG for a stray brace, too many parts, a
 * name past 255 bytes or no column at all. */
int mr_template_parse(struct mr_template *p, const char *template,
    struct mr_err *err) MR_CHECKED;
/* mr_template_add - append the text of a row, its fields by col, to out; the
 * values of genre, which are joined by |, are joined by ", " in it. */
int mr_template_add(const struct mr_template *p, const struct mr_slice *field,
    struct mr_buf *out, struct mr_err *err) MR_CHECKED;

#endif
