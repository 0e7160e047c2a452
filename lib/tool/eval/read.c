/* Reading lists and predictions; see private.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "tool/eval/private.h"

#define LIST_COLUMNS "user,rank,item,score"
#define PAIR_COLUMNS "user,item,rating,estimate"

int
mr_eval_open(struct mr_tsv *t, const char *path, bool header, int *kind,
    struct mr_err *err)
{
	bool lists, pairs;
	int rc = mr_tsv_open(t, path, header ? NULL :
	    *kind == MR_EVAL_PREDICTIONS ? PAIR_COLUMNS : LIST_COLUMNS, err);

	if (rc || t->n_cols == 0 || *kind != MR_EVAL_AUTO)
		return rc;
	lists = mr_tsv_find(t, "rank") >= 0;
	pairs = mr_tsv_find(t, "estimate") >= 0;
	if (lists != pairs) {
		*kind = lists ? MR_EVAL_LISTS : MR_EVAL_PREDICTIONS;
		return MR_OK;
	}
	rc = mr_err_set(err, MR_EFORMAT, "%s:1: %s, expected one of them: "
	    "lists have 'rank', predictions 'estimate'", t->in.name, lists ?
	    "columns 'rank' and 'estimate'" :
	    "neither a column 'rank' nor 'estimate'");
	mr_tsv_close(t);
	return rc;
}

/* The ids of a row, numbered. */
static int
take_ids(const struct mr_tsv *t, struct mr_ids *ids[2], const int *col,
    int32_t *index[2], struct mr_err *err)
{
	int rc = MR_OK;

	for (int i = 0; i < 2 && rc == MR_OK; i++) {
		rc = mr_tsv_id(t, col[i], err);
		if (rc == MR_OK)
			rc = mr_ids_add(ids[i], t->field[col[i]], index[i],
			    NULL, err);
	}
	return rc;
}

struct list_row {
	int64_t line, rank;
	int32_t user, item;
};

struct list_rows {
	struct list_row *r;
	size_t n, cap;
};

static int
take_list_row(struct list_rows *a, struct mr_eval_lists *l,
    const struct mr_tsv *t, const int *col, struct mr_err *err)
{
	struct mr_ids *ids[2] = { &l->users, &l->items };
	struct mr_slice rank = t->field[col[2]];
	struct list_row *r;
	int rc = mr_grow(&a->r, &a->cap, a->n + 1, sizeof *a->r,
	    "rows of lists", err);

	if (rc)
		return rc;
	r = &a->r[a->n];
	r->line = t->line_no;
	if (!mr_parse_i64(rank, &r->rank) || r->rank < 1)
		return mr_tsv_bad(t, err, "rank '%.*s', expected a whole "
		    "number from 1", MR_SHOWN(rank));
	a->n++;
	return take_ids(t, ids, col, (int32_t *[]){ &r->user, &r->item },
	    err);
}

/* Each rank of 1 .. length once, no item twice.  place [rows] gets, for each
 * place of a list, its row + 1. */
static int
check_lists(const struct list_rows *a, const struct mr_eval_lists *l,
    int64_t *place, int32_t *mark, struct mr_err *err)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct list_row *r = &a->r[i];
		int64_t at = l->ptr[r->user], n = l->ptr[r->user + 1] - at;
		struct mr_slice user = mr_ids_get(&l->users, r->user);

		if (r->rank > n || place[at + r->rank - 1])
			return mr_err_set(err, MR_EFORMAT, "%s:%lld: rank "
			    "%lld of user '%.*s' %s, expected 1 to %lld, each "
			    "once", l->name, (long long)r->line,
			    (long long)r->rank, MR_SHOWN(user),
			    r->rank > n ? "is past the end of his list" :
			    "stands twice", (long long)n);
		place[at + r->rank - 1] = (int64_t)i + 1;
	}
	for (int32_t u = 0; u < l->users.n; u++)
		for (int64_t j = l->ptr[u]; j < l->ptr[u + 1]; j++) {
			const struct list_row *r = &a->r[place[j] - 1];
			struct mr_slice user = mr_ids_get(&l->users, u);
			struct mr_slice item = mr_ids_get(&l->items, r->item);

			if (mark[r->item] == u + 1)
				return mr_err_set(err, MR_EFORMAT, "%s:%lld: "
				    "item '%.*s' stands twice in the list of "
				    "user '%.*s'", l->name,
				    (long long)r->line, MR_SHOWN(item),
				    MR_SHOWN(user));
			mark[r->item] = u + 1;
			l->item[j] = r->item;
		}
	return MR_OK;
}

static int
make_lists(struct mr_eval_lists *l, const struct list_rows *a,
    struct mr_err *err)
{
	int64_t *place = mr_alloc(a->n, sizeof *place, "lists", err);
	int32_t *mark = mr_alloc((size_t)l->items.n, sizeof *mark, "items",
	    err);
	int rc = MR_ENOMEM;

	l->ptr = mr_alloc((size_t)l->users.n + 1, sizeof *l->ptr, "users",
	    err);
	l->item = mr_alloc(a->n, sizeof *l->item, "lists", err);
	if (!place || !mark || !l->ptr || !l->item)
		goto out;
	for (size_t i = 0; i < a->n; i++)
		l->ptr[a->r[i].user + 1]++;
	for (int32_t u = 0; u < l->users.n; u++)
		l->ptr[u + 1] += l->ptr[u];
	rc = check_lists(a, l, place, mark, err);
out:
	free(place);
	free(mark);
	return rc;
}

int
mr_eval_lists_read(struct mr_eval_lists *l, struct mr_tsv *t,
    struct mr_err *err)
{
	static const char *const names[] = { "user", "item", "rank" };
	struct list_rows a = { 0 };
	bool more = true;
	int col[3], rc = MR_OK;

	*l = (struct mr_eval_lists){ .name = t->in.name };
	for (int i = 0; i < 3 && rc == MR_OK; i++)
		rc = mr_tsv_need(t, names[i], &col[i], err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(t, &more, err);
		if (rc == MR_OK && more)
			rc = take_list_row(&a, l, t, col, err);
	}
	if (rc == MR_OK)
		rc = make_lists(l, &a, err);
	free(a.r);
	return rc;
}

void
mr_eval_lists_free(struct mr_eval_lists *l)
{
	mr_ids_free(&l->users);
	mr_ids_free(&l->items);
	free(l->ptr);
	free(l->item);
	*l = (struct mr_eval_lists){ 0 };
}

/* A finite number as float, or NAN when it may be absent and is. */
static int
take_rating(const struct mr_tsv *t, int col, float *rating,
    struct mr_err *err)
{
	double v;

	*rating = NAN;
	if (col < 0 || t->field[col].n == 0)
		return MR_OK;
	if (!mr_parse_f64(t->field[col], &v) || !isfinite((float)v))
		return mr_tsv_bad(t, err, "rating '%.*s', expected a finite "
		    "number or nothing", MR_SHOWN(t->field[col]));
	*rating = (float)v;
	return MR_OK;
}

static int
take_pair(struct mr_eval_pairs *a, const struct mr_tsv *t, const int *col,
    struct mr_err *err)
{
	struct mr_ids *ids[2] = { &a->users, &a->items };
	struct mr_slice estimate = t->field[col[2]];
	struct mr_eval_pair *p;
	int rc = mr_grow(&a->p, &a->cap, a->n + 1, sizeof *a->p, "pairs",
	    err);

	if (rc)
		return rc;
	p = &a->p[a->n];
	p->line = t->line_no;
	if (!mr_parse_f64(estimate, &p->estimate) ||
	    !isfinite((float)p->estimate))
		return mr_tsv_bad(t, err, "estimate '%.*s', expected a finite "
		    "number", MR_SHOWN(estimate));
	rc = take_rating(t, col[3], &p->rating, err);
	if (rc)
		return rc;
	a->n++;
	return take_ids(t, ids, col, (int32_t *[]){ &p->user, &p->item },
	    err);
}

/* No pair twice. */
static int
check_pairs(const struct mr_eval_pairs *a, int32_t *mark, struct mr_err *err)
{
	for (size_t j = 0; j < a->n; j++) {
		const struct mr_eval_pair *p = &a->p[a->by_user.row[j]];
		struct mr_slice user = mr_ids_get(&a->users, p->user);
		struct mr_slice item = mr_ids_get(&a->items, p->item);

		if (mark[p->item] == p->user + 1)
			return mr_err_set(err, MR_EFORMAT, "%s:%lld: user "
			    "'%.*s' and item '%.*s' stand twice, expected "
			    "every pair once", a->name, (long long)p->line,
			    MR_SHOWN(user), MR_SHOWN(item));
		mark[p->item] = p->user + 1;
	}
	return MR_OK;
}

int
mr_eval_pairs_read(struct mr_eval_pairs *a, struct mr_tsv *t,
    struct mr_err *err)
{
	static const char *const names[] = { "user", "item", "estimate" };
	int32_t *mark = NULL;
	bool more = true;
	int col[4], rc = MR_OK;

	*a = (struct mr_eval_pairs){ .name = t->in.name };
	for (int i = 0; i < 3 && rc == MR_OK; i++)
		rc = mr_tsv_need(t, names[i], &col[i], err);
	col[3] = mr_tsv_find(t, "rating");
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(t, &more, err);
		if (rc == MR_OK && more)
			rc = take_pair(a, t, col, err);
	}
	if (rc)
		return rc;
	mark = mr_alloc((size_t)a->items.n, sizeof *mark, "items", err);
	rc = mark ? mr_group_by(&a->by_user, a->p ? &a->p->user : NULL,
	    sizeof *a->p, a->n, a->users.n, "pairs", err) : MR_ENOMEM;
	if (rc == MR_OK)
		rc = check_pairs(a, mark, err);
	free(mark);
	return rc;
}

void
mr_eval_pairs_free(struct mr_eval_pairs *a)
{
	mr_ids_free(&a->users);
	mr_ids_free(&a->items);
	free(a->p);
	mr_group_free(&a->by_user);
	*a = (struct mr_eval_pairs){ 0 };
}

int32_t *
mr_eval_map(const struct mr_ids *from, const struct mr_ids *to,
    struct mr_err *err)
{
	int32_t *map = mr_alloc((size_t)from->n, sizeof *map, "ids", err);

	for (int32_t i = 0; map && i < from->n; i++)
		map[i] = mr_ids_find(to, mr_ids_get(from, i));
	return map;
}

int
mr_eval_leak(const struct mr_eval *e, const char *where,
    struct mr_slice user, struct mr_slice item, int64_t n,
    struct mr_err *err)
{
	return mr_err_set(err, MR_EFORMAT, "%s: user '%.*s' and item '%.*s' "
	    "are in %s, too, the first of %lld such pairs; expected pairs "
	    "that the model has not seen", where, MR_SHOWN(user),
	    MR_SHOWN(item), e->o->train, (long long)n);
}
