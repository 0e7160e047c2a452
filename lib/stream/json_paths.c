/* Values of a JSON text by their paths, in one pass over it; see json.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "stream/json_steps.h"
#include "stream/literal.h"

/* Where a value of a path goes: one of several stands behind the others. */
static struct mr_buf *
room(struct mr_json_paths *p, const struct mr_json_step *s,
    struct mr_literal *x)
{
	struct mr_buf *to = &p->value[s->path];

	if (!s->many)
		to->n = 0;
	else if (to->n)
		x->rc = mr_buf_add(to, "|", 1, x->err);
	return x->rc ? NULL : to;
}

/* A string, a number or a word. */
static bool
take_scalar(struct mr_json_paths *p, const struct mr_json_step *s,
    struct mr_literal *x)
{
	static const char *const word[] = { "null", "None", "NaN", "nan",
	    "true", "True", "false", "False" };
	struct mr_buf *to;

	for (int i = 0; i < 8; i++) {
		if (!mr_literal_word(x, word[i]))
			continue;
		if (s->path >= 0 && !s->many)
			p->value[s->path].n = 0;
		if (i < 4 || s->path < 0 || (to = room(p, s, x)) == NULL)
			return x->rc == MR_OK;
		x->rc = mr_buf_add(to, word[i & 6], strlen(word[i & 6]),
		    x->err);
		return x->rc == MR_OK;
	}
	to = s->path >= 0 ? room(p, s, x) : NULL;
	if (x->rc || x->p == x->end)
		return false;
	return *x->p && strchr("\"'uU", *x->p) ? mr_literal_string(x, to) :
	    mr_literal_number(x, to);
}

static bool take_value(struct mr_json_paths *p, int at, struct mr_literal *x,
    int depth);

/* A name of an object and its colon, to p->key. */
static bool
take_key(struct mr_json_paths *p, struct mr_literal *x)
{
	p->key.n = 0;
	mr_literal_blanks(x);
	return mr_literal_string(x, &p->key) && mr_literal_pass(x, ':');
}

/* Does the object that is next say of key that it is the string value? */
static bool
says(struct mr_json_paths *p, struct mr_literal *x, struct mr_slice key,
    struct mr_slice value, int depth)
{
	if (!mr_literal_pass(x, '{') || depth + 1 >= MR_LITERAL_DEPTH)
		return false;
	while (take_key(p, x)) {
		bool this = mr_slice_eq(mr_buf_slice(&p->key), key);

		mr_literal_blanks(x);
		p->key.n = 0;
		if (this && x->p < x->end && *x->p && strchr("\"'uU", *x->p))
			return mr_literal_string(x, &p->key) &&
			    mr_slice_eq(mr_buf_slice(&p->key), value);
		if (!mr_literal_skip(x, depth + 1) || !mr_literal_pass(x, ','))
			return false;
	}
	return false;
}

/* An element, the i-th from 0, by each step that it is one of. */
static bool
take_element(struct mr_json_paths *p, int at, struct mr_literal *x,
    int64_t i, int depth)
{
	const char *from = x->p, *end = NULL;

	for (int c = p->step[at].child; c; c = p->step[c].next) {
		const struct mr_json_step *s = &p->step[c];
		struct mr_slice in = mr_json_step_in(p, c);
		size_t key = s->n_key;

		if (s->n || (s->most && i >= s->most))
			continue;
		x->p = from;
		if (key && !says(p, x, (struct mr_slice){ in.p, key },
		    (struct mr_slice){ in.p + key + 1, in.n - key - 1 },
		    depth))
			continue;
		x->p = from;
		if (x->rc || !take_value(p, c, x, depth + 1))
			return false;
		end = x->p;
	}
	x->p = end ? end : from;
	return x->rc == MR_OK && (end || mr_literal_skip(x, depth + 1));
}

/* Behind the opening bracket. */
static bool
take_inside(struct mr_json_paths *p, int at, bool object,
    struct mr_literal *x, int depth)
{
	int64_t i = 0;

	if (mr_literal_pass(x, object ? '}' : ']'))
		return true;
	do {
		int child;

		if (!object) {
			if (!take_element(p, at, x, i++, depth))
				return false;
			continue;
		}
		if (!take_key(p, x))
			return false;
		child = mr_json_step_find(p, at);
		if (child ? !take_value(p, child, x, depth + 1) :
		    !mr_literal_skip(x, depth + 1))
			return false;
	} while (mr_literal_pass(x, ','));
	return mr_literal_pass(x, object ? '}' : ']');
}

static bool
take_value(struct mr_json_paths *p, int at, struct mr_literal *x, int depth)
{
	const char *from;
	struct mr_buf *to;
	char c;

	mr_literal_blanks(x);
	if (x->p == x->end || depth == MR_LITERAL_DEPTH)
		return false;
	from = x->p;
	c = *x->p;
	if (c != '{' && c != '[')
		return take_scalar(p, &p->step[at], x);
	x->p++;
	if (!take_inside(p, at, c == '{', x, depth))
		return false;
	/* As it stands, unless the path goes on inside. */
	if (p->step[at].path < 0 || (to = room(p, &p->step[at], x)) == NULL)
		return x->rc == MR_OK;
	x->rc = mr_buf_add(to, from, (size_t)(x->p - from), x->err);
	return x->rc == MR_OK;
}

int
mr_json_paths_read(struct mr_json_paths *p, struct mr_slice text, bool *ok,
    struct mr_err *err)
{
	struct mr_literal x = { text.p, text.p + text.n, MR_OK, err };

	for (int i = 0; i < p->n; i++)
		p->value[i].n = 0;
	mr_literal_blanks(&x);
	*ok = p->n && x.p < x.end && (*x.p == '{' || (*x.p == '[' &&
	    mr_json_step_elements(p))) && take_value(p, 0, &x, 0);
	mr_literal_blanks(&x);
	*ok = *ok && x.p == x.end;
	return x.rc;
}

int
mr_json_names(struct mr_slice text, mr_json_take *take, void *ctx,
    struct mr_err *err)
{
	struct mr_literal x = { text.p, text.p + text.n, MR_OK, err };
	struct mr_buf name = { 0 };
	bool go_on = mr_literal_pass(&x, '{');

	while (go_on && x.rc == MR_OK) {
		name.n = 0;
		mr_literal_blanks(&x);
		if (!mr_literal_string(&x, &name) || !mr_literal_pass(&x, ':'))
			break;
		x.rc = take(ctx, mr_buf_slice(&name), err);
		go_on = x.rc == MR_OK && mr_literal_skip(&x, 1) &&
		    mr_literal_pass(&x, ',');
	}
	mr_buf_free(&name);
	return x.rc;
}

void
mr_json_paths_free(struct mr_json_paths *p)
{
	for (int i = 0; i < p->n; i++)
		mr_buf_free(&p->value[i]);
	free(p->value);
	free(p->step);
	free(p->slot);
	mr_buf_free(&p->names);
	mr_buf_free(&p->key);
	*p = (struct mr_json_paths){ 0 };
}
