/* Reading ratings; see ratings.h.
 * SPDX-License-Identifier: MIT */
#include "store/ratings.h"

#include <math.h>

#include "stream/tsv.h"

struct columns {
	int user, item, rating;
};

static int
take_row(struct mr_ratings *r, struct mr_coo *coo, const struct mr_tsv *t,
    const struct columns *c, struct mr_err *err)
{
	int32_t user, item;
	double value = 1;
	int rc;

	rc = mr_tsv_id(t, c->user, err);
	if (rc == MR_OK)
		rc = mr_tsv_id(t, c->item, err);
	if (rc)
		return rc;
	if (c->rating >= 0 && t->field[c->rating].n &&
	    (!mr_parse_f64(t->field[c->rating], &value) ||
	    !isfinite((float)value)))
		return mr_tsv_bad(t, err, "rating '%.*s', expected a finite "
		    "number", MR_SHOWN(t->field[c->rating]));
	rc = mr_ids_add(&r->users, t->field[c->user], &user, NULL, err);
	if (rc == MR_OK)
		rc = mr_ids_add(&r->items, t->field[c->item], &item, NULL,
		    err);
	if (rc == MR_OK)
		rc = mr_coo_add(coo, user, item, (float)value, err);
	return rc;
}

static int
read_rows(struct mr_ratings *r, struct mr_coo *coo, struct mr_tsv *t,
    struct mr_report *report, struct mr_err *err)
{
	struct columns c;
	bool more = true;
	int rc = mr_tsv_need(t, "user", &c.user, err);

	if (rc == MR_OK)
		rc = mr_tsv_need(t, "item", &c.item, err);
	c.rating = mr_tsv_find(t, "rating");
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(t, &more, err);
		if (rc == MR_OK && more) {
			rc = take_row(r, coo, t, &c, err);
			if (++r->n_rows % 65536 == 0)
				mr_report_step(report, "ratings", r->n_rows,
				    0);
		}
	}
	r->digest = mr_in_digest(&t->in);
	return rc;
}

int
mr_ratings_read(struct mr_ratings *r, const char *path, bool header,
    struct mr_report *report, struct mr_err *err)
{
	struct mr_coo coo = { 0 };
	struct mr_tsv t;
	int64_t repeated;
	int rc;

	*r = (struct mr_ratings){ 0 };
	rc = mr_tsv_open(&t, path, header ? NULL : MR_RATING_COLUMNS, err);
	if (rc)
		return rc;
	rc = read_rows(r, &coo, &t, report, err);
	mr_tsv_close(&t);
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&r->R, &coo, r->users.n, r->items.n,
		    &repeated, err);
	mr_coo_free(&coo);
	if (rc == MR_OK && repeated)
		mr_report_warn(report, "%lld ratings repeat a user and an "
		    "item: the last of each counts", (long long)repeated);
	return rc;
}

void
mr_ratings_free(struct mr_ratings *r)
{
	mr_ids_free(&r->users);
	mr_ids_free(&r->items);
	mr_csr_free(&r->R);
	*r = (struct mr_ratings){ 0 };
}
