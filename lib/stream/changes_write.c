/* Writing a log of changes; see changes.h.
 * SPDX-License-Identifier: MIT */
#include "stream/changes.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/hash.h"
#include "stream/matrix_frame.h"

static void
put_meta(struct mr_mrm_out *w, const struct mr_meta *m)
{
	struct mr_frame f = { .type = MR_BLOCK_META };

	mr_frame_put(w, &f, &(struct mr_part){ m->text.p, m->text.n }, 1);
}

int
mr_changes_create(const char *path, uint64_t base, int64_t dim,
    struct mr_err *err)
{
	struct mr_out out = { .fd = -1 };
	struct mr_mrm_out w = { 0 };
	struct mr_meta m = { 0 };
	int rc = mr_meta_put(&m, err, "kind", "changes");

	if (rc == MR_OK)
		rc = mr_meta_put(&m, err, "base", "%016llx",
		    (unsigned long long)base);
	if (rc == MR_OK)
		rc = mr_meta_put(&m, err, "dim", "%lld", (long long)dim);
	if (rc == MR_OK)
		rc = mr_out_open(&out, path, err);
	if (rc == MR_OK)
		rc = mr_mrm_begin(&w, &out, &m, err);
	mr_mrm_abandon(&w);
	if (rc == MR_OK)
		rc = mr_out_close(&out, err);
	else
		mr_out_abandon(&out);
	mr_meta_free(&m);
	return rc;
}

int
mr_batch_begin(struct mr_batch *b, const struct mr_changes *c,
    struct mr_err *err)
{
	int rc;

	*b = (struct mr_batch){ .number = c->batches + 1, .begin = c->whole };
	b->out.fd = -1;
	b->w.digest = mr_digest_open();
	if (!b->w.digest)
		return mr_err_nomem(err, 1024, "a digest");
	rc = mr_out_append(&b->out, c->name, c->whole, err);
	b->w.out = &b->out;
	return rc;
}

void
mr_batch_put(struct mr_batch *b, const struct mr_ids *ids, int32_t from,
    int32_t to, const float *rows, int64_t dim)
{
	while (from < to) {
		int32_t n = to - from < MR_BLOCK_ROWS ? to - from :
		    MR_BLOCK_ROWS;

		mr_mrm_ids(&b->w, "item", ids, from, from + n);
		mr_mrm_dense(&b->w, "E", rows, n, dim);
		rows += n * dim;
		from += n;
	}
}

void
mr_batch_delete(struct mr_batch *b, const struct mr_ids *ids)
{
	mr_frame_names(&b->w, MR_BLOCK_DELETE, "item", ids, 0, ids->n);
}

int
mr_batch_succeed(struct mr_batch *b, uint64_t next, struct mr_err *err)
{
	struct mr_meta m = { 0 };
	int rc = mr_meta_put(&m, err, "next", "%016llx",
	    (unsigned long long)next);

	if (rc == MR_OK)
		put_meta(&b->w, &m);
	mr_meta_free(&m);
	return rc;
}

int
mr_batch_commit(struct mr_batch *b, struct mr_err *err)
{
	struct mr_frame f = { .type = MR_BLOCK_COMMIT };
	unsigned char payload[16];
	int rc = mr_out_sync(&b->out, err);

	mr_store64(payload, (uint64_t)b->number);
	mr_store64(payload + 8, mr_digest_value(b->w.digest));
	if (rc == MR_OK) {
		mr_frame_put(&b->w, &f, &(struct mr_part){ payload,
		    sizeof payload }, 1);
		rc = mr_out_sync(&b->out, err);
	}
	if (rc) {
		mr_batch_undo(b);
		return rc;
	}
	mr_mrm_abandon(&b->w);
	mr_out_abandon(&b->out);
	return MR_OK;
}

void
mr_batch_undo(struct mr_batch *b)
{
	/* A reader passes over what has no COMMIT; one that was written and
	 * could not be synced must go. */
	if (b->out.fd >= 0 && ftruncate(b->out.fd, (off_t)b->begin) == 0)
		(void)!fsync(b->out.fd);
	mr_mrm_abandon(&b->w);
	mr_out_abandon(&b->out);
}
