/* Code points as the reference BERT tokenizer classes and decomposes them.
 * Not for tables that should follow the newest Unicode.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_UTF8_CLASS_H
#define MR_TEXT_UTF8_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MR_UTF8_REPLACEMENT 0xfffdu
#define MR_UTF8_NFD_MAX 4	/* longest canonical decomposition */
#define MR_UTF8_LOWER_MAX 2

enum mr_utf8_class {
	MR_UTF8_OTHER,		/* letters, digits, symbols, unassigned */
	MR_UTF8_CONTROL,	/* Cc, Cf, Co, U+0000, U+FFFD; not \t \n \r */
	MR_UTF8_SPACE,		/* White_Space and no control, \t \n \r */
	MR_UTF8_MARK,		/* Mn: what stripping of accents drops */
	MR_UTF8_PUNCT		/* P*, and every ASCII mark such as '$' */
};

/*
 * mr_utf8_decode - the code point at p (n > 0 bytes left) in *c; returns its
 * length.  A byte that begins no well-formed sequence is U+FFFD, length 1.
 */
size_t mr_utf8_decode(const char *p, size_t n, uint32_t *c);
/* mr_utf8_encode - c, a scalar value, as UTF-8; returns its length. */
size_t mr_utf8_encode(uint32_t c, char out[4]);

enum mr_utf8_class mr_utf8_class(uint32_t c);
/* mr_utf8_nfd - full canonical decomposition; returns its length, >= 1. */
int mr_utf8_nfd(uint32_t c, uint32_t out[MR_UTF8_NFD_MAX]);
/* mr_utf8_ccc - canonical combining class, 0 .. 254. */
int mr_utf8_ccc(uint32_t c);
/* mr_utf8_lower - c alone, without its context; returns the length. */
int mr_utf8_lower(uint32_t c, uint32_t out[MR_UTF8_LOWER_MAX]);

#endif
