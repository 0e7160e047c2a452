/* The visitor's own ratings, which his browser keeps: a cookie.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_OWN_H
#define MR_TOOL_SERVE_OWN_H

#include "tool/serve/site.h"

#define MR_OWN_MOST 200		/* ratings */
#define MR_OWN_BYTES 3800	/* of a cookie */

struct mr_own_rating {
	int32_t film;		/* -1: none of the catalogue */
	float rating;
	struct mr_slice id;	/* as the cookie has it, borrowed */
};

/*
 *   mr_r=1.ITEM:R.ITEM:R	(or __Host-mr_r)
 *
 * An id's bytes but letters and digits are %XX, R are hundredths; the first
 * number is the version.
 */
struct mr_own {
	int n, n_unknown;	/* unknown: of films that are not here, kept */
	bool bad;		/* the cookie was not well-formed: nothing is
				 * taken of it */
	bool images;		/* another cookie, mr_i=1: posters are wanted */
	bool secure;		/* it is only to be sent encrypted */
	bool host_only;		/* and called __Host-mr_r, so that no other host
				 * can set it; both are set before it is read */
	struct mr_own_rating r[MR_OWN_MOST];	/* in the order given */
};

/* mr_own_read - the ratings of a Cookie header. */
void mr_own_read(struct mr_own *own, const struct mr_site *s,
    struct mr_slice cookie);
/* mr_own_fits - is a rating one of the range, in the hundredths that a cookie
 * has?  So that what was taken once is read again. */
bool mr_own_fits(const struct mr_site *s, double rating);
/* mr_own_find - the rating of a film, NAN: none. */
float mr_own_find(const struct mr_own *own, int32_t film);
/* mr_own_set - rate film, or with a rating of NAN take it back; false when
 * there is no room for one more. */
bool mr_own_set(struct mr_own *own, const struct mr_site *s, int32_t film,
    float rating, struct mr_buf *id);
/* mr_own_take - rate n films more, in their order, the ids of r being read no
 * further; those rated already get that rating.  Returns how many there was
 * room for.  ids holds what own borrows of then. */
int64_t mr_own_take(struct mr_own *own, const struct mr_site *s,
    const struct mr_own_rating *r, int64_t n, struct mr_buf *ids);
/* mr_own_write - the value of a Set-Cookie header, a NUL behind it. */
void mr_own_write(struct mr_write *w, const struct mr_own *own);
/* mr_own_bytes - how long the cookie is. */
size_t mr_own_bytes(const struct mr_own *own);

#endif
