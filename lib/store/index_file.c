/* A store as one set of rows; see index_file.h.  Its file is written by
 * index_write.c.
 * SPDX-License-Identifier: MIT */
#include "store/index_file.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "store/index_graph.h"
#include "store/index_take.h"
#include "stream/beside.h"

const char *const mr_metric_words[] = { "cosine", "dot", "l2", NULL };

bool
mr_store_is(const struct mr_meta *m)
{
	return mr_slice_is(mr_meta_get(m, "kind"), "index");
}

bool
mr_store_metric_of(const struct mr_meta *m, enum mr_metric *metric)
{
	struct mr_slice word = mr_meta_get(m, "metric");

	for (int i = 0; mr_metric_words[i]; i++)
		if (mr_slice_is(word, mr_metric_words[i])) {
			*metric = (enum mr_metric)i;
			return true;
		}
	return false;
}

int
mr_store_metric(const struct mr_vectors *v, enum mr_metric *metric,
    struct mr_err *err)
{
	struct mr_slice word = mr_meta_get(&v->set.r.meta, "metric");

	return mr_store_metric_of(&v->set.r.meta, metric) ? MR_OK :
	    mr_err_set(err, MR_EFORMAT, "%s: META metric=%.*s is no metric",
	    v->set.in.name, MR_SHOWN(word));
}

static bool
has_links(const struct mr_vectors *v)
{
	return mr_slice_is(mr_meta_get(&v->set.r.meta, "graph"), "links");
}

int
mr_store_opt_of(const struct mr_vectors *v, struct mr_store_opt *o,
    struct mr_err *err)
{
	struct mr_slice asked = mr_meta_get(&v->set.r.meta, "asked");

	*o = (struct mr_store_opt){ .graph = mr_slice_is(asked, "links") ?
	    MR_STORE_LINKS : mr_slice_is(asked, "none") ? MR_STORE_NONE :
	    MR_STORE_AUTO };
	return mr_store_metric(v, &o->metric, err);
}

/* Is the stream in v what mr_store_write writes? */
static int
check_base(const struct mr_vectors *v, struct mr_err *err)
{
	const struct mr_mrm_in *r = &v->set.r;
	int e = mr_mrm_find_matrix(r, "E"), o = mr_mrm_find_matrix(r, "O");
	const char *order = o >= 0 ? v->set.whole[o] : NULL;
	size_t gap = mr_set_gap(&v->set);
	bool links = has_links(v);
	const char *bad = NULL;
	enum mr_metric metric;

	if (r->n_streams != 1)
		bad = "several streams one after another are no store";
	else if (e != v->index || v->sparse || o < 0 ||
	    r->n_matrices != (links ? 8 : 2) ||
	    r->matrix[o].row_axis != r->matrix[e].row_axis ||
	    (v->n && (r->matrix[o].dtype != MR_VALUE_U32 ||
	    r->matrix[o].cols != 1)))
		bad = "expected the matrices E and O of one axis";
	else if (!r->axis[r->matrix[e].row_axis].named && v->n)
		bad = "its rows have no names";
	else if (!links && !mr_slice_is(mr_meta_get(&r->meta, "graph"),
	    "none"))
		bad = "META graph= is none that is known";
	for (int64_t i = 0; !bad && !links && i < v->n; i++)
		if (*(const uint32_t *)(const void *)(order + i * 4 +
		    i / MR_BLOCK_ROWS * (int64_t)gap) != (uint32_t)i)
			bad = "O is not the order of its rows";
	return bad ? mr_err_set(err, MR_EFORMAT, "%s: not a store as "
	    "mr-index makes them: %s", v->set.in.name, bad) :
	    mr_store_metric(v, &metric, err);
}

/* Rows of the file and then of the log, and whose each is. */
struct overlay {
	struct mr_vectors *v;
	struct mr_ids *ids;	/* of all rows, dead ones too */
	struct mr_mat *rows;
	size_t rows_cap, owner_cap, at_cap;
	int32_t *owner;		/* [rows] the id of each row */
	int64_t *at;		/* [ids] the row that counts, -1: none */
	int64_t dead;
	bool torn;		/* some rows of the file are lost */
};

static int
more_rows(struct overlay *x, int64_t n, struct mr_err *err)
{
	size_t want = (size_t)(x->rows->rows + n);
	int rc = mr_grow(&x->owner, &x->owner_cap, want, sizeof *x->owner,
	    "the rows of a store", err);

	if (rc == MR_OK)
		rc = mr_grow(&x->at, &x->at_cap, want, sizeof *x->at,
		    "the rows of a store", err);
	return rc;
}

static int
overlay_begin(struct overlay *x, struct mr_vectors *v, struct mr_err *err)
{
	struct mr_set *s = &v->set;
	int rc;

	*x = (struct overlay){ .v = v,
	    .ids = &s->r.axis[s->r.matrix[v->index].row_axis].ids,
	    .rows = &s->mat[v->index] };
	x->rows->cols = v->d;
	x->rows_cap = s->cap[v->index];
	rc = more_rows(x, 0, err);
	for (int32_t i = 0; rc == MR_OK && i < v->n; i++)
		x->at[i] = x->owner[i] = i;
	return rc;
}

static int
put(struct overlay *x, const struct mr_change *c, struct mr_err *err)
{
	int64_t first = x->rows->rows;
	int rc = more_rows(x, c->n, err);

	if (first + c->n > INT32_MAX - 1)
		rc = mr_err_set(err, MR_ERANGE, "%s: more than %d rows",
		    x->v->set.in.name, INT32_MAX - 1);
	if (rc == MR_OK)
		rc = mr_mat_append(x->rows, &x->rows_cap, c->rows, c->n,
		    "the rows of a log", err);
	for (int64_t i = 0; rc == MR_OK && i < c->n; i++) {
		int32_t id;
		bool is_new;

		rc = mr_ids_add(x->ids, mr_changes_name(c, i), &id, &is_new,
		    err);
		if (rc)
			break;
		x->dead += !is_new && x->at[id] >= 0;
		x->at[id] = first + i;
		x->owner[first + i] = id;
	}
	return rc;
}

static int
forget(struct overlay *x, const struct mr_change *c, const char *log,
    struct mr_err *err)
{
	for (int64_t i = 0; i < c->n; i++) {
		struct mr_slice name = mr_changes_name(c, i);
		int32_t id = mr_ids_find(x->ids, name);

		if (id < 0 || x->at[id] < 0) {
			if (x->torn)
				continue;
			return mr_store_deletes_nothing(log, name, err);
		}
		x->at[id] = -1;
		x->dead++;
	}
	return MR_OK;
}

/* In the order of the graph: the rows' new numbers.  Those that died get some
 * behind all others, for nobody to see: a search walks through them. */
static void
renumber(struct overlay *x, int64_t live)
{
	struct mr_vectors *v = x->v;
	uint32_t *order = v->set.whole[mr_mrm_find_matrix(&v->set.r, "O")];
	int64_t n = v->store.base_rows, to = 0, dead = live;

	for (int64_t i = 0; i < n; i++)
		if (x->at[x->owner[i]] == i)
			x->owner[i] = (int32_t)to++;
		else
			x->owner[i] = (int32_t)dead++;
	for (int64_t i = 0; i < n; i++)
		order[i] = (uint32_t)x->owner[order[i]];
	v->store.in_graph = to;
}

/* The rows that count move up, their names likewise. */
static int
drop_dead(struct overlay *x, struct mr_err *err)
{
	struct mr_mat *m = x->rows;
	struct mr_ids live = { 0 };
	size_t wide = (size_t)m->cols * sizeof *m->a;
	int64_t n = 0;
	int rc = MR_OK;

	for (int64_t i = 0; i < m->rows && rc == MR_OK; i++) {
		int32_t id = x->owner[i], to;

		if (x->at[id] != i)
			continue;
		rc = mr_ids_add(&live, mr_ids_get(x->ids, id), &to, NULL, err);
		if (n != i)
			memmove(mr_mat_row(m, n), mr_mat_row(m, i), wide);
		n++;
	}
	if (rc) {
		mr_ids_free(&live);
		return rc;
	}
	m->rows = n;
	if (x->v->has_graph)
		renumber(x, n);
	mr_ids_free(x->ids);
	*x->ids = live;
	return MR_OK;
}

/* All changes of the log, and what they leave. */
static int
apply(struct mr_vectors *v, struct mr_changes *log, bool torn,
    struct mr_err *err)
{
	struct overlay x;
	struct mr_change c;
	int rc = overlay_begin(&x, v, err);

	x.torn = torn;
	while (rc == MR_OK && mr_changes_next(log, &c))
		rc = c.rows ? put(&x, &c, err) : forget(&x, &c, log->name,
		    err);
	v->store.log_rows = x.rows->rows - v->n;
	if (rc == MR_OK && x.dead)
		rc = drop_dead(&x, err);
	v->set.cap[v->index] = x.rows_cap;
	v->n = v->set.r.matrix[v->index].rows = x.rows->rows;
	free(x.owner);
	free(x.at);
	return rc;
}

int
mr_store_take_whole(struct mr_vectors *v, const char *path, uint64_t digest,
    int64_t *left, struct mr_err *err)
{
	char *name = mr_beside(path, ".log", err);
	struct mr_changes log = { 0 };
	struct mr_err why = { 0 };
	bool ours;
	int rc = name ? mr_changes_open(&log, name, &why) : MR_ENOMEM;

	*left = 0;
	if (rc == MR_EFORMAT)
		rc = MR_OK;
	else if (rc && name)
		rc = mr_err_set(err, rc, "%s", why.msg);
	ours = log.whole > 0 && (!digest || log.base == digest) &&
	    log.dim == v->d;
	if (rc == MR_OK && ours)
		rc = apply(v, &log, true, err);
	if (!log.succeeded || log.next != digest)
		*left = log.size - (ours ? log.whole : 0);
	mr_changes_close(&log);
	free(name);
	return rc;
}

/* A check knows of a graph, but not whose. */
static int
check_graph(const struct mr_vectors *v, struct mr_err *err)
{
	struct mr_err why = { 0 };
	struct mr_graph g;
	int rc = mr_store_graph_parts(v, &g, err);

	if (rc)
		return rc;
	rc = mr_graph_check(&g, 0, &why);
	if (rc == MR_OK && v->check_codes)
		rc = mr_graph_check_codes(&g, 0, &why);
	return rc == MR_OK ? rc : mr_err_set(err, rc, rc == MR_EFORMAT ?
	    "%s: the graph: %s" : "%s: %s", v->set.in.name, why.msg);
}

int
mr_store_take_file(struct mr_vectors *v, struct mr_err *err)
{
	int rc = check_base(v, err);

	v->store = (struct mr_store_facts){ .is = true, .piped = true,
	    .digest = v->set.r.sealed, .base_rows = v->n, .live = v->n,
	    .in_graph = v->n, .base_bytes = v->set.in.n_bytes };
	v->has_graph = rc == MR_OK && v->keep_graph && has_links(v);
	return v->has_graph ? check_graph(v, err) : rc;
}

int
mr_store_take_log(struct mr_vectors *v, struct mr_changes *log,
    uint64_t before, bool *again, struct mr_err *err)
{
	bool ours;
	int rc = mr_store_whose_log(v, log, before, &ours, again, err);

	if (rc == MR_OK && ours && log->batches && v->set.map.p)
		*again = true;	/* a map has no room for rows */
	else if (rc == MR_OK && ours)
		rc = apply(v, log, false, err);
	v->store.live = v->n;
	return rc;
}

int
mr_store_take(struct mr_vectors *v, const char *path, uint64_t before,
    bool *again, struct mr_err *err)
{
	struct mr_changes log = { 0 };
	char *name = NULL;
	int rc = mr_store_take_file(v, err);

	*again = false;
	if (rc == MR_OK && path && strcmp(path, "-") != 0 &&
	    v->set.in.size) {
		v->store.piped = false;
		name = mr_beside(path, ".log", err);
		rc = name ? mr_changes_open(&log, name, err) : MR_ENOMEM;
		if (rc == MR_OK)
			rc = mr_store_take_log(v, &log, before, again, err);
	}
	mr_changes_close(&log);
	free(name);
	return rc;
}

void
mr_vectors_report(const struct mr_vectors *v, struct mr_report *report)
{
	const struct mr_store_facts *f = &v->store;

	if (f->piped)
		mr_report_warn(report, "%s: a store that comes by a pipe is "
		    "read without its log", v->set.in.name);
	if (f->no_log)
		mr_report_warn(report, "%s.log is not there: the store is "
		    "read without the changes it may have held",
		    v->set.in.name);
	if (f->tail_bytes)
		mr_report_warn(report, "%s.log ends in %lld bytes of a batch "
		    "that is not finished: passed over", v->set.in.name,
		    (long long)f->tail_bytes);
}
