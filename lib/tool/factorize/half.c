/* A model learnt by halves of sweeps, each of them in parts.
 * SPDX-License-Identifier: MIT */
#include "tool/factorize/half.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gram.h"

_Static_assert(MR_HALF_ROWS == MR_GRAM_ROWS,
    "parts are cut where blocks of the Gramian are");

const char *const mr_half_words[] = { "ratings", "users", "items", "model",
    NULL };

/* What must and what may not be given to a half-step. */
static int
check(const struct mr_factorize_opt *o, struct mr_err *err)
{
	const struct mr_half_kind *k = o->kind ? o->kind->half : NULL;
	const char *word = mr_half_words[o->half];
	bool ratings = o->half == MR_HALF_RATINGS;
	bool model = o->half == MR_HALF_MODEL;
	bool first = o->half == MR_HALF_ITEMS && !o->fixed;
	const struct {
		const char *name;
		bool given, must, may;
	} all[] = {
		{ "--shard", o->shards > 0, false, !ratings && !model },
		{ "--fixed", o->fixed, !ratings && !first, !ratings },
		{ "--init", o->init, model, !first && !ratings },
		{ "--gram", o->gram, k && k->turns && !ratings && !model &&
		    !first, k && k->turns && !ratings && !model && !first },
		{ "--gram-out", o->gram_out, false, k && k->turns &&
		    !ratings && !model },
		{ "--at-least", o->at_least, false, ratings },
		{ "--items", o->items, false, false },
		{ "--movies", o->movies, false, false },
	};

	if (!k)
		return mr_err_set(err, MR_EARG, "--half-step means nothing "
		    "to %s; als and ials can be learnt by half-steps",
		    o->kind ? o->kind->name : "auto");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (all[i].given && !all[i].may)
			return mr_err_set(err, MR_EARG, "%s means nothing to "
			    "--half-step %s of %s%s", all[i].name, word,
			    o->kind->name, first ? " without --fixed" : "");
		if (all[i].must && !all[i].given)
			return mr_err_set(err, MR_EARG, "--half-step %s needs "
			    "%s", word, all[i].name);
	}
	return ratings || (o->ratings && strcmp(o->ratings, "-") != 0) ?
	    MR_OK : mr_err_set(err, MR_EARG, "--half-step %s reads its "
	    "ratings twice: they cannot be standard input", word);
}

static int
ratings(const struct mr_factorize_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct mr_ratings r = { 0 };
	int rc = mr_factorize_load(&r, o, run, err);

	if (rc == MR_OK)
		rc = mr_half_ratings_write(&run->out, &r, o->at_least, err);
	mr_ratings_free(&r);
	return rc;
}

int
mr_half_run_open(struct mr_half_run *h, struct mr_err *err)
{
	const struct mr_factorize_opt *o = h->o;
	struct mr_extent x;
	int rc = mr_half_totals_read(&h->all, o->ratings, err);

	if (rc == MR_OK && h->all.ratings == 0)
		rc = mr_err_set(err, MR_EARG, "%s: has no ratings, of which "
		    "half-steps need one", o->ratings);
	x = (struct mr_extent){ h->all.users, h->all.items, h->all.ratings };
	if (rc == MR_OK)
		rc = mr_factorize_suit(o, &x, "", &h->run->report, err);
	if (rc == MR_OK)
		rc = mr_blas_open(&h->blas, h->run->threads, err);
	if (rc)
		return rc;
	h->d = (int64_t)mr_kind_value(o->kind, o->params, "rank", 0);
	h->width = o->kind->half->width(h->d);
	mr_report_fact(&h->run->report, "OpenBLAS kernels: %s",
	    h->blas.kernel);
	return MR_OK;
}

int
mr_half_meta(struct mr_meta *meta, const struct mr_half_run *h, bool items,
    int64_t sweep, struct mr_err *err)
{
	const struct mr_half_totals *t = &h->all;
	int rc = mr_factorize_describe(meta, h->o, t->at_least[0] ?
	    t->at_least : NULL, h->run->seed, err);

	if (rc == MR_OK)
		rc = mr_ratings_totals(meta, t->digest, t->users, t->items,
		    t->ratings, err);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "blas", "%s", h->blas.kernel);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "half_step", items ? "items" :
		    "users");
	return rc ? rc : mr_meta_put(meta, err, "sweep", "%lld",
	    (long long)sweep);
}

/* What one machine's file may lack or have otherwise, and what helps. */
static int
differs(const char *path, struct mr_slice key, struct mr_slice got,
    struct mr_slice want, struct mr_err *err)
{
	bool blas = mr_slice_is(key, "blas");

	return mr_err_set(err, MR_EFORMAT, "%s: was made with %.*s=%.*s, "
	    "expected %.*s%s", path, MR_SHOWN(key), MR_SHOWN(got),
	    MR_SHOWN(want), blas ? ": one OPENBLAS_CORETYPE on all machines "
	    "gives all the same kernels" : "");
}

int
mr_half_check(const struct mr_half_run *h, const struct mr_meta *got,
    const char *path, bool items, int64_t sweep, int64_t *found,
    struct mr_err *err)
{
	struct mr_slice was = mr_meta_get(got, "sweep");
	struct mr_meta want = { 0 };
	struct mr_slice rest;
	int64_t n = 0;
	int rc = was.p && mr_parse_i64(was, &n) && n >= 0 ? MR_OK :
	    mr_err_set(err, MR_EFORMAT, "%s: META has no sweep=", path);

	if (rc == MR_OK)
		rc = mr_half_meta(&want, h, items, sweep < 0 ? n : sweep,
		    err);
	rest = mr_buf_slice(&want.text);
	while (rc == MR_OK && rest.n) {
		struct mr_slice value = mr_slice_cut(&rest, '\n');
		struct mr_slice key = mr_slice_cut(&value, '=');
		char name[64] = "";

		memcpy(name, key.p, key.n < sizeof name ? key.n : 0);
		if (!mr_slice_eq(mr_meta_get(got, name), value))
			rc = differs(path, key, mr_meta_get(got, name), value,
			    err);
	}
	mr_meta_free(&want);
	if (found)
		*found = n;
	return rc;
}

/* A step under way: the rows of a part, and what they are solved by. */
struct step {
	struct mr_half_run run;
	bool items;
	int64_t sweep;
	struct mr_half_side side;
	struct mr_half_rows fixed, rows;	/* .rows: the last, then new */
	double *gram, *part;
};

/* The rows of the other side that the part's ratings name. */
static int
load_fixed(struct step *s, struct mr_err *err)
{
	const struct mr_half_run *h = &s->run;
	const struct mr_half_kind *k = h->o->kind->half;
	const struct mr_half_want want = { .items = !s->items,
	    .number = s->side.column, .n = s->side.R.cols,
	    .all = s->items ? h->all.users : h->all.items, .d = h->d,
	    .width = h->width, .bias = k->biased, .turn = k->turns };
	int64_t sweep = 0;
	int rc = mr_half_rows_load(&s->fixed, h->o->fixed, &want, err);

	if (rc == MR_OK)
		rc = mr_half_check(h, &s->fixed.meta, h->o->fixed, !s->items,
		    -1, &sweep, err);
	s->sweep = s->items ? sweep : sweep + 1;
	/* The items' start has turned nobody. */
	if (rc == MR_OK && k->turns && (s->items || sweep > 0) &&
	    !s->fixed.turn)
		rc = mr_err_set(err, MR_EFORMAT, "%s: has not the Gramian T "
		    "that turned the other side", h->o->fixed);
	return rc;
}

static int
load_gram(struct step *s, struct mr_err *err)
{
	const struct mr_half_run *h = &s->run;
	size_t d = (size_t)h->d;
	struct mr_meta meta = { 0 };
	int rc = MR_ENOMEM;

	s->gram = mr_alloc(d * d, sizeof *s->gram, "Gramian", err);
	if (s->gram)
		rc = mr_half_gram_load(s->gram, &meta, h->o->gram,
		    mr_gram_blocks(s->items ? h->all.users : h->all.items),
		    h->d, err);
	if (rc == MR_OK)
		rc = mr_half_check(h, &meta, h->o->gram, !s->items, s->items ?
		    s->sweep : s->sweep - 1, NULL, err);
	mr_meta_free(&meta);
	return rc;
}

/* The last rows of the part, or room for the first. */
static int
load_last(struct step *s, struct mr_err *err)
{
	const struct mr_half_run *h = &s->run;
	const struct mr_half_kind *k = h->o->kind->half;
	const struct mr_half_want want = { .items = s->items,
	    .first = s->side.part.first, .n = s->side.part.n,
	    .all = s->items ? h->all.items : h->all.users, .d = h->d,
	    .width = h->width };
	/* The items' first rows are their start. */
	bool have = k->turns && h->o->fixed && (s->items || s->sweep > 1);
	int rc;

	if (have != (h->o->init != NULL))
		return mr_err_set(err, MR_EARG, have ? "--half-step %s needs "
		    "--init: the rows of the sweep before" : "--init means "
		    "nothing to this --half-step %s: it has no rows of a "
		    "sweep before", mr_half_words[h->o->half]);
	if (have) {
		rc = mr_half_rows_load(&s->rows, h->o->init, &want, err);
		return rc ? rc : mr_half_check(h, &s->rows.meta, h->o->init,
		    s->items, s->sweep - 1, NULL, err);
	}
	rc = mr_mat_new(&s->rows.a, want.n, want.width, "rows of a side",
	    err);
	if (rc == MR_OK && k->biased) {
		s->rows.bias = mr_alloc((size_t)want.n, sizeof *s->rows.bias,
		    "biases", err);
		rc = s->rows.bias ? MR_OK : MR_ENOMEM;
	}
	return rc;
}

static int
solve(struct step *s, struct mr_err *err)
{
	const struct mr_half_run *h = &s->run;
	const struct mr_half_kind *k = h->o->kind->half;
	const struct mr_half x = { .items = s->items, .R = &s->side.R,
	    .first = s->side.part.first,
	    .n_rows = s->items ? h->all.items : h->all.users,
	    .n_fixed = s->items ? h->all.users : h->all.items,
	    .mu = h->all.mu, .fixed = &s->fixed.a,
	    .fixed_bias = s->fixed.bias, .gram = s->gram,
	    .turned = s->fixed.turn,
	    .rows = &s->rows.a, .bias = s->rows.bias,
	    .names = &s->side.names, .blas = &h->blas,
	    .report = &h->run->report, .seed = h->run->seed,
	    .threads = h->run->threads };

	return h->o->fixed ? k->solve(&x, h->o->params, err) :
	    k->start(&x, h->o->params, err);
}

static int
describe(struct mr_meta *meta, const struct step *s, struct mr_err *err)
{
	const struct mr_factorize_opt *o = s->run.o;
	int rc = mr_half_meta(meta, &s->run, s->items, s->sweep, err);

	if (rc == MR_OK && o->shards)
		rc = mr_meta_put(meta, err, "shard", "%lld/%lld",
		    (long long)o->shard, (long long)o->shards);
	return rc;
}

/* The blocks of the Gramian of the new rows. */
static int
write_gram(struct step *s, struct mr_err *err)
{
	const struct mr_half_run *h = &s->run;
	int64_t blocks = mr_gram_blocks(s->side.part.n);
	struct mr_meta meta = { 0 };
	struct mr_out *out;
	int rc = mr_run_side(h->run, h->o->gram_out, &out, err);

	if (rc)
		return rc;
	s->part = mr_alloc((size_t)blocks, (size_t)(h->d * h->d) *
	    sizeof *s->part, "Gramian", err);
	rc = s->part ? mr_gram_parts(&h->blas, s->rows.a.a, s->side.part.n,
	    (int)h->d, h->width, h->run->threads, s->part, err) : MR_ENOMEM;
	if (rc == MR_OK)
		rc = describe(&meta, s, err);
	if (rc == MR_OK)
		rc = mr_half_gram_write(out, &meta, s->part,
		    s->side.part.first / MR_GRAM_ROWS, blocks, h->d, err);
	mr_meta_free(&meta);
	return rc;
}

static int
write_rows(struct step *s, struct mr_err *err)
{
	struct mr_meta meta = { 0 };
	const struct mr_half_made made = { .items = s->items,
	    .names = &s->side.names, .rows = &s->rows.a,
	    .bias = s->rows.bias, .turn = s->gram };
	int rc = describe(&meta, s, err);

	mr_mat_narrow(&s->rows.a, s->run.d);
	if (rc == MR_OK)
		rc = mr_half_rows_write(&s->run.run->out, &meta, &made, err);
	mr_meta_free(&meta);
	return rc;
}

static int
half_step(struct step *s, struct mr_err *err)
{
	const struct mr_factorize_opt *o = s->run.o;
	int rc = mr_half_run_open(&s->run, err);

	s->items = o->half == MR_HALF_ITEMS;
	if (rc == MR_OK)
		rc = mr_half_side_load(&s->side, o->ratings, s->items,
		    &s->run.all, o->shards ? o->shard : 1, o->shards ?
		    o->shards : 1, err);
	if (rc == MR_OK && o->fixed)
		rc = load_fixed(s, err);
	if (rc == MR_OK && o->gram)
		rc = load_gram(s, err);
	if (rc == MR_OK)
		rc = load_last(s, err);
	if (rc == MR_OK)
		rc = solve(s, err);
	if (rc == MR_OK && o->gram_out)
		rc = write_gram(s, err);
	return rc ? rc : write_rows(s, err);
}

int
mr_factorize_half(const struct mr_factorize_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct step s = { .run = { .o = o, .run = run } };
	int rc = check(o, err);

	if (rc)
		return rc;
	if (o->half == MR_HALF_RATINGS)
		return ratings(o, run, err);
	if (o->half == MR_HALF_MODEL)
		return mr_half_model(&s.run, err);
	rc = half_step(&s, err);
	mr_half_side_free(&s.side);
	mr_half_rows_free(&s.fixed);
	mr_half_rows_free(&s.rows);
	free(s.gram);
	free(s.part);
	return rc;
}
