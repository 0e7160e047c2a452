/* What a store that is read and one that is looked into have in common.
 * Private to the store's files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_INDEX_TAKE_H
#define MR_STORE_INDEX_TAKE_H

#include "store/index_file.h"

/* The steps of mr_store_take.  mr_store_take_file - v holds the stream of a
 * store: check it; its log is not known.  mr_store_take_log - v is such a file
 * that has that log. */
int mr_store_take_file(struct mr_vectors *v, struct mr_err *err) MR_CHECKED;
int mr_store_take_log(struct mr_vectors *v, struct mr_changes *log,
    uint64_t before, bool *again, struct mr_err *err) MR_CHECKED;
/* mr_store_whose_log - of v, whose META, digest and width are known: *ours, do
 * the changes of log apply?  *again and before as mr_store_take has them; the
 * facts of v learn what the log is. */
int mr_store_whose_log(struct mr_vectors *v, const struct mr_changes *log,
    uint64_t before, bool *ours, bool *again, struct mr_err *err) MR_CHECKED;
/* mr_store_deletes_nothing - MR_EFORMAT: the log deletes what is not there. */
int mr_store_deletes_nothing(const char *log, struct mr_slice name,
    struct mr_err *err);
/* mr_store_metric_of - the metric that a META says; false: none. */
bool mr_store_metric_of(const struct mr_meta *m, enum mr_metric *metric);

#endif
