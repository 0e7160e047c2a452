/* Ratings that wait for the end of input; see kept.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/kept.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

int
mr_ingest_kept_user(struct mr_ingest_kept *k, struct mr_slice user,
    int32_t *i, struct mr_err *err)
{
	int rc = MR_OK;

	/* Most files are grouped by user. */
	*i = k->last_user;
	if (k->users.n == 0 || !mr_slice_eq(mr_ids_get(&k->users, *i), user))
		rc = mr_ids_add(&k->users, user, i, NULL, err);
	k->last_user = rc == MR_OK ? *i : 0;
	return rc;
}

int
mr_ingest_kept_add(struct mr_ingest_kept *k, int32_t i,
    const struct mr_ingest_rating *x, const int64_t *time, struct mr_err *err)
{
	int32_t item, value;
	int rc = mr_ids_add(&k->items, x->item, &item, NULL, err);

	if (rc == MR_OK)
		rc = mr_ids_add(&k->values, x->rating, &value, NULL, err);
	return rc ? rc : mr_ingest_rows_add(&k->rows, i, item, value, time,
	    err);
}

/* What the values are as numbers. */
static int
read_values(const struct mr_ingest_kept *k, double **number, struct mr_err *err)
{
	*number = mr_alloc((size_t)k->values.n, sizeof **number, "ratings",
	    err);
	for (int32_t i = 0; *number && i < k->values.n; i++)
		if (!mr_parse_f64(mr_ids_get(&k->values, i), &(*number)[i]))
			(*number)[i] = 0;
	return *number ? MR_OK : MR_ENOMEM;
}

int
mr_ingest_kept_mark(struct mr_ingest_kept *k, int dedupe, int64_t *n_repeats,
    struct mr_err *err)
{
	double *number = NULL;
	int rc = dedupe >= MR_DEDUPE_MEAN ? read_values(k, &number, err) :
	    MR_OK;

	if (rc == MR_OK)
		rc = mr_ingest_rows_mark(&k->rows, k->users.n, k->items.n,
		    dedupe, number, n_repeats, err);
	free(number);
	return rc;
}

struct mr_slice
mr_ingest_kept_rating(const struct mr_ingest_kept *k, int dedupe, size_t i,
    char text[32])
{
	const struct mr_ingest_rows *r = &k->rows;
	int n;

	if (!r->sum)
		return mr_ids_get(&k->values, r->value[i]);
	n = snprintf(text, 32, "%.9g", dedupe == MR_DEDUPE_COUNT ?
	    r->n_same[i] : dedupe == MR_DEDUPE_SUM ? r->sum[i] :
	    r->sum[i] / r->n_same[i]);
	return (struct mr_slice){ text, (size_t)n };
}

void
mr_ingest_kept_free(struct mr_ingest_kept *k)
{
	mr_ids_free(&k->users);
	mr_ids_free(&k->items);
	mr_ids_free(&k->values);
	mr_ingest_rows_free(&k->rows);
	*k = (struct mr_ingest_kept){ 0 };
}
