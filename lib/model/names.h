/* Whose numbers went wrong: users and items by name in messages.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_NAMES_H
#define MR_MODEL_NAMES_H

#include <stddef.h>

#include "data/ids.h"
#include "model/model.h"

/* Borrowed; NULL: rows are called by their numbers, from 1. */
struct mr_names {
	const struct mr_ids *users, *items;
};

#define MR_CALLED 80	/* bytes that a call takes */

/* What gradient descent says when its numbers are no longer finite. */
#define MR_BLOWN_UP "numbers grew without bound: a smaller --learning-rate " \
	"or a larger --lambda helps"

/* mr_names_call - "user 'x'", or "user number 3" without ids, at most size - 1
 * bytes; nothing for a row below 0. */
void mr_names_call(char *text, size_t size, const char *kind,
    const struct mr_ids *ids, int64_t row);
/* mr_names_blame - "user 'x', item 'y': what" as code; a user or item below
 * 0 is left out. */
int mr_names_blame(const struct mr_names *n, int64_t user, int64_t item,
    int code, const char *what, struct mr_err *err) MR_CHECKED;
/* mr_names_finite - MR_ENUMERIC with what when a part of m, trained on R, is
 * not finite: about the first such user, else the first such item. */
int mr_names_finite(const struct mr_names *n, const struct mr_model *m,
    const struct mr_csr *R, const char *what, struct mr_err *err) MR_CHECKED;

#endif
