/* Lists for the users of each group together; see recommend.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/groups.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "store/films.h"
#include "stream/tsv.h"

static int
read_groups(struct mr_groups_run *r, struct mr_err *err)
{
	struct mr_tsv t;
	struct mr_coo coo = { 0 };
	bool more = true;
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
		    &r->n_again, err);
	mr_coo_free(&coo);
	return rc;
}

/* So many can be named for a film at most: --explain, or those of the largest
 * group. */
static int64_t
most_named(const struct mr_groups_run *r)
{
	int64_t most = 0;

	for (int64_t g = 0; g < r->in.rows; g++)
		if (r->in.ptr[g + 1] - r->in.ptr[g] > most)
			most = r->in.ptr[g + 1] - r->in.ptr[g];
	return most < r->o->explain ? most : r->o->explain;
}

/* Places for the lists of a batch, and for who is named of their rows. */
static int
open_hits(struct mr_groups_run *r, int64_t named, struct mr_err *err)
{
	int64_t rows, n;

	r->n_per = r->picks.pick.n_lists;
	r->n_hits = r->picks.pick.at[r->n_per];
	rows = r->n_per * r->n_list * (r->o->explain ? 2 + named : 0);
	rows += r->n_hits + r->n_per;
	n = MR_LISTS_BYTES / (int64_t)sizeof *r->hit / (rows + !rows);
	r->most = n < 1 ? 1 : n > MR_GROUPS_BATCH ? MR_GROUPS_BATCH : n;
	r->hit = mr_alloc((size_t)r->most, (size_t)r->n_hits * sizeof *r->hit,
	    "lists", err);
	r->found = r->hit ? mr_alloc((size_t)r->most, (size_t)r->n_per *
	    sizeof *r->found, "lists", err) : NULL;
	return r->found ? MR_OK : MR_ENOMEM;
}

static int
open_print(struct mr_groups_run *r, struct mr_err *err)
{
	r->print = (struct mr_print){ .out = &r->run->out, .r = r->b.r,
	    .per = r->o->per, .n_list = r->n_list,
	    .reasons = r->o->explain ? &r->reasons : NULL,
	    .places = r->o->new_films ? &r->places : NULL };
	return r->run->header_out ? mr_print_head(&r->print, "group", err) :
	    MR_OK;
}

static int
open_run(struct mr_groups_run *r, struct mr_err *err)
{
	const struct mr_recommend_opt *o = r->o;
	int64_t named;
	int rc = read_groups(r, err);

	if (rc == MR_OK)
		rc = mr_basis_open(&r->b, o, MR_SCORE_ALL | (o->explain ?
		    MR_SCORE_PAIRS : 0), &r->users, r->run, err);
	if (rc == MR_OK && r->b.choice.per_user)
		rc = mr_err_set(err, MR_EARG, "--only for each user does not "
		    "go with --groups");
	if (rc)
		return rc;
	named = most_named(r);
	r->n_list = mr_recommender_items(r->b.r)->n;
	if (o->n < r->n_list)
		r->n_list = o->n;
	rc = mr_picks_open(&r->picks, o, &r->b, r->n_list, 0, r->run->threads,
	    err);
	if (rc == MR_OK)
		rc = open_hits(r, named, err);
	if (rc == MR_OK && o->new_films)
		rc = mr_places_open(&r->places, o, r->b.r, NULL, r->n_list,
		    r->most, err);
	if (rc == MR_OK && o->explain)
		rc = mr_reasons_open(&r->reasons, &(struct mr_reasons_of){
		    .r = r->b.r, .names = &r->users, .most = named,
		    .lists = r->most * r->n_per, .per = r->n_per,
		    .n_list = r->n_list, .members = true }, err);
	return rc ? rc : open_print(r, err);
}

static int
print_group(struct mr_groups_run *r, int64_t q, struct mr_err *err)
{
	int64_t g = r->first + q;
	int rc = MR_OK;

	r->n_unknown += r->in.ptr[g + 1] - r->in.ptr[g] - r->known[q];
	r->n_nobody += r->known[q] == 0;
	for (int32_t v = 0; v < r->n_per && r->known[q] && rc == MR_OK; v++) {
		int64_t list = q * r->n_per + v, found = r->found[list];

		rc = mr_print_list(&r->print, mr_ids_get(&r->groups,
		    (int32_t)g), list, r->hit + q * r->n_hits +
		    r->picks.pick.at[v], found, mr_picks_cell(&r->picks, v),
		    err);
		r->n_lists++;
		r->n_full += found > 0;
		r->n_short += found < r->n_list;
	}
	return rc;
}

static int
recommend_groups(struct mr_groups_run *r, struct mr_err *err)
{
	for (r->first = 0; r->first < r->groups.n; r->first += r->most) {
		int64_t n = r->groups.n - r->first;

		if (n > r->most)
			n = r->most;
		mr_par_run(r->run->threads, n, mr_groups_make, r);
		for (int64_t q = 0; q < n; q++) {
			int rc = r->rc[q];

			if (rc)
				*err = r->err[q];
			else
				rc = print_group(r, q, err);
			if (rc)
				return rc;
		}
		mr_report_step(&r->run->report, "groups", r->first + n,
		    r->groups.n);
	}
	return MR_OK;
}

static void
tell(const struct mr_groups_run *r)
{
	struct mr_report *report = &r->run->report;
	int64_t members = mr_csr_nnz(&r->in);

	mr_films_report(r->o->where || r->o->per ? NULL : r->o->movies,
	    r->o->with, mr_recommender_films(r->b.r), r->print.n_missing,
	    r->print.n_rows, report);
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
	if (r->n_again)
		mr_report_warn(report, "%lld of %lld rows of %s name a user "
		    "whom the group has already: he counts once",
		    (long long)r->n_again, (long long)(members + r->n_again),
		    r->o->groups);
	if (r->o->per)
		mr_picks_report(&r->picks, r->o, &r->b.choice, r->n_short,
		    r->n_lists, report);
	else if (r->n_short && (!r->b.choice.allow || r->b.choice.n_allowed))
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
	struct mr_groups_run *r = mr_alloc(1, sizeof *r, "state", err);
	int rc;

	if (!r)
		return MR_ENOMEM;
	r->o = o;
	r->run = run;
	rc = open_run(r, err);
	if (rc == MR_OK)
		rc = recommend_groups(r, err);
	if (rc == MR_OK)
		rc = mr_recommender_untouched(r->b.r, err);
	if (rc == MR_OK)
		tell(r);
	if (rc == MR_OK)
		rc = mr_recommend_enough(o, r->n_full, err);
	mr_basis_free(&r->b);
	mr_picks_free(&r->picks);
	mr_reasons_free(&r->reasons);
	mr_places_free(&r->places);
	mr_ids_free(&r->groups);
	mr_ids_free(&r->users);
	mr_csr_free(&r->in);
	free(r->hit);
	free(r->found);
	free(r);
	return rc;
}
