/* What the 8-bit kernels of the different CPUs share; for lib/math/q*.c only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QKERNELS_PARTS_H
#define MR_MATH_QKERNELS_PARTS_H

#include "math/qkernels.h"

/* The least value that gelu takes: gelu(-0.7518) = -0.16997, less the error
 * of the polynomial below. */
#define MR_GELU_LEAST (-0.1702f)

/*
 * g(v) = v / 2 (1 + erf(v / sqrt 2)) = max(v, 0) - h(|v|), h(t) = t (1 -
 * Phi(t)) falling to 0: the polynomial through 0 of degree 7 that is nearest
 * on t <= 4, where it is off by 2.0e-4; beyond, by as much, as h is 1.3e-4
 * there.  A step of 8 bits is 60 times that.  Highest power first.
 */
#define MR_GELU_MOST 4
#define MR_GELU_TAIL { -6.42834979e-4f, 0.0099211181f, -0.0575631968f,	\
	0.139961162f, -0.0427942737f, -0.390828024f, 0.500493777f }

/*
 * most 2^x = 2^floor(x) times a polynomial of the rest, off by 1.1e-4 at
 * most.  Lowest power first.
 */
#define MR_SHARE_OF { 0.999892966f, 0.696457394f, 0.224338367f, 0.0792042387f }

/* What becomes of the sums of a tile. */
struct mr_qfinish {
	const struct mr_qrows *x;
	const struct mr_qweights *w;
	const float *bias;
	struct mr_qout c;
	float *top;	/* [rows * 16] or NULL; with it, gelu */
};

#define MR_QUERIES 8	/* at a time; some CPUs take fewer */
#define MR_MOST_SHARE 8191	/* 8191 x 511 x 512 tokens fit in 32 bits */
#define MR_MOST_VALUE 511

/* Workspace of mr_qattend; L = len and N = size, up to whole panels. */
struct mr_qroom {
	uint8_t *keys;		/* [L / 32][size4 / 4][32][4], less zero */
	float *unit;		/* [N] u_j */
	int16_t *values;	/* [N / 32][L / 2][32][2] */
	float *scale, *middle;	/* [N] g_j, m_j */
	void *queries;		/* [MR_QUERIES][size4] of at most 2 bytes */
	int32_t *score;		/* [MR_QUERIES][L] */
	int16_t *share;		/* [MR_QUERIES][L] */
	float a;		/* log2(e) / sqrt(size) a */
	int32_t sum[MR_QUERIES];	/* sum_s P_is */
	float most;		/* largest P */
	int64_t L, N, size4;
};

/* mr_qroom_lay_out - the parts of the workspace p, which may be NULL; their
 * size in bytes. */
size_t mr_qroom_lay_out(struct mr_qroom *r, int64_t len, int64_t size,
    uint8_t *p);

/* The kernels there are, on CPUs that have them. */
extern const struct mr_qkernels mr_qkernels_plain;
#ifdef __x86_64__
extern const struct mr_qkernels mr_qkernels_avx2, mr_qkernels_avxvnni;
extern const struct mr_qkernels mr_qkernels_avx512;
#elif defined __aarch64__
extern const struct mr_qkernels mr_qkernels_neon, mr_qkernels_neondot;
#endif

#endif
