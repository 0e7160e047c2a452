/* Groups of users or of items, for rows of their own.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_GROUPS_H
#define MR_TOOL_EVAL_GROUPS_H

#include "data/group.h"
#include "tool/eval/private.h"

#define MR_EVAL_GROUPS_MAX 1000

/* Key i is in the groups group[ptr[i]] .. group[ptr[i + 1] - 1], which number
 * names; order has them as they are printed.  All zero is none; freed by
 * mr_eval_groups_free. */
struct mr_eval_groups {
	bool of_items;		/* else of users */
	struct mr_ids keys, names;
	int64_t *ptr;		/* [keys.n + 1] */
	size_t ptr_cap, group_cap;
	int32_t *group, *order;
	struct mr_group members;	/* of each group, places in group */
	int32_t *key;		/* of a place in group its key */
	int32_t absent;		/* group of who is no key, -1: none */
};

/*
 * mr_eval_groups_load - by o->by: with o->groups a column of that TSV, whose
 * column user or item says of what, a value or several separated by '|' a
 * row; without it
 *
 *   activity     users by their ratings in train: 0, 1-4, 5-19, 20-99,
 *                100-499, 500+
 *   popularity   items by theirs: head, those rated most, from the first down
 *                until they have 20 % of all ratings; tail, those rated least
 *                that have at most 20 % together; mid; unseen, none.  Items
 *                rated equally often are in one group.
 *
 * MR_EFORMAT where the file has not one of user and item, or more than
 * MR_EVAL_GROUPS_MAX groups.
 */
int mr_eval_groups_load(struct mr_eval_groups *g, const struct mr_eval *e,
    struct mr_err *err) MR_CHECKED;
/* mr_eval_groups_read - the values of column by of the TSV at path; films: of
 * its items, whatever else it has. */
int mr_eval_groups_read(struct mr_eval_groups *g, const char *path,
    const char *by, bool films, struct mr_err *err) MR_CHECKED;
/* mr_eval_groups_in - in [ids->n] (out, to be freed) 1 for those of ids that
 * are in group number which.  O(ids->n + its keys). */
int mr_eval_groups_in(const struct mr_eval_groups *g,
    const struct mr_ids *ids, int32_t which, unsigned char **in,
    struct mr_err *err) MR_CHECKED;
/* mr_eval_groups_check - a warning when some of ids, of the file name, are in
 * no group. */
void mr_eval_groups_check(const struct mr_eval_groups *g,
    const struct mr_eval *e, const struct mr_ids *ids, const char *name);
void mr_eval_groups_free(struct mr_eval_groups *g);

#endif
