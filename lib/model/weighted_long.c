/* Rows of many entries by conjugate gradients; see weighted_step.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "core/par.h"
#include "model/weighted_parts.h"

#define MOST_STEPS 64
#define ENOUGH 1e-9	/* squared bound on the relative error in D's norm */
#define CHUNK 2048	/* entries whose sums stay in float */
#define SEGMENT 16384	/* entries at least, of a row that is shared out */
#define MOST_WIDTH 4096		/* whole lanes of the highest rank */

/* A pass over a row in segments of chunks. */
struct pass {
	const struct mr_row_kernels *f;
	struct mr_chosen c;
	const float *x;
	float target;
	int64_t segment;
	double *sum;		/* [segments * width] */
};

static void
pass_task(void *ctx, int64_t task, int worker)
{
	const struct pass *p = ctx;
	int64_t width = p->c.width, from = task * p->segment;
	int64_t to = from + p->segment < p->c.n ? from + p->segment : p->c.n;
	double *sum = p->sum + task * width;
	float out[MOST_WIDTH];

	(void)worker;
	memset(sum, 0, (size_t)width * sizeof *sum);
	for (; from < to; from += CHUNK) {
		struct mr_chosen c = p->c;

		c.idx += from;
		c.val += from;
		c.n = to - from < CHUNK ? to - from : CHUNK;
		c.next = c.idx + c.n;
		c.n_next = to - from - c.n;
		memset(out, 0, (size_t)width * sizeof *out);
		p->f->residual(&c, p->x, p->target, out);
		for (int64_t j = 0; j < width; j++)
			sum[j] += (double)out[j];
	}
}

/* out += sum c (target - y . x) y */
static void
pass(const struct mr_weighted_run *run, const struct mr_weighted_work *w,
    const struct mr_chosen *c, const float *x, float target, float *out)
{
	struct pass p = { run->f, *c, x, target, c->n, w->sum };
	int64_t segments = 1;

	if (c->n <= CHUNK) {
		run->f->residual(c, x, target, out);
		return;
	}
	if (c->n > MR_WHOLE_ROW) {
		p.segment = (c->n + MR_WEIGHTED_SEGMENTS - 1) /
		    MR_WEIGHTED_SEGMENTS;
		p.segment = (p.segment + CHUNK - 1) / CHUNK * CHUNK;
		if (p.segment < SEGMENT)
			p.segment = SEGMENT;
		segments = (c->n + p.segment - 1) / p.segment;
	}
	mr_par_run(segments > 1 ? run->threads : 1, segments, pass_task, &p);
	for (int64_t j = 0; j < c->width; j++) {
		double s = 0;

		for (int64_t i = 0; i < segments; i++)
			s += w->sum[i * c->width + j];
		out[j] += (float)s;
	}
}

bool
mr_weighted_long(const struct mr_weighted_run *run,
    const struct mr_weighted_work *w, int64_t row, int64_t next, float *x)
{
	const struct mr_row_kernels *f = run->f;
	struct mr_chosen c = mr_weighted_chosen(run, row, next);
	float ridge = (float)mr_weighted_ridge(run->o, c.n);
	int64_t m = run->width;
	size_t size = (size_t)m * sizeof *x;
	float rho, before = 0;

	f->invert(run->base, ridge, run->least, m, w->inverse, NULL);
	memset(w->r, 0, size);
	memset(w->p, 0, size);
	pass(run, w, &c, x, 1, w->r);
	f->add_scaled(w->r, -1, run->base, ridge, x, m);
	for (int step = 0; step <= MOST_STEPS; step++) {
		float along, norm;

		f->multiply(w->s, w->r, w->inverse, 0, m);
		rho = f->dot(w->r, w->s, m);
		memset(w->q, 0, size);
		f->add_scaled(w->q, 1, run->base, ridge, x, m);
		norm = f->dot(x, w->q, m);
		if (!(rho > (float)ENOUGH * norm))
			return isfinite(rho) && isfinite(norm);
		f->multiply(w->p, w->r, w->inverse, step ? rho / before : 0,
		    m);
		before = rho;
		memset(w->q, 0, size);
		pass(run, w, &c, w->p, 0, w->q);	/* - A p */
		f->add_scaled(w->q, -1, run->base, ridge, w->p, m);
		along = -f->dot(w->p, w->q, m);
		if (!(along > 0))
			return false;
		f->add(x, rho / along, w->p, m);
		f->add(w->r, rho / along, w->q, m);
	}
	return false;
}
