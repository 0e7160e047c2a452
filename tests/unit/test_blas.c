/* OpenBLAS as it is loaded here: solving, and running out of address space.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/blas.h"

static struct mr_blas blas;

static void
opens(void **state)
{
	struct mr_err err = { 0 };
	struct mr_blas again;

	(void)state;
	assert_int_equal(mr_blas_open(&blas, 1, &err), MR_OK);
	assert_int_equal(mr_blas_open(&again, 2, &err), MR_OK);
	assert_true(strlen(again.kernel) > 0);
	assert_string_equal(again.kernel, blas.kernel);
	assert_true(again.ssyrk && again.sgemm && again.spotrf &&
	    again.spotrs);
	print_message("kernels: %s\n", blas.kernel);
}

static void
ints(void **state)
{
	struct mr_err err = { 0 };
	int n = 7;

	(void)state;
	assert_int_equal(mr_blas_int(0, &n, &err), MR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(mr_blas_int(INT32_MAX, &n, &err), MR_OK);
	assert_int_equal(n, INT32_MAX);
	assert_int_equal(mr_blas_int((int64_t)INT32_MAX + 1, &n, &err),
	    MR_ERANGE);
	assert_int_equal(mr_blas_int(-1, &n, &(struct mr_err){ 0 }),
	    MR_ERANGE);
}

/* B B' + n E, whose condition number is small: errors stay near n U cond. */
static void
try_spd(int n, uint64_t seed)
{
	size_t size = (size_t)n * (size_t)n;
	double *w = calloc(size, sizeof *w);
	float *a = malloc(size * sizeof *a), *b = malloc((size_t)n * 4);
	float *x = malloc((size_t)n * 4), *half = malloc(size * sizeof *a);

	assert_true(w && a && b && x && half);
	for (size_t i = 0; i < size; i++)
		a[i] = (float)mr_rng_normal(seed, 1, i);
	for (int i = 0; i < n; i++) {
		b[i] = x[i] = (float)mr_rng_normal(seed, 2, (uint64_t)i);
		for (int j = 0; j < n; j++) {
			for (int p = 0; p < n; p++)
				w[i * n + j] += (double)a[i * n + p] *
				    (double)a[j * n + p];
			w[i * n + j] += i == j ? n : 0;
			/* The upper triangle must not be read. */
			half[i * n + j] = j <= i ? (float)w[i * n + j] : NAN;
		}
	}
	assert_true(mr_blas_solve(&blas, half, x, n));
	for (int i = 0; i < n; i++) {
		double s = 0, most = 0;

		for (int j = 0; j < n; j++) {
			s += w[i * n + j] * (double)x[j];
			most += fabs(w[i * n + j] * (double)x[j]);
		}
		assert_true(fabs(s - (double)b[i]) <= 4 * n * 0x1p-24 *
		    (most + 1) * 4);
	}
	free(w);
	free(a);
	free(b);
	free(x);
	free(half);
}

static void
solves(void **state)
{
	(void)state;
	for (int n = 1; n <= 40; n++)
		try_spd(n, (uint64_t)n);
	try_spd(65, 1);
	try_spd(130, 2);
}

static void
not_positive_definite(void **state)
{
	float indefinite[4] = { 1, 0, 2, 1 }, zero[4] = { 0 };
	float negative[1] = { -1 }, b[2] = { 1, 1 };

	(void)state;
	assert_false(mr_blas_solve(&blas, indefinite, b, 2));
	assert_false(mr_blas_solve(&blas, zero, b, 2));
	assert_false(mr_blas_solve(&blas, negative, b, 1));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static long
address_space_kib(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long pages = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld", &pages), 1);
	fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* In a child whose limit is what it has and more KiB: the status of open. */
static int
open_with(long more, int threads)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		rlim_t bytes = (rlim_t)(address_space_kib() + more) * 1024;
		struct rlimit limit = { bytes, bytes };
		struct mr_err err = { 0 };
		struct mr_blas b;
		int rc;

		alarm(20);	/* a hang is a death by SIGALRM */
		if (setrlimit(RLIMIT_AS, &limit) != 0)
			_exit(99);
		rc = mr_blas_open(&b, threads, &err);
		/* Take what is left; a call must still have its buffer. */
		for (size_t n = (size_t)64 << 20; rc == MR_OK && n > 65536;
		    n /= 2)
			/* cppcheck-suppress leakNoVarFunctionCall */
			while (malloc(n))
				;
		if (rc == MR_OK) {
			float a[4] = { 4, 0, 1, 4 }, x[2] = { 1, 1 };

			if (!mr_blas_solve(&b, a, x, 2))
				_exit(97);
		}
		if (rc == MR_ENOMEM && !strstr(err.msg, "OpenBLAS"))
			_exit(98);
		_exit(-rc);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void
little_address_space(void **state)
{
	(void)state;
	if (SANITIZED)
		skip();	/* a sanitizer needs terabytes of its own */
	assert_int_equal(open_with(100 * 1024, 1), MR_ENOMEM);
	assert_int_equal(open_with(200 * 1024, 2), MR_ENOMEM);
	assert_int_equal(open_with(1024 * 1024, 1), MR_OK);
	/* 0 is every CPU, as everywhere: not nothing. */
	assert_int_equal(open_with(100 * 1024, 0), MR_ENOMEM);
	assert_int_equal(open_with(64L * 1024 * 1024, 0), MR_OK);
	/* Where the one turns into the other nothing may hang. */
	for (long mib = 120; mib <= 240; mib += 10) {
		int rc = open_with(mib * 1024, 1);

		assert_true(rc == MR_OK || rc == MR_ENOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* First, so that its children have no OpenBLAS yet. */
		cmocka_unit_test(little_address_space),
		cmocka_unit_test(opens),
		cmocka_unit_test(ints),
		cmocka_unit_test(solves),
		cmocka_unit_test(not_positive_definite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
