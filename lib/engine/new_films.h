/* Films that nobody has rated, in a model of the others.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_NEW_FILMS_H
#define MR_ENGINE_NEW_FILMS_H

#include "engine/features.h"
#include "model/kind.h"
#include "model/ridge_map.h"
#include "store/ratings.h"

/* What a map was made of. */
struct mr_new_films {
	int64_t n_new;		/* films with a vector and no rating */
	int64_t n_learnt;	/* rated films with a vector */
	double lambda, fit;	/* of mr_ridge_map_fit */
	struct mr_features says;
};

/*
 * mr_new_films_add - films of told->names that r does not have get numbers in
 * m, trained on r by kind k, one that maps: a map (ridge_map.h) of what they
 * say (features.h) to V and bi, learnt from the rated films that have a
 * vector, by
 *
 *   w_i = sqrt(n_i) for models of events, n_i / (n_i + 10) for those of
 *   ratings, n_i the ratings of a film,
 *   G   = the mean over the users of (U, 1)(U, 1)', the 1 where there is bi.
 *
 * They stand behind r->items, in the order of told->names, and r->R gets their
 * empty columns; m->n_new counts them.  What the rated films have in m is not
 * changed.  Opens OpenBLAS.
 *
 * MR_EFORMAT when fewer than 2 rated films have a vector; name is what the
 * vectors are called in messages.  Report is told of few, and of a map that
 * explains nothing.
 */
int mr_new_films_add(struct mr_new_films *x, struct mr_model *m,
    const struct mr_kind *k, struct mr_ratings *r, const struct mr_told *told,
    const char *name, int threads, struct mr_report *report,
    struct mr_err *err) MR_CHECKED;

#endif
