/* The JSON API's list for several people.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool/serve/api.h"
#include "tool/serve/party.h"

#define W (&v->reply->body)

static void
put_people(struct mr_visit *v, const struct mr_party *p,
    const struct mr_night *x)
{
	mr_write_raw(W, "\"people\":[");
	for (int k = 0; k < p->n; k++) {
		bool has_say = false;

		for (int q = 0; q < x->m; q++)
			has_say |= x->who[q] == k;
		mr_write_json(W, k ? ",{\"person\":%t,\"films\":%d,\"missed\":%d,"
		    "\"has_say\":" : "{\"person\":%t,\"films\":%d,"
		    "\"missed\":%d,\"has_say\":", p->name[k], p->taste[k].n,
		    p->import[k].n_missed);
		mr_write_raw(W, has_say ? "true}" : "false}");
	}
	mr_write_raw(W, "]");
}

static void
put_list(struct mr_visit *v, const struct mr_party *p,
    const struct mr_night *x, const struct mr_found *f)
{
	const struct mr_asked *a = &v->asked;

	mr_write_raw(W, "\"items\":[");
	for (int64_t k = 0; k < a->n && k + a->offset < f->n; k++) {
		struct mr_hit h = f->hit[k + a->offset];

		mr_write_raw(W, k ? ",{" : "{");
		mr_api_put_film(v, h.row);
		mr_write_json(W, ",\"score\":%g,\"estimate\":%g,\"base\":%g,"
		    "\"carried\":[", (double)h.score, mr_find_guess(v->site,
		    h.score), (double)(float)x->base[k]);
		for (int q = 0; q < x->m; q++)
			mr_write_json(W, q ? ",{\"person\":%t,\"part\":%g}" :
			    "{\"person\":%t,\"part\":%g}",
			    p->name[x->who[q]], (double)(float)x->part[k *
			    x->m + q]);
		mr_write_raw(W, "]}");
	}
	mr_write_json(W, "],\"n\":%d,\"offset\":%d,\"total\":%d", a->n,
	    a->offset, f->total < 0 ? 0 : f->total);
}

static int
answer(struct mr_visit *v, const struct mr_party *p, struct mr_err *err)
{
	struct mr_night x = { 0 };
	struct mr_found f;
	int rc = mr_night_open(&x, v->site, v->clerk, p->taste, p->name, p->n,
	    err);

	if (rc == MR_OK)
		rc = mr_night_list(&x, v->site, v->clerk, &v->asked, &f, err);
	if (rc == MR_OK) {
		v->reply->type = "application/json";
		v->reply->keep = MR_KEEP_NOT;
		mr_write_raw(W, "{");
		put_people(v, p, &x);
		mr_write_raw(W, ",");
		put_list(v, p, &x, &f);
		mr_write_raw(W, "}\n");
	}
	mr_night_free(&x);
	return rc;
}

/* A field that is none of the form's, as me is a page's; p NULL: all are
 * known. */
static struct mr_slice
unknown(const struct mr_visit *v)
{
	for (int i = 0; i < v->q->n_values; i++) {
		struct mr_slice name = v->q->value[i].name;
		bool known = mr_party_field(name) && !mr_slice_is(name, "me");

		for (int k = 0; k < MR_ASK_END; k++)
			known |= (v->route->params >> k & 1) && mr_slice_is(
			    name, mr_asked_name(k));
		if (!known)
			return name;
	}
	return (struct mr_slice){ NULL, 0 };
}

/* The first two people are there, so that the document can say who must. */
static bool
has_two(const struct mr_visit *v)
{
	int n = 0;

	for (int place = 1; place <= 2; place++)
		n += mr_party_value(v->q, "text", place).n ||
		    mr_party_value(v->q, "file", place).n;
	return n == 2;
}

int
mr_api_night(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;
	struct mr_party p = { .status = 200 };
	int rc = MR_OK;

	if (!s->recommender || !mr_recommender_folds(s->recommender)) {
		mr_routes_problem(v, MR_NO_MODEL, "there is no model here "
		    "that takes new people", NULL);
	} else if (unknown(v).p) {
		mr_asked_unknown(&v->asked, unknown(v));
		mr_routes_problem(v, 400, "there is no such parameter here",
		    v->asked.unknown);
	} else if (v->asked.wrong != MR_ASK_END) {
		mr_routes_problem(v, 400, v->asked.detail,
		    mr_asked_name(v->asked.wrong));
	} else if (!has_two(v)) {
		mr_routes_problem(v, 400, "expected text1 or file1, and text2 "
		    "or file2: two people at least", "text2");
	} else {
		rc = mr_party_read(&p, v, err);
		if (rc == MR_OK && p.status == 200)
			rc = answer(v, &p, err);
		else if (rc == MR_OK)
			mr_routes_problem(v, p.status, p.detail, p.field);
	}
	mr_party_free(&p);
	return rc;
}
