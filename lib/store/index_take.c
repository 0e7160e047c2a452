/* A log and the file that it belongs to; see index_take.h.
 * SPDX-License-Identifier: MIT */
#include "store/index_take.h"

int
mr_store_deletes_nothing(const char *log, struct mr_slice name,
    struct mr_err *err)
{
	return mr_err_set(err, MR_EFORMAT, "%s: deletes '%.*s', which is not "
	    "there", log, MR_SHOWN(name));
}

int
mr_store_whose_log(struct mr_vectors *v, const struct mr_changes *log,
    uint64_t before, bool *ours, bool *again, struct mr_err *err)
{
	uint64_t here = v->set.r.sealed;
	bool done = log->succeeded && log->next == here;

	*ours = *again = false;
	v->store.log_bytes = log->whole;
	v->store.tail_bytes = log->size - log->whole;
	v->store.no_log = log->absent;
	if (log->absent || (done && log->base != here))
		return MR_OK;
	if (log->base != here) {
		*again = before != here;
		return *again ? MR_OK : mr_err_set(err, MR_EFORMAT, "%s: its "
		    "changes are to another file than %s", log->name,
		    v->set.in.name);
	}
	if (log->dim != v->d)
		return mr_err_set(err, MR_EFORMAT, "%s: rows of %lld values, "
		    "%s has %lld", log->name, (long long)log->dim,
		    v->set.in.name, (long long)v->d);
	v->store.batches = log->batches;
	*ours = true;
	return MR_OK;
}
