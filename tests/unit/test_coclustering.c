/* Co-clustering against its steps done naively, and planted clusters.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/biases.h"
#include "model/coclustering.h"
#include "ratings_build.h"
#include "score_all.h"
#include "train_build.h"

static void
train(struct mr_model *m, const struct table *t,
    struct mr_coclustering_opt o, uint64_t seed)
{
	struct mr_train job = job_on(&t->R, &t->Rt);

	job.seed = seed;
	train_by(mr_coclustering_train, m, &job, &o);
}

/* The state of a naive run. */
struct naive {
	const struct table *t;
	int G, H, g[USERS], h[ITEMS];
	double mu, user[USERS], item[ITEMS];	/* means */
	/* Means by clusters. */
	double C[64][64], C_g[64], C_h[64];
};

/* The mean over the ratings in g and h; -1: in any. */
static double
mean_in(const struct naive *s, int g, int h)
{
	double sum = 0, n = 0;

	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			if (has(s->t, u, i) && (g < 0 || s->g[u] == g) &&
			    (h < 0 || s->h[i] == h)) {
				sum += s->t->r[u][i];
				n += 1;
			}
	return n > 0 ? sum / n : s->mu;
}

static void
average(struct naive *s)
{
	for (int g = 0; g < s->G; g++)
		for (int h = 0; h < s->H; h++)
			s->C[g][h] = mean_in(s, g, h);
	for (int g = 0; g < s->G; g++)
		s->C_g[g] = mean_in(s, g, -1);
	for (int h = 0; h < s->H; h++)
		s->C_h[h] = mean_in(s, -1, h);
}

static double
estimate(const struct naive *s, int u, int i)
{
	int g = s->g[u], h = s->h[i];

	return s->C[g][h] + s->user[u] - s->C_g[g] + s->item[i] - s->C_h[h];
}

/* The squared error over the ratings of u or i; the other -1. */
static double
error(const struct naive *s, int u, int i)
{
	double sum = 0;

	for (int v = 0; v < USERS; v++)
		for (int j = 0; j < ITEMS; j++)
			if (has(s->t, v, j) && (u < 0 || u == v) &&
			    (i < 0 || i == j))
				sum += pow(s->t->r[v][j] - estimate(s, v, j),
				    2);
	return sum;
}

/* Candidates in rising order; a later one must be better by more than what
 * rounding makes of a tie. */
static void
move(struct naive *s, int *own, int n, int u, int i)
{
	double best = INFINITY;
	int to = 0;

	for (*own = 0; *own < n; ++*own) {
		double e = error(s, u, i);

		if (e < best - 1e-9) {
			best = e;
			to = *own;
		}
	}
	*own = to;
}

static void
naive_run(struct naive *s, const struct table *t,
    const struct mr_coclustering_opt *o, uint64_t seed)
{
	*s = (struct naive){ .t = t, .G = (int)o->user_clusters,
	    .H = (int)o->item_clusters, .mu = table_mean(t, -1, -1) };
	for (int u = 0; u < USERS; u++) {
		double m = table_mean(t, u, -1);

		s->user[u] = isnan(m) ? s->mu : m;
		s->g[u] = (int)(s->G * mr_rng_uniform(seed, 0,
		    (uint64_t)u));
	}
	for (int i = 0; i < ITEMS; i++) {
		double m = table_mean(t, -1, i);

		s->item[i] = isnan(m) ? s->mu : m;
		s->h[i] = (int)(s->H * mr_rng_uniform(seed, 1,
		    (uint64_t)i));
	}
	for (int64_t sweep = 0; sweep < o->sweeps; sweep++) {
		average(s);
		for (int u = 0; u < USERS; u++)
			move(s, &s->g[u], s->G, u, -1);
		average(s);
		for (int i = 0; i < ITEMS; i++)
			move(s, &s->h[i], s->H, -1, i);
	}
	average(s);
}

static void
compare(const struct table *t, struct mr_coclustering_opt o, uint64_t seed)
{
	static double score[USERS][ITEMS];
	float bu[USERS], bi[ITEMS];
	struct mr_model m;
	struct naive s;

	naive_run(&s, t, &o, seed);
	mr_biases_als(bu, bi, s.mu, &t->R, &t->Rt, &(struct mr_biases_opt){
	    10, 15, 10, 1 });
	train(&m, t, o, seed);
	score_all(&m, t, score);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			bool known = t->R.ptr[u] < t->R.ptr[u + 1] &&
			    t->Rt.ptr[i] < t->Rt.ptr[i + 1];
			double want = known ? estimate(&s, u, i) :
			    s.mu + (double)bu[u] + (double)bi[i];

			assert_true(fabs(score[u][i] - want) < 1e-5);
		}
	mr_model_free(&m);
}

static void
steps(void **state)
{
	struct table t, one;

	(void)state;
	table_random(&t, 21);
	table_one_user(&one);
	for (int sweeps = 1; sweeps <= 4; sweeps += 3) {
		compare(&t, (struct mr_coclustering_opt){ 3, 3, sweeps }, 1);
		compare(&t, (struct mr_coclustering_opt){ 2, 5, sweeps }, 2);
		compare(&t, (struct mr_coclustering_opt){ 1, 1, sweeps }, 3);
		/* More clusters than can be filled. */
		compare(&t, (struct mr_coclustering_opt){ 60, 4, sweeps }, 4);
		compare(&one, (struct mr_coclustering_opt){ 3, 3, sweeps }, 5);
	}
	table_free(&t);
	table_free(&one);
}

/* Every cluster is as good as the others: the lowest takes all. */
static void
constant_ratings(void **state)
{
	static double score[USERS][ITEMS];
	struct table t;
	struct mr_model m;

	(void)state;
	table_constant(&t, 3.5);
	train(&m, &t, (struct mr_coclustering_opt){ 3, 4, 5 }, 1);
	score_all(&m, &t, score);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			assert_true(score[u][i] == 3.5);
	for (int i = 0; i < ITEMS; i++)
		assert_true(mr_mat_row(&m.V, i)[0] == 1);
	mr_model_free(&m);
	table_free(&t);
}

/* Two kinds of users who like either of two kinds of items: of ten starts the
 * best finds them, and its error is that of the missing ratings alone. */
static void
planted(void **state)
{
	static double score[USERS][ITEMS];
	double best = INFINITY;
	struct table t;

	(void)state;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			t.r[u][i] = mr_rng_uniform(31, (uint64_t)u,
			    (uint64_t)i) < 0.1 ? (double)NAN :
			    u % 2 == i % 3 % 2 ? 5 : 1;
	table_build(&t);
	for (uint64_t seed = 0; seed < 10; seed++) {
		struct mr_model m;
		double sum = 0;

		train(&m, &t, (struct mr_coclustering_opt){ 2, 2, 20 }, seed);
		score_all(&m, &t, score);
		for (int u = 0; u < USERS; u++)
			for (int i = 0; i < ITEMS; i++)
				sum += has(&t, u, i) ? pow(score[u][i] -
				    t.r[u][i], 2) : 0;
		best = fmin(best, sqrt(sum / (double)mr_csr_nnz(&t.R)));
		mr_model_free(&m);
	}
	assert_true(best < 0.2);
	table_free(&t);
}

static void
seed_and_the_end(void **state)
{
	struct table t;
	struct mr_model a, b;

	(void)state;
	table_random(&t, 22);
	train(&a, &t, (struct mr_coclustering_opt){ 3, 4, 100 }, 1);
	/* Nobody moves any more. */
	train(&b, &t, (struct mr_coclustering_opt){ 3, 4, 100000 }, 1);
	same_model(&a, &b, &t.R);
	mr_model_free(&b);
	train(&b, &t, (struct mr_coclustering_opt){ 3, 4, 100 }, 2);
	assert_memory_not_equal(a.U.a, b.U.a, USERS * 6 * sizeof(float));
	mr_model_free(&a);
	mr_model_free(&b);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps),
		cmocka_unit_test(constant_ratings),
		cmocka_unit_test(planted),
		cmocka_unit_test(seed_and_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
