/* How many have rated each item; see recommender.h.
 * SPDX-License-Identifier: MIT */
#include "engine/recommender.h"
#include "engine/recommender_parts.h"

void
mr_recommender_count(struct mr_recommender *r, const struct mr_users *batch)
{
	const struct mr_csr *R = &batch->R;

	for (int64_t k = 0; R->ptr && k < R->ptr[batch->n]; k++)
		r->raters[R->idx[k]]++;
}

int
mr_recommender_count_first(struct mr_recommender *r, const char *path,
    struct mr_err *err)
{
	struct mr_model_in in;
	bool more = true;
	int rc = mr_model_open(&in, path, err);

	while (rc == MR_OK && more) {
		rc = mr_model_next(&in, &more, err);
		if (rc == MR_OK && more && in.items->n != r->in.items->n)
			rc = mr_err_set(err, MR_EFORMAT, "%s: not the model "
			    "that it was when it was opened", path);
		if (rc == MR_OK && more) {
			struct mr_users batch = mr_model_batch(&in);

			mr_recommender_count(r, &batch);
		}
	}
	mr_model_close(&in);
	return rc;
}

const float *
mr_recommender_raters(const struct mr_recommender *r)
{
	return r->raters;
}
