/* UTF-8 of other encodings; see encoding.h.
 * SPDX-License-Identifier: MIT */
#include "stream/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"

enum order { NOT_UTF16, BY_MARK, LITTLE, BIG };

struct mr_decoder {
	enum order order;
	iconv_t cd;		/* unless order */
	bool begun;
	int64_t n_bad;
};

static enum order
utf16(const char *name)
{
	static const struct {
		const char *name;
		enum order order;
	} known[] = {
		{ "utf-16", BY_MARK }, { "utf16", BY_MARK },
		{ "utf-16le", LITTLE }, { "utf16le", LITTLE },
		{ "utf-16be", BIG }, { "utf16be", BIG }
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasecmp(name, known[i].name) == 0)
			return known[i].order;
	return NOT_UTF16;
}

int
mr_decoder_open(struct mr_decoder **d, const char *name, struct mr_err *err)
{
	struct mr_decoder *x;

	*d = NULL;
	/* "" is the locale's to iconv, a slash asks for more than a name. */
	if (!*name || strchr(name, '/'))
		return mr_err_set(err, MR_EARG, "encoding '%s' is not known",
		    name);
	x = mr_alloc(1, sizeof *x, "decoder", err);
	if (!x)
		return MR_ENOMEM;
	x->order = utf16(name);
	if (x->order == NOT_UTF16) {
		errno = 0;
		x->cd = iconv_open("UTF-8", name);
		if (x->cd == (iconv_t)-1) {
			bool memory = errno == ENOMEM;

			free(x);
			return memory ? mr_err_nomem(err, 1024, "decoder") :
			    mr_err_set(err, MR_EARG, "encoding '%s' is not "
			    "known (iconv -l lists those that are)", name);
		}
	}
	*d = x;
	return MR_OK;
}

static size_t
put_point(uint32_t c, char *p)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xc0 | c >> 6);
		p[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (char)(0xe0 | c >> 12);
		p[1] = (char)(0x80 | (c >> 6 & 0x3f));
		p[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	p[0] = (char)(0xf0 | c >> 18);
	p[1] = (char)(0x80 | (c >> 12 & 0x3f));
	p[2] = (char)(0x80 | (c >> 6 & 0x3f));
	p[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* U+FFFD in place of skip bytes. */
static size_t
replace(struct mr_decoder *d, struct mr_slice *from, size_t skip, char *p)
{
	d->n_bad++;
	from->p += skip;
	from->n -= skip;
	return put_point(0xfffd, p);
}

static uint32_t
unit(const struct mr_decoder *d, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	return d->order == BIG ? (uint32_t)(p[0] << 8 | p[1]) :
	    (uint32_t)(p[1] << 8 | p[0]);
}

/* One character of UTF-16, or 0 bytes: its end is not there yet. */
static size_t
take_utf16(struct mr_decoder *d, struct mr_slice *from, bool last, char *p)
{
	uint32_t c, low;

	if (from->n < 2)
		return last ? replace(d, from, from->n, p) : 0;
	c = unit(d, from->p);
	if (c < 0xd800 || c >= 0xe000) {
		from->p += 2;
		from->n -= 2;
		return put_point(c, p);
	}
	if (from->n < 4 && !last && c < 0xdc00)
		return 0;
	low = c < 0xdc00 && from->n >= 4 ? unit(d, from->p + 2) : 0;
	if (low < 0xdc00 || low >= 0xe000)
		return replace(d, from, 2, p);
	from->p += 4;
	from->n -= 4;
	return put_point(0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00), p);
}

static size_t
step_utf16(struct mr_decoder *d, struct mr_slice *from, bool last, char *p,
    size_t n)
{
	size_t got = 0, one;

	if (!d->begun && from->n < 2 && !last)
		return 0;
	if (d->order == BY_MARK)
		d->order = from->n >= 2 &&
		    memcmp(from->p, "\xfe\xff", 2) == 0 ? BIG : LITTLE;
	if (!d->begun && from->n >= 2 && unit(d, from->p) == 0xfeff) {
		from->p += 2;
		from->n -= 2;
	}
	d->begun = true;
	while (from->n && n - got >= MR_ENCODING_ROOM &&
	    (one = take_utf16(d, from, last, p + got)) > 0)
		got += one;
	return got;
}

static size_t
step_iconv(struct mr_decoder *d, struct mr_slice *from, bool last, char *p,
    size_t n)
{
	char *to = p;

	while (from->n && n >= MR_ENCODING_ROOM) {
		char *in = (char *)from->p;
		size_t one;
		bool ok = iconv(d->cd, &in, &from->n, &to, &n) != (size_t)-1;
		int why = errno;

		from->p = in;
		if (ok || why == E2BIG || (why == EINVAL && !last))
			break;
		if (n < MR_ENCODING_ROOM)
			break;
		/* Not of the encoding, or the last of it is cut off. */
		one = replace(d, from, why == EINVAL ? from->n : 1, to);
		to += one;
		n -= one;
	}
	/* The rest of a state, as of combining characters. */
	if (last && from->n == 0 && n >= MR_ENCODING_ROOM)
		(void)iconv(d->cd, NULL, NULL, &to, &n);
	return (size_t)(to - p);
}

/* Some of iconv's give the mark at the start as a character. */
static size_t
drop_mark(struct mr_decoder *d, char *p, size_t got)
{
	if (got == 0 || d->begun)
		return got;
	d->begun = true;
	if (got < 3 || memcmp(p, "\xef\xbb\xbf", 3) != 0)
		return got;
	memmove(p, p + 3, got - 3);
	return got - 3;
}

size_t
mr_decoder_step(struct mr_decoder *d, struct mr_slice *from, bool last,
    char *p, size_t n)
{
	if (d->order)
		return step_utf16(d, from, last, p, n);
	return drop_mark(d, p, step_iconv(d, from, last, p, n));
}

int64_t
mr_decoder_bad(const struct mr_decoder *d)
{
	return d->n_bad;
}

void
mr_decoder_close(struct mr_decoder *d)
{
	if (d && !d->order)
		iconv_close(d->cd);
	free(d);
}
