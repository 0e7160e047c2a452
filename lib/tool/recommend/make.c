/* The lists of those who wait, made in one way or another; see lists.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/lists.h"

/* Is item i one of allow, NULL: all? */
static bool
allows(const uint64_t *allow, int32_t i)
{
	return !allow || allow[i / 64] >> i % 64 & 1;
}

/* The most rated films for user q of those that he may be offered. */
static void
take_popular(struct mr_recommend_run *r, int64_t q)
{
	const struct mr_csr *skip = r->ask.skip;
	int64_t from = r->row[q] < 0 ? 0 : skip->ptr[r->row[q]];
	int64_t to = r->row[q] < 0 ? 0 : skip->ptr[r->row[q] + 1];
	const uint64_t *allow = mr_choice_of(&r->b.choice, r->user[q].id);
	struct mr_hit *hit = r->hit + q * r->ask.n;
	int64_t n = 0;

	for (int64_t i = 0; i < r->n_popular && n < r->ask.n; i++) {
		int64_t k = from;

		while (k < to && skip->idx[k] != r->popular[i].row)
			k++;
		if (k == to && allows(allow, r->popular[i].row))
			hit[n++] = r->popular[i];
	}
	r->found[q] = n;
}

/* Each list by itself where users have films of their own. */
static int
make_lists(struct mr_recommend_run *r, struct mr_err *err)
{
	int rc = MR_OK;

	r->ask.allow = r->b.choice.allow;
	if (r->picks.place)
		return mr_picks_make(r, err);
	if (!r->b.choice.per_user)
		return mr_recommender_lists(r->b.r, r->user, r->n, &r->ask,
		    r->b.work, r->hit, r->found, err);
	for (int64_t q = 0; q < r->n && rc == MR_OK; q++) {
		struct mr_ask ask = r->ask;

		ask.allow = mr_choice_of(&r->b.choice, r->user[q].id);
		ask.row += q;
		rc = mr_recommender_lists(r->b.r, &r->user[q], 1, &ask,
		    r->b.work, r->hit + q * ask.n, &r->found[q], err);
	}
	return rc;
}

/* Lists of rated films, then of the others, put together; who gets the most
 * rated films gets no others. */
static int
make_both(struct mr_recommend_run *r, struct mr_err *err)
{
	uint64_t *all = r->b.choice.allow;
	int rc;

	r->b.choice.allow = r->places.rated;
	rc = make_lists(r, err);
	for (int64_t q = 0; q < r->n && rc == MR_OK; q++)
		mr_places_take(&r->places, q, r->hit + q * r->n_hits,
		    r->found[q]);
	r->b.choice.allow = r->places.new;
	if (rc == MR_OK)
		rc = make_lists(r, err);
	for (int64_t q = 0; q < r->n && rc == MR_OK; q++) {
		if (mr_lists_nobody(r, &r->user[q]))
			r->found[q] = 0;
		mr_places_join(&r->places, q, r->hit + q * r->n_hits,
		    &r->found[q]);
	}
	r->b.choice.allow = all;
	return rc;
}

int
mr_lists_make(struct mr_recommend_run *r, struct mr_err *err)
{
	int rc = r->o->new_films ? make_both(r, err) : make_lists(r, err);

	for (int64_t q = 0; q < r->n && rc == MR_OK; q++) {
		if (!mr_lists_nobody(r, &r->user[q]))
			continue;
		r->n_nobody++;
		if (!r->picks.place)
			take_popular(r, q);
	}
	return rc;
}
