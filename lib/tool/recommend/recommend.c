/* Lists of recommendations; see recommend.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/recommend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"
#include "store/films.h"
#include "engine/scorer.h"
#include "store/users.h"

#define BATCH 1024	/* users whose lists are in memory at a time */

/* Pairs of --seen: per user of the file the item names, in file order. */
struct seen {
	struct mr_ids users, items;
	struct mr_csr pairs;	/* users.n x items.n */
	int32_t *item;		/* [items.n] the model's number, or -1 */
};

struct run {
	const struct mr_recommend_opt *o;
	struct mr_run *run;
	struct mr_out *out;	/* the run's */
	struct mr_table films;
	int64_t n_missing;	/* results whose film is not in them */
	struct mr_model_in in;
	struct mr_scorer scorer;	/* opened at the first use */
	int32_t *order;		/* [n_items] item by rank */
	struct seen seen;
	int64_t k;		/* rows of a list: n, or all items if fewer */
	struct mr_scored *best;	/* [BATCH * k] */
	int64_t *found;		/* [BATCH] */
	int64_t n_lists, n_short;
};

static int
load_seen(struct run *r, struct mr_err *err)
{
	struct mr_coo coo = { 0 };
	struct mr_tsv t;
	bool more = true;
	int64_t repeated;
	int user, item, rc;

	if (!r->o->seen)
		return MR_OK;
	rc = mr_tsv_open(&t, r->o->seen, r->run->header_in ? NULL :
	    "user,item", err);
	if (rc)
		return rc;
	rc = mr_tsv_need(&t, "user", &user, err);
	if (rc == MR_OK)
		rc = mr_tsv_need(&t, "item", &item, err);
	while (rc == MR_OK && more) {
		int32_t u, i;

		rc = mr_tsv_next(&t, &more, err);
		if (rc || !more)
			break;
		rc = mr_tsv_id(&t, user, err);
		if (rc == MR_OK)
			rc = mr_tsv_id(&t, item, err);
		if (rc == MR_OK)
			rc = mr_ids_add(&r->seen.users, t.field[user], &u,
			    NULL, err);
		if (rc == MR_OK)
			rc = mr_ids_add(&r->seen.items, t.field[item], &i,
			    NULL, err);
		if (rc == MR_OK)
			rc = mr_coo_add(&coo, u, i, 1, err);
	}
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&r->seen.pairs, &coo, r->seen.users.n,
		    r->seen.items.n, &repeated, err);
	mr_coo_free(&coo);
	mr_tsv_close(&t);
	return rc;
}

/* Once the item side is complete: order of ties, packed factors, --seen in
 * the model's numbers. */
static int
build_items(struct run *r, struct mr_err *err)
{
	const struct mr_ids *items = r->in.items;
	int32_t *rank;
	int rc;

	r->order = mr_alloc((size_t)items->n, sizeof *r->order,
	    "order of ids", err);
	rank = r->order ? mr_alloc((size_t)items->n, sizeof *rank,
	    "order of ids", err) : NULL;
	if (!rank)
		return MR_ENOMEM;
	rc = mr_ids_order(items, r->order, rank, err);
	if (rc == MR_OK)
		rc = mr_scorer_open(&r->scorer, &r->in, rank, MR_SCORE_LISTS,
		    err);
	free(rank);
	if (rc)
		return rc;
	/* At least one, as a search wants it. */
	r->k = r->o->n < items->n ? r->o->n : items->n > 0 ? items->n : 1;
	r->best = mr_alloc(BATCH * (size_t)r->k, sizeof *r->best, "lists",
	    err);
	r->found = r->best ? mr_alloc(BATCH, sizeof *r->found, "lists",
	    err) : NULL;
	r->seen.item = r->found ? mr_alloc((size_t)r->seen.items.n,
	    sizeof *r->seen.item, "seen items", err) : NULL;
	if (!r->seen.item)
		return MR_ENOMEM;
	for (int32_t i = 0; i < r->seen.items.n; i++)
		r->seen.item[i] = mr_ids_find(items,
		    mr_ids_get(&r->seen.items, i));
	return MR_OK;
}

/* The item numbers that users first .. of p have seen, as rows of s. */
static int
skip_lists(const struct run *r, const struct mr_score_users *p,
    struct mr_csr *s, struct mr_err *err)
{
	struct mr_coo coo = { 0 };
	int64_t repeated;
	int rc = MR_OK;

	for (int64_t i = 0; i < p->n && !r->o->keep_seen; i++) {
		int32_t u = mr_ids_find(&r->seen.users, mr_ids_get(p->names,
		    (int32_t)(p->first + i)));
		const struct mr_csr *more = &r->seen.pairs;

		for (int64_t k = p->R->ptr ? p->R->ptr[p->row + i] : 0;
		    p->R->ptr && k < p->R->ptr[p->row + i + 1] &&
		    rc == MR_OK; k++)
			rc = mr_coo_add(&coo, (int32_t)i, p->R->idx[k], 1,
			    err);
		for (int64_t k = u >= 0 ? more->ptr[u] : 0;
		    u >= 0 && k < more->ptr[u + 1] && rc == MR_OK; k++)
			if (r->seen.item[more->idx[k]] >= 0)
				rc = mr_coo_add(&coo, (int32_t)i,
				    r->seen.item[more->idx[k]], 1, err);
	}
	if (rc == MR_OK)
		rc = mr_csr_from_coo(s, &coo, p->n, r->in.n_items, &repeated,
		    err);
	mr_coo_free(&coo);
	return rc;
}

static void
print_lists(struct run *r, const struct mr_score_users *p)
{
	for (int64_t i = 0; i < p->n; i++) {
		struct mr_slice user = mr_ids_get(p->names,
		    (int32_t)(p->first + i));

		for (int64_t j = 0; j < r->found[i]; j++) {
			struct mr_scored s = r->best[i * r->k + j];
			struct mr_slice item = mr_ids_get(r->in.items,
			    r->order[s.rank]);

			mr_tsv_put(r->out, user);
			mr_out_printf(r->out, "\t%lld\t", (long long)j + 1);
			mr_tsv_put(r->out, item);
			mr_out_printf(r->out, "\t%.9g", (double)s.score);
			r->n_missing += !mr_films_put(&r->films, item,
			    r->out);
			mr_out_byte(r->out, '\n');
		}
		r->n_short += r->found[i] < r->k;
	}
	r->n_lists += p->n;
}

/* Only a damaged or absurd model scores beyond what a float can hold. */
static int
check_lists(const struct run *r, const struct mr_score_users *p,
    struct mr_err *err)
{
	for (int64_t i = 0; i < p->n; i++)
		for (int64_t j = 0; j < r->found[i]; j++)
			if (!isfinite(r->best[i * r->k + j].score)) {
				struct mr_slice user = mr_ids_get(p->names,
				    (int32_t)(p->first + i));

				return mr_err_set(err, MR_ENUMERIC, "%s: user "
				    "'%.*s' has a score that is no finite "
				    "number", r->in.set.in.name,
				    (int)user.n, user.p);
			}
	return MR_OK;
}

/* Lists for at most BATCH users. */
static int
recommend_part(struct run *r, const struct mr_score_users *p,
    struct mr_err *err)
{
	struct mr_csr skip = { 0 };
	int rc = skip_lists(r, p, &skip, err);

	if (rc)
		return rc;
	rc = mr_scorer_lists(&r->scorer, p, &skip, r->k, r->run->threads,
	    r->best, r->found, err);
	mr_csr_free(&skip);
	if (rc == MR_OK)
		rc = check_lists(r, p, err);
	if (rc == MR_OK)
		print_lists(r, p);
	return rc;
}

/* n users in parts of BATCH. */
static int
recommend_users(struct run *r, const struct mr_score_users *all,
    struct mr_report *report, struct mr_err *err)
{
	int rc = MR_OK;

	for (int64_t i = 0; i < all->n && rc == MR_OK; i += BATCH) {
		struct mr_score_users p = *all;

		p.n = all->n - i < BATCH ? all->n - i : BATCH;
		p.first += i;
		p.row += i;
		p.U.rows = p.n;
		if (p.U.cols)
			p.U.a += i * p.U.cols;
		p.bu = p.bu ? p.bu + i : NULL;
		rc = recommend_part(r, &p, err);
		mr_report_step(report, "users", r->n_lists, 0);
	}
	return rc;
}

static int
recommend_all(struct run *r, struct mr_report *report, struct mr_err *err)
{
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		struct mr_score_users p = { 0 };

		rc = mr_model_next(&r->in, &more, err);
		if (rc == MR_OK && !r->order)
			rc = build_items(r, err);
		if (rc || !more)
			break;
		p = (struct mr_score_users){ r->in.users, r->in.first, r->in.n,
		    r->in.m.U, r->in.m.bu, &r->in.R, 0 };
		rc = recommend_users(r, &p, report, err);
	}
	return rc;
}

/* The column user of the TSV at path, each once. */
static int
read_users(struct mr_ids *want, const char *path, bool header,
    struct mr_err *err)
{
	struct mr_tsv t;
	bool more = true;
	int32_t index;
	int user, rc = mr_tsv_open(&t, path, header ? NULL : "user", err);

	if (rc)
		return rc;
	rc = mr_tsv_need(&t, "user", &user, err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc == MR_OK && more)
			rc = mr_tsv_id(&t, user, err);
		if (rc == MR_OK && more)
			rc = mr_ids_add(want, t.field[user], &index, NULL,
			    err);
	}
	mr_tsv_close(&t);
	return rc;
}

static int
recommend_wanted(struct run *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_user_parts w = { 0 };
	int rc = read_users(&w.want, r->o->users, r->run->header_in, err);

	if (rc == MR_OK)
		rc = mr_user_parts_pick(&w, &r->in, err);
	if (rc == MR_OK)
		rc = build_items(r, err);
	/* Runs of known users; an unknown one has no list. */
	for (int32_t i = 0, to; rc == MR_OK && i < w.want.n; i = to) {
		struct mr_score_users p = { &w.want, i, 0, w.U, w.bu + i,
		    &w.R, i };

		for (to = i; to < w.want.n && w.known[to] == w.known[i]; to++)
			;
		p.n = to - i;
		if (w.U.cols)
			p.U.a += i * w.U.cols;
		if (w.known[i])
			rc = recommend_users(r, &p, report, err);
	}
	if (rc == MR_OK && w.n_known < w.want.n)
		mr_report_warn(report, "%lld of %d users of %s are not in "
		    "the model and get no list", (long long)(w.want.n -
		    w.n_known), w.want.n, r->o->users);
	mr_user_parts_free(&w);
	return rc;
}

/* Pairs of --seen that keep nothing out of a list. */
static void
report_seen(const struct run *r, struct mr_report *report)
{
	const struct seen *s = &r->seen;
	int64_t no_user = 0, no_item = 0, none = 0;

	for (int32_t u = 0; u < s->users.n; u++) {
		bool known = mr_ids_find(r->in.users,
		    mr_ids_get(&s->users, u)) >= 0;

		for (int64_t k = s->pairs.ptr[u]; k < s->pairs.ptr[u + 1];
		    k++) {
			bool item = s->item && s->item[s->pairs.idx[k]] >= 0;

			no_user += !known;
			no_item += !item;
			none += !known || !item;
		}
	}
	mr_report_fact(report, "seen: %lld pairs, in %lld of them a user and "
	    "in %lld a film that the model does not know",
	    (long long)mr_csr_nnz(&s->pairs), (long long)no_user,
	    (long long)no_item);
	if (none && none == mr_csr_nnz(&s->pairs))
		mr_report_warn(report, "--seen: the model knows the user and "
		    "the film of none of the %lld pairs: are its ids others?",
		    (long long)none);
}

static void
report_lists(const struct run *r, struct mr_report *report)
{
	if (r->n_short)
		mr_report_warn(report, "%lld of %lld lists are shorter than "
		    "%lld: these users have seen nearly everything",
		    (long long)r->n_short, (long long)r->n_lists,
		    (long long)r->k);
	if (r->n_lists && r->k < r->o->n)
		mr_report_warn(report, "lists of at most %lld rows, not %lld: "
		    "the model has no more films", (long long)r->k,
		    (long long)r->o->n);
	if (r->o->seen && !r->o->keep_seen)
		report_seen(r, report);
	mr_report_fact(report, "lists: %lld", (long long)r->n_lists);
}

static void
free_run(struct run *r)
{
	mr_table_free(&r->films);
	mr_model_close(&r->in);
	mr_scorer_free(&r->scorer);
	mr_ids_free(&r->seen.users);
	mr_ids_free(&r->seen.items);
	mr_csr_free(&r->seen.pairs);
	free(r->seen.item);
	free(r->order);
	free(r->best);
	free(r->found);
	free(r);
}

int
mr_recommend_lists(const struct mr_recommend_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct run *r = mr_alloc(1, sizeof *r, "state", err);
	int rc;

	if (!r)
		return MR_ENOMEM;
	r->o = o;
	r->run = run;
	r->out = &run->out;
	rc = mr_films_load(&r->films, o->movies, o->with, err);
	if (rc == MR_OK)
		rc = load_seen(r, err);
	if (rc == MR_OK)
		rc = mr_model_open(&r->in, o->model, err);
	if (rc)
		goto out;
	if (run->header_out) {
		mr_out_text(r->out, "user\trank\titem\tscore");
		mr_films_head(&r->films, r->out);
		mr_out_byte(r->out, '\n');
	}
	rc = o->users ? recommend_wanted(r, &run->report, err) :
	    recommend_all(r, &run->report, err);
	mr_films_report(o->movies, o->with, r->n_missing, &run->report);
	report_lists(r, &run->report);
out:
	free_run(r);
	return rc;
}
