/* What is whole of a damaged store.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_INDEX_SALVAGE_H
#define MR_STORE_INDEX_SALVAGE_H

#include "store/index_file.h"

/* What was lost. */
struct mr_salvage {
	struct mr_ids ids;	/* names whose rows are gone; owned */
	int64_t nameless;	/* rows whose names are gone */
	int64_t log_bytes;	/* of the log, from its first damage on */
	int64_t log_rows;	/* put there, as far as can be read; their
				 * names are among ids */
	int64_t undone;		/* rows deleted there that count again */
	struct mr_ids back;	/* their names; owned */
};
void mr_salvage_free(struct mr_salvage *lost);

/*
 * mr_store_salvage - v (freed by mr_vectors_free) becomes the rows of the store
 * at path, a file, that are whole, as the log up to its first damage leaves
 * them.  Blocks are taken one by one, each if its checksum is right and its
 * place is known: by how many blocks there are before the first block whose
 * header is lost, or after the last.  MR_EFORMAT where no row is left, or the
 * file is no store.
 */
int mr_store_salvage(struct mr_vectors *v, struct mr_salvage *lost,
    const char *path, struct mr_err *err) MR_CHECKED;

#endif
