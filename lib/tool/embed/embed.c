/* The work of mr-embed; see embed.h.
 * SPDX-License-Identifier: MIT */
#include "tool/embed/embed.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "data/mat.h"
#include "math/qkernels.h"
#include "store/transformer.h"
#include "stream/matrix.h"
#include "tool/embed/lost.h"

struct run {
	const struct mr_embed_opt *o;
	struct mr_transformer model;
	struct mr_encoder_work work;
	struct mr_texts texts;
	struct mr_slice text[MR_TEXTS];	/* of the block */
	struct mr_out *ledger;	/* of the run; NULL: none */
	struct mr_mat vectors;	/* MR_TEXTS x width */
	struct mr_embed_lost lost;
	int64_t n_rows, n_pieces, longest, n_unknown;
};

static int
check_finite(const struct run *r, struct mr_err *err)
{
	for (int i = 0; i < r->texts.n; i++)
		for (int64_t j = 0; j < r->vectors.cols; j++)
			if (!isfinite(mr_mat_row(&r->vectors, i)[j]))
				return mr_err_set(err, MR_ENUMERIC, "%s: the "
				    "vector of text %lld is not finite: the "
				    "model's weights cannot be right",
				    r->texts.tsv.in.name,
				    (long long)(r->n_rows + i + 1));
	return MR_OK;
}

static void
count(struct run *r)
{
	for (int i = 0; i < r->texts.n; i++) {
		const struct mr_encoded *x = &r->work.of[i];

		r->n_pieces += x->pieces;
		r->n_unknown += x->unknown;
		mr_embed_lost_count(&r->lost, r->work.pieces +
		    r->work.start[i], x);
		r->longest = x->full > r->longest ? x->full : r->longest;
	}
}

static int
embed_block(struct run *r, struct mr_err *err)
{
	int rc;

	for (int i = 0; i < r->texts.n; i++)
		r->text[i] = mr_embed_texts_get(&r->texts, i);
	rc = mr_encoder_run(&r->model.encoder, r->text, r->texts.n, &r->work,
	    r->vectors.a, err);
	if (rc)
		return rc;
	count(r);
	return check_finite(r, err);
}

/* The folder's own name, where it has one that META may hold. */
static struct mr_slice
folder_name(const char *folder)
{
	struct mr_slice s = mr_slice_of(folder);
	size_t from;

	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	for (from = s.n; from && s.p[from - 1] != '/'; from--)
		;
	s.p += from;
	s.n -= from;
	if (s.n == 0 || mr_slice_is(s, ".") || mr_slice_is(s, "..") ||
	    mr_utf8_bad(s) < s.n)
		return mr_slice_of("transformer");
	return s;
}

static int
describe(struct mr_meta *m, const struct run *r, struct mr_err *err)
{
	struct mr_slice name = folder_name(r->o->folder);
	int rc = mr_meta_begin(m, "mr-embed", err);

	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "model", "%.*s", (int)name.n,
		    name.p);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "weights", "%016llx",
		    (unsigned long long)r->model.digest);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "precision", "%s",
		    r->o->precision == MR_PRECISION_INT8 ? "int8" : "f32");
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "max_pieces", "%d",
		    r->model.encoder.max_pieces);
	return rc ? rc : mr_embed_texts_describe(m, &r->texts, "dim", err);
}

static int
describe_totals(struct mr_meta *m, const struct run *r, struct mr_err *err)
{
	int rc = mr_embed_texts_totals(m, &r->texts, r->n_rows, err);

	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "cut", "%lld",
		    (long long)r->lost.n_cut);
	return rc;
}

/* What became of each text of the block: its pieces, and how many of them
 * are past the limit. */
static void
write_ledger(struct run *r)
{
	for (int i = 0; r->ledger && i < r->texts.n; i++) {
		mr_tsv_put(r->ledger, mr_ids_get(&r->texts.ids,
		    r->texts.first + i));
		mr_out_printf(r->ledger, "\t%lld\t%lld\n",
		    (long long)r->work.of[i].full,
		    (long long)(r->work.of[i].full -
		    r->work.of[i].pieces));
	}
}

static int
open_ledger(struct run *r, struct mr_run *run, struct mr_err *err)
{
	int rc;

	if (!r->o->ledger)
		return MR_OK;
	rc = mr_run_side(run, r->o->ledger, &r->ledger, err);
	if (rc == MR_OK)
		mr_out_text(r->ledger, "item\tpieces\tcut\n");
	return rc;
}

static int
embed_all(struct run *r, struct mr_mrm_out *w, struct mr_report *report,
    struct mr_err *err)
{
	bool more = true;
	int rc = MR_OK;

	while (more) {
		rc = mr_embed_texts_next(&r->texts, &more, err);
		if (rc == MR_OK && r->texts.n)
			rc = embed_block(r, err);
		if (rc)
			return rc;
		if (r->texts.n == 0 && r->n_rows)
			break;
		mr_mrm_ids(w, "item", &r->texts.ids, r->texts.first,
		    r->texts.first + r->texts.n);
		write_ledger(r);
		mr_mrm_dense(w, "E", r->vectors.a, r->texts.n, r->vectors.cols);
		mr_out_flush(w->out);
		r->n_rows += r->texts.n;
		mr_report_step(report, "texts", r->n_rows,
		    mr_embed_texts_total(&r->texts));
		if (w->out->failed)
			break;	/* mr_out_close tells why */
	}
	return rc;
}

static void
free_run(struct run *r)
{
	mr_embed_lost_free(&r->lost);
	mr_encoder_work_free(&r->work);
	mr_mat_free(&r->vectors);
	mr_embed_texts_close(&r->texts);
	mr_transformer_free(&r->model);
	free(r);
}

int
mr_embed(const struct mr_embed_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct run *r = mr_alloc(1, sizeof *r, "state", err);
	struct mr_meta first = { 0 }, last = { 0 };
	struct mr_mrm_out w = { 0 };
	int rc;

	if (!r)
		return MR_ENOMEM;
	r->o = o;
	r->texts.forget = true;
	rc = mr_mrm_check_out(&run->out, err);
	if (rc == MR_OK)
		rc = mr_embed_texts_open(&r->texts, &o->texts, run->header_in,
		    err);
	r->texts.tsv.report = &run->report;
	if (rc == MR_OK)
		rc = mr_transformer_load(&r->model, o->folder,
		    (enum mr_precision)o->precision, err);
	if (rc == MR_OK)
		rc = mr_encoder_work_new(&r->work, &r->model.encoder,
		    MR_TEXTS, run->threads, err);
	if (rc == MR_OK)
		rc = mr_mat_new(&r->vectors, MR_TEXTS,
		    r->model.encoder.bert.shape.width, "vectors", err);
	if (rc == MR_OK)
		rc = mr_embed_lost_open(&r->lost, &r->model.encoder,
		    &r->texts.template, err);
	if (rc == MR_OK)
		rc = open_ledger(r, run, err);
	if (rc == MR_OK)
		rc = describe(&first, r, err);
	if (rc == MR_OK)
		rc = mr_mrm_begin(&w, &run->out, &first, err);
	if (rc == MR_OK)
		rc = embed_all(r, &w, &run->report, err);
	if (rc == MR_OK)
		rc = describe_totals(&last, r, err);
	if (rc == MR_OK)
		mr_mrm_end(&w, &last);
	else
		mr_mrm_abandon(&w);
	if (rc == MR_OK)
		mr_embed_lost_report(&r->lost, &run->report);
	mr_report_fact(&run->report, "texts: %lld, word pieces: %lld, unknown: "
	    "%lld", (long long)r->n_rows, (long long)r->n_pieces,
	    (long long)r->n_unknown);
	mr_report_fact(&run->report,
	    "texts cut at %d pieces: %lld, longest: %lld",
	    r->model.encoder.max_pieces, (long long)r->lost.n_cut,
	    (long long)r->longest);
	if (o->precision == MR_PRECISION_INT8)
		mr_report_fact(&run->report, "8-bit products: %s",
		    mr_qkernels_name());
	mr_meta_free(&first);
	mr_meta_free(&last);
	free_run(r);
	return rc;
}
