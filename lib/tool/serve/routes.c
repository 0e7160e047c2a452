/* The table of routes, and dispatch; see routes.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "tool/serve/gate.h"
#include "tool/serve/page.h"

#define B(x) (1u << MR_ASK_##x)
#define FILTERS (B(GENRE) | B(FROM) | B(TO))
#define PLACES (B(N) | B(OFFSET))

const struct mr_route mr_routes[] = {
	{ "/", MR_ROUTE_GET, .params = B(OFFSET), .answer = mr_page_home },
	{ "/search", MR_ROUTE_GET, .params = B(Q) | B(MATCH) | FILTERS |
	    PLACES,
	    .answer = mr_page_search },
	{ "/film/{id}", MR_ROUTE_GET, .answer = mr_page_film },
	{ "/film", MR_ROUTE_GET, .params = B(ID), .answer = mr_page_film },
	{ "/user/{id}", MR_ROUTE_GET, .users = true, .params = FILTERS |
	    PLACES | B(MIX) | B(RATED), .answer = mr_page_user },
	{ "/user", MR_ROUTE_GET, .users = true, .params = B(ID) | FILTERS |
	    PLACES | B(MIX) | B(RATED), .answer = mr_page_user },
	{ "/users", MR_ROUTE_GET, .users = true, .params = B(Q),
	    .answer = mr_page_users },
	{ "/me", MR_ROUTE_GET, .params = FILTERS | PLACES | B(MIX),
	    .answer = mr_page_me },
	{ "/me/ratings.tsv", MR_ROUTE_GET, .answer = mr_page_ratings },
	{ "/me/import", MR_ROUTE_GET | MR_ROUTE_POST, .files = true,
	    .answer = mr_page_import },
	{ "/night", MR_ROUTE_GET | MR_ROUTE_POST, .files = true, .params =
	    FILTERS | B(MISERY), .answer = mr_page_night },
	{ "/rate", MR_ROUTE_POST, .params = B(ITEM) | B(RATING) | B(BACK),
	    .required = B(ITEM), .answer = mr_page_rate },
	{ "/images", MR_ROUTE_POST, .params = B(IMAGES) | B(BACK),
	    .required = B(IMAGES), .answer = mr_page_images },
	{ "/forget", MR_ROUTE_POST, .answer = mr_page_forget },
	{ "/about", MR_ROUTE_GET, .answer = mr_page_about },
	{ "/static/{id}", MR_ROUTE_GET, .answer = mr_page_fixed },
	{ "/robots.txt", MR_ROUTE_GET, .answer = mr_page_fixed },
	{ "/favicon.ico", MR_ROUTE_GET, .answer = mr_page_fixed },
	{ "/healthz", MR_ROUTE_GET, .answer = mr_page_fixed },
	{ "/readyz", MR_ROUTE_GET, .answer = mr_page_fixed },
	{ "/metrics", MR_ROUTE_GET, .answer = mr_page_metrics },
	{ "/api/v1/films", MR_ROUTE_GET, .api = true, .params = FILTERS |
	    PLACES | B(SORT), .summary = "the catalogue", .schema = "List",
	    .answer = mr_api_films },
	{ "/api/v1/film", MR_ROUTE_GET, .api = true, .params = B(ID) | B(WITH),
	    .required = B(ID), .summary = "a film, whatever its id",
	    .schema = "Film", .answer = mr_api_film },
	{ "/api/v1/films/{id}", MR_ROUTE_GET, .api = true, .params = B(WITH),
	    .summary = "a film", .schema = "Film", .answer = mr_api_film },
	{ "/api/v1/films/{id}/similar", MR_ROUTE_GET, .api = true,
	    .params = B(BY) | FILTERS | PLACES,
	    .summary = "films like it", .schema = "List",
	    .answer = mr_api_similar },
	{ "/api/v1/search", MR_ROUTE_GET, .api = true, .params = B(Q) |
	    B(MATCH) | FILTERS | PLACES, .required = B(Q),
	    .summary = "films by title and by words", .schema = "List",
	    .answer = mr_api_search },
	{ "/api/v1/complete", MR_ROUTE_GET, .api = true, .params = B(Q) | B(FEW),
	    .required = B(Q), .summary = "at most ten titles that have it",
	    .schema = "Titles", .answer = mr_api_complete },
	{ "/api/v1/users/{id}", MR_ROUTE_GET, .api = true, .users = true,
	    .summary = "a user of the ratings", .schema = "User",
	    .answer = mr_api_user },
	{ "/api/v1/users/{id}/ratings", MR_ROUTE_GET, .api = true,
	    .users = true, .params = PLACES | B(RATED_SORT),
	    .summary = "what the user rated", .schema = "List",
	    .answer = mr_api_user_ratings },
	{ "/api/v1/users/{id}/recommendations", MR_ROUTE_GET, .api = true,
	    .users = true, .params = FILTERS | PLACES | B(KEEP_SEEN) |
	    B(EXPLAIN) | B(MIX), .summary = "films for the user",
	    .schema = "List",
	    .answer = mr_api_user_list },
	{ "/api/v1/recommendations", MR_ROUTE_POST, .api = true,
	    .json = true, .summary = "films for somebody whom nobody knows, "
	    "by ratings that come along; nothing is kept", .schema = "List",
	    .answer = mr_api_own },
	{ "/api/v1/night", MR_ROUTE_POST, .api = true, .files = true,
	    .params = FILTERS | PLACES | B(MISERY),
	    .summary = "films for several people at once, of whom each brings "
	    "an export or a list of titles", .schema = "Night",
	    .answer = mr_api_night },
	{ "/api/v1/model", MR_ROUTE_GET, .api = true,
	    .summary = "what answers", .schema = "Model",
	    .answer = mr_api_model },
	{ "/api/v1/openapi.json", MR_ROUTE_GET, .api = true,
	    .summary = "this document", .schema = "Document",
	    .answer = mr_api_openapi },
	{ 0 }
};

static bool
matches(const char *pattern, const struct mr_request *q)
{
	struct mr_slice rest = mr_slice_of(pattern + 1);
	int i = 0;

	while (rest.p) {
		struct mr_slice part = mr_slice_cut(&rest, '/');

		if (i == q->n_parts || (mr_slice_is(part, "{id}") ?
		    q->part[i].n == 0 : !mr_slice_eq(part, q->part[i])))
			return false;
		i++;
	}
	return i == q->n_parts;
}

const struct mr_route *
mr_routes_find(const struct mr_request *q)
{
	for (const struct mr_route *r = mr_routes; r->pattern; r++)
		if (matches(r->pattern, q))
			return r;
	return NULL;
}

static bool
is_api(const struct mr_request *q)
{
	return q->target.n >= 4 && memcmp(q->target.p, "/api", 4) == 0 &&
	    (q->target.n == 4 || strchr("/?", q->target.p[4]));
}

static const struct problem {
	int status;
	const char *type, *title;
} problems[] = {
	{ 400, "parameter", "The request is not well-formed" },
	{ 403, "origin", "The request comes from another site" },
	{ 404, "not-found", "There is no such thing here" },
	{ MR_NO_MODEL, "no-model", "The model here cannot do that" },
	{ 405, "method", "That cannot be done here" },
	{ 411, "too-large", "The length is missing" },
	{ 412, "precondition", "It is not what it was" },
	{ 413, "too-large", "That is too long" },
	{ 414, "too-large", "The address is too long" },
	{ 415, "media-type", "That is of another type" },
	{ 421, "host", "This server has another name" },
	{ 431, "too-large", "There are too many headers" },
	{ 503, "busy", "Too busy" },
	{ 505, "version", "That version is not spoken here" },
	{ 500, "internal", "Something went wrong here" },
};

static const struct problem *
problem_of(int status)
{
	size_t i = 0, n = sizeof problems / sizeof *problems;

	while (i < n - 1 && problems[i].status != status)
		i++;
	return &problems[i];
}

void
mr_routes_problem(struct mr_visit *v, int status, const char *detail,
    const char *parameter)
{
	const struct problem *p = problem_of(status);
	struct mr_reply *r = v->reply;

	mr_reply_begin(r, v->site->o->base);
	r->status = abs(p->status);
	r->keep = MR_KEEP_NOT;
	if (!is_api(v->q)) {
		mr_page_problem(v, p->title, detail);
		return;
	}
	r->type = "application/problem+json";
	mr_write_raw(&r->body, "{\"type\":\"");
	mr_write_base(&r->body);
	mr_write_raw(&r->body, "/api/v1/problems#");
	mr_write_raw(&r->body, p->type);
	mr_write_json(&r->body, "\",\"title\":%s,\"status\":%d,\"detail\":%s",
	    p->title, (int64_t)r->status, detail);
	if (parameter)
		mr_write_json(&r->body, ",\"errors\":[{\"parameter\":%s,"
		    "\"detail\":%s}]", parameter, detail);
	mr_write_raw(&r->body, "}\n");
}

/* When even the page that says so cannot be made. */
static void
finish(struct mr_reply *r)
{
	static const char sorry[] = "out of memory\n";

	if (r->body.rc == MR_OK && r->location.rc == MR_OK &&
	    r->set_cookie.rc == MR_OK && r->link.rc == MR_OK && r->status)
		return;
	mr_reply_free(r);
	r->status = 503;
	r->type = "text/plain; charset=utf-8";
	r->fixed = sorry;
	r->n_fixed = sizeof sorry - 1;
}

void
mr_routes_refuse(const struct mr_site *site, const struct mr_request *q,
    int status, const char *detail, struct mr_reply *r)
{
	struct mr_request copy = *q;
	struct mr_visit v = { .site = site, .q = &copy, .reply = r,
	    .own.bad = false };

	mr_routes_problem(&v, status, detail, NULL);
	finish(r);
}

/* Of all that an answer is made of; a weak one, where not of all. */
static void
put_etag(struct mr_visit *v)
{
	struct mr_reply *r = v->reply;
	uint64_t h = v->site->salt;
	struct mr_slice all = r->fixed ? (struct mr_slice){ r->fixed,
	    r->n_fixed } : mr_buf_slice(&r->body.b);

	if (r->status != 200 || (r->keep != MR_KEEP_MINUTE &&
	    r->keep != MR_KEEP_OWN))
		return;
	if (r->n_vague) {
		size_t behind = r->vague + r->n_vague;

		h = (h ^ mr_hash64(r->body.b.p, r->vague)) *
		    UINT64_C(0x9e3779b97f4a7c15);
		h ^= mr_hash64(r->body.b.p + behind, r->body.b.n - behind);
	} else {
		h ^= mr_hash64(all.p, all.n);
	}
	snprintf(r->etag, sizeof r->etag, "%s\"%016llx\"",
	    r->n_vague ? "W/" : "", (unsigned long long)h);
}

static void
answer(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_route *route = v->route;
	bool strict = (route->api || v->q->post) && !route->files;
	int rc = MR_OK;

	if (v->q->post && !v->q->same_site) {
		mr_routes_problem(v, 403, "the form is not one of ours", NULL);
		return;
	}
	if (v->q->post && !route->json)
		rc = mr_request_form(v->q, err);
	mr_asked_read(&v->asked, v->q, route->params, route->required,
	    strict);
	if (rc == MR_OK && strict && v->asked.unknown[0])
		mr_routes_problem(v, 400, "there is no such parameter here",
		    v->asked.unknown);
	else if (rc == MR_OK && strict && v->asked.wrong != MR_ASK_END)
		mr_routes_problem(v, 400, v->asked.detail,
		    mr_asked_name(v->asked.wrong));
	else if (rc == MR_OK && route->api && !mr_site_has_genres(v->site,
	    &v->asked))
		mr_routes_problem(v, 400, "it is none of the catalogue",
		    "genre");
	else if (rc == MR_OK && mr_find_mix_lacks(v->site, &v->asked))
		mr_routes_problem(v, 400, mr_find_mix_lacks(v->site,
		    &v->asked), "mix");
	else if (rc == MR_OK)
		rc = route->answer(v, err);
	if (rc == MR_EARG)
		mr_routes_problem(v, 400, err->msg, NULL);
	else if (rc)
		mr_routes_problem(v, rc == MR_ENOMEM ? 503 : 500,
		    "the server could not do it", NULL);
}

void
mr_routes_answer(const struct mr_site *site, struct mr_clerk *clerk,
    const struct mr_route *route, struct mr_request *q, struct mr_reply *r)
{
	struct mr_visit v = { .site = site, .clerk = clerk, .q = q,
	    .route = route, .reply = r };
	struct mr_err err = { 0 };

	v.own.secure = q->https;
	v.own.host_only = q->https && !site->o->base[0];
	mr_own_read(&v.own, site, q->cookie);
	mr_reply_begin(r, site->o->base);
	r->status = 200;
	if (!route || (route->users && (site->o->no_users ||
	    !site->recommender)) || (route->answer == mr_page_metrics &&
	    !site->figures))
		mr_routes_problem(&v, 404, "there is no such address", NULL);
	else
		answer(&v, &err);
	if (!route && !is_api(q))
		mr_page_slash(&v);
	put_etag(&v);
	if (r->status == 200 && !q->post && q->if_match.n &&
	    !mr_gate_has_tag(&q->if_match, r->etag, true))
		mr_routes_problem(&v, 412, "it has another tag than that of "
		    "If-Match", NULL);
	finish(r);
}
