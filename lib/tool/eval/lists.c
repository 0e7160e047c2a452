/* Lists against a test set and a catalogue; see lists.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/lists.h"

#include <stdlib.h>

#include "core/mem.h"
#include "eval/auc.h"
#include "tool/eval/groups.h"
#include "tool/eval/names.h"
#include "tool/eval/part.h"

static void
side_free(struct mr_eval_side *s)
{
	mr_ranked_free(&s->l);
	free(s->in_test);
	free(s->in_train);
	free(s->in_vectors);
	free(s->in_other);
	free(s->list);
	*s = (struct mr_eval_side){ 0 };
}

struct mr_lists
mr_eval_lists(const struct mr_eval_side *s)
{
	return (struct mr_lists){ s->l.users.n, s->l.ptr, s->l.item };
}

/* T: the relevant items of the user; a hit: one of them in the first k. */
static const struct mr_eval_label rank_label[MR_EVAL_MEASURES] = {
	[MR_EVAL_RECALL] = { "recall", 0, "hits / |T|, T the test items of "
	    "the user", false },
	[MR_EVAL_RECALL_MIN] = { "recall_min", 0, "hits / min(k, |T|)", false },
	[MR_EVAL_PRECISION] = { "precision", 0, "hits / k", false },
	[MR_EVAL_NDCG] = { "ndcg", 0, "sum over hits of 1 / log2(rank + 1), "
	    "binary, divided by the same for hits at ranks 1 to min(k, |T|)",
	    false },
	[MR_EVAL_NDCG_LINEAR] = { "ndcg_linear", 0, "sum over hits of rating / "
	    "log2(rank + 1), divided by the same for T by falling ratings",
	    false },
	[MR_EVAL_NDCG_EXP] = { "ndcg_exp", 0, "sum over hits of (2^rating - 1) "
	    "/ log2(rank + 1), divided by the same for T by falling ratings",
	    false },
	[MR_EVAL_MAP] = { "map", 0, "sum over hits of the precision at their "
	    "rank, divided by min(k, |T|)", false },
	[MR_EVAL_MAP_ALL] = { "map_all", 0, "sum over hits of the precision at "
	    "their rank, divided by |T|", false },
	[MR_EVAL_MRR] = { "mrr", 0, "1 / rank of the first hit, else 0", false },
	[MR_EVAL_HIT] = { "hit_rate", 0, "1 if there is a hit, else 0", false },
};

/* Entries that the user rated in train go out of his list. */
static int
drop_train(struct mr_eval_side *s, const struct mr_eval *e, struct mr_err *err)
{
	int32_t *user = mr_ids_map(&s->l.users, &e->train.users, err);
	int64_t dropped = 0, unknown = 0;
	int rc = user ? mr_lists_drop(s->l.ptr, s->l.item, s->l.users.n, user,
	    s->in_train, &e->train.R, &dropped, &unknown, err) : MR_ENOMEM;

	if (dropped)
		mr_report_warn(e->report, "%s: %lld entries of lists are "
		    "ratings of %s: left out, those behind them move up",
		    s->l.name, (long long)dropped, e->o->train);
	if (unknown)
		mr_report_warn(e->report, "%s: %lld entries name an item "
		    "that %s does not have: novelty, coverage and gini leave "
		    "them out", s->l.name, (long long)unknown, e->o->train);
	free(user);
	return rc;
}

static int
find_vectors(struct mr_eval_side *s, const struct mr_eval *e,
    struct mr_err *err)
{
	int64_t without = 0;

	s->in_vectors = mr_ids_map(&s->l.items, e->vectors.names, err);
	if (!s->in_vectors)
		return MR_ENOMEM;
	for (int64_t j = 0; j < s->l.ptr[s->l.users.n]; j++)
		without += s->in_vectors[s->l.item[j]] < 0;
	if (without)
		mr_report_warn(e->report, "%s: %lld entries have no vector in "
		    "%s: diversity leaves them out", s->l.name,
		    (long long)without, e->o->vectors);
	return MR_OK;
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
	s->list = mr_ids_map(&e->test.users, &s->l.users, err);
	if (!s->in_test || !s->list)
		return MR_ENOMEM;
	s->n_users = s->l.users.n;
	if (e->o->vectors && find_vectors(s, e, err))
		return MR_ENOMEM;
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
	free(s->in_other);
	s->n_users = s->l.users.n;
	s->in_other = mr_ids_map(&s->l.users, &other->l.users, err);
	if (!s->in_other)
		return MR_ENOMEM;
	for (int32_t u = 0; u < s->l.users.n; u++)
		s->n_users -= s->in_other[u] < 0;
	if (s->n_users < s->l.users.n)
		mr_report_warn(e->report, "%s: %d of %d users are not in the "
		    "other file: %s", s->l.name, s->l.users.n - s->n_users,
		    s->l.users.n, e->o->common || !e->o->test ?
		    "their lists do not count" :
		    "measures of the catalogue leave them out");
	return MR_OK;
}

/* Users and items of the test set that the model cannot have seen: counted,
 * or left out. */
static void
check_known(struct mr_eval *e, const int32_t *user, const int32_t *item)
{
	struct mr_ratings *t = &e->test;
	int32_t users = 0, items = 0;
	long long left_out = 0;

	for (int32_t u = 0; u < t->users.n; u++)
		users += user[u] < 0;
	for (int32_t i = 0; i < t->items.n; i++)
		items += item[i] < 0;
	if (e->o->known_only)
		left_out = mr_lists_keep(&t->R, t->exact, user, item);
	if (left_out)
		mr_report_fact(e->report, "%s: %lld ratings of users or items "
		    "that %s does not have: left out", e->o->test, left_out,
		    e->o->train);
	else if (users || items)
		mr_report_warn(e->report, "%s: %d of %d users and %d of %d "
		    "items are not in %s: they count, --known-only leaves "
		    "them out", e->o->test, users, t->users.n, items,
		    t->items.n, e->o->train);
}

/* No pair of the test set may be in the training set. */
static int
check_leak(struct mr_eval *e, struct mr_err *err)
{
	const struct mr_ratings *t = &e->test;
	int32_t *user = mr_ids_map(&t->users, &e->train.users, err);
	int32_t *item = mr_ids_map(&t->items, &e->train.items, err);
	struct mr_leak leak = { 0 };
	int rc = user && item ? mr_leak_find(&leak, &t->R, &e->train.R, user,
	    item, err) : MR_ENOMEM;

	if (leak.n)
		rc = mr_eval_leak(e, e->o->test, mr_ids_get(&t->users,
		    leak.user), mr_ids_get(&t->items, leak.item), leak.n,
		    err);
	if (rc == MR_OK)
		check_known(e, user, item);
	free(user);
	free(item);
	return rc;
}

/* Zeros, or no rows at all, that a wrong test set may be the cause of. */
static void
warn_ranks(const struct mr_eval *e, const struct mr_measures *t,
    const struct mr_eval_side *s, const struct mr_lists_facts *facts)
{
	bool first = e->nth == 0;

	if (facts->left_out)
		mr_report_warn(e->report, "%s%s%lld of %lld users of the "
		    "test set are not in both files: they do not count",
		    e->o->n_in > 1 ? e->file : "", e->o->n_in > 1 ? ": " : "",
		    (long long)facts->left_out, (long long)facts->n_users);
	for (int i = 0; !e->o->common && i < (t->b && first ? 2 : 1); i++)
		if (facts->without[i])
			mr_report_warn(e->report, "%s%s%lld of %lld users of "
			    "the test set have no list: they count as zero",
			    t->b ? s[i].l.name : "", t->b ? ": " : "",
			    (long long)facts->without[i],
			    (long long)facts->n_users);
	if (first && e->test.users.n == 0)
		mr_report_warn(e->report, "--test has no rating");
	else if (first && mr_csr_nnz(&e->test.R) == 0)
		mr_report_warn(e->report, "no rating in --test is of a user "
		    "and an item that --train has");
	else if (first && facts->n_users == 0)
		mr_report_warn(e->report, "no rating in --test is %s or more",
		    e->o->relevant);
	for (int i = 0; t->n && i < (t->b && first ? 2 : 1); i++)
		if (s[i].l.users.n && !facts->hit[i])
			mr_report_warn(e->report, "%s: no list has a hit: is "
			    "--test the training set, or of other ids?",
			    s[i].l.name);
	mr_report_fact(e->report, "users with relevant items: %lld",
	    (long long)facts->n_users);
}

static const struct mr_eval_label auc_label = { "auc", 0, "pairs of an item "
    "of T and one that the user has neither in train nor in test, in the "
    "right order; two beyond the list are half a pair", false };

static int
rank_auc(struct mr_measures *t, const struct mr_eval *e,
    const struct mr_eval_side *s, const struct mr_lists_test *test,
    const struct mr_lists_side *side, struct mr_err *err)
{
	int32_t *user = mr_ids_map(&e->test.users, &e->train.users, err);
	int32_t *item = mr_ids_map(&e->test.items, &e->train.items, err);
	const struct mr_auc_train train = { &e->train.R, user, item,
		{ s[0].in_train, e->o->compare ? s[1].in_train : NULL } };
	int64_t n_short = 0;
	int rc = user && item ? mr_auc_rank(t, test, &side[0], e->o->compare ?
	    &side[1] : NULL, &train, &n_short, err) : MR_ENOMEM;

	if (n_short && e->group < 0)
		mr_report_warn(e->report, "%s: auc: %lld of %lld lists end "
		    "before all candidates are in: those beyond are tied",
		    s->l.name, (long long)n_short, (long long)t->n);
	free(user);
	free(item);
	return rc;
}

/* The measures of ranks, or where there are none AUC. */
static int
rank(struct mr_measures *t, const struct mr_eval *e,
    const struct mr_eval_side *s, const int *measure, int n_measures,
    struct mr_err *err)
{
	struct mr_lists_test test = { .T = &e->test.R,
		.rating = e->test.exact, .relevant = e->relevant, .k = e->k,
		.n_k = e->n_k, .k_max = e->k_max, .measure = measure,
		.n_measures = n_measures, .both = e->o->common };
	unsigned char *in = NULL;
	int n = e->o->compare ? 2 : 1, rc = MR_OK;
	struct mr_lists_facts facts;
	struct mr_lists_side side[2];

	if (e->group >= 0)
		rc = mr_eval_groups_in(e->groups, e->groups->of_items ?
		    &e->test.items : &e->test.users, e->group, &in, err);
	if (in && e->groups->of_items)
		test.items = in;
	else
		test.users = in;
	for (int i = 0; i < n; i++)
		side[i] = (struct mr_lists_side){ mr_eval_lists(&s[i]),
		    s[i].in_test, s[i].list };
	if (rc == MR_OK && n_measures == 0)
		rc = rank_auc(t, e, s, &test, side, err);
	else if (rc == MR_OK)
		rc = mr_lists_rank(t, &test, &side[0], n > 1 ? &side[1] :
		    NULL, &facts, err);
	if (rc == MR_OK && e->group < 0 && n_measures)
		warn_ranks(e, t, s, &facts);
	free(in);
	return rc;
}

static int
print_ranks(const struct mr_eval *e, const struct mr_eval_side *s, bool auc,
    struct mr_err *err)
{
	struct mr_eval_part *p = mr_alloc(1, sizeof *p, "measures", err);
	int measure[MR_EVAL_MEASURES], n = 0, rc = MR_ENOMEM;

	for (int i = 0; i < MR_EVAL_MEASURES && !auc; i++)
		if (mr_eval_wants(e, rank_label[i].measure))
			measure[n++] = i;
	if (!p || (n == 0 && !(auc && mr_eval_wants(e, "auc")))) {
		free(p);
		return p ? MR_OK : rc;
	}
	p->names = &e->test.users;
	p->over = e->o->common ? "users of both files" :
	    auc ? "1/2 for a user without a list" :
	    "0 for a user without a list";
	p->label[0] = auc_label;
	for (int i = 0; i < e->n_k * n; i++) {
		p->label[i] = rank_label[measure[i % n]];
		p->label[i].k = e->k[i / n];
	}
	rc = rank(&p->t, e, s, measure, n, err);
	if (rc == MR_OK)
		rc = mr_eval_part_add(p, e, err);
	mr_measures_free(&p->t);
	free(p);
	return rc;
}

static int
add_rows(const struct mr_eval *e, const struct mr_eval_side *s,
    struct mr_err *err)
{
	int rc = e->o->test ? print_ranks(e, s, false, err) : MR_OK;

	if (rc == MR_OK && e->o->test)
		rc = print_ranks(e, s, true, err);

	/* A list is whole: it has no part that is a group's. */
	if (rc == MR_OK && (e->group < 0 || !e->groups->of_items))
		rc = mr_eval_catalogue_print(e, s, err);
	return rc;
}

/* s[1] is the file that all are compared with. */
static int
run_one(struct mr_eval *e, struct mr_eval_side *s, struct mr_err *err)
{
	int rc = MR_OK;

	if (e->o->compare) {
		rc = side_match(&s[0], &s[1], e, err);
		if (rc == MR_OK)
			rc = side_match(&s[1], &s[0], e, err);
	}
	if (rc == MR_OK)
		rc = add_rows(e, s, err);
	if (rc || !e->groups)
		return rc;
	if (e->nth == 0 && !e->o->test && e->groups->of_items)
		mr_report_warn(e->report, "no --test: groups of items by '%s' "
		    "have no row, they are groups of relevant items",
		    e->o->by);
	if (e->nth == 0 && e->o->test)
		mr_eval_groups_check(e->groups, e, e->groups->of_items ?
		    &e->test.items : &e->test.users, e->o->test);
	for (int32_t i = 0; rc == MR_OK && i < e->groups->names.n; i++) {
		e->group = e->groups->order[i];
		rc = add_rows(e, s, err);
	}
	e->group = -1;
	return rc;
}

int
mr_eval_lists_run(struct mr_eval *e, struct mr_tsv *t, struct mr_err *err)
{
	struct mr_eval_side s[2] = { 0 };
	int rc = MR_OK;

	if (!e->o->test && !e->o->train)
		mr_report_warn(e->report, "no --test: only what the lists "
		    "themselves tell");
	if (e->o->test && e->o->train)
		rc = check_leak(e, err);
	for (int i = 0; rc == MR_OK && i < e->o->n_in; i++) {
		e->nth = i;
		e->file = t[i].in.name;
		rc = side_read(&s[0], e, &t[i], err);
		if (rc == MR_OK && i == 0 && e->o->compare)
			rc = side_read(&s[1], e, &t[e->o->n_in], err);
		if (rc == MR_OK)
			rc = run_one(e, s, err);
		side_free(&s[0]);
	}
	side_free(&s[1]);
	return rc;
}
