/* Cleaning one field; see field.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/date.h"
#include "core/mem.h"
#include "text/utf8_clean.h"
#include "tool/ingest/options.h"

static const char usual[] =
    "\\N,NA,N/A,<NA>,#N/A,#NA,NaN,-NaN,NaT,NULL,(null),[null],<null>,None,"
    "undefined,#VALUE!,#REF!,#DIV/0!,#NAME?,#NUM!,#NULL!,(no genres listed)";

static bool
is_missing(const struct mr_cleaner *k, struct mr_slice s)
{
	/* Most fields end here. */
	if (s.n == 0 || k->keep_missing || !k->begins[(unsigned char)s.p[0]])
		return false;
	for (int i = 0; i < k->n_words; i++)
		if (k->word[i].n == s.n &&
		    strncasecmp(k->word[i].p, s.p, s.n) == 0)
			return true;
	return false;
}

/* How many bytes of the n at p, a character's first ones, look like nothing;
 * a character is U+0085, 00A0, 00AD, 1680, 180E, 2000 to 200F, 2028 to 202F,
 * 205F to 206F, 3000 or FEFF, or white space or a control of ASCII. */
static size_t
blank_bytes(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned c;

	if (n && p[0] < 0x80)
		return p[0] <= ' ' || p[0] == 0x7f;
	if (n >= 2 && p[0] == 0xc2)
		return p[1] == 0x85 || p[1] == 0xa0 || p[1] == 0xad ? 2 : 0;
	if (n < 3 || (p[0] < 0xe1 || p[0] > 0xef))
		return 0;
	c = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
	return c == 0x1680 || c == 0x180e || (c >= 0x2000 && c <= 0x200f) ||
	    (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) ||
	    c == 0x3000 || c == 0xfeff ? 3 : 0;
}

struct mr_slice
mr_ingest_trim(struct mr_slice s)
{
	size_t n;

	while ((n = blank_bytes(s.p, s.n)) > 0) {
		s.p += n;
		s.n -= n;
	}
	for (n = 1; s.n && n <= 3; n++) {
		/* A character of n bytes may end here. */
		while (s.n >= n && blank_bytes(s.p + s.n - n, n) == n) {
			s.n -= n;
			n = 1;
		}
	}
	return s;
}

const char *
mr_ingest_shown(struct mr_slice s, char text[MR_SHOWN_MAX])
{
	size_t n = (size_t)mr_slice_shown(s), to = 0, skip;

	for (size_t i = 0; i < n; i += skip) {
		const unsigned char *p = (const unsigned char *)s.p + i;
		unsigned c = p[0] & 0x1fu;

		skip = blank_bytes(s.p + i, n - i);
		if (skip < 2) {
			skip = 1;
			text[to++] = s.p[i];
			continue;
		}
		if (skip == 3)
			c = (p[0] & 0x0fu) << 6 | (p[1] & 0x3fu);
		c = c << 6 | (p[skip - 1] & 0x3fu);
		to += (size_t)snprintf(text + to, MR_SHOWN_MAX - to,
		    "<U+%04X>", c);
	}
	text[to] = '\0';
	return text;
}

static bool
is_ascii(struct mr_slice s)
{
	uint64_t all = 0, w;
	size_t i = 0;

	for (; s.n - i >= 8; i += 8) {
		memcpy(&w, s.p + i, 8);
		all |= w;
	}
	for (; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return (all & 0x8080808080808080u) == 0;
}

/* The words for missing, and what they begin with. */
static int
cut_words(struct mr_cleaner *k, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(k->missing ? k->missing : usual);
	int n = 1;

	for (size_t i = 0; i < rest.n; i++)
		n += rest.p[i] == ',';
	k->word = mr_alloc((size_t)n, sizeof *k->word, "words", err);
	if (!k->word)
		return MR_ENOMEM;
	while (rest.p) {
		struct mr_slice w = mr_ingest_trim(mr_slice_cut(&rest, ','));
		unsigned char c = w.n ? (unsigned char)w.p[0] : 0;

		if (w.n == 0)
			continue;
		k->word[k->n_words++] = w;
		k->begins[c] = true;
		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
			k->begins[c ^ 0x20] = true;
	}
	return MR_OK;
}

int
mr_ingest_clean_init(struct mr_cleaner *k, int n_slots, struct mr_err *err)
{
	k->slot = mr_alloc((size_t)n_slots, sizeof *k->slot, "fields", err);
	k->n_slots = k->slot ? n_slots : 0;
	return k->slot ? cut_words(k, err) : MR_ENOMEM;
}

/* Has s a well-formed sequence of several bytes? */
static bool
has_utf8(struct mr_slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	bool whole;

	for (size_t i = 0, n; i < s.n; i += n) {
		n = mr_utf8_subpart(p + i, s.n - i, &whole);
		if (whole && n > 1)
			return true;
	}
	return false;
}

/* Well-formed UTF-8 of s, borrowed or in k->decoded. */
static int
decode(struct mr_cleaner *k, struct mr_slice *s, struct mr_err *err)
{
	bool latin1 = k->encoding == MR_ENCODING_LATIN1;
	int rc;

	if (mr_utf8_bad(*s) == s->n) {
		k->saw_utf8 = true;
		if (!latin1)
			return MR_OK;
	} else {
		k->saw_other = true;
	}
	k->saw_utf8 = k->saw_utf8 || has_utf8(*s);
	k->decoded.n = 0;
	rc = latin1 || k->guess_latin1 ?
	    mr_utf8_from_windows1252(*s, &k->decoded, err) :
	    mr_utf8_repair(*s, &k->decoded, &k->n_repaired, err);
	*s = mr_buf_slice(&k->decoded);
	return rc;
}

/* Is s plain letters that nothing is done to?  Most are. */
static bool
is_bare(const struct mr_cleaner *k, struct mr_slice s)
{
	unsigned char a, z;

	if (s.n == 0)
		return true;
	a = (unsigned char)s.p[0];
	z = (unsigned char)s.p[s.n - 1];
	return a > ' ' && a < 0x7f && z > ' ' && z < 0x7f && a != '=' &&
	    !k->begins[a] && is_ascii(s);
}

int
mr_ingest_clean(struct mr_cleaner *k, int slot, struct mr_slice s,
    struct mr_slice *out, struct mr_err *err)
{
	int rc = MR_OK;

	if (is_bare(k, s)) {
		*out = s.n ? s : (struct mr_slice){ "", 0 };
		return MR_OK;
	}
	if (!is_ascii(s)) {
		struct mr_buf *to = &k->slot[slot];

		rc = decode(k, &s, err);
		to->n = 0;
		if (rc == MR_OK &&
		    (s.p == k->decoded.p || !mr_utf8_is_nfc(s))) {
			rc = mr_utf8_nfc(s, to, err);
			s = mr_buf_slice(to);
		}
	}
	s = mr_ingest_trim(s);
	while (s.n >= 3 && s.p[0] == '=' && s.p[1] == '"' &&
	    s.p[s.n - 1] == '"')
		s = mr_ingest_trim((struct mr_slice){ s.p + 2, s.n - 3 });
	*out = is_missing(k, s) ? (struct mr_slice){ "", 0 } : s;
	return rc;
}

void
mr_ingest_clean_free(struct mr_cleaner *k)
{
	mr_buf_free(&k->decoded);
	for (int i = 0; i < k->n_slots; i++)
		mr_buf_free(&k->slot[i]);
	free(k->slot);
	free(k->word);
	*k = (struct mr_cleaner){ 0 };
}

bool
mr_ingest_is_digits(struct mr_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static bool
is_year(const char *p)
{
	for (int i = 0; i < 4; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

bool
mr_ingest_clean_year(struct mr_slice *year)
{
	struct mr_slice y = *year;

	*year = (struct mr_slice){ "", 0 };
	if (y.n == 0)
		return true;
	if (y.n > 5 && y.p[4] == '.')
		while (y.n > 5 && y.p[y.n - 1] == '0')
			y.n--;
	if (y.n == 5 && y.p[4] == '.')
		y.n = 4;
	if (y.n != 4 || !is_year(y.p))
		return false;
	*year = y;
	return true;
}

/* The year in a date: four digits that are no zone, as +0100 is; n = 0 where
 * it has two. */
static struct mr_slice
four_digits(struct mr_slice s)
{
	size_t n = 0;

	for (size_t i = 0; i <= s.n; i++) {
		bool digit = i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
		size_t from = i - n;

		if (digit)
			n++;
		else if (n == 4 && !(from && s.p[from - 1] == '+') &&
		    !(from > 1 && s.p[from - 1] == '-' &&
		    s.p[from - 2] == ' '))
			return (struct mr_slice){ s.p + from, 4 };
		else
			n = 0;
	}
	return (struct mr_slice){ s.p, 0 };
}

void
mr_ingest_date_year(struct mr_slice *year)
{
	struct mr_slice y = *year;
	int64_t seconds;

	if (mr_date_time_parse(y, MR_DATE_DMY, &seconds) ||
	    mr_date_time_parse(y, MR_DATE_MDY, &seconds)) {
		y = four_digits(y);
		if (y.n)
			*year = y;
		return;
	}
	if (y.n > 2 && y.p[0] == '(' && y.p[y.n - 1] == ')')
		y = (struct mr_slice){ y.p + 1, y.n - 2 };
	if (y.n == 4 && is_year(y.p))
		*year = y;
	/* A hyphen, or the first byte of a dash. */
	else if (y.n >= 5 && is_year(y.p) && (y.p[4] == '-' || y.p[4] == '\xe2') &&
	    (y.n == 5 || (y.n >= 7 && y.n <= 11)))
		*year = (struct mr_slice){ y.p, 4 };
}

bool
mr_ingest_title_year(struct mr_slice *title, struct mr_slice *year)
{
	size_t n = title->n;
	struct mr_slice name = { title->p, 0 }, bare, in;

	if (n < 8 || title->p[n - 1] != ')')
		return false;
	while (--n && title->p[n] != '(')
		;
	name.n = n;
	in = (struct mr_slice){ title->p + n, title->n - n };
	/* The first of several: what is left are its digits. */
	mr_ingest_date_year(&in);
	if (in.n != 4 || in.p != title->p + n + 1)
		return false;
	/* Some blank stands between, and a name before it. */
	bare = mr_ingest_trim(name);
	if (bare.n == 0 || bare.p + bare.n == name.p + name.n)
		return false;
	*year = in;
	*title = bare;
	return true;
}
