/* Pages and answers as text: what comes from outside is escaped unless a
 * function of another name is called.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_WRITE_H
#define MR_TOOL_SERVE_WRITE_H

#include "core/str.h"

/* A text that grows.  The first failure stays in rc, and writing goes on
 * without effect.  All zero is empty; freed by mr_write_free. */
struct mr_write {
	struct mr_buf b;
	int rc;
	const char *base;	/* the path before ours; NULL: none */
};

/* mr_write_raw - cstr as it is: markup of ours. */
void mr_write_raw(struct mr_write *w, const char *cstr);
void mr_write_bytes(struct mr_write *w, struct mr_slice s);
/* mr_write_base - what goes before an address of ours. */
void mr_write_base(struct mr_write *w);
/*
 * mr_write_html - fmt, markup of ours, in which stand for an argument
 *
 *   %t  a struct mr_slice, %s a string: text, or an attribute in quotes
 *   %u  a struct mr_slice, as a segment of a path or a value of a query
 *   %f  %p  a struct mr_slice: the link to the film, the person of that id
 *   %a  a string: an address of ours, as text
 *   %d  an int64_t; %n the same for people, with commas between thousands
 *   %g  a double, as %.9g has it, 0 where it is not finite
 *   %1  %2  %3  a double with so many digits behind the point
 *
 * Where an attribute of fmt begins with a slash, as href="/me", it is an address
 * of ours too: w->base goes before all of them.
 *
 * mr_write_json - the same but that %t and %s are strings of JSON with their
 * quotes, and %g is null where it is not finite.
 */
void mr_write_html(struct mr_write *w, const char *fmt, ...);
void mr_write_json(struct mr_write *w, const char *fmt, ...);
void mr_write_free(struct mr_write *w);

#endif
