/* The vector store of mr-index(1): a sealed matrix stream of rows and, beside
 * it, a log of what changed since; read as one set of rows.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_INDEX_FILE_H
#define MR_STORE_INDEX_FILE_H

#include "store/vectors.h"
#include "stream/changes.h"

/*
 * FILE is a matrix stream of META kind=index with the matrices
 *
 *   E   item x dim f32    the rows as they came, in the order they were put
 *   O   item x order u32  their order in the graph; without one, as they are
 *
 * and those of store/index_graph.h where META says graph=links,
 * and FILE.log a log of changes to it (stream/changes.h).  META has metric=,
 * graph=, what META of the vectors said of their origin, and vectors.tool= for
 * their tool=.  It has no number of generation: a store made again of its rows
 * is the same, byte for byte.  What ties the log to the file is the digest in
 * END.
 *
 * The rows of the store are those of FILE, then those of the log; a row counts
 * unless its id was deleted or put again behind it.
 */

#define MR_STORE_WIDE (1 << 20)	/* values of a row, so that blocks have 256
				 * rows */

/* mr_store_is - is a stream of this META a store? */
bool mr_store_is(const struct mr_meta *m);

/*
 * mr_store_take - v holds the stream at path, a store: check it, and make its
 * rows those that its log leaves.  before: the digest of the reading before,
 * or 0; *again: the log is another file's, whose digest is not before, so path
 * was replaced meanwhile.
 *
 * MR_EFORMAT: what is no store of ours, a log of another file, a log that
 * deletes what is not there.
 */
int mr_store_take(struct mr_vectors *v, const char *path, uint64_t before,
    bool *again, struct mr_err *err) MR_CHECKED;

/* mr_store_take_whole - of a log that may be damaged, the batches before: v has
 * the rows of the file of that digest (0: not known) that are whole, and what
 * the log deletes may be among the others.  *left: bytes of the log that were
 * not heeded. */
int mr_store_take_whole(struct mr_vectors *v, const char *path,
    uint64_t digest, int64_t *left, struct mr_err *err) MR_CHECKED;

/* How a store is made.  The graph depends on nothing else but the rows, so
 * that a compaction is a fresh build. */
enum mr_store_graph { MR_STORE_AUTO, MR_STORE_LINKS, MR_STORE_NONE };
struct mr_store_opt {
	enum mr_metric metric;
	enum mr_store_graph graph;	/* AUTO: from MR_STORE_GRAPH_ROWS on */
	int threads;
};

/* mr_store_write - the rows of v, dense and named, as a store; *digest (out)
 * in its END.  out keeps errors. */
int mr_store_write(struct mr_out *out, const struct mr_vectors *v,
    const struct mr_store_opt *o, uint64_t *digest, struct mr_err *err)
    MR_CHECKED;
/* mr_store_dump - the same as a plain stream of vectors, whose META has
 * store.metric= and store.graph= for a store made of them again. */
int mr_store_dump(struct mr_out *out, const struct mr_vectors *v,
    struct mr_err *err) MR_CHECKED;
/* mr_store_opt_of - how the store v was made, but for the threads.
 * mr_store_metric - what META says. */
int mr_store_opt_of(const struct mr_vectors *v, struct mr_store_opt *o,
    struct mr_err *err) MR_CHECKED;
int mr_store_metric(const struct mr_vectors *v, enum mr_metric *metric,
    struct mr_err *err) MR_CHECKED;

/* Words of META metric= and of options; NULL at the end. */
extern const char *const mr_metric_words[];

#endif
