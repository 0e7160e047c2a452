/* Byte slices, growing buffers, strict numbers, UTF-8 validity.
 * Not Unicode: normalising and categories are in text/utf8_*.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_STR_H
#define MR_CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* n bytes at p, borrowed, not terminated. */
struct mr_slice {
	const char *p;
	size_t n;
};

/* Bytes that grow; p is owned and freed by mr_buf_free; all zero is empty. */
struct mr_buf {
	char *p;
	size_t n, cap;
};

struct mr_slice mr_slice_of(const char *cstr);
bool mr_slice_eq(struct mr_slice a, struct mr_slice b);
bool mr_slice_is(struct mr_slice a, const char *cstr);
/* Byte order, a shorter prefix first: the order of ids everywhere. */
int mr_slice_cmp(struct mr_slice a, struct mr_slice b);
/* mr_slice_cut - the part of *rest before sep, *rest moved behind it; at the
 * last part *rest gets p = NULL.  While (rest.p) visits every part. */
struct mr_slice mr_slice_cut(struct mr_slice *rest, char sep);
/* mr_slice_trim - without ASCII white space at both ends. */
struct mr_slice mr_slice_trim(struct mr_slice s);

/* mr_slice_shown - how many bytes of s a message quotes: at most 40, cut
 * between characters. */
int mr_slice_shown(struct mr_slice s);
/* The two arguments of %.*s that quote the slice s in a message. */
#define MR_SHOWN(s) mr_slice_shown(s), (s).p ? (s).p : ""

int mr_buf_add(struct mr_buf *b, const void *p, size_t n, struct mr_err *err)
    MR_CHECKED;
int mr_buf_addf(struct mr_buf *b, struct mr_err *err, const char *fmt, ...)
    MR_PRINTF(3, 4) MR_CHECKED;
struct mr_slice mr_buf_slice(const struct mr_buf *b);
void mr_buf_free(struct mr_buf *b);

/*
 * mr_parse_f64 - a finite decimal number, all of s: [+-]digits[.digits][e..].
 * No blanks, no hex, no inf or nan, no locale.  False otherwise, also when
 * the value overflows; *out is infinite then, and else left alone.
 */
bool mr_parse_f64(struct mr_slice s, double *out);
/* mr_f64_text - the shortest of 15 to 17 digits that mr_parse_f64 reads back
 * as the finite v; returns text. */
char *mr_f64_text(double v, char text[32]);
/* mr_f32_text - v as printf's "%.9g" writes it, so that it reads back; much
 * faster for numbers of everyday size.  The text, also ended by a NUL. */
struct mr_slice mr_f32_text(float v, char text[24]);
/* mr_i64_text - v as "%lld", likewise. */
struct mr_slice mr_i64_text(int64_t v, char text[24]);
/* mr_parse_i64 - [+-]digits, all of s, in range; false otherwise. */
bool mr_parse_i64(struct mr_slice s, int64_t *out);

/* mr_utf8_bad - offset of the first byte that is not well-formed UTF-8
 * (Unicode 15, table 3-7), or s.n when all is. */
size_t mr_utf8_bad(struct mr_slice s);

/* mr_utf8_subpart - of the n > 0 bytes at p, how many begin a well-formed
 * sequence, at least 1; *whole: they are one.  Otherwise this is the maximal
 * subpart that one U+FFFD stands for. */
size_t mr_utf8_subpart(const unsigned char *p, size_t n, bool *whole);

#endif
