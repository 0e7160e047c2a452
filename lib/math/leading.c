/* Leading singular directions; see leading.h.
 * SPDX-License-Identifier: MIT */
#include "math/leading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/gemm.h"
#include "math/gram.h"

#define CHUNK 256	/* rows of a task */
#define SEED 11

struct lead {
	const struct mr_blas *blas;
	int threads;
	int64_t l;		/* columns of the subspace */
	struct mr_mat Q, Z;	/* m x l: the basis, and what becomes it */
	struct mr_mat Y;	/* n x l: A Q */
	double *gram, *value, *work;	/* [l * l], [l] */
	int lwork, liwork, *iwork;
	float *turn, *packed;	/* [l * l], and packed for mr_gemm */
};

/* out = A x, or out = x times the columns that packed holds. */
struct product {
	const struct mr_csr *A;	/* NULL: packed instead */
	const float *packed;
	const struct mr_mat *x;
	struct mr_mat *out;
};

static void
add_row(const struct product *p, int64_t i)
{
	float *out = mr_mat_row(p->out, i);
	int64_t l = p->out->cols;

	memset(out, 0, (size_t)l * sizeof *out);
	for (int64_t k = p->A->ptr[i]; k < p->A->ptr[i + 1]; k++) {
		const float *x = mr_mat_row(p->x, p->A->idx[k]);

		for (int64_t j = 0; j < l; j++)
			out[j] += p->A->val[k] * x[j];
	}
}

static void
product_task(void *ctx, int64_t task, int worker)
{
	const struct product *p = ctx;
	int64_t from = task * CHUNK, left = p->out->rows - from;
	int64_t n = left < CHUNK ? left : CHUNK;

	(void)worker;
	if (p->packed)
		mr_gemm(mr_mat_row(p->x, from), n, p->x->cols, p->packed,
		    p->out->cols, p->x->cols, mr_mat_row(p->out, from),
		    p->out->cols);
	for (int64_t i = from; p->A && i < from + n; i++)
		add_row(p, i);
}

static void
multiply(const struct lead *s, struct product p)
{
	mr_par_run(s->threads, (p.out->rows + CHUNK - 1) / CHUNK,
	    product_task, &p);
}

/* The eigenvectors of x'x to gram, in rows, and their values, rising. */
static int
eigen(struct lead *s, const struct mr_mat *x, struct mr_err *err)
{
	int info = 0, l = (int)s->l;
	int rc = mr_gram(s->blas, x->a, x->rows, l, x->cols, s->threads,
	    s->gram, err);

	for (int64_t i = 0; i < s->l * s->l && rc == MR_OK; i++)
		if (!isfinite(s->gram[i]))
			info = 1;
	if (rc == MR_OK && info == 0)
		s->blas->dsyevd("V", "U", &l, s->gram, &l, s->value, s->work,
		    &s->lwork, s->iwork, &s->liwork, &info);
	return rc || info == 0 ? rc : mr_err_set(err, MR_ENUMERIC, "a sparse "
	    "matrix has no singular vectors");
}

/* out = x by the eigenvectors of largest value, of length 1 where unit. */
static void
turn(struct lead *s, const struct mr_mat *x, bool unit, struct mr_mat *out)
{
	double most = s->value[s->l - 1];

	for (int64_t j = 0; j < out->cols; j++) {
		double v = s->value[s->l - 1 - j], by = 1;
		const double *e = s->gram + (s->l - 1 - j) * s->l;

		if (unit)
			by = v > 1e-12 * most && v > 0 ? 1 / sqrt(v) : 0;
		for (int64_t i = 0; i < s->l; i++)
			s->turn[j * s->l + i] = (float)(by * e[i]);
	}
	mr_gemm_pack(s->packed, s->turn, out->cols, s->l, s->l, true);
	multiply(s, (struct product){ .packed = s->packed, .x = x,
	    .out = out });
}

static int
begin(struct lead *s, const struct mr_csr *A, int64_t r, struct mr_err *err)
{
	size_t l;
	int rc;

	s->l = r + MR_LEADING_OVER;
	s->l = s->l < A->cols ? s->l : A->cols;
	s->l = s->l < A->rows ? s->l : A->rows;
	l = (size_t)s->l;
	s->lwork = (int)(1 + 6 * l + 2 * l * l);
	s->liwork = (int)(3 + 5 * l);
	rc = mr_mat_new(&s->Q, A->cols, s->l, "directions", err);
	if (rc == MR_OK)
		rc = mr_mat_new(&s->Z, A->cols, s->l, "directions", err);
	if (rc == MR_OK)
		rc = mr_mat_new(&s->Y, A->rows, s->l, "directions", err);
	if (rc)
		return rc;
	s->gram = mr_alloc(l * l + l + (size_t)s->lwork, sizeof *s->gram,
	    "directions", err);
	s->iwork = s->gram ? mr_alloc((size_t)s->liwork, sizeof *s->iwork,
	    "directions", err) : NULL;
	s->turn = s->iwork ? mr_alloc(l * l + mr_gemm_packed(s->l, s->l) +
	    MR_ALIGN, sizeof *s->turn, "directions", err) : NULL;
	if (!s->turn)
		return MR_ENOMEM;
	s->value = s->gram + l * l;
	s->work = s->value + l;
	s->packed = s->turn + (l * l + MR_ALIGN - 1) / MR_ALIGN * MR_ALIGN;
	for (int64_t i = 0; i < A->cols * s->l; i++)
		s->Q.a[i] = (float)mr_rng_normal(SEED, 0, (uint64_t)i);
	return MR_OK;
}

int
mr_leading(struct mr_mat *Y, const struct mr_csr *A, const struct mr_csr *At,
    int64_t r, const struct mr_blas *blas, int threads, struct mr_err *err)
{
	struct lead s = { .blas = blas, .threads = threads };
	int rc = begin(&s, A, r, err);

	if (rc == MR_OK)
		rc = mr_mat_new(Y, A->rows, r < s.l ? r : s.l, "directions",
		    err);
	for (int step = 0; step < MR_LEADING_STEPS && rc == MR_OK && s.l;
	    step++) {
		multiply(&s, (struct product){ .A = A, .x = &s.Q,
		    .out = &s.Y });
		multiply(&s, (struct product){ .A = At, .x = &s.Y,
		    .out = &s.Z });
		rc = eigen(&s, &s.Z, err);
		if (rc == MR_OK)
			turn(&s, &s.Z, true, &s.Q);
	}
	if (rc == MR_OK && s.l) {
		multiply(&s, (struct product){ .A = A, .x = &s.Q,
		    .out = &s.Y });
		rc = eigen(&s, &s.Y, err);
		if (rc == MR_OK)
			turn(&s, &s.Y, false, Y);
	}
	mr_mat_free(&s.Q);
	mr_mat_free(&s.Z);
	mr_mat_free(&s.Y);
	free(s.gram);
	free(s.iwork);
	free(s.turn);
	return rc;
}
