/* A store read; see look.h.
 * SPDX-License-Identifier: MIT */
#include "tool/index/look.h"

#include "store/index_file.h"
#include "store/index_graph.h"
#include "store/index_salvage.h"
#include "stream/tsv.h"

static void
put_fact(struct mr_out *out, const char *name, int64_t v)
{
	mr_out_printf(out, "%s\t%lld\n", name, (long long)v);
}

/* What META says, as it stands there: escaped as TSV is. */
static void
put_word(struct mr_out *out, const struct mr_vectors *v, const char *key)
{
	struct mr_slice word = mr_meta_get(&v->set.r.meta, key);

	if (word.p)
		mr_out_printf(out, "%s\t%.*s\n", key, (int)word.n, word.p);
}

static void
put_info(const struct mr_vectors *v, bool header, struct mr_out *out)
{
	static const char *const words[] = { "metric", "graph",
	    "vectors.tool", "model", "weights", "precision", "template" };
	const struct mr_store_facts *f = &v->store;
	struct mr_graph_recall r;
	struct mr_err no = { 0 };

	if (header)
		mr_out_text(out, "fact\tvalue\n");
	put_fact(out, "rows", f->live);
	put_fact(out, "dim", v->d);
	put_fact(out, "dead", f->base_rows + f->log_rows - f->live);
	put_fact(out, "file_rows", f->base_rows);
	put_fact(out, "file_bytes", f->base_bytes);
	put_fact(out, "log_rows", f->log_rows);
	put_fact(out, "log_batches", f->batches);
	put_fact(out, "log_bytes", f->log_bytes);
	put_fact(out, "unfinished_bytes", f->tail_bytes);
	mr_out_printf(out, "digest\t%016llx\n", (unsigned long long)f->digest);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		put_word(out, v, words[i]);
	if (mr_store_graph_recall(v, &r, &no) != MR_OK)
		return;
	/* Of rows that were hidden while they were searched for. */
	for (int i = 0; i < MR_GRAPH_EFS; i++)
		mr_out_printf(out, "hidden_recall_at_10_ef_%lld\t%.4f\n",
		    (long long)mr_graph_efs[i], r.recall[i]);
}

/* The ids that are lost, for good: no row of theirs counts. */
static void
put_lost(const struct mr_vectors *v, const struct mr_salvage *lost,
    struct mr_run *run)
{
	struct mr_slice back = { "", 0 };
	int64_t n = 0;

	if (run->header_out)
		mr_out_text(&run->out, "item\n");
	for (int32_t i = 0; i < lost->ids.n; i++) {
		struct mr_slice name = mr_ids_get(&lost->ids, i);

		if (mr_ids_find(v->names, name) >= 0)
			continue;
		mr_tsv_put(&run->out, name);
		mr_out_byte(&run->out, '\n');
		n++;
	}
	if (n + lost->nameless + lost->log_bytes)
		mr_report_warn(&run->report, "lost: %lld ids, and about %lld "
		    "rows more whose names are gone", (long long)n,
		    (long long)lost->nameless);
	if (lost->log_bytes)
		mr_report_warn(&run->report, "the last %lld bytes of the log "
		    "are lost; of what they held can be read that they put "
		    "%lld rows", (long long)lost->log_bytes,
		    (long long)lost->log_rows);
	if (lost->undone)
		back = mr_ids_get(&lost->back, 0);
	if (lost->undone)
		mr_report_warn(&run->report, "and that they deleted %lld rows, "
		    "which are there again: '%.*s'%s", (long long)lost->undone,
		    MR_SHOWN(back), lost->undone > 1 ? " and others" : "");
}

static int
check_is(const struct mr_vectors *v, struct mr_err *err)
{
	return v->store.is ? MR_OK : mr_err_set(err, MR_EFORMAT, "%s: not a "
	    "store: mr-index build makes one of vectors", v->set.in.name);
}

static int
salvage(const struct mr_index_job *job, struct mr_run *run, struct mr_err *err)
{
	struct mr_salvage lost = { 0 };
	struct mr_vectors v = { 0 };
	struct mr_err why = { 0 };
	struct mr_out *out;
	int rc = mr_run_side(run, job->salvage, &out, err);

	if (rc)
		return rc;
	rc = mr_vectors_load(&v, job->store, NULL, &why);
	if (rc == MR_EFORMAT) {
		mr_report_warn(&run->report, "%s", why.msg);
		mr_vectors_free(&v);
		rc = mr_store_salvage(&v, &lost, job->store, err);
	} else {
		rc = rc ? mr_err_set(err, rc, "%s", why.msg) :
		    check_is(&v, err);
	}
	mr_vectors_report(&v, &run->report);
	if (rc == MR_OK)
		rc = mr_store_dump(out, &v, err);
	if (rc == MR_OK)
		put_lost(&v, &lost, run);
	mr_salvage_free(&lost);
	mr_vectors_free(&v);
	return rc;
}

int
mr_index_look(const struct mr_index_job *job, struct mr_run *run,
    struct mr_err *err)
{
	bool check = job->verb == MR_INDEX_CHECK;
	struct mr_vectors v = { .keep_graph = check, .check_codes = check,
	    .look_up = job->verb == MR_INDEX_INFO };
	int rc;

	if (job->salvage)
		return salvage(job, run, err);
	rc = mr_vectors_load(&v, job->store, NULL, err);
	mr_vectors_report(&v, &run->report);
	if (rc == MR_OK)
		rc = check_is(&v, err);
	if (rc == MR_OK)
		mr_report_fact(&run->report, "store: %lld rows of %lld, %lld "
		    "batches in the log", (long long)v.n, (long long)v.d,
		    (long long)v.store.batches);
	if (rc == MR_OK && job->verb == MR_INDEX_INFO)
		put_info(&v, run->header_out, &run->out);
	if (rc == MR_OK && job->verb == MR_INDEX_DUMP)
		rc = mr_store_dump(&run->out, &v, err);
	mr_vectors_free(&v);
	return rc;
}
