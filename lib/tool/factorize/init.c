/* The model to begin with; see init.h.
 * SPDX-License-Identifier: MIT */
#include "tool/factorize/init.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "store/model_file.h"

static int
check_kind(const struct mr_model_in *in, const struct mr_kind *k,
    struct mr_err *err)
{
	struct mr_slice name = mr_meta_get(&in->set.r.meta, "model");

	return mr_slice_is(name, k->name) ? MR_OK : mr_err_set(err, MR_EARG,
	    "--init: %s is a model of '%.*s', expected one of %s",
	    in->set.in.name, MR_SHOWN(name), k->name);
}

/* Room for what the model has, by the first batch. */
static int
make_room(struct mr_start *s, const struct mr_model_in *in,
    const struct mr_ratings *r, struct mr_err *err)
{
	size_t users = (size_t)r->users.n, items = (size_t)r->items.n;
	int rc = MR_OK;

	s->user = mr_alloc(users, sizeof *s->user, "users", err);
	s->item = s->user ? mr_alloc(items, sizeof *s->item, "items", err) :
	    NULL;
	if (!s->item)
		return MR_ENOMEM;
	if (in->m.U.cols)
		rc = mr_mat_new(&s->m.U, r->users.n, in->m.U.cols,
		    "user factors", err);
	if (rc == MR_OK && in->m.V.cols)
		rc = mr_mat_new(&s->m.V, r->items.n, in->m.V.cols,
		    "item factors", err);
	if (rc == MR_OK && in->m.bu) {
		s->m.bu = mr_alloc(users, sizeof *s->m.bu, "user biases", err);
		rc = s->m.bu ? MR_OK : MR_ENOMEM;
	}
	if (rc == MR_OK && in->m.bi) {
		s->m.bi = mr_alloc(items, sizeof *s->m.bi, "item biases", err);
		rc = s->m.bi ? MR_OK : MR_ENOMEM;
	}
	return rc;
}

static int64_t
take_users(struct mr_start *s, const struct mr_model_in *in,
    const struct mr_ids *names)
{
	const struct mr_users b = mr_model_batch(in);
	int64_t found = 0;

	for (int64_t q = 0; q < b.n; q++) {
		int32_t u = mr_ids_find(names, mr_ids_get(b.names,
		    (int32_t)q));

		if (u < 0)
			continue;
		s->user[u] = true;
		found++;
		if (s->m.U.cols)
			memcpy(mr_mat_row(&s->m.U, u), mr_mat_row(&b.U, q),
			    (size_t)b.U.cols * sizeof *b.U.a);
		if (s->m.bu && b.bu)
			s->m.bu[u] = b.bu[q];
	}
	return found;
}

/* Films that a map gave their numbers are as new. */
static int64_t
take_items(struct mr_start *s, const struct mr_model_in *in,
    const struct mr_ids *names)
{
	int64_t n = in->n_items - in->m.n_new, found = 0;

	for (int64_t j = 0; j < n; j++) {
		int32_t i = mr_ids_find(names, mr_ids_get(in->items,
		    (int32_t)j));

		if (i < 0)
			continue;
		s->item[i] = true;
		found++;
		if (s->m.V.cols)
			memcpy(mr_mat_row(&s->m.V, i), mr_mat_row(&in->m.V, j),
			    (size_t)in->m.V.cols * sizeof *in->m.V.a);
		if (s->m.bi)
			s->m.bi[i] = in->m.bi[j];
	}
	return found;
}

static int
read_model(struct mr_init *x, struct mr_model_in *in, const struct mr_kind *k,
    const struct mr_ratings *r, int64_t found[2], struct mr_err *err)
{
	bool more = true;
	int rc = MR_OK;

	while (more) {
		rc = mr_model_next(in, &more, err);
		if (rc || !more)
			break;
		if (!x->start.user) {
			rc = check_kind(in, k, err);
			if (rc == MR_OK)
				rc = make_room(&x->start, in, r, err);
		}
		if (rc)
			break;
		found[0] += take_users(&x->start, in, &r->users);
	}
	if (rc == MR_OK && x->start.user)
		found[1] = take_items(&x->start, in, &r->items);
	return rc;
}

int
mr_init_load(struct mr_init *x, const char *path, const struct mr_kind *k,
    const struct mr_ratings *r, struct mr_report *report, struct mr_err *err)
{
	struct mr_model_in in;
	struct mr_slice rank;
	int64_t found[2] = { 0, 0 };
	int rc = k->wants & MR_TAKES_START ? MR_OK : mr_err_set(err, MR_EARG,
	    "--init means nothing to %s", k->name);

	if (rc == MR_OK)
		rc = mr_model_open(&in, path, err);
	if (rc)
		return rc;
	rc = read_model(x, &in, k, r, found, err);
	rank = mr_meta_get(&in.set.r.meta, "rank");
	if (rank.p && rank.n < sizeof x->rank)
		snprintf(x->rank, sizeof x->rank, "%.*s", (int)rank.n, rank.p);
	x->digest = mr_in_digest(&in.set.in);
	if (rc == MR_OK && found[0] == 0 && found[1] == 0)
		mr_report_warn(report, "--init: %s has none of these users "
		    "and items: it changes nothing", in.set.in.name);
	else if (rc == MR_OK)
		mr_report_fact(report, "--init: %lld of %d users and %lld of "
		    "%d items", (long long)found[0], r->users.n,
		    (long long)found[1], r->items.n);
	mr_model_close(&in);
	return rc;
}

void
mr_init_free(struct mr_init *x)
{
	mr_start_free(&x->start);
}
