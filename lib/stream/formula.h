/* A spreadsheet's ="007", a text that looks like a number, as CSV has it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_FORMULA_H
#define MR_STREAM_FORMULA_H

#include "core/str.h"

/* Where in a row the bytes so far end.  All zero is at the start of a field;
 * out is freed by its owner. */
struct mr_formula {
	int state;
	struct mr_buf out;
};

/*
 * mr_formula_quote - in the next *n bytes at *s of a CSV, an unquoted field
 * ="007" becomes the quoted one "=""007"""; *s and *n are what then stands
 * there, borrowed from f if it changed.  A field that is not decided at the
 * end is held back.  Time is linear.
 */
int mr_formula_quote(struct mr_formula *f, char delim, const char **s,
    size_t *n, struct mr_err *err) MR_CHECKED;
/* mr_formula_end - what was held back, where the input ends. */
struct mr_slice mr_formula_end(struct mr_formula *f);

#endif
