/* Options and training runs for tests of models, and two models compared.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_TRAIN_BUILD_H
#define MR_TESTS_TRAIN_BUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/kind.h"

/* OpenBLAS, opened when a test asks for it first. */
static inline const struct mr_blas *
test_blas(void)
{
	static struct mr_blas blas;
	static bool is_open;
	struct mr_err err = { 0 };

	if (!is_open && mr_blas_open(&blas, 4, &err) != MR_OK)
		fail_msg("%s", err.msg);
	is_open = true;
	return &blas;
}

/* On one thread, seed 1, without names; nobody reads its report. */
static inline struct mr_train
job_on(const struct mr_csr *R, const struct mr_csr *Rt)
{
	static struct mr_report silent;

	return (struct mr_train){ .R = R, .Rt = Rt, .blas = test_blas(),
	    .report = &silent, .seed = 1, .threads = 1 };
}

static inline void *
options(const struct mr_kind *k, const struct mr_given *given, size_t n)
{
	struct mr_err err = { 0 };
	void *opt = malloc(k->opt_bytes);

	assert_non_null(opt);
	if (mr_kind_set(k, given, n, NULL, opt, &err) != MR_OK)
		fail_msg("%s: %s", k->name, err.msg);
	return opt;
}

/* A test of the options of a kind. */
typedef void with_options(const struct mr_kind *k, void *opt);

/* With the defaults, with each word of each parameter that has words, and
 * with ranks that have kernels of their own and others. */
static inline void
for_each_form(with_options *test)
{
	static const char *const ranks[] = { "1", "16", "20", "64",
		NULL };

	for (int i = 0; mr_kinds[i]; i++) {
		const struct mr_kind *k = mr_kinds[i];
		void *opt = options(k, NULL, 0);

		test(k, opt);
		free(opt);
		for (const struct mr_param *p = k->params; p->name; p++) {
			const char *const *w = p->words;

			if (strcmp(p->name, "rank") == 0)
				w = ranks;
			for (; w && *w; w++) {
				opt = options(k, &(struct mr_given){ p->name,
				    *w }, 1);
				test(k, opt);
				free(opt);
			}
		}
	}
}

typedef int trainer(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err);

static inline void
train_by(trainer *by, struct mr_model *m, const struct mr_train *job,
    const void *opt)
{
	struct mr_err err = { 0 };

	if (by(m, job, opt, &err) != MR_OK)
		fail_msg("%s", err.msg);
}

static inline void
same_floats(const float *a, const float *b, int64_t n)
{
	assert_int_equal(!a, !b);
	if (a && n)
		assert_memory_equal(a, b, (size_t)n * sizeof *a);
}

static inline void
same_csr(const struct mr_csr *a, const struct mr_csr *b)
{
	assert_int_equal(a->rows, b->rows);
	assert_int_equal(!a->ptr, !b->ptr);
	if (!a->ptr)
		return;
	assert_memory_equal(a->ptr, b->ptr,
	    ((size_t)a->rows + 1) * sizeof *a->ptr);
	assert_memory_equal(a->idx, b->idx,
	    (size_t)mr_csr_nnz(a) * sizeof *a->idx);
	same_floats(a->val, b->val, mr_csr_nnz(a));
}

/* Every part to the bit; both trained on R. */
static inline void
same_model(const struct mr_model *a, const struct mr_model *b,
    const struct mr_csr *R)
{
	int64_t n = a->near.axis == MR_NEAR_ITEM ? R->cols : R->rows;

	assert_true(a->mu == b->mu && a->noise == b->noise);
	same_floats(a->bu, b->bu, R->rows);
	same_floats(a->bi, b->bi, R->cols);
	assert_int_equal(a->U.cols, b->U.cols);
	same_floats(a->U.a, b->U.a, a->U.rows * a->U.cols);
	same_floats(a->V.a, b->V.a, a->V.rows * a->V.cols);
	same_csr(&a->near.S, &b->near.S);
	same_floats(a->near.scale, b->near.scale, n);
}

#endif
