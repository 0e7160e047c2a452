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

/* Any object, and one of Amazon's reviews before 2023. */
static bool
is_object(struct mr_slice line)
{
	line = mr_slice_trim(line);
	return line.n && *line.p == '{';
}

static bool
has_reviewer(struct mr_slice line)
{
	return is_object(line) && memmem(line.p, line.n, "reviewerID", 10);
}

#define IMDB_NOW "Const,Your Rating,Date Rated,Title,Original Title,URL," \
	"Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes," \
	"Release Date,Directors"
#define IMDB_BEFORE "Const,Your Rating,Date Rated,Title,URL,Title Type," \
	"IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date," \
	"Directors"
#define IMDB_FILM "item=Const,title=Title,year=Year,genre=Genres," \
	"people=Directors"
#define IMDB_RATING "item=Const,rating=Your Rating,time=Date Rated"
#define IMDB_ONLY "Title Type=movie,Movie,Feature Film,tvMovie,TV Movie"
#define GOODREADS "Book Id,Title,Author,Author l-f,Additional Authors,ISBN," \
	"ISBN13,My Rating,Average Rating,Publisher,Binding,Number of Pages," \
	"Year Published,Original Publication Year,Date Read,Date Added," \
	"Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review," \
	"Spoiler,Private Notes,Read Count,Owned Copies"

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
	/* IMDb: the daily tables, where \\N alone is missing, and one user's
	 * export as it is now and as it was before Original Title. */
	{ .name = "imdb", .films = true, .form = MR_FORM_PLAIN, .sep = "\t",
	    .header = "tconst,titleType,primaryTitle,originalTitle,isAdult,"
	    "startYear,endYear,runtimeMinutes,genres", .cols = "item=tconst,"
	    "title=primaryTitle,year=startYear,genre=genres",
	    .missing = "\\N", .only = "titleType=movie,tvMovie" },
	{ .name = "imdb", .films = true, .form = MR_FORM_CSV, .sep = ",",
	    .header = IMDB_NOW, .cols = IMDB_FILM, .only = IMDB_ONLY,
	    .quirks = MR_QUIRK_YEAR_DATE },
	{ .name = "imdb", .films = true, .form = MR_FORM_CSV, .sep = ",",
	    .header = IMDB_BEFORE, .cols = IMDB_FILM, .only = IMDB_ONLY,
	    .quirks = MR_QUIRK_YEAR_DATE, .none_fits = "no IMDb form of "
	    "films: expected the header of title.basics.tsv or of one user's "
	    "ratings" },
	{ .name = "imdb", .form = MR_FORM_CSV, .sep = ",",
	    .header = IMDB_NOW, .cols = IMDB_RATING, .only = IMDB_ONLY },
	{ .name = "imdb", .form = MR_FORM_CSV, .sep = ",",
	    .header = IMDB_BEFORE, .cols = IMDB_RATING, .only = IMDB_ONLY,
	    .none_fits = "no IMDb form of ratings: expected the header of one "
	    "user's ratings, Const,Your Rating,Date Rated,.." },
	/* Letterboxd has no ids, and the URI of a diary is the entry's. */
	{ .name = "letterboxd", .form = MR_FORM_CSV, .sep = ",",
	    .header = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,"
	    "Watched Date", .cols = "item=Name,rating=Rating,time=Watched Date",
	    .quirks = MR_QUIRK_NAME_YEAR },
	{ .name = "letterboxd", .form = MR_FORM_CSV, .sep = ",",
	    .header = "Date,Name,Year,Letterboxd URI,Rating",
	    .cols = "item=Name,rating=Rating,time=Date",
	    .quirks = MR_QUIRK_NAME_YEAR, .none_fits = "no Letterboxd form of "
	    "ratings: expected the header of ratings.csv or diary.csv (of "
	    "watched.csv and watchlist.csv it is the same: --events --cols "
	    "item=Name)" },
	/* TMDB: one user's export, the tables of Kaggle. */
	{ .name = "tmdb", .form = MR_FORM_CSV, .sep = ",",
	    .header = "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,"
	    "Episode Number,Rating,Your Rating,Date Rated",
	    .cols = "item=TMDb ID,rating=Your Rating,time=Date Rated",
	    .only = "Type=movie", .none_fits = "no TMDB form of ratings: "
	    "expected the header of one user's export, TMDb ID,IMDb ID,.." },
	{ .name = "tmdb", .films = true, .form = MR_FORM_CSV, .sep = ",",
	    .header = "budget,genres,homepage,id,keywords,original_language,"
	    "original_title,overview,popularity,production_companies,"
	    "production_countries,release_date,revenue,runtime,"
	    "spoken_languages,status,tagline,title,vote_average,vote_count",
	    .cols = "item=id,year=release_date",
	    .quirks = MR_QUIRK_YEAR_DATE },
	{ .name = "tmdb", .films = true, .form = MR_FORM_CSV, .sep = ",",
	    .header = "adult,belongs_to_collection,budget,genres,homepage,id,"
	    "imdb_id,original_language,original_title,overview,popularity,"
	    "poster_path,production_companies,production_countries,"
	    "release_date,revenue,runtime,spoken_languages,status,tagline,"
	    "title,video,vote_average,vote_count",
	    .cols = "item=id,year=release_date",
	    .quirks = MR_QUIRK_YEAR_DATE, .none_fits = "no TMDB form of films: "
	    "expected the header of tmdb_5000_movies.csv or "
	    "movies_metadata.csv" },
	{ .name = "trakt", .form = MR_FORM_JSON, .sep = "",
	    .cols = "item=movie.ids.tmdb,rating=rating,time=rated_at" },
	{ .name = "hetrec", .form = MR_FORM_PLAIN, .sep = "\t",
	    .header = "userID,movieID,rating,timestamp",
	    .cols = "user=userID,item=movieID", .quirks = MR_QUIRK_LATIN1 },
	{ .name = "hetrec", .form = MR_FORM_PLAIN, .sep = "\t",
	    .header = "userID,artistID,weight",
	    .cols = "user=userID,item=artistID,rating=weight",
	    .quirks = MR_QUIRK_LATIN1, .none_fits = "no HetRec form of "
	    "ratings: expected the header of user_ratedmovies-timestamps.dat "
	    "or user_artists.dat" },
	/* Book-Crossing: quotes as they come, 0 is no rating. */
	{ .name = "bookcrossing", .films = true, .form = MR_FORM_BACKSLASH,
	    .sep = ";", .header = "ISBN,Book-Title,Book-Author,"
	    "Year-Of-Publication,Publisher,Image-URL-S,Image-URL-M,"
	    "Image-URL-L", .cols = "item=ISBN,title=Book-Title,"
	    "people=Book-Author,year=Year-Of-Publication",
	    .quirks = MR_QUIRK_LATIN1, .none_fits = "no Book-Crossing form: "
	    "expected the header of BX-Books.csv" },
	{ .name = "bookcrossing", .form = MR_FORM_BACKSLASH, .sep = ";",
	    .header = "User-ID,ISBN,Book-Rating",
	    .cols = "user=User-ID,item=ISBN,rating=Book-Rating",
	    .unrated = "0", .quirks = MR_QUIRK_LATIN1,
	    .none_fits = "no Book-Crossing form: expected the header of "
	    "BX-Book-Ratings.csv" },
	{ .name = "amazon", .form = MR_FORM_CSV, .sep = ",",
	    .header = "user_id,parent_asin,rating,timestamp",
	    .cols = "item=parent_asin" },
	{ .name = "amazon", .form = MR_FORM_JSON, .sep = "",
	    .fits = has_reviewer, .cols = "user=reviewerID,item=asin,"
	    "rating=overall,time=unixReviewTime" },
	{ .name = "amazon", .form = MR_FORM_JSON, .sep = "", .fits = is_object,
	    .cols = "user=user_id,item=parent_asin,rating=rating,"
	    "time=timestamp", .none_fits = "no Amazon form of ratings: "
	    "expected reviews in JSON, or the header user_id,parent_asin,"
	    "rating,timestamp" },
	{ .name = "goodreads", .films = true, .form = MR_FORM_CSV, .sep = ",",
	    .header = GOODREADS, .cols = "item=Book Id,title=Title,"
	    "people=Author,year=Original Publication Year",
	    .none_fits = "no Goodreads form: expected the header of one "
	    "user's library" },
	{ .name = "goodreads", .form = MR_FORM_CSV, .sep = ",",
	    .header = GOODREADS, .cols = "item=Book Id,rating=My Rating,"
	    "time=Date Added", .unrated = "0", .none_fits = "no Goodreads "
	    "form: expected the header of one user's library" },
	{ .name = "recbole", .form = MR_FORM_PLAIN, .sep = "\t",
	    .header = "user_id:token,item_id:token,rating:float,"
	    "timestamp:float", .cols = "user=user_id:token,"
	    "item=item_id:token,rating=rating:float,time=timestamp:float" },
	{ .name = "recbole", .form = MR_FORM_PLAIN, .sep = "\t",
	    .header = "user_id:token,item_id:token,timestamp:float",
	    .cols = "user=user_id:token,item=item_id:token,"
	    "time=timestamp:float", .none_fits = "no RecBole form: expected "
	    "the header user_id:token, item_id:token, .." },
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

/* Are the names of the line those of the header, in any order? */
static bool
is_header(const struct mr_preset *p, struct mr_slice line)
{
	struct mr_slice want = mr_slice_of(p->header);
	int64_t n_want = count_fields(want, ","), n = 0;

	while (line.p) {
		struct mr_slice name = mr_ingest_cut_name(&line, p->sep[0]);
		bool found = false;

		for (want = mr_slice_of(p->header); want.p && !found;)
			found = mr_slice_eq(mr_slice_cut(&want, ','), name);
		if (!found)
			return false;
		n++;
	}
	return n == n_want;
}

const struct mr_preset *
mr_ingest_preset_known(bool films, const struct mr_source *s)
{
	struct mr_slice line;

	if (!mr_ingest_sniff_first(&s->head, &line))
		return NULL;
	for (size_t i = 0; i < N_PRESETS; i++)
		if (presets[i].films == films && presets[i].header &&
		    is_header(&presets[i], line))
			return &presets[i];
	return NULL;
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
	struct mr_slice line = { NULL, 0 };
	bool ahead = false, json = mr_ingest_sniff_json(&s->head);
	int at = -1;

	for (size_t i = 0; i < N_PRESETS; i++) {
		const struct mr_preset *one = of_preset(i, &at, preset,
		    films);

		if (!one)
			continue;
		last = *p = one;
		if (json && one->form != MR_FORM_JSON)
			continue;
		if ((one->form == MR_FORM_JSON || one->header) &&
		    mr_ingest_sniff_first(&s->head, &line)) {
			/* What is read by its own reader is not peeked at. */
			if (one->header ? is_header(one, line) :
			    json && (!one->fits || one->fits(line)))
				return MR_OK;
			continue;
		}
		if (one->fits && !ahead && !one->header) {
			int rc = mr_ingest_source_peek(s, err);

			if (rc)
				return rc;
			ahead = true;
		}
		/* In an empty input nothing contradicts. */
		if (!one->fits || !s->have_line ||
		    one->fits(mr_buf_slice(&s->line)))
			return MR_OK;
	}
	if (json)
		return mr_err_set(err, MR_EFORMAT, "%s: is JSON, which this "
		    "--preset does not expect (--json reads it)", s->in.name);
	return mr_err_set(err, MR_EFORMAT, "%s:%lld: %s", s->in.name,
	    (long long)(s->line_no ? s->line_no : 1), last->none_fits ?
	    last->none_fits : "not of the form of this --preset");
}
