/* Hashes of names, all or the smallest; see sample.h.
 * SPDX-License-Identifier: MIT */
#include "data/sample.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"

#define SLOTS ((size_t)2 * MR_SAMPLE_MAX)

static uint64_t
hash_of(struct mr_slice name)
{
	uint64_t hash = mr_hash64(name.p, name.n);

	return hash ? hash : 1;
}

/* Where hash is, or belongs. */
static size_t
find(const uint64_t *slot, uint64_t hash)
{
	size_t at = (size_t)hash & (SLOTS - 1);

	while (slot[at] && slot[at] != hash)
		at = (at + 1) & (SLOTS - 1);
	return at;
}

static bool
is_kept(const struct mr_sample *s, uint64_t hash)
{
	return s->halved == 0 || hash >> (64 - s->halved) == 0;
}

/* Only the smaller half stays. */
static int
halve(struct mr_sample *s, struct mr_err *err)
{
	uint64_t *old = s->slot;
	uint64_t *slot = mr_alloc(SLOTS, sizeof *slot, "names", err);

	if (!slot)
		return MR_ENOMEM;
	s->halved++;
	s->n = 0;
	for (size_t i = 0; i < SLOTS; i++)
		if (old[i] && is_kept(s, old[i])) {
			slot[find(slot, old[i])] = old[i];
			s->n++;
		}
	free(old);
	s->slot = slot;
	return MR_OK;
}

int
mr_sample_add(struct mr_sample *s, struct mr_slice name, struct mr_err *err)
{
	uint64_t hash = hash_of(name);
	size_t at;

	if (!s->slot)
		s->slot = mr_alloc(SLOTS, sizeof *s->slot, "names", err);
	if (!s->slot)
		return MR_ENOMEM;
	while (s->n == MR_SAMPLE_MAX && is_kept(s, hash)) {
		int rc = halve(s, err);

		if (rc)
			return rc;
	}
	if (!is_kept(s, hash))
		return MR_OK;
	at = find(s->slot, hash);
	s->n += s->slot[at] == 0;
	s->slot[at] = hash;
	return MR_OK;
}

bool
mr_sample_has(const struct mr_sample *s, struct mr_slice name)
{
	uint64_t hash = hash_of(name);

	return s->slot && is_kept(s, hash) && s->slot[find(s->slot, hash)];
}

void
mr_sample_free(struct mr_sample *s)
{
	free(s->slot);
	*s = (struct mr_sample){ 0 };
}
