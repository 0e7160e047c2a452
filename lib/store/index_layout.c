/* Where the blocks of a store's file stand; see index_layout.h.
 * SPDX-License-Identifier: MIT */
#include "store/index_layout.h"

#include <string.h>

#include "core/mem.h"
#include "stream/matrix_frame.h"

#define ROWS MR_BLOCK_ROWS

static const char letters[MR_STORE_PARTS + 1] = MR_STORE_LETTERS;

static int64_t
blocks_of(int64_t rows)
{
	return (rows + ROWS - 1) / ROWS;
}

struct walk {
	struct mr_store_map *x;
	struct mr_in in;
	struct mr_mrm_in r;
	int now;		/* the matrix that comes, -1: names */
	bool fits;
};

/* Rows of a block that comes after others: they are full, and this fits. */
static bool
follows(int64_t before, const struct mr_frame *f)
{
	return before % ROWS == 0 && f->rows > 0 && f->rows <= ROWS;
}

static int
take_names(struct walk *w, const struct mr_frame *f, struct mr_err *err)
{
	struct mr_store_map *x = w->x;
	int rc = mr_grow(&x->names, &x->names_cap, (size_t)blocks_of(x->n) + 1,
	    sizeof *x->names, "blocks of names", err);

	if (rc)
		return rc;
	w->fits = w->now < 0 && follows(x->n, f) && !f->cols && !f->nnz &&
	    strcmp(f->name, "item") == 0;
	x->names[blocks_of(x->n)] = w->r.offset;
	x->n += f->rows;
	return MR_OK;
}

static void
take_rows(struct walk *w, const struct mr_frame *f)
{
	const char *letter = strchr(letters, f->name[0]);
	int k = letter ? (int)(letter - letters) : 0;
	struct mr_store_part *p = &w->x->part[k];

	w->fits = letter && f->name[0] && !f->name[1] && !f->nnz &&
	    follows(p->rows, f) && f->len / mr_value_size(f->dtype) ==
	    (size_t)(f->rows * f->cols) && f->len % 4 == 0;
	if (p->rows == 0)
		*p = (struct mr_store_part){ w->r.offset, 0, f->cols,
		    f->dtype };
	else
		w->fits = w->fits && w->now == k && p->cols == f->cols &&
		    p->dtype == f->dtype;
	p->rows += f->rows;
	w->now = k;
}

static int
take_meta(struct walk *w, const struct mr_frame *f, struct mr_err *err)
{
	struct mr_slice all = { (const char *)w->r.payload, f->len };

	w->fits = w->r.n_blocks_all == 1 && f->len && mr_utf8_bad(all) ==
	    all.n && !memchr(all.p, '\0', all.n) && all.p[all.n - 1] == '\n';
	return mr_buf_add(&w->x->meta.text, all.p, all.n, err);
}

/* All headers; w->fits says whether they are those of a store. */
static int
walk_on(struct walk *w, struct mr_err *err)
{
	bool more = true, ended = false;
	int rc = MR_OK;

	w->fits = true;
	while (rc == MR_OK && w->fits) {
		struct mr_frame f = { 0 };

		rc = mr_frame_head(&w->r, &f, &more, err);
		if (rc || !more)
			break;
		w->fits = !ended;
		ended = f.type == MR_BLOCK_END;
		if (f.type == MR_BLOCK_META || ended)
			rc = mr_frame_body(&w->r, &f, err);
		else
			rc = mr_frame_skip(&w->r, &f, err);
		if (rc || !w->fits)
			break;
		if (f.type == MR_BLOCK_META)
			rc = take_meta(w, &f, err);
		else if (f.type == MR_BLOCK_IDS)
			rc = take_names(w, &f, err);
		else if (f.type == MR_BLOCK_DENSE)
			take_rows(w, &f);
		else if (ended)
			rc = mr_frame_end(&w->r, &f, err);
		else
			w->fits = false;
	}
	w->fits = w->fits && ended;
	w->x->digest = w->r.sealed;
	return rc;
}

int
mr_store_layout(struct mr_store_map *x, bool *fits, struct mr_err *err)
{
	struct mr_err why = { 0 };
	struct walk w = { .x = x, .now = -1 };
	int rc;

	w.in = (struct mr_in){ .fd = -1, .begun = true, .lent = true,
	    .eof = true, .name = x->name, .buf = (unsigned char *)x->map.p,
	    .len = x->map.n, .n_bytes = (int64_t)x->map.n };
	rc = mr_mrm_open(&w.r, &w.in, err);
	if (rc == MR_OK) {
		rc = walk_on(&w, &why);
		if (rc && rc != MR_EFORMAT)
			mr_err_set(err, rc, "%s", why.msg);
	}
	*fits = rc == MR_OK && w.fits;
	mr_mrm_close(&w.r);
	mr_in_close(&w.in);
	return rc == MR_EFORMAT ? MR_OK : rc;
}
