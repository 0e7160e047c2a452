/* Predictions in TSV: pairs of user and item with an estimate.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_PREDICTIONS_H
#define MR_STORE_PREDICTIONS_H

#include "data/group.h"
#include "data/ids.h"
#include "data/table.h"
#include "stream/tsv.h"

/* The columns of a file without a header line. */
#define MR_PREDICTION_COLUMNS "user,item,rating,estimate"

/* A file of predictions: those of user u are p[by_user.row[j]], j from
 * by_user.ptr[u] to before by_user.ptr[u + 1], in the order of the file.  All
 * zero is empty; freed by mr_predictions_free. */
struct mr_predictions {
	const char *name;	/* of the file, for messages; borrowed */
	struct mr_ids users, items;
	struct mr_prediction {
		int64_t line;
		double estimate;
		double rating;	/* NAN: none */
		int32_t user, item;
	} *p;
	size_t n, cap;
	struct mr_group by_user;
};

/* mr_predictions_read - the columns user, item, estimate and, if there is one,
 * rating of all rows of t, whose header has been read.  MR_EFORMAT with the
 * line of a pair that stands twice or a number that is none. */
int mr_predictions_read(struct mr_predictions *a, struct mr_tsv *t,
    struct mr_err *err) MR_CHECKED;
void mr_predictions_free(struct mr_predictions *a);

/* A row to be written. */
struct mr_predictions_row {
	struct mr_slice user, item;
	struct mr_slice rating;	/* as it stands; p NULL: no such column */
	float estimate;
};

/* mr_predictions_head - the header line, with a column rating or without. */
void mr_predictions_head(struct mr_out *out, bool rating,
    const struct mr_table *films);
/* mr_predictions_put - a row with the cells of row film of films, empty ones
 * when it is -1: then false, if films has columns. */
bool mr_predictions_put(struct mr_out *out,
    const struct mr_predictions_row *x, const struct mr_table *films,
    int32_t film);

#endif
