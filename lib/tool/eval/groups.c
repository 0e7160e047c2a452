/* Groups of users or items; see groups.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/groups.h"

#include <stdlib.h>

#include "core/mem.h"
#include "data/tally.h"

void
mr_eval_groups_free(struct mr_eval_groups *g)
{
	mr_ids_free(&g->keys);
	mr_ids_free(&g->names);
	free(g->ptr);
	free(g->group);
	free(g->order);
	free(g->key);
	mr_group_free(&g->members);
	*g = (struct mr_eval_groups){ 0 };
}

/* ---- a key and its groups ---- */

static int
add_key(struct mr_eval_groups *g, struct mr_slice key, bool *is_new,
    struct mr_err *err)
{
	int32_t i;
	int rc = mr_ids_add(&g->keys, key, &i, is_new, err);

	if (rc || !*is_new)
		return rc;
	rc = mr_grow(&g->ptr, &g->ptr_cap, (size_t)g->keys.n + 1,
	    sizeof *g->ptr, "groups", err);
	if (rc == MR_OK && i == 0)
		g->ptr[0] = 0;
	if (rc == MR_OK)
		g->ptr[i + 1] = g->ptr[i];
	return rc;
}

/* One more group of the key added last; a name that it has already is one. */
static int
add_group(struct mr_eval_groups *g, struct mr_slice name, struct mr_err *err)
{
	int32_t which, last = g->keys.n;
	int rc = mr_ids_add(&g->names, name, &which, NULL, err);

	if (rc)
		return rc;
	for (int64_t j = g->ptr[last - 1]; j < g->ptr[last]; j++)
		if (g->group[j] == which)
			return MR_OK;
	rc = mr_grow(&g->group, &g->group_cap, (size_t)g->ptr[last] + 1,
	    sizeof *g->group, "groups", err);
	if (rc == MR_OK)
		g->group[g->ptr[last]++] = which;
	return rc;
}

/* ---- groups of a file ---- */

static int
find_columns(struct mr_eval_groups *g, struct mr_tsv *t, const char *by,
    bool films, int *key, int *col, struct mr_err *err)
{
	int user = mr_tsv_find(t, "user"), item = mr_tsv_find(t, "item");

	if (t->n_cols && films && (item < 0 || mr_tsv_find(t, by) < 0))
		return mr_tsv_lacks(t, item < 0 ? "item" : by, ": --movies "
		    "needs a table of films", err);
	if (!films && t->n_cols && (user < 0) == (item < 0))
		return mr_err_set(err, MR_EFORMAT, "%s:1: %s, expected one of "
		    "them: groups are of users or of items", t->in.name,
		    user < 0 ? "neither a column 'user' nor 'item'" :
		    "columns 'user' and 'item'");
	g->of_items = films || item >= 0;
	*key = g->of_items ? item : user;
	return mr_tsv_need(t, by, col, err);
}

static int
read_row(struct mr_eval_groups *g, const struct mr_tsv *t, int key, int col,
    const char *by, struct mr_err *err)
{
	struct mr_slice rest = t->field[col], own = rest;
	bool is_new;
	int rc = mr_tsv_id(t, key, err);

	if (rc == MR_OK)
		rc = add_key(g, t->field[key], &is_new, err);
	if (rc == MR_OK && !is_new)
		return mr_tsv_bad(t, err, "%s '%.*s' stands twice, expected "
		    "one row each", g->of_items ? "item" : "user",
		    MR_SHOWN(t->field[key]));
	while (rc == MR_OK && rest.p) {
		struct mr_slice one = mr_slice_cut(&rest, '|');

		if (one.n)
			rc = add_group(g, one, err);
	}
	if (rc == MR_OK && g->names.n > MR_EVAL_GROUPS_MAX)
		return mr_tsv_bad(t, err, "'%.*s' is one of more than %d "
		    "different values of '%s', expected groups",
		    MR_SHOWN(own), MR_EVAL_GROUPS_MAX, by);
	return rc;
}

int
mr_eval_groups_read(struct mr_eval_groups *g, const char *path,
    const char *by, bool films, struct mr_err *err)
{
	struct mr_tsv t;
	bool more = true;
	int key = -1, col = -1, rc = mr_tsv_open(&t, path, NULL, err);

	if (rc)
		return rc;
	rc = find_columns(g, &t, by, films, &key, &col, err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&t, &more, err);
		if (rc == MR_OK && more)
			rc = read_row(g, &t, key, col, by, err);
	}
	mr_tsv_close(&t);
	if (rc == MR_OK) {
		g->order = mr_alloc((size_t)g->names.n, sizeof *g->order,
		    "groups", err);
		rc = g->order ? mr_ids_order(&g->names, g->order, NULL, err) :
		    MR_ENOMEM;
	}
	return rc;
}

/* ---- groups by ratings in train ---- */

static const char *const active[] = { "0", "1-4", "5-19", "20-99", "100-499",
	"500+" };
static const int64_t least_active[] = { 0, 1, 5, 20, 100, 500 };
static const char *const popular[] = { "head", "mid", "tail", "unseen" };

static int
name_all(struct mr_eval_groups *g, const char *const *name, int32_t n,
    struct mr_err *err)
{
	int rc = MR_OK;

	g->order = mr_alloc((size_t)n, sizeof *g->order, "groups", err);
	for (int32_t i = 0; rc == MR_OK && g->order && i < n; i++)
		rc = mr_ids_add(&g->names, mr_slice_of(name[i]), &g->order[i],
		    NULL, err);
	return g->order ? rc : MR_ENOMEM;
}

static int
by_activity(struct mr_eval_groups *g, const struct mr_ratings *train,
    struct mr_err *err)
{
	const int64_t *ptr = train->R.ptr;
	bool is_new;
	int rc = name_all(g, active, 6, err);

	for (int32_t u = 0; rc == MR_OK && u < train->users.n; u++) {
		int i = 5;

		while (ptr[u + 1] - ptr[u] < least_active[i])
			i--;
		rc = add_key(g, mr_ids_get(&train->users, u), &is_new, err);
		if (rc == MR_OK)
			rc = add_group(g, mr_slice_of(active[i]), err);
	}
	g->absent = 0;
	return rc;
}

/* The least count of the head, and the greatest of the tail. */
static void
find_bounds(const struct mr_tally *t, double total, double *head,
    double *tail)
{
	double sum = 0;

	*head = *tail = 0;
	for (size_t i = t->distinct; i > 0 && 5 * sum < total; i--) {
		sum += t->cell[i - 1].value * (double)t->cell[i - 1].n;
		*head = t->cell[i - 1].value;
	}
	sum = 0;
	for (size_t i = 0; i < t->distinct; i++) {
		sum += t->cell[i].value * (double)t->cell[i].n;
		if (5 * sum > total)
			break;
		*tail = t->cell[i].value;
	}
}

static int
by_popularity(struct mr_eval_groups *g, const struct mr_ratings *train,
    struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(&train->R), *n = mr_alloc(
	    (size_t)train->items.n, sizeof *n, "items", err);
	struct mr_tally t = { 0 };
	double head, tail;
	bool is_new;
	int rc = n ? name_all(g, popular, 4, err) : MR_ENOMEM;

	for (int64_t j = 0; n && j < nnz; j++)
		n[train->R.idx[j]]++;
	for (int32_t i = 0; rc == MR_OK && i < train->items.n; i++)
		rc = mr_tally_add(&t, (double)n[i], 1, err);
	mr_tally_sort(&t);
	find_bounds(&t, (double)nnz, &head, &tail);
	for (int32_t i = 0; rc == MR_OK && i < train->items.n; i++) {
		double v = (double)n[i];

		rc = add_key(g, mr_ids_get(&train->items, i), &is_new, err);
		if (rc == MR_OK)
			rc = add_group(g, mr_slice_of(popular[v >= head ? 0 :
			    v <= tail ? 2 : 1]), err);
	}
	g->of_items = true;
	g->absent = 3;
	mr_tally_free(&t);
	free(n);
	return rc;
}

/* The members of each group: a group is asked for by itself. */
static int
find_members(struct mr_eval_groups *g, struct mr_err *err)
{
	int32_t n = g->keys.n;
	size_t places = n ? (size_t)g->ptr[n] : 0;

	g->key = mr_alloc(places, sizeof *g->key, "groups", err);
	if (!g->key)
		return MR_ENOMEM;
	for (int32_t k = 0; k < n; k++)
		for (int64_t j = g->ptr[k]; j < g->ptr[k + 1]; j++)
			g->key[j] = k;
	return mr_group_by(&g->members, g->group, sizeof *g->group, places,
	    g->names.n, "groups", err);
}

int
mr_eval_groups_load(struct mr_eval_groups *g, const struct mr_eval *e,
    struct mr_err *err)
{
	struct mr_slice by = mr_slice_of(e->o->by);
	int rc;

	*g = (struct mr_eval_groups){ .absent = -1 };
	if (e->o->groups)
		rc = mr_eval_groups_read(g, e->o->groups, e->o->by, false,
		    err);
	else if (mr_slice_is(by, "activity"))
		rc = by_activity(g, &e->train, err);
	else
		rc = by_popularity(g, &e->train, err);
	return rc ? rc : find_members(g, err);
}

/* ---- who is in a group ---- */

int
mr_eval_groups_in(const struct mr_eval_groups *g, const struct mr_ids *ids,
    int32_t which, unsigned char **in, struct mr_err *err)
{
	*in = mr_alloc((size_t)ids->n, 1, "groups", err);
	if (!*in)
		return MR_ENOMEM;
	for (int32_t i = 0; which == g->absent && i < ids->n; i++)
		(*in)[i] = mr_ids_find(&g->keys, mr_ids_get(ids, i)) < 0;
	for (int64_t j = g->members.ptr[which];
	    j < g->members.ptr[which + 1]; j++) {
		int32_t k = g->key[g->members.row[j]];
		int32_t i = mr_ids_find(ids, mr_ids_get(&g->keys, k));

		if (i >= 0)
			(*in)[i] = 1;
	}
	return MR_OK;
}

void
mr_eval_groups_check(const struct mr_eval_groups *g, const struct mr_eval *e,
    const struct mr_ids *ids, const char *name)
{
	int32_t without = 0;

	for (int32_t i = 0; g->absent < 0 && i < ids->n; i++) {
		int32_t k = mr_ids_find(&g->keys, mr_ids_get(ids, i));

		without += k < 0 || g->ptr[k] == g->ptr[k + 1];
	}
	if (without)
		mr_report_warn(e->report, "%s: %d of %d %s of %s are in no "
		    "group of '%s'", e->o->groups, without, ids->n,
		    g->of_items ? "items" : "users", name, e->o->by);
}
