/* Writing a store; see index_change.h.
 * SPDX-License-Identifier: MIT */
#include "store/index_change.h"

#include <stdlib.h>

#include "stream/beside.h"
#include "stream/map.h"

int
mr_store_hold(struct mr_store *s, const char *path, struct mr_err *err)
{
	char *lock = mr_beside(path, ".lock", err);
	int rc = MR_ENOMEM;

	*s = (struct mr_store){ .path = path, .lock = -1 };
	if (lock)
		s->log_path = mr_beside(path, ".log", err);
	if (s->log_path)
		rc = mr_lock(lock, &s->lock, err);
	free(lock);
	return rc;
}

/* The log of the file before has nothing that this one has not: a writer was
 * ended between the two renamings. */
static bool
is_done(const struct mr_store *s)
{
	return s->log.succeeded && s->log.base != s->v.store.digest;
}

int
mr_store_load(struct mr_store *s, struct mr_err *err)
{
	int rc = mr_vectors_load(&s->v, s->path, NULL, err);

	if (rc == MR_OK && !s->v.store.is)
		rc = mr_err_set(err, MR_EFORMAT, "%s: not a store: mr-index "
		    "build makes one of vectors", s->path);
	if (rc == MR_OK)
		rc = mr_changes_open(&s->log, s->log_path, err);
	if (rc == MR_OK && (s->log.absent || is_done(s))) {
		mr_changes_close(&s->log);
		rc = mr_changes_create(s->log_path, s->v.store.digest,
		    s->v.d, err);
		if (rc == MR_OK)
			rc = mr_changes_open(&s->log, s->log_path, err);
	}
	return rc;
}

/* Where the log there is of the file there, it is told what follows; the log
 * of no file that is there, or one that cannot be read, goes.  One that was
 * told before may be of the file before: then loading makes the file's own. */
static int
tell_log(struct mr_store *s, uint64_t next, struct mr_err *err)
{
	struct mr_changes log;
	struct mr_err no = { 0 };
	struct mr_batch b;
	int rc = mr_changes_open(&log, s->log_path, &no);

	s->v.look_up = true;
	if (rc == MR_OK && log.succeeded && !s->v.store.is &&
	    mr_store_load(s, &no) == MR_OK) {
		mr_changes_close(&log);
		rc = mr_changes_open(&log, s->log_path, &no);
	}
	if (rc != MR_OK || log.absent) {
		mr_changes_close(&log);
		return MR_OK;
	}
	rc = mr_batch_begin(&b, &log, err);
	if (rc == MR_OK)
		rc = mr_batch_succeed(&b, next, err);
	if (rc == MR_OK)
		rc = mr_batch_commit(&b, err);
	else
		mr_batch_undo(&b);
	mr_changes_close(&log);
	return rc;
}

int
mr_store_replace(struct mr_store *s, const struct mr_vectors *v,
    const struct mr_store_opt *o, struct mr_err *err)
{
	struct mr_out out = { .fd = -1 };
	uint64_t digest = 0;
	int rc = mr_out_open(&out, s->path, err);

	if (rc == MR_OK)
		rc = mr_store_write(&out, v, o, &digest, err);
	if (rc == MR_OK)
		rc = mr_out_sync(&out, err);
	if (rc == MR_OK)
		rc = tell_log(s, digest, err);
	if (rc == MR_OK)
		rc = mr_out_close(&out, err);
	else
		mr_out_abandon(&out);
	if (rc == MR_OK)
		rc = mr_changes_create(s->log_path, digest, v->d, err);
	return rc;
}

int
mr_store_compact(struct mr_store *s, struct mr_err *err)
{
	struct mr_store_opt o;
	int rc;

	mr_vectors_free(&s->v);
	mr_changes_close(&s->log);
	rc = mr_store_load(s, err);
	if (rc == MR_OK)
		rc = mr_store_opt_of(&s->v, &o, err);
	if (rc || (s->log.batches == 0 && s->log.whole == s->log.size))
		return rc;
	o.threads = s->threads;
	return mr_store_replace(s, &s->v, &o, err);
}

bool
mr_store_is_due(const struct mr_store_facts *f)
{
	int64_t rows = f->base_rows + f->log_rows;

	return f->log_rows > 8192 + f->base_rows / 64 ||
	    rows - f->live > rows / 5;
}

void
mr_store_release(struct mr_store *s)
{
	mr_vectors_free(&s->v);
	mr_changes_close(&s->log);
	free(s->log_path);
	mr_unlock(s->lock);
	*s = (struct mr_store){ .lock = -1 };
}
