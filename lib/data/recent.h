/* What a thread remembers of the texts in rows it has just read.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_RECENT_H
#define MR_DATA_RECENT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "data/ids.h"

#define MR_RECENT 131072
#define MR_RECENT_WAYS 4	/* texts of one hash: a line of the cache */
#define MR_RECENT_TEXT 11	/* bytes of the longest text */

enum mr_recent_kind { MR_RECENT_USER, MR_RECENT_ITEM, MR_RECENT_RATING };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "keys are made of loads as this CPU has them");

/* A text: its first 8 bytes, and the other 3 and the kind. */
struct mr_recent_key {
	uint64_t most;		/* 0: none */
	uint32_t rest;
};

/* Texts, the last ones of each hash.  All zero is empty. */
struct mr_recent {
	_Alignas(64) struct mr_recent_text {
		uint64_t most;
		uint32_t rest;
		uint32_t number;	/* twice, and 1 more if it is plain: a
					 * field that is it needs no other
					 * look */
	} at[MR_RECENT];
};

/* mr_recent_key - of the n <= MR_RECENT_TEXT bytes at p, of which 16 can be
 * read. */
static inline struct mr_recent_key
mr_recent_key(const char *p, size_t n, enum mr_recent_kind kind)
{
	struct mr_recent_key k;
	bool more = n > 8;
	uint64_t w[2];

	memcpy(w, p, sizeof w);
	k.most = n >= 8 ? w[0] : w[0] & ((UINT64_C(1) << 8 * n) - 1);
	k.rest = more ? (uint32_t)w[1] & ((1u << 8 * (n - 8)) - 1) : 0;
	k.rest |= ((uint32_t)kind + 1) << 24;
	return k;
}

/* mr_recent_line - where it may be, with others of its hash. */
static inline struct mr_recent_text *
mr_recent_line(struct mr_recent *r, struct mr_recent_key k)
{
	/* Odd numbers near 2^64 / the golden ratio and 2^64 / pi. */
	uint64_t h = k.most * 0x9e3779b97f4a7c15u ^
	    k.rest * 0x517cc1b727220a95u;

	return &r->at[(h >> 40) % (MR_RECENT / MR_RECENT_WAYS) *
	    MR_RECENT_WAYS];
}

/* mr_recent_find - where in its line it is, or NULL. */
static inline struct mr_recent_text *
mr_recent_find(struct mr_recent_text *line, struct mr_recent_key k)
{
	for (int i = 0; i < MR_RECENT_WAYS; i++)
		if (line[i].most == k.most && line[i].rest == k.rest)
			return &line[i];
	return NULL;
}

/* mr_recent_put - to its line, out of which the oldest goes; returns where it
 * is. */
static inline struct mr_recent_text *
mr_recent_put(struct mr_recent_text *line, struct mr_recent_key k,
    int32_t number, bool plain)
{
	memmove(line + 1, line, (MR_RECENT_WAYS - 1) * sizeof *line);
	*line = (struct mr_recent_text){ k.most, k.rest,
	    (uint32_t)number << 1 | plain };
	return line;
}

/* mr_recent_name - the key of a name; false: it is empty or too long. */
static inline bool
mr_recent_name(struct mr_slice name, enum mr_recent_kind kind,
    struct mr_recent_key *k)
{
	char text[16] = { 0 };

	if (name.n == 0 || name.n > MR_RECENT_TEXT)
		return false;
	memcpy(text, name.p, name.n);
	*k = mr_recent_key(text, name.n, kind);
	return true;
}

/* mr_recent_add - mr_ids_add, but a name that is remembered is not looked for:
 * no names of the kind are of other ids, and none have gone since. */
static inline int
mr_recent_add(struct mr_recent *r, enum mr_recent_kind kind,
    struct mr_ids *ids, struct mr_slice name, int32_t *number,
    struct mr_err *err)
{
	struct mr_recent_key key;
	struct mr_recent_text *line, *at;
	int rc;

	if (!mr_recent_name(name, kind, &key))
		return mr_ids_add(ids, name, number, NULL, err);
	line = mr_recent_line(r, key);
	at = mr_recent_find(line, key);
	if (at) {
		*number = (int32_t)(at->number >> 1);
		return MR_OK;
	}
	rc = mr_ids_add(ids, name, number, NULL, err);
	if (rc == MR_OK)
		(void)mr_recent_put(line, key, *number, false);
	return rc;
}

#endif
