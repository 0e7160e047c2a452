/* Co-clustering of users and items; see coclustering.h.
 * SPDX-License-Identifier: MIT */
#include "model/coclustering.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "model/biases.h"

#define ROWS_PER_TASK 256
#define MAX_BLOCKS 16

/*
 * Users are in g of G clusters, items in h of H.  What a pair of clusters
 * adds to mu + bu + bi is
 *
 *   by_user[g * H + h] = by_item[h * G + g] = C_gh - C_g - C_h + mu
 */
struct state {
	const struct mr_csr *R, *Rt;
	struct mr_model *m;
	int64_t G, H;
	int32_t *g, *h;		/* [n_users], [n_items] */
	int64_t *first;		/* [G] a user of each, of a model there was */
	double *by_user, *by_item;	/* [G * H] */
	double *C_g, *C_h;	/* [G], [H] */
	double *sum;		/* [n_blocks * G * H] ratings of a block of
				 * users, by pair of clusters */
	double *count;		/* the same */
	int64_t n_blocks, block_users;
	double *loss;		/* [workers * max(G, H)] */
	int threads;
	int workers;
};

static void
count_task(void *ctx, int64_t task, int worker)
{
	const struct state *s = ctx;
	int64_t cells = s->G * s->H;
	int64_t from = task * s->block_users, to = from + s->block_users;
	double *sum = s->sum + task * cells, *count = s->count + task * cells;

	(void)worker;
	memset(sum, 0, (size_t)cells * sizeof *sum);
	memset(count, 0, (size_t)cells * sizeof *count);
	for (int64_t u = from; u < to && u < s->R->rows; u++)
		for (int64_t k = s->R->ptr[u]; k < s->R->ptr[u + 1]; k++) {
			int64_t cell = s->g[u] * s->H + s->h[s->R->idx[k]];

			sum[cell] += (double)s->R->val[k];
			count[cell] += 1;
		}
}

static double
mean(double sum, double count, double otherwise)
{
	return count > 0 ? sum / count : otherwise;
}

/* C_g or C_h: clusters of n cells each, steps apart as told. */
static void
margin(const struct state *s, double *C, int64_t n, int64_t step)
{
	int64_t cells = s->G * s->H, clusters = cells / n;
	int64_t next = step == 1 ? n : 1;

	for (int64_t c = 0; c < clusters; c++) {
		double sum = 0, count = 0;

		for (int64_t k = 0; k < n; k++) {
			sum += s->sum[c * next + k * step];
			count += s->count[c * next + k * step];
		}
		C[c] = mean(sum, count, s->m->mu);
	}
}

/* All means, for the clusters as they are now. */
static void
average(struct state *s)
{
	int64_t cells = s->G * s->H;
	double mu = s->m->mu;

	mr_par_run(s->threads, s->n_blocks, count_task, s);
	for (int64_t b = 1; b < s->n_blocks; b++)
		for (int64_t c = 0; c < cells; c++) {
			s->sum[c] += s->sum[b * cells + c];
			s->count[c] += s->count[b * cells + c];
		}
	margin(s, s->C_g, s->H, 1);
	margin(s, s->C_h, s->G, s->H);
	for (int64_t g = 0; g < s->G; g++)
		for (int64_t h = 0; h < s->H; h++) {
			int64_t c = g * s->H + h;
			double d = mean(s->sum[c], s->count[c], mu) -
			    s->C_g[g] - s->C_h[h] + mu;

			s->by_user[c] = d;
			s->by_item[h * s->G + g] = d;
		}
}

/* One side moves while the other stays. */
struct side {
	const struct state *s;
	const struct mr_csr *rows;
	const float *own_bias, *other_bias;
	int32_t *own;
	const int32_t *other;
	const double *term;	/* [other clusters * n] */
	int64_t n;		/* own clusters */
	_Atomic int64_t moved;
};

static void
assign_task(void *ctx, int64_t task, int worker)
{
	struct side *t = ctx;
	const struct state *s = t->s;
	double *loss = s->loss + worker * (s->G > s->H ? s->G : s->H);
	int64_t from = task * ROWS_PER_TASK, to = from + ROWS_PER_TASK;
	int64_t moved = 0;

	for (int64_t x = from; x < to && x < t->rows->rows; x++) {
		double base = s->m->mu + (double)t->own_bias[x];
		int32_t best = 0;

		memset(loss, 0, (size_t)t->n * sizeof *loss);
		for (int64_t k = t->rows->ptr[x]; k < t->rows->ptr[x + 1];
		    k++) {
			int32_t y = t->rows->idx[k];
			double target = (double)t->rows->val[k] - base -
			    (double)t->other_bias[y];
			const double *term = t->term + t->other[y] * t->n;

			for (int64_t c = 0; c < t->n; c++) {
				double e = target - term[c];

				loss[c] += e * e;
			}
		}
		for (int32_t c = 1; c < t->n; c++)
			if (loss[c] < loss[best])
				best = c;
		moved += best != t->own[x];
		t->own[x] = best;
	}
	atomic_fetch_add(&t->moved, moved);
}

/* Every user, or every item, to its best cluster; true when one moved. */
static bool
assign(struct state *s, bool users)
{
	struct side t = { .s = s, .rows = users ? s->R : s->Rt,
	    .own_bias = users ? s->m->bu : s->m->bi,
	    .other_bias = users ? s->m->bi : s->m->bu,
	    .own = users ? s->g : s->h, .other = users ? s->h : s->g,
	    .term = users ? s->by_item : s->by_user,
	    .n = users ? s->G : s->H };

	mr_par_run(s->workers, (t.rows->rows + ROWS_PER_TASK - 1) /
	    ROWS_PER_TASK, assign_task, &t);
	return atomic_load(&t.moved) > 0;
}

/* Start at random; what a user or item draws depends on its number. */
static void
draw(struct state *s, uint64_t seed)
{
	for (int64_t u = 0; u < s->R->rows; u++)
		s->g[u] = (int32_t)((double)s->G *
		    mr_rng_uniform(seed, 0, (uint64_t)u));
	for (int64_t i = 0; i < s->Rt->rows; i++)
		s->h[i] = (int32_t)((double)s->H *
		    mr_rng_uniform(seed, 1, (uint64_t)i));
}

/* Users whose rows of a model there is are the same were together there, and
 * stay so as far as there are clusters. */
static void
begin_users(struct state *s, const struct mr_start *start)
{
	size_t row = (size_t)s->H * sizeof(float);
	int64_t *first = s->first, n = 0;

	for (int64_t u = 0; u < s->R->rows; u++) {
		const float *x = mr_mat_row(&start->m.U, u);
		int64_t g = 0;

		if (!start->user[u])
			continue;
		while (g < n && memcmp(x, mr_mat_row(&start->m.U, first[g]),
		    row) != 0)
			g++;
		if (g == n && n < s->G)
			first[n++] = u;
		if (g < n)
			s->g[u] = (int32_t)g;
	}
}

static int
begin(struct state *s, const struct mr_start *start, struct mr_err *err)
{
	const struct mr_mat *V = &start->m.V;

	if (V->cols != s->H + 2)
		return mr_err_set(err, MR_EARG, "--item-clusters %lld: the "
		    "model of --init has %lld", (long long)s->H,
		    (long long)V->cols - 2);
	begin_users(s, start);
	for (int64_t i = 0; i < V->rows; i++)
		for (int64_t h = 0; start->item[i] && h < s->H; h++)
			if (mr_mat_row(V, i)[h] > 0)
				s->h[i] = (int32_t)h;
	return MR_OK;
}

/* Whoever has no ratings keeps zeros. */
static void
put(const struct state *s)
{
	for (int64_t u = 0; u < s->R->rows; u++)
		for (int64_t h = 0; h < s->H &&
		    s->R->ptr[u] < s->R->ptr[u + 1]; h++)
			mr_mat_row(&s->m->U, u)[h] =
			    (float)s->by_user[s->g[u] * s->H + h];
	for (int64_t i = 0; i < s->Rt->rows; i++)
		if (s->Rt->ptr[i] < s->Rt->ptr[i + 1])
			mr_mat_row(&s->m->V, i)[s->h[i]] = 1;
}

static int
prepare(struct state *s, struct mr_err *err)
{
	size_t cells = (size_t)(s->G * s->H);
	/* Sums over blocks pay where there are far more ratings than sums. */
	int64_t blocks = mr_csr_nnz(s->R) / (int64_t)cells / 16;
	int64_t widest = s->G > s->H ? s->G : s->H;

	blocks = blocks < 1 ? 1 : blocks > MAX_BLOCKS ? MAX_BLOCKS : blocks;
	s->block_users = (s->R->rows + blocks - 1) / blocks;
	s->n_blocks = (s->R->rows + s->block_users - 1) / s->block_users;
	s->workers = s->threads > 0 ? s->threads : mr_par_cpus();
	s->g = mr_alloc((size_t)s->R->rows, sizeof *s->g, "clusters", err);
	s->h = mr_alloc((size_t)s->Rt->rows, sizeof *s->h, "clusters", err);
	s->first = mr_alloc((size_t)s->G, sizeof *s->first, "clusters", err);
	s->by_user = mr_alloc(cells, sizeof *s->by_user, "clusters", err);
	s->by_item = mr_alloc(cells, sizeof *s->by_item, "clusters", err);
	s->C_g = mr_alloc((size_t)s->G, sizeof *s->C_g, "clusters", err);
	s->C_h = mr_alloc((size_t)s->H, sizeof *s->C_h, "clusters", err);
	s->sum = mr_alloc((size_t)s->n_blocks, cells * sizeof *s->sum,
	    "clusters", err);
	s->count = mr_alloc((size_t)s->n_blocks, cells * sizeof *s->count,
	    "clusters", err);
	s->loss = mr_alloc((size_t)s->workers, (size_t)widest *
	    sizeof *s->loss, "clusters", err);
	return s->g && s->h && s->first && s->by_user && s->by_item &&
	    s->C_g && s->C_h && s->sum && s->count && s->loss ? MR_OK :
	    MR_ENOMEM;
}

static void
free_state(struct state *s)
{
	free(s->g);
	free(s->h);
	free(s->first);
	free(s->by_user);
	free(s->by_item);
	free(s->C_g);
	free(s->C_h);
	free(s->sum);
	free(s->count);
	free(s->loss);
}

int
mr_coclustering_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_coclustering_opt *o = opt;
	struct state s = { .R = job->R, .Rt = job->Rt, .m = m,
	    .G = o->user_clusters, .H = o->item_clusters,
	    .threads = job->threads };
	bool moving = true;
	int rc = mr_model_begin(m, s.R, s.H + 2, err);

	if (rc == MR_OK)
		rc = prepare(&s, err);
	if (rc)
		goto out;
	mr_biases_mean(m->bu, m->mu, s.R);
	mr_biases_mean(m->bi, m->mu, s.Rt);
	draw(&s, job->seed);
	if (job->start)
		rc = begin(&s, job->start, err);
	if (rc)
		goto out;
	for (int64_t sweep = 0; sweep < o->sweeps && moving; sweep++) {
		average(&s);
		moving = assign(&s, true);
		average(&s);
		moving |= assign(&s, false);
		mr_report_step(job->report, "sweeps", sweep + 1, o->sweeps);
	}
	average(&s);
	put(&s);
	rc = mr_biases_fall_back(m, s.R, s.Rt, s.threads, err);
out:
	free_state(&s);
	return rc;
}

/* Surprise's. */
static const struct mr_param params[] = {
	{ MR_INT_ROW(struct mr_coclustering_opt, user_clusters, 0,
	    "user-clusters", "N", "groups of users", 1, 4096, 3) },
	{ MR_INT_ROW(struct mr_coclustering_opt, item_clusters, 0,
	    "item-clusters", "N", "groups of films", 1, 4096, 3) },
	{ MR_SWEEPS_ROW(struct mr_coclustering_opt, 20) },
	{ .name = NULL }
};

static void
fold(struct mr_fold *rule, const void *opt)
{
	const struct mr_coclustering_opt *o = opt;

	*rule = (struct mr_fold){ .rule = MR_FOLD_CHOSEN,
	    .solved = o->item_clusters };
}

const struct mr_kind mr_coclustering_kind = {
	.name = "coclustering",
	.lone = "will follow the one film and the films' means, and chance "
	    "(-s) where these are close",
	.feedback = MR_FEEDBACK_RATINGS, .wants = MR_TAKES_START,
	.params = params, .opt_bytes = sizeof(struct mr_coclustering_opt),
	.train = mr_coclustering_train, .fold = fold,
};
