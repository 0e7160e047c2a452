/* The users' side of a model; see users.h.
 * SPDX-License-Identifier: MIT */
#include "model/users.h"

#include "core/hash.h"

struct mr_user
mr_user_unknown(struct mr_slice id)
{
	return (struct mr_user){ .id = id, .key = mr_hash64(id.p, id.n),
	    .number = -1 };
}

struct mr_user
mr_users_get(const struct mr_users *b, int64_t q)
{
	struct mr_user u = mr_user_unknown(mr_ids_get(b->names, (int32_t)q));

	u.number = b->first + q;
	u.U = b->U.cols ? mr_mat_row(&b->U, q) : NULL;
	u.bu = b->bu ? (double)b->bu[q] : 0;
	if (b->R.ptr) {
		int64_t from = b->R.ptr[q];

		u.rated = (struct mr_rated){ b->R.idx + from,
		    b->R.val + from, b->R.ptr[q + 1] - from };
	}
	if (b->E.ptr) {
		int64_t from = b->E.ptr[q];

		u.mood = (struct mr_mood){ b->E.idx + from, b->E.val + from,
		    b->E.ptr[q + 1] - from };
	}
	return u;
}
