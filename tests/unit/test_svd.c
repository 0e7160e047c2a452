/* svd: against the same steps in double, its gradient, its blocks.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/svd.h"
#include "planted_build.h"

static void
train(struct mr_model *m, const struct rated *d, struct mr_sgd_opt o)
{
	const struct mr_train job = job_of(d);

	train_by(mr_svd_train, m, &job, &o);
}

#define D 3

/* The steps of svd.h in double for up to 8 users, who take turns. */
struct plain {
	double mu, bu[8], bi[16], p[8][D], q[16][D];
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
		for (uint64_t i = 0; i < (uint64_t)d->R.cols; i++)
			x->q[i][j] = 0.1 * mr_rng_normal(seed, 4 * i + 1, j);
	}
}

static void
plain_step(struct plain *x, int64_t u, int64_t i, double r, double rate,
    double lambda)
{
	double e = r - x->mu - x->bu[u] - x->bi[i];

	for (int j = 0; j < D; j++)
		e -= x->p[u][j] * x->q[i][j];
	x->bu[u] += rate * (e - lambda * x->bu[u]);
	x->bi[i] += rate * (e - lambda * x->bi[i]);
	for (int j = 0; j < D; j++) {
		double p = x->p[u][j], q = x->q[i][j];

		x->p[u][j] += rate * (e * q - lambda * p);
		x->q[i][j] += rate * (e * p - lambda * q);
	}
}

static void
plain_sweep(struct plain *x, const struct mr_csr *R, double rate,
    double lambda)
{
	for (int64_t turn = 0; turn < R->cols; turn++)
		for (int64_t u = 0; u < R->rows; u++) {
			int64_t k = R->ptr[u] + turn;

			if (k < R->ptr[u + 1])
				plain_step(x, u, R->idx[k],
				    (double)R->val[k], rate, lambda);
		}
}

static void
assert_like_plain(const struct mr_model *m, const struct plain *x)
{
	assert_true(fabs(m->mu - x->mu) < 1e-6);
	for (int64_t u = 0; u < m->U.rows; u++) {
		assert_true(fabs((double)m->bu[u] - x->bu[u]) < 1e-5);
		for (int j = 0; j < D; j++)
			assert_true(fabs((double)mr_mat_row(&m->U, u)[j] -
			    x->p[u][j]) < 1e-5);
	}
	for (int64_t i = 0; i < m->V.rows; i++) {
		assert_true(fabs((double)m->bi[i] - x->bi[i]) < 1e-5);
		for (int j = 0; j < D; j++)
			assert_true(fabs((double)mr_mat_row(&m->V, i)[j] -
			    x->q[i][j]) < 1e-5);
	}
}

/* Every pair but (2, 3), so that everybody has a rating. */
static double
nearly_full(int u, int i)
{
	return u == 2 && i == 3 ? NAN : 1 + (u * 5 + i * 3) % 7 * 0.5;
}

static void
same_as_in_double(void **state)
{
	static const int shapes[][2] = { { 1, 1 }, { 1, 9 }, { 7, 1 },
	    { 5, 16 }, { 8, 12 } };

	(void)state;
	for (int s = 0; s < 5; s++)
		for (int sweeps = 1; sweeps < 12; sweeps += 5) {
			struct rated d;
			struct mr_model m;
			struct plain x;

			rated_new(&d, shapes[s][0], shapes[s][1],
			    nearly_full);
			train(&m, &d, (struct mr_sgd_opt){ .d = D,
			    .sweeps = sweeps, .learning_rate = 0.05,
			    .lambda = 0.1 });
			plain_start(&x, &d, 1);
			for (int i = 0; i < sweeps; i++)
				plain_sweep(&x, &d.R, 0.05, 0.1);
			assert_like_plain(&m, &x);
			mr_model_free(&m);
			rated_free(&d);
		}
}

/* The objective of svd.h. */
static double
objective(const struct mr_model *m, const struct mr_csr *R, double lambda)
{
	double sum = 0;

	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			int64_t i = R->idx[k];
			double ridge = pow((double)m->bu[u], 2) +
			    pow((double)m->bi[i], 2);

			for (int64_t j = 0; j < m->U.cols; j++)
				ridge += pow((double)mr_mat_row(&m->U, u)[j],
				    2) + pow((double)mr_mat_row(&m->V, i)[j],
				    2);
			sum += pow((double)R->val[k] - score(m, u, i), 2) +
			    lambda * ridge;
		}
	return sum;
}

/* A sweep at a rate near 0 goes against half the gradient; about 40 terms of
 * size 1 each, an error of the order of the rate times their number. */
static void
assert_downhill(struct mr_model *at, float *x, const float *after, int64_t n,
    const struct rated *d, double rate)
{
	const float h = 0x1p-8f;

	for (int64_t k = 0; k < n; k++) {
		float was = x[k];
		double slope, moved = ((double)after[k] - (double)was) / rate;

		x[k] = was + h;
		slope = objective(at, &d->R, 0.3);
		x[k] = was - h;
		slope = (slope - objective(at, &d->R, 0.3)) / (2 * (double)h);
		x[k] = was;
		assert_true(fabs(moved + slope / 2) < 0.02 *
		    (1 + fabs(slope)));
	}
}

static void
goes_downhill(void **state)
{
	const double rate = 0x1p-13;
	struct mr_sgd_opt o = { .d = 5, .sweeps = 1, .lambda = 0.3 };
	struct rated d;
	struct mr_model a, b;

	(void)state;
	rated_new(&d, 60, 50, planted);
	train(&a, &d, o);	/* a rate of 0: the start */
	o.learning_rate = rate;
	train(&b, &d, o);
	assert_downhill(&a, a.bu, b.bu, 60, &d, rate);
	assert_downhill(&a, a.bi, b.bi, 50, &d, rate);
	assert_downhill(&a, a.U.a, b.U.a, 60 * 5, &d, rate);
	assert_downhill(&a, a.V.a, b.V.a, 50 * 5, &d, rate);
	mr_model_free(&a);
	mr_model_free(&b);
	rated_free(&d);
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
	const struct mr_sgd_opt o = { .d = 4, .sweeps = 50,
	    .learning_rate = 10, .lambda = 0.02 };
	struct mr_train job;
	char first[512];
	struct rated d;

	(void)state;
	rated_new(&d, 90, 70, planted);
	ids_new(&users, 'u', 90);
	ids_new(&items, 'i', 70);
	job = job_of(&d);
	for (int named = 0; named < 3; named++) {
		struct mr_err err = { 0 };
		struct mr_model m;

		job.names = named ? (struct mr_names){ &users, &items } :
		    (struct mr_names){ NULL, NULL };
		assert_int_equal(mr_svd_train(&m, &job, &o, &err),
		    MR_ENUMERIC);
		assert_non_null(strstr(err.msg, named ? "user 'u" :
		    "user number "));
		assert_non_null(strstr(err.msg, named ? ", item 'i" :
		    ", item number "));
		assert_non_null(strstr(err.msg, "--learning-rate"));
		/* Of all threads' blow-ups always the same one. */
		if (named == 2)
			assert_string_equal(err.msg, first);
		memcpy(first, err.msg, sizeof first);
		job.threads++;
		mr_model_free(&m);
	}
	mr_ids_free(&users);
	mr_ids_free(&items);
	rated_free(&d);
}

/* Every rating in one block; blocks of a diagonal share nothing. */
static void
blocks_share_nothing(void **state)
{
	static int strip_of_user[250], strip_of_item[200];
	static bool seen[250][200];
	struct mr_sgd_blocks s;
	struct mr_err err = { 0 };
	struct rated d;

	(void)state;
	rated_new(&d, 250, 200, planted);
	memset(strip_of_user, 0xff, sizeof strip_of_user);
	memset(strip_of_item, 0xff, sizeof strip_of_item);
	assert_int_equal(mr_sgd_blocks_new(&s, &d.R, 3, &err), MR_OK);
	assert_int_equal(s.b, 4);
	assert_int_equal(s.start[0], 0);
	assert_int_equal(s.start[16], mr_csr_nnz(&d.R));
	for (int block = 0; block < 16; block++) {
		/* A sixteenth each, more or less. */
		assert_in_range(s.start[block + 1] - s.start[block],
		    mr_csr_nnz(&d.R) / 32, mr_csr_nnz(&d.R) / 8);
		for (int64_t k = s.start[block]; k < s.start[block + 1];
		    k++) {
			int u = s.t[k].user, i = s.t[k].item;

			if (strip_of_user[u] < 0)
				strip_of_user[u] = block / 4;
			if (strip_of_item[i] < 0)
				strip_of_item[i] = block % 4;
			assert_int_equal(strip_of_user[u], block / 4);
			assert_int_equal(strip_of_item[i], block % 4);
			assert_false(seen[u][i]);
			seen[u][i] = true;
			assert_true(fabs((double)s.t[k].r + 3 -
			    planted(u, i)) < 1e-5);
		}
	}
	mr_sgd_blocks_free(&s);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_in_double),
		cmocka_unit_test(goes_downhill),
		cmocka_unit_test(planted_factors_are_found),
		cmocka_unit_test(constant_ratings),
		cmocka_unit_test(blow_up_names_the_rating),
		cmocka_unit_test(blocks_share_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
