/* A store that is looked into and not read: its file mapped, its log above it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_INDEX_LOOKUP_H
#define MR_STORE_INDEX_LOOKUP_H

#include "store/index_map.h"
#include "store/vectors.h"
#include "stream/changes.h"

/*
 * Rows have numbers: those of the file, dead ones too, and behind them those
 * that the log puts and that count.
 */
struct mr_store_lookup {
	struct mr_store_map map;
	struct mr_changes log;
	struct mr_ids ids;	/* names that the log puts or deletes */
	int32_t *base;		/* [ids.n] their row in the file, -1: none */
	int32_t *number;	/* [ids.n] their row now, -1: none */
	int32_t *id;		/* [rows.rows] names of the rows of the log */
	struct mr_mat rows;	/* of the log */
	uint64_t *live;		/* a bit a row of the file: it counts */
	bool any_dead;
};

/*
 * mr_store_look_up - v, all zero but for what is set before, becomes the store
 * at path, with v->looked; *fits is false, and v as it was, where it must be
 * read: see mr_store_map_open.  Otherwise as mr_store_take.
 *
 * Where there are changes every name of the file is looked at once: some 15 ns
 * each.  Memory: the log twice, and a bit for each row of the file.
 */
int mr_store_look_up(struct mr_vectors *v, const char *path, bool *fits,
    struct mr_err *err) MR_CHECKED;
/* mr_store_look_into - x, which has its map and its log, is from mr_alloc and
 * v's from here on, also after a failure; v, before and *again as
 * mr_store_take has them. */
int mr_store_look_into(struct mr_vectors *v, struct mr_store_lookup *x,
    uint64_t before, bool *again, struct mr_err *err) MR_CHECKED;
/* Of v->looked, as mr_vectors_name, _find, _there, _list and _row have it. */
int mr_store_looked_name(const struct mr_store_lookup *x, int64_t row,
    struct mr_slice *name, struct mr_err *err) MR_CHECKED;
int mr_store_looked_find(const struct mr_store_lookup *x,
    struct mr_slice name, int64_t *row, struct mr_err *err) MR_CHECKED;
int mr_store_looked_there(const struct mr_store_lookup *x,
    const struct mr_ids *names, uint64_t *there, struct mr_err *err)
    MR_CHECKED;
int mr_store_looked_list(const struct mr_store_lookup *x,
    struct mr_ids *names, int32_t *number, struct mr_err *err) MR_CHECKED;
int mr_store_looked_row(const struct mr_store_lookup *x, int64_t row,
    const float **values, struct mr_err *err) MR_CHECKED;
/* The order of ties, by names; ctx: the lookup.  A name that is damaged is told
 * of by mr_store_map_told. */
bool mr_store_looked_before(const void *ctx, int32_t a, int32_t b);
void mr_store_looked_free(struct mr_store_lookup *x);	/* NULL, too */

#endif
