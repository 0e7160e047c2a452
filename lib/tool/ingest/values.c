/* Several values in one field; see values.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/values.h"

#include <string.h>

#include "tool/ingest/list.h"
#include "tool/ingest/presets.h"

#define MANY 1024	/* bytes of genres that are looked through */

/* What the values of one field are added to. */
struct target {
	struct mr_values *v;
	struct mr_ingest_run *r;
	struct mr_buf *to;
	enum mr_role role;
};

static bool
has(struct mr_slice list, struct mr_slice name)
{
	while (list.n) {
		if (mr_slice_eq(mr_slice_cut(&list, '|'), name))
			return true;
	}
	return false;
}

static int
join(struct mr_buf *to, struct mr_slice name, struct mr_err *err)
{
	int rc = MR_OK;

	if (to->n)
		rc = mr_buf_add(to, "|", 1, err);
	return rc ? rc : mr_buf_add(to, name.p, name.n, err);
}

/* The names are looked for in a table. */
static int
note(struct mr_values *v, struct mr_slice names, struct mr_err *err)
{
	int32_t number;
	int rc = MR_OK;

	while (names.n && rc == MR_OK)
		rc = mr_ids_add(&v->many, mr_slice_cut(&names, '|'), &number,
		    NULL, err);
	return rc;
}

/* The name of a genre that TMDB has a number for; others stay. */
static struct mr_slice
tmdb_genre(struct mr_slice id)
{
	static const struct { const char *id, *name; } known[] = {
		{ "28", "Action" }, { "12", "Adventure" },
		{ "16", "Animation" }, { "35", "Comedy" }, { "80", "Crime" },
		{ "99", "Documentary" }, { "18", "Drama" },
		{ "10751", "Family" }, { "14", "Fantasy" },
		{ "36", "History" }, { "27", "Horror" }, { "10402", "Music" },
		{ "9648", "Mystery" }, { "10749", "Romance" },
		{ "878", "Science Fiction" }, { "10770", "TV Movie" },
		{ "53", "Thriller" }, { "10752", "War" }, { "37", "Western" }
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (mr_slice_is(id, known[i].id))
			return mr_slice_of(known[i].name);
	return id;
}

static int
add_genre(struct mr_values *v, const struct mr_ingest_run *r,
    struct mr_slice name, struct mr_err *err)
{
	const struct mr_ingest *o = r->o;
	bool ids = r->cols.quirks & MR_QUIRK_GENRE_IDS;
	bool known = true, many = v->genre.n > MANY;
	int rc;

	name = mr_slice_trim(name);
	if (ids)
		name = tmdb_genre(name);
	if (name.n && o->genre_map)
		name = mr_idmap_get(&v->map, name, &known);
	v->n_odd += !known;
	if (name.n == 0 || (many ? mr_ids_find(&v->many, name) >= 0 :
	    has(mr_buf_slice(&v->genre), name)))
		return MR_OK;
	rc = join(&v->genre, name, err);
	if (rc || v->genre.n <= MANY)
		return rc;
	if (many)
		return note(v, name, err);
	mr_ids_clear(&v->many);
	return note(v, mr_buf_slice(&v->genre), err);
}

/* A value of a list: it may have escapes for what a field is cleaned of. */
static int
take_value(void *ctx, struct mr_slice value, struct mr_err *err)
{
	struct target *t = ctx;
	int rc = mr_ingest_clean(&t->r->clean, t->r->cols.n + (int)t->role, value,
	    &value, err);

	if (rc || value.n == 0)
		return rc;
	return t->role == MR_ROLE_GENRE ?
	    add_genre(t->v, t->r, value, err) : join(t->to, value, err);
}

/* *is: field is a list, its values are added, or it cannot be read and is
 * added as it stands. */
static int
take_list(struct target *t, struct mr_slice field, bool *is,
    struct mr_err *err)
{
	struct mr_values *v = t->v;
	bool ok;
	int rc;

	*is = mr_ingest_is_list(field);
	if (!*is)
		return MR_OK;
	rc = mr_ingest_list(field, &v->text, take_value, t, &ok, err);
	if (rc || ok)
		return rc;
	if (v->n_bad_lists++ == 0)
		v->bad_line = t->r->src.line_no;
	return join(t->to, field, err);
}

/* What others part genres with. */
static void
look_for_parts(struct mr_values *v, struct mr_slice field, int64_t line)
{
	static const char *const others[] = { ";", " / ", "\xe2\x80\xa2",
	    "\xc2\xb7", "\xe3\x80\x81", "\xef\xbc\x9b", "\xef\xbc\x8c" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (!memmem(field.p, field.n, others[i], strlen(others[i])))
			continue;
		if (v->n_unparted++ == 0) {
			v->unparted_line = line;
			v->unparted = others[i];
		}
		return;
	}
}

int
mr_ingest_values_genre(struct mr_values *v, struct mr_ingest_run *r,
    struct mr_slice *field, struct mr_err *err)
{
	struct target t = { v, r, &v->genre, MR_ROLE_GENRE };
	struct mr_slice rest = *field;
	char sep = rest.n && memchr(rest.p, '|', rest.n) ? '|' :
	    r->cols.quirks & MR_QUIRK_BLANKS ? ' ' : ',';
	bool list = false;
	int rc = MR_OK;

	v->genre.n = 0;
	for (int i = 0; r->cols.flags_from + i < r->cols.n; i++)
		if (mr_slice_is(r->src.field[r->cols.flags_from + i], "1") &&
		    rc == MR_OK)
			rc = add_genre(v, r,
			    mr_slice_of(mr_ingest_genre_flags[i]), err);
	if (rc == MR_OK)
		rc = take_list(&t, rest, &list, err);
	if (!list && rest.n && sep == ',')
		look_for_parts(v, rest, r->src.line_no);
	while (rc == MR_OK && !list && rest.n)
		rc = add_genre(v, r, mr_slice_cut(&rest, sep), err);
	*field = mr_buf_slice(&v->genre);
	return rc;
}

int
mr_ingest_values_people(struct mr_values *v, struct mr_ingest_run *r,
    struct mr_slice *field, struct mr_err *err)
{
	struct target t = { v, r, &v->people, MR_ROLE_PEOPLE };
	struct mr_slice also = { "", 0 };
	int at = r->cols.also_at, rc = MR_OK;
	bool list, list_also = false;

	v->people.n = 0;
	if (at >= 0)
		rc = mr_ingest_clean(&r->clean, at, r->src.field[at], &also,
		    err);
	if (rc == MR_OK)
		rc = take_list(&t, *field, &list, err);
	if (rc || (!list && also.n == 0))
		return rc;
	if (!list && field->n)
		rc = join(&v->people, *field, err);
	if (rc == MR_OK && also.n)
		rc = take_list(&t, also, &list_also, err);
	if (rc == MR_OK && also.n && !list_also)
		rc = join(&v->people, also, err);
	*field = mr_buf_slice(&v->people);
	return rc;
}

void
mr_ingest_values_tell(const struct mr_values *v, struct mr_report *report,
    const char *genre_map)
{
	if (v->n_odd)
		mr_report_warn(report, "%lld genres are not in %s and stay as "
		    "they are", (long long)v->n_odd, genre_map);
	if (v->n_unparted)
		mr_report_warn(report, "%lld fields of genres hold '%s', which "
		    "parts none, the first on line %lld: '|' and ',' do",
		    (long long)v->n_unparted, v->unparted,
		    (long long)v->unparted_line);
	if (v->n_bad_lists)
		mr_report_warn(report, "%lld lists in genre or people cannot "
		    "be read and stay as they are, the first on line %lld",
		    (long long)v->n_bad_lists, (long long)v->bad_line);
}

void
mr_ingest_values_free(struct mr_values *v)
{
	mr_idmap_free(&v->map);
	mr_buf_free(&v->genre);
	mr_ids_free(&v->many);
	mr_buf_free(&v->people);
	mr_buf_free(&v->text);
	*v = (struct mr_values){ 0 };
}
