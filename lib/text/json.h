/* JSON text as jansson's tree, with a refused allocation told as such.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_JSON_H
#define MR_TEXT_JSON_H

#include <jansson.h>

#include "core/str.h"

/*
 * mr_json_load - parse text; *top is to be given to json_decref, NULL on
 * failure.  A name that stands twice in an object is refused.  MR_EFORMAT
 * "NAME:LINE: PART: what is wrong", without ": PART" where part is NULL;
 * MR_ENOMEM, and then what jansson had by that time is lost, as it was left in
 * the middle.  Threads that load at once wait for each other, since jansson's
 * allocator is the process's; nothing else may allocate by it meanwhile.
 */
int mr_json_load(json_t **top, struct mr_slice text, const char *name,
    const char *part, struct mr_err *err) MR_CHECKED;

#endif
