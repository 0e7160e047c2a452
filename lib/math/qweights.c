/* 8-bit weights: quantised, packed; see qgemm.h.
 * SPDX-License-Identifier: MIT */
#include "math/qgemm.h"

#include <assert.h>
#include <math.h>

#define NR MR_QPANEL

static int64_t
up_to(int64_t n, int64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

int64_t
mr_qweights_bytes(int64_t n, int64_t k)
{
	return up_to(n, NR) * (k + 12);
}

void
mr_qweights_place(struct mr_qweights *q, int64_t n, int64_t k, void *memory)
{
	int64_t wide = up_to(n, NR);

	assert(k % 16 == 0);
	*q = (struct mr_qweights){ .n = n, .k = k, .packed = memory };
	if (!memory)
		return;
	q->scale = (void *)(q->packed + wide * k);
	q->shift = q->scale + wide;
	q->sum = (void *)(q->shift + wide);
}

/* Of each two inputs, the largest sum of those above 0 or below. */
static float
largest_sum(const float *w, int64_t n)
{
	float most = 0;

	for (int64_t k = 0; k < n; k += 2) {
		float a = w[k], b = w[k + 1];
		float up = (a > 0 ? a : 0) + (b > 0 ? b : 0);
		float down = up - a - b;

		most = up > most ? up : most;
		most = down > most ? down : most;
	}
	return most;
}

/* Output j of w into the panel, and its scale and shift. */
static void
pack_output(struct mr_qweights *q, const float *w, int64_t j)
{
	int8_t *panel = q->packed + j / NR * NR * q->k + j % NR * 4;
	const float rounder = 12582912.0f;	/* 1.5 * 2^23 */
	/* Two halves of rounding are left of 128. */
	float most = largest_sum(w, q->k);
	float inv = most > 1e-30f ? 127 / most : 0;
	int32_t sum = 0;

	q->scale[j] = most / 127;
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

void
mr_qweights_pack(struct mr_qweights *q, const float *w)
{
	for (int64_t j = 0; j < q->n; j++)
		pack_output(q, w + j * q->k, j);
}
