/* Parameters of the models and their defaults; see train.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "model/baseline.h"
#include "model/neighbours.h"
#include "model/bayes.h"
#include "engine/train.h"

const char *const mr_model_names[MR_MODEL_N + 1] = { "random", "baseline",
	"svd", "svdpp", "nmf", "slopeone", "coclustering", "knn", "als",
	"bayes", "ials" };
const char *const mr_method_words[] = { "als", "sgd", NULL };
const char *const mr_axis_words[] = { "user", "item", NULL };
const char *const mr_similarity_words[] = { "cosine", "msd", "pearson",
	"pearson-baseline", NULL };
const char *const mr_normalise_words[] = { "none", "mean", "zscore",
	"baseline", NULL };
const char *const mr_sets_words[] = { "none", "user", "item", "both", NULL };

enum kind { INT, REAL, WORD };

/* One parameter: its option, and its key in META with '_' for '-'. */
struct param {
	const char *name;
	enum kind kind;
	size_t at;		/* in struct mr_params */
	const char *const *words;
};

enum place {
	RANK, SWEEPS, LAMBDA, LEARNING_RATE, REG_USER, REG_ITEM, ALPHA,
	UNOBSERVED_WEIGHT, REG_EXPONENT, METHOD, NORMALISE, SIMILARITY, AXIS,
	NEIGHBOURS, MIN_NEIGHBOURS, MIN_SUPPORT, SHRINKAGE, USER_CLUSTERS,
	ITEM_CLUSTERS, BURN_IN, MAX_RANK, IMPLICIT_SETS, N_PARAMS
};

#define AT(field) offsetof(struct mr_params, field)

static const struct param params[N_PARAMS] = {
	[RANK] = { "rank", INT, AT(rank), NULL },
	[SWEEPS] = { "sweeps", INT, AT(sweeps), NULL },
	[LAMBDA] = { "lambda", REAL, AT(lambda), NULL },
	[LEARNING_RATE] = { "learning-rate", REAL, AT(learning_rate), NULL },
	[REG_USER] = { "reg-user", REAL, AT(reg_user), NULL },
	[REG_ITEM] = { "reg-item", REAL, AT(reg_item), NULL },
	[ALPHA] = { "alpha", REAL, AT(alpha), NULL },
	[UNOBSERVED_WEIGHT] = { "unobserved-weight", REAL,
	    AT(unobserved_weight), NULL },
	[REG_EXPONENT] = { "reg-exponent", REAL, AT(reg_exponent), NULL },
	[METHOD] = { "method", WORD, AT(method), mr_method_words },
	[NORMALISE] = { "normalise", WORD, AT(normalise),
	    mr_normalise_words },
	[SIMILARITY] = { "similarity", WORD, AT(similarity),
	    mr_similarity_words },
	[AXIS] = { "axis", WORD, AT(axis), mr_axis_words },
	[NEIGHBOURS] = { "neighbours", INT, AT(neighbours), NULL },
	[MIN_NEIGHBOURS] = { "min-neighbours", INT, AT(min_neighbours), NULL },
	[MIN_SUPPORT] = { "min-support", INT, AT(min_support), NULL },
	[SHRINKAGE] = { "shrinkage", REAL, AT(shrinkage), NULL },
	[USER_CLUSTERS] = { "user-clusters", INT, AT(user_clusters), NULL },
	[ITEM_CLUSTERS] = { "item-clusters", INT, AT(item_clusters), NULL },
	[BURN_IN] = { "burn-in", INT, AT(burn_in), NULL },
	[MAX_RANK] = { "max-rank", INT, AT(max_rank), NULL },
	[IMPLICIT_SETS] = { "implicit-sets", WORD, AT(implicit_sets),
	    mr_sets_words },
};

/* The parameters of a model and their defaults, in the order they are told. */
struct setting {
	enum place param;
	double value;
	/* Does it count beside the others?  NULL: always. */
	bool (*counts)(const struct mr_params *p);
	const char *when;	/* it does, for the message */
};

static bool
is_als(const struct mr_params *p)
{
	return p->method == MR_BASELINE_ALS;
}

static bool
is_sgd(const struct mr_params *p)
{
	return p->method == MR_BASELINE_SGD;
}

static bool
is_shrunk(const struct mr_params *p)
{
	return p->similarity == MR_SIMILARITY_PEARSON_BASELINE;
}

static bool
has_biases(const struct mr_params *p)
{
	return is_shrunk(p) || p->normalise == MR_NORMALISE_BASELINE;
}

#define WITH_ALS is_als, "--method als"
#define WITH_SGD is_sgd, "--method sgd"
#define WITH_SHRUNK is_shrunk, "--similarity pearson-baseline"
#define WITH_BIASES has_biases, "--normalise baseline or --similarity " \
	"pearson-baseline"
#define END { N_PARAMS, 0, NULL, NULL }

static const struct setting none[] = { END };
/* Those of Surprise where the model is Surprise's. */
static const struct setting baseline[] = {
	{ METHOD, MR_BASELINE_ALS, NULL, NULL }, { SWEEPS, 10, NULL, NULL },
	{ REG_USER, 15, WITH_ALS }, { REG_ITEM, 10, WITH_ALS },
	{ LAMBDA, 0.02, WITH_SGD }, { LEARNING_RATE, 0.005, WITH_SGD }, END
};
static const struct setting svd[] = {
	{ RANK, 100, NULL, NULL }, { SWEEPS, 20, NULL, NULL },
	{ LEARNING_RATE, 0.005, NULL, NULL }, { LAMBDA, 0.02, NULL, NULL },
	END
};
static const struct setting svdpp[] = {
	{ RANK, 20, NULL, NULL }, { SWEEPS, 20, NULL, NULL },
	{ LEARNING_RATE, 0.007, NULL, NULL }, { LAMBDA, 0.02, NULL, NULL },
	END
};
static const struct setting nmf[] = {
	{ RANK, 15, NULL, NULL }, { SWEEPS, 50, NULL, NULL },
	{ LAMBDA, 0.06, NULL, NULL }, END
};
static const struct setting coclustering[] = {
	{ USER_CLUSTERS, 3, NULL, NULL }, { ITEM_CLUSTERS, 3, NULL, NULL },
	{ SWEEPS, 20, NULL, NULL }, END
};
static const struct setting knn[] = {
	{ NORMALISE, MR_NORMALISE_NONE, NULL, NULL },
	{ SIMILARITY, MR_SIMILARITY_MSD, NULL, NULL }, { AXIS, 0, NULL, NULL },
	{ NEIGHBOURS, 40, NULL, NULL }, { MIN_NEIGHBOURS, 1, NULL, NULL },
	{ MIN_SUPPORT, 1, NULL, NULL }, { SHRINKAGE, 100, WITH_SHRUNK },
	{ SWEEPS, 10, WITH_BIASES }, { REG_USER, 15, WITH_BIASES },
	{ REG_ITEM, 10, WITH_BIASES }, END
};
static const struct setting als[] = {
	{ RANK, 64, NULL, NULL }, { SWEEPS, 10, NULL, NULL },
	{ LAMBDA, 0.12, NULL, NULL }, END
};
static const struct setting bayes[] = {
	{ RANK, 16, NULL, NULL }, { SWEEPS, 300, NULL, NULL },
	{ BURN_IN, 20, NULL, NULL }, { MAX_RANK, 64, NULL, NULL },
	{ IMPLICIT_SETS, MR_SETS_BOTH, NULL, NULL }, END
};
static const struct setting ials[] = {
	{ RANK, 64, NULL, NULL }, { SWEEPS, 10, NULL, NULL },
	{ LAMBDA, 0.8, NULL, NULL }, { ALPHA, 0, NULL, NULL },
	{ UNOBSERVED_WEIGHT, 0.02, NULL, NULL },
	{ REG_EXPONENT, 0.25, NULL, NULL }, END
};

/* fold: how mr-recommend may add a new user without knowing the model. */
static const struct {
	const char *fold;
	const struct setting *settings;
} models[MR_MODEL_N] = {
	[MR_MODEL_RANDOM] = { "none", none },
	[MR_MODEL_BASELINE] = { "explicit", baseline },
	[MR_MODEL_SVD] = { "explicit", svd },
	[MR_MODEL_SVDPP] = { "explicit", svdpp },
	[MR_MODEL_NMF] = { "nonneg", nmf },
	[MR_MODEL_SLOPEONE] = { "none", none },
	[MR_MODEL_COCLUSTERING] = { "none", coclustering },
	[MR_MODEL_KNN] = { "none", knn },
	[MR_MODEL_ALS] = { "explicit", als },
	[MR_MODEL_BAYES] = { "explicit", bayes },
	[MR_MODEL_IALS] = { "implicit", ials },
};

static double
get(const struct mr_params *p, const struct param *q)
{
	const char *at = (const char *)p + q->at;
	int64_t whole;
	double real;
	int word;

	switch (q->kind) {
	case INT:
		memcpy(&whole, at, sizeof whole);
		return (double)whole;
	case REAL:
		memcpy(&real, at, sizeof real);
		return real;
	default:
		memcpy(&word, at, sizeof word);
		return word;
	}
}

static void
set(struct mr_params *p, const struct param *q, double value)
{
	char *at = (char *)p + q->at;
	int64_t whole = (int64_t)value;
	int word = (int)value;

	switch (q->kind) {
	case INT:
		memcpy(at, &whole, sizeof whole);
		break;
	case REAL:
		memcpy(at, &value, sizeof value);
		break;
	default:
		memcpy(at, &word, sizeof word);
	}
}

int
mr_params_fill(struct mr_params *p, int model, struct mr_err *err)
{
	const struct mr_params given = *p;
	bool has[N_PARAMS] = { false };

	/* A step of gradient descent does less than one of als. */
	if (model == MR_MODEL_BASELINE && is_sgd(p) && p->sweeps < 0)
		p->sweeps = 20;
	for (const struct setting *s = models[model].settings;
	    s->param < N_PARAMS; s++) {
		const struct param *q = &params[s->param];

		has[s->param] = true;
		if (get(p, q) < 0)
			set(p, q, s->value);
		/* What it counts beside stands before it. */
		if (s->counts && !s->counts(p) && get(&given, q) >= 0)
			return mr_err_set(err, MR_EARG, "--%s means nothing "
			    "to %s but with %s", q->name,
			    mr_model_names[model], s->when);
	}
	for (int i = 0; i < N_PARAMS; i++)
		if (!has[i] && get(p, &params[i]) >= 0)
			return mr_err_set(err, MR_EARG, "--%s means nothing "
			    "to %s", params[i].name, mr_model_names[model]);
	return MR_OK;
}

static int
put_meta(struct mr_meta *meta, const struct param *q, double value,
    struct mr_err *err)
{
	char key[32];
	size_t n = strlen(q->name);

	for (size_t i = 0; i <= n; i++)
		key[i] = q->name[i] == '-' ? '_' : q->name[i];
	if (q->kind == WORD)
		return mr_meta_put(meta, err, key, "%s", q->words[(int)value]);
	return mr_meta_put(meta, err, key, "%.17g", value);
}

int
mr_params_meta(const struct mr_params *p, int model, struct mr_meta *meta,
    struct mr_err *err)
{
	int rc = mr_meta_put(meta, err, "model", "%s", mr_model_names[model]);

	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "fold", "%s", models[model].fold);
	for (const struct setting *s = models[model].settings;
	    s->param < N_PARAMS && rc == MR_OK; s++)
		if (!s->counts || s->counts(p))
			rc = put_meta(meta, &params[s->param],
			    get(p, &params[s->param]), err);
	return rc;
}

void
mr_params_help(char *text, size_t size)
{
	size_t n = 0;

	for (int i = 0; i < MR_MODEL_N; i++) {
		const struct setting *s = models[i].settings;

		n += (size_t)snprintf(text + n, size - n, "  %s%*s",
		    mr_model_names[i], s->param < N_PARAMS ? 13 -
		    (int)strlen(mr_model_names[i]) : 0, "");
		for (; s->param < N_PARAMS && n < size; s++) {
			const struct param *q = &params[s->param];
			const char *sep = s == models[i].settings ? "" : ", ";

			n += (size_t)(q->kind == WORD ?
			    snprintf(text + n, size - n, "%s%s %s", sep,
			    q->name, q->words[(int)s->value]) :
			    snprintf(text + n, size - n, "%s%s %g", sep,
			    q->name, s->value));
		}
		if (n < size)
			n += (size_t)snprintf(text + n, size - n, "\n");
		if (n >= size)
			return;
	}
}
