/* Estimates for given pairs; see recommend.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "data/group.h"
#include "engine/recommender.h"
#include "store/films.h"
#include "store/predictions.h"
#include "store/ratings.h"
#include "tool/recommend/basis.h"

/* The pairs file in memory: numbers into users and items, ratings as text. */
struct pairs {
	struct mr_ids users, items;
	struct mr_pair {
		int32_t user, item;
		float estimate;
		double time;
		size_t rating_end;	/* in ratings */
	} *p;
	size_t n, cap;
	struct mr_buf ratings;
	bool has_rating;
};

static int
add_pair(struct pairs *a, const struct mr_rating *x, struct mr_err *err)
{
	struct mr_pair *p;
	int rc = mr_grow(&a->p, &a->cap, a->n + 1, sizeof *a->p, "pairs",
	    err);

	if (rc)
		return rc;
	p = &a->p[a->n];
	rc = mr_ids_add(&a->users, x->user, &p->user, NULL, err);
	if (rc == MR_OK)
		rc = mr_ids_add(&a->items, x->item, &p->item, NULL, err);
	if (rc == MR_OK)
		rc = mr_buf_add(&a->ratings, x->text.p, x->text.n, err);
	p->rating_end = a->ratings.n;
	p->time = x->time;
	a->n++;
	return rc;
}

static int
read_pairs(struct pairs *a, const char *path, bool header,
    struct mr_report *report, struct mr_err *err)
{
	const struct mr_ratings_rule rule = { .header = header,
	    .times = MR_TIMES_ANY, .report = report };
	struct mr_ratings_in in;
	struct mr_rating x;
	bool more = true;
	int rc = mr_ratings_open(&in, path, &rule, err);

	a->has_rating = in.rating >= 0;
	while (rc == MR_OK && more) {
		rc = mr_ratings_next(&in, &x, &more, err);
		if (rc == MR_OK && more)
			rc = add_pair(a, &x, err);
		if (rc == MR_OK && a->n % 65536 == 0)
			mr_report_step(report, "pairs", (int64_t)a->n,
			    mr_in_total(&in.t.in, (int64_t)a->n));
	}
	mr_ratings_close(&in);
	return rc;
}

struct run {
	struct pairs a;
	struct mr_basis b;
	float *U;		/* [threads * d] of those who are folded in */
	struct mr_group by_user;	/* numbers of pairs */
	int32_t *known;		/* [a.items.n] the model's number, or -1 */
	/* [a.n] in the order of by_user: numbers in a.items */
	int32_t *pick;
	double *time;
	float *estimate;
};

/* Pairs, then the parts of the model that they need. */
static int
load(struct run *r, const struct mr_recommend_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	struct pairs *a = &r->a;
	int rc = read_pairs(a, o->pairs, run->header_in, &run->report, err);

	if (rc == MR_OK)
		rc = mr_basis_open(&r->b, o, MR_SCORE_PAIRS, &a->users, run,
		    err);
	if (rc)
		return rc;
	r->U = mr_alloc((size_t)run->threads,
	    (size_t)mr_recommender_model(r->b.r)->V.cols * sizeof *r->U,
	    "factors", err);
	if (!r->U)
		return MR_ENOMEM;
	r->known = mr_ids_map(&a->items, mr_recommender_items(r->b.r), err);
	return r->known ? MR_OK : MR_ENOMEM;
}

/* A user of the pairs with his ratings, the new ones among them; false when
 * neither the model nor --ratings knows him. */
static bool
find_user(const struct run *r, int32_t user, struct mr_user *u)
{
	struct mr_slice id = mr_ids_get(&r->a.users, user);
	bool known = mr_recommender_user(r->b.r, id, u);
	int32_t new = mr_ids_find(&r->b.new.file.users, id);

	if (new >= 0)
		u->rated = mr_newcomers_rated(&r->b.new, new);
	return known || u->rated.n;
}

static void
estimate_task(void *ctx, int64_t user, int worker)
{
	struct run *r = ctx;
	int64_t from = r->by_user.ptr[user], to = r->by_user.ptr[user + 1];
	struct mr_user u;

	for (int64_t k = from; k < to; k++) {
		r->pick[k] = r->a.p[r->by_user.row[k]].item;
		r->time[k] = r->a.p[r->by_user.row[k]].time;
	}
	find_user(r, (int32_t)user, &u);
	if (u.rated.n && mr_ids_find(&r->b.new.file.users, u.id) >= 0)
		mr_recommender_fold(r->b.r, &(struct mr_rated){ u.rated.item,
		    u.rated.rating, u.rated.n }, r->b.work, worker, r->U +
		    worker * mr_recommender_model(r->b.r)->V.cols, &u);
	mr_recommender_estimates(r->b.r, &u, &r->a.items, r->known,
	    r->pick + from, r->time + from, to - from, r->b.work, worker,
	    r->estimate + from);
}

static int
estimate_pairs(struct run *r, int threads, struct mr_err *err)
{
	const struct pairs *a = &r->a;
	int rc = mr_group_by(&r->by_user, a->p ? &a->p->user : NULL,
	    sizeof *a->p, a->n, a->users.n, "pairs", err);

	if (rc)
		return rc;
	r->pick = mr_alloc(a->n, sizeof *r->pick, "pairs", err);
	r->time = r->pick ? mr_alloc(a->n, sizeof *r->time, "pairs", err) :
	    NULL;
	r->estimate = r->time ? mr_alloc(a->n, sizeof *r->estimate, "pairs",
	    err) : NULL;
	if (!r->estimate)
		return MR_ENOMEM;
	mr_par_run(threads, a->users.n, estimate_task, r);
	return MR_OK;
}

/* The estimates in the order of the file.  Only a damaged or absurd model
 * estimates beyond what a float can hold. */
static int
take_estimates(struct run *r, struct mr_err *err)
{
	struct pairs *a = &r->a;

	for (size_t k = 0; k < a->n; k++)
		a->p[r->by_user.row[k]].estimate = r->estimate[k];
	for (size_t i = 0; i < a->n; i++) {
		struct mr_slice user = mr_ids_get(&a->users, a->p[i].user);
		struct mr_slice item = mr_ids_get(&a->items, a->p[i].item);

		if (!isfinite(a->p[i].estimate))
			return mr_err_set(err, MR_ENUMERIC, "%s: the estimate "
			    "of user '%.*s' and item '%.*s' is no finite "
			    "number", mr_recommender_name(r->b.r), (int)user.n,
			    user.p, (int)item.n, item.p);
	}
	return MR_OK;
}

/* How many pairs name a film that --movies does not have. */
static int64_t
print_pairs(const struct run *r, struct mr_out *out)
{
	const struct mr_table *films = mr_recommender_films(r->b.r);
	const struct pairs *a = &r->a;
	int64_t n_missing = 0;

	for (size_t i = 0; i < a->n; i++) {
		const struct mr_pair *p = &a->p[i];
		struct mr_slice item = mr_ids_get(&a->items, p->item);
		size_t from = i ? a->p[i - 1].rating_end : 0;
		struct mr_predictions_row x = { .item = item,
		    .user = mr_ids_get(&a->users, p->user),
		    .estimate = p->estimate };

		if (a->has_rating)
			x.rating = (struct mr_slice){ a->ratings.n ?
			    a->ratings.p + from : "", p->rating_end - from };
		n_missing += !mr_predictions_put(out, &x, films,
		    mr_ids_find(&films->keys, item));
	}
	return n_missing;
}

/* Is it a rating that the model has learnt from? */
static bool
is_learnt(const struct mr_rated *rated, int32_t item)
{
	int64_t lo = 0, hi = rated->n;

	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if (rated->item[mid] < item)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < rated->n && rated->item[lo] == item;
}

/* Of n pairs. */
static void
report_unknown(int64_t n, int64_t users, int64_t items,
    struct mr_report *report)
{
	const char *ids = users == n || items == n ?
	    "; are their ids others?" : "";

	if (users && items)
		mr_report_warn(report, "of %lld pairs %lld have a user and "
		    "%lld an item that the model does not know: estimated by "
		    "the parts it does know%s", (long long)n,
		    (long long)users, (long long)items, ids);
	else if (users || items)
		mr_report_warn(report, "of %lld pairs %lld have %s that the "
		    "model does not know: estimated by the parts it does "
		    "know%s", (long long)n, (long long)(users + items),
		    users ? "a user" : "an item", ids);
}

/* What the estimates are worth. */
static void
report_pairs(const struct run *r, struct mr_report *report)
{
	const struct mr_model *m = mr_recommender_model(r->b.r);
	const struct pairs *a = &r->a;
	int64_t n = (int64_t)a->n, users = 0, items = 0, learnt = 0;

	for (int32_t user = 0; user < a->users.n; user++) {
		int64_t from = r->by_user.ptr[user];
		int64_t to = r->by_user.ptr[user + 1];
		struct mr_user u;

		if (!find_user(r, user, &u))
			users += to - from;
		for (int64_t k = from; k < to; k++) {
			int32_t item = r->known[r->pick[k]];

			items += item < 0;
			learnt += item >= 0 && is_learnt(&u.rated, item);
		}
	}
	if (a->n && m->clip_lo > m->clip_hi)
		mr_report_warn(report, "the model ranks films, its estimates "
		    "are no ratings");
	if (learnt)
		mr_report_warn(report, "%lld of %zu pairs are ratings that "
		    "the model has learnt from: errors on them say nothing "
		    "about others", (long long)learnt, a->n);
	report_unknown(n, users, items, report);
	mr_report_fact(report, "pairs: %zu", a->n);
}

static void
free_run(struct run *r)
{
	mr_basis_free(&r->b);
	free(r->U);
	mr_group_free(&r->by_user);
	mr_ids_free(&r->a.users);
	mr_ids_free(&r->a.items);
	mr_buf_free(&r->a.ratings);
	free(r->a.p);
	free(r->known);
	free(r->pick);
	free(r->time);
	free(r->estimate);
	free(r);
}

int
mr_recommend_pairs(const struct mr_recommend_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct run *r = mr_alloc(1, sizeof *r, "state", err);
	int64_t n_missing;
	int rc;

	if (!r)
		return MR_ENOMEM;
	rc = load(r, o, run, err);
	if (rc == MR_OK)
		rc = estimate_pairs(r, run->threads, err);
	if (rc == MR_OK)
		rc = mr_recommender_untouched(r->b.r, err);
	if (rc == MR_OK)
		rc = take_estimates(r, err);
	if (rc)
		goto out;
	if (run->header_out)
		mr_predictions_head(&run->out, r->a.has_rating,
		    mr_recommender_films(r->b.r));
	n_missing = print_pairs(r, &run->out);
	mr_films_report(o->movies, o->with, mr_recommender_films(r->b.r),
	    n_missing, (int64_t)r->a.n, &run->report);
	report_pairs(r, &run->report);
	if (o->ratings)
		mr_newcomers_report(&r->b.new, "the model", &run->report);
out:
	free_run(r);
	return rc;
}
