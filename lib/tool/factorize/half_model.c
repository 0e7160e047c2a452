/* The model that half-steps came to, as one run would have written it.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "store/model_file.h"
#include "tool/factorize/half.h"

#define BATCH 65536	/* users, whole blocks */

/* The ratings and the users' rows pass by side by side. */
struct join {
	struct mr_half_run *h;
	struct mr_set ratings, users;
	int user, R;		/* axis, and place of the matrix, in ratings */
	int U, bu;		/* in users; -1: none */
	struct mr_model m;	/* mu, clip, V, bi; U and bu of a batch */
	struct mr_half_rows items;
	struct mr_mrm_out w;
	bool begun, checked;
};

static int64_t
sweeps_of(const struct mr_factorize_opt *o)
{
	return (int64_t)mr_kind_value(o->kind, o->params, "sweeps", -1);
}

static int
load_items(struct join *j, struct mr_err *err)
{
	const struct mr_half_run *h = j->h;
	const struct mr_half_kind *k = h->o->kind->half;
	const struct mr_half_want want = { .items = true,
	    .n = h->all.items, .all = h->all.items, .d = h->d,
	    .width = h->d, .bias = k->biased, .turn = k->turns };
	int rc = mr_half_rows_load(&j->items, h->o->fixed, &want, err);

	if (rc == MR_OK)
		rc = mr_half_check(h, &j->items.meta, h->o->fixed, true,
		    sweeps_of(h->o), NULL, err);
	if (rc == MR_OK && k->turns && !j->items.turn)
		rc = mr_err_set(err, MR_EFORMAT, "%s: has not the Gramian T "
		    "that turned the users", h->o->fixed);
	j->m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0,
	    .V = j->items.a, .bi = j->items.bias };
	if (k->biased) {
		j->m.mu = h->all.mu;
		j->m.clip_lo = h->all.lo;
		j->m.clip_hi = h->all.hi;
	}
	return rc;
}

/* META, and all of the items. */
static int
begin(struct join *j, struct mr_err *err)
{
	const struct mr_half_run *h = j->h;
	const char *least = h->all.at_least;
	int item = mr_mrm_find_axis(&j->ratings.r, "item");
	struct mr_meta meta = { 0 };
	int rc = mr_factorize_describe(&meta, h->o, least[0] ? least : NULL,
	    h->run->seed, err);

	j->begun = true;
	if (rc == MR_OK && j->ratings.r.axis[item].ids.n != h->all.items)
		rc = mr_err_set(err, MR_EFORMAT, "%s: has not the items that "
		    "its META tells", h->o->ratings);
	if (rc == MR_OK)
		rc = mr_model_begin_out(&j->w, &h->run->out, &meta, &j->m,
		    &j->ratings.r.axis[item].ids, true, err);
	mr_meta_free(&meta);
	return rc;
}

/* Is this stream what it should be? */
static int
check_users(struct join *j, struct mr_err *err)
{
	const struct mr_half_run *h = j->h;
	const struct mr_mrm_in *r = &j->users.r;
	int rc = mr_half_check(h, &r->meta, h->o->init, false,
	    sweeps_of(h->o), NULL, err);

	j->checked = true;
	j->U = mr_mrm_find_matrix(r, "U");
	j->bu = mr_mrm_find_matrix(r, "bu");
	if (rc == MR_OK && (j->U < 0 || (j->bu < 0) ==
	    h->o->kind->half->biased))
		rc = mr_err_set(err, MR_EFORMAT, "%s: not rows of users by a "
		    "half-step", h->o->init);
	return rc;
}

/* Until n rows of the users are there, or, n < 0, to the end. */
static int
pull_users(struct join *j, int64_t n, struct mr_err *err)
{
	struct mr_set *s = &j->users;
	struct mr_block b;
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more && (n < 0 || !j->checked ||
	    s->mat[j->U].rows < n || (j->bu >= 0 && s->mat[j->bu].rows < n))) {
		rc = mr_mrm_next(&s->r, &b, &more, err);
		if (rc == MR_OK && !j->checked)
			rc = check_users(j, err);
		if (rc == MR_OK && more && b.type != MR_BLOCK_WHOLE)
			rc = mr_set_add(s, &b, err);
		if (rc == MR_OK && more && b.type == MR_BLOCK_IDS)
			rc = s->r.axis[b.index].ids.n < BATCH ? MR_OK :
			    mr_mrm_forget(&s->r, b.index, err);
	}
	if (rc == MR_OK && (s->mat[j->U].rows < n || (j->bu >= 0 &&
	    s->mat[j->bu].rows < n) || (n < 0 && s->mat[j->U].rows)))
		rc = mr_err_set(err, MR_EFORMAT, "%s: has not the rows of the "
		    "%lld users of the ratings: expected all parts, in their "
		    "order", j->h->o->init, (long long)j->h->all.users);
	if (rc == MR_OK && s->mat[j->U].rows && s->mat[j->U].cols != j->h->d)
		rc = mr_err_set(err, MR_EFORMAT, "%s: has rows of %lld "
		    "numbers, expected %lld", j->h->o->init,
		    (long long)s->mat[j->U].cols, (long long)j->h->d);
	return rc;
}

static void
drop_rows(struct mr_mat *m, int64_t n)
{
	m->rows -= n;
	if (m->rows)
		memmove(m->a, m->a + n * m->cols, (size_t)(m->rows * m->cols) *
		    sizeof *m->a);
}

/* The users whose ratings are there. */
static int
put_batch(struct join *j, struct mr_err *err)
{
	const struct mr_half_run *h = j->h;
	const struct mr_half_kind *k = h->o->kind->half;
	struct mr_csr *R = &j->ratings.csr[j->R];
	struct mr_set *s = &j->users;
	int64_t n = R->rows;
	int rc = pull_users(j, n, err);

	if (rc)
		return rc;
	j->m.U = s->mat[j->U];
	j->m.U.rows = n;
	j->m.bu = j->bu >= 0 ? s->mat[j->bu].a : NULL;
	if (k->turns) {
		const struct mr_half x = { .n_rows = h->all.users,
		    .turned = j->items.turn, .rows = &j->m.U,
		    .blas = &h->blas, .threads = h->run->threads };

		rc = k->turn(&x, h->o->params, err);
	}
	if (rc == MR_OK && !j->begun)
		rc = begin(j, err);
	if (rc == MR_OK)
		mr_model_users_out(&j->w, &j->m,
		    &j->ratings.r.axis[j->user].ids, R);
	drop_rows(&s->mat[j->U], n);
	if (j->bu >= 0)
		drop_rows(&s->mat[j->bu], n);
	R->rows = 0;
	R->ptr[0] = 0;
	return rc ? rc : mr_mrm_forget(&j->ratings.r, j->user, err);
}

static int
pass_ratings(struct join *j, struct mr_err *err)
{
	struct mr_set *s = &j->ratings;
	struct mr_block b;
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		rc = mr_mrm_next(&s->r, &b, &more, err);
		if (rc)
			break;
		j->user = mr_mrm_find_axis(&s->r, "user");
		j->R = mr_mrm_find_matrix(&s->r, "R");
		/* What was looked at before was another file? */
		if (j->user < 0 || j->R < 0 ||
		    mr_mrm_find_axis(&s->r, "item") < 0)
			return mr_err_set(err, MR_EFORMAT, "%s: not the "
			    "ratings of a half-step", j->h->o->ratings);
		/* The items by users are nobody's here. */
		if (!more || b.type != MR_BLOCK_CSR || b.index != j->R)
			continue;
		rc = mr_set_add(s, &b, err);
		if (rc == MR_OK && s->csr[j->R].rows >= BATCH &&
		    s->csr[j->R].rows == s->r.axis[j->user].ids.n)
			rc = put_batch(j, err);
	}
	if (rc == MR_OK && s->csr[j->R].rows)
		rc = put_batch(j, err);
	/* There are ratings, so there are users. */
	if (rc == MR_OK && !j->begun)
		rc = mr_err_set(err, MR_EFORMAT, "%s: has not the users that "
		    "its META tells", j->h->o->ratings);
	return rc ? rc : pull_users(j, -1, err);
}

int
mr_half_model(struct mr_half_run *h, struct mr_err *err)
{
	const struct mr_half_totals *t = &h->all;
	struct join j = { .h = h };
	struct mr_meta last = { 0 };
	int rc = mr_half_run_open(h, err);

	if (rc == MR_OK)
		rc = load_items(&j, err);
	if (rc == MR_OK)
		rc = mr_set_open(&j.users, h->o->init, err);
	if (rc == MR_OK)
		rc = mr_set_open(&j.ratings, h->o->ratings, err);
	if (rc == MR_OK)
		rc = pass_ratings(&j, err);
	if (rc == MR_OK)
		rc = mr_ratings_totals(&last, t->digest, t->users, t->items,
		    t->ratings, err);
	if (rc == MR_OK)
		mr_mrm_end(&j.w, &last);
	else
		mr_mrm_abandon(&j.w);
	mr_meta_free(&last);
	mr_set_free(&j.ratings);
	mr_set_free(&j.users);
	mr_half_rows_free(&j.items);
	return rc;
}
