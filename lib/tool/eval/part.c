/* Printing tables of users and measures; see part.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/part.h"

#include <math.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"

static void
print_label(const struct mr_eval_label *l, struct mr_out *out)
{
	mr_out_text(out, l->measure);
	mr_out_byte(out, '\t');
	if (l->k)
		mr_out_printf(out, "%lld", (long long)l->k);
}

/* A tab and the value; nothing for none. */
static void
print_value(double v, struct mr_out *out)
{
	mr_out_byte(out, '\t');
	if (!isnan(v))
		mr_out_printf(out, "%.9g", v);
}

static void
print_summary(const struct mr_eval_label *label, const struct mr_measured *x,
    const struct mr_eval *e)
{
	print_label(label, e->out);
	print_value(x->value, e->out);
	if (e->o->compare) {
		print_value(x->other, e->out);
		print_value(x->value - x->other, e->out);
	}
	print_value(x->lo, e->out);
	print_value(x->hi, e->out);
	if (e->o->compare)
		print_value(x->p, e->out);
	mr_out_printf(e->out, "\t%lld\t%s\n", (long long)x->users,
	    label->definition);
}

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

			if (isnan(v) && isnan(w))
				continue;
			mr_tsv_put(e->out, mr_ids_get(p->names, t->user[u]));
			mr_out_byte(e->out, '\t');
			print_label(&p->label[i], e->out);
			print_value(v, e->out);
			if (t->b)
				print_value(w, e->out);
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
warn_interval(const struct mr_eval_part *p, const struct mr_measured *x,
    const struct mr_eval *e)
{
	if (isnan(x->n_eff) || x->users == 0 || !isnan(x->lo))
		return;
	mr_report_warn(e->report, "%s: no interval: %s",
	    p->label[0].measure, x->users == 1 ? "there is one user" :
	    x->n_eff < 1.5 ? "one user has nearly all of the pairs" :
	    "all users are alike");
}

int
mr_eval_part_print(struct mr_eval_part *p, const struct mr_eval *e,
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
		warn_interval(p, &x[0], e);
	for (int i = 0; rc == MR_OK && i < p->t.n_stats; i++)
		if (x[i].users)
			print_summary(&p->label[i], &x[i], e);
	return rc;
}

void
mr_eval_total_print(const struct mr_eval_total *t, const struct mr_eval *e)
{
	struct mr_measured x = { t->value, t->other, NAN, NAN, NAN,
	    NAN, t->users };

	if (!e->o->per_user && t->users)
		print_summary(&t->label, &x, e);
}

void
mr_eval_head_print(const struct mr_eval *e)
{
	if (!e->run->header_out)
		return;
	if (e->o->per_user)
		mr_out_text(e->out, e->o->compare ?
		    "user\tmeasure\tk\tvalue\tother\n" :
		    "user\tmeasure\tk\tvalue\n");
	else
		mr_out_text(e->out, e->o->compare ?
		    "measure\tk\tvalue\tother\tdifference\tlo\thi\tp\tusers"
		    "\tdefinition\n" :
		    "measure\tk\tvalue\tlo\thi\tusers\tdefinition\n");
}
