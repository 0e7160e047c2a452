/* Ranked lists in TSV; see ranked.h.
 * SPDX-License-Identifier: MIT */
#include "store/ranked.h"

#include <stdlib.h>

#include "core/mem.h"
#include "store/films.h"

void
mr_ranked_head(struct mr_out *out, const char *whose, const char *more,
    const struct mr_table *films)
{
	mr_out_text(out, whose);
	mr_out_text(out, "\trank\titem\tscore");
	mr_out_text(out, more);
	mr_films_head(films, out);
	mr_out_byte(out, '\n');
}

bool
mr_ranked_put(struct mr_out *out, const struct mr_ranked_row *x,
    const struct mr_table *films, int32_t film)
{
	char text[24];
	bool found;

	mr_tsv_put(out, x->user);
	mr_out_byte(out, '\t');
	mr_out_slice(out, mr_i64_text(x->rank, text));
	mr_out_byte(out, '\t');
	mr_tsv_put(out, x->item);
	mr_out_byte(out, '\t');
	mr_out_slice(out, mr_f32_text(x->score, text));
	mr_out_write(out, x->more.p, x->more.n);
	found = mr_films_put(films, film, out);
	mr_out_byte(out, '\n');
	return found;
}

struct list_row {
	int64_t line, rank;
	int32_t user, item;
};

struct list_rows {
	struct list_row *r;
	size_t n, cap;
};

static int
take_list_row(struct list_rows *a, struct mr_ranked *l,
    const struct mr_tsv *t, const int *col, struct mr_err *err)
{
	struct mr_slice rank = t->field[col[2]];
	struct list_row *r;
	int rc = mr_grow(&a->r, &a->cap, a->n + 1, sizeof *a->r,
	    "rows of lists", err);

	if (rc)
		return rc;
	r = &a->r[a->n];
	r->line = t->line_no;
	if (!mr_parse_i64(rank, &r->rank) || r->rank < 1)
		return mr_tsv_bad(t, err, "rank '%.*s', expected a whole "
		    "number from 1", MR_SHOWN(rank));
	a->n++;
	rc = mr_tsv_id(t, col[0], err);
	if (rc == MR_OK)
		rc = mr_ids_add(&l->users, t->field[col[0]], &r->user, NULL,
		    err);
	if (rc == MR_OK)
		rc = mr_tsv_id(t, col[1], err);
	return rc ? rc : mr_ids_add(&l->items, t->field[col[1]], &r->item,
	    NULL, err);
}

/* Each rank of 1 .. length once, no item twice.  place [rows] gets, for each
 * place of a list, its row + 1. */
static int
check_lists(const struct list_rows *a, const struct mr_ranked *l,
    int64_t *place, int32_t *mark, struct mr_err *err)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct list_row *r = &a->r[i];
		int64_t at = l->ptr[r->user], n = l->ptr[r->user + 1] - at;
		struct mr_slice user = mr_ids_get(&l->users, r->user);

		if (r->rank > n || place[at + r->rank - 1])
			return mr_err_set(err, MR_EFORMAT, "%s:%lld: rank "
			    "%lld of user '%.*s' %s, expected 1 to %lld, each "
			    "once", l->name, (long long)r->line,
			    (long long)r->rank, MR_SHOWN(user),
			    r->rank > n ? "is past the end of his list" :
			    "stands twice", (long long)n);
		place[at + r->rank - 1] = (int64_t)i + 1;
	}
	for (int32_t u = 0; u < l->users.n; u++)
		for (int64_t j = l->ptr[u]; j < l->ptr[u + 1]; j++) {
			const struct list_row *r = &a->r[place[j] - 1];
			struct mr_slice user = mr_ids_get(&l->users, u);
			struct mr_slice item = mr_ids_get(&l->items, r->item);

			if (mark[r->item] == u + 1)
				return mr_err_set(err, MR_EFORMAT, "%s:%lld: "
				    "item '%.*s' stands twice in the list of "
				    "user '%.*s'", l->name,
				    (long long)r->line, MR_SHOWN(item),
				    MR_SHOWN(user));
			mark[r->item] = u + 1;
			l->item[j] = r->item;
		}
	return MR_OK;
}

static int
make_lists(struct mr_ranked *l, const struct list_rows *a,
    struct mr_err *err)
{
	int64_t *place = mr_alloc(a->n, sizeof *place, "lists", err);
	int32_t *mark = mr_alloc((size_t)l->items.n, sizeof *mark, "items",
	    err);
	int rc = MR_ENOMEM;

	l->ptr = mr_alloc((size_t)l->users.n + 1, sizeof *l->ptr, "users",
	    err);
	l->item = mr_alloc(a->n, sizeof *l->item, "lists", err);
	if (!place || !mark || !l->ptr || !l->item)
		goto out;
	for (size_t i = 0; i < a->n; i++)
		l->ptr[a->r[i].user + 1]++;
	for (int32_t u = 0; u < l->users.n; u++)
		l->ptr[u + 1] += l->ptr[u];
	rc = check_lists(a, l, place, mark, err);
out:
	free(place);
	free(mark);
	return rc;
}

int
mr_ranked_read(struct mr_ranked *l, struct mr_tsv *t,
    struct mr_err *err)
{
	static const char *const names[] = { "user", "item", "rank" };
	struct list_rows a = { 0 };
	bool more = true;
	int col[3], rc = MR_OK;

	*l = (struct mr_ranked){ .name = t->in.name };
	for (int i = 0; i < 3 && rc == MR_OK; i++)
		rc = mr_tsv_need(t, names[i], &col[i], err);
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(t, &more, err);
		if (rc == MR_OK && more)
			rc = take_list_row(&a, l, t, col, err);
		if (t->report && t->line_no % 65536 == 0)
			mr_report_step(t->report, "rows", t->line_no,
			    mr_in_total(&t->in, t->line_no));
	}
	if (rc == MR_OK)
		rc = make_lists(l, &a, err);
	free(a.r);
	return rc;
}

void
mr_ranked_free(struct mr_ranked *l)
{
	mr_ids_free(&l->users);
	mr_ids_free(&l->items);
	free(l->ptr);
	free(l->item);
	*l = (struct mr_ranked){ 0 };
}
