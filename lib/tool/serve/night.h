/* One list for several people: of what each likes, whose taste carries which
 * film.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_NIGHT_H
#define MR_TOOL_SERVE_NIGHT_H

#include "tool/serve/find.h"

#define MR_NIGHT_MOST 6		/* people */

/* All zero is empty; freed by mr_night_free. */
struct mr_night {
	int m;			/* of whom the model knows something */
	int who[MR_NIGHT_MOST];	/* [m] their places among those asked about */
	struct mr_user user[MR_NIGHT_MOST];
	float *U;		/* [m * d] */
	int32_t *item;
	float *rating;
	bool *offered;		/* [items] */
	float *score;
	double *base, *part;	/* [n] and [n * m] of the list's films from
				 * the offset on */
};

/*
 * mr_night_open - n people, 1 to MR_NIGHT_MOST, who like taste[i] and are
 * called name[i]; there is a recommender that folds new users in.  Who rated no
 * film of the model has no say.
 * mr_night_list - what they are offered together, with mr_recommender_group's
 * scores and order, and base and part of mr_recommender_members; f is in c until
 * the next.  Nobody with a say: no film.  MR_EARG as mr_find_user.
 */
int mr_night_open(struct mr_night *x, const struct mr_site *s,
    struct mr_clerk *c, const struct mr_taste *taste,
    const struct mr_slice *name, int n, struct mr_err *err) MR_CHECKED;
int mr_night_list(struct mr_night *x, const struct mr_site *s,
    struct mr_clerk *c, const struct mr_asked *a, struct mr_found *f,
    struct mr_err *err) MR_CHECKED;
void mr_night_free(struct mr_night *x);

#endif
