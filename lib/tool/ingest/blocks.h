/* An input cut into blocks of whole rows, which several threads may read.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_BLOCKS_H
#define MR_TOOL_INGEST_BLOCKS_H

#include "stream/io.h"

/* Some rows, in memory.  All zero is empty; freed by mr_row_block_free. */
struct mr_row_block {
	char *p;
	size_t n, cap;
	int64_t line;		/* on which it begins, from 1 */
};

/* The reader of blocks.  All zero but for the first four members is at the
 * start of a row; freed by mr_blocks_free. */
struct mr_blocks {
	struct mr_in *in;	/* borrowed */
	bool quoted;		/* line ends between quotes end no row */
	size_t bytes;		/* of a block, more or less */
	int64_t line;		/* of the next block */
	bool done;		/* there are no others */
	struct mr_buf rest;	/* read, and of the next block */
	struct mr_err why;	/* the next block cannot be read */
};

/*
 * mr_blocks_next - the next block, in the memory that b has; n = 0 at the end
 * of the input.  It ends behind an end of line (LF, CR LF or CR), or at the end
 * of the input.  With quoted that is one before which the quotes of the block
 * are even in number: where no row of RFC 4180 that has no fault goes on.  A
 * block without such a place grows until it is longer than a row may be
 * (MR_LINE_MAX), and is given as it is.
 *
 * A failure to read comes after the whole rows before it.  MR_EIO, MR_EFORMAT
 * or MR_ENOMEM.  One pass over the bytes, and a copy of what is cut off.
 */
int mr_blocks_next(struct mr_blocks *s, struct mr_row_block *b,
    struct mr_err *err) MR_CHECKED;
/* mr_blocks_join - append what is behind b's bytes, another block. */
int mr_blocks_join(struct mr_row_block *b, const struct mr_row_block *behind,
    struct mr_err *err) MR_CHECKED;
void mr_blocks_free(struct mr_blocks *s);
void mr_row_block_free(struct mr_row_block *b);

#endif
