/* How a search by codes is cut and begun: by numbers alone, never by time.
 * SPDX-License-Identifier: MIT */
#include "vector/coded_parts.h"

#define QUERIES MR_CODED_QUERIES

/*
 * Where queries alone make few tasks, the rows are cut too, but not so that a
 * part has less work than starting a thread is worth, or has not many rows
 * for each of the k best, which it finds by itself.
 */
#define TASKS 64
#define PART_PRODUCTS 3e6
#define PART_PER_BEST 50

/* What scoring a row in float costs, and copying its codes, of the time in
 * which it is scored by codes. */
#define PAIR_COST 8
#define COPY_COST 30

int64_t
mr_coded_parts(const struct mr_coded *x, const struct mr_search *s)
{
	int64_t groups = (s->q.n + QUERIES - 1) / QUERIES;
	int64_t n = x->frame.n, parts = groups ? TASKS / groups : 0;
	double m = (double)(s->q.n < QUERIES ? s->q.n : QUERIES);
	double most = m * (double)n * (double)x->frame.d *
	    (x->codes.packed ? 1 : PAIR_COST) / PART_PRODUCTS;

	if ((double)parts > most)
		parts = (int64_t)most;
	if (parts > n / PART_PER_BEST / s->k)
		parts = n / PART_PER_BEST / s->k;
	return parts > 1 ? parts : 1;
}

void
mr_coded_plan(const struct mr_coded *x, const struct mr_search *s, bool *copy,
    bool *codes)
{
	double n = 0, m = (double)s->q.n, all;

	*copy = *codes = false;
	for (int64_t i = 0; s->allow && i < (x->frame.rows + 63) / 64; i++)
		n += __builtin_popcountll(s->allow[i]);
	all = m * (double)x->frame.n;
	*codes = (COPY_COST + m) * n < PAIR_COST * m * n;
	*copy = s->allow && (*codes ? COPY_COST + m : PAIR_COST * m) * n <
	    all;
}

bool
mr_coded_wanted(const struct mr_coded *x, const struct mr_search *s,
    int64_t block)
{
	int64_t end = (block + 1) * MR_CODES_BLOCK;

	if (end > x->frame.n)
		end = x->frame.n;
	for (int64_t j = block * MR_CODES_BLOCK; j < end; j++) {
		int32_t i = x->frame.number[j];

		if (s->allow[i / 64] >> i % 64 & 1)
			return true;
	}
	return false;
}
