/* Parameters; see asked.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/asked.h"

#include <stddef.h>
#include <string.h>

#include "text/utf8_clean.h"

enum type { TEXT, WORDS, GENRES, WHOLE, WORD, SET, FLAG, SHARE };

struct param {
	const char *name;
	enum type type;
	size_t at;		/* in struct mr_asked */
	int64_t lo, hi, value;	/* of numbers: range and default; of texts
				 * bytes at most in hi */
	const char *const *words;
	const char *wrong;	/* what to say */
	const char *help;
};

static const char *const sorts[] = { "item", "title", "year", "ratings",
    NULL };
static const char *const rated_sorts[] = { "item", "rating", NULL };
static const char *const matches[] = { "any", "title", "text", NULL };
static const char *const withs[] = { "people", "poster", "histogram", NULL };
static const char *const bys[] = { "text", "ratings", NULL };

/* As enum mr_asked_mix. */
static const char *const mixes[] = { "ratings", "both", "text", NULL };

#define AT(field) offsetof(struct mr_asked, field)

static const struct param params[] = {
	[MR_ASK_Q] = { "q", WORDS, AT(q), 1, 200, 0, NULL,
	    "expected 1 to 200 characters", "a title, or words about a film" },
	[MR_ASK_GENRE] = { "genre", GENRES, AT(genre), 0, 256, 0, NULL,
	    "expected at most 8, each once",
	    "films of one of these genres" },
	[MR_ASK_FROM] = { "from", WHOLE, AT(from), 1800, 2200, 0, NULL,
	    "expected a year from 1800 to 2200", "the first year" },
	[MR_ASK_TO] = { "to", WHOLE, AT(to), 1800, 2200, 0, NULL,
	    "expected a year from 1800 to 2200, not before the first",
	    "the last year, not before the first" },
	[MR_ASK_N] = { "n", WHOLE, AT(n), 1, 100, 20, NULL,
	    "expected a number from 1 to 100", "how many are given" },
	[MR_ASK_OFFSET] = { "offset", WHOLE, AT(offset), 0, 10000, 0, NULL,
	    "expected a number from 0 to 10000", "how many are passed over" },
	[MR_ASK_SORT] = { "sort", WORD, AT(sort), 0, 0, MR_SORT_ITEM, sorts,
	    "expected item, title, year or ratings", "the order" },
	[MR_ASK_ID] = { "id", TEXT, AT(id), 1, 256, 0, NULL,
	    "expected 1 to 256 bytes", "an id" },
	[MR_ASK_KEEP_SEEN] = { "keep_seen", FLAG, AT(keep_seen), 0, 1, 0, NULL,
	    "expected 0 or 1", "1: also what the user has rated" },
	[MR_ASK_EXPLAIN] = { "explain", FLAG, AT(explain), 0, 1, 0, NULL,
	    "expected 0 or 1", "1: the ratings behind each score" },
	[MR_ASK_MATCH] = { "match", WORD, AT(match), 0, 0, 0, matches,
	    "expected any, title or text", "what the words are compared with" },
	[MR_ASK_ITEM] = { "item", TEXT, AT(item), 1, 256, 0, NULL,
	    "expected 1 to 256 bytes", "the id of a film" },
	[MR_ASK_RATING] = { "rating", TEXT, AT(rating), 0, 16, 0, NULL,
	    "expected a number", "a rating, or nothing to take it back" },
	[MR_ASK_BACK] = { "back", TEXT, AT(back), 1, 2048, 0, NULL,
	    "expected a page of ours", "the page to go back to" },
	[MR_ASK_BY] = { "by", WORD, AT(by), 0, 0, 0, bys,
	    "expected text or ratings", "what likeness is" },
	[MR_ASK_IMAGES] = { "images", FLAG, AT(images), 0, 1, 0, NULL,
	    "expected 0 or 1", "1: show posters" },
	[MR_ASK_MIX] = { "mix", WORD, AT(mix), 0, 0, MR_MIX_RATINGS, mixes,
	    "expected ratings, both or text", "what a list is made by: the "
	    "model, the texts of what was rated, or both" },
	[MR_ASK_MISERY] = { "misery", SHARE, AT(misery), 0, 1, 0, NULL,
	    "expected a number from 0 to 1", "0: the mean of all counts, 1: "
	    "who likes a film least, between them a mix" },
	[MR_ASK_RATED] = { "rated", WHOLE, AT(rated), 0, 10000, 0, NULL,
	    "expected a number from 0 to 10000", "how many ratings are passed "
	    "over" },
	[MR_ASK_RATED_SORT] = { "sort", WORD, AT(rated_sort), 0, 0, 0,
	    rated_sorts, "expected item or rating", "the order: as in the "
	    "model, or the highest rating first" },
	[MR_ASK_WITH] = { "with", SET, AT(with), 0, 0, 0, withs,
	    "expected people, poster or histogram, or some of them, by commas",
	    "what else is told of it" },
	[MR_ASK_FEW] = { "n", WHOLE, AT(few), 1, 10, 10, NULL,
	    "expected a number from 1 to 10", "how many are given" },
};

const char *
mr_asked_name(int param)
{
	return params[param].name;
}

const char *
mr_asked_mix(const struct mr_asked *a)
{
	return mixes[a->mix];
}

const char *
mr_asked_match(const struct mr_asked *a)
{
	return matches[a->match];
}

void
mr_asked_unknown(struct mr_asked *a, struct mr_slice name)
{
	if (a->unknown[0])
		return;
	/* One without a name has this one. */
	if (name.n == 0)
		name = mr_slice_of("=");
	name.n = name.n < sizeof a->unknown ? name.n : sizeof a->unknown - 1;
	name.n = mr_utf8_bad(name);
	memcpy(a->unknown, name.p, name.n);
	a->unknown[name.n] = '\0';
}

static void
wrong(struct mr_asked *a, int i, const char *detail)
{
	if (a->wrong == MR_ASK_END && !a->unknown[0]) {
		a->wrong = i;
		a->detail = detail;
	}
}

int64_t
mr_asked_letters(struct mr_slice s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* Of its Normalization Form C: an accent of its own is no character. */
static int64_t
letters_nfc(struct mr_slice s)
{
	struct mr_buf nfc = { 0 };
	struct mr_err err = { 0 };
	int64_t n = mr_asked_letters(s);

	if (!mr_utf8_is_nfc(s) && mr_utf8_nfc(s, &nfc, &err) == MR_OK)
		n = mr_asked_letters(mr_buf_slice(&nfc));
	mr_buf_free(&nfc);
	return n;
}

static bool
take_genre(struct mr_asked *a, struct mr_slice v)
{
	for (int i = 0; i < a->n_genres; i++)
		if (mr_slice_eq(a->genre[i], v))
			return false;
	if (a->n_genres == MR_ASKED_GENRES || v.n > 256)
		return false;
	a->genre[a->n_genres++] = v;
	return true;
}

/* The number of a word, -1: it is none of them. */
static int
word(const char *const *words, struct mr_slice v)
{
	for (int i = 0; words[i]; i++)
		if (mr_slice_is(v, words[i]))
			return i;
	return -1;
}

/* Words by commas, each once, or nothing, to bits. */
static bool
take_set(const char *const *words, struct mr_slice v, int *bits)
{
	int all = 0;

	while (v.p && (v.n || all)) {
		int i = word(words, mr_slice_cut(&v, ','));

		if (i < 0 || (all >> i & 1))
			return false;
		all |= 1 << i;
	}
	*bits = all;
	return true;
}

static bool
take(struct mr_asked *a, const struct param *p, struct mr_slice v)
{
	void *to = (char *)a + p->at;
	struct mr_slice text = mr_slice_trim(v);
	double x;
	int64_t n;
	int i;

	switch (p->type) {
	case TEXT:
		*(struct mr_slice *)to = v;
		return (int64_t)v.n >= p->lo && (int64_t)v.n <= p->hi;
	case WORDS:
		n = letters_nfc(text);
		if (n >= p->lo && n <= p->hi && text.n <= 800)
			*(struct mr_slice *)to = text;
		return n >= p->lo && n <= p->hi && text.n <= 800;
	case GENRES:
		return take_genre(a, v);
	case WHOLE:
	case FLAG:
		if ((v.n && v.p[0] == '+') || !mr_parse_i64(v, &n) ||
		    n < p->lo || n > p->hi)
			return false;
		if (p->type == FLAG)
			*(bool *)to = n != 0;
		else
			*(int64_t *)to = n;
		return true;
	case SHARE:
		if (!mr_parse_f64(v, &x) || !(x >= (double)p->lo &&
		    x <= (double)p->hi))
			return false;
		*(double *)to = x;
		return true;
	case SET:
		return take_set(p->words, v, to);
	case WORD:
		i = word(p->words, v);
		if (i >= 0)
			*(int *)to = i;
		return i >= 0;
	}
	return false;
}

bool
mr_asked_take(struct mr_asked *a, int param, struct mr_slice value)
{
	a->given |= 1u << param;
	return take(a, &params[param], value);
}

const char *
mr_asked_expected(int param)
{
	return params[param].wrong;
}

bool
mr_asked_all(const struct mr_asked *a)
{
	return !a->n_genres && !a->from && !a->to && !a->n_but;
}

/* One parameter as it stands in a request. */
static void
read_one(struct mr_asked *a, int i, struct mr_slice v, bool strict)
{
	bool again = a->given >> i & 1;

	a->given |= 1u << i;
	/* Forms send fields that nobody filled in. */
	if (!strict && v.n == 0 && params[i].type != TEXT)
		return;
	if (again && params[i].type != GENRES) {
		if (strict)
			wrong(a, i, "it is there more than once");
		return;
	}
	if (!take(a, &params[i], v))
		wrong(a, i, params[i].wrong);
}

void
mr_asked_read(struct mr_asked *a, const struct mr_request *q,
    unsigned wanted, unsigned required, bool strict)
{
	*a = (struct mr_asked){ .wrong = MR_ASK_END };
	for (int i = 0; i < MR_ASK_END; i++)
		if (params[i].type == WHOLE)
			*(int64_t *)((char *)a + params[i].at) =
			    params[i].value;
	for (int k = 0; k < q->n_values; k++) {
		int i = 0;

		while (i < MR_ASK_END && !((wanted >> i & 1) &&
		    mr_slice_is(q->value[k].name, params[i].name)))
			i++;
		if (i < MR_ASK_END)
			read_one(a, i, q->value[k].value, strict);
		else if (strict && a->wrong == MR_ASK_END)
			mr_asked_unknown(a, q->value[k].name);
	}
	for (int i = 0; i < MR_ASK_END; i++)
		if ((required >> i & 1) && !(a->given >> i & 1))
			wrong(a, i, "it must be there");
	if (a->from && a->to && a->from > a->to)
		wrong(a, MR_ASK_TO, params[MR_ASK_TO].wrong);
}

/* Blanks alone are no words, and in an address, of 2,048 bytes, letters beyond
 * U+FFFF take twelve. */
#define WORDS_SCHEMA "{\"type\":\"string\",\"minLength\":1,\"maxLength\":200," \
	"\"pattern\":\"^[^\\\\x00-\\\\x1f\\\\x7f]*[^\\\\x00-\\\\x20\\\\x7f]" \
	"[^\\\\x00-\\\\x1f\\\\x7f]*$\",\"anyOf\":[{\"maxLength\":150}," \
	"{\"pattern\":\"^[\\\\x00-\\\\uffff]*$\"}]}"

static void
put_genres(struct mr_write *w, const struct mr_ids *genres)
{
	mr_write_json(w, "\"type\":\"array\",\"maxItems\":%d,"
	    "\"uniqueItems\":true,\"items\":{\"type\":\"string\"",
	    (int64_t)MR_ASKED_GENRES);
	for (int32_t g = 0; genres && g < genres->n; g++)
		mr_write_json(w, g ? ",%t" : ",\"enum\":[%t",
		    mr_ids_get(genres, g));
	mr_write_raw(w, genres && genres->n ? "]}" : "}");
}

void
mr_asked_type(struct mr_write *w, int param, const struct mr_ids *genres)
{
	const struct param *p = &params[param];

	/* Other texts than ids are not the API's. */
	if (p->type == TEXT || p->type == WORDS) {
		mr_write_raw(w, p->type == WORDS ? WORDS_SCHEMA : MR_ASKED_ID);
		return;
	}
	mr_write_raw(w, "{");
	if (p->type == WHOLE || p->type == FLAG)
		mr_write_json(w, "\"type\":\"integer\",\"minimum\":%d,"
		    "\"maximum\":%d", p->lo, p->hi);
	if ((p->type == WHOLE && p->value >= p->lo) || p->type == FLAG)
		mr_write_json(w, ",\"default\":%d", p->value);
	if (p->type == SHARE)
		mr_write_json(w, "\"type\":\"number\",\"minimum\":%d,"
		    "\"maximum\":%d,\"default\":%d", p->lo, p->hi,
		    p->value);
	if (p->type == GENRES)
		put_genres(w, genres);
	if (p->type == SET)
		mr_write_raw(w, "\"type\":\"array\",\"uniqueItems\":true,"
		    "\"items\":{");
	if (p->type == WORD || p->type == SET) {
		mr_write_raw(w, "\"type\":\"string\",\"enum\":[");
		for (int i = 0; p->words[i]; i++)
			mr_write_json(w, i ? ",%s" : "%s", p->words[i]);
		mr_write_raw(w, "]");
	}
	if (p->type == WORD)
		mr_write_json(w, ",\"default\":%s", p->words[p->value]);
	mr_write_raw(w, p->type == SET ? "}}" : "}");
}

void
mr_asked_schema(struct mr_write *w, int param, bool required,
    const struct mr_ids *genres)
{
	const struct param *p = &params[param];

	mr_write_json(w, "{\"name\":%s,\"in\":\"query\",\"description\":%s,",
	    p->name, p->help);
	if (required)
		mr_write_raw(w, "\"required\":true,");
	if (p->type == SET)
		mr_write_raw(w, "\"explode\":false,");
	mr_write_raw(w, "\"schema\":");
	mr_asked_type(w, param, genres);
	mr_write_raw(w, "}");
}
