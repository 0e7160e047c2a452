/* Options of a vocabulary, and its stream; see vocabulary.h.
 * SPDX-License-Identifier: MIT */
#include "store/vocabulary.h"

#include <string.h>

#include "stream/matrix_set.h"
#include "text/stop_words.h"

static bool
parse_ngrams(struct mr_slice s, struct mr_terms_rule *rule)
{
	struct mr_slice min = mr_slice_cut(&s, ':');
	int64_t lo, hi;

	if (!s.p || !mr_parse_i64(min, &lo) || !mr_parse_i64(s, &hi) ||
	    lo < 1 || lo > hi || hi > MR_NGRAM_MAX)
		return false;
	rule->min_n = (int)lo;
	rule->max_n = (int)hi;
	return true;
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

/* Stop words of a file: all its words, cut as texts are. */
static int
read_stop_words(struct mr_ids *words, const char *path, uint64_t *digest,
    struct mr_err *err)
{
	const struct mr_terms_rule rule = { .min_n = 1, .max_n = 1 };
	struct mr_in in = { 0 };
	struct mr_buf line = { 0 };
	struct mr_terms t = { 0 };
	int64_t line_no = 0;
	bool more = true;
	int rc = mr_in_open(&in, path, err);

	if (rc == MR_OK)
		rc = mr_in_begin_text(&in, err);
	while (rc == MR_OK) {
		rc = mr_in_line(&in, &line, (size_t)1 << 20, ++line_no, &more,
		    err);
		if (rc || !more)
			break;
		if (mr_utf8_bad(mr_buf_slice(&line)) < line.n)
			rc = mr_err_set(err, MR_EFORMAT, "%s:%lld: not UTF-8",
			    in.name, (long long)line_no);
		else
			rc = mr_terms_split(&t, mr_buf_slice(&line), &rule,
			    err);
		for (size_t i = 0; i < t.n && rc == MR_OK; i++) {
			int32_t at;

			rc = mr_ids_add(words, mr_terms_get(&t, i), &at, NULL,
			    err);
		}
	}
	if (rc == MR_OK)
		*digest = mr_in_digest(&in);
	mr_terms_free(&t);
	mr_buf_free(&line);
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
mr_vocabulary_prepare(struct mr_vocabulary_file *f,
    const struct mr_vocabulary_opt *o, struct mr_err *err)
{
	struct mr_vocabulary_rule *c = &f->choice;
	struct mr_meta *m = &f->options;
	int rc;

	if (!parse_ngrams(mr_slice_of(o->ngrams), &f->split))
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

static int
describe(struct mr_meta *m, const struct mr_vocabulary_file *f,
    struct mr_err *err)
{
	int rc = mr_meta_begin(m, "mr-embed", err);

	if (rc == MR_OK)
		rc = mr_buf_add(&m->text, f->options.text.p,
		    f->options.text.n, err);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "matrix.df", "term one");
	if (rc == MR_OK && f->v.idf)
		rc = mr_meta_put(m, err, "matrix.idf", "term one");
	if (rc == MR_OK && f->stop.n)
		rc = mr_meta_put(m, err, "matrix.stop", "stop none");
	return rc;
}

int
mr_vocabulary_write(const struct mr_vocabulary_file *f,
    struct mr_out *out, int64_t texts, uint64_t input, struct mr_err *err)
{
	struct mr_meta first = { 0 }, last = { 0 };
	struct mr_mrm_out w = { 0 };
	int rc = describe(&first, f, err);

	if (rc == MR_OK)
		rc = mr_meta_put(&last, err, "input.text", "%016llx",
		    (unsigned long long)input);
	if (rc == MR_OK)
		rc = mr_meta_put(&last, err, "texts", "%lld",
		    (long long)texts);
	if (rc == MR_OK)
		rc = mr_mrm_begin(&w, out, &first, err);
	if (rc == MR_OK) {
		mr_mrm_ids(&w, "term", &f->v.terms, 0, f->v.terms.n);
		mr_mrm_dense(&w, "df", f->v.df, f->v.terms.n, 1);
		if (f->v.idf)
			mr_mrm_dense(&w, "idf", f->v.idf, f->v.terms.n, 1);
		if (f->stop.n) {
			mr_mrm_ids(&w, "stop", &f->stop, 0, f->stop.n);
			mr_mrm_dense(&w, "stop", NULL, f->stop.n, 0);
		}
		mr_mrm_end(&w, &last);
	}
	mr_meta_free(&first);
	mr_meta_free(&last);
	return rc;
}

/* The values of the matrix name, term x 1, taken from s; *axis its rows'. */
static int
take_column(struct mr_set *s, const char *name, float **out, int *axis,
    struct mr_err *err)
{
	int i = mr_mrm_find_matrix(&s->r, name);

	if (i < 0 || s->r.matrix[i].type != MR_DENSE || s->mat[i].cols != 1 ||
	    strcmp(s->r.axis[s->r.matrix[i].row_axis].name, "term") != 0)
		return mr_err_set(err, MR_EFORMAT, "%s: no vocabulary: a "
		    "matrix %s, term x 1, is missing (mr-embed --vocabulary "
		    "writes one)", s->in.name, name);
	*axis = s->r.matrix[i].row_axis;
	for (int64_t k = 0; k < s->mat[i].rows; k++)
		if (!(s->mat[i].a[k] > 0))
			return mr_err_set(err, MR_EFORMAT, "%s: %s of term "
			    "%lld is %g, expected more than 0", s->in.name,
			    name, (long long)k, (double)s->mat[i].a[k]);
	*out = s->mat[i].a;
	s->mat[i] = (struct mr_mat){ 0 };
	return MR_OK;
}

/* An axis' names change hands. */
static struct mr_ids
take_names(struct mr_set *s, int axis)
{
	struct mr_ids ids = s->r.axis[axis].ids;

	s->r.axis[axis].ids = (struct mr_ids){ 0 };
	return ids;
}

int
mr_vocabulary_load(struct mr_vocabulary_file *f, const char *path, bool idf,
    struct mr_err *err)
{
	struct mr_set s;
	struct mr_slice model, sublinear;
	int axis = 0, rc = mr_set_load(&s, path, err);

	if (rc)
		goto out;
	rc = take_column(&s, "df", &f->v.df, &axis, err);
	if (rc)
		goto out;
	model = mr_meta_get(&s.r.meta, "model");
	sublinear = mr_meta_get(&s.r.meta, "sublinear");
	if (!mr_slice_is(model, idf ? "tfidf" : "count")) {
		rc = mr_err_set(err, MR_EFORMAT, "%s: a vocabulary of -m "
		    "%.*s, expected one of -m %s", s.in.name,
		    MR_SHOWN(model), idf ? "tfidf" : "count");
		goto out;
	}
	if (!parse_ngrams(mr_meta_get(&s.r.meta, "ngrams"), &f->split)) {
		rc = mr_err_set(err, MR_EFORMAT, "%s: META has no ngrams of "
		    "two numbers", s.in.name);
		goto out;
	}
	f->v.sublinear = mr_slice_is(sublinear, "1");
	if (idf)
		rc = take_column(&s, "idf", &f->v.idf, &axis, err);
	if (rc)
		goto out;
	f->v.terms = take_names(&s, axis);
	axis = mr_mrm_find_axis(&s.r, "stop");
	if (axis >= 0) {
		f->stop = take_names(&s, axis);
		f->split.stop = &f->stop;
	}
	f->digest = mr_in_digest(&s.in);
out:
	mr_set_free(&s);
	return rc;
}

void
mr_vocabulary_file_free(struct mr_vocabulary_file *f)
{
	mr_vocabulary_free(&f->v);
	mr_ids_free(&f->stop);
	mr_meta_free(&f->options);
	*f = (struct mr_vocabulary_file){ 0 };
}
