/* The stream a vocabulary is kept in; see vocabulary.h.
 * SPDX-License-Identifier: MIT */
#include "store/vocabulary.h"

#include <string.h>

#include "core/hash.h"
#include "core/mem.h"

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

	if (i < 0 || s->r.matrix[i].type != MR_BLOCK_DENSE || s->mat[i].cols !=
	    1 || strcmp(s->r.axis[s->r.matrix[i].row_axis].name, "term") != 0)
		return mr_err_set(err, MR_EFORMAT, "%s: no vocabulary: a "
		    "matrix %s, term x 1, is missing (mr-embed --vocabulary "
		    "writes one)", s->in.name, name);
	*axis = s->r.matrix[i].row_axis;
	if (s->r.axis[*axis].ids.n != s->mat[i].rows)
		return mr_err_set(err, MR_EFORMAT, "%s: no vocabulary: its "
		    "terms have no names", s->in.name);
	for (int64_t k = 0; k < s->mat[i].rows; k++)
		if (!(s->mat[i].a[k] > 0))
			return mr_err_set(err, MR_EFORMAT, "%s: %s of term "
			    "%lld is %g, expected more than 0", s->in.name,
			    name, (long long)k, (double)s->mat[i].a[k]);
	/* NULL would say that there is no such column. */
	*out = s->mat[i].a ? s->mat[i].a : mr_alloc(0, sizeof **out, name,
	    err);
	s->mat[i] = (struct mr_mat){ 0 };
	return *out ? MR_OK : MR_ENOMEM;
}

/* An axis' names change hands. */
static struct mr_ids
take_names(struct mr_set *s, int axis)
{
	struct mr_ids ids = s->r.axis[axis].ids;

	s->r.axis[axis].ids = (struct mr_ids){ 0 };
	return ids;
}

/* The terms are the names of the axis of df, and so of idf. */
static int
take_all(struct mr_vocabulary_file *f, struct mr_set *s, bool idf,
    struct mr_err *err)
{
	struct mr_slice model = mr_meta_get(&s->r.meta, "model");
	int axis = 0, rc = take_column(s, "df", &f->v.df, &axis, err);

	if (rc)
		return rc;
	if (!mr_slice_is(model, idf ? "tfidf" : "count"))
		return mr_err_set(err, MR_EFORMAT, "%s: a vocabulary of -m "
		    "%.*s, expected one of -m %s", s->in.name,
		    MR_SHOWN(model), idf ? "tfidf" : "count");
	if (!mr_terms_ngrams(mr_meta_get(&s->r.meta, "ngrams"), &f->split))
		return mr_err_set(err, MR_EFORMAT, "%s: META has no ngrams of "
		    "two numbers", s->in.name);
	f->v.sublinear = mr_slice_is(mr_meta_get(&s->r.meta, "sublinear"),
	    "1");
	if (idf)
		rc = take_column(s, "idf", &f->v.idf, &axis, err);
	if (rc)
		return rc;
	f->v.terms = take_names(s, axis);
	axis = mr_mrm_find_axis(&s->r, "stop");
	if (axis >= 0) {
		f->stop = take_names(s, axis);
		f->split.stop = &f->stop;
	}
	return MR_OK;
}

int
mr_vocabulary_take(struct mr_vocabulary_file *f, struct mr_set *s, bool idf,
    struct mr_err *err)
{
	int rc = take_all(f, s, idf, err);

	mr_set_free(s);
	return rc;
}

int
mr_vocabulary_load(struct mr_vocabulary_file *f, const char *path, bool idf,
    struct mr_err *err)
{
	struct mr_set s;
	int rc = mr_set_load(&s, path, err);

	if (rc == MR_OK)
		return mr_vocabulary_take(f, &s, idf, err);
	mr_set_free(&s);
	return rc;
}

static void
mix(uint64_t *h, const void *p, size_t n)
{
	uint64_t both[2] = { *h, mr_hash64(p, n) };

	*h = mr_hash64(both, sizeof both);
}

static void
mix_names(uint64_t *h, const struct mr_ids *ids)
{
	mix(h, &ids->n, sizeof ids->n);
	for (int32_t i = 0; i < ids->n; i++) {
		struct mr_slice s = mr_ids_get(ids, i);

		mix(h, s.p, s.n);
	}
}

uint64_t
mr_vocabulary_digest(const struct mr_vocabulary_file *f)
{
	int32_t rule[4] = { f->v.idf != NULL, f->v.sublinear, f->split.min_n,
	    f->split.max_n };
	uint64_t h = 0;

	mix(&h, rule, sizeof rule);
	mix_names(&h, &f->v.terms);
	mix_names(&h, &f->stop);
	if (f->v.idf)
		mix(&h, f->v.idf, (size_t)f->v.terms.n * sizeof *f->v.idf);
	return h;
}

void
mr_vocabulary_file_free(struct mr_vocabulary_file *f)
{
	mr_vocabulary_free(&f->v);
	mr_ids_free(&f->stop);
	mr_meta_free(&f->options);
	*f = (struct mr_vocabulary_file){ 0 };
}
