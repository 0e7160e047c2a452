/* What known publishers' files look like; see presets.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/presets.h"

#include <string.h>
#include <strings.h>

#include "tool/ingest/ingest.h"

/* The order of the flags in u.item, by its u.genre. */
const char *const mr_ingest_genre_flags[MR_N_GENRE_FLAGS] = {
	"", "Action", "Adventure", "Animation", "Children's", "Comedy",
	"Crime", "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror",
	"Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War",
	"Western"
};

static int64_t
count_fields(struct mr_slice line, const char *sep)
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

/* The first name, whatever its case, blanks around it and quotes. */
static bool
has_movielens_header(struct mr_slice line)
{
	struct mr_slice name = mr_ingest_cut_name(&line, ',');

	return line.p && ((name.n == 7 &&
	    strncasecmp(name.p, "movieId", 7) == 0) || (name.n == 6 &&
	    strncasecmp(name.p, "userId", 6) == 0));
}

static bool
has_3_double_colons(struct mr_slice line)
{
	return count_fields(line, "::") == 3;
}

static bool
has_4_double_colons(struct mr_slice line)
{
	return count_fields(line, "::") == 4;
}

static bool
has_4_tabs(struct mr_slice line)
{
	return count_fields(line, "\t") == 4;
}

static bool
has_24_bars(struct mr_slice line)
{
	return count_fields(line, "|") == 5 + MR_N_GENRE_FLAGS;
}

#define MOVIELENS (MR_QUIRK_TITLE_YEAR | MR_QUIRK_LATIN1)

static const struct mr_preset presets[] = {
	/* The catalogue's own column names. */
	{ .name = "seed", .films = true, .form = MR_FORM_CSV, .sep = ",",
	    .cols = "item=movieId,title=title,people=cast_and_crew,"
	    "year=year,poster=poster_path,genre=genre" },
	{ .name = "seed", .form = MR_FORM_CSV, .sep = ",",
	    .cols = "item=movieId,user=userId", .quirks = MR_QUIRK_RATED },
	/* GroupLens has published UTF-8 and Latin-1; what is UTF-8 is hardly
	 * Latin-1. */
	{ .name = "movielens", .films = true, .fits = has_movielens_header,
	    .form = MR_FORM_CSV, .sep = ",", .quirks = MOVIELENS },
	{ .name = "movielens", .films = true, .fits = has_3_double_colons,
	    .form = MR_FORM_PLAIN, .sep = "::", .names = "item,title,genre",
	    .quirks = MOVIELENS },
	{ .name = "movielens", .films = true, .fits = has_24_bars,
	    .form = MR_FORM_PLAIN, .sep = "|",
	    .names = "item,title,release_date,video_release_date,imdb_url,"
	    "unknown,g1,g2,g3,g4,g5,g6,g7,g8,g9,g10,g11,g12,g13,g14,g15,g16,"
	    "g17,g18", .quirks = MOVIELENS | MR_QUIRK_U_ITEM,
	    .none_fits = "no MovieLens form of films: expected the header "
	    "movieId,title,genres, 3 fields between ::, or 24 between |" },
	{ .name = "movielens", .fits = has_movielens_header,
	    .form = MR_FORM_CSV, .sep = ",",
	    .quirks = MOVIELENS | MR_QUIRK_RATED },
	{ .name = "movielens", .fits = has_4_double_colons,
	    .form = MR_FORM_PLAIN, .sep = "::",
	    .names = "user,item,rating,time", .quirks = MOVIELENS },
	{ .name = "movielens", .fits = has_4_tabs,
	    .form = MR_FORM_PLAIN, .sep = "\t",
	    .names = "user,item,rating,time", .quirks = MOVIELENS,
	    .none_fits = "no MovieLens form of ratings: expected the header "
	    "userId,movieId,rating, or 4 fields between :: or tabs" },
	/* Lists of films by year. */
	{ .name = "wikipedia", .films = true, .form = MR_FORM_TSV, .sep = "\t",
	    .quirks = MR_QUIRK_PAGES },
	/* A user and his items on each line. */
	{ .name = "lists", .form = MR_FORM_BLANKS, .sep = " " },
};

#define N_PRESETS (sizeof presets / sizeof *presets)

/* Is record i of another name than the one before it? */
static bool
is_first(size_t i)
{
	return i == 0 || strcmp(presets[i].name, presets[i - 1].name) != 0;
}

void
mr_ingest_presets(const char *names[MR_PRESETS_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < N_PRESETS && n < MR_PRESETS_MAX; i++)
		if (is_first(i))
			names[n++] = presets[i].name;
	names[n] = NULL;
}

/* Record i, when it is one of the preset's for this kind; *at counts names
 * and begins with -1. */
static const struct mr_preset *
of_preset(size_t i, int *at, int preset, bool films)
{
	*at += is_first(i);
	return *at == preset && presets[i].films == films ? &presets[i] :
	    NULL;
}

bool
mr_ingest_preset_has(int preset, bool films)
{
	bool has = false;
	int at = -1;

	for (size_t i = 0; i < N_PRESETS; i++)
		has |= of_preset(i, &at, preset, films) != NULL;
	return has;
}

bool
mr_ingest_preset_pages(int preset)
{
	bool pages = false;
	int at = -1;

	for (size_t i = 0; i < N_PRESETS; i++) {
		const struct mr_preset *one = of_preset(i, &at, preset, true);

		pages |= one && one->quirks & MR_QUIRK_PAGES;
	}
	return pages;
}

int
mr_ingest_preset_pick(const struct mr_preset **p, int preset, bool films,
    struct mr_source *s, struct mr_err *err)
{
	const struct mr_preset *last = NULL;
	bool ahead = false;
	int at = -1;

	for (size_t i = 0; i < N_PRESETS; i++) {
		const struct mr_preset *one = of_preset(i, &at, preset,
		    films);

		if (!one)
			continue;
		if (one->fits && !ahead) {
			int rc = mr_ingest_source_peek(s, err);

			if (rc)
				return rc;
			ahead = true;
		}
		last = *p = one;
		/* In an empty input nothing contradicts. */
		if (!one->fits || !s->have_line ||
		    one->fits(mr_buf_slice(&s->line)))
			return MR_OK;
	}
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: %s", s->in.name,
	    (long long)s->line_no, last->none_fits);
}
