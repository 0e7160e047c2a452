/* The API's document, OpenAPI 3.1, from the table of routes.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool/serve/night.h"
#include "tool/serve/routes.h"

/* The answers' schemas, as JSON: names of objects and their members. */
static const char schemas[] =
    "\"Film\":{\"type\":\"object\",\"required\":[\"item\",\"title\",\"year\","
    "\"genres\",\"ratings\",\"mean\"],\"properties\":{"
    "\"item\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
    "\"year\":{\"type\":[\"integer\",\"null\"]},"
    "\"genres\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"ratings\":{\"type\":\"integer\",\"minimum\":0},"
    "\"mean\":{\"type\":[\"number\",\"null\"]},"
    "\"people\":{\"type\":\"string\"},"
    "\"cosine\":{\"type\":[\"number\",\"null\"]},"
    "\"weight\":{\"type\":\"number\"},"
    "\"score\":{\"type\":[\"number\",\"null\"]},"
    "\"estimate\":{\"type\":[\"number\",\"null\"]},"
    "\"rating\":{\"type\":\"number\"},"
    "\"base\":{\"type\":\"number\"},"
    "\"carried\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"person\",\"part\"],\"properties\":{"
    "\"person\":{\"type\":\"string\"},\"part\":{\"type\":\"number\"}}}},"
    "\"because\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"item\",\"part\"],\"properties\":{"
    "\"item\":{\"type\":\"string\"},\"part\":{\"type\":\"number\"}}}}}},"
    "\"List\":{\"type\":\"object\",\"required\":[\"items\",\"n\",\"offset\","
    "\"total\",\"next\",\"by\",\"generation\"],\"properties\":{"
    "\"items\":{\"type\":\"array\",\"items\":{\"$ref\":"
    "\"#/components/schemas/Film\"}},\"n\":{\"type\":\"integer\"},"
    "\"offset\":{\"type\":\"integer\"},"
    "\"total\":{\"type\":[\"integer\",\"null\"]},"
    "\"next\":{\"type\":[\"string\",\"null\"]},"
    "\"by\":{\"type\":\"string\"},"
    "\"generation\":{\"type\":\"integer\"}}},"
    "\"Night\":{\"type\":\"object\",\"required\":[\"people\",\"items\","
    "\"n\",\"offset\",\"total\"],\"properties\":{"
    "\"people\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"person\",\"films\",\"missed\",\"has_say\"],"
    "\"properties\":{\"person\":{\"type\":\"string\"},"
    "\"films\":{\"type\":\"integer\"},\"missed\":{\"type\":\"integer\"},"
    "\"has_say\":{\"type\":\"boolean\"}}}},"
    "\"items\":{\"type\":\"array\",\"items\":{\"$ref\":"
    "\"#/components/schemas/Film\"}},\"n\":{\"type\":\"integer\"},"
    "\"offset\":{\"type\":\"integer\"},\"total\":{\"type\":\"integer\"}}},"
    "\"Titles\":{\"type\":\"object\",\"required\":[\"items\"],"
    "\"properties\":{\"items\":{\"type\":\"array\",\"maxItems\":10,"
    "\"items\":{\"type\":\"object\",\"required\":[\"item\",\"title\","
    "\"year\"],\"properties\":{\"item\":{\"type\":\"string\"},"
    "\"title\":{\"type\":\"string\"},"
    "\"year\":{\"type\":[\"integer\",\"null\"]}}}}}},"
    "\"User\":{\"type\":\"object\",\"required\":[\"user\",\"ratings\","
    "\"mean\"],\"properties\":{\"user\":{\"type\":\"string\"},"
    "\"ratings\":{\"type\":\"integer\"},"
    "\"mean\":{\"type\":[\"number\",\"null\"]}}},"
    "\"Model\":{\"type\":\"object\",\"required\":[\"version\",\"generation\","
    "\"films\"]},"
    "\"Document\":{\"type\":\"object\"},"
    "\"Problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\","
    "\"status\",\"detail\"],\"properties\":{\"type\":{\"type\":\"string\"},"
    "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\"}}}";

static void
put_answers(struct mr_write *w, const struct mr_route *r)
{
	static const char *const wrong[] = { "400", "404", "414", "421",
	    "503", "403", "411", "413", "415" };
	size_t n = r->methods & MR_ROUTE_POST ? 9 : 5;

	mr_write_raw(w, "\"responses\":{\"200\":{\"description\":\"the answer\""
	    ",\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
	    "\"#/components/schemas/");
	mr_write_raw(w, r->schema);
	mr_write_raw(w, "\"}}}}");
	for (size_t i = 0; i < n; i++)
		mr_write_json(w, ",%s:{\"$ref\":"
		    "\"#/components/responses/Problem\"}", wrong[i]);
	mr_write_raw(w, "}");
}

/* Parameters of a path and a query. */
static void
put_parameters(struct mr_write *w, const struct mr_route *r,
    const struct mr_ids *genres)
{
	const char *sep = "";

	mr_write_raw(w, ",\"parameters\":[");
	if (strstr(r->pattern, "{id}")) {
		mr_write_raw(w, "{\"name\":\"id\",\"in\":\"path\",\"required\":"
		    "true,\"description\":\"an id\",\"schema\":{\"type\":"
		    "\"string\",\"minLength\":1,\"maxLength\":256,"
		    "\"pattern\":" MR_ASKED_PATTERN "}}");
		sep = ",";
	}
	for (int i = 0; i < MR_ASK_END; i++) {
		if (!(r->params >> i & 1))
			continue;
		mr_write_raw(w, sep);
		mr_asked_schema(w, i, r->required >> i & 1, genres);
		sep = ",";
	}
	mr_write_raw(w, "],");
}

/* Fields of a form with files: those of party.h, and parameters. */
static void
put_form(struct mr_write *w, const struct mr_route *r,
    const struct mr_ids *genres)
{
	mr_write_raw(w, ",\"requestBody\":{\"required\":true,\"content\":{"
	    "\"multipart/form-data\":{\"schema\":{\"type\":\"object\","
	    "\"additionalProperties\":false,"
	    "\"properties\":{");
	for (int64_t k = 1; k <= MR_NIGHT_MOST; k++)
		mr_write_json(w, k > 1 ? ",\"name%d\":{\"type\":\"string\","
		    "\"maxLength\":40},\"text%d\":{\"type\":\"string\"},"
		    "\"file%d\":{\"type\":\"string\"}" : "\"name%d\":{\"type\":"
		    "\"string\",\"maxLength\":40},\"text%d\":{\"type\":"
		    "\"string\"},\"file%d\":{\"type\":\"string\"}", k, k, k);
	for (int i = 0; i < MR_ASK_END; i++)
		if (r->params >> i & 1) {
			mr_write_json(w, ",%s:", mr_asked_name(i));
			mr_asked_type(w, i, genres);
		}
	mr_write_raw(w, "}}}}},");
}

static void
put_route(struct mr_write *w, const struct mr_route *r,
    const struct mr_ids *genres)
{
	bool post = r->methods & MR_ROUTE_POST;

	mr_write_json(w, "%s:{%s:{\"summary\":%s", r->pattern, post ? "post" :
	    "get", r->summary);
	if (post)
		put_form(w, r, genres);
	else
		put_parameters(w, r, genres);
	put_answers(w, r);
	mr_write_raw(w, "}}");
}

void
mr_routes_openapi(struct mr_write *w, const struct mr_ids *genres)
{
	const char *sep = "";

	mr_write_json(w, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":"
	    "\"mr-serve\",\"version\":%s,\"description\":"
	    "\"Films, what is like them, and lists for users.\"},"
	    "\"paths\":{", MR_VERSION);
	for (const struct mr_route *r = mr_routes; r->pattern; r++) {
		if (!r->api)
			continue;
		mr_write_raw(w, sep);
		put_route(w, r, genres);
		sep = ",\n";
	}
	mr_write_raw(w, "},\"components\":{\"responses\":{\"Problem\":{"
	    "\"description\":\"what is wrong\",\"content\":{"
	    "\"application/problem+json\":{\"schema\":{\"$ref\":"
	    "\"#/components/schemas/Problem\"}}}}},\"schemas\":{");
	mr_write_raw(w, schemas);
	mr_write_raw(w, "}}}\n");
}

int
mr_api_openapi(struct mr_visit *v, struct mr_err *err)
{
	(void)err;
	v->reply->type = "application/json";
	v->reply->keep = MR_KEEP_MINUTE;
	mr_routes_openapi(&v->reply->body, &v->site->genres);
	return MR_OK;
}
