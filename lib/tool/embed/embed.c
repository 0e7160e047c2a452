/* The work of mr-embed; see embed.h.
 * SPDX-License-Identifier: MIT */
#include "tool/embed/embed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "data/mat.h"
#include "stream/matrix.h"
#include "store/transformer.h"

#define ROWS MR_TEXTS
#define UNIT 256	/* pieces that go through the network together */

/* One worker's own. */
struct worker {
	struct mr_wordpiece_scratch scratch;
	float *work;
	struct mr_err err;	/* only out of memory */
};

struct run {
	const struct mr_embed_opt *o;
	struct mr_encoder enc;
	enum mr_precision precision;
	struct mr_texts texts;
	struct mr_out *ledger;	/* of the run; NULL: none */
	int threads;
	/* pieces of the block's texts: first [ROWS * max_pieces], then packed
	 * end to end */
	int32_t *pieces;
	int32_t length[ROWS], start[ROWS + 1];
	int64_t full[ROWS];	/* length without the limit */
	int unit[ROWS + 1], n_units;	/* rows of the units' starts */
	struct mr_mat vectors;	/* ROWS x width */
	struct worker *worker;	/* [threads] */
	int64_t n_rows, n_pieces, n_cut, longest, n_unknown;
};

static void
tokenize_task(void *ctx, int64_t i, int worker)
{
	struct run *r = ctx;
	struct worker *w = &r->worker[worker];
	struct mr_wordpiece_ids out = { r->pieces + i * r->enc.max_pieces,
	    r->enc.max_pieces, 0, 0 };

	if (mr_wordpiece_encode(&r->enc.words, mr_texts_get(&r->texts, i),
	    &w->scratch, &out, &w->err) != MR_OK)
		return;
	r->length[i] = out.n;
	r->full[i] = out.n_full;
}

/* Pack the pieces end to end and cut them into units of whole texts. */
static void
pack_units(struct run *r)
{
	int64_t max = r->enc.max_pieces;

	r->start[0] = 0;
	r->n_units = 0;
	for (int i = 0; i < r->texts.n; i++) {
		int32_t unit_start = r->n_units ?
		    r->start[r->unit[r->n_units - 1]] : 0;

		memmove(r->pieces + r->start[i], r->pieces + i * max,
		    (size_t)r->length[i] * sizeof *r->pieces);
		r->start[i + 1] = r->start[i] + r->length[i];
		if (i == 0 || r->start[i + 1] - unit_start > UNIT)
			r->unit[r->n_units++] = i;
		r->n_pieces += r->length[i];
		r->n_cut += r->full[i] > r->length[i];
		r->longest = r->full[i] > r->longest ? r->full[i] :
		    r->longest;
	}
	r->unit[r->n_units] = r->texts.n;
	for (int32_t k = 0; k < r->start[r->texts.n]; k++)
		r->n_unknown += r->pieces[k] == r->enc.words.unk;
}

static void
embed_task(void *ctx, int64_t task, int worker)
{
	struct run *r = ctx;
	int from = r->unit[task], n = r->unit[task + 1] - from;
	int32_t start[ROWS + 1];

	for (int i = 0; i <= n; i++)
		start[i] = r->start[from + i] - r->start[from];
	mr_bert_embed(&r->enc.bert, r->pieces + r->start[from], start, n,
	    r->enc.pooling, r->worker[worker].work,
	    mr_mat_row(&r->vectors, from));
}

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

static int
embed_block(struct run *r, struct mr_err *err)
{
	mr_par_run(r->threads, r->texts.n, tokenize_task, r);
	for (int i = 0; i < r->threads; i++)
		if (r->worker[i].err.code)
			return mr_err_set(err, r->worker[i].err.code, "%s",
			    r->worker[i].err.msg);
	pack_units(r);
	mr_par_run(r->threads, r->n_units, embed_task, r);
	r->vectors.rows = r->texts.n;
	if (r->enc.normalise)
		mr_mat_normalise(&r->vectors);
	return check_finite(r, err);
}

static int
new_buffers(struct run *r, struct mr_err *err)
{
	int64_t unit = r->enc.max_pieces > UNIT ? r->enc.max_pieces : UNIT;
	size_t work = (size_t)mr_bert_work_floats(&r->enc.bert, unit);
	int rc = mr_mat_new(&r->vectors, ROWS, r->enc.bert.shape.width,
	    "vectors", err);

	if (rc)
		return rc;
	r->pieces = mr_alloc((size_t)ROWS * (size_t)r->enc.max_pieces,
	    sizeof *r->pieces, "word pieces", err);
	r->worker = r->pieces ? mr_alloc((size_t)r->threads,
	    sizeof *r->worker, "workspace", err) : NULL;
	if (!r->worker)
		return MR_ENOMEM;
	for (int i = 0; i < r->threads; i++) {
		r->worker[i].work = mr_alloc(work, sizeof(float),
		    "workspace of a thread", err);
		if (!r->worker[i].work)
			return MR_ENOMEM;
	}
	return MR_OK;
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
		    (unsigned long long)r->enc.digest);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "precision", "%s",
		    r->precision == MR_INT8 ? "int8" : "f32");
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "max_pieces", "%d",
		    r->enc.max_pieces);
	if (rc == MR_OK && !r->o->texts.lines)
		rc = mr_meta_put(m, err, "template", "%s",
		    r->o->texts.template);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "matrix.E", "item dim");
	return rc;
}

static int
describe_totals(struct mr_meta *m, const struct run *r, struct mr_err *err)
{
	int rc = mr_meta_put(m, err, "input.text", "%016llx",
	    (unsigned long long)mr_in_digest(&r->texts.tsv.in));

	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "texts", "%lld",
		    (long long)r->n_rows);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "cut", "%lld", (long long)r->n_cut);
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
		    (long long)r->full[i],
		    (long long)(r->full[i] - r->length[i]));
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
		rc = mr_texts_next(&r->texts, &more, err);
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
		    mr_texts_total(&r->texts));
		if (w->out->failed)
			break;	/* mr_out_close tells why */
	}
	return rc;
}

static enum mr_precision
choose_precision(const struct mr_embed_opt *o, struct mr_report *report)
{
	if (o->precision == MR_INT8 && !mr_qgemm_usable()) {
		mr_report_warn(report, "this CPU lacks AVX-512 VNNI: "
		    "--precision f32 instead of int8");
		return MR_F32;
	}
	return (enum mr_precision)o->precision;
}

static void
free_run(struct run *r)
{
	for (int i = 0; r->worker && i < r->threads; i++) {
		mr_wordpiece_scratch_free(&r->worker[i].scratch);
		free(r->worker[i].work);
	}
	free(r->worker);
	free(r->pieces);
	mr_mat_free(&r->vectors);
	mr_texts_close(&r->texts);
	mr_encoder_free(&r->enc);
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
	r->threads = run->threads;
	r->texts.forget = true;
	r->precision = choose_precision(o, &run->report);
	rc = mr_mrm_check_out(&run->out, err);
	if (rc == MR_OK)
		rc = mr_texts_open(&r->texts, &o->texts, run->header_in,
		    err);
	if (rc == MR_OK)
		rc = mr_encoder_load(&r->enc, o->folder, r->precision, err);
	if (rc == MR_OK)
		rc = new_buffers(r, err);
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
	mr_report_fact(&run->report, "texts: %lld, word pieces: %lld, unknown: "
	    "%lld", (long long)r->n_rows, (long long)r->n_pieces,
	    (long long)r->n_unknown);
	mr_report_fact(&run->report, "texts cut at %d pieces: %lld, longest: %lld",
	    r->enc.max_pieces, (long long)r->n_cut, (long long)r->longest);
	mr_meta_free(&first);
	mr_meta_free(&last);
	free_run(r);
	return rc;
}
