/* Users folded in: the least of each rule's sum, and trained users again.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train_build.h"

#include "model/folder.h"
#include "planted_build.h"

#define ITEMS 40

struct fixture {
	struct mr_model m;
	int32_t item[ITEMS];
	float rating[ITEMS];
};

/* A model of ITEMS items with d factors, all of them above 0 if positive. */
static void
model_new(struct fixture *f, int64_t d, bool positive)
{
	struct mr_err err = { 0 };

	memset(f, 0, sizeof *f);
	f->m.mu = 3.5;
	f->m.bi = calloc(ITEMS, sizeof *f->m.bi);
	assert_int_equal(mr_mat_new(&f->m.V, ITEMS, d, "V", &err), MR_OK);
	for (int i = 0; i < ITEMS; i++) {
		f->m.bi[i] = (float)(0.5 * mr_rng_normal(1, 0, (uint64_t)i));
		for (int64_t j = 0; j < d; j++) {
			double v = mr_rng_normal(2, (uint64_t)i, (uint64_t)j);

			mr_mat_row(&f->m.V, i)[j] = (float)(positive ?
			    fabs(v) : v);
		}
		f->item[i] = i;
	}
}

/* n ratings of every third item. */
static struct mr_rated
ratings(struct fixture *f, int n)
{
	for (int k = 0; k < n; k++) {
		f->item[k] = 3 * k % ITEMS;
		f->rating[k] = (float)(1 + (k * 7 + n) % 5);
	}
	return (struct mr_rated){ f->item, f->rating, n };
}

static float mean[ITEMS];	/* of WEIGHTED */

/* The sum that a rule makes small, by the words of fold.h. */
static double
sum_of(const struct fixture *f, const struct mr_fold *r,
    const struct mr_rated *x, double bu, const double *u)
{
	int64_t d = r->rule == MR_FOLD_NONNEG ? r->solved : f->m.V.cols;
	double n = (double)x->n, sum = 0, norm = 0;
	double ridge = r->lambda * pow(r->rule == MR_FOLD_WEIGHTED ?
	    n + r->unobserved * ITEMS : n, r->exponent);

	for (int64_t j = 0; j < d; j++)
		norm += pow(u[j] - (r->rule == MR_FOLD_WEIGHTED ? mean[j] *
		    5 / (5 + n) : 0), 2);
	for (int64_t k = 0; k < x->n; k++) {
		double dot = 0, e, w = 1, t = x->rating[k];

		for (int64_t j = 0; j < d; j++)
			dot += u[j] * mr_mat_row(&f->m.V, x->item[k])[j];
		if (r->rule == MR_FOLD_RIDGE)
			t -= f->m.mu + f->m.bi[x->item[k]] + bu;
		if (r->rule == MR_FOLD_WEIGHTED) {
			w = 1 + r->alpha * t;
			t = 1;
		}
		e = t - dot;
		sum += w * e * e;
	}
	for (int i = 0; i < ITEMS && r->unobserved > 0; i++) {
		double dot = 0;

		for (int64_t j = 0; j < d; j++)
			dot += u[j] * mr_mat_row(&f->m.V, i)[j];
		sum += r->unobserved * dot * dot;
	}
	return sum + ridge * (norm + (r->rule == MR_FOLD_RIDGE ? bu * bu : 0));
}

/* The shares of his ratings are what the row says, whatever the item. */
static void
assert_shared(struct fixture *f, const struct mr_folder *folder,
    const struct mr_rated *x, double bu, const float *U, double *work)
{
	int rule = folder->rule.rule;
	int64_t d = rule == MR_FOLD_NONNEG ? folder->rule.solved :
	    f->m.V.cols;
	double share[ITEMS];

	mr_folder_shares_of(folder, x, work);
	for (int i = 0; i < ITEMS; i++) {
		double said = rule == MR_FOLD_NONNEG || rule ==
		    MR_FOLD_WEIGHTED ? 0 : bu, sum;

		if (rule == MR_FOLD_POSTERIOR)
			said -= mr_mat_row(&f->m.V, i)[d - 1];

		for (int64_t j = 0; j < d; j++)
			said += (double)U[j] * mr_mat_row(&f->m.V, i)[j];
		sum = mr_folder_shares(folder, x, i, work, share);
		for (int64_t k = 0; k < x->n; k++)
			sum += share[k];
		assert_true(fabs(sum - said) < 1e-5 * (1 + fabs(said)));
	}
}

/* No small step of one coordinate makes the sum smaller. */
static void
assert_least(struct fixture *f, const struct mr_fold *r,
    const struct mr_rated *x)
{
	struct mr_folder folder;
	struct mr_err err = { 0 };
	int64_t d = f->m.V.cols, n = r->rule == MR_FOLD_NONNEG ? r->solved : d;
	float *U = calloc((size_t)d + 1, sizeof *U);
	double *u = calloc((size_t)d + 1, sizeof *u), *work, bu, least;

	assert_int_equal(mr_folder_open(&folder, &f->m, ITEMS, r, "m",
	    &err),
	    MR_OK);
	folder.mean = mean;	/* nothing to the other rules */
	work = malloc(mr_folder_work(&folder) * sizeof *work);
	mr_folder_user(&folder, x, &bu, U, work);
	for (int64_t j = 0; j < d; j++)
		u[j] = U[j];
	least = sum_of(f, r, x, bu, u);
	assert_true(isfinite(least));
	for (int64_t j = -1; j < n; j++)
		for (int s = -1; s <= 1; s += 2) {
			double step = s * 0.003, *at = j < 0 ? &bu : &u[j];
			double before = *at;

			if (j < 0 && r->rule != MR_FOLD_RIDGE)
				continue;
			*at += step;
			if (r->rule != MR_FOLD_NONNEG || *at >= 0)
				assert_true(sum_of(f, r, x, bu, u) >= least -
				    1e-6 * fabs(least));
			*at = before;
		}
	if (r->rule == MR_FOLD_NONNEG) {
		double b = 0;

		for (int64_t k = 0; k < x->n; k++)
			b += x->rating[k] - f->m.mu - f->m.bi[x->item[k]];
		b /= (double)x->n + 15;
		assert_true(fabs(bu - b) < 1e-9);
		assert_true(fabs(U[n] + f->m.mu + bu) < 1e-6 && U[n + 1] == 1);
		for (int64_t j = 0; j < n; j++)
			assert_true(U[j] >= 0);
	}
	assert_shared(f, &folder, x, bu, U, work);
	free(work);
	free(u);
	free(U);
	mr_folder_close(&folder);
}

static void
least_of_its_sum(void **state)
{
	static const struct mr_fold rules[] = {
		{ .rule = MR_FOLD_RIDGE, .lambda = 0.1, .exponent = 1 },
		{ .rule = MR_FOLD_RIDGE, .lambda = 2 },
		{ .rule = MR_FOLD_RIDGE },
		{ .rule = MR_FOLD_WEIGHTED, .lambda = 0.8, .exponent = 0.25,
		    .alpha = 3, .unobserved = 0.02 },
		{ .rule = MR_FOLD_WEIGHTED, .lambda = 5, .unobserved = 1 },
		{ .rule = MR_FOLD_NONNEG, .lambda = 0.06, .exponent = 1 },
		{ .rule = MR_FOLD_NONNEG },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		for (int64_t d = 1; d <= 20; d += d < 3 ? 1 : 17)
			for (int n = 1; n <= ITEMS; n += n < 4 ? 1 : 18) {
				struct mr_fold r = rules[i];
				bool nonneg = r.rule == MR_FOLD_NONNEG;
				struct fixture f;
				struct mr_rated x;

				model_new(&f, d + 2 * nonneg, nonneg);
				for (int j = 0; j < ITEMS; j++)
					mean[j] = (float)(j % 3 - 1);
				x = ratings(&f, n);
				r.solved = nonneg ? d : 0;
				assert_least(&f, &r, &x);
				mr_model_free(&f.m);
			}
}

/* How far the users of a trained model are from what folding says. */
static double
worst_row(const char *name, const struct mr_given *given, size_t n,
    rating_of *rating)
{
	const struct mr_kind *k = mr_kind_find(name);
	void *opt = options(k, given, n);
	struct rated d;
	struct mr_train job;
	struct mr_model m;
	struct mr_folder f;
	struct mr_err err = { 0 };
	struct mr_fold rule = mr_kind_fold(k, opt);
	double worst = 0, *work;
	float U[64] = { 0 }, rows[60 * 8] = { 0 };

	rated_new(&d, 60, 50, rating);
	job = job_of(&d);
	train_by(k->train, &m, &job, opt);
	assert_int_equal(mr_folder_open(&f, &m, 50, &rule, "m", &err), MR_OK);
	for (int u = 0; u < 60 && rule.rule == MR_FOLD_CHOSEN; u++)
		if (d.R.ptr[u] < d.R.ptr[u + 1])
			memcpy(rows + f.n_rows++ * f.n, mr_mat_row(&m.U, u),
			    (size_t)f.n * sizeof *rows);
	f.rows = rows;
	work = malloc(mr_folder_work(&f) * sizeof *work);
	for (int u = 0; u < 60; u++) {
		int64_t from = d.R.ptr[u];
		struct mr_rated x = { d.R.idx + from, d.R.val + from,
		    d.R.ptr[u + 1] - from };
		double bu, norm = 0.1, e;

		if (x.n == 0)
			continue;
		mr_folder_user(&f, &x, &bu, m.U.cols ? U : NULL, work);
		e = m.bu ? fabs(bu - m.bu[u]) : 0;
		for (int64_t j = 0; j < m.U.cols; j++) {
			norm = fmax(norm, fabs(mr_mat_row(&m.U, u)[j]));
			e = fmax(e, fabs(U[j] - mr_mat_row(&m.U, u)[j]));
		}
		worst = fmax(worst, e / norm);
	}
	free(work);
	free(opt);
	mr_folder_close(&f);
	mr_model_free(&m);
	rated_free(&d);
	return worst;
}

/* Steps by hand: one factor, two ratings, two sweeps. */
static void
steps_of_descent(void **state)
{
	const struct mr_fold r = { .rule = MR_FOLD_DESCENT, .lambda = 0.5,
	    .rate = 0.1, .sweeps = 2 };
	struct fixture f;
	struct mr_folder folder;
	struct mr_err err = { 0 };
	double work[64], bu, b = 0, u = 0;
	float U[1] = { 0 };

	(void)state;
	model_new(&f, 1, false);
	f.item[0] = 2;
	f.item[1] = 9;
	f.rating[0] = 5;
	f.rating[1] = 1;
	assert_int_equal(mr_folder_open(&folder, &f.m, ITEMS, &r, "m", &err),
	    MR_OK);
	assert_true(mr_folder_work(&folder) <= 64);
	mr_folder_user(&folder, &(struct mr_rated){ f.item, f.rating, 2 },
	    &bu, U, work);
	for (int step = 0; step < 4; step++) {
		int32_t i = f.item[step % 2];
		double v = f.m.V.a[i];
		double e = f.rating[step % 2] - f.m.mu - f.m.bi[i] - b - u * v;
		double b0 = b, u0 = u;

		b = b0 + 0.1 * (e - 0.5 * b0);
		u = u0 + 0.1 * (e * v - 0.5 * u0);
	}
	assert_true(fabs(bu - b) < 1e-12 && fabs(U[0] - u) < 1e-6);
	assert_shared(&f, &folder, &(struct mr_rated){ f.item, f.rating, 2 },
	    bu, U, work);
	mr_folder_close(&folder);
	mr_model_free(&f.m);
}

static void
shares_of_means(void **state)
{
	const struct mr_fold rules[] = { { .rule = MR_FOLD_MEANS },
	    { .rule = MR_FOLD_MEANS, .lambda = 0.02, .exponent = 1 },
	    { .rule = MR_FOLD_MEANS, .lambda = 15 },
	    { .rule = MR_FOLD_RATED },
	    { .rule = MR_FOLD_DESCENT, .lambda = 0.1, .rate = 0.01,
	    .sweeps = 30 } };
	struct fixture f;
	struct mr_rated x;

	(void)state;
	model_new(&f, 3, false);
	x = ratings(&f, 7);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct mr_folder folder;
		struct mr_err err = { 0 };
		double work[256], bu;
		float U[3] = { 0 };

		assert_int_equal(mr_folder_open(&folder, &f.m, ITEMS,
		    &rules[i], "m", &err), MR_OK);
		assert_true(mr_folder_work(&folder) <= 256);
		mr_folder_user(&folder, &x, &bu, U, work);
		assert_shared(&f, &folder, &x, bu, U, work);
		mr_folder_close(&folder);
	}
	mr_model_free(&f.m);
}

/* By noise and share, sums of squares e [n] and rows of d: their mean. */
static void
mean_row(const float *rows, const float *share, const double *e, int n,
    double noise, int d, const float *U)
{
	for (int j = 0; j < d; j++) {
		double sum = 0, all = 0;

		for (int c = 0; c < n; c++) {
			double w = share[c] * exp(-e[c] / (2 * noise));

			sum += w * rows[c * d + j];
			all += w;
		}
		assert_true(fabs(sum / all - U[j]) < 1e-6);
	}
}

/* Without noise the row of least error, found by trying each; else a mean. */
static void
chosen_of_its_sum(void **state)
{
	enum { D = 3, ROWS = 7 };
	const struct mr_fold r = { .rule = MR_FOLD_CHOSEN, .solved = D };
	float rows[ROWS * D], U[D + 2];
	struct mr_folder folder;
	struct fixture f;
	struct mr_err err = { 0 };
	const float share[ROWS] = { 1, 4, 2, 7, 1, 3, 2 };
	double work[256], bu, error[ROWS];

	(void)state;
	for (int k = 0; k < ROWS * D; k++)
		rows[k] = (float)mr_rng_normal(7, 0, (uint64_t)k % 18);
	model_new(&f, D + 2, false);
	assert_int_equal(mr_folder_open(&folder, &f.m, ITEMS, &r, "m", &err),
	    MR_OK);
	assert_true(mr_folder_work(&folder) <= 256);
	folder.rows = rows;	/* the last is the first again */
	folder.n_rows = ROWS;
	for (int n = 1; n <= ITEMS; n++) {
		struct mr_rated x = ratings(&f, n);
		double all = 0, least = INFINITY, b = 0;
		int best = -1;

		for (int k = 0; k < n; k++) {
			all += x.rating[k] / (double)n;
			b += x.rating[k] - f.m.mu - f.m.bi[x.item[k]];
		}
		for (int c = 0; c < ROWS; c++) {
			double sum = 0;

			for (int k = 0; k < n; k++) {
				const float *v = mr_mat_row(&f.m.V, x.item[k]);
				double e = x.rating[k] - all -
				    f.m.bi[x.item[k]] - v[D + 1];

				for (int j = 0; j < D; j++)
					e -= rows[c * D + j] * v[j];
				sum += e * e;
			}
			best = sum < least ? c : best;
			least = fmin(least, sum);
			error[c] = sum;
			assert_true(fabs(mr_folder_misfit(&folder, &x, rows +
			    c * D) - sum) < 1e-5 * (1 + sum));
		}
		folder.noise = 0.7;
		folder.share = share;
		mr_folder_user(&folder, &x, &bu, U, work);
		mean_row(rows, share, error, ROWS, 0.7, D, U);
		folder.noise = 0;
		folder.share = NULL;
		mr_folder_user(&folder, &x, &bu, U, work);
		assert_memory_equal(U, rows + best * D, D * sizeof *U);
		assert_true(fabs(bu - b / (n + 15)) < 1e-9);
		assert_true(fabs(all - f.m.mu - bu - U[D]) < 1e-6);
		assert_true(U[D + 1] == 1);
	}
	mr_folder_close(&folder);
	mr_model_free(&f.m);
}

/* Where the sum is least its slope is 0, and bu is a mean of estimates. */
static void
posterior_of_its_sum(struct fixture *f, const struct mr_rated *x)
{
	const struct mr_fold r = { .rule = MR_FOLD_POSTERIOR, .lambda = 1.7 };
	const double unit = 0.6;
	struct mr_folder folder;
	struct mr_err err = { 0 };
	int64_t d = f->m.V.cols, n = d - 1;
	double work[1024], bu, sum = 0, slope[16] = { 0 };
	float U[16];

	for (int i = 0; i < ITEMS; i++)
		mr_mat_row(&f->m.V, i)[n - 1] = (float)unit;
	assert_int_equal(mr_folder_open(&folder, &f->m, ITEMS, &r, "m", &err),
	    MR_OK);
	assert_true(mr_folder_work(&folder) <= 1024);
	mr_folder_user(&folder, x, &bu, U, work);
	assert_true(U[n] == 1);
	assert_shared(f, &folder, x, bu, U, work);
	U[n - 1] += (float)(bu / unit);
	for (int64_t j = 0; j < n; j++)
		slope[j] = 1.7 * U[j];
	for (int64_t k = 0; k < x->n; k++) {
		const float *v = mr_mat_row(&f->m.V, x->item[k]);
		double s = f->m.bi[x->item[k]] + v[n], e;

		for (int64_t j = 0; j < n; j++)
			s += (double)U[j] * v[j];
		e = x->rating[k] - f->m.mu - s;
		sum += s / (double)x->n;
		for (int64_t j = 0; j < n; j++)
			slope[j] -= e * v[j] + (f->m.Y.cols ? 1.7 *
			    mr_mat_row(&f->m.Y, x->item[k])[j] /
			    sqrt((double)x->n) : 0);
	}
	for (int64_t j = 0; j < n; j++)
		assert_true(fabs(slope[j]) < 1e-4);
	assert_true(fabs(sum - bu) < 1e-5);
	mr_folder_close(&folder);
}

static void
posterior(void **state)
{
	(void)state;
	for (int64_t d = 2; d <= 14; d += 6)
		for (int n = 1; n <= ITEMS; n += n < 4 ? 1 : 18)
			for (int sets = 0; sets < 2; sets++) {
				struct fixture f;
				struct mr_rated x;
				struct mr_err err = { 0 };

				model_new(&f, d, false);
				x = ratings(&f, n);
				assert_int_equal(mr_mat_new(&f.m.Y, sets *
				    ITEMS, sets * d, "Y", &err), MR_OK);
				for (int64_t k = 0; k < sets * ITEMS * d; k++)
					f.m.Y.a[k] = (float)(k % 7) - 3;
				posterior_of_its_sum(&f, &x);
				mr_model_free(&f.m);
			}
}

static double
positive(int u, int i)
{
	double v = 1;

	for (uint64_t f = 0; f < 2; f++)
		v += mr_rng_uniform(2, f, (uint64_t)u) *
		    mr_rng_uniform(3, f, (uint64_t)i);
	return is_rated(u, i) ? v : NAN;
}

/* Trained to the end, a user is what his own ratings make of him. */
static void
trained_users_again(void **state)
{
	const struct mr_given sweeps = { "sweeps", "400" }, two = { "rank",
		"2" };

	(void)state;
	assert_true(worst_row("baseline", NULL, 0, planted) < 1e-4);
	assert_true(worst_row("als", (struct mr_given[]){ sweeps, two }, 2,
	    planted) < 1e-3);
	assert_true(worst_row("ials", (struct mr_given[]){ sweeps, two }, 2,
	    positive) < 1e-3);
	assert_true(worst_row("nmf", (struct mr_given[]){ { "sweeps",
	    "20000" }, two }, 2, positive) < 2e-2);
	assert_true(worst_row("svd", (struct mr_given[]){ { "sweeps",
	    "4000" }, two, { "lambda", "0.1" }, { "learning-rate",
	    "0.002" } }, 4, planted) < 2e-2);
	assert_true(worst_row("coclustering", NULL, 0, planted) < 1e-5);
	assert_true(worst_row("slopeone", NULL, 0, planted) < 1e-5);
}

static void
what_does_not_fit(void **state)
{
	struct fixture f;
	struct mr_folder folder;
	struct mr_err err = { 0 };

	(void)state;
	model_new(&f, 4, true);
	assert_int_equal(mr_folder_open(&folder, &f.m, ITEMS,
	    &(struct mr_fold){ .rule = MR_FOLD_NONE }, "m", &err),
	    MR_EFORMAT);
	err = (struct mr_err){ 0 };
	assert_int_equal(mr_folder_open(&folder, &f.m, ITEMS,
	    &(struct mr_fold){ .rule = MR_FOLD_NONNEG, .solved = 3 }, "m",
	    &err), MR_EFORMAT);
	err = (struct mr_err){ 0 };
	f.m.V.cols = 1;
	assert_int_equal(mr_folder_open(&folder, &f.m, ITEMS,
	    &(struct mr_fold){ .rule = MR_FOLD_POSTERIOR }, "m", &err),
	    MR_EFORMAT);
	f.m.V.cols = 4;
	err = (struct mr_err){ 0 };
	assert_int_equal(mr_folder_open(&folder, &f.m, ITEMS,
	    &(struct mr_fold){ .rule = MR_FOLD_CHOSEN, .solved = 1 }, "m",
	    &err), MR_EFORMAT);
	mr_folder_close(&folder);
	mr_model_free(&f.m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(least_of_its_sum),
		cmocka_unit_test(steps_of_descent),
		cmocka_unit_test(shares_of_means),
		cmocka_unit_test(posterior),
		cmocka_unit_test(chosen_of_its_sum),
		cmocka_unit_test(trained_users_again),
		cmocka_unit_test(what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
