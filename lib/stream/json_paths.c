/* Values of a JSON text by their paths, in one pass over it; see json.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/json.h"
#include "stream/literal.h"

/* A step of a path; those that go on from it are its children. */
struct mr_json_step {
	size_t name, n;		/* in names; n = 0: every element of a list */
	int child, next;	/* the first of them, the next beside, or 0 */
	int path;		/* that ends here, or -1 */
	bool many;		/* behind a [] */
};

/* The child of parent of that name, made when there is none; *at. */
static int
take_step(struct mr_json_paths *p, int parent, struct mr_slice name,
    int *at, struct mr_err *err)
{
	struct mr_json_step *s;
	int rc;

	for (*at = p->step[parent].child; *at; *at = p->step[*at].next)
		if (mr_slice_eq(name, (struct mr_slice){ name.n ?
		    p->names.p + p->step[*at].name : name.p,
		    p->step[*at].n }))
			return MR_OK;
	rc = mr_grow(&p->step, &p->step_cap, (size_t)p->n_steps + 1,
	    sizeof *p->step, "paths", err);
	if (rc)
		return rc;
	*at = p->n_steps++;
	s = &p->step[*at];
	*s = (struct mr_json_step){ .name = p->names.n, .n = name.n,
	    .next = p->step[parent].child, .path = -1,
	    .many = p->step[parent].many || name.n == 0 };
	p->step[parent].child = *at;
	return mr_buf_add(&p->names, name.p, name.n, err);
}

/* Cut the next step off *rest: a name, or n = 0 for []. */
static bool
cut_step(struct mr_slice *rest, bool first, struct mr_slice *name)
{
	size_t n = 0;

	*name = (struct mr_slice){ "", 0 };
	if (rest->n >= 2 && memcmp(rest->p, "[]", 2) == 0) {
		rest->p += 2;
		rest->n -= 2;
		return true;
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
	struct mr_slice rest = path, name = path;
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
		    (!whole && !cut_step(&rest, depth == 1, &name)))
			return mr_err_set(err, MR_EARG, "'%.*s' is no path, "
			    "expected a.b or a[].b", MR_SHOWN(path));
		rc = take_step(p, at, name, &at, err);
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

/* The child that the name in p->key, or [] is; -1: none. */
static int
find_child(const struct mr_json_paths *p, int at, struct mr_slice name)
{
	for (int i = p->step[at].child; i; i = p->step[i].next)
		if (p->step[i].n == name.n && (name.n == 0 ||
		    memcmp(p->names.p + p->step[i].name, name.p, name.n) == 0))
			return i;
	return -1;
}

/* Behind the opening bracket. */
static bool
take_inside(struct mr_json_paths *p, int at, bool object,
    struct mr_literal *x, int depth)
{
	int child = object ? -1 : find_child(p, at, (struct mr_slice){ "",
	    0 });

	if (mr_literal_pass(x, object ? '}' : ']'))
		return true;
	do {
		if (object) {
			p->key.n = 0;
			mr_literal_blanks(x);
			if (!mr_literal_string(x, &p->key) ||
			    !mr_literal_pass(x, ':'))
				return false;
			child = p->key.n ? find_child(p, at,
			    mr_buf_slice(&p->key)) : -1;
		}
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
