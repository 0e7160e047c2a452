/* Describing a heap of numbers; see summary.h.
 * SPDX-License-Identifier: MIT */
#include "eval/summary.h"

#include <assert.h>
#include <math.h>

/* Neumaier's sum: what rounding loses is carried beside. */
struct sum {
	double s, lost;
};

static void
add(struct sum *a, double x)
{
	double s = a->s + x;

	a->lost += fabs(a->s) >= fabs(x) ? (a->s - s) + x : (x - s) + a->s;
	a->s = s;
}

double
mr_summary_mean(const struct mr_tally *t)
{
	struct sum a = { 0, 0 };

	assert(t->sorted && t->total > 0);
	for (size_t i = 0; i < t->distinct; i++)
		add(&a, t->cell[i].value * (double)t->cell[i].n);
	return (a.s + a.lost) / (double)t->total;
}

double
mr_summary_sd(const struct mr_tally *t)
{
	double mean = mr_summary_mean(t);
	struct sum a = { 0, 0 };

	if (t->total < 2)
		return 0;
	for (size_t i = 0; i < t->distinct; i++) {
		double d = t->cell[i].value - mean;

		add(&a, d * d * (double)t->cell[i].n);
	}
	return sqrt((a.s + a.lost) / (double)(t->total - 1));
}

double
mr_summary_quantile(const struct mr_tally *t, double q)
{
	double h, part, a, b;
	int64_t lo, seen = 0;
	size_t i = 0;

	assert(t->sorted && t->total > 0 && q >= 0 && q <= 1);
	h = (double)(t->total - 1) * q;
	lo = (int64_t)floor(h);
	part = h - floor(h);
	while (seen + t->cell[i].n <= lo)
		seen += t->cell[i++].n;
	a = b = t->cell[i].value;
	if (seen + t->cell[i].n == lo + 1 && i + 1 < t->distinct)
		b = t->cell[i + 1].value;
	/* From the nearer end, so that rounding never passes a or b. */
	return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part);
}

int64_t
mr_summary_below(const struct mr_tally *t, double x)
{
	int64_t n = 0;

	assert(t->sorted);
	for (size_t i = 0; i < t->distinct && t->cell[i].value < x; i++)
		n += t->cell[i].n;
	return n;
}

void
mr_summary_fences(const struct mr_tally *t, struct mr_fences *f)
{
	double q1 = mr_summary_quantile(t, 0.25);
	double q3 = mr_summary_quantile(t, 0.75);

	f->lower = q1 - 1.5 * (q3 - q1);
	f->upper = q3 + 1.5 * (q3 - q1);
	f->below = mr_summary_below(t, f->lower);
	f->above = 0;
	for (size_t i = t->distinct; i > 0; i--) {
		if (t->cell[i - 1].value <= f->upper)
			break;
		f->above += t->cell[i - 1].n;
	}
}

double
mr_summary_edge(const struct mr_tally *t, int n_bins, int k)
{
	double lo, hi;

	assert(t->sorted && t->total > 0 && n_bins > 0);
	lo = t->cell[0].value;
	hi = t->cell[t->distinct - 1].value;
	/* Halves first: the difference itself may overflow. */
	return k == n_bins ? hi :
	    lo + k * ((hi / 2 - lo / 2) / n_bins) * 2;
}

void
mr_summary_bins(const struct mr_tally *t, int n_bins, int64_t *count)
{
	int k = 0;

	for (int b = 0; b < n_bins; b++)
		count[b] = 0;
	for (size_t i = 0; i < t->distinct; i++) {
		while (k + 1 < n_bins &&
		    t->cell[i].value >= mr_summary_edge(t, n_bins, k + 1))
			k++;
		count[k] += t->cell[i].n;
	}
}

const struct mr_tallied *
mr_summary_mode(const struct mr_tally *t)
{
	const struct mr_tallied *best = t->cell;

	assert(t->sorted && t->total > 0);
	for (size_t i = 1; i < t->distinct; i++)
		if (t->cell[i].n > best->n)
			best = &t->cell[i];
	return best;
}

double
mr_summary_top(const struct mr_tally *t, int64_t k)
{
	double sum = 0;

	assert(t->sorted && k <= t->total);
	for (size_t i = t->distinct; i > 0 && k > 0; i--) {
		int64_t n = t->cell[i - 1].n < k ? t->cell[i - 1].n : k;

		sum += (double)n * t->cell[i - 1].value;
		k -= n;
	}
	return sum;
}

int64_t
mr_summary_needed(const struct mr_tally *t, int percent)
{
	/* In hundredths, so that whole numbers stay exact. */
	double want = mr_summary_top(t, t->total) * percent, have = 0;
	int64_t k = 0;

	for (size_t i = t->distinct; i > 0 && have < want; i--) {
		const struct mr_tallied *c = &t->cell[i - 1];
		double all = 100 * c->value * (double)c->n;

		if (have + all <= want) {
			have += all;
			k += c->n;
		} else {
			k += (int64_t)ceil((want - have) / (100 * c->value));
			have = want;
		}
	}
	return k;
}

double
mr_summary_gini(const struct mr_tally *t)
{
	double sum = mr_summary_top(t, t->total), n = (double)t->total;
	double ranked = 0, before = 0;

	if (!(sum > 0))
		return 0;
	/* 2j - N - 1 summed over c equal numbers: c (2 before + c - N). */
	for (size_t i = 0; i < t->distinct; i++) {
		double c = (double)t->cell[i].n;

		ranked += t->cell[i].value * c * (2 * before + c - n);
		before += c;
	}
	return ranked / sum / n;
}
