/* Forms of files: data sets of research and prizes, of films and of other
 * things; see presets.h.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool/ingest/field.h"
#include "tool/ingest/presets.h"

/* "7:", and how many fields the line behind it has. */
static int
netflix_fields(struct mr_slice line, const struct mr_sniff *head)
{
	const char *end = head->text + head->n;
	struct mr_slice next;

	line = mr_slice_trim(line);
	if (line.n < 2 || line.p[line.n - 1] != ':' ||
	    !mr_ingest_is_digits((struct mr_slice){ line.p, line.n - 1 }))
		return 0;
	next.p = line.p + line.n;
	next.n = (size_t)(end - next.p);
	next = mr_slice_trim(next);
	next = mr_slice_cut(&next, '\n');
	return (int)mr_ingest_count(next, ",");
}

static bool
is_netflix(struct mr_slice line, const struct mr_sniff *head)
{
	return netflix_fields(line, head) == 3;
}

static bool
is_netflix_asked(struct mr_slice line, const struct mr_sniff *head)
{
	return netflix_fields(line, head) == 1;
}

static bool
is_netflix_dated(struct mr_slice line, const struct mr_sniff *head)
{
	return netflix_fields(line, head) == 2;
}

/* 1,2003,Dinosaur Planet */
static bool
is_netflix_title(struct mr_slice line, const struct mr_sniff *head)
{
	struct mr_slice field[3];

	(void)head;
	return mr_ingest_cut(line, ",", field, 3) == 3 &&
	    mr_ingest_is_digits(field[0]) && (mr_slice_is(field[1], "NULL") ||
	    (field[1].n == 4 && mr_ingest_is_digits(field[1])));
}

static bool
has_4_tabs(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, "\t") == 4;
}

static bool
has_6_tabs(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, "\t") == 6;
}

/* Any object, and one of Amazon's reviews before 2023. */
static bool
is_object(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	line = mr_slice_trim(line);
	return line.n && *line.p == '{';
}

static bool
has_reviewer(struct mr_slice line, const struct mr_sniff *head)
{
	return is_object(line, head) &&
	    memmem(line.p, line.n, "reviewerID", 10);
}

/* Without a header users begin with A; those of 2018 stand second. */
static bool
has_amazon_user(struct mr_slice line, const struct mr_sniff *head)
{
	(void)head;
	return mr_ingest_count(line, ",") == 4 && *line.p == 'A';
}

static bool
has_amazon_item(struct mr_slice line, const struct mr_sniff *head)
{
	struct mr_slice field[4];

	(void)head;
	return mr_ingest_cut(line, ",", field, 4) == 4 && field[1].n &&
	    *field[1].p == 'A';
}

static bool
has_parent(struct mr_slice line, const struct mr_sniff *head)
{
	return is_object(line, head) && (memmem(head->text, head->n,
	    "parent_asin", 11) || memmem(line.p, line.n, "main_category", 13));
}

static bool
is_steam(struct mr_slice line, const struct mr_sniff *head)
{
	return mr_ingest_count(line, ",") >= 5 && (memmem(head->text, head->n,
	    ",purchase,", 10) || memmem(head->text, head->n, ",play,", 6));
}

static bool
has_steam_items(struct mr_slice line, const struct mr_sniff *head)
{
	return is_object(line, head) &&
	    memmem(head->text, head->n, "items_count", 11);
}

#define GOODREADS "Book Id,Title,Author,Author l-f,Additional Authors,ISBN," \
	"ISBN13,My Rating,Average Rating,Publisher,Binding,Number of Pages," \
	"Year Published,Original Publication Year,Date Read,Date Added," \
	"Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review," \
	"Spoiler,Private Notes,Read Count,Owned Copies"
#define HETREC_FILMS "id,title,imdbID,spanishTitle,imdbPictureURL,year,rtID," \
	"rtAllCriticsRating,rtAllCriticsNumReviews,rtAllCriticsNumFresh," \
	"rtAllCriticsNumRotten,rtAllCriticsScore,rtTopCriticsRating," \
	"rtTopCriticsNumReviews,rtTopCriticsNumFresh,rtTopCriticsNumRotten," \
	"rtTopCriticsScore,rtAudienceRating,rtAudienceNumRatings," \
	"rtAudienceScore,rtPictureURL"
#define BX_BOOKS "ISBN,Book-Title,Book-Author,Year-Of-Publication,Publisher," \
	"Image-URL-S,Image-URL-M,Image-URL-L"

/* Book-Crossing: of the first edition with quotes as they come, of the later
 * one CSV; 0 is no rating. */
#define BOOKS(as, by) { .name = "bookcrossing", .what = MR_INGEST_MOVIES, \
	    .form = as, .sep = by, .header = BX_BOOKS, .cols = "item=ISBN," \
	    "title=Book-Title,people=Book-Author,year=Year-Of-Publication", \
	    .quirks = MR_QUIRK_LATIN1, .none_fits = "no Book-Crossing form: " \
	    "expected the header of BX-Books.csv" }
#define BOOK_RATINGS(as, by) { .name = "bookcrossing", \
	    .what = MR_INGEST_RATINGS, .form = as, .sep = by, \
	    .header = "User-ID,ISBN,Book-Rating", \
	    .cols = "user=User-ID,item=ISBN,rating=Book-Rating", \
	    .unrated = "0", .quirks = MR_QUIRK_LATIN1, .none_fits = \
	    "no Book-Crossing form: expected the header of " \
	    "BX-Book-Ratings.csv" }
#define BOOK_USERS(as, by) { .name = "bookcrossing", \
	    .what = MR_INGEST_TABLE, .form = as, .sep = by, \
	    .header = "User-ID,Location,Age", .cols = "user=User-ID," \
	    "location=Location,age=Age", .quirks = MR_QUIRK_LATIN1, \
	    .none_fits = "no Book-Crossing form of a table: expected the " \
	    "header of BX-Users.csv" }
#define NETFLIX(kind, test, columns) { .name = "netflix", .what = kind, \
	    .fits = test, .by_shape = true, .form = MR_FORM_GROUPS, \
	    .sep = ",", .names = columns }

static const struct mr_preset presets[] = {
	/* Netflix: a film's id and a colon, then its rows. */
	{ .name = "netflix", .what = MR_INGEST_MOVIES,
	    .fits = is_netflix_title, .form = MR_FORM_PLAIN, .sep = ",",
	    .names = "item,year,title", .rest = 2, .quirks = MR_QUIRK_LATIN1,
	    .missing = "NULL", .none_fits = "no Netflix form of films: "
	    "expected lines as 1,2003,Title of movie_titles.csv" },
	NETFLIX(MR_INGEST_RATINGS, is_netflix, "item,user,rating,time"),
	{ .name = "netflix", .what = MR_INGEST_RATINGS, .fits = is_netflix,
	    .form = MR_FORM_GROUPS, .sep = ",", .names = "item,user,rating,"
	    "time", .none_fits = "no Netflix form of ratings: expected a "
	    "film's id and a colon, then lines of user, rating and date "
	    "(mr-ingest table reads probe.txt and qualifying.txt)" },
	NETFLIX(MR_INGEST_TABLE, is_netflix_asked, "item,user"),
	NETFLIX(MR_INGEST_TABLE, is_netflix_dated, "item,user,date"),
	NETFLIX(MR_INGEST_TABLE, is_netflix, "item,user,rating,date"),
	/* HetRec 2011: its MovieLens and its Last.fm. */
	{ .name = "hetrec", .what = MR_INGEST_MOVIES, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = HETREC_FILMS, .cols = "item=id,imdb=imdbID",
	    .quirks = MR_QUIRK_LATIN1 | MR_QUIRK_TT },
	{ .name = "hetrec", .what = MR_INGEST_MOVIES, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "id,name,url,pictureURL",
	    .cols = "item=id,title=name", .quirks = MR_QUIRK_LATIN1,
	    .none_fits = "no HetRec form of films: expected the header of "
	    "movies.dat or artists.dat" },
	{ .name = "hetrec", .what = MR_INGEST_RATINGS, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "userID,movieID,rating,timestamp",
	    .cols = "user=userID,item=movieID", .quirks = MR_QUIRK_LATIN1 },
	{ .name = "hetrec", .what = MR_INGEST_RATINGS, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "userID,movieID,rating,date_day,"
	    "date_month,date_year,date_hour,date_minute,date_second",
	    .cols = "user=userID,item=movieID,time=date_day",
	    .quirks = MR_QUIRK_LATIN1 | MR_QUIRK_DATE_PARTS },
	{ .name = "hetrec", .what = MR_INGEST_RATINGS, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "userID,artistID,weight",
	    .cols = "user=userID,item=artistID,rating=weight",
	    .quirks = MR_QUIRK_LATIN1, .none_fits = "no HetRec form of "
	    "ratings: expected the header of user_ratedmovies-timestamps.dat "
	    "or user_artists.dat" },
	{ .name = "hetrec", .what = MR_INGEST_TABLE, .form = MR_FORM_PLAIN,
	    .sep = "\t", .missing = "\\N", .quirks = MR_QUIRK_LATIN1 },
	/* Last.fm: plays, and each listening on its own.  Where an artist has
	 * no id his name is one. */
	{ .name = "lastfm", .what = MR_INGEST_MOVIES, .fits = has_4_tabs,
	    .form = MR_FORM_PLAIN, .sep = "\t", .names = "user,item,title,"
	    "plays", .or = "item=title", .missing = "",
	    .quirks = MR_QUIRK_ROLES_ONLY },
	{ .name = "lastfm", .what = MR_INGEST_MOVIES, .fits = has_6_tabs,
	    .form = MR_FORM_PLAIN, .sep = "\t", .names = "user,time,item,"
	    "title,track,name", .or = "item=title", .missing = "",
	    .quirks = MR_QUIRK_ROLES_ONLY, .none_fits = "no Last.fm form: "
	    "expected 4 or 6 fields between tabs" },
	{ .name = "lastfm", .what = MR_INGEST_RATINGS, .fits = has_4_tabs,
	    .form = MR_FORM_PLAIN, .sep = "\t", .names = "user,item,artist,"
	    "rating", .or = "item=artist", .missing = "" },
	{ .name = "lastfm", .what = MR_INGEST_RATINGS, .fits = has_6_tabs,
	    .form = MR_FORM_PLAIN, .sep = "\t", .names = "user,time,item,"
	    "artist,track,name", .or = "item=artist", .missing = "",
	    .quirks = MR_QUIRK_EVENTS, .none_fits = "no Last.fm form: "
	    "expected 4 or 6 fields between tabs" },
	BOOKS(MR_FORM_BACKSLASH, ";"),
	BOOKS(MR_FORM_CSV, ","),
	BOOK_RATINGS(MR_FORM_BACKSLASH, ";"),
	BOOK_RATINGS(MR_FORM_CSV, ","),
	BOOK_USERS(MR_FORM_BACKSLASH, ";"),
	BOOK_USERS(MR_FORM_CSV, ","),
	{ .name = "amazon", .what = MR_INGEST_MOVIES, .form = MR_FORM_JSON,
	    .sep = "", .fits = has_parent, .names = "parent_asin,title,store,"
	    "categories[],main_category", .cols = "item=parent_asin,"
	    "people=store,genre=categories[]" },
	{ .name = "amazon", .what = MR_INGEST_MOVIES, .form = MR_FORM_JSON,
	    .sep = "", .fits = is_object, .names = "asin,title,brand,"
	    "category[]", .cols = "item=asin,people=brand,genre=category[]",
	    .none_fits = "no Amazon form of products: expected their "
	    "metadata in JSON" },
	{ .name = "amazon", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .header = "user_id,parent_asin,rating,timestamp",
	    .cols = "item=parent_asin" },
	{ .name = "amazon", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .header = "user_id,parent_asin,rating,timestamp,"
	    "history", .cols = "item=parent_asin" },
	{ .name = "amazon", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .fits = has_amazon_user,
	    .names = "user,item,rating,time" },
	{ .name = "amazon", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .fits = has_amazon_item,
	    .names = "item,user,rating,time" },
	{ .name = "amazon", .what = MR_INGEST_RATINGS, .form = MR_FORM_JSON,
	    .sep = "", .fits = has_reviewer, .cols = "user=reviewerID,"
	    "item=asin,rating=overall,time=unixReviewTime" },
	{ .name = "amazon", .what = MR_INGEST_RATINGS, .form = MR_FORM_JSON,
	    .sep = "", .fits = is_object, .cols = "user=user_id,"
	    "item=parent_asin,rating=rating,time=timestamp",
	    .none_fits = "no Amazon form of ratings: expected reviews in "
	    "JSON, the header user_id,parent_asin,rating,timestamp, or rows "
	    "of user, product, rating and time" },
	{ .name = "goodreads", .what = MR_INGEST_MOVIES, .form = MR_FORM_CSV,
	    .sep = ",", .header = GOODREADS, .cols = "item=Book Id,"
	    "title=Title,people=Author,year=Original Publication Year",
	    .none_fits = "no Goodreads form: expected the header of one "
	    "user's library" },
	{ .name = "goodreads", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .header = GOODREADS, .cols = "item=Book Id,"
	    "rating=My Rating,time=Date Added", .unrated = "0",
	    .none_fits = "no Goodreads form: expected the header of one "
	    "user's library" },
	{ .name = "recbole", .what = MR_INGEST_MOVIES, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "item_id:token,movie_title:token_seq,"
	    "release_year:token,class:token_seq", .cols = "item=item_id:token,"
	    "title=movie_title:token_seq,year=release_year:token,"
	    "genre=class:token_seq", .quirks = MR_QUIRK_BLANKS,
	    .none_fits = "no RecBole form of films: expected the header "
	    "item_id:token, movie_title:token_seq, .." },
	{ .name = "recbole", .what = MR_INGEST_RATINGS, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "user_id:token,item_id:token,rating:float,"
	    "timestamp:float", .cols = "user=user_id:token,"
	    "item=item_id:token,rating=rating:float,time=timestamp:float" },
	{ .name = "recbole", .what = MR_INGEST_RATINGS, .form = MR_FORM_PLAIN,
	    .sep = "\t", .header = "user_id:token,item_id:token,"
	    "timestamp:float", .cols = "user=user_id:token,"
	    "item=item_id:token,time=timestamp:float",
	    .quirks = MR_QUIRK_EVENTS, .none_fits = "no RecBole form: "
	    "expected the header user_id:token, item_id:token, .." },
	/* Steam: hours of play; reviews and libraries as literals of Python. */
	{ .name = "steam", .what = MR_INGEST_RATINGS, .form = MR_FORM_CSV,
	    .sep = ",", .fits = is_steam, .names = "user,item,action,rating,"
	    "zero", .only = "action=play" },
	{ .name = "steam", .what = MR_INGEST_RATINGS, .form = MR_FORM_JSON,
	    .sep = "", .fits = has_steam_items, .rows = "items",
	    .outer = "user_id", .names = "item_id,playtime_forever",
	    .cols = "user=user_id,item=item_id,rating=playtime_forever",
	    .unrated = "0" },
	{ .name = "steam", .what = MR_INGEST_RATINGS, .form = MR_FORM_JSON,
	    .sep = "", .fits = is_object, .names = "username,product_id,date",
	    .cols = "user=username,item=product_id,time=date",
	    .quirks = MR_QUIRK_EVENTS, .none_fits = "no Steam form of "
	    "ratings: expected rows of user, game, play or purchase, hours "
	    "and 0, or reviews or libraries as Python wrote them" },
	{ .name = "steam", .what = MR_INGEST_MOVIES, .form = MR_FORM_JSON,
	    .sep = "", .fits = has_steam_items, .rows = "items",
	    .names = "item_id,item_name", .cols = "item=item_id,"
	    "title=item_name", .none_fits = "no Steam form of games: "
	    "expected libraries with items as Python wrote them" }
};

const struct mr_publishers mr_publishers_sets = { presets,
	sizeof presets / sizeof *presets };
