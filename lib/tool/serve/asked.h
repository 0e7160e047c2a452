/* The parameters of routes: one table for reading them and for the API's
 * document.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_ASKED_H
#define MR_TOOL_SERVE_ASKED_H

#include "core/mem.h"
#include "data/ids.h"
#include "tool/serve/request.h"
#include "tool/serve/write.h"

#define MR_ASKED_GENRES 8

enum mr_param_of {
	MR_ASK_Q, MR_ASK_GENRE, MR_ASK_FROM, MR_ASK_TO, MR_ASK_N, MR_ASK_OFFSET,
	MR_ASK_SORT, MR_ASK_ID, MR_ASK_KEEP_SEEN, MR_ASK_EXPLAIN, MR_ASK_MATCH,
	MR_ASK_ITEM, MR_ASK_RATING, MR_ASK_BACK, MR_ASK_BY, MR_ASK_MISERY,
	MR_ASK_IMAGES, MR_ASK_MIX, MR_ASK_RATED, MR_ASK_RATED_SORT,
	MR_ASK_WITH, MR_ASK_FEW, MR_ASK_END
};

/* What a list for somebody is made by. */
enum mr_asked_mix { MR_MIX_RATINGS, MR_MIX_BOTH, MR_MIX_TEXT };

/* What was asked for; of what was not the default.  Borrowed of the
 * request. */
struct mr_asked {
	struct mr_slice q;	/* trimmed; p NULL: not given */
	struct mr_slice genre[MR_ASKED_GENRES];
	int n_genres;
	int64_t from, to;	/* 0: not given */
	int64_t n, offset;
	int64_t rated;		/* of a user's ratings, passed over */
	int rated_sort;		/* of these: 0 by item, 1 by rating */
	int with;		/* bits 1 << enum mr_asked_with */
	int64_t few;		/* n of a short list */
	int sort;		/* enum mr_asked_sort */
	int match;		/* of words: 0 any, 1 title, 2 text */
	int by;			/* 0 text, 1 ratings */
	int mix;		/* enum mr_asked_mix */
	double misery;		/* 0 .. 1 */
	bool keep_seen, explain, images;
	struct mr_slice id, item, rating, back;	/* p NULL: not given */
	const int32_t *but;	/* [n_but] films that are not offered */
	int64_t n_but;
	unsigned given;		/* bits */
	/* The first that is wrong; MR_ASK_END: none. */
	int wrong;
	const char *detail;
	char unknown[65];	/* the name of the first that is unknown, the
				 * beginning of a long one; "": none is */
};

enum mr_asked_with { MR_WITH_PEOPLE, MR_WITH_POSTER, MR_WITH_HISTOGRAM };

enum mr_asked_sort {
	MR_SORT_ITEM, MR_SORT_TITLE, MR_SORT_YEAR, MR_SORT_RATINGS
};

/* mr_asked_read - the parameters of q that are in params (bits); strict: any
 * other, one twice that may stand once, and, of required, one that is not there
 * are wrong.  What is wrong keeps its default. */
void mr_asked_read(struct mr_asked *a, const struct mr_request *q,
    unsigned params, unsigned required, bool strict);
/* mr_asked_take - the value of one parameter as text; false: it is wrong, as
 * mr_asked_expected says. */
bool mr_asked_take(struct mr_asked *a, int param, struct mr_slice value);
const char *mr_asked_expected(int param);
/* mr_asked_all - may all films be offered? */
bool mr_asked_all(const struct mr_asked *a);
/* mr_asked_letters - code points of a text. */
int64_t mr_asked_letters(struct mr_slice s);
/* mr_asked_unknown - a parameter of that name is unknown. */
void mr_asked_unknown(struct mr_asked *a, struct mr_slice name);
/* mr_asked_name - of a parameter.  mr_asked_mix, mr_asked_match - the word of
 * a->mix, a->match. */
const char *mr_asked_mix(const struct mr_asked *a);
const char *mr_asked_match(const struct mr_asked *a);
const char *mr_asked_name(int param);
/* mr_asked_schema - of the API's document: a parameter of a route.
 * mr_asked_type - of it what may be in it; genres are those there are, NULL:
 * not known.  MR_ASKED_ID - the same of an id: in 256 bytes are 256 letters of
 * ASCII, 128 of two bytes, 64 of any. */
#define MR_ASKED_ID "{\"type\":\"string\",\"minLength\":1,\"maxLength\":256," \
	"\"pattern\":\"^[^\\\\x00-\\\\x1f\\\\x7f]*$\",\"anyOf\":[{\"pattern\":" \
	"\"^[\\\\x00-\\\\x7f]*$\"},{\"pattern\":\"^[\\\\x00-\\\\u07ff]*$\"," \
	"\"maxLength\":128},{\"maxLength\":64}]}"
void mr_asked_schema(struct mr_write *w, int param, bool required,
    const struct mr_ids *genres);
void mr_asked_type(struct mr_write *w, int param, const struct mr_ids *genres);

#endif
