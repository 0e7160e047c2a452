/* What samples say of a new user: the turned factors against sums over the
 * samples, pair by pair.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/bayes_new.h"
#include "planted_build.h"

#define DIM 3
#define D (DIM - 1)
#define USERS 12
#define ITEMS 40
#define SAMPLES 5
#define UNIT 1.3

/* A draw of the numbers of a sample. */
static double
drawn(int sample, int what, int row, int j)
{
	return mr_rng_normal((uint64_t)(100 * sample + what), (uint64_t)row,
	    (uint64_t)j);
}

/* m', and q - m' of an item; of one spread in all samples where the products
 * are brought down, so that nothing is lost. */
static double
mean_of(int s, int j)
{
	return 0.3 * drawn(s, 1, 0, j);
}

static double
apart(int s, int i, int j, bool same)
{
	return same ? drawn(0, 2, i, j) + 0.5 * s * drawn(0, 2, i, (j + 1) % D)
	    : drawn(s, 2, i, j);
}

struct fixture {
	struct mr_csr R, Rt;
	struct mr_bayes_side user;
	struct mr_lowrank product;
	struct mr_bayes_new new;
	/* Naive, as if everything were multiplied out. */
	double score[USERS][ITEMS], kernel[ITEMS][ITEMS], set[ITEMS][ITEMS];
	double noise;
};

/* root: upper, 1 / positive on the diagonal; Lambda = root'root. */
static void
draw_side(struct mr_bayes_side *user, int s)
{
	for (int i = 0; i < DIM; i++)
		for (int j = 0; j < DIM; j++)
			user->root[i * DIM + j] = j < i ? 0 : i == j ?
			    1 + fabs(drawn(s, 3, i, j)) : 0.4 * drawn(s, 3, i,
			    j);
	for (int i = 0; user->y && i < ITEMS; i++)
		for (int j = 0; j < DIM; j++)
			user->y[i * DIM + j] = (float)drawn(s, 4, i, j);
}

/* a' Lambda^-1 b */
static double
within(const double *root, const double *a, const double *b)
{
	double x[DIM], y[DIM], sum = 0;

	for (int j = 0; j < DIM; j++) {
		x[j] = a[j];
		y[j] = b[j];
		for (int k = 0; k < j; k++) {
			x[j] -= root[k * DIM + j] * x[k];
			y[j] -= root[k * DIM + j] * y[k];
		}
		x[j] /= root[j * DIM + j];
		y[j] /= root[j * DIM + j];
		sum += x[j] * y[j];
	}
	return sum;
}

static void
add_naive(struct fixture *f, int s, bool same)
{
	double z[ITEMS][DIM];

	for (int i = 0; i < ITEMS; i++) {
		z[i][0] = 1;
		for (int j = 0; j < D; j++)
			z[i][1 + j] = mean_of(s, j) + apart(s, i, j, same);
	}
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < ITEMS; j++) {
			f->kernel[i][j] += UNIT * UNIT / SAMPLES *
			    within(f->user.root, z[i], z[j]);
			for (int k = 0; f->user.y && k < DIM; k++)
				f->set[i][j] += UNIT / SAMPLES *
				    (double)f->user.y[i * DIM + k] * z[j][k];
		}
}

static void
add_sample(struct fixture *f, int s, bool same)
{
	struct mr_lowrank *l = &f->product;
	double mean[DIM] = { 0 }, alpha = 1 + s;
	struct mr_err err = { 0 };

	assert_int_equal(mr_lowrank_room(l, D, &err), MR_OK);
	draw_side(&f->user, s);
	for (int j = 0; j < D; j++)
		mean[1 + j] = mean_of(s, j);
	for (int u = 0; u < USERS; u++)
		for (int j = 0; j < D; j++)
			mr_mat_row(&l->U, u)[l->cols + j] = (float)drawn(s, 5,
			    u, j);
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < D; j++)
			mr_mat_row(&l->V, i)[l->cols + j] = (float)apart(s, i,
			    j, same);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			for (int j = 0; j < D; j++)
				f->score[u][i] += UNIT / SAMPLES * drawn(s, 5,
				    u, j) * apart(s, i, j, same);
	mr_bayes_new_add(&f->new, l, &f->user, mean, 1 / alpha);
	l->cols += D;
	f->noise += UNIT * UNIT / alpha / SAMPLES;
	add_naive(f, s, same);
}

static double
dot(const float *a, const float *b, int64_t n)
{
	double sum = 0;

	for (int64_t j = 0; j < n; j++)
		sum += (double)a[j] * (double)b[j];
	return sum;
}

/* Scores, the spread of a new user's and what sets add to them. */
static void
assert_turned(const struct fixture *f, const struct mr_model *m,
    const float *before, double unit_bias)
{
	int64_t r = m->V.cols - 2;

	for (int i = 0; i < ITEMS; i++) {
		const float *v = mr_mat_row(&m->V, i);

		for (int u = 0; u < USERS; u++)
			assert_true(fabs(dot(mr_mat_row(&m->U, u), v, r) +
			    m->bu[u] - before[u] - f->score[u][i]) < 1e-4);
		for (int j = 0; j < ITEMS; j++) {
			double k = f->noise * (dot(mr_mat_row(&m->V, j), v,
			    r) + unit_bias * unit_bias);

			assert_true(fabs(k - f->kernel[i][j]) < 1e-3);
			if (m->Y.cols)
				assert_true(fabs(dot(mr_mat_row(&m->Y, j), v,
				    r) + (double)mr_mat_row(&m->Y, j)[r] *
				    unit_bias - f->set[j][i]) < 1e-3);
		}
	}
}

/* rank columns of SAMPLES * D. */
static void
turned(bool sets, bool same, int64_t rank, int64_t cap)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct rated d;
	struct mr_model m = { 0 };
	struct mr_err err = { 0 };
	float bu[USERS], before[USERS];
	double unit_bias = 0;

	rated_new(&d, USERS, ITEMS, planted_all);
	f->R = d.R;
	f->Rt = d.Rt;
	assert_int_equal(mr_bayes_side_new(&f->user, &f->R, &f->Rt, DIM, sets,
	    1, &err), MR_OK);
	assert_int_equal(mr_lowrank_new(&f->product, USERS, ITEMS, rank, cap,
	    &err), MR_OK);
	f->product.blas = test_blas();
	assert_int_equal(mr_bayes_new_open(&f->new, &f->product, &f->user,
	    &err), MR_OK);
	for (int s = 0; s < SAMPLES; s++)
		add_sample(f, s, same);
	assert_int_equal(mr_lowrank_finish(&f->product, UNIT / SAMPLES, 2,
	    &m.U, &m.V, &err), MR_OK);
	for (int u = 0; u < USERS; u++)
		bu[u] = before[u] = (float)u;
	m.bu = bu;
	assert_int_equal(mr_bayes_new_turn(&f->new, &f->product, &m, UNIT,
	    SAMPLES, &unit_bias, &err), MR_OK);
	assert_int_equal(m.Y.rows, sets ? ITEMS : 0);
	assert_turned(f, &m, before, unit_bias);
	m.bu = NULL;
	mr_model_free(&m);
	mr_bayes_new_free(&f->new);
	mr_bayes_side_free(&f->user);
	mr_lowrank_free(&f->product);
	rated_free(&d);
	free(f);
}

static void
as_they_came(void **state)
{
	(void)state;
	turned(true, false, SAMPLES * D, SAMPLES * D);
	turned(false, false, SAMPLES * D, SAMPLES * D);
}

/* All samples span the same columns of items. */
static void
brought_down(void **state)
{
	(void)state;
	turned(true, true, D, 2 * D);
	turned(false, true, D, 3 * D);
	turned(true, true, 4, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_they_came),
		cmocka_unit_test(brought_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
