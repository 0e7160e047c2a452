/* Forms of files: MovieLens, and those that are nobody's; see presets.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "tool/ingest/presets.h"

/* The first name, whatever its case, blanks around it and quotes. */
static bool
has_movielens_header(struct mr_slice line, const struct mr_sniff *head)
{
	struct mr_slice name = mr_ingest_cut_name(&line, ',');

	(void)head;
	return line.p && ((name.n == 7 &&
	    strncasecmp(name.p, "movieId", 7) == 0) || (name.n == 6 &&
	    strncasecmp(name.p, "userId", 6) == 0));
}

static bool
has_3_double_colons(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, "::") == 3;
}

static bool
has_4_double_colons(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, "::") == 4;
}

static bool
has_5_double_colons(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, "::") == 5;
}

static bool
has_4_tabs(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, "\t") == 4;
}

static bool
has_5_bars(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, "|") == 5;
}

static bool
has_24_bars(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, "|") == 5 + MR_N_GENRE_FLAGS;
}

/* Users of 1M have M or F in the second of their fields, tags of 10M a number
 * there; tags may hold what parts the fields. */
static bool
has_tag(struct mr_slice line, const struct mr_sniff *head)
{
	struct mr_slice field[8];
	double v;

	(void)head;
	return mr_ingest_count(line, "::") >= 4 &&
	    mr_ingest_count(line, "::") <= 8 &&
	    mr_ingest_cut(line, "::", field, 8) >= 4 &&
	    mr_parse_f64(field[1], &v);
}

#define MOVIELENS (MR_QUIRK_TITLE_YEAR | MR_QUIRK_LATIN1)
#define MOVIELENS_OWN "movie_id,imdb_id,tmdb_id,rating,average_rating,title"

static const struct mr_preset presets[] = {
	/* The catalogue's own column names. */
	{ .name = "seed", .what = MR_INGEST_MOVIES, .form = MR_FORM_CSV,
	    .sep = ",", .cols = "item=movieId,title=title,"
	    "people=cast_and_crew,year=year,poster=poster_path,genre=genre" },
	{ .name = "seed", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .cols = "item=movieId,user=userId",
	    .quirks = MR_QUIRK_RATED },
	/* One user's own, and then the data sets.  GroupLens has published
	 * UTF-8 and Latin-1; what is UTF-8 is hardly Latin-1. */
	{ .name = "movielens", .what = MR_INGEST_MOVIES, .form = MR_FORM_CSV,
	    .sep = ",", .header = MOVIELENS_OWN,
	    .cols = "item=movie_id,title=title,imdb=imdb_id,tmdb=tmdb_id",
	    .quirks = MOVIELENS | MR_QUIRK_TT },
	{ .name = "movielens", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .header = MOVIELENS_OWN,
	    .cols = "item=movie_id,rating=rating", .unrated = "",
	    .quirks = MR_QUIRK_LATIN1 },
	{ .name = "movielens", .what = MR_INGEST_MOVIES, .form = MR_FORM_CSV,
	    .sep = ",", .header = "movieId,title,genres",
	    .quirks = MOVIELENS },
	{ .name = "movielens", .what = MR_INGEST_MOVIES,
	    .fits = has_movielens_header,
	    .form = MR_FORM_CSV, .sep = ",", .quirks = MOVIELENS },
	{ .name = "movielens", .what = MR_INGEST_MOVIES,
	    .fits = has_3_double_colons,
	    .form = MR_FORM_PLAIN, .sep = "::", .names = "item,title,genre",
	    .quirks = MOVIELENS },
	{ .name = "movielens", .what = MR_INGEST_MOVIES, .fits = has_24_bars,
	    .form = MR_FORM_PLAIN, .sep = "|",
	    .names = "item,title,release_date,video_release_date,imdb_url,"
	    "unknown,g1,g2,g3,g4,g5,g6,g7,g8,g9,g10,g11,g12,g13,g14,g15,g16,"
	    "g17,g18", .quirks = MOVIELENS | MR_QUIRK_U_ITEM,
	    .none_fits = "no MovieLens form of films: expected the header "
	    "movieId,title,genres, 3 fields between ::, or 24 between |" },
	{ .name = "movielens", .what = MR_INGEST_RATINGS,
	    .fits = has_movielens_header, .form = MR_FORM_CSV, .sep = ",",
	    .quirks = MOVIELENS | MR_QUIRK_RATED },
	{ .name = "movielens", .what = MR_INGEST_RATINGS,
	    .fits = has_4_double_colons, .form = MR_FORM_PLAIN, .sep = "::",
	    .names = "user,item,rating,time", .quirks = MOVIELENS },
	{ .name = "movielens", .what = MR_INGEST_RATINGS, .fits = has_4_tabs,
	    .form = MR_FORM_PLAIN, .sep = "\t",
	    .names = "user,item,rating,time", .quirks = MOVIELENS,
	    .none_fits = "no MovieLens form of ratings: expected the header "
	    "userId,movieId,rating, or 4 fields between :: or tabs" },
	{ .name = "movielens", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = "movieId,imdbId,tmdbId",
	    .cols = "item=movieId,imdb=imdbId,tmdb=tmdbId",
	    .quirks = MR_QUIRK_TT },
	{ .name = "movielens", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = "userId,movieId,tag,timestamp",
	    .cols = "user=userId,item=movieId,time=timestamp", .missing = "",
	    .quirks = MR_QUIRK_LATIN1 },
	{ .name = "movielens", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = "movieId,tagId,relevance",
	    .cols = "item=movieId,tag=tagId" },
	{ .name = "movielens", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = "tagId,tag", .cols = "tag=tagId,name=tag",
	    .missing = "" },
	{ .name = "movielens", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = MOVIELENS_OWN,
	    .cols = "movielens=movie_id,imdb=imdb_id,tmdb=tmdb_id",
	    .quirks = MOVIELENS | MR_QUIRK_TT },
	{ .name = "movielens", .what = MR_INGEST_TABLE, .fits = has_tag,
	    .form = MR_FORM_PLAIN, .sep = "::", .rest = 2,
	    .names = "user,item,tag,time", .cols = "time=time",
	    .missing = "", .quirks = MR_QUIRK_LATIN1 },
	{ .name = "movielens", .what = MR_INGEST_TABLE,
	    .fits = has_5_double_colons, .form = MR_FORM_PLAIN, .sep = "::",
	    .names = "user,gender,age,occupation,zip" },
	{ .name = "movielens", .what = MR_INGEST_TABLE, .fits = has_5_bars,
	    .form = MR_FORM_PLAIN, .sep = "|",
	    .names = "user,age,gender,occupation,zip",
	    .none_fits = "no MovieLens form of a table: expected the header "
	    "of links.csv, tags.csv or the genome, or users or tags between "
	    ":: or |" },
	/* Lists of films by year. */
	{ .name = "wikipedia", .what = MR_INGEST_MOVIES, .form = MR_FORM_TSV,
	    .sep = "\t", .quirks = MR_QUIRK_PAGES },
	/* A user and his items on each line. */
	{ .name = "lists", .what = MR_INGEST_RATINGS, .form = MR_FORM_BLANKS,
	    .sep = " " },
};

const struct mr_publishers mr_publishers_base = { presets,
	sizeof presets / sizeof *presets };
