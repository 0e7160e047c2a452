/* Some users of a model, picked from its stream by name.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_USERS_H
#define MR_STORE_USERS_H

#include "store/model_file.h"

/* Parts of the wanted users, in the order they were wanted.  All zero is
 * empty; freed by mr_user_parts_free. */
struct mr_user_parts {
	struct mr_ids want;	/* filled by the caller before the pick */
	bool *known;		/* [want.n] is he in the model? */
	int64_t n_known;
	struct mr_mat U;	/* want.n x d, or 0 x 0 */
	float *bu;		/* [want.n]; 0 where there is none */
	struct mr_csr R;	/* want.n x n_items: what they have rated */
};

/*
 * mr_user_parts_pick - read the model to its end and keep the parts of the
 * wanted users; the item side stays in in->m.  Memory: 4 d bytes a wanted
 * user and 12 a rating of theirs.
 */
int mr_user_parts_pick(struct mr_user_parts *p, struct mr_model_in *in,
    struct mr_err *err) MR_CHECKED;
void mr_user_parts_free(struct mr_user_parts *p);

#endif
