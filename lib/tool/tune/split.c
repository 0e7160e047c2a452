/* Which ratings are measured on; see tune_private.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "eval/split.h"
#include "tool/tune/tune_private.h"

static int
rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The latest share of all ratings is part 1. */
static int
by_time(struct mr_tune *t, struct mr_err *err)
{
	const double *time = t->all.time;
	int64_t n = mr_csr_nnz(&t->all.R), at;
	double *sorted = mr_alloc((size_t)n, sizeof *sorted, "times", err);

	if (!sorted)
		return MR_ENOMEM;
	for (int64_t k = 0; k < n; k++) {
		sorted[k] = time ? time[k] : (double)NAN;
		if (isnan(sorted[k])) {
			free(sorted);
			return mr_err_set(err, MR_EFORMAT, "--latest: a "
			    "rating has no time");
		}
	}
	qsort(sorted, (size_t)n, sizeof *sorted, rising);
	at = (int64_t)floor((1 - t->o->latest) * (double)n + 0.5);
	for (int64_t k = 0; k < n; k++)
		t->part[k] = time[k] >= sorted[at < n ? at : n - 1];
	free(sorted);
	return MR_OK;
}

/* As mr-split has it. */
static void
by_chance(struct mr_tune *t)
{
	const struct mr_split_part p = { .folds = t->o->folds, .fold = 1,
	    .share = t->o->holdout };
	uint64_t key = mr_split_key(&p, t->run->seed);
	const struct mr_csr *R = &t->all.R;

	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			double x = mr_split_draw(key, mr_ids_get(&t->all.users,
			    (int32_t)u), mr_ids_get(&t->all.items, R->idx[k]));

			t->part[k] = p.folds ? (unsigned char)(x *
			    (double)p.folds) : x < p.share;
		}
}

int
mr_tune_split(struct mr_tune *t, struct mr_err *err)
{
	size_t n = (size_t)mr_csr_nnz(&t->all.R);

	t->part = mr_alloc(n, sizeof *t->part, "parts", err);
	if (!t->part)
		return MR_ENOMEM;
	if (t->o->latest > 0)
		return n ? by_time(t, err) : MR_OK;
	if (!t->o->test)
		by_chance(t);
	return MR_OK;
}

/* In halving three times as many users for a third of the settings; 200 are few
 * enough. */
void
mr_tune_plan(struct mr_tune *t)
{
	int folds = t->o->folds ? (int)t->o->folds : 1;
	double users = (double)t->all.users.n, share = 1;
	int64_t left = t->settings.n;

	if (t->o->halving)
		for (; left > 3 && users * share / 3 >= 200 &&
		    t->n_rounds < MR_TUNE_ROUNDS - 2; left = (left + 2) / 3) {
			share /= 3;
			t->n_rounds++;
		}
	for (int r = 0; r < t->n_rounds; r++)
		t->round[r] = (struct mr_tune_round){ share * pow(3, r), 1 };
	if (folds > 1)
		t->round[t->n_rounds++] = (struct mr_tune_round){ 1, 1 };
	t->round[t->n_rounds++] = (struct mr_tune_round){ 1, folds };
}
