/* How a vocabulary is to be built; see terms_opt.h.
 * SPDX-License-Identifier: MIT */
#include "tool/embed/terms_opt.h"

#include <string.h>

#include "text/stop_words.h"

const char *
mr_embed_vocabulary_given(const struct mr_embed_vocabulary_opt *v)
{
	const struct mr_embed_vocabulary_opt d =
	    MR_EMBED_VOCABULARY_OPT_DEFAULT;

	return strcmp(v->ngrams, d.ngrams) ? "--ngrams" :
	    strcmp(v->min_df, d.min_df) ? "--min-df" :
	    strcmp(v->max_df, d.max_df) ? "--max-df" :
	    v->max_terms ? "--max-terms" :
	    v->stop_words ? "--stop-words" :
	    v->sublinear ? "--sublinear" : NULL;
}

/* A limit on df: a whole number counts texts, one with a point is a share. */
static int
parse_df(const char *option, const char *word, double *out, bool *is_share,
    struct mr_err *err)
{
	struct mr_slice s = mr_slice_of(word);
	int64_t whole;

	*is_share = strpbrk(word, ".eE") != NULL;
	if (!*is_share && mr_parse_i64(s, &whole) && whole >= 1) {
		*out = (double)whole;
		return MR_OK;
	}
	if (*is_share && mr_parse_f64(s, out) && *out >= 0 && *out <= 1)
		return MR_OK;
	return mr_err_set(err, MR_EARG, "--%s: '%s' is neither a whole "
	    "number of texts from 1 nor a share from 0.0 to 1.0", option,
	    word);
}

int
mr_embed_stop_words(struct mr_ids *words, struct mr_in *in,
    struct mr_err *err)
{
	const struct mr_terms_rule rule = { .min_n = 1, .max_n = 1 };
	struct mr_buf line = { 0 };
	struct mr_terms t = { 0 };
	int64_t line_no = 0;
	bool more = true;
	int rc = mr_in_begin_text(in, err);

	while (rc == MR_OK) {
		rc = mr_in_line(in, &line, (size_t)1 << 20, ++line_no, &more,
		    err);
		if (rc || !more)
			break;
		if (mr_utf8_bad(mr_buf_slice(&line)) < line.n)
			rc = mr_err_set(err, MR_EFORMAT, "%s:%lld: not UTF-8",
			    in->name, (long long)line_no);
		else
			rc = mr_terms_split(&t, mr_buf_slice(&line), &rule,
			    err);
		for (size_t i = 0; i < t.n && rc == MR_OK; i++) {
			int32_t at;

			rc = mr_ids_add(words, mr_terms_get(&t, i), &at, NULL,
			    err);
		}
	}
	mr_terms_free(&t);
	mr_buf_free(&line);
	return rc;
}

static int
read_stop_words(struct mr_ids *words, const char *path, uint64_t *digest,
    struct mr_err *err)
{
	struct mr_in in = { .fd = -1 };
	int rc = mr_in_open(&in, path, err);

	if (rc == MR_OK)
		rc = mr_embed_stop_words(words, &in, err);
	if (rc == MR_OK)
		*digest = mr_in_digest(&in);
	mr_in_close(&in);
	return rc;
}

static int
take_stop_words(struct mr_vocabulary_file *f, const char *word,
    struct mr_err *err)
{
	uint64_t digest = 0;
	int rc;

	if (!word)
		return mr_meta_put(&f->options, err, "stop_words", "none");
	f->split.stop = &f->stop;
	if (strcmp(word, "en") == 0) {
		rc = mr_stop_words_en(&f->stop, err);
		return rc ? rc : mr_meta_put(&f->options, err, "stop_words",
		    "en");
	}
	rc = read_stop_words(&f->stop, word, &digest, err);
	return rc ? rc : mr_meta_put(&f->options, err, "stop_words",
	    "%016llx", (unsigned long long)digest);
}

int
mr_embed_vocabulary_prepare(struct mr_vocabulary_file *f,
    const struct mr_embed_vocabulary_opt *o, struct mr_err *err)
{
	struct mr_vocabulary_rule *c = &f->choice;
	struct mr_meta *m = &f->options;
	int rc;

	if (!mr_terms_ngrams(mr_slice_of(o->ngrams), &f->split))
		return mr_err_set(err, MR_EARG, "--ngrams: '%s' is not "
		    "MIN:MAX with 1 <= MIN <= MAX <= %d", o->ngrams,
		    MR_NGRAM_MAX);
	rc = parse_df("min-df", o->min_df, &c->min_df, &c->min_is_share, err);
	if (rc == MR_OK)
		rc = parse_df("max-df", o->max_df, &c->max_df,
		    &c->max_is_share, err);
	if (rc)
		return rc;
	c->max_terms = o->max_terms;
	c->idf = o->idf;
	c->sublinear = o->sublinear;
	rc = mr_meta_put(m, err, "model", o->idf ? "tfidf" : "count");
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "ngrams", "%d:%d", f->split.min_n,
		    f->split.max_n);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "min_df", "%s", o->min_df);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "max_df", "%s", o->max_df);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "max_terms", "%lld",
		    (long long)o->max_terms);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "sublinear", "%d", o->sublinear);
	return rc ? rc : take_stop_words(f, o->stop_words, err);
}
