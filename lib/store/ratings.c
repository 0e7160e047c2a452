/* Reading ratings; see ratings.h.
 * SPDX-License-Identifier: MIT */
#include "store/ratings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COLUMNS "user,item,rating,time"

int
mr_ratings_open(struct mr_ratings_in *in, const char *path,
    const struct mr_ratings_rule *rule, struct mr_err *err)
{
	int rc;

	*in = (struct mr_ratings_in){ .rule = *rule, .user = -1, .item = -1,
	    .rating = -1, .time = -1 };
	rc = mr_tsv_open(&in->t, path, rule->header ? NULL : COLUMNS, err);
	if (rc == MR_OK)
		rc = mr_tsv_need(&in->t, "user", &in->user, err);
	if (rc == MR_OK)
		rc = mr_tsv_need(&in->t, "item", &in->item, err);
	if (rc)
		return rc;
	in->t.keep_raw = rule->keep_raw;
	in->rating = mr_tsv_find(&in->t, "rating");
	in->time = mr_tsv_find(&in->t, "time");
	return MR_OK;
}

static int
take_time(const struct mr_ratings_in *in, struct mr_rating *x,
    struct mr_err *err)
{
	bool whole = in->rule.times == MR_TIMES_WHOLE;
	struct mr_slice s = in->t.field[in->time];

	if (s.n == 0 || (!whole && mr_parse_f64(s, &x->time)))
		return MR_OK;
	if (!whole || !mr_parse_i64(s, &x->seconds))
		return mr_tsv_bad(&in->t, err, "time '%.*s', expected %s",
		    MR_SHOWN(s), whole ? "whole seconds since 1970" :
		    "a number");
	x->time = (double)x->seconds;
	return MR_OK;
}

int
mr_ratings_next(struct mr_ratings_in *in, struct mr_rating *x, bool *more,
    struct mr_err *err)
{
	const struct mr_slice *field = in->t.field;
	int rc = mr_tsv_next(&in->t, more, err);

	if (rc || !*more)
		return rc;
	if (!in->rule.may_lack_ids) {
		rc = mr_tsv_id(&in->t, in->user, err);
		if (rc == MR_OK)
			rc = mr_tsv_id(&in->t, in->item, err);
		if (rc)
			return rc;
	}
	x->user = field[in->user];
	x->item = field[in->item];
	x->text = in->rating >= 0 ? field[in->rating] :
	    (struct mr_slice){ "", 0 };
	x->value = 1;
	if (x->text.n && (!mr_parse_f64(x->text, &x->value) ||
	    !isfinite((float)x->value)))
		return mr_tsv_bad(&in->t, err, "rating '%.*s', expected a "
		    "finite number", MR_SHOWN(x->text));
	x->time = NAN;
	return in->time >= 0 && in->rule.times != MR_TIMES_UNREAD ?
	    take_time(in, x, err) : MR_OK;
}

bool
mr_ratings_alike(struct mr_slice name)
{
	static const char *const end[] = { "rating", "ratings", "score",
	    "stars", "grade" };

	if (mr_slice_is(name, "rating"))
		return false;
	name = mr_slice_trim(name);
	for (size_t i = 0; i < sizeof end / sizeof *end; i++) {
		size_t n = strlen(end[i]);

		if (name.n >= n && strncasecmp(name.p + name.n - n, end[i],
		    n) == 0)
			return true;
	}
	return false;
}

void
mr_ratings_warn(const struct mr_ratings_in *in, struct mr_report *report)
{
	for (int i = 0; in->rating < 0 && i < in->t.n_cols; i++)
		if (mr_ratings_alike(in->t.name[i]))
			mr_report_warn(report, "%s: no column 'rating', so "
			    "every rating is 1; what '%.*s' says is not read",
			    in->t.in.name, MR_SHOWN(in->t.name[i]));
}

void
mr_ratings_close(struct mr_ratings_in *in)
{
	mr_tsv_close(&in->t);
}

static int
take_row(struct mr_ratings *r, struct mr_coo *coo, const struct mr_rating *x,
    unsigned keep, struct mr_err *err)
{
	int32_t user, item;
	int rc = mr_ids_add(&r->users, x->user, &user, NULL, err);

	if (rc == MR_OK)
		rc = mr_ids_add(&r->items, x->item, &item, NULL, err);
	if (rc == MR_OK)
		rc = mr_coo_add(coo, user, item, (float)x->value, err);
	if (rc == MR_OK && keep & MR_KEEP_EXACT)
		rc = mr_coo_exact(coo, x->value, err);
	return rc ? rc : mr_coo_time(coo, x->time, err);
}

static int
read_rows(struct mr_ratings *r, struct mr_coo *coo, struct mr_ratings_in *in,
    unsigned keep, struct mr_report *report, struct mr_err *err)
{
	struct mr_rating x;
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && more) {
		rc = mr_ratings_next(in, &x, &more, err);
		if (rc || !more)
			break;
		rc = take_row(r, coo, &x, keep, err);
		if (++r->n_rows % 65536 == 0)
			mr_report_step(report, "ratings", r->n_rows, 0);
	}
	r->digest = mr_in_digest(&in->t.in);
	return rc;
}

/* Times are in the way of the sorting, and seldom needed: most files have
 * every pair once.  But what is beside the triples is sorted only once. */
static int
make_matrix(struct mr_ratings *r, struct mr_coo *coo, bool keep_times,
    int64_t *repeated, struct mr_err *err)
{
	bool once = keep_times || coo->exact;
	double *time = coo->time;
	int rc;

	if (!once)
		coo->time = NULL;
	rc = mr_csr_from_coo(&r->R, coo, r->users.n, r->items.n, repeated,
	    err);
	coo->time = time;
	if (rc || once || *repeated == 0 || !time)
		return rc;
	mr_csr_free(&r->R);
	return mr_csr_from_coo(&r->R, coo, r->users.n, r->items.n, repeated,
	    err);
}

int
mr_ratings_load(struct mr_ratings *r, const char *path, bool header,
    unsigned keep, struct mr_report *report, struct mr_err *err)
{
	const struct mr_ratings_rule rule = { .header = header,
	    .times = MR_TIMES_ANY };
	struct mr_coo coo = { 0 };
	struct mr_ratings_in in;
	bool keep_times = keep & MR_KEEP_TIMES;
	int64_t repeated;
	int rc = mr_ratings_open(&in, path, &rule, err);

	*r = (struct mr_ratings){ 0 };
	if (rc == MR_OK) {
		mr_ratings_warn(&in, report);
		rc = read_rows(r, &coo, &in, keep, report, err);
	}
	mr_ratings_close(&in);
	if (rc == MR_OK)
		rc = make_matrix(r, &coo, keep_times, &repeated, err);
	if (rc == MR_OK && repeated)
		mr_report_warn(report, "%lld ratings repeat a user and an "
		    "item: the %s of each counts", (long long)repeated,
		    coo.time ? "latest" : "last");
	if (rc == MR_OK && keep_times) {
		r->time = coo.time;
		coo.time = NULL;
	}
	if (rc == MR_OK) {
		r->exact = coo.exact;
		coo.exact = NULL;
	}
	mr_coo_free(&coo);
	return rc;
}

void
mr_ratings_free(struct mr_ratings *r)
{
	mr_ids_free(&r->users);
	mr_ids_free(&r->items);
	mr_csr_free(&r->R);
	free(r->time);
	free(r->exact);
	*r = (struct mr_ratings){ 0 };
}
