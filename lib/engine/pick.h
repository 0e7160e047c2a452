/* Lists of one user, made of the scores of all items: one, or one for each
 * value of a column; with films that few know, or that are unlike each other.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_PICK_H
#define MR_ENGINE_PICK_H

#include "data/topk.h"
#include "engine/content.h"
#include "engine/item_values.h"

#define MR_PICK_DEPTH 10	/* candidates of a diverse list, in lists */

/*
 * How lists are made.  What is behind the pointers is borrowed; all zero but
 * n_items, rank and n: one list of the highest scores.  Only read once open,
 * by any number of threads; freed by mr_pick_free.
 *
 * Items stand by their key, ties by rank:
 *
 *   key(i) = score(i), or with novelty x
 *            (1 - x) z(score(i)) + x z(-log2 max(raters(i), 1)),
 *
 * z as scale.h over the items offered; -log2 of the share of all ratings, which
 * the logarithm of the count differs from by a constant, is the novelty that
 * eval/catalogue.h measures.
 *
 * With diversity x the MR_PICK_DEPTH n highest are candidates, and from them
 * is taken again and again, S being those taken,
 *
 *   argmax over i not in S of (1 - x) rel(i) - x max over j in S of
 *                             cos(like[i], like[j]),
 *
 * rel the key moved to 0 .. 1 over the candidates, the cosine 0 where one of
 * the two has no vector; the first is the one of highest key.  Carbonell and
 * Goldstein, "The use of MMR, diversity-based reranking for reordering
 * documents and producing summaries", SIGIR 1998, section 2, lambda = 1 - x;
 * scaling rel is ours: without it x would mean another thing for each model.
 */
struct mr_pick {
	int64_t n_items;
	const int32_t *rank;	/* [n_items] as of mr_topk_push */
	int64_t n;		/* items of a list, at least 1 */
	int64_t behind;		/* find so many more, but of diverse lists */
	const struct mr_item_values *per;	/* a list for each value; NULL:
						 * one */
	double novelty;		/* 0 .. 1 */
	const float *raters;	/* [n_items] ratings of each; with novelty */
	double diversity;	/* 0 .. below 1 */
	const struct mr_content *like;	/* with diversity */
	/* filled by the open */
	int32_t n_lists;
	int64_t *at;		/* [n_lists + 1] where hits of each begin */
	float *novel;		/* [n_items], with novelty */
};

/* mr_pick_open - ready to make lists of the items that allow, as of struct
 * mr_ask, lets through: no list has places for more than there are. */
int mr_pick_open(struct mr_pick *p, const uint64_t *allow,
    struct mr_err *err) MR_CHECKED;
/* mr_pick_work - floats that a call of mr_pick_lists works with. */
size_t mr_pick_work(const struct mr_pick *p);
/*
 * mr_pick_lists - the lists of somebody.
 *
 * score    [n_items], finite where offered
 * offered  [n_items] to him, of those of allow
 * work     [mr_pick_work(p)]
 * hit      [at[n_lists]] (out) list v from hit[at[v]], best first, with score
 * found    [n_lists] (out) how many each has
 *
 * Time O(n_items) for each value that an item has; of a diverse list
 * 2 MR_PICK_DEPTH n^2 d flops for vectors of d numbers.
 */
void mr_pick_lists(const struct mr_pick *p, const float *score,
    const bool *offered, float *work, struct mr_hit *hit, int64_t *found);
void mr_pick_free(struct mr_pick *p);

#endif
