/* Reading the matrix stream: blocks in order, streams one after another.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "stream/matrix_frame.h"
#include "stream/matrix_rows.h"

int
mr_mrm_open(struct mr_mrm_in *r, struct mr_in *in, struct mr_err *err)
{
	*r = (struct mr_mrm_in){ .in = in, .part.axis = -1 };
	r->digest = mr_digest_open();
	return r->digest ? MR_OK : mr_err_nomem(err, 1024, "a digest");
}

static void
close_axis(struct mr_axis *a)
{
	mr_ids_free(&a->ids);
	mr_buf_free(&a->first);
	mr_sample_free(&a->sample);
	mr_digest_close(a->digest);
}

void
mr_mrm_close(struct mr_mrm_in *r)
{
	for (int i = 0; i < r->n_axes; i++)
		close_axis(&r->axis[i]);
	for (int i = 0; i < r->n_matrices; i++)
		mr_digest_close(r->matrix[i].digest);
	mr_meta_free(&r->meta);
	mr_meta_free(&r->totals);
	if (r->digest)
		mr_digest_close(r->digest);
	if (r->payload_cap)
		free(r->payload);
	*r = (struct mr_mrm_in){ 0 };
}

int
mr_mrm_find_axis(const struct mr_mrm_in *r, const char *name)
{
	for (int i = 0; i < r->n_axes; i++)
		if (strcmp(r->axis[i].name, name) == 0)
			return i;
	return -1;
}

int
mr_mrm_find_matrix(const struct mr_mrm_in *r, const char *name)
{
	for (int i = 0; i < r->n_matrices; i++)
		if (strcmp(r->matrix[i].name, name) == 0)
			return i;
	return -1;
}

/* Copy s as a name of the format; false when it is none. */
static bool
copy_name(char to[MR_NAME_MAX + 1], struct mr_slice s)
{
	if (s.n == 0 || s.n > MR_NAME_MAX)
		return false;
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return strspn(to, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
	    "xyz0123456789_") == s.n;
}

static int
declare_axis(struct mr_mrm_in *r, struct mr_slice s, int *place,
    struct mr_err *err)
{
	char name[MR_NAME_MAX + 1];

	if (!copy_name(name, s))
		return mr_frame_bad(r, err, "META: bad axis name");
	*place = mr_mrm_find_axis(r, name);
	if (*place >= 0)
		return MR_OK;
	if (r->n_axes == MR_MATRIX_MAX)
		return mr_frame_bad(r, err, "META: too many axes");
	r->axis[r->n_axes].digest = mr_digest_open();
	if (!r->axis[r->n_axes].digest)
		return mr_err_nomem(err, 1024, "a digest");
	*place = r->n_axes++;
	strcpy(r->axis[*place].name, name);
	return MR_OK;
}

/* matrix.NAME=ROWS COLUMNS */
static int
declare_matrix(struct mr_mrm_in *r, struct mr_slice name,
    struct mr_slice value, struct mr_err *err)
{
	struct mr_matrix_info *m = &r->matrix[r->n_matrices];
	int rc;

	if (r->n_matrices == MR_MATRIX_MAX)
		return mr_frame_bad(r, err, "META: too many matrices");
	if (!copy_name(m->name, name) ||
	    mr_mrm_find_matrix(r, m->name) >= 0)
		return mr_frame_bad(r, err, "META: bad or repeated matrix "
		    "name");
	rc = declare_axis(r, mr_slice_cut(&value, ' '), &m->row_axis, err);
	if (rc == MR_OK)
		rc = declare_axis(r, value, &m->col_axis, err);
	if (rc)
		return rc;
	m->cols = -1;
	m->digest = mr_digest_open();
	if (!m->digest)
		return mr_err_nomem(err, 1024, "a digest");
	r->n_matrices++;
	return MR_OK;
}

/* shard=i/n; a bad one leaves -1/-1, which no rule accepts. */
static void
take_shard(struct mr_slice v, int64_t *i, int64_t *n)
{
	struct mr_slice first = mr_slice_cut(&v, '/');

	*i = *n = 0;
	if (!v.p || !mr_parse_i64(first, i) || !mr_parse_i64(v, n) ||
	    *i < 1 || *i > *n)
		*i = *n = -1;
}

/* Check the lines of a META and copy all but shard= to kept. */
static int
take_meta_text(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_meta *kept, int64_t *shard, int64_t *n_shards,
    struct mr_err *err)
{
	struct mr_slice all = { f->len ? (const char *)r->payload : "",
	    f->len };
	int rc = MR_OK;

	*shard = *n_shards = 0;
	if (f->rows || f->cols || f->nnz || mr_utf8_bad(all) != all.n ||
	    memchr(all.p, '\0', all.n) ||
	    (all.n && all.p[all.n - 1] != '\n'))
		return mr_frame_bad(r, err, "META is not lines of UTF-8 text");
	while (all.n && rc == MR_OK) {
		struct mr_slice line = mr_slice_cut(&all, '\n');
		struct mr_slice value = line;
		struct mr_slice key = mr_slice_cut(&value, '=');

		if (!value.p || key.n == 0)
			return mr_frame_bad(r, err, "META line without "
			    "key=value");
		if (mr_slice_is(key, "shard")) {
			take_shard(value, shard, n_shards);
			continue;
		}
		rc = mr_buf_add(&kept->text, line.p, line.n + 1, err);
	}
	return rc;
}

static int
declare_all(struct mr_mrm_in *r, struct mr_err *err)
{
	struct mr_slice all = { r->meta.text.p, r->meta.text.n };
	int rc = MR_OK;

	while (all.n && rc == MR_OK) {
		struct mr_slice value = mr_slice_cut(&all, '\n');
		struct mr_slice key = mr_slice_cut(&value, '=');

		if (key.n > 7 && memcmp(key.p, "matrix.", 7) == 0) {
			key.p += 7;
			key.n -= 7;
			rc = declare_matrix(r, key, value, err);
		}
	}
	return rc;
}

/* A stream begins: the first META declares, later ones must agree. */
static int
begin_stream(struct mr_mrm_in *r, const struct mr_frame *f,
    struct mr_err *err)
{
	int64_t shard = r->shard, n_shards = r->n_shards;
	struct mr_meta meta = { 0 };
	int rc;

	if (f->type != MR_BLOCK_META)
		return mr_frame_bad(r, err, "expected META at the start of a "
		    "stream");
	rc = take_meta_text(r, f, &meta, &r->shard, &r->n_shards, err);
	if (rc)
		goto out;
	if (r->n_shards < 0 || (r->n_streams && (r->n_shards != n_shards ||
	    (n_shards && r->shard != shard + 1))) ||
	    (r->n_streams == 1 && n_shards && shard != 1)) {
		rc = mr_frame_bad(r, err, "shard %lld/%lld after %lld/%lld: "
		    "expected all shards in order", (long long)r->shard,
		    (long long)r->n_shards, (long long)shard,
		    (long long)n_shards);
		goto out;
	}
	if (r->n_streams++ == 0) {
		r->meta = meta;
		meta = (struct mr_meta){ 0 };
		rc = declare_all(r, err);
	} else if (!mr_slice_eq(mr_buf_slice(&meta.text),
	    mr_buf_slice(&r->meta.text))) {
		rc = mr_frame_bad(r, err, "its META differs from the first "
		    "stream's: they do not belong together");
	}
	for (int i = 0; i < r->n_axes; i++) {
		r->axis[i].in_stream = 0;
		r->axis[i].repeats = false;
	}
	for (int i = 0; i < r->n_matrices; i++)
		r->matrix[i].in_stream = 0;
	r->state = MR_MRM_BODY;
out:
	mr_meta_free(&meta);
	return rc;
}

static int
take_totals(struct mr_mrm_in *r, const struct mr_frame *f, struct mr_err *err)
{
	int64_t shard, n_shards;

	r->state = MR_MRM_TOTALS;
	mr_meta_free(&r->totals);
	return take_meta_text(r, f, &r->totals, &shard, &n_shards, err);
}

static int
end_stream(struct mr_mrm_in *r, const struct mr_frame *f, struct mr_err *err)
{
	int rc = mr_frame_end(r, f, err);

	return rc ? rc : mr_rows_end(r, err);
}

static int
at_end_of_input(struct mr_mrm_in *r, struct mr_err *err)
{
	if (r->n_streams == 0)
		return mr_err_set(err, MR_EFORMAT, "%s: is empty, expected a "
		    "matrix stream: the program that makes it failed",
		    r->in->name);
	if (r->state != MR_MRM_BETWEEN)
		return mr_frame_truncated(r, err);
	if (r->n_streams > 1 && r->shard != r->n_shards)
		return mr_frame_bad(r, err, "shards end with %lld of %lld",
		    (long long)r->shard, (long long)r->n_shards);
	return MR_OK;
}

int
mr_mrm_next(struct mr_mrm_in *r, struct mr_block *b, bool *more,
    struct mr_err *err)
{
	bool counts = false;

	*more = false;
	while (!counts) {
		struct mr_frame f = { 0 };
		bool got;
		int rc;

		rc = mr_frame_head(r, &f, &got, err);
		if (rc)
			return rc;
		if (!got)
			return at_end_of_input(r, err);
		if (mr_rows_unwanted(r, &f)) {
			rc = mr_rows_pass(r, &f, err);
			if (rc)
				return rc;
			continue;
		}
		rc = mr_frame_body(r, &f, err);
		if (rc)
			return rc;
		if (r->state == MR_MRM_BETWEEN)
			rc = begin_stream(r, &f, err);
		else if (f.type == MR_BLOCK_END)
			rc = end_stream(r, &f, err);
		else if (r->state == MR_MRM_TOTALS)
			rc = mr_frame_bad(r, err, "expected END after the "
			    "second META");
		else if (f.type == MR_BLOCK_META)
			rc = take_totals(r, &f, err);
		else
			rc = mr_rows_take(r, &f, b, &counts, err);
		if (rc)
			return rc;
	}
	*more = true;
	return MR_OK;
}
