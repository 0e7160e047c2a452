/* The columns of --explain; see reasons.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/reasons.h"

#include <math.h>
#include <stdlib.h>

#include "core/escape.h"
#include "core/mem.h"

int
mr_reasons_open(struct mr_reasons *x, const struct mr_reasons_of *of,
    struct mr_err *err)
{
	size_t rows = (size_t)of->lists * (size_t)of->n_list;
	size_t items = (size_t)mr_recommender_items(of->r)->n;

	*x = (struct mr_reasons){ .of = *of };
	x->part = mr_alloc((size_t)of->threads, sizeof *x->part, "reasons",
	    err);
	for (; x->part && x->threads < of->threads; x->threads++) {
		x->part[x->threads] = mr_alloc(items, sizeof **x->part,
		    "reasons", err);
		if (!x->part[x->threads])
			return MR_ENOMEM;
	}
	x->base = x->part ? mr_alloc(rows, sizeof *x->base, "reasons", err) :
	    NULL;
	x->n = x->base ? mr_alloc(rows, sizeof *x->n, "reasons", err) : NULL;
	x->why = x->n ? mr_alloc(rows, (size_t)of->most * sizeof *x->why,
	    "reasons", err) : NULL;
	return x->why ? MR_OK : MR_ENOMEM;
}

void
mr_reasons_take(struct mr_reasons *x, int64_t q, int64_t j, double base,
    const int32_t *name, const double *part, int64_t n)
{
	int64_t row = q * x->of.n_list + j, found = 0;
	struct mr_hit *why = x->why + row * x->of.most;

	for (int64_t k = 0; k < n; k++)
		if (part[k] < 0 || part[k] > 0)
			mr_topk_push(why, &found, x->of.most, (struct mr_hit){
			    (float)fabs(part[k]), (int32_t)k }, NULL);
	mr_topk_sort(why, found, NULL);
	for (int64_t i = 0; i < found; i++) {
		int32_t k = why[i].row;

		why[i] = (struct mr_hit){ (float)part[k], name[k] };
	}
	x->base[row] = base;
	x->n[row] = found;
}

void
mr_reasons_find(struct mr_reasons *x, struct mr_work *w, int worker,
    const struct mr_user *u, int64_t q, const struct mr_hit *hit,
    int64_t found)
{
	const struct mr_recommender *r = x->of.r;
	double *part = x->part[worker];

	mr_recommender_reasons_of(r, u, w, worker);
	for (int64_t j = 0; j < found && j < x->of.n_list; j++) {
		double base = (double)hit[j].score;

		if (u->rated.n)
			mr_recommender_reasons(r, u, hit[j].row, w, worker,
			    &base, part);
		mr_reasons_take(x, q, j, base, u->rated.item, part,
		    u->rated.n);
	}
}

int
mr_reasons_text(struct mr_reasons *x, int64_t q, int64_t j, float score,
    struct mr_slice *text, struct mr_err *err)
{
	int64_t row = q * x->of.n_list + j;
	double rest = (double)score - x->base[row];
	int rc;

	x->text.n = 0;
	rc = mr_buf_addf(&x->text, err, "\t%.9g\t", x->base[row]);
	for (int64_t i = 0; i < x->n[row] && rc == MR_OK; i++) {
		struct mr_hit h = x->why[row * x->of.most + i];

		if (i)
			rc = mr_buf_add(&x->text, "|", 1, err);
		if (rc == MR_OK)
			rc = mr_escape_add(&x->text, mr_ids_get(x->of.names,
			    h.row), err);
		if (rc == MR_OK)
			rc = mr_buf_addf(&x->text, err, "=%.9g",
			    (double)h.score);
		rest -= (double)h.score;
	}
	if (rc == MR_OK)
		rc = mr_buf_addf(&x->text, err, "\t%.9g", rest);
	*text = mr_buf_slice(&x->text);
	return rc;
}

void
mr_reasons_free(struct mr_reasons *x)
{
	for (int i = 0; i < x->threads; i++)
		free(x->part[i]);
	free(x->part);
	free(x->base);
	free(x->n);
	free(x->why);
	mr_buf_free(&x->text);
	*x = (struct mr_reasons){ 0 };
}
