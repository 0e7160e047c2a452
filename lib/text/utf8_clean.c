/* Clean UTF-8 by utf8proc; see utf8_clean.h.
 * SPDX-License-Identifier: MIT */
#include "text/utf8_clean.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/mem.h"

#define REPLACEMENT "\xef\xbf\xbd"

int
mr_utf8_repair(struct mr_slice s, struct mr_buf *out, int64_t *n_bad,
    struct mr_err *err)
{
	int rc = MR_OK;

	while (s.n && rc == MR_OK) {
		size_t good = mr_utf8_bad(s), skip = 0;

		rc = mr_buf_add(out, s.p, good, err);
		if (good < s.n && rc == MR_OK) {
			bool whole;

			skip = mr_utf8_subpart((const unsigned char *)s.p +
			    good, s.n - good, &whole);
			rc = mr_buf_add(out, REPLACEMENT, 3, err);
			++*n_bad;
		}
		s.p += good + skip;
		s.n -= good + skip;
	}
	return rc;
}

int
mr_utf8_from_windows1252(struct mr_slice s, struct mr_buf *out,
    struct mr_err *err)
{
	/* 80 to 9f (WHATWG Encoding, index windows-1252). */
	static const uint16_t high[32] = {
		0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
		0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
		0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178
	};
	int rc = MR_OK;

	for (size_t i = 0; i < s.n && rc == MR_OK; i++) {
		unsigned char c = (unsigned char)s.p[i];
		utf8proc_uint8_t b[4];
		utf8proc_ssize_t n = utf8proc_encode_char(c < 0x80 ||
		    c > 0x9f ? c : high[c - 0x80], b);

		rc = mr_buf_add(out, b, (size_t)n, err);
	}
	return rc;
}

bool
mr_utf8_is_nfc(struct mr_slice s)
{
	/* Below U+0300 (cc 80) nothing combines and nothing decomposes
	 * without composing again. */
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0xcc)
			return false;
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * Canonical order of the n combining marks at c (UAX 15, D109).  Not left to
 * utf8proc_decompose, whose sort is quadratic: a megabyte of marks would take
 * hours.  key: class (8 bits), place (32), mark (21).
 */
static void
order_marks(int32_t *c, const uint8_t *class, size_t n, uint64_t *key)
{
	bool sorted = true;

	for (size_t i = 1; i < n; i++)
		sorted = sorted && class[i - 1] <= class[i];
	if (sorted)
		return;
	for (size_t i = 0; i < n; i++)
		key[i] = (uint64_t)class[i] << 53 | (uint64_t)i << 21 |
		    (uint64_t)c[i];
	qsort(key, n, sizeof *key, by_key);
	for (size_t i = 0; i < n; i++)
		c[i] = (int32_t)(key[i] & 0x1fffff);
}

static int
order_all(int32_t *c, size_t n, struct mr_err *err)
{
	uint8_t *class = mr_alloc(n, sizeof *class, "combining classes", err);
	uint64_t *key = mr_alloc(n, sizeof *key, "combining marks", err);

	for (size_t i = 0; class && key && i < n; i++)
		class[i] = (uint8_t)
		    utf8proc_get_property(c[i])->combining_class;
	for (size_t i = 0, from = 0; class && key && i <= n; i++) {
		if (i < n && class[i])
			continue;
		if (i - from > 1)
			order_marks(c + from, class + from, i - from, key);
		from = i + 1;
	}
	free(class);
	free(key);
	return class && key ? MR_OK : MR_ENOMEM;
}

/* s decomposed under options, code points to *c (malloc'd). */
static int
decompose(struct mr_slice s, utf8proc_option_t options, int32_t **c,
    size_t *n, struct mr_err *err)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s.p;
	size_t cap = 0, i = 0;
	int rc = MR_OK;

	*c = NULL;
	*n = 0;
	while (i < s.n && rc == MR_OK) {
		utf8proc_int32_t cp;
		int last = 0;
		utf8proc_ssize_t got;

		got = utf8proc_iterate(p + i, (utf8proc_ssize_t)(s.n - i),
		    &cp);
		if (got <= 0)
			return mr_err_set(err, MR_EARG, "not UTF-8");
		i += (size_t)got;
		/* No code point becomes more than 18. */
		rc = mr_grow(c, &cap, *n + 32, sizeof **c, "code points",
		    err);
		if (rc)
			break;
		got = utf8proc_decompose_char(cp, *c + *n, 32, options,
		    &last);
		if (got < 0 || got > 32)
			return mr_err_set(err, MR_EARG, "U+%04X: %s",
			    (unsigned)cp, utf8proc_errmsg(got));
		*n += (size_t)got;
	}
	return rc;
}

static int
compose(struct mr_slice s, utf8proc_option_t options, struct mr_buf *out,
    struct mr_err *err)
{
	int32_t *c = NULL;
	utf8proc_ssize_t left;
	size_t n = 0;
	int rc = decompose(s, options, &c, &n, err);

	if (rc == MR_OK)
		rc = order_all(c, n, err);
	if (rc)
		goto out;
	left = utf8proc_normalize_utf32(c, (utf8proc_ssize_t)n,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	for (utf8proc_ssize_t i = 0; i < left && rc == MR_OK; i++) {
		utf8proc_uint8_t b[4];
		utf8proc_ssize_t len = utf8proc_encode_char(c[i], b);

		rc = mr_buf_add(out, b, (size_t)len, err);
	}
out:
	free(c);
	return rc;
}

int
mr_utf8_nfc(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
{
	if (mr_utf8_is_nfc(s))
		return mr_buf_add(out, s.p, s.n, err);
	return compose(s, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, out, err);
}

int
mr_utf8_fold(struct mr_slice s, struct mr_buf *out, struct mr_err *err)
{
	return compose(s, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE |
	    UTF8PROC_CASEFOLD, out, err);
}
