/* The kinds of models that can be trained: a record for each, with its name,
 * its parameters and their defaults, and how it is trained.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_KIND_H
#define MR_MODEL_KIND_H

#include <stddef.h>

#include "core/report.h"
#include "core/str.h"
#include "math/blas.h"
#include "model/fold.h"
#include "model/half.h"
#include "model/model.h"
#include "model/names.h"
#include "model/start.h"

/* What a parameter is in the kind's options: int64_t, double, int. */
enum mr_param_type { MR_PARAM_INT, MR_PARAM_REAL, MR_PARAM_WORD };

/* How much a model is learnt from. */
struct mr_extent {
	int64_t n_users, n_items, n_ratings;	/* all above 0 */
};

/*
 * A parameter.  A name may stand in several rows that count at different
 * times; the one that counts gives the range and the default.  In all kinds
 * rows of one name agree in letter, type, words and arg.
 */
struct mr_param {
	const char *name;	/* the option; in META with '_' for '-' */
	const char *arg, *help;
	char letter;		/* 0: none */
	enum mr_param_type type;
	size_t at;		/* place in the kind's options */
	double lo, hi;		/* range of a number */
	double value;		/* default; of a word its place in words */
	/* The default for such data, in lo .. hi; NULL: value, which stands in
	 * as long as nothing is known of them. */
	double (*suited)(const struct mr_extent *x);
	const char *const *words;	/* NULL at the end */
	/* Does it count beside the rows before it?  NULL: always. */
	bool (*counts)(const void *opt);
	const char *when;	/* it does: "--method sgd" */
};

/* Rows of a parameter table, in braces; S is the struct of the options. */
#define MR_INT_ROW(S, field, c, n, a, h, least, most, v) \
	.name = n, .arg = a, .help = h, .letter = c, .type = MR_PARAM_INT, \
	.at = offsetof(S, field), .lo = least, .hi = most, .value = v
#define MR_REAL_ROW(S, field, c, n, a, h, least, most, v) \
	.name = n, .arg = a, .help = h, .letter = c, .type = MR_PARAM_REAL, \
	.at = offsetof(S, field), .lo = least, .hi = most, .value = v
#define MR_WORD_ROW(S, field, n, a, h, w, v) \
	.name = n, .arg = a, .help = h, .type = MR_PARAM_WORD, \
	.at = offsetof(S, field), .words = w, .value = v
/* Those of many kinds. */
#define MR_RANK_ROW(S, v) MR_INT_ROW(S, d, 'd', "rank", "D", \
	"numbers for each user and film", 1, 4096, v)
#define MR_SWEEPS_ROW(S, v) MR_INT_ROW(S, sweeps, 0, "sweeps", "N", \
	"times all ratings are used", 1, 100000, v)
#define MR_LAMBDA_ROW(S, v) MR_REAL_ROW(S, lambda, 0, "lambda", "X", \
	"strength of the regularisation", 0, 1e9, v)
#define MR_RATE_ROW(S, v) MR_REAL_ROW(S, learning_rate, 0, \
	"learning-rate", "X", "step of the gradient descent", 0, 1e3, v)
#define MR_REG_USER_ROW(S, v) MR_REAL_ROW(S, reg_user, 0, "reg-user", \
	"X", "ratings at the mean that shrink a user's bias", 0, 1e9, v)
#define MR_REG_ITEM_ROW(S, v) MR_REAL_ROW(S, reg_item, 0, "reg-item", \
	"X", "the same of a film's bias", 0, 1e9, v)

/* Ratings say how much was liked, events only that something was chosen. */
enum mr_feedback { MR_FEEDBACK_RATINGS, MR_FEEDBACK_EVENTS };

enum {
	MR_WANTS_BLAS = 1, MR_WANTS_TIMES = 2,
	MR_TAKES_START = 4	/* goes on from a model there is */
};

struct mr_blend_parts;	/* blend_parts.h */

/* A training run; all borrowed. */
struct mr_train {
	/* n_users x n_items, finite values, and its transpose. */
	const struct mr_csr *R, *Rt;
	/* [nnz] as R, NAN: none; NULL when the kind does not want times, or
	 * there are none. */
	const double *time;
	/* A run goes on from it, sweeps counted anew; NULL: from nothing. */
	const struct mr_start *start;
	/* blend: learnt by runs of the same ratings, seed and start, which find
	 * there what they share, and leave it there; NULL: nothing is kept. */
	struct mr_blend_parts *parts;
	struct mr_names names;		/* for messages */
	const struct mr_blas *blas;	/* open when the kind wants it */
	struct mr_report *report;	/* facts and progress */
	uint64_t seed;
	int threads;
};

struct mr_kind {
	const char *name;	/* the word of -m, and META model= */
	const char *lone;	/* lists .. where every user has one rating */
	enum mr_feedback feedback;
	unsigned wants;
	/* Is V, or bi, of a film linear in the estimates of it, so that a map
	 * (ridge_map.h) may give a film without ratings its own? */
	bool maps;
	const struct mr_param *params;	/* name NULL at the end */
	size_t opt_bytes;	/* of its options, at least 1 */
	/* What ranges cannot say, MR_EARG; NULL: nothing. */
	int (*check)(const void *opt, struct mr_err *err);
	int (*train)(struct mr_model *m, const struct mr_train *job,
	    const void *opt, struct mr_err *err);
	/* The rule for new users of a model so trained, to *rule, all zero;
	 * NULL: there is none. */
	void (*fold)(struct mr_fold *rule, const void *opt);
	/* Bytes that training on R takes at most, with the model and beside R
	 * and its transpose; NULL: nobody has counted. */
	double (*bytes)(const struct mr_csr *R, int threads, const void *opt);
	/* How it is learnt by halves of sweeps; NULL: it is not. */
	const struct mr_half_kind *half;
};

/*
 * A trainer, mr_NAME_train of the kind's header, fills the parts of m that it
 * names there; a user or item without ratings has zeros.  m is freed by
 * mr_model_free in every case.  opt is as mr_kind_set gives it.  The result
 * does not depend on job->threads.  Returns MR_OK, MR_ENOMEM, MR_EARG (R has
 * no rating), MR_ENUMERIC (ratings too far apart for floats).
 */

/* Of kinds without parameters. */
extern const struct mr_param mr_no_params[];
/* kinds.c; NULL at the end. */
extern const struct mr_kind *const mr_kinds[];

/* A parameter as somebody wrote it: a command line, a grid, META. */
struct mr_given {
	const char *name, *text;
};

/*
 * mr_kind_set - the options of kind k in opt, opt_bytes long: the n given
 * ones, else their defaults, by x, NULL: not known yet.  MR_EARG with a
 * complete message about an option that k does not have, that means nothing
 * beside the others, or that is out of range, and for what k's check refuses.
 */
int mr_kind_set(const struct mr_kind *k, const struct mr_given *given,
    size_t n, const struct mr_extent *x, void *opt, struct mr_err *err)
    MR_CHECKED;
/* mr_kind_find - the kind called name, or NULL. */
const struct mr_kind *mr_kind_find(const char *name);
/* mr_kind_fold - the rule for new users of a model trained by opt. */
struct mr_fold mr_kind_fold(const struct mr_kind *k, const void *opt);
/* mr_fold_rated - the fold of kinds that need a user's ratings alone, or
 * nothing. */
void mr_fold_rated(struct mr_fold *rule, const void *opt);
/* mr_param_counts - does p count in opt, filled by mr_kind_set? */
bool mr_param_counts(const struct mr_param *p, const void *opt);
/* mr_param_value - its value in opt, of a word its place. */
double mr_param_value(const struct mr_param *p, const void *opt);
/* mr_kind_value - the value in opt of the parameter called name that counts;
 * none where the kind has no such. */
double mr_kind_value(const struct mr_kind *k, const void *opt,
    const char *name, double none);

#endif
