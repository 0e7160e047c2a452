/* Lines in fields; see source.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/source.h"

#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"
#include "tool/ingest/field.h"

struct mr_slice
mr_ingest_cut_name(struct mr_slice *rest, char sep)
{
	struct mr_slice all = *rest, name = mr_ingest_trim(all), tail;
	const char *end = NULL;

	if (name.n && name.p[0] == '"')
		end = memchr(name.p + 1, '"', name.n - 1);
	/* Two are one of the name. */
	while (end && end + 2 < name.p + name.n && end[1] == '"')
		end = memchr(end + 2, '"',
		    (size_t)(name.p + name.n - end) - 2);
	tail = end ? (struct mr_slice){ end, (size_t)(all.p + all.n - end) } :
	    all;
	mr_slice_cut(&tail, sep);
	*rest = tail;
	name = (struct mr_slice){ all.p, tail.p ?
	    (size_t)(tail.p - all.p) - 1 : all.n };
	name = mr_ingest_trim(name);
	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = mr_ingest_trim((struct mr_slice){ name.p + 1,
		    name.n - 2 });
	return name;
}

int
mr_ingest_cut(struct mr_slice line, const char *sep, struct mr_slice *field,
    int max)
{
	size_t n_sep = strlen(sep);
	int n = 0;

	for (; n_sep == 1 && n < max; n++) {
		field[n] = mr_slice_cut(&line, sep[0]);
		if (!line.p)
			return n + 1;
	}
	while (n < max) {
		const char *at = line.n ? memmem(line.p, line.n, sep, n_sep) :
		    NULL;

		field[n] = line;
		if (!at)
			return n + 1;
		field[n++].n = (size_t)(at - line.p);
		line.n -= (size_t)(at - line.p) + n_sep;
		line.p = at + n_sep;
	}
	return n;
}

int64_t
mr_ingest_count(struct mr_slice line, const char *sep)
{
	size_t n_sep = strlen(sep);
	int64_t n = 1;

	for (const char *at; line.n && (at = memmem(line.p, line.n, sep,
	    n_sep)) != NULL; n++) {
		line.n -= (size_t)(at - line.p) + n_sep;
		line.p = at + n_sep;
	}
	return n;
}

struct mr_slice
mr_ingest_path_root(struct mr_slice path)
{
	size_t n = 0;

	while (n < path.n && path.p[n] != '.' && path.p[n] != '[')
		n++;
	return (struct mr_slice){ path.p, n };
}

/* Empty fields behind the last column are none, as spreadsheets leave them. */
static void
drop_empty(struct mr_source *s)
{
	while (s->n_cols && s->n > s->n_cols &&
	    mr_ingest_trim(s->field[s->n - 1]).n == 0)
		s->n--;
}

/* A row that ends before columns without a name, as of a header that alone has
 * a delimiter at its end, is one whose last fields are empty. */
static int
pad(struct mr_source *s, struct mr_err *err)
{
	if (!s->own)
		s->own = mr_alloc(MR_COLS_MAX + 1, sizeof *s->own, "fields",
		    err);
	if (!s->own)
		return MR_ENOMEM;
	if (s->field != s->own)
		memcpy(s->own, s->field, (size_t)s->n * sizeof *s->own);
	s->field = s->own;
	while (s->n < s->n_cols)
		s->field[s->n++] = (struct mr_slice){ "", 0 };
	return MR_OK;
}

int
mr_ingest_fit(struct mr_source *s, struct mr_err *err)
{
	if (s->n > s->n_cols)
		drop_empty(s);
	return s->n == s->n_named && s->n < s->n_cols ? pad(s, err) : MR_OK;
}
