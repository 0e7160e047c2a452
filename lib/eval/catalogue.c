/* Measures of lists as a whole; see catalogue.h.
 * SPDX-License-Identifier: MIT */
#include "eval/catalogue.h"

#include <math.h>

double
mr_eval_novelty(const int64_t *count, int64_t n, int64_t total,
    int64_t *known)
{
	double sum = 0;

	*known = 0;
	for (int64_t j = 0; j < n; j++) {
		if (count[j] == 0)
			continue;
		sum += log2((double)total / (double)count[j]);
		++*known;
	}
	return *known ? sum / (double)*known : 0;
}
