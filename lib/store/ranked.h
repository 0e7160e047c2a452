/* Ranked lists in TSV: neighbours and recommendations.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_RANKED_H
#define MR_STORE_RANKED_H

#include "data/ids.h"
#include "data/table.h"
#include "stream/tsv.h"

/* The columns of a file without a header line. */
#define MR_RANKED_COLUMNS "user,rank,item,score"

/* Lists as they were read: user u has item[ptr[u]] .. item[ptr[u + 1] - 1] in
 * the order of ranks.  All zero is empty; freed by mr_ranked_free. */
struct mr_ranked {
	const char *name;	/* of the file, for messages; borrowed */
	struct mr_ids users, items;
	int64_t *ptr;		/* [users.n + 1] */
	int32_t *item;
};

/* mr_ranked_read - the columns user, item and rank of all rows of t, whose
 * header has been read.  MR_EFORMAT with the line where a user's ranks are not
 * 1, 2, .., each once, or an item stands twice in a list. */
int mr_ranked_read(struct mr_ranked *l, struct mr_tsv *t, struct mr_err *err)
    MR_CHECKED;
void mr_ranked_free(struct mr_ranked *l);

/* A row to be written. */
struct mr_ranked_row {
	struct mr_slice user;	/* or the query */
	int64_t rank;		/* from 1 */
	struct mr_slice item;
	float score;
	struct mr_slice more;	/* cells behind it, a tab before each */
};

/* mr_ranked_head - the header line; whose is "user", "group" or "query", more
 * the names of more. */
void mr_ranked_head(struct mr_out *out, const char *whose, const char *more,
    const struct mr_table *films);
/* mr_ranked_put - a row with the cells of row film of films, empty ones when
 * it is -1: then false, if films has columns. */
bool mr_ranked_put(struct mr_out *out, const struct mr_ranked_row *x,
    const struct mr_table *films, int32_t film);

#endif
