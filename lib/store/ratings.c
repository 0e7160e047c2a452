/* Reading ratings; see ratings.h.
 * SPDX-License-Identifier: MIT */
#include "store/ratings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/hash.h"
#include "core/mem.h"
#include "data/recent.h"

#define COLUMNS "user,item,rating,time"

/* Of ratings the way to read rows without a header line can be told. */
static int
need(const struct mr_ratings_in *in, const char *name, int *col,
    struct mr_err *err)
{
	if (mr_tsv_find(&in->t, name) < 0 && mr_tsv_numbers(&in->t))
		return mr_tsv_lacks(&in->t, name,
		    " (no header line? --no-header-in)", err);
	return mr_tsv_need(&in->t, name, col, err);
}

int
mr_ratings_open(struct mr_ratings_in *in, const char *path,
    const struct mr_ratings_rule *rule, struct mr_err *err)
{
	int rc;

	*in = (struct mr_ratings_in){ .rule = *rule, .user = -1, .item = -1,
	    .rating = -1, .time = -1 };
	rc = mr_tsv_open(&in->t, path, rule->header ? NULL : COLUMNS, err);
	if (rc == MR_OK)
		rc = need(in, "user", &in->user, err);
	if (rc == MR_OK)
		rc = need(in, "item", &in->item, err);
	if (rc)
		return rc;
	in->t.keep_raw = rule->keep_raw;
	in->t.report = rule->report;
	in->rating = mr_tsv_find(&in->t, "rating");
	in->time = mr_tsv_find(&in->t, "time");
	return MR_OK;
}

static int
take_time(const struct mr_ratings_in *in, struct mr_rating *x,
    struct mr_err *err)
{
	bool seconds = in->rule.times == MR_TIMES_SECONDS;
	struct mr_slice s = in->t.field[in->time];

	if (s.n == 0)
		return MR_OK;
	if (seconds && mr_parse_i64(s, &x->seconds)) {
		x->time = (double)x->seconds;
		return MR_OK;
	}
	if (!mr_parse_f64(s, &x->time) || (seconds && fabs(x->time) > 9.2e18))
		return mr_tsv_bad(&in->t, err, "time '%.*s', expected %s",
		    MR_SHOWN(s), seconds ? "seconds since 1970" : "a number");
	if (seconds)
		x->seconds = (int64_t)floor(x->time);
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
	if (x->text.n)
		rc = mr_tsv_float(&in->t, in->rating, "a finite number",
		    &x->value, err);
	if (rc)
		return rc;
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

/* Columns that are known to be no rating. */
static bool
is_other(struct mr_slice name)
{
	static const char *const other[] = { "user", "item", "time", "title",
	    "year", "people", "genre", "poster" };

	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		if (mr_slice_is(name, other[i]))
			return true;
	return false;
}

void
mr_ratings_warn(const struct mr_ratings_in *in, struct mr_report *report)
{
	struct mr_slice one = { NULL, 0 };
	bool alike = false;
	char have[200] = "";
	size_t n = 0;
	int n_other = 0;

	for (int i = 0; in->rating < 0 && i < in->t.n_cols; i++) {
		struct mr_slice name = in->t.name[i];

		if (is_other(name))
			continue;
		if (n < sizeof have - 1)
			n += (size_t)snprintf(have + n, sizeof have - n,
			    " %.*s", MR_SHOWN(name));
		if (!alike)
			one = n_other++ && !mr_ratings_alike(name) ?
			    mr_slice_of("NAME") : name;
		alike |= mr_ratings_alike(name);
	}
	if (n_other)
		mr_report_warn(report, "%s: no column 'rating', each row "
		    "counts as 1; found%s (mr-ingest ratings --tsv --cols "
		    "rating=%.*s takes it for one)", in->t.in.name, have,
		    MR_SHOWN(one));
}

void
mr_ratings_close(struct mr_ratings_in *in)
{
	mr_tsv_close(&in->t);
}

struct load {
	struct mr_ratings *r;
	struct mr_coo *coo;
	struct mr_recent *seen;	/* items */
	unsigned keep;
};

static int
take_row(const struct load *l, const struct mr_rating *x, struct mr_err *err)
{
	struct mr_ratings *r = l->r;
	struct mr_coo *coo = l->coo;
	int32_t user = coo->n ? coo->t[coo->n - 1].row : -1, item;
	int rc = MR_OK;

	/* Rows of a user mostly stand together. */
	if (user < 0 || !mr_slice_eq(x->user, mr_ids_get(&r->users, user)))
		rc = mr_ids_add(&r->users, x->user, &user, NULL, err);
	if (rc == MR_OK)
		rc = mr_recent_add(l->seen, MR_RECENT_ITEM, &r->items,
		    x->item, &item, err);
	if (rc == MR_OK)
		rc = mr_coo_add(coo, user, item, (float)x->value, err);
	if (rc == MR_OK && l->keep & MR_KEEP_EXACT)
		rc = mr_coo_exact(coo, x->value, err);
	return rc ? rc : mr_coo_time(coo, x->time, err);
}

/* Rows without a rating: events while no row has one, and then left out. */
struct empty {
	int64_t n, line;	/* the first of them */
	bool rated;		/* a row had a rating */
};

/* *skip: the row is left out.  The first rating comes after rows without one,
 * or none: what was taken until then goes. */
static void
meet(struct empty *e, const struct load *l, const struct mr_ratings_in *in,
    struct mr_slice text, bool *skip)
{
	*skip = false;
	if (in->rating < 0)
		return;
	if (text.n == 0) {
		*skip = e->rated;
		if (e->n++ == 0)
			e->line = in->t.line_no;
	} else if (!e->rated) {
		e->rated = true;
		if (e->n) {
			mr_ids_free(&l->r->users);
			mr_ids_free(&l->r->items);
			mr_coo_free(l->coo);
			memset(l->seen, 0, sizeof *l->seen);
		}
	}
}

static int
read_rows(struct mr_ratings *r, struct mr_coo *coo, struct mr_ratings_in *in,
    unsigned keep, struct mr_report *report, struct mr_err *err)
{
	struct load l = { r, coo, mr_alloc(1, sizeof *l.seen, "names", err),
	    keep };
	struct empty e = { 0 };
	struct mr_rating x;
	bool more = true, skip;
	int rc = l.seen ? MR_OK : MR_ENOMEM;

	while (rc == MR_OK && more) {
		rc = mr_ratings_next(in, &x, &more, err);
		if (rc || !more)
			break;
		meet(&e, &l, in, x.text, &skip);
		if (!skip)
			rc = take_row(&l, &x, err);
		if (++r->n_rows % 65536 == 0)
			mr_report_step(report, "ratings", r->n_rows,
			    mr_in_total(&in->t.in, r->n_rows));
	}
	if (rc == MR_OK && e.rated && e.n)
		mr_report_warn(report, "%s: %lld of %lld rows have no rating "
		    "and are left out, the first on line %lld",
		    in->t.in.name, (long long)e.n, (long long)r->n_rows,
		    (long long)e.line);
	r->rated = e.rated;
	free(l.seen);
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
	    .times = MR_TIMES_ANY, .report = report };
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
	return rc ? rc : mr_ratings_digest(r, &r->digest, err);
}

int
mr_ratings_digest(const struct mr_ratings *r, uint64_t *digest,
    struct mr_err *err)
{
	uint64_t *item = mr_alloc((size_t)r->items.n, sizeof *item, "digests",
	    err);

	*digest = 0;
	if (!item)
		return MR_ENOMEM;
	for (int32_t i = 0; i < r->items.n; i++) {
		struct mr_slice name = mr_ids_get(&r->items, i);

		item[i] = mr_hash64(name.p, name.n);
	}
	for (int32_t u = 0; u < r->users.n; u++) {
		struct mr_slice name = mr_ids_get(&r->users, u);
		uint64_t user = mr_hash64(name.p, name.n);

		for (int64_t k = r->R.ptr[u]; k < r->R.ptr[u + 1]; k++) {
			unsigned char x[28];
			size_t n = 20;

			memcpy(x, &user, 8);
			memcpy(x + 8, &item[r->R.idx[k]], 8);
			memcpy(x + 16, &r->R.val[k], 4);
			if (r->time) {
				memcpy(x + 20, &r->time[k], 8);
				n = sizeof x;
			}
			*digest += mr_hash64(x, n);
		}
	}
	free(item);
	return MR_OK;
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

int
mr_ratings_totals(struct mr_meta *meta, uint64_t digest, int64_t users,
    int64_t items, int64_t ratings, struct mr_err *err)
{
	int rc = mr_meta_put(meta, err, "input.ratings", "%016llx",
	    (unsigned long long)digest);

	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "users", "%lld", (long long)users);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "items", "%lld", (long long)items);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "ratings", "%lld",
		    (long long)ratings);
	return rc;
}
