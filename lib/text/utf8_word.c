/* Lower case in context and the characters of words; see utf8_word.h.
 * SPDX-License-Identifier: MIT */
#include "text/utf8_word.h"

#include <utf8proc.h>

#include "text/utf8_class.h"

#define SIGMA 0x3a3u
#define SMALL_SIGMA 0x3c3u
#define FINAL_SIGMA 0x3c2u

bool
mr_utf8_is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '_' || (c >= 'A' && c <= 'Z');
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return false;
	}
}

/* How a character counts beside a sigma. */
enum casing { IGNORED, CASED, UNCASED };

/* Case_Ignorable by Word_Break (MidLetter, MidNumLet, Single_Quote), and
 * what is cased without the category: Other_Lowercase and Other_Uppercase,
 * whose modifier letters and marks are ignored before that. */
static enum casing
other_casing(uint32_t c)
{
	switch (c) {
	case 0x27: case 0x2e: case 0x3a: case 0xb7: case 0x387: case 0x55f:
	case 0x5f4: case 0x2018: case 0x2019: case 0x2024: case 0x2027:
	case 0xfe13: case 0xfe52: case 0xfe55: case 0xff07: case 0xff0e:
	case 0xff1a:
		return IGNORED;
	case 0xaa: case 0xba:
		return CASED;
	default:
		break;
	}
	if ((c >= 0x2160 && c <= 0x217f) || (c >= 0x24b6 && c <= 0x24e9) ||
	    (c >= 0x1f130 && c <= 0x1f149) ||
	    (c >= 0x1f150 && c <= 0x1f169) ||
	    (c >= 0x1f170 && c <= 0x1f189))
		return CASED;
	return UNCASED;
}

static enum casing
casing(uint32_t c)
{
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
		return CASED;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_SK:
		return IGNORED;
	default:
		return other_casing(c);
	}
}

/* Does a cased character follow?  Looks no further than the next that counts,
 * and a sigma counts, so a text is looked through once in all. */
static bool
cased_follows(struct mr_slice s)
{
	while (s.n) {
		uint32_t c;
		size_t len = mr_utf8_decode(s.p, s.n, &c);
		enum casing k = casing(c);

		if (k != IGNORED)
			return k == CASED;
		s.p += len;
		s.n -= len;
	}
	return false;
}

/* The ASCII bytes s begins with, taken from it and appended in lower case. */
static int
lower_ascii(struct mr_slice *s, bool *after_cased, struct mr_buf *out,
    struct mr_err *err)
{
	size_t n = 0;
	int rc;

	while (n < s->n && (unsigned char)s->p[n] < 0x80)
		n++;
	rc = mr_buf_add(out, s->p, n, err);
	if (rc)
		return rc;
	for (char *p = out->p + out->n - n; p < out->p + out->n; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	for (size_t i = n; i > 0; i--) {
		enum casing k = casing((unsigned char)s->p[i - 1]);

		if (k != IGNORED) {
			*after_cased = k == CASED;
			break;
		}
	}
	s->p += n;
	s->n -= n;
	return MR_OK;
}

/* The same for one character. */
static int
lower_one(struct mr_slice *s, bool *after_cased, struct mr_buf *out,
    struct mr_err *err)
{
	uint32_t c, low[MR_UTF8_LOWER_MAX];
	size_t len = mr_utf8_decode(s->p, s->n, &c), n = 0;
	char bytes[4 * MR_UTF8_LOWER_MAX];
	enum casing k = casing(c);
	int n_low = mr_utf8_lower(c, low);

	s->p += len;
	s->n -= len;
	if (c == SIGMA)
		low[0] = *after_cased && !cased_follows(*s) ? FINAL_SIGMA :
		    SMALL_SIGMA;
	for (int i = 0; i < n_low; i++)
		n += mr_utf8_encode(low[i], bytes + n);
	if (k != IGNORED)
		*after_cased = k == CASED;
	return mr_buf_add(out, bytes, n, err);
}

int
mr_utf8_lower_text(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
{
	bool after_cased = false;
	int rc = MR_OK;

	while (s.n && rc == MR_OK)
		rc = (unsigned char)*s.p < 0x80 ?
		    lower_ascii(&s, &after_cased, out, err) :
		    lower_one(&s, &after_cased, out, err);
	return rc;
}
