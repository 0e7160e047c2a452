/* A store held for writing: by one process at a time, each change whole or
 * not at all.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_INDEX_CHANGE_H
#define MR_STORE_INDEX_CHANGE_H

#include "store/index_file.h"

/* Freed by mr_store_release; all zero with lock -1 is nothing. */
struct mr_store {
	const char *path;	/* borrowed */
	char *log_path;
	int lock;
	int threads;		/* 0: all CPUs */
	struct mr_vectors v;	/* the rows that count */
	struct mr_changes log;
};

/* mr_store_hold - wait for the lock of the store at path, there already or
 * not; nothing is read. */
int mr_store_hold(struct mr_store *s, const char *path, struct mr_err *err)
    MR_CHECKED;
/* mr_store_load - its rows and its log, which is made where it is missing or
 * of the file before; MR_EFORMAT where path is no store.  With v.look_up set
 * before, its rows are only looked into: enough for a batch. */
int mr_store_load(struct mr_store *s, struct mr_err *err) MR_CHECKED;
/*
 * mr_store_replace - v, dense and named, as the store's rows, with an empty
 * log.  In this order: the new file beside, synced; a batch in the log that
 * names it as successor; renamed; its folder synced; a new log, likewise.  A
 * crash leaves the store of before, or, from the renaming on, the new one.
 */
int mr_store_replace(struct mr_store *s, const struct mr_vectors *v,
    const struct mr_store_opt *o, struct mr_err *err) MR_CHECKED;
/* mr_store_compact - the rows that count as a file without changes; it is the
 * one that mr_store_replace makes of them.  Loads s again. */
int mr_store_compact(struct mr_store *s, struct mr_err *err) MR_CHECKED;
/* mr_store_is_due - have so many rows gone to the log, or died, that a search
 * or the file suffers?  More than 8,192 and a 64th, or a 5th. */
bool mr_store_is_due(const struct mr_store_facts *f);
void mr_store_release(struct mr_store *s);

#endif
