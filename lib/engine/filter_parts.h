/* What a parsed filter is made of: a program in postfix order.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_FILTER_PARTS_H
#define MR_ENGINE_FILTER_PARTS_H

#include "core/report.h"
#include "data/table.h"

enum mr_filter_op {
	MR_FILTER_EQ, MR_FILTER_NE, MR_FILTER_LT, MR_FILTER_LE, MR_FILTER_GT,
	MR_FILTER_GE, MR_FILTER_HAS
};

enum mr_filter_do { MR_FILTER_TERM, MR_FILTER_AND, MR_FILTER_OR,
	MR_FILTER_NOT };

struct mr_filter_value {
	size_t at, n;		/* in text; of ~ folded */
	double number;
	bool is_word;		/* unquoted */
	bool is_number;		/* an unquoted number */
};

struct mr_filter_term {
	int column;		/* -1: the key */
	enum mr_filter_op op;
	int first, n;		/* values */
};

struct mr_filter_step {
	enum mr_filter_do what;
	int term;		/* of MR_FILTER_TERM */
};

struct mr_filter {
	struct mr_buf text;	/* of the values, end to end */
	struct mr_filter_value *value;
	struct mr_filter_term *term;
	struct mr_filter_step *step;
	size_t n_values, values_cap, n_terms, terms_cap, n_steps, steps_cap;
	int depth;		/* of results that stand beside each other */
};

/* mr_filter_any - does t choose a row of films? */
int mr_filter_any(const struct mr_filter *f, const struct mr_filter_term *t,
    const struct mr_table *films, bool *any, struct mr_err *err) MR_CHECKED;
/* mr_filter_cell - a cell of a column as terms number it. */
struct mr_slice mr_filter_cell(const struct mr_table *films, int32_t row,
    int column);
/* mr_filter_doubts - warnings of what cannot have been meant in f: values of =
 * and != that no film has, with the value that may be meant; with nothing, when
 * f chooses no film, any comparison that none passes by itself; words among
 * numbers.  Time as mr_filter_run, and for each such value that of reading its
 * column. */
int mr_filter_doubts(const struct mr_filter *f, const struct mr_table *films,
    struct mr_slice key, bool nothing, struct mr_report *report,
    struct mr_err *err) MR_CHECKED;

#endif
