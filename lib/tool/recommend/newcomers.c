/* Ratings that a model was not trained on; see newcomers.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/newcomers.h"

#include <stdlib.h>

int
mr_newcomers_load(struct mr_newcomers *n, const char *path, bool header_in,
    struct mr_report *report, struct mr_err *err)
{
	n->path = path;
	return mr_ratings_load(&n->file, path, header_in, false, report, err);
}

static int
add_row(struct mr_coo *coo, int32_t row, const struct mr_rated *x,
    struct mr_err *err)
{
	int rc = MR_OK;

	for (int64_t k = 0; k < x->n && rc == MR_OK; k++)
		rc = mr_coo_add(coo, row, x->item[k], x->rating[k], err);
	return rc;
}

/* Ratings of user u by the model's numbers, after those it has. */
static int
add_user(struct mr_newcomers *n, const struct mr_recommender *r,
    const int32_t *item, int32_t u, struct mr_coo *coo, struct mr_err *err)
{
	const struct mr_csr *R = &n->file.R;
	struct mr_user user;
	size_t before = coo->n;
	int rc = MR_OK;

	if (mr_recommender_user(r, mr_ids_get(&n->file.users, u), &user)) {
		n->n_known++;
		rc = add_row(coo, u, &user.rated, err);
	}
	for (int64_t k = R->ptr[u]; k < R->ptr[u + 1] && rc == MR_OK; k++) {
		int32_t i = item[R->idx[k]];

		if (i < 0)
			n->no_item++;
		else
			rc = mr_coo_add(coo, u, i, R->val[k], err);
	}
	n->n_nothing += coo->n == before;
	return rc;
}

/* As floats, which the ratings are, so that an end of the scale is on it. */
static void
count_outside(struct mr_newcomers *n, const struct mr_model *m)
{
	const struct mr_csr *R = &n->file.R;
	float lo = (float)m->clip_lo, hi = (float)m->clip_hi;

	n->lo = m->clip_lo;
	n->hi = m->clip_hi;
	for (int64_t k = 0; k < mr_csr_nnz(R) && lo <= hi; k++)
		n->n_outside += R->val[k] < lo || R->val[k] > hi;
}

int
mr_newcomers_map(struct mr_newcomers *n, const struct mr_recommender *r,
    struct mr_err *err)
{
	const struct mr_ids *items = mr_recommender_items(r);
	struct mr_coo coo = { 0 };
	int64_t again;
	int32_t *item = mr_ids_map(&n->file.items, items, err);
	int rc = item ? MR_OK : MR_ENOMEM;

	for (int32_t u = 0; u < n->file.users.n && rc == MR_OK; u++)
		rc = add_user(n, r, item, u, &coo, err);
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&n->R, &coo, n->file.users.n, items->n,
		    &again, err);
	mr_coo_free(&coo);
	free(item);
	count_outside(n, mr_recommender_model(r));
	return rc;
}

int
mr_newcomers_count(const struct mr_newcomers *n, const struct mr_ids *items,
    float *count, struct mr_err *err)
{
	const struct mr_csr *R = &n->file.R;
	int32_t *item = mr_ids_map(&n->file.items, items, err);

	if (!item)
		return MR_ENOMEM;
	for (int32_t i = 0; i < items->n; i++)
		count[i] = 0;
	for (int64_t k = 0; k < mr_csr_nnz(R); k++)
		if (item[R->idx[k]] >= 0)
			count[item[R->idx[k]]]++;
	free(item);
	return MR_OK;
}

struct mr_rated
mr_newcomers_rated(const struct mr_newcomers *n, int32_t u)
{
	int64_t from = n->R.ptr[u];

	return (struct mr_rated){ n->R.idx + from, n->R.val + from,
	    n->R.ptr[u + 1] - from };
}

void
mr_newcomers_report(const struct mr_newcomers *n, const char *what,
    struct mr_report *report)
{
	int64_t all = mr_csr_nnz(&n->file.R);

	mr_report_fact(report, "folded in: %lld users, %lld of them known to "
	    "%s", (long long)(n->file.users.n - n->n_nothing),
	    (long long)n->n_known, what);
	if (n->no_item)
		mr_report_warn(report, "%lld of %lld ratings of %s are of "
		    "films that %s does not know and count for nothing%s",
		    (long long)n->no_item, (long long)all, n->path, what,
		    n->no_item == all ? ": are its ids others?" : "");
	if (all && n->lo <= n->hi && !n->file.rated)
		mr_report_warn(report, "%s has no ratings, each row counts as "
		    "1: %s is of ratings from %.9g to %.9g", n->path, what,
		    n->lo, n->hi);
	else if (n->n_outside)
		mr_report_warn(report, "%lld of %lld ratings of %s are outside "
		    "the model's scale %.9g to %.9g: is theirs another?",
		    (long long)n->n_outside, (long long)all, n->path, n->lo,
		    n->hi);
}

void
mr_newcomers_free(struct mr_newcomers *n)
{
	mr_ratings_free(&n->file);
	mr_csr_free(&n->R);
	*n = (struct mr_newcomers){ 0 };
}
