/* The list of the kinds of models: a line for each; see kind.h.
 * SPDX-License-Identifier: MIT */
#include "model/kind.h"

/* In the order in which help and manual name them. */
#define KINDS(kind) \
	kind(random) \
	kind(baseline) \
	kind(svd) \
	kind(svdpp) \
	kind(nmf) \
	kind(slopeone) \
	kind(coclustering) \
	kind(neighbours) \
	kind(als) \
	kind(bayes) \
	kind(ials) \
	kind(bpr) \
	kind(itemknn) \
	kind(rp3beta) \
	kind(ease) \
	kind(gfilter) \
	kind(blend) \
	kind(popular)

#define DECLARE(name) extern const struct mr_kind mr_ ## name ## _kind;
#define PLACE(name) &mr_ ## name ## _kind,

KINDS(DECLARE)

const struct mr_kind *const mr_kinds[] = { KINDS(PLACE) NULL };
