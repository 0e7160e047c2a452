/* What a parsed filter is made of: a program in postfix order.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_FILTER_PARTS_H
#define MR_ENGINE_FILTER_PARTS_H

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

#endif
