/* Which rows are nearest to a row, to words, or to what somebody likes: a base
 * of vectors and the transformer that made them, asked by anybody.
 *
 *	struct mr_searcher_opt o = { .base = "movies.mrm", .folder = dir };
 *	mr_searcher_open(&s, &o, &report, &err);
 *	mr_searcher_work_new(&w, s, 1, &err);
 *	mr_searcher_embed(s, &text, 1, w, vector, &cut, &err);
 *	mr_searcher_near(s, vector, 1, &(struct mr_near_ask){ .k = 10 }, hit,
 *	    &found, &err);
 *
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_SEARCH_H
#define MR_ENGINE_SEARCH_H

#include "core/report.h"
#include "vector/index.h"

struct mr_meta;
struct mr_searcher;
struct mr_searcher_work;

struct mr_searcher_opt {
	const char *base;	/* path of a matrix stream, dense or sparse,
				 * with names of rows */
	const char *folder;	/* of the transformer */
	int threads;		/* of the open; 0: all CPUs */
	int64_t k;		/* how many are mostly asked for; 0: not
				 * known */
};

/* Borrowed. */
struct mr_near_ask {
	int64_t k;		/* at least 1 */
	const uint64_t *allow;	/* bit i: row i may be offered; NULL: all */
};

/*
 * mr_searcher_open - load and index.  The transformer is loaded where META of
 * the base has weights=, which must then be those of the folder; a base without
 * it answers no words, and report is told; words have the precision that META
 * names.  *s is closed by mr_searcher_close,
 * also after a failure: MR_EIO, MR_EFORMAT, MR_ENOMEM.
 *
 * Memory: the base, which is mapped where it is a store, a fourth of it for
 * codes (as much again where k is more than a hundredth of the rows),
 * and the transformer.
 */
int mr_searcher_open(struct mr_searcher **s, const struct mr_searcher_opt *o,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;
void mr_searcher_close(struct mr_searcher *s);
/* mr_searcher_names - of the rows.  mr_searcher_width - of a dense one.
 * mr_searcher_knows_words - may words be asked for?  mr_searcher_is_dense - and
 * likings? */
const struct mr_ids *mr_searcher_names(const struct mr_searcher *s);
int64_t mr_searcher_width(const struct mr_searcher *s);
bool mr_searcher_knows_words(const struct mr_searcher *s);
bool mr_searcher_is_dense(const struct mr_searcher *s);

/* mr_searcher_meta - what made them. */
const struct mr_meta *mr_searcher_meta(const struct mr_searcher *s);
/* mr_searcher_rows - all of them, borrowed. */
struct mr_rows mr_searcher_rows(const struct mr_searcher *s);
/* mr_searcher_mean - the mean of the cosines of vector [width] to all rows, by
 * which one says whether a row is near; dense rows.  Time that of one row. */
double mr_searcher_mean(const struct mr_searcher *s, const float *vector);

/* From here on s is only read; a thread has work of its own, with the encoder's
 * for so many texts at once, 0: none. */
int mr_searcher_work_new(struct mr_searcher_work **w,
    const struct mr_searcher *s, int64_t texts, struct mr_err *err) MR_CHECKED;
void mr_searcher_work_free(struct mr_searcher_work *w);

/*
 * mr_searcher_embed - the vectors of n texts, UTF-8, as mr-embed makes them, in
 * vector [n * width] (out); cut [n] (out) says which are longer than the model
 * reads.  A text's bits do not depend on those beside it, and several cost less
 * than each alone: the weights are read once for all.  MR_ENOMEM; MR_ENUMERIC
 * when a vector is not finite.
 */
int mr_searcher_embed(const struct mr_searcher *s, const struct mr_slice *text,
    int64_t n, struct mr_searcher_work *w, float *vector, bool *cut,
    struct mr_err *err) MR_CHECKED;

/*
 * The k rows of largest cosine, best first, ties by name: hits, scores and
 * their bits are those of mr-knn for the same query.
 *
 * mr_searcher_row    to row, itself left out
 * mr_searcher_near   to each of n > 0 vectors [n * width]: less work than one by
 *                    one, since all of a base is read once for them
 * mr_searcher_liking to sum of weight[j] v[row[j]] over n rows, which are left
 *                    out; v of length 1
 *
 * hit [k] (out), found (out) how many, of n vectors [n * k] and [n].  Nothing
 * is near a vector of zeros.  MR_ENOMEM.
 */
int mr_searcher_row(const struct mr_searcher *s, int32_t row,
    const struct mr_near_ask *ask, struct mr_hit *hit, int64_t *found,
    struct mr_err *err) MR_CHECKED;
int mr_searcher_near(const struct mr_searcher *s, const float *vector,
    int64_t n, const struct mr_near_ask *ask, struct mr_hit *hit, int64_t *found,
    struct mr_err *err) MR_CHECKED;
int mr_searcher_liking(const struct mr_searcher *s, const int32_t *row,
    const float *weight, int64_t n, const struct mr_near_ask *ask,
    struct mr_searcher_work *w, struct mr_hit *hit, int64_t *found,
    struct mr_err *err) MR_CHECKED;

#endif
