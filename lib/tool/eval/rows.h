/* The rows of mr-eval: kept until all are there, then written.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_ROWS_H
#define MR_TOOL_EVAL_ROWS_H

#include "tool/eval/private.h"

struct mr_eval_label {
	const char *measure;
	int64_t k;		/* 0: none */
	const char *definition;
	bool less;		/* less is better */
};

struct mr_eval_row {
	struct mr_eval_label label;
	const char *file;	/* whose row it is */
	int32_t group;		/* -1: all */
	const char *over;	/* comparing: what counts; NULL: nothing to say */
	struct mr_measured x;
	bool paired;		/* there are wins, ties and losses */
	double p_holm;
};

struct mr_eval_rows {
	struct mr_eval_row *row;
	size_t n, cap;
};

/* mr_eval_label_print - measure, a tab and k. */
void mr_eval_label_print(const struct mr_eval_label *l, struct mr_out *out);
/* mr_eval_value_print - v to so many digits; nothing for none. */
void mr_eval_value_print(double v, int digits, struct mr_out *out);
/* mr_eval_rows_add - one more; MR_ENOMEM. */
int mr_eval_rows_add(const struct mr_eval *e, const struct mr_eval_row *row,
    struct mr_err *err) MR_CHECKED;
/* mr_eval_rows_print - the header line and all rows, p values corrected for
 * how many they are. */
int mr_eval_rows_print(const struct mr_eval *e, struct mr_err *err)
    MR_CHECKED;

#endif
