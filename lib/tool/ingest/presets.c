/* Which record of a publisher's files is that of an input; see presets.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/presets.h"

#include <string.h>

/* The order of the flags in u.item, by its u.genre. */
const char *const mr_ingest_genre_flags[MR_N_GENRE_FLAGS] = {
	"", "Action", "Adventure", "Animation", "Children's", "Comedy",
	"Crime", "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror",
	"Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War",
	"Western"
};

const char *const mr_ingest_what_name[MR_INGEST_N] = {
	[MR_INGEST_MOVIES] = "movies", [MR_INGEST_RATINGS] = "ratings",
	[MR_INGEST_TABLE] = "table"
};

/* Record i of all; NULL behind the last. */
static const struct mr_preset *
record(size_t i)
{
	static const struct mr_publishers *const all[] = {
		&mr_publishers_base, &mr_publishers_sites,
		&mr_publishers_sets
	};

	for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
		if (i < all[k]->n)
			return &all[k]->preset[i];
		i -= all[k]->n;
	}
	return NULL;
}

/* The place of the name of record i among the names, when that of the record
 * before is at; at begins with -1. */
static int
name_at(size_t i, int at)
{
	return at + (i == 0 ||
	    strcmp(record(i)->name, record(i - 1)->name) != 0);
}

void
mr_ingest_presets(const char *names[MR_PRESETS_MAX + 1])
{
	int at = -1, n = 0;

	for (size_t i = 0; record(i) && n < MR_PRESETS_MAX; i++) {
		at = name_at(i, at);
		if (at == n)
			names[n++] = record(i)->name;
	}
	names[n] = NULL;
}

bool
mr_ingest_is_header(const char *header, struct mr_slice line, char sep)
{
	struct mr_slice want = mr_slice_of(header);
	int64_t n_want = mr_ingest_count(want, ","), n = 0;

	while (line.p) {
		struct mr_slice name = mr_ingest_cut_name(&line, sep);
		bool found = false;

		for (want = mr_slice_of(header); want.p && !found;)
			found = mr_slice_eq(mr_slice_cut(&want, ','), name);
		if (!found)
			return false;
		n++;
	}
	return n == n_want;
}

/* Has the line a name? */
static bool
has_name(struct mr_slice line, char sep, struct mr_slice name)
{
	while (line.p)
		if (mr_slice_eq(mr_ingest_cut_name(&line, sep), name))
			return true;
	return false;
}

/* Are all columns there that the record reads?  A later age of a file may have
 * more. */
static bool
has_columns(const struct mr_preset *p, struct mr_slice line)
{
	struct mr_slice rest = mr_slice_of(p->cols ? p->cols : ""), one;

	while (rest.n) {
		one = mr_slice_cut(&rest, ',');
		mr_slice_cut(&one, '=');
		one = mr_slice_cut(&one, '+');
		if (!has_name(line, p->sep[0], one) &&
		    !has_name(line, p->sep[0], mr_ingest_path_root(one)))
			return false;
	}
	one = mr_slice_of(p->only ? p->only : "");
	return one.n == 0 || has_name(line, p->sep[0],
	    mr_slice_cut(&one, '='));
}

/* Is the input of the form of p, as far as the first line tells?  *sep: what
 * parts it, which is another byte than p's where a spreadsheet wrote it again. */
static bool
fits(const struct mr_preset *p, const struct mr_source *s,
    struct mr_slice line, const char **sep)
{
	static const char *const others[] = { ";", "\t" };
	bool json = mr_ingest_sniff_json(&s->head);

	*sep = p->sep;
	if (json != (p->form == MR_FORM_JSON))
		return false;
	if (!p->header)
		return !p->fits || p->fits(line, &s->head);
	if (mr_ingest_is_header(p->header, line, p->sep[0]))
		return true;
	for (int i = 0; i < 2 && p->form == MR_FORM_CSV && *p->sep == ',';
	    i++) {
		*sep = others[i];
		if (mr_ingest_is_header(p->header, line, **sep))
			return true;
	}
	return false;
}

/* A record of the preset, of any when it is negative, for what. */
static bool
is_of(size_t i, int at, int preset, enum mr_ingest_what what)
{
	return (preset < 0 || at == preset) && record(i)->what == what;
}

/* The first record that the line is enough for. */
static const struct mr_preset *
known(enum mr_ingest_what what, const struct mr_source *s,
    struct mr_slice line, const char **sep)
{
	for (size_t i = 0; record(i); i++)
		if (record(i)->what == what && (record(i)->header ||
		    record(i)->by_shape) && fits(record(i), s, line, sep))
			return record(i);
	return NULL;
}

const struct mr_preset *
mr_ingest_preset_known(enum mr_ingest_what what, const struct mr_source *s,
    const char **sep)
{
	const struct mr_preset *p;
	struct mr_slice line;

	if (!mr_ingest_sniff_first(&s->head, &line))
		return NULL;
	p = known(what, s, line, sep);
	/* The form of a table is known by whatever it is. */
	for (int k = 0; !p && what == MR_INGEST_TABLE && k < MR_INGEST_TABLE;
	    k++)
		p = known((enum mr_ingest_what)k, s, line, sep);
	return p;
}

int
mr_ingest_preset_wrong(int preset, enum mr_ingest_what what,
    const struct mr_source *s, struct mr_err *err)
{
	struct mr_slice line;
	const char *sep;
	int at = -1;

	if (what == MR_INGEST_TABLE ||
	    !mr_ingest_sniff_first(&s->head, &line))
		return MR_OK;
	if (known(what, s, line, &sep))
		return MR_OK;
	for (size_t i = 0; record(i); i++) {
		const struct mr_preset *p = record(i);

		at = name_at(i, at);
		if (is_of(i, at, preset, p->what) && p->what != what &&
		    (p->header || (p->by_shape && preset < 0)) &&
		    fits(p, s, line, &sep))
			return mr_err_set(err, MR_EFORMAT, "%s:1: is %s of "
			    "%s, expected %s (mr-ingest %s reads it)",
			    s->in.name, p->what == MR_INGEST_TABLE ?
			    "a table" : mr_ingest_what_name[p->what], p->name,
			    mr_ingest_what_name[what],
			    mr_ingest_what_name[p->what]);
	}
	return MR_OK;
}

bool
mr_ingest_preset_has(int preset, enum mr_ingest_what what)
{
	int at = -1;

	for (size_t i = 0; record(i); i++) {
		at = name_at(i, at);
		/* A table may be of any form but a list of items a line. */
		if (is_of(i, at, preset, what) || (at == preset &&
		    what == MR_INGEST_TABLE &&
		    !(record(i)->quirks & MR_QUIRK_PAGES) &&
		    record(i)->form != MR_FORM_BLANKS))
			return true;
	}
	return false;
}

bool
mr_ingest_preset_pages(int preset)
{
	int at = -1;

	for (size_t i = 0; record(i); i++) {
		at = name_at(i, at);
		if (at == preset && record(i)->quirks & MR_QUIRK_PAGES)
			return true;
	}
	return false;
}

/* The record for what; *last: of those that do not fit the last. */
static const struct mr_preset *
pick(int preset, enum mr_ingest_what what, const struct mr_source *s,
    const struct mr_preset **last, const char **sep)
{
	struct mr_slice line;
	/* In an empty input nothing contradicts. */
	bool some = mr_ingest_sniff_first(&s->head, &line);

	for (int k = 0; k < 2; k++) {
		int at = -1;

		for (size_t i = 0; record(i); i++) {
			const struct mr_preset *p = record(i);

			at = name_at(i, at);
			if (!is_of(i, at, preset, what))
				continue;
			*last = p;
			if (some && k == 0 && fits(p, s, line, sep))
				return p;
			*sep = p->sep;
			if (!some || (k && p->header && p->cols &&
			    has_columns(p, line)))
				return p;
		}
	}
	return NULL;
}

int
mr_ingest_preset_pick(const struct mr_preset **p, const char **sep,
    int preset, enum mr_ingest_what what, struct mr_source *s,
    struct mr_err *err)
{
	const struct mr_preset *last = NULL, *other = NULL;

	*p = pick(preset, what, s, &last, sep);
	for (int k = 0; !*p && what == MR_INGEST_TABLE && k < MR_INGEST_TABLE;
	    k++)
		*p = pick(preset, (enum mr_ingest_what)k, s, last ? &other :
		    &last, sep);
	/* What its own reader reads is not peeked at. */
	if (*p && (*p)->fits && (*p)->form == MR_FORM_CSV && !(*p)->names &&
	    !((*p)->quirks & MR_QUIRK_PREAMBLE))
		return mr_ingest_source_peek(s, err);
	if (*p)
		return MR_OK;
	if (mr_ingest_sniff_json(&s->head))
		return mr_err_set(err, MR_EFORMAT, "%s: is JSON, which this "
		    "--preset does not expect (--json reads it)", s->in.name);
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: %s", s->in.name,
	    (long long)(s->line_no ? s->line_no : 1), last->none_fits ?
	    last->none_fits : "not of the form of this --preset");
}
