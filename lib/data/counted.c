/* Names counted; see counted.h.
 * SPDX-License-Identifier: MIT */
#include "data/counted.h"

#include <stdlib.h>

#include "core/mem.h"

int
mr_counted_add(struct mr_counted *c, struct mr_slice name, struct mr_err *err)
{
	bool is_new = false;
	int rc = MR_OK;

	if (name.n == 0) {
		c->last = -1;
		return MR_OK;
	}
	if (c->ids.n == 0 || c->last < 0 ||
	    !mr_slice_eq(mr_ids_get(&c->ids, c->last), name))
		rc = mr_ids_add(&c->ids, name, &c->last, &is_new, err);
	if (rc == MR_OK && is_new) {
		rc = mr_grow(&c->n, &c->cap, (size_t)c->last + 1,
		    sizeof *c->n, "counts", err);
		if (rc == MR_OK)
			c->n[c->last] = 0;
	}
	if (rc)
		return rc;
	c->n[c->last]++;
	c->total++;
	return MR_OK;
}

void
mr_counted_free(struct mr_counted *c)
{
	mr_ids_free(&c->ids);
	free(c->n);
	*c = (struct mr_counted){ 0 };
}
