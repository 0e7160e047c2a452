/* The numbers of a row beside others, and those of a new row; see
 * similarity.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "model/similarity_parts.h"

enum { N, D, AB = 1, AA, BB, A, B };

const char *const mr_similarity_words[] = { "cosine", "msd", "pearson",
	"pearson-baseline", NULL };

int
mr_similarity_width(int kind)
{
	return kind == MR_SIMILARITY_PEARSON ? 6 : kind == MR_SIMILARITY_MSD ||
	    kind == MR_SIMILARITY_DEVIATION ? 2 : 4;
}

static void
add_deviations(struct mr_similarity_work *w, struct mr_similarity_run c,
    double a)
{
	for (int64_t j = 0; j < c.n; j++) {
		double *s = w->sum + (size_t)c.idx[j] * 2;

		s[N] += 1;
		s[D] += a - c.val[j];
		w->seen[c.idx[j]] = 1;
	}
}

static void
add_squares(struct mr_similarity_work *w, struct mr_similarity_run c,
    double a)
{
	for (int64_t j = 0; j < c.n; j++) {
		double *s = w->sum + (size_t)c.idx[j] * 2;
		double d = a - c.val[j];

		s[N] += 1;
		s[D] += d * d;
		w->seen[c.idx[j]] = 1;
	}
}

static void
add_products(struct mr_similarity_work *w, struct mr_similarity_run c,
    double a)
{
	for (int64_t j = 0; j < c.n; j++) {
		double *s = w->sum + (size_t)c.idx[j] * 4;
		double b = c.val[j];

		s[N] += 1;
		s[AB] += a * b;
		s[AA] += a * a;
		s[BB] += b * b;
		w->seen[c.idx[j]] = 1;
	}
}

static void
add_moments(struct mr_similarity_work *w, struct mr_similarity_run c,
    double a)
{
	for (int64_t j = 0; j < c.n; j++) {
		double *s = w->sum + (size_t)c.idx[j] * 6;
		double b = c.val[j];

		s[N] += 1;
		s[AB] += a * b;
		s[AA] += a * a;
		s[BB] += b * b;
		s[A] += a;
		s[B] += b;
		w->seen[c.idx[j]] = 1;
	}
}

static void (*const adders[])(struct mr_similarity_work *w,
    struct mr_similarity_run c, double a) = {
	[MR_SIMILARITY_COSINE] = add_products,
	[MR_SIMILARITY_MSD] = add_squares,
	[MR_SIMILARITY_PEARSON] = add_moments,
	[MR_SIMILARITY_PEARSON_SHRUNK] = add_products,
	[MR_SIMILARITY_DEVIATION] = add_deviations,
};

void
mr_similarity_add(int kind, struct mr_similarity_work *w,
    struct mr_similarity_run c, double a)
{
	adders[kind](w, c, a);
}

static double
cosine(const double *s)
{
	double both = sqrt(s[AA] * s[BB]);

	return both > 0 ? s[AB] / both : 0;
}

/*
 * n sum aa - (sum a)^2 cancels.  Ratings in steps of a half have exact sums,
 * so 0 for a constant row; others leave about sqrt(n) 1e-16 of n sum aa.  So
 * values whose spread is below 1e-6 of their size count as constant.
 */
static double
pearson(const double *s)
{
	const double rounding = 1e-12;
	double aa = s[N] * s[AA], bb = s[N] * s[BB];
	double va = aa - s[A] * s[A], vb = bb - s[B] * s[B];

	if (va <= rounding * aa || vb <= rounding * bb)
		return 0;
	return (s[N] * s[AB] - s[A] * s[B]) / sqrt(va * vb);
}

double
mr_similarity_measure(const double *s, const struct mr_similarity_opt *o)
{
	switch (o->kind) {
	case MR_SIMILARITY_COSINE:
		return cosine(s);
	case MR_SIMILARITY_MSD:
		return 1 / (1 + s[D] / s[N]);
	case MR_SIMILARITY_PEARSON:
		return pearson(s);
	case MR_SIMILARITY_PEARSON_SHRUNK:
		return s[N] < 2 ? 0 : cosine(s) * (s[N] - 1) /
		    (s[N] - 1 + o->shrinkage);
	default:
		return s[D] / s[N];
	}
}

int64_t
mr_similarity_row(const struct mr_csr *Y, const double *val,
    const struct mr_similarity_opt *o, const int32_t *col, const double *x,
    int64_t n, int64_t not, struct mr_similarity_work *w, int32_t *idx,
    float *weight)
{
	size_t width = (size_t)mr_similarity_width(o->kind);
	int64_t found = 0;

	for (int64_t k = 0; k < n; k++) {
		int64_t from = Y->ptr[col[k]], to = Y->ptr[col[k] + 1];

		mr_similarity_add(o->kind, w, (struct mr_similarity_run){
		    Y->idx + from, val + from, to - from }, x[k]);
	}
	for (int64_t other = 0; other < Y->cols; other++) {
		double *s = w->sum + (size_t)other * width;
		float v;

		if (!w->seen[other])
			continue;
		v = (float)mr_similarity_measure(s, o);
		if (s[N] >= (double)o->min_support && other != not &&
		    (v > 0 || o->kind == MR_SIMILARITY_DEVIATION)) {
			idx[found] = (int32_t)other;
			weight[found++] = v;
		}
		w->seen[other] = 0;
		memset(s, 0, width * sizeof *s);
	}
	return found;
}
