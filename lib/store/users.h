/* Users of a model that stay in memory as its stream goes by.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_USERS_H
#define MR_STORE_USERS_H

#include "model/users.h"

/*
 * In the order of the stream.  All zero is empty; freed by
 * mr_kept_users_free.  Memory: 4 d + 12 bytes a user and his name, 8 a
 * rating and a mood.
 */
struct mr_kept_users {
	struct mr_ids names;
	int64_t *number;	/* [names.n] rows in the model */
	struct mr_mat U;	/* names.n x d */
	float *bu;		/* [names.n]; 0 where there is none */
	/* What they have rated, and their moods; ptr NULL: nothing. */
	struct mr_csr R, E;
	size_t number_cap, U_cap, bu_cap;
	struct mr_rows_cap { size_t ptr, idx, val; } R_cap, E_cap;
};

/* mr_kept_users_add - those of a batch that are in only (NULL: all).
 * MR_EFORMAT with the name of the model when there is one already. */
int mr_kept_users_add(struct mr_kept_users *k, const struct mr_users *batch,
    const struct mr_ids *only, const char *model, struct mr_err *err)
    MR_CHECKED;
/* mr_kept_users_find - false when there is none of this name; then u has
 * nothing but it.  Valid until the next add. */
bool mr_kept_users_find(const struct mr_kept_users *k, struct mr_slice id,
    struct mr_user *u);
/* mr_users_mark - known[i] (out) becomes true where user names[i] is one of a
 * batch. */
void mr_users_mark(const struct mr_users *batch, const struct mr_ids *names,
    bool *known);
void mr_kept_users_free(struct mr_kept_users *k);

#endif
