/* Loading OpenBLAS; see blas.h.  The only file that knows its names.
 * SPDX-License-Identifier: MIT */
#include "math/blas.h"

#include <cblas.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/par.h"
#include "math/simd.h"

#define BUFFER_BYTES ((size_t)128 << 20)	/* OpenBLAS's map per caller */
#define LIBRARY_BYTES ((size_t)64 << 20)	/* code and data, with room */
#define MAX_CALLERS 256	/* as many as mr_par_run has */

/* The table's types must be those of the header this is built with. */
_Static_assert((int)CblasRowMajor == MR_ROW_MAJOR && (int)CblasNoTrans ==
    MR_NO_TRANS && (int)CblasTrans == MR_TRANS && (int)CblasUpper ==
    MR_UPPER && (int)CblasLower == MR_LOWER, "other numbers than cblas's");
_Static_assert(sizeof(blasint) == sizeof(int), "OpenBLAS with 64-bit ints");

/* The best core type this CPU can run; NULL leaves it to the library. */
static const char *
best_core(void)
{
#ifdef __x86_64__
	enum mr_simd level = mr_simd_level();

	if (level == MR_SIMD_AVX512 && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512cd") &&
	    __builtin_cpu_supports("avx512vl"))
		return __builtin_cpu_supports("avx512bf16") ? "COOPERLAKE" :
		    "SKYLAKEX";
	if (level != MR_SIMD_PLAIN)
		return "HASWELL";
	if (__builtin_cpu_supports("avx2"))	/* held to less */
		return "PRESCOTT";
#endif
	return NULL;
}

static int
probe_memory(size_t bytes, struct mr_err *err)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return mr_err_nomem(err, (double)bytes,
		    "OpenBLAS's buffers, 128 MiB a thread");
	munmap(p, bytes);
	return MR_OK;
}

static int
load(void **handle, struct mr_err *err)
{
	*handle = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
	if (!*handle)
		*handle = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
	if (!*handle)
		return mr_err_set(err, MR_EIO, "cannot load OpenBLAS: %s",
		    dlerror());
	return MR_OK;
}

/* Copy the address of a function through memory: C has no cast for it. */
static bool
find(void *handle, const char *name, void *slot)
{
	void *p = dlsym(handle, name);

	memcpy(slot, &p, sizeof p);
	return p != NULL;
}

/*
 * Have OpenBLAS map the buffers of all callers while there is room: it keeps
 * them, so what we allocate later cannot make it wait for ever.
 */
static int
take_buffers(void *handle, int threads, struct mr_err *err)
{
	void *(*take)(int);
	void (*give)(void *);
	void *buffer[MAX_CALLERS];
	int rc = probe_memory(BUFFER_BYTES * (size_t)threads, err);

	if (rc || !find(handle, "blas_memory_alloc", &take) ||
	    !find(handle, "blas_memory_free", &give))
		return rc;
	for (int i = 0; i < threads; i++)
		buffer[i] = take(0);
	for (int i = 0; i < threads; i++)
		if (buffer[i])
			give(buffer[i]);
	return MR_OK;
}

static bool
get_corename(void *handle, struct mr_blas *b)
{
	char *(*corename)(void);
	const char *name;

	if (!find(handle, "openblas_get_corename", &corename))
		return false;
	name = corename();
	memset(b->kernel, 0, sizeof b->kernel);
	memcpy(b->kernel, name, strnlen(name, sizeof b->kernel - 1));
	return true;
}

int
mr_blas_open(struct mr_blas *b, int threads, struct mr_err *err)
{
	const char *core = best_core();
	int callers = threads > 0 ? threads : mr_par_cpus();
	void *handle;
	int rc;

	memset(b, 0, sizeof *b);
	if (callers > MAX_CALLERS)
		callers = MAX_CALLERS;
	/* The library maps its first buffer while it loads. */
	rc = probe_memory(BUFFER_BYTES * (size_t)callers + LIBRARY_BYTES,
	    err);
	if (rc)
		return rc;
	/* Both are read once, while the library loads; it cannot be loaded a
	 * second time.  It must start no threads of its own. */
	if (setenv("OPENBLAS_NUM_THREADS", "1", 1) != 0 ||
	    (core && setenv("OPENBLAS_CORETYPE", core, 0) != 0))
		return mr_err_nomem(err, 64, "the environment of OpenBLAS");
	rc = load(&handle, err);
	if (rc)
		return rc;
	if (!get_corename(handle, b) ||
	    !find(handle, "cblas_ssyrk", &b->ssyrk) ||
	    !find(handle, "cblas_sgemm", &b->sgemm) ||
	    !find(handle, "cblas_dsyrk", &b->dsyrk) ||
	    !find(handle, "cblas_dgemm", &b->dgemm) ||
	    !find(handle, "dsyevd_", &b->dsyevd) ||
	    !find(handle, "spotrf_", &b->spotrf) ||
	    !find(handle, "spotrs_", &b->spotrs) ||
	    !find(handle, "spotri_", &b->spotri) ||
	    !find(handle, "dpotrf_", &b->dpotrf) ||
	    !find(handle, "dpotrs_", &b->dpotrs) ||
	    !find(handle, "dpocon_", &b->dpocon))
		return mr_err_set(err, MR_EIO, "this OpenBLAS lacks a "
		    "function: expected cblas and LAPACK in it");
	return take_buffers(handle, callers, err);
}

int
mr_blas_int(int64_t n, int *out, struct mr_err *err)
{
	if (n < 0 || n > INT32_MAX)
		return mr_err_set(err, MR_ERANGE, "%lld rows or columns, "
		    "OpenBLAS takes at most %d", (long long)n, INT32_MAX);
	*out = (int)n;
	return MR_OK;
}

bool
mr_blas_solve(const struct mr_blas *blas, float *a, float *b, int n)
{
	int one = 1, info = 0;

	/* LAPACK counts columns first: our lower triangle is its upper. */
	blas->spotrf("U", &n, a, &n, &info);
	if (info)
		return false;
	blas->spotrs("U", &n, &one, a, &n, b, &n, &info);
	return info == 0;
}
