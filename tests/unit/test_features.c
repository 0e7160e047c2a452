/* What films say as numbers, against plain counts.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/features.h"
#include "train_build.h"

#define N 8

static const struct film {
	const char *id, *genre, *year, *title;
} film[] = {
	{ "a", "Horror|War", "1979", "The Alien" },
	{ "b", "War|Horror|War", "1986", "Alien and the Alien Heat" },
	{ "c", "Drama", "1995", "Heat" },
	{ "d", "", "", "Ran" },
	{ "e", "Drama|Odd", "1979", "War, Heat" },
	{ "g", "Horror", "unknown", "alien war" },
	{ "h", "War", "2001", "" },
};

static void
add(struct mr_ids *ids, const char *name)
{
	struct mr_err err = { 0 };
	int32_t at;

	assert_int_equal(mr_ids_add(ids, mr_slice_of(name), &at, NULL, &err),
	    MR_OK);
}

/* Films, of which f is not told of; vectors of those but d, and of others. */
struct made {
	struct mr_table films;
	struct mr_ids items, names;
	struct mr_mat E, X;
	bool has[N];
	struct mr_features n;
};

static void
make(struct made *m, bool films, int threads)
{
	static const char *const items[N] = { "a", "b", "c", "d", "e", "f",
	    "g", "h" };
	static float E[] = { 9, 9, 3, 4, 0, 2, -1, 0, 0, 0, 1, 1, 5, 12, 8,
	    6 };
	static const char *const names[] = { "x", "a", "b", "c", "e", "f",
	    "g", "h" };
	const struct mr_told told = { &m->E, &m->names, films ? &m->films :
	    NULL };
	struct mr_err err = { 0 };

	*m = (struct made){ .E = { 8, 2, E } };
	add(&m->films.columns, "genre");
	add(&m->films.columns, "title");
	add(&m->films.columns, "year");
	for (size_t i = 0; i < sizeof film / sizeof *film; i++) {
		const struct mr_slice cell[] = { mr_slice_of(film[i].genre),
		    mr_slice_of(film[i].title), mr_slice_of(film[i].year) };

		assert_int_equal(mr_table_add(&m->films,
		    mr_slice_of(film[i].id), cell, &err), MR_OK);
	}
	for (int i = 0; i < N; i++) {
		add(&m->items, items[i]);
		add(&m->names, names[i]);
	}
	assert_int_equal(mr_features_make(&m->X, m->has, &m->n, &told,
	    &m->items, test_blas(), threads, &err), MR_OK);
}

static void
forget(struct made *m)
{
	mr_table_free(&m->films);
	mr_ids_free(&m->items);
	mr_ids_free(&m->names);
	mr_mat_free(&m->X);
}

static double
product(const struct made *m, int i, int j, int64_t from, int64_t n)
{
	double s = 0;

	for (int64_t k = from; k < from + n; k++)
		s += (double)mr_mat_row(&m->X, i)[k] *
		    (double)mr_mat_row(&m->X, j)[k];
	return s;
}

static void
near(double a, double b)
{
	if (fabs(a - b) > 1e-5)
		fail_msg("%g, expected %g", a, b);
}

static void
vectors_and_genres(void **state)
{
	struct made m;

	(void)state;
	make(&m, true, 1);
	assert_int_equal(m.n.vector, 2);
	for (int i = 0; i < N; i++)
		assert_int_equal(m.has[i], i != 3);
	near((double)mr_mat_row(&m.X, 0)[0], 0.6);
	near((double)mr_mat_row(&m.X, 0)[1], 0.8);
	near((double)mr_mat_row(&m.X, 2)[0], -1);
	near(product(&m, 3, 3, 0, 2), 0);
	/* Drama, Horror, War: two films have them; Odd one. */
	assert_int_equal(m.n.genre, 3);
	near(product(&m, 0, 0, 2, 3), 2 * 0.16);
	near(product(&m, 0, 1, 2, 3), 2 * 0.16);
	near(product(&m, 1, 1, 2, 3), 2 * 0.16);
	near(product(&m, 0, 6, 2, 3), 0.16);
	near(product(&m, 2, 4, 2, 3), 0.16);
	near(product(&m, 4, 4, 2, 3), 0.16);
	near(product(&m, 0, 2, 2, 3), 0);
	near(product(&m, 5, 5, 2, 3), 0);
	forget(&m);
}

/* Centres 1979, 1986, 1995, 2001, each as wide as the mean way to the next
 * two. */
static void
years(void **state)
{
	static const double c[] = { 1979, 1986, 1995, 2001 };
	static const double w[] = { (7 + 16) / 2.0, (7 + 9) / 2.0,
	    (6 + 9) / 2.0, (6 + 15) / 2.0 };
	static const double year[N] = { 1979, 1986, 1995, NAN, 1979, NAN,
	    NAN, 2001 };
	struct made m;

	(void)state;
	make(&m, true, 1);
	assert_int_equal(m.n.year, 4);
	for (int i = 0; i < N; i++) {
		double v[4] = { 0 }, l = 0;

		for (int j = 0; j < 4 && !isnan(year[i]); j++) {
			v[j] = exp(-pow((year[i] - c[j]) / w[j], 2) / 2);
			l += v[j] * v[j];
		}
		for (int j = 0; j < 4; j++)
			near((double)mr_mat_row(&m.X, i)[5 + j], l > 0 ? 0.8 *
			    v[j] / sqrt(l) : 0);
	}
	forget(&m);
}

/* alien and heat are in three films, war in two. */
static void
words_of_titles(void **state)
{
	static const double tf[N][3] = { { 1, 0, 0 }, { 2, 1, 0 },
	    { 0, 1, 0 }, { 0 }, { 0, 1, 1 }, { 0 }, { 1, 0, 1 }, { 0 } };
	double idf[3] = { log(9.0 / 4) + 1, log(9.0 / 4) + 1, log(9.0 / 3) +
	    1 };
	struct made m;

	(void)state;
	make(&m, true, 1);
	assert_int_equal(m.n.title, 3);
	assert_int_equal(m.X.cols, 2 + 3 + 4 + 3);
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			double s = 0, a = 0, b = 0;

			for (int k = 0; k < 3; k++) {
				double x = tf[i][k] * idf[k];
				double y = tf[j][k] * idf[k];

				s += x * y;
				a += x * x;
				b += y * y;
			}
			near(product(&m, i, j, 9, 3), a * b > 0 ? s /
			    sqrt(a * b) : 0);
		}
	forget(&m);
}

static void
vectors_alone_and_threads(void **state)
{
	struct made m, more;

	(void)state;
	make(&m, false, 1);
	assert_int_equal(m.X.cols, 2);
	assert_int_equal(m.n.genre + m.n.year + m.n.title, 0);
	forget(&m);
	make(&m, true, 1);
	make(&more, true, 4);
	same_floats(m.X.a, more.X.a, N * m.X.cols);
	forget(&m);
	forget(&more);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_and_genres),
		cmocka_unit_test(years),
		cmocka_unit_test(words_of_titles),
		cmocka_unit_test(vectors_alone_and_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
