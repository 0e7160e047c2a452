/* Tables of users and measures, and their printing; see part.h.
 * SPDX-License-Identifier: MIT */
#include "tool/eval/part.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"

int
mr_eval_part_new(struct mr_eval_part *p, const struct mr_eval *e, int64_t n,
    int m, const struct mr_ids *names, struct mr_err *err)
{
	size_t cells;

	*p = (struct mr_eval_part){ .m = m, .names = names };
	if (!mr_mul((size_t)n, (size_t)m, &cells))
		return mr_err_nomem(err, (double)n * (double)m *
		    sizeof *p->a, "measures of users");
	p->user = mr_alloc((size_t)n, sizeof *p->user, "users", err);
	p->a = mr_alloc(cells, sizeof *p->a, "measures of users", err);
	if (e->o->compare)
		p->b = mr_alloc(cells, sizeof *p->b, "measures of users",
		    err);
	return p->user && p->a && (p->b || !e->o->compare) ? MR_OK :
	    MR_ENOMEM;
}

void
mr_eval_part_stat(struct mr_eval_part *p, struct mr_eval_stat stat,
    struct mr_eval_label label)
{
	assert(p->n_stats < MR_EVAL_STATS_MAX);
	p->stat[p->n_stats] = stat;
	p->label[p->n_stats++] = label;
}

void
mr_eval_part_free(struct mr_eval_part *p)
{
	free(p->a);
	free(p->b);
	free(p->user);
	*p = (struct mr_eval_part){ 0 };
}

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

/* One row of the summary. */
struct summary {
	const struct mr_eval_label *label;
	double value, other, lo, hi, p;
	int64_t users;
};

static void
print_summary(const struct summary *s, const struct mr_eval *e)
{
	print_label(s->label, e->out);
	print_value(s->value, e->out);
	if (e->o->compare) {
		print_value(s->other, e->out);
		print_value(s->value - s->other, e->out);
	}
	print_value(s->lo, e->out);
	print_value(s->hi, e->out);
	if (e->o->compare)
		print_value(s->p, e->out);
	mr_out_printf(e->out, "\t%lld\t%s\n", (long long)s->users,
	    s->label->definition);
}

static void
print_users(const struct mr_eval_part *p, const struct mr_eval *e)
{
	for (int64_t u = 0; u < p->n; u++)
		for (int i = 0; i < p->n_stats; i++) {
			double v = mr_eval_stat_of(&p->stat[i],
			    p->a + u * p->m, 1);
			double w = p->b ? mr_eval_stat_of(&p->stat[i],
			    p->b + u * p->m, 1) : NAN;

			if (isnan(v) && isnan(w))
				continue;
			mr_tsv_put(e->out, mr_ids_get(p->names, p->user[u]));
			mr_out_byte(e->out, '\t');
			print_label(&p->label[i], e->out);
			print_value(v, e->out);
			if (p->b)
				print_value(w, e->out);
			mr_out_byte(e->out, '\n');
		}
}

/* Users who count in a statistic: those whose denominator is not 0. */
static int64_t
count_users(const struct mr_eval_part *p, const struct mr_eval_stat *stat)
{
	int64_t n = 0;

	if (stat->den < 0)
		return p->n;
	for (int64_t u = 0; u < p->n; u++)
		n += p->a[u * p->m + stat->den] > 0;
	return n;
}

/* value, other, lo, hi and p of every statistic of the part, in v[5][]. */
static int
compute(const struct mr_eval_part *p, const struct mr_eval *e,
    double v[5][MR_EVAL_STATS_MAX], struct mr_err *err)
{
	struct mr_eval_sample x = { p->n, p->m, p->a, p->b, p->n_stats,
	    p->stat };
	struct mr_eval_draws draws = { e->o->resamples, e->run->seed,
	    e->run->threads };
	int rc;

	for (int i = 0; i < 5; i++)
		for (int j = 0; j < p->n_stats; j++)
			v[i][j] = NAN;
	rc = mr_eval_values(&x, v[0], p->b ? v[1] : NULL, err);
	if (rc == MR_OK && draws.n)
		rc = mr_eval_bootstrap(&x, &draws, v[2], v[3], err);
	if (rc == MR_OK && draws.n && p->b)
		rc = mr_eval_swap_test(&x, &draws, v[4], err);
	return rc;
}

int
mr_eval_part_print(const struct mr_eval_part *p, const struct mr_eval *e,
    struct mr_err *err)
{
	double v[5][MR_EVAL_STATS_MAX];
	int rc;

	if (p->n == 0)
		return MR_OK;
	if (e->o->per_user) {
		print_users(p, e);
		return MR_OK;
	}
	rc = compute(p, e, v, err);
	for (int i = 0; rc == MR_OK && i < p->n_stats; i++) {
		struct summary s = { &p->label[i], v[0][i], v[1][i], v[2][i],
		    v[3][i], v[4][i], count_users(p, &p->stat[i]) };

		if (s.users)
			print_summary(&s, e);
	}
	return rc;
}

void
mr_eval_total_print(const struct mr_eval_total *t, const struct mr_eval *e)
{
	struct summary s = { &t->label, t->value, t->other, NAN, NAN, NAN,
	    t->users };

	if (!e->o->per_user && t->users)
		print_summary(&s, e);
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
