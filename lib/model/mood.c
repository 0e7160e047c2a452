/* Moods of users at a time; see mood.h.
 * SPDX-License-Identifier: MIT */
#include "model/mood.h"

#include <math.h>

/* How many of the row's steps are not after x. */
static int64_t
up_to(const struct mr_mood *row, double x)
{
	int64_t lo = 0, hi = row->n;

	while (lo < hi) {
		int64_t mid = lo + (hi - lo) / 2;

		if ((double)row->at[mid] <= x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

double
mr_mood_at(const struct mr_moods *m, const struct mr_mood *row, double time)
{
	double x = floor((time - m->origin) / m->step);
	double unit = m->step / m->span, a, b, all;
	int64_t next;

	if (row->n == 0 || isnan(x))
		return 0;
	next = up_to(row, x);
	a = next ? unit * (x - (double)row->at[next - 1]) : 0;
	b = next < row->n ? unit * ((double)row->at[next] - x) : 0;
	if (next == row->n)
		return exp(-a) * (double)row->e[next - 1];
	if (next == 0)
		return exp(-b) * (double)row->e[0];
	/* sinh(b) / sinh(a + b), and the other, without large numbers. */
	all = expm1(-2 * (a + b));
	return exp(-a) * expm1(-2 * b) / all * (double)row->e[next - 1] +
	    exp(-b) * expm1(-2 * a) / all * (double)row->e[next];
}
