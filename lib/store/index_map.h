/* The file of a store in memory as it lies on the disk: pages come as they are
 * touched, and all who have it open share them.  Its log is not heeded here.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_INDEX_MAP_H
#define MR_STORE_INDEX_MAP_H

#include "stream/map.h"
#include "stream/matrix.h"
#include "vector/graph.h"

#define MR_STORE_PARTS 8	/* E O C S B L D T */

/* Blocks one after another, all of 256 rows but the last. */
struct mr_store_part {
	int64_t at;		/* the header of the first */
	int64_t rows, cols;
	int dtype;
};

/*
 * What is checked when.  As it is opened: the header of every block and END,
 * which seals them, so that each block is in its place, of its shape, and its
 * checksum is known; META; of a graph O, D, B and T whole.  Names, vectors,
 * codes and links: 256 rows at a time, checksum and content, when one of them
 * is looked at first, so that nothing unchecked is followed.  So an answer is
 * that of an undamaged file, and of damage elsewhere nothing is said:
 * mr-index check reads all.
 *
 * All zero is closed; freed by mr_store_map_close.  For any number of threads
 * once it is open.
 */
struct mr_store_map {
	const char *name;	/* of the file, borrowed */
	struct mr_map map;
	bool lent;		/* the bytes of map are the caller's */
	struct mr_meta meta;
	uint64_t digest;	/* in its END */
	int64_t n, d;
	struct mr_store_part part[MR_STORE_PARTS];
	int64_t *names;		/* [blocks] their headers */
	size_t names_cap;
	_Atomic uint64_t *good;	/* three times a bit a block */
	_Atomic int64_t bad;	/* the first header of a bad block, -1: none */
	struct mr_graph graph;	/* where META says graph=links: borrowed */
	struct mr_graph_guard guard;
};

/*
 * mr_store_map_open - *fits is false, and x closed, where path is no regular
 * file with the layout of mr_store_write and at least one row, or is damaged
 * in what is checked: then mr_vectors_load tells what it is.  MR_ENOMEM.
 *
 * Memory 9 bytes for 256 rows; time some 100 ns for each block, and of a graph
 * 8 bytes read for each row.
 */
int mr_store_map_open(struct mr_store_map *x, const char *path, bool *fits,
    struct mr_err *err) MR_CHECKED;
/* mr_store_map_memory - the same of a file that is the n bytes at p, aligned to
 * 64, which stay until the close. */
int mr_store_map_memory(struct mr_store_map *x, const void *p, size_t n,
    const char *name, bool *fits, struct mr_err *err) MR_CHECKED;
/* mr_store_map_name - the name of row i.  mr_store_map_row - its d values.
 * False: the block is bad. */
bool mr_store_map_name(const struct mr_store_map *x, int64_t i,
    struct mr_slice *name);
bool mr_store_map_row(const struct mr_store_map *x, int64_t i,
    const float **row);
/* mr_store_map_told - after all use: MR_EFORMAT where a block was bad, with the
 * first of those looked at. */
int mr_store_map_told(const struct mr_store_map *x, struct mr_err *err)
    MR_CHECKED;
void mr_store_map_close(struct mr_store_map *x);

#endif
