/* Vectors searched; see search.h.
 * SPDX-License-Identifier: MIT */
#include "engine/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "store/transformer.h"
#include "store/vectors.h"

struct mr_searcher {
	struct mr_vectors base;
	struct mr_index index;
	struct mr_transformer model;
	bool words;
	double *middle;		/* [d] the mean of the rows at length 1;
				 * where there are words */
};

struct mr_searcher_work {
	struct mr_encoder_work encoder;
	struct mr_mat query;	/* 1 x width */
	int32_t *skip;		/* [rows] */
};

/* The folder's weights must be those that the base was made with. */
static int
open_model(struct mr_searcher *s, const char *folder, struct mr_report *report,
    struct mr_err *err)
{
	struct mr_slice have = mr_meta_get(&s->base.set.r.meta, "weights");
	struct mr_slice how = mr_meta_get(&s->base.set.r.meta, "precision");
	char digest[24];
	int rc;

	s->words = have.p && !s->base.sparse;
	if (!s->words) {
		mr_report_warn(report, "%s does not say which transformer made "
		    "it: films are found by title, not by words",
		    s->base.set.in.name);
		return MR_OK;
	}
	rc = mr_transformer_load(&s->model, folder, mr_slice_is(how, "int8") ?
	    MR_PRECISION_INT8 : MR_PRECISION_F32, err);
	if (rc)
		return rc;
	snprintf(digest, sizeof digest, "%016llx",
	    (unsigned long long)s->model.digest);
	if (!mr_slice_is(have, digest))
		return mr_err_set(err, MR_EFORMAT, "%s: weights is %.*s, of %s "
		    "%s: vectors of different models cannot be compared",
		    s->base.set.in.name, MR_SHOWN(have), folder, digest);
	if (s->model.encoder.bert.shape.width != s->base.d)
		return mr_err_set(err, MR_EFORMAT, "%s: vectors of %lld "
		    "numbers, those of %s have %lld", s->base.set.in.name,
		    (long long)s->base.d, folder,
		    (long long)s->model.encoder.bert.shape.width);
	return MR_OK;
}

/* Rows of zeros are near nothing. */
static int
find_middle(struct mr_searcher *s, struct mr_err *err)
{
	struct mr_rows E = mr_searcher_rows(s);

	s->middle = mr_alloc((size_t)s->base.d, sizeof *s->middle, "a mean",
	    err);
	if (!s->middle)
		return MR_ENOMEM;
	for (int64_t i = 0; i < E.n; i++) {
		const float *v = mr_rows_dense(&E, i);
		double norm = 0;

		for (int64_t j = 0; j < s->base.d; j++)
			norm += (double)v[j] * (double)v[j];
		norm = norm > 0 ? sqrt(norm) * (double)E.n : 1;
		for (int64_t j = 0; j < s->base.d; j++)
			s->middle[j] += (double)v[j] / norm;
	}
	return MR_OK;
}

const struct mr_meta *
mr_searcher_meta(const struct mr_searcher *s)
{
	return &s->base.set.r.meta;
}

struct mr_rows
mr_searcher_rows(const struct mr_searcher *s)
{
	return mr_vectors_rows(&s->base, 0, s->base.n);
}

double
mr_searcher_mean(const struct mr_searcher *s, const float *vector)
{
	double sum = 0, norm = 0;

	for (int64_t j = 0; j < s->base.d; j++) {
		sum += s->middle[j] * (double)vector[j];
		norm += (double)vector[j] * (double)vector[j];
	}
	return norm > 0 ? sum / sqrt(norm) : 0;
}

int
mr_searcher_open(struct mr_searcher **out, const struct mr_searcher_opt *o,
    struct mr_report *report, struct mr_err *err)
{
	struct mr_searcher *s = *out = mr_alloc(1, sizeof *s, "state", err);
	struct mr_rows all;
	int rc;

	if (!s)
		return MR_ENOMEM;
	s->base.hint = ", which this cannot choose from";
	s->base.map = MR_MAP_STORES;
	rc = mr_vectors_load(&s->base, o->base, NULL, err);
	if (rc == MR_OK && s->base.names->n == 0 && s->base.n)
		rc = mr_err_set(err, MR_EFORMAT, "%s: its rows have no names, "
		    "so they are of no films", s->base.set.in.name);
	if (rc == MR_OK)
		rc = open_model(s, o->folder, report, err);
	if (rc == MR_OK && s->words)
		rc = find_middle(s, err);
	if (rc)
		return rc;
	all = mr_searcher_rows(s);
	return mr_index_build(&s->index, &all, &(struct mr_index_opt){
	    .metric = MR_METRIC_COSINE, .names = s->base.names, .k = o->k,
	    .borrow = true, .threads = o->threads }, err);
}

void
mr_searcher_close(struct mr_searcher *s)
{
	if (!s)
		return;
	mr_index_free(&s->index);
	mr_vectors_free(&s->base);
	mr_transformer_free(&s->model);
	free(s->middle);
	free(s);
}

const struct mr_ids *
mr_searcher_names(const struct mr_searcher *s)
{
	return s->base.names;
}

int64_t
mr_searcher_width(const struct mr_searcher *s)
{
	return s->base.d;
}

bool
mr_searcher_knows_words(const struct mr_searcher *s)
{
	return s->words;
}

bool
mr_searcher_is_dense(const struct mr_searcher *s)
{
	return !s->base.sparse;
}

int
mr_searcher_work_new(struct mr_searcher_work **out,
    const struct mr_searcher *s, int64_t texts, struct mr_err *err)
{
	struct mr_searcher_work *w = *out = mr_alloc(1, sizeof *w, "state",
	    err);
	int rc = w ? MR_OK : MR_ENOMEM;

	if (rc == MR_OK && s->words && texts)
		rc = mr_encoder_work_new(&w->encoder, &s->model.encoder,
		    texts, 1, err);
	if (rc == MR_OK && !s->base.sparse)
		rc = mr_mat_new(&w->query, 1, s->base.d, "a query", err);
	if (rc)
		return rc;
	w->skip = mr_alloc((size_t)s->base.n, sizeof *w->skip, "rows", err);
	return w->skip ? MR_OK : MR_ENOMEM;
}

void
mr_searcher_work_free(struct mr_searcher_work *w)
{
	if (!w)
		return;
	mr_encoder_work_free(&w->encoder);
	mr_mat_free(&w->query);
	free(w->skip);
	free(w);
}

/* Of one query without the n rows of skip, rising; of several all. */
static int
search(const struct mr_searcher *s, const struct mr_rows *q,
    const struct mr_near_ask *ask, int32_t *skip, int64_t n,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	int64_t ptr[2] = { 0, n };
	struct mr_csr rows = { .ptr = ptr, .idx = skip };
	int rc;

	*found = 0;
	if (q->n == 1 && mr_rows_zero(q, 0))
		return MR_OK;
	rc = mr_index_search(&s->index, &(struct mr_search){ .q = *q,
	    .k = ask->k, .threads = 1, .skip = n ? &rows : NULL,
	    .allow = ask->allow }, hit, found, err);
	for (int64_t i = 0; i < q->n && rc == MR_OK; i++)
		if (mr_rows_zero(q, i))
			found[i] = 0;
	return rc;
}

int
mr_searcher_row(const struct mr_searcher *s, int32_t row,
    const struct mr_near_ask *ask, struct mr_hit *hit, int64_t *found,
    struct mr_err *err)
{
	struct mr_rows q = mr_vectors_rows(&s->base, row, 1);

	return search(s, &q, ask, &row, 1, hit, found, err);
}

int
mr_searcher_embed(const struct mr_searcher *s, const struct mr_slice *text,
    int64_t n, struct mr_searcher_work *w, float *vector, bool *cut,
    struct mr_err *err)
{
	int rc = mr_encoder_run(&s->model.encoder, text, n, &w->encoder,
	    vector, err);

	for (int64_t i = 0; i < n && rc == MR_OK; i++)
		cut[i] = w->encoder.of[i].full > w->encoder.of[i].pieces;
	for (int64_t i = 0; i < n * s->base.d && rc == MR_OK; i++)
		if (!isfinite(vector[i]))
			rc = mr_err_set(err, MR_ENUMERIC, "the vector of a "
			    "text is not finite: the model's weights cannot "
			    "be right");
	return rc;
}

int
mr_searcher_near(const struct mr_searcher *s, const float *vector, int64_t n,
    const struct mr_near_ask *ask, struct mr_hit *hit, int64_t *found,
    struct mr_err *err)
{
	const struct mr_mat all = { n, s->base.d,
	    (float *)(uintptr_t)vector };
	struct mr_rows q = { .dense = &all, .n = n };

	return search(s, &q, ask, NULL, 0, hit, found, err);
}

static int
rising(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

int
mr_searcher_liking(const struct mr_searcher *s, const int32_t *row,
    const float *weight, int64_t n, const struct mr_near_ask *ask,
    struct mr_searcher_work *w, struct mr_hit *hit, int64_t *found,
    struct mr_err *err)
{
	struct mr_rows E = mr_vectors_rows(&s->base, 0, s->base.n);
	struct mr_rows q = { .dense = &w->query, .n = 1 };

	memset(w->query.a, 0, (size_t)w->query.cols * sizeof *w->query.a);
	for (int64_t j = 0; j < n; j++) {
		const float *v = mr_rows_dense(&E, row[j]);
		double norm = 0;

		w->skip[j] = row[j];
		for (int64_t i = 0; i < s->base.d; i++)
			norm += (double)v[i] * (double)v[i];
		for (int64_t i = 0; i < s->base.d && norm > 0; i++)
			w->query.a[i] += (float)((double)weight[j] *
			    (double)v[i] / sqrt(norm));
	}
	qsort(w->skip, (size_t)n, sizeof *w->skip, rising);
	return search(s, &q, ask, w->skip, n, hit, found, err);
}
