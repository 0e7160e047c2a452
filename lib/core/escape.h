/* Text made fit for a TSV field or a META line, and for a terminal.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_ESCAPE_H
#define MR_CORE_ESCAPE_H

#include "core/str.h"

/* mr_escape - how c is written where tabs and line ends divide: the two
 * bytes \t, \n, \r or \\, or NULL for c itself. */
const char *mr_escape(char c);
/* mr_escape_add - append s so written. */
int mr_escape_add(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
    MR_CHECKED;
/* mr_unescape - *n bytes as they were before, in place; false when a
 * backslash stands before something else (p is then half done). */
bool mr_unescape(char *p, size_t *n);

/*
 * mr_mask - what a terminal may get for the first *used of the n > 0 bytes at
 * p: a byte as it is, or '?' for a control character of ASCII (00 .. 1f, 7f)
 * or of the C1 set (80 .. 9f, in UTF-8 the two bytes c2 80 .. c2 9f).
 */
char mr_mask(const char *p, size_t n, size_t *used);
/* mr_mask_text - all of the string s so masked, in place. */
void mr_mask_text(char *s);

#endif
