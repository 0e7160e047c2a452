/* What --from-tsv and --from-npy share: META, names, digests.  Private to
 * the show files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SHOW_MAKE_H
#define MR_TOOL_SHOW_MAKE_H

#include "stream/matrix.h"
#include "stream/tsv.h"
#include "tool/show/show.h"

/* mr_show_make_name - copy s if it can name a matrix or an axis. */
bool mr_show_make_name(char to[MR_NAME_MAX + 1], struct mr_slice s);
/* mr_show_make_check - the matrix name (E by default) to name; MR_EARG when it
 * or o->axis cannot be a name. */
int mr_show_make_check(const struct mr_show_opt *o, char name[MR_NAME_MAX + 1],
    struct mr_err *err) MR_CHECKED;
/* mr_show_make_begin - the first META of a stream of the matrix name. */
int mr_show_make_begin(struct mr_mrm_out *w, struct mr_out *out,
    const char *name, const char *row, const char *col,
    struct mr_err *err) MR_CHECKED;
/* mr_show_make_row - the first field of t's row as one more name. */
int mr_show_make_row(struct mr_ids *ids, const struct mr_tsv *t,
    struct mr_err *err) MR_CHECKED;
/* mr_show_make_end - second META and END; key tells what in was, and ids (may
 * be NULL) where names came from. */
int mr_show_make_end(struct mr_mrm_out *w, const char *key,
    const struct mr_in *in, const struct mr_in *ids,
    struct mr_err *err) MR_CHECKED;
/* mr_show_make_drop - give up: no END is written. */
void mr_show_make_drop(struct mr_mrm_out *w);

#endif
