/* The names of the columns; see names.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/names.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"
#include "tool/ingest/field.h"
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
				    " (no header line? --no-header-in)" : "");
	return MR_OK;
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
		if (rc == MR_OK)
			rc = mr_ingest_source_next(s, &more, err);
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
	    "item,title,year,people,genre,poster" : "user,item,rating,time";
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
	return rc ? rc : slice_names(c, s, err);
}
