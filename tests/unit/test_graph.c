/* A graph: what every one promises, and what its searches do.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/rng.h"
#include "vector/exact.h"
#include "vector/graph.h"

#define K 10

struct planted {
	int64_t n, d;
	enum mr_metric metric;
	int64_t clusters;	/* 0: none */
	float width;		/* of a cluster */
	int64_t twins;		/* row i is row i - 1 where i % twins == 0 */
	int64_t zeros;		/* row i is zero where i % zeros == 1 */
};

static float
value(const struct planted *p, uint64_t stream, int64_t i, int64_t j)
{
	uint64_t c = p->clusters ? mr_rng_u64(1, stream, (uint64_t)i) %
	    (uint64_t)p->clusters : 0;

	if (p->twins && i % p->twins == 0 && i > 0)
		return value(p, stream, i - 1, j);
	if (p->zeros && i % p->zeros == 1)
		return 0;
	return (p->clusters ? (float)mr_rng_normal(2, c, (uint64_t)j) : 0) +
	    p->width * (float)mr_rng_normal(3 + stream, (uint64_t)i,
	    (uint64_t)j);
}

/* turn: row i of the matrix is planted row (i * turn) % n. */
static void
make_rows(const struct planted *p, uint64_t stream, int64_t n, int64_t turn,
    struct mr_mat *a)
{
	struct mr_err err = { 0 };

	assert_int_equal(mr_mat_new(a, n, p->d, "", &err), MR_OK);
	for (int64_t i = 0; i < n; i++)
		for (int64_t j = 0; j < p->d; j++)
			mr_mat_row(a, i)[j] = value(p, stream, i * turn % n,
			    j);
}

static void
make_names(struct mr_ids *ids, int64_t n, int64_t turn)
{
	struct mr_err err = { 0 };
	int32_t index;
	char name[24];

	for (int64_t i = 0; i < n; i++) {
		snprintf(name, sizeof name, "row %d", (int)(i * turn % n));
		assert_int_equal(mr_ids_add(ids, mr_slice_of(name), &index,
		    NULL, &err), MR_OK);
	}
}

static uint64_t
digest(const struct mr_graph *g)
{
	const struct mr_graph_part *part[] = { &g->codes, &g->sums,
	    &g->bounds, &g->links, &g->next, &g->entries };
	int64_t n[] = { g->n, g->n, (g->n + 255) / 256, g->n, g->n,
	    g->n_entries };
	uint64_t all[6];

	for (int i = 0; i < 6; i++)
		all[i] = part[i]->base ? mr_hash64(part[i]->base,
		    (size_t)n[i] * part[i]->row) : 0;
	return mr_hash64(all, sizeof all);
}

/* The same graph for all threads and for rows in another order. */
static void
same_bytes(void **state)
{
	static const struct planted some[] = {
		{ 3000, 20, MR_METRIC_COSINE, 30, 0.5F, 11, 500 },
		{ 2000, 70, MR_METRIC_L2, 0, 1, 0, 0 },
	};
	static const int threads[] = { 1, 2, 3, 7 };

	(void)state;
	for (size_t s = 0; s < sizeof some / sizeof *some; s++) {
		uint64_t first = 0;

		for (int t = 0; t < 5; t++) {
			int64_t n = some[s].n, turn = t < 4 ? 1 : 7919;
			struct mr_err err = { 0 };
			struct mr_ids ids = { 0 };
			struct mr_mat a;
			struct mr_graph g;

			make_rows(&some[s], 0, n, turn, &a);
			make_names(&ids, n, turn);
			assert_int_equal(mr_graph_build(&g, &a,
			    &(struct mr_graph_opt){ .metric = some[s].metric,
			    .names = &ids, .threads = threads[t % 4] }, &err),
			    MR_OK);
			assert_int_equal(mr_graph_check(&g, 2, &err), MR_OK);
			if (t == 0)
				first = digest(&g);
			assert_int_equal(digest(&g), first);
			mr_graph_free(&g);
			mr_graph_free(&g);
			mr_ids_free(&ids);
			mr_mat_free(&a);
		}
	}
}

/* Filters of every size, skips and hits beside the exact search. */
struct fixture {
	struct planted p;
	struct mr_mat a, q;
	struct mr_graph g;
	struct mr_exact exact;
};

static void
set_up(struct fixture *f, const struct planted *p, bool borrow)
{
	struct mr_err err = { 0 };

	f->p = *p;
	make_rows(p, 0, p->n, 1, &f->a);
	make_rows(p, 9, 90, 1, &f->q);
	assert_int_equal(mr_graph_build(&f->g, &f->a, &(struct mr_graph_opt){
	    .metric = p->metric, .borrow = borrow }, &err), MR_OK);
	assert_int_equal(mr_graph_check(&f->g, 0, &err), MR_OK);
	assert_int_equal(mr_exact_build(&f->exact, &f->a,
	    &(struct mr_exact_opt){ .metric = p->metric }, &err), MR_OK);
}

static void
tear_down(struct fixture *f)
{
	mr_graph_free(&f->g);
	mr_exact_free(&f->exact);
	mr_mat_free(&f->a);
	mr_mat_free(&f->q);
}

/* The same by a filter that is made once for all, whether rows are packed for
 * it or not. */
static void
check_under(const struct fixture *f, const struct mr_search *s,
    const struct mr_hit *want, const int64_t *n_want)
{
	struct mr_hit hit[90 * K];
	int64_t found[90];
	struct mr_err err = { 0 };

	for (int packed = 0; packed < 2; packed++) {
		struct mr_graph_filter by;

		assert_int_equal(mr_graph_filter_open(&by, &f->g, s->allow,
		    s->ef, K, packed, 2, &err), MR_OK);
		assert_int_equal(mr_graph_search_under(&f->g, &by, s, hit,
		    found, &err), MR_OK);
		for (int64_t q = 0; q < s->q.n; q++) {
			assert_int_equal(found[q], n_want[q]);
			assert_memory_equal(hit + q * K, want + q * K,
			    (size_t)found[q] * sizeof *hit);
		}
		mr_graph_filter_free(&by);
		mr_graph_filter_free(&by);
	}
}

/* The share of the best that is found; scores are those of the exact search
 * whatever is found, and always as many rows as there are. */
static double
share_found(const struct fixture *f, const struct mr_search *s)
{
	struct mr_hit best[90 * K], hit[90 * K];
	int64_t n_best[90], n_hit[90], good = 0, all = 0;
	struct mr_err err = { 0 };

	assert_int_equal(mr_exact_search(&f->exact, s, best, n_best, &err),
	    MR_OK);
	assert_int_equal(mr_graph_search(&f->g, s, hit, n_hit, &err), MR_OK);
	if (s->allow)
		check_under(f, s, hit, n_hit);
	for (int64_t q = 0; q < s->q.n; q++) {
		assert_int_equal(n_hit[q], n_best[q]);
		all += n_best[q];
		for (int64_t i = q * K; i < q * K + n_hit[q]; i++) {
			bool same = false;

			for (int64_t j = q * K; j < q * K + n_best[q]; j++)
				if (best[j].row == hit[i].row) {
					same = true;
					assert_memory_equal(&best[j], &hit[i],
					    sizeof *hit);
				}
			good += same;
			assert_true(mr_search_may(s, q, hit[i].row));
		}
	}
	return all ? (double)good / (double)all : 1;
}

static void
filters(void **state)
{
	static const struct planted some[] = {
		{ 12000, 24, MR_METRIC_COSINE, 100, 0.4F, 9, 3000 },
		{ 12000, 24, MR_METRIC_L2, 0, 1, 0, 0 },
	};
	/* Of so many rows one is allowed; 0: none is. */
	static const int64_t of[] = { 1, 2, 5, 100, 1500, 4000, 12001 };

	(void)state;
	for (size_t s = 0; s < sizeof some / sizeof *some; s++) {
		uint64_t allow[12000 / 64 + 1];
		struct fixture f;

		set_up(&f, &some[s], s == 0);
		for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
			/* So many that rows are packed for them, or not. */
			struct mr_search x = { .q = { .dense = &f.q,
			    .n = i % 2 ? 60 : 90 }, .k = K, .ef = 64,
			    .allow = allow };

			memset(allow, 0, sizeof allow);
			for (int64_t r = 0; r < 12000; r++)
				if (r % of[i] == of[i] - 1)
					allow[r / 64] |= (uint64_t)1 <<
					    r % 64;
			assert_true(share_found(&f, &x) >=
			    (of[i] > 1 ? 1 : 0.97));
		}
		tear_down(&f);
	}
}

/* Rows of which most are as near as the last of the best: more than are kept
 * before they are scored. */
static void
equals(void **state)
{
	static uint64_t allow[6000 / 64 + 1];

	(void)state;
	for (int m = 0; m < 3; m++) {
		const struct planted p = { 6000, 8, (enum mr_metric)m, 3, 0,
		    0, 0 };
		struct fixture f;
		struct mr_search s = { .k = K, .allow = allow };

		set_up(&f, &p, m == 1);
		s.q = (struct mr_rows){ .dense = &f.q, .n = 90 };
		for (int64_t r = 0; r < p.n; r++)
			if (r % 3)
				allow[r / 64] |= (uint64_t)1 << r % 64;
		assert_true(share_found(&f, &s) >= 1);
		tear_down(&f);
	}
}

/* Where a filter leaves so many rows that they are walked through. */
static void
wide_filter(void **state)
{
	const struct planted p = { 40000, 16, MR_METRIC_COSINE, 200, 0.5F, 0,
	    0 };
	static uint64_t allow[40000 / 64];
	struct fixture f;
	struct mr_search s = { .k = K, .ef = 48, .allow = allow };

	(void)state;
	set_up(&f, &p, false);
	s.q = (struct mr_rows){ .dense = &f.q, .n = 60 };
	for (int64_t r = 0; r < p.n; r++)
		if (r % 5 < 4)
			allow[r / 64] |= (uint64_t)1 << r % 64;
	assert_true(share_found(&f, &s) >= 0.97);
	tear_down(&f);
}

/* Half of the rows, those of the clusters on one side: what a way through the
 * others comes by is not the best of them. */
static void
far_region(void **state)
{
	const struct planted p = { 40000, 16, MR_METRIC_COSINE, 200, 0.5F, 0,
	    0 };
	static uint64_t allow[40000 / 64];
	struct fixture f;
	struct mr_search s = { .k = K, .ef = 32, .allow = allow };

	(void)state;
	set_up(&f, &p, false);
	s.q = (struct mr_rows){ .dense = &f.q, .n = 90 };
	for (int64_t r = 0; r < p.n; r++)
		if (mr_mat_row(&f.a, r)[0] > 0)
			allow[r / 64] |= (uint64_t)1 << r % 64;
	assert_true(share_found(&f, &s) >= 0.97);
	tear_down(&f);
}

/* Each row finds itself, hidden on others or not, and not when it is skipped;
 * all of them in one search as alone. */
static void
rows_find_themselves(void **state)
{
	const struct planted p = { 5000, 100, MR_METRIC_COSINE, 50, 0.3F, 7,
	    0 };
	struct mr_err err = { 0 };
	struct mr_hit *hit = calloc((size_t)p.n * 2, sizeof *hit);
	int64_t *found = calloc((size_t)p.n, sizeof *found);
	struct fixture f;
	struct mr_search s = { .k = 2, .ef = 24 };

	(void)state;
	assert_true(hit && found);
	set_up(&f, &p, false);
	s.q = (struct mr_rows){ .dense = &f.a, .n = p.n };
	assert_int_equal(mr_graph_search(&f.g, &s, hit, found, &err), MR_OK);
	for (int64_t i = 0; i < p.n; i++) {
		bool twin = i > 0 && i % p.twins == 0;

		assert_int_equal(found[i], 2);
		assert_int_equal(hit[2 * i].row, twin ? i - 1 : i);
		if (twin)
			assert_int_equal(hit[2 * i + 1].row, i);
	}
	free(hit);
	free(found);
	tear_down(&f);
}

static void
recall(void **state)
{
	const struct planted p = { 6000, 32, MR_METRIC_COSINE, 100, 0.5F, 0,
	    0 };
	struct mr_graph_recall r, given;
	struct mr_err err = { 0 };
	struct fixture f;

	(void)state;
	set_up(&f, &p, false);
	assert_int_equal(mr_graph_recall(&f.g, NULL, 300, 2, &r, &err),
	    MR_OK);
	assert_int_equal(mr_graph_recall(&f.g, &(struct mr_rows){
	    .dense = &f.q, .n = 60 }, 0, 2, &given, &err), MR_OK);
	assert_int_equal(r.n, 300);
	assert_int_equal(given.n, 60);
	for (int e = 1; e < MR_GRAPH_EFS; e++) {
		assert_true(r.recall[e] >= r.recall[e - 1] - 0.01);
		assert_true(given.recall[e] <= 1 && r.error[e] < 0.02);
	}
	assert_true(r.recall[MR_GRAPH_EFS - 1] > 0.98);
	assert_true(r.recall[0] < 1);	/* hidden: not by its own links */
	assert_int_equal(mr_graph_ef(&r, 0), 10);
	assert_int_equal(mr_graph_ef(&r, 1.1), 0);
	tear_down(&f);
}

/* What no build makes is told, and never followed. */
static void
forged(void **state)
{
	const struct planted p = { 700, 10, MR_METRIC_L2, 0, 1, 10, 0 };
	struct fixture f;

	(void)state;
	for (int what = 0; what < 14; what++) {
		struct mr_err err = { 0 };
		uint32_t *list, *next, *entry, *order;

		set_up(&f, &p, false);
		list = f.g.links.own;
		next = f.g.next.own;
		entry = f.g.entries.own;
		order = f.g.order.own;
		switch (what) {
		case 0: list[0] = 700; break;
		case 1: list[0] = 0; break;
		case 2: list[1] = list[0]; break;
		case 3: list[31] = list[0]; list[30] = UINT32_MAX; break;
		case 4: next[0] = 0; break;
		case 5: next[0] = 700; break;
		case 6: next[0] = next[1] = 5; break;
		case 7: entry[1] = entry[0]; break;
		case 8: entry[f.g.n_entries - 1] = 700; break;
		case 9: order[3] = order[4]; break;
		case 10: ((uint8_t *)f.g.codes.own)[3] = 0; break;
		case 11: ((uint8_t *)f.g.codes.own)[3] = 128; break;
		case 12: ((float *)f.g.sums.own)[1] = NAN; break;
		default:	/* links that go round among two rows */
			for (int i = 0; i < 32 * 700; i++)
				list[i] = UINT32_MAX;
			break;
		}
		assert_int_equal(mr_graph_check(&f.g, 2, &err), MR_EFORMAT);
		assert_true(strlen(err.msg) > 10);
		tear_down(&f);
	}
}

/* Few rows, few columns, values at the ends of the floats. */
static void
ends(void **state)
{
	static const float scale[] = { 1, 1e-20F, 1e18F, 0 };

	(void)state;
	for (int64_t n = 0; n < 40; n += 3)
		for (int64_t d = 0; d < 3; d++)
			for (int s = 0; s < 4; s++)
				for (int m = 0; m < 3; m++) {
					struct planted p = { n, d,
					    (enum mr_metric)m, 0, scale[s],
					    5, 0 };
					struct fixture f;

					set_up(&f, &p, n & 1);
					assert_true(share_found(&f,
					    &(struct mr_search){ .q = {
					    .dense = &f.q, .n = 60 },
					    .k = K }) >= 0.999);
					tear_down(&f);
				}
}

/* Rows too wide for sums of codes: all are scored. */
static void
no_codes(void **state)
{
	const struct planted p = { 4, 131073, MR_METRIC_L2, 0, 1, 0, 0 };
	struct fixture f;
	struct mr_search s = { .k = K };

	(void)state;
	set_up(&f, &p, true);
	s.q = (struct mr_rows){ .dense = &f.q, .n = 3 };
	assert_int_equal(f.g.wide, 0);
	assert_true(share_found(&f, &s) >= 1);
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_bytes),
		cmocka_unit_test(filters),
		cmocka_unit_test(equals),
		cmocka_unit_test(wide_filter),
		cmocka_unit_test(far_region),
		cmocka_unit_test(rows_find_themselves),
		cmocka_unit_test(recall),
		cmocka_unit_test(forged),
		cmocka_unit_test(ends),
		cmocka_unit_test(no_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
