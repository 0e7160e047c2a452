/* The users' side of a model: one user, or a batch, as the formula needs
 * them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_USERS_H
#define MR_MODEL_USERS_H

#include "data/csr.h"
#include "data/ids.h"
#include "data/mat.h"
#include "model/mood.h"

/* The n ratings of a user, rising items. */
struct mr_rated {
	const int32_t *item;
	const float *rating;
	int64_t n;
};

/* All borrowed.  All zero but id, key and number: of a user whom the model
 * does not know. */
struct mr_user {
	struct mr_slice id;
	uint64_t key;		/* hash of id, for the noise */
	int64_t number;		/* his row in the model, -1: none */
	const float *U;		/* [d]; NULL without factors */
	double bu;
	struct mr_rated rated;
	struct mr_mood mood;
	bool folded;		/* U and bu are made of rated alone */
};

/* Users first .. first + n - 1 of a model; names and rows from 0 of names, U,
 * bu, R and E are theirs.  All borrowed. */
struct mr_users {
	const struct mr_ids *names;
	int64_t first, n;
	struct mr_mat U;	/* n x d */
	const float *bu;	/* [n], or NULL */
	struct mr_csr R;	/* n x n_items; ptr NULL: no ratings */
	struct mr_csr E;	/* moods (mood.h); ptr NULL: none */
};

/* mr_user_unknown - a user of this id with nothing but it. */
struct mr_user mr_user_unknown(struct mr_slice id);
/* mr_users_get - user first + q of the batch; valid as long as it is. */
struct mr_user mr_users_get(const struct mr_users *b, int64_t q);

#endif
