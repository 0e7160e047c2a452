/* Users whom the model did not see; see recommender.h.
 * SPDX-License-Identifier: MIT */
#include "engine/recommender.h"
#include "engine/recommender_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

int
mr_fold_users_begin(struct mr_fold_users *f, const struct mr_recommender *r,
    struct mr_err *err)
{
	*f = (struct mr_fold_users){ 0 };
	if (r->folder.rule.rule != MR_FOLD_WEIGHTED)
		return MR_OK;
	f->sum = mr_alloc((size_t)r->folder.n, sizeof *f->sum, "a mean user",
	    err);
	return f->sum ? MR_OK : MR_ENOMEM;
}

/* The row of user u of a batch, for CHOSEN. */
static int
add_row(struct mr_fold_users *f, const struct mr_folder *folder,
    const struct mr_users *batch, int64_t u, struct mr_err *err)
{
	struct mr_rated x = mr_users_get(batch, u).rated;
	const float *U = mr_mat_row(&batch->U, u);
	bool is_new;
	int32_t at;
	int rc = mr_ids_add(&f->rows, (struct mr_slice){ (const char *)U,
	    (size_t)folder->n * sizeof *U }, &at, &is_new, err);

	if (rc == MR_OK)
		rc = mr_grow(&f->share, &f->share_cap, (size_t)f->rows.n,
		    sizeof *f->share, "rows of users", err);
	if (rc)
		return rc;
	f->share[at] = (is_new ? 0 : f->share[at]) + 1;
	f->misfit += mr_folder_misfit(folder, &x, U);
	f->ratings += x.n;
	return MR_OK;
}

int
mr_fold_users_add(struct mr_fold_users *f, const struct mr_recommender *r,
    const struct mr_users *batch, struct mr_err *err)
{
	bool chosen = r->folder.rule.rule == MR_FOLD_CHOSEN;
	int rc = MR_OK;

	if (!f->sum && !chosen)
		return MR_OK;
	for (int64_t u = 0; u < batch->n && rc == MR_OK; u++) {
		const float *U = mr_mat_row(&batch->U, u);

		if (batch->R.ptr && batch->R.ptr[u] == batch->R.ptr[u + 1])
			continue;
		f->n++;
		for (int j = 0; f->sum && j < r->folder.n; j++)
			f->sum[j] += (double)U[j];
		if (chosen)
			rc = add_row(f, &r->folder, batch, u, err);
	}
	return rc;
}

/* The rows and what goes with them, to r. */
static int
give_rows(struct mr_fold_users *f, struct mr_recommender *r,
    struct mr_err *err)
{
	r->rows = mr_alloc((size_t)f->rows.n * (size_t)r->folder.n,
	    sizeof *r->rows, "rows of users", err);
	if (!r->rows)
		return MR_ENOMEM;
	memcpy(r->rows, f->rows.text.p, f->rows.text.n);
	r->share = f->share;
	f->share = NULL;
	r->folder.rows = r->rows;
	r->folder.share = r->share;
	r->folder.n_rows = f->rows.n;
	r->folder.noise = f->ratings ? f->misfit / (double)f->ratings : 0;
	return MR_OK;
}

int
mr_fold_users_end(struct mr_fold_users *f, struct mr_recommender *r, int rc,
    struct mr_err *err)
{
	size_t n = (size_t)r->folder.n;

	if (rc == MR_OK && f->sum && f->n) {
		r->mean = mr_alloc(n, sizeof *r->mean, "a mean user", err);
		for (size_t j = 0; r->mean && j < n; j++)
			r->mean[j] = (float)(f->sum[j] / (double)f->n);
		rc = r->mean ? MR_OK : MR_ENOMEM;
	}
	if (rc == MR_OK && f->rows.n)
		rc = give_rows(f, r, err);
	free(f->sum);
	free(f->share);
	mr_ids_free(&f->rows);
	return rc;
}

void
mr_recommender_fold(const struct mr_recommender *r,
    const struct mr_rated *x, struct mr_work *w, int worker, float *U,
    struct mr_user *u)
{
	bool factors = r->in.m.V.cols > 0;
	struct mr_folder f = r->folder;

	f.mean = r->mean;
	mr_folder_user(&f, x, &u->bu, factors ? U : NULL,
	    w->fold[worker]);
	u->U = factors ? U : NULL;
	u->rated = *x;
	u->folded = true;
}

int64_t
mr_recommender_taste(const struct mr_recommender *r)
{
	const struct mr_fold *f = &r->in.fold;
	int64_t d = r->in.m.V.cols;
	int64_t n = f->rule == MR_FOLD_NONNEG || f->rule == MR_FOLD_CHOSEN ?
	    f->solved : f->rule == MR_FOLD_POSTERIOR ? d - 2 : d;

	return n < 0 ? 0 : n < d ? n : d;
}

int64_t
mr_recommender_popular(const struct mr_recommender *r, int64_t n,
    struct mr_hit *hit)
{
	int64_t found = 0;

	for (int32_t i = 0; i < r->in.items->n; i++)
		mr_topk_push(hit, &found, n, (struct mr_hit){ r->raters[i],
		    i }, r->scorer.rank);
	mr_topk_sort(hit, found, r->scorer.rank);
	return found;
}
