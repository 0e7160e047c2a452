/* Which requests are heard at all, by their headers.  Knows no sockets.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_GATE_H
#define MR_TOOL_SERVE_GATE_H

#include <stdint.h>

#include "core/str.h"

#define MR_GATE_HEADERS 64
#define MR_GATE_TAGS 8		/* lines of one list of tags */

/* Lists of entity tags, of which all count (RFC 9110, 5.3).  Borrowed. */
struct mr_tags {
	struct mr_slice line[MR_GATE_TAGS];
	int n;			/* above MR_GATE_TAGS: there were more */
};

/* What the headers of a request are.  All zero is none; slices borrowed. */
struct mr_gate {
	int n_headers, n_hosts, n_lengths, n_types, n_cookies;
	bool encoded;		/* Transfer-Encoding */
	bool coded;		/* Content-Encoding, of a body */
	bool expects;		/* 100-continue */
	bool takes_gzip, no_gzip;	/* by Accept-Encoding */
	bool bad_name;		/* a name that is no token */
	bool bad_line;		/* a line that others read in other ways */
	struct mr_slice host, length, type, cookie, origin, site;	/* p
				 * NULL: none */
	struct mr_tags if_none_match, if_match;
	struct mr_slice forwarded, proto;	/* X-Forwarded-For, the last
				 * line, and -Proto */
};

/* The line before the headers, and what may be. */
struct mr_gate_line {
	struct mr_slice method, target, version;
	const char *hosts;	/* as mr_serve_opt has it */
	size_t most;		/* bytes of a body; 0: it may have none */
	bool files;		/* it may have files */
	bool json;		/* it is JSON and nothing else */
};

/* mr_gate_header - one more header. */
void mr_gate_header(struct mr_gate *g, struct mr_slice name,
    struct mr_slice value);
/* mr_gate_verdict - 0, or the status to refuse with and why in *detail.
 * mr_gate_form - the same of what is looked at before the route is known: the
 * form of the target, and the version. */
int mr_gate_verdict(const struct mr_gate *g, const struct mr_gate_line *line,
    const char **detail);
int mr_gate_form(const struct mr_gate_line *line, const char **detail);
/* mr_gate_gzip - may an answer be gzip, as Accept-Encoding says? */
bool mr_gate_gzip(const struct mr_gate *g);
/* mr_gate_has_tag - do the lists have etag, or every one?  strong: weak ones,
 * which begin with W/, are like none (RFC 9110, 8.8.3.2). */
bool mr_gate_has_tag(const struct mr_tags *tags, const char *etag,
    bool strong);
/* mr_gate_same_site - does it come from a page of ours, as browsers say?  By
 * Sec-Fetch-Site, and where there is none by Origin. */
bool mr_gate_same_site(const struct mr_gate *g);

#endif
