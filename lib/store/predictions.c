/* Predictions in TSV; see predictions.h.
 * SPDX-License-Identifier: MIT */
#include "store/predictions.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "store/films.h"

void
mr_predictions_head(struct mr_out *out, bool rating,
    const struct mr_table *films)
{
	mr_out_text(out, rating ? "user\titem\trating\testimate" :
	    "user\titem\testimate");
	mr_films_head(films, out);
	mr_out_byte(out, '\n');
}

bool
mr_predictions_put(struct mr_out *out, const struct mr_predictions_row *x,
    const struct mr_table *films, int32_t film)
{
	char text[24];
	bool found;

	mr_tsv_put(out, x->user);
	mr_out_byte(out, '\t');
	mr_tsv_put(out, x->item);
	if (x->rating.p) {
		mr_out_byte(out, '\t');
		mr_tsv_put(out, x->rating);
	}
	mr_out_byte(out, '\t');
	mr_out_slice(out, mr_f32_text(x->estimate, text));
	found = mr_films_put(films, film, out);
	mr_out_byte(out, '\n');
	return found;
}

/* A number that a float can hold, or NAN when it is absent. */
static int
take_rating(const struct mr_tsv *t, int col, double *rating,
    struct mr_err *err)
{
	*rating = NAN;
	return col < 0 || t->field[col].n == 0 ? MR_OK :
	    mr_tsv_float(t, col, "a finite number or nothing", rating, err);
}

static int
take_pair(struct mr_predictions *a, const struct mr_tsv *t, const int *col,
    struct mr_err *err)
{
	struct mr_prediction *p;
	int rc = mr_grow(&a->p, &a->cap, a->n + 1, sizeof *a->p, "pairs",
	    err);

	if (rc)
		return rc;
	p = &a->p[a->n];
	p->line = t->line_no;
	rc = mr_tsv_float(t, col[2], "a finite number", &p->estimate, err);
	if (rc == MR_OK)
		rc = take_rating(t, col[3], &p->rating, err);
	if (rc)
		return rc;
	a->n++;
	rc = mr_tsv_id(t, col[0], err);
	if (rc == MR_OK)
		rc = mr_ids_add(&a->users, t->field[col[0]], &p->user, NULL,
		    err);
	if (rc == MR_OK)
		rc = mr_tsv_id(t, col[1], err);
	return rc ? rc : mr_ids_add(&a->items, t->field[col[1]], &p->item,
	    NULL, err);
}

/* No pair twice. */
static int
check_pairs(const struct mr_predictions *a, int32_t *mark, struct mr_err *err)
{
	for (size_t j = 0; j < a->n; j++) {
		const struct mr_prediction *p = &a->p[a->by_user.row[j]];
		struct mr_slice user = mr_ids_get(&a->users, p->user);
		struct mr_slice item = mr_ids_get(&a->items, p->item);

		if (mark[p->item] == p->user + 1)
			return mr_err_set(err, MR_EFORMAT, "%s:%lld: user "
			    "'%.*s' and item '%.*s' stand twice, expected "
			    "every pair once", a->name, (long long)p->line,
			    MR_SHOWN(user), MR_SHOWN(item));
		mark[p->item] = p->user + 1;
	}
	return MR_OK;
}

int
mr_predictions_read(struct mr_predictions *a, struct mr_tsv *t,
    struct mr_err *err)
{
	static const char *const names[] = { "user", "item", "estimate" };
	int32_t *mark = NULL;
	bool more = true;
	int col[4], rc = MR_OK;

	*a = (struct mr_predictions){ .name = t->in.name };
	for (int i = 0; i < 3 && rc == MR_OK; i++)
		rc = mr_tsv_need(t, names[i], &col[i], err);
	col[3] = mr_tsv_find(t, "rating");
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(t, &more, err);
		if (rc == MR_OK && more)
			rc = take_pair(a, t, col, err);
		if (t->report && t->line_no % 65536 == 0)
			mr_report_step(t->report, "rows", t->line_no,
			    mr_in_total(&t->in, t->line_no));
	}
	if (rc)
		return rc;
	mark = mr_alloc((size_t)a->items.n, sizeof *mark, "items", err);
	rc = mark ? mr_group_by(&a->by_user, a->p ? &a->p->user : NULL,
	    sizeof *a->p, a->n, a->users.n, "pairs", err) : MR_ENOMEM;
	if (rc == MR_OK)
		rc = check_pairs(a, mark, err);
	free(mark);
	return rc;
}

void
mr_predictions_free(struct mr_predictions *a)
{
	mr_ids_free(&a->users);
	mr_ids_free(&a->items);
	free(a->p);
	mr_group_free(&a->by_user);
	*a = (struct mr_predictions){ 0 };
}
