/* Ratings parted by chance; see split.h.
 * SPDX-License-Identifier: MIT */
#include "eval/split.h"

#include <math.h>
#include <string.h>

#include "core/hash.h"
#include "core/rng.h"

enum { FOLDS = 1, SHARE, EACH };	/* ways, as keys have them */

uint64_t
mr_split_key(const struct mr_split_part *p, uint64_t seed)
{
	uint64_t part = (uint64_t)p->folds;

	if (p->folds == 0)
		memcpy(&part, &p->share, sizeof part);
	return mr_rng_u64(seed, p->folds ? FOLDS : SHARE, part);
}

uint64_t
mr_split_key_each(uint64_t seed)
{
	return mr_rng_u64(seed, EACH, 0);
}

double
mr_split_draw(uint64_t key, struct mr_slice user, struct mr_slice item)
{
	return mr_rng_uniform(key, mr_hash64(user.p, user.n),
	    mr_hash64(item.p, item.n));
}

bool
mr_split_tests(const struct mr_split_part *p, uint64_t key,
    struct mr_slice user, struct mr_slice item)
{
	const struct mr_slice none = mr_slice_of("");
	double draw = mr_split_draw(key,
	    p->by == MR_SPLIT_ITEM ? none : user,
	    p->by == MR_SPLIT_USER ? none : item);

	return p->folds ? (int64_t)(draw * (double)p->folds) == p->fold - 1 :
	    draw < p->share;
}

int64_t
mr_split_each(struct mr_split_amount some, int64_t n)
{
	int64_t m = some.n;

	if (m)
		return n > m ? m : 0;
	m = (int64_t)floor(some.share * (double)n + .5);
	return m < n ? m : n ? n - 1 : 0;
}
