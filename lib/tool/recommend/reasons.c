/* The columns of --explain; see reasons.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/reasons.h"

#include <math.h>
#include <stdlib.h>

#include "core/escape.h"
#include "core/mem.h"

int
mr_reasons_open(struct mr_reasons *x, const struct mr_recommender *r,
    int64_t most, int64_t lists, int64_t n_list, int threads,
    struct mr_err *err)
{
	size_t rows = (size_t)lists * (size_t)n_list;
	size_t items = (size_t)mr_recommender_items(r)->n;

	*x = (struct mr_reasons){ .most = most, .n_list = n_list };
	x->part = mr_alloc((size_t)threads, sizeof *x->part, "reasons", err);
	for (; x->part && x->threads < threads; x->threads++) {
		x->part[x->threads] = mr_alloc(items, sizeof **x->part,
		    "reasons", err);
		if (!x->part[x->threads])
			return MR_ENOMEM;
	}
	x->base = x->part ? mr_alloc(rows, sizeof *x->base, "reasons", err) :
	    NULL;
	x->n = x->base ? mr_alloc(rows, sizeof *x->n, "reasons", err) : NULL;
	x->why = x->n ? mr_alloc(rows, (size_t)most * sizeof *x->why,
	    "reasons", err) : NULL;
	return x->why ? MR_OK : MR_ENOMEM;
}

/* The largest shares, whatever their sign, first. */
static int64_t
choose(const struct mr_rated *rated, const double *part, int64_t most,
    struct mr_hit *why)
{
	int64_t n = 0;

	for (int64_t k = 0; k < rated->n; k++)
		if (part[k] < 0 || part[k] > 0)
			mr_topk_push(why, &n, most, (struct mr_hit){
			    (float)fabs(part[k]), (int32_t)k }, NULL);
	mr_topk_sort(why, n, NULL);
	for (int64_t i = 0; i < n; i++) {
		int32_t k = why[i].row;

		why[i] = (struct mr_hit){ (float)part[k], rated->item[k] };
	}
	return n;
}

void
mr_reasons_find(struct mr_reasons *x, const struct mr_recommender *r,
    struct mr_work *w, int worker, const struct mr_user *u, int64_t q,
    const struct mr_hit *hit, int64_t found)
{
	double *part = x->part[worker];

	mr_recommender_reasons_of(r, u, w, worker);
	for (int64_t j = 0; j < found && j < x->n_list; j++) {
		int64_t row = q * x->n_list + j;

		x->n[row] = 0;
		x->base[row] = (double)hit[j].score;
		if (u->rated.n == 0)
			continue;
		mr_recommender_reasons(r, u, hit[j].row, w, worker,
		    &x->base[row], part);
		x->n[row] = choose(&u->rated, part, x->most,
		    x->why + row * x->most);
	}
}

int
mr_reasons_text(struct mr_reasons *x, const struct mr_ids *items, int64_t q,
    int64_t j, float score, struct mr_slice *text, struct mr_err *err)
{
	int64_t row = q * x->n_list + j;
	double rest = (double)score - x->base[row];
	int rc;

	x->text.n = 0;
	rc = mr_buf_addf(&x->text, err, "\t%.9g\t", x->base[row]);
	for (int64_t i = 0; i < x->n[row] && rc == MR_OK; i++) {
		struct mr_hit h = x->why[row * x->most + i];

		if (i)
			rc = mr_buf_add(&x->text, "|", 1, err);
		if (rc == MR_OK)
			rc = mr_escape_add(&x->text, mr_ids_get(items, h.row),
			    err);
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
