/* What lists do with a catalogue; see lists.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "eval/catalogue.h"
#include "eval/summary.h"
#include "tool/eval/lists.h"
#include "tool/eval/part.h"

static const struct mr_eval_label novelty_label = { "novelty", 0,
    "mean over the list of -log2(ratings of the item in train / ratings in "
    "train)" };

/* Two columns a cut-off: the mean over the list, and 1 if there is one. */
static void
novelty_row(double *row, const struct mr_eval *e, const struct mr_eval_side *s,
    const int64_t *ratings, int32_t list, int64_t *seen)
{
	int64_t from = s->l.ptr[list], n = s->l.ptr[list + 1] - from, known;

	n = n < e->k_max ? n : e->k_max;
	for (int64_t j = 0; j < n; j++) {
		int32_t i = s->in_train[s->l.item[from + j]];

		seen[j] = i < 0 ? 0 : ratings[i];
	}
	for (int i = 0; i < e->n_k; i++) {
		row[2 * i] = mr_eval_novelty(seen, n < e->k[i] ? n : e->k[i],
		    mr_csr_nnz(&e->train.R), &known);
		row[2 * i + 1] = known > 0;
	}
}

static int
fill_novelty(struct mr_eval_part *p, const struct mr_eval *e,
    const struct mr_eval_side *s, const int64_t *ratings, struct mr_err *err)
{
	const struct mr_ids *users = &s[0].l.users;
	int64_t *seen = mr_alloc((size_t)e->k_max, sizeof *seen, "list", err);
	const int32_t *b = s[0].in_other;

	for (int32_t u = 0; seen && u < users->n; u++) {
		double *x = p->a + p->n * p->m, *y;

		if (b && b[u] < 0)
			continue;
		p->user[p->n++] = u;
		novelty_row(x, e, &s[0], ratings, u, seen);
		if (!b)
			continue;
		y = p->b + (p->n - 1) * p->m;
		novelty_row(y, e, &s[1], ratings, b[u], seen);
		/* Who is compared must have a value in both. */
		for (int i = 0; i < p->m; i += 2)
			if (!(x[i + 1] > 0 && y[i + 1] > 0))
				x[i] = x[i + 1] = y[i] = y[i + 1] = 0;
	}
	free(seen);
	return seen ? MR_OK : MR_ENOMEM;
}

static int
print_novelty(const struct mr_eval *e, const struct mr_eval_side *s,
    const int64_t *ratings, struct mr_err *err)
{
	struct mr_eval_part *p = mr_alloc(1, sizeof *p, "measures", err);
	int rc = p ? mr_eval_part_new(p, e, s[0].l.users.n, 2 * e->n_k,
	    &s[0].l.users, err) : MR_ENOMEM;

	for (int i = 0; rc == MR_OK && i < e->n_k; i++)
		mr_eval_part_stat(p, (struct mr_eval_stat){ 2 * i, 2 * i + 1,
		    false }, (struct mr_eval_label){ novelty_label.measure,
		    e->k[i], novelty_label.definition });
	if (rc == MR_OK)
		rc = fill_novelty(p, e, s, ratings, err);
	if (rc == MR_OK)
		rc = mr_eval_part_print(p, e, err);
	if (p)
		mr_eval_part_free(p);
	free(p);
	return rc;
}

/* What the first k places of all lists that count do to the catalogue; times
 * counts the items of the file. */
static int
count_items(double v[3], const struct mr_eval *e, const struct mr_eval_side *s,
    int64_t k, int64_t *times, struct mr_err *err)
{
	int64_t different = 0, known = 0, n_items = e->train.items.n;
	struct mr_tally share = { 0 };	/* of the items of train */
	int rc = MR_OK;

	for (int32_t i = 0; i < s->l.items.n; i++)
		times[i] = 0;
	for (int32_t u = 0; u < s->l.users.n; u++) {
		if (s->in_other && s->in_other[u] < 0)
			continue;
		for (int64_t j = s->l.ptr[u]; j < s->l.ptr[u + 1] &&
		    j < s->l.ptr[u] + k; j++)
			times[s->l.item[j]]++;
	}
	for (int32_t i = 0; i < s->l.items.n && rc == MR_OK; i++) {
		different += times[i] > 0;
		if (times[i] == 0 || !s->in_train || s->in_train[i] < 0)
			continue;
		rc = mr_tally_add(&share, (double)times[i], 1, err);
		known++;
	}
	if (rc == MR_OK && known < n_items)
		rc = mr_tally_add(&share, 0, n_items - known, err);
	mr_tally_sort(&share);
	v[0] = (double)different;
	v[1] = n_items ? (double)known / (double)n_items : NAN;
	v[2] = known ? mr_summary_gini(&share) : NAN;
	mr_tally_free(&share);
	return rc;
}

static int
print_totals(const struct mr_eval *e, const struct mr_eval_side *s,
    struct mr_err *err)
{
	static const struct mr_eval_label label[3] = {
		{ "items", 0, "different items in the lists" },
		{ "coverage", 0, "different items in the lists / items in "
		    "train" },
		{ "gini", 0, "sum of (2j - n - 1) p_j / n, p_j the share of "
		    "an item of train in the lists, rising, j = 1 .. n" },
	};
	int32_t most = s[0].l.items.n > s[1].l.items.n ? s[0].l.items.n :
	    s[1].l.items.n;
	int64_t *times = mr_alloc((size_t)most, sizeof *times, "items", err);
	int rc = times ? MR_OK : MR_ENOMEM;

	for (int i = 0; rc == MR_OK && i < e->n_k; i++) {
		double a[3], b[3] = { NAN, NAN, NAN };

		rc = count_items(a, e, &s[0], e->k[i], times, err);
		if (rc == MR_OK && e->o->compare)
			rc = count_items(b, e, &s[1], e->k[i], times, err);
		for (int c = 0; rc == MR_OK && c < (e->o->train ? 3 : 1);
		    c++) {
			struct mr_eval_total t = { { label[c].measure,
			    e->k[i], label[c].definition }, a[c], b[c],
			    s[0].n_users };

			mr_eval_total_print(&t, e);
		}
	}
	free(times);
	return rc;
}

int
mr_eval_catalogue_print(const struct mr_eval *e, const struct mr_eval_side *s,
    struct mr_err *err)
{
	const struct mr_csr *R = &e->train.R;
	int64_t *ratings = mr_alloc((size_t)e->train.items.n,
	    sizeof *ratings, "items", err);
	int rc = ratings ? MR_OK : MR_ENOMEM;

	for (int64_t j = 0; rc == MR_OK && j < mr_csr_nnz(R); j++)
		ratings[R->idx[j]]++;
	if (rc == MR_OK && e->o->train)
		rc = print_novelty(e, s, ratings, err);
	if (rc == MR_OK)
		rc = print_totals(e, s, err);
	free(ratings);
	return rc;
}
