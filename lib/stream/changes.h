/* A log of changes to named rows, beside the matrix stream that they change:
 * put and deleted rows, in batches that hold whole or not at all.  What the
 * rows then are is for store/index_file.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_CHANGES_H
#define MR_STREAM_CHANGES_H

#include "stream/matrix.h"

/*
 * The file is blocks of mr-matrix(5): a META that says which stream is changed,
 * by the digest in its END, and then batches of
 *
 *   IDS, DENSE   names, and their rows: put
 *   DELETE       names: deleted
 *   META         next=DIGEST: the stream of that digest holds all up to here
 *
 * each ended by COMMIT: its number, rising from 1 by 1, and the digest of the
 * headers since the one before.  Blocks reach the disk before their COMMIT
 * does, and a COMMIT before the writer is told, so a log is valid up to its
 * last COMMIT, and what is behind was never acknowledged.
 */
struct mr_changes {
	char *name;		/* of the file, owned */
	bool absent;		/* there is no such file */
	uint64_t base;		/* the digest of the stream that it changes */
	uint64_t next;		/* of the last batch; see succeeded */
	bool succeeded;		/* that batch says that a stream holds all */
	int64_t dim;		/* values of a row */
	int64_t batches;	/* the number of the last COMMIT */
	int64_t whole, size;	/* bytes: up to it, and of the file */
	/* private */
	unsigned char *p;
	bool lent;		/* p is the caller's */
	int64_t at;
};

/*
 * mr_changes_open - read and check the log at path; what is behind the last
 * COMMIT (size > whole) is passed over if it is cut short by the end of the
 * file or has zeros to the end of a sector of 512 bytes, as when a writer was
 * ended.  MR_EFORMAT: any other damage, or damage before a COMMIT; MR_EIO,
 * MR_ENOMEM.  Memory: the file.
 */
int mr_changes_open(struct mr_changes *c, const char *path,
    struct mr_err *err) MR_CHECKED;
/* mr_changes_memory - the same of a log that is the n bytes at p, 16-aligned,
 * which stay until the close; messages call it name. */
int mr_changes_memory(struct mr_changes *c, const void *p, size_t n,
    const char *name, struct mr_err *err) MR_CHECKED;

/* n names and, of a put, their rows [n * dim]; NULL: deleted.  Borrowed. */
struct mr_change {
	int64_t n;
	const unsigned char *names;
	const float *rows;
};

/* mr_changes_next - the next change that holds, in order; false: no more.
 * mr_changes_rewind - the first is the next again.
 * mr_changes_name - name i of it. */
bool mr_changes_next(struct mr_changes *c, struct mr_change *x);
void mr_changes_rewind(struct mr_changes *c);
struct mr_slice mr_changes_name(const struct mr_change *x, int64_t i);
void mr_changes_close(struct mr_changes *c);

/* mr_changes_create - an empty log at path of the stream with the digest base
 * and dim values a row, whole or not at all. */
int mr_changes_create(const char *path, uint64_t base, int64_t dim,
    struct mr_err *err) MR_CHECKED;

/* A batch that is being written; freed by mr_changes_commit or _undo. */
struct mr_batch {
	struct mr_out out;
	struct mr_mrm_out w;
	int64_t number;		/* of its COMMIT */
	int64_t begin;		/* where it begins */
};

/* mr_batch_begin - behind what holds of c, which must be all that is there:
 * one writer at a time. */
int mr_batch_begin(struct mr_batch *b, const struct mr_changes *c,
    struct mr_err *err) MR_CHECKED;
/* Names from .. to - 1 of ids with their rows [to - from][dim], or deleted;
 * errors stick, and mr_batch_commit tells. */
void mr_batch_put(struct mr_batch *b, const struct mr_ids *ids, int32_t from,
    int32_t to, const float *rows, int64_t dim);
void mr_batch_delete(struct mr_batch *b, const struct mr_ids *ids);
int mr_batch_succeed(struct mr_batch *b, uint64_t next, struct mr_err *err)
    MR_CHECKED;
/* mr_batch_commit - the batch to the disk, then its COMMIT: when this returns
 * MR_OK it is there for good, after any other value it is not. */
int mr_batch_commit(struct mr_batch *b, struct mr_err *err) MR_CHECKED;
/* mr_batch_undo - drop it; nothing after a commit. */
void mr_batch_undo(struct mr_batch *b);

#endif
