/* Lists that need the scores of all films at once: --items, --per, --novelty
 * and --diversity.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_PICKS_H
#define MR_TOOL_RECOMMEND_PICKS_H

#include "engine/pick.h"
#include "engine/recommender.h"
#include "tool/recommend/basis.h"

#define MR_PICKS_HITS (1 << 22)	/* hits in memory, or those of 16 users */

struct mr_recommend_run;

/* What one thread works with. */
struct mr_pick_place {
	float *score;		/* [items] */
	bool *offered;		/* [items] */
	float *work;		/* [mr_pick_work] */
	uint64_t *allow;	/* a bit an item */
	float *near, *cosines;	/* of --items: of users done together, and
				 * what that works with */
};

/* All zero is none; freed by mr_picks_free. */
struct mr_picks {
	struct mr_pick pick;
	struct mr_item_values values;	/* of --per */
	struct mr_content like;	/* the model's factors, where --diversity has
				 * no vectors */
	int64_t *first;		/* [users who wait + 1] users done together:
				 * first[k] .. first[k + 1] - 1 */
	int threads;
	struct mr_pick_place *place;	/* [threads] */
	struct mr_buf text;	/* the cells of values, a tab before each */
	size_t *end;		/* [values.names.n] where they end */
};

#define MR_PICKS_HEAD "\tper"

/* mr_picks_wanted - does o ask for any of this? */
bool mr_picks_wanted(const struct mr_recommend_opt *o);
/* mr_picks_open - lists of n and behind more, for ties, made on threads cores,
 * once b has its model, choice and vectors; fails as it says in
 * mr_recommend_lists. */
int mr_picks_open(struct mr_picks *p, const struct mr_recommend_opt *o,
    const struct mr_basis *b, int64_t n, int64_t behind, int threads,
    struct mr_err *err) MR_CHECKED;
/* mr_picks_make - the lists of those who wait in r, to r->hit and r->found. */
int mr_picks_make(struct mr_recommend_run *r, struct mr_err *err) MR_CHECKED;
/* mr_picks_cell - the cell of list v behind the score, a tab before it; none
 * without --per. */
struct mr_slice mr_picks_cell(const struct mr_picks *p, int32_t v);
/* mr_picks_report - with --per: warnings of lists that are missing, or short,
 * n_short of n_lists. */
void mr_picks_report(const struct mr_picks *p,
    const struct mr_recommend_opt *o, const struct mr_choice *c,
    int64_t n_short, int64_t n_lists, struct mr_report *report);
void mr_picks_free(struct mr_picks *p);

#endif
