/* Forms of files: sites about films, their tables and what they give a user of
 * his own; see presets.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool/ingest/presets.h"

#define IMDB_REST "Title Type,IMDb Rating,Runtime (mins),Year,Genres," \
	"Num Votes,Release Date,Directors"
#define IMDB_NOW "Const,Your Rating,Date Rated,Title,Original Title,URL," \
	IMDB_REST
#define IMDB_BEFORE "Const,Your Rating,Date Rated,Title,URL," IMDB_REST
#define IMDB_LIST "Position,Const,Created,Modified,Description,Title," \
	"Original Title,URL," IMDB_REST ",Your Rating,Date Rated"
#define IMDB_LIST_BEFORE "Position,Const,Created,Modified,Description,Title," \
	"URL," IMDB_REST ",Your Rating,Date Rated"
#define IMDB_OLD "position,const,created,modified,description,Title," \
	"Title type,Directors,You rated,IMDb Rating,Runtime (mins),Year," \
	"Genres,Num. Votes,Release Date (month/day/year),URL"
#define IMDB_FILM "item=Const,title=Title,year=Year,genre=Genres," \
	"people=Directors"
#define IMDB_RATING "item=Const,rating=Your Rating,time=Date Rated"
#define IMDB_TABLE "imdb=Const,title=Title,year=Year,rating=Your Rating," \
	"time=Date Rated"
#define IMDB_TYPES "=movie,Movie,Feature Film,tvMovie,TV Movie"
#define IMDB_ONLY "Title Type" IMDB_TYPES

#define IMDB(kind, head, columns) { .name = "imdb", .what = kind, \
	    .form = MR_FORM_CSV, .sep = ",", .header = head, .cols = columns, \
	    .only = IMDB_ONLY, .unrated = "", \
	    .quirks = MR_QUIRK_YEAR_DATE | MR_QUIRK_LATIN1 }
#define IMDB_DAILY(head, columns) { .name = "imdb", .what = MR_INGEST_TABLE, \
	    .form = MR_FORM_PLAIN, .sep = "\t", .header = head, \
	    .cols = columns, .missing = "\\N" }

/* IMDb: the daily tables, where \N alone is missing, and one user's ratings and
 * lists of four ages. */

#define LETTERBOXD_RATINGS "Date,Name,Year,Letterboxd URI,Rating"
#define LETTERBOXD_DIARY LETTERBOXD_RATINGS ",Rewatch,Tags,Watched Date"
#define LETTERBOXD_REVIEWS LETTERBOXD_RATINGS ",Rewatch,Review,Tags," \
	"Watched Date"
#define LETTERBOXD_SEEN "Date,Name,Year,Letterboxd URI"
#define LETTERBOXD_TABLE "title=Name,year=Year,uri=Letterboxd URI," \
	"rating=Rating,"
#define LETTERBOXD_QUIRKS (MR_QUIRK_NAME_YEAR | MR_QUIRK_ROLES_ONLY)

#define LETTERBOXD(kind, head, columns, quirk) { .name = "letterboxd", \
	    .what = kind, .form = MR_FORM_CSV, .sep = ",", .header = head, \
	    .cols = columns, .or = "title=Name", .unrated = "", \
	    .quirks = quirk }

static bool
is_letterboxd_list(struct mr_slice line, const struct mr_sniff *head)
{
	static const char begin[] = "Letterboxd list export";

	(void)head;
	return line.n >= sizeof begin - 1 &&
	    memcmp(line.p, begin, sizeof begin - 1) == 0;
}

static int
is_results(void *ctx, struct mr_slice name, struct mr_err *err)
{
	(void)err;
	*(bool *)ctx |= mr_slice_is(name, "results");
	return MR_OK;
}

/* A page of what TMDB found: an object with a list of results. */
static bool
is_tmdb_page(struct mr_slice line, const struct mr_sniff *head)
{
	struct mr_slice text = { line.p, head->n -
	    (size_t)(line.p - head->text) };
	struct mr_err err = { 0 };
	bool page = false;

	return memmem(text.p, text.n, "\"page\"", 6) &&
	    mr_json_names(text, is_results, &page, &err) == MR_OK && page;
}

/* An id and hardly more, of the daily list of all. */
static bool
is_tmdb_daily(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return memmem(line.p, line.n, "\"original_title\"", 16) &&
	    !memmem(line.p, line.n, "\"title\"", 7);
}

static bool
is_tmdb(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return line.n && *mr_slice_trim(line).p == '{';
}

/* Has the first object all that Trakt's have, and when? */
static bool
is_trakt(const struct mr_sniff *head, const char *when)
{
	return memmem(head->text, head->n, "\"trakt\"", 7) &&
	    memmem(head->text, head->n, "\"movie\"", 7) &&
	    memmem(head->text, head->n, when, strlen(when));
}

static bool
is_trakt_rated(struct mr_slice line, const struct mr_sniff *head)
{
	(void)line;
	return is_trakt(head, "\"rated_at\"");
}

static bool
is_trakt_watched(struct mr_slice line, const struct mr_sniff *head)
{
	(void)line;
	return is_trakt(head, "\"watched_at\"");
}

static bool
is_trakt_last(struct mr_slice line, const struct mr_sniff *head)
{
	(void)line;
	return is_trakt(head, "\"last_watched_at\"");
}

#define TRAKT_FILM "movie.title,movie.year,movie.ids.trakt,movie.ids.imdb," \
	"movie.ids.tmdb"
#define TRAKT_COLS "title=movie.title,year=movie.year,trakt=" \
	"movie.ids.trakt,imdb=movie.ids.imdb,"
#define TRAKT(kind, test, path, columns, quirk) { .name = "trakt", \
	    .what = kind, .form = MR_FORM_JSON, .sep = "", .fits = test, \
	    .by_shape = true, .names = path "," TRAKT_FILM, \
	    .cols = columns, .only = "type=movie,", \
	    .quirks = quirk, .no_item = "; movie.ids.tmdb is missing: " \
	    "mr-ingest table has the other ids, for mr-join", \
	    .none_fits = "no Trakt form: expected one " \
	    "user's ratings, history or watched films in JSON" }

#define TMDB_OWN "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number," \
	"Episode Number,Rating,Your Rating,Date Rated"

#define TMDB_REST "original_title,original_language,overview,popularity," \
	"vote_average,vote_count"
#define TMDB_PEOPLE "director=crew[job=Director].name,actors=cast[:10].name,"
#define TMDB_REVIEW "author_details.username,author_details.rating,created_at"
#define TMDB_REVIEWER "item=id,user=author_details.username," \
	"rating=author_details.rating,time=created_at"

#define RT_FILMS "rotten_tomatoes_link,movie_title,movie_info," \
	"critics_consensus,content_rating,genres,directors,authors,actors," \
	"original_release_date,streaming_release_date,runtime," \
	"production_company,tomatometer_status,tomatometer_rating," \
	"tomatometer_count,audience_status,audience_rating,audience_count," \
	"tomatometer_top_critics_count,tomatometer_fresh_critics_count," \
	"tomatometer_rotten_critics_count"

static const struct mr_preset presets[] = {
	{ .name = "imdb", .what = MR_INGEST_MOVIES, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "tconst,titleType,primaryTitle,"
	    "originalTitle,isAdult,startYear,endYear,runtimeMinutes,genres",
	    .cols = "item=tconst,title=primaryTitle,year=startYear,"
	    "genre=genres", .missing = "\\N",
	    .only = "titleType=movie,tvMovie" },
	IMDB(MR_INGEST_MOVIES, IMDB_NOW, IMDB_FILM),
	IMDB(MR_INGEST_MOVIES, IMDB_BEFORE, IMDB_FILM),
	IMDB(MR_INGEST_MOVIES, IMDB_LIST, IMDB_FILM),
	IMDB(MR_INGEST_MOVIES, IMDB_LIST_BEFORE, IMDB_FILM),
	{ .name = "imdb", .what = MR_INGEST_MOVIES, .form = MR_FORM_CSV,
	    .sep = ",", .header = IMDB_OLD, .cols = "item=const,"
	    "title=Title,year=Year,genre=Genres,people=Directors",
	    .only = "Title type" IMDB_TYPES,
	    .quirks = MR_QUIRK_YEAR_DATE | MR_QUIRK_LATIN1, .none_fits =
	    "no IMDb form of films: expected the header of "
	    "title.basics.tsv or of one user's ratings" },
	IMDB(MR_INGEST_RATINGS, IMDB_NOW, IMDB_RATING),
	IMDB(MR_INGEST_RATINGS, IMDB_BEFORE, IMDB_RATING),
	IMDB(MR_INGEST_RATINGS, IMDB_LIST, IMDB_RATING),
	IMDB(MR_INGEST_RATINGS, IMDB_LIST_BEFORE, IMDB_RATING),
	{ .name = "imdb", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .header = IMDB_OLD, .cols = "item=const,"
	    "rating=You rated,time=created",
	    .only = "Title type" IMDB_TYPES, .unrated = "",
	    .quirks = MR_QUIRK_LATIN1, .none_fits = "no IMDb form of "
	    "ratings: expected the header of one user's ratings, Const,"
	    "Your Rating,Date Rated,.." },
	IMDB(MR_INGEST_TABLE, IMDB_NOW, IMDB_TABLE),
	IMDB(MR_INGEST_TABLE, IMDB_BEFORE, IMDB_TABLE),
	IMDB(MR_INGEST_TABLE, IMDB_LIST, IMDB_TABLE),
	IMDB(MR_INGEST_TABLE, IMDB_LIST_BEFORE, IMDB_TABLE),
	{ .name = "imdb", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = IMDB_OLD, .cols = "imdb=const,title=Title,"
	    "year=Year,rating=You rated,time=created",
	    .only = "Title type" IMDB_TYPES,
	    .quirks = MR_QUIRK_YEAR_DATE | MR_QUIRK_LATIN1 },
	IMDB_DAILY("tconst,averageRating,numVotes", "item=tconst"),
	IMDB_DAILY("tconst,ordering,nconst,category,job,characters",
	    "item=tconst,person=nconst"),
	IMDB_DAILY("tconst,directors,writers", "item=tconst"),
	IMDB_DAILY("nconst,primaryName,birthYear,deathYear,"
	    "primaryProfession,knownForTitles",
	    "person=nconst,name=primaryName"),
	IMDB_DAILY("titleId,ordering,title,region,language,types,"
	    "attributes,isOriginalTitle", "item=titleId"),
	{ .name = "imdb", .what = MR_INGEST_TABLE, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "tconst,parentTconst,seasonNumber,"
	    "episodeNumber", .cols = "item=tconst,series=parentTconst",
	    .missing = "\\N", .none_fits = "no IMDb form of a table: "
	    "expected the header of title.principals.tsv or another daily "
	    "one, or of one user's ratings" },
	/* Letterboxd has no ids, and the URI of a diary is the entry's. */
	LETTERBOXD(MR_INGEST_MOVIES, LETTERBOXD_RATINGS, "item=Name,"
	    "year=Year,uri=Letterboxd URI", LETTERBOXD_QUIRKS),
	LETTERBOXD(MR_INGEST_MOVIES, LETTERBOXD_DIARY, "item=Name,year=Year",
	    LETTERBOXD_QUIRKS),
	LETTERBOXD(MR_INGEST_MOVIES, LETTERBOXD_REVIEWS, "item=Name,"
	    "year=Year", LETTERBOXD_QUIRKS),
	LETTERBOXD(MR_INGEST_MOVIES, LETTERBOXD_SEEN, "item=Name,year=Year,"
	    "uri=Letterboxd URI", LETTERBOXD_QUIRKS),
	{ .name = "letterboxd", .what = MR_INGEST_MOVIES,
	    .fits = is_letterboxd_list, .by_shape = true,
	    .form = MR_FORM_CSV, .sep = ",", .cols = "item=Name,year=Year,"
	    "uri=URL", .or = "title=Name",
	    .quirks = LETTERBOXD_QUIRKS | MR_QUIRK_PREAMBLE,
	    .none_fits = "no Letterboxd form of films: expected the header "
	    "of ratings.csv, diary.csv, reviews.csv or watched.csv, or a "
	    "list" },
	LETTERBOXD(MR_INGEST_RATINGS, LETTERBOXD_DIARY,
	    "item=Name,rating=Rating,time=Watched Date", LETTERBOXD_QUIRKS),
	LETTERBOXD(MR_INGEST_RATINGS, LETTERBOXD_REVIEWS,
	    "item=Name,rating=Rating,time=Watched Date", LETTERBOXD_QUIRKS),
	LETTERBOXD(MR_INGEST_RATINGS, LETTERBOXD_RATINGS,
	    "item=Name,rating=Rating,time=Date", LETTERBOXD_QUIRKS),
	{ .name = "letterboxd", .what = MR_INGEST_RATINGS,
	    .form = MR_FORM_CSV, .sep = ",", .header = LETTERBOXD_SEEN,
	    .cols = "item=Name,time=Date", .quirks = LETTERBOXD_QUIRKS |
	    MR_QUIRK_EVENTS | MR_QUIRK_BY_NAME, .none_fits = "no Letterboxd "
	    "form of ratings: expected the header of ratings.csv, "
	    "diary.csv, reviews.csv or watched.csv" },
	LETTERBOXD(MR_INGEST_TABLE, LETTERBOXD_DIARY, LETTERBOXD_TABLE
	    "time=Watched Date", 0),
	LETTERBOXD(MR_INGEST_TABLE, LETTERBOXD_REVIEWS, LETTERBOXD_TABLE
	    "time=Watched Date", 0),
	LETTERBOXD(MR_INGEST_TABLE, LETTERBOXD_RATINGS, LETTERBOXD_TABLE
	    "time=Date", 0),
	{ .name = "letterboxd", .what = MR_INGEST_TABLE,
	    .form = MR_FORM_CSV, .sep = ",", .header = LETTERBOXD_SEEN,
	    .cols = "title=Name,year=Year,uri=Letterboxd URI,time=Date",
	    .none_fits = "no Letterboxd form of a table: expected the header "
	    "of ratings.csv, diary.csv, reviews.csv or watched.csv" },
	/* TMDB: one user's export, the tables of Kaggle. */
	{ .name = "tmdb", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .header = TMDB_OWN, .cols = "item=TMDb ID,"
	    "rating=Your Rating,time=Date Rated", .unrated = "",
	    .only = "Type=movie" },
	{ .name = "tmdb", .what = MR_INGEST_RATINGS, .form = MR_FORM_JSON,
	    .sep = "", .fits = is_tmdb_page, .rows = "results",
	    .outer = "id", .names = TMDB_REVIEW, .cols = TMDB_REVIEWER,
	    .unrated = "" },
	{ .name = "tmdb", .what = MR_INGEST_RATINGS, .form = MR_FORM_JSON,
	    .sep = "", .fits = is_tmdb, .rows = "reviews.results",
	    .outer = "id", .names = TMDB_REVIEW, .cols = TMDB_REVIEWER,
	    .unrated = "", .none_fits = "no TMDB form of ratings: expected "
	    "the header of one user's export, TMDb ID,IMDb ID,.., or films "
	    "with reviews in JSON" },
	{ .name = "tmdb", .what = MR_INGEST_MOVIES, .form = MR_FORM_CSV,
	    .sep = ",", .header = "budget,genres,homepage,id,keywords,"
	    "original_language,original_title,overview,popularity,"
	    "production_companies,production_countries,release_date,"
	    "revenue,runtime,spoken_languages,status,tagline,title,"
	    "vote_average,vote_count", .cols = "item=id,year=release_date",
	    .quirks = MR_QUIRK_YEAR_DATE },
	{ .name = "tmdb", .what = MR_INGEST_MOVIES, .form = MR_FORM_CSV,
	    .sep = ",", .header = "adult,belongs_to_collection,budget,"
	    "genres,homepage,id,imdb_id,original_language,original_title,"
	    "overview,popularity,poster_path,production_companies,"
	    "production_countries,release_date,revenue,runtime,"
	    "spoken_languages,status,tagline,title,video,vote_average,"
	    "vote_count", .cols = "item=id,year=release_date",
	    .quirks = MR_QUIRK_YEAR_DATE | MR_QUIRK_DIGITS },
	{ .name = "tmdb", .what = MR_INGEST_MOVIES, .form = MR_FORM_CSV,
	    .sep = ",", .header = TMDB_OWN, .cols = "item=TMDb ID,"
	    "title=Name,year=Release Date,imdb=IMDb ID",
	    .only = "Type=movie", .quirks = MR_QUIRK_YEAR_DATE },
	{ .name = "tmdb", .what = MR_INGEST_MOVIES, .form = MR_FORM_JSON,
	    .sep = "", .fits = is_tmdb_page, .by_shape = true,
	    .rows = "results", .names = "id,title,release_date,poster_path,"
	    "genre_ids[]," TMDB_REST, .cols = "item=id,year=release_date,"
	    "genre=genre_ids[]", .quirks = MR_QUIRK_YEAR_DATE |
	    MR_QUIRK_GENRE_IDS },
	{ .name = "tmdb", .what = MR_INGEST_MOVIES, .form = MR_FORM_JSON,
	    .sep = "", .fits = is_tmdb_daily, .names = "id,original_title,"
	    "popularity,adult,video", .cols = "item=id,title=original_title" },
	{ .name = "tmdb", .what = MR_INGEST_MOVIES, .form = MR_FORM_JSON,
	    .sep = "", .fits = is_tmdb, .names = "id,title,release_date,"
	    "poster_path,genres[].name,credits.crew[job=Director].name,"
	    "credits.cast[:10].name,imdb_id,runtime," TMDB_REST,
	    .cols = "item=id,year=release_date,genre=genres[].name,"
	    "people=credits.crew[job=Director].name+credits.cast[:10].name,"
	    "imdb=imdb_id", .quirks = MR_QUIRK_YEAR_DATE,
	    .none_fits = "no TMDB form of films: expected the header of "
	    "tmdb_5000_movies.csv or movies_metadata.csv, or JSON of the "
	    "API" },
	{ .name = "tmdb", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = TMDB_OWN, .cols = "tmdb=TMDb ID,"
	    "imdb=IMDb ID,title=Name,year=Release Date,average=Rating,"
	    "rating=Your Rating,time=Date Rated", .only = "Type=movie",
	    .quirks = MR_QUIRK_YEAR_DATE },
	{ .name = "tmdb", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = "movie_id,title,cast,crew",
	    .cols = TMDB_PEOPLE "item=movie_id" },
	{ .name = "tmdb", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = "cast,crew,id", .cols = TMDB_PEOPLE
	    "item=id" },
	{ .name = "tmdb", .what = MR_INGEST_TABLE, .form = MR_FORM_CSV,
	    .sep = ",", .header = "id,keywords",
	    .cols = "item=id,keywords=keywords[].name", .none_fits =
	    "no TMDB form of a table: expected the header of one user's "
	    "export, of credits or of keywords" },
	TRAKT(MR_INGEST_MOVIES, is_trakt_rated, "type", TRAKT_COLS
	    "item=movie.ids.tmdb", MR_QUIRK_ROLES_ONLY),
	TRAKT(MR_INGEST_MOVIES, is_trakt_last, "type", TRAKT_COLS
	    "item=movie.ids.tmdb", MR_QUIRK_ROLES_ONLY),
	TRAKT(MR_INGEST_MOVIES, is_trakt_watched, "type", TRAKT_COLS
	    "item=movie.ids.tmdb", MR_QUIRK_ROLES_ONLY),
	TRAKT(MR_INGEST_RATINGS, is_trakt_rated, "type,rating,rated_at",
	    "item=movie.ids.tmdb,rating=rating,time=rated_at", 0),
	TRAKT(MR_INGEST_RATINGS, is_trakt_last, "type,last_watched_at",
	    "item=movie.ids.tmdb,time=last_watched_at", MR_QUIRK_EVENTS),
	TRAKT(MR_INGEST_RATINGS, is_trakt_watched, "type,watched_at",
	    "item=movie.ids.tmdb,time=watched_at", MR_QUIRK_EVENTS),
	TRAKT(MR_INGEST_TABLE, is_trakt_rated, "type,rating,rated_at",
	    TRAKT_COLS "tmdb=movie.ids.tmdb,rating=rating,time=rated_at", 0),
	TRAKT(MR_INGEST_TABLE, is_trakt_last, "type,last_watched_at",
	    TRAKT_COLS "tmdb=movie.ids.tmdb,time=last_watched_at", 0),
	TRAKT(MR_INGEST_TABLE, is_trakt_watched, "type,watched_at",
	    TRAKT_COLS "tmdb=movie.ids.tmdb,time=watched_at", 0),
	/* Rotten Tomatoes, two sets of Kaggle. */
	{ .name = "rottentomatoes", .what = MR_INGEST_MOVIES,
	    .form = MR_FORM_CSV, .sep = ",", .header = RT_FILMS,
	    .cols = "item=rotten_tomatoes_link,title=movie_title,"
	    "people=directors+actors,genre=genres,"
	    "year=original_release_date",
	    .quirks = MR_QUIRK_YEAR_DATE },
	{ .name = "rottentomatoes", .what = MR_INGEST_MOVIES,
	    .form = MR_FORM_CSV, .sep = ",", .header = "id,title,"
	    "audienceScore,tomatoMeter,rating,ratingContents,"
	    "releaseDateTheaters,releaseDateStreaming,runtimeMinutes,genre,"
	    "originalLanguage,director,writer,boxOffice,distributor,soundMix",
	    .cols = "item=id,year=releaseDateTheaters,people=director",
	    .quirks = MR_QUIRK_YEAR_DATE, .none_fits = "no Rotten Tomatoes "
	    "form of films: expected the header of "
	    "rotten_tomatoes_movies.csv" },
	{ .name = "rottentomatoes", .what = MR_INGEST_RATINGS,
	    .form = MR_FORM_CSV, .sep = ",", .header =
	    "rotten_tomatoes_link,critic_name,top_critic,publisher_name,"
	    "review_type,review_score,review_date,review_content",
	    .cols = "user=critic_name,item=rotten_tomatoes_link,"
	    "rating=review_score,time=review_date",
	    .or = "rating=review_type", .quirks = MR_QUIRK_SCORES },
	{ .name = "rottentomatoes", .what = MR_INGEST_RATINGS,
	    .form = MR_FORM_CSV, .sep = ",", .header = "id,reviewId,"
	    "creationDate,criticName,isTopCritic,originalScore,reviewState,"
	    "publicatioName,reviewText,scoreSentiment,reviewUrl",
	    .cols = "user=criticName,item=id,rating=originalScore,"
	    "time=creationDate", .or = "rating=scoreSentiment",
	    .quirks = MR_QUIRK_SCORES, .none_fits = "no Rotten Tomatoes "
	    "form of ratings: expected the header of the critics' reviews" }
};

const struct mr_publishers mr_publishers_sites = { presets,
	sizeof presets / sizeof *presets };
