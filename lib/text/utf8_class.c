/* Code points as the reference tokenizer sees them; see utf8_class.h.
 * SPDX-License-Identifier: MIT */
#include "text/utf8_class.h"

#include <utf8proc.h>

/*
 * The reference mixes three ages of Unicode: categories are those of 8.0,
 * decompositions and combining classes those of 9.0, lower case and white
 * space those of 17.0.  utf8proc (15.0 or newer) knows more marks and
 * punctuation than the first two and less lower case than the last, and a
 * text must get the ids the reference gives it.  So:
 *
 * newer_than_8 lists where Unicode 8.0 has no control, mark or punctuation
 * but a later version (up to 17.0) has; such code points are kept like any
 * unassigned one.  newer_than_9 lists where 9.0 has no combining class and
 * no decomposition but a later version has.  Ranges run on over neighbours
 * of which the statement holds in every version, which keeps the tables
 * short and leaves room for characters assigned later still.  They were
 * found by comparing all 1,112,064 scalar values one property at a time.
 */
struct range {
	uint32_t first, last;
};

static const struct range newer_than_8[] = {
	{ 0x05c8, 0x05c9 }, { 0x061d, 0x061d }, { 0x07fd, 0x07fd },
	{ 0x0890, 0x08e2 }, { 0x09fd, 0x09fe }, { 0x0a76, 0x0a76 },
	{ 0x0afa, 0x0aff }, { 0x0b53, 0x0b55 }, { 0x0c04, 0x0c3c },
	{ 0x0c77, 0x0c77 }, { 0x0c84, 0x0c84 }, { 0x0d00, 0x0d00 },
	{ 0x0d3b, 0x0d3c }, { 0x0d81, 0x0d81 }, { 0x0eba, 0x0eba },
	{ 0x0ece, 0x0ece }, { 0x180f, 0x1886 }, { 0x1abf, 0x1af0 },
	{ 0x1b4e, 0x1b4f }, { 0x1b7d, 0x1b7f }, { 0x1df6, 0x1dfb },
	{ 0x2e43, 0x2e63 }, { 0xa82c, 0xa82c }, { 0xa8c5, 0xa8c5 },
	{ 0xa8ff, 0xa8ff }, { 0xa9bd, 0xa9bd }, { 0x10d24, 0x10f89 },
	{ 0x11070, 0x11074 }, { 0x110c2, 0x110cd }, { 0x111cf, 0x111cf },
	{ 0x1123e, 0x11241 }, { 0x1133b, 0x1133b }, { 0x113bb, 0x1145e },
	{ 0x11660, 0x1166c }, { 0x116b9, 0x116b9 }, { 0x1182f, 0x11fff },
	{ 0x12ff1, 0x1612f }, { 0x16d6d, 0x16f4f }, { 0x16fe2, 0x16fe4 },
	{ 0x1cf00, 0x1d128 }, { 0x1d25b, 0x1d25c }, { 0x1e000, 0x1e6f5 },
	{ 0x1e944, 0x1e95f }
};

static const struct range newer_than_9[] = {
	{ 0x05c8, 0x05c9 }, { 0x07fd, 0x07fd }, { 0x0897, 0x08d3 },
	{ 0x09fe, 0x09fe }, { 0x0c3c, 0x0c3c }, { 0x0d3b, 0x0d3c },
	{ 0x0eba, 0x0eba }, { 0x1715, 0x1715 }, { 0x1abf, 0x1af0 },
	{ 0x1df6, 0x1dfa }, { 0xa82c, 0xa82c }, { 0x105c9, 0x105e4 },
	{ 0x10d24, 0x10f85 }, { 0x11070, 0x11070 }, { 0x1133b, 0x1133b },
	{ 0x11383, 0x113d0 }, { 0x1145e, 0x1145e }, { 0x11839, 0x11a99 },
	{ 0x11d42, 0x1612f }, { 0x16d68, 0x16ff1 }, { 0x1d127, 0x1d128 },
	{ 0x1d250, 0x1d281 }, { 0x1e08f, 0x1e6f5 }
};

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static bool
in_ranges(const struct range *r, size_t n, uint32_t c)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (c > r[mid].last)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && c >= r[lo].first;
}

size_t
mr_utf8_decode(const char *p, size_t n, uint32_t *c)
{
	utf8proc_ssize_t len;
	utf8proc_int32_t v;

	len = utf8proc_iterate((const utf8proc_uint8_t *)p,
	    (utf8proc_ssize_t)(n < 4 ? n : 4), &v);
	if (len <= 0) {
		*c = MR_UTF8_REPLACEMENT;
		return 1;
	}
	*c = (uint32_t)v;
	return (size_t)len;
}

size_t
mr_utf8_encode(uint32_t c, char out[4])
{
	return (size_t)utf8proc_encode_char((utf8proc_int32_t)c,
	    (utf8proc_uint8_t *)out);
}

static enum mr_utf8_class
category_class(uint32_t c)
{
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CO:
		return MR_UTF8_CONTROL;
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return MR_UTF8_SPACE;
	case UTF8PROC_CATEGORY_MN:
		return MR_UTF8_MARK;
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
		return MR_UTF8_PUNCT;
	default:
		return MR_UTF8_OTHER;
	}
}

static enum mr_utf8_class
ascii_class(uint32_t c)
{
	if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
		return MR_UTF8_SPACE;
	if (c < ' ' || c == 0x7f)
		return MR_UTF8_CONTROL;
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z'))
		return MR_UTF8_OTHER;
	return MR_UTF8_PUNCT;
}

enum mr_utf8_class
mr_utf8_class(uint32_t c)
{
	if (c < 0x80)
		return ascii_class(c);
	switch (c) {
	case MR_UTF8_REPLACEMENT:
		return MR_UTF8_CONTROL;
	case 0x166d:		/* Po in 8.0, a symbol later */
	case 0x111c9:		/* Po in 8.0, a mark later */
		return MR_UTF8_PUNCT;
	case 0x1734:		/* Mn in 8.0, Mc later */
	case 0x1171e:		/* Mn in 8.0, Mc later */
		return MR_UTF8_MARK;
	default:
		break;
	}
	if (in_ranges(newer_than_8, COUNT(newer_than_8), c))
		return MR_UTF8_OTHER;
	return category_class(c);
}

int
mr_utf8_nfd(uint32_t c, uint32_t out[MR_UTF8_NFD_MAX])
{
	utf8proc_int32_t d[MR_UTF8_NFD_MAX];
	utf8proc_ssize_t n = 0;
	int boundary = 0;

	if (c >= 0xc0 && !in_ranges(newer_than_9, COUNT(newer_than_9), c))
		n = utf8proc_decompose_char((utf8proc_int32_t)c, d,
		    MR_UTF8_NFD_MAX, UTF8PROC_DECOMPOSE, &boundary);
	if (n < 1 || n > MR_UTF8_NFD_MAX) {
		out[0] = c;
		return 1;
	}
	for (int i = 0; i < n; i++)
		out[i] = (uint32_t)d[i];
	return (int)n;
}

int
mr_utf8_ccc(uint32_t c)
{
	if (c < 0x300 || in_ranges(newer_than_9, COUNT(newer_than_9), c))
		return 0;
	return utf8proc_get_property((utf8proc_int32_t)c)->combining_class;
}

/* Capitals assigned in 16.0 and 17.0, which utf8proc may not know yet. */
static uint32_t
new_lower(uint32_t c)
{
	switch (c) {
	case 0x1c89:
	case 0xa7cc:
	case 0xa7ce:
	case 0xa7d2:
	case 0xa7d4:
	case 0xa7da:
		return c + 1;
	case 0xa7cb:
		return 0x264;
	case 0xa7dc:
		return 0x19b;
	default:
		break;
	}
	if (c >= 0x10d50 && c <= 0x10d65)
		return c + 0x20;
	if (c >= 0x16ea0 && c <= 0x16eb8)
		return c + 0x1b;
	return c;
}

int
mr_utf8_lower(uint32_t c, uint32_t out[MR_UTF8_LOWER_MAX])
{
	/* I with a dot above: the one code point whose lower case is two. */
	if (c == 0x130) {
		out[0] = 'i';
		out[1] = 0x307;
		return 2;
	}
	out[0] = new_lower(c);
	if (out[0] == c)
		out[0] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
	return 1;
}
