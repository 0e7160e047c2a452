/* Places of lists kept for films that nobody has rated: --new-films.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_PLACES_H
#define MR_TOOL_RECOMMEND_PLACES_H

#include "core/report.h"
#include "engine/recommender.h"
#include "tool/recommend/recommend.h"

/* All zero keeps none; freed by mr_places_free. */
struct mr_places {
	int64_t keep;		/* of each list, its last */
	int64_t n_list;		/* length of a list */
	int32_t first_new;	/* items from here on have no ratings */
	/* Bit i: item i may be offered among the rated, among the others. */
	uint64_t *rated, *new;
	struct mr_hit *hit;	/* [lists * n_list] of the rated */
	int64_t *found;		/* [lists] */
	struct mr_buf text;	/* of a row */
	int64_t n_rows, n_new;	/* printed, and of new films */
};

/* mr_places_open - the places that o keeps of n_list, in up to lists lists at a
 * time, once r is open; of the items that allow (NULL: all) lets through. */
int mr_places_open(struct mr_places *p, const struct mr_recommend_opt *o,
    const struct mr_recommender *r, const uint64_t *allow, int64_t n_list,
    int64_t lists, struct mr_err *err) MR_CHECKED;
/* mr_places_take - list q of rated films, found of them from hit.
 * mr_places_join - hit has list q of *found new films, and gets the best of
 * both: rated ones, then as many new ones as are kept; where there are too few
 * of one sort the other fills the list.  It has room for n_list. */
void mr_places_take(struct mr_places *p, int64_t q, const struct mr_hit *hit,
    int64_t found);
void mr_places_join(const struct mr_places *p, int64_t q, struct mr_hit *hit,
    int64_t *found);
/* mr_places_head - the name of the column behind those of *more;
 * mr_places_cell - its cell in a row of this item behind those of *more.  Valid
 * until the next. */
int mr_places_head(struct mr_places *p, const char **more,
    struct mr_err *err) MR_CHECKED;
int mr_places_cell(struct mr_places *p, int32_t item, struct mr_slice *more,
    struct mr_err *err) MR_CHECKED;
/* mr_places_report - how many rows they were; a warning when the model has no
 * such film. */
void mr_places_report(const struct mr_places *p,
    const struct mr_recommender *r, struct mr_report *report);
void mr_places_free(struct mr_places *p);

#endif
