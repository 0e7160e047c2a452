/* Areas under ROC curves; see auc.h.
 * SPDX-License-Identifier: MIT */
#include "eval/auc.h"

#include <stdlib.h>

#include "core/mem.h"

/* A user: mark[item of T] is 2 u + 2 for what is relevant, 2 u + 1 for what
 * else he has there. */
struct one {
	int64_t *mark;
	int64_t u, n_relevant, n_other;
};

static void
mark_user(struct one *w, const struct mr_lists_test *t,
    const struct mr_auc_train *train, int32_t u)
{
	int32_t row = train->user[u];

	w->u = u;
	w->n_relevant = 0;
	w->n_other = train->R->cols;
	if (row >= 0)
		w->n_other -= train->R->ptr[row + 1] - train->R->ptr[row];
	for (int64_t j = t->T->ptr[u]; j < t->T->ptr[u + 1]; j++) {
		int32_t i = t->T->idx[j];
		bool good = t->rating[j] >= t->relevant &&
		    (!t->items || t->items[i]);

		w->mark[i] = 2 * w->u + 1 + good;
		w->n_relevant += good;
		w->n_other -= train->item[i] >= 0;
	}
}

static void
fill_row(double *row, const struct one *w, const struct mr_lists_side *s,
    const int32_t *in_R, int64_t *n_short)
{
	int32_t list = s->list[w->u];
	int64_t found = 0, passed = 0;
	double before = 0;

	if (w->n_other == 0)
		return;
	for (int64_t j = list < 0 ? 0 : s->l.ptr[list]; list >= 0 &&
	    j < s->l.ptr[list + 1]; j++) {
		int32_t i = s->item[s->l.item[j]];
		int64_t mark = i < 0 ? 0 : w->mark[i] - 2 * w->u;

		if (mark == 2) {
			before += (double)(w->n_other - passed);
			found++;
		} else if (mark != 1 && in_R[s->l.item[j]] >= 0) {
			passed++;
		}
	}
	before += 0.5 * (double)(w->n_relevant - found) *
	    (double)(w->n_other - passed);
	row[0] = before / (double)w->n_relevant / (double)w->n_other;
	row[1] = 1;
	*n_short += list >= 0 && passed < w->n_other;
}

int
mr_auc_rank(struct mr_measures *t, const struct mr_lists_test *test,
    const struct mr_lists_side *a, const struct mr_lists_side *b,
    const struct mr_auc_train *train, int64_t *n_short, struct mr_err *err)
{
	int rc = mr_measures_new(t, test->T->rows, 2, b != NULL, err);
	struct one w = { .mark = mr_alloc((size_t)test->T->cols,
	    sizeof *w.mark, "items", err) };
	int64_t ignored = 0;

	t->stat[0] = (struct mr_eval_stat){ 0, 1, false, MR_SCALE_UNIT };
	t->n_stats = 1;
	*n_short = 0;
	if (!w.mark)
		rc = MR_ENOMEM;
	for (int32_t u = 0; rc == MR_OK && u < test->T->rows; u++) {
		if (test->users && !test->users[u])
			continue;
		mark_user(&w, test, train, u);
		if (w.n_relevant == 0 || (b && test->both &&
		    (a->list[u] < 0 || b->list[u] < 0)))
			continue;
		fill_row(t->a + 2 * t->n, &w, a, train->in_R[0], n_short);
		if (b)
			fill_row(t->b + 2 * t->n, &w, b, train->in_R[1],
			    &ignored);
		t->user[t->n++] = u;
	}
	free(w.mark);
	return rc;
}
