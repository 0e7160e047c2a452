/* Texts of many kinds, written for this.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_SAMPLE_TEXTS_H
#define MR_TEXT_SAMPLE_TEXTS_H

/* UTF-8; NULL behind the last. */
extern const char *const mr_sample_texts[];

#endif
