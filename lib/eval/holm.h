/* p values of many tests at once.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_HOLM_H
#define MR_EVAL_HOLM_H

#include <stdint.h>

#include "core/err.h"

/*
 * mr_holm - adjusted [n] (out): were nothing different at all, the chance that
 * any of them is below x is at most x, however the tests depend on each other.
 * With p_1 <= .. <= p_m those of p [n] that are not NAN,
 *
 *   adjusted_i = max over j <= i of min(1, (m - j + 1) p_j)
 *
 * and NAN where p is.  MR_ENOMEM.  O(n log n).
 * S. Holm, "A simple sequentially rejective multiple test procedure",
 * Scandinavian Journal of Statistics 6(2), 1979.
 */
int mr_holm(double *adjusted, const double *p, int64_t n, struct mr_err *err)
    MR_CHECKED;

#endif
