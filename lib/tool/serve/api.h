/* What answers of the API are made of.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_API_H
#define MR_TOOL_SERVE_API_H

#include "tool/serve/page.h"

/* mr_api_begin - the reply is JSON that may be kept for a minute. */
void mr_api_begin(struct mr_visit *v);
/* mr_api_put_film - the members of a film. */
void mr_api_put_film(struct mr_visit *v, int32_t film);
/* mr_api_put_found - from "items" on, a list for somebody, with what u, whose
 * it is, would rate, and reasons where asked for; u NULL: by texts. */
void mr_api_put_found(struct mr_visit *v, const struct mr_found *f,
    const struct mr_user *u);
/* mr_api_put_list - a whole list; score is the name of theirs, NULL: none; by
 * says what they are in the order of.  mr_api_end_list - what stands behind the
 * elements of f, for the answer to a body without the address of more. */
void mr_api_put_list(struct mr_visit *v, const struct mr_found *f,
    const char *score, const char *by);
void mr_api_end_list(struct mr_visit *v, const struct mr_found *f,
    const char *by);

#endif
