/* What a filter asks for and cannot mean; see filter.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "engine/filter.h"
#include "engine/filter_parts.h"
#include "text/utf8_clean.h"

#define MOST 5		/* warnings of values; more are counted */
#define LONGEST 64	/* bytes of words that are compared letter by letter */

struct doubts {
	const struct mr_filter *f;
	const struct mr_table *films;
	struct mr_slice key;
	struct mr_report *report;
	int told;
};

static const char *
sign(enum mr_filter_op op)
{
	static const char *const signs[] = { "=", "=", "<", "<=", ">", ">=",
	    "~" };

	return signs[op];
}

static struct mr_slice
column_name(const struct doubts *d, int column)
{
	return column < 0 ? d->key : mr_ids_get(&d->films->columns, column);
}

static struct mr_slice
value_text(const struct doubts *d, const struct mr_filter_value *v)
{
	return (struct mr_slice){ v->n ? d->f->text.p + v->at : "", v->n };
}

/* How many bytes must be added, taken away or changed, if most or fewer; else
 * more than most. */
static int
distance(struct mr_slice a, struct mr_slice b, int most)
{
	int row[LONGEST + 1], diagonal, up;

	if (a.n > LONGEST || b.n > LONGEST || a.n + (size_t)most < b.n ||
	    b.n + (size_t)most < a.n)
		return most + 1;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (int)j;
	for (size_t i = 0; i < a.n; i++) {
		diagonal = row[0];
		row[0] = (int)i + 1;
		for (size_t j = 0; j < b.n; j++) {
			int best = diagonal + (a.p[i] != b.p[j]);

			up = row[j + 1];
			best = best < up + 1 ? best : up + 1;
			best = best < row[j] + 1 ? best : row[j] + 1;
			diagonal = up;
			row[j + 1] = best;
		}
	}
	return row[b.n];
}

/* The value of a column that is wanted but for its case, or nearest to it, a
 * letter off or two in five; n 0: none. */
static int
find_like(const struct doubts *d, int column, struct mr_slice wanted,
    struct mr_slice *like, struct mr_err *err)
{
	struct mr_buf to = { 0 }, one = { 0 };
	int least = wanted.n < 3 ? 1 : wanted.n < 5 ? 2 : 3;
	int rc = mr_utf8_fold(wanted, &to, err);

	*like = (struct mr_slice){ 0 };
	for (int32_t i = 0; i < d->films->keys.n && rc == MR_OK && least > 0;
	    i++) {
		struct mr_slice rest = mr_filter_cell(d->films, i, column);

		while (rest.p && rc == MR_OK) {
			struct mr_slice part = mr_slice_cut(&rest, '|');
			int n;

			one.n = 0;
			rc = mr_utf8_fold(part, &one, err);
			n = part.n == 0 || rc ? least : distance(
			    mr_buf_slice(&to), mr_buf_slice(&one), least - 1);
			if (n < least) {
				least = n;
				*like = part;
			}
		}
	}
	mr_buf_free(&to);
	mr_buf_free(&one);
	return rc;
}

/* No film passes the comparison with this value. */
static int
doubt_value(struct doubts *d, const struct mr_filter_term *t,
    const struct mr_filter_value *v, struct mr_err *err)
{
	struct mr_slice name = column_name(d, t->column), like = { 0 };
	struct mr_slice value = value_text(d, v);
	bool equal = t->op == MR_FILTER_EQ || t->op == MR_FILTER_NE;
	int rc = MR_OK;

	if (++d->told > MOST)
		return MR_OK;
	if (equal && t->column >= 0 && !v->is_number)
		rc = find_like(d, t->column, value, &like, err);
	if (rc == MR_OK && like.n)
		mr_report_warn(d->report, "--where: no film has %.*s%s%.*s: is "
		    "'%.*s' meant?", MR_SHOWN(name), sign(t->op),
		    MR_SHOWN(value), MR_SHOWN(like));
	else if (rc == MR_OK)
		mr_report_warn(d->report, "--where: no film has %.*s%s%.*s",
		    MR_SHOWN(name), sign(t->op), MR_SHOWN(value));
	return rc;
}

/* Is all that a column has numbers, and something there? */
static bool
all_numbers(const struct doubts *d, int column)
{
	bool some = false;

	for (int32_t i = 0; i < d->films->keys.n; i++) {
		struct mr_slice cell = mr_filter_cell(d->films, i, column);
		double x;

		if (cell.n && !mr_parse_f64(cell, &x))
			return false;
		some = some || cell.n;
	}
	return some;
}

static int
doubt_term(struct doubts *d, const struct mr_filter_term *t, bool nothing,
    struct mr_err *err)
{
	bool equal = t->op == MR_FILTER_EQ || t->op == MR_FILTER_NE;
	int rc = MR_OK;

	for (int i = t->first; i < t->first + t->n && rc == MR_OK; i++) {
		const struct mr_filter_value *v = &d->f->value[i];
		struct mr_filter_term one = { t->column, equal ?
		    MR_FILTER_EQ : t->op, i, 1 };
		bool any = true;

		if (equal ? v->n > 0 : nothing)
			rc = mr_filter_any(d->f, &one, d->films, &any, err);
		if (rc == MR_OK && !any)
			rc = doubt_value(d, t, v, err);
		if (!equal && t->op != MR_FILTER_HAS && v->is_word &&
		    !v->is_number && all_numbers(d, t->column))
			mr_report_warn(d->report, "--where: '%.*s' is no "
			    "number and each %.*s is one: these are compared "
			    "as texts", MR_SHOWN(value_text(d, v)),
			    MR_SHOWN(column_name(d, t->column)));
	}
	return rc;
}

int
mr_filter_doubts(const struct mr_filter *f, const struct mr_table *films,
    struct mr_slice key, bool nothing, struct mr_report *report,
    struct mr_err *err)
{
	struct doubts d = { .f = f, .films = films, .key = key,
	    .report = report };
	int rc = MR_OK;

	for (size_t i = 0; i < f->n_terms && rc == MR_OK; i++)
		rc = doubt_term(&d, &f->term[i], nothing, err);
	if (rc == MR_OK && d.told > MOST)
		mr_report_warn(report, "--where: %d more values that no film "
		    "has", d.told - MOST);
	return rc;
}
