/* Neighbours of films that were found once: what film pages show is the same
 * until the next load, and to find it costs ten times as much as to write it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_NEAR_KEPT_H
#define MR_TOOL_SERVE_NEAR_KEPT_H

#include "core/err.h"
#include "data/topk.h"

#define MR_NEAR_KEPT 9		/* hits of each, the number film pages ask for
				 * and one: 80 bytes a film and kind */

enum mr_near_kind { MR_NEAR_ALIKE, MR_NEAR_LIKED, MR_NEAR_KINDS };

/* Of one kind for one film: the first hits, MR_NEAR_KEPT at most, n of them
 * where there are no more. */
struct mr_near_list {
	int32_t n;
	bool weights;		/* scores are weights of neighbours */
	struct mr_hit hit[MR_NEAR_KEPT];
};

struct mr_near_kept;

/* mr_near_kept_new - of so many films, none found yet; freed by
 * mr_near_kept_free. */
int mr_near_kept_new(struct mr_near_kept **k, int32_t films,
    struct mr_err *err) MR_CHECKED;
void mr_near_kept_free(struct mr_near_kept *k);
/* mr_near_kept_get - NULL: not found yet; lives as long as k.  mr_near_kept_put -
 * from now on list, a copy; where there is no memory or another thread was
 * first, nothing.  Both from any thread. */
const struct mr_near_list *mr_near_kept_get(const struct mr_near_kept *k,
    enum mr_near_kind kind, int32_t film);
void mr_near_kept_put(struct mr_near_kept *k, enum mr_near_kind kind,
    int32_t film, const struct mr_near_list *list);

#endif
