/* The rule for new users on the stream; see model_fold.h.
 * SPDX-License-Identifier: MIT */
#include "store/model_fold.h"

#include <math.h>
#include <stdbool.h>

/* In the order of enum mr_fold_rule. */
static const char *const words[] = { "none", "means", "ridge", "weighted",
	"nonneg", "rated", "descent", "chosen" };

#define N_WORDS (int)(sizeof words / sizeof *words)
#define N_NUMBERS 5

struct number {
	const char *key;
	double *real;		/* where it stands, or */
	int64_t *whole;
};

/* The numbers of f's rule to all; how many it has. */
static int
numbers_of(struct mr_fold *f, struct number all[N_NUMBERS])
{
	int n = 0;

	if (f->rule != MR_FOLD_NONE && f->rule != MR_FOLD_RATED &&
	    f->rule != MR_FOLD_CHOSEN) {
		all[n++] = (struct number){ "fold.lambda", &f->lambda, NULL };
		if (f->rule != MR_FOLD_DESCENT)
			all[n++] = (struct number){ "fold.exponent",
			    &f->exponent, NULL };
	}
	if (f->rule == MR_FOLD_WEIGHTED) {
		all[n++] = (struct number){ "fold.alpha", &f->alpha, NULL };
		all[n++] = (struct number){ "fold.unobserved", &f->unobserved,
		    NULL };
	}
	if (f->rule == MR_FOLD_DESCENT) {
		all[n++] = (struct number){ "fold.rate", &f->rate, NULL };
		all[n++] = (struct number){ "fold.sweeps", NULL, &f->sweeps };
	}
	if (f->rule == MR_FOLD_NONNEG || f->rule == MR_FOLD_CHOSEN)
		all[n++] = (struct number){ "fold.solved", NULL, &f->solved };
	return n;
}

int
mr_model_fold_put(struct mr_meta *meta, const struct mr_fold *f,
    struct mr_err *err)
{
	struct mr_fold copy = *f;
	struct number all[N_NUMBERS];
	int n = numbers_of(&copy, all);
	int rc = mr_meta_put(meta, err, "fold", "%s", words[f->rule]);
	char text[32];

	for (int i = 0; i < n && rc == MR_OK; i++)
		rc = mr_meta_put(meta, err, all[i].key, "%s", all[i].real ?
		    mr_f64_text(*all[i].real, text) :
		    mr_f64_text((double)*all[i].whole, text));
	return rc;
}

static bool
take(const struct number *to, struct mr_slice text)
{
	if (to->whole)
		return mr_parse_i64(text, to->whole) && *to->whole >= 0;
	return mr_parse_f64(text, to->real) && isfinite(*to->real) &&
	    *to->real >= 0;
}

int
mr_model_fold_get(struct mr_fold *f, const struct mr_meta *meta,
    const char *name, struct mr_err *err)
{
	struct mr_slice word = mr_meta_get(meta, "fold");
	struct number all[N_NUMBERS];
	int n;

	*f = (struct mr_fold){ .rule = MR_FOLD_NONE };
	if (!word.p)
		return MR_OK;
	while (f->rule < N_WORDS && !mr_slice_is(word, words[f->rule]))
		f->rule++;
	if (f->rule == N_WORDS)
		return mr_err_set(err, MR_EFORMAT, "%s: META fold=%.*s: "
		    "expected one of none, means, ridge, weighted, nonneg, "
		    "rated, descent, chosen", name, MR_SHOWN(word));
	n = numbers_of(f, all);
	for (int i = 0; i < n; i++) {
		struct mr_slice v = mr_meta_get(meta, all[i].key);

		if (!v.p || !take(&all[i], v))
			return mr_err_set(err, MR_EFORMAT, "%s: META fold=%s "
			    "needs %s=, a %snumber from 0, not '%.*s'", name,
			    words[f->rule], all[i].key, all[i].whole ?
			    "whole " : "", MR_SHOWN(v));
	}
	return MR_OK;
}
