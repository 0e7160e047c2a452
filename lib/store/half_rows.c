/* Rows and Gramians between half-steps; see half_rows.h.
 * SPDX-License-Identifier: MIT */
#include "store/half_rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "store/half_ratings.h"

#define NAMES 65536	/* kept at a time */

static void
pack(uint32_t *to, const double *g, int64_t d)
{
	for (int64_t i = 0; i < d; i++)
		for (int64_t j = 0; j <= i; j++, to += 2) {
			uint64_t bits;

			memcpy(&bits, &g[i * d + j], sizeof bits);
			to[0] = (uint32_t)bits;
			to[1] = (uint32_t)(bits >> 32);
		}
}

/* g += the triangle at from; false when a number is not finite. */
static bool
add_packed(double *g, const uint32_t *from, int64_t d)
{
	for (int64_t i = 0; i < d; i++)
		for (int64_t j = 0; j <= i; j++, from += 2) {
			uint64_t bits = (uint64_t)from[1] << 32 | from[0];
			double x;

			memcpy(&x, &bits, sizeof x);
			if (!isfinite(x))
				return false;
			g[i * d + j] += x;
		}
	return true;
}

static void
mirror(double *g, int64_t d)
{
	for (int64_t i = 0; i < d; i++)
		for (int64_t j = 0; j < i; j++)
			g[j * d + i] = g[i * d + j];
}

/* In blocks of names and rows, so that a reader needs few at a time. */
static void
put_rows(struct mr_mrm_out *w, const struct mr_half_made *x)
{
	int32_t from = 0;

	do {
		int32_t left = x->names->n - from;
		int32_t n = left < MR_BLOCK_ROWS ? left : MR_BLOCK_ROWS;

		mr_mrm_ids(w, x->items ? "item" : "user", x->names, from,
		    from + n);
		mr_mrm_dense(w, x->items ? "V" : "U", n ?
		    mr_mat_row(x->rows, from) : NULL, n, x->rows->cols);
		if (x->bias)
			mr_mrm_dense(w, x->items ? "bi" : "bu", x->bias +
			    from, n, 1);
		from += n;
	} while (from < x->names->n);
}

int
mr_half_rows_write(struct mr_out *out, struct mr_meta *meta,
    const struct mr_half_made *x, struct mr_err *err)
{
	const char *axis = x->items ? "item" : "user";
	int64_t d = x->rows->cols;
	uint32_t *turn = NULL;
	struct mr_mrm_out w;
	int rc = mr_meta_put(meta, err, x->items ? "matrix.V" : "matrix.U",
	    "%s factor", axis);

	if (rc == MR_OK && x->bias)
		rc = mr_meta_put(meta, err, x->items ? "matrix.bi" :
		    "matrix.bu", "%s one", axis);
	if (rc == MR_OK && x->turn) {
		rc = mr_meta_put(meta, err, "matrix.T", "turn pair");
		turn = mr_alloc((size_t)(d * (d + 1)), sizeof *turn,
		    "Gramian", err);
		if (!turn)
			rc = MR_ENOMEM;
	}
	if (rc == MR_OK)
		rc = mr_mrm_begin(&w, out, meta, err);
	if (rc == MR_OK) {
		if (turn) {
			pack(turn, x->turn, d);
			mr_mrm_whole(&w, "T", MR_VALUE_U32, turn, 1, d *
			    (d + 1));
		}
		put_rows(&w, x);
		mr_mrm_end(&w, NULL);
	}
	free(turn);
	return rc;
}

int
mr_half_gram_write(struct mr_out *out, struct mr_meta *meta,
    const double *part, int64_t first, int64_t n, int64_t d,
    struct mr_err *err)
{
	uint32_t *row = mr_alloc((size_t)n, (size_t)(d * (d + 1)) *
	    sizeof *row, "Gramian", err);
	struct mr_ids names = { .n = 0 };
	struct mr_mrm_out w;
	int rc = row ? mr_meta_put(meta, err, "matrix.G", "block pair") :
	    MR_ENOMEM;

	for (int64_t b = 0; b < n && rc == MR_OK; b++) {
		char text[24];
		int32_t at;

		pack(row + b * d * (d + 1), part + b * d * d, d);
		rc = mr_ids_add(&names, mr_i64_text(first + b, text), &at,
		    NULL, err);
	}
	if (rc == MR_OK)
		rc = mr_mrm_begin(&w, out, meta, err);
	if (rc == MR_OK) {
		mr_mrm_ids(&w, "block", &names, 0, names.n);
		mr_mrm_whole(&w, "G", MR_VALUE_U32, row, n, d * (d + 1));
		mr_mrm_end(&w, NULL);
	}
	mr_ids_free(&names);
	free(row);
	return rc;
}

/* Streams being read. */
struct reading {
	struct mr_in in;
	struct mr_mrm_in r;
	const struct mr_half_want *want;
	struct mr_half_rows *x;
	int64_t offset;		/* number of the first row of all streams */
	int64_t taken;		/* rows wanted that were there */
	bool begun;
};

static int
no_rows(const struct reading *g, struct mr_err *err)
{
	return mr_err_set(err, MR_EFORMAT, "%s: not rows of %s by a half-step "
	    "(mr-factorize --half-step %s makes them)", g->in.name,
	    g->want->items ? "items" : "users", g->want->items ? "items" :
	    "users");
}

static int
begin(struct reading *g, struct mr_err *err)
{
	const char *side = g->want->items ? "items" : "users";

	g->begun = true;
	if (!mr_slice_is(mr_meta_get(&g->r.meta, "half_step"), side))
		return no_rows(g, err);
	/* One part, or the first of all. */
	if (g->r.n_shards > 0)
		g->offset = mr_half_part_of(g->want->all, g->r.shard,
		    g->r.n_shards).first;
	return MR_OK;
}

/* The place among those wanted of row number at, or of the next wanted. */
static int64_t
place_of(const struct mr_half_want *w, int64_t at)
{
	int64_t lo = 0, hi = w->n;

	if (!w->number)
		return at <= w->first ? 0 : at - w->first < w->n ? at -
		    w->first : w->n;
	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if (w->number[mid] < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
take(struct reading *g, const struct mr_block *b, int64_t cols, float *to,
    int64_t stride)
{
	const struct mr_half_want *w = g->want;
	int64_t from = g->offset + b->from;

	for (int64_t i = place_of(w, from); i < w->n; i++) {
		int64_t at = (w->number ? w->number[i] : w->first + i) - from;

		if (at >= b->rows)
			return;
		memcpy(to + i * stride, b->a + at * cols, (size_t)cols *
		    sizeof *to);
		g->taken += cols == w->d && to == g->x->a.a;
	}
}

static int
take_turn(struct reading *g, const struct mr_block *b, struct mr_err *err)
{
	int64_t d = g->want->d;

	if (b->rows != 1 || b->dtype != MR_VALUE_U32 ||
	    g->r.matrix[b->index].cols != d * (d + 1) || g->x->turn)
		return no_rows(g, err);
	g->x->turn = mr_alloc((size_t)(d * d), sizeof *g->x->turn, "Gramian",
	    err);
	if (!g->x->turn)
		return MR_ENOMEM;
	if (!add_packed(g->x->turn, b->values, d))
		return no_rows(g, err);
	mirror(g->x->turn, d);
	return MR_OK;
}

static int
take_block(struct reading *g, const struct mr_block *b, struct mr_err *err)
{
	const struct mr_half_want *w = g->want;
	const struct mr_matrix_info *m = &g->r.matrix[b->index];

	if (b->type == MR_BLOCK_IDS)
		return g->r.axis[b->index].ids.n < NAMES ? MR_OK :
		    mr_mrm_forget(&g->r, b->index, err);
	if (strcmp(m->name, w->items ? "V" : "U") == 0) {
		if (b->type != MR_BLOCK_DENSE || m->cols != w->d)
			return no_rows(g, err);
		take(g, b, w->d, g->x->a.a, w->width);
	} else if (strcmp(m->name, w->items ? "bi" : "bu") == 0 && w->bias) {
		if (b->type != MR_BLOCK_DENSE || m->cols != 1)
			return no_rows(g, err);
		take(g, b, 1, g->x->bias, 1);
	} else if (strcmp(m->name, "T") == 0 && w->turn)
		return take_turn(g, b, err);
	return MR_OK;
}

static int
read_all(struct reading *g, struct mr_err *err)
{
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		struct mr_block b;

		rc = mr_mrm_next(&g->r, &b, &more, err);
		if (rc == MR_OK && !g->begun)
			rc = begin(g, err);
		if (rc == MR_OK && more)
			rc = take_block(g, &b, err);
	}
	if (rc == MR_OK && g->taken != g->want->n)
		rc = mr_err_set(err, MR_EFORMAT, "%s: has %lld of the %lld "
		    "rows that are needed: expected all parts, in their order",
		    g->in.name, (long long)g->taken, (long long)g->want->n);
	return rc;
}

int
mr_half_rows_load(struct mr_half_rows *x, const char *path,
    const struct mr_half_want *want, struct mr_err *err)
{
	struct reading g = { .want = want, .x = x };
	int rc;

	*x = (struct mr_half_rows){ .bias = NULL };
	rc = mr_mat_new(&x->a, want->n, want->width, "rows of a side", err);
	if (rc == MR_OK && want->bias) {
		x->bias = mr_alloc((size_t)want->n, sizeof *x->bias, "biases",
		    err);
		rc = x->bias ? MR_OK : MR_ENOMEM;
	}
	if (rc == MR_OK)
		rc = mr_in_open(&g.in, path, err);
	if (rc)
		return rc;
	rc = mr_mrm_open(&g.r, &g.in, err);
	if (rc == MR_OK)
		rc = read_all(&g, err);
	if (rc == MR_OK) {
		x->meta = g.r.meta;
		g.r.meta = (struct mr_meta){ 0 };
	}
	mr_mrm_close(&g.r);
	mr_in_close(&g.in);
	return rc;
}

void
mr_half_rows_free(struct mr_half_rows *x)
{
	mr_meta_free(&x->meta);
	mr_mat_free(&x->a);
	free(x->bias);
	free(x->turn);
	*x = (struct mr_half_rows){ .bias = NULL };
}

/* Blocks come in their order, each once. */
static int
check_names(const struct mr_mrm_in *r, const struct mr_block *b,
    struct mr_err *err)
{
	for (int64_t i = b->from; i < b->from + b->rows; i++) {
		char text[24];

		if (!mr_slice_eq(mr_ids_get(&r->axis[b->index].ids,
		    (int32_t)i), mr_i64_text(i, text)))
			return mr_err_set(err, MR_EFORMAT, "%s: block %lld of "
			    "the Gramian is missing: expected all parts, in "
			    "their order", r->in->name, (long long)i);
	}
	return MR_OK;
}

static int
add_block(const struct mr_mrm_in *r, double *g, const struct mr_block *b,
    int64_t d, struct mr_err *err)
{
	const struct mr_matrix_info *m = &r->matrix[b->index];
	const uint32_t *row = b->values;

	if (b->type == MR_BLOCK_IDS && strcmp(r->axis[b->index].name,
	    "block") == 0)
		return check_names(r, b, err);
	if (b->type != MR_BLOCK_WHOLE || b->dtype != MR_VALUE_U32 ||
	    strcmp(m->name, "G") != 0 || m->cols != d * (d + 1))
		return mr_err_set(err, MR_EFORMAT, "%s: not the Gramian of a "
		    "half-step of rank %lld", r->in->name, (long long)d);
	for (int64_t i = 0; i < b->rows; i++)
		if (!add_packed(g, row + i * d * (d + 1), d))
			return mr_err_set(err, MR_EFORMAT, "%s: a number is "
			    "not finite", r->in->name);
	return MR_OK;
}

int
mr_half_gram_load(double *g, struct mr_meta *meta, const char *path,
    int64_t n, int64_t d, struct mr_err *err)
{
	struct mr_in in;
	struct mr_mrm_in r;
	bool more = true;
	int rc = mr_in_open(&in, path, err);

	*meta = (struct mr_meta){ 0 };
	if (rc)
		return rc;
	memset(g, 0, (size_t)(d * d) * sizeof *g);
	rc = mr_mrm_open(&r, &in, err);
	while (rc == MR_OK && more) {
		struct mr_block b;

		rc = mr_mrm_next(&r, &b, &more, err);
		if (rc == MR_OK && more)
			rc = add_block(&r, g, &b, d, err);
	}
	if (rc == MR_OK && (r.n_matrices != 1 || r.matrix[0].rows != n))
		rc = mr_err_set(err, MR_EFORMAT, "%s: has %lld blocks of a "
		    "Gramian, expected %lld: all parts, in their order",
		    in.name, (long long)(r.n_matrices ? r.matrix[0].rows : 0),
		    (long long)n);
	mirror(g, d);
	if (rc == MR_OK) {
		*meta = r.meta;
		r.meta = (struct mr_meta){ 0 };
	}
	mr_mrm_close(&r);
	mr_in_close(&in);
	return rc;
}
