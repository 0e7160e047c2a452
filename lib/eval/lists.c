/* Lists of users against ratings; see lists.h.
 * SPDX-License-Identifier: MIT */
#include "eval/lists.h"

#include <stdlib.h>

#include "core/mem.h"

/* ---- hits ---- */

/* Relevant items of T have mark[item] == the user's number + 1 and at[item]
 * where in T they are. */
struct target {
	int32_t *mark;		/* [items of T] */
	int64_t *at;		/* [items of T] */
	unsigned char *hit;	/* [k_max] */
	double *rating;		/* [k_max] */
	double *relevant;	/* [items of T] */
	struct mr_eval_gain gain;
};

static int
target_new(struct target *w, const struct mr_lists_test *t,
    struct mr_err *err)
{
	size_t items = (size_t)t->T->cols, k_max = (size_t)t->k_max;

	w->mark = mr_alloc(items, sizeof *w->mark, "items", err);
	w->at = mr_alloc(items, sizeof *w->at, "items", err);
	w->relevant = mr_alloc(items, sizeof *w->relevant, "items", err);
	w->hit = mr_alloc(k_max, 1, "hits", err);
	w->rating = mr_alloc(k_max, sizeof *w->rating, "hits", err);
	if (!w->mark || !w->at || !w->relevant || !w->hit || !w->rating)
		return MR_ENOMEM;
	return mr_eval_gain_build(&w->gain, t->k_max, err);
}

static void
target_free(struct target *w)
{
	mr_eval_gain_free(&w->gain);
	free(w->mark);
	free(w->at);
	free(w->relevant);
	free(w->hit);
	free(w->rating);
}

static int
falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

static int64_t
mark_relevant(const struct mr_lists_test *t, const struct target *w,
    int32_t u)
{
	int64_t n = 0;

	for (int64_t j = t->T->ptr[u]; j < t->T->ptr[u + 1]; j++) {
		if (t->rating[j] < t->relevant ||
		    (t->items && !t->items[t->T->idx[j]]))
			continue;
		w->mark[t->T->idx[j]] = u + 1;
		w->at[t->T->idx[j]] = j;
		w->relevant[n++] = t->rating[j];
	}
	if (n)
		qsort(w->relevant, (size_t)n, sizeof *w->relevant, falling);
	return n;
}

/* The measures of user u at all cut-offs; *hit is set when there is one. */
static void
fill_row(double *row, const struct mr_lists_test *t,
    const struct mr_lists_side *s, const struct target *w, int32_t u,
    int64_t n_relevant, bool *hit)
{
	const int32_t *item;
	int64_t n = mr_lists_first(&s->l, s->list[u], t->k_max, &item);
	struct mr_eval_ranked x;
	double v[MR_EVAL_MEASURES];

	for (int64_t j = 0; j < n; j++) {
		int32_t i = s->item[item[j]];

		w->hit[j] = i >= 0 && w->mark[i] == u + 1;
		if (w->hit[j])
			w->rating[j] = t->rating[w->at[i]];
		*hit = *hit || w->hit[j];
	}
	x = (struct mr_eval_ranked){ w->hit, w->rating, n, w->relevant,
	    n_relevant };
	for (int i = 0; i < t->n_k; i++) {
		mr_eval_ranking(v, &w->gain, &x, t->k[i]);
		for (int m = 0; m < t->n_measures; m++)
			*row++ = v[t->measure[m]];
	}
}

static void
fill(struct mr_measures *t, const struct mr_lists_test *test,
    const struct mr_lists_side *a, const struct mr_lists_side *b,
    const struct target *w, struct mr_lists_facts *facts)
{
	for (int32_t u = 0; u < test->T->rows; u++) {
		int64_t n = test->users && !test->users[u] ? 0 :
		    mark_relevant(test, w, u), at = t->n * t->m;

		facts->n_users += n > 0;
		if (n == 0)
			continue;
		facts->without[0] += a->list[u] < 0;
		facts->without[1] += b && b->list[u] < 0;
		if (b && test->both && (a->list[u] < 0 || b->list[u] < 0)) {
			facts->left_out++;
			continue;
		}
		fill_row(t->a + at, test, a, w, u, n, &facts->hit[0]);
		if (b)
			fill_row(t->b + at, test, b, w, u, n, &facts->hit[1]);
		t->user[t->n++] = u;
	}
}

int
mr_lists_rank(struct mr_measures *t, const struct mr_lists_test *test,
    const struct mr_lists_side *a, const struct mr_lists_side *b,
    struct mr_lists_facts *facts, struct mr_err *err)
{
	struct target w = { 0 };
	int rc = mr_measures_new(t, test->T->rows, test->n_k *
	    test->n_measures, b != NULL, err);

	*facts = (struct mr_lists_facts){ 0 };
	for (t->n_stats = 0; t->n_stats < t->m; t->n_stats++)
		t->stat[t->n_stats] = (struct mr_eval_stat){ t->n_stats, -1,
		    false, test->measure[t->n_stats % test->n_measures] ==
		    MR_EVAL_HIT ? MR_SCALE_SHARE : MR_SCALE_UNIT };
	if (rc == MR_OK)
		rc = target_new(&w, test, err);
	if (rc == MR_OK)
		fill(t, test, a, b, &w, facts);
	target_free(&w);
	return rc;
}

/* ---- what was known before ---- */

/* mark[item] = by for what row u of R has; a row below 0 has nothing. */
static void
mark_row(int32_t *mark, const struct mr_csr *R, int32_t u, int32_t by)
{
	for (int64_t j = u < 0 ? 0 : R->ptr[u]; u >= 0 && j < R->ptr[u + 1];
	    j++)
		mark[R->idx[j]] = by;
}

int
mr_lists_drop(int64_t *ptr, int32_t *item, int64_t n, const int32_t *user,
    const int32_t *in_R, const struct mr_csr *R, int64_t *dropped,
    int64_t *unknown, struct mr_err *err)
{
	int32_t *mark = mr_alloc((size_t)R->cols, sizeof *mark, "items", err);
	int64_t from = 0, to = 0;

	*dropped = *unknown = 0;
	if (!mark)
		return MR_ENOMEM;
	for (int32_t l = 0; l < n; l++) {
		int64_t end = ptr[l + 1];

		mark_row(mark, R, user[l], l + 1);
		for (; from < end; from++) {
			int32_t i = in_R[item[from]];

			*unknown += i < 0;
			if (i < 0 || mark[i] != l + 1)
				item[to++] = item[from];
		}
		ptr[l + 1] = to;
	}
	*dropped = from - to;
	free(mark);
	return MR_OK;
}

int64_t
mr_lists_keep(struct mr_csr *T, double *rating, const int32_t *user,
    const int32_t *item)
{
	int64_t from = 0, to = 0;

	for (int64_t u = 0; u < T->rows; u++) {
		int64_t end = T->ptr[u + 1];

		for (; from < end; from++) {
			if (user[u] < 0 || item[T->idx[from]] < 0)
				continue;
			T->idx[to] = T->idx[from];
			T->val[to] = T->val[from];
			rating[to++] = rating[from];
		}
		T->ptr[u + 1] = to;
	}
	return from - to;
}

int
mr_leak_find(struct mr_leak *leak, const struct mr_csr *T,
    const struct mr_csr *R, const int32_t *user, const int32_t *item,
    struct mr_err *err)
{
	int32_t *mark = mr_alloc((size_t)R->cols, sizeof *mark, "items", err);

	*leak = (struct mr_leak){ 0 };
	if (!mark)
		return MR_ENOMEM;
	for (int32_t u = 0; u < T->rows; u++) {
		if (user[u] < 0)
			continue;
		mark_row(mark, R, user[u], u + 1);
		for (int64_t j = T->ptr[u]; j < T->ptr[u + 1]; j++) {
			int32_t i = item[T->idx[j]];

			if (i < 0 || mark[i] != u + 1 || leak->n++)
				continue;
			leak->user = u;
			leak->item = T->idx[j];
		}
	}
	free(mark);
	return MR_OK;
}
