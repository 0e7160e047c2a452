/* Measures of lists as a whole; see catalogue.h.
 * SPDX-License-Identifier: MIT */
#include "eval/catalogue.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static int
rising(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

double
mr_eval_gini(int64_t *count, int64_t n)
{
	double sum = 0, total = 0;

	assert(n > 0);
	qsort(count, (size_t)n, sizeof *count, rising);
	for (int64_t j = 0; j < n; j++) {
		sum += (double)(2 * j + 1 - n) * (double)count[j];
		total += (double)count[j];
	}
	assert(total > 0);
	return sum / total / (double)n;
}

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
