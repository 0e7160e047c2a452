/* A whole matrix stream in memory, for tools that need all of it at once.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_MATRIX_SET_H
#define MR_STREAM_MATRIX_SET_H

#include "data/mat.h"
#include "stream/map.h"
#include "stream/matrix.h"

/* r holds META, axes and names; mat[i], csr[i] or whole[i] the rows of
 * r.matrix[i], whole[i] as r.matrix[i].dtype says.
 * All zero is empty; owns everything; freed by mr_set_free. */
struct mr_set {
	struct mr_in in;
	struct mr_mrm_in r;
	struct mr_mat mat[MR_MATRIX_MAX];
	struct mr_csr csr[MR_MATRIX_MAX];
	void *whole[MR_MATRIX_MAX];
	size_t cap[MR_MATRIX_MAX], nnz_cap[MR_MATRIX_MAX];
	struct mr_map map;	/* see mr_set_map, mr_set_lend: */
	bool lent[MR_MATRIX_MAX];	/* dense rows that lie there */
	int64_t written[2];	/* when, s and ns, as mr_set_lend found it */
};

/* mr_set_open - path NULL or "-": standard input.  Nothing read yet. */
int mr_set_open(struct mr_set *s, const char *path, struct mr_err *err)
    MR_CHECKED;
/* mr_set_begin - the same over an open input at its start, which becomes
 * s's. */
int mr_set_begin(struct mr_set *s, struct mr_in *in, struct mr_err *err)
    MR_CHECKED;
/* mr_set_add - keep a block that mr_mrm_next gave. */
int mr_set_add(struct mr_set *s, const struct mr_block *b, struct mr_err *err)
    MR_CHECKED;
/* mr_set_load - open and read to the end, all blocks kept.
 * Memory: the values, 4 bytes each (8 in CSR), and the names. */
int mr_set_load(struct mr_set *s, const char *path, struct mr_err *err)
    MR_CHECKED;
/* mr_set_read - the same from an open input at its start, which becomes s's. */
int mr_set_read(struct mr_set *s, struct mr_in *in, struct mr_err *err)
    MR_CHECKED;
/*
 * mr_set_map - the same of a regular file whose dense rows stay where they are:
 * mat[i].a, or whole[i], is the first of them, only to be read, and behind
 * every MR_BLOCK_ROWS of them stand mr_set_gap(s) other bytes.  Each block is
 * checked as in a reading.  *fits is false, and s all zero, where that cannot
 * be, as of a pipe, of compressed, damaged or sparse ones, or of blocks of
 * another size: then mr_set_load tells what it is.  MR_ENOMEM.
 * mr_set_gap - 0 of a set that is not mapped.
 */
int mr_set_map(struct mr_set *s, const char *path, bool *fits,
    struct mr_err *err) MR_CHECKED;
static inline size_t
mr_set_gap(const struct mr_set *s)
{
	return s->map.p ? MR_MATRIX_HEADER : 0;
}
/*
 * mr_set_lend - before its first rows are added: those of the dense matrix stay
 * where they are in the file, as mr_set_map says, and other blocks are read.
 * lent[matrix] stays false, and they are copied, where that cannot be, and
 * becomes so where rows turn out to stand elsewhere.  MR_ENOMEM.
 */
int mr_set_lend(struct mr_set *s, int matrix, struct mr_err *err) MR_CHECKED;
/* mr_set_untouched - once lent rows were used: MR_EIO where their file was
 * written to since, so that they may be others than those that were checked. */
int mr_set_untouched(const struct mr_set *s, struct mr_err *err) MR_CHECKED;
/* mr_set_dense - the dense matrix name (NULL: the only one there is), its
 * place in *index; MR_EFORMAT lists what there is and, without a name, says
 * hint (NULL: nothing), as " (--matrix NAME chooses)". */
int mr_set_dense(const struct mr_set *s, const char *name, int *index,
    const char *hint, struct mr_err *err) MR_CHECKED;
void mr_set_free(struct mr_set *s);

#endif
