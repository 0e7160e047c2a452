/* Lists made of scores, against definitions followed word by word; values of
 * columns.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "engine/pick.h"

#define ITEMS 90
#define D 11
#define N 4

static const char *const genres[] = { "War", "Drama", "", "Crime|Drama",
	"Drama|War|Drama", "|", "Sci-Fi|", "drama", "Crime|War|Drama" };
#define GENRES (int)(sizeof genres / sizeof *genres)

static struct mr_err err;

/* Films i0 .., with genres; the last items have no film. */
static struct mr_item_values
values_new(struct mr_ids *items, const uint64_t *allow)
{
	struct mr_table films = { 0 };
	struct mr_item_values v = { 0 };
	int32_t at;

	*items = (struct mr_ids){ 0 };
	assert_int_equal(mr_ids_add(&films.columns, mr_slice_of("genre"), &at,
	    NULL, &err), MR_OK);
	for (int i = 0; i < ITEMS; i++) {
		struct mr_slice cell = mr_slice_of(genres[mr_rng_u64(3,
		    (uint64_t)i, 0) % GENRES]);
		char id[16] = "";

		snprintf(id, sizeof id, "i%d", i);
		assert_int_equal(mr_ids_add(items, mr_slice_of(id), &at, NULL,
		    &err), MR_OK);
		if (i < ITEMS - 5)
			assert_int_equal(mr_table_add(&films, mr_slice_of(id),
			    &cell, &err), MR_OK);
	}
	assert_int_equal(mr_item_values_open(&v, &films, 0, items, allow,
	    &err), MR_OK);
	mr_table_free(&films);
	return v;
}

static bool
has_value(int i, const char *name)
{
	const char *cell = genres[mr_rng_u64(3, (uint64_t)i, 0) % GENRES];
	size_t n = strlen(name);

	for (const char *p = cell; i < ITEMS - 5 && p; p = strchr(p, '|')) {
		p += *p == '|';
		if (strncmp(p, name, n) == 0 && (p[n] == '|' || !p[n]))
			return true;
	}
	return false;
}

static void
values_in_order(void **state)
{
	static const char *const want[] = { "Crime", "Drama", "Sci-Fi", "War",
	    "drama" };
	struct mr_ids items;
	struct mr_item_values v = values_new(&items, NULL);

	(void)state;
	assert_int_equal(v.names.n, 5);
	for (int32_t k = 0; k < 5; k++)
		assert_true(mr_slice_is(mr_ids_get(&v.names, k), want[k]));
	for (int i = 0; i < ITEMS; i++) {
		int64_t at = v.of.ptr[i];

		for (int32_t k = 0; k < 5; k++) {
			bool has = at < v.of.ptr[i + 1] &&
			    v.of.idx[at] == k;

			assert_int_equal(has, has_value(i, want[k]));
			at += has;
		}
		assert_int_equal(at, v.of.ptr[i + 1]);
	}
	mr_item_values_free(&v);
	mr_ids_free(&items);
}

/* Of some items, none of which is a war film, no value is left without one. */
static void
values_of_some(void **state)
{
	static const char *const want[] = { "Crime", "Drama", "Sci-Fi",
	    "drama" };
	uint64_t allow[2] = { 0 };
	struct mr_ids items;
	struct mr_item_values v;

	(void)state;
	for (int i = 0; i < ITEMS; i++)
		if (i % 3 && !has_value(i, "War"))
			allow[i / 64] |= (uint64_t)1 << i % 64;
	v = values_new(&items, allow);
	assert_int_equal(v.names.n, 4);
	for (int i = 0; i < ITEMS; i++)
		for (int32_t k = 0, at = 0; k < 4; k++) {
			bool has = v.of.ptr[i] + at < v.of.ptr[i + 1] &&
			    v.of.idx[v.of.ptr[i] + at] == k;

			assert_int_equal(has, has_value(i, want[k]) &&
			    allow[i / 64] >> i % 64 & 1);
			at += has;
		}
	mr_item_values_free(&v);
	mr_ids_free(&items);
}

/* What lists are made of; scores have ties, some items no vector. */
struct given {
	float score[ITEMS], raters[ITEMS];
	bool offered[ITEMS];
	int32_t rank[ITEMS];
	uint64_t allow[2];
	struct mr_content like;
};

static void
give(struct given *g, const struct mr_ids *items)
{
	struct mr_mat E = { 0 };

	*g = (struct given){ 0 };
	assert_int_equal(mr_mat_new(&E, ITEMS, D, "", &err), MR_OK);
	for (int i = 0; i < ITEMS; i++) {
		uint64_t x = mr_rng_u64(5, (uint64_t)i, 0);

		g->score[i] = (float)(x % 30) / 8 - 1;
		g->raters[i] = (float)(x >> 20 & 63);
		g->rank[i] = (i * 7 + 3) % ITEMS;
		if (x >> 8 & 7)
			g->allow[i / 64] |= (uint64_t)1 << i % 64;
		g->offered[i] = x >> 8 & 7 && x >> 12 & 3;
		for (int j = 0; j < D && x >> 30 & 15; j++)
			mr_mat_row(&E, i)[j] = (float)mr_rng_normal(9,
			    (uint64_t)i, (uint64_t)j);
	}
	assert_int_equal(mr_content_open(&g->like, &(struct mr_rows){
	    .dense = &E, .n = E.rows }, items, items, &err),
	    MR_OK);
	mr_mat_free(&E);
}

/* z over the offered. */
static double
plain_z(const struct given *g, const float *v, int i)
{
	double sum = 0, squares = 0, n = 0;

	for (int j = 0; j < ITEMS; j++)
		if (g->offered[j]) {
			sum += (double)v[j];
			squares += (double)v[j] * (double)v[j];
			n++;
		}
	return ((double)v[i] - sum / n) / sqrt(squares / n - sum * sum / n /
	    n);
}

static double
plain_key(const struct given *g, double novelty, int i)
{
	float novel[ITEMS] = { 0 };

	if (!(novelty > 0))
		return (double)g->score[i];
	for (int j = 0; j < ITEMS; j++)
		novel[j] = (float)-log2(fmax((double)g->raters[j], 1));
	return (1 - novelty) * plain_z(g, g->score, i) + novelty *
	    plain_z(g, novel, i);
}

static double
plain_cos(const struct given *g, int a, int b)
{
	double sum = 0;

	for (int j = 0; j < D; j++)
		sum += (double)g->like.unit[a * D + j] *
		    (double)g->like.unit[b * D + j];
	return sum;
}

/* Candidates of a list, best first, at most most; returns how many. */
static int
plain_best(const struct given *g, const char *value, double novelty, int most,
    int *list)
{
	int n = 0;

	for (int i = 0; i < ITEMS; i++) {
		int at = n;

		if (!g->offered[i] || (value && !has_value(i, value)))
			continue;
		for (; at > 0; at--) {
			double a = plain_key(g, novelty, list[at - 1]);
			double b = plain_key(g, novelty, i);
			bool same = fabs(a - b) < 1e-6;

			if (same ? g->rank[list[at - 1]] < g->rank[i] : a > b)
				break;
			list[at] = list[at - 1];
		}
		list[at] = i;
		n++;
	}
	return n < most ? n : most;
}

/* MMR as it is written, into list; returns how many. */
static int
plain_diverse(const struct given *g, double novelty, double x, int *list,
    int found)
{
	double low = plain_key(g, novelty, list[found - 1]);
	double range = plain_key(g, novelty, list[0]) - low;
	int n = found < N ? found : N;

	for (int s = 1; s < n; s++) {
		double most = -9;
		int best = s, taken;

		for (int i = s; i < found; i++) {
			double near = -1, v;

			for (int j = 0; j < s; j++)
				near = fmax(near, plain_cos(g, list[i],
				    list[j]));
			v = (1 - x) * (range > 0 ? (plain_key(g, novelty,
			    list[i]) - low) / range : 0) - x * near;
			if (v > most + 1e-6) {
				most = v;
				best = i;
			}
		}
		taken = list[best];
		memmove(list + s + 1, list + s, (size_t)(best - s) *
		    sizeof *list);
		list[s] = taken;
	}
	return n;
}

static void
check_lists(const struct given *g, const struct mr_pick *p)
{
	float *work = calloc(mr_pick_work(p) + 1, sizeof *work);
	struct mr_hit *hit = calloc((size_t)p->at[p->n_lists] + 1, sizeof *hit);
	int64_t *found = calloc((size_t)p->n_lists, sizeof *found);

	assert_true(work && hit && found);
	mr_pick_lists(p, g->score, g->offered, work, hit, found);
	for (int32_t v = 0; v < p->n_lists; v++) {
		struct mr_slice name = p->per ? mr_ids_get(&p->per->names, v) :
		    mr_slice_of("");
		char value[16] = "";
		int list[ITEMS] = { 0 }, n;

		snprintf(value, sizeof value, "%.*s", (int)name.n, name.p);
		n = plain_best(g, p->per ? value : NULL, p->novelty,
		    p->diversity > 0 ? MR_PICK_DEPTH * N : N + 2, list);
		if (p->diversity > 0 && n)
			n = plain_diverse(g, p->novelty, p->diversity, list,
			    n);
		assert_int_equal(found[v], n);
		for (int j = 0; j < n; j++) {
			struct mr_hit h = hit[p->at[v] + j];

			assert_int_equal(h.row, list[j]);
			assert_true(h.score >= g->score[h.row] &&
			    h.score <= g->score[h.row]);
		}
	}
	free(work);
	free(hit);
	free(found);
}

static void
lists_by_definition(void **state)
{
	static const double shares[] = { 0, 0.3, 0.75 };
	struct mr_ids items;
	struct mr_item_values v = values_new(&items, NULL);
	struct given *g = malloc(sizeof *g);

	(void)state;
	assert_non_null(g);
	give(g, &items);
	for (int c = 0; c < 18; c++) {
		struct mr_pick p = { .n_items = ITEMS, .rank = g->rank,
		    .n = N, .behind = 2, .per = c & 1 ? &v : NULL,
		    .novelty = shares[c / 2 % 3], .raters = g->raters,
		    .diversity = shares[c / 6], .like = &g->like };

		assert_int_equal(mr_pick_open(&p, g->allow, &err), MR_OK);
		check_lists(g, &p);
		mr_pick_free(&p);
	}
	mr_content_free(&g->like);
	free(g);
	mr_item_values_free(&v);
	mr_ids_free(&items);
}

/* With nothing offered, or all alike, there is nothing to divide by. */
static void
nothing_to_scale(void **state)
{
	struct mr_ids items;
	struct mr_item_values v = values_new(&items, NULL);
	struct given *g = malloc(sizeof *g);
	struct mr_pick p = { .n_items = ITEMS, .n = N, .novelty = 0.5,
	    .diversity = 0.5, .behind = 2 };

	(void)state;
	assert_non_null(g);
	give(g, &items);
	p.rank = g->rank;
	p.raters = g->raters;
	p.like = &g->like;
	for (int i = 0; i < ITEMS; i++) {
		g->score[i] = 2;
		g->raters[i] = 0;
	}
	assert_int_equal(mr_pick_open(&p, g->allow, &err), MR_OK);
	for (int k = 0; k < 2; k++) {
		float work[3 * ITEMS] = { 0 };
		struct mr_hit hit[ITEMS] = { { 0, 0 } };
		int64_t found = -1;

		assert_true(mr_pick_work(&p) <= 3 * ITEMS);
		mr_pick_lists(&p, g->score, g->offered, work, hit, &found);
		assert_int_equal(found, k ? 0 : N);
		for (int64_t j = 0; j < found; j++)
			assert_true(hit[j].score >= 2 && hit[j].score <= 2);
		memset(g->offered, 0, sizeof g->offered);
	}
	mr_pick_free(&p);
	mr_content_free(&g->like);
	free(g);
	mr_item_values_free(&v);
	mr_ids_free(&items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_in_order),
		cmocka_unit_test(values_of_some),
		cmocka_unit_test(lists_by_definition),
		cmocka_unit_test(nothing_to_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
