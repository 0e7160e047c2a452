/* A request taken apart: path, query and form, each decoded once.  Knows no
 * sockets.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_REQUEST_H
#define MR_TOOL_SERVE_REQUEST_H

#include "core/str.h"
#include "tool/serve/gate.h"

#define MR_REQUEST_PARTS 6	/* segments of a path */
#define MR_REQUEST_VALUES 32	/* of a query or form */
#define MR_REQUEST_TARGET 2048	/* bytes of a target */

struct mr_named_value {
	struct mr_slice name, value;
};

/* All zero is empty; freed by mr_request_free.  Target, cookie, type and body
 * are borrowed. */
struct mr_request {
	bool post;
	bool same_site;		/* it comes from a page of ours */
	bool https;		/* the visitor's browser has encrypted it */
	bool gzip;		/* it may be answered so */
	bool draining;		/* nothing new is to be sent here */
	struct mr_slice target, cookie, type, body;
	struct mr_tags if_none_match, if_match;
	/* Decoded, in text. */
	struct mr_slice part[MR_REQUEST_PARTS];	/* "/a/b": a, b; "/": one, empty */
	int n_parts;
	struct mr_named_value value[MR_REQUEST_VALUES];
	int n_values;
	struct mr_buf text;
};

/*
 * mr_request_target - fill part and value from target, and mr_request_form from
 * the body, a form, value alone.  Of both %XX and, behind the question mark, +
 * are decoded; where type says so the form is one of multipart.h.  MR_EARG with
 * what is wrong: a broken % or one for a control character (but line ends and
 * tabs of a form), bytes that are no UTF-8, too many parts; MR_ENOMEM.  What
 * stands in a file is taken as it is.
 */
int mr_request_target(struct mr_request *q, struct mr_err *err) MR_CHECKED;
int mr_request_form(struct mr_request *q, struct mr_err *err) MR_CHECKED;
/* mr_request_value - the first value of that name; p NULL: none. */
struct mr_slice mr_request_value(const struct mr_request *q, const char *name);
void mr_request_free(struct mr_request *q);

#endif
