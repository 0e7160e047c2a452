/* Making text from elsewhere clean UTF-8: repair, Latin-1, NFC, caseless
 * comparison.  Validity alone is core/str.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_UTF8_CLEAN_H
#define MR_TEXT_UTF8_CLEAN_H

#include "core/str.h"

/* Each appends to out; s and out must not overlap.  Time is linear, for NFC
 * and fold O(n log n) on runs of combining marks.  MR_ENOMEM. */

/*
 * mr_utf8_repair - s with each maximal subpart of an ill-formed sequence as
 * one U+FFFD (Unicode 15, section 3.9, "U+FFFD Substitution of Maximal
 * Subparts"; the WHATWG decoder does the same).  *n_bad grows by their
 * number.
 */
int mr_utf8_repair(struct mr_slice s, struct mr_buf *out, int64_t *n_bad,
    struct mr_err *err) MR_CHECKED;
/* mr_utf8_from_windows1252 - as browsers read ISO 8859-1: byte b is U+00bb, but
 * 80 to 9f are quotes, dashes and the like (those that are none stay). */
int mr_utf8_from_windows1252(struct mr_slice s, struct mr_buf *out,
    struct mr_err *err) MR_CHECKED;
/* mr_utf8_is_nfc - true only if s is in NFC; false may mean "not known". */
bool mr_utf8_is_nfc(struct mr_slice s);
/* mr_utf8_nfc - Normalization Form C of well-formed s. */
int mr_utf8_nfc(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
    MR_CHECKED;
/* mr_utf8_fold - s with full case folding, then NFC: equal for titles that
 * differ in case only. */
int mr_utf8_fold(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
    MR_CHECKED;

#endif
