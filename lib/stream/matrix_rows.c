/* Names and rows of a matrix stream, checked; see matrix_rows.h.
 * SPDX-License-Identifier: MIT */
#include "stream/matrix_rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/hash.h"

/* The bytes of rows + 1 offsets, when f has them; rows < 2^40, so they may be
 * more than a size_t holds. */
static bool
offsets_fit(const struct mr_frame *f, size_t *head)
{
	uint64_t n = ((uint64_t)f->rows + 1) * 8;

	*head = (size_t)n;
	return n <= f->len;
}

/* rows + 1 offsets at p: from 0, never falling; *last is the last one. */
static bool
good_offsets(const unsigned char *p, int64_t rows, uint64_t *last)
{
	uint64_t before = 0;

	if (mr_load64(p) != 0)
		return false;
	for (int64_t i = 1; i <= rows; i++) {
		uint64_t at = mr_load64(p + 8 * i);

		if (at < before)
			return false;
		before = at;
	}
	*last = before;
	return true;
}

/* Is the last name of this stream in its place of all? */
static bool
is_there(const struct mr_axis *a, struct mr_slice name)
{
	return a->in_stream <= a->ids.n && mr_slice_eq(name,
	    mr_ids_get(&a->ids, (int32_t)(a->in_stream - 1)));
}

static int
add_name(struct mr_mrm_in *r, struct mr_axis *a, struct mr_slice name,
    struct mr_err *err)
{
	int32_t index;
	bool is_new;
	int rc;

	if (a->in_stream == 0 && r->n_streams > 1)
		a->repeats = a->gone ? mr_slice_eq(name,
		    mr_buf_slice(&a->first)) : mr_ids_find(&a->ids, name) ==
		    0;
	/* Names have no NUL, so it parts them. */
	mr_digest_add(a->digest, name.p, name.n);
	mr_digest_add(a->digest, "", 1);
	a->in_stream++;
	if (a->repeats)
		return a->gone || is_there(a, name) ? MR_OK :
		    mr_frame_bad(r, err, "axis %s: '%.*s' is not what the "
		    "first stream has here", a->name, MR_SHOWN(name));
	rc = mr_ids_add(&a->ids, name, &index, &is_new, err);
	if (rc == MR_OK && (!is_new || mr_sample_has(&a->sample, name)))
		rc = mr_frame_bad(r, err, "axis %s: '%.*s' stands twice",
		    a->name, MR_SHOWN(name));
	return rc;
}

struct mr_slice
mr_rows_name(const unsigned char *p, int64_t n, int64_t i)
{
	uint64_t from = mr_load64(p + 8 * i), to = mr_load64(p + 8 * i + 8);

	return (struct mr_slice){ (const char *)p + 8 * (n + 1) + from,
	    to - from };
}

int
mr_rows_names(const struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err)
{
	uint64_t last;
	size_t head;

	if (f->cols || f->nnz || !offsets_fit(f, &head) ||
	    !good_offsets(r->payload, f->rows, &last) || last != f->len - head)
		return mr_frame_bad(r, err, "names of axis %s: lengths do "
		    "not fit", f->name);
	for (int64_t i = 0; i < f->rows; i++) {
		struct mr_slice name = mr_rows_name(r->payload, f->rows, i);

		if (name.n == 0 || mr_utf8_bad(name) != name.n ||
		    memchr(name.p, '\0', name.n))
			return mr_frame_bad(r, err, "axis %s: a name is empty "
			    "or not UTF-8 text", f->name);
	}
	return MR_OK;
}

static int
take_ids(struct mr_mrm_in *r, const struct mr_frame *f, struct mr_block *b,
    struct mr_err *err)
{
	int place = mr_mrm_find_axis(r, f->name);
	struct mr_axis *a = &r->axis[place >= 0 ? place : 0];
	int rc;

	if (place < 0)
		return mr_frame_bad(r, err, "names of the axis '%s', which "
		    "no matrix has", f->name);
	rc = mr_rows_names(r, f, err);
	if (rc)
		return rc;
	for (int i = 0; i < r->n_matrices && !a->named; i++)
		if (r->matrix[i].row_axis == place && r->matrix[i].rows)
			return mr_frame_bad(r, err, "axis %s gets names after "
			    "rows", a->name);
	a->named = true;
	*b = (struct mr_block){ .type = MR_BLOCK_IDS, .index = place,
	    .from = mr_axis_names(a), .rows = f->rows };
	for (int64_t i = 0; i < f->rows && rc == MR_OK; i++)
		rc = add_name(r, a, mr_rows_name(r->payload, f->rows, i), err);
	return rc;
}

/* A run of values is looked at whole, so that the compiler may take several at
 * once. */
static bool
run_finite(const float *a, int64_t n)
{
	enum { RUN = 64 };

	for (; n >= RUN; n -= RUN, a += RUN) {
		int bad = 0;

		for (int i = 0; i < RUN; i++)
			bad |= !(fabsf(a[i]) <= FLT_MAX);
		if (bad)
			return false;
	}
	for (int64_t i = 0; i < n; i++)
		if (!isfinite(a[i]))
			return false;
	return true;
}

static int
check_finite(const struct mr_mrm_in *r, const struct mr_frame *f,
    const float *a, int64_t per_row, int64_t n, struct mr_err *err)
{
	if (run_finite(a, n))
		return MR_OK;
	for (int64_t k = 0; k < n; k++)
		if (!isfinite(a[k]))
			return mr_frame_bad(r, err, per_row ?
			    "matrix %s: row %lld of the block holds %s, "
			    "expected finite values" :
			    "matrix %s: value %lld of the block is %s, "
			    "expected finite values", f->name,
			    (long long)(per_row ? k / per_row : k),
			    isnan(a[k]) ? "NaN" : "an infinity");
	return MR_OK;
}

int
mr_rows_values(const struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_block *b, struct mr_err *err)
{
	size_t size = mr_value_size(f->dtype);

	b->values = r->payload;
	/* rows < 2^40 and cols < 2^31: compare without multiplying them. */
	if (f->nnz || f->len % size || (f->cols == 0 ? f->len != 0 :
	    f->len / size % (size_t)f->cols ||
	    (int64_t)(f->len / size / (size_t)f->cols) != f->rows))
		return mr_frame_bad(r, err, "matrix %s: %lld x %lld values "
		    "do not fit %zu bytes", f->name, (long long)f->rows,
		    (long long)f->cols, f->len);
	if (b->type == MR_BLOCK_WHOLE)
		return MR_OK;
	b->a = b->values;
	return check_finite(r, f, b->a, f->cols, (int64_t)(f->len / 4), err);
}

static int
take_csr(struct mr_mrm_in *r, const struct mr_frame *f, struct mr_block *b,
    struct mr_err *err)
{
	size_t head;
	unsigned char *p = r->payload;
	struct mr_csr *m = &b->part;
	uint64_t last;

	if (!offsets_fit(f, &head) || (f->len - head) % 8 ||
	    (int64_t)((f->len - head) / 8) != f->nnz ||
	    !good_offsets(p, f->rows, &last) || (int64_t)last != f->nnz)
		return mr_frame_bad(r, err, "matrix %s: lengths do not fit",
		    f->name);
	*m = (struct mr_csr){ .rows = f->rows, .cols = f->cols,
	    .ptr = (int64_t *)(void *)p,
	    .idx = (int32_t *)(void *)(p + head),
	    .val = (float *)(void *)(p + head + (size_t)f->nnz * 4) };
	for (int64_t u = 0; u < m->rows; u++)
		for (int64_t k = m->ptr[u]; k < m->ptr[u + 1]; k++)
			if (m->idx[k] < 0 || m->idx[k] >= f->cols ||
			    (k > m->ptr[u] && m->idx[k] <= m->idx[k - 1]))
				return mr_frame_bad(r, err, "matrix %s: row "
				    "%lld of the block has a column out of "
				    "order or range", f->name, (long long)u);
	return check_finite(r, f, m->val, 0, f->nnz, err);
}

/* What a repeat is compared by: values, places and row lengths, but not how
 * they were cut into blocks. */
static void
digest_rows(struct mr_matrix_info *m, const struct mr_frame *f,
    const struct mr_block *b)
{
	const struct mr_csr *c = &b->part;

	if (f->type == MR_BLOCK_DENSE) {
		mr_digest_add(m->digest, b->values, f->len);
		return;
	}
	for (int64_t u = 0; u < c->rows; u++) {
		int64_t k = c->ptr[u], n = c->ptr[u + 1] - k;

		mr_digest_add(m->digest, &n, sizeof n);
		mr_digest_add(m->digest, c->idx + k, (size_t)n * 4);
		mr_digest_add(m->digest, c->val + k, (size_t)n * 4);
	}
}

static bool
is_repeat(const struct mr_mrm_in *r, const struct mr_matrix_info *m)
{
	const struct mr_axis *a = &r->axis[m->row_axis];

	return r->n_streams > 1 && (a->named ? a->repeats : true);
}

int
mr_rows_take(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_block *b, bool *counts, struct mr_err *err)
{
	int place = mr_mrm_find_matrix(r, f->name), rc;
	struct mr_matrix_info *m = &r->matrix[place >= 0 ? place : 0];

	if (f->type == MR_BLOCK_IDS) {
		rc = take_ids(r, f, b, err);
		*counts = rc == MR_OK && !r->axis[b->index].repeats;
		return rc;
	}
	*b = (struct mr_block){ .type = mr_rows_type(f), .dtype = f->dtype,
	    .index = place, .rows = f->rows };
	rc = mr_rows_shape(r, f, place, b->type, err);
	if (rc == MR_OK)
		rc = f->type == MR_BLOCK_DENSE ?
		    mr_rows_values(r, f, b, err) : take_csr(r, f, b, err);
	if (rc)
		return rc;
	mr_rows_shaped(m, f, b->type);
	digest_rows(m, f, b);
	*counts = !is_repeat(r, m);
	if (*counts) {
		b->from = m->rows;
		m->rows += f->rows;
		m->nnz += f->nnz;
	}
	return MR_OK;
}

static int
open_again(struct mr_digest **d, struct mr_err *err)
{
	mr_digest_close(*d);
	*d = mr_digest_open();
	return *d ? MR_OK : mr_err_nomem(err, 1024, "a digest");
}

static int
end_matrix(struct mr_mrm_in *r, struct mr_matrix_info *m, struct mr_err *err)
{
	const struct mr_axis *row = &r->axis[m->row_axis];
	const struct mr_axis *col = &r->axis[m->col_axis];
	uint64_t digest = mr_digest_value(m->digest);

	if (row->named && m->in_stream != row->in_stream)
		return mr_frame_bad(r, err, "matrix %s has %lld rows, its "
		    "axis %s %lld names", m->name, (long long)m->in_stream,
		    row->name, (long long)row->in_stream);
	if (col->named && m->cols >= 0 && m->cols != mr_axis_names(col))
		return mr_frame_bad(r, err, "matrix %s has %lld columns, its "
		    "axis %s %lld names", m->name, (long long)m->cols,
		    col->name, (long long)mr_axis_names(col));
	if (r->n_streams == 1) {
		m->first_digest = digest;
		m->first_rows = m->in_stream;
	} else if (is_repeat(r, m) && (digest != m->first_digest ||
	    m->in_stream != m->first_rows)) {
		return mr_frame_bad(r, err, "matrix %s repeats rows with "
		    "other values than the first stream", m->name);
	}
	return open_again(&m->digest, err);
}

static int
end_axis(struct mr_mrm_in *r, struct mr_axis *a, struct mr_err *err)
{
	uint64_t digest = mr_digest_value(a->digest);

	if (r->n_streams == 1)
		a->first_digest = digest;
	if (a->repeats && a->in_stream != mr_axis_names(a))
		return mr_frame_bad(r, err, "axis %s repeats %lld of %lld "
		    "names", a->name, (long long)a->in_stream,
		    (long long)mr_axis_names(a));
	if (a->repeats && a->gone && digest != a->first_digest)
		return mr_frame_bad(r, err, "axis %s begins as in the first "
		    "stream, but has other names behind", a->name);
	return open_again(&a->digest, err);
}

int
mr_rows_end(struct mr_mrm_in *r, struct mr_err *err)
{
	for (int i = 0; i < r->n_axes; i++) {
		int rc = end_axis(r, &r->axis[i], err);

		if (rc)
			return rc;
	}
	for (int i = 0; i < r->n_matrices; i++) {
		int rc = end_matrix(r, &r->matrix[i], err);

		if (rc)
			return rc;
	}
	return MR_OK;
}

int
mr_mrm_forget(struct mr_mrm_in *r, int axis, struct mr_err *err)
{
	struct mr_axis *a = &r->axis[axis];
	int rc = MR_OK;

	if (a->gone == 0 && a->ids.n) {
		struct mr_slice first = mr_ids_get(&a->ids, 0);

		rc = mr_buf_add(&a->first, first.p, first.n, err);
	}
	for (int32_t i = 0; i < a->ids.n && rc == MR_OK; i++)
		rc = mr_sample_add(&a->sample, mr_ids_get(&a->ids, i), err);
	if (rc)
		return rc;
	a->gone += a->ids.n;
	mr_ids_clear(&a->ids);
	return MR_OK;
}
