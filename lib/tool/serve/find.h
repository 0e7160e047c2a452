/* Films that answer a request, best first: what the recommender, the searcher
 * and the titles say, by the catalogue's numbers.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_FIND_H
#define MR_TOOL_SERVE_FIND_H

#include "tool/serve/asked.h"
#include "tool/serve/own.h"
#include "tool/serve/site.h"

/* Hits from the first on, so that the offset is still to be passed over; in
 * the clerk's memory until the next. */
struct mr_found {
	struct mr_hit *hit;	/* rows are films */
	int64_t n;		/* at most a->n + a->offset + 1 */
	int64_t total;		/* -1: not counted */
	bool scored;		/* hit has scores */
	bool weights;		/* which are weights of neighbours */
	bool words;		/* hits are near words, which mean says */
	bool cut;		/* the words were longer than what is read */
	bool mixed;		/* hits' scores are of both, and no ratings */
	double mean;		/* of all cosines to the words */
	int64_t us;		/* that it took to find them */
	bool busy;		/* their vector cannot be made in time: nothing
				 * is found */
};

/*
 * A film is called close to words when its cosine is so much above the mean of
 * all films'; else it is loose.  Of 50 questions about the films of data/, with
 * those that answer each, it is where the share of close films that answer and
 * the share of answers that are close come out best together (F1), as
 * tests/bench/serve/close.sh has it.
 */
#define MR_FIND_CLOSE 0.19

/* What somebody likes; at most MR_CLERK_MOST, a film at most once. */
struct mr_taste {
	const struct mr_own_rating *r;
	int64_t n;
};

/*
 * Each takes filters, n and offset from a, and mr_find_ratings rated in the place
 * of the last.  MR_EARG: a genre is none of the
 * catalogue; MR_ENOMEM, MR_ENUMERIC.
 *
 * mr_find_catalogue  all films by a->sort
 * mr_find_titles     whose titles have a->q (titles.h)
 * mr_find_words      nearest to the words a->q; there is a searcher that knows
 *                    them; none while these wait
 * mr_find_alike      nearest to film, by its vector; none without one
 * mr_find_liked      of the largest cosine of the model's factors; where it has
 *                    none and items are near items, those to whose score a
 *                    rating of film adds with the largest weights above 0; else
 *                    none
 * mr_find_user       the list of user u: by a->mix of the model; or nearest to
 *                    what he rated, by vectors; or by both, as mr-recommend
 *                    --items has it
 * mr_find_own        likewise that of somebody with these ratings, of whom the
 *                    model knows none: folded in, or where it has no rule for
 *                    that, by vectors; *folded (out), and u (out), as he was
 *                    folded in, until the next
 * mr_find_ratings    what u rated of the catalogue, the best first, ties as in
 *                    his list
 */
int mr_find_catalogue(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
    MR_CHECKED;
int mr_find_titles(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
    MR_CHECKED;
int mr_find_words(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
    MR_CHECKED;
int mr_find_alike(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, int32_t film, struct mr_found *f,
    struct mr_err *err) MR_CHECKED;
int mr_find_liked(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, int32_t film, struct mr_found *f,
    struct mr_err *err) MR_CHECKED;
int mr_find_user(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, const struct mr_user *u, struct mr_found *f,
    struct mr_err *err) MR_CHECKED;
int mr_find_own(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, const struct mr_taste *own, struct mr_user *u,
    bool *folded, struct mr_found *f, struct mr_err *err) MR_CHECKED;

void mr_find_ratings(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, const struct mr_user *u, struct mr_found *f);

/*
 * Parts of these:
 *
 * mr_find_filter     the films that pass, in c->films, how many, and f empty
 * mr_find_translate  c->films by other numbers, to bits; NULL where all may be
 *                    offered, so that nobody looks at them: all says that each
 *                    of film [n] is one; mr_find_rows of the vectors,
 *                    mr_find_items of the model, after mr_find_filter
 * mr_find_to_films   rows of hits are other numbers
 * mr_find_wanted     so many hits are looked for
 * mr_find_rated      what own has of things by other numbers, -1 none, rising,
 *                    to item and rating [own->n] (out), and how many
 */
int mr_find_filter(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, int32_t *n,
    struct mr_err *err) MR_CHECKED;
const uint64_t *mr_find_translate(const struct mr_clerk *c,
    const struct mr_asked *a, const int32_t *film, int32_t n, bool all,
    uint64_t *bits);
const uint64_t *mr_find_rows(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a);
void mr_find_to_films(struct mr_found *f, const int32_t *film);
int mr_find_items(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
    MR_CHECKED;
int64_t mr_find_wanted(const struct mr_clerk *c, const struct mr_asked *a);
int64_t mr_find_rated(const struct mr_taste *own, const int32_t *number,
    int32_t *item, float *rating);
/* mr_find_waits - is the vector of the words a->q still to be made?  They are
 * WANTED then. */
bool mr_find_waits(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a);

/* mr_find_histogram - the ratings of a film by their values, rising, and how
 * often each was given, to value and count [MR_FIND_KINDS] (out); returns how
 * many there are, 0: none, or more than these. */
#define MR_FIND_KINDS 10
int mr_find_histogram(const struct mr_site *s, int32_t film, float *value,
    int64_t *count);

#define MR_FIND_REASONS 2
struct mr_because {		/* rated items and their parts of a score */
	int n;
	int32_t film[MR_FIND_REASONS];
	double rating[MR_FIND_REASONS];
	double part[MR_FIND_REASONS];
	double base;
};
/* mr_find_because - the largest parts above 0 of the score of film for u, after
 * mr_find_reasons_of; as mr-recommend --explain has them. */
void mr_find_reasons_of(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_user *u);
void mr_find_because(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_user *u, int32_t film, struct mr_because *b);
/* mr_find_mix_lacks - what is not there for a->mix, or what else of a it has
 * not, NULL: nothing. */
const char *mr_find_mix_lacks(const struct mr_site *s,
    const struct mr_asked *a);
/* mr_find_takes_new - can there be a list for somebody whom nobody knows? */
bool mr_find_takes_new(const struct mr_site *s);
/* mr_find_fold - u (out) as somebody with the ratings of own, but for that of
 * film but, -1: with all; false, where there is no rule or none of them is the
 * model's. */
bool mr_find_fold(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_taste *own, int32_t but, struct mr_user *u);
/* mr_find_estimate - what u would rate a film, NAN: not known. */
double mr_find_estimate(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_user *u, int32_t film);
/* mr_find_is_close - is a film of that cosine close, where mean is that of
 * all? */
bool mr_find_is_close(double cosine, double mean);
/* mr_find_guess - what a score is of the ratings' range, NAN: there is none. */
double mr_find_guess(const struct mr_site *s, float score);

#endif
