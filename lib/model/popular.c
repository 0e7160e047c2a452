/* Films by their number of ratings; see popular.h.
 * SPDX-License-Identifier: MIT */
#include "model/popular.h"

#include <stdlib.h>

#include "core/mem.h"

int
mr_popular_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_csr *R = job->R;
	int64_t *times = mr_alloc((size_t)R->cols, sizeof *times,
	    "numbers of ratings", err);

	(void)opt;
	/* No range of ratings: an order of films, not an estimate. */
	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	m->bi = times ? mr_alloc((size_t)R->cols, sizeof *m->bi,
	    "numbers of ratings", err) : NULL;
	if (m->bi) {
		for (int64_t k = 0; k < mr_csr_nnz(R); k++)
			times[R->idx[k]]++;
		for (int64_t i = 0; i < R->cols; i++)
			m->bi[i] = (float)times[i];
	}
	free(times);
	return m->bi ? MR_OK : MR_ENOMEM;
}

const struct mr_kind mr_popular_kind = {
	.name = "popular",
	.lone = "are the same for everybody, whoever rated what",
	.feedback = MR_FEEDBACK_EVENTS,
	.params = mr_no_params, .opt_bytes = 1,
	.train = mr_popular_train, .fold = mr_fold_rated,
};
