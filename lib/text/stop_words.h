/* English words that say little of what a text is about.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_STOP_WORDS_H
#define MR_TEXT_STOP_WORDS_H

#include "data/ids.h"

/*
 * mr_stop_words_en - add the list "en": articles, pronouns, prepositions,
 * conjunctions, auxiliary verbs and adverbs without a subject, as the words
 * of terms.h, and what its pattern leaves of contractions ("isn", "ll").
 * It is our own, and no other program's: numbers, names, nouns and verbs that
 * a film can be about are not in it, nor are "don" and "won".
 */
int mr_stop_words_en(struct mr_ids *words, struct mr_err *err) MR_CHECKED;

#endif
