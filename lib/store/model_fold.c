/* The rule for new users on the stream; see model_fold.h.
 * SPDX-License-Identifier: MIT */
#include "store/model_fold.h"

#include <math.h>
#include <stdbool.h>

#include "model/similarity.h"

/* In the order of enum mr_fold_rule. */
static const char *const words[] = { "none", "means", "ridge", "weighted",
	"nonneg", "rated", "descent", "chosen",
	"similar", "posterior", "sums", "blend" };

#define N_WORDS (int)(sizeof words / sizeof *words)
#define N_NUMBERS 8

struct number {
	const char *key;
	double *real;		/* where it stands, or */
	int64_t *whole;
	int *word;		/* its place in mr_similarity_words */
};

/* All that a rule can have, and which rules do. */
static int
numbers_of(struct mr_fold *f, struct number all[N_NUMBERS])
{
	int rule = f->rule, n = 0;
	bool lambda = rule != MR_FOLD_NONE && rule != MR_FOLD_RATED &&
	    rule != MR_FOLD_CHOSEN && rule != MR_FOLD_SUMS;
	bool weighted = rule == MR_FOLD_WEIGHTED || rule == MR_FOLD_BLEND;
	bool similar = rule == MR_FOLD_SIMILAR;
	bool shrunk = similar && f->similarity == MR_SIMILARITY_PEARSON_SHRUNK;
	const struct {
		bool has;
		struct number number;
	} list[] = {
		{ similar, { .key = "fold.similarity",
		    .word = &f->similarity } },
		{ similar, { .key = "fold.support", .whole = &f->support } },
		{ lambda, { .key = "fold.lambda", .real = &f->lambda } },
		{ lambda && rule != MR_FOLD_DESCENT && !similar,
		    { .key = "fold.exponent", .real = &f->exponent } },
		{ weighted, { .key = "fold.alpha",
		    .real = &f->alpha } },
		{ weighted, { .key = "fold.unobserved",
		    .real = &f->unobserved } },
		{ rule == MR_FOLD_DESCENT, { .key = "fold.rate",
		    .real = &f->rate } },
		{ shrunk, { .key = "fold.shrinkage",
		    .real = &f->shrinkage } },
		{ shrunk || rule == MR_FOLD_DESCENT, { .key = "fold.sweeps",
		    .whole = &f->sweeps } },
		{ shrunk, { .key = "fold.reg_user", .real = &f->reg_user } },
		{ shrunk, { .key = "fold.reg_item", .real = &f->reg_item } },
		{ rule == MR_FOLD_NONNEG || rule == MR_FOLD_CHOSEN ||
		    rule == MR_FOLD_BLEND, { .key = "fold.solved", .whole = &f->solved } },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (list[i].has)
			all[n++] = list[i].number;
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
		rc = mr_meta_put(meta, err, all[i].key, "%s", all[i].word ?
		    mr_similarity_words[*all[i].word] : all[i].real ?
		    mr_f64_text(*all[i].real, text) :
		    mr_f64_text((double)*all[i].whole, text));
	return rc;
}

static bool
take(const struct number *to, struct mr_slice text)
{
	if (to->word) {
		*to->word = 0;
		while (mr_similarity_words[*to->word] &&
		    !mr_slice_is(text, mr_similarity_words[*to->word]))
			++*to->word;
		return mr_similarity_words[*to->word] != NULL;
	}
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

	*f = (struct mr_fold){ .rule = MR_FOLD_NONE };
	if (!word.p)
		return MR_OK;
	while (f->rule < N_WORDS && !mr_slice_is(word, words[f->rule]))
		f->rule++;
	if (f->rule == N_WORDS)
		return mr_err_set(err, MR_EFORMAT, "%s: META fold=%.*s: "
		    "expected one of none, means, ridge, weighted, nonneg, "
		    "rated, descent, chosen, similar, posterior, sums, blend", name,
		    MR_SHOWN(word));
	/* Which numbers there are follows from the first, too. */
	for (int i = 0; i < numbers_of(f, all); i++) {
		struct mr_slice v = mr_meta_get(meta, all[i].key);

		if (!v.p || !take(&all[i], v))
			return mr_err_set(err, MR_EFORMAT, "%s: META fold=%s "
			    "needs %s=, %s, not '%.*s'", name, words[f->rule],
			    all[i].key, all[i].word ? "a similarity of knn" :
			    all[i].whole ? "a whole number from 0" :
			    "a number from 0", MR_SHOWN(v));
	}
	return MR_OK;
}
