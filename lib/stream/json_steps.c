/* The tree of a set of paths; see json_steps.h.
 * SPDX-License-Identifier: MIT */
#include "stream/json_steps.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "stream/literal.h"

struct mr_slice
mr_json_step_name(const struct mr_json_paths *p, int step)
{
	const struct mr_json_step *s = &p->step[step];

	return (struct mr_slice){ s->n ? p->names.p + s->name : "", s->n };
}

struct mr_slice
mr_json_step_in(const struct mr_json_paths *p, int step)
{
	const struct mr_json_step *s = &p->step[step];

	return (struct mr_slice){ s->n_in ? p->names.p + s->in : "", s->n_in };
}

/* Where in the table the child of parent of that name is, or 0 where it would
 * be. */
static int *
slot_of(const struct mr_json_paths *p, int parent, struct mr_slice name)
{
	/* An odd number near 2^64 / the golden ratio. */
	uint64_t hash = mr_hash64(name.p, name.n) +
	    (uint64_t)parent * 0x9e3779b97f4a7c15u;
	size_t mask = p->n_slots - 1, at = (size_t)(hash >> 32) & mask;

	while (p->slot[at] && (p->step[p->slot[at]].parent != parent ||
	    !mr_slice_eq(name, mr_json_step_name(p, p->slot[at]))))
		at = (at + 1) & mask;
	return &p->slot[at];
}

/* Room in the table for one more. */
static int
grow_table(struct mr_json_paths *p, struct mr_err *err)
{
	size_t n = p->n_slots ? 2 * p->n_slots : 16;

	if ((size_t)p->n_steps < p->n_slots / 2)
		return MR_OK;
	free(p->slot);
	p->slot = mr_alloc(n, sizeof *p->slot, "paths", err);
	p->n_slots = p->slot ? n : 0;
	for (int i = 1; p->slot && i < p->n_steps; i++)
		if (p->step[i].n)
			*slot_of(p, p->step[i].parent,
			    mr_json_step_name(p, i)) = i;
	return p->slot ? MR_OK : MR_ENOMEM;
}

/* The child of parent for those elements of a list, or 0. */
static int
find_elements(const struct mr_json_paths *p, int parent, struct mr_slice in)
{
	int i = p->step[parent].child;

	while (i && (p->step[i].n ||
	    !mr_slice_eq(in, mr_json_step_in(p, i))))
		i = p->step[i].next;
	return i;
}

/* The child of parent of that name, or of what stands in brackets, made when
 * there is none; *at. */
static int
take_step(struct mr_json_paths *p, int parent, struct mr_slice name,
    struct mr_slice in, int *at, struct mr_err *err)
{
	const char *equal = in.n ? memchr(in.p, '=', in.n) : NULL;
	struct mr_json_step *s;
	int rc = grow_table(p, err);

	if (rc)
		return rc;
	*at = name.n ? *slot_of(p, parent, name) :
	    find_elements(p, parent, in);
	if (*at)
		return MR_OK;
	rc = mr_grow(&p->step, &p->step_cap, (size_t)p->n_steps + 1,
	    sizeof *p->step, "paths", err);
	if (rc)
		return rc;
	*at = p->n_steps;
	if (name.n)
		*slot_of(p, parent, name) = *at;
	p->n_steps++;
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
			    "expected a.b, a[].b, a[b=word].c or a[:9].b",
			    MR_SHOWN(path));
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

int
mr_json_step_find(struct mr_json_paths *p, int at)
{
	struct mr_slice name = mr_buf_slice(&p->key);
	int i = p->found + 1;

	if (name.n == 0)
		return 0;
	/* Names mostly come in the order in which they were added. */
	if (i >= p->n_steps || p->step[i].parent != at ||
	    !mr_slice_eq(name, mr_json_step_name(p, i)))
		i = *slot_of(p, at, name);
	if (i)
		p->found = i;
	return i;
}

bool
mr_json_step_elements(const struct mr_json_paths *p)
{
	int i = p->step[0].child;

	while (i && p->step[i].n)
		i = p->step[i].next;
	return i > 0;
}
