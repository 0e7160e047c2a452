/* Neighbour models against their formulas in double, pair by pair.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/biases.h"
#include "model/neighbours.h"
#include "ratings_build.h"
#include "score_all.h"
#include "train_build.h"

static const struct mr_neighbours_opt plain = { .normalise = MR_NORMALISE_NONE,
	.similarity = MR_SIMILARITY_MSD, .k = 40,
	.min_neighbours = 1, .min_support = 1, .shrinkage = 100,
	.sweeps = 10, .reg_user = 15, .reg_item = 10 };

/* The table seen from the axis: rows x, columns y. */
struct view {
	const struct table *t;
	const struct mr_neighbours_opt *o;
	double bu[USERS], bi[ITEMS];	/* baselines */
	double mu;
};

static int
rows(const struct view *v)
{
	return v->o->by_item ? ITEMS : USERS;
}

static double
at(const struct view *v, int x, int y)
{
	return v->o->by_item ? v->t->r[y][x] : v->t->r[x][y];
}

static double
baseline(const struct view *v, int x, int y)
{
	return v->o->by_item ? v->mu + v->bu[y] + v->bi[x] :
	    v->mu + v->bu[x] + v->bi[y];
}

static double
mean_of(const struct view *v, int x)
{
	double m = v->o->by_item ? table_mean(v->t, -1, x) :
	    table_mean(v->t, x, -1);

	return isnan(m) ? v->mu : m;
}

/* Of row x, or of all: -1. */
static double
sigma(const struct view *v, int x)
{
	int cols = USERS + ITEMS - rows(v);
	double squares = 0, n = 0, m = x < 0 ? v->mu : mean_of(v, x);

	for (int a = 0; a < rows(v); a++)
		for (int y = 0; y < cols; y++)
			if ((x < 0 || a == x) && !isnan(at(v, a, y))) {
				squares += pow(at(v, a, y) - m, 2);
				n += 1;
			}
	return n > 0 ? sqrt(squares / n) : 0;
}

static double
scale(const struct view *v, int x)
{
	double s = sigma(v, x);

	return v->o->normalise != MR_NORMALISE_ZSCORE ? 1 : s > 0 ? s :
	    sigma(v, -1) > 0 ? sigma(v, -1) : 1;
}

/* What is known of (x, y) without neighbours. */
static double
known(const struct view *v, int x, int y)
{
	return v->o->normalise == MR_NORMALISE_NONE ? v->mu :
	    v->o->normalise == MR_NORMALISE_BASELINE ? baseline(v, x, y) :
	    mean_of(v, x);
}

static double
similarity(const struct view *v, int a, int b)
{
	int cols = USERS + ITEMS - rows(v), n = 0;
	double ab = 0, aa = 0, bb = 0, sa = 0, sb = 0, d2 = 0;

	for (int y = 0; y < cols; y++) {
		double p = at(v, a, y), q = at(v, b, y);

		if (isnan(p) || isnan(q))
			continue;
		d2 += (p - q) * (p - q);
		if (v->o->similarity == MR_SIMILARITY_PEARSON_SHRUNK) {
			p -= baseline(v, a, y);
			q -= baseline(v, b, y);
		}
		n++;
		ab += p * q;
		aa += p * p;
		bb += q * q;
		sa += p;
		sb += q;
	}
	if (n == 0 || n < v->o->min_support)
		return 0;
	switch (v->o->similarity) {
	case MR_SIMILARITY_MSD:
		return 1 / (1 + d2 / n);
	case MR_SIMILARITY_PEARSON:
		/* Halves: these sums are exact. */
		aa = (n * aa - sa * sa) * (n * bb - sb * sb);
		return aa > 0 ? (n * ab - sa * sb) / sqrt(aa) : 0;
	case MR_SIMILARITY_PEARSON_SHRUNK:
		return n < 2 ? 0 : ab / sqrt(aa * bb) * (n - 1) /
		    (n - 1 + v->o->shrinkage);
	default:
		return ab / sqrt(aa * bb);
	}
}

/*
 * The score of (x, y), neighbours taken as Surprise takes them: the k largest
 * of any sign, and of those the ones above 0.  Weights are floats, as in S,
 * so that what is equal there is equal here.
 */
static double
naive(const struct view *v, int x, int y)
{
	float s[USERS + ITEMS];
	double sum = 0, weights = 0, c = known(v, x, y);
	int64_t n = 0;

	for (int a = 0; a < rows(v); a++)
		s[a] = a == x || isnan(at(v, a, y)) ? -INFINITY :
		    (float)similarity(v, x, a);
	for (int64_t k = 0; k < v->o->k; k++) {
		int best = 0;

		for (int a = 1; a < rows(v); a++)
			if (s[a] > s[best])
				best = a;
		if (!(s[best] > 0))
			break;
		sum += (double)s[best] * (at(v, best, y) - known(v, best, y)) /
		    scale(v, best);
		weights += (double)s[best];
		s[best] = -INFINITY;
		n++;
	}
	return n < v->o->min_neighbours || n == 0 ? c :
	    c + scale(v, x) * sum / weights;
}

static void
look(struct view *v, const struct table *t, const struct mr_neighbours_opt *o)
{
	float bu[USERS], bi[ITEMS];

	*v = (struct view){ .t = t, .o = o, .mu = table_mean(t, -1, -1) };
	mr_biases_als(bu, bi, v->mu, &t->R, &t->Rt, &(struct mr_biases_opt){
	    o->sweeps, o->reg_user, o->reg_item, 1 });
	for (int u = 0; u < USERS; u++)
		v->bu[u] = (double)bu[u];
	for (int i = 0; i < ITEMS; i++)
		v->bi[i] = (double)bi[i];
}

static void
train(struct mr_model *m, const struct table *t,
    const struct mr_neighbours_opt *o)
{
	const struct mr_train job = job_on(&t->R, &t->Rt);

	train_by(mr_neighbours_train, m, &job, o);
}

/* All pairs, rated or not, of known and unknown users and items. */
static void
compare(const struct table *t, const struct mr_neighbours_opt *o)
{
	static double score[USERS][ITEMS];
	struct mr_model m;
	struct view v;
	double away = 0;

	train(&m, t, o);
	score_all(&m, t, score);
	look(&v, t, o);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			double want = o->by_item ? naive(&v, i, u) :
			    naive(&v, u, i);

			assert_true(isfinite(score[u][i]));
			away = fmax(away, fabs(score[u][i] - want));
		}
	if (away > 1e-5)
		fail_msg("normalise %d similarity %d by item %d k %d: %g away",
		    o->normalise, o->similarity, o->by_item, (int)o->k, away);
	mr_model_free(&m);
}

static void
all_forms(void **state)
{
	struct table t;

	(void)state;
	table_random(&t, 5);
	for (int form = 0; form < 32; form++) {
		struct mr_neighbours_opt o = plain;

		o.normalise = form % 4;
		o.similarity = form / 4 % 4;
		o.by_item = form >= 16;
		compare(&t, &o);
		o.k = 3;
		compare(&t, &o);
		o.min_neighbours = 3;
		o.min_support = 4;
		compare(&t, &o);
	}
	table_free(&t);
}

static void
constant_ratings_and_one_user(void **state)
{
	struct table t[2];

	(void)state;
	table_constant(&t[0], 3.5);
	table_one_user(&t[1]);
	for (int form = 0; form < 64; form++) {
		struct mr_neighbours_opt o = plain;

		/* 0 / 0 in the naive form: all residuals are 0. */
		if (form < 32 && form / 4 % 4 == MR_SIMILARITY_PEARSON_SHRUNK)
			continue;
		o.normalise = form % 4;
		o.similarity = form / 4 % 4;
		o.by_item = form % 32 >= 16;
		compare(&t[form / 32], &o);
	}
	table_free(&t[0]);
	table_free(&t[1]);
}

static void
constant_ratings_are_estimated_as_such(void **state)
{
	static double score[USERS][ITEMS];
	struct table t;

	(void)state;
	table_constant(&t, 3.5);
	for (int form = 0; form < 32; form++) {
		struct mr_neighbours_opt o = plain;
		struct mr_model m;

		o.normalise = form % 4;
		o.similarity = form / 4 % 4;
		o.by_item = form >= 16;
		train(&m, &t, &o);
		score_all(&m, &t, score);
		for (int u = 0; u < USERS; u++)
			for (int i = 0; i < ITEMS; i++)
				assert_true(score[u][i] == 3.5);
		mr_model_free(&m);
	}
	table_free(&t);
}

static void
parts(void **state)
{
	struct table t;

	(void)state;
	table_random(&t, 6);
	for (int form = 0; form < 8; form++) {
		struct mr_neighbours_opt o = plain;
		struct mr_model m;

		o.normalise = form % 4;
		o.by_item = form >= 4;
		train(&m, &t, &o);
		assert_int_equal(m.bu != NULL, o.normalise ==
		    MR_NORMALISE_BASELINE || (o.normalise && !o.by_item));
		assert_int_equal(m.bi != NULL, o.normalise ==
		    MR_NORMALISE_BASELINE || (o.normalise && o.by_item));
		assert_int_equal(m.near.scale != NULL, o.normalise ==
		    MR_NORMALISE_ZSCORE);
		assert_int_equal(m.near.norm, MR_NORM_SUM);
		mr_model_free(&m);
	}
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_forms),
		cmocka_unit_test(constant_ratings_and_one_user),
		cmocka_unit_test(constant_ratings_are_estimated_as_such),
		cmocka_unit_test(parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
