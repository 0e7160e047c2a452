/* What --seen keeps out of lists; see seen.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/seen.h"

#include <stdlib.h>

#include "core/mem.h"
#include "store/ratings.h"

int
mr_recommend_seen_load(struct mr_seen *s, const char *path, bool header_in,
    struct mr_report *report, struct mr_err *err)
{
	const struct mr_ratings_rule rule = { .header = header_in,
	    .report = report };
	struct mr_ratings_in in;
	struct mr_rating x;
	bool more = true;
	int rc = mr_ratings_open(&in, path, &rule, err);

	while (rc == MR_OK && more) {
		rc = mr_ratings_next(&in, &x, &more, err);
		if (rc == MR_OK && more)
			rc = mr_recommend_seen_add(s, x.user, x.item, err);
	}
	mr_ratings_close(&in);
	return rc;
}

int
mr_recommend_seen_add(struct mr_seen *s, struct mr_slice user,
    struct mr_slice item, struct mr_err *err)
{
	int32_t u, i;
	int rc = mr_ids_add(&s->users, user, &u, NULL, err);

	if (rc == MR_OK)
		rc = mr_ids_add(&s->items, item, &i, NULL, err);
	return rc ? rc : mr_coo_add(&s->pairs, u, i, 1, err);
}

int
mr_recommend_seen_map(struct mr_seen *s, const struct mr_ids *items,
    struct mr_err *err)
{
	struct mr_coo coo = { 0 };
	int64_t repeated;
	int32_t *item = mr_ids_map(&s->items, items, err);
	int rc = MR_ENOMEM;

	s->known = item ? mr_alloc((size_t)s->users.n, sizeof *s->known,
	    "seen users", err) : NULL;
	if (s->known)
		rc = MR_OK;
	for (size_t k = 0; k < s->pairs.n && rc == MR_OK; k++) {
		int32_t i = item[s->pairs.t[k].col];

		s->no_item += i < 0;
		if (i >= 0)
			rc = mr_coo_add(&coo, s->pairs.t[k].row, i, 1, err);
	}
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&s->skip, &coo, s->users.n, items->n,
		    &repeated, err);
	mr_coo_free(&coo);
	free(item);
	return rc;
}

void
mr_recommend_seen_report(const struct mr_seen *s, const struct mr_ids *others,
    const struct mr_recommend_opt *o, struct mr_report *report)
{
	int64_t n = (int64_t)s->pairs.n, no_user = 0, works = 0;

	if (n == 0)
		return;
	for (int64_t k = 0; k < n; k++)
		no_user += !s->known[s->pairs.t[k].row];
	for (int32_t u = 0; u < s->users.n; u++)
		if (s->known[u] || (others && mr_ids_find(others,
		    mr_ids_get(&s->users, u)) >= 0))
			works += s->skip.ptr[u + 1] - s->skip.ptr[u];
	mr_report_fact(report, "seen: %lld pairs, in %lld of them a user and "
	    "in %lld a film that the model does not know", (long long)n,
	    (long long)no_user, (long long)s->no_item);
	if (works == 0)
		mr_report_warn(report, "%s: the model knows the user and "
		    "the film of none of the %lld pairs: are its ids others?",
		    o->hide && o->seen ? "--seen and --not" : o->hide ?
		    "--not" : "--seen", (long long)n);
}

void
mr_recommend_seen_free(struct mr_seen *s)
{
	mr_ids_free(&s->users);
	mr_ids_free(&s->items);
	mr_coo_free(&s->pairs);
	mr_csr_free(&s->skip);
	free(s->known);
	*s = (struct mr_seen){ 0 };
}
