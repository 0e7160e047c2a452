/* Rows out of JSON: an object each, or each element of a list in one; see
 * source.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/source.h"

#include "stream/tsv.h"

/* The values of paths, the first ones passed over, are further fields. */
static int
take_values(struct mr_source *s, const struct mr_json_paths *paths, int from,
    struct mr_err *err)
{
	for (int i = from; i < paths->n; i++) {
		const struct mr_buf *v = &paths->value[i];

		if (v->n > MR_FIELD_MAX)
			return mr_err_set(err, MR_EFORMAT,
			    "%s:%lld: a value has more than %zu bytes",
			    s->in.name, (long long)s->line_no, MR_FIELD_MAX);
		s->field[s->n++] = (struct mr_slice){ v->n ? v->p : "",
		    v->n };
	}
	return MR_OK;
}

/* The next value of the input by paths; *ok: it is an object. */
static int
next_object(struct mr_source *s, struct mr_json_paths *paths, bool *more,
    bool *ok, struct mr_err *err)
{
	int rc = mr_json_next(&s->json, more, err);

	s->line_no = s->json.line_no;
	s->raw = s->json.raw;
	*ok = true;
	return rc || !*more ? rc : mr_json_paths_read(paths, s->raw, ok, err);
}

void
mr_ingest_list_close(struct mr_json_list *l)
{
	mr_json_close(&l->json);
	mr_in_close(&l->in);
	l->open = false;
}

/* Begin the list of the next object that has one; *ok is false at a value
 * that is no object, where it did not. */
static int
open_list(struct mr_source *s, bool *more, bool *ok, struct mr_err *err)
{
	struct mr_json_list *l = &s->list;
	const struct mr_buf *text;
	int rc;

	do {
		rc = next_object(s, &l->outer, more, ok, err);
		if (rc || !*more || !*ok)
			return rc;
		text = &l->outer.value[0];
	} while (text->n == 0 || text->p[0] != '[');
	rc = mr_in_memory(&l->in, text->p, text->n, s->in.name, err);
	if (rc)
		return rc;
	l->open = true;
	return mr_json_open(&l->json, &l->in, err);
}

/* The next element; *more is false at the end of the input. */
static int
next_element(struct mr_source *s, bool *more, bool *ok, struct mr_err *err)
{
	struct mr_json_list *l = &s->list;
	bool element = false;
	int rc = MR_OK;

	*ok = true;
	for (;;) {
		if (l->open)
			rc = mr_json_next(&l->json, &element, err);
		if (rc || element)
			break;
		mr_ingest_list_close(l);
		rc = open_list(s, more, ok, err);
		if (rc || !*more || !*ok)
			return rc;
	}
	if (rc == MR_OK) {
		s->raw = l->json.raw;
		rc = mr_json_paths_read(&s->paths, s->raw, ok, err);
	}
	return rc;
}

int
mr_ingest_source_json(struct mr_source *s, bool *more, struct mr_err *err)
{
	bool ok = false;
	int rc = s->list.outer.n ? next_element(s, more, &ok, err) :
	    next_object(s, &s->paths, more, &ok, err);

	s->n = 0;
	s->bad = !ok;
	if (rc || !*more || !ok)
		return rc;
	rc = take_values(s, &s->list.outer, 1, err);
	return rc ? rc : take_values(s, &s->paths, 0, err);
}
