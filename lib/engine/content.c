/* Nearness of films by their text; see content.h.
 * SPDX-License-Identifier: MIT */
#include "engine/content.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gemm.h"

#define ROWS 42		/* rated items at a time: whole tiles of mr_gemm */
#define CHUNK 512	/* items at a time */
#define NEAREST MR_CONTENT_NEAREST

int
mr_content_open(struct mr_content *c, const struct mr_mat *E,
    const struct mr_ids *names, const struct mr_ids *items,
    struct mr_err *err)
{
	struct mr_mat unit = { 0 };
	int rc = mr_mat_new(&unit, items->n, E->cols, "vectors", err);

	*c = (struct mr_content){ .n_items = items->n, .d = E->cols };
	if (rc)
		return rc;
	c->unit = unit.a;
	c->has = mr_alloc((size_t)items->n, sizeof *c->has, "vectors", err);
	c->packed = c->has ? mr_alloc(mr_gemm_packed(c->n_items, c->d),
	    sizeof *c->packed, "vectors", err) : NULL;
	if (!c->packed)
		return MR_ENOMEM;
	for (int32_t i = 0; i < items->n; i++) {
		int32_t at = mr_ids_find(names, mr_ids_get(items, i));

		if (at >= 0 && c->d)
			memcpy(mr_mat_row(&unit, i), mr_mat_row(E, at),
			    (size_t)c->d * sizeof *unit.a);
	}
	mr_mat_normalise(&unit);
	for (int32_t i = 0; i < items->n; i++) {
		for (int64_t j = 0; j < c->d && !c->has[i]; j++)
			c->has[i] = mr_mat_row(&unit, i)[j] < 0 ||
			    mr_mat_row(&unit, i)[j] > 0;
		c->n_has += c->has[i];
	}
	if (c->d)
		mr_gemm_pack(c->packed, unit.a, c->n_items, c->d, c->d, true);
	return MR_OK;
}

void
mr_content_free(struct mr_content *c)
{
	free(c->unit);
	free(c->packed);
	free(c->has);
	*c = (struct mr_content){ 0 };
}

size_t
mr_content_work(const struct mr_content *c)
{
	return (size_t)(ROWS * c->d + ROWS * CHUNK + NEAREST * c->n_items);
}

/* Each of n items keeps the largest of what it had, best[t * stride], falling
 * in t, and s. */
static void
keep_largest(float *best, int64_t stride, int64_t n, const float *s)
{
	for (int64_t i = 0; i < n; i++) {
		float v = s[i];

		for (int t = 0; t < NEAREST; t++) {
			float b = best[t * stride + i];

			best[t * stride + i] = b > v ? b : v;
			v = b > v ? v : b;
		}
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

bool
mr_content_near(const struct mr_content *c, const struct mr_rated *x,
    float *near, float *work)
{
	float *q = work, *s = q + ROWS * c->d, *best = s + ROWS * CHUNK;
	int64_t at = 0, n = 0, m;
	int32_t item[ROWS];

	for (int64_t i = 0; i < NEAREST * c->n_items; i++)
		best[i] = -2;	/* below every cosine */
	while ((m = gather(c, x, &at, q, item)) > 0) {
		n += m;
		for (int64_t from = 0; from < c->n_items; from += CHUNK) {
			int64_t w = c->n_items - from < CHUNK ?
			    c->n_items - from : CHUNK;

			mr_gemm(q, m, c->d, c->packed + from * c->d, w, c->d,
			    s, CHUNK);
			for (int64_t k = 0; k < m; k++)
				keep_largest(best + from, c->n_items, w,
				    s + k * CHUNK);
		}
	}
	memset(near, 0, (size_t)c->n_items * sizeof *near);
	n = n < NEAREST ? n : NEAREST;
	for (int64_t i = 0; i < c->n_items && n; i++) {
		for (int64_t t = 0; t < n && c->has[i]; t++)
			near[i] += best[t * c->n_items + i];
		near[i] /= (float)n;
	}
	return n > 0;
}

int64_t
mr_content_alike(const struct mr_content *c, const struct mr_rated *x,
    int32_t item, struct mr_hit *hit, float *work)
{
	int64_t from = item / MR_GEMM_PANEL * MR_GEMM_PANEL, at = 0, n = 0, m;
	int64_t w = c->n_items - from < MR_GEMM_PANEL ? c->n_items - from :
	    MR_GEMM_PANEL;
	float *q = work, *s = q + ROWS * c->d;
	int32_t rated[ROWS];

	while (c->has[item] && (m = gather(c, x, &at, q, rated)) > 0) {
		mr_gemm(q, m, c->d, c->packed + from * c->d, w, c->d, s,
		    CHUNK);
		for (int64_t k = 0; k < m; k++)
			mr_topk_push(hit, &n, NEAREST, (struct mr_hit){
			    s[k * CHUNK + item - from], rated[k] }, NULL);
	}
	mr_topk_sort(hit, n, NULL);
	return n;
}
