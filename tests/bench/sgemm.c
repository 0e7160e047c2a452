/* Rates of the products the tools use: OpenBLAS as mr_blas_open loads it and
 * our own GEMM, on one thread.
 * SPDX-License-Identifier: MIT
 *
 * Prints one row "kernel shape GFLOPS-of-OpenBLAS GFLOPS-of-ours" a shape, the
 * best of several runs. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/mem.h"
#include "math/blas.h"
#include "math/gemm.h"

#define RUNS 7

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double
rate(int m, int n, int k, double seconds)
{
	return 2e-9 * m * n * k / seconds;
}

static int
measure(const struct mr_blas *blas, int m, int n, int k, struct mr_err *err)
{
	size_t sm = (size_t)m, sn = (size_t)n, sk = (size_t)k;
	float *a = mr_alloc(sm * sk, sizeof *a, "a", err);
	float *b = mr_alloc(sn * sk, sizeof *b, "b", err);
	float *c = mr_alloc(sm * sn, sizeof *c, "c", err);
	float *packed = mr_alloc(mr_gemm_packed(n, k), sizeof *c, "b", err);
	double theirs = 1e9, ours = 1e9;
	int rc = a && b && c && packed ? MR_OK : MR_ENOMEM;

	for (size_t i = 0; rc == MR_OK && i < sm * sk; i++)
		a[i] = (float)(i % 17) / 17;
	for (size_t i = 0; rc == MR_OK && i < sn * sk; i++)
		b[i] = (float)(i % 19) / 19;
	if (rc == MR_OK)
		mr_gemm_pack(packed, b, n, k, k, true);
	for (int r = 0; rc == MR_OK && r < RUNS; r++) {
		double t = now_s(), u;

		blas->sgemm(MR_ROW_MAJOR, MR_NO_TRANS, MR_TRANS, m, n, k, 1, a, k, b,
		    k, 0, c, n);
		u = now_s();
		theirs = u - t < theirs ? u - t : theirs;
		mr_gemm(a, m, k, packed, n, k, c, n);
		t = now_s();
		ours = t - u < ours ? t - u : ours;
	}
	if (rc == MR_OK)
		printf("%s\t%dx%dx%d\t%.1f\t%.1f\n", blas->kernel, m, n, k,
		    rate(m, n, k, theirs), rate(m, n, k, ours));
	free(a);
	free(b);
	free(c);
	free(packed);
	return rc;
}

int
main(void)
{
	struct mr_err err = { 0 };
	struct mr_blas blas;
	int rc = mr_blas_open(&blas, 1, &err);

	if (rc == MR_OK)
		rc = measure(&blas, 2048, 2048, 2048, &err);
	if (rc == MR_OK)
		rc = measure(&blas, 4096, 1536, 384, &err);
	if (rc)
		fprintf(stderr, "sgemm: %s\n", err.msg);
	return rc != MR_OK;
}
