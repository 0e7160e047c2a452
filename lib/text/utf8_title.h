/* Titles and names in a form in which two spellings of one are equal.  For
 * comparing, not for showing.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_UTF8_TITLE_H
#define MR_TEXT_UTF8_TITLE_H

#include "core/str.h"

/* Both append to out, take well-formed s, which must not overlap out, and are
 * linear.  MR_ENOMEM. */

/*
 * mr_utf8_words - s as words with one blank between: compatibility
 * decomposition and full case folding (The Unicode Standard, 3.11 and 3.13);
 * accents and points dropped, which are marks of the combining classes 10 to
 * 35 and from 200; '&' is the word and; apostrophes and single full stops
 * dropped, other punctuation (P*) blank.  Symbols ('$', '+') are letters.
 * Nothing is appended where s has no word.
 */
int mr_utf8_words(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
    MR_CHECKED;

#define MR_TITLE_FORMS 3
/*
 * mr_utf8_title - the forms of the title s, *n of them in out, cleared first,
 * none twice: its words, or s itself where it has none; and where it ends with
 * a name in parentheses, that before them and that in them ("aka" and "a.k.a."
 * left out).  An article behind the last comma goes in front: "Matrix, The" is
 * "the matrix", "Avventura, L'" is "lavventura".
 */
int mr_utf8_title(struct mr_slice s, struct mr_buf *out,
    struct mr_slice form[MR_TITLE_FORMS], int *n, struct mr_err *err)
    MR_CHECKED;

#endif
