/* The models that mr-factorize can train: their names, parameters, defaults.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_TRAIN_H
#define MR_ENGINE_TRAIN_H

#include "core/report.h"
#include "model/model.h"
#include "stream/matrix.h"
#include "store/ratings.h"

/* Names for -m, in the order of enum mr_model_kind; NULL at the end. */
enum mr_model_kind {
	MR_MODEL_RANDOM, MR_MODEL_BASELINE, MR_MODEL_SVD, MR_MODEL_SVDPP,
	MR_MODEL_NMF, MR_MODEL_SLOPEONE, MR_MODEL_COCLUSTERING, MR_MODEL_KNN,
	MR_MODEL_ALS, MR_MODEL_BAYES, MR_MODEL_IALS, MR_MODEL_N
};
extern const char *const mr_model_names[MR_MODEL_N + 1];

/* Words of the parameters that are words, in the order of their enums. */
extern const char *const mr_method_words[];	/* als, sgd */
extern const char *const mr_axis_words[];	/* user, item */
extern const char *const mr_similarity_words[];
extern const char *const mr_normalise_words[];
extern const char *const mr_sets_words[];

/* A negative number is "not given": the model's own default. */
struct mr_params {
	int64_t rank, sweeps, neighbours, min_neighbours, min_support;
	int64_t user_clusters, item_clusters, burn_in, max_rank;
	double lambda, learning_rate, reg_user, reg_item, shrinkage;
	double alpha, unobserved_weight, reg_exponent;
	int method, similarity, axis, normalise, implicit_sets;
};

#define MR_PARAMS_NONE { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, \
	-1, -1, -1, -1, -1, -1, -1, -1, -1 }

/* mr_params_fill - give every parameter of the model that was not given its
 * default; MR_EARG when one is given that the model does not have. */
int mr_params_fill(struct mr_params *p, int model, struct mr_err *err)
    MR_CHECKED;
/* mr_params_meta - the model's name, fold= and parameters as META lines. */
int mr_params_meta(const struct mr_params *p, int model, struct mr_meta *meta,
    struct mr_err *err) MR_CHECKED;
/* mr_params_help - a line for each model with its parameters and defaults,
 * as much as fits in size bytes. */
void mr_params_help(char *text, size_t size);

struct mr_train {
	const struct mr_ratings *ratings;	/* at least one */
	const struct mr_params *params;	/* filled */
	uint64_t seed;
	int threads;
	struct mr_report *report;
};

/* mr_train_model - train the model; m is freed by mr_model_free in every case. */
int mr_train_model(struct mr_model *m, int model, const struct mr_train *t,
    struct mr_err *err) MR_CHECKED;

#endif
