/* All data that answers are made of, loaded once and then only read.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_SITE_H
#define MR_TOOL_SERVE_SITE_H

#include <time.h>

#include "engine/recommender.h"
#include "engine/search.h"
#include "store/match_table.h"
#include "tool/serve/near_kept.h"
#include "tool/serve/quality.h"
#include "tool/serve/serve.h"
#include "tool/serve/titles.h"
#include "tool/serve/write.h"

struct mr_asked;
struct mr_figures_all;

/* A fixed file, at /static/NAME. */
struct mr_asset {
	char name[40];		/* with a hash of its bytes */
	const char *type;
	struct mr_write w;
	struct mr_buf gzip;	/* the same */
};
enum { MR_ASSET_STYLE, MR_ASSET_SCRIPT, MR_ASSET_ICON, MR_ASSET_END };
extern const char *const mr_site_script[];	/* lines, NULL at the end */

/* mr_assets_open - all of them, a[MR_ASSET_END]; they outlive every site. */
int mr_assets_open(struct mr_asset *a, struct mr_err *err) MR_CHECKED;
void mr_assets_close(struct mr_asset *a);

#define MR_SITE_STEPS 20

/* Films are numbered by the rows of the film TSV.  Opened by mr_site_open,
 * freed by mr_site_close; all zero is empty. */
struct mr_site {
	const struct mr_serve_opt *o;	/* borrowed */
	struct mr_table films;	/* all columns */
	int32_t n;
	int title, year, people, genre;	/* columns, -1: none */
	int poster;		/* likewise */
	char poster_origin[160];	/* "https://host" of o->posters; "":
					 * none are shown */
	int64_t *when;		/* [n] years; 0: none */
	int64_t first_year, last_year;	/* of them, but for those of years to
					 * come that are far off; 0: none */
	struct mr_ids genres;	/* rising by bytes */
	uint64_t *genre_of;	/* [n * genre_words] bits */
	size_t genre_words;
	int32_t *order[4];	/* [n] films by enum mr_asked_sort */
	int32_t *rank;		/* [n] places in that by ratings */
	struct mr_titles titles;
	struct mr_match_table by_title;	/* for titles of others; its one
					 * cell is the id */
	/* Of the model; NULL and all zero without. */
	struct mr_recommender *recommender;
	int32_t *film_of_item, *item_of_film;	/* -1: none */
	bool all_items;		/* each is a film */
	struct mr_csr raters;	/* n x users: who rated a film, and how */
	double *mean;		/* [n] of its ratings; NAN: none */
	double *length;		/* [items] of the model's factors */
	double lo, hi;		/* of ratings; lo > hi: they are events */
	float step[MR_SITE_STEPS];	/* [n_steps] those that were given,
					 * rising */
	int n_steps;		/* 0: more than these */
	/* Of the vectors; NULL and all zero without. */
	struct mr_searcher *searcher;
	int32_t *film_of_row, *row_of_film;	/* -1: none */
	bool all_rows;
	struct mr_content content;	/* of the model's items; with both */
	const struct mr_asset *asset;	/* borrowed */
	const struct mr_figures_all *figures;	/* borrowed; NULL: not shown */
	struct mr_quality quality;
	struct mr_near_kept *near;	/* what film pages were made of */
	uint64_t salt;		/* of all this, for validators */
	time_t loaded;		/* when, by the wall's clock, and .. */
	int64_t load_us;	/* .. how long it took */
	int64_t generation;	/* 1, and one more for each reload */
};

/* mr_site_open - load the files of s->o, on threads cores (0: all); o, asset,
 * figures and generation are set, all else zero.  Closed also after a
 * failure. */
int mr_site_open(struct mr_site *s, int threads, struct mr_report *report,
    struct mr_err *err) MR_CHECKED;
void mr_site_close(struct mr_site *s);
/* mr_site_films - the part of the films alone; mr_site_posters - where posters
 * are, MR_EARG: the prefix is none; mr_site_orders - order, once the ratings are
 * known. */
int mr_site_films(struct mr_site *s, struct mr_err *err) MR_CHECKED;
int mr_site_posters(struct mr_site *s, struct mr_report *report,
    struct mr_err *err) MR_CHECKED;
int mr_site_orders(struct mr_site *s, struct mr_err *err) MR_CHECKED;

/* Of film i; "" where there is nothing. */
struct mr_slice mr_site_id(const struct mr_site *s, int32_t i);
struct mr_slice mr_site_title(const struct mr_site *s, int32_t i);
struct mr_slice mr_site_cell(const struct mr_site *s, int32_t i, int column);
/* mr_site_poster - what stands behind the prefix of film i's poster; n 0: it
 * has none, or one that is no path of letters, digits and / . _ ~ - from / on. */
struct mr_slice mr_site_poster(const struct mr_site *s, int32_t i);
/* mr_site_dot - the product of two rows of factors. */
double mr_site_dot(const float *a, const float *b, int64_t d);
/* mr_site_count - how many ratings it has. */
int64_t mr_site_count(const struct mr_site *s, int32_t i);
/* mr_site_count_genres - one more in count [genres.n] of each genre of film i,
 * -1: none; mr_site_most_genres - those of the largest counts, n at most, which
 * become 0, to genre [n] (out); returns how many. */
void mr_site_count_genres(const struct mr_site *s, int32_t i, int64_t *count);
int mr_site_most_genres(const struct mr_site *s, int64_t *count, int n,
    struct mr_slice *genre);
/* mr_site_events - is the model one of events, which has no range? */
bool mr_site_events(const struct mr_site *s);
/* mr_site_rating - a rating, that was a float since, as it was written: 4.7 and
 * not 4.69999981. */
double mr_site_rating(double x);
/* mr_site_find - the film of that id, -1: none. */
int32_t mr_site_find(const struct mr_site *s, struct mr_slice id);
/* mr_site_has_genres - are those of a some of the catalogue's? */
bool mr_site_has_genres(const struct mr_site *s, const struct mr_asked *a);
/* mr_site_allow - bit i of films [(n + 63) / 64] (out): does film i pass the
 * genres and years of a, and is none of but?  Returns how many do, or -1 where a genre is none of
 * the catalogue. */
int32_t mr_site_allow(const struct mr_site *s, const struct mr_asked *a,
    uint64_t *films);

#define MR_CLERK_MOST 10101	/* n + offset at most, and one to see whether
				 * there are more */

enum mr_words_state {
	MR_WORDS_LATER,		/* whose vector is not made yet */
	MR_WORDS_WANTED,	/* an answer needs it: that one is to be thrown
				 * away, and made again once it is there */
	MR_WORDS_READY,
	MR_WORDS_BUSY		/* there is no time for it now */
};

#define MR_WORDS_ROWS 101	/* found for several at once, at most */

/* The words that a request is about, on their way to a vector. */
struct mr_words {
	enum mr_words_state state;
	struct mr_slice text;	/* borrowed of the request */
	float *vector;		/* [width] */
	int64_t k;		/* rows that are wanted beside it, 0: they are
				 * looked for later */
	struct mr_hit *hit;	/* [k]: the nearest rows, */
	int64_t n;		/* so many; NULL: not looked for */
	bool cut;		/* they were longer than what is read */
	int64_t us;		/* that it took, with others beside it */
	int64_t generation;	/* of the site that made it */
};

/* What one thread works with.  Opened by mr_clerk_open, freed by
 * mr_clerk_close; all zero is empty. */
struct mr_clerk {
	struct mr_work *work;
	struct mr_searcher_work *search;
	uint64_t *films, *items, *rows;	/* bits */
	int64_t most;		/* hits there is room for */
	struct mr_hit *hit;	/* [most] */
	float *U;		/* [d] */
	double *part;		/* [items] */
	int32_t *rated_item;	/* [most], or as many as there are vectors */
	float *rating;
	/* [items] of scores by ratings and text, and their work; with both. */
	bool *offered;
	float *score, *near, *near_work;
	int64_t *per_genre;	/* [genres] */
	struct mr_buf text;	/* of a folded query */
	struct mr_words *words;	/* of the request in hand; NULL: as BUSY */
};

/* mr_clerk_open - who answers; mr_clerk_open_words - who makes vectors of texts
 * words at once, and nothing else. */
int mr_clerk_open(struct mr_clerk *c, const struct mr_site *s,
    struct mr_err *err) MR_CHECKED;
int mr_clerk_open_words(struct mr_clerk *c, const struct mr_site *s,
    int64_t texts, struct mr_err *err) MR_CHECKED;
void mr_clerk_close(struct mr_clerk *c);

#endif
