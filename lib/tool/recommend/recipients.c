/* For whom lists are made; see lists.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "store/model_file.h"
#include "store/names.h"
#include "store/users.h"
#include "tool/recommend/lists.h"

/* The users from .. to - 1 of n of shard I of N: all of them are in one, and
 * the shards end to end are the whole.  Of --seen all users are looked at, to
 * tell who is not there, and of several streams who stands in each. */
static int
cut_shard(struct mr_recommend_run *r, int64_t *n, int64_t *from, int64_t *to,
    struct mr_err *err)
{
	const struct mr_recommend_opt *o = r->o;
	int64_t n_streams = 0;
	int rc;

	*from = 0;
	*to = INT64_MAX;
	if (o->shards == 0)
		return MR_OK;
	rc = mr_mrm_count(o->model, "user", n, &n_streams, err);
	*from = *n / o->shards * (o->shard - 1) + *n % o->shards *
	    (o->shard - 1) / o->shards;
	*to = *n / o->shards * o->shard + *n % o->shards * o->shard /
	    o->shards;
	if (n_streams == 1 && (!o->seen || o->keep_seen)) {
		r->b.from = *from;
		/* An empty part: the first block is none too many. */
		r->b.to = *to > *from ? *to : *from + 1;
	}
	return rc;
}

/* For progress: the n of a shard, or all of a model that can be read twice;
 * 0 where they would have to be counted for nobody. */
static int64_t
count_all(const struct mr_recommend_run *r, int64_t n)
{
	struct mr_err err = { 0 };
	int64_t all = 0;

	if (r->o->shards)
		return n;
	if (!r->run->report.progress || !r->o->model ||
	    strcmp(r->o->model, "-") == 0)
		return 0;
	return mr_mrm_count(r->o->model, "user", &all, NULL, &err) ? 0 : all;
}

static int
recommend_all(struct mr_recommend_run *r, struct mr_err *err)
{
	struct mr_users batch;
	int64_t n = 0, from, to;
	bool more = true;
	int rc = cut_shard(r, &n, &from, &to, err);

	r->n_all = rc == MR_OK ? count_all(r, to - from) : 0;
	if (rc == MR_OK)
		rc = mr_lists_open(r, NULL, err);
	while (rc == MR_OK && more) {
		rc = mr_recommender_next(r->b.r, &batch, &more, err);
		if (rc == MR_OK && more)
			mr_users_mark(&batch, &r->b.seen.users,
			    r->b.seen.known);
		for (int64_t q = 0; q < batch.n && more && rc == MR_OK; q++) {
			struct mr_user user;

			if (batch.first + q < from || batch.first + q >= to)
				continue;
			user = mr_users_get(&batch, q);
			rc = mr_lists_add(r, &user, err);
		}
		if (rc == MR_OK && r->n)
			rc = mr_lists_flush(r, err);
	}
	if (rc || r->o->shards == 0 || mr_recommender_users(r->b.r) == n)
		return rc;
	return mr_err_set(err, MR_EFORMAT, "%s: %lld users, but %lld when "
	    "they were counted: it was changed meanwhile", r->o->model,
	    (long long)mr_recommender_users(r->b.r), (long long)n);
}

/* Users of --ratings, in its order. */
static int
recommend_new(struct mr_recommend_run *r, struct mr_err *err)
{
	int rc = mr_lists_open(r, &r->b.new.file.users, err);

	r->n_all = r->b.new.file.users.n;
	for (int32_t i = 0; i < r->b.new.file.users.n && rc == MR_OK; i++) {
		struct mr_user u;

		mr_recommender_user(r->b.r, mr_ids_get(&r->b.new.file.users, i),
		    &u);
		u.rated = mr_newcomers_rated(&r->b.new, i);
		rc = mr_lists_add(r, &u, err);
	}
	return rc == MR_OK && r->n ? mr_lists_flush(r, err) : rc;
}

/* Users of --users; an unknown one is nobody of whom anything is known. */
static int
recommend_wanted(struct mr_recommend_run *r, struct mr_err *err)
{
	int rc = mr_names_load(&r->want, r->o->users, "user", r->run->header_in,
	    &r->run->report, err);

	if (rc == MR_OK)
		rc = mr_lists_open(r, &r->want, err);
	r->n_all = r->want.n;
	for (int32_t i = 0; i < r->want.n && rc == MR_OK; i++) {
		struct mr_user u;

		mr_recommender_user(r->b.r, mr_ids_get(&r->want, i), &u);
		rc = mr_lists_add(r, &u, err);
	}
	return rc == MR_OK && r->n ? mr_lists_flush(r, err) : rc;
}

int
mr_recipients_serve(struct mr_recommend_run *r, struct mr_err *err)
{
	if (r->o->ratings)
		return recommend_new(r, err);
	return r->o->users ? recommend_wanted(r, err) :
	    recommend_all(r, err);
}
