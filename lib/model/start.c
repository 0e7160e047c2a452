/* The beginning of a training run; see start.h.
 * SPDX-License-Identifier: MIT */
#include "model/start.h"

#include <stdlib.h>
#include <string.h>

void
mr_start_rows(float *x, int64_t stride, int64_t d, const struct mr_mat *from,
    const bool *has)
{
	for (int64_t i = 0; from->cols >= d && i < from->rows; i++)
		if (has[i])
			memcpy(x + i * stride, mr_mat_row(from, i), (size_t)d *
			    sizeof *x);
}

void
mr_start_biases(float *x, const float *from, const bool *has, int64_t n)
{
	for (int64_t i = 0; from && i < n; i++)
		if (has[i])
			x[i] = from[i];
}

void
mr_start_free(struct mr_start *s)
{
	mr_model_free(&s->m);
	free(s->user);
	free(s->item);
	*s = (struct mr_start){ .user = NULL };
}
