/* Which films may stand in lists; see choice.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/choice.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"

enum { ONLY, NOT };	/* places in n_rows and no_item */

static size_t
words(int64_t n_items)
{
	return ((size_t)n_items + 63) / 64;
}

static void
set(uint64_t *bits, int32_t i)
{
	bits[i / 64] |= (uint64_t)1 << i % 64;
}

/* Of items: the file's, a bit each.  Where there is a column user, pairs to
 * users and coo, or to seen where users is NULL. */
struct reading {
	struct mr_choice *c;
	const struct mr_ids *items;
	uint64_t *bits;
	struct mr_ids *users;
	struct mr_coo coo;
	struct mr_seen *seen;
	int which;
	bool groups;		/* the lists are those of groups */
};

static int
take(struct reading *x, const struct mr_tsv *t, int user, int item,
    struct mr_err *err)
{
	int32_t i = mr_ids_find(x->items, t->field[item]), u;
	int rc = mr_tsv_id(t, item, err);

	if (rc == MR_OK && user >= 0)
		rc = mr_tsv_id(t, user, err);
	if (rc)
		return rc;
	x->c->n_rows[x->which]++;
	x->c->no_item[x->which] += i < 0;
	if (user < 0 && i >= 0)
		set(x->bits, i);
	if (user < 0)
		return MR_OK;
	if (!x->users)
		return mr_recommend_seen_add(x->seen, t->field[user],
		    t->field[item], err);
	rc = mr_ids_add(x->users, t->field[user], &u, NULL, err);
	return rc || i < 0 ? rc : mr_coo_add(&x->coo, u, i, 1, err);
}

static int
read_file(struct reading *x, const char *path, struct mr_run *run,
    bool *per_user, struct mr_err *err)
{
	struct mr_tsv t;
	int user, item, rc = mr_tsv_open(&t, path, run->header_in ? NULL :
	    "item", err);
	bool more = true;

	if (rc)
		return rc;
	t.report = &run->report;
	user = mr_tsv_find(&t, "user");
	*per_user = user >= 0;
	/* Else what is of one group would hold for all. */
	if (user < 0 && x->groups && mr_tsv_find(&t, "group") >= 0)
		rc = mr_tsv_lacks(&t, "user", x->which == ONLY ?
		    ": --only is of all groups, without a column group" :
		    ": --not is by user, or without a column group of all",
		    err);
	if (rc == MR_OK)
		rc = mr_tsv_need(&t, "item", &item, err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc == MR_OK && more)
			rc = take(x, &t, user, item, err);
	}
	mr_tsv_close(&t);
	return rc;
}

/* All bits, where there are none yet. */
static int
allow_all(struct mr_choice *c, int64_t n_items, struct mr_err *err)
{
	if (c->allow)
		return MR_OK;
	c->allow = mr_alloc(words(n_items), sizeof *c->allow, "films", err);
	for (int32_t i = 0; c->allow && i < n_items; i++)
		set(c->allow, i);
	return c->allow ? MR_OK : MR_ENOMEM;
}

/* The films of a file stay, or go. */
static int
apply(struct mr_choice *c, const struct reading *x, struct mr_err *err)
{
	int rc = allow_all(c, x->items->n, err);

	for (size_t i = 0; i < words(x->items->n) && rc == MR_OK; i++)
		c->allow[i] &= x->which == ONLY ? x->bits[i] : ~x->bits[i];
	return rc;
}

static int
choose_by(struct mr_choice *c, const struct mr_recommend_opt *o, int which,
    struct mr_run *run, const struct mr_ids *items, struct mr_seen *seen,
    struct mr_err *err)
{
	struct reading x = { .c = c, .items = items, .seen = seen,
	    .users = which == ONLY ? &c->users : NULL, .which = which,
	    .groups = o->groups };
	bool per_user = false;
	int64_t again;
	int rc;

	x.bits = mr_alloc(words(items->n), sizeof *x.bits, "films", err);
	rc = x.bits ? read_file(&x, which == ONLY ? o->only : o->hide, run,
	    &per_user, err) : MR_ENOMEM;
	if (rc == MR_OK && !per_user)
		rc = apply(c, &x, err);
	if (rc == MR_OK && per_user && which == ONLY) {
		c->per_user = true;
		rc = mr_csr_from_coo(&c->own, &x.coo, c->users.n, items->n,
		    &again, err);
	}
	mr_coo_free(&x.coo);
	free(x.bits);
	return rc;
}

int
mr_choice_open(struct mr_choice *c, const struct mr_recommend_opt *o,
    struct mr_run *run, const struct mr_recommender *r, struct mr_seen *seen,
    struct mr_err *err)
{
	const struct mr_ids *items = mr_recommender_items(r);
	int rc = MR_OK;

	if (o->where) {
		rc = allow_all(c, items->n, err);
		if (rc == MR_OK)
			rc = mr_recommender_where(r, mr_slice_of(o->where),
			    c->allow, &c->doubts, err);
	}
	if (rc == MR_OK && o->only)
		rc = choose_by(c, o, ONLY, run, items, seen, err);
	if (rc == MR_OK && o->hide)
		rc = choose_by(c, o, NOT, run, items, seen, err);
	if (rc == MR_OK && c->per_user) {
		c->one = mr_alloc(words(items->n), sizeof *c->one, "films",
		    err);
		rc = c->one ? MR_OK : MR_ENOMEM;
	}
	for (size_t i = 0; c->allow && i < words(items->n); i++)
		c->n_allowed += __builtin_popcountll(c->allow[i]);
	return rc;
}

const uint64_t *
mr_choice_own(const struct mr_choice *c, struct mr_slice id, uint64_t *one)
{
	int32_t u;

	if (!c->per_user)
		return c->allow;
	memset(one, 0, words(c->own.cols) * sizeof *one);
	u = mr_ids_find(&c->users, id);
	for (int64_t k = u < 0 ? 0 : c->own.ptr[u];
	    u >= 0 && k < c->own.ptr[u + 1]; k++)
		set(one, c->own.idx[k]);
	for (size_t i = 0; c->allow && i < words(c->own.cols); i++)
		one[i] &= c->allow[i];
	return one;
}

const uint64_t *
mr_choice_of(struct mr_choice *c, struct mr_slice id)
{
	return mr_choice_own(c, id, c->one);
}

void
mr_choice_report(const struct mr_choice *c, const struct mr_recommend_opt *o,
    struct mr_report *report)
{
	const char *const path[] = { o->only, o->hide };
	struct mr_slice rest = mr_buf_slice(&c->doubts.warnings);

	while (rest.p) {
		struct mr_slice line = mr_slice_cut(&rest, '\n');

		if (line.n)
			mr_report_warn(report, "%.*s", (int)line.n, line.p);
	}
	for (int i = ONLY; i <= NOT; i++)
		if (c->no_item[i])
			mr_report_warn(report, "%lld of %lld rows of %s name "
			    "a film that the model does not know%s",
			    (long long)c->no_item[i], (long long)c->n_rows[i],
			    path[i], c->no_item[i] == c->n_rows[i] ?
			    ": are its ids others?" : "");
	if (c->allow && c->n_allowed == 0)
		mr_report_warn(report, "--where, --only and --not leave none "
		    "of the model's films: no lists");
}

void
mr_choice_free(struct mr_choice *c)
{
	free(c->allow);
	free(c->one);
	mr_ids_free(&c->users);
	mr_csr_free(&c->own);
	mr_report_free(&c->doubts);
	*c = (struct mr_choice){ 0 };
}
