/* Words of running text: lower case in context, and what a word is made of.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_UTF8_WORD_H
#define MR_TEXT_UTF8_WORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/*
 * mr_utf8_is_word - Python's \w: a letter (L*), a number (N*) or '_'.  A mark
 * is none, so a word in decomposed form falls apart: feed NFC.  By Unicode of
 * utf8proc; where that is 15.0, the 4,388 letters and numbers it added to
 * 14.0 are the only characters of words that Python 3.11 does not know.
 */
bool mr_utf8_is_word(uint32_t c);

/*
 * mr_utf8_lower_text - append s, well-formed, in lower case as Unicode's full
 * mapping has it (The Unicode Standard, 3.13, and SpecialCasing.txt without
 * the rules of single languages): U+0130 becomes i and U+0307; capital sigma
 * becomes a final one behind a cased letter and not before one, characters
 * that case ignores passed over.  Linear.  MR_ENOMEM.
 */
int mr_utf8_lower_text(struct mr_slice s, struct mr_buf *out,
    struct mr_err *err) MR_CHECKED;

#endif
