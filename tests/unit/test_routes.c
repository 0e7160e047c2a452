/* The table of routes without sockets: what is found, refused and documented.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/json.h"
#include "tool/serve/routes.h"

static const char *
find(const char *target)
{
	struct mr_request q = { .target = mr_slice_of(target) };
	const struct mr_route *r;
	struct mr_err err = { 0 };

	assert_int_equal(mr_request_target(&q, &err), MR_OK);
	r = mr_routes_find(&q);
	mr_request_free(&q);
	return r ? r->pattern : "none";
}

static void
finds(void **state)
{
	static const char *const cases[] = {
		"/", "/", "/film/x", "/film/{id}", "/film?id=x", "/film",
		"/film/", "none", "/film/a/b", "none", "/film/a%2Fb",
		"/film/{id}", "//", "none", "/search/", "none", "/Search",
		"none", "/me", "/me", "/me/ratings.tsv", "/me/ratings.tsv",
		"/me/import", "/me/import",
		"/night", "/night", "/api/v1/night", "/api/v1/night",
		"/api/v1/recommendations", "/api/v1/recommendations",
		"/%6de", "/me", "/api/v1/films", "/api/v1/films",
		"/api/v1/films/x/similar", "/api/v1/films/{id}/similar",
		"/api/v1/films//similar", "none", "/api/v2/films", "none",
		"/a/b/c/d/e/f/g/h", "none", NULL
	};

	(void)state;
	for (int i = 0; cases[i]; i += 2)
		assert_string_equal(find(cases[i]), cases[i + 1]);
}

static json_t *
parse(const struct mr_write *w)
{
	json_t *top = NULL;
	struct mr_err err = { 0 };

	assert_int_equal(w->rc, MR_OK);
	if (mr_json_load(&top, mr_buf_slice(&w->b), "document", NULL, &err))
		fail_msg("%s", err.msg);
	return top;
}

/* Every route of the API with its parameters, and every name it points to. */
static void
documents(void **state)
{
	struct mr_write w = { 0 };
	json_t *top, *paths, *schemas;
	size_t n = 0;

	(void)state;
	mr_routes_openapi(&w, NULL);
	top = parse(&w);
	paths = json_object_get(top, "paths");
	schemas = json_object_get(json_object_get(top, "components"),
	    "schemas");
	for (const struct mr_route *r = mr_routes; r->pattern; r++) {
		bool post = r->methods == MR_ROUTE_POST;
		json_t *get = json_object_get(json_object_get(paths,
		    r->pattern), post ? "post" : "get");
		size_t params = strstr(r->pattern, "{id}") ? 1 : 0;

		assert_true(r->answer != NULL && r->methods != 0);
		if (!r->api) {
			assert_null(get);
			continue;
		}
		n++;
		for (int i = 0; i < MR_ASK_END; i++)
			params += r->params >> i & 1;
		assert_non_null(get);
		if (!post)
			assert_int_equal(json_array_size(json_object_get(get,
		    "parameters")), params);
		assert_non_null(json_object_get(schemas, r->schema));
		assert_int_equal(r->required & ~r->params, 0);
	}
	assert_int_equal(json_object_size(paths), n);
	json_decref(top);
	mr_write_free(&w);
}

/* The answer to target on an empty site: its status. */
static int
ask(const struct mr_site *s, const char *target, struct mr_reply *r)
{
	struct mr_clerk c = { 0 };
	struct mr_request q = { .target = mr_slice_of(target) };
	struct mr_err err = { 0 };
	int status;

	assert_int_equal(mr_clerk_open(&c, s, &err), MR_OK);
	assert_int_equal(mr_request_target(&q, &err), MR_OK);
	mr_routes_answer(s, &c, mr_routes_find(&q), &q, r);
	status = r->status;
	mr_request_free(&q);
	mr_clerk_close(&c);
	return status;
}

static void
answers(void **state)
{
	static const struct {
		const char *target, *type;
		int status;
	} cases[] = {
		{ "/", "text/html", 200 },
		{ "/search", "text/html", 200 },
		{ "/search?q=x&utm=1&q=y", "text/html", 200 },
		{ "/search?from=x", "text/html", 400 },
		{ "/search?genre=None", "text/html", 400 },
		{ "/film/x", "text/html", 404 },
		{ "/film", "text/html", 404 },
		{ "/users", "text/html", 404 },
		{ "/me", "text/html", 200 },
		{ "/about", "text/html", 200 },
		{ "/nope", "text/html", 404 },
		{ "/static/style.css", "text/html", 404 },
		{ "/healthz", "text/plain", 200 },
		{ "/api/v1/films", "application/json", 200 },
		{ "/api/v1/films?n=100", "application/json", 200 },
		{ "/api/v1/films?n=101", "application/problem+json", 400 },
		{ "/api/v1/films?n=0", "application/problem+json", 400 },
		{ "/api/v1/films?n=1&n=1", "application/problem+json", 400 },
		{ "/api/v1/films?offset=10000", "application/json", 200 },
		{ "/api/v1/films?offset=10001", "application/problem+json",
		    400 },
		{ "/api/v1/films?x=1", "application/problem+json", 400 },
		{ "/api/v1/films?from=2000&to=1999",
		    "application/problem+json", 400 },
		{ "/api/v1/films?genre=None", "application/problem+json", 400 },
		{ "/api/v1/films/x", "application/problem+json", 404 },
		{ "/api/v1/search", "application/problem+json", 400 },
		{ "/api/v1/search?q=%20", "application/problem+json", 400 },
		{ "/api/v1/search?q=x&match=text", "application/problem+json",
		    400 },
		{ "/api/v1/complete?q=x", "application/json", 200 },
		{ "/api/v1/users/x", "application/problem+json", 404 },
		{ "/api/v1/nope", "application/problem+json", 404 },
		{ "/api/v1/openapi.json", "application/json", 200 },
		{ "/api/v1/model", "application/json", 200 },
	};
	const struct mr_serve_opt o = { .title = "mr films", .base = "",
	    .movies = "films.tsv" };
	struct mr_asset asset[MR_ASSET_END] = { 0 };
	struct mr_site s = { .o = &o, .lo = 1, .title = -1, .year = -1,
	    .people = -1, .genre = -1, .asset = asset };
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_site_films(&s, &err), MR_OK);
	assert_int_equal(mr_site_orders(&s, &err), MR_OK);
	assert_int_equal(mr_assets_open(asset, &err), MR_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mr_reply r = { 0 };
		int status = ask(&s, cases[i].target, &r);

		if (status != cases[i].status || strncmp(r.type,
		    cases[i].type, strlen(cases[i].type)) != 0)
			fail_msg("%s: %d %s", cases[i].target, status, r.type);
		/* Only what was asked for well may be kept. */
		assert_true(status == 200 || r.keep == MR_KEEP_NOT);
		if (strstr(cases[i].type, "json"))
			json_decref(parse(&r.body));
		mr_reply_free(&r);
	}
	mr_site_close(&s);
	mr_site_close(&s);
	mr_assets_close(asset);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(documents),
		cmocka_unit_test(answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
