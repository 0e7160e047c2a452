/* What --seen keeps out of lists; see seen.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/seen.h"

#include "store/ratings.h"

int
mr_recommend_seen_load(struct mr_seen *s, const char *path, bool header_in,
    struct mr_err *err)
{
	const struct mr_ratings_rule rule = { .header = header_in };
	struct mr_coo coo = { 0 };
	struct mr_ratings_in in;
	struct mr_rating x;
	bool more = true;
	int64_t repeated;
	int rc = mr_ratings_open(&in, path, &rule, err);

	while (rc == MR_OK && more) {
		int32_t user, item;

		rc = mr_ratings_next(&in, &x, &more, err);
		if (rc || !more)
			break;
		rc = mr_ids_add(&s->users, x.user, &user, NULL, err);
		if (rc == MR_OK)
			rc = mr_ids_add(&s->items, x.item, &item, NULL, err);
		if (rc == MR_OK)
			rc = mr_coo_add(&coo, user, item, 1, err);
	}
	mr_ratings_close(&in);
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&s->pairs, &coo, s->users.n, s->items.n,
		    &repeated, err);
	mr_coo_free(&coo);
	return rc;
}

int
mr_recommend_seen_map(struct mr_seen *s, const struct mr_ids *items,
    struct mr_err *err)
{
	struct mr_coo coo = { 0 };
	int64_t repeated;
	int rc = MR_OK;

	for (int32_t u = 0; u < s->users.n; u++)
		for (int64_t k = s->pairs.ptr[u]; k < s->pairs.ptr[u + 1] &&
		    rc == MR_OK; k++) {
			int32_t i = mr_ids_find(items, mr_ids_get(&s->items,
			    s->pairs.idx[k]));

			s->no_item += i < 0;
			if (i >= 0)
				rc = mr_coo_add(&coo, u, i, 1, err);
		}
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&s->skip, &coo, s->users.n, items->n,
		    &repeated, err);
	mr_coo_free(&coo);
	return rc;
}

void
mr_recommend_seen_report(const struct mr_seen *s, const struct mr_ids *users,
    struct mr_report *report)
{
	int64_t n = mr_csr_nnz(&s->pairs), no_user = 0, works = 0;

	for (int32_t u = 0; u < s->users.n; u++)
		if (mr_ids_find(users, mr_ids_get(&s->users, u)) >= 0)
			works += s->skip.ptr[u + 1] - s->skip.ptr[u];
		else
			no_user += s->pairs.ptr[u + 1] - s->pairs.ptr[u];
	mr_report_fact(report, "seen: %lld pairs, in %lld of them a user and "
	    "in %lld a film that the model does not know", (long long)n,
	    (long long)no_user, (long long)s->no_item);
	if (n && works == 0)
		mr_report_warn(report, "--seen: the model knows the user and "
		    "the film of none of the %lld pairs: are its ids others?",
		    (long long)n);
}

void
mr_recommend_seen_free(struct mr_seen *s)
{
	mr_ids_free(&s->users);
	mr_ids_free(&s->items);
	mr_csr_free(&s->pairs);
	mr_csr_free(&s->skip);
	*s = (struct mr_seen){ 0 };
}
