/* The work of mr-index; see index.h.
 * SPDX-License-Identifier: MIT */
#include "tool/index/index.h"

#include <stdlib.h>

#include "core/mem.h"
#include "store/index_change.h"
#include "store/names.h"
#include "stream/map.h"
#include "tool/index/look.h"

/* Vectors that a store can hold: dense, of rows with names. */
static int
load_vectors(struct mr_vectors *v, const char *path, struct mr_err *err)
{
	int rc = mr_vectors_load(v, path, NULL, err);

	if (rc == MR_OK && v->sparse)
		rc = mr_err_set(err, MR_EFORMAT, "%s: sparse vectors, a store "
		    "holds dense ones (mr-embed -m minilm)", v->set.in.name);
	if (rc == MR_OK && v->n && !v->names->n)
		rc = mr_err_set(err, MR_EFORMAT, "%s: its rows have no names, "
		    "so a store could not find them again", v->set.in.name);
	if (rc == MR_OK && v->d > MR_STORE_WIDE)
		rc = mr_err_set(err, MR_ERANGE, "%s: rows of %lld values, a "
		    "store holds at most %d", v->set.in.name, (long long)v->d,
		    MR_STORE_WIDE);
	return rc;
}

/* Nothing but a store is replaced. */
static int
check_place(const char *path, struct mr_err *err)
{
	struct mr_set s = { 0 };
	struct mr_block b;
	struct mr_err why = { 0 };
	bool more, ours;
	int rc;

	if (mr_map_absent(path))
		return MR_OK;
	rc = mr_set_open(&s, path, &why);
	if (rc == MR_OK)
		rc = mr_mrm_next(&s.r, &b, &more, &why);
	ours = rc == MR_OK && mr_store_is(&s.r.meta);
	mr_set_free(&s);
	if (rc && rc != MR_EFORMAT)
		return mr_err_set(err, rc, "%s", why.msg);
	return ours ? MR_OK : mr_err_set(err, MR_EFORMAT, "%s: is there and "
	    "is no store: build would put one in its place", path);
}

/* The place of a word in words, instead of value where there is one. */
static int
word_of(const struct mr_slice word, const char *const *words, int value)
{
	for (int i = 0; words[i]; i++)
		if (mr_slice_is(word, words[i]))
			return i;
	return value;
}

/* What a dump says of the store that it is of, where nothing else is asked. */
static struct mr_store_opt
options_of(const struct mr_index_job *job, const struct mr_meta *m,
    struct mr_run *run)
{
	static const char *const graphs[] = { "auto", "links", "none", NULL };
	int metric = job->metric_given ? job->metric : word_of(mr_meta_get(m,
	    "store.metric"), mr_metric_words, job->metric);
	int graph = job->graph_given ? job->graph : word_of(mr_meta_get(m,
	    "store.graph"), graphs, job->graph);

	mr_report_fact(&run->report, "metric: %s, graph: %s",
	    mr_metric_words[metric], graphs[graph]);
	return (struct mr_store_opt){ .metric = (enum mr_metric)metric,
	    .graph = (enum mr_store_graph)graph, .threads = run->threads };
}

static int
build(const struct mr_index_job *job, struct mr_run *run, struct mr_err *err)
{
	struct mr_store s = { .lock = -1 };
	struct mr_vectors v = { 0 };
	int rc = check_place(job->store, err);

	if (rc == MR_OK)
		rc = load_vectors(&v, job->file, err);
	mr_vectors_report(&v, &run->report);
	if (rc == MR_OK)
		rc = mr_store_hold(&s, job->store, err);
	if (rc == MR_OK) {
		struct mr_store_opt o = options_of(job, &v.set.r.meta, run);

		rc = mr_store_replace(&s, &v, &o, err);
	}
	if (rc == MR_OK)
		mr_report_fact(&run->report, "store: %lld rows of %lld",
		    (long long)v.n, (long long)v.d);
	mr_vectors_free(&v);
	mr_store_release(&s);
	return rc;
}

/* What a change did. */
struct counts {
	int64_t put, replaced, gone, absent;
};

static bool
bit(const uint64_t *bits, int64_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

/* Which of names the store has: to be freed. */
static int
find_names(const struct mr_store *s, const struct mr_ids *names,
    uint64_t **there, struct mr_err *err)
{
	*there = mr_alloc((size_t)names->n / 64 + 1, sizeof **there, "names",
	    err);
	return *there ? mr_vectors_there(&s->v, names, *there, err) :
	    MR_ENOMEM;
}

/* Names that were put and are there already. */
static int
count_replaced(const struct mr_store *s, const struct mr_queries *q, bool add,
    struct counts *n, struct mr_err *err)
{
	uint64_t *there;
	int rc = find_names(s, q->names, &there, err);

	for (int32_t i = 0; rc == MR_OK && i < q->names->n; i++) {
		if (bit(there, i) && add)
			rc = mr_err_set(err, MR_EFORMAT, "%s: '%.*s' is in %s "
			    "already: nothing is added (put replaces)",
			    q->in.name, MR_SHOWN(mr_ids_get(q->names, i)),
			    s->path);
		n->replaced += bit(there, i);
	}
	free(there);
	return rc;
}

static int
put_all(const struct mr_store *s, struct mr_batch *b,
    const struct mr_index_job *job, struct mr_run *run, struct counts *n,
    struct mr_err *err)
{
	struct mr_queries q;
	bool more = true;
	int rc = mr_queries_open(&q, job->file, err);

	q.what = "rows";
	while (rc == MR_OK && more) {
		rc = mr_queries_next(&q, &s->v, &more, &run->report, err);
		if (rc || !more)
			break;
		if (!q.names->n && q.rows.n)
			rc = mr_err_set(err, MR_EFORMAT, "%s: its rows have "
			    "no names, so a store could not find them again",
			    q.in.name);
		else
			mr_batch_put(b, q.names, (int32_t)q.first, (int32_t)
			    (q.first + q.rows.n), q.dense.a, s->v.d);
		n->put += q.rows.n;
		mr_report_step(&run->report, "rows", n->put,
		    mr_in_total(&q.in, n->put));
	}
	if (rc == MR_OK && n->put)
		rc = count_replaced(s, &q, job->verb == MR_INDEX_ADD, n, err);
	mr_queries_close(&q);
	return rc;
}

static int
delete_all(const struct mr_store *s, struct mr_batch *b,
    const struct mr_index_job *job, struct mr_run *run, struct counts *n,
    struct mr_err *err)
{
	struct mr_ids all = { 0 }, gone = { 0 };
	uint64_t *there = NULL;
	int rc = mr_names_load(&all, job->file, "item", run->header_in,
	    &run->report, err);

	if (rc == MR_OK)
		rc = find_names(s, &all, &there, err);
	for (int32_t i = 0; rc == MR_OK && i < all.n; i++) {
		int32_t k;

		if (bit(there, i))
			rc = mr_ids_add(&gone, mr_ids_get(&all, i), &k, NULL,
			    err);
		else
			n->absent++;
	}
	if (rc == MR_OK)
		mr_batch_delete(b, &gone);
	n->gone = gone.n;
	free(there);
	mr_ids_free(&all);
	mr_ids_free(&gone);
	return rc;
}

static void
report_change(const struct mr_store *s, const struct counts *n,
    bool compacted, struct mr_report *to)
{
	const struct mr_store_facts *f = &s->v.store;

	if (n->absent)
		mr_report_warn(to, "%lld of %lld ids are not in %s",
		    (long long)n->absent, (long long)(n->absent + n->gone),
		    s->path);
	mr_report_fact(to, "put: %lld rows, %lld of them in place of others; "
	    "deleted: %lld, not there: %lld", (long long)n->put,
	    (long long)n->replaced, (long long)n->gone,
	    (long long)n->absent);
	mr_report_fact(to, "store: %lld rows, %lld in the log%s",
	    (long long)f->live, (long long)f->log_rows, compacted ?
	    ", compacted" : "");
}

/* After a change that is on the disk. */
static void
compact_if_due(struct mr_store *s, const struct counts *n, struct mr_run *run)
{
	struct mr_store_facts *f = &s->v.store;
	struct mr_err why = { 0 };
	bool due;

	f->log_rows += n->put;
	f->live += n->put - n->replaced - n->gone;
	due = mr_store_is_due(f);
	report_change(s, n, due, &run->report);
	if (due && mr_store_compact(s, &why) != MR_OK)
		mr_report_warn(&run->report, "the change is in the log, but "
		    "the store cannot be compacted: %s", why.msg);
}

/* The lock of a store that is there: of another nothing is left beside it. */
static int
hold(struct mr_store *s, const struct mr_index_job *job,
    const struct mr_run *run, struct mr_err *err)
{
	int rc;

	*s = (struct mr_store){ .lock = -1 };
	if (mr_map_absent(job->store))
		return mr_err_sys(err, MR_EIO, "%s: cannot open", job->store);
	rc = mr_store_hold(s, job->store, err);
	s->threads = run->threads;
	return rc;
}

static int
change(const struct mr_index_job *job, struct mr_run *run, struct mr_err *err)
{
	struct mr_store s;
	struct mr_batch b = { .out.fd = -1 };
	struct counts n = { 0 };
	int rc = hold(&s, job, run, err);

	s.v.look_up = true;
	if (rc == MR_OK)
		rc = mr_store_load(&s, err);
	mr_vectors_report(&s.v, &run->report);
	if (rc == MR_OK)
		rc = mr_batch_begin(&b, &s.log, err);
	if (rc == MR_OK)
		rc = job->verb == MR_INDEX_DELETE ?
		    delete_all(&s, &b, job, run, &n, err) :
		    put_all(&s, &b, job, run, &n, err);
	if (rc == MR_OK && n.put + n.gone)
		rc = mr_batch_commit(&b, err);
	else
		mr_batch_undo(&b);
	if (rc == MR_OK)
		compact_if_due(&s, &n, run);
	mr_store_release(&s);
	return rc;
}

static int
compact(const struct mr_index_job *job, struct mr_run *run, struct mr_err *err)
{
	struct mr_store s;
	int rc = hold(&s, job, run, err);

	if (rc == MR_OK)
		rc = mr_store_compact(&s, err);
	if (rc == MR_OK)
		mr_report_fact(&run->report, "store: %lld rows of %lld",
		    (long long)s.v.n, (long long)s.v.d);
	mr_vectors_report(&s.v, &run->report);
	mr_store_release(&s);
	return rc;
}

int
mr_index_run(const struct mr_index_job *job, struct mr_run *run,
    struct mr_err *err)
{
	switch (job->verb) {
	case MR_INDEX_BUILD:
		return build(job, run, err);
	case MR_INDEX_CALIBRATE:
		return mr_index_calibrate(job, run, err);
	case MR_INDEX_COMPACT:
		return compact(job, run, err);
	case MR_INDEX_ADD:
	case MR_INDEX_PUT:
	case MR_INDEX_DELETE:
		return change(job, run, err);
	default:
		return mr_index_look(job, run, err);
	}
}
