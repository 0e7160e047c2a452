/* Term counts and TF-IDF; see tfidf.h.
 * SPDX-License-Identifier: MIT */
#include "text/tfidf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static int
by_number(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Sort term[0 .. n) and count runs into idx, val: both have room for n. */
static size_t
count_runs(int32_t *term, size_t n, int32_t *idx, float *val)
{
	size_t k = 0;

	if (n)
		qsort(term, n, sizeof *term, by_number);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || term[i] != term[i - 1]) {
			idx[k] = term[i];
			val[k++] = 0;
		}
		val[k - 1]++;
	}
	return k;
}

static int
reserve(struct mr_corpus *c, size_t more, struct mr_err *err)
{
	struct mr_csr *m = &c->counts;
	size_t nnz = (size_t)mr_csr_nnz(m);
	bool fresh = !m->ptr;
	int rc = mr_grow(&m->ptr, &c->cap_ptr, (size_t)m->rows + 2,
	    sizeof *m->ptr, "counts of texts", err);

	if (rc == MR_OK && fresh)
		m->ptr[0] = 0;
	if (rc == MR_OK)
		rc = mr_grow(&m->idx, &c->cap_idx, nnz + more,
		    sizeof *m->idx, "counts of texts", err);
	if (rc == MR_OK)
		rc = mr_grow(&m->val, &c->cap_val, nnz + more,
		    sizeof *m->val, "counts of texts", err);
	if (rc == MR_OK)
		rc = mr_grow(&c->tally.term, &c->tally.cap, more,
		    sizeof *c->tally.term, "terms of a text", err);
	return rc;
}

int
mr_corpus_add(struct mr_corpus *c, const struct mr_terms *t,
    struct mr_err *err)
{
	struct mr_csr *m = &c->counts;
	size_t n = t->n - t->first;
	int rc = reserve(c, n, err);
	int64_t nnz;

	for (size_t i = 0; i < n && rc == MR_OK; i++)
		rc = mr_ids_add(&c->terms, mr_terms_get(t, t->first + i),
		    &c->tally.term[i], NULL, err);
	if (rc)
		return rc;
	nnz = m->ptr[m->rows];
	m->ptr[++m->rows] = nnz + (int64_t)count_runs(c->tally.term, n,
	    m->idx + nnz, m->val + nnz);
	m->cols = c->terms.n;
	return MR_OK;
}

/* A term while it is chosen. */
struct term {
	int64_t df;
	double total;
	int32_t rank;		/* in code point order */
	int32_t number;		/* in the vocabulary, -1: not there */
};

static int
by_total(const void *a, const void *b)
{
	const struct term *x = *(struct term *const *)a;
	const struct term *y = *(struct term *const *)b;

	if (x->total != y->total)
		return x->total < y->total ? 1 : -1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Keep the max terms of the highest totals: number 0 is kept, -1 not. */
static int
keep_frequent(struct term *term, int32_t n, int64_t max, struct mr_err *err)
{
	struct term **kept = mr_alloc((size_t)n, sizeof *kept, "terms", err);
	size_t k = 0;

	if (!kept)
		return MR_ENOMEM;
	for (int32_t i = 0; i < n; i++)
		if (term[i].number == 0)
			kept[k++] = &term[i];
	if (k)
		qsort(kept, k, sizeof *kept, by_total);
	for (size_t i = (size_t)max; i < k; i++)
		kept[i]->number = -1;
	free(kept);
	return MR_OK;
}

/* df, totals, and number 0 for the terms that stay, -1 for others. */
static int
choose_terms(const struct mr_csr *m, const struct mr_vocabulary_rule *rule,
    struct term *term, int32_t n, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(m);
	double least = rule->min_df, most = rule->max_df;

	if (rule->min_is_share)
		least *= (double)m->rows;
	if (rule->max_is_share)
		most *= (double)m->rows;
	for (int64_t k = 0; k < nnz; k++) {
		term[m->idx[k]].df++;
		term[m->idx[k]].total += (double)m->val[k];
	}
	for (int32_t i = 0; i < n; i++)
		term[i].number = (double)term[i].df >= least &&
		    (double)term[i].df <= most ? 0 : -1;
	return rule->max_terms ? keep_frequent(term, n, rule->max_terms, err) :
	    MR_OK;
}

static int
fill_vocabulary(struct mr_vocabulary *v, struct mr_corpus *c,
    struct term *term, const int32_t *order,
    const struct mr_vocabulary_rule *rule, struct mr_err *err)
{
	double texts = (double)c->counts.rows;
	size_t n = (size_t)c->terms.n;
	int rc = MR_OK;

	v->sublinear = rule->sublinear;
	v->df = mr_alloc(n, sizeof *v->df, "vocabulary", err);
	if (!v->df)
		return MR_ENOMEM;
	v->idf = rule->idf ? mr_alloc(n, sizeof *v->idf, "vocabulary", err) :
	    NULL;
	if (rule->idf && !v->idf)
		return MR_ENOMEM;
	for (size_t r = 0; r < n && rc == MR_OK; r++) {
		struct term *t = &term[order[r]];
		int32_t at;

		if (t->number < 0)
			continue;
		rc = mr_ids_add(&v->terms, mr_ids_get(&c->terms, order[r]),
		    &at, NULL, err);
		if (rc)
			break;
		t->number = at;
		v->df[at] = (float)t->df;
		if (v->idf)
			v->idf[at] = (float)(log((1 + texts) /
			    (1 + (double)t->df)) + 1);
	}
	return rc;
}

static int
by_column(const void *a, const void *b)
{
	const struct mr_triple *x = a, *y = b;

	return (x->col > y->col) - (x->col < y->col);
}

/* Give the counts the vocabulary's numbers, row by row, in place. */
static int
renumber(struct mr_csr *m, const struct term *term, int32_t cols,
    struct mr_err *err)
{
	struct mr_triple *row = NULL;
	size_t cap = 0;
	int64_t from = 0, to = 0;
	int rc = MR_OK;

	m->cols = cols;
	for (int64_t u = 0; u < m->rows; u++) {
		int64_t end = m->ptr[u + 1];
		size_t n = 0;

		rc = mr_grow(&row, &cap, (size_t)(end - from), sizeof *row,
		    "terms of a text", err);
		if (rc)
			break;
		for (; from < end; from++)
			if (term[m->idx[from]].number >= 0)
				row[n++] = (struct mr_triple){ .col =
				    term[m->idx[from]].number,
				    .val = m->val[from] };
		if (n)
			qsort(row, n, sizeof *row, by_column);
		for (size_t i = 0; i < n; i++, to++) {
			m->idx[to] = row[i].col;
			m->val[to] = row[i].val;
		}
		m->ptr[u + 1] = to;
	}
	free(row);
	return rc;
}

int
mr_corpus_choose(struct mr_corpus *c, const struct mr_vocabulary_rule *rule,
    struct mr_vocabulary *v, struct mr_err *err)
{
	int32_t n = c->terms.n;
	struct term *term = mr_alloc((size_t)n, sizeof *term, "terms", err);
	int32_t *order = term ? mr_alloc((size_t)n, sizeof *order,
	    "order of terms", err) : NULL;
	int rc = order ? mr_ids_order(&c->terms, order, NULL, err) :
	    MR_ENOMEM;

	for (int32_t r = 0; r < n && rc == MR_OK; r++)
		term[order[r]].rank = r;
	if (rc == MR_OK)
		rc = choose_terms(&c->counts, rule, term, n, err);
	if (rc == MR_OK)
		rc = fill_vocabulary(v, c, term, order, rule, err);
	if (rc == MR_OK)
		rc = renumber(&c->counts, term, v->terms.n, err);
	mr_ids_free(&c->terms);
	free(order);
	free(term);
	return rc;
}

void
mr_corpus_free(struct mr_corpus *c)
{
	mr_ids_free(&c->terms);
	mr_csr_free(&c->counts);
	free(c->tally.term);
	*c = (struct mr_corpus){ 0 };
}

int
mr_vocabulary_count(const struct mr_vocabulary *v, const struct mr_terms *t,
    struct mr_row *row, int64_t *n_unknown, struct mr_err *err)
{
	size_t n = t->n - t->first, same = row->cap, known = 0;
	int rc = mr_grow(&row->idx, &same, 2 * n, sizeof *row->idx,
	    "terms of a text", err);

	if (rc == MR_OK)
		rc = mr_grow(&row->val, &row->cap, 2 * n, sizeof *row->val,
		    "terms of a text", err);
	row->n = 0;
	if (rc || n == 0)
		return rc;
	/* The numbers are collected in the second half of idx. */
	for (size_t i = 0; i < n; i++) {
		int32_t at = mr_ids_find(&v->terms,
		    mr_terms_get(t, t->first + i));

		if (at >= 0)
			row->idx[n + known++] = at;
	}
	*n_unknown += (int64_t)(n - known);
	row->n = count_runs(row->idx + n, known, row->idx, row->val);
	return MR_OK;
}

void
mr_row_free(struct mr_row *row)
{
	free(row->idx);
	free(row->val);
	*row = (struct mr_row){ 0 };
}

void
mr_vocabulary_weigh(const struct mr_vocabulary *v, const int32_t *idx,
    float *val, int64_t n)
{
	double sum = 0;

	if (!v->idf)
		return;
	/* Each product is made twice, so that none is rounded before the
	 * division. */
	for (int pass = 0; pass < 2; pass++)
		for (int64_t k = 0; k < n; k++) {
			double tf = v->sublinear ? 1 + log((double)val[k]) :
			    (double)val[k];
			double w = tf * (double)v->idf[idx[k]];

			if (pass == 0)
				sum += w * w;
			else
				val[k] = (float)(w / sqrt(sum));
		}
}

void
mr_vocabulary_free(struct mr_vocabulary *v)
{
	mr_ids_free(&v->terms);
	free(v->df);
	free(v->idf);
	*v = (struct mr_vocabulary){ 0 };
}
