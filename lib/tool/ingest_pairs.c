/* The pairs of user and item seen so far: open addressing over row numbers.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "tool/ingest_private.h"

static size_t
home(const struct mr_pairs *p, int32_t user, int32_t item)
{
	uint64_t h = (uint64_t)(uint32_t)user << 32 | (uint32_t)item;

	/* The finaliser of SplitMix64. */
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
	h = (h ^ h >> 27) * 0x94d049bb133111ebu;
	return (size_t)(h ^ h >> 31) & (p->n_slots - 1);
}

static size_t
find_slot(const struct mr_pairs *p, int32_t user, int32_t item)
{
	size_t at = home(p, user, item);

	while (p->slot[at] && (p->user[p->slot[at] - 1] != user ||
	    p->item[p->slot[at] - 1] != item))
		at = (at + 1) & (p->n_slots - 1);
	return at;
}

static int
rehash(struct mr_pairs *p, size_t n_slots, struct mr_err *err)
{
	uint32_t *slot = mr_alloc(n_slots, sizeof *slot, "table of pairs",
	    err);

	if (!slot)
		return MR_ENOMEM;
	free(p->slot);
	p->slot = slot;
	p->n_slots = n_slots;
	for (size_t row = 0; row < p->n; row++)
		if (p->user[row] >= 0)
			slot[find_slot(p, p->user[row], p->item[row])] =
			    (uint32_t)row + 1;
	return MR_OK;
}

int
mr_pairs_add(struct mr_pairs *p, int32_t user, int32_t item,
    bool replace, int64_t *old, struct mr_err *err)
{
	size_t at;
	int rc = MR_OK;

	*old = -1;
	if (p->n == UINT32_MAX - 1)
		return mr_err_set(err, MR_ERANGE, "more than %u ratings; "
		    "--dedupe none has no limit", UINT32_MAX - 1);
	/* At most two thirds full. */
	if (p->n >= p->n_slots / 3 * 2)
		rc = rehash(p, p->n_slots ? p->n_slots * 2 : 1024, err);
	if (rc == MR_OK)
		rc = mr_grow(&p->user, &p->user_cap, p->n + 1,
		    sizeof *p->user, "pairs", err);
	if (rc == MR_OK)
		rc = mr_grow(&p->item, &p->item_cap, p->n + 1,
		    sizeof *p->item, "pairs", err);
	if (rc)
		return rc;
	at = find_slot(p, user, item);
	if (p->slot[at]) {
		*old = p->slot[at] - 1;
		if (!replace)
			return MR_OK;
		p->user[*old] = -1;
	}
	p->user[p->n] = user;
	p->item[p->n] = item;
	p->slot[at] = (uint32_t)++p->n;
	return MR_OK;
}

void
mr_pairs_free(struct mr_pairs *p)
{
	free(p->user);
	free(p->item);
	free(p->slot);
	*p = (struct mr_pairs){ 0 };
}
