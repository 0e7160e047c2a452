/* The values of a column by item; see item_values.h.
 * SPDX-License-Identifier: MIT */
#include "engine/item_values.h"

#include <stdlib.h>

#include "core/mem.h"

/* Pairs of item and value, in coo; values are numbered as they come. */
static int
gather(const struct mr_table *films, int column, const struct mr_ids *items,
    const uint64_t *allow, struct mr_ids *found, struct mr_coo *coo,
    struct mr_err *err)
{
	int rc = MR_OK;

	for (int32_t i = 0; i < items->n && rc == MR_OK; i++) {
		int32_t at = mr_ids_find(&films->keys, mr_ids_get(items, i));
		struct mr_slice rest = { 0 };

		if (at >= 0 && (!allow || allow[i / 64] >> i % 64 & 1))
			rest = mr_table_get(films, at, column);
		while (rest.p && rc == MR_OK) {
			struct mr_slice part = mr_slice_cut(&rest, '|');
			int32_t value;

			if (part.n == 0)
				continue;
			rc = mr_ids_add(found, part, &value, NULL, err);
			if (rc == MR_OK)
				rc = mr_coo_add(coo, i, value, 1, err);
		}
	}
	return rc;
}

/* Numbers in the order of bytes take the place of those of found. */
static int
arrange(struct mr_item_values *v, const struct mr_ids *found,
    struct mr_coo *coo, struct mr_err *err)
{
	size_t n = (size_t)found->n;
	int32_t *order = mr_alloc(n, sizeof *order, "values", err), value;
	int32_t *rank = order ? mr_alloc(n, sizeof *rank, "values", err) :
	    NULL;
	int rc = rank ? mr_ids_order(found, order, rank, err) : MR_ENOMEM;

	for (int32_t k = 0; k < found->n && rc == MR_OK; k++)
		rc = mr_ids_add(&v->names, mr_ids_get(found, order[k]), &value,
		    NULL, err);
	for (size_t k = 0; k < coo->n && rc == MR_OK; k++)
		coo->t[k].col = rank[coo->t[k].col];
	free(order);
	free(rank);
	return rc;
}

int
mr_item_values_open(struct mr_item_values *v, const struct mr_table *films,
    int column, const struct mr_ids *items, const uint64_t *allow,
    struct mr_err *err)
{
	struct mr_ids found = { 0 };
	struct mr_coo coo = { 0 };
	int64_t again;
	int rc = gather(films, column, items, allow, &found, &coo, err);

	*v = (struct mr_item_values){ 0 };
	if (rc == MR_OK)
		rc = arrange(v, &found, &coo, err);
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&v->of, &coo, items->n, found.n, &again,
		    err);
	mr_coo_free(&coo);
	mr_ids_free(&found);
	return rc;
}

void
mr_item_values_free(struct mr_item_values *v)
{
	mr_ids_free(&v->names);
	mr_csr_free(&v->of);
	*v = (struct mr_item_values){ 0 };
}
