/* Headers of .npy files; see npy.h.
 * SPDX-License-Identifier: MIT */
#include "stream/npy.h"

#include <stdio.h>
#include <string.h>

#include "core/str.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "values are copied as they lie in the file");

#define HEAD_MAX 65535	/* bytes of the dictionary, as in version 1.0 */

void
mr_npy_head(struct mr_out *out, const char *type, int64_t rows, int64_t cols)
{
	char text[118 + 1];
	int n = snprintf(text, sizeof text, "{'descr': '%s', "
	    "'fortran_order': False, 'shape': (%lld, %lld), }", type,
	    (long long)rows, (long long)cols);

	/* 6 bytes of magic, 2 of version, 2 of length, 118 of text: 128. */
	memset(text + n, ' ', (size_t)(117 - n));
	text[117] = '\n';
	mr_out_write(out, "\x93NUMPY\x01\x00\x76\x00", 10);
	mr_out_write(out, text, 118);
}

static int
bad(const struct mr_in *in, struct mr_err *err, const char *what)
{
	return mr_err_set(err, MR_EFORMAT, "%s: %s", in->name, what);
}

static int
get(struct mr_in *in, void *p, size_t n, struct mr_err *err)
{
	size_t got;
	int rc = mr_in_read(in, p, n, &got, err);

	if (rc == MR_OK && got < n)
		return bad(in, err, "truncated inside the .npy header");
	return rc;
}

/* The bytes before the dictionary; its length in *n. */
static int
get_preamble(struct mr_in *in, size_t *n, struct mr_err *err)
{
	unsigned char b[12] = { 0 };
	size_t got, size;
	int rc = mr_in_read(in, b, 8, &got, err);

	if (rc)
		return rc;
	if (got < 6 || memcmp(b, "\x93NUMPY", 6) != 0)
		return bad(in, err, "not a .npy file");
	if (got < 8)
		return bad(in, err, "truncated inside the .npy header");
	if ((b[6] != 1 && b[6] != 2) || b[7] != 0)
		return mr_err_set(err, MR_EFORMAT, "%s: .npy version %d.%d, "
		    "expected 1.0 or 2.0", in->name, b[6], b[7]);
	size = b[6] == 1 ? 2 : 4;
	rc = get(in, b + 8, size, err);
	*n = (size_t)b[8] | (size_t)b[9] << 8 | (size_t)b[10] << 16 |
	    (size_t)b[11] << 24;
	if (rc == MR_OK && *n > HEAD_MAX)
		rc = bad(in, err, ".npy header is longer than 65535 bytes");
	return rc;
}

static void
skip_blanks(struct mr_slice *s)
{
	while (s->n && (s->p[0] == ' ' || s->p[0] == '\t' ||
	    s->p[0] == '\n')) {
		s->p++;
		s->n--;
	}
}

/* The byte c, with blanks before it. */
static bool
eat(struct mr_slice *s, char c)
{
	skip_blanks(s);
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* A string in single or double quotes, without escapes. */
static bool
eat_string(struct mr_slice *s, struct mr_slice *out)
{
	char quote = eat(s, '\'') ? '\'' : eat(s, '"') ? '"' : '\0';

	if (!quote || !memchr(s->p, quote, s->n))
		return false;
	*out = mr_slice_cut(s, quote);
	return !memchr(out->p, '\\', out->n);
}

static bool
eat_number(struct mr_slice *s, int64_t *v)
{
	size_t n = 0;

	skip_blanks(s);
	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (!mr_parse_i64((struct mr_slice){ s->p, n }, v))
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

static bool
eat_word(struct mr_slice *s, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(s);
	if (s->n < n || memcmp(s->p, word, n) != 0)
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

/* (3, 2) or (3,); *dims how many numbers, of which two are kept. */
static bool
eat_shape(struct mr_slice *s, int64_t dim[2], int *dims)
{
	int64_t v;

	*dims = 0;
	if (!eat(s, '('))
		return false;
	while (!eat(s, ')')) {
		if (!eat_number(s, &v))
			return false;
		if (*dims < 2)
			dim[*dims] = v;
		(*dims)++;
		if (!eat(s, ',')) {
			/* (3) is a number in Python, not a shape. */
			return *dims > 1 && eat(s, ')');
		}
	}
	return true;
}

struct dict {
	struct mr_slice descr;
	bool fortran, seen[3];
	int64_t dim[2];
	int dims;
};

/* One key with its value; false when it is none of the three, or twice. */
static bool
eat_entry(struct mr_slice *s, struct dict *d)
{
	struct mr_slice key;
	int which;

	if (!eat_string(s, &key) || !eat(s, ':'))
		return false;
	which = mr_slice_is(key, "descr") ? 0 :
	    mr_slice_is(key, "fortran_order") ? 1 :
	    mr_slice_is(key, "shape") ? 2 : -1;
	if (which < 0 || d->seen[which])
		return false;
	d->seen[which] = true;
	if (which == 0)
		return eat_string(s, &d->descr);
	if (which == 2)
		return eat_shape(s, d->dim, &d->dims);
	d->fortran = eat_word(s, "True");
	return d->fortran || eat_word(s, "False");
}

static bool
eat_dict(struct mr_slice *s, struct dict *d)
{
	if (!eat(s, '{'))
		return false;
	while (!eat(s, '}')) {
		if (!eat_entry(s, d))
			return false;
		if (!eat(s, ',')) {
			if (!eat(s, '}'))
				return false;
			break;
		}
	}
	skip_blanks(s);
	return s->n == 0 && d->seen[0] && d->seen[1] && d->seen[2];
}

static int
take_dict(struct mr_npy *h, const struct dict *d, const struct mr_in *in,
    struct mr_err *err)
{
	h->width = mr_slice_is(d->descr, "<f4") ? 4 :
	    mr_slice_is(d->descr, "<f8") ? 8 : 0;
	if (h->width == 0)
		return mr_err_set(err, MR_EFORMAT, "%s: .npy values are "
		    "'%.*s', expected '<f4' or '<f8'", in->name,
		    MR_SHOWN(d->descr));
	if (d->fortran)
		return bad(in, err, ".npy array is in Fortran order, expected "
		    "C order (numpy.ascontiguousarray)");
	if (d->dims != 1 && d->dims != 2)
		return mr_err_set(err, MR_EFORMAT, "%s: .npy array has %d "
		    "dimensions, expected 1 or 2", in->name, d->dims);
	h->rows = d->dim[0];
	h->cols = d->dims == 2 ? d->dim[1] : 1;
	if (h->rows >= (int64_t)1 << 40 || h->cols >= INT32_MAX)
		return mr_err_set(err, MR_EFORMAT, "%s: .npy shape %lld x "
		    "%lld is past the limits", in->name, (long long)h->rows,
		    (long long)h->cols);
	return MR_OK;
}

int
mr_npy_read_head(struct mr_npy *h, struct mr_in *in, struct mr_err *err)
{
	char text[HEAD_MAX];
	struct mr_slice s = { text, 0 };
	struct dict d = { .descr = { "", 0 } };
	int rc = get_preamble(in, &s.n, err);

	if (rc == MR_OK)
		rc = get(in, text, s.n, err);
	if (rc)
		return rc;
	if (!eat_dict(&s, &d))
		return bad(in, err, "bad .npy header, expected the keys "
		    "descr, fortran_order and shape");
	return take_dict(h, &d, in, err);
}

float
mr_npy_float(const struct mr_npy *h, const unsigned char *p, size_t i)
{
	double d;
	float f;

	if (h->width == 4) {
		memcpy(&f, p + 4 * i, sizeof f);
		return f;
	}
	memcpy(&d, p + 8 * i, sizeof d);
	return (float)d;
}
