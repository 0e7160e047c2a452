/* Ratings for half-steps; see half_ratings.h.
 * SPDX-License-Identifier: MIT */
#include "store/half_ratings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The order of the axes in a reader, by that of the matrices in META. */
enum { USER, ITEM };

static const char *const axis_name[] = { "user", "item" };

/* As mr_model_begin takes them, so that halves have its bits. */
static void
survey(struct mr_half_totals *t, const struct mr_csr *R)
{
	int64_t nnz = mr_csr_nnz(R);
	double sum = 0;

	t->lo = 1;
	t->hi = 0;
	for (int64_t k = 0; k < nnz; k++) {
		double x = (double)R->val[k];

		sum += x;
		t->lo = k ? fmin(t->lo, x) : x;
		t->hi = k ? fmax(t->hi, x) : x;
	}
	t->mu = nnz ? sum / (double)nnz : 0;
}

static int
describe(struct mr_meta *meta, const struct mr_half_totals *t,
    const char *at_least, struct mr_err *err)
{
	char text[2][32];
	int rc = mr_meta_begin(meta, "mr-factorize", err);

	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "half_step", "ratings");
	if (rc == MR_OK && at_least)
		rc = mr_meta_put(meta, err, "at_least", "%s", at_least);
	if (rc == MR_OK)
		rc = mr_ratings_totals(meta, t->digest, t->users, t->items,
		    t->ratings, err);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "mu", "%s", mr_f64_text(t->mu,
		    text[0]));
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "range", "%s:%s",
		    mr_f64_text(t->lo, text[0]), mr_f64_text(t->hi, text[1]));
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "matrix.R", "user item");
	return rc ? rc : mr_meta_put(meta, err, "matrix.Rt", "item user");
}

/* In blocks of names and rows, as in a model. */
static void
put_users(struct mr_mrm_out *w, const struct mr_ratings *r)
{
	int32_t from = 0;

	do {
		int32_t left = r->users.n - from;
		int32_t n = left < MR_BLOCK_ROWS ? left : MR_BLOCK_ROWS;

		mr_mrm_ids(w, "user", &r->users, from, from + n);
		mr_mrm_csr(w, "R", &r->R, from, from + n);
		from += n;
	} while (from < r->users.n);
}

int
mr_half_ratings_write(struct mr_out *out, const struct mr_ratings *r,
    const char *at_least, struct mr_err *err)
{
	struct mr_half_totals t = { .users = r->users.n, .items = r->items.n,
	    .ratings = mr_csr_nnz(&r->R), .digest = r->digest };
	struct mr_meta meta = { 0 };
	struct mr_csr Rt = { 0 };
	struct mr_mrm_out w;
	int rc;

	survey(&t, &r->R);
	rc = describe(&meta, &t, at_least, err);
	if (rc == MR_OK)
		rc = mr_csr_transpose(&Rt, &r->R, err);
	if (rc == MR_OK)
		rc = mr_mrm_begin(&w, out, &meta, err);
	if (rc == MR_OK) {
		mr_mrm_ids(&w, "item", &r->items, 0, r->items.n);
		mr_mrm_csr(&w, "Rt", &Rt, 0, r->items.n);
		put_users(&w, r);
		mr_mrm_end(&w, NULL);
	}
	mr_csr_free(&Rt);
	mr_meta_free(&meta);
	return rc;
}

static bool
number(const struct mr_meta *meta, const char *key, int64_t *x)
{
	struct mr_slice v = mr_meta_get(meta, key);

	return v.p && mr_parse_i64(v, x) && *x >= 0;
}

static bool
parse(struct mr_half_totals *t, const struct mr_meta *meta)
{
	struct mr_slice digest = mr_meta_get(meta, "input.ratings");
	struct mr_slice hi = mr_meta_get(meta, "range"), lo;
	struct mr_slice least = mr_meta_get(meta, "at_least");
	struct mr_slice mu = mr_meta_get(meta, "mu");
	char hex[17] = "", *end;

	if (!hi.p || !mu.p || digest.n != 16 || least.n >= sizeof t->at_least)
		return false;
	memcpy(hex, digest.p, 16);
	t->digest = strtoull(hex, &end, 16);
	lo = mr_slice_cut(&hi, ':');
	if (least.p)
		memcpy(t->at_least, least.p, least.n);
	return *end == '\0' && hi.p && mr_parse_f64(lo, &t->lo) &&
	    mr_parse_f64(hi, &t->hi) && mr_parse_f64(mu, &t->mu) &&
	    number(meta, "users", &t->users) && t->users <= INT32_MAX &&
	    number(meta, "items", &t->items) && t->items <= INT32_MAX &&
	    number(meta, "ratings", &t->ratings) &&
	    mr_slice_is(mr_meta_get(meta, "matrix.R"), "user item") &&
	    mr_slice_is(mr_meta_get(meta, "matrix.Rt"), "item user");
}

int
mr_half_totals_read(struct mr_half_totals *t, const char *path,
    struct mr_err *err)
{
	struct mr_meta meta;
	int rc = mr_mrm_look(&meta, path, err);

	*t = (struct mr_half_totals){ 0 };
	if (rc == MR_OK && (!mr_slice_is(mr_meta_get(&meta, "half_step"),
	    "ratings") || !parse(t, &meta)))
		rc = mr_err_set(err, MR_EFORMAT, "%s: not the ratings of a "
		    "half-step (mr-factorize --half-step ratings makes them)",
		    path);
	mr_meta_free(&meta);
	return rc;
}

struct mr_half_part
mr_half_part_of(int64_t all, int64_t i, int64_t n)
{
	int64_t blocks = (all + MR_HALF_ROWS - 1) / MR_HALF_ROWS;
	int64_t from = blocks / n * (i - 1) + blocks % n * (i - 1) / n;
	int64_t to = blocks / n * i + blocks % n * i / n;

	from *= MR_HALF_ROWS;
	to = to * MR_HALF_ROWS < all ? to * MR_HALF_ROWS : all;
	return (struct mr_half_part){ from, to - from };
}

static int
read_rows(struct mr_half_side *s, int axis, struct mr_err *err)
{
	struct mr_set *set = &s->set;
	struct mr_block b;
	bool more = true;
	int rc = MR_OK;

	mr_mrm_only(&set->r, axis, s->part.first, s->part.first + s->part.n);
	while (rc == MR_OK && more) {
		rc = mr_mrm_next(&set->r, &b, &more, err);
		/* What was looked at before was another file? */
		if (rc == MR_OK && mr_mrm_find_axis(&set->r,
		    axis_name[axis]) != axis)
			rc = mr_err_set(err, MR_EFORMAT, "%s: not the "
			    "ratings of a half-step", set->in.name);
		if (rc == MR_OK && more)
			rc = mr_set_add(set, &b, err);
	}
	return rc;
}

/* Rows and names of blocks that are cut elsewhere than the part go. */
static int
trim(struct mr_half_side *s, int axis, int place, struct mr_err *err)
{
	const struct mr_ids *ids = &s->set.r.axis[axis].ids;
	int64_t skip = s->part.n ? s->part.first - s->set.r.part.before : 0;
	int rc = MR_OK;

	s->R = s->set.csr[place];
	if (skip < 0 || s->R.rows < skip + s->part.n ||
	    ids->n < skip + s->part.n)
		return mr_err_set(err, MR_EFORMAT, "%s: has not the rows that "
		    "its META tells", s->set.in.name);
	if (s->R.ptr)
		s->R.ptr += skip;
	s->R.rows = s->part.n;
	for (int64_t i = 0; i < s->part.n && rc == MR_OK; i++) {
		int32_t at;

		rc = mr_ids_add(&s->names, mr_ids_get(ids, (int32_t)(skip +
		    i)), &at, NULL, err);
	}
	return rc;
}

int
mr_half_side_load(struct mr_half_side *s, const char *path, bool items,
    const struct mr_half_totals *t, int64_t i, int64_t n, struct mr_err *err)
{
	int axis = items ? ITEM : USER, place, rc;
	int64_t others = items ? t->users : t->items;

	*s = (struct mr_half_side){ .part = mr_half_part_of(items ? t->items :
	    t->users, i, n) };
	rc = mr_set_open(&s->set, path, err);
	if (rc == MR_OK)
		rc = read_rows(s, axis, err);
	if (rc)
		return rc;
	place = mr_mrm_find_matrix(&s->set.r, items ? "Rt" : "R");
	if (place < 0)
		return mr_err_set(err, MR_EFORMAT, "%s: not the ratings of a "
		    "half-step", path);
	if (s->set.csr[place].rows && s->set.csr[place].cols != others)
		return mr_err_set(err, MR_EFORMAT, "%s: has not the columns "
		    "that its META tells", path);
	rc = mr_csr_pack(&s->set.csr[place], &s->column, err);
	return rc ? rc : trim(s, axis, place, err);
}

void
mr_half_side_free(struct mr_half_side *s)
{
	mr_set_free(&s->set);
	mr_ids_free(&s->names);
	free(s->column);
	*s = (struct mr_half_side){ .column = NULL };
}
