/* What pages are made of.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_PAGE_H
#define MR_TOOL_SERVE_PAGE_H

#include "tool/serve/find.h"
#include "tool/serve/routes.h"

/* The links of the frame; which page it is. */
enum mr_page_where {
	MR_PAGE_SEARCH, MR_PAGE_MINE, MR_PAGE_USERS, MR_PAGE_ABOUT,
	MR_PAGE_ELSEWHERE
};

struct mr_import;

/* Whose taste carries a film of several people's list. */
struct mr_carried {
	int n;
	const struct mr_slice *name;	/* [n] */
	const double *part;	/* [n] */
};

/* What the number beside a film is. */
enum mr_card_score {
	MR_CARD_NONE, MR_CARD_GUESS, MR_CARD_COSINE, MR_CARD_CLOSE,
	MR_CARD_LOOSE, MR_CARD_RATING	/* the last on a line alone */
};

/* What stands on a film's card beside the film. */
struct mr_card {
	int32_t film;
	enum mr_card_score score;
	double value;		/* of score; NAN: there is none */
	const struct mr_because *because;	/* NULL: no reasons */
	const struct mr_carried *carried;	/* NULL: likewise */
	const char *whose;	/* "your " or "" */
	bool anchor;		/* a row is the place of its film: ids are
				 * unique, and cards are so always */
};

/* mr_page_begin - the page up to its content, mr_page_end - the rest; title is
 * text, "" for the site's own. */
void mr_page_begin(struct mr_visit *v, struct mr_slice title,
    enum mr_page_where where);
void mr_page_end(struct mr_visit *v);
/* mr_page_problem - a page that says what is wrong; the status stands. */
void mr_page_problem(struct mr_visit *v, const char *title,
    const char *detail);
/* mr_page_slash - of an address that is one of ours but for the slash at its
 * end: the same with a link to that one. */
void mr_page_slash(struct mr_visit *v);
/* mr_page_form - the search box with its filters, filled in as asked, what is
 * wrong marked and told.  mr_page_wrong - what is, if anything. */
void mr_page_form(struct mr_visit *v);
void mr_page_wrong(struct mr_visit *v);
/* mr_page_card - an element of a grid; mr_page_row - of a list, a film and
 * stars; mr_page_line - likewise, a film with its number and reasons. */
void mr_page_card(struct mr_visit *v, const struct mr_card *card);
void mr_page_row(struct mr_visit *v, const struct mr_card *card);
void mr_page_line(struct mr_visit *v, const struct mr_card *card);
/* mr_page_list - the films of f from the offset on, as cards of a grid or, lines,
 * as lines of a list; u: whose list it is, with reasons, NULL: nobody's. */
void mr_page_list(struct mr_visit *v, const struct mr_found *f,
    const struct mr_user *u, const char *whose, bool lines);
/* mr_page_reasons - "Because of .. ", if there are any. */
void mr_page_reasons(struct mr_visit *v, const struct mr_card *card);
/* mr_page_stars - the buttons for a film. */
void mr_page_stars(struct mr_visit *v, int32_t film);
/* mr_page_for_you - the section of the list for somebody who likes own; pages:
 * with links to what is before and behind. */
int mr_page_for_you(struct mr_visit *v, const struct mr_taste *own, bool pages,
    struct mr_err *err) MR_CHECKED;
/* mr_page_events - where the model is one of events, what ratings are to it. */
void mr_page_events(struct mr_visit *v);
/* mr_page_misses - a table of the rows without a film. */
void mr_page_misses(struct mr_visit *v, const struct mr_import *m);
/* mr_page_filters - the fields of genre and years for a form of its own. */
void mr_page_filters(struct mr_visit *v);
/* mr_page_pager - to what is before and behind; path with what else is asked
 * for is the link.  mr_page_rated_pager - likewise of the ratings of a user. */
void mr_page_pager(struct mr_visit *v, const char *path,
    const struct mr_found *f);
void mr_page_rated_pager(struct mr_visit *v, const char *path,
    const struct mr_found *f);
/* mr_page_only - what genres and years are asked for, in words after those
 * before; nothing, where none are. */
void mr_page_only(struct mr_visit *v);
/* mr_page_query - "?q=..&genre=.." of what is asked for, without n, offset and
 * mix; amp stands for &; *sep (out) goes before more. */
void mr_page_query(struct mr_write *w, const struct mr_asked *a,
    const char *amp, const char **sep);

/* The tile of a film: its classes. */
void mr_page_tile(struct mr_visit *v, int32_t film);

#endif
