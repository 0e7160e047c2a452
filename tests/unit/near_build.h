/* Small models with a neighbourhood term, and that term by two plain loops.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_NEAR_BUILD_H
#define MR_TESTS_NEAR_BUILD_H

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
#include "model/model.h"

#define NEAR_MOST 4096	/* users or items of a case */

struct near_case {
	struct mr_model m;
	struct mr_csr R;
	int users, items;
	/* Over the axis: places in the order of ties, and which is at one. */
	int32_t rank[NEAR_MOST], order[NEAR_MOST];
};

/* A share of all cells, values in steps of a quarter: many are equal. */
static inline struct mr_csr
near_cells(uint64_t seed, int rows, int cols, double share, int lo, int hi)
{
	struct mr_csr m = { 0 };
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int i = 0; i < rows; i++)
		for (int j = 0; j < cols; j++) {
			uint64_t cell = (uint64_t)(i * cols + j);
			double v = mr_rng_uniform(seed, 2, cell);

			/* The last row and column stay empty. */
			if (i == rows - 1 || j == cols - 1 ||
			    mr_rng_uniform(seed, 1, cell) >= share)
				continue;
			assert_int_equal(mr_coo_add(&c, i, j,
			    (float)(lo + (int)(v * (hi - lo + 1))) / 4,
			    &err), MR_OK);
		}
	assert_int_equal(mr_csr_from_coo(&m, &c, rows, cols, &again, &err),
	    MR_OK);
	mr_coo_free(&c);
	return m;
}

static inline float *
near_column(uint64_t seed, int n, double lo, double hi)
{
	float *a = n > 0 ? calloc((size_t)n, sizeof *a) : NULL;

	assert_non_null(a);
	for (int i = 0; i < n; i++)
		a[i] = (float)(lo + (hi - lo) * mr_rng_uniform(seed, 3,
		    (uint64_t)i));
	return a;
}

enum { NEAR_BIASES = 1, NEAR_SCALE = 2, NEAR_SIGNED = 4, NEAR_DEVIATION = 8 };

/* Ties by number, or in an order that has nothing to do with it. */
static inline void
near_ties(struct near_case *c, bool mix)
{
	int n = c->m.near.axis == MR_NEAR_ITEM ? c->items : c->users;

	assert_true(n <= NEAR_MOST);
	for (int32_t x = 0; x < n; x++) {
		/* 23 and 31, the sizes used, have no factor in common with
		 * 7. */
		c->rank[x] = mix ? (x * 7 + 3) % n : x;
		c->order[c->rank[x]] = x;
	}
}

/* near.norm, k and min are the caller's. */
static inline struct near_case
near_make(uint64_t seed, int axis, int parts, int users, int items)
{
	int n = axis == MR_NEAR_ITEM ? items : users;
	struct near_case c = { .users = users, .items = items };

	c.m.mu = 3.3;
	c.m.clip_lo = 0.5;
	c.m.clip_hi = 5;
	c.R = near_cells(seed, users, items, 0.3, 2, 20);
	if (parts & NEAR_BIASES) {
		c.m.bu = near_column(seed + 1, users, -1, 1);
		c.m.bi = near_column(seed + 2, items, -1, 1);
	}
	c.m.near.axis = axis;
	c.m.near.deviation = (parts & NEAR_DEVIATION) != 0;
	c.m.near.S = near_cells(seed + 3, n, n, 0.5,
	    parts & NEAR_SIGNED ? -3 : 1, 4);
	if (parts & NEAR_SCALE)
		c.m.near.scale = near_column(seed + 4, n, 0.2, 2);
	near_ties(&c, false);
	return c;
}

static inline void
near_free(struct near_case *c)
{
	mr_model_free(&c->m);
	mr_csr_free(&c->R);
}

/* The stored value of a cell to *v; false when there is none. */
static inline bool
near_cell(const struct mr_csr *m, int64_t row, int64_t col, double *v)
{
	for (int64_t k = m->ptr[row]; k < m->ptr[row + 1]; k++)
		if (m->idx[k] == col) {
			*v = (double)m->val[k];
			return true;
		}
	return false;
}

/* N(u, i) as model.h has it: the best candidate k times over. */
static inline double
near_naive(const struct near_case *c, int u, int i)
{
	const struct mr_near *a = &c->m.near;
	int x = a->axis == MR_NEAR_ITEM ? i : u;
	int n = a->axis == MR_NEAR_ITEM ? c->items : c->users;
	bool used[256] = { false };
	double sum = 0, weights = 0, sizes = 0, norm;
	int64_t count = 0;

	while (a->k == 0 || count < a->k) {
		double best_s = 0, best_r = 0, s, r, part;
		int best = -1;

		for (int z = 0; z < n; z++) {
			int y = c->order[z];
			int yu = a->axis == MR_NEAR_ITEM ? u : y;
			int yi = a->axis == MR_NEAR_ITEM ? y : i;

			if (used[y] || !near_cell(&a->S, x, y, &s) ||
			    !near_cell(&c->R, yu, yi, &r) ||
			    (best >= 0 && s <= best_s))
				continue;
			best = y;
			best_s = s;
			best_r = r - c->m.mu - (c->m.bu ?
			    (double)c->m.bu[yu] + (double)c->m.bi[yi] : 0);
		}
		if (best < 0)
			break;
		used[best] = true;
		part = best_r / (a->scale ? (double)a->scale[best] : 1);
		sum += a->deviation ? best_s : best_s * part;
		weights += best_s;
		sizes += fabs(best_s);
		count++;
	}
	norm = a->norm == MR_NORM_NONE ? 1 : a->norm == MR_NORM_SUM ?
	    weights : a->norm == MR_NORM_ABS ? sizes : (double)count;
	if (count < a->min || norm == 0)
		return 0;
	return sum / norm * (a->scale ? (double)a->scale[x] : 1);
}

#endif
