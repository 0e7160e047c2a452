/* Values of a JSON text by their paths, in one pass over it; see json.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/json.h"
#include "stream/literal.h"

/* A step of a path; those that go on from it are its children. */
struct mr_json_step {
	size_t name, n;		/* in names; n = 0: elements of a list, those
				 * that the text in brackets says */
	size_t in, n_in;
	size_t n_key;		/* of in: KEY=VALUE; 0: not that */
	int64_t most;		/* :N; 0: all */
	int child, next;	/* the first of them, the next beside, or 0 */
	int parent;
	int path;		/* that ends here, or -1 */
	bool many;		/* behind a [] */
};

/* n bytes of the names from at on. */
static struct mr_slice
name_of(const struct mr_json_paths *p, size_t at, size_t n)
{
	return (struct mr_slice){ n ? p->names.p + at : "", n };
}

/* The child of parent of that name, or of what stands in brackets, made when
 * there is none; *at. */
static int
take_step(struct mr_json_paths *p, int parent, struct mr_slice name,
    struct mr_slice in, int *at, struct mr_err *err)
{
	const char *equal = in.n ? memchr(in.p, '=', in.n) : NULL;
	struct mr_json_step *s;
	int rc;

	for (*at = p->step[parent].child; *at; *at = s->next) {
		s = &p->step[*at];
		if (mr_slice_eq(name, name_of(p, s->name, s->n)) &&
		    mr_slice_eq(in, name_of(p, s->in, s->n_in)))
			return MR_OK;
	}
	rc = mr_grow(&p->step, &p->step_cap, (size_t)p->n_steps + 1,
	    sizeof *p->step, "paths", err);
	if (rc)
		return rc;
	*at = p->n_steps++;
	s = &p->step[*at];
	*s = (struct mr_json_step){ .name = p->names.n, .n = name.n,
	    .in = p->names.n + name.n, .n_in = in.n,
	    .n_key = equal ? (size_t)(equal - in.p) : 0,
	    .next = p->step[parent].child, .parent = parent, .path = -1,
	    .many = p->step[parent].many || name.n == 0 };
	if (in.n && *in.p == ':')
		mr_parse_i64((struct mr_slice){ in.p + 1, in.n - 1 },
		    &s->most);
	p->step[parent].child = *at;
	rc = mr_buf_add(&p->names, name.p, name.n, err);
	return rc ? rc : mr_buf_add(&p->names, in.p, in.n, err);
}

/* Is what stands in brackets nothing, :N or KEY=VALUE? */
static bool
is_choice(struct mr_slice in)
{
	int64_t n;

	if (in.n == 0)
		return true;
	if (*in.p == ':')
		return mr_parse_i64((struct mr_slice){ in.p + 1, in.n - 1 },
		    &n) && n > 0;
	return *in.p != '=' && memchr(in.p, '=', in.n) &&
	    !memchr(in.p, '[', in.n);
}

/* Cut the next step off *rest: a name, or n = 0 and what is in brackets. */
static bool
cut_step(struct mr_slice *rest, bool first, struct mr_slice *name,
    struct mr_slice *in)
{
	size_t n = 0;

	*name = *in = (struct mr_slice){ "", 0 };
	if (rest->n >= 2 && *rest->p == '[') {
		const char *end = memchr(rest->p, ']', rest->n);

		if (!end)
			return false;
		*in = (struct mr_slice){ rest->p + 1,
		    (size_t)(end - rest->p) - 1 };
		rest->n -= (size_t)(end + 1 - rest->p);
		rest->p = end + 1;
		return is_choice(*in);
	}
	if (!first) {
		if (*rest->p != '.')
			return false;
		rest->p++;
		rest->n--;
	}
	while (n < rest->n && rest->p[n] != '.' && rest->p[n] != '[' &&
	    rest->p[n] != ']')
		n++;
	*name = (struct mr_slice){ rest->p, n };
	rest->p += n;
	rest->n -= n;
	return n > 0;
}

int
mr_json_paths_add(struct mr_json_paths *p, struct mr_slice path, bool whole,
    struct mr_err *err)
{
	struct mr_slice rest = path, name = path, in = { "", 0 };
	int at = 0, depth = 0, rc = MR_OK;

	if (p->n_steps == 0) {
		rc = mr_grow(&p->step, &p->step_cap, 1, sizeof *p->step,
		    "paths", err);
		if (rc)
			return rc;
		p->step[p->n_steps++] = (struct mr_json_step){ .path = -1 };
	}
	do {
		if (path.n == 0 || ++depth >= MR_LITERAL_DEPTH ||
		    (!whole && !cut_step(&rest, depth == 1, &name, &in)))
			return mr_err_set(err, MR_EARG, "'%.*s' is no path, "
			    "expected a.b, a[].b, a[b=word].c or a[:9].b", MR_SHOWN(path));
		rc = take_step(p, at, name, in, &at, err);
	} while (rc == MR_OK && !whole && rest.n);
	if (rc == MR_OK && p->step[at].path >= 0)
		return mr_err_set(err, MR_EARG, "'%.*s' stands twice",
		    MR_SHOWN(path));
	if (rc == MR_OK)
		rc = mr_grow(&p->value, &p->value_cap, (size_t)p->n + 1,
		    sizeof *p->value, "paths", err);
	if (rc)
		return rc;
	p->value[p->n] = (struct mr_buf){ 0 };
	p->step[at].path = p->n++;
	return MR_OK;
}

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

/* The child that the name in p->key is, or n = 0 the first for elements; -1:
 * none. */
static int
find_child(struct mr_json_paths *p, int at, struct mr_slice name)
{
	int i = p->found + 1;

	/* Names mostly come in the order in which they were added. */
	if (i >= p->n_steps || p->step[i].parent != at ||
	    !mr_slice_eq(name, name_of(p, p->step[i].name, p->step[i].n)))
		for (i = p->step[at].child; i; i = p->step[i].next)
			if (p->step[i].n == name.n && mr_slice_eq(name,
			    name_of(p, p->step[i].name, name.n)))
				break;
	if (i)
		p->found = i;
	return i ? i : -1;
}

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
		size_t key = s->n_key;

		if (s->n || (s->most && i >= s->most))
			continue;
		x->p = from;
		if (key && !says(p, x, name_of(p, s->in, key),
		    name_of(p, s->in + key + 1, s->n_in - key - 1), depth))
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
		child = p->key.n ? find_child(p, at, mr_buf_slice(&p->key)) :
		    -1;
		if (child < 0 ? !mr_literal_skip(x, depth + 1) :
		    !take_value(p, child, x, depth + 1))
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
	struct mr_slice each = { "", 0 };

	for (int i = 0; i < p->n; i++)
		p->value[i].n = 0;
	mr_literal_blanks(&x);
	*ok = p->n_steps && x.p < x.end && (*x.p == '{' || (*x.p == '[' &&
	    find_child(p, 0, each) >= 0)) && take_value(p, 0, &x, 0);
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
	mr_buf_free(&p->names);
	mr_buf_free(&p->key);
	*p = (struct mr_json_paths){ 0 };
}
