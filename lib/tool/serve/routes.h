/* The one table of what can be asked for, and the way from a request to an
 * answer.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_ROUTES_H
#define MR_TOOL_SERVE_ROUTES_H

#include "tool/serve/asked.h"
#include "tool/serve/own.h"
#include "tool/serve/reply.h"
#include "tool/serve/site.h"

/* A request on its way.  All borrowed. */
struct mr_visit {
	const struct mr_site *site;
	struct mr_clerk *clerk;		/* of this thread */
	struct mr_request *q;
	const struct mr_route *route;
	struct mr_asked asked;
	struct mr_own own;
	struct mr_reply *reply;
};

enum mr_route_method {
	MR_ROUTE_GET = 1,	/* and HEAD */
	MR_ROUTE_POST = 2
};

struct mr_route {
	const char *pattern;	/* a {id} stands for one segment */
	unsigned methods;
	bool api;		/* answers in JSON, unknown parameters are
				 * errors */
	bool users;		/* of users of the ratings: --no-users */
	bool files;		/* forms with files, of up to MR_ROUTES_FILES
				 * bytes, and other parameters, which it reads
				 * itself */
	bool json;		/* a body of JSON, of up to MR_ROUTES_JSON
				 * bytes, which it reads itself */
	unsigned params;	/* bits 1 << enum mr_param_of */
	unsigned required;	/* of them */
	const char *summary;	/* of the API's document */
	const char *schema;	/* likewise, of the answer */
	/* MR_ENOMEM and other failures of ours are answered with 500. */
	int (*answer)(struct mr_visit *v, struct mr_err *err);
};

/* All of them; pattern NULL at the end. */
extern const struct mr_route mr_routes[];

#define MR_ROUTES_FORM 8192	/* bytes of a body at most */
#define MR_ROUTES_FILES 1048576
#define MR_ROUTES_JSON 65536

/* mr_routes_find - the route of a target that is taken apart, NULL: none. */
const struct mr_route *mr_routes_find(const struct mr_request *q);
/*
 * mr_routes_answer - the answer to q, whose target is taken apart, on route;
 * always one: a failure is a page that says so.
 * mr_routes_refuse - a page, or for the API a problem, that says what is wrong
 * with the request; detail is text.
 */
void mr_routes_answer(const struct mr_site *site, struct mr_clerk *clerk,
    const struct mr_route *route, struct mr_request *q, struct mr_reply *r);
void mr_routes_refuse(const struct mr_site *site, const struct mr_request *q,
    int status, const char *detail, struct mr_reply *r);
/* mr_routes_problem - in the place of what v's reply has: that page; parameter
 * may be NULL.  MR_NO_MODEL is 404, since the model has not what it takes. */
#define MR_NO_MODEL (-404)
void mr_routes_problem(struct mr_visit *v, int status, const char *detail,
    const char *parameter);
/* mr_routes_openapi - the API's document, with the genres that there are and
 * the range of ratings, s NULL: they are not known. */
void mr_routes_openapi(struct mr_write *w, const struct mr_site *s);

/* What the routes answer with, by file. */
int mr_page_home(struct mr_visit *v, struct mr_err *err);
int mr_page_search(struct mr_visit *v, struct mr_err *err);
int mr_page_film(struct mr_visit *v, struct mr_err *err);
int mr_page_user(struct mr_visit *v, struct mr_err *err);
int mr_page_users(struct mr_visit *v, struct mr_err *err);
int mr_page_me(struct mr_visit *v, struct mr_err *err);
int mr_page_ratings(struct mr_visit *v, struct mr_err *err);
int mr_page_rate(struct mr_visit *v, struct mr_err *err);
int mr_page_images(struct mr_visit *v, struct mr_err *err);
int mr_page_forget(struct mr_visit *v, struct mr_err *err);
int mr_page_import(struct mr_visit *v, struct mr_err *err);
int mr_page_night(struct mr_visit *v, struct mr_err *err);
int mr_page_about(struct mr_visit *v, struct mr_err *err);
int mr_page_fixed(struct mr_visit *v, struct mr_err *err);
int mr_page_metrics(struct mr_visit *v, struct mr_err *err);
int mr_api_films(struct mr_visit *v, struct mr_err *err);
int mr_api_film(struct mr_visit *v, struct mr_err *err);
int mr_api_similar(struct mr_visit *v, struct mr_err *err);
int mr_api_search(struct mr_visit *v, struct mr_err *err);
int mr_api_complete(struct mr_visit *v, struct mr_err *err);
int mr_api_user(struct mr_visit *v, struct mr_err *err);
int mr_api_user_ratings(struct mr_visit *v, struct mr_err *err);
int mr_api_user_list(struct mr_visit *v, struct mr_err *err);
int mr_api_own(struct mr_visit *v, struct mr_err *err);
int mr_api_night(struct mr_visit *v, struct mr_err *err);
int mr_api_model(struct mr_visit *v, struct mr_err *err);
int mr_api_openapi(struct mr_visit *v, struct mr_err *err);

#endif
