/* What a program asks for somebody unknown: his ratings and what is wanted for
 * them, out of a body of JSON.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_BODY_H
#define MR_TOOL_SERVE_BODY_H

#include "tool/serve/find.h"

#define MR_BODY_RATINGS 1000

/* All zero is empty; freed by mr_body_free. */
struct mr_body {
	struct mr_own_rating *r;	/* [n] of films of the catalogue, each
					 * once, without ids */
	int64_t n;
	int32_t *but;		/* [n_but] films that are not to be offered */
	int64_t n_but;
	int64_t unknown;	/* of ratings and but, what is no film here */
	const char *detail;	/* what is wrong, NULL: nothing, .. */
	char parameter[40];	/* .. and with what, as ratings[3].item */
	void *top;		/* that a borrows from */
};

/*
 * mr_body_read - one object of
 *
 *   ratings  1 to MR_BODY_RATINGS of { item, rating }; rating may be left out
 *            where those of the model are events, which all count as 1, else it
 *            is of its range; of a film that is rated twice the last counts
 *   not      at most as many ids
 *   where    { genre: [], from, to }
 *   n, offset, mix, explain
 *
 * the last two lines into a, which has the defaults, with limits and words as
 * in a query (asked.h); a borrows of b.  MR_ENOMEM.
 */
int mr_body_read(struct mr_body *b, const struct mr_site *s,
    struct mr_slice text, struct mr_asked *a, struct mr_err *err) MR_CHECKED;
void mr_body_free(struct mr_body *b);

#endif
