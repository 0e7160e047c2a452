/* Predictions against ratings; see pairs.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/pairs.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "eval/errors.h"
#include "store/predictions.h"
#include "tool/eval/groups.h"
#include "tool/eval/part.h"

/* Where the pairs of a file stand in another matrix of users and items. */
struct place {
	int32_t *user, *item;	/* numbers there, -1: none */
	int64_t *at;		/* [items there] last place seen */
};

static int
place_new(struct place *w, const struct mr_predictions *a,
    const struct mr_ids *users, const struct mr_ids *items,
    struct mr_err *err)
{
	w->user = mr_ids_map(&a->users, users, err);
	w->item = mr_ids_map(&a->items, items, err);
	w->at = mr_alloc((size_t)items->n, sizeof *w->at, "items", err);
	return w->user && w->item && w->at ? MR_OK : MR_ENOMEM;
}

static void
place_free(struct place *w)
{
	free(w->user);
	free(w->item);
	free(w->at);
	*w = (struct place){ 0 };
}

/* at[item] = where user u (a number of a) rated it in R. */
static void
place_user(const struct place *w, const struct mr_csr *R, int32_t u)
{
	if (w->user[u] < 0)
		return;
	for (int64_t j = R->ptr[w->user[u]]; j < R->ptr[w->user[u] + 1]; j++)
		w->at[R->idx[j]] = j;
}

/* The place of pair p in R, or -1; at is left from users before, so what it
 * says is checked. */
static int64_t
place_of(const struct place *w, const struct mr_csr *R,
    const struct mr_prediction *p)
{
	int32_t u = w->user[p->user], i = w->item[p->item];
	int64_t j;

	if (u < 0 || i < 0)
		return -1;
	j = w->at[i];
	return j >= R->ptr[u] && j < R->ptr[u + 1] && R->idx[j] == i ? j : -1;
}

/* Ratings of the test set for pairs that have none. */
static int
join_test(struct mr_predictions *a, const struct mr_eval *e,
    struct mr_err *err)
{
	const struct mr_csr *T = &e->test.R;
	struct place w = { 0 };
	int64_t found = 0;
	int rc = place_new(&w, a, &e->test.users, &e->test.items, err);

	for (int32_t u = 0; rc == MR_OK && u < a->users.n; u++) {
		place_user(&w, T, u);
		for (int64_t k = a->by_user.ptr[u];
		    k < a->by_user.ptr[u + 1]; k++) {
			struct mr_prediction *p = &a->p[a->by_user.row[k]];
			int64_t j = place_of(&w, T, p);

			found += j >= 0;
			if (j >= 0 && isnan(p->rating))
				p->rating = e->test.exact[j];
		}
	}
	if (rc == MR_OK && found < mr_csr_nnz(T))
		mr_report_warn(e->report, "%s: %lld of %lld pairs of %s have "
		    "no estimate: they do not count", a->name,
		    (long long)(mr_csr_nnz(T) - found),
		    (long long)mr_csr_nnz(T), e->o->test);
	place_free(&w);
	return rc;
}

/* No pair that counts may be in the training set. */
static int
check_leak(const struct mr_predictions *a, const struct mr_eval *e,
    struct mr_err *err)
{
	const struct mr_prediction *first = NULL;
	const struct mr_csr *R = &e->train.R;
	struct place w = { 0 };
	int64_t n = 0;
	int rc = place_new(&w, a, &e->train.users, &e->train.items, err);

	for (int32_t u = 0; rc == MR_OK && u < a->users.n; u++) {
		place_user(&w, R, u);
		for (int64_t k = a->by_user.ptr[u];
		    k < a->by_user.ptr[u + 1]; k++) {
			const struct mr_prediction *p =
			    &a->p[a->by_user.row[k]];

			if (isnan(p->rating) || place_of(&w, R, p) < 0)
				continue;
			n++;
			if (!first || p->line < first->line)
				first = p;
		}
	}
	if (first)
		rc = mr_eval_leak(e, a->name, mr_ids_get(&a->users,
		    first->user), mr_ids_get(&a->items, first->item), n, err);
	place_free(&w);
	return rc;
}

/* Pairs with a rating of users or items that the training set lacks: counted,
 * or left out by losing it. */
static int
check_known(struct mr_predictions *a, const struct mr_eval *e,
    struct mr_err *err)
{
	int32_t *user = mr_ids_map(&a->users, &e->train.users, err);
	int32_t *item = mr_ids_map(&a->items, &e->train.items, err);
	int rc = user && item ? MR_OK : MR_ENOMEM;
	size_t n = 0, rated = 0;

	for (size_t i = 0; rc == MR_OK && i < a->n; i++) {
		struct mr_prediction *p = &a->p[i];

		rated += isnan(p->rating) ? 0 : 1;
		if (isnan(p->rating) || (user[p->user] >= 0 &&
		    item[p->item] >= 0))
			continue;
		n++;
		if (e->o->known_only)
			p->rating = NAN;
	}
	if (n && e->o->known_only)
		mr_report_fact(e->report, "%s: %zu of %zu pairs are of users "
		    "or items that %s does not have: left out", a->name, n,
		    rated, e->o->train);
	else if (n)
		mr_report_warn(e->report, "%s: %zu of %zu pairs are of users "
		    "or items that %s does not have: they count, --known-only "
		    "leaves them out", a->name, n, rated, e->o->train);
	free(user);
	free(item);
	return rc;
}

static int
pairs_read(struct mr_predictions *a, const struct mr_eval *e, struct mr_tsv *t,
    struct mr_err *err)
{
	size_t without = 0;
	int rc = mr_predictions_read(a, t, err);

	if (rc == MR_OK && e->o->test)
		rc = join_test(a, e, err);
	if (rc == MR_OK && e->o->train)
		rc = check_leak(a, e, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < a->n; i++)
		without += isnan(a->p[i].rating) ? 1 : 0;
	if (e->o->train)
		rc = check_known(a, e, err);
	if (without)
		mr_report_warn(e->report, "%s: %zu of %zu pairs have no "
		    "rating: left out", a->name, without, a->n);
	mr_report_fact(e->report, "%s: %d users, %zu pairs", a->name,
	    a->users.n, a->n);
	return rc;
}

static void
add_error(double *row, const struct mr_prediction *p)
{
	mr_errors_add(row, p->estimate, p->rating);
}

/* All pairs of user u that have a rating, of items [a->items.n] (NULL: all). */
static void
add_user(struct mr_measures *p, const struct mr_predictions *a,
    const unsigned char *items, int32_t u)
{
	double *row = p->a + p->n * p->m;

	for (int64_t k = a->by_user.ptr[u]; k < a->by_user.ptr[u + 1]; k++) {
		const struct mr_prediction *x = &a->p[a->by_user.row[k]];

		if (!isnan(x->rating) && (!items || items[x->item]))
			add_error(row, x);
	}
	if (row[MR_ERRORS_PAIRS] > 0)
		p->user[p->n++] = u;
}

static int
check_same(const struct mr_predictions *b, const struct mr_prediction *x,
    const struct mr_prediction *y, const char *name, struct mr_err *err)
{
	int digits = fabs(x->rating - y->rating) > 1e-8 * fabs(x->rating) ?
	    9 : 17;

	if (x->rating <= y->rating && x->rating >= y->rating)
		return MR_OK;
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: rating %.*g, expected "
	    "%.*g as in %s:%lld", b->name, (long long)y->line, digits,
	    y->rating, digits, x->rating, name, (long long)x->line);
}

/* The pairs of user u of a that b estimates, too; w places a in b. */
static int
add_user_of_both(struct mr_measures *p, const struct mr_predictions *a,
    const struct mr_predictions *b, const struct place *w, int32_t u,
    const unsigned char *items, struct mr_err *err)
{
	int64_t row = p->n * p->m;
	int32_t v = w->user[u];
	int rc = MR_OK;

	if (v < 0)
		return MR_OK;
	for (int64_t k = b->by_user.ptr[v]; k < b->by_user.ptr[v + 1]; k++)
		w->at[b->p[b->by_user.row[k]].item] = k;
	for (int64_t k = a->by_user.ptr[u];
	    k < a->by_user.ptr[u + 1] && rc == MR_OK; k++) {
		const struct mr_prediction *x = &a->p[a->by_user.row[k]], *y;
		int32_t i = w->item[x->item];

		if (items && !items[x->item])
			continue;
		if (i < 0 || w->at[i] < b->by_user.ptr[v] || w->at[i] >=
		    b->by_user.ptr[v + 1])
			continue;
		y = &b->p[b->by_user.row[w->at[i]]];
		if (y->item != i || isnan(x->rating) || isnan(y->rating))
			continue;
		rc = check_same(b, x, y, a->name, err);
		add_error(p->a + row, x);
		add_error(p->b + row, y);
	}
	if (p->a[row + MR_ERRORS_PAIRS] > 0)
		p->user[p->n++] = u;
	return rc;
}

static int
fill(struct mr_measures *p, const struct mr_eval *e,
    const struct mr_predictions a[2], struct mr_err *err)
{
	struct place w = { 0 };
	unsigned char *in = NULL, *items = NULL, *users = NULL;
	int rc = mr_errors_new(p, a[0].users.n, e->o->compare != NULL, err);

	if (rc == MR_OK && p->b)
		rc = place_new(&w, &a[0], &a[1].users, &a[1].items, err);
	if (rc == MR_OK && e->group >= 0)
		rc = mr_eval_groups_in(e->groups, e->groups->of_items ?
		    &a[0].items : &a[0].users, e->group, &in, err);
	if (in)
		*(e->groups->of_items ? &items : &users) = in;
	for (int32_t u = 0; rc == MR_OK && u < a[0].users.n; u++) {
		if (users && !users[u])
			continue;
		if (p->b)
			rc = add_user_of_both(p, &a[0], &a[1], &w, u, items,
			    err);
		else
			add_user(p, &a[0], items, u);
	}
	place_free(&w);
	free(in);
	return rc;
}

static const char of_both[] = "pairs of both files";

static int
print(struct mr_eval_part *p, const struct mr_eval *e,
    const struct mr_predictions a[2], struct mr_err *err)
{
	const struct mr_measures *m = &p->t;
	struct mr_eval_total t = { { "pairs", 0, "pairs with a rating", false },
	    of_both, 0, NAN, m->n };
	int rc;

	for (int64_t u = 0; u < m->n; u++)
		t.value += m->a[u * m->m + MR_ERRORS_PAIRS];
	for (int i = 0; i < 2 && m->b && e->group < 0; i++) {
		int64_t rated = 0;

		for (size_t k = 0; k < a[i].n; k++)
			rated += !isnan(a[i].p[k].rating);
		if (t.value < (double)rated)
			mr_report_warn(e->report, "%s: %.0f of %lld pairs "
			    "with a rating are not in the other file: they "
			    "do not count", a[i].name, (double)rated -
			    t.value, (long long)rated);
	}
	if (m->b)
		t.other = t.value;
	p->names = &a[0].users;
	p->label[MR_ERRORS_RMSE] = (struct mr_eval_label){ "rmse", 0,
	    "sqrt(mean over all pairs of (estimate - rating)^2)", true };
	p->label[MR_ERRORS_MAE] = (struct mr_eval_label){ "mae", 0,
	    "mean over all pairs of |estimate - rating|", true };
	p->over = of_both;
	rc = mr_eval_part_add(p, e, err);
	if (rc == MR_OK)
		rc = mr_eval_total_add(&t, e, err);
	return rc;
}

static int
run_one(const struct mr_eval *e, const struct mr_predictions a[2],
    struct mr_err *err)
{
	struct mr_eval_part *p = mr_alloc(1, sizeof *p, "measures", err);
	int rc = p ? fill(&p->t, e, a, err) : MR_ENOMEM;

	if (rc == MR_OK)
		rc = print(p, e, a, err);
	if (p)
		mr_measures_free(&p->t);
	free(p);
	return rc;
}

static int
run_groups(struct mr_eval *e, const struct mr_predictions a[2],
    struct mr_err *err)
{
	const struct mr_eval_groups *g = e->groups;
	int rc = MR_OK;

	if (e->nth == 0)
		mr_eval_groups_check(g, e, g->of_items ? &a[0].items :
		    &a[0].users, a[0].name);
	for (int32_t i = 0; rc == MR_OK && i < g->names.n; i++) {
		e->group = g->order[i];
		rc = run_one(e, a, err);
	}
	e->group = -1;
	return rc;
}

int
mr_eval_pairs_run(struct mr_eval *e, struct mr_tsv *t, struct mr_err *err)
{
	struct mr_predictions a[2] = { 0 };
	int rc = MR_OK;

	for (int i = 0; rc == MR_OK && i < e->o->n_in; i++) {
		e->nth = i;
		e->file = t[i].in.name;
		rc = pairs_read(&a[0], e, &t[i], err);
		if (rc == MR_OK && i == 0 && e->o->compare)
			rc = pairs_read(&a[1], e, &t[e->o->n_in], err);
		if (rc == MR_OK)
			rc = run_one(e, a, err);
		if (rc == MR_OK && e->groups)
			rc = run_groups(e, a, err);
		mr_predictions_free(&a[0]);
	}
	mr_predictions_free(&a[1]);
	return rc;
}
