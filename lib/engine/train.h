/* Training a model of any kind from ratings.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_TRAIN_H
#define MR_ENGINE_TRAIN_H

#include "model/kind.h"
#include "store/ratings.h"

/* What is trained, and on what; all borrowed. */
struct mr_training {
	const struct mr_kind *kind;
	const void *opt;	/* its options, filled by mr_kind_set */
	const struct mr_ratings *r;	/* at least one rating */
	const struct mr_start *start;	/* to go on from, or NULL */
	struct mr_blend_parts *parts;	/* kept between runs of blend, or NULL
					 * (kind.h) */
	const struct mr_blas *blas;	/* open, or NULL: opened here */
	uint64_t seed;
	int threads;
	struct mr_report *report;
	size_t memory;		/* free bytes; 0: not known */
};

/* mr_train_bytes - of training at most; NAN: nobody has counted. */
double mr_train_bytes(const struct mr_training *t);
/* mr_train_fits - MR_ENOMEM, with the number, where training would take more
 * than t->memory; a fact says how much that is, of kinds that have counted. */
int mr_train_fits(const struct mr_training *t, struct mr_err *err) MR_CHECKED;
/*
 * mr_train_model - train a model.  OpenBLAS is there where the kind wants it;
 * it gets the times of r, when r was loaded with them, where it wants those.
 * m is freed by mr_model_free in every case.  Memory: the transpose of r->R
 * beside what the kind's header says; MR_ENOMEM at once as of mr_train_fits.
 */
int mr_train_model(struct mr_model *m, const struct mr_training *t,
    struct mr_err *err) MR_CHECKED;

#endif
