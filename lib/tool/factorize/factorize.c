/* The work of mr-factorize; see factorize.h.
 * SPDX-License-Identifier: MIT */
#include "tool/factorize/factorize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "engine/holdout.h"
#include "engine/train.h"
#include "store/model_file.h"
#include "store/model_fold.h"
#include "stream/memory.h"
#include "tool/factorize/auto.h"
#include "tool/factorize/init.h"
#include "tool/factorize/items.h"
#include "tool/factorize/private.h"

int
mr_factorize_models(struct mr_buf *text, struct mr_err *err)
{
	int rc = MR_OK;

	for (const struct mr_kind *const *k = mr_kinds; *k && rc == MR_OK;
	    k++) {
		const struct mr_param *p = (*k)->params;

		rc = mr_buf_addf(text, err, p->name ? "  %-12s " : "  %s",
		    (*k)->name);
		for (; p->name && rc == MR_OK; p++) {
			bool again = p > (*k)->params &&
			    strcmp(p[-1].name, p->name) == 0;

			if (again)
				continue;
			rc = mr_buf_addf(text, err, "%s%s ",
			    p == (*k)->params ? "" : ", ", p->name);
			if (rc == MR_OK && p->suited)
				rc = mr_buf_add(text, "by data", 7, err);
			else if (rc == MR_OK)
				rc = p->type == MR_PARAM_WORD ?
				    mr_buf_addf(text, err, "%s",
				    p->words[(int)p->value]) :
				    mr_buf_addf(text, err, "%g", p->value);
		}
		if (rc == MR_OK)
			rc = mr_buf_add(text, "\n", 1, err);
	}
	return rc ? rc : mr_buf_addf(text, err, "  %-12s %s\n", "auto", "the "
	    "best of popular, itemknn, gfilter, ease, ials, blend");
}

static int
put_param(struct mr_meta *meta, const struct mr_param *p, const void *opt,
    struct mr_err *err)
{
	double value = mr_param_value(p, opt);
	char key[64], text[32];
	size_t n = 0;

	for (; n < sizeof key - 1 && p->name[n]; n++)
		key[n] = p->name[n] == '-' ? '_' : p->name[n];
	key[n] = '\0';
	if (p->type == MR_PARAM_WORD)
		return mr_meta_put(meta, err, key, "%s", p->words[(int)value]);
	return mr_meta_put(meta, err, key, "%s", mr_f64_text(value, text));
}

int
mr_factorize_describe(struct mr_meta *meta, const struct mr_factorize_opt *o,
    const char *at_least, uint64_t seed, struct mr_err *err)
{
	const struct mr_fold fold = mr_kind_fold(o->kind, o->params);
	int rc = mr_meta_begin(meta, "mr-factorize", err);

	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "model", "%s", o->kind->name);
	if (rc == MR_OK)
		rc = mr_model_fold_put(meta, &fold, err);
	for (const struct mr_param *p = o->kind->params;
	    p->name && rc == MR_OK; p++)
		if (mr_param_counts(p, o->params))
			rc = put_param(meta, p, o->params, err);
	if (rc == MR_OK && at_least)
		rc = mr_meta_put(meta, err, "at_least", "%s", at_least);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "seed", "%llu",
		    (unsigned long long)seed);
	return rc;
}

/* No ratings make a model of no rows, as an empty shard must. */
static int
no_model(struct mr_model *m, const struct mr_factorize_opt *o,
    struct mr_report *report, struct mr_err *err)
{
	const struct mr_fold fold = mr_kind_fold(o->kind, o->params);
	int64_t d = (int64_t)mr_kind_value(o->kind, o->params, "rank", 0);
	int rc;

	/* Two more columns than are solved, as its other shards have. */
	if (fold.rule == MR_FOLD_NONNEG || fold.rule == MR_FOLD_CHOSEN)
		d = fold.solved + 2;
	mr_report_warn(report, "no ratings: the model knows nobody");
	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	rc = mr_mat_new(&m->U, 0, d, "user factors", err);
	return rc ? rc : mr_mat_new(&m->V, 0, d, "item factors", err);
}

static bool
all_equal(const struct mr_csr *R)
{
	int64_t nnz = mr_csr_nnz(R), k = 1;

	while (k < nnz && R->val[k] == R->val[0])
		k++;
	return k == nnz;
}

static int64_t
not_above_0(const struct mr_csr *R)
{
	int64_t n = 0;

	for (int64_t k = 0; k < mr_csr_nnz(R); k++)
		n += R->val[k] <= 0;
	return n;
}

static void
warn_about(const struct mr_ratings *r, const struct mr_factorize_opt *o,
    struct mr_report *report)
{
	int64_t nnz = mr_csr_nnz(&r->R);
	int64_t low = o->kind->feedback == MR_FEEDBACK_EVENTS ?
	    not_above_0(&r->R) : 0;

	if (low)
		mr_report_warn(report, "%lld of %lld ratings are 0 or less "
		    "and count as events like the others (--at-least leaves "
		    "out what is no event)",
		    (long long)low, (long long)nnz);
	if (r->users.n > 1 && nnz == r->users.n)
		mr_report_warn(report, "every one of the %d users has "
		    "exactly one rating: no model can learn what a user "
		    "likes from that, and the RMSE of one says nothing about "
		    "taste; lists %s (is the user column a review number?); "
		    "mr-recommend --no-model goes by texts", r->users.n,
		    o->kind->lone);
	if (o->kind->feedback == MR_FEEDBACK_RATINGS && nnz > 1 &&
	    all_equal(&r->R))
		mr_report_warn(report, "every rating is %g%s: %s predicts "
		    "nothing else; ials is for events", (double)r->R.val[0],
		    r->R.val[0] == 1 ? " (no column rating?)" : "",
		    o->kind->name);
	mr_report_fact(report, "ratings: %lld of %d users and %d items",
	    (long long)nnz, r->users.n, r->items.n);
}

/* What means nothing beside the others.  Only where a film's part in a score is
 * linear can a map give one, and only what is known can go on from another. */
static int
check_kind(const struct mr_factorize_opt *o, struct mr_err *err)
{
	if (o->shards || o->fixed || o->gram || o->gram_out)
		return mr_err_set(err, MR_EARG, "--shard, --fixed, --gram and "
		    "--gram-out mean nothing without --half-step");
	if (o->movies && !o->items)
		return mr_err_set(err, MR_EARG, "--movies means nothing "
		    "without --items");
	if (o->init && !o->kind)
		return mr_err_set(err, MR_EARG, "--init means nothing to "
		    "auto: name the model's own kind");
	return !o->items || (o->kind && o->kind->maps) ? MR_OK :
	    mr_err_set(err, MR_EARG, "--items means nothing to %s: it has no "
	    "numbers for a film that nobody has rated; baseline, svd, svdpp, "
	    "als, bayes and ials do", o->kind ? o->kind->name : "auto");
}

static bool
is_given(const struct mr_given *given, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(given[i].name, name) == 0)
			return true;
	return false;
}

int
mr_factorize_suit(const struct mr_factorize_opt *o, const struct mr_extent *x,
    const char *rank, struct mr_report *report, struct mr_err *err)
{
	size_t n = o->n_given;
	struct mr_given *given = mr_alloc(n + 1, sizeof *given, "options",
	    err);
	char text[32];
	int rc;

	if (!given)
		return MR_ENOMEM;
	memcpy(given, o->given, n * sizeof *given);
	if (rank[0] && !is_given(given, n, "rank"))
		given[n++] = (struct mr_given){ "rank", rank };
	rc = mr_kind_set(o->kind, given, n, x, o->params, err);
	for (const struct mr_param *p = o->kind->params;
	    p->name && rc == MR_OK; p++) {
		mr_f64_text(mr_param_value(p, o->params), text);
		if (strcmp(p->name, "rank") == 0 && rank[0] &&
		    strcmp(text, rank) != 0)
			rc = mr_err_set(err, MR_EARG, "--rank %s: the model "
			    "of --init has rank %s", text, rank);
		else if (p->suited && mr_param_counts(p, o->params) &&
		    !is_given(given, n, p->name))
			mr_report_fact(report, "--%s %s, by the ratings",
			    p->name, p->words ? p->words[(int)mr_param_value(p,
			    o->params)] : text);
	}
	free(given);
	return rc;
}

static int
check_least(const struct mr_factorize_opt *o, double *least,
    struct mr_err *err)
{
	*least = -INFINITY;
	return !o->at_least || mr_parse_f64(mr_slice_of(o->at_least), least) ?
	    MR_OK : mr_err_set(err, MR_EARG, "--at-least: '%.40s' is not a "
	    "number", o->at_least);
}

/* Ratings of less go, and with them who has no others. */
static int
leave_out(struct mr_ratings *r, double least, struct mr_report *report,
    struct mr_err *err)
{
	struct mr_holdout h;
	int64_t nnz = mr_csr_nnz(&r->R), low = 0;
	unsigned char *part = mr_alloc((size_t)nnz, sizeof *part, "ratings",
	    err);
	int rc;

	if (!part)
		return MR_ENOMEM;
	for (int64_t k = 0; k < nnz; k++) {
		part[k] = r->exact[k] < least;
		low += part[k];
	}
	rc = mr_holdout_of_part(&h, r, part, 1, NULL, err);
	if (rc == MR_OK) {
		h.part.n_rows = r->n_rows;
		rc = mr_ratings_digest(&h.part, &h.part.digest, err);
	}
	if (rc == MR_OK) {
		mr_ratings_free(r);
		*r = h.part;
		h.part = (struct mr_ratings){ .rated = false };
		mr_report_fact(report, "ratings left out by --at-least: %lld "
		    "of %lld", (long long)low, (long long)nnz);
	}
	mr_holdout_free(&h);
	free(part);
	return rc;
}

int
mr_factorize_load(struct mr_ratings *r, const struct mr_factorize_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	unsigned keep = (!o->kind || o->kind->wants & MR_WANTS_TIMES ?
	    MR_KEEP_TIMES : 0) | (o->at_least ? MR_KEEP_EXACT : 0);
	double least;
	int rc = check_least(o, &least, err);

	if (rc == MR_OK)
		rc = mr_ratings_load(r, o->ratings, run->header_in, keep,
		    &run->report, err);
	if (rc == MR_OK && o->at_least)
		rc = leave_out(r, least, &run->report, err);
	if (rc == MR_OK && o->kind)
		warn_about(r, o, &run->report);
	return rc;
}

static int
train(struct mr_model *m, const struct mr_factorize_opt *o,
    const struct mr_ratings *r, struct mr_init *init, struct mr_run *run,
    struct mr_err *err)
{
	struct mr_training t = { .kind = o->kind, .opt = o->params, .r = r,
	    .seed = run->seed, .threads = run->threads,
	    .report = &run->report, .memory = mr_memory_free() };
	const struct mr_extent x = { r->R.rows, r->R.cols,
	    mr_csr_nnz(&r->R) };
	int rc = MR_OK;

	if (x.n_ratings == 0)
		return no_model(m, o, &run->report, err);
	if (o->init)
		rc = mr_init_load(init, o->init, o->kind, r, &run->report,
		    err);
	if (rc == MR_OK)
		rc = mr_factorize_suit(o, &x, init->rank, &run->report, err);
	if (o->init)
		t.start = &init->start;
	return rc ? rc : mr_train_model(m, &t, err);
}

int
mr_factorize(const struct mr_factorize_opt *asked, struct mr_run *run,
    struct mr_err *err)
{
	struct mr_factorize_opt own = *asked, *o = &own;
	struct mr_meta meta = { 0 }, last = { 0 };
	struct mr_ratings r = { 0 };
	struct mr_model m = { 0 };
	struct mr_auto chosen = { .params = NULL };
	struct mr_items items = { .has_films = false };
	struct mr_init init = { .rank = "" };
	bool mapped;
	int rc = mr_mrm_check_out(&run->out, err);

	if (rc == MR_OK && o->half != MR_HALF_NONE)
		return mr_factorize_half(o, run, err);
	if (rc == MR_OK)
		rc = check_kind(o, err);
	if (rc == MR_OK && o->items)
		rc = mr_items_load(&items, o->items, o->movies, err);
	if (rc == MR_OK)
		rc = mr_factorize_load(&r, o, run, err);
	if (rc == MR_OK && !o->kind)
		rc = mr_auto_choose(&chosen, o, &r, run, err);
	if (rc)
		goto out;
	if (!asked->kind)
		warn_about(&r, o, &run->report);
	rc = train(&m, o, &r, &init, run, err);
	mapped = o->items && mr_csr_nnz(&r.R);
	if (rc == MR_OK && mapped)
		rc = mr_items_add(&items, &m, o->kind, &r, run->threads,
		    &run->report, err);
	if (rc == MR_OK)
		rc = mr_factorize_describe(&meta, o, o->at_least, run->seed,
		    err);
	if (rc == MR_OK)
		rc = mr_auto_describe(&chosen, &meta, err);
	if (rc == MR_OK)
		rc = mr_ratings_totals(&last, r.digest, r.users.n,
		    r.items.n, mr_csr_nnz(&r.R), err);
	if (rc == MR_OK && init.start.user)
		rc = mr_meta_put(&last, err, "input.init", "%016llx",
		    (unsigned long long)init.digest);
	if (rc == MR_OK && mapped)
		rc = mr_items_describe(&items, &meta, &last, err);
	if (rc == MR_OK)
		rc = mr_model_write(&run->out, &meta, &m, &r.users, &r.items,
		    &r.R, &last, err);
out:
	mr_auto_free(&chosen);
	mr_items_free(&items);
	mr_init_free(&init);
	mr_meta_free(&meta);
	mr_meta_free(&last);
	mr_model_free(&m);
	mr_ratings_free(&r);
	return rc;
}
