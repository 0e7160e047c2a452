/* Which rows a filter chooses; see filter.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "engine/filter.h"
#include "engine/filter_parts.h"
#include "text/utf8_clean.h"

struct asked {
	const struct mr_filter *f;
	const struct mr_filter_term *t;
	struct mr_buf folded;	/* of the cell, for ~ */
};

static struct mr_slice
text_of(const struct asked *a, const struct mr_filter_value *v)
{
	return (struct mr_slice){ v->n ? a->f->text.p + v->at : "", v->n };
}

static bool
ordered(enum mr_filter_op op, int cmp)
{
	switch (op) {
	case MR_FILTER_LT: return cmp < 0;
	case MR_FILTER_LE: return cmp <= 0;
	case MR_FILTER_GT: return cmp > 0;
	case MR_FILTER_GE: return cmp >= 0;
	default: return cmp == 0;
	}
}

/* Is the part of a cell so to one of the values asked for? */
static bool
holds(const struct asked *a, struct mr_slice part)
{
	enum mr_filter_op op = a->t->op;
	double x = 0;
	bool is_number = false, tried = false;

	if (op == MR_FILTER_NE)
		op = MR_FILTER_EQ;
	for (int i = 0; i < a->t->n; i++) {
		const struct mr_filter_value *v = &a->f->value[a->t->first + i];
		struct mr_slice s = text_of(a, v);
		bool yes;

		if (v->is_number && !tried) {
			is_number = mr_parse_f64(part, &x);
			tried = true;
		}
		if (op == MR_FILTER_HAS)
			yes = s.n == 0 || memmem(part.p, part.n, s.p, s.n);
		else if (v->is_number && is_number)
			yes = ordered(op, (x > v->number) - (x < v->number));
		else
			yes = (op == MR_FILTER_EQ || !v->is_number) &&
			    ordered(op, mr_slice_cmp(part, s));
		if (yes)
			return true;
	}
	return false;
}

/* Is one of the values asked for the empty one? */
static bool
asks_for_missing(const struct asked *a)
{
	for (int i = 0; i < a->t->n; i++)
		if (a->f->value[a->t->first + i].n == 0)
			return true;
	return false;
}

static int
chooses(struct asked *a, struct mr_slice cell, bool *yes, struct mr_err *err)
{
	enum mr_filter_op op = a->t->op;
	bool several = cell.n && memchr(cell.p, '|', cell.n);
	struct mr_slice rest;

	*yes = cell.n == 0 && op == MR_FILTER_EQ && asks_for_missing(a);
	if (cell.n == 0)
		return MR_OK;
	if (op == MR_FILTER_HAS) {
		int rc;

		a->folded.n = 0;
		rc = mr_utf8_fold(cell, &a->folded, err);
		if (rc)
			return rc;
		cell = mr_buf_slice(&a->folded);
	}
	/* A text may be asked for whole, but has no place in an order. */
	if (!several || op == MR_FILTER_EQ || op == MR_FILTER_NE ||
	    op == MR_FILTER_HAS)
		*yes = holds(a, cell);
	rest = cell;
	while (several && rest.p && !*yes) {
		struct mr_slice part = mr_slice_cut(&rest, '|');

		*yes = part.n && holds(a, part);
	}
	if (op == MR_FILTER_NE)
		*yes = !*yes;
	return MR_OK;
}

struct mr_slice
mr_filter_cell(const struct mr_table *films, int32_t row, int column)
{
	return column < 0 ? mr_ids_get(&films->keys, row) :
	    mr_table_get(films, row, column);
}

int
mr_filter_any(const struct mr_filter *f, const struct mr_filter_term *t,
    const struct mr_table *films, bool *any, struct mr_err *err)
{
	struct asked a = { f, t, { 0 } };
	int rc = MR_OK;

	*any = false;
	for (int32_t i = 0; i < films->keys.n && rc == MR_OK && !*any; i++)
		rc = chooses(&a, mr_filter_cell(films, i, t->column), any,
		    err);
	mr_buf_free(&a.folded);
	return rc;
}

static int
run_term(const struct mr_filter *f, const struct mr_filter_term *t,
    const struct mr_table *films, uint64_t *rows, struct mr_err *err)
{
	struct asked a = { f, t, { 0 } };
	int32_t n = films->keys.n;
	int rc = MR_OK;

	memset(rows, 0, ((size_t)n + 63) / 64 * sizeof *rows);
	for (int32_t i = 0; i < n && rc == MR_OK; i++) {
		bool yes = false;

		rc = chooses(&a, mr_filter_cell(films, i, t->column), &yes,
		    err);
		rows[i / 64] |= (uint64_t)yes << i % 64;
	}
	mr_buf_free(&a.folded);
	return rc;
}

/* A step on the results so far, the last of which is the one below top. */
static uint64_t *
combine(enum mr_filter_do what, uint64_t *top, size_t words, int32_t n)
{
	uint64_t *b = top - words, *a = b - words;

	if (what == MR_FILTER_NOT) {
		for (size_t i = 0; i < words; i++)
			b[i] = ~b[i];
		if (n % 64)
			b[words - 1] &= ((uint64_t)1 << n % 64) - 1;
		return top;
	}
	for (size_t i = 0; i < words; i++)
		a[i] = what == MR_FILTER_AND ? a[i] & b[i] : a[i] | b[i];
	return b;
}

int
mr_filter_run(const struct mr_filter *f, const struct mr_table *films,
    uint64_t *rows, struct mr_err *err)
{
	size_t words = ((size_t)films->keys.n + 63) / 64, all;
	uint64_t *stack, *top;
	int rc = MR_OK;

	if (!mr_mul(words, (size_t)f->depth, &all))
		return mr_err_nomem(err, 8.0 * (double)words * f->depth,
		    "a filter's rows");
	top = stack = mr_alloc(all, sizeof *stack, "a filter's rows", err);
	if (!stack)
		return MR_ENOMEM;
	for (size_t i = 0; i < f->n_steps && rc == MR_OK; i++)
		if (f->step[i].what == MR_FILTER_TERM) {
			rc = run_term(f, &f->term[f->step[i].term], films, top,
			    err);
			top += words;
		} else {
			top = combine(f->step[i].what, top, words,
			    films->keys.n);
		}
	if (rc == MR_OK && words)
		memcpy(rows, stack, words * sizeof *rows);
	free(stack);
	return rc;
}

/* Are names those of other films? */
static void
doubt_names(const struct mr_table *films, const struct mr_ids *names,
    struct mr_report *report)
{
	int32_t i = 0;

	while (i < names->n && mr_ids_find(&films->keys, mr_ids_get(names,
	    i)) < 0)
		i++;
	if (i == names->n && i && films->keys.n)
		mr_report_warn(report, "--where: --movies has none of the %d "
		    "films: are its ids others?", names->n);
}

int
mr_filter_names(struct mr_slice text, const struct mr_table *films,
    const struct mr_ids *names, uint64_t *chosen, struct mr_report *report,
    struct mr_err *err)
{
	size_t words = ((size_t)films->keys.n + 63) / 64;
	struct mr_slice key = mr_slice_of("item");
	struct mr_filter *f;
	uint64_t *rows = NULL;
	bool nothing = true;
	int rc = mr_filter_parse(&f, text, films, key, err);

	if (rc)
		return rc;
	rows = mr_alloc(words, sizeof *rows, "a filter's rows", err);
	rc = rows ? mr_filter_run(f, films, rows, err) : MR_ENOMEM;
	for (size_t i = 0; i < words && rc == MR_OK; i++)
		nothing = nothing && rows[i] == 0;
	if (rc == MR_OK && films->keys.n)
		rc = mr_filter_doubts(f, films, key, nothing, report, err);
	memset(chosen, 0, ((size_t)names->n + 63) / 64 * sizeof *chosen);
	for (int32_t i = 0; i < names->n && rc == MR_OK; i++) {
		int32_t at = mr_ids_find(&films->keys, mr_ids_get(names, i));

		if (at >= 0 && rows[at / 64] >> at % 64 & 1)
			chosen[i / 64] |= (uint64_t)1 << i % 64;
	}
	if (rc == MR_OK)
		doubt_names(films, names, report);
	free(rows);
	mr_filter_free(f);
	return rc;
}
