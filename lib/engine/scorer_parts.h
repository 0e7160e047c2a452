/* Between the files of engine/scorer.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_SCORER_PARTS_H
#define MR_ENGINE_SCORER_PARTS_H

#include "engine/scorer.h"

/* mr_scorer_one_by_one - must every score of a list be made by itself? */
bool mr_scorer_one_by_one(const struct mr_scorer *s);
/* mr_scorer_together - users whose factors meet those of all items at once: the
 * more, the less often these are read; but that all scores of theirs are held
 * at once. */
size_t mr_scorer_together(const struct mr_scorer *s);
/* mr_scorer_offset - what all scores of a user begin with. */
float mr_scorer_offset(const struct mr_scorer *s, const struct mr_user *user);
/* mr_scorer_neighbours - user, who stays, and his N to w. */
void mr_scorer_neighbours(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user);
/* mr_scorer_add_rest - to scores[n_items] of factors and biases what is made
 * one by one. */
void mr_scorer_add_rest(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user, float *scores);

/*
 * Where lists are made one by one of many factors, most scores are only
 * bounded, and those that may be among the best are computed.
 *
 * mr_scorer_codes_open - s->codes of its items; none where there are few
 * factors, or one's length is so large or small that nothing is proven.
 * MR_ENOMEM; freed by mr_scorer_codes_free.  d + 16 bytes an item.
 * mr_score_bytes_new - for so many users at once; MR_ENOMEM; freed by
 * mr_score_bytes_free.
 */
int mr_scorer_codes_open(struct mr_scorer *s, struct mr_err *err) MR_CHECKED;
void mr_scorer_codes_free(struct mr_score_codes *c);
int mr_score_bytes_new(struct mr_score_bytes *b, const struct mr_scorer *s,
    size_t users, struct mr_err *err) MR_CHECKED;
void mr_score_bytes_free(struct mr_score_bytes *b);
/* mr_score_bytes_of - the products of m users' factors, U [m * d], and all
 * items. */
void mr_score_bytes_of(struct mr_score_bytes *b, const struct mr_scorer *s,
    const float *U, int64_t m);
/* mr_score_bytes_bound - b->low and b->high: between the two lies the score of
 * user i of those, who has offset and N [b->ld], for every item.  false: for
 * numbers that large or small nothing is proven. */
bool mr_score_bytes_bound(struct mr_score_bytes *b, const struct mr_scorer *s,
    int64_t i, float offset, const double *N);

#endif
