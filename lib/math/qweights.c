/* 8-bit weights: quantised, packed; see qgemm.h.
 * SPDX-License-Identifier: MIT */
#include "math/qgemm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"

#define NR MR_QPANEL

static int64_t
up_to(int64_t n, int64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

void
mr_qweights_free(struct mr_qweights *q)
{
	free(q->packed);
	free(q->scale);
	free(q->sum);
	*q = (struct mr_qweights){ 0 };
}

/* Output j of w into the panel, and its scale and shift. */
static void
pack_output(struct mr_qweights *q, const float *w, int64_t j)
{
	int8_t *panel = q->packed + j / NR * NR * q->k + j % NR * 4;
	const float rounder = 12582912.0f;	/* 1.5 * 2^23 */
	float most = 0, inv;
	int32_t sum = 0;

	for (int64_t k = 0; k < q->k; k++)
		most = fabsf(w[k]) > most ? fabsf(w[k]) : most;
	q->scale[j] = most / 127;
	inv = most > 1e-30f ? 127 / most : 0;
	for (int64_t k = 0; k < q->k; k += 4, panel += 4 * NR)
		for (int i = 0; i < 4; i++) {
			/* lrintf, without its call */
			int v = (int)(w[k + i] * inv + rounder - rounder);

			panel[i] = (int8_t)v;
			sum += v;
		}
	q->shift[j] = q->scale[j] * (float)sum;
	q->sum[j] = sum;
}

int
mr_qweights_pack(struct mr_qweights *q, const float *w, int64_t n, int64_t k,
    struct mr_err *err)
{
	int64_t wide = up_to(n, NR);

	assert(k % 16 == 0);
	*q = (struct mr_qweights){ .n = n, .k = k };
	q->packed = mr_alloc((size_t)(wide * q->k), 1, "8-bit weights", err);
	q->scale = mr_alloc((size_t)(2 * wide), sizeof *q->scale,
	    "8-bit weights", err);
	q->sum = mr_alloc((size_t)wide, sizeof *q->sum, "8-bit weights", err);
	if (!q->packed || !q->scale || !q->sum) {
		mr_qweights_free(q);
		return MR_ENOMEM;
	}
	q->shift = q->scale + wide;
	for (int64_t j = 0; j < n; j++)
		pack_output(q, w + j * k, j);
	return MR_OK;
}
