/* Scores of single pairs, and of all rows; see exact.h.
 * SPDX-License-Identifier: MIT */
#include <float.h>
#include <math.h>

#include "math/gemm.h"
#include "vector/exact_parts.h"

#define CHUNK MR_EXACT_CHUNK
/* Queries scored together: whole tiles of mr_gemm, of 6 or of 14 rows. */
#define GROUP (MR_EXACT_TOGETHER / 2)

/* -|q - b|, or q . b, of one query and a row b whose values stand step
 * apart, in double. */
static float
score_pair(enum mr_metric metric, const float *q, const float *b, int64_t d,
    int64_t step)
{
	double sum = 0;

	if (metric == MR_METRIC_L2)
		for (int64_t p = 0; p < d; p++) {
			double e = (double)q[p] - (double)b[p * step];

			sum += e * e;
		}
	else
		for (int64_t p = 0; p < d; p++)
			sum += (double)q[p] * (double)b[p * step];
	return (float)(metric == MR_METRIC_L2 ? -sqrt(sum) : sum);
}

bool
mr_exact_alone(const struct mr_exact *x, const float *q)
{
	return x->metric == MR_METRIC_L2 || (double)x->d * (double)x->most *
	    (double)mr_mat_largest(q, x->d) > FLT_MAX / 2;
}

void
mr_exact_panel_pairs(const struct mr_exact *x, const float *q,
    const float *panels, int64_t n, float *scores)
{
	for (int64_t j = 0; j < n; j++)
		scores[j] = score_pair(x->metric, q, panels + j /
		    MR_GEMM_PANEL * MR_GEMM_PANEL * x->d + j % MR_GEMM_PANEL,
		    x->d, MR_GEMM_PANEL);
}

void
mr_exact_pairs(const struct mr_exact *x, const float *q,
    const float *const *b, int64_t n, float *scores)
{
	if (!mr_exact_alone(x, q))
		mr_gemm_rows(q, b, n, x->d, scores);
	else
		for (int64_t j = 0; j < n; j++)
			scores[j] = score_pair(x->metric, q, b[j], x->d, 1);
}

/* Of m queries and n rows from a place on, a chunk at most, of packed ones from
 * a panel on: to scores[m * CHUNK].  single: of each mr_exact_alone. */
static void
score_chunk(const struct mr_exact *x, const float *q, int64_t m,
    const bool *single, int64_t from, int64_t n, float *scores)
{
	const float *panels = x->lent.a ? NULL : x->packed + from * x->d;
	const float *row[CHUNK] = { NULL };

	for (int64_t j = 0; j < n && !panels; j++)
		row[j] = mr_rows_at(&x->lent, x->gap, x->number[from + j]);
	if (panels)
		mr_gemm(q, m, x->d, panels, n, x->d, scores, CHUNK);
	for (int64_t i = 0; i < m; i++, q += x->d, scores += CHUNK)
		if (!panels)
			mr_exact_pairs(x, q, row, n, scores);
		else if (single[i])
			mr_exact_panel_pairs(x, q, panels, n, scores);
}

float
mr_exact_score(const struct mr_exact *x, const float *q, float offset,
    int64_t i)
{
	bool single = mr_exact_alone(x, q);
	float scores[CHUNK];
	int64_t at = x->place[i], from = at, n = 1;

	if (!x->lent.a) {
		from = at / MR_GEMM_PANEL * MR_GEMM_PANEL;
		n = x->n - from < MR_GEMM_PANEL ? x->n - from :
		    MR_GEMM_PANEL;
	}
	score_chunk(x, q, 1, &single, from, n, scores);
	return scores[at - from] + x->bias[at] + offset;
}

/* Of m queries, at most GROUP, all scores of n rows from a place on. */
static void
add_biases(const struct mr_exact *x, const float *chunk, int64_t m,
    int64_t from, int64_t n, const float *offset, float *scores)
{
	const float *bias = x->bias + from;

	for (int64_t i = 0; i < m; i++, chunk += CHUNK, scores += x->rows)
		if (x->in_order)	/* several at once */
			for (int64_t j = 0; j < n; j++)
				scores[from + j] = chunk[j] + bias[j] +
				    offset[i];
		else
			for (int64_t j = 0; j < n; j++)
				scores[x->number[from + j]] = chunk[j] +
				    bias[j] + offset[i];
}

void
mr_exact_scores_of(const struct mr_exact *x, const float *q, int64_t m,
    const float *offset, float *scores)
{
	bool single[MR_EXACT_TOGETHER] = { false };
	float chunk[GROUP * CHUNK];

	for (int64_t i = 0; i < m; i++)
		single[i] = mr_exact_alone(x, q + i * x->d);
	for (int64_t from = 0; from < x->n; from += CHUNK) {
		int64_t n = x->n - from < CHUNK ? x->n - from : CHUNK;

		for (int64_t i = 0; i < m; i += GROUP) {
			int64_t some = m - i < GROUP ? m - i : GROUP;

			score_chunk(x, q + i * x->d, some, single + i, from,
			    n, chunk);
			add_biases(x, chunk, some, from, n, offset + i,
			    scores + i * x->rows);
		}
	}
}

void
mr_exact_scores(const struct mr_exact *x, const float *q, float offset,
    float *scores)
{
	mr_exact_scores_of(x, q, 1, &offset, scores);
}
