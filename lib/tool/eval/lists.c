/* Lists against a test set and a catalogue; see lists.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/lists.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "tool/eval/part.h"

static void
side_free(struct mr_eval_side *s)
{
	mr_ranked_free(&s->l);
	free(s->in_test);
	free(s->in_train);
	free(s->in_other);
}

/* Items of T have mark[item] == the user's number + 1. */
struct target {
	int32_t *mark;		/* [test.items.n] */
	unsigned char *hit;	/* [k_max] */
	struct mr_eval_gain gain;
};

/* T: the relevant items of the user; a hit: one of them in the first k. */
static const struct mr_eval_label rank_label[MR_EVAL_MEASURES] = {
	[MR_EVAL_RECALL] = { "recall", 0, "hits / |T|, T the test items of "
	    "the user" },
	[MR_EVAL_RECALL_MIN] = { "recall_min", 0, "hits / min(k, |T|)" },
	[MR_EVAL_PRECISION] = { "precision", 0, "hits / k" },
	[MR_EVAL_NDCG] = { "ndcg", 0, "sum over hits of 1 / log2(rank + 1), "
	    "divided by the same for hits at ranks 1 to min(k, |T|)" },
	[MR_EVAL_MAP] = { "map", 0, "sum over hits of the precision at their "
	    "rank, divided by min(k, |T|)" },
	[MR_EVAL_MRR] = { "mrr", 0, "1 / rank of the first hit, else 0" },
	[MR_EVAL_HIT] = { "hit_rate", 0, "1 if there is a hit, else 0" },
};

/* Entries that the user rated in train go out of his list. */
static int
drop_train(struct mr_eval_side *s, const struct mr_eval *e, struct mr_err *err)
{
	const struct mr_csr *R = &e->train.R;
	int32_t *user = mr_ids_map(&s->l.users, &e->train.users, err);
	int32_t *mark = mr_alloc((size_t)e->train.items.n, sizeof *mark,
	    "items", err);
	int64_t from = 0, to = 0, unknown = 0;

	for (int32_t u = 0; user && mark && u < s->l.users.n; u++) {
		int64_t end = s->l.ptr[u + 1];

		for (int64_t j = user[u] < 0 ? 0 : R->ptr[user[u]];
		    user[u] >= 0 && j < R->ptr[user[u] + 1]; j++)
			mark[R->idx[j]] = u + 1;
		for (; from < end; from++) {
			int32_t i = s->in_train[s->l.item[from]];

			unknown += i < 0;
			if (i < 0 || mark[i] != u + 1)
				s->l.item[to++] = s->l.item[from];
		}
		s->l.ptr[u + 1] = to;
	}
	if (from > to)
		mr_report_warn(e->report, "%s: %lld entries of lists are "
		    "ratings of %s: left out, those behind them move up",
		    s->l.name, (long long)(from - to), e->o->train);
	if (unknown)
		mr_report_warn(e->report, "%s: %lld entries name an item "
		    "that %s does not have: novelty, coverage and gini leave "
		    "them out", s->l.name, (long long)unknown, e->o->train);
	free(mark);
	free(user);
	return user && mark ? MR_OK : MR_ENOMEM;
}

static int
side_read(struct mr_eval_side *s, const struct mr_eval *e, struct mr_tsv *t,
    struct mr_err *err)
{
	int64_t longest = 0;
	int rc = mr_ranked_read(&s->l, t, err);

	if (rc)
		return rc;
	for (int32_t u = 0; u < s->l.users.n; u++) {
		int64_t n = s->l.ptr[u + 1] - s->l.ptr[u];

		longest = n > longest ? n : longest;
	}
	if (s->l.users.n && longest < e->k_max)
		mr_report_warn(e->report, "%s: the longest list has %lld "
		    "items, the cut-off is %lld", s->l.name,
		    (long long)longest, (long long)e->k_max);
	mr_report_fact(e->report, "%s: %d lists, %lld entries", s->l.name,
	    s->l.users.n, (long long)s->l.ptr[s->l.users.n]);
	s->in_test = mr_ids_map(&s->l.items, &e->test.items, err);
	if (!s->in_test)
		return MR_ENOMEM;
	s->n_users = s->l.users.n;
	if (!e->o->train)
		return MR_OK;
	s->in_train = mr_ids_map(&s->l.items, &e->train.items, err);
	return s->in_train ? drop_train(s, e, err) : MR_ENOMEM;
}

/* Only users whom the other file has, too, count. */
static int
side_match(struct mr_eval_side *s, const struct mr_eval_side *other,
    const struct mr_eval *e, struct mr_err *err)
{
	s->in_other = mr_ids_map(&s->l.users, &other->l.users, err);
	if (!s->in_other)
		return MR_ENOMEM;
	for (int32_t u = 0; u < s->l.users.n; u++)
		s->n_users -= s->in_other[u] < 0;
	if (s->n_users < s->l.users.n)
		mr_report_warn(e->report, "%s: %d of %d users are not in the "
		    "other file: their lists do not count", s->l.name,
		    s->l.users.n - s->n_users, s->l.users.n);
	return MR_OK;
}

/* No pair of the test set may be in the training set. */
static int
check_leak(const struct mr_eval *e, struct mr_err *err)
{
	const struct mr_csr *T = &e->test.R, *R = &e->train.R;
	int32_t *user = mr_ids_map(&e->test.users, &e->train.users, err);
	int32_t *item = mr_ids_map(&e->test.items, &e->train.items, err);
	int32_t *mark = mr_alloc((size_t)e->train.items.n, sizeof *mark,
	    "items", err), first_user = 0, first_item = 0;
	int rc = user && item && mark ? MR_OK : MR_ENOMEM;
	int64_t n = 0;

	for (int32_t u = 0; rc == MR_OK && u < e->test.users.n; u++) {
		if (user[u] < 0)
			continue;
		for (int64_t j = R->ptr[user[u]]; j < R->ptr[user[u] + 1];
		    j++)
			mark[R->idx[j]] = u + 1;
		for (int64_t j = T->ptr[u]; j < T->ptr[u + 1]; j++) {
			int32_t i = item[T->idx[j]];

			if (i < 0 || mark[i] != u + 1 || n++)
				continue;
			first_user = u;
			first_item = T->idx[j];
		}
	}
	if (n)
		rc = mr_eval_leak(e, e->o->test,
		    mr_ids_get(&e->test.users, first_user),
		    mr_ids_get(&e->test.items, first_item), n, err);
	free(user);
	free(item);
	free(mark);
	return rc;
}

/* The measures of test user u, who has list number list of s (-1: none), at
 * all cut-offs. */
static void
fill_row(double *row, const struct mr_eval *e, const struct mr_eval_side *s,
    const struct target *w, int32_t u, int32_t list, int64_t n_relevant)
{
	int64_t from = list < 0 ? 0 : s->l.ptr[list], n;

	n = list < 0 ? 0 : s->l.ptr[list + 1] - from;
	n = n < e->k_max ? n : e->k_max;
	for (int64_t j = 0; j < n; j++) {
		int32_t i = s->in_test[s->l.item[from + j]];

		w->hit[j] = i >= 0 && w->mark[i] == u + 1;
	}
	for (int i = 0; i < e->n_k; i++)
		mr_eval_ranking(row + (size_t)i * MR_EVAL_MEASURES, &w->gain,
		    w->hit, n, n_relevant, e->k[i]);
}

static int64_t
mark_relevant(const struct mr_eval *e, const struct target *w, int32_t u)
{
	const struct mr_csr *T = &e->test.R;
	int64_t n = 0;

	for (int64_t j = T->ptr[u]; j < T->ptr[u + 1]; j++) {
		if (T->val[j] < e->relevant)
			continue;
		w->mark[T->idx[j]] = u + 1;
		n++;
	}
	return n;
}

/* Is there one in any list?  v: [p->n * p->m]. */
static bool
has_hit(const struct mr_eval_part *p, const double *v)
{
	for (int64_t at = MR_EVAL_HIT; at < p->n * p->m;
	    at += MR_EVAL_MEASURES)
		if (v[at] > 0)
			return true;
	return false;
}

/* Zeros, or no rows at all, that a wrong test set may be the cause of. */
static void
warn_test(const struct mr_eval *e, const struct mr_eval_part *p,
    const struct mr_eval_side *s, int64_t n_users)
{
	if (e->test.users.n == 0)
		mr_report_warn(e->report, "--test has no rating");
	else if (n_users == 0)
		mr_report_warn(e->report, "no rating in --test is %s or more",
		    e->o->relevant);
	for (int i = 0; p->n && i < (p->b ? 2 : 1); i++)
		if (s[i].l.users.n && !has_hit(p, i ? p->b : p->a))
			mr_report_warn(e->report, "%s: no list has a hit: is "
			    "--test the training set, or of other ids?",
			    s[i].l.name);
}

/* Rows of p: users with something relevant; when comparing, those of them who
 * are in both files. */
static int
fill_ranks(struct mr_eval_part *p, const struct mr_eval *e,
    const struct mr_eval_side *s, struct target *w, struct mr_err *err)
{
	const struct mr_ids *users = &e->test.users;
	int32_t *a = mr_ids_map(users, &s[0].l.users, err), *b = NULL;
	int64_t without = 0, n_users = 0;

	if (p->b)
		b = mr_ids_map(users, &s[1].l.users, err);
	for (int32_t u = 0; a && (b || !p->b) && u < users->n; u++) {
		int64_t n = mark_relevant(e, w, u), at = p->n * p->m;

		n_users += n > 0;
		if (n == 0)
			continue;
		without += a[u] < 0 || (b && b[u] < 0);
		if (b && (a[u] < 0 || b[u] < 0))
			continue;
		fill_row(p->a + at, e, &s[0], w, u, a[u], n);
		if (b)
			fill_row(p->b + at, e, &s[1], w, u, b[u], n);
		p->user[p->n++] = u;
	}
	if (without)
		mr_report_warn(e->report, p->b ? "%lld of %lld users of the "
		    "test set are not in both files: they do not count" :
		    "%lld of %lld users of the test set have no list: they "
		    "count as zero", (long long)without, (long long)n_users);
	if (a && (b || !p->b))
		warn_test(e, p, s, n_users);
	mr_report_fact(e->report, "users with relevant items: %lld",
	    (long long)n_users);
	free(a);
	free(b);
	return a && (b || !p->b) ? MR_OK : MR_ENOMEM;
}

static int
print_ranks(const struct mr_eval *e, const struct mr_eval_side *s,
    struct mr_err *err)
{
	struct mr_eval_part *p = mr_alloc(1, sizeof *p, "measures", err);
	struct target w = { 0 };
	int rc = p ? mr_eval_part_new(p, e, e->test.users.n,
	    e->n_k * MR_EVAL_MEASURES, &e->test.users, err) : MR_ENOMEM;

	if (rc)
		goto out;
	for (int i = 0; i < e->n_k; i++)
		for (int c = 0; c < MR_EVAL_MEASURES; c++)
			mr_eval_part_stat(p, (struct mr_eval_stat){
			    i * MR_EVAL_MEASURES + c, -1, false },
			    (struct mr_eval_label){ rank_label[c].measure,
			    e->k[i], rank_label[c].definition });
	w.mark = mr_alloc((size_t)e->test.items.n, sizeof *w.mark, "items",
	    err);
	w.hit = mr_alloc((size_t)e->k_max, 1, "hits", err);
	rc = w.mark && w.hit ? mr_eval_gain_build(&w.gain, e->k_max, err) :
	    MR_ENOMEM;
	if (rc == MR_OK)
		rc = fill_ranks(p, e, s, &w, err);
	if (rc == MR_OK)
		rc = mr_eval_part_print(p, e, err);
out:
	if (p)
		mr_eval_part_free(p);
	mr_eval_gain_free(&w.gain);
	free(w.mark);
	free(w.hit);
	free(p);
	return rc;
}

int
mr_eval_lists_run(const struct mr_eval *e, struct mr_tsv *t,
    struct mr_tsv *other, struct mr_err *err)
{
	struct mr_eval_side s[2] = { 0 };
	int rc = MR_OK;

	if (!e->o->test && !e->o->train)
		mr_report_warn(e->report, "no --test: only what the lists "
		    "themselves tell");
	if (e->o->test && e->o->train)
		rc = check_leak(e, err);
	if (rc == MR_OK)
		rc = side_read(&s[0], e, t, err);
	if (rc == MR_OK && other)
		rc = side_read(&s[1], e, other, err);
	if (rc == MR_OK && other)
		rc = side_match(&s[0], &s[1], e, err);
	if (rc == MR_OK && other)
		rc = side_match(&s[1], &s[0], e, err);
	if (rc == MR_OK && e->o->test)
		rc = print_ranks(e, s, err);
	if (rc == MR_OK)
		rc = mr_eval_catalogue_print(e, s, err);
	side_free(&s[0]);
	side_free(&s[1]);
	return rc;
}
