/* Selection of the best k with a heap; see topk.h.
 * SPDX-License-Identifier: MIT */
#include "data/topk.h"

#include <stdbool.h>

static bool
worse(struct mr_scored a, struct mr_scored b)
{
	return a.score < b.score || (a.score == b.score && a.rank > b.rank);
}

/* The hole at i sinks until x fits: every parent is worse than its children. */
static void
sift_down(struct mr_scored *h, int64_t n, int64_t i, struct mr_scored x)
{
	for (;;) {
		int64_t c = 2 * i + 1;

		if (c >= n)
			break;
		if (c + 1 < n && worse(h[c + 1], h[c]))
			c++;
		if (!worse(h[c], x))
			break;
		h[i] = h[c];
		i = c;
	}
	h[i] = x;
}

void
mr_topk_push(struct mr_scored *h, int64_t *n, int64_t k, float score,
    int32_t rank)
{
	struct mr_scored x = { score, rank };
	int64_t i = *n;

	if (i == k) {
		if (k && worse(h[0], x))
			sift_down(h, k, 0, x);
		return;
	}
	(*n)++;
	while (i > 0 && worse(x, h[(i - 1) / 2])) {
		h[i] = h[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h[i] = x;
}

void
mr_topk_sort(struct mr_scored *h, int64_t n)
{
	while (n > 1) {
		struct mr_scored worst = h[0];

		n--;
		sift_down(h, n, 0, h[n]);
		h[n] = worst;
	}
}
