/* Nearest items of events; see itemknn.h.
 * SPDX-License-Identifier: MIT */
#include "model/itemknn.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "model/walk.h"

#define K1 1.2
#define B 0.75

/* w of every user. */
static void
weigh_users(double *w, const struct mr_csr *R, int weighting)
{
	for (int64_t v = 0; v < R->rows; v++) {
		double n = (double)(R->ptr[v + 1] - R->ptr[v]);
		double idf = n > 0 ? log((double)R->cols / n) : 0;

		w[v] = weighting == MR_WEIGHTING_COSINE ? 1 : idf * idf;
	}
}

static double
mean_degree(const struct mr_csr *Rt)
{
	int64_t n = 0;

	for (int64_t i = 0; i < Rt->rows; i++)
		n += Rt->ptr[i + 1] > Rt->ptr[i];
	return (double)mr_csr_nnz(Rt) / (double)(n > 0 ? n : 1);
}

/* 1 / |i| of every item, 0 where that is 0. */
static void
weigh_items(double *f, const struct mr_csr *Rt, const double *w,
    int weighting)
{
	double mean = mean_degree(Rt);

	for (int64_t i = 0; i < Rt->rows; i++) {
		double n = (double)(Rt->ptr[i + 1] - Rt->ptr[i]), sum = 0;

		for (int64_t k = Rt->ptr[i]; k < Rt->ptr[i + 1]; k++)
			sum += w[Rt->idx[k]];
		if (weighting == MR_WEIGHTING_BM25)
			f[i] = n > 0 ? (K1 + 1) / (1 + K1 * (1 - B +
			    B * n / mean)) : 0;
		else
			f[i] = sum > 0 ? 1 / sqrt(sum) : 0;
	}
}

int
mr_itemknn_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_itemknn_opt *o = opt;
	double *f = mr_alloc((size_t)job->R->cols, sizeof *f, "weights", err);
	double *w = f ? mr_alloc((size_t)job->R->rows, sizeof *w, "weights",
	    err) : NULL;
	struct mr_csr W = { 0 };
	int32_t *rank = NULL;
	int rc = w ? mr_walk_ranks(&rank, job->names.items, err) : MR_ENOMEM;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK) {
		weigh_users(w, job->R, o->weighting);
		weigh_items(f, job->Rt, w, o->weighting);
		rc = mr_walk_build(&W, job->R, job->Rt, &(struct mr_walk_opt){
		    .from = f, .to = f, .via = w, .shrinkage = o->shrinkage,
		    .k = o->k, .rank = rank, .threads = job->threads }, err);
	}
	if (rc == MR_OK)
		rc = mr_walk_term(&m->near, &W, true, err);
	free(rank);
	free(f);
	free(w);
	return rc;
}

static const char *const weightings[] = { "cosine", "tfidf", "bm25", NULL };

#define OPT struct mr_itemknn_opt

static const struct mr_param params[] = {
	{ MR_WORD_ROW(OPT, weighting, "weighting", "NAME",
	    "how itemknn weighs users and films", weightings,
	    MR_WEIGHTING_COSINE) },
	{ MR_KEPT_ROW(OPT, 100) },
	{ MR_REAL_ROW(OPT, shrinkage, 0, "shrinkage", "X",
	    "added to the product of two films' lengths", 0, 1e9, 0) },
	{ .name = NULL }
};

static double
bytes(const struct mr_csr *R, int threads, const void *opt)
{
	return mr_walk_bytes(R, ((const OPT *)opt)->k, threads);
}

const struct mr_kind mr_itemknn_kind = {
	.name = "itemknn",
	.lone = "have nothing to go by: no two films share a user",
	.feedback = MR_FEEDBACK_EVENTS,
	.params = params, .opt_bytes = sizeof(struct mr_itemknn_opt),
	.train = mr_itemknn_train, .fold = mr_fold_rated,
	.bytes = bytes,
};
