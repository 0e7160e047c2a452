/* What lists do with a catalogue; see lists.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "eval/catalogue.h"
#include "tool/eval/groups.h"
#include "tool/eval/lists.h"
#include "tool/eval/names.h"
#include "tool/eval/part.h"

static const char of_both[] = "users of both files";

static const struct mr_eval_label novelty_label = { "novelty", 0,
    "mean over the list of -log2(ratings of the item in train / ratings in "
    "train)", false };

static const struct mr_eval_label diversity_label = { "diversity", 0,
    "mean over pairs of the list of 1 - the cosine of their vectors", false };

/* Novelty, or where there are no ratings diversity. */
static int
print_lists(const struct mr_eval *e, const struct mr_eval_side *s,
    const struct mr_catalogue c[2], const int64_t *ratings,
    struct mr_err *err)
{
	const struct mr_eval_label *label = ratings ? &novelty_label :
	    &diversity_label;
	const struct mr_vectors *v = &e->vectors;
	const struct mr_catalogue_vectors vectors = {
		v->sparse ? NULL : &v->set.mat[v->index],
		v->sparse ? &v->set.csr[v->index] : NULL,
		{ s[0].in_vectors, e->o->compare ? s[1].in_vectors : NULL } };
	const struct mr_catalogue *other = e->o->compare ? &c[1] : NULL;
	struct mr_eval_part *p = mr_alloc(1, sizeof *p, "measures", err);
	int rc = MR_ENOMEM;

	if (!p)
		return rc;
	p->names = &s[0].l.users;
	if (ratings)
		rc = mr_catalogue_novelty(&p->t, &c[0], other, ratings,
		    mr_csr_nnz(&e->train.R), e->k, e->n_k, err);
	else
		rc = mr_catalogue_diversity(&p->t, &c[0], other, &vectors,
		    e->k, e->n_k, err);
	for (int i = 0; i < e->n_k; i++)
		p->label[i] = (struct mr_eval_label){ label->measure,
		    e->k[i], label->definition, false };
	p->over = of_both;
	if (rc == MR_OK)
		rc = mr_eval_part_add(p, e, err);
	mr_measures_free(&p->t);
	free(p);
	return rc;
}

static const struct mr_eval_label calibration_label = { "calibration", 0,
    "sum over genres of p ln(p / (0.99 q + 0.01 p)), p their shares in the "
    "user's ratings in train, q in the list", true };

/* Which items and users of the lists the genres and the training set have. */
static int
map_kinds(struct mr_catalogue_kinds *g, int32_t *map[5],
    const struct mr_eval *e, const struct mr_eval_side *s, struct mr_err *err)
{
	int n = e->o->compare ? 2 : 1, rc = MR_OK;

	map[4] = mr_ids_map(&e->train.items, &e->kinds->keys, err);
	for (int i = 0; i < n; i++) {
		map[i] = mr_ids_map(&s[i].l.items, &e->kinds->keys, err);
		map[2 + i] = mr_ids_map(&s[i].l.users, &e->train.users, err);
		g->item[i] = map[i];
		g->user[i] = map[2 + i];
		if (!map[i] || !map[2 + i] || !map[4])
			rc = MR_ENOMEM;
	}
	g->of_R = map[4];
	return rc;
}

static void
warn_kinds(const struct mr_eval *e, const struct mr_eval_side *s,
    const struct mr_catalogue_kinds *g)
{
	int64_t without = 0;

	for (int64_t j = 0; j < s->l.ptr[s->l.users.n]; j++) {
		int32_t i = g->item[0][s->l.item[j]];

		without += i < 0 || g->ptr[i] == g->ptr[i + 1];
	}
	if (without && e->group < 0)
		mr_report_warn(e->report, "%s: %lld entries have no genre in "
		    "%s: calibration leaves them out", s->l.name,
		    (long long)without, e->o->movies);
}

static int
print_calibration(const struct mr_eval *e, const struct mr_eval_side *s,
    const struct mr_catalogue c[2], struct mr_err *err)
{
	struct mr_catalogue_kinds g = { .ptr = e->kinds->ptr,
		.kind = e->kinds->group, .n_kinds = e->kinds->names.n,
		.R = &e->train.R };
	struct mr_eval_part *p = mr_alloc(1, sizeof *p, "measures", err);
	int32_t *map[5] = { NULL };
	int rc = p ? map_kinds(&g, map, e, s, err) : MR_ENOMEM;

	if (rc == MR_OK) {
		warn_kinds(e, s, &g);
		p->names = &s[0].l.users;
		p->over = of_both;
		rc = mr_catalogue_calibration(&p->t, &c[0], e->o->compare ?
		    &c[1] : NULL, &g, e->k, e->n_k, err);
	}
	for (int i = 0; rc == MR_OK && i < e->n_k; i++) {
		p->label[i] = calibration_label;
		p->label[i].k = e->k[i];
	}
	if (rc == MR_OK)
		rc = mr_eval_part_add(p, e, err);
	if (p)
		mr_measures_free(&p->t);
	free(p);
	for (int i = 0; i < 5; i++)
		free(map[i]);
	return rc;
}

static int
print_totals(const struct mr_eval *e, const struct mr_catalogue c[2],
    int64_t n_lists, struct mr_err *err)
{
	static const struct mr_eval_label label[3] = {
		{ "items", 0, "different items in the lists", false },
		{ "coverage", 0, "different items of train in the lists / "
		    "items in train", false },
		{ "gini", 0, "sum of (2j - n - 1) p_j / n, p_j the share of "
		    "an item of train in the lists, rising, j = 1 .. n", false },
	};
	int rc = MR_OK;

	for (int i = 0; rc == MR_OK && i < e->n_k; i++) {
		double v[2][3] = { { 0 }, { NAN, NAN, NAN } };

		for (int j = 0; j < (e->o->compare ? 2 : 1); j++) {
			struct mr_catalogue_use use;

			rc = mr_catalogue_used(&use, &c[j], e->train.items.n,
			    e->k[i], err);
			if (rc)
				return rc;
			v[j][0] = (double)use.items;
			v[j][1] = use.coverage;
			v[j][2] = use.gini;
		}
		for (int j = 0; rc == MR_OK && j < (e->o->train ? 3 : 1);
		    j++) {
			struct mr_eval_total t = { label[j], of_both,
			    v[0][j], v[1][j], n_lists };

			t.label.k = e->k[i];
			rc = mr_eval_total_add(&t, e, err);
		}
	}
	return rc;
}

/* The lists of the group at work, as c has those that count: other [c->l.n]
 * (out, to be freed) is below 0 for the rest. */
static int
only_group(struct mr_catalogue *c, const struct mr_eval *e,
    const struct mr_ids *users, int32_t **other, struct mr_err *err)
{
	unsigned char *in = NULL;
	int rc = mr_eval_groups_in(e->groups, users, e->group, &in, err);

	*other = mr_alloc((size_t)users->n, sizeof **other, "lists", err);
	if (!*other)
		rc = MR_ENOMEM;
	for (int32_t u = 0; rc == MR_OK && u < users->n; u++)
		(*other)[u] = !in[u] ? -1 : c->other ? c->other[u] : u;
	c->other = *other;
	free(in);
	return rc;
}

int
mr_eval_catalogue_print(const struct mr_eval *e, const struct mr_eval_side *s,
    struct mr_err *err)
{
	const struct mr_csr *R = &e->train.R;
	int64_t *ratings = mr_alloc((size_t)e->train.items.n,
	    sizeof *ratings, "items", err);
	struct mr_catalogue c[2];
	int32_t *other[2] = { NULL, NULL };
	int64_t n_lists = 0;
	int rc = ratings ? MR_OK : MR_ENOMEM;

	for (int i = 0; i < 2; i++)
		c[i] = (struct mr_catalogue){ mr_eval_lists(&s[i]),
		    s[i].l.items.n, s[i].in_train, s[i].in_other };
	for (int i = 0; rc == MR_OK && e->group >= 0 &&
	    i < (e->o->compare ? 2 : 1); i++)
		rc = only_group(&c[i], e, &s[i].l.users, &other[i], err);
	for (int64_t u = 0; rc == MR_OK && u < c[0].l.n; u++)
		n_lists += !c[0].other || c[0].other[u] >= 0;
	for (int64_t j = 0; rc == MR_OK && j < mr_csr_nnz(R); j++)
		ratings[R->idx[j]]++;
	if (rc == MR_OK && e->o->train && mr_eval_wants(e, "novelty"))
		rc = print_lists(e, s, c, ratings, err);
	if (rc == MR_OK && e->o->vectors && mr_eval_wants(e, "diversity"))
		rc = print_lists(e, s, c, NULL, err);
	if (rc == MR_OK && e->kinds && e->o->train &&
	    mr_eval_wants(e, "calibration"))
		rc = print_calibration(e, s, c, err);
	if (rc == MR_OK)
		rc = print_totals(e, c, n_lists, err);
	free(other[0]);
	free(other[1]);
	free(ratings);
	return rc;
}
