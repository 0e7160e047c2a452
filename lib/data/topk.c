/* Selection of the best k with a heap; see topk.h.
 * SPDX-License-Identifier: MIT */
#include "data/topk.h"

static bool
worse(struct mr_hit a, struct mr_hit b, const struct mr_ties *t)
{
	if (a.score < b.score || a.score > b.score)
		return a.score < b.score;
	return mr_ties_before(t, b.row, a.row);
}

/* The hole at i sinks until x fits: every parent is worse than its children. */
static void
sift_down(struct mr_hit *h, int64_t n, int64_t i, struct mr_hit x,
    const struct mr_ties *t)
{
	for (;;) {
		int64_t c = 2 * i + 1;

		if (c >= n)
			break;
		if (c + 1 < n && worse(h[c + 1], h[c], t))
			c++;
		if (!worse(h[c], x, t))
			break;
		h[i] = h[c];
		i = c;
	}
	h[i] = x;
}

void
mr_topk_push_by(struct mr_hit *h, int64_t *n, int64_t k, struct mr_hit x,
    const struct mr_ties *t)
{
	int64_t i = *n;

	if (i == k) {
		if (k && worse(h[0], x, t))
			sift_down(h, k, 0, x, t);
		return;
	}
	(*n)++;
	while (i > 0 && worse(x, h[(i - 1) / 2], t)) {
		h[i] = h[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h[i] = x;
}

void
mr_topk_sort_by(struct mr_hit *h, int64_t n, const struct mr_ties *t)
{
	while (n > 1) {
		struct mr_hit worst = h[0];

		n--;
		sift_down(h, n, 0, h[n], t);
		h[n] = worst;
	}
}

void
mr_topk_push(struct mr_hit *h, int64_t *n, int64_t k, struct mr_hit x,
    const int32_t *rank)
{
	const struct mr_ties t = { .rank = rank };

	mr_topk_push_by(h, n, k, x, &t);
}

void
mr_topk_sort(struct mr_hit *h, int64_t n, const int32_t *rank)
{
	const struct mr_ties t = { .rank = rank };

	mr_topk_sort_by(h, n, &t);
}

/* Whose place is drawn, as no order of the rows then makes it slow. */
static struct mr_hit
pivot_of(const struct mr_hit *h, int64_t n, uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return h[(int64_t)((*state >> 33) % (uint64_t)n)];
}

void
mr_topk_select(struct mr_hit *h, int64_t n, int64_t k, const int32_t *rank)
{
	const struct mr_ties t = { .rank = rank };
	uint64_t state = 1;
	int64_t from = 0;

	/* The k-th best is in from .. n - 1: before are better ones. */
	while (from < k && k < n && n - from > 1) {
		struct mr_hit pivot = pivot_of(h + from, n - from, &state);
		int64_t i = from, j = n - 1;

		while (i <= j) {
			while (worse(pivot, h[i], &t))
				i++;
			while (worse(h[j], pivot, &t))
				j--;
			if (i <= j) {
				struct mr_hit swap = h[i];

				h[i++] = h[j];
				h[j--] = swap;
			}
		}
		/* From .. j are no worse than the pivot, i .. no better, and
		 * i is j + 1 or j + 2. */
		if (k <= j + 1)
			n = j + 1;
		else
			from = i;
	}
}
