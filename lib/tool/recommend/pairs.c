/* Estimates for given pairs; see recommend.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "data/group.h"
#include "stream/tsv.h"
#include "store/films.h"
#include "tool/recommend/recommend.h"
#include "engine/scorer.h"
#include "store/users.h"

/* The pairs file in memory: numbers into want and items, ratings as text. */
struct pairs {
	struct mr_ids items;
	struct mr_pair {
		int32_t user, item;
		float estimate;
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
	double rating;
	int rc = mr_tsv_id(t, col[0], err);

	if (rc == MR_OK)
		rc = mr_tsv_id(t, col[1], err);
	if (rc)
		return rc;
	if (col[2] >= 0 && t->field[col[2]].n &&
	    !mr_parse_f64(t->field[col[2]], &rating))
		return mr_tsv_bad(t, err, "rating '%.*s', expected a finite "
		    "number", MR_SHOWN(t->field[col[2]]));
	rc = mr_grow(&a->p, &a->cap, a->n + 1, sizeof *a->p, "pairs",
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
    const char *path, bool header_in, struct mr_err *err)
{
	struct mr_tsv t;
	bool more = true;
	int col[3], rc = mr_tsv_open(&t, path, header_in ? NULL :
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

/* Everything that the estimates need, and a worker's own part. */
struct run {
	struct pairs a;
	struct mr_user_parts w;
	struct mr_model_in in;
	struct mr_scorer scorer;
	struct mr_score_users users;	/* those of w */
	struct mr_table films;
	struct mr_group by_user;	/* numbers of pairs */
	struct mr_score_work *work;
	int n_workers;
};

/* The formula of one pair, of an unknown side nothing; not clipped. */
static double
score(const struct run *r, struct mr_score_work *work,
    const struct mr_pair *p)
{
	const struct mr_model *m = &r->in.m;
	struct mr_slice name = mr_ids_get(&r->a.items, p->item);
	int32_t item = mr_ids_find(r->in.items, name);
	double v;

	if (item >= 0 && r->w.known[p->user])
		return (double)mr_score_item(&r->scorer, work, item);
	v = m->mu + (double)r->w.bu[p->user];
	if (item >= 0 && m->bi)
		v += (double)m->bi[item];
	return v + mr_score_noise(m, mr_ids_get(&r->w.want, p->user), name);
}

static void
estimate_task(void *ctx, int64_t user, int worker)
{
	struct run *r = ctx;
	const struct mr_model *m = &r->in.m;
	struct mr_score_work *work = &r->work[worker];

	if (r->w.known[user])
		mr_score_begin(&r->scorer, work, &r->users, user);
	for (int64_t k = r->by_user.ptr[user]; k < r->by_user.ptr[user + 1];
	    k++) {
		struct mr_pair *p = &r->a.p[r->by_user.row[k]];
		double v = score(r, work, p);

		if (m->clip_lo <= m->clip_hi)
			v = v < m->clip_lo ? m->clip_lo : v > m->clip_hi ?
			    m->clip_hi : v;
		p->estimate = (float)v;
	}
	if (r->w.known[user])
		mr_score_end(&r->scorer, work);
}

static int
estimate_pairs(struct run *r, int threads, struct mr_err *err)
{
	int rc = mr_group_by(&r->by_user, r->a.p ? &r->a.p->user : NULL,
	    sizeof *r->a.p, r->a.n, r->w.want.n, "pairs", err);

	r->n_workers = threads > 0 ? threads : mr_par_cpus();
	if (r->n_workers > r->w.want.n)
		r->n_workers = r->w.want.n;
	r->users = (struct mr_score_users){ &r->w.want, 0, r->w.want.n,
	    r->w.U, r->w.bu, &r->w.R, 0 };
	if (rc)
		return rc;
	r->work = mr_alloc((size_t)r->n_workers, sizeof *r->work, "workers",
	    err);
	if (!r->work)
		return MR_ENOMEM;
	for (int i = 0; i < r->n_workers && rc == MR_OK; i++)
		rc = mr_score_work_new(&r->work[i], &r->scorer, err);
	if (rc == MR_OK)
		mr_par_run(r->n_workers, r->w.want.n, estimate_task, r);
	return rc;
}

/* Only a damaged or absurd model estimates beyond what a float can hold. */
static int
check_pairs(const struct run *r, struct mr_err *err)
{
	for (size_t i = 0; i < r->a.n; i++) {
		struct mr_slice user = mr_ids_get(&r->w.want,
		    r->a.p[i].user);
		struct mr_slice item = mr_ids_get(&r->a.items,
		    r->a.p[i].item);

		if (!isfinite(r->a.p[i].estimate))
			return mr_err_set(err, MR_ENUMERIC, "%s: the estimate "
			    "of user '%.*s' and item '%.*s' is no finite "
			    "number", r->in.set.in.name, (int)user.n, user.p,
			    (int)item.n, item.p);
	}
	return MR_OK;
}

/* How many pairs name a film that --movies does not have. */
static int64_t
print_pairs(const struct run *r, struct mr_out *out)
{
	const struct pairs *a = &r->a;
	int64_t n_missing = 0;

	for (size_t i = 0; i < a->n; i++) {
		const struct mr_pair *p = &a->p[i];
		struct mr_slice item = mr_ids_get(&a->items, p->item);
		size_t from = i ? a->p[i - 1].rating_end : 0;

		mr_tsv_put(out, mr_ids_get(&r->w.want, p->user));
		mr_out_byte(out, '\t');
		mr_tsv_put(out, item);
		if (a->has_rating) {
			mr_out_byte(out, '\t');
			mr_tsv_put(out, (struct mr_slice){
			    a->ratings.n ? a->ratings.p + from : "",
			    p->rating_end - from });
		}
		mr_out_printf(out, "\t%.9g", (double)p->estimate);
		n_missing += !mr_films_put(&r->films, item, out);
		mr_out_byte(out, '\n');
	}
	return n_missing;
}

/* Is it a rating that the model has learnt from?  item is the model's. */
static bool
is_learnt(const struct mr_csr *R, int32_t user, int32_t item)
{
	int64_t lo = R->ptr[user], hi = R->ptr[user + 1];

	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if (R->idx[mid] < item)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < R->ptr[user + 1] && R->idx[lo] == item;
}

/* What the estimates are worth. */
static void
report_pairs(const struct run *r, struct mr_report *report)
{
	const struct pairs *a = &r->a;
	int64_t users = 0, items = 0, learnt = 0;

	for (size_t i = 0; i < a->n; i++) {
		int32_t user = a->p[i].user, item = mr_ids_find(r->in.items,
		    mr_ids_get(&a->items, a->p[i].item));

		users += !r->w.known[user];
		items += item < 0;
		learnt += item >= 0 && is_learnt(&r->w.R, user, item);
	}
	if (a->n && r->in.m.clip_lo > r->in.m.clip_hi)
		mr_report_warn(report, "the model ranks films, its estimates "
		    "are no ratings");
	if (learnt)
		mr_report_warn(report, "%lld of %zu pairs are ratings that "
		    "the model has learnt from: errors on them say nothing "
		    "about others", (long long)learnt, a->n);
	if (users || items)
		mr_report_warn(report, "of %zu pairs %lld have a user and "
		    "%lld an item that the model does not know: estimated by "
		    "the parts it does know", a->n, (long long)users,
		    (long long)items);
	mr_report_fact(report, "pairs: %zu", a->n);
}

static void
free_run(struct run *r)
{
	for (int i = 0; r->work && i < r->n_workers; i++)
		mr_score_work_free(&r->work[i]);
	free(r->work);
	mr_group_free(&r->by_user);
	mr_table_free(&r->films);
	mr_scorer_free(&r->scorer);
	mr_user_parts_free(&r->w);
	mr_ids_free(&r->a.items);
	mr_buf_free(&r->a.ratings);
	mr_model_close(&r->in);
	free(r->a.p);
	free(r);
}

/* Pairs, then the parts of the model that they need. */
static int
load(struct run *r, const struct mr_recommend_opt *o, bool header_in,
    struct mr_err *err)
{
	int rc = mr_films_load(&r->films, o->movies, o->with, err);

	if (rc == MR_OK)
		rc = read_pairs(&r->a, &r->w.want, o->pairs, header_in,
		    err);
	if (rc == MR_OK)
		rc = mr_model_open(&r->in, o->model, err);
	if (rc == MR_OK)
		rc = mr_user_parts_pick(&r->w, &r->in, err);
	return rc ? rc : mr_scorer_open(&r->scorer, &r->in, NULL,
	    MR_SCORE_PAIRS, err);
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
	rc = load(r, o, run->header_in, err);
	if (rc == MR_OK)
		rc = estimate_pairs(r, run->threads, err);
	if (rc == MR_OK)
		rc = check_pairs(r, err);
	if (rc)
		goto out;
	if (run->header_out) {
		mr_out_text(&run->out, r->a.has_rating ?
		    "user\titem\trating\testimate" :
		    "user\titem\testimate");
		mr_films_head(&r->films, &run->out);
		mr_out_byte(&run->out, '\n');
	}
	n_missing = print_pairs(r, &run->out);
	mr_films_report(o->movies, o->with, n_missing, &run->report);
	report_pairs(r, &run->report);
out:
	free_run(r);
	return rc;
}
