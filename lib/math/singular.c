/* Leading singular vectors by filtered blocks; see singular.h.
 * SPDX-License-Identifier: MIT */
#include "math/singular.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/gemm.h"
#include "math/gram.h"
#include "math/lanes.h"

#define CHUNK 64	/* rows of a task */
#define LANES 16
/* How much larger a filter makes the largest direction than the least: what
 * is left of it in the others, at last rounding, grows as much.  The first is
 * converged long before the others, so that each step may do more. */
#define GROWTH_FIRST 1e4
#define GROWTH_MORE 100
#define GROWTH_MOST 1e9
#define DEGREE_MOST 12

struct block {
	const struct mr_csr *A, *At;
	const struct mr_blas *blas;
	int threads;
	int64_t k, l, width;	/* l vectors, zeros up to whole lanes */
	struct mr_mat Q, Z;	/* m x width */
	struct mr_mat Y;	/* n x width */
	double *gram, *value, *work, *scale;	/* [l * l], [l], .., [l] */
	int lwork, liwork, *iwork;
	float *turn, *packed;	/* [l * l], and packed for mr_gemm */
};

/* out = a A x + b same + c out; or, without A, x times what packed holds. */
struct product {
	const struct mr_csr *A;
	const float *packed;
	const struct mr_mat *x, *same;	/* same NULL: b and c are 0 */
	float a, b, c;
	struct mr_mat *out;
	int64_t l;
};

/* Columns j .. j + 16 n - 1 of row i. */
MR_LANES void
add_columns(const struct product *p, int64_t i, int64_t j, int n)
{
	mr_v16 sum[4] = { { 0 }, { 0 }, { 0 }, { 0 } };
	float *out = mr_mat_row(p->out, i) + j;

	for (int64_t k = p->A->ptr[i]; k < p->A->ptr[i + 1]; k++) {
		const float *x = mr_mat_row(p->x, p->A->idx[k]) + j;

		for (int c = 0; c < n; c++)
			sum[c] += p->A->val[k] * mr_v16_load(x + LANES * c);
	}
	for (int c = 0; c < n; c++) {
		mr_v16 v = p->a * sum[c];
		float *o = out + LANES * c;

		if (p->same)
			v = v + p->b * mr_v16_load(mr_mat_row(p->same, i) + j +
			    LANES * c) + p->c * mr_v16_load(o);
		mr_v16_store(o, v);
	}
}

/* Rows from .. to - 1; returns to. */
MR_FOR_EACH_CPU(int64_t, add_rows, MR_LIST(const struct product *p,
    int64_t from, int64_t to), MR_LIST(p, from, to), {
	for (; from < to; from++) {
		int64_t j = 0;

		for (; j + 4 * LANES <= p->out->cols; j += 4 * LANES)
			add_columns(p, from, j, 4);
		for (; j < p->out->cols; j += LANES)
			add_columns(p, from, j, 1);
	}
	return from;
})

static void
product_task(void *ctx, int64_t task, int worker)
{
	const struct product *p = ctx;
	int64_t from = task * CHUNK, left = p->out->rows - from;
	int64_t n = left < CHUNK ? left : CHUNK;

	(void)worker;
	if (p->packed)
		mr_gemm(mr_mat_row(p->x, from), n, p->x->cols, p->packed, p->l,
		    p->l, mr_mat_row(p->out, from), p->out->cols);
	else
		(void)add_rows(p, from, from + n);
}

static void
multiply(const struct block *s, struct product p)
{
	mr_par_run(s->threads, (p.out->rows + CHUNK - 1) / CHUNK,
	    product_task, &p);
}

/* Z = A'A Q */
static void
square(struct block *s)
{
	multiply(s, (struct product){ .A = s->A, .x = &s->Q, .a = 1,
	    .out = &s->Y });
	multiply(s, (struct product){ .A = s->At, .x = &s->Y, .a = 1,
	    .out = &s->Z });
}

/* The eigenvectors of x'x, of columns scaled to length 1 where unit, in rows
 * of gram, and their values, rising. */
static int
eigen(struct block *s, const struct mr_mat *x, bool unit, struct mr_err *err)
{
	int info = 0, l = (int)s->l;
	int rc = mr_gram(s->blas, x->a, x->rows, l, x->cols, s->threads,
	    s->gram, err);

	if (rc)
		return rc;
	for (int64_t j = 0; j < s->l; j++) {
		double g = s->gram[j * s->l + j];

		s->scale[j] = !unit ? 1 : g > 0 ? 1 / sqrt(g) : 0;
	}
	for (int64_t i = 0; i < s->l * s->l; i++) {
		s->gram[i] *= s->scale[i / s->l] * s->scale[i % s->l];
		if (!isfinite(s->gram[i]))
			info = 1;
	}
	if (info == 0)
		s->blas->dsyevd("V", "U", &l, s->gram, &l, s->value, s->work,
		    &s->lwork, s->iwork, &s->liwork, &info);
	return info == 0 ? MR_OK : mr_err_set(err, MR_ENUMERIC, "a sparse "
	    "matrix has no singular vectors");
}

/* Z = Q, or Q = Z where unit, by the eigenvectors, largest value first; of
 * length 1 where unit, 0 where nothing is left of one. */
static void
turn(struct block *s, bool unit)
{
	double most = s->value[s->l - 1];

	for (int64_t j = 0; j < s->l; j++) {
		double v = s->value[s->l - 1 - j], by = 1;
		const double *e = s->gram + (s->l - 1 - j) * s->l;

		if (unit)
			by = v > 1e-10 * most && v > 0 ? 1 / sqrt(v) : 0;
		for (int64_t i = 0; i < s->l; i++)
			s->turn[j * s->l + i] = (float)(by * s->scale[i] *
			    e[i]);
	}
	mr_gemm_pack(s->packed, s->turn, s->l, s->l, s->l, true);
	multiply(s, (struct product){ .packed = s->packed, .l = s->l,
	    .x = unit ? &s->Z : &s->Q, .out = unit ? &s->Q : &s->Z });
}

static void
swap(struct block *s)
{
	struct mr_mat t = s->Q;

	s->Q = s->Z;
	s->Z = t;
}

/* Q the Ritz vectors of what Z spans, value their values, Z = A'A Q. */
static int
ritz(struct block *s, struct mr_err *err)
{
	int rc = eigen(s, &s->Z, true, err);

	if (rc)
		return rc;
	turn(s, true);
	multiply(s, (struct product){ .A = s->A, .x = &s->Q, .a = 1,
	    .out = &s->Y });
	rc = eigen(s, &s->Y, false, err);
	if (rc)
		return rc;
	turn(s, false);
	swap(s);
	square(s);
	return MR_OK;
}

static double
value_of(const struct block *s, int64_t j)
{
	return s->value[s->l - 1 - j];
}

/* The root of the mean square of |A'A v - s^2 v| over the k, in s_k^2. */
static double
residual(const struct block *s)
{
	double sum = 0, least = value_of(s, s->k - 1);

	for (int64_t i = 0; i < s->Q.rows; i++) {
		const float *q = mr_mat_row(&s->Q, i);
		const float *z = mr_mat_row(&s->Z, i);

		for (int64_t j = 0; j < s->k; j++) {
			double e = (double)z[j] - value_of(s, j) *
			    (double)q[j];

			sum += e * e;
		}
	}
	return least > 0 ? sqrt(sum / (double)s->k) / least : 0;
}

/* The border below which a filter damps, in the middle of what it does. */
static double
half_of(const struct block *s)
{
	return fmax(value_of(s, s->l - 1), 1e-9 * value_of(s, 0)) / 2;
}

/* At 1 / half the largest value a polynomial of degree p is
 * cosh(p acosh(that - 1)). */
static int
degree_for(const struct block *s, double growth)
{
	double p = acosh(growth) / acosh(fmax(value_of(s, 0) / half_of(s) - 1,
	    1.01));

	return p < 2 ? 2 : p < DEGREE_MOST ? (int)p : DEGREE_MOST;
}

/* Z = the polynomial of degree p >= 2 in A'A, times Q, given Z = A'A Q: 1 at
 * the largest value, small from 0 to the least. */
static void
filter(struct block *s, int p)
{
	double half = half_of(s);
	double first = half / (value_of(s, 0) - half), sigma = first;
	float by = (float)(first / half);

	for (int64_t i = 0; i < s->Q.rows * s->width; i++)
		s->Z.a[i] = by * (s->Z.a[i] - (float)half * s->Q.a[i]);
	for (int i = 2; i <= p; i++) {
		double next = 1 / (2 / first - sigma);
		double a = 2 * next / half;

		multiply(s, (struct product){ .A = s->A, .x = &s->Z, .a = 1,
		    .out = &s->Y });
		multiply(s, (struct product){ .A = s->At, .x = &s->Y,
		    .a = (float)a, .same = &s->Z, .b = (float)(-a * half),
		    .c = (float)(-sigma * next), .out = &s->Q });
		swap(s);
		sigma = next;
	}
}

static int
new_block(struct block *s, uint64_t seed, struct mr_err *err)
{
	size_t l = (size_t)s->l;
	int rc = mr_mat_new(&s->Q, s->A->cols, s->width, "directions", err);

	s->lwork = (int)(1 + 6 * l + 2 * l * l);
	s->liwork = (int)(3 + 5 * l);
	if (rc == MR_OK)
		rc = mr_mat_new(&s->Z, s->A->cols, s->width, "directions",
		    err);
	if (rc == MR_OK)
		rc = mr_mat_new(&s->Y, s->A->rows, s->width, "directions",
		    err);
	if (rc)
		return rc;
	s->gram = mr_alloc(l * l + 2 * l + (size_t)s->lwork, sizeof *s->gram,
	    "directions", err);
	s->iwork = s->gram ? mr_alloc((size_t)s->liwork, sizeof *s->iwork,
	    "directions", err) : NULL;
	s->turn = s->iwork ? mr_alloc(l * l + mr_gemm_packed(s->l, s->l) +
	    MR_ALIGN, sizeof *s->turn, "directions", err) : NULL;
	if (!s->turn)
		return MR_ENOMEM;
	s->value = s->gram + l * l;
	s->scale = s->value + l;
	s->work = s->scale + l;
	s->packed = s->turn + (l * l + MR_ALIGN - 1) / MR_ALIGN * MR_ALIGN;
	for (int64_t i = 0; i < s->Q.rows; i++)
		for (int64_t j = 0; j < s->l; j++)
			mr_mat_row(&s->Q, i)[j] = (float)mr_rng_normal(seed,
			    (uint64_t)i, (uint64_t)j);
	return MR_OK;
}

/* The first k columns of Q, each with its largest entry above 0. */
static int
take(const struct block *s, struct mr_mat *V, double *value,
    struct mr_err *err)
{
	int rc = mr_mat_new(V, s->Q.rows, s->k, "singular vectors", err);

	for (int64_t j = 0; j < s->k && rc == MR_OK; j++) {
		float most = 0;

		for (int64_t i = 0; i < V->rows; i++) {
			float v = mr_mat_row(&s->Q, i)[j];

			if (fabsf(v) > fabsf(most))
				most = v;
		}
		for (int64_t i = 0; i < V->rows; i++)
			mr_mat_row(V, i)[j] = most < 0 ?
			    -mr_mat_row(&s->Q, i)[j] : mr_mat_row(&s->Q, i)[j];
		if (value)
			value[j] = sqrt(fmax(value_of(s, j), 0));
	}
	return rc;
}

static int
iterate(struct block *s, const struct mr_singular_opt *o,
    struct mr_report *report, struct mr_err *err)
{
	double growth = GROWTH_FIRST, left;
	int rc;

	square(s);
	rc = ritz(s, err);
	for (int64_t step = 1; rc == MR_OK; step++) {
		left = residual(s);
		/* Of a block that is all there is nothing is left out. */
		if (left <= o->tolerance || s->l == s->A->cols ||
		    s->l == s->A->rows)
			break;
		if (step > o->most) {
			mr_report_warn(report, "%lld singular vectors are "
			    "right to %.2g of the least after %lld steps",
			    (long long)s->k, left, (long long)o->most);
			break;
		}
		filter(s, degree_for(s, growth));
		growth = fmin(growth * GROWTH_MORE, GROWTH_MOST);
		rc = ritz(s, err);
	}
	return rc;
}

int
mr_singular(struct mr_mat *V, double *value, const struct mr_csr *A,
    const struct mr_csr *At, const struct mr_singular_opt *o,
    const struct mr_blas *blas, struct mr_report *report, struct mr_err *err)
{
	int64_t least = A->rows < A->cols ? A->rows : A->cols;
	struct block s = { .A = A, .At = At, .blas = blas,
	    .threads = o->threads, .k = o->k < least ? o->k : least };
	int rc;

	*V = (struct mr_mat){ 0 };
	s.l = s.k + (s.k / 4 > 20 ? s.k / 4 : 20);
	s.l = s.l < least ? s.l : least;
	s.width = (s.l + LANES - 1) / LANES * LANES;
	if (s.k == 0)
		return mr_mat_new(V, A->cols, 0, "singular vectors", err);
	rc = new_block(&s, o->seed, err);
	if (rc == MR_OK)
		rc = iterate(&s, o, report, err);
	if (rc == MR_OK)
		rc = take(&s, V, value, err);
	mr_mat_free(&s.Q);
	mr_mat_free(&s.Z);
	mr_mat_free(&s.Y);
	free(s.gram);
	free(s.iwork);
	free(s.turn);
	return rc;
}
