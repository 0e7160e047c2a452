/* Lists of factors and neighbours: what bounds leave out is none of the best.
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
#include "engine/scorer_parts.h"

enum { ITEMS = 1100, USERS = 90, K = 9, NEAR = 12, RATED = 5 };
/* SHORT: lengths of which nothing is proven; MIXED: one user's. */
enum kind { PLAIN, TIES, WIDE, LONG, SHORT, MIXED, KINDS };

struct lists_case {
	struct mr_model m;
	struct mr_csr R;
	struct mr_ids items;
	struct mr_user user[USERS];
};

static float
draw(enum kind kind, uint64_t row, int64_t j)
{
	double v = mr_rng_normal(5, row, (uint64_t)j);

	switch (kind) {
	case TIES:
		return j < 2 ? (float)rint(v) : 0;
	case WIDE:
		return (float)(v * exp(4 * mr_rng_normal(6, row, 0)));
	case LONG:
		return (float)(v * 1e9);
	case SHORT:
		return (float)(v * 1e-18);
	default:
		return (float)v;
	}
}

/* Rows of n entries each in columns of their own choice; the first is empty. */
static void
sparse(struct mr_csr *m, int64_t rows, int64_t n, enum kind kind)
{
	*m = (struct mr_csr){ .rows = rows, .cols = ITEMS };
	m->ptr = calloc((size_t)rows + 1, sizeof *m->ptr);
	m->idx = calloc((size_t)(rows * n), sizeof *m->idx);
	m->val = calloc((size_t)(rows * n), sizeof *m->val);
	assert_true(m->ptr && m->idx && m->val);
	for (int64_t i = 0; i < rows; i++) {
		int64_t at = m->ptr[i];

		for (int64_t k = 0; i > 0 && k < n; k++, at++) {
			m->idx[at] = (int32_t)((i * 37 + k * 83) % 80 + k *
			    (ITEMS / n));
			m->val[at] = kind == TIES ? 1 : (float)fabs(
			    mr_rng_normal(7, (uint64_t)i, (uint64_t)k) * 9);
		}
		m->ptr[i + 1] = at;
	}
}

static void
make(struct lists_case *c, enum kind kind, int64_t d, bool bias)
{
	struct mr_err err = { 0 };
	char name[32];
	int32_t at;

	*c = (struct lists_case){ .m = { .mu = 3.5, .clip_lo = 1 } };
	c->m.near = (struct mr_near){ .axis = MR_NEAR_ITEM,
	    .norm = MR_NORM_NONE, .deviation = true };
	sparse(&c->m.near.S, ITEMS, NEAR, kind);
	sparse(&c->R, USERS, RATED, TIES);
	assert_int_equal(mr_mat_new(&c->m.U, USERS, d, "", &err), MR_OK);
	assert_int_equal(mr_mat_new(&c->m.V, ITEMS, d, "", &err), MR_OK);
	c->m.bi = bias ? calloc(ITEMS, sizeof *c->m.bi) : NULL;
	for (int64_t i = 0; i < ITEMS; i++) {
		for (int64_t j = 0; j < d && i != 7; j++)
			mr_mat_row(&c->m.V, i)[j] = draw(kind, (uint64_t)i, j);
		if (bias)
			c->m.bi[i] = draw(kind, 9999, i);
		snprintf(name, sizeof name, "%d", (int)(i * 7919 % 10007));
		assert_int_equal(mr_ids_add(&c->items, (struct mr_slice){ name,
		    strlen(name) }, &at, NULL, &err), MR_OK);
	}
	for (int64_t u = 0; u < USERS; u++) {
		int64_t from = c->R.ptr[u], n = c->R.ptr[u + 1] - from;
		float by = kind == MIXED && u % 7 == 3 ? 1e18F : 1;

		for (int64_t j = 0; j < d; j++)
			mr_mat_row(&c->m.U, u)[j] = by * draw(kind,
			    (uint64_t)u + 100000, j);
		c->user[u] = (struct mr_user){ .number = u, .bu = (double)u /
		    10, .U = u == 5 ? NULL : mr_mat_row(&c->m.U, u),
		    .rated = { c->R.idx + from, c->R.val + from, n } };
	}
}

static void
drop(struct lists_case *c)
{
	mr_csr_free(&c->R);
	mr_ids_free(&c->items);
	mr_model_free(&c->m);
}

static void
expect_lists(struct lists_case *c, const struct mr_scorer *s,
    const uint64_t *allow)
{
	static struct mr_hit hit[USERS * K], best[K];
	static float score[ITEMS];
	int64_t found[USERS], n;
	struct mr_score_work w[2];
	struct mr_err err = { 0 };

	for (int i = 0; i < 2; i++)
		assert_int_equal(mr_score_work_new(&w[i], s, &err), MR_OK);
	assert_int_equal(mr_scorer_lists(s, c->user, USERS, &c->R, allow, K, w,
	    2, hit, found, &err), MR_OK);
	for (int64_t u = 0; u < USERS; u++) {
		int64_t at = c->R.ptr[u];

		mr_scorer_all(s, &w[0], &c->user[u], score);
		n = 0;
		for (int32_t i = 0; i < ITEMS; i++) {
			bool seen = at < c->R.ptr[u + 1] && c->R.idx[at] == i;

			at += seen;
			if (!seen && (!allow || allow[i / 64] >> i % 64 & 1))
				mr_topk_push(best, &n, K, (struct mr_hit){
				    score[i], i }, s->rank);
		}
		mr_topk_sort(best, n, s->rank);
		assert_int_equal(found[u], n);
		for (int64_t k = 0; k < n; k++) {
			assert_int_equal(hit[u * K + k].row, best[k].row);
			assert_memory_equal(&hit[u * K + k].score,
			    &best[k].score, sizeof(float));
		}
	}
	for (int i = 0; i < 2; i++)
		mr_score_work_free(&w[i]);
}

static void
lists_of_all(void **state)
{
	const int64_t dims[] = { 64, 67, 200 };

	(void)state;
	for (int x = 0; x < KINDS * 3; x++) {
		enum kind kind = (enum kind)(x % KINDS);
		uint64_t allow[(ITEMS + 63) / 64];
		struct lists_case c;
		struct mr_scorer s;
		struct mr_err err = { 0 };

		make(&c, kind, dims[x / KINDS], x % 2);
		assert_int_equal(mr_scorer_open(&s, &c.m, &c.items, NULL,
		    MR_SCORE_LISTS, &err), MR_OK);
		assert_int_equal(s.codes.items.packed != NULL, kind != SHORT);
		expect_lists(&c, &s, NULL);
		memset(allow, 0x51, sizeof allow);
		expect_lists(&c, &s, allow);
		memset(allow, 0, sizeof allow);
		allow[3] = 0x91;
		expect_lists(&c, &s, allow);
		mr_scorer_free(&s);
		drop(&c);
	}
}

/* Every score is between its bounds, and these are close where there is
 * something to tell apart. */
static void
bounds_hold(void **state)
{
	(void)state;
	for (int kind = 0; kind < KINDS; kind++) {
		static float score[ITEMS];
		struct lists_case c;
		struct mr_scorer s;
		struct mr_score_work w;
		struct mr_err err = { 0 };
		double apart = 0, off = 0;

		make(&c, (enum kind)kind, 96, true);
		assert_int_equal(mr_scorer_open(&s, &c.m, &c.items, NULL,
		    MR_SCORE_LISTS, &err), MR_OK);
		assert_int_equal(mr_score_work_new(&w, &s, &err), MR_OK);
		for (int64_t u = 6; u < 12 && kind != SHORT; u++) {
			mr_scorer_all(&s, &w, &c.user[u], score);
			mr_score_bytes_of(&w.bytes, &s, c.user[u].U, 1);
			assert_int_equal(mr_score_bytes_bound(&w.bytes, &s, 0,
			    w.offset, w.N), kind != MIXED || u != 10);
			for (int64_t i = 0; i < ITEMS && u != 10; i++) {
				assert_true(w.bytes.low[i] <= score[i]);
				assert_true(w.bytes.high[i] >= score[i]);
				off += (double)(w.bytes.high[i] -
				    w.bytes.low[i]);
				apart += fabs((double)(score[i] - score[0]));
			}
		}
		assert_true(kind == SHORT || off < apart);
		mr_score_work_free(&w);
		mr_scorer_free(&s);
		drop(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_all),
		cmocka_unit_test(bounds_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
