/* Counts and TF-IDF of texts; see terms.h.
 * SPDX-License-Identifier: MIT */
#include "tool/embed/terms.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"

/* One text of the block in hand. */
struct slot {
	struct mr_terms terms;
	struct mr_row row;
	int64_t n_unknown;
	struct mr_err err;	/* only out of memory */
};

struct run {
	const struct mr_embed_terms_opt *o;
	struct mr_texts texts;
	struct mr_vocabulary_file voc;
	struct mr_corpus corpus;	/* when building */
	struct mr_csr block;		/* when applying: rows to be written */
	size_t cap_idx, cap_val;
	struct slot *slot;		/* [MR_TEXTS] */
	int threads;
	int64_t n_rows, n_values, n_unknown, n_bare;
};

static void
split_task(void *ctx, int64_t i, int worker)
{
	struct run *r = ctx;
	struct slot *s = &r->slot[i];

	(void)worker;
	if (mr_terms_split(&s->terms, mr_embed_texts_get(&r->texts, i),
	    &r->voc.split, &s->err) != MR_OK || !r->o->apply)
		return;
	s->n_unknown = 0;
	if (mr_vocabulary_count(&r->voc.v, &s->terms, &s->row, &s->n_unknown,
	    &s->err) == MR_OK)
		mr_vocabulary_weigh(&r->voc.v, s->row.idx, s->row.val,
		    (int64_t)s->row.n);
}

/* The next block of texts, split into terms. */
static int
read_block(struct run *r, bool *more, struct mr_err *err)
{
	int rc = mr_embed_texts_next(&r->texts, more, err);

	if (rc)
		return rc;
	mr_par_run(r->threads, r->texts.n, split_task, r);
	for (int i = 0; i < r->texts.n; i++)
		if (r->slot[i].err.code)
			return mr_err_set(err, r->slot[i].err.code, "%s",
			    r->slot[i].err.msg);
	return MR_OK;
}

static int
count_all(struct run *r, struct mr_report *report, struct mr_err *err)
{
	bool more = true;
	int rc = MR_OK;

	while (more && rc == MR_OK) {
		rc = read_block(r, &more, err);
		for (int i = 0; i < r->texts.n && rc == MR_OK; i++)
			rc = mr_corpus_add(&r->corpus, &r->slot[i].terms,
			    err);
		mr_report_step(report, "texts", r->corpus.counts.rows,
		    mr_embed_texts_total(&r->texts));
	}
	if (rc == MR_OK)
		rc = mr_corpus_choose(&r->corpus, &r->voc.choice, &r->voc.v,
		    err);
	if (rc == MR_OK && r->corpus.counts.rows && r->voc.v.terms.n == 0)
		mr_report_warn(report, "no term of %lld texts is left: see "
		    "--min-df, --max-df, --stop-words and --ngrams",
		    (long long)r->corpus.counts.rows);
	return rc;
}

static void
weigh_task(void *ctx, int64_t task, int worker)
{
	struct run *r = ctx;
	struct mr_csr *m = &r->corpus.counts;
	int64_t u = task * MR_BLOCK_ROWS, end = u + MR_BLOCK_ROWS;

	(void)worker;
	for (; u < end && u < m->rows; u++)
		mr_vocabulary_weigh(&r->voc.v, m->idx + m->ptr[u],
		    m->val + m->ptr[u], m->ptr[u + 1] - m->ptr[u]);
}

static void
put_rows(struct run *r, struct mr_mrm_out *w, const struct mr_csr *m,
    int64_t from, int64_t to)
{
	mr_mrm_ids(w, "item", &r->texts.ids, (int32_t)r->n_rows,
	    (int32_t)(r->n_rows + to - from));
	mr_mrm_csr(w, "E", m, from, to);
	mr_out_flush(w->out);
	r->n_rows += to - from;
	r->n_values += m->rows ? m->ptr[to] - m->ptr[from] : 0;
	for (int64_t u = from; u < to; u++)
		r->n_bare += m->ptr[u] == m->ptr[u + 1];
}

/* All texts were counted; their rows, weighed. */
static void
put_corpus(struct run *r, struct mr_mrm_out *w)
{
	struct mr_csr *m = &r->corpus.counts;
	int64_t u = 0;

	mr_par_run(r->threads, (m->rows + MR_BLOCK_ROWS - 1) / MR_BLOCK_ROWS,
	    weigh_task, r);
	do {
		int64_t n = m->rows - u < MR_BLOCK_ROWS ? m->rows - u :
		    MR_BLOCK_ROWS;

		put_rows(r, w, m, u, u + n);
		u += n;
	} while (u < m->rows && !w->out->failed);
}

/* The slots' rows end to end. */
static int
gather(struct run *r, struct mr_err *err)
{
	struct mr_csr *m = &r->block;
	int64_t nnz = 0;
	int rc;

	m->rows = r->texts.n;
	m->cols = r->voc.v.terms.n;
	for (int i = 0; i < r->texts.n; i++) {
		m->ptr[i] = nnz;
		nnz += (int64_t)r->slot[i].row.n;
	}
	m->ptr[m->rows] = nnz;
	rc = mr_grow(&m->idx, &r->cap_idx, (size_t)nnz, sizeof *m->idx,
	    "rows", err);
	if (rc == MR_OK)
		rc = mr_grow(&m->val, &r->cap_val, (size_t)nnz,
		    sizeof *m->val, "rows", err);
	for (int i = 0; i < r->texts.n && rc == MR_OK; i++) {
		const struct mr_row *row = &r->slot[i].row;

		r->n_unknown += r->slot[i].n_unknown;
		if (row->n == 0)
			continue;
		memcpy(m->idx + m->ptr[i], row->idx,
		    row->n * sizeof *row->idx);
		memcpy(m->val + m->ptr[i], row->val,
		    row->n * sizeof *row->val);
	}
	return rc;
}

/* Rows by a saved vocabulary, as texts come. */
static int
apply_all(struct run *r, struct mr_mrm_out *w, struct mr_report *report,
    struct mr_err *err)
{
	bool more = true;
	int rc = MR_OK;

	r->block.ptr = mr_alloc(MR_TEXTS + 1, sizeof *r->block.ptr, "rows",
	    err);
	if (!r->block.ptr)
		return MR_ENOMEM;
	while (more && rc == MR_OK && !w->out->failed) {
		rc = read_block(r, &more, err);
		if (rc == MR_OK)
			rc = gather(r, err);
		if (rc == MR_OK && (r->texts.n || r->n_rows == 0))
			put_rows(r, w, &r->block, 0, r->texts.n);
		mr_report_step(report, "texts", r->n_rows,
		    mr_embed_texts_total(&r->texts));
	}
	return rc;
}

static int
describe(struct mr_meta *m, const struct run *r, struct mr_err *err)
{
	int rc = mr_meta_begin(m, "mr-embed", err);

	if (rc == MR_OK && r->o->apply) {
		rc = mr_meta_put(m, err, "model", r->voc.v.idf ? "tfidf" :
		    "count");
	} else if (rc == MR_OK) {
		rc = mr_buf_add(&m->text, r->voc.options.text.p,
		    r->voc.options.text.n, err);
	}
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "vocabulary", "%016llx",
		    (unsigned long long)mr_vocabulary_digest(&r->voc));
	return rc ? rc : mr_embed_texts_describe(m, &r->texts, "term", err);
}

static int
describe_totals(struct mr_meta *m, const struct run *r, struct mr_err *err)
{
	int rc = mr_embed_texts_totals(m, &r->texts, r->n_rows, err);

	if (rc == MR_OK && r->o->apply)
		rc = mr_meta_put(m, err, "unknown", "%lld",
		    (long long)r->n_unknown);
	return rc;
}

/* The stream from its first META to END; what it holds is counted already
 * when a vocabulary was built. */
static int
write_all(struct run *r, struct mr_out *out, struct mr_report *report,
    struct mr_err *err)
{
	struct mr_meta first = { 0 }, last = { 0 };
	struct mr_mrm_out w = { 0 };
	int rc = describe(&first, r, err);

	if (rc == MR_OK)
		rc = mr_mrm_begin(&w, out, &first, err);
	if (rc == MR_OK) {
		mr_mrm_ids(&w, "term", &r->voc.v.terms, 0,
		    r->voc.v.terms.n);
		if (r->o->apply)
			rc = apply_all(r, &w, report, err);
		else
			put_corpus(r, &w);
	}
	if (rc == MR_OK)
		rc = describe_totals(&last, r, err);
	if (rc == MR_OK)
		mr_mrm_end(&w, &last);
	else
		mr_mrm_abandon(&w);
	mr_meta_free(&first);
	mr_meta_free(&last);
	return rc;
}

static void
report_all(const struct run *r, struct mr_report *report)
{
	bool all = r->voc.v.terms.n == 0 && !r->o->apply;

	if (r->n_bare && !all)	/* that no term is left is told already */
		mr_report_warn(report, "%lld of %lld texts %s no term%s: "
		    "nothing is near %s", (long long)r->n_bare,
		    (long long)r->n_rows, r->n_bare == 1 ? "has" : "have",
		    r->o->apply ? " of the vocabulary" : "",
		    r->n_bare == 1 ? "it" : "them");
	mr_report_fact(report, "texts: %lld, terms: %d, values: %lld",
	    (long long)r->n_rows, r->voc.v.terms.n, (long long)r->n_values);
	if (r->o->apply)
		mr_report_fact(report, "terms that the vocabulary does not "
		    "have: %lld", (long long)r->n_unknown);
}

static void
free_run(struct run *r)
{
	for (int i = 0; r->slot && i < MR_TEXTS; i++) {
		mr_terms_free(&r->slot[i].terms);
		mr_row_free(&r->slot[i].row);
	}
	free(r->slot);
	mr_csr_free(&r->block);
	mr_corpus_free(&r->corpus);
	mr_vocabulary_file_free(&r->voc);
	mr_embed_texts_close(&r->texts);
	free(r);
}

int
mr_embed_terms(const struct mr_embed_terms_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct run *r = mr_alloc(1, sizeof *r, "state", err);
	struct mr_out *save = NULL;
	int rc;

	if (!r)
		return MR_ENOMEM;
	r->o = o;
	r->threads = run->threads;
	r->slot = mr_alloc(MR_TEXTS, sizeof *r->slot, "texts", err);
	rc = r->slot ? mr_mrm_check_out(&run->out, err) : MR_ENOMEM;
	if (rc == MR_OK)
		rc = o->apply ? mr_vocabulary_load(&r->voc, o->apply,
		    o->vocabulary.idf, err) :
		    mr_embed_vocabulary_prepare(&r->voc, &o->vocabulary, err);
	if (rc == MR_OK)
		rc = mr_embed_texts_open(&r->texts, &o->texts, run->header_in,
		    err);
	r->texts.tsv.report = &run->report;
	if (rc == MR_OK && o->save)
		rc = mr_run_side(run, o->save, &save, err);
	if (rc == MR_OK && !o->apply)
		rc = count_all(r, &run->report, err);
	if (rc == MR_OK)
		rc = write_all(r, &run->out, &run->report, err);
	if (rc == MR_OK && save)
		rc = mr_vocabulary_write(&r->voc, save,
		    r->corpus.counts.rows, mr_in_digest(&r->texts.tsv.in),
		    err);
	report_all(r, &run->report);
	free_run(r);
	return rc;
}
