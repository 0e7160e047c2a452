/* svdpp: against the sums of its definition in double, and its limits.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/svdpp.h"
#include "planted_build.h"

static void
train(struct mr_model *m, const struct rated *d, struct mr_sgd_opt o)
{
	const struct mr_train job = job_of(d);

	train_by(mr_svdpp_train, m, &job, &o);
}

#define D 3
#define USERS 12
#define ITEMS 15

/* The definition in svdpp.h, word for word: z summed and every y_j changed at
 * each rating. */
struct plain {
	double mu, bu[USERS], bi[ITEMS];
	double p[USERS][D], q[ITEMS][D], y[ITEMS][D];
};

static void
plain_start(struct plain *x, const struct rated *d, uint64_t seed)
{
	double sum = 0;

	*x = (struct plain){ 0 };
	for (int64_t k = 0; k < mr_csr_nnz(&d->R); k++)
		sum += (double)d->R.val[k];
	x->mu = sum / (double)mr_csr_nnz(&d->R);
	for (uint64_t j = 0; j < D; j++) {
		for (uint64_t u = 0; u < (uint64_t)d->R.rows; u++)
			x->p[u][j] = 0.1 * mr_rng_normal(seed, 4 * u, j);
		for (uint64_t i = 0; i < (uint64_t)d->R.cols; i++) {
			x->q[i][j] = 0.1 * mr_rng_normal(seed, 4 * i + 1, j);
			x->y[i][j] = 0.1 * mr_rng_normal(seed, 4 * i + 2, j);
		}
	}
}

static void
plain_z(const struct plain *x, const struct mr_csr *R, int64_t u, double *z)
{
	double root = sqrt((double)(R->ptr[u + 1] - R->ptr[u]));

	for (int j = 0; j < D; j++) {
		z[j] = 0;
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			z[j] += x->y[R->idx[k]][j] / root;
	}
}

static void
plain_step(struct plain *x, const struct mr_csr *R, int64_t u, int64_t k,
    double rate, double lambda)
{
	double root = sqrt((double)(R->ptr[u + 1] - R->ptr[u])), z[D];
	int32_t i = R->idx[k];
	double e = (double)R->val[k] - x->mu - x->bu[u] - x->bi[i];

	plain_z(x, R, u, z);
	for (int j = 0; j < D; j++)
		e -= x->q[i][j] * (x->p[u][j] + z[j]);
	x->bu[u] += rate * (e - lambda * x->bu[u]);
	x->bi[i] += rate * (e - lambda * x->bi[i]);
	for (int j = 0; j < D; j++) {
		double p = x->p[u][j], q = x->q[i][j];

		x->p[u][j] += rate * (e * q - lambda * p);
		x->q[i][j] += rate * (e * (p + z[j]) - lambda * q);
		for (int64_t l = R->ptr[u]; l < R->ptr[u + 1]; l++) {
			double *y = &x->y[R->idx[l]][j];

			*y += rate * (e * q / root - lambda * *y);
		}
	}
}

static void
assert_like_plain(const struct mr_model *m, const struct plain *x,
    const struct mr_csr *R)
{
	assert_true(fabs(m->mu - x->mu) < 1e-6);
	for (int64_t u = 0; u < R->rows; u++) {
		double z[D];

		plain_z(x, R, u, z);
		assert_true(fabs((double)m->bu[u] - x->bu[u]) < 1e-5);
		for (int j = 0; j < D; j++)
			assert_true(fabs((double)mr_mat_row(&m->U, u)[j] -
			    x->p[u][j] - z[j]) < 1e-5);
	}
	for (int64_t i = 0; i < R->cols; i++) {
		assert_true(fabs((double)m->bi[i] - x->bi[i]) < 1e-5);
		for (int j = 0; j < D; j++)
			assert_true(fabs((double)mr_mat_row(&m->V, i)[j] -
			    x->q[i][j]) < 1e-5);
	}
}

/* About half, everybody has some. */
static double
some(int u, int i)
{
	return (u * 7 + i * 5) % 4 < 2 || i == 0 || u == 0 ?
	    1 + (u * 5 + i * 3) % 7 * 0.5 : NAN;
}

static void
same_as_definition(void **state)
{
	static const int shapes[][2] = { { 1, 1 }, { 1, 9 }, { 7, 1 },
	    { USERS, ITEMS } };

	(void)state;
	for (int s = 0; s < 4; s++)
		for (int sweeps = 1; sweeps < 12; sweeps += 5) {
			struct rated d;
			struct mr_model m;
			struct plain x;

			rated_new(&d, shapes[s][0], shapes[s][1], some);
			train(&m, &d, (struct mr_sgd_opt){ .d = D,
			    .sweeps = sweeps, .learning_rate = 0.05,
			    .lambda = 0.1 });
			plain_start(&x, &d, 1);
			for (int i = 0; i < sweeps; i++)
				for (int64_t u = 0; u < d.R.rows; u++)
					for (int64_t k = d.R.ptr[u];
					    k < d.R.ptr[u + 1]; k++)
						plain_step(&x, &d.R, u, k,
						    0.05, 0.1);
			assert_like_plain(&m, &x, &d.R);
			mr_model_free(&m);
			rated_free(&d);
		}
}

static void
planted_factors_are_found(void **state)
{
	struct rated d;
	struct mr_model m;

	(void)state;
	rated_new(&d, 90, 70, planted);
	train(&m, &d, (struct mr_sgd_opt){ .d = 2, .sweeps = 300,
	    .learning_rate = 0.02, .lambda = 0 });
	assert_true(rmse_of(&m, &d.R) < 0.02);
	/* Nothing known, nothing said. */
	assert_true(m.bu[4] == 0 && m.bi[5] == 0 &&
	    mr_mat_row(&m.U, 4)[0] == 0 && mr_mat_row(&m.V, 5)[1] == 0);
	mr_model_free(&m);
	rated_free(&d);
}

static void
constant_ratings(void **state)
{
	struct rated d;
	struct mr_model m;

	(void)state;
	rated_new(&d, 30, 40, constant);
	train(&m, &d, (struct mr_sgd_opt){ .d = 8, .sweeps = 100,
	    .learning_rate = 0.02, .lambda = 0.05 });
	assert_true(m.mu == 4 && m.clip_lo == 4 && m.clip_hi == 4);
	assert_true(rmse_of(&m, &d.R) < 0.01);
	mr_model_free(&m);
	rated_free(&d);
}

static void
blow_up_names_the_rating(void **state)
{
	struct mr_ids users = { 0 }, items = { 0 };
	struct mr_err err = { 0 };
	struct mr_train job;
	struct mr_model m;
	struct rated d;

	(void)state;
	rated_new(&d, 90, 70, planted);
	ids_new(&users, 'u', 90);
	ids_new(&items, 'i', 70);
	job = job_of(&d);
	job.names = (struct mr_names){ &users, &items };
	assert_int_equal(mr_svdpp_train(&m, &job, &(struct mr_sgd_opt){
	    .d = 4, .sweeps = 50, .learning_rate = 10, .lambda = 0.02 },
	    &err), MR_ENUMERIC);
	assert_non_null(strstr(err.msg, "user 'u"));
	assert_non_null(strstr(err.msg, ", item 'i"));
	assert_non_null(strstr(err.msg, "--learning-rate"));
	mr_model_free(&m);
	mr_ids_free(&users);
	mr_ids_free(&items);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_definition),
		cmocka_unit_test(planted_factors_are_found),
		cmocka_unit_test(constant_ratings),
		cmocka_unit_test(blow_up_names_the_rating),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
