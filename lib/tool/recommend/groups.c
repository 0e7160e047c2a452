/* One list for the users of each group; see recommend.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "store/films.h"
#include "store/ranked.h"
#include "stream/tsv.h"
#include "tool/recommend/basis.h"
#include "tool/recommend/places.h"
#include "tool/recommend/reasons.h"

#define BATCH 256	/* groups whose lists are in memory at a time */

struct run {
	const struct mr_recommend_opt *o;
	struct mr_run *run;
	struct mr_ids groups, users;	/* as they first appear */
	struct mr_csr in;	/* groups.n x users.n: who is in which */
	struct mr_basis b;
	struct mr_reasons reasons;	/* who carries each film */
	struct mr_places places;
	int64_t n_list, first;	/* length; the batch's first group */
	struct mr_hit *hit;	/* [BATCH * n_list] */
	int64_t found[BATCH], known[BATCH];	/* films; users */
	struct mr_err err[BATCH];
	int rc[BATCH];
	int64_t n_lists, n_full, n_rows, n_short, n_unknown, n_nobody,
	    n_missing;
};

static int
read_groups(struct run *r, struct mr_err *err)
{
	struct mr_tsv t;
	struct mr_coo coo = { 0 };
	bool more = true;
	int64_t again;
	int group, user, rc = mr_tsv_open(&t, r->o->groups,
	    r->run->header_in ? NULL : "group,user", err);

	if (rc)
		return rc;
	t.report = &r->run->report;
	rc = mr_tsv_need(&t, "group", &group, err);
	if (rc == MR_OK)
		rc = mr_tsv_need(&t, "user", &user, err);
	while (rc == MR_OK && more) {
		int32_t g, u;

		rc = mr_tsv_next(&t, &more, err);
		if (rc || !more)
			break;
		rc = mr_tsv_id(&t, group, err);
		if (rc == MR_OK)
			rc = mr_tsv_id(&t, user, err);
		if (rc == MR_OK)
			rc = mr_ids_add(&r->groups, t.field[group], &g, NULL,
			    err);
		if (rc == MR_OK)
			rc = mr_ids_add(&r->users, t.field[user], &u, NULL,
			    err);
		if (rc == MR_OK)
			rc = mr_coo_add(&coo, g, u, 1, err);
	}
	mr_tsv_close(&t);
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&r->in, &coo, r->groups.n, r->users.n,
		    &again, err);
	mr_coo_free(&coo);
	return rc;
}

/* So many can be named for a film at most: --explain, or those of the largest
 * group. */
static int64_t
most_named(const struct run *r)
{
	int64_t most = 0;

	for (int64_t g = 0; g < r->in.rows; g++)
		if (r->in.ptr[g + 1] - r->in.ptr[g] > most)
			most = r->in.ptr[g + 1] - r->in.ptr[g];
	return most < r->o->explain ? most : r->o->explain;
}

static int
open_run(struct run *r, struct mr_err *err)
{
	int rc = read_groups(r, err);

	if (rc == MR_OK)
		rc = mr_basis_open(&r->b, r->o, MR_SCORE_LISTS | (r->o->explain
		    ? MR_SCORE_PAIRS : 0), &r->users, r->run, err);
	if (rc == MR_OK && r->b.choice.per_user)
		rc = mr_err_set(err, MR_EARG, "--only for each user does not "
		    "go with --groups");
	if (rc)
		return rc;
	r->n_list = mr_recommender_items(r->b.r)->n;
	if (r->o->n < r->n_list)
		r->n_list = r->o->n;
	r->hit = mr_alloc(BATCH * (size_t)r->n_list, sizeof *r->hit, "lists",
	    err);
	if (!r->hit)
		return MR_ENOMEM;
	if (r->o->new_films)
		rc = mr_places_open(&r->places, r->o, r->b.r, NULL,
		    r->n_list, BATCH, err);
	if (rc)
		return rc;
	return r->o->explain == 0 ? MR_OK : mr_reasons_open(&r->reasons,
	    &(struct mr_reasons_of){ .r = r->b.r, .names = &r->users,
	    .most = most_named(r), .lists = BATCH, .n_list = r->n_list }, err);
}

/* A user with what is known of him, folded in where there are new ratings; U
 * is his own.  False: nothing is known. */
static bool
find_user(struct run *r, struct mr_slice id, int worker, float *U,
    struct mr_user *u)
{
	int32_t new = mr_ids_find(&r->b.new.file.users, id);
	bool known = mr_recommender_user(r->b.r, id, u);
	struct mr_rated x;

	if (new < 0)
		return known;
	x = mr_newcomers_rated(&r->b.new, new);
	if (x.n)
		mr_recommender_fold(r->b.r, &x, r->b.work, worker, U, u);
	return known || x.n;
}

/* What --seen says that the user has seen is nothing for his group. */
static void
forbid(const struct run *r, struct mr_slice id, uint64_t *allow)
{
	int32_t u = mr_ids_find(&r->b.seen.users, id);

	for (int64_t k = u < 0 ? 0 : r->b.seen.skip.ptr[u];
	    u >= 0 && k < r->b.seen.skip.ptr[u + 1]; k++) {
		int32_t i = r->b.seen.skip.idx[k];

		allow[i / 64] &= ~((uint64_t)1 << i % 64);
	}
}

/* Whose taste carries the films of list q: n users u, numbers who [n] in
 * users. */
static int
find_reasons(struct run *r, int64_t q, int worker, const struct mr_user *u,
    int64_t n, const int32_t *who, struct mr_err *err)
{
	size_t rows = (size_t)r->found[q];
	const struct mr_hit *hit = r->hit + q * r->n_list;
	double *base = mr_alloc(rows, sizeof *base, "reasons", err);
	double *part = base ? mr_alloc(rows, (size_t)n * sizeof *part,
	    "reasons", err) : NULL;

	if (part) {
		mr_recommender_members(r->b.r, u, n, r->o->misery, hit,
		    r->found[q], r->b.work, worker, base, part);
		for (int64_t j = 0; j < r->found[q]; j++)
			mr_reasons_take(&r->reasons, q, j, base[j], who,
			    part + j * n, n);
	}
	free(base);
	free(part);
	return part ? MR_OK : MR_ENOMEM;
}

/* Room for the members of a group. */
struct room {
	struct mr_user *user;
	int32_t *who;		/* their numbers in users */
	float *U;		/* of those folded in */
	uint64_t *allow;
	uint64_t *part;		/* of these, those of one sort */
};

/* List q, for n members, of the items allowed that are also in within. */
static int
list_of(struct run *r, int64_t q, int worker, const struct room *m,
    int64_t n, const uint64_t *within, struct mr_err *err)
{
	size_t words = ((size_t)mr_recommender_items(r->b.r)->n + 63) / 64;
	const struct mr_ask ask = { .n = r->n_list, .allow = m->part,
	    .keep_seen = r->o->keep_seen };

	for (size_t i = 0; i < words; i++)
		m->part[i] = m->allow[i] & (within ? within[i] : ~(uint64_t)0);
	return mr_recommender_group(r->b.r, m->user, n, r->o->misery, &ask,
	    r->b.work, worker, r->hit + q * r->n_list, &r->found[q], err);
}

/* Of rated films, then of the others, put together. */
static int
both(struct run *r, int64_t q, int worker, const struct room *m, int64_t n,
    struct mr_err *err)
{
	struct mr_places *p = &r->places;
	struct mr_hit *hit = r->hit + q * r->n_list;
	int rc = list_of(r, q, worker, m, n, p->rated, err);

	if (rc)
		return rc;
	mr_places_take(p, q, hit, r->found[q]);
	rc = list_of(r, q, worker, m, n, p->new, err);
	if (rc == MR_OK)
		mr_places_join(p, q, hit, &r->found[q]);
	return rc;
}

static int
make_list(struct run *r, int64_t q, int worker, const struct room *m,
    struct mr_err *err)
{
	int64_t g = r->first + q, d = mr_recommender_model(r->b.r)->V.cols;
	int64_t n = 0;
	int rc;

	for (int64_t k = r->in.ptr[g]; k < r->in.ptr[g + 1]; k++) {
		struct mr_slice id = mr_ids_get(&r->users, r->in.idx[k]);

		forbid(r, id, m->allow);
		m->who[n] = r->in.idx[k];
		n += find_user(r, id, worker, m->U + n * d, &m->user[n]);
	}
	r->known[q] = n;
	r->found[q] = 0;
	if (n == 0)
		return MR_OK;
	rc = r->o->new_films ? both(r, q, worker, m, n, err) :
	    list_of(r, q, worker, m, n, NULL, err);
	return rc || r->o->explain == 0 ? rc : find_reasons(r, q, worker,
	    m->user, n, m->who, err);
}

static void
group_task(void *ctx, int64_t q, int worker)
{
	struct run *r = ctx;
	int64_t g = r->first + q, m = r->in.ptr[g + 1] - r->in.ptr[g];
	size_t words = ((size_t)mr_recommender_items(r->b.r)->n + 63) / 64;
	struct mr_err *err = &r->err[q];
	size_t d = (size_t)mr_recommender_model(r->b.r)->V.cols;
	struct room x = { .user = mr_alloc((size_t)m, sizeof *x.user,
	    "users", err) };

	x.who = x.user ? mr_alloc((size_t)m, sizeof *x.who, "users", err) :
	    NULL;
	x.U = x.who ? mr_alloc((size_t)m, sizeof *x.U * d, "factors", err) :
	    NULL;
	x.allow = x.U ? mr_alloc(2 * words, sizeof *x.allow, "films",
	    err) : NULL;
	r->rc[q] = MR_ENOMEM;
	if (x.allow) {
		x.part = x.allow + words;
		if (r->b.choice.allow)
			memcpy(x.allow, r->b.choice.allow, words *
			    sizeof *x.allow);
		else
			memset(x.allow, 0xff, words * sizeof *x.allow);
		r->rc[q] = make_list(r, q, worker, &x, err);
	}
	free(x.user);
	free(x.who);
	free(x.U);
	free(x.allow);
}

static int
print_list(struct run *r, int64_t q, struct mr_err *err)
{
	const struct mr_ids *items = mr_recommender_items(r->b.r);
	struct mr_slice group = mr_ids_get(&r->groups, (int32_t)(r->first +
	    q));
	int64_t g = r->first + q;

	for (int64_t j = 0; j < r->found[q]; j++) {
		struct mr_hit h = r->hit[q * r->n_list + j];
		struct mr_ranked_row x = { group, j + 1,
		    mr_ids_get(items, h.row), h.score, { "", 0 } };
		int rc = r->o->explain ? mr_reasons_text(&r->reasons, q, j,
		    h.score, &x.more, err) : MR_OK;

		if (rc == MR_OK && r->o->new_films)
			rc = mr_places_cell(&r->places, h.row, &x.more, err);
		if (rc)
			return rc;
		r->n_missing += !mr_ranked_put(&r->run->out, &x,
		    mr_recommender_films(r->b.r), mr_recommender_film(r->b.r,
		    h.row));
	}
	r->n_unknown += r->in.ptr[g + 1] - r->in.ptr[g] - r->known[q];
	r->n_nobody += r->known[q] == 0;
	r->n_lists += r->known[q] > 0;
	r->n_full += r->found[q] > 0;
	r->n_short += r->known[q] > 0 && r->found[q] < r->n_list;
	r->n_rows += r->found[q];
	return MR_OK;
}

static int
recommend_groups(struct run *r, struct mr_err *err)
{
	for (r->first = 0; r->first < r->groups.n; r->first += BATCH) {
		int64_t n = r->groups.n - r->first;

		if (n > BATCH)
			n = BATCH;
		mr_par_run(r->run->threads, n, group_task, r);
		for (int64_t q = 0; q < n; q++) {
			int rc = r->rc[q];

			if (rc)
				*err = r->err[q];
			else
				rc = print_list(r, q, err);
			if (rc)
				return rc;
		}
		mr_report_step(&r->run->report, "groups", r->first + n,
		    r->groups.n);
	}
	return MR_OK;
}

static void
tell(const struct run *r)
{
	struct mr_report *report = &r->run->report;
	int64_t members = mr_csr_nnz(&r->in);

	mr_films_report(r->o->where ? NULL : r->o->movies, r->o->with,
	    mr_recommender_films(r->b.r), r->n_missing, r->n_rows, report);
	mr_choice_report(&r->b.choice, r->o, report);
	mr_recommend_seen_report(&r->b.seen, &r->users, r->o, report);
	if (r->o->new_films)
		mr_places_report(&r->places, r->b.r, report);
	if (r->o->ratings)
		mr_newcomers_report(&r->b.new, "the model", report);
	if (r->n_unknown)
		mr_report_warn(report, "%lld of %lld members of groups are "
		    "not in the model and have no say%s",
		    (long long)r->n_unknown, (long long)members,
		    r->n_unknown == members ? ": are its ids others?" : "");
	if (r->n_nobody)
		mr_report_warn(report, "%lld of %d groups have nobody whom "
		    "the model knows and get no list", (long long)r->n_nobody,
		    r->groups.n);
	if (r->n_short && (!r->b.choice.allow || r->b.choice.n_allowed))
		mr_report_warn(report, "%lld of %lld lists are shorter than "
		    "%lld: what the members have seen, and --where, --only "
		    "and --not, leave no more films", (long long)r->n_short,
		    (long long)r->n_lists, (long long)r->o->n);
	mr_report_fact(report, "groups: %d, lists: %lld", r->groups.n,
	    (long long)r->n_lists);
}

int
mr_recommend_groups(const struct mr_recommend_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct run *r = mr_alloc(1, sizeof *r, "state", err);
	const char *more = "";
	int rc;

	if (!r)
		return MR_ENOMEM;
	r->o = o;
	r->run = run;
	rc = open_run(r, err);
	if (rc == MR_OK && run->header_out && o->explain)
		rc = mr_reasons_head(&r->reasons, &more, err);
	if (rc == MR_OK && run->header_out && o->new_films)
		rc = mr_places_head(&r->places, &more, err);
	if (rc == MR_OK && run->header_out)
		mr_ranked_head(&run->out, "group", more,
		    mr_recommender_films(r->b.r));
	if (rc == MR_OK)
		rc = recommend_groups(r, err);
	if (rc == MR_OK)
		tell(r);
	if (rc == MR_OK)
		rc = mr_recommend_enough(o, r->n_full, err);
	mr_basis_free(&r->b);
	mr_reasons_free(&r->reasons);
	mr_places_free(&r->places);
	mr_ids_free(&r->groups);
	mr_ids_free(&r->users);
	mr_csr_free(&r->in);
	free(r->hit);
	free(r);
	return rc;
}
