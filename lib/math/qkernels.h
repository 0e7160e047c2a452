/* The 8-bit arithmetic of a transformer for one kind of CPU.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QKERNELS_H
#define MR_MATH_QKERNELS_H

#include "math/qattend.h"
#include "math/qgemm.h"
#include "math/simd.h"

/*
 * The functions of qrows.h, qgemm.h and qattend.h.  All kernels have the same
 * integers and do the float steps in one order, with one rounding where a
 * product is added: the same bits on every CPU.
 *
 *   avx512   VNNI: 64 products an instruction
 *   avxvnni  32 products an instruction; never tried, for want of such a CPU
 *   avx2     vpmaddubsw: 32 products an instruction, in 16 bits, of which it
 *            leaves none by what weights are (math/qgemm.h); in attention
 *            vpmaddwd: 16 products of 16-bit integers
 *   neondot  16 products an instruction, where the CPU has them
 *   neon     two products of 8 bits in 16, then in 32
 *   plain    the same in C
 */
struct mr_qkernels {
	const char *name;
	/* How an X of struct mr_qrows stands in memory: in size bytes, 1 or 2,
	 * less zero. */
	int size, zero;
	void (*from)(struct mr_qrows *q, const float *x, int64_t m, int64_t k);
	void (*gelu)(struct mr_qrows *q, const float *x, const float *top,
	    int64_t m, int64_t k);
	void (*norm)(struct mr_qrows *q, float *x, const float *r, int64_t m,
	    int64_t k, const struct mr_qnorm *norm);
	void (*gemm)(const struct mr_qrows *x, int64_t m,
	    const struct mr_qweights *w, const float *bias, struct mr_qout c);
	void (*gemm_gelu)(const struct mr_qrows *x, int64_t m,
	    const struct mr_qweights *w, const float *bias, struct mr_qout c,
	    float *top);
	void (*attend)(const struct mr_qhead *h, void *work, float *c,
	    int64_t ldc);
};

/* mr_qkernels_at - the i-th, from 0, fastest first, of those that this CPU has
 * and that need no more than level; NULL past the last, which is plain. */
const struct mr_qkernels *mr_qkernels_at(enum mr_simd level, int i);

/* mr_qkernels_name - of those in use. */
const char *mr_qkernels_name(void);

#endif
