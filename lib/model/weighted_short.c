/* Rows of few entries, 16 at once; see weighted_step.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "model/weighted_parts.h"

#define LANES MR_SHORT_AT_ONCE

/* All lanes E x = 0, of n unknowns. */
static void
clear(const struct mr_weighted_work *w, int n)
{
	memset(w->k, 0, (size_t)(n * (n + 1) / 2 * LANES) * sizeof *w->k);
	memset(w->b, 0, (size_t)(n * LANES) * sizeof *w->b);
	for (int i = 0; i < n; i++)
		for (int lane = 0; lane < LANES; lane++)
			w->k[((i + 1) * (i + 2) / 2 - 1) * LANES + lane] = 1;
}

/* D^-1 and D^-1/2 of rows of n entries, unless they are there. */
static void
invert(const struct mr_weighted_run *run, const struct mr_weighted_work *w,
    int64_t n, int64_t *have)
{
	if (*have != n)
		run->f->invert(run->base, (float)mr_weighted_ridge(run->o,
		    n), run->least, run->width, w->inverse, w->root);
	*have = n;
}

void
mr_weighted_short(const struct mr_weighted_run *run,
    const struct mr_weighted_work *w, const int64_t *row, int n)
{
	const struct mr_row_kernels *f = run->f;
	const struct mr_csr *R = run->o->R;
	int longest = (int)(R->ptr[row[n - 1] + 1] - R->ptr[row[n - 1]]);
	int64_t have = -1;

	clear(w, longest);
	for (int lane = 0; lane < n; lane++) {
		struct mr_chosen c = mr_weighted_chosen(run, row[lane],
		    lane + 1 < n ? row[lane + 1] : -1);
		float *root_c = w->root_c + lane * MR_SHORT_ROW;

		invert(run, w, c.n, &have);
		f->scaled(&c, w->root, w->z, root_c);
		f->products(w->z, run->width, (int)c.n, w->k, lane);
		for (int64_t k = 0; k < c.n; k++)
			w->b[k * LANES + lane] = root_c[k];
	}
	f->solve16(w->k, w->b, longest);
	for (int lane = 0; lane < n; lane++) {
		struct mr_chosen c = mr_weighted_chosen(run, row[lane],
		    -1);
		float *root_c = w->root_c + lane * MR_SHORT_ROW;

		invert(run, w, c.n, &have);
		for (int64_t k = 0; k < c.n; k++)
			root_c[k] *= w->b[k * LANES + lane];
		memset(w->s, 0, (size_t)run->width * sizeof *w->s);
		f->weigh(&c, root_c, w->s);
		f->multiply(mr_mat_row(run->o->rows, row[lane]), w->s,
		    w->inverse, 0, run->width);
	}
}
