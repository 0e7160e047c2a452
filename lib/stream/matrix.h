/* The binary matrix stream of mr-matrix(5): writing it and reading it with
 * every check.  What tools keep of it is in matrix_set.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_MATRIX_H
#define MR_STREAM_MATRIX_H

#include "core/str.h"
#include "data/csr.h"
#include "data/ids.h"
#include "data/sample.h"
#include "stream/io.h"

#define MR_BLOCK_ROWS 256	/* rows of a block, whatever the timing */
#define MR_BLOCK_MAX ((uint64_t)1 << 30)	/* bytes of a payload */
#define MR_NAME_MAX 8		/* bytes of a matrix or axis name */
#define MR_MATRIX_MAX 32	/* matrices, and axes, of a stream */
#define MR_MATRIX_HEADER 64

enum mr_block_type {
	MR_BLOCK_META = 1, MR_BLOCK_IDS, MR_BLOCK_DENSE, MR_BLOCK_CSR,
	MR_BLOCK_END, MR_BLOCK_DELETE, MR_BLOCK_COMMIT,
	MR_BLOCK_WHOLE		/* in memory only: DENSE of whole numbers, so
				 * that who wants floats passes it over */
};

enum mr_value_type {
	MR_VALUE_NONE, MR_VALUE_F32, MR_VALUE_U8, MR_VALUE_U32, MR_VALUE_I32
};

/* mr_value_size - bytes of a value, 0 of no dtype.  mr_value_name - "f32".
 * mr_value_get - value i of the whole numbers at p. */
size_t mr_value_size(int dtype);
const char *mr_value_name(int dtype);
int64_t mr_value_get(int dtype, const void *p, int64_t i);

/* Text of lines key=value.  All zero is empty. */
struct mr_meta {
	struct mr_buf text;
};

/* mr_meta_put - add a line; the value (at most 4095 bytes, else MR_EARG) is
 * escaped where it must be. */
int mr_meta_put(struct mr_meta *m, struct mr_err *err, const char *key,
    const char *fmt, ...) MR_PRINTF(4, 5) MR_CHECKED;
/* mr_meta_begin - the lines tool= and version=, which every first META has. */
int mr_meta_begin(struct mr_meta *m, const char *tool, struct mr_err *err)
    MR_CHECKED;
/* mr_meta_get - the value of key as it stands; p = NULL when absent. */
struct mr_slice mr_meta_get(const struct mr_meta *m, const char *key);
/* mr_meta_f64 - the value as a number; MR_EFORMAT naming key
 * when it is absent or not a number. */
int mr_meta_f64(const struct mr_meta *m, const char *key, double *out,
    struct mr_err *err) MR_CHECKED;
void mr_meta_free(struct mr_meta *m);

/* ---- writing ---- */

struct mr_mrm_out {
	struct mr_out *out;	/* borrowed; keeps errors */
	struct mr_digest *digest;	/* of the headers */
	uint64_t n_blocks;
};

/* mr_mrm_check_out - MR_EARG when out is a terminal; tools that work long
 * before they write call it first. */
int mr_mrm_check_out(const struct mr_out *out, struct mr_err *err) MR_CHECKED;
/* mr_mrm_begin - the same check, then the first META. */
int mr_mrm_begin(struct mr_mrm_out *w, struct mr_out *out,
    const struct mr_meta *first, struct mr_err *err) MR_CHECKED;
/* Blocks of MR_BLOCK_ROWS rows (the last may be shorter, and all are when
 * they would pass MR_BLOCK_MAX).  Names from .. to - 1 of ids go out as IDS;
 * all rows of a, or rows [from, to) of m, as DENSE or CSR.  No rows at all
 * make one block that still tells the width. */
void mr_mrm_ids(struct mr_mrm_out *w, const char *axis,
    const struct mr_ids *ids, int32_t from, int32_t to);
void mr_mrm_dense(struct mr_mrm_out *w, const char *name, const float *a,
    int64_t rows, int64_t cols);
void mr_mrm_csr(struct mr_mrm_out *w, const char *name,
    const struct mr_csr *m, int64_t from, int64_t to);
/* mr_mrm_whole - as mr_mrm_dense, of an array of whole numbers. */
void mr_mrm_whole(struct mr_mrm_out *w, const char *name, int dtype,
    const void *a, int64_t rows, int64_t cols);
/* mr_mrm_end - second META (may be NULL) and END; the digest in it.  Frees w in
 * every case; mr_out_close tells whether all was written. */
uint64_t mr_mrm_end(struct mr_mrm_out *w, const struct mr_meta *last);
/* mr_mrm_abandon - after a failure: no END, so that no reader is deceived. */
void mr_mrm_abandon(struct mr_mrm_out *w);

/* ---- reading ---- */

struct mr_axis {
	char name[MR_NAME_MAX + 1];
	struct mr_ids ids;	/* of all streams so far, but those that */
	int64_t gone;		/* were let go of, all before these; */
	struct mr_buf first;	/* the first of them, and a sample */
	struct mr_sample sample;
	int64_t in_stream;	/* named since this stream began */
	struct mr_digest *digest;	/* of this stream's names */
	uint64_t first_digest;	/* of the first stream's */
	bool repeats;		/* this stream repeats the first one's names */
	bool named;		/* has IDS blocks */
};

struct mr_matrix_info {
	char name[MR_NAME_MAX + 1];
	int row_axis, col_axis;	/* places in axis[] */
	int type;		/* MR_BLOCK_DENSE, _WHOLE or _CSR once seen,
				 * else 0 */
	int dtype;
	int64_t rows, cols;	/* of all streams so far; cols -1: unseen */
	int64_t nnz, in_stream;
	bool lent;		/* see mr_mrm_lend */
	struct mr_digest *digest;	/* of this stream's values */
	uint64_t first_digest;	/* of the first stream's, and its rows */
	int64_t first_rows;
};

/* A checked block.  Pointers are borrowed until the next call.  IDS: rows
 * names were added to axis[index].ids; DENSE: a; WHOLE: values of dtype; CSR:
 * part, with ptr from 0. */
struct mr_block {
	int type, dtype;
	int index;		/* into matrix[], or axis[] for IDS */
	int64_t from, rows;	/* place and number of the rows in the whole */
	const float *a;
	const void *values;
	struct mr_csr part;	/* not to be freed */
};

/* Rows of an axis that are wanted; see mr_mrm_part. */
struct mr_part_of {
	int axis;		/* -1: all rows of all */
	bool alone;		/* no rows of another axis */
	int64_t from, to;
	int64_t before;		/* rows in blocks passed before from */
};

struct mr_mrm_in {
	struct mr_in *in;	/* borrowed */
	struct mr_meta meta;	/* the first, without shard= */
	struct mr_meta totals;	/* the last one before END, if any */
	struct mr_axis axis[MR_MATRIX_MAX];
	struct mr_matrix_info matrix[MR_MATRIX_MAX];
	int n_axes, n_matrices;
	int64_t n_streams, n_blocks_all;
	int64_t shard, n_shards;	/* of the last META, 0: none */
	struct mr_part_of part;
	uint64_t sealed;	/* the digest in the last END */
	/* framing */
	struct mr_digest *digest;
	uint64_t n_blocks;	/* in this stream */
	bool is_log;		/* of changes.h, with its own types */
	int64_t offset;		/* of the current block, for messages */
	unsigned char *payload;
	size_t payload_cap;	/* 0: the bytes are those of in, which is lent,
				 * or of file; only read */
	struct mr_slice file;	/* see mr_mrm_lend */
	enum { MR_MRM_BETWEEN, MR_MRM_BODY, MR_MRM_TOTALS } state;
};

/* mr_mrm_open - nothing is read yet but the magic of the first block is
 * checked by the first mr_mrm_next. */
int mr_mrm_open(struct mr_mrm_in *r, struct mr_in *in, struct mr_err *err)
    MR_CHECKED;
/*
 * mr_mrm_next - the next IDS, DENSE, WHOLE or CSR block that counts (repeats
 * of a concatenated stream are checked and passed over; r->meta is set before
 * the first block comes), or *more = false at the true end of all streams.
 * Everything mr-matrix(5) demands is checked: MR_EFORMAT names the file, the
 * byte offset of the block and what is wrong.
 */
int mr_mrm_next(struct mr_mrm_in *r, struct mr_block *b, bool *more,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_mrm_forget - let go of the names of an axis so far, so that memory is
 * theirs who come between two calls.  Names that stand twice are refused among
 * those that are kept, and between these and the ones let go as far as a sample
 * of these reaches (sample.h): all up to MR_SAMPLE_MAX.  MR_ENOMEM.
 */
int mr_mrm_forget(struct mr_mrm_in *r, int axis, struct mr_err *err)
    MR_CHECKED;
/*
 * mr_mrm_part - before the first rows and names of the axis come: blocks in
 * which none of its rows from .. to - 1 is are passed over by their headers,
 * which END seals as ever; of a regular file they are not read, and that they
 * are damaged or have a name again is not found.  For a file of one stream.
 */
void mr_mrm_part(struct mr_mrm_in *r, int axis, int64_t from, int64_t to);
/* mr_mrm_only - the same, and rows and names of other axes are passed over. */
void mr_mrm_only(struct mr_mrm_in *r, int axis, int64_t from, int64_t to);
/*
 * mr_mrm_lend - from here on dense rows of the matrix of this place are looked
 * at in file, all bytes of the regular file that r->in reads from its start,
 * and not read: of a block the values lie there.  They must stay.
 */
void mr_mrm_lend(struct mr_mrm_in *r, int matrix, struct mr_slice file);
/*
 * mr_mrm_look - the first META of the stream at path; what comes behind it is
 * looked at no further than to the first rows or names.
 */
int mr_mrm_look(struct mr_meta *meta, const char *path, struct mr_err *err)
    MR_CHECKED;
/*
 * mr_mrm_count - how many names the axis has in the streams, n_streams (out,
 * or NULL) in all, of the file at path, by the headers of their blocks: of a
 * regular file nothing else is read but the first names and what END seals, so
 * that of damage inside blocks nothing is said.  MR_EIO, MR_EFORMAT as
 * mr_mrm_next.
 */
int mr_mrm_count(const char *path, const char *axis, int64_t *n,
    int64_t *n_streams, struct mr_err *err) MR_CHECKED;
/* mr_axis_names - how many names it has had. */
static inline int64_t
mr_axis_names(const struct mr_axis *a)
{
	return a->gone + a->ids.n;
}
int mr_mrm_find_axis(const struct mr_mrm_in *r, const char *name);
int mr_mrm_find_matrix(const struct mr_mrm_in *r, const char *name);
void mr_mrm_close(struct mr_mrm_in *r);

#endif
