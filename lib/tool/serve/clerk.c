/* What a thread works with; see site.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "tool/serve/site.h"

static uint64_t *
bits(int64_t n, struct mr_err *err)
{
	return mr_alloc(((size_t)n + 63) / 64, sizeof(uint64_t), "films", err);
}

static int
open_model(struct mr_clerk *c, const struct mr_recommender *r,
    struct mr_err *err)
{
	size_t items = (size_t)mr_recommender_items(r)->n;
	size_t d = (size_t)mr_recommender_model(r)->V.cols;
	int rc = mr_work_new(&c->work, r, 1, err);

	if (rc)
		return rc;
	c->items = bits((int64_t)items, err);
	c->U = c->items ? mr_alloc(d, sizeof *c->U, "factors", err) : NULL;
	c->part = c->U ? mr_alloc(items, sizeof *c->part, "reasons", err) :
	    NULL;
	return c->part ? MR_OK : MR_ENOMEM;
}

static int
open_both(struct mr_clerk *c, const struct mr_site *s, struct mr_err *err)
{
	size_t items = (size_t)s->content.n_items;

	c->offered = mr_alloc(items, sizeof *c->offered, "scores", err);
	c->score = c->offered ? mr_alloc(items, sizeof *c->score, "scores",
	    err) : NULL;
	c->near = c->score ? mr_alloc(items, sizeof *c->near, "scores", err) :
	    NULL;
	c->near_work = c->near ? mr_alloc(mr_content_work(&s->content),
	    sizeof *c->near_work, "scores", err) : NULL;
	return c->near_work ? MR_OK : MR_ENOMEM;
}

int
mr_clerk_open(struct mr_clerk *c, const struct mr_site *s, struct mr_err *err)
{
	int64_t rows = s->searcher ? mr_searcher_names(s->searcher)->n : 0;
	size_t rated = rows > MR_CLERK_MOST ? (size_t)rows : MR_CLERK_MOST;
	int rc = MR_OK;

	*c = (struct mr_clerk){ .most = MR_CLERK_MOST };
	c->films = bits(s->n, err);
	c->per_genre = c->films ? mr_alloc((size_t)s->genres.n + 1,
	    sizeof *c->per_genre, "genres", err) : NULL;
	c->hit = c->per_genre ? mr_alloc(MR_CLERK_MOST, sizeof *c->hit, "lists",
	    err) : NULL;
	c->rated_item = c->hit ? mr_alloc(rated, sizeof *c->rated_item,
	    "ratings", err) : NULL;
	c->rating = c->rated_item ? mr_alloc(rated, sizeof *c->rating,
	    "ratings", err) : NULL;
	if (!c->rating)
		return MR_ENOMEM;
	if (s->recommender)
		rc = open_model(c, s->recommender, err);
	if (rc == MR_OK && s->recommender && s->searcher)
		rc = open_both(c, s, err);
	if (rc || !s->searcher)
		return rc;
	c->rows = bits(rows, err);
	return c->rows ? mr_searcher_work_new(&c->search, s->searcher, 0, err)
	    : MR_ENOMEM;
}

int
mr_clerk_open_words(struct mr_clerk *c, const struct mr_site *s,
    int64_t texts, struct mr_err *err)
{
	*c = (struct mr_clerk){ 0 };
	return s->searcher && mr_searcher_knows_words(s->searcher) ?
	    mr_searcher_work_new(&c->search, s->searcher, texts, err) : MR_OK;
}

void
mr_clerk_close(struct mr_clerk *c)
{
	mr_work_free(c->work);
	mr_searcher_work_free(c->search);
	free(c->films);
	free(c->items);
	free(c->rows);
	free(c->per_genre);
	free(c->hit);
	free(c->U);
	free(c->part);
	free(c->rated_item);
	free(c->rating);
	free(c->offered);
	free(c->score);
	free(c->near);
	free(c->near_work);
	mr_buf_free(&c->text);
	*c = (struct mr_clerk){ 0 };
}
