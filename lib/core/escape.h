/* Text made fit for a TSV field or a META line, a terminal, HTML, JSON, a URL.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_ESCAPE_H
#define MR_CORE_ESCAPE_H

#include "core/str.h"

/* mr_escape - how c is written where tabs and line ends divide: the two
 * bytes \t, \n, \r or \\, or NULL for c itself. */
const char *mr_escape(char c);
/* mr_escape_to - s so written at to, which has room for 2 * s.n bytes; the end
 * of it. */
char *mr_escape_to(char *to, struct mr_slice s);
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
/* What is appended of s, UTF-8, so that it stands for itself
 * mr_escape_html - in text or in an attribute in double quotes; a control
 *   character that HTML does not have is U+FFFD;
 * mr_escape_json - as a string of JSON, with its quotes; no < or > in it, so
 *   that it may stand in a page, too;
 * mr_escape_url - as one segment of a path or one value of a query: all but
 *   A-Z a-z 0-9 - . _ ~ as %XX. */
int mr_escape_html(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
    MR_CHECKED;
int mr_escape_json(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
    MR_CHECKED;
int mr_escape_url(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
    MR_CHECKED;
/* mr_mask_text - all of the string s so masked, in place. */
void mr_mask_text(char *s);

#endif
