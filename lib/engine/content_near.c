/* How near films are to what somebody has rated; see content.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "engine/content.h"
#include "math/gemm.h"

#define ROWS 42		/* rated items at a time: whole tiles of mr_gemm */
#define CHUNK 512	/* items at a time */
#define NEAREST MR_CONTENT_NEAREST

size_t
mr_content_work(const struct mr_content *c)
{
	if (c->rows.ptr)
		return (size_t)((1 + NEAREST) * c->n_items);
	return (size_t)(ROWS * c->d + ROWS * CHUNK + NEAREST * CHUNK);
}

/* How many of his items have a vector. */
static int64_t
rows_of(const struct mr_content *c, const struct mr_rated *x)
{
	int64_t n = 0;

	for (int64_t k = 0; k < x->n; k++)
		n += c->has[x->item[k]];
	return n;
}

int64_t
mr_content_together(const struct mr_content *c, const struct mr_user *u,
    int64_t m)
{
	int64_t most = MR_CONTENT_FLOATS / (c->n_items + !c->n_items);
	int64_t n = 0, rows = 0;

	for (; n < m && (n == 0 || n < most); n++) {
		rows += rows_of(c, &u[n].rated);
		if (n && rows > ROWS)
			break;
	}
	return n;
}

/* The largest few of what n items from item first on are near to. */
struct nearest {
	const struct mr_content *c;
	int64_t first, n;
	int64_t few;		/* so many, 0: there is nothing */
	float *best;		/* [few * n], falling for each item */
};

static struct nearest
begin(const struct mr_content *c, int64_t first, int64_t n, int64_t rows,
    float *best)
{
	int64_t few = rows < NEAREST ? rows : NEAREST;

	for (int64_t i = 0; i < few * n; i++)
		best[i] = -2;	/* below every cosine */
	return (struct nearest){ c, first, n, few, best };
}

/* s [n] is another cosine of each. */
static void
keep_largest(const struct nearest *x, const float *s)
{
	for (int64_t i = 0; i < x->n; i++) {
		float v = s[i];

		for (int64_t t = 0; t < x->few; t++) {
			float *best = &x->best[t * x->n + i], b = *best;

			*best = b > v ? b : v;
			v = b > v ? v : b;
		}
	}
}

static void
finish(const struct nearest *x, float *near)
{
	const bool *has = x->c->has + x->first;

	near += x->first;
	for (int64_t i = 0; i < x->n; i++) {
		float sum = 0;

		for (int64_t t = 0; t < x->few && has[i]; t++)
			sum += x->best[t * x->n + i];
		near[i] = x->few ? sum / (float)x->few : 0;
	}
}

/* The next of his items with a vector, at most ROWS: vectors to q, numbers to
 * item. */
static int64_t
gather(const struct mr_content *c, const struct mr_rated *x, int64_t *at,
    float *q, int32_t *item)
{
	int64_t m = 0;

	for (; *at < x->n && m < ROWS; ++*at) {
		int32_t j = x->item[*at];

		if (!c->has[j])
			continue;
		memcpy(q + m * c->d, c->unit + (int64_t)j * c->d,
		    (size_t)c->d * sizeof *q);
		item[m++] = j;
	}
	return m;
}

/* All that one user has rated by a chunk of items, a tile at a time. */
static void
add_tiles(const struct nearest *x, const struct mr_rated *rated, float *work)
{
	const struct mr_content *c = x->c;
	float *q = work, *s = q + ROWS * c->d;
	int64_t at = 0, m;
	int32_t item[ROWS];

	while ((m = gather(c, rated, &at, q, item)) > 0) {
		mr_gemm(q, m, c->d, c->packed + x->first * c->d, x->n, c->d,
		    s, CHUNK);
		for (int64_t k = 0; k < m; k++)
			keep_largest(x, s + k * CHUNK);
	}
}

/* What several users have rated as one tile, at most ROWS, by a chunk. */
static void
near_chunk(const struct mr_content *c, const struct mr_user *u, int64_t m,
    int64_t first, int64_t n, float *near, float *work)
{
	const float *s = work + ROWS * c->d;
	float *best = work + ROWS * c->d + ROWS * CHUNK;

	for (int64_t k = 0; k < m; k++) {
		int64_t rows = rows_of(c, &u[k].rated);
		struct nearest x = begin(c, first, n, rows, best);

		if (m == 1)
			add_tiles(&x, &u[k].rated, work);
		for (; m > 1 && rows > 0; rows--, s += CHUNK)
			keep_largest(&x, s);
		finish(&x, near + k * c->n_items);
	}
}

static void
near_dense(const struct mr_content *c, const struct mr_user *u, int64_t m,
    float *near, float *work)
{
	int64_t rows = 0;
	int32_t item[ROWS];

	for (int64_t k = 0; k < m && m > 1; k++) {
		int64_t at = 0;

		rows += gather(c, &u[k].rated, &at, work + rows * c->d, item);
	}
	for (int64_t first = 0; first < c->n_items; first += CHUNK) {
		int64_t n = c->n_items - first < CHUNK ? c->n_items - first :
		    CHUNK;

		if (rows)
			mr_gemm(work, rows, c->d, c->packed + first * c->d, n,
			    c->d, work + ROWS * c->d, CHUNK);
		near_chunk(c, u, m, first, n, near, work);
	}
}

/* A rated item at a time, its terms rising. */
static void
near_sparse(const struct mr_content *c, const struct mr_rated *rated,
    float *near, float *work)
{
	const struct mr_csr *u = &c->rows, *t = &c->by_term;
	float *s = work;
	struct nearest x = begin(c, 0, c->n_items, rows_of(c, rated), work +
	    c->n_items);

	for (int64_t at = 0; at < rated->n; at++) {
		int32_t j = rated->item[at];

		if (!c->has[j])
			continue;
		memset(s, 0, (size_t)c->n_items * sizeof *s);
		for (int64_t k = u->ptr[j]; k < u->ptr[j + 1]; k++) {
			int32_t term = u->idx[k];

			for (int64_t l = t->ptr[term]; l < t->ptr[term + 1];
			    l++)
				s[t->idx[l]] += u->val[k] * t->val[l];
		}
		keep_largest(&x, s);
	}
	finish(&x, near);
}

void
mr_content_near(const struct mr_content *c, const struct mr_user *u,
    int64_t m, float *near, float *work)
{
	if (!c->rows.ptr)
		near_dense(c, u, m, near, work);
	for (int64_t k = 0; k < m && c->rows.ptr; k++)
		near_sparse(c, &u[k].rated, near + k * c->n_items, work);
}

static void
alike_dense(const struct mr_content *c, const struct mr_rated *x,
    int32_t item, struct mr_hit *hit, int64_t *n, float *work)
{
	int64_t from = item / MR_GEMM_PANEL * MR_GEMM_PANEL, at = 0, m;
	int64_t w = c->n_items - from < MR_GEMM_PANEL ? c->n_items - from :
	    MR_GEMM_PANEL;
	float *q = work, *s = q + ROWS * c->d;
	int32_t rated[ROWS];

	while ((m = gather(c, x, &at, q, rated)) > 0) {
		mr_gemm(q, m, c->d, c->packed + from * c->d, w, c->d, s,
		    CHUNK);
		for (int64_t k = 0; k < m; k++)
			mr_topk_push(hit, n, NEAREST, (struct mr_hit){
			    s[k * CHUNK + item - from], rated[k] }, NULL);
	}
}

/* Over rising terms, as near_sparse. */
static float
cosine(const struct mr_csr *u, int32_t i, int32_t j)
{
	int64_t k = u->ptr[i], l = u->ptr[j];
	float sum = 0;

	while (k < u->ptr[i + 1] && l < u->ptr[j + 1]) {
		if (u->idx[k] == u->idx[l])
			sum += u->val[l++] * u->val[k++];
		else if (u->idx[k] < u->idx[l])
			k++;
		else
			l++;
	}
	return sum;
}

static void
alike_sparse(const struct mr_content *c, const struct mr_rated *x,
    int32_t item, struct mr_hit *hit, int64_t *n)
{
	for (int64_t k = 0; k < x->n; k++)
		if (c->has[x->item[k]])
			mr_topk_push(hit, n, NEAREST, (struct mr_hit){
			    cosine(&c->rows, item, x->item[k]), x->item[k] },
			    NULL);
}

int64_t
mr_content_alike(const struct mr_content *c, const struct mr_rated *x,
    int32_t item, struct mr_hit *hit, float *work)
{
	int64_t n = 0;

	if (!c->has[item])
		return 0;
	if (c->rows.ptr)
		alike_sparse(c, x, item, hit, &n);
	else
		alike_dense(c, x, item, hit, &n, work);
	mr_topk_sort(hit, n, NULL);
	return n;
}
