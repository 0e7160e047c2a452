/* Options, files and kinds of mr-eval; see eval.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "store/predictions.h"
#include "store/ranked.h"
#include "tool/eval/groups.h"
#include "tool/eval/lists.h"
#include "tool/eval/names.h"
#include "tool/eval/pairs.h"
#include "tool/eval/part.h"

static int
read_cutoffs(struct mr_eval *e, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(e->o->cutoffs);

	while (rest.p) {
		struct mr_slice one = mr_slice_cut(&rest, ',');
		int64_t k;

		if (e->n_k == MR_EVAL_CUTOFFS_MAX)
			return mr_err_set(err, MR_EARG, "--cutoffs: more than "
			    "%d of them", MR_EVAL_CUTOFFS_MAX);
		if (!mr_parse_i64(one, &k) || k < 1 || k > MR_EVAL_CUTOFF_MAX)
			return mr_err_set(err, MR_EARG, "--cutoffs: '%.*s' is "
			    "not a whole number from 1 to %d",
			    MR_SHOWN(one),
			    MR_EVAL_CUTOFF_MAX);
		for (int i = 0; i < e->n_k; i++)
			if (e->k[i] == k)
				return mr_err_set(err, MR_EARG, "--cutoffs: "
				    "%lld stands twice", (long long)k);
		e->k[e->n_k++] = k;
		e->k_max = k > e->k_max ? k : e->k_max;
	}
	return MR_OK;
}

static int
read_options(struct mr_eval *e, struct mr_err *err)
{
	int rc = read_cutoffs(e, err);

	if (rc == MR_OK)
		rc = mr_eval_names_read(e, err);
	e->relevant = -INFINITY;
	if (rc || !e->o->relevant)
		return rc;
	if (!mr_parse_f64(mr_slice_of(e->o->relevant), &e->relevant) ||
	    !isfinite(e->relevant))
		return mr_err_set(err, MR_EARG, "--relevant: '%s' is not a "
		    "finite number", e->o->relevant);
	return MR_OK;
}

static int
read_ratings(struct mr_eval *e, struct mr_err *err)
{
	const struct mr_eval_opt *o = e->o;
	bool header = e->run->header_in;
	int rc = o->test ? mr_ratings_load(&e->test, o->test, header,
	    MR_KEEP_EXACT, e->report, err) : MR_OK;

	if (rc == MR_OK && o->train)
		rc = mr_ratings_load(&e->train, o->train, header, 0,
		    e->report, err);
	if (rc == MR_OK && o->vectors)
		rc = mr_vectors_load(&e->vectors, o->vectors, NULL, err);
	if (rc == MR_OK && o->vectors && !e->vectors.names->n && e->vectors.n)
		rc = mr_err_set(err, MR_EFORMAT, "%s: rows have no names, "
		    "expected the ids of items", o->vectors);
	return rc;
}

/* Open path and find out of what kind it is, or check that it is of *kind,
 * unless that is MR_EVAL_AUTO; which it stays when the input is empty. */
static int
open_input(struct mr_tsv *t, const char *path, bool header, int *kind,
    struct mr_err *err)
{
	bool lists, pairs;
	int rc = mr_tsv_open(t, path, header ? NULL :
	    *kind == MR_EVAL_PREDICTIONS ? MR_PREDICTION_COLUMNS :
	    MR_RANKED_COLUMNS, err);

	if (rc || t->n_cols == 0 || *kind != MR_EVAL_AUTO)
		return rc;
	lists = mr_tsv_find(t, "rank") >= 0;
	pairs = mr_tsv_find(t, "estimate") >= 0;
	if (lists != pairs) {
		*kind = lists ? MR_EVAL_LISTS : MR_EVAL_PREDICTIONS;
		return MR_OK;
	}
	rc = mr_err_set(err, MR_EFORMAT, "%s:1: %s, expected one of them: "
	    "lists have 'rank', predictions 'estimate'", t->in.name, lists ?
	    "columns 'rank' and 'estimate'" :
	    "neither a column 'rank' nor 'estimate'");
	mr_tsv_close(t);
	return rc;
}

/* All inputs must be of one kind, those that are empty aside: *which (out). */
static int
check_kinds(const struct mr_eval *e, const struct mr_tsv *t, const int *kind,
    int n, int *which, struct mr_err *err)
{
	int at = 0;

	while (at + 1 < n && !kind[at])
		at++;
	*which = kind[at];
	for (int i = at + 1; i < n; i++)
		if (kind[i] && kind[i] != *which)
			return mr_err_set(err, MR_EFORMAT, "%s: has %s, "
			    "expected %s as in %s", t[i].in.name,
			    kind[i] == MR_EVAL_LISTS ? "lists" : "predictions",
			    *which == MR_EVAL_LISTS ? "lists" : "predictions",
			    t[at].in.name);
	if (*which != MR_EVAL_PREDICTIONS)
		return mr_eval_names_check(e, true, t[at].in.name, err);
	if (e->o->relevant)
		return mr_err_set(err, MR_EARG, "--relevant is for lists, "
		    "and %s has predictions: all pairs with a rating count",
		    t[at].in.name);
	if (e->o->vectors || e->o->movies)
		return mr_err_set(err, MR_EARG, "--%s is for lists, and "
		    "%s has predictions", e->o->vectors ? "vectors" :
		    "movies", t[at].in.name);
	if (e->o->common)
		return mr_err_set(err, MR_EARG, "--common is for lists, and "
		    "%s has predictions: pairs of both files count",
		    t[at].in.name);
	return mr_eval_names_check(e, false, t[at].in.name, err);
}

static int
run_kind(struct mr_eval *e, struct mr_tsv *t, int n, int which,
    struct mr_err *err)
{
	int rc = MR_OK;

	for (int i = 0; i < n; i++)
		if (t[i].n_cols == 0)
			mr_report_warn(e->report, "%s is empty, without a "
			    "header: neither lists nor predictions",
			    t[i].in.name);
	if (e->o->per_user)
		mr_eval_users_head(e);
	if (which == MR_EVAL_LISTS)
		rc = mr_eval_lists_run(e, t, err);
	else if (which == MR_EVAL_PREDICTIONS)
		rc = mr_eval_pairs_run(e, t, err);
	if (rc == MR_OK && !e->o->per_user)
		rc = mr_eval_rows_print(e, err);
	return rc;
}

int
mr_eval_leak(const struct mr_eval *e, const char *where,
    struct mr_slice user, struct mr_slice item, int64_t n,
    struct mr_err *err)
{
	return mr_err_set(err, MR_EFORMAT, "%s: user '%.*s' and item '%.*s' "
	    "are in %s, too, the first of %lld such pairs; expected pairs "
	    "that the model has not seen, as mr-split --drop-seen leaves "
	    "them", where, MR_SHOWN(user),
	    MR_SHOWN(item), e->o->train, (long long)n);
}

/* Open the inputs and that of --compare behind them. */
static int
open_inputs(const struct mr_eval *e, struct mr_tsv *t, int *kind, int n,
    struct mr_err *err)
{
	const struct mr_eval_opt *o = e->o;
	int rc = MR_OK;

	for (int i = 0; rc == MR_OK && i < n; i++)
		rc = open_input(&t[i], i == o->n_in ? o->compare : o->in ?
		    o->in[i] : NULL, e->run->header_in, &kind[i], err);
	for (int i = 0; i < n; i++)
		t[i].report = e->report;
	return rc;
}

static int
run(struct mr_eval *e, struct mr_tsv *t, int *kind, int n,
    struct mr_eval_groups groups[2], struct mr_err *err)
{
	int which = 0, rc = read_options(e, err);

	if (rc == MR_OK)
		rc = open_inputs(e, t, kind, n, err);
	if (rc == MR_OK)
		rc = check_kinds(e, t, kind, n, &which, err);
	if (rc == MR_OK)
		rc = read_ratings(e, err);
	if (rc == MR_OK && e->o->by) {
		e->groups = groups;
		rc = mr_eval_groups_load(groups, e, err);
	}
	if (rc == MR_OK && e->o->movies) {
		e->kinds = &groups[1];
		rc = mr_eval_groups_read(e->kinds, e->o->movies, "genre",
		    true, err);
	}
	if (rc == MR_OK)
		rc = run_kind(e, t, n, which, err);
	return rc;
}

int
mr_eval(const struct mr_eval_opt *o, struct mr_run *to, struct mr_err *err)
{
	int n = o->n_in + (o->compare != NULL), rc = MR_ENOMEM;
	struct mr_eval *e = mr_alloc(1, sizeof *e, "state", err);
	struct mr_tsv *t = mr_alloc((size_t)n, sizeof *t, "inputs", err);
	int *kind = mr_alloc((size_t)n, sizeof *kind, "inputs", err);
	struct mr_eval_groups groups[2] = { 0 };
	struct mr_eval_rows rows = { 0 };

	for (int i = 0; t && kind && i < n; i++) {
		t[i].in.fd = -1;
		kind[i] = o->kind;
	}
	if (e && t && kind) {
		*e = (struct mr_eval){ .o = o, .run = to,
			.out = &to->out, .report = &to->report,
			.rows = &rows, .group = -1 };
		rc = run(e, t, kind, n, groups, err);
		for (int i = 0; i < n; i++)
			mr_tsv_close(&t[i]);
		mr_ratings_free(&e->test);
		mr_ratings_free(&e->train);
		mr_vectors_free(&e->vectors);
	}
	mr_eval_groups_free(&groups[0]);
	mr_eval_groups_free(&groups[1]);
	free(rows.row);
	free(kind);
	free(t);
	free(e);
	return rc;
}
