/* The neighbourhood term of the axis item; see near.h.
 *
 * The candidates of a pair are the items that the user rated, in the order of
 * ties, as far as the row of S has them; pairs and lists gather them in their
 * own ways and sum them in that one order.  Weights are held as keys: integers
 * in the order of the floats.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "math/lanes.h"
#include "model/near_parts.h"

#define LINE 16		/* numbers of a line of the cache */

/* Not the key of a number: fills lists up. */
#define NO_KEY INT32_MIN

/* Of floats below 0 the larger bits are the smaller number. */
static int32_t
turn(int32_t bits)
{
	return bits < 0 ? bits ^ INT32_MAX : bits;
}

static int32_t
key_of(float v)
{
	int32_t bits;

	v += 0.0f;	/* no -0, which is equal to 0 */
	memcpy(&bits, &v, sizeof bits);
	return turn(bits);
}

static float
weight_of(int32_t key)
{
	int32_t bits = turn(key);
	float v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

/* Half a step: what the compiler can compare in one instruction. */
typedef int32_t v8i __attribute__((vector_size(32), aligned(4)));

/* Of n keys: how many are above mid, the least of these, and the greatest of
 * the others. */
struct halves {
	int64_t above;
	int32_t least, greatest;
};

MR_LANES struct halves
halve_lanes(const int32_t *key, int64_t n, int32_t mid)
{
	const v8i zero = { 0 };
	v8i count = zero, least = zero + INT32_MAX, greatest = zero + NO_KEY;
	struct halves h = { 0, INT32_MAX, NO_KEY };

	for (int64_t i = 0; i < n; i += 8) {
		v8i v, up, less, more;

		memcpy(&v, key + i, sizeof v);
		up = v > mid;
		count -= up;
		less = up & (v < least);
		least = (v & less) | (least & ~less);
		more = ~up & (v > greatest);
		greatest = (v & more) | (greatest & ~more);
	}
	for (int i = 0; i < 8; i++) {
		h.above += count[i];
		h.least = least[i] < h.least ? least[i] : h.least;
		h.greatest = greatest[i] > h.greatest ? greatest[i] :
		    h.greatest;
	}
	return h;
}

/* The k-th greatest of more than k keys, filled up to n, by halving. */
MR_FOR_EACH_CPU(int32_t, find_kth, MR_LIST(const int32_t *key, int64_t n,
    int64_t k), MR_LIST(key, n, k), {
	struct halves h = halve_lanes(key, n, NO_KEY);
	int32_t lo = h.least;
	int32_t hi = halve_lanes(key, n, INT32_MAX).greatest;

	while (lo < hi) {
		int64_t half = ((int64_t)hi - lo) / 2;

		h = halve_lanes(key, n, (int32_t)(lo + half));
		if (h.above == k)
			return h.least;
		if (h.above > k)
			lo = h.least;
		else
			hi = h.greatest;
	}
	return lo;
})

/* Of n > k candidates the k best stay, in their order; of those as near as
 * the k-th the first.  key has room up to the next multiple of the step.
 * Without a branch that depends on the weights, which nobody could predict. */
static void
keep_best(int32_t *key, int32_t *at, int64_t n, int64_t k)
{
	int64_t full = n, ties = k, kept = 0;
	int32_t kth;

	while (full % MR_NEAR_STEP)
		key[full++] = NO_KEY;
	kth = find_kth(key, full, k);
	for (int64_t c = 0; c < n; c++)
		ties -= key[c] > kth;
	for (int64_t c = 0; c < n; c++) {
		int32_t own = key[c];

		key[kept] = own;
		at[kept] = at[c];
		kept += (own > kth) | ((own == kth) & (ties > 0));
		ties -= own == kth;
	}
}

/* N of n candidates, of which the lists are used up. */
static double
sum_best(const struct mr_near_eval *e, const struct mr_near_work *w,
    int32_t *key, int32_t *at, int64_t n, int64_t item)
{
	const struct mr_near *a = &e->m->near;
	struct mr_near_sum s = { 0 };

	if (a->k && n > a->k) {
		keep_best(key, at, n, a->k);
		n = a->k;
	}
	for (int64_t c = 0; c < n; c++)
		mr_near_add(a, &s, weight_of(key[c]), w->residual[at[c]]);
	return mr_near_whole(a, &s, mr_near_scale(a, item));
}

static int
rising(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

void
mr_near_items_begin(const struct mr_near_eval *e, struct mr_near_work *w)
{
	const struct mr_user *user = &w->user;

	for (int64_t k = 0; k < user->rated.n; k++)
		w->mine[k] = e->rank[user->rated.item[k]];
	if (user->rated.n > 1)
		qsort(w->mine, (size_t)user->rated.n, sizeof *w->mine, rising);
	for (int32_t p = 0; p < user->rated.n; p++) {
		w->mine[p] = e->order[w->mine[p]];
		w->place[w->mine[p]] = p + 1;
	}
	for (int64_t k = 0; k < user->rated.n; k++) {
		int32_t j = user->rated.item[k];

		w->residual[w->place[j] - 1] = mr_near_residual(e->m,
		    user->bu, j, user->rated.rating[k], j);
	}
}

void
mr_near_items_end(struct mr_near_work *w)
{
	for (int64_t k = 0; k < w->user.rated.n; k++)
		w->place[w->user.rated.item[k]] = 0;
}

double
mr_near_items_pair(const struct mr_near_eval *e, struct mr_near_work *w,
    int64_t item)
{
	const struct mr_csr *S = &e->m->near.S;
	int64_t n = 0;

	for (int64_t k = S->ptr[item]; k < S->ptr[item + 1]; k++) {
		int32_t p = w->place[S->idx[k]] - 1;

		if (p >= 0) {
			w->is_near[p] = true;
			w->weight[p] = S->val[k];
		}
	}
	for (int32_t p = 0; p < w->user.rated.n; p++)
		if (w->is_near[p]) {
			w->is_near[p] = false;
			w->key[n] = key_of(w->weight[p]);
			w->at[n++] = p;
		}
	return sum_best(e, w, w->key, w->at, n, item);
}

/* The candidates of the items from .. to - 1, size cells for each: of what
 * the user rated the next parts of their columns. */
static void
gather(const struct mr_near_eval *e, struct mr_near_work *w, int64_t from,
    int64_t to, int64_t size)
{
	const struct mr_csr *St = &e->St;

	memset(w->count, 0, (size_t)(to - from) * sizeof *w->count);
	for (int32_t p = 0; p < w->user.rated.n; p++) {
		int64_t end = St->ptr[w->mine[p] + 1], k = w->next[p];
		int64_t ahead = k;

		for (; k < end && St->idx[k] < to; k++) {
			int64_t i = St->idx[k] - from;
			int64_t cell = i * size + w->count[i]++;

			w->key[cell] = key_of(St->val[k]);
			w->at[cell] = p;
		}
		w->next[p] = k;
		/* No CPU foresees where so many columns go on. */
		for (ahead = k - ahead; ahead > 0; ahead -= LINE) {
			__builtin_prefetch(&St->idx[k + ahead - 1]);
			__builtin_prefetch(&St->val[k + ahead - 1]);
		}
	}
}

#define RUN 256		/* items next to one another */

/* N[i] += val[i] part of a run, several at once. */
MR_FOR_EACH_CPU_DO(add_run, MR_LIST(double *N, const float *val, double part),
    MR_LIST(N, val, part), {
	for (int i = 0; i < RUN; i++)
		N[i] += (double)val[i] * part;
})

/* N += part times column j of S; of one that is dense, as ease's are, its
 * numbers alone are read. */
static void
add_column(const struct mr_csr *St, int64_t j, double part, double *N)
{
	int64_t end = St->ptr[j + 1], k = St->ptr[j];

	while (k < end) {
		int64_t to = end - k < RUN ? end : k + RUN;

		if (to - k == RUN && St->idx[to - 1] - St->idx[k] == RUN - 1) {
			add_run(N + St->idx[k], St->val + k, part);
			k = to;
			continue;
		}
		for (; k < to; k++)
			N[St->idx[k]] += (double)St->val[k] * part;
	}
}

/* Sums that are divided by nothing, and of which none is too few: w and sum are
 * the same numbers as sum_all's. */
static void
sum_plain(const struct mr_near_eval *e, struct mr_near_work *w, double *N)
{
	const struct mr_near *a = &e->m->near;

	for (int64_t i = 0; i < e->n_items; i++)
		N[i] = 0;
	for (int64_t p = 0; p < w->user.rated.n; p++)
		add_column(&e->St, w->mine[p], a->deviation ? 1 :
		    w->residual[p], N);
	for (int64_t i = 0; a->scale && i < e->n_items; i++)
		N[i] *= (double)a->scale[i];
}

/* Where all candidates count there is nothing to choose: they are added as
 * they come, each item's in their one order. */
static void
sum_all(const struct mr_near_eval *e, struct mr_near_work *w, double *N)
{
	const struct mr_near *a = &e->m->near;
	const struct mr_csr *St = &e->St;

	for (int64_t i = 0; i < e->n_items; i++)
		w->sum[i] = (struct mr_near_sum){ 0 };
	for (int64_t p = 0; p < w->user.rated.n; p++) {
		double part = w->residual[p];
		int64_t end = St->ptr[w->mine[p] + 1];

		for (int64_t k = St->ptr[w->mine[p]]; k < end; k++)
			mr_near_add(a, &w->sum[St->idx[k]], St->val[k], part);
	}
	for (int64_t i = 0; i < e->n_items; i++)
		N[i] = mr_near_whole(a, &w->sum[i], mr_near_scale(a, i));
}

/* By blocks of items whose candidates stay in the cache. */
static void
choose_all(const struct mr_near_eval *e, struct mr_near_work *w, double *N)
{
	int64_t size = (w->user.rated.n / MR_NEAR_STEP + 1) * MR_NEAR_STEP;
	int64_t items = MR_NEAR_CELLS / size > 0 ? MR_NEAR_CELLS / size : 1;

	for (int64_t p = 0; p < w->user.rated.n; p++)
		w->next[p] = e->St.ptr[w->mine[p]];
	for (int64_t from = 0; from < e->n_items; from += items) {
		int64_t to = from + items < e->n_items ? from + items :
		    e->n_items;

		gather(e, w, from, to, size);
		for (int64_t i = from; i < to; i++) {
			int64_t cell = (i - from) * size;

			N[i] = sum_best(e, w, w->key + cell, w->at + cell,
			    w->count[i - from], i);
		}
	}
}

void
mr_near_items_all(const struct mr_near_eval *e, struct mr_near_work *w,
    double *N)
{
	int64_t k = e->m->near.k;

	if (k > 0 && w->user.rated.n > k)
		choose_all(e, w, N);
	else if (e->m->near.norm == MR_NORM_NONE && e->m->near.min <= 1)
		sum_plain(e, w, N);
	else
		sum_all(e, w, N);
}
