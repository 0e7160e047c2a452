/* Answers that were made already, ready to be sent; of one loop.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_HTTP_CACHE_H
#define MR_TOOL_SERVE_HTTP_CACHE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* An answer of status 200.  The library counts who uses the response. */
struct mr_http_kept {
	struct mr_http_kept *next;	/* of the same place of the table */
	struct mr_http_kept *newer, *older;
	uint64_t hash;
	struct MHD_Response *response;
	const void *body;	/* of the response */
	size_t bytes;
	char etag[24];
	size_t n_key;
	char *key;		/* behind this */
};

/* All zero is empty and keeps nothing; freed by mr_http_cache_free. */
struct mr_http_cache {
	struct mr_http_kept **table;
	size_t places;		/* a power of two */
	struct mr_http_kept *oldest, *newest;	/* asked for; NULL: none */
	int64_t n, most;	/* answers */
	size_t bytes, most_bytes;
	int64_t generation;	/* of all in it */
};

/* mr_http_cache_new - at most so many answers and bytes; the one that was not
 * asked for longest goes. */
int mr_http_cache_new(struct mr_http_cache *c, int64_t most,
    size_t most_bytes, struct mr_err *err) MR_CHECKED;
void mr_http_cache_free(struct mr_http_cache *c);
/* mr_http_cache_at - what was made of another generation goes. */
void mr_http_cache_at(struct mr_http_cache *c, int64_t generation);
/* mr_http_cache_find - the answer of that key, NULL: none; good until the next
 * call.  mr_http_cache_put - one more, that is not there; true: response is the
 * cache's then.  False: it is too large, or memory is short. */
struct mr_http_kept *mr_http_cache_find(struct mr_http_cache *c,
    struct mr_slice key);
bool mr_http_cache_put(struct mr_http_cache *c, struct mr_slice key,
    struct MHD_Response *response, struct mr_slice body, const char *etag);

#endif
