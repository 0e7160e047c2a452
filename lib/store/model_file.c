/* Models on the matrix stream; see model_file.h.
 * SPDX-License-Identifier: MIT */
#include "store/model_file.h"

#include <stdlib.h>
#include <string.h>

#include "store/model_check.h"
#include "store/model_fold.h"
#include "store/model_mood.h"
#include "store/model_near.h"
#include "store/model_ordered.h"

#define BATCH 1024	/* users at least, whole blocks */

static bool
is_user_axis(const struct mr_model_in *in, int matrix)
{
	const struct mr_mrm_in *r = &in->set.r;

	return strcmp(r->axis[r->matrix[matrix].row_axis].name, "user") == 0;
}

static int
read_clip(struct mr_model_in *in, struct mr_err *err)
{
	struct mr_slice hi = mr_meta_get(&in->set.r.meta, "clip"), lo;

	in->m.clip_lo = 1;
	in->m.clip_hi = 0;
	if (!hi.p)
		return MR_OK;
	lo = mr_slice_cut(&hi, ':');
	if (!hi.p || !mr_parse_f64(lo, &in->m.clip_lo) ||
	    !mr_parse_f64(hi, &in->m.clip_hi))
		return mr_err_set(err, MR_EFORMAT, "%s: META clip= is not "
		    "lo:hi", in->set.in.name);
	return MR_OK;
}

/* How many of the last items are without ratings. */
static int
read_new(struct mr_model_in *in, struct mr_err *err)
{
	struct mr_slice n = mr_meta_get(&in->set.r.meta, "new");

	return !n.p || (mr_parse_i64(n, &in->m.n_new) && in->m.n_new >= 0) ?
	    MR_OK : mr_err_set(err, MR_EFORMAT, "%s: META new=%.*s, expected "
	    "a number of items", in->set.in.name, MR_SHOWN(n));
}

/* The items' rows, where they are asked for by scores of lists alone. */
static int
lend_items(struct mr_model_in *in, struct mr_err *err)
{
	int rc = MR_OK;

	if (!in->map || in->v < 0 || in->m.near.axis != MR_NEAR_NONE ||
	    in->m.noise > 0)
		return MR_OK;
	rc = mr_set_lend(&in->set, in->v, err);
	return rc || in->y < 0 ? rc : mr_set_lend(&in->set, in->y, err);
}

/* After the first META: which parts are there. */
static int
start(struct mr_model_in *in, struct mr_err *err)
{
	struct mr_mrm_in *r = &in->set.r;
	int users = mr_mrm_find_axis(r, "user");
	int items = mr_mrm_find_axis(r, "item");
	int rc;

	in->started = true;
	if (users < 0 || items < 0 || !mr_meta_get(&r->meta, "model").p)
		return mr_err_set(err, MR_EFORMAT, "%s: a matrix stream but "
		    "not a model (mr-factorize makes them)",
		    in->set.in.name);
	in->user = users;
	in->users = &r->axis[users].ids;
	in->items = &r->axis[items].ids;
	in->u = mr_mrm_find_matrix(r, "U");
	in->bu = mr_mrm_find_matrix(r, "bu");
	in->r = mr_mrm_find_matrix(r, "R");
	in->e = mr_mrm_find_matrix(r, "E");
	in->v = mr_mrm_find_matrix(r, "V");
	in->y = mr_mrm_find_matrix(r, "Y");
	in->bi = mr_mrm_find_matrix(r, "bi");
	rc = mr_meta_f64(&r->meta, "mu", &in->m.mu, err);
	if (rc == MR_OK)
		rc = read_clip(in, err);
	if (rc == MR_OK)
		rc = mr_model_fold_get(&in->fold, &r->meta, in->set.in.name,
		    err);
	if (rc == MR_OK)
		rc = read_new(in, err);
	if (rc == MR_OK)
		rc = mr_model_ordered_start(&in->m.ordered, &r->meta, err);
	if (rc == MR_OK && in->e >= 0)
		rc = mr_model_mood_start(&in->m.moods, &r->meta, err);
	if (rc == MR_OK)
		rc = mr_model_near_start(in, err);
	/* Of users who are neighbours all are wanted. */
	if (in->to && in->m.near.axis != MR_NEAR_USER &&
	    r->axis[users].in_stream == 0)
		mr_mrm_part(r, users, in->from, in->to);
	return rc ? rc : lend_items(in, err);
}

int
mr_model_open(struct mr_model_in *in, const char *path, struct mr_err *err)
{
	memset(in, 0, sizeof *in);
	return mr_set_open(&in->set, path, err);
}

int
mr_model_open_in(struct mr_model_in *m, struct mr_in *in, struct mr_err *err)
{
	memset(m, 0, sizeof *m);
	return mr_set_begin(&m->set, in, err);
}

/* Rows of a users' matrix that are in memory. */
static int64_t
rows_of(const struct mr_set *s, int matrix)
{
	return s->r.matrix[matrix].type == MR_BLOCK_CSR ? s->csr[matrix].rows :
	    s->mat[matrix].rows;
}

/* Users named who were in no batch yet; near= others all stay. */
static int64_t
users_named(const struct mr_model_in *in)
{
	return in->users->n - (in->m.near.axis == MR_NEAR_USER ? in->first :
	    0);
}

/* Rows of the users' matrices that are in memory: the fewest of any. */
static int64_t
users_ready(const struct mr_model_in *in)
{
	const struct mr_set *s = &in->set;
	int64_t n = users_named(in);

	for (int i = 0; i < s->r.n_matrices; i++) {
		if (is_user_axis(in, i) && rows_of(s, i) < n)
			n = rows_of(s, i);
	}
	return n;
}

/* All users' matrices hold the n rows of the last batch: forget them and their
 * names, unless they are near= others. */
static int
drop_batch(struct mr_model_in *in, struct mr_err *err)
{
	struct mr_set *s = &in->set;
	bool stay = in->m.near.axis == MR_NEAR_USER;
	int rc = stay || in->n == 0 ? MR_OK : mr_mrm_forget(&s->r, in->user,
	    err);

	for (int i = 0; i < s->r.n_matrices && !stay; i++) {
		if (!is_user_axis(in, i))
			continue;
		s->mat[i].rows = 0;
		s->csr[i].rows = 0;
		if (s->csr[i].ptr)
			s->csr[i].ptr[0] = 0;
	}
	in->first += in->n;
	in->n = 0;
	return rc;
}

/* May the users read so far be given out?  Only whole blocks, so that no
 * matrix runs ahead of another. */
static bool
batch_is_whole(const struct mr_model_in *in, int64_t n)
{
	const struct mr_set *s = &in->set;

	if (users_named(in) != n)
		return false;
	for (int i = 0; i < s->r.n_matrices; i++)
		if (is_user_axis(in, i) && rows_of(s, i) != n)
			return false;
	return true;
}

static void
lend(struct mr_model_in *in, int64_t n)
{
	struct mr_set *s = &in->set;
	static const struct mr_mat none;

	in->n = n;
	if (in->m.near.axis == MR_NEAR_USER && in->first)
		return;		/* all stay as they were given out */
	in->m.V = in->v >= 0 ? s->mat[in->v] : none;
	in->m.gap = in->v >= 0 && s->lent[in->v] ? MR_MATRIX_HEADER : 0;
	in->m.Y = in->y >= 0 ? s->mat[in->y] : none;
	in->m.U = in->u >= 0 ? s->mat[in->u] : none;
	in->m.U.rows = in->u >= 0 ? n : 0;
	in->m.bi = in->bi >= 0 ? s->mat[in->bi].a : NULL;
	in->m.bu = in->bu >= 0 ? s->mat[in->bu].a : NULL;
	in->R = in->r >= 0 ? s->csr[in->r] : (struct mr_csr){ 0 };
	in->m.moods.E = in->e >= 0 ? s->csr[in->e] : (struct mr_csr){ 0 };
	in->m.near.S = in->s >= 0 ? s->csr[in->s] : (struct mr_csr){ 0 };
	in->m.near.scale = in->scale >= 0 ? s->mat[in->scale].a : NULL;
}

int
mr_model_next(struct mr_model_in *in, bool *more, struct mr_err *err)
{
	int64_t n = 0;
	int rc = MR_OK;

	*more = false;
	if (in->started)
		rc = drop_batch(in, err);
	while (rc == MR_OK && !in->ended) {
		struct mr_block b;
		bool got;

		rc = mr_mrm_next(&in->set.r, &b, &got, err);
		if (rc == MR_OK && !in->started)
			rc = start(in, err);
		if (rc == MR_OK && got)
			rc = mr_set_add(&in->set, &b, err);
		if (rc)
			return rc;
		in->ended = !got;
		n = users_ready(in);
		if (n >= BATCH && in->m.near.axis != MR_NEAR_USER &&
		    batch_is_whole(in, n))
			break;
	}
	if (rc)
		return rc;
	rc = mr_model_check(in, err);
	if (rc == MR_OK && in->m.n_new > in->items->n)
		rc = mr_err_set(err, MR_EFORMAT, "%s: META new=%lld, more "
		    "than its %d items", in->set.in.name,
		    (long long)in->m.n_new, in->items->n);
	lend(in, n);
	*more = n > 0;
	return rc;
}

int64_t
mr_model_users(const struct mr_model_in *in)
{
	return in->started ? mr_axis_names(&in->set.r.axis[in->user]) : 0;
}

struct mr_users
mr_model_batch(const struct mr_model_in *in)
{
	return (struct mr_users){ in->users, in->first +
	    in->set.r.part.before, in->n, in->m.U, in->m.bu, in->R,
	    in->m.moods.E };
}

int
mr_model_untouched(const struct mr_model_in *in, struct mr_err *err)
{
	return mr_set_untouched(&in->set, err);
}

void
mr_model_close(struct mr_model_in *in)
{
	mr_set_free(&in->set);
	memset(in, 0, sizeof *in);
}
