/* Are the parts of a model being read what the formula takes?  Private to
 * model_file.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_MODEL_CHECK_H
#define MR_STORE_MODEL_CHECK_H

#include "store/model_file.h"

/* mr_model_check - each part on its axis and of its type, the rank of U and V
 * alike, and the items complete before the first user, whose number goes to
 * in->n_items then.  MR_EFORMAT. */
int mr_model_check(struct mr_model_in *in, struct mr_err *err) MR_CHECKED;

#endif
