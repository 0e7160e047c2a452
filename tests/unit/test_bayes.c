/* Bayesian factorisation: what the sampler as a whole finds.
 * SPDX-License-Identifier: MIT */
#include "bayes_build.h"

#include "model/bayes.h"

#define USERS 90
#define ITEMS 70

static struct mr_blas blas;
static const struct mr_sweep_log silent;

static double
predict(const struct mr_model *m, int u, int i)
{
	double s = m->mu + (double)m->bu[u] + (double)m->bi[i];

	for (int64_t j = 0; j < m->U.cols; j++)
		s += (double)mr_mat_row(&m->U, u)[j] *
		    (double)mr_mat_row(&m->V, i)[j];
	return s;
}

static void
train(struct mr_model *m, const struct mr_csr *R, const struct mr_csr *Rt,
    struct mr_bayes_opt o)
{
	struct mr_err err = { 0 };
	int rc = mr_bayes_train(m, R, Rt, &o, &blas, &silent, &err);

	if (rc)
		fail_msg("%s", err.msg);
}

/* Also for the pairs that were not rated.  By hand the noise is 0. */
static void
planted_factors_are_found(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 }, all = { 0 }, allt = { 0 };

	(void)state;
	ratings(&R, &Rt, USERS, ITEMS, 0.5);
	ratings(&all, &allt, USERS, ITEMS, 1);
	for (int sets = 0; sets < 4; sets++) {
		struct mr_bayes_facts facts;
		struct mr_model m;
		double sum = 0;

		train(&m, &R, &Rt, (struct mr_bayes_opt){ .d = 4,
		    .sweeps = 150, .burn_in = 50, .max_rank = 16,
		    .sets = sets, .threads = 2, .facts = &facts });
		for (int u = 0; u < USERS; u++)
			for (int64_t k = all.ptr[u]; k < all.ptr[u + 1]; k++)
				sum += pow(predict(&m, u, all.idx[k]) -
				    (double)all.val[k], 2);
		print_message("sets %d: error %.4f, noise %.4f, loss %.5f\n",
		    sets, sqrt(sum / (double)mr_csr_nnz(&all)), facts.noise,
		    facts.loss);
		assert_true(sqrt(sum / (double)mr_csr_nnz(&all)) < 0.1);
		assert_true(facts.noise < 0.1);
		assert_int_equal(facts.samples, 100);
		assert_int_equal(facts.rank, 16);
		assert_int_equal(m.U.cols, 16);
		mr_model_free(&m);
	}
	mr_csr_free(&R);
	mr_csr_free(&Rt);
	mr_csr_free(&all);
	mr_csr_free(&allt);
}

static void
same_parts(const struct mr_model *a, const struct mr_model *b)
{
	assert_true(a->mu == b->mu && a->U.cols == b->U.cols);
	assert_memory_equal(a->U.a, b->U.a, USERS * (size_t)a->U.cols *
	    sizeof(float));
	assert_memory_equal(a->V.a, b->V.a, ITEMS * (size_t)a->V.cols *
	    sizeof(float));
	assert_memory_equal(a->bu, b->bu, USERS * sizeof(float));
	assert_memory_equal(a->bi, b->bi, ITEMS * sizeof(float));
}

static void
threads_and_seed(void **state)
{
	struct mr_bayes_opt o = { .d = 5, .sweeps = 12, .burn_in = 2,
	    .max_rank = 6, .sets = MR_SETS_BOTH, .seed = 1, .threads = 1 };
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model a, b;

	(void)state;
	ratings(&R, &Rt, USERS, ITEMS, 0.5);
	train(&a, &R, &Rt, o);
	o.threads = 4;
	train(&b, &R, &Rt, o);
	same_parts(&a, &b);
	mr_model_free(&b);
	o.seed = 2;
	train(&b, &R, &Rt, o);
	assert_memory_not_equal(a.bi, b.bi, ITEMS * sizeof(float));
	mr_model_free(&a);
	mr_model_free(&b);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

/* With room for all samples U V' is their mean product; the loss says so,
 * and grows with less room. */
static void
compression(void **state)
{
	static const int64_t rank[] = { 100, 24, 6, 1 };
	struct mr_bayes_facts facts;
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model full;
	double before = 0;

	(void)state;
	ratings(&R, &Rt, USERS, ITEMS, 0.5);
	for (int n = 0; n < 4; n++) {
		struct mr_bayes_opt o = { .d = 4, .sweeps = 30,
		    .burn_in = 5, .max_rank = rank[n], .threads = 1,
		    .facts = &facts };
		struct mr_model m;
		double sum = 0;

		train(&m, &R, &Rt, o);
		/* No more than a matrix of ITEMS columns can have. */
		assert_int_equal(m.U.cols, n ? rank[n] : ITEMS);
		assert_int_equal(facts.rank, m.U.cols);
		assert_true(n ? facts.loss > before : facts.loss < 2e-6);
		if (n == 0)
			full = m;
		for (int u = 0; n && u < USERS; u++)
			for (int64_t k = R.ptr[u]; k < R.ptr[u + 1]; k++)
				sum += pow(predict(&m, u, R.idx[k]) -
				    predict(&full, u, R.idx[k]), 2);
		sum = sqrt(sum / (double)mr_csr_nnz(&R));
		assert_true(fabs(sum - facts.loss) < 1e-5);
		before = facts.loss;
		if (n)
			mr_model_free(&m);
	}
	mr_model_free(&full);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

/* Who has no rating is about the prior's mean: his estimate is mu + bi. */
static void
unknown_rows(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model m;

	(void)state;
	ratings(&R, &Rt, USERS, ITEMS, 0.5);
	train(&m, &R, &Rt, (struct mr_bayes_opt){ .d = 3, .sweeps = 420,
	    .burn_in = 20, .max_rank = 8, .sets = MR_SETS_BOTH });
	assert_true(fabs((double)m.bu[4]) < 0.2);
	assert_true(fabs((double)m.bi[5]) < 0.2);
	for (int i = 0; i < ITEMS; i++)
		assert_true(fabs(predict(&m, 4, i) - m.mu - (double)m.bi[i]) <
		    0.35);
	mr_model_free(&m);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

/* The unit of the ratings does not matter. */
static void
scale_and_origin(void **state)
{
	struct mr_bayes_opt o = { .d = 3, .sweeps = 20, .burn_in = 5,
	    .max_rank = 8, .sets = MR_SETS_BOTH, .threads = 1 };
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model a, b;

	(void)state;
	ratings(&R, &Rt, USERS, ITEMS, 0.5);
	train(&a, &R, &Rt, o);
	for (int64_t k = 0; k < mr_csr_nnz(&R); k++) {
		R.val[k] = R.val[k] * 1024 + 4096;
		Rt.val[k] = Rt.val[k] * 1024 + 4096;
	}
	train(&b, &R, &Rt, o);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			assert_true(fabs(predict(&b, u, i) - 4096 - 1024 *
			    predict(&a, u, i)) < 0.02 * 1024);
	mr_model_free(&a);
	mr_model_free(&b);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static void
degenerate(const float *val, int n, double near)
{
	struct mr_coo c = { 0 };
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_err err = { 0 };
	struct mr_model m;
	int64_t again;

	for (int k = 0; k < n; k++)
		assert_int_equal(mr_coo_add(&c, k / 4, k % 4, val[k], &err),
		    MR_OK);
	assert_int_equal(mr_csr_from_coo(&R, &c, (n + 3) / 4, 4, &again,
	    &err), MR_OK);
	assert_int_equal(mr_csr_transpose(&Rt, &R, &err), MR_OK);
	train(&m, &R, &Rt, (struct mr_bayes_opt){ .d = 20, .sweeps = 60,
	    .burn_in = 10, .max_rank = 40, .sets = MR_SETS_BOTH });
	for (int k = 0; k < n; k++)
		assert_true(fabs(predict(&m, k / 4, k % 4) -
		    (double)val[k]) <= near);
	mr_model_free(&m);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
	mr_coo_free(&c);
}

static void
degenerate_ratings(void **state)
{
	const float one[] = { 4 }, two[] = { 1, 5 }, far[] = { -4e36f, 4e36f };
	const float tiny[] = { 1e-30f, 2e-30f, 3e-30f };
	float same[40];

	(void)state;
	for (int k = 0; k < 40; k++)
		same[k] = 3;
	degenerate(one, 1, 0.5);
	degenerate(two, 2, 2.5);
	degenerate(same, 40, 0.2);
	degenerate(far, 2, 5e36);
	degenerate(tiny, 3, 2e-30);
}

static void
bad_options(void **state)
{
	const struct mr_bayes_opt bad[] = {
		{ .d = 0, .sweeps = 2, .max_rank = 1 },
		{ .d = 4097, .sweeps = 2, .max_rank = 1 },
		{ .d = 2, .sweeps = 0, .max_rank = 1 },
		{ .d = 2, .sweeps = 2, .burn_in = 2, .max_rank = 1 },
		{ .d = 2, .sweeps = 2, .burn_in = -1, .max_rank = 1 },
		{ .d = 2, .sweeps = 2, .max_rank = 0 },
		{ .d = 2, .sweeps = 2, .max_rank = 1 },
	};
	struct mr_csr R = { 0 }, Rt = { 0 }, none = { 0 };
	struct mr_model m;

	(void)state;
	ratings(&R, &Rt, USERS, ITEMS, 0.5);
	for (int i = 0; i < 7; i++) {
		struct mr_err err = { 0 };

		memset(&m, 0xa5, sizeof m);
		assert_int_equal(mr_bayes_train(&m, i < 6 ? &R : &none,
		    i < 6 ? &Rt : &none, &bad[i], &blas, &silent, &err),
		    MR_EARG);
		mr_model_free(&m);
	}
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static int
setup(void **state)
{
	struct mr_err err = { 0 };

	(void)state;
	return mr_blas_open(&blas, 4, &err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planted_factors_are_found),
		cmocka_unit_test(threads_and_seed),
		cmocka_unit_test(compression),
		cmocka_unit_test(unknown_rows),
		cmocka_unit_test(scale_and_origin),
		cmocka_unit_test(degenerate_ratings),
		cmocka_unit_test(bad_options),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
