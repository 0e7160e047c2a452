/* Forms with files in them: multipart/form-data (RFC 7578).  Knows no sockets.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_MULTIPART_H
#define MR_TOOL_SERVE_MULTIPART_H

#include "core/str.h"

/* mr_multipart_boundary - of the media type; n 0: it is not multipart, or has
 * none of 1 to 70 bytes. */
struct mr_slice mr_multipart_boundary(struct mr_slice type);

/* Of a body, one part after another; rest is what is left, p NULL at the
 * end.  Slices are of the body. */
struct mr_multipart {
	struct mr_slice boundary, rest;
	struct mr_slice name, value;	/* of the current part */
	bool file;		/* it has a file name */
	const char *wrong;	/* why the body is not well-formed; NULL: it is
				 * as far as it was read */
};

/* mr_multipart_begin - before the first part of body; mr_multipart_next - the
 * next one, false: there is none, or it is not well-formed.  Time is linear. */
void mr_multipart_begin(struct mr_multipart *m, struct mr_slice boundary,
    struct mr_slice body);
bool mr_multipart_next(struct mr_multipart *m);

#endif
