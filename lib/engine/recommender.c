/* A model and its films, asked by anybody; see recommender.h.
 * SPDX-License-Identifier: MIT */
#include "engine/recommender.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "engine/filter.h"
#include "engine/recommender_parts.h"
#include "store/films.h"

static int
open_raters(struct mr_recommender *r, struct mr_err *err)
{
	r->raters = mr_alloc((size_t)r->in.items->n, sizeof *r->raters,
	    "counts of ratings", err);
	return r->raters ? MR_OK : MR_ENOMEM;
}

int
mr_recommender_keep(struct mr_recommender *r, const struct mr_ids *only,
    const struct mr_ids *names, bool *known, struct mr_err *err)
{
	struct mr_fold_users all = { 0 };
	bool more = r->pending;
	int rc = open_raters(r, err);

	if (rc == MR_OK)
		rc = mr_fold_users_begin(&all, r, err);
	while (more && rc == MR_OK) {
		struct mr_users batch = mr_model_batch(&r->in);

		mr_recommender_count(r, &batch);
		if (names)
			mr_users_mark(&batch, names, known);
		rc = mr_fold_users_add(&all, r, &batch, err);
		if (rc == MR_OK)
			rc = mr_kept_users_add(&r->kept, &batch, only,
			    mr_recommender_name(r), err);
		if (rc == MR_OK)
			rc = mr_model_next(&r->in, &more, err);
	}
	r->pending = false;
	return mr_fold_users_end(&all, r, rc, err);
}

static int
find_films(struct mr_recommender *r, struct mr_err *err)
{
	const struct mr_ids *items = r->in.items;

	r->film = mr_alloc((size_t)items->n, sizeof *r->film, "films", err);
	for (int32_t i = 0; r->film && i < items->n; i++)
		r->film[i] = mr_ids_find(&r->films.keys, mr_ids_get(items, i));
	return r->film ? MR_OK : MR_ENOMEM;
}

/* State with the films. */
static int
begin(struct mr_recommender **out, const struct mr_recommender_opt *o,
    struct mr_err *err)
{
	struct mr_recommender *r = *out = mr_alloc(1, sizeof *r, "state", err);

	return r ? mr_films_load(&r->films, o->films, o->columns, o->every ?
	    &r->every : NULL, err) : MR_ENOMEM;
}

/* What answers, once the model's item side is there. */
static int
get_ready(struct mr_recommender *r, const struct mr_recommender_opt *o,
    const struct mr_users *all, struct mr_err *err)
{
	int rc = mr_scorer_open(&r->scorer, &r->in.m, r->in.items, all, o->use,
	    err);

	r->reasons = o->reasons;
	if (rc == MR_OK && (o->fold || ((o->reasons || o->may_fold) &&
	    r->in.fold.rule != MR_FOLD_NONE)))
		rc = mr_folder_open(&r->folder, &r->in.m, r->in.items->n -
		    r->in.m.n_new, &r->in.fold, mr_recommender_name(r), err);
	return rc ? rc : find_films(r, err);
}

int
mr_recommender_open(struct mr_recommender **out,
    const struct mr_recommender_opt *o, struct mr_err *err)
{
	struct mr_recommender *r;
	struct mr_users all;
	int rc = begin(out, o, err);

	r = *out;
	if (rc == MR_OK)
		rc = mr_model_open(&r->in, o->model, err);
	r->in.from = o->from;
	r->in.to = o->to;
	r->in.map = o->scores_alone;
	if (rc == MR_OK)
		rc = mr_model_next(&r->in, &r->pending, err);
	if (rc)
		return rc;
	all = mr_model_batch(&r->in);
	rc = get_ready(r, o, &all, err);
	if (rc == MR_OK && (o->fold || (o->may_fold &&
	    mr_recommender_folds(r))))
		rc = mr_scorer_fold(&r->scorer, &r->in.fold, err);
	if (rc == MR_OK && o->count)
		rc = open_raters(r, err);
	return rc || !o->count ? rc : mr_recommender_count_first(r, o->model,
	    err);
}

int
mr_recommender_open_counts(struct mr_recommender **out,
    const struct mr_recommender_opt *o, const struct mr_ids *items,
    float *count, const char *name, struct mr_err *err)
{
	struct mr_recommender *r;
	struct mr_users nobody;
	int rc = begin(out, o, err);

	if (rc)
		return rc;
	r = *out;
	nobody = (struct mr_users){ .names = &r->kept.names };
	r->in.items = items;
	r->in.n_items = items->n;
	r->in.m = (struct mr_model){ .bi = count, .V.rows = items->n,
	    .clip_lo = 1, .clip_hi = 0 };
	r->in.fold.rule = MR_FOLD_RATED;
	r->in.set.in.name = name;
	rc = get_ready(r, &(struct mr_recommender_opt){ .use = o->use,
	    .reasons = o->reasons, .fold = true }, &nobody, err);
	if (rc == MR_OK)
		rc = open_raters(r, err);
	if (rc == MR_OK && items->n)
		memcpy(r->raters, count, (size_t)items->n *
		    sizeof *r->raters);
	return rc;
}

int
mr_recommender_next(struct mr_recommender *r, struct mr_users *batch,
    bool *more, struct mr_err *err)
{
	int rc = MR_OK;

	*more = r->pending;
	if (!r->pending)
		rc = mr_model_next(&r->in, more, err);
	r->pending = false;
	*batch = mr_model_batch(&r->in);
	return rc;
}

void
mr_recommender_close(struct mr_recommender *r)
{
	if (!r)
		return;
	mr_scorer_free(&r->scorer);
	mr_kept_users_free(&r->kept);
	mr_table_free(&r->films);
	mr_table_free(&r->every);
	mr_folder_close(&r->folder);
	mr_model_close(&r->in);
	free(r->rows);
	free(r->share);
	free(r->raters);
	free(r->mean);
	free(r->film);
	free(r);
}

bool
mr_recommender_folds(const struct mr_recommender *r)
{
	return r->in.fold.rule != MR_FOLD_NONE;
}

int
mr_recommender_untouched(const struct mr_recommender *r, struct mr_err *err)
{
	return mr_model_untouched(&r->in, err);
}

const struct mr_model *
mr_recommender_model(const struct mr_recommender *r)
{
	return &r->in.m;
}

const struct mr_ids *
mr_recommender_items(const struct mr_recommender *r)
{
	return r->in.items;
}

const struct mr_ids *
mr_recommender_kept(const struct mr_recommender *r)
{
	return &r->kept.names;
}

int64_t
mr_recommender_users(const struct mr_recommender *r)
{
	return mr_model_users(&r->in);
}

const struct mr_meta *
mr_recommender_meta(const struct mr_recommender *r)
{
	return &r->in.set.r.meta;
}

const struct mr_meta *
mr_recommender_totals(const struct mr_recommender *r)
{
	return &r->in.set.r.totals;
}

const char *
mr_recommender_name(const struct mr_recommender *r)
{
	return r->in.set.in.name;
}

const struct mr_table *
mr_recommender_films(const struct mr_recommender *r)
{
	return &r->films;
}

int32_t
mr_recommender_film(const struct mr_recommender *r, int32_t item)
{
	return r->film[item];
}

const struct mr_table *
mr_recommender_every(const struct mr_recommender *r)
{
	return &r->every;
}

int
mr_recommender_where(const struct mr_recommender *r, struct mr_slice text,
    uint64_t *items, struct mr_report *report, struct mr_err *err)
{
	return mr_filter_names(text, &r->every, r->in.items, items, report,
	    err);
}

bool
mr_recommender_user(const struct mr_recommender *r, struct mr_slice id,
    struct mr_user *u)
{
	return mr_kept_users_find(&r->kept, id, u);
}

int
mr_work_new(struct mr_work **out, const struct mr_recommender *r,
    int threads, struct mr_err *err)
{
	struct mr_work *w = *out = mr_alloc(1, sizeof *w, "workers", err);
	int rc = MR_OK;

	if (!w)
		return MR_ENOMEM;
	w->score = mr_alloc((size_t)threads, sizeof *w->score, "workers",
	    err);
	if (!w->score)
		return MR_ENOMEM;
	w->fold = mr_alloc((size_t)threads, sizeof *w->fold, "workers", err);
	if (!w->fold)
		return MR_ENOMEM;
	for (; w->threads < threads && rc == MR_OK; w->threads++) {
		rc = mr_score_work_new(&w->score[w->threads], &r->scorer,
		    err);
		if (rc || !r->folder.m)
			continue;
		w->fold[w->threads] = mr_alloc(mr_folder_work(&r->folder) +
		    (r->reasons ? (size_t)r->in.items->n : 0),
		    sizeof **w->fold, "a system of equations", err);
		rc = w->fold[w->threads] ? MR_OK : MR_ENOMEM;
	}
	return rc;
}

void
mr_work_free(struct mr_work *w)
{
	if (!w)
		return;
	for (int i = 0; i < w->threads; i++) {
		mr_score_work_free(&w->score[i]);
		free(w->fold[i]);
	}
	free(w->score);
	free(w->fold);
	mr_csr_free(&w->skip);
	free(w);
}

/* Items of a user that are not offered: what he rated and what a says, both
 * rising, as the next row of w->skip. */
static int
add_skip(struct mr_work *w, const struct mr_user *u, const struct mr_ask *a,
    int64_t q, struct mr_err *err)
{
	struct mr_csr *s = &w->skip;
	int64_t row = a->skip ? a->row[q] : -1, n = s->ptr[q];
	const int32_t *x = u->rated.item, *y = row < 0 ? NULL :
	    a->skip->idx + a->skip->ptr[row];
	int64_t nx = a->keep_seen ? 0 : u->rated.n, ny = row < 0 ? 0 :
	    a->skip->ptr[row + 1] - a->skip->ptr[row], i = 0, j = 0;
	int rc = mr_grow(&s->idx, &w->idx_cap, (size_t)(n + nx + ny),
	    sizeof *s->idx, "seen items", err);

	if (rc)
		return rc;
	while (i < nx || j < ny) {
		int32_t item = j == ny || (i < nx && x[i] <= y[j]) ? x[i] :
		    y[j];

		i += i < nx && x[i] == item;
		j += j < ny && y[j] == item;
		s->idx[n++] = item;
	}
	s->ptr[q + 1] = n;
	return MR_OK;
}

/* Only a damaged or absurd model scores beyond what a float can hold. */
static int
check(const struct mr_recommender *r, const struct mr_user *u, int64_t m,
    int64_t k, const struct mr_hit *hit, const int64_t *found,
    struct mr_err *err)
{
	for (int64_t q = 0; q < m; q++)
		for (int64_t i = q * k; i < q * k + found[q]; i++)
			if (!isfinite(hit[i].score))
				return mr_err_set(err, MR_ENUMERIC, "%s: user "
				    "'%.*s' has a score that is no finite "
				    "number", r->in.set.in.name,
				    (int)u[q].id.n, u[q].id.p);
	return MR_OK;
}

int
mr_recommender_lists(const struct mr_recommender *r,
    const struct mr_user *u, int64_t m, const struct mr_ask *a,
    struct mr_work *w, struct mr_hit *hit, int64_t *found,
    struct mr_err *err)
{
	int rc = mr_grow(&w->skip.ptr, &w->ptr_cap, (size_t)m + 1,
	    sizeof *w->skip.ptr, "seen items", err);

	if (rc)
		return rc;
	w->skip.ptr[0] = 0;
	for (int64_t q = 0; q < m && rc == MR_OK; q++)
		rc = add_skip(w, &u[q], a, q, err);
	if (rc == MR_OK)
		rc = mr_scorer_lists(&r->scorer, u, m, &w->skip, a->allow,
		    a->n, w->score, w->threads, hit, found, err);
	return rc ? rc : check(r, u, m, a->n, hit, found, err);
}

void
mr_recommender_estimates(const struct mr_recommender *r,
    const struct mr_user *u, const struct mr_ids *ids, const int32_t *item,
    const int32_t *pick, const double *time, int64_t n, struct mr_work *w,
    int worker, float *estimate)
{
	const struct mr_model *m = &r->in.m;
	struct mr_score_work *s = &w->score[worker];
	bool known = u->number >= 0 || u->rated.n > 0;

	if (known)
		mr_score_begin(&r->scorer, s, u);
	for (int64_t k = 0; k < n; k++) {
		int32_t i = item[pick[k]];
		double v = known && i >= 0 ?
		    (double)mr_score_item(&r->scorer, s, i) :
		    mr_score_known(m, u, mr_ids_get(ids, pick[k]), i);

		if (time)
			v += mr_mood_at(&m->moods, &u->mood, time[k]);
		estimate[k] = (float)mr_model_estimate(m, v);
	}
	if (known)
		mr_score_end(&r->scorer, s);
}
