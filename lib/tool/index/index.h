/* The work of mr-index: a store of vectors made, changed and looked at.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INDEX_INDEX_H
#define MR_TOOL_INDEX_INDEX_H

#include "stream/run.h"

enum mr_index_verb {
	MR_INDEX_BUILD, MR_INDEX_ADD, MR_INDEX_PUT, MR_INDEX_DELETE,
	MR_INDEX_CALIBRATE, MR_INDEX_COMPACT, MR_INDEX_CHECK, MR_INDEX_INFO,
	MR_INDEX_DUMP
};

struct mr_index_job {
	int verb;		/* enum mr_index_verb */
	int metric;		/* of build: enum mr_metric */
	int graph;		/* of build: enum mr_store_graph */
	bool metric_given, graph_given;	/* else what a dump says comes first */
	const char *store;	/* its file; what only reads takes a pipe */
	const char *salvage;	/* of check: what is whole goes there; NULL:
				 * nowhere */
	const char *file;	/* vectors, of calibrate queries, or of delete
				 * a TSV of ids; NULL: standard input */
};

/*
 * mr_index_run - do what the verb says; store/index_file.h has what a store is.
 *
 *   build    the vectors become the store, in place of what it was
 *   add      they go to it; an id that is there is MR_EFORMAT
 *   put      they go to it, in place of those of the same ids
 *   delete   the ids go; those that are not there are counted
 *   calibrate  to run->out columns ef, recall, error: of the queries' 10 best
 *            rows the share that a search of effort ef finds, its mean and
 *            standard error
 *   compact  the log goes into the file
 *   check    all is read and checked; with salvage, what is whole of a damaged
 *            store becomes a stream there, and the ids of the rows that are
 *            lost a TSV on run->out
 *   info     to run->out columns fact and value
 *   dump     to run->out the vectors that count, as a stream
 *
 * A change is there for good when this returns MR_OK, and not at all else.
 * After add, put and delete the store is compacted where it is due; if that
 * fails the change stands, and the report is told.
 * Memory: the rows and names of the store, and of build of the vectors.
 */
int mr_index_run(const struct mr_index_job *job, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
