/* Sparse matrices by rows; see csr.h.
 * SPDX-License-Identifier: MIT */
#include "data/csr.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

int
mr_coo_add(struct mr_coo *c, int32_t row, int32_t col, float val,
    struct mr_err *err)
{
	int rc = c->n < c->cap ? MR_OK : mr_grow(&c->t, &c->cap, c->n + 1,
	    sizeof *c->t, "ratings", err);

	if (rc == MR_OK)
		c->t[c->n++] = (struct mr_triple){ row, col, val };
	return rc;
}

int
mr_coo_time(struct mr_coo *c, double time, struct mr_err *err)
{
	size_t cap = c->time_cap;
	int rc;

	if (!c->time && isnan(time))
		return MR_OK;
	rc = c->n <= cap ? MR_OK : mr_grow(&c->time, &c->time_cap, c->n,
	    sizeof *c->time, "times of ratings", err);
	if (rc)
		return rc;
	/* The first time of all: those before have none. */
	for (size_t i = 0; cap == 0 && i < c->n; i++)
		c->time[i] = NAN;
	c->time[c->n - 1] = time;
	return MR_OK;
}

int
mr_coo_exact(struct mr_coo *c, double value, struct mr_err *err)
{
	int rc = c->n <= c->exact_cap ? MR_OK : mr_grow(&c->exact,
	    &c->exact_cap, c->n, sizeof *c->exact, "ratings", err);

	if (rc == MR_OK)
		c->exact[c->n - 1] = value;
	return rc;
}

void
mr_coo_free(struct mr_coo *c)
{
	free(c->t);
	free(c->time);
	free(c->exact);
	*c = (struct mr_coo){ 0 };
}

static int
csr_new(struct mr_csr *m, int64_t rows, int64_t cols, size_t nnz,
    struct mr_err *err)
{
	*m = (struct mr_csr){ .rows = rows, .cols = cols };
	m->ptr = mr_alloc((size_t)rows + 1, sizeof *m->ptr, "rows", err);
	m->idx = m->ptr ? mr_alloc(nnz, sizeof *m->idx, "ratings", err) :
	    NULL;
	m->val = m->idx ? mr_alloc(nnz, sizeof *m->val, "ratings", err) :
	    NULL;
	if (m->val)
		return MR_OK;
	mr_csr_free(m);
	return MR_ENOMEM;
}

static int
rising(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

int64_t
mr_csr_place(const int32_t *column, int64_t n, int32_t c)
{
	const int32_t *at = n ? bsearch(&c, column, (size_t)n, sizeof c,
	    rising) : NULL;

	return at ? at - column : -1;
}

/* By a bit for every column there might be. */
static int
pack_by_bits(struct mr_csr *m, int32_t *c, int64_t *n, struct mr_err *err)
{
	size_t words = (size_t)m->cols / 64 + 1;
	uint64_t *bit = mr_alloc(words, sizeof *bit, "columns", err);
	int32_t *before = bit ? mr_alloc(words, sizeof *before, "columns",
	    err) : NULL;
	int64_t nnz = mr_csr_nnz(m);

	for (int64_t k = 0; before && k < nnz; k++)
		bit[m->idx[k] / 64] |= (uint64_t)1 << m->idx[k] % 64;
	for (size_t w = 0; before && w < words; w++) {
		before[w] = (int32_t)*n;
		for (uint64_t left = bit[w]; left; left &= left - 1)
			c[(*n)++] = (int32_t)(w * 64) + __builtin_ctzll(left);
	}
	for (int64_t k = 0; before && k < nnz; k++) {
		int32_t w = m->idx[k] / 64;
		uint64_t below = ((uint64_t)1 << m->idx[k] % 64) - 1;

		m->idx[k] = before[w] + __builtin_popcountll(bit[w] & below);
	}
	free(before);
	free(bit);
	return before ? MR_OK : MR_ENOMEM;
}

int
mr_csr_pack(struct mr_csr *m, int32_t **column, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(m), n = 0;
	int32_t *c = *column = mr_alloc((size_t)nnz, sizeof *c, "columns",
	    err);
	int rc = MR_OK;

	if (!c)
		return MR_ENOMEM;
	/* 12 bytes for each entry at most, and 12 more. */
	if (m->cols / 64 <= nnz) {
		rc = pack_by_bits(m, c, &n, err);
	} else {
		if (nnz)
			memcpy(c, m->idx, (size_t)nnz * sizeof *c);
		qsort(c, (size_t)nnz, sizeof *c, rising);
		for (int64_t k = 0; k < nnz; k++)
			if (k == 0 || c[k] != c[k - 1])
				c[n++] = c[k];
		for (int64_t k = 0; k < nnz; k++)
			m->idx[k] = (int32_t)mr_csr_place(c, n, m->idx[k]);
	}
	if (rc == MR_OK)
		m->cols = n;
	return rc;
}

void
mr_csr_free(struct mr_csr *m)
{
	free(m->ptr);
	free(m->idx);
	free(m->val);
	*m = (struct mr_csr){ 0 };
}

/* ptr holds counts in [1 ..]; make them starts, shifted so that filling row
 * u through ptr[u + 1]++ leaves ptr as it should be. */
static void
counts_to_starts(int64_t *ptr, int64_t rows)
{
	int64_t sum = 0;

	for (int64_t u = 0; u < rows; u++) {
		int64_t n = ptr[u + 1];

		ptr[u + 1] = sum;
		sum += n;
	}
}

/* Does a rating of time b stand against an earlier row of time a?  NAN: of no
 * time, which is before all times. */
static bool
is_later(double a, double b)
{
	return isnan(a) || b >= a;
}

/* Of equal neighbours in a row keep the latest, without times the last;
 * returns how many went. */
static int64_t
drop_repeated(struct mr_csr *m, double *time, double *exact)
{
	int64_t to = 0, from = 0;

	for (int64_t u = 0; u < m->rows; u++) {
		int64_t begin = to, end = m->ptr[u + 1];

		for (; from < end; from++) {
			bool again = to > begin &&
			    m->idx[to - 1] == m->idx[from];

			if (again && time &&
			    !is_later(time[to - 1], time[from]))
				continue;
			to -= again;
			m->idx[to] = m->idx[from];
			m->val[to] = m->val[from];
			if (time)
				time[to] = time[from];
			if (exact)
				exact[to] = exact[from];
			to++;
		}
		m->ptr[u + 1] = to;
	}
	return from - to;
}

/* What mr_csr_from_coo works with: triples by column, and so times and exact
 * values. */
struct sorting {
	int64_t *start;
	struct mr_triple *by_col;
	double *time, *exact;
};

static int
sorting_new(struct sorting *s, const struct mr_coo *c, int64_t cols,
    struct mr_err *err)
{
	s->start = mr_alloc((size_t)cols + 1, sizeof *s->start, "columns",
	    err);
	s->by_col = s->start ? mr_alloc(c->n, sizeof *s->by_col, "ratings",
	    err) : NULL;
	if (s->by_col && c->time)
		s->time = mr_alloc(c->n, sizeof *s->time, "times of ratings",
		    err);
	if (s->by_col && c->exact)
		s->exact = mr_alloc(c->n, sizeof *s->exact, "ratings", err);
	return s->by_col && (s->time || !c->time) &&
	    (s->exact || !c->exact) ? MR_OK : MR_ENOMEM;
}

static void
sort_by_col(struct sorting *s, struct mr_csr *m, const struct mr_coo *c)
{
	for (size_t i = 0; i < c->n; i++) {
		assert(c->t[i].row >= 0 && c->t[i].row < m->rows);
		assert(c->t[i].col >= 0 && c->t[i].col < m->cols);
		s->start[c->t[i].col + 1]++;
		m->ptr[c->t[i].row + 1]++;
	}
	counts_to_starts(s->start, m->cols);
	for (size_t i = 0; i < c->n; i++) {
		int64_t at = s->start[c->t[i].col + 1]++;

		s->by_col[at] = c->t[i];
		if (c->time)
			s->time[at] = c->time[i];
		if (c->exact)
			s->exact[at] = c->exact[i];
	}
}

int
mr_csr_from_coo(struct mr_csr *m, struct mr_coo *c, int64_t rows,
    int64_t cols, int64_t *n_repeated, struct mr_err *err)
{
	struct sorting s = { 0 };
	int rc = sorting_new(&s, c, cols, err);

	if (rc == MR_OK)
		rc = csr_new(m, rows, cols, c->n, err);
	if (rc)
		goto out;
	sort_by_col(&s, m, c);
	counts_to_starts(m->ptr, rows);
	for (size_t i = 0; i < c->n; i++) {
		int64_t at = m->ptr[s.by_col[i].row + 1]++;

		m->idx[at] = s.by_col[i].col;
		m->val[at] = s.by_col[i].val;
		if (c->time)
			c->time[at] = s.time[i];
		if (c->exact)
			c->exact[at] = s.exact[i];
	}
	*n_repeated = drop_repeated(m, c->time, c->exact);
out:
	free(s.start);
	free(s.by_col);
	free(s.time);
	free(s.exact);
	return rc;
}

/* Columns that are put where they belong at a time: the ends of so many rows
 * stay in the cache, and so do their pages. */
#define STRIPE 512
#define AHEAD 16	/* rows, whose next entries are asked for */

/* So many columns that a row has some entries among them; all of them where
 * rows are not in the order of columns, or that is as well. */
static int64_t
stripe_of(const struct mr_csr *m)
{
	int64_t each = m->rows > 0 ? mr_csr_nnz(m) / m->rows : 0, wide;

	if (m->cols <= STRIPE || each < 8)
		return m->cols;
	for (int64_t u = 0; u < m->rows; u++)
		for (int64_t k = m->ptr[u] + 1; k < m->ptr[u + 1]; k++)
			if (m->idx[k] < m->idx[k - 1])
				return m->cols;
	wide = 8 * m->cols / each;
	return wide > STRIPE ? wide : STRIPE;
}

/* Entries of row u of m from k on, of columns below to; returns the next. */
static int64_t
put_row(struct mr_csr *t, const struct mr_csr *m, int64_t u, int64_t k,
    int64_t to)
{
	for (; k < m->ptr[u + 1] && m->idx[k] < to; k++) {
		int64_t at = t->ptr[m->idx[k] + 1]++;

		t->idx[at] = (int32_t)u;
		t->val[at] = m->val[k];
	}
	return k;
}

int
mr_csr_transpose(struct mr_csr *t, const struct mr_csr *m, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(m), stripe = stripe_of(m), *next;
	int rc = csr_new(t, m->cols, m->rows, (size_t)nnz, err);

	if (rc)
		return rc;
	next = mr_alloc((size_t)m->rows, sizeof *next, "a transpose", err);
	if (!next) {
		mr_csr_free(t);
		return MR_ENOMEM;
	}
	for (int64_t k = 0; k < nnz; k++)
		t->ptr[m->idx[k] + 1]++;
	counts_to_starts(t->ptr, t->rows);
	for (int64_t u = 0; u < m->rows; u++)
		next[u] = m->ptr[u];
	for (int64_t to = stripe; to < m->cols + stripe; to += stripe)
		for (int64_t u = 0; u < m->rows; u++) {
			if (u + AHEAD < m->rows) {
				__builtin_prefetch(m->idx + next[u + AHEAD]);
				__builtin_prefetch(m->val + next[u + AHEAD]);
			}
			next[u] = put_row(t, m, u, next[u], to);
		}
	free(next);
	return MR_OK;
}
