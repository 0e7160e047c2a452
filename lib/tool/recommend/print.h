/* Lists on their way to the output: their rows and columns.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_PRINT_H
#define MR_TOOL_RECOMMEND_PRINT_H

#include "stream/io.h"
#include "tool/recommend/places.h"
#include "tool/recommend/reasons.h"

/* All borrowed. */
struct mr_print {
	struct mr_out *out;
	const struct mr_recommender *r;
	bool per;		/* a column says which value a list is for */
	struct mr_reasons *reasons;	/* NULL: no such columns */
	struct mr_places *places;	/* NULL: no such column */
	int64_t n_list;		/* rows of a list at most */
	int64_t n_rows, n_missing;	/* written; of them without a film */
};

/* mr_print_head - the header line; who is user or group. */
int mr_print_head(struct mr_print *p, const char *who, struct mr_err *err)
    MR_CHECKED;
/* mr_print_list - list number of the reasons, for who: as many of the found
 * films of hit as a list has; cell is what stands behind each score, a tab
 * before it. */
int mr_print_list(struct mr_print *p, struct mr_slice who, int64_t number,
    const struct mr_hit *hit, int64_t found, struct mr_slice cell,
    struct mr_err *err) MR_CHECKED;

#endif
