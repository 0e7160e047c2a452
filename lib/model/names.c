/* Users and items by name in messages; see names.h.
 * SPDX-License-Identifier: MIT */
#include "model/names.h"

#include <math.h>
#include <stdio.h>

void
mr_names_call(char *text, size_t size, const char *kind,
    const struct mr_ids *ids, int64_t row)
{
	struct mr_slice name;

	text[0] = '\0';
	if (row >= 0 && ids) {
		name = mr_ids_get(ids, (int32_t)row);
		snprintf(text, size, "%s '%.*s'", kind, MR_SHOWN(name));
	} else if (row >= 0) {
		snprintf(text, size, "%s number %lld", kind,
		    (long long)row + 1);
	}
}

int
mr_names_blame(const struct mr_names *n, int64_t user, int64_t item,
    int code, const char *what, struct mr_err *err)
{
	char u[MR_CALLED], i[MR_CALLED];

	mr_names_call(u, sizeof u, "user", n->users, user);
	mr_names_call(i, sizeof i, "item", n->items, item);
	return mr_err_set(err, code, "%s%s%s: %s", u,
	    user >= 0 && item >= 0 ? ", " : "", i, what);
}

/* The first row whose bias or factors are not finite, or -1. */
static int64_t
first_bad(const float *bias, const struct mr_mat *x, int64_t rows)
{
	for (int64_t i = 0; i < rows; i++) {
		if (bias && !isfinite(bias[i]))
			return i;
		for (int64_t j = 0; j < x->cols; j++)
			if (!isfinite(mr_mat_row(x, i)[j]))
				return i;
	}
	return -1;
}

int
mr_names_finite(const struct mr_names *n, const struct mr_model *m,
    const struct mr_csr *R, const char *what, struct mr_err *err)
{
	int64_t user = first_bad(m->bu, &m->U, R->rows);
	int64_t item = user < 0 ? first_bad(m->bi, &m->V, R->cols) : -1;

	if (user < 0 && item < 0)
		return MR_OK;
	return mr_names_blame(n, user, item, MR_ENUMERIC, what, err);
}
