/* Printing tables of users and measures; see part.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/part.h"

#include <math.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "tool/eval/groups.h"
#include "tool/eval/names.h"

static void
print_users(const struct mr_eval_part *p, const struct mr_eval *e)
{
	const struct mr_measures *t = &p->t;

	for (int64_t u = 0; u < t->n; u++)
		for (int i = 0; i < t->n_stats; i++) {
			double v = mr_eval_stat_of(&t->stat[i],
			    t->a + u * t->m, 1);
			double w = t->b ? mr_eval_stat_of(&t->stat[i],
			    t->b + u * t->m, 1) : NAN;

			if ((isnan(v) && isnan(w)) ||
			    !mr_eval_wants(e, p->label[i].measure))
				continue;
			if (e->o->n_in > 1) {
				mr_tsv_put(e->out, mr_slice_of(e->file));
				mr_out_byte(e->out, '\t');
			}
			mr_tsv_put(e->out, mr_ids_get(p->names, t->user[u]));
			mr_out_byte(e->out, '\t');
			mr_eval_label_print(&p->label[i], e->out);
			mr_out_byte(e->out, '\t');
			mr_eval_value_print(v, 9, e->out);
			if (t->b) {
				mr_out_byte(e->out, '\t');
				mr_eval_value_print(w, 9, e->out);
			}
			mr_out_byte(e->out, '\n');
		}
}

/* Rows by a hash of their users' ids: the draws of a user are his own, in
 * whatever order the files are. */
static int
order_users(struct mr_eval_part *p, struct mr_err *err)
{
	uint64_t *key = mr_alloc((size_t)p->names->n, sizeof *key, "users",
	    err);
	int rc = key ? MR_OK : MR_ENOMEM;

	for (int64_t u = 0; rc == MR_OK && u < p->t.n; u++) {
		struct mr_slice id = mr_ids_get(p->names, p->t.user[u]);

		key[p->t.user[u]] = mr_hash64(id.p, id.n);
	}
	if (rc == MR_OK)
		rc = mr_measures_order(&p->t, key, err);
	free(key);
	return rc;
}

/* An interval that is not there. */
static void
warn_interval(const struct mr_eval_part *p, const struct mr_measured *all,
    const struct mr_eval *e)
{
	const struct mr_measured *x;
	struct mr_slice group = { 0 };
	int i = 0;

	while (i < p->t.n_stats && !mr_eval_wants(e, p->label[i].measure))
		i++;
	if (i == p->t.n_stats)
		return;
	x = &all[i];
	if (isnan(x->n_eff) || x->users == 0 || !isnan(x->lo))
		return;
	if (e->group >= 0)
		group = mr_ids_get(&e->groups->names, e->group);
	mr_report_warn(e->report, "%s%s%.*s: no interval: %s",
	    p->label[i].measure, e->group >= 0 ? " of " : "",
	    MR_SHOWN(group), x->users == 1 ? "there is one user" :
	    x->n_eff < 1.5 ? "one user has nearly all of the pairs" :
	    "all users are alike");
}

int
mr_eval_part_add(struct mr_eval_part *p, const struct mr_eval *e,
    struct mr_err *err)
{
	struct mr_eval_draws draws = { e->o->resamples, e->run->seed,
	    e->run->threads };
	struct mr_measured x[MR_EVAL_STATS_MAX];
	int rc;

	if (p->t.n == 0)
		return MR_OK;
	if (e->o->per_user) {
		print_users(p, e);
		return MR_OK;
	}
	rc = order_users(p, err);
	if (rc == MR_OK)
		rc = mr_measures_compute(&p->t, &draws, x, err);
	if (rc == MR_OK && draws.n)
		warn_interval(p, x, e);
	for (int i = 0; rc == MR_OK && i < p->t.n_stats; i++) {
		struct mr_eval_row row = { p->label[i], e->file, e->group,
		    p->over, x[i], p->t.b != NULL, NAN };

		if (x[i].users && mr_eval_wants(e, row.label.measure))
			rc = mr_eval_rows_add(e, &row, err);
	}
	return rc;
}

int
mr_eval_total_add(const struct mr_eval_total *t, const struct mr_eval *e,
    struct mr_err *err)
{
	struct mr_eval_row row = { t->label, e->file, e->group, t->over,
	    { t->value, t->other, NAN, NAN, NAN, NAN, t->users, 0, 0 }, false,
	    NAN };

	if (e->o->per_user || !t->users ||
	    !mr_eval_wants(e, t->label.measure))
		return MR_OK;
	return mr_eval_rows_add(e, &row, err);
}

void
mr_eval_users_head(const struct mr_eval *e)
{
	if (!e->run->header_out)
		return;
	if (e->o->n_in > 1)
		mr_out_text(e->out, "file\t");
	mr_out_text(e->out, e->o->compare ?
	    "user\tmeasure\tk\tvalue\tother\n" :
	    "user\tmeasure\tk\tvalue\n");
}
