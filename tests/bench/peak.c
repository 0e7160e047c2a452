/* How near the products come to what one core can do: floats and 8 bits at
 * the shapes of all-MiniLM-L6-v2, and where rows lie a power of two apart.
 * SPDX-License-Identifier: MIT
 *
 * Prints rows "kernel shape G-operations-a-second share-of-peak", by CPU time,
 * the best of many short runs.  The peak is that of a loop that keeps as many
 * sums as hide the latency, in registers: of the fused multiplication of AVX2
 * or AVX-512 for floats; for 8 bits of the instructions of their kernel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/mem.h"
#include "math/gemm.h"
#include "math/qkernels.h"

#define RUNS 60

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#ifdef __x86_64__
#include <immintrin.h>

#define TURNS 100000

/* Ten sums; operations a second, multiplication and addition apart. */
__attribute__((target("avx2,fma"))) static double
peak_f32_avx2(void)
{
	__m256 s[10], x = _mm256_set1_ps(0.5f), y = _mm256_set1_ps(1e-9f);
	double best = 0;

	for (int r = 0; r < RUNS; r++) {
		double t = now_s();

#pragma GCC unroll 10
		for (int i = 0; i < 10; i++)
			s[i] = x;
		for (int n = 0; n < TURNS; n++)
#pragma GCC unroll 10
			for (int i = 0; i < 10; i++) {
				s[i] = _mm256_fmadd_ps(s[i], x, y);
				__asm__ volatile("" : "+x"(s[i]));
			}
		t = 2.0 * 8 * 10 * TURNS / (now_s() - t);
		best = t > best ? t : best;
	}
	return best;
}

__attribute__((target("avx2"))) static double
peak_int8_avx2(void)
{
	__m256i s[10], x = _mm256_set1_epi16(3), y = _mm256_set1_epi16(5);
	double best = 0;

	for (int r = 0; r < RUNS; r++) {
		double t = now_s();

#pragma GCC unroll 10
		for (int i = 0; i < 10; i++)
			s[i] = x;
		for (int n = 0; n < TURNS; n++)
#pragma GCC unroll 10
			for (int i = 0; i < 10; i++) {
				__m256i p = _mm256_madd_epi16(x, y);

				__asm__ volatile("" : "+x"(p));
				s[i] = _mm256_add_epi32(s[i], p);
				__asm__ volatile("" : "+x"(s[i]));
			}
		t = 2.0 * 16 * 10 * TURNS / (now_s() - t);
		best = t > best ? t : best;
	}
	return best;
}

__attribute__((target("avx512f"))) static double
peak_f32_avx512(void)
{
	__m512 s[20], x = _mm512_set1_ps(0.5f), y = _mm512_set1_ps(1e-9f);
	double best = 0;

	for (int r = 0; r < RUNS; r++) {
		double t = now_s();

#pragma GCC unroll 20
		for (int i = 0; i < 20; i++)
			s[i] = x;
		for (int n = 0; n < TURNS; n++)
#pragma GCC unroll 20
			for (int i = 0; i < 20; i++) {
				s[i] = _mm512_fmadd_ps(s[i], x, y);
				__asm__ volatile("" : "+v"(s[i]));
			}
		t = 2.0 * 16 * 20 * TURNS / (now_s() - t);
		best = t > best ? t : best;
	}
	return best;
}

static double
peak_of(bool int8)
{
	if (int8)	/* of VNNI there is no loop */
		return strcmp(mr_qkernels_name(), "avx2") == 0 ?
		    peak_int8_avx2() : 0;
	return mr_simd_level() == MR_SIMD_AVX512 ? peak_f32_avx512() :
	    mr_simd_level() == MR_SIMD_AVX2 ? peak_f32_avx2() : 0;
}
#else
static double
peak_of(bool int8)
{
	(void)int8;
	return 0;
}
#endif

struct buffers {
	float *a, *b, *c, *packed, *bias;
	struct mr_qrows q;
	struct mr_qweights w;
};

/* Seconds of the best run. */
static double
time_of(struct buffers *x, bool int8, int m, int n, int k)
{
	double best = 1e9;

	for (int r = 0; r < RUNS; r++) {
		double t = now_s();

		if (int8)
			mr_qgemm(&x->q, m, &x->w, x->bias,
			    (struct mr_qout){ x->c, n, 32 });
		else
			mr_gemm(x->a, m, k, x->packed, n, k, x->c, n);
		t = now_s() - t;
		best = t < best ? t : best;
	}
	return best;
}

static int
measure(int m, int n, int k, const double peak[2], struct mr_err *err)
{
	size_t sm = (size_t)m, sn = (size_t)n, sk = (size_t)k;
	struct buffers x = { .a = mr_alloc(sm * sk, 4, "a", err),
		.b = mr_alloc(sn * sk, 4, "b", err),
		.c = mr_alloc(sm * sn, 4, "c", err),
		.packed = mr_alloc(mr_gemm_packed(n, k), 4, "b", err),
		.bias = mr_alloc(sn, 4, "bias", err) };
	void *w = mr_alloc((size_t)mr_qweights_bytes(n, k), 1, "w", err);
	int rc = MR_ENOMEM;

	x.q.X = mr_alloc(mr_qrows_bytes(m, k), 1, "q", err);
	x.q.scale = mr_alloc(2 * sm, 4, "q", err);
	if (x.a && x.b && x.c && x.packed && x.bias && w && x.q.X &&
	    x.q.scale) {
		rc = MR_OK;
		x.q.least = x.q.scale + sm;
		for (size_t i = 0; i < sm * sk; i++)
			x.a[i] = (float)(i % 17) / 17;
		for (size_t i = 0; i < sn * sk; i++)
			x.b[i] = (float)(i % 19) / 19;
		mr_gemm_pack(x.packed, x.b, n, k, k, true);
		mr_qrows_from(&x.q, x.a, m, k);
		mr_qweights_place(&x.w, n, k, w);
		mr_qweights_pack(&x.w, x.b);
	}
	for (int int8 = 0; rc == MR_OK && int8 < 2; int8++) {
		double rate = 2.0 * m * n * k / time_of(&x, int8, m, n, k);

		printf("%s\t%dx%dx%d\t%.1f", int8 ? "int8" : "f32", m, n, k,
		    rate * 1e-9);
		if (peak[int8] > 0)
			printf("\t%.3f", rate / peak[int8]);
		printf("\n");
	}
	free(x.a);
	free(x.b);
	free(x.c);
	free(x.packed);
	free(x.bias);
	free(x.q.X);
	free(x.q.scale);
	free(w);
	return rc;
}

int
main(void)
{
	static const int shape[][3] = { { 256, 1152, 384 }, { 256, 384, 384 },
	    { 256, 1536, 384 }, { 256, 384, 1536 }, { 8, 1152, 384 },
	    { 64, 2048, 2048 }, { 64, 1024, 1024 }, { 64, 1008, 1008 } };
	const double peak[] = { peak_of(false), peak_of(true) };
	struct mr_err err = { 0 };
	int rc = MR_OK;

	printf("# %s, 8 bits: %s; peaks %.1f and %.1f\n",
	    mr_simd_words[mr_simd_level()], mr_qkernels_name(),
	    peak[0] * 1e-9, peak[1] * 1e-9);
	for (size_t i = 0; rc == MR_OK && i < sizeof shape / sizeof *shape;
	    i++)
		rc = measure(shape[i][0], shape[i][1], shape[i][2], peak,
		    &err);
	if (rc)
		fprintf(stderr, "peak: %s\n", err.msg);
	return rc != MR_OK;
}
