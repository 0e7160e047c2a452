/* Which 8-bit kernels run, and the room they share; see qkernels.h.
 * SPDX-License-Identifier: MIT */
#include "math/qkernels.h"

#include <math.h>
#include <stdbool.h>

#include "math/qkernels_parts.h"

static int64_t
up_to(int64_t n, int64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/* The next bytes of p, on a cache line of their own; NULL without p. */
static void *
cut(uint8_t *p, size_t *used, int64_t bytes)
{
	size_t from = *used;

	*used += (size_t)up_to(bytes, 64);
	return p ? p + from : NULL;
}

size_t
mr_qroom_lay_out(struct mr_qroom *r, int64_t len, int64_t size, uint8_t *p)
{
	size_t used = 0;

	r->L = up_to(len, MR_QPANEL);
	r->N = up_to(size, MR_QPANEL);
	r->size4 = up_to(size, 4);
	r->most = fminf(MR_MOST_SHARE, (float)(1 << 22) / (float)len);
	r->keys = cut(p, &used, r->L * r->size4);
	r->unit = cut(p, &used, r->N * 4);
	r->values = cut(p, &used, r->L * r->N * 2);
	r->scale = cut(p, &used, r->N * 4);
	r->middle = cut(p, &used, r->N * 4);
	r->queries = cut(p, &used, MR_QUERIES * r->size4 * 2);
	r->score = cut(p, &used, MR_QUERIES * r->L * 4);
	r->share = cut(p, &used, MR_QUERIES * r->L * 2);
	return used;
}

size_t
mr_qattend_bytes(int64_t len, int64_t size)
{
	struct mr_qroom r;

	return mr_qroom_lay_out(&r, len, size, NULL);
}

#ifdef __x86_64__
#include <cpuid.h>

/* clang 14 has no word for it in __builtin_cpu_supports. */
static bool
has_avxvnni(void)
{
	unsigned a = 0, b = 0, c = 0, d = 0;

	return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1 << 4);
}

static bool
has_avx512vnni(void)
{
	return __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512vnni");
}

const struct mr_qkernels *
mr_qkernels_at(enum mr_simd level, int i)
{
	if (level >= MR_SIMD_AVX512 && has_avx512vnni() && i-- == 0)
		return &mr_qkernels_avx512;
	if (level >= MR_SIMD_AVX2 && has_avxvnni() && i-- == 0)
		return &mr_qkernels_avxvnni;
	if (level >= MR_SIMD_AVX2 && i-- == 0)
		return &mr_qkernels_avx2;
	return i == 0 ? &mr_qkernels_plain : NULL;
}
#elif defined __aarch64__
#include <asm/hwcap.h>
#include <sys/auxv.h>

const struct mr_qkernels *
mr_qkernels_at(enum mr_simd level, int i)
{
	(void)level;
	if ((getauxval(AT_HWCAP) & HWCAP_ASIMDDP) && i-- == 0)
		return &mr_qkernels_neondot;
	if (i-- == 0)
		return &mr_qkernels_neon;
	return i == 0 ? &mr_qkernels_plain : NULL;
}
#else
const struct mr_qkernels *
mr_qkernels_at(enum mr_simd level, int i)
{
	(void)level;
	return i == 0 ? &mr_qkernels_plain : NULL;
}
#endif

static const struct mr_qkernels *
fastest(void)
{
	return mr_qkernels_at(mr_simd_level(), 0);
}

const char *
mr_qkernels_name(void)
{
	return fastest()->name;
}

size_t
mr_qrows_bytes(int64_t m, int64_t k)
{
	return (size_t)m * (size_t)k * (size_t)fastest()->size;
}

void
mr_qrows_from(struct mr_qrows *q, const float *x, int64_t m, int64_t k)
{
	fastest()->from(q, x, m, k);
}

void
mr_qrows_gelu(struct mr_qrows *q, const float *x, const float *top, int64_t m,
    int64_t k)
{
	fastest()->gelu(q, x, top, m, k);
}

void
mr_qrows_norm(struct mr_qrows *q, float *x, const float *r, int64_t m,
    int64_t k, const struct mr_qnorm *norm)
{
	fastest()->norm(q, x, r, m, k, norm);
}

void
mr_qgemm(const struct mr_qrows *x, int64_t m, const struct mr_qweights *w,
    const float *bias, struct mr_qout c)
{
	fastest()->gemm(x, m, w, bias, c);
}

void
mr_qgemm_gelu(const struct mr_qrows *x, int64_t m,
    const struct mr_qweights *w, const float *bias, struct mr_qout c,
    float *top)
{
	fastest()->gemm_gelu(x, m, w, bias, c, top);
}

void
mr_qattend(const struct mr_qhead *h, void *work, float *c, int64_t ldc)
{
	fastest()->attend(h, work, c, ldc);
}
