/* A transformer in 8 bits fitted to texts, once, when it is packed.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_BERT_FIT_H
#define MR_TEXT_BERT_FIT_H

#include "text/bert.h"

/*
 * mr_bert_fit - the weights of b, in int8 and not given its packed ones, anew:
 * by math/qfit.h, from what its products are given in full, the same network in
 * f32, by n texts, ids and start as for mr_bert_embed.
 *
 * What divides the columns of a product's input costs a forward pass nothing:
 *
 *   qkv, up  gamma and beta of the norm before are divided by u, and where
 *            its rows are added to, they are multiplied again (unit)
 *   out      rows of the values' weights, and their bias, are divided by u,
 *            since attention mixes values without mixing their columns
 *   down     u = 1: gelu is in between
 *
 * MR_ENOMEM.  Memory, of T tokens: mr_bert_work_floats(full, T) and
 * mr_qfit_work_floats(T, inner) floats.  Time: a forward pass, and
 * MR_QFIT_BLOCK (2 T (3 width + inner) + 4 width^2 + 2 width inner) flops a
 * layer.
 */
int mr_bert_fit(struct mr_bert *b, const struct mr_bert *full,
    const int32_t *ids, const int32_t *start, int64_t n, struct mr_err *err)
    MR_CHECKED;

#endif
