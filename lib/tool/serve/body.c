/* Ratings and wishes out of JSON; see body.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/body.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "text/json.h"

/* The first that is wrong is told; returns false. */
static bool
wrong(struct mr_body *b, const char *parameter, const char *detail)
{
	if (!b->detail) {
		snprintf(b->parameter, sizeof b->parameter, "%s", parameter);
		b->detail = detail;
	}
	return false;
}

static bool
wrong_at(struct mr_body *b, const char *list, size_t at, const char *member,
    const char *detail)
{
	char name[40];

	snprintf(name, sizeof name, "%s[%zu]%s", list, at, member);
	return wrong(b, name, detail);
}

static struct mr_slice
string(const json_t *x)
{
	return (struct mr_slice){ json_string_value(x),
	    json_string_length(x) };
}

static bool
is_id(const json_t *x)
{
	struct mr_slice id = json_is_string(x) ? string(x) :
	    (struct mr_slice){ NULL, 0 };

	for (size_t i = 0; i < id.n; i++)
		if ((unsigned char)id.p[i] < 0x20 || id.p[i] == 0x7f)
			return false;
	return id.n > 0 && id.n <= 256;
}

static bool
take_rating(struct mr_body *b, const struct mr_site *s, const json_t *x,
    size_t at)
{
	const json_t *item = json_object_get(x, "item");
	const json_t *rating = json_object_get(x, "rating");
	bool events = !(s->lo <= s->hi);
	double value = rating ? json_number_value(rating) : 1;
	int32_t film;

	if (!json_is_object(x) || json_object_size(x) != (rating ? 2 : 1))
		return wrong_at(b, "ratings", at, "", "expected an object of "
		    "item and rating alone");
	if (!is_id(item))
		return wrong_at(b, "ratings", at, ".item",
		    "expected a text of 1 to 256 bytes");
	if (rating ? !json_is_number(rating) : !events)
		return wrong_at(b, "ratings", at, ".rating",
		    "expected a number");
	if (!events && !(value >= s->lo && value <= s->hi))
		return wrong_at(b, "ratings", at, ".rating",
		    "it is outside the range of the model's ratings");
	film = mr_site_find(s, string(item));
	b->unknown += film < 0;
	if (film >= 0)
		b->r[b->n++] = (struct mr_own_rating){ .film = film,
		    .rating = events ? 1 : (float)value, .id = { NULL, at } };
	return true;
}

/* By film, and of one film by their places, which id.n has here. */
static int
by_film(const void *a, const void *b)
{
	const struct mr_own_rating *x = a, *y = b;

	if (x->film != y->film)
		return x->film < y->film ? -1 : 1;
	return x->id.n < y->id.n ? -1 : 1;
}

/* Of each film the last. */
static void
once(struct mr_body *b)
{
	int64_t to = 0;

	qsort(b->r, (size_t)b->n, sizeof *b->r, by_film);
	for (int64_t k = 0; k < b->n; k++)
		if (k + 1 == b->n || b->r[k].film != b->r[k + 1].film)
			b->r[to++] = (struct mr_own_rating){ .film =
			    b->r[k].film, .rating = b->r[k].rating };
	b->n = to;
}

static int
take_ratings(struct mr_body *b, const struct mr_site *s, const json_t *list,
    struct mr_err *err)
{
	size_t n = json_array_size(list);
	bool ok = n > 0 && n <= MR_BODY_RATINGS;

	if (!ok) {
		wrong(b, "ratings", "expected a list of 1 to 1000 ratings");
		return MR_OK;
	}
	b->r = mr_alloc(n, sizeof *b->r, "ratings", err);
	if (!b->r)
		return MR_ENOMEM;
	for (size_t k = 0; k < n && ok; k++)
		ok = take_rating(b, s, json_array_get(list, k), k);
	once(b);
	return MR_OK;
}

static int
take_but(struct mr_body *b, const struct mr_site *s, const json_t *list,
    struct mr_err *err)
{
	size_t n = json_array_size(list);

	if (!list)
		return MR_OK;
	if (!json_is_array(list) || n > MR_BODY_RATINGS) {
		wrong(b, "not", "expected a list of at most 1000 ids");
		return MR_OK;
	}
	b->but = mr_alloc(n + 1, sizeof *b->but, "ids", err);
	if (!b->but)
		return MR_ENOMEM;
	for (size_t k = 0; k < n; k++) {
		const json_t *id = json_array_get(list, k);
		int32_t film = is_id(id) ? mr_site_find(s, string(id)) : -1;

		if (!is_id(id))
			wrong_at(b, "not", k, "", "expected a text of 1 to "
			    "256 bytes");
		b->unknown += film < 0;
		if (film >= 0)
			b->but[b->n_but++] = film;
	}
	return MR_OK;
}

/* A member as a query would have it: words are strings, numbers numbers, and
 * yes and no these or 1 and 0. */
static bool
take_plain(struct mr_asked *a, int param, const json_t *x)
{
	double value = json_number_value(x);
	char digits[32];

	if (param == MR_ASK_EXPLAIN && json_is_boolean(x))
		return mr_asked_take(a, param, mr_slice_of(json_is_true(x) ?
		    "1" : "0"));
	if (param == MR_ASK_MIX || param == MR_ASK_GENRE)
		return json_is_string(x) && mr_asked_take(a, param, string(x));
	if (!json_is_number(x) || !(fabs(value) < 1e9) ||
	    value != floor(value))
		return false;
	snprintf(digits, sizeof digits, "%.0f", value);
	return mr_asked_take(a, param, mr_slice_of(digits));
}

/* The members of x that are parameters, and no others but those of known. */
static void
take_members(struct mr_body *b, json_t *x, const int *params,
    const char *const *known, const char *before, struct mr_asked *a)
{
	const char *name;
	char full[40];
	json_t *value;

	json_object_foreach(x, name, value) {
		struct mr_slice s = mr_slice_of(name);
		bool is_known = false;
		int p = 0;

		for (int i = 0; known[i]; i++)
			is_known |= mr_slice_is(s, known[i]);
		while (params[p] != MR_ASK_END &&
		    !mr_slice_is(s, mr_asked_name(params[p])))
			p++;
		if (is_known)
			continue;
		/* Of one that nobody knows no more is told than fits. */
		s.n = s.n < 24 ? s.n : 24;
		snprintf(full, sizeof full, "%s%.*s", before,
		    (int)mr_utf8_bad(s), s.p);
		if (params[p] == MR_ASK_END)
			wrong(b, full, "there is no such member here");
		else if (!take_plain(a, params[p], value))
			wrong(b, full, mr_asked_expected(params[p]));
	}
}

static void
take_where(struct mr_body *b, json_t *x, struct mr_asked *a)
{
	static const int params[] = { MR_ASK_FROM, MR_ASK_TO, MR_ASK_END };
	static const char *const known[] = { "genre", NULL };
	json_t *genres = json_object_get(x, "genre");

	if (!x)
		return;
	if (!json_is_object(x)) {
		wrong(b, "where", "expected an object of genre, from and to");
		return;
	}
	take_members(b, x, params, known, "where.", a);
	if (genres && !json_is_array(genres))
		wrong(b, "where.genre", "expected a list");
	for (size_t k = 0; k < json_array_size(genres); k++)
		if (!take_plain(a, MR_ASK_GENRE, json_array_get(genres, k)))
			wrong(b, "where.genre",
			    mr_asked_expected(MR_ASK_GENRE));
	if (a->from && a->to && a->from > a->to)
		wrong(b, "where.to", mr_asked_expected(MR_ASK_TO));
}

int
mr_body_read(struct mr_body *b, const struct mr_site *s, struct mr_slice text,
    struct mr_asked *a, struct mr_err *err)
{
	static const int params[] = { MR_ASK_N, MR_ASK_OFFSET, MR_ASK_MIX,
	    MR_ASK_EXPLAIN, MR_ASK_END };
	static const char *const known[] = { "ratings", "not", "where", NULL };
	struct mr_err no_json = { 0 };
	json_t *top;
	int rc = mr_json_load(&top, text, "body", NULL, &no_json);

	*b = (struct mr_body){ .top = top };
	if (rc == MR_ENOMEM)
		return mr_err_set(err, rc, "%s", no_json.msg);
	/* What it says of it would have some of the body in it. */
	if (rc || !json_is_object(top)) {
		wrong(b, "", rc ? "the body is no JSON, or has a name twice" :
		    "expected one object");
		return MR_OK;
	}
	take_members(b, top, params, known, "", a);
	rc = take_ratings(b, s, json_object_get(top, "ratings"), err);
	if (rc == MR_OK)
		rc = take_but(b, s, json_object_get(top, "not"), err);
	take_where(b, json_object_get(top, "where"), a);
	a->but = b->but;
	a->n_but = b->n_but;
	return rc;
}

void
mr_body_free(struct mr_body *b)
{
	free(b->r);
	free(b->but);
	json_decref(b->top);
	*b = (struct mr_body){ 0 };
}
