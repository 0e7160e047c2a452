/* An answer before it becomes HTTP.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_REPLY_H
#define MR_TOOL_SERVE_REPLY_H

#include "tool/serve/write.h"

enum mr_keep {			/* how long others may keep it */
	MR_KEEP_NOT, MR_KEEP_MINUTE, MR_KEEP_OWN, MR_KEEP_EVER
};

/* All zero is empty; freed by mr_reply_free. */
struct mr_reply {
	int status;
	const char *type;	/* of the media, a constant */
	enum mr_keep keep;
	struct mr_write body;
	const char *fixed;	/* in the place of body: n_fixed bytes that
				 * stay */
	size_t n_fixed;
	struct mr_write location, set_cookie, link;	/* headers, b.n 0:
							 * none */
	const char *coding;	/* of the body; NULL: none, "": none here, but
				 * for others there is one */
	const char *images;	/* origin of others' images, or NULL */
	const char *file;	/* name of a download, or NULL */
	const char *allow;	/* of 405 */
	char etag[24];		/* with quotes; "": none */
	size_t vague, n_vague;	/* bytes of body that it is not of, as they
				 * differ from one time to the next */
};

/* mr_reply_begin - empty, of a server that stands below the path base. */
void mr_reply_begin(struct mr_reply *r, const char *base);
void mr_reply_free(struct mr_reply *r);

#endif
