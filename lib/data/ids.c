/* A string table with numbers; see ids.h.
 * SPDX-License-Identifier: MIT */
#include "data/ids.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"

struct mr_slice
mr_ids_get(const struct mr_ids *ids, int32_t i)
{
	size_t from = i ? ids->end[i - 1] : 0;
	/* Where the only name is the empty one there is no text. */
	const char *p = ids->text.p ? ids->text.p : "";

	return (struct mr_slice){ p + from, ids->end[i] - from };
}

static int32_t
index_in(uint64_t slot)
{
	return (int32_t)(slot & 0xffffffff) - 1;
}

/* The slot of name, or the empty one where it belongs; n_slots > n.  The
 * hash's upper half lies in the slot, so that names are seldom compared in
 * vain, which would cost a cache miss. */
static size_t
find_slot(const struct mr_ids *ids, struct mr_slice name, uint64_t hash)
{
	size_t mask = ids->n_slots - 1, at = (size_t)hash & mask;

	while (ids->slot[at] && (ids->slot[at] >> 32 != hash >> 32 ||
	    !mr_slice_eq(mr_ids_get(ids, index_in(ids->slot[at])), name)))
		at = (at + 1) & mask;
	return at;
}

static int
rehash(struct mr_ids *ids, size_t n_slots, struct mr_err *err)
{
	uint64_t *slot = mr_alloc(n_slots, sizeof *slot, "id table", err);

	if (!slot)
		return MR_ENOMEM;
	free(ids->slot);
	ids->slot = slot;
	ids->n_slots = n_slots;
	for (int32_t i = 0; i < ids->n; i++) {
		struct mr_slice name = mr_ids_get(ids, i);
		uint64_t hash = mr_hash64(name.p, name.n);

		slot[find_slot(ids, name, hash)] = (hash >> 32 << 32) |
		    ((uint64_t)i + 1);
	}
	return MR_OK;
}

int32_t
mr_ids_find(const struct mr_ids *ids, struct mr_slice name)
{
	if (ids->n == 0)
		return -1;
	return index_in(ids->slot[find_slot(ids, name,
	    mr_hash64(name.p, name.n))]);
}

int
mr_ids_add(struct mr_ids *ids, struct mr_slice name, int32_t *index,
    bool *is_new, struct mr_err *err)
{
	uint64_t hash = mr_hash64(name.p, name.n);
	size_t at;
	int rc = MR_OK;

	if (is_new)
		*is_new = false;
	if (ids->n == INT32_MAX - 1)
		return mr_err_set(err, MR_ERANGE, "more than %d ids",
		    INT32_MAX - 1);
	if ((size_t)ids->n >= ids->n_slots / 2)
		rc = rehash(ids, ids->n_slots ? ids->n_slots * 2 : 64, err);
	if (rc)
		return rc;
	at = find_slot(ids, name, hash);
	if (ids->slot[at]) {
		*index = index_in(ids->slot[at]);
		return MR_OK;
	}
	rc = mr_grow(&ids->end, &ids->end_cap, (size_t)ids->n + 1,
	    sizeof *ids->end, "ids", err);
	if (rc == MR_OK)
		rc = mr_buf_add(&ids->text, name.p, name.n, err);
	if (rc)
		return rc;
	ids->end[ids->n] = ids->text.n;
	*index = ids->n++;
	ids->slot[at] = (hash >> 32 << 32) | (uint64_t)ids->n;
	if (is_new)
		*is_new = true;
	return MR_OK;
}

struct named {
	struct mr_slice name;
	int32_t index;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return mr_slice_cmp(x->name, y->name);
}

int
mr_ids_order(const struct mr_ids *ids, int32_t *order, int32_t *rank,
    struct mr_err *err)
{
	struct named *v = mr_alloc((size_t)ids->n, sizeof *v, "order of ids",
	    err);

	if (!v)
		return MR_ENOMEM;
	for (int32_t i = 0; i < ids->n; i++)
		v[i] = (struct named){ mr_ids_get(ids, i), i };
	if (ids->n)
		qsort(v, (size_t)ids->n, sizeof *v, by_name);
	for (int32_t r = 0; r < ids->n; r++) {
		if (order)
			order[r] = v[r].index;
		if (rank)
			rank[v[r].index] = r;
	}
	free(v);
	return MR_OK;
}

int32_t *
mr_ids_map(const struct mr_ids *from, const struct mr_ids *to,
    struct mr_err *err)
{
	int32_t *map = mr_alloc((size_t)from->n, sizeof *map, "ids", err);

	for (int32_t i = 0; map && i < from->n; i++)
		map[i] = mr_ids_find(to, mr_ids_get(from, i));
	return map;
}

void
mr_ids_clear(struct mr_ids *ids)
{
	if (ids->n_slots)
		memset(ids->slot, 0, ids->n_slots * sizeof *ids->slot);
	ids->text.n = 0;
	ids->n = 0;
}

void
mr_ids_free(struct mr_ids *ids)
{
	mr_buf_free(&ids->text);
	free(ids->end);
	free(ids->slot);
	*ids = (struct mr_ids){ 0 };
}
