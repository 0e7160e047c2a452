/* Texts tokenised, packed and run through a transformer; see encoder.h.
 * SPDX-License-Identifier: MIT */
#include "text/encoder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "data/mat.h"

#define UNIT 256	/* pieces that go through the network together */

/* One thread's own. */
struct mr_encoder_worker {
	struct mr_wordpiece_scratch scratch;
	float *work;
	struct mr_err err;	/* only out of memory */
};

void
mr_encoder_free(struct mr_encoder *e)
{
	mr_wordpiece_free(&e->words);
	mr_bert_free(&e->bert);
	*e = (struct mr_encoder){ 0 };
}

int
mr_encoder_work_new(struct mr_encoder_work *w, const struct mr_encoder *e,
    int64_t most, int threads, struct mr_err *err)
{
	int64_t unit = e->max_pieces > UNIT ? e->max_pieces : UNIT;
	size_t work = (size_t)mr_bert_work_floats(&e->bert, unit);
	size_t n = (size_t)most;

	*w = (struct mr_encoder_work){ .most = most,
	    .threads = threads > 0 ? threads : mr_par_cpus() };
	w->pieces = mr_alloc(n * (size_t)e->max_pieces, sizeof *w->pieces,
	    "word pieces", err);
	w->start = w->pieces ? mr_alloc(n + 1, sizeof *w->start,
	    "word pieces", err) : NULL;
	w->unit = w->start ? mr_alloc(n + 1, sizeof *w->unit, "word pieces",
	    err) : NULL;
	w->of = w->unit ? mr_alloc(n, sizeof *w->of, "word pieces", err) :
	    NULL;
	w->worker = w->of ? mr_alloc((size_t)w->threads, sizeof *w->worker,
	    "workspace", err) : NULL;
	if (!w->worker)
		return MR_ENOMEM;
	for (int i = 0; i < w->threads; i++) {
		w->worker[i].work = mr_alloc(work, sizeof(float),
		    "workspace of a thread", err);
		if (!w->worker[i].work)
			return MR_ENOMEM;
	}
	return MR_OK;
}

void
mr_encoder_work_free(struct mr_encoder_work *w)
{
	for (int i = 0; w->worker && i < w->threads; i++) {
		mr_wordpiece_scratch_free(&w->worker[i].scratch);
		free(w->worker[i].work);
	}
	free(w->worker);
	free(w->of);
	free(w->unit);
	free(w->start);
	free(w->pieces);
	*w = (struct mr_encoder_work){ 0 };
}

struct job {
	const struct mr_encoder *e;
	const struct mr_slice *text;
	int64_t n;
	struct mr_encoder_work *w;
	float *vector;
};

static void
tokenize_task(void *ctx, int64_t i, int worker)
{
	const struct job *j = ctx;
	const struct mr_encoder *e = j->e;
	struct mr_encoder_worker *w = &j->w->worker[worker];
	struct mr_encoded *of = &j->w->of[i];
	struct mr_wordpiece_ids out = { j->w->pieces + i * e->max_pieces,
	    e->max_pieces, 0, 0 };

	if (mr_wordpiece_encode(&e->words, j->text[i], &w->scratch, &out,
	    &w->err) != MR_OK)
		return;
	*of = (struct mr_encoded){ .pieces = out.n, .full = out.n_full };
	for (int32_t k = 0; k < out.n; k++)
		of->unknown += out.id[k] == e->words.unk;
}

/* Pack the pieces end to end and cut them into units of whole texts. */
static void
pack_units(const struct job *j)
{
	struct mr_encoder_work *w = j->w;
	int32_t *start = w->start, unit_start = 0;

	start[0] = 0;
	w->n_units = 0;
	for (int32_t i = 0; i < j->n; i++) {
		memmove(w->pieces + start[i], w->pieces +
		    (int64_t)i * j->e->max_pieces,
		    (size_t)w->of[i].pieces * sizeof *w->pieces);
		start[i + 1] = start[i] + w->of[i].pieces;
		if (i == 0 || start[i + 1] - unit_start > UNIT) {
			w->unit[w->n_units++] = i;
			unit_start = start[i];
		}
	}
	w->unit[w->n_units] = (int32_t)j->n;
}

/* The starts of a unit are counted from its first: no texts but its own. */
static void
embed_task(void *ctx, int64_t task, int worker)
{
	const struct job *j = ctx;
	const struct mr_encoder_work *w = j->w;
	int32_t from = w->unit[task], n = w->unit[task + 1] - from;
	int32_t start[UNIT + 1];

	for (int32_t i = 0; i <= n; i++)
		start[i] = w->start[from + i] - w->start[from];
	mr_bert_embed(&j->e->bert, w->pieces + w->start[from], start, n,
	    j->e->pooling, w->worker[worker].work,
	    j->vector + from * j->e->bert.shape.width);
}

int
mr_encoder_run(const struct mr_encoder *e, const struct mr_slice *text,
    int64_t n, struct mr_encoder_work *w, float *vector, struct mr_err *err)
{
	struct job j = { e, text, n, w, vector };
	struct mr_mat rows = { n, e->bert.shape.width, vector };

	assert(n <= w->most);
	for (int i = 0; i < w->threads; i++)
		w->worker[i].err.code = MR_OK;
	mr_par_run(w->threads, n, tokenize_task, &j);
	for (int i = 0; i < w->threads; i++)
		if (w->worker[i].err.code)
			return mr_err_set(err, w->worker[i].err.code, "%s",
			    w->worker[i].err.msg);
	pack_units(&j);
	mr_par_run(w->threads, w->n_units, embed_task, &j);
	if (e->normalise)
		mr_mat_normalise(&rows);
	return MR_OK;
}
