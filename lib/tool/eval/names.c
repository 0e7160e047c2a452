/* Names of measures; see names.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/names.h"

#include <stdio.h>

/* What a measure needs. */
enum { TEST = 1, TRAIN = 2, VECTORS = 4, MOVIES = 8 };

static const struct name {
	const char *name;
	bool lists;		/* else of predictions */
	bool usual;		/* written when nothing is asked for */
	int needs;
} names[] = {
	{ "recall", true, true, TEST },
	{ "recall_min", true, true, TEST },
	{ "precision", true, true, TEST },
	{ "ndcg", true, true, TEST },
	{ "ndcg_linear", true, false, TEST },
	{ "ndcg_exp", true, false, TEST },
	{ "map", true, true, TEST },
	{ "map_all", true, false, TEST },
	{ "mrr", true, true, TEST },
	{ "hit_rate", true, true, TEST },
	{ "auc", true, false, TEST | TRAIN },
	{ "novelty", true, true, TRAIN },
	{ "diversity", true, true, VECTORS },
	{ "calibration", true, true, TRAIN | MOVIES },
	{ "items", true, true, 0 },
	{ "coverage", true, true, TRAIN },
	{ "gini", true, true, TRAIN },
	{ "rmse", false, true, 0 },
	{ "mae", false, true, 0 },
	{ "pairs", false, true, 0 },
};

#define N_NAMES ((int)(sizeof names / sizeof *names))

static int
find(struct mr_slice s)
{
	for (int i = 0; i < N_NAMES; i++)
		if (mr_slice_is(s, names[i].name))
			return i;
	return -1;
}

static int
no_such(struct mr_slice s, struct mr_err *err)
{
	char all[256] = "";
	size_t n = 0;

	for (int i = 0; i < N_NAMES && n < sizeof all; i++)
		n += (size_t)snprintf(all + n, sizeof all - n, "%s%s",
		    i ? ", " : "", names[i].name);
	return mr_err_set(err, MR_EARG, "--measures: '%.*s' is none, expected "
	    "some of %s", MR_SHOWN(s), all);
}

int
mr_eval_names_read(struct mr_eval *e, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(e->o->measures ? e->o->measures :
	    "");
	int given = (e->o->test ? TEST : 0) | (e->o->train ? TRAIN : 0) |
	    (e->o->vectors ? VECTORS : 0) |
	    (e->o->movies ? MOVIES : 0);

	for (int i = 0; i < N_NAMES && !e->o->measures; i++)
		if (names[i].usual)
			e->wanted |= 1u << i;
	while (e->o->measures && rest.p) {
		struct mr_slice one = mr_slice_cut(&rest, ',');
		int i = find(one), lacks = i < 0 ? 0 : names[i].needs & ~given;

		if (i < 0)
			return no_such(one, err);
		if (e->wanted & 1u << i)
			return mr_err_set(err, MR_EARG, "--measures: %s "
			    "stands twice", names[i].name);
		if (lacks)
			return mr_err_set(err, MR_EARG, "--measures: %s needs "
			    "%s", names[i].name, lacks & TEST ?
			    "--test, which has what is relevant" :
			    lacks & TRAIN ? "--train, which has the catalogue" :
			    lacks & VECTORS ? "--vectors, those of items" :
			    "--movies, which has genres");
		e->wanted |= 1u << i;
	}
	return MR_OK;
}

int
mr_eval_names_check(const struct mr_eval *e, bool lists, const char *name,
    struct mr_err *err)
{
	for (int i = 0; i < N_NAMES && e->o->measures; i++)
		if (e->wanted & 1u << i && names[i].lists != lists)
			return mr_err_set(err, MR_EARG, "--measures: %s is of "
			    "%s, and %s has %s", names[i].name, lists ?
			    "predictions" : "lists", name, lists ? "lists" :
			    "predictions");
	return MR_OK;
}

bool
mr_eval_wants(const struct mr_eval *e, const char *measure)
{
	int i = find(mr_slice_of(measure));

	return i >= 0 && e->wanted & 1u << i;
}
