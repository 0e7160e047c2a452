/* Places of lists kept for new films; see places.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/places.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

int
mr_places_open(struct mr_places *p, const struct mr_recommend_opt *o,
    const struct mr_recommender *r, const uint64_t *allow, int64_t n_list,
    int64_t lists, struct mr_err *err)
{
	int32_t n = mr_recommender_items(r)->n;
	size_t words = ((size_t)n + 63) / 64;

	*p = (struct mr_places){ .keep = o->new_films, .n_list = n_list,
	    .first_new = n - (int32_t)mr_recommender_model(r)->n_new };
	p->rated = mr_alloc(2 * words, sizeof *p->rated, "films", err);
	p->found = p->rated ? mr_alloc((size_t)lists, sizeof *p->found,
	    "lists", err) : NULL;
	p->hit = p->found ? mr_alloc((size_t)lists, (size_t)n_list *
	    sizeof *p->hit, "lists", err) : NULL;
	if (!p->hit)
		return MR_ENOMEM;
	p->new = p->rated + words;
	for (int32_t i = 0; i < n; i++)
		if (!allow || allow[i / 64] >> i % 64 & 1)
			(i < p->first_new ? p->rated : p->new)[i / 64] |=
			    (uint64_t)1 << i % 64;
	return MR_OK;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void
mr_places_take(struct mr_places *p, int64_t q, const struct mr_hit *hit,
    int64_t found)
{
	p->found[q] = least(found, p->n_list);
	if (p->found[q])
		memcpy(p->hit + q * p->n_list, hit, (size_t)p->found[q] *
		    sizeof *hit);
}

void
mr_places_join(const struct mr_places *p, int64_t q, struct mr_hit *hit,
    int64_t *found)
{
	int64_t new = least(p->keep, *found);
	int64_t rated = least(p->n_list - new, p->found[q]);

	new = least(p->n_list - rated, *found);
	if (new)
		memmove(hit + rated, hit, (size_t)new * sizeof *hit);
	if (rated)
		memcpy(hit, p->hit + q * p->n_list, (size_t)rated *
		    sizeof *hit);
	*found = rated + new;
}

int
mr_places_head(struct mr_places *p, const char **more, struct mr_err *err)
{
	int rc;

	p->text.n = 0;
	rc = mr_buf_addf(&p->text, err, "%s\tnew", *more);
	if (rc == MR_OK)
		rc = mr_buf_add(&p->text, "", 1, err);
	*more = p->text.p;
	return rc;
}

int
mr_places_cell(struct mr_places *p, int32_t item, struct mr_slice *more,
    struct mr_err *err)
{
	bool new = item >= p->first_new;
	int rc;

	p->n_rows++;
	p->n_new += new;
	p->text.n = 0;
	rc = mr_buf_add(&p->text, more->p, more->n, err);
	if (rc == MR_OK)
		rc = mr_buf_add(&p->text, new ? "\t1" : "\t0", 2, err);
	*more = mr_buf_slice(&p->text);
	return rc;
}

void
mr_places_report(const struct mr_places *p, const struct mr_recommender *r,
    struct mr_report *report)
{
	if (mr_recommender_model(r)->n_new == 0)
		mr_report_warn(report, "--new-films keeps no place: the model "
		    "has no film without ratings (mr-factorize --items adds "
		    "them)");
	mr_report_fact(report, "rows of new films: %lld of %lld",
	    (long long)p->n_new, (long long)p->n_rows);
}

void
mr_places_free(struct mr_places *p)
{
	free(p->rated);
	free(p->hit);
	free(p->found);
	mr_buf_free(&p->text);
	*p = (struct mr_places){ 0 };
}
