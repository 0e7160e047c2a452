/* A transformer in 8 bits fitted to texts; see bert_fit.h.
 * SPDX-License-Identifier: MIT */
#include "text/bert_fit.h"

#include <assert.h>
#include <stdlib.h>

#include "core/mem.h"
#include "math/qfit.h"

struct fit {
	struct mr_bert *b;
	const struct mr_bert *full;
	struct mr_qfit of;	/* the product in hand */
	float *work;
};

/* The norm gives rows divided by u, and who adds to them undoes that. */
static void
divide_norm(struct mr_bert_norm *norm, struct mr_bert_norm *next,
    const float *u, int64_t width)
{
	for (int64_t k = 0; k < width; k++) {
		norm->gamma[k] /= u[k];
		norm->beta[k] /= u[k];
		next->unit[k] = u[k];
	}
}

static void
divide_values(struct mr_bert_linear *qkv, const float *u, int64_t width)
{
	for (int64_t k = 0; k < width; k++) {
		int64_t j = 2 * width + k;

		qkv->q.scale[j] /= u[k];
		qkv->q.shift[j] /= u[k];
		qkv->bias[j] /= u[k];
	}
}

static void
fit_product(void *ctx, int64_t layer, enum mr_bert_product product,
    const float *x, int64_t rows)
{
	struct fit *f = ctx;
	struct mr_bert_layer *to = &f->b->layer[layer];
	const struct mr_bert_layer *from = &f->full->layer[layer];
	struct mr_bert_linear *const map[] = { &to->qkv, &to->out, &to->up,
		&to->down };
	const struct mr_bert_linear *const full[] = { &from->qkv, &from->out,
		&from->up, &from->down };
	const float *w = full[product]->packed;
	int64_t width = f->b->shape.width;

	f->of.k = full[product]->n_in;
	mr_qfit_columns(&f->of, x, rows, w, full[product]->n_out);
	for (int64_t k = 0; product == MR_BERT_DOWN && k < f->of.k; k++)
		f->of.unit[k] = 1;
	mr_qfit_follow(&f->of, x, rows, f->work);
	mr_qfit_pack(&f->of, &map[product]->q, w, f->work);
	if (product == MR_BERT_QKV)
		divide_norm(layer ? &to[-1].feed : &f->b->norm,
		    &to->attention, f->of.unit, width);
	else if (product == MR_BERT_OUT)
		divide_values(&to->qkv, f->of.unit, width);
	else if (product == MR_BERT_UP)
		divide_norm(&to->attention, &to->feed, f->of.unit, width);
}

int
mr_bert_fit(struct mr_bert *b, const struct mr_bert *full, const int32_t *ids,
    const int32_t *start, int64_t n, struct mr_err *err)
{
	int64_t widest = b->shape.width > b->shape.inner ? b->shape.width :
	    b->shape.inner;
	size_t k = (size_t)widest;
	struct fit f = { .b = b, .full = full };
	const struct mr_bert_watch watch = { fit_product, &f };
	float *pass = mr_alloc((size_t)mr_bert_work_floats(full, start[n]),
	    sizeof *pass, "a sample of texts", err);
	int rc = MR_ENOMEM;

	assert(b->owned && b->precision == MR_PRECISION_INT8);
	f.work = mr_alloc((size_t)mr_qfit_work_floats(start[n], widest),
	    sizeof *f.work, "a sample of texts", err);
	f.of.unit = mr_alloc(k, sizeof *f.of.unit, "a sample of texts", err);
	f.of.follow = mr_alloc(k * MR_QFIT_BLOCK, sizeof *f.of.follow,
	    "a sample of texts", err);
	if (pass && f.work && f.of.unit && f.of.follow) {
		mr_bert_show(full, ids, start, n, pass, &watch);
		rc = MR_OK;
	}
	free(f.of.follow);
	free(f.of.unit);
	free(f.work);
	free(pass);
	return rc;
}
