/* The API's document, OpenAPI 3.1, from the table of routes.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tool/serve/body.h"
#include "tool/serve/party.h"

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
    "\"poster\":{\"type\":[\"string\",\"null\"]},"
    "\"histogram\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"rating\",\"n\"],\"properties\":{"
    "\"rating\":{\"type\":\"number\"},\"n\":{\"type\":\"integer\"}}}},"
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
    "\"unknown\":{\"type\":\"integer\"},"
    "\"mean\":{\"type\":\"number\"},"
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
    "\"films\",\"measures\"],\"properties\":{\"model\":{\"type\":\"object\"},"
    "\"totals\":{\"type\":\"object\"},\"texts\":{\"type\":\"object\"},"
    "\"measures\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}},"
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
		    "true,\"description\":\"an id, of at most 256 bytes\","
		    "\"schema\":" MR_ASKED_ID "}");
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

/* Text of a form, with its line ends and tabs. */
#define FORM_TEXT "\"^[^\\\\x00-\\\\x08\\\\x0b\\\\x0c\\\\x0e-\\\\x1f" \
	"\\\\x7f]*$\""

/* A person's text or file must be there. */
#define PERSON(k) "{\"anyOf\":[{\"required\":[\"text" k "\"],\"properties\":{" \
	"\"text" k "\":{\"minLength\":1}}},{\"required\":[\"file" k "\"]," \
	"\"properties\":{\"file" k "\":{\"minLength\":1}}}]}"

/* Fields of a form with files: those of party.h, and parameters. */
static void
put_form(struct mr_write *w, const struct mr_route *r,
    const struct mr_ids *genres)
{
	static const char *const fields[] = { "name", "text", "file" };

	mr_write_raw(w, "{\"multipart/form-data\":{\"schema\":{\"type\":"
	    "\"object\",\"additionalProperties\":false,\"allOf\":["
	    PERSON("1") "," PERSON("2") "],\"properties\":{");
	for (int64_t k = 1; k <= MR_NIGHT_MOST; k++)
		for (int i = 0; i < 3; i++) {
			char name[16];

			snprintf(name, sizeof name, "%s%d", fields[i], (int)k);
			mr_write_json(w, k > 1 || i ? ",%s:{\"type\":"
			    "\"string\"" : "%s:{\"type\":\"string\"", name);
			if (i == 0)
				mr_write_json(w, ",\"maxLength\":%d",
				    (int64_t)MR_PARTY_NAME);
			mr_write_raw(w, ",\"pattern\":" FORM_TEXT "}");
		}
	for (int i = 0; i < MR_ASK_END; i++)
		if (r->params >> i & 1) {
			mr_write_json(w, ",%s:", mr_asked_name(i));
			mr_asked_type(w, i, genres);
		}
	mr_write_raw(w, "}}}}");
}

/* Of a rating; what the model's ratings are, where it is known. */
static void
put_rating(struct mr_write *w, const struct mr_site *s)
{
	bool ranged = s && s->lo <= s->hi;

	mr_write_raw(w, "{\"type\":\"object\",\"additionalProperties\":false,"
	    "\"properties\":{\"item\":" MR_ASKED_ID ",\"rating\":{\"type\":"
	    "\"number\"");
	if (ranged)
		mr_write_json(w, ",\"minimum\":%g,\"maximum\":%g", s->lo,
		    s->hi);
	mr_write_raw(w, ranged ? "}},\"required\":[\"item\",\"rating\"]}" :
	    "}},\"required\":[\"item\"]}");
}

/* The body that body.h reads. */
static void
put_json(struct mr_write *w, const struct mr_site *s,
    const struct mr_ids *genres)
{
	static const int plain[] = { MR_ASK_N, MR_ASK_OFFSET, MR_ASK_MIX };
	static const int where[] = { MR_ASK_FROM, MR_ASK_TO };

	mr_write_json(w, "{\"application/json\":{\"schema\":{\"type\":"
	    "\"object\",\"additionalProperties\":false,\"required\":["
	    "\"ratings\"],\"properties\":{\"ratings\":{\"type\":\"array\","
	    "\"minItems\":1,\"maxItems\":%d,\"items\":",
	    (int64_t)MR_BODY_RATINGS);
	put_rating(w, s);
	mr_write_json(w, "},\"not\":{\"type\":\"array\",\"maxItems\":%d,"
	    "\"items\":", (int64_t)MR_BODY_RATINGS);
	mr_write_raw(w, MR_ASKED_ID "},\"explain\":{\"enum\":[0,1,false,"
	    "true],\"default\":0}");
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		mr_write_json(w, ",%s:", mr_asked_name(plain[i]));
		mr_asked_type(w, plain[i], genres);
	}
	mr_write_raw(w, ",\"where\":{\"type\":\"object\","
	    "\"additionalProperties\":false,\"properties\":{\"genre\":");
	mr_asked_type(w, MR_ASK_GENRE, genres);
	for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
		mr_write_json(w, ",%s:", mr_asked_name(where[i]));
		mr_asked_type(w, where[i], genres);
	}
	/* A list by texts has no reasons. */
	mr_write_raw(w, "}}},\"not\":{\"required\":[\"mix\",\"explain\"],"
	    "\"properties\":{\"mix\":{\"const\":\"text\"},\"explain\":{"
	    "\"enum\":[1,true]}}}}}}");
}

static void
put_route(struct mr_write *w, const struct mr_route *r,
    const struct mr_site *s)
{
	const struct mr_ids *genres = s ? &s->genres : NULL;
	bool post = r->methods & MR_ROUTE_POST;

	mr_write_json(w, "%s:{%s:{\"summary\":%s", r->pattern, post ? "post" :
	    "get", r->summary);
	if (post) {
		mr_write_raw(w, ",\"requestBody\":{\"required\":true,"
		    "\"content\":");
		if (r->json)
			put_json(w, s, genres);
		else
			put_form(w, r, genres);
		mr_write_raw(w, "},");
	} else {
		put_parameters(w, r, genres);
	}
	put_answers(w, r);
	mr_write_raw(w, "}}");
}

void
mr_routes_openapi(struct mr_write *w, const struct mr_site *s)
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
		put_route(w, r, s);
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
	mr_routes_openapi(&v->reply->body, v->site);
	return MR_OK;
}
