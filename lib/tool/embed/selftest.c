/* A transformer beside vectors that are known; see selftest.h.
 * SPDX-License-Identifier: MIT */
#include "tool/embed/selftest.h"

#include <math.h>
#include <string.h>

#include "core/mem.h"
#include "data/mat.h"
#include "store/transformer.h"
#include "tool/embed/embed.h"

static int
make_texts(struct mr_buf *bytes, struct mr_slice *text, struct mr_err *err)
{
	size_t end[MR_EMBED_REFERENCES], from = 0;

	for (int i = 0; i < MR_EMBED_REFERENCES; i++) {
		const struct mr_embed_reference *x = &mr_embed_references[i];
		int rc = MR_OK;

		for (int k = 0; k < x->times && rc == MR_OK; k++)
			rc = mr_buf_add(bytes, x->text, strlen(x->text), err);
		if (rc)
			return rc;
		end[i] = bytes->n;
	}
	for (int i = 0; i < MR_EMBED_REFERENCES; from = end[i++])
		text[i] = (struct mr_slice){ bytes->p + from, end[i] - from };
	return MR_OK;
}

static double
cosine(const float *a, const int16_t *b)
{
	double ab = 0, aa = 0, bb = 0;

	for (int i = 0; i < MR_EMBED_REFERENCE_WIDTH; i++) {
		ab += (double)a[i] * b[i];
		aa += (double)a[i] * (double)a[i];
		bb += (double)b[i] * b[i];
	}
	return ab / sqrt(aa * bb);
}

/* The smallest cosine; a vector that is not finite is as far as can be. */
static double
compare(const struct mr_mat *vectors)
{
	double least = 1;

	for (int i = 0; i < MR_EMBED_REFERENCES; i++) {
		double c = cosine(mr_mat_row(vectors, i),
		    mr_embed_references[i].vector);

		if (!isfinite(c))
			return -1;
		least = c < least ? c : least;
	}
	return least;
}

static int
embed(const struct mr_encoder *e, int threads, struct mr_mat *vectors,
    struct mr_err *err)
{
	struct mr_slice text[MR_EMBED_REFERENCES];
	struct mr_encoder_work work = { 0 };
	struct mr_buf bytes = { 0 };
	int rc = make_texts(&bytes, text, err);

	if (rc == MR_OK)
		rc = mr_encoder_work_new(&work, e, MR_EMBED_REFERENCES,
		    threads, err);
	if (rc == MR_OK)
		rc = mr_mat_new(vectors, MR_EMBED_REFERENCES,
		    e->bert.shape.width, "vectors", err);
	if (rc == MR_OK)
		rc = mr_encoder_run(e, text, MR_EMBED_REFERENCES, &work,
		    vectors->a, err);
	mr_encoder_work_free(&work);
	mr_buf_free(&bytes);
	return rc;
}

int
mr_embed_selftest(const struct mr_embed_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	enum mr_precision precision = (enum mr_precision)o->precision;
	bool int8 = precision == MR_PRECISION_INT8;
	double bound = int8 ? 0.99 : 0.9999, least;
	struct mr_transformer model = { 0 };
	struct mr_mat vectors = { 0 };
	int rc = mr_transformer_load(&model, o->folder, precision, err);

	if (rc == MR_OK && model.encoder.bert.shape.width !=
	    MR_EMBED_REFERENCE_WIDTH)
		rc = mr_err_set(err, MR_EFORMAT, "%s: vectors of %d numbers, "
		    "the reference is all-MiniLM-L6-v2's of %d", o->folder,
		    (int)model.encoder.bert.shape.width,
		    MR_EMBED_REFERENCE_WIDTH);
	if (rc == MR_OK)
		rc = embed(&model.encoder, run->threads, &vectors, err);
	if (rc == MR_OK) {
		least = compare(&vectors);
		mr_out_printf(&run->out, "smallest cosine: %.8f, texts: %d, "
		    "precision: %s\n", least, MR_EMBED_REFERENCES, int8 ?
		    "int8" : "f32");
		if (least < bound)
			rc = mr_err_set(err, MR_ENUMERIC, "%s: a cosine of "
			    "%.4f with the reference, expected at least %g: "
			    "not all-MiniLM-L6-v2, or this machine computes "
			    "wrongly", o->folder, least, bound);
	}
	mr_mat_free(&vectors);
	mr_transformer_free(&model);
	return rc;
}
