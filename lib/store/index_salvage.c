/* Rows out of a damaged store; see index_salvage.h.
 * SPDX-License-Identifier: MIT */
#include "store/index_salvage.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "stream/beside.h"
#include "stream/map.h"
#include "stream/matrix_rows.h"

/* Blocks of a kind, in the order of the file: where each begins, or -1 where
 * headers are lost, as many as there may be. */
struct run {
	int64_t *at;
	int64_t n;
	size_t cap;
	int64_t first_gap, last_gap;	/* places in at, -1: none */
};

struct wreck {
	const char *path;
	const unsigned char *p;
	int64_t size;
	struct run names, rows, order;
	int64_t blocks;		/* of each kind when it was whole */
	int64_t total;		/* rows, by META; -1: not known */
};

static int64_t
load32(const unsigned char *p)
{
	return (int64_t)(mr_load64(p) & 0xffffffff);
}

static bool
has_header(const struct wreck *w, int64_t at)
{
	const unsigned char *h = w->p + at;

	return at + 64 <= w->size && h[0] == 0x89 && load32(h + 60) ==
	    (int64_t)mr_crc32c(0, h, 60) && mr_load64(h + 48) <= MR_BLOCK_MAX;
}

static int64_t
size_of(const struct wreck *w, int64_t at)
{
	return 64 + (int64_t)((mr_load64(w->p + at + 48) + 63) / 64 * 64);
}

static int
note(struct run *r, int64_t at, struct mr_err *err)
{
	int rc = mr_grow(&r->at, &r->cap, (size_t)r->n + 1, sizeof *r->at,
	    "blocks", err);

	if (rc)
		return rc;
	if (at < 0 && r->first_gap < 0)
		r->first_gap = r->n;
	if (at < 0)
		r->last_gap = r->n;
	r->at[r->n++] = at;
	return MR_OK;
}

/* The run that a block is of, in the order of the file: 0 .. 2; 3: behind. */
static int
kind_of(const unsigned char *h, int now)
{
	if (h[9] == MR_BLOCK_IDS)
		return 0;
	if (h[9] == MR_BLOCK_DENSE && h[16] == 'E' && h[17] == '\0')
		return 1;
	if (h[9] == MR_BLOCK_DENSE && h[16] == 'O' && h[17] == '\0')
		return 2;
	return h[9] == MR_BLOCK_META && now == 0 ? 0 : 3;
}

/* All headers that are right.  A gap is one of every run that it may touch. */
static int
survey(struct wreck *w, struct mr_err *err)
{
	struct run *run[] = { &w->names, &w->rows, &w->order };
	int now = 0, rc = MR_OK;
	bool gap = false;
	int64_t at = 0;

	while (rc == MR_OK && now < 3) {
		int kind = at >= w->size ? 2 : now;

		if (at < w->size && !has_header(w, at)) {
			gap = true;
			at += 64;
			continue;
		}
		if (at < w->size)
			kind = kind_of(w->p + at, now);
		else
			gap = true;
		for (int i = now; gap && i <= (kind < 2 ? kind : 2) &&
		    rc == MR_OK; i++)
			rc = note(run[i], -1, err);
		gap = false;
		if (rc || at >= w->size)
			break;
		now = kind > now ? kind : now;
		if (kind < 3 && w->p[at + 9] != MR_BLOCK_META)
			rc = note(run[kind], at, err);
		at += size_of(w, at);
	}
	return rc;
}

/* The place of the block that is k-th in r, -1: not known. */
static int64_t
place_of(const struct wreck *w, const struct run *r, int64_t k)
{
	if (r->first_gap < 0 || k < r->first_gap)
		return k;
	return k > r->last_gap ? w->blocks - (r->n - k) : -1;
}

/* The block at at, checked: its payload to *in, which the caller closes. */
static int
open_block(const struct wreck *w, int64_t at, struct mr_in *in,
    struct mr_mrm_in *r, struct mr_frame *f, struct mr_err *err)
{
	bool more;
	int rc = mr_in_memory(in, w->p + at, (size_t)(w->size - at), w->path,
	    err);

	if (rc == MR_OK)
		rc = mr_mrm_open(r, in, err);
	r->is_log = true;	/* whose types are more */
	return rc ? rc : mr_frame_read(r, f, &more, err);
}

static void
close_block(struct mr_in *in, struct mr_mrm_in *r)
{
	mr_mrm_close(r);
	mr_in_close(in);
}

/* The whole blocks of a run by their places, -1 where none is. */
static int
by_place(const struct wreck *w, const struct run *r, int64_t **at,
    struct mr_err *err)
{
	*at = mr_alloc((size_t)w->blocks, sizeof **at, "blocks", err);
	if (!*at)
		return MR_ENOMEM;
	for (int64_t i = 0; i < w->blocks; i++)
		(*at)[i] = -1;
	for (int64_t k = 0; k < r->n; k++) {
		int64_t place = r->at[k] < 0 ? -1 : place_of(w, r, k);
		struct mr_in in = { .fd = -1 };
		struct mr_mrm_in m = { 0 };
		struct mr_frame f = { 0 };
		struct mr_block b = { .type = MR_BLOCK_DENSE };
		struct mr_err no = { 0 };
		int rc;

		if (place < 0 || place >= w->blocks)
			continue;
		rc = open_block(w, r->at[k], &in, &m, &f, &no);
		if (rc == MR_OK)
			rc = f.type == MR_BLOCK_IDS ? mr_rows_names(&m, &f,
			    &no) : f.dtype == MR_VALUE_F32 ?
			    mr_rows_values(&m, &f, &b, &no) : MR_EFORMAT;
		close_block(&in, &m);
		if (rc == MR_OK)
			(*at)[place] = r->at[k];
		else if (rc != MR_EFORMAT)
			return mr_err_set(err, rc, "%s", no.msg);
	}
	return MR_OK;
}

/* META, where it is whole. */
static int
take_meta(struct wreck *w, struct mr_vectors *v, struct mr_err *err)
{
	struct mr_meta *m = &v->set.r.meta;
	size_t len;
	int64_t rows;

	w->total = -1;
	if (!has_header(w, 0) || w->p[9] != MR_BLOCK_META)
		return MR_OK;
	len = (size_t)mr_load64(w->p + 48);
	if ((int64_t)len > w->size - 64 || load32(w->p + 12) !=
	    (int64_t)mr_crc32c(0, w->p + 64, len) || len == 0 ||
	    w->p[64 + len - 1] != '\n')
		return MR_OK;
	if (mr_buf_add(&m->text, w->p + 64, len, err) != MR_OK)
		return MR_ENOMEM;
	if (!mr_store_is(m))
		return mr_err_set(err, MR_EFORMAT, "%s: not a store", w->path);
	if (mr_parse_i64(mr_meta_get(m, "rows"), &rows) && rows >= 0 &&
	    rows < INT32_MAX)
		w->total = rows;
	return MR_OK;
}

/* Rows of one place to v, or what is lost of them to lost. */
static int
take_place(const struct wreck *w, int64_t names, int64_t rows,
    struct mr_vectors *v, size_t *cap, struct mr_salvage *lost,
    struct mr_err *err)
{
	const unsigned char *h = w->p + (rows >= 0 ? rows : names >= 0 ?
	    names : 0);
	int64_t n = rows < 0 && names < 0 ? 0 : (int64_t)mr_load64(h + 24);
	struct mr_mat *m = &v->set.mat[0];
	int rc = MR_OK;

	if (names >= 0 && rows >= 0 && (mr_load64(w->p + names + 24) !=
	    (uint64_t)n || (m->cols && m->cols !=
	    (int64_t)mr_load64(h + 32)))) {
		lost->nameless += n;
		return MR_OK;
	}
	if (names < 0) {
		lost->nameless += rows >= 0 ? n : MR_BLOCK_ROWS;
		return MR_OK;
	}
	for (int64_t i = 0; i < n && rc == MR_OK; i++) {
		int32_t at;

		rc = mr_ids_add(rows < 0 ? &lost->ids : &v->set.r.axis[0].ids,
		    mr_rows_name(w->p + names + 64, n, i), &at, NULL, err);
	}
	if (rc || rows < 0)
		return rc;
	m->cols = (int64_t)mr_load64(h + 32);
	return mr_mat_append(m, cap, (const float *)(const void *)(h + 64), n,
	    "rows", err);
}

static int
take_rows(struct wreck *w, struct mr_vectors *v, struct mr_salvage *lost,
    struct mr_err *err)
{
	int64_t *names = NULL, *rows = NULL;
	size_t cap = 0;
	int rc;

	w->blocks = w->total >= 0 ? (w->total + MR_BLOCK_ROWS - 1) /
	    MR_BLOCK_ROWS : w->order.first_gap < 0 ? w->order.n : w->rows.n;
	rc = by_place(w, &w->names, &names, err);
	if (rc == MR_OK)
		rc = by_place(w, &w->rows, &rows, err);
	for (int64_t i = 0; i < w->blocks && rc == MR_OK; i++)
		rc = take_place(w, names[i], rows[i], v, &cap, lost, err);
	free(names);
	free(rows);
	v->set.cap[0] = cap;
	v->n = v->set.mat[0].rows;
	v->d = v->set.mat[0].cols;
	v->names = &v->set.r.axis[0].ids;
	v->set.r.matrix[0].rows = v->n;
	if (rc == MR_OK && v->names->n != v->n)
		rc = mr_err_set(err, MR_EFORMAT, "%s: a name stands twice",
		    w->path);
	return rc;
}

/* In END, 0 where that is not whole. */
static uint64_t
digest_of(const struct wreck *w)
{
	int64_t at = w->size - 128;

	return at > 0 && has_header(w, at) && w->p[at + 9] == MR_BLOCK_END &&
	    load32(w->p + at + 12) == (int64_t)mr_crc32c(0, w->p + at + 64,
	    16) ? mr_load64(w->p + at + 72) : 0;
}

/* Names of a block of the log at at that is whole: of rows that are lost, or of
 * rows that were to go. */
static int
take_lost(const struct wreck *w, int64_t at, const struct mr_vectors *v,
    struct mr_salvage *lost, struct mr_err *err)
{
	bool gone = w->p[at + 9] == MR_BLOCK_DELETE;
	struct mr_in in = { .fd = -1 };
	struct mr_mrm_in r = { 0 };
	struct mr_frame f = { 0 };
	struct mr_err no = { 0 };
	int rc = open_block(w, at, &in, &r, &f, &no);

	if (rc == MR_OK)
		rc = mr_rows_names(&r, &f, &no);
	for (int64_t i = 0; i < f.rows && rc == MR_OK; i++) {
		struct mr_slice name = mr_rows_name(r.payload, f.rows, i);
		int32_t k;

		lost->log_rows += !gone;
		if (gone && mr_ids_find(v->names, name) < 0)
			continue;
		rc = mr_ids_add(gone ? &lost->back : &lost->ids, name, &k,
		    NULL, &no);
	}
	close_block(&in, &r);
	return rc == MR_OK || rc == MR_EFORMAT ? MR_OK : mr_err_set(err, rc,
	    "%s", no.msg);
}

/* What the last bytes of the log say that is not heeded. */
static int
survey_log(const char *path, const struct mr_vectors *v,
    struct mr_salvage *lost, struct mr_err *err)
{
	char *name = mr_beside(path, ".log", err);
	struct wreck w = { .path = name };
	struct mr_map map = { 0 };
	int rc = name ? mr_map_open(&map, name, err) : MR_ENOMEM;
	int64_t at;

	w.p = map.p;
	w.size = (int64_t)map.n;
	at = (w.size - lost->log_bytes) / 64 * 64;
	while (rc == MR_OK && at + MR_MATRIX_HEADER <= w.size) {
		int type = w.p[at + 9];

		if (!has_header(&w, at)) {
			at += 64;
			continue;
		}
		if (type == MR_BLOCK_IDS || type == MR_BLOCK_DELETE)
			rc = take_lost(&w, at, v, lost, err);
		at += size_of(&w, at);
	}
	lost->undone = lost->back.n;
	mr_map_close(&map);
	free(name);
	return rc;
}

void
mr_salvage_free(struct mr_salvage *lost)
{
	mr_ids_free(&lost->ids);
	mr_ids_free(&lost->back);
}

int
mr_store_salvage(struct mr_vectors *v, struct mr_salvage *lost,
    const char *path, struct mr_err *err)
{
	struct wreck w = { .path = path };
	struct mr_map map = { 0 };
	int rc = mr_map_open(&map, path, err);

	*v = (struct mr_vectors){ .set.in.fd = -1, .set.in.name = path };
	*lost = (struct mr_salvage){ 0 };
	v->set.r.n_axes = 1;
	v->set.r.n_matrices = 1;
	w.names.first_gap = w.rows.first_gap = w.order.first_gap = -1;
	w.names.last_gap = w.rows.last_gap = w.order.last_gap = -1;
	w.p = map.p;
	w.size = (int64_t)map.n;
	if (rc == MR_OK)
		rc = take_meta(&w, v, err);
	if (rc == MR_OK)
		rc = survey(&w, err);
	if (rc == MR_OK)
		rc = take_rows(&w, v, lost, err);
	if (rc == MR_OK && v->n == 0)
		rc = mr_err_set(err, MR_EFORMAT, "%s: no row is whole", path);
	if (rc == MR_OK)
		rc = mr_store_take_whole(v, path, digest_of(&w),
		    &lost->log_bytes, err);
	if (rc == MR_OK && lost->log_bytes)
		rc = survey_log(path, v, lost, err);
	free(w.names.at);
	free(w.rows.at);
	free(w.order.at);
	mr_map_close(&map);
	return rc;
}
