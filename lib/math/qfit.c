/* 8-bit weights fitted to a sample; see qfit.h.
 * SPDX-License-Identifier: MIT */
#include "math/qfit.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "math/gemm.h"
#include "math/lanes.h"

#define NR MR_QPANEL
#define HALF MR_GEMM_PANEL
#define BLOCK MR_QFIT_BLOCK
#define SUB 16		/* inputs at a time */
#define MORE 0.1f	/* on the diagonal, of its mean */
#define SPAN 64		/* of units */
#define NOTHING 0x1p-20f	/* of the largest |x w| counts for nothing */

_Static_assert(NR == 2 * HALF, "two panels are packed into one");

static int64_t
min_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

MR_LANES float
more_of(float a, float b)
{
	return a > b ? a : b;
}

MR_LANES float
less_of(float a, float b)
{
	return a < b ? a : b;
}

/* Of the weights of input k, the largest. */
static float
largest(const float *w, int64_t n, int64_t n_in, int64_t k)
{
	float most = 0;

	for (int64_t j = 0; j < n; j += HALF)
		for (int64_t l = 0; l < HALF; l++)
			most = more_of(most,
			    fabsf(w[j * n_in + k * HALF + l]));
	return most;
}

void
mr_qfit_columns(struct mr_qfit *f, const float *x, int64_t m, const float *w,
    int64_t n)
{
	float widest = 0, least = 0;

	for (int64_t k = 0; k < f->k; k++)
		f->unit[k] = 0;
	for (int64_t i = 0; i < m; i++)
		for (int64_t k = 0; k < f->k; k++)
			f->unit[k] = more_of(f->unit[k],
			    fabsf(x[i * f->k + k]));
	for (int64_t k = 0; k < f->k; k++)
		least = more_of(least, f->unit[k] * largest(w, n, f->k, k) *
		    NOTHING);
	for (int64_t k = 0; k < f->k; k++) {
		float most = largest(w, n, f->k, k);

		f->unit[k] = f->unit[k] * most > least ? sqrtf(f->unit[k] /
		    most) : 0;
		widest = more_of(widest, f->unit[k]);
	}
	/* What counts for nothing must not widen a row, and what is small
	 * beside one wide column not be lost there. */
	for (int64_t k = 0; k < f->k; k++)
		f->unit[k] = f->unit[k] > 0 ? more_of(f->unit[k],
		    widest / SPAN) : widest > 0 ? widest : 1;
}

int64_t
mr_qfit_work_floats(int64_t m, int64_t k)
{
	int64_t follow = 2 * BLOCK * (m + BLOCK + SUB);

	return follow > HALF * k ? follow : HALF * k;
}

/*
 * Rows from .. from + SUB of a symmetric a, n x n, whose later rows are done
 * with and taken off: row j over a_jj goes to u, as far as it is before j.
 */
MR_FOR_EACH_CPU_DO(factor_rows, MR_LIST(float *a, int64_t n, int64_t from,
    float *u), MR_LIST(a, n, from, u),
{
	for (int64_t j = from + SUB - 1; j >= from; j--) {
		const float *row = a + j * n;
		const float inv = 1 / row[j];

		for (int64_t l = 0; l < from + SUB; l += SUB)
			for (int64_t c = l; c < l + SUB; c++)
				u[j * BLOCK + c] = row[c] * inv;
		for (int64_t i = from; i < j; i++)
			for (int64_t l = 0; l < from + SUB; l += SUB)
				for (int64_t c = l; c < l + SUB; c++)
					a[i * n + c] -= u[j * BLOCK + i] *
					    row[c];
	}
})

/* U, transposed, of a, n x n, which is lost. */
static void
factor(float *a, int64_t n, float *u, float *work)
{
	float *packed = work, *off = packed + SUB * BLOCK;
	float *across = off + BLOCK * BLOCK;

	for (int64_t from = n - SUB; from >= 0; from -= SUB) {
		factor_rows(a, n, from, u);
		for (int64_t i = 0; i < from; i++)
			for (int64_t j = 0; j < SUB; j++)
				across[i * SUB + j] = u[(from + j) * BLOCK + i];
		mr_gemm_pack(packed, a + from * n, from, SUB, n, false);
		mr_gemm(across, from, SUB, packed, from, SUB, off, from);
		for (int64_t i = 0; i < from; i++)
			for (int64_t l = 0; l <= i; l++)
				a[i * n + l] -= off[i * from + l];
	}
}

/* Columns from .. from + n of x / u as n rows. */
static void
turn(const struct mr_qfit *f, const float *x, int64_t m, int64_t from,
    int64_t n, float *to)
{
	for (int64_t t = 0; t < m; t += 16)
		for (int64_t k = 0; k < n; k++) {
			float inv = 1 / f->unit[from + k];

			for (int64_t i = t; i < m && i < t + 16; i++)
				to[k * m + i] = x[i * f->k + from + k] * inv;
		}
}

void
mr_qfit_follow(struct mr_qfit *f, const float *x, int64_t m, float *work)
{
	float *across = work, *packed = across + BLOCK * m;
	float *h = packed + mr_gemm_packed(BLOCK, m);

	for (int64_t from = 0; from < f->k; from += BLOCK) {
		int64_t n = min_of(f->k - from, BLOCK);
		float more = 0;

		turn(f, x, m, from, n, across);
		mr_gemm_pack(packed, across, n, m, m, true);
		/* As far as the diagonal. */
		for (int64_t k = 0; k < n; k += SUB)
			mr_gemm(across + k * m, SUB, m, packed, k + SUB, m,
			    h + k * n, n);
		for (int64_t k = 0; k < n; k++)
			more += h[k * n + k] / (float)n;
		for (int64_t k = 0; k < n; k++)
			h[k * n + k] += more > 0 ? more * MORE : 1;
		factor(h, n, f->follow + from * BLOCK, h + BLOCK * BLOCK);
	}
}

/* A panel of w times the units. */
static void
scale_panel(const struct mr_qfit *f, const float *w, float *to)
{
	for (int64_t k = 0; k < f->k; k++)
		for (int l = 0; l < HALF; l++)
			to[k * HALF + l] = w[k * HALF + l] * f->unit[k];
}

/* The steps of a panel, as in math/qgemm.h. */
MR_LANES void
steps_of(const float *w, int64_t n, float *step)
{
	for (int l = 0; l < HALF; l++)
		step[l] = 0;
	for (int64_t k = 0; k < n; k += 2, w += 2 * HALF)
		for (int l = 0; l < HALF; l++) {
			float a = w[l], b = w[HALF + l];
			float up = more_of(a, 0) + more_of(b, 0);
			float down = less_of(a, 0) + less_of(b, 0);

			step[l] = more_of(step[l], more_of(up, -down));
		}
	for (int l = 0; l < HALF; l++)
		step[l] = step[l] > 1e-30f ? step[l] / 127 : 0;
}

/*
 * An input of a panel: W is v + more, rounded, where v is w over the steps;
 * both this and that of the input before, unless first of two, sum to 128 at
 * most.  w becomes what it is off by.
 */
MR_LANES void
round_input(float *w, const float *inv, const float *more, float *before,
    bool first)
{
	const float rounder = 12582912.0f;	/* 1.5 * 2^23 */

	for (int l = 0; l < HALF; l++) {
		float v = w[l] * inv[l];
		float q = v + more[l] + rounder - rounder;
		float b = first ? 0 : before[l];

		q = less_of(q, less_of(127, 128 - b));
		q = more_of(q, more_of(-127, -128 - b));
		before[l] = q;
		w[l] = v - q;
	}
}

/* SUB inputs of a panel, to which the others have added more; u is what they
 * add to one another. */
MR_FOR_EACH_CPU_DO(round_inputs, MR_LIST(float *w, const float *inv,
    const float *u, float *more, int8_t *to), MR_LIST(w, inv, u, more, to),
{
	float q[HALF];

	for (int i = 0; i < SUB; i++, more += HALF, u += BLOCK) {
		int8_t *at = to + i / 4 * 4 * NR + i % 4;

		for (int k = 0; k < i; k++)
			for (int l = 0; l < HALF; l++)
				more[l] += w[k * HALF + l] * u[k];
		round_input(w + i * HALF, inv, more, q, i % 2 == 0);
		for (int l = 0; l < HALF; l++)
			at[4 * l] = (int8_t)q[l];
	}
})

/* The sums of W of a panel of k inputs. */
static void
sums_of(const int8_t *w, int64_t k, int32_t *sum)
{
	memset(sum, 0, NR * sizeof *sum);
	for (int64_t i = 0; i < NR * k; i++)
		sum[i % (4 * NR) / 4] += w[i];
}

/* Half a panel of q, from panel w of mr_gemm, which is lost. */
static void
pack_half(const struct mr_qfit *f, float *w, float *scale, int8_t *to)
{
	float inv[HALF], more[SUB * HALF];

	steps_of(w, f->k, scale);
	for (int l = 0; l < HALF; l++)
		inv[l] = scale[l] > 0 ? 1 / scale[l] : 0;
	for (int64_t k = 0; k < f->k; k += SUB) {
		int64_t from = k / BLOCK * BLOCK;
		const float *u = f->follow + k * BLOCK;

		/* What they are off by stands as a panel of mr_gemm does. */
		mr_gemm(u, SUB, BLOCK, w + from * HALF, HALF, k - from, more,
		    HALF);
		round_inputs(w + k * HALF, inv, u + k - from, more,
		    to + k * NR);
	}
}

void
mr_qfit_pack(const struct mr_qfit *f, struct mr_qweights *q, const float *w,
    float *work)
{
	for (int64_t j = 0; j < q->n; j += NR) {
		int8_t *to = q->packed + j * q->k;

		for (int64_t l = 0; l < NR; l += HALF) {
			if (j + l < q->n)
				scale_panel(f, w + (j + l) * f->k, work);
			else
				memset(work, 0, (size_t)(HALF * f->k) *
				    sizeof *work);
			pack_half(f, work, q->scale + j + l, to + 4 * l);
		}
		sums_of(to, f->k, q->sum + j);
		for (int64_t l = j; l < j + NR; l++)
			q->shift[l] = q->scale[l] * (float)q->sum[l];
	}
}
