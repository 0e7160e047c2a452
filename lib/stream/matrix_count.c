/* Names of an axis counted without what is in the blocks; see matrix.h.
 * SPDX-License-Identifier: MIT */
#include "stream/matrix_frame.h"

#include <string.h>

struct count {
	struct mr_mrm_in r;
	const char *axis;
	struct mr_buf first;	/* the first name of the first stream */
	int64_t n, in_stream;
	bool repeats;		/* this stream has the first one's names */
};

/* A block of names; who comes first says whether the stream repeats them. */
static int
count_names(struct count *c, const struct mr_frame *f, struct mr_err *err)
{
	const size_t head = ((size_t)f->rows + 1) * 8;
	bool first = c->in_stream == 0 && f->rows > 0;
	struct mr_slice name = { 0 };
	int rc = first ? mr_frame_body(&c->r, f, err) :
	    mr_frame_skip(&c->r, f, err);

	if (rc)
		return rc;
	if (first) {
		if (f->len < head || mr_load64(c->r.payload + 8) >
		    f->len - head)
			return mr_frame_bad(&c->r, err, "names of axis %s: "
			    "lengths do not fit", c->axis);
		name = (struct mr_slice){ (const char *)c->r.payload + head,
		    (size_t)mr_load64(c->r.payload + 8) };
		if (c->n == 0)
			rc = mr_buf_add(&c->first, name.p, name.n, err);
		else
			c->repeats = mr_slice_eq(name,
			    mr_buf_slice(&c->first));
	}
	c->in_stream += f->rows;
	c->n += c->repeats ? 0 : f->rows;
	return rc;
}

static int
count_block(struct count *c, const struct mr_frame *f, struct mr_err *err)
{
	int rc;

	if (c->r.state == MR_MRM_BETWEEN) {
		c->in_stream = 0;
		c->repeats = false;
		c->r.n_streams++;
		c->r.state = MR_MRM_BODY;
	}
	if (f->type == MR_BLOCK_IDS && strcmp(f->name, c->axis) == 0)
		return count_names(c, f, err);
	if (f->type != MR_BLOCK_END)
		return mr_frame_skip(&c->r, f, err);
	rc = mr_frame_body(&c->r, f, err);
	return rc ? rc : mr_frame_end(&c->r, f, err);
}

int
mr_mrm_count(const char *path, const char *axis, int64_t *n,
    int64_t *n_streams, struct mr_err *err)
{
	struct count c = { .axis = axis };
	struct mr_in in;
	bool more = true;
	int rc = mr_in_open(&in, path, err);

	if (rc == MR_OK)
		rc = mr_mrm_open(&c.r, &in, err);
	in.step = MR_MATRIX_HEADER;
	while (rc == MR_OK && more) {
		struct mr_frame f = { 0 };

		rc = mr_frame_head(&c.r, &f, &more, err);
		if (rc == MR_OK && more)
			rc = count_block(&c, &f, err);
	}
	if (rc == MR_OK && c.r.state != MR_MRM_BETWEEN)
		rc = mr_frame_truncated(&c.r, err);
	*n = c.n;
	if (n_streams)
		*n_streams = c.r.n_streams;
	mr_mrm_close(&c.r);
	mr_buf_free(&c.first);
	mr_in_close(&in);
	return rc;
}
