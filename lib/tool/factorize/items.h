/* What films say, for those that nobody has rated: --items and --movies.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_ITEMS_H
#define MR_TOOL_FACTORIZE_ITEMS_H

#include "engine/new_films.h"
#include "store/vectors.h"
#include "stream/matrix.h"

/* All zero is none; freed by mr_items_free. */
struct mr_items {
	struct mr_vectors vectors;
	struct mr_table films;	/* columns title, year and genre, where --movies
				 * has them */
	bool has_films;
	uint64_t vectors_digest, films_digest;
	struct mr_new_films found;
};

/* mr_items_load - the streams at both paths; films may be NULL.  MR_EFORMAT
 * where the vectors are sparse or without names, or films has none of the
 * columns. */
int mr_items_load(struct mr_items *x, const char *vectors, const char *films,
    struct mr_err *err) MR_CHECKED;
/* mr_items_add - mr_new_films_add with what was loaded. */
int mr_items_add(struct mr_items *x, struct mr_model *m,
    const struct mr_kind *k, struct mr_ratings *r, int threads,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;
/* mr_items_describe - of the map to the first META, of the inputs to the
 * last. */
int mr_items_describe(const struct mr_items *x, struct mr_meta *meta,
    struct mr_meta *last, struct mr_err *err) MR_CHECKED;
void mr_items_free(struct mr_items *x);

#endif
