/* Lists made of the scores of all items; see pick.h.
 * SPDX-License-Identifier: MIT */
#include "engine/pick.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "engine/scale.h"

/* Most hits of a list: those of the list, and those behind it. */
static int64_t
depth(const struct mr_pick *p)
{
	return p->diversity > 0 ? MR_PICK_DEPTH * p->n : p->n + p->behind;
}

/* The lists that item i may stand in: value[0 .. returned - 1], NULL: the
 * only one. */
static int64_t
lists_of(const struct mr_pick *p, int64_t i, const int32_t **value)
{
	const struct mr_csr *of = p->per ? &p->per->of : NULL;

	*value = of ? of->idx + of->ptr[i] : NULL;
	return of ? of->ptr[i + 1] - of->ptr[i] : 1;
}

/* at: places for depth items, or for all that may stand there. */
static void
count_places(struct mr_pick *p, const uint64_t *allow)
{
	const int32_t *value;
	int64_t most = depth(p);

	for (int64_t i = 0; i < p->n_items; i++) {
		int64_t n = lists_of(p, i, &value);

		if (allow && !(allow[i / 64] >> i % 64 & 1))
			continue;
		for (int64_t k = 0; k < n; k++)
			p->at[(value ? value[k] : 0) + 1]++;
	}
	for (int32_t v = 0; v < p->n_lists; v++)
		p->at[v + 1] = p->at[v] + (p->at[v + 1] < most ?
		    p->at[v + 1] : most);
}

int
mr_pick_open(struct mr_pick *p, const uint64_t *allow, struct mr_err *err)
{
	p->n_lists = p->per ? p->per->names.n : 1;
	p->at = mr_alloc((size_t)p->n_lists + 1, sizeof *p->at, "lists", err);
	if (!p->at)
		return MR_ENOMEM;
	count_places(p, allow);
	if (!(p->novelty > 0))
		return MR_OK;
	p->novel = mr_alloc((size_t)p->n_items, sizeof *p->novel, "novelty",
	    err);
	for (int64_t i = 0; p->novel && i < p->n_items; i++)
		p->novel[i] = p->raters[i] > 1 ? -log2f(p->raters[i]) : 0;
	return p->novel ? MR_OK : MR_ENOMEM;
}

void
mr_pick_free(struct mr_pick *p)
{
	free(p->at);
	free(p->novel);
	*p = (struct mr_pick){ 0 };
}

size_t
mr_pick_work(const struct mr_pick *p)
{
	int64_t longest = depth(p) < p->n_items ? depth(p) : p->n_items;

	return (size_t)((p->novelty > 0 ? p->n_items : 0) +
	    (p->diversity > 0 ? 2 * longest : 0));
}

/* key (out) of what is offered. */
static void
add_novelty(const struct mr_pick *p, const float *score, const bool *offered,
    float *key)
{
	struct mr_scale s = mr_scale_of(score, offered, p->n_items);
	struct mr_scale t = mr_scale_of(p->novel, offered, p->n_items);

	for (int64_t i = 0; i < p->n_items; i++)
		if (offered[i])
			key[i] = (float)((1 - p->novelty) *
			    mr_scale_z(&s, score[i]) +
			    p->novelty * mr_scale_z(&t, p->novel[i]));
}

/* Item at of what is left, x [n], moves before the others. */
static void
move_first(void *x, int64_t at, size_t size)
{
	char item[sizeof(struct mr_hit)], *p = x;

	memcpy(item, p + (size_t)at * size, size);
	memmove(p + size, p, (size_t)at * size);
	memcpy(p, item, size);
}

/* Of found candidates in hit, by their keys, the first n (or all) become a
 * list whose films are unlike each other; returns how many.
 * rel, near  [found] work: of each candidate, the largest cosine so far */
static int64_t
diversify(const struct mr_pick *p, struct mr_hit *hit, int64_t found,
    float *rel, float *near)
{
	int64_t n = found < p->n ? found : p->n;
	float low = found ? hit[found - 1].score : 0;
	float range = found ? hit[0].score - low : 0;

	for (int64_t i = 0; i < found; i++) {
		rel[i] = range > 0 ? (hit[i].score - low) / range : 0;
		near[i] = -2;	/* below every cosine */
	}
	for (int64_t s = 0; s < n; s++) {
		int64_t best = s;
		double most = -HUGE_VAL;

		for (int64_t i = s; i < found; i++) {
			double v = (1 - p->diversity) * (double)rel[i] -
			    p->diversity * (double)near[i];

			if (v > most) {
				most = v;
				best = i;
			}
		}
		move_first(hit + s, best - s, sizeof *hit);
		move_first(rel + s, best - s, sizeof *rel);
		move_first(near + s, best - s, sizeof *near);
		for (int64_t i = s + 1; i < found; i++) {
			float v = mr_content_cosine(p->like, hit[s].row,
			    hit[i].row);

			near[i] = v > near[i] ? v : near[i];
		}
	}
	return n;
}

/* What is offered, each to the lists of its values. */
static void
collect(const struct mr_pick *p, const float *key, const bool *offered,
    struct mr_hit *hit, int64_t *found)
{
	for (int64_t i = 0; i < p->n_items; i++) {
		const int32_t *value;
		int64_t n = offered[i] ? lists_of(p, i, &value) : 0;

		for (int64_t k = 0; k < n; k++) {
			int32_t v = value ? value[k] : 0;

			mr_topk_push(hit + p->at[v], &found[v],
			    p->at[v + 1] - p->at[v],
			    (struct mr_hit){ key[i], (int32_t)i }, p->rank);
		}
	}
}

void
mr_pick_lists(const struct mr_pick *p, const float *score,
    const bool *offered, float *work, struct mr_hit *hit, int64_t *found)
{
	const float *key = score;

	if (p->novelty > 0) {
		add_novelty(p, score, offered, work);
		key = work;
		work += p->n_items;
	}
	memset(found, 0, (size_t)p->n_lists * sizeof *found);
	collect(p, key, offered, hit, found);
	for (int32_t v = 0; v < p->n_lists; v++) {
		struct mr_hit *h = hit + p->at[v];

		mr_topk_sort(h, found[v], p->rank);
		if (p->diversity > 0)
			found[v] = diversify(p, h, found[v], work, work +
			    found[v]);
		for (int64_t j = 0; j < found[v]; j++)
			h[j].score = score[h[j].row];
	}
}
