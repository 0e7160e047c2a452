/* Parameters tried and compared; see tune.h.
 * SPDX-License-Identifier: MIT */
#include "tool/tune/tune.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "tool/tune/tune_private.h"

static int
load(struct mr_tune *t, struct mr_err *err)
{
	const struct mr_tune_opt *o = t->o;
	struct mr_run *run = t->run;
	unsigned keep = MR_KEEP_EXACT | (o->latest > 0 ||
	    o->kind->wants & MR_WANTS_TIMES ? MR_KEEP_TIMES : 0);
	int rc = mr_ratings_load(&t->all, o->ratings, run->header_in, keep,
	    &run->report, err);

	if (rc == MR_OK && o->test)
		rc = mr_ratings_load(&t->test, o->test, run->header_in,
		    MR_KEEP_EXACT | (o->kind->wants & MR_WANTS_TIMES ?
		    MR_KEEP_TIMES : 0), &run->report, err);
	if (rc == MR_OK)
		rc = mr_tune_split(t, err);
	return rc;
}

/* Of what was read, however it was written. */
static uint64_t
content(const struct mr_ratings *r)
{
	size_t n = (size_t)mr_csr_nnz(&r->R);
	uint64_t part[5] = {
		mr_hash64(r->users.text.p, r->users.text.n),
		mr_hash64(r->items.text.p, r->items.text.n),
		n ? mr_hash64(r->R.idx, n * sizeof *r->R.idx) : 0,
		n ? mr_hash64(r->exact, n * sizeof *r->exact) : 0,
		n && r->time ? mr_hash64(r->time, n * sizeof *r->time) : 0 };

	return mr_hash64(part, sizeof part);
}

/* What figures depend on, beside the settings. */
static int
name_data(struct mr_tune *t, struct mr_err *err)
{
	const struct mr_tune_opt *o = t->o;
	struct mr_buf b = { 0 };
	int rc = mr_buf_addf(&b, err, "%016llx %016llx %lld %.17g %.17g %llu "
	    "%d %lld %lld %d", (unsigned long long)content(&t->all),
	    (unsigned long long)content(&t->test), (long long)o->folds,
	    o->holdout, o->latest, (unsigned long long)t->run->seed,
	    t->judge.what, (long long)t->judge.k, (long long)o->trials,
	    o->halving);

	if (rc == MR_OK)
		snprintf(t->data, sizeof t->data, "%016llx",
		    (unsigned long long)mr_hash64(b.p, b.n));
	mr_buf_free(&b);
	return rc;
}

static int
open_blas(struct mr_tune *t, struct mr_err *err)
{
	int rc;

	if (!(t->o->kind->wants & MR_WANTS_BLAS))
		return MR_OK;
	rc = mr_blas_open(&t->blas, t->run->threads, err);
	t->blas_too = true;
	if (rc == MR_OK)
		mr_report_fact(&t->run->report, "OpenBLAS kernels: %s",
		    t->blas.kernel);
	return rc;
}

/* As a shell takes it for one word. */
static int
add_word(struct mr_buf *b, const char *s, struct mr_err *err)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:,@%";
	int rc = MR_OK;

	if (strspn(s, plain) == strlen(s))
		return mr_buf_addf(b, err, " %s", s);
	rc = mr_buf_add(b, " '", 2, err);
	for (; *s && rc == MR_OK; s++)
		rc = *s == '\'' ? mr_buf_add(b, "'\\''", 4, err) :
		    mr_buf_add(b, s, 1, err);
	return rc ? rc : mr_buf_add(b, "'", 1, err);
}

static int
tell_best(const struct mr_tune *t, struct mr_err *err)
{
	struct mr_buf b = { 0 };
	int64_t best = mr_tune_best(t);
	int rc;

	if (best < 0) {
		mr_report_warn(&t->run->report, "no trial has a value");
		return MR_OK;
	}
	rc = mr_buf_addf(&b, err, "mr-factorize -m %s", t->o->kind->name);
	if (rc == MR_OK)
		rc = mr_settings_options(&t->settings, best, &b, err);
	if (rc == MR_OK && t->run->seed != 1)
		rc = mr_buf_addf(&b, err, " -s %llu",
		    (unsigned long long)t->run->seed);
	if (rc == MR_OK && !t->run->header_in)
		rc = mr_buf_addf(&b, err, " --no-header-in");
	if (rc == MR_OK && t->o->ratings && strcmp(t->o->ratings, "-") != 0)
		rc = add_word(&b, t->o->ratings, err);
	if (rc == MR_OK)
		mr_report_result(&t->run->report, "%.*s", (int)b.n, b.p);
	mr_buf_free(&b);
	return rc;
}

static int
run_rounds(struct mr_tune *t, struct mr_err *err)
{
	int rc;

	t->result = mr_alloc((size_t)t->settings.most, sizeof *t->result,
	    "trials", err);
	if (!t->result)
		return MR_ENOMEM;
	for (int64_t i = 0; i < t->settings.n; i++)
		t->result[i] = (struct mr_tune_result){ .value = (double)NAN,
		    .alive = true };
	mr_tune_plan(t);
	rc = open_blas(t, err);
	for (int r = 0; r < t->n_rounds && rc == MR_OK; r++)
		rc = mr_tune_run(t, r, err);
	return rc ? rc : tell_best(t, err);
}

int
mr_tune(const struct mr_tune_opt *o, struct mr_run *run, struct mr_err *err)
{
	struct mr_tune t = { .o = o, .run = run,
	    .judge = mr_judge_of(o->kind) };
	int rc = o->measure ? mr_judge_parse(&t.judge, o->measure, err) :
	    MR_OK;

	if (rc == MR_OK)
		rc = mr_settings_new(&t.settings, &(struct mr_settings_opt){
		    .kind = o->kind, .grid = o->grid, .trials = o->trials,
		    .by_chance = o->halving, .seed = run->seed }, err);
	if (rc == MR_OK)
		rc = load(&t, err);
	if (rc == MR_OK)
		rc = name_data(&t, err);
	if (rc == MR_OK)
		mr_tune_head(&t);
	if (rc == MR_OK && mr_csr_nnz(&t.all.R) == 0)
		mr_report_warn(&run->report, "no ratings: nothing is tried");
	else if (rc == MR_OK)
		rc = run_rounds(&t, err);
	for (int64_t i = 0; t.result && i < t.settings.n; i++)
		free(t.result[i].sums);
	free(t.result);
	free(t.part);
	mr_settings_free(&t.settings);
	mr_ratings_free(&t.all);
	mr_ratings_free(&t.test);
	return rc;
}
