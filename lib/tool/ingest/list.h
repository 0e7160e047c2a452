/* A list in one field, as JSON or Python write it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_LIST_H
#define MR_TOOL_INGEST_LIST_H

#include "core/str.h"

/* mr_ingest_is_list - is s meant for one?  It begins with [ and ends with ],
 * or is one that was cut off: ["Crime", [{'name': ..; so is what begins and
 * ends with { and }, and ("Crime", .. also behind letters. */
bool mr_ingest_is_list(struct mr_slice s);

typedef int mr_list_take(void *ctx, struct mr_slice value, struct mr_err *err);

/*
 * mr_ingest_list - take each value of the list s in turn: a string without its
 * quotes and escapes, a number as it stands, of an object what its "name" is;
 * null and None are no values.  An object alone and a tuple, in round brackets,
 * are read so, too, as are c(..) and list(..) of R and array([..]) of NumPy;
 * character(0) is R's for none.  *ok is false, and nothing was taken, when s is
 * something else.  Strings have single or double quotes, and u before them; \x,
 * \u and \U are code points, those that are none U+FFFD.  Objects and lists
 * inside go 64 deep.  Time is linear; text is room for a value.
 */
int mr_ingest_list(struct mr_slice s, struct mr_buf *text, mr_list_take *take,
    void *ctx, bool *ok, struct mr_err *err) MR_CHECKED;

#endif
