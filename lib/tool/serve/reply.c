/* Answers; see reply.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/reply.h"

void
mr_reply_begin(struct mr_reply *r, const char *base)
{
	mr_reply_free(r);
	r->body.base = r->location.base = r->set_cookie.base = r->link.base =
	    base;
}

void
mr_reply_free(struct mr_reply *r)
{
	mr_write_free(&r->body);
	mr_write_free(&r->location);
	mr_write_free(&r->set_cookie);
	mr_write_free(&r->link);
	*r = (struct mr_reply){ 0 };
}
