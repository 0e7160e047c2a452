/* OpenBLAS, loaded when a tool needs it and with the kernels its CPU
 * deserves.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_BLAS_H
#define MR_MATH_BLAS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

/* What cblas calls order, trans and uplo, by its numbers. */
enum {
	MR_ROW_MAJOR = 101, MR_NO_TRANS = 111, MR_TRANS = 112,
	MR_UPPER = 121, MR_LOWER = 122
};

/* The calls the toolkit makes; int is OpenBLAS's own index type. */
struct mr_blas {
	char kernel[32];	/* what openblas_get_corename() says */
	void (*ssyrk)(int order, int uplo, int trans, int n, int k,
	    float alpha, const float *a, int lda, float beta, float *c,
	    int ldc);
	void (*sgemm)(int order, int transa, int transb, int m, int n, int k,
	    float alpha, const float *a, int lda, const float *b, int ldb,
	    float beta, float *c, int ldc);
	void (*dsyrk)(int order, int uplo, int trans, int n, int k,
	    double alpha, const double *a, int lda, double beta, double *c,
	    int ldc);
	void (*dgemm)(int order, int transa, int transb, int m, int n, int k,
	    double alpha, const double *a, int lda, const double *b, int ldb,
	    double beta, double *c, int ldc);
	/* Eigenvalues of a symmetric a, rising, and their vectors over a. */
	void (*dsyevd)(const char *job, const char *uplo, const int *n,
	    double *a, const int *lda, double *w, double *work,
	    const int *lwork, int *iwork, const int *liwork, int *info);
	void (*spotrf)(const char *uplo, const int *n, float *a,
	    const int *lda, int *info);
	void (*spotrs)(const char *uplo, const int *n, const int *nrhs,
	    const float *a, const int *lda, float *b, const int *ldb,
	    int *info);
	void (*spotri)(const char *uplo, const int *n, float *a,
	    const int *lda, int *info);
	void (*dpotrf)(const char *uplo, const int *n, double *a,
	    const int *lda, int *info);
	void (*dpocon)(const char *uplo, const int *n, const double *a,
	    const int *lda, const double *norm, double *rcond, double *work,
	    int *iwork, int *info);
	void (*dpotrs)(const char *uplo, const int *n, const int *nrhs,
	    const double *a, const int *lda, double *b, const int *ldb,
	    int *info);
};

/*
 * mr_blas_open - load OpenBLAS for callers on up to threads threads of ours
 * (0: mr_par_cpus()); each call then runs on its caller's thread alone.
 *
 * Debian's 0.3.21 takes Prescott or Haswell kernels on CPUs it does not know,
 * at a quarter to a half of the speed, so OPENBLAS_CORETYPE is set from the
 * CPU's features before the library loads, unless the user has set it.
 * OpenBLAS loops for ever when it cannot map its buffers (upstream #5289), so
 * that much address space is tried first, and all buffers are mapped here:
 * MR_ENOMEM, 128 MiB a thread and 64 MiB for the library.
 * MR_EIO when there is no usable OpenBLAS.  The library stays loaded.
 */
int mr_blas_open(struct mr_blas *b, int threads, struct mr_err *err)
    MR_CHECKED;

/* mr_blas_int - n as OpenBLAS's int; MR_ERANGE past 2^31 - 1. */
int mr_blas_int(int64_t n, int *out, struct mr_err *err) MR_CHECKED;

/*
 * mr_blas_solve - x of A x = b for a symmetric positive definite A.
 *
 * a  [n * n] only the lower triangle is read (row-major); destroyed
 * b  [n] becomes x
 *
 * False when A is not positive definite in float (b is then undefined).
 * n^3 / 3 flops.
 */
bool mr_blas_solve(const struct mr_blas *blas, float *a, float *b, int n);

#endif
