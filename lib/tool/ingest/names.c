/* The names of the columns; see names.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/names.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"
#include "tool/ingest/field.h"
#include "tool/ingest/options.h"
#include "tool/ingest/presets.h"

/* Names end with LF: the text may move while they are added. */
static int
add_to(struct mr_buf *text, struct mr_slice name, struct mr_err *err)
{
	int rc = mr_buf_add(text, name.p, name.n, err);

	return rc ? rc : mr_buf_add(text, "\n", 1, err);
}

static int
add_name(struct mr_columns *c, struct mr_slice name, struct mr_err *err)
{
	int rc = add_to(&c->text, name, err);

	c->n += rc == MR_OK;
	return rc;
}

static int
name_number(struct mr_columns *c, struct mr_err *err)
{
	char text[16];
	int n = snprintf(text, sizeof text, "%d", c->n + 1);

	return add_name(c, (struct mr_slice){ text, (size_t)n }, err);
}

/* A name of the header, clean. */
static int
take_name(struct mr_columns *c, const struct mr_source *s,
    struct mr_cleaner *k, struct mr_slice name, struct mr_err *err)
{
	int rc = mr_ingest_clean(k, 0, name, &name, err);

	if (rc)
		return rc;
	if (name.n && memchr(name.p, '\n', name.n))
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: the name of "
		    "column %d has a line end in it", s->in.name,
		    (long long)s->line_no, c->n + 1);
	rc = add_to(&c->head, name, err);
	if (rc)
		return rc;
	return name.n ? add_name(c, name, err) : name_number(c, err);
}

/* Each of c->n lines of text. */
static struct mr_slice *
cut_names(const struct mr_columns *c, const struct mr_buf *text,
    struct mr_err *err)
{
	struct mr_slice rest = mr_buf_slice(text);
	struct mr_slice *name = mr_alloc((size_t)c->n, sizeof *name, "columns",
	    err);

	for (int i = 0; name && i < c->n; i++)
		name[i] = mr_slice_cut(&rest, '\n');
	return name;
}

static int
slice_names(struct mr_columns *c, const struct mr_source *s,
    struct mr_err *err)
{
	c->name = cut_names(c, &c->text, err);
	c->taken = mr_alloc((size_t)c->n, sizeof *c->taken, "columns", err);
	if (!c->name || !c->taken)
		return MR_ENOMEM;
	for (int i = 0; i < c->n; i++)
		for (int j = 0; j < i; j++)
			if (mr_slice_eq(c->name[i], c->name[j]))
				return mr_err_set(err, MR_EFORMAT, "%s:%lld: "
				    "column '%.*s' stands twice%s",
				    s->in.name, (long long)s->line_no,
				    (int)c->name[i].n, c->name[i].p,
				    mr_ingest_is_number(c->name[i]) ?
				    " (no header line? --no-header-in)" :
				    " (--no-header-in --cols A,B,.. names "
				    "them in order)");
	return MR_OK;
}

/* Are all columns that cols names in the current row? */
static bool
has_all(const struct mr_columns *c, const struct mr_source *s)
{
	struct mr_slice rest = mr_slice_of(c->preset->cols);
	bool all = true;

	while (rest.n && all) {
		struct mr_slice name = mr_slice_cut(&rest, ',');

		mr_slice_cut(&name, '=');
		all = false;
		for (int i = 0; i < s->n && !all; i++)
			all = mr_slice_eq(s->field[i], name);
	}
	return all;
}

int
mr_ingest_names_read(struct mr_columns *c, const struct mr_ingest *o,
    struct mr_source *s, struct mr_err *err)
{
	struct mr_cleaner k = { .encoding = mr_ingest_encoding(o->encoding),
	    .guess_latin1 = c->quirks & MR_QUIRK_LATIN1, .missing = "" };
	struct mr_slice rest = mr_buf_slice(&s->line);
	bool more = true;
	int rc = mr_ingest_clean_init(&k, 1, err);

	if (s->have_line && s->form == MR_FORM_CSV) {
		while (rest.p && rc == MR_OK)
			rc = take_name(c, s, &k, mr_ingest_cut_name(&rest,
			    s->sep[0]), err);
		s->have_line = false;
	} else {
		do {
			if (rc == MR_OK)
				rc = mr_ingest_source_next(s, &more, err);
		} while (rc == MR_OK && more && c->quirks &
		    MR_QUIRK_PREAMBLE && !has_all(c, s));
		for (int i = 0; rc == MR_OK && more && i < s->n; i++)
			rc = take_name(c, s, &k, s->field[i], err);
	}
	mr_ingest_clean_free(&k);
	if (rc == MR_OK)
		rc = slice_names(c, s, err);
	if (rc)
		return rc;
	c->was = cut_names(c, &c->head, err);
	return c->was ? MR_OK : MR_ENOMEM;
}

static bool
is_among(struct mr_slice names, struct mr_slice name)
{
	while (names.n)
		if (mr_slice_eq(mr_slice_cut(&names, '\n'), name))
			return true;
	return false;
}

/* Columns from the names of objects: c->head has them as they are there. */
struct keys {
	struct mr_columns *c;
	struct mr_cleaner k;
};

static int
add_key(void *ctx, struct mr_slice key, struct mr_err *err)
{
	struct keys *a = ctx;
	struct mr_slice name;
	int rc;

	if (key.n == 0 || memchr(key.p, '\n', key.n) || a->c->n ==
	    MR_COLS_MAX || is_among(mr_buf_slice(&a->c->head), key))
		return MR_OK;
	rc = mr_ingest_clean(&a->k, 0, key, &name, err);
	if (rc == MR_OK)
		rc = add_to(&a->c->head, key, err);
	if (rc)
		return rc;
	return name.n && !memchr(name.p, '\n', name.n) ?
	    add_name(a->c, name, err) : name_number(a->c, err);
}

/* The names in the bytes that are there already; *some: so is an object. */
static int
look_ahead(struct keys *a, const struct mr_source *s, bool *some,
    struct mr_err *err)
{
	struct mr_err cut = { 0 };
	struct mr_json j = { 0 };
	struct mr_in in;
	int rc = mr_in_memory(&in, s->in.buf + s->in.pos,
	    s->in.len - s->in.pos, s->in.name, err);

	*some = false;
	if (rc == MR_OK)
		rc = mr_json_open(&j, &in, err);
	j.form = s->json.form;
	/* The last may be cut off: its first names are names. */
	while (rc == MR_OK && cut.code == MR_OK) {
		bool more;

		if (mr_json_next(&j, &more, &cut) == MR_ENOMEM)
			rc = mr_err_nomem(err, (double)s->in.len, "names");
		else if (!more && cut.code == MR_OK)
			break;
		*some = true;
		if (rc == MR_OK)
			rc = mr_json_names(mr_buf_slice(&j.text), add_key, a,
			    err);
	}
	mr_json_close(&j);
	mr_in_close(&in);
	return rc;
}

/* Paths of --cols that go on in the value of a name that is there. */
static int
add_paths(struct mr_columns *c, const char *cols, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(cols ? cols : "");
	int rc = MR_OK;

	while (rest.p && rc == MR_OK) {
		struct mr_slice all = mr_slice_cut(&rest, ','), path, root;

		mr_slice_cut(&all, '=');
		while (all.p && rc == MR_OK) {
			path = mr_slice_cut(&all, '+');
			root = mr_ingest_path_root(path);
			if (root.n == path.n ||
			    is_among(mr_buf_slice(&c->head), path) ||
			    !is_among(mr_buf_slice(&c->head), root))
				continue;
			rc = add_to(&c->head, path, err);
			if (rc == MR_OK)
				rc = add_name(c, path, err);
		}
	}
	return rc;
}

int
mr_ingest_names_json(struct mr_columns *c, const char *cols,
    struct mr_source *s, struct mr_err *err)
{
	struct keys a = { .c = c, .k.missing = "" };
	bool some = false;
	int n_keys, rc = mr_ingest_clean_init(&a.k, 1, err);

	s->line_no = 1;
	if (rc == MR_OK)
		rc = look_ahead(&a, s, &some, err);
	mr_ingest_clean_free(&a.k);
	n_keys = c->n;
	if (rc == MR_OK && some && n_keys == 0)
		rc = mr_err_set(err, MR_EFORMAT, "%s:1: no object with names, "
		    "expected JSON objects%s", s->in.name,
		    mr_ingest_sniff_lists(&s->head));
	if (rc == MR_OK)
		rc = add_paths(c, cols, err);
	if (rc == MR_OK)
		rc = slice_names(c, s, err);
	if (rc)
		return rc;
	c->was = cut_names(c, &c->head, err);
	if (!c->was)
		return MR_ENOMEM;
	for (int i = 0; i < c->n && rc == MR_OK; i++)
		rc = mr_json_paths_add(&s->paths, c->was[i], i < n_keys, err);
	return rc;
}

int
mr_ingest_names_given(struct mr_columns *c, const char *names,
    const struct mr_source *s, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(names);
	int rc = MR_OK;

	while (rest.p && rc == MR_OK)
		rc = add_name(c, mr_slice_cut(&rest, ','), err);
	return rc ? rc : slice_names(c, s, err);
}

int
mr_ingest_names_count(struct mr_columns *c, const char *cols,
    struct mr_source *s, struct mr_err *err)
{
	const char *order = cols ? cols : c->films ?
	    "item,title,year,people,genre,poster" :
	    c->what == MR_INGEST_TABLE ? "" : "user,item,rating,time";
	struct mr_slice rest = { NULL, 0 };
	bool more;
	int rc = mr_ingest_source_next(s, &more, err);

	s->again = rc == MR_OK && more;
	if (!strchr(order, '='))
		rest = mr_slice_of(order);
	while (s->again && rc == MR_OK && c->n < s->n) {
		struct mr_slice name = { NULL, 0 };

		if (rest.p)
			name = mr_slice_cut(&rest, ',');
		rc = name.n ? add_name(c, name, err) :
		    name_number(c, err);
	}
	if (rc == MR_OK && cols && s->again && rest.p)
		return mr_err_set(err, MR_EFORMAT, "%s:%lld: %d fields, but "
		    "--cols names more ('%.*s')", s->in.name,
		    (long long)s->line_no, s->n, MR_SHOWN(rest));
	return rc ? rc : slice_names(c, s, err);
}
