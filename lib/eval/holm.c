/* Holm's correction; see holm.h.
 * SPDX-License-Identifier: MIT */
#include "eval/holm.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"

struct ranked {
	double p;
	int64_t at;
};

static int
rising(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->p < y->p || x->p > y->p)
		return x->p < y->p ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

int
mr_holm(double *adjusted, const double *p, int64_t n, struct mr_err *err)
{
	struct ranked *r = mr_alloc((size_t)n, sizeof *r, "p values", err);
	double least = 0;
	int64_t m = 0;

	if (!r)
		return MR_ENOMEM;
	for (int64_t i = 0; i < n; i++) {
		adjusted[i] = NAN;
		if (!isnan(p[i]))
			r[m++] = (struct ranked){ p[i], i };
	}
	if (m)
		qsort(r, (size_t)m, sizeof *r, rising);
	for (int64_t j = 0; j < m; j++) {
		double v = (double)(m - j) * r[j].p;

		v = v > 1 ? 1 : v;
		least = v > least ? v : least;
		adjusted[r[j].at] = least;
	}
	free(r);
	return MR_OK;
}
