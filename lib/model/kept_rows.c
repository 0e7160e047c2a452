/* Rows put together; see kept_rows.h.
 * SPDX-License-Identifier: MIT */
#include "model/kept_rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

int
mr_kept_rows_new(struct mr_kept_rows *k, int64_t rows, int64_t cols,
    struct mr_err *err)
{
	*k = (struct mr_kept_rows){ .rows = rows, .cols = cols,
	    .n_parts = (rows + MR_KEPT_TASK - 1) / MR_KEPT_TASK };
	k->count = mr_alloc((size_t)rows, sizeof *k->count, "rows", err);
	k->part = k->count ? mr_alloc((size_t)k->n_parts, sizeof *k->part,
	    "rows", err) : NULL;
	return k->part ? MR_OK : MR_ENOMEM;
}

static void
drop_marks(struct mr_kept_part *p)
{
	free(p->mark);
	free(p->before);
	p->mark = NULL;
	p->before = NULL;
}

void
mr_kept_rows_free(struct mr_kept_rows *k)
{
	for (int64_t i = 0; k->part && i < k->n_parts; i++) {
		free(k->part[i].hit);
		drop_marks(&k->part[i]);
	}
	free(k->part);
	free(k->count);
	*k = (struct mr_kept_rows){ 0 };
}

static int
by_column(const void *a, const void *b)
{
	int32_t x = ((const struct mr_hit *)a)->row;
	int32_t y = ((const struct mr_hit *)b)->row;

	return (x > y) - (x < y);
}

/* Words of marks that are looked at in the time in which qsort places one. */
#define WORDS_AN_ENTRY 32

/* Each to where its column is among those marked; before[w] are in the words
 * ahead of w. */
static void
place(struct mr_kept_part *p, const struct mr_hit *hit, int64_t n,
    int64_t words)
{
	int32_t before = 0;

	memset(p->mark, 0, (size_t)words * sizeof *p->mark);
	for (int64_t c = 0; c < n; c++)
		p->mark[hit[c].row / 64] |= UINT64_C(1) << hit[c].row % 64;
	for (int64_t w = 0; w < words; w++) {
		p->before[w] = before;
		before += __builtin_popcountll(p->mark[w]);
	}
	for (int64_t c = 0; c < n; c++) {
		int32_t w = hit[c].row / 64;
		uint64_t low = (UINT64_C(1) << hit[c].row % 64) - 1;

		p->hit[p->n + p->before[w] + __builtin_popcountll(p->mark[w] &
		    low)] = hit[c];
	}
}

static int
make_marks(struct mr_kept_part *p, int64_t words, struct mr_err *err)
{
	if (!p->mark)
		p->mark = mr_alloc((size_t)words, sizeof *p->mark,
		    "pairs of items", err);
	if (p->mark && !p->before)
		p->before = mr_alloc((size_t)words, sizeof *p->before,
		    "pairs of items", err);
	return p->before ? MR_OK : MR_ENOMEM;
}

void
mr_kept_rows_add(struct mr_kept_rows *k, int64_t row, struct mr_hit *hit,
    int64_t n, struct mr_err *err)
{
	struct mr_kept_part *p = &k->part[row / MR_KEPT_TASK];
	int64_t words = (k->cols + 63) / 64;

	if (mr_grow(&p->hit, &p->cap, (size_t)(p->n + n), sizeof *p->hit,
	    "pairs of items", err) != MR_OK)
		return;
	if (n > 0 && words <= WORDS_AN_ENTRY * n) {
		if (make_marks(p, words, err) != MR_OK)
			return;
		place(p, hit, n, words);
	} else if (n > 0) {
		qsort(hit, (size_t)n, sizeof *hit, by_column);
		memcpy(p->hit + p->n, hit, (size_t)n * sizeof *hit);
	}
	p->n += n;
	k->count[row] = n;
}

/* What doubling left over would be half of the memory. */
void
mr_kept_rows_fit(struct mr_kept_rows *k, int64_t task)
{
	struct mr_kept_part *p = &k->part[task];
	struct mr_hit *fit = p->n ? realloc(p->hit, (size_t)p->n *
	    sizeof *fit) : NULL;

	if (fit)
		p->hit = fit;
	drop_marks(p);
}

int
mr_kept_rows_join(struct mr_kept_rows *k, struct mr_csr *m,
    struct mr_err *err)
{
	int64_t at = 0;
	size_t nnz;

	*m = (struct mr_csr){ .rows = k->rows, .cols = k->cols };
	m->ptr = mr_alloc((size_t)k->rows + 1, sizeof *m->ptr, "rows", err);
	for (int64_t x = 0; m->ptr && x < k->rows; x++)
		m->ptr[x + 1] = m->ptr[x] + k->count[x];
	nnz = m->ptr ? (size_t)m->ptr[k->rows] : 0;
	m->idx = m->ptr ? mr_alloc(nnz, sizeof *m->idx, "pairs of items",
	    err) : NULL;
	m->val = m->idx ? mr_alloc(nnz, sizeof *m->val, "pairs of items",
	    err) : NULL;
	for (int64_t i = 0; m->val && i < k->n_parts; i++) {
		for (int64_t c = 0; c < k->part[i].n; c++, at++) {
			m->idx[at] = k->part[i].hit[c].row;
			m->val[at] = k->part[i].hit[c].score;
		}
		free(k->part[i].hit);
		drop_marks(&k->part[i]);
		k->part[i] = (struct mr_kept_part){ 0 };
	}
	if (m->val)
		return MR_OK;
	mr_csr_free(m);
	return MR_ENOMEM;
}
