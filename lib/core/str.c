/* Slices, buffers, numbers and UTF-8 validity; see str.h.
 * SPDX-License-Identifier: MIT */
#include "core/str.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct mr_slice
mr_slice_of(const char *cstr)
{
	return (struct mr_slice){ cstr, strlen(cstr) };
}

bool
mr_slice_eq(struct mr_slice a, struct mr_slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
mr_slice_is(struct mr_slice a, const char *cstr)
{
	return mr_slice_eq(a, mr_slice_of(cstr));
}

int
mr_slice_cmp(struct mr_slice a, struct mr_slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

struct mr_slice
mr_slice_cut(struct mr_slice *rest, char sep)
{
	const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	struct mr_slice part = *rest;

	if (at) {
		part.n = (size_t)(at - rest->p);
		rest->p = at + 1;
		rest->n -= part.n + 1;
	} else {
		rest->p = NULL;
		rest->n = 0;
	}
	return part;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct mr_slice
mr_slice_trim(struct mr_slice s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

int
mr_slice_shown(struct mr_slice s)
{
	size_t n = s.n;

	if (n > 40) {
		n = 40;
		while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
	}
	return (int)n;
}

int
mr_buf_add(struct mr_buf *b, const void *p, size_t n, struct mr_err *err)
{
	size_t need;

	if (n == 0)
		return MR_OK;
	if (!mr_add(b->n, n, &need))
		return mr_err_nomem(err, (double)n, "text");
	if (need > b->cap) {
		int rc = mr_grow(&b->p, &b->cap, need, 1, "text", err);

		if (rc)
			return rc;
	}
	memcpy(b->p + b->n, p, n);
	b->n = need;
	return MR_OK;
}

int
mr_buf_addf(struct mr_buf *b, struct mr_err *err, const char *fmt, ...)
{
	char stack[1024], *p = stack;
	va_list ap, again;
	int n, rc;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(stack, sizeof stack, fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof stack) {
		p = mr_alloc((size_t)n + 1, 1, "text", err);
		if (p)
			vsnprintf(p, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	if (!p)
		return MR_ENOMEM;
	rc = n < 0 ? mr_err_set(err, MR_EARG, "bad format") :
	    mr_buf_add(b, p, (size_t)n, err);
	if (p != stack)
		free(p);
	return rc;
}

struct mr_slice
mr_buf_slice(const struct mr_buf *b)
{
	return (struct mr_slice){ b->p, b->n };
}

void
mr_buf_free(struct mr_buf *b)
{
	free(b->p);
	*b = (struct mr_buf){ 0 };
}

static size_t
digits(struct mr_slice s, size_t i)
{
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i;
}

/* End of the longest number at the start of s, or 0. */
static size_t
scan_number(struct mr_slice s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), from = i, n;

	i = digits(s, i);
	n = i - from;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		i = digits(s, i);
		n += i - from;
	}
	if (n == 0)
		return 0;
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
			i++;
		from = i;
		i = digits(s, i);
		if (i == from)
			return 0;
	}
	return i;
}

/* Nearly all numbers: at most 15 digits, in one pass; false for others. */
static bool
parse_short(struct mr_slice s, double *out)
{
	/* Exact in double, so one division rounds once, as strtod would. */
	static const double ten[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	bool minus = s.n && s.p[0] == '-';
	size_t point = s.n;
	int64_t v = 0;

	for (size_t i = minus; i < s.n; i++) {
		unsigned d = (unsigned)s.p[i] - '0';

		if (d <= 9)
			v = v * 10 + d;
		else if (s.p[i] == '.' && point == s.n)
			point = i;
		else
			return false;
	}
	if (s.n - minus - (point < s.n) == 0)
		return false;
	*out = (double)v / ten[point < s.n ? s.n - point - 1 : 0];
	if (minus)
		*out = -*out;
	return true;
}

bool
mr_parse_f64(struct mr_slice s, double *out)
{
	char text[512];

	if (s.n <= 15 && parse_short(s, out))
		return true;
	if (s.n == 0 || s.n >= sizeof text || scan_number(s) != s.n)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*out = strtod(text, NULL);
	return isfinite(*out);
}

bool
mr_parse_i64(struct mr_slice s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	size_t i = s.n && (minus || s.p[0] == '+');
	int64_t v = 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		int d = s.p[i] - '0';

		if (d < 0 || d > 9 || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, d, &v))
			return false;
	}
	/* Summed downwards, so that INT64_MIN needs no case of its own. */
	if (!minus && v == INT64_MIN)
		return false;
	*out = minus ? v : -v;
	return true;
}

size_t
mr_utf8_subpart(const unsigned char *p, size_t n, bool *whole)
{
	unsigned lo = 0x80, hi = 0xbf;
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] <= 0xdf ? 2 :
	    (p[0] & 0xf0) == 0xe0 ? 3 : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : 0;
	size_t i = 1;

	if (p[0] == 0xe0)
		lo = 0xa0;
	else if (p[0] == 0xed)
		hi = 0x9f;
	else if (p[0] == 0xf0)
		lo = 0x90;
	else if (p[0] == 0xf4)
		hi = 0x8f;
	while (i < len && i < n && p[i] >= lo && p[i] <= hi) {
		i++;
		lo = 0x80;
		hi = 0xbf;
	}
	*whole = i == len;
	return i;
}

size_t
mr_utf8_bad(struct mr_slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	uint64_t w;
	size_t i = 0;

	while (i < s.n) {
		size_t len;
		bool whole;

		if (s.n - i >= 8) {
			memcpy(&w, p + i, 8);
			if (!(w & 0x8080808080808080u)) {
				i += 8;
				continue;
			}
		}
		if (p[i] < 0x80) {
			i++;
			continue;
		}
		len = mr_utf8_subpart(p + i, s.n - i, &whole);
		if (!whole)
			return i;
		i += len;
	}
	return s.n;
}

char *
mr_f64_text(double v, char text[32])
{
	double back;

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, 32, "%.*g", digits, v);
		if (mr_parse_f64(mr_slice_of(text), &back) && back == v)
			break;
	}
	return text;
}

/* Nine digits of v, the first of 10^e.  One product of doubles errs by less
 * than 2e-7 of the last digit; false where that could show, or where printf
 * would write an exponent. */
static bool
nine_digits(double v, uint32_t *digits, int *e)
{
	static const double power[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
	    1e8, 1e9, 1e10, 1e11, 1e12 };
	double y;

	if (!(v >= 1e-4 && v < 1e9))
		return false;
	for (*e = 8; *e > -4 && (*e < 0 ? v * power[-*e] < 1 :
	    v < power[*e]); --*e)
		;
	y = v * power[8 - *e];
	*digits = (uint32_t)y;
	y -= (double)*digits;
	if (fabs(y - 0.5) < 1e-6)
		return false;
	*digits += y > 0.5;
	return *digits >= 100000000 && *digits <= 999999999;
}

struct mr_slice
mr_f32_text(float v, char text[24])
{
	char digit[9], *p = text;
	uint32_t left;
	int e, n = 9;

	if (!nine_digits(fabs((double)v), &left, &e))
		return (struct mr_slice){ text, (size_t)snprintf(text, 24,
		    "%.9g", (double)v) };
	for (int i = 8; i >= 0; i--, left /= 10)
		digit[i] = (char)('0' + left % 10);
	while (n > 1 && n > e + 1 && digit[n - 1] == '0')
		n--;
	if (v < 0)
		*p++ = '-';
	for (int i = e < 0 ? e : 0; i < n; i++) {
		*p++ = i < 0 ? '0' : digit[i];
		if (i == e && i < n - 1)
			*p++ = '.';
	}
	*p = '\0';
	return (struct mr_slice){ text, (size_t)(p - text) };
}

struct mr_slice
mr_i64_text(int64_t v, char text[24])
{
	static const char two[] = "0001020304050607080910111213141516171819"
	    "2021222324252627282930313233343536373839"
	    "4041424344454647484950515253545556575859"
	    "6061626364656667686970717273747576777879"
	    "8081828384858687888990919293949596979899";
	uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v;
	char digit[20], *p = text, *d = digit + sizeof digit;

	for (; left >= 100; left /= 100) {
		d -= 2;
		memcpy(d, two + 2 * (left % 100), 2);
	}
	if (left >= 10) {
		d -= 2;
		memcpy(d, two + 2 * left, 2);
	} else {
		*--d = (char)('0' + left);
	}
	if (v < 0)
		*p++ = '-';
	memcpy(p, d, (size_t)(digit + sizeof digit - d));
	p += digit + sizeof digit - d;
	*p = '\0';
	return (struct mr_slice){ text, (size_t)(p - text) };
}
