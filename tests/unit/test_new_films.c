/* Films without ratings in a model: what they get, and what nobody loses.
 * SPDX-License-Identifier: MIT */
#include "planted_build.h"

#include "engine/new_films.h"
#include "engine/train.h"

#define USERS 60
#define RATED 40
#define NEW 9
#define D 4

/* Ratings by c0 .. c39; vectors of most of them, then of n0 .. n8, and of two
 * rated ones behind those. */
struct world {
	struct mr_ratings r;
	struct mr_ids names;
	struct mr_mat E;
	struct mr_told told;
	struct mr_model m;
	struct mr_report report;
};

static double
hit(int u, int i)
{
	return planted(u, i);
}

static void
add_row(struct world *w, const char *name, size_t *cap, int i)
{
	struct mr_err err = { 0 };
	float row[D];
	int32_t at;

	for (uint64_t j = 0; j < D; j++)
		row[j] = (float)mr_rng_normal(3, j % 2, (uint64_t)i) +
		    (float)mr_rng_normal(9, j, (uint64_t)i);
	assert_int_equal(mr_ids_add(&w->names, mr_slice_of(name), &at, NULL,
	    &err), MR_OK);
	assert_int_equal(mr_mat_append(&w->E, cap, row, 1, "rows", &err),
	    MR_OK);
}

static void
make(struct world *w, const struct mr_kind *k, int threads)
{
	const struct mr_given d = { "rank", "3" };
	struct rated rated;
	struct mr_err err = { 0 };
	size_t cap = 0;
	char name[20];
	void *opt = options(k, &d, k->params[0].letter == 'd' ? 1 : 0);
	const struct mr_training training = { .kind = k, .opt = opt,
	    .r = &w->r, .seed = 1, .threads = threads,
	    .report = &w->report };

	memset(w, 0, sizeof *w);
	w->E.cols = D;
	rated_new(&rated, USERS, RATED, hit);
	w->r.R = rated.R;
	mr_csr_free(&rated.Rt);
	ids_new(&w->r.users, 'u', USERS);
	ids_new(&w->r.items, 'c', RATED);
	for (int i = 2; i < RATED + NEW; i++) {
		snprintf(name, sizeof name, "%c%d", i < RATED ? 'c' : 'n',
		    i < RATED ? i : i - RATED);
		add_row(w, name, &cap, i);
	}
	add_row(w, "c1", &cap, 1);
	assert_int_equal(mr_train_model(&w->m, &training, &err), MR_OK);
	w->told = (struct mr_told){ .E = &w->E, .names = &w->names };
	free(opt);
}

static void
forget(struct world *w)
{
	mr_ratings_free(&w->r);
	mr_ids_free(&w->names);
	mr_mat_free(&w->E);
	mr_model_free(&w->m);
	mr_report_free(&w->report);
}

/* The map by its definition, from loops over users and films. */
static void
naive(const struct world *w, const struct mr_kind *k, struct mr_ridge_map *map)
{
	int64_t d = w->m.V.cols, t = d + (w->m.bi != NULL), n = RATED - 1;
	struct mr_mat X = { 0 }, Y = { 0 };
	struct mr_err err = { 0 };
	double weight[RATED], *G = calloc((size_t)(t * t), sizeof *G);

	assert_non_null(G);
	assert_int_equal(mr_mat_new(&X, n, D, "", &err), MR_OK);
	assert_int_equal(mr_mat_new(&Y, n, t, "", &err), MR_OK);
	for (int64_t i = 1; i < RATED; i++) {
		float *x = mr_mat_row(&X, i - 1), *y = mr_mat_row(&Y, i - 1);
		const float *e = mr_mat_row(&w->E, i > 1 ? i - 2 :
		    w->E.rows - 1);
		double count = 0;

		memcpy(x, e, D * sizeof *x);
		for (int64_t e2 = 0; e2 < mr_csr_nnz(&w->r.R); e2++)
			count += w->r.R.idx[e2] == i;
		weight[i - 1] = k->feedback == MR_FEEDBACK_EVENTS ?
		    sqrt(count) : count / (count + 10);
		for (int64_t j = 0; j < d; j++)
			y[j] = mr_mat_row(&w->m.V, i)[j];
		if (t > d)
			y[d] = w->m.bi[i];
	}
	mr_mat_normalise(&X);
	for (int64_t u = 0; u < USERS; u++)
		for (int64_t a = 0; a < t; a++)
			for (int64_t b = 0; b < t; b++)
				G[a * t + b] += (a < d ? (double)mr_mat_row(
				    &w->m.U, u)[a] : 1) * (b < d ? (double)
				    mr_mat_row(&w->m.U, u)[b] : 1) / USERS;
	assert_int_equal(mr_ridge_map_fit(map, &X, &Y, weight, G, test_blas(),
	    1, &err), MR_OK);
	mr_mat_free(&X);
	mr_mat_free(&Y);
	free(G);
}

static void
check(const struct mr_kind *k)
{
	struct world w, was;
	struct mr_new_films x;
	struct mr_ridge_map map = { 0 };
	struct mr_err err = { 0 };
	int64_t d;

	make(&was, k, 1);
	make(&w, k, 1);
	assert_int_equal(mr_new_films_add(&x, &w.m, k, &w.r, &w.told, "e", 2,
	    &w.report, &err), MR_OK);
	naive(&was, k, &map);
	assert_int_equal(x.n_new, NEW);
	assert_int_equal(x.n_learnt, RATED - 1);
	assert_true(fabs(x.lambda - map.lambda) <= 0);
	assert_true(fabs(x.fit - map.fit) < 1e-6);
	assert_int_equal(w.m.n_new, NEW);
	assert_int_equal(w.r.items.n, RATED + NEW);
	assert_int_equal(w.r.R.cols, RATED + NEW);
	d = w.m.V.cols;
	same_floats(w.m.U.a, was.m.U.a, USERS * d);
	same_floats(w.m.V.a, was.m.V.a, RATED * d);
	same_floats(w.m.bi, was.m.bi, RATED);
	for (int i = 0; i < NEW; i++) {
		struct mr_mat one = { 0 }, y = { 0 };
		char name[20];

		snprintf(name, sizeof name, "n%d", i);
		assert_int_equal(mr_ids_find(&w.r.items, mr_slice_of(name)),
		    RATED + i);
		assert_int_equal(mr_mat_new(&one, 1, D, "", &err), MR_OK);
		memcpy(one.a, mr_mat_row(&w.E, RATED - 2 + i),
		    D * sizeof *one.a);
		mr_mat_normalise(&one);
		assert_int_equal(mr_ridge_map_apply(&map, &one, &y, &err),
		    MR_OK);
		for (int64_t j = 0; j < d; j++)
			assert_true(fabsf(y.a[j] - mr_mat_row(&w.m.V, RATED +
			    i)[j]) < 1e-4F);
		if (w.m.bi)
			assert_true(fabsf(y.a[d] - w.m.bi[RATED + i]) <
			    1e-4F);
		mr_mat_free(&one);
		mr_mat_free(&y);
	}
	mr_ridge_map_free(&map);
	forget(&w);
	forget(&was);
}

static void
every_kind_that_maps(void **state)
{
	int n = 0;

	(void)state;
	for (int i = 0; mr_kinds[i]; i++) {
		if (!mr_kinds[i]->maps)
			continue;
		check(mr_kinds[i]);
		n++;
	}
	assert_int_equal(n, 6);
}

static void
other_ids_and_none_that_is_new(void **state)
{
	const struct mr_kind *k = mr_kind_find("als");
	struct mr_err err = { 0 };
	struct mr_new_films x;
	struct world w;
	size_t warned;

	(void)state;
	make(&w, k, 1);
	mr_ids_free(&w.names);
	ids_new(&w.names, 'x', (int)w.E.rows);
	assert_int_equal(mr_new_films_add(&x, &w.m, k, &w.r, &w.told, "e", 1,
	    &w.report, &err), MR_EFORMAT);
	assert_non_null(strstr(err.msg, "e: 0 of its 48 films are rated"));
	forget(&w);
	make(&w, k, 1);
	mr_ids_free(&w.names);
	ids_new(&w.names, 'c', RATED);
	w.E.rows = RATED;
	warned = w.report.warnings.n;
	assert_int_equal(mr_new_films_add(&x, &w.m, k, &w.r, &w.told, "e", 1,
	    &w.report, &err), MR_OK);
	assert_true(w.report.warnings.n > warned);
	assert_int_equal(w.m.n_new, 0);
	assert_int_equal(w.m.V.rows, RATED);
	forget(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_that_maps),
		cmocka_unit_test(other_ids_and_none_that_is_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
