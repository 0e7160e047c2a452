/* Estimates for given pairs; see recommend.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "stream/tsv.h"
#include "tool/lookup.h"
#include "tool/recommend.h"
#include "tool/user_parts.h"
#include "vector/exact.h"

/* The pairs file in memory: numbers into want and items, ratings as text. */
struct pairs {
	struct mr_ids items;
	struct mr_pair {
		int32_t user, item;
		size_t rating_end;	/* in ratings */
	} *p;
	size_t n, cap;
	struct mr_buf ratings;
	bool has_rating;
};

static int
add_pair(struct pairs *a, struct mr_ids *users, const struct mr_tsv *t,
    const int col[3], struct mr_err *err)
{
	struct mr_pair *p;
	int rc = mr_grow(&a->p, &a->cap, a->n + 1, sizeof *a->p, "pairs",
	    err);

	if (rc)
		return rc;
	p = &a->p[a->n];
	rc = mr_ids_add(users, t->field[col[0]], &p->user, NULL, err);
	if (rc == MR_OK)
		rc = mr_ids_add(&a->items, t->field[col[1]], &p->item, NULL,
		    err);
	if (rc == MR_OK && col[2] >= 0)
		rc = mr_buf_add(&a->ratings, t->field[col[2]].p,
		    t->field[col[2]].n, err);
	p->rating_end = a->ratings.n;
	a->n++;
	return rc;
}

static int
read_pairs(struct pairs *a, struct mr_ids *users,
    const struct mr_recommend_opt *o, struct mr_err *err)
{
	struct mr_tsv t;
	bool more = true;
	int col[3], rc = mr_tsv_open(&t, o->pairs, o->header_in ? NULL :
	    "user,item,rating,time", err);

	if (rc)
		return rc;
	rc = mr_tsv_need(&t, "user", &col[0], err);
	if (rc == MR_OK)
		rc = mr_tsv_need(&t, "item", &col[1], err);
	col[2] = mr_tsv_find(&t, "rating");
	a->has_rating = col[2] >= 0;
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc == MR_OK && more)
			rc = add_pair(a, users, &t, col, err);
	}
	mr_tsv_close(&t);
	return rc;
}

/* mu + bu + bi + U.V, of an unknown side nothing; clipped. */
static double
estimate(const struct mr_model_in *in, const struct mr_exact *x,
    const struct mr_user_parts *w, int32_t user, int32_t item)
{
	const struct mr_model *m = &in->m;
	double v = m->mu + (double)w->bu[user];

	if (item >= 0 && w->known[user]) {
		struct mr_mat one = { 1, w->U.cols,
		    w->U.cols ? mr_mat_row(&w->U, user) : NULL };
		float offset = (float)v;
		struct mr_exact_query q = { .rows = &one, .offset = &offset };

		v = (double)mr_exact_score(x, &q, 0, item);
	} else if (item >= 0 && m->bi) {
		v += (double)m->bi[item];
	}
	if (m->clip_lo <= m->clip_hi)
		v = v < m->clip_lo ? m->clip_lo : v > m->clip_hi ?
		    m->clip_hi : v;
	return v;
}

static void
print_pairs(const struct pairs *a, const struct mr_user_parts *w,
    const struct mr_model_in *in, const struct mr_exact *x,
    struct mr_lookup *lookup, struct mr_out *out)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct mr_pair *p = &a->p[i];
		struct mr_slice item = mr_ids_get(&a->items, p->item);
		size_t from = i ? a->p[i - 1].rating_end : 0;

		mr_tsv_put(out, mr_ids_get(&w->want, p->user));
		mr_out_byte(out, '\t');
		mr_tsv_put(out, item);
		if (a->has_rating) {
			mr_out_byte(out, '\t');
			mr_tsv_put(out, (struct mr_slice){
			    a->ratings.n ? a->ratings.p + from : "",
			    p->rating_end - from });
		}
		mr_out_printf(out, "\t%.9g", (double)(float)estimate(in, x, w,
		    p->user, mr_ids_find(in->items, item)));
		mr_lookup_put(lookup, item, out);
		mr_out_byte(out, '\n');
	}
}

static void
report_unknown(const struct pairs *a, const struct mr_user_parts *w,
    const struct mr_model_in *in, struct mr_report *report)
{
	int64_t users = 0, items = 0;

	for (size_t i = 0; i < a->n; i++) {
		users += !w->known[a->p[i].user];
		items += mr_ids_find(in->items, mr_ids_get(&a->items,
		    a->p[i].item)) < 0;
	}
	if (users || items)
		mr_report_warn(report, "of %zu pairs %lld have a user and "
		    "%lld an item that the model does not know: estimated by "
		    "the parts it does know", a->n, (long long)users,
		    (long long)items);
	mr_report_fact(report, "pairs: %zu", a->n);
}

int
mr_recommend_pairs(const struct mr_recommend_opt *o, struct mr_out *out,
    struct mr_report *report, struct mr_err *err)
{
	struct mr_model_in *in = mr_alloc(1, sizeof *in, "state", err);
	struct mr_lookup lookup = { 0 };
	struct mr_user_parts w = { 0 };
	struct mr_exact x = { 0 };
	struct pairs a = { 0 };
	int32_t *rank = NULL;
	struct mr_mat V;
	int rc;

	if (!in)
		return MR_ENOMEM;
	rc = mr_lookup_load(&lookup, o->movies, o->with, err);
	if (rc == MR_OK)
		rc = read_pairs(&a, &w.want, o, err);
	if (rc == MR_OK)
		rc = mr_model_open(in, o->model, err);
	if (rc == MR_OK)
		rc = mr_user_parts_pick(&w, in, err);
	if (rc)
		goto out;
	rank = mr_alloc((size_t)in->n_items, sizeof *rank, "items", err);
	V = in->m.V;
	V.rows = in->n_items;
	rc = rank ? mr_exact_build(&x, &V, in->m.bi, rank, MR_DOT, err) :
	    MR_ENOMEM;
	if (rc)
		goto out;
	if (o->header_out) {
		mr_out_text(out, a.has_rating ?
		    "user\titem\trating\testimate" : "user\titem\testimate");
		mr_lookup_head(&lookup, out);
		mr_out_byte(out, '\n');
	}
	print_pairs(&a, &w, in, &x, &lookup, out);
	mr_lookup_report(&lookup, report);
	report_unknown(&a, &w, in, report);
out:
	mr_lookup_free(&lookup);
	mr_user_parts_free(&w);
	mr_exact_free(&x);
	mr_ids_free(&a.items);
	mr_buf_free(&a.ratings);
	mr_model_close(in);
	free(a.p);
	free(rank);
	free(in);
	return rc;
}
