/* The JSON API's list for somebody whom the model does not know.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/api.h"
#include "tool/serve/body.h"

#define W (&v->reply->body)

static int
answer(struct mr_visit *v, const struct mr_body *b, struct mr_err *err)
{
	const struct mr_taste own = { b->r, b->n };
	struct mr_found f;
	struct mr_user u;
	bool folded;
	int rc = mr_find_own(v->site, v->clerk, &v->asked, &own, &u, &folded,
	    &f, err);

	if (rc)
		return rc;
	mr_api_begin(v);
	v->reply->keep = MR_KEEP_NOT;
	mr_write_json(W, "{\"unknown\":%d,", b->unknown);
	mr_api_put_found(v, &f, folded ? &u : NULL);
	return MR_OK;
}

int
mr_api_own(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;
	struct mr_body b;
	const char *lacks;
	int rc = mr_body_read(&b, s, v->q->body, &v->asked, err);

	if (rc == MR_OK)
		lacks = mr_find_mix_lacks(s, &v->asked);
	if (rc == MR_OK && b.detail)
		mr_routes_problem(v, 400, b.detail, b.parameter[0] ?
		    b.parameter : NULL);
	else if (rc == MR_OK && !mr_site_has_genres(s, &v->asked))
		mr_routes_problem(v, 400, "it is none of the catalogue",
		    "where.genre");
	else if (rc == MR_OK && lacks)
		mr_routes_problem(v, 400, lacks, "mix");
	else if (rc == MR_OK && !mr_find_takes_new(s))
		mr_routes_problem(v, MR_NO_MODEL, "there is neither a model "
		    "that takes new people nor vectors of texts", NULL);
	else if (rc == MR_OK)
		rc = answer(v, &b, err);
	mr_body_free(&b);
	return rc;
}
