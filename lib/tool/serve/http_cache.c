/* A table of answers; see http_cache.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/http_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"

#define BESIDE 1024	/* bytes of an answer beside its body, about */

int
mr_http_cache_new(struct mr_http_cache *c, int64_t most, size_t most_bytes,
    struct mr_err *err)
{
	*c = (struct mr_http_cache){ .most = most, .most_bytes = most_bytes,
	    .places = 1 };
	while (c->places < (size_t)most)
		c->places *= 2;
	c->table = mr_alloc(c->places, sizeof *c->table, "answers", err);
	return c->table ? MR_OK : MR_ENOMEM;
}

static void
unlink_age(struct mr_http_cache *c, const struct mr_http_kept *k)
{
	if (k->newer)
		k->newer->older = k->older;
	else
		c->newest = k->older;
	if (k->older)
		k->older->newer = k->newer;
	else
		c->oldest = k->newer;
}

static void
link_newest(struct mr_http_cache *c, struct mr_http_kept *k)
{
	k->newer = NULL;
	k->older = c->newest;
	if (k->older)
		k->older->newer = k;
	else
		c->oldest = k;
	c->newest = k;
}

static struct mr_http_kept **
place(struct mr_http_cache *c, uint64_t hash)
{
	return &c->table[hash & (c->places - 1)];
}

static void
drop_oldest(struct mr_http_cache *c)
{
	struct mr_http_kept *k = c->oldest, **p = place(c, k->hash);

	while (*p != k)
		p = &(*p)->next;
	*p = k->next;
	c->oldest = k->newer;
	if (c->oldest)
		c->oldest->older = NULL;
	else
		c->newest = NULL;
	c->n--;
	c->bytes -= k->bytes + BESIDE;
	MHD_destroy_response(k->response);
	free(k);
}

void
mr_http_cache_at(struct mr_http_cache *c, int64_t generation)
{
	if (c->generation == generation)
		return;
	while (c->oldest)
		drop_oldest(c);
	c->generation = generation;
}

void
mr_http_cache_free(struct mr_http_cache *c)
{
	while (c->oldest)
		drop_oldest(c);
	free(c->table);
	*c = (struct mr_http_cache){ 0 };
}

struct mr_http_kept *
mr_http_cache_find(struct mr_http_cache *c, struct mr_slice key)
{
	uint64_t hash = mr_hash64(key.p, key.n);
	struct mr_http_kept *k = c->n ? *place(c, hash) : NULL;

	while (k && (k->hash != hash || k->n_key != key.n ||
	    memcmp(k->key, key.p, key.n) != 0))
		k = k->next;
	if (k) {
		unlink_age(c, k);
		link_newest(c, k);
	}
	return k;
}

bool
mr_http_cache_put(struct mr_http_cache *c, struct mr_slice key,
    struct MHD_Response *response, struct mr_slice body, const char *etag)
{
	struct mr_http_kept *k;

	if (body.n + BESIDE > c->most_bytes / 8)
		return false;
	k = calloc(1, sizeof *k + key.n);
	if (!k)
		return false;
	while (c->oldest && (c->n >= c->most || c->bytes + body.n + BESIDE >
	    c->most_bytes))
		drop_oldest(c);
	k->hash = mr_hash64(key.p, key.n);
	k->response = response;
	k->body = body.p;
	k->bytes = body.n;
	k->n_key = key.n;
	k->key = (char *)(k + 1);
	memcpy(k->key, key.p, key.n);
	snprintf(k->etag, sizeof k->etag, "%s", etag);
	k->next = *place(c, k->hash);
	*place(c, k->hash) = k;
	link_newest(c, k);
	c->n++;
	c->bytes += body.n + BESIDE;
	return true;
}
